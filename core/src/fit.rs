//! Fitting: checked parameters and data in, a model out.

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

/// The caller's hand on a long computation: another thread may cancel it.
#[derive(Debug, Default)]
pub struct Control {
    cancelled: AtomicBool,
}

impl Control {
    /// A control that nobody has cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
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
}
