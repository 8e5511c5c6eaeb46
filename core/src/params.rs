//! Parameters, checked before anything runs.
//!
//! A builder such as [`RfmParams`](crate::rfm::RfmParams) implements [`Params`]; [`Params::check`] turns it into a
//! [`Checked`] value or a [`ParamError`] that names the parameter, the value and what is allowed. Fitting is defined on
//! checked parameters only; calling `fit` on a builder checks first.

use std::ops::Deref;
use std::time::{Duration, Instant};

use crate::error::ParamError;

/// A set of parameters that can be checked.
pub trait Params: Clone {
    /// Looks at every parameter.
    ///
    /// # Errors
    /// The first parameter found with a value that is not allowed.
    fn validate(&self) -> Result<(), ParamError>;

    /// Turns the parameters into checked ones.
    ///
    /// # Errors
    /// As [`Params::validate`].
    fn check(self) -> Result<Checked<Self>, ParamError> {
        self.validate()?;
        Ok(Checked(self))
    }
}

/// Parameters known to be valid; only [`Params::check`] makes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<P>(P);

impl<P> Deref for Checked<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

impl<P> Checked<P> {
    /// Gives the parameters back.
    pub fn into_inner(self) -> P {
        self.0
    }
}

/// Refuses a whole number below its smallest allowed value.
pub(crate) fn at_least(name: &'static str, value: usize, min: usize) -> Result<(), ParamError> {
    if value >= min {
        return Ok(());
    }
    let as_i64 = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(ParamError::TooSmall { name, value: as_i64(value), min: as_i64(min) })
}

/// Refuses a span of time that is not above zero.
pub(crate) fn seconds(name: &'static str, value: Option<f64>) -> Result<(), ParamError> {
    match value {
        Some(value) if !(value > 0.0 && value.is_finite()) => {
            Err(ParamError::OutOfRange { name, value, allowed: "above 0 and finite" })
        }
        _ => Ok(()),
    }
}

/// When a span of seconds from now is over; `None` without one, and for one beyond what a clock can tell.
pub(crate) fn deadline(seconds: Option<f64>) -> Option<Instant> {
    let seconds = Duration::try_from_secs_f64(seconds?).ok()?;
    Instant::now().checked_add(seconds)
}
