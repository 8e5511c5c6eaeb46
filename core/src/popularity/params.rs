//! Parameters of [`Popularity`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::params::Params;
use crate::popularity::Popularity;
use crate::time::Time;

/// What a purchase counts, and up to when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopularityParams {
    pub(super) half_life_days: Option<f64>,
    pub(super) as_of: Option<Time>,
}

impl Popularity {
    /// Parameters with their defaults: every customer of an item counts one, and every purchase counts.
    #[must_use]
    pub fn params() -> PopularityParams {
        PopularityParams { half_life_days: None, as_of: None }
    }
}

impl PopularityParams {
    /// In how many days a purchase loses half of its weight, above 0; `None` for no decay.
    #[must_use]
    pub fn half_life_days(mut self, half_life_days: Option<f64>) -> Self {
        self.half_life_days = half_life_days;
        self
    }

    /// The instant at which age is taken; later purchases do not count. `None` for the last order of the log.
    #[must_use]
    pub fn as_of(mut self, as_of: Option<Time>) -> Self {
        self.as_of = as_of;
        self
    }
}

impl Params for PopularityParams {
    fn validate(&self) -> Result<(), ParamError> {
        match self.half_life_days {
            Some(value) if !(value > 0.0 && value.is_finite()) => {
                Err(ParamError::OutOfRange { name: "half_life_days", value, allowed: "above 0 and finite" })
            }
            _ => Ok(()),
        }
    }
}
