//! Parameters of [`Replenishment`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::replenish::Replenishment;

/// How far ahead is looked, how wide an interval is, and which purchases are answered for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplenishmentParams {
    pub(super) horizon_days: f64,
    pub(super) coverage: f64,
    pub(super) min_purchases: usize,
    pub(super) use_quantities: bool,
}

impl Default for ReplenishmentParams {
    fn default() -> Self {
        Self { horizon_days: 7.0, coverage: 0.8, min_purchases: 1, use_quantities: true }
    }
}

impl Replenishment {
    /// Parameters with their defaults: purchases within a week, intervals of 80 %, items bought once or more, quantities
    /// used.
    #[must_use]
    pub fn params() -> ReplenishmentParams {
        ReplenishmentParams::default()
    }
}

impl ReplenishmentParams {
    /// Within how many days from the day asked about a purchase counts for the score: above 0, at most 3660.
    #[must_use]
    pub fn horizon_days(mut self, days: f64) -> Self {
        self.horizon_days = days;
        self
    }

    /// The share of next purchases between `earliest` and `latest`, above 0 and below 1, of those that come at all.
    #[must_use]
    pub fn coverage(mut self, share: f64) -> Self {
        self.coverage = share;
        self
    }

    /// On how many days at least a customer bought an item that is answered, from 1.
    #[must_use]
    pub fn min_purchases(mut self, purchases: usize) -> Self {
        self.min_purchases = purchases;
        self
    }

    /// Whether a larger quantity may last longer. Without, and where all quantities are equal, `beta` is 0.
    #[must_use]
    pub fn use_quantities(mut self, use_quantities: bool) -> Self {
        self.use_quantities = use_quantities;
        self
    }
}

impl Params for ReplenishmentParams {
    fn validate(&self) -> Result<(), ParamError> {
        check_horizon(self.horizon_days)?;
        let (name, value) = ("coverage", self.coverage);
        if !(value > 0.0 && value < 1.0) {
            return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and below 1" });
        }
        at_least("min_purchases", self.min_purchases, 1)
    }
}

/// Refuses a horizon that is none.
pub(super) fn check_horizon(value: f64) -> Result<(), ParamError> {
    if value > 0.0 && value <= 3660.0 {
        return Ok(());
    }
    Err(ParamError::OutOfRange { name: "horizon_days", value, allowed: "above 0 and at most 3660" })
}
