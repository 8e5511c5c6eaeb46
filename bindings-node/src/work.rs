//! Long computations on a thread of their own, and the hand that stops them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use kosar::Control;
use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi::{Env, Task};
use napi_derive::napi;

use crate::error::{Outcome, failure, panicked, rejection};

type Job<T> = Box<dyn FnOnce() -> Outcome<T> + Send>;

/// A computation that ends in a `T`.
pub struct Work<T> {
    job: Option<Job<T>>,
}

/// Prepares a computation here and runs it elsewhere; a failure of either part rejects the promise.
pub(crate) fn background<T, J>(prepare: impl FnOnce() -> Outcome<J>) -> AsyncTask<Work<T>>
where
    T: ToNapiValue + TypeName + Send + 'static,
    J: FnOnce() -> kosar::Result<T> + Send + 'static,
{
    let job: Job<T> = match prepare() {
        Ok(job) => Box::new(move || job().map_err(failure)),
        Err(refusal) => Box::new(move || Err(refusal)),
    };
    AsyncTask::new(Work { job: Some(job) })
}

impl<T: ToNapiValue + TypeName + Send + 'static> Task for Work<T> {
    type Output = Outcome<T>;
    type JsValue = T;

    fn compute(&mut self) -> napi::Result<Outcome<T>> {
        let Some(job) = self.job.take() else { return Err(napi::Error::from_reason("the work ran twice")) };
        Ok(catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| Err(panicked(panic.as_ref()))))
    }

    fn resolve(&mut self, env: Env, output: Outcome<T>) -> napi::Result<T> {
        output.map_err(|failure| rejection(failure, env))
    }
}

/// Stops a computation; made by `index.js` for an `AbortSignal`.
#[napi(namespace = "internal")]
#[derive(Default)]
pub struct Cancel {
    control: Arc<Control>,
}

#[napi(namespace = "internal")]
impl Cancel {
    #[napi(constructor, catch_unwind)]
    #[allow(clippy::new_without_default, reason = "the macro needs a constructor of this name")]
    pub fn new() -> Self {
        Self::default()
    }

    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.control.cancel();
    }
}

/// The control of a computation: the given one, or one that nobody holds.
pub(crate) fn control(cancel: Option<&Cancel>) -> Arc<Control> {
    cancel.map_or_else(Arc::default, |cancel| Arc::clone(&cancel.control))
}
