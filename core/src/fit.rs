//! Fitting: checked parameters and data in, a model out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};
use crate::params::{Checked, Params};

/// Computes a model from data of type `D`.
///
/// Implemented for [`Checked`] parameters; every [`Params`] type gets it from there, checking first.
pub trait Fit<D: ?Sized> {
    /// The fitted model.
    type Model;

    /// Fits, looking at `control` between steps.
    ///
    /// # Errors
    /// A bad parameter, data that the model cannot be computed from, or [`Error::Cancelled`].
    fn fit_with(&self, data: &D, control: &Control) -> Result<Self::Model>;

    /// Fits without a way to stop it.
    ///
    /// # Errors
    /// As [`Fit::fit_with`], except [`Error::Cancelled`].
    fn fit(&self, data: &D) -> Result<Self::Model> {
        self.fit_with(data, &Control::new())
    }
}

impl<P: Params, D: ?Sized> Fit<D> for P
where
    Checked<P>: Fit<D>,
{
    type Model = <Checked<P> as Fit<D>>::Model;

    fn fit_with(&self, data: &D, control: &Control) -> Result<Self::Model> {
        self.clone().check()?.fit_with(data, control)
    }
}

/// The caller's hand on a long computation: another thread may cancel it, and a callback may be told how far it is.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
///
/// use kosar::Control;
///
/// let seen = Arc::new(AtomicU64::new(0));
/// let last = Arc::clone(&seen);
/// let control = Control::with_progress(move |done, _total| last.store(done, Ordering::Relaxed));
/// control.progress(3, 10);
/// assert_eq!(seen.load(Ordering::Relaxed), 3);
/// ```
#[derive(Default)]
pub struct Control {
    cancelled: Arc<AtomicBool>,
    progress: Option<Box<Progress>>,
}

/// What is told how many steps of how many are done.
type Progress = dyn Fn(u64, u64) + Send + Sync;

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_cancelled = self.cancelled.load(Ordering::Relaxed);
        f.debug_struct("Control").field("cancelled", &is_cancelled).finish_non_exhaustive()
    }
}

impl Control {
    /// A control that nobody has cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A control that tells a callback how many steps of how many are done.
    ///
    /// The callback may be called from several threads, also at the same time, so that a smaller number can come after a
    /// greater one; it should return at once. Computations without steps of a known number never call it.
    #[must_use]
    pub fn with_progress(callback: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self { progress: Some(Box::new(callback)), ..Self::default() }
    }

    /// A control for one step of a computation: cancelled together with this one, silent of its own progress.
    #[must_use]
    pub fn for_step(&self) -> Self {
        Self { cancelled: Arc::clone(&self.cancelled), progress: None }
    }

    /// Asks the computation to stop at its next look.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns an error once [`Control::cancel`] was called; long computations call this often.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    pub fn check(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Tells the callback, where there is one, that `done` of `total` steps are done.
    pub fn progress(&self, done: u64, total: u64) {
        if let Some(callback) = &self.progress {
            callback(done, total);
        }
    }
}
