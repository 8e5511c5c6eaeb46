//! Parameters of [`Lifecycle`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::lifecycle::Lifecycle;
use crate::params::{Params, at_least};
use crate::time::Time;

/// When stages are taken, and where their limits are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LifecycleParams {
    pub(super) as_of: Option<Time>,
    pub(super) slipping: f64,
    pub(super) dormant: f64,
    pub(super) lost: f64,
    pub(super) loyal_purchases: usize,
}

impl Default for LifecycleParams {
    fn default() -> Self {
        Self { as_of: None, slipping: 0.8, dormant: 0.9, lost: 0.97, loyal_purchases: 4 }
    }
}

impl Lifecycle {
    /// Parameters with their defaults: `as_of` the midnight (UTC) after the last order, limits at the quantiles 0.8, 0.9 and
    /// 0.97 of a customer's intervals, loyal from four purchases on.
    #[must_use]
    pub fn params() -> LifecycleParams {
        LifecycleParams::default()
    }
}

impl LifecycleParams {
    /// The midnight (UTC) at which stages are taken; orders and events at it or later do not count.
    #[must_use]
    pub fn as_of(mut self, as_of: Time) -> Self {
        self.as_of = Some(as_of);
        self
    }

    /// The share of intervals of a customer that are expected to be over when the customer is called slipping: above 0, below
    /// `dormant`.
    #[must_use]
    pub fn slipping(mut self, share: f64) -> Self {
        self.slipping = share;
        self
    }

    /// The same for dormant: below `lost`.
    #[must_use]
    pub fn dormant(mut self, share: f64) -> Self {
        self.dormant = share;
        self
    }

    /// The same for lost: below 1.
    #[must_use]
    pub fn lost(mut self, share: f64) -> Self {
        self.lost = share;
        self
    }

    /// From how many purchases without having gone dormant a customer is loyal: at least 2.
    #[must_use]
    pub fn loyal_purchases(mut self, purchases: usize) -> Self {
        self.loyal_purchases = purchases;
        self
    }
}

impl Params for LifecycleParams {
    fn validate(&self) -> Result<(), ParamError> {
        if let Some(as_of) = self.as_of
            && as_of != as_of.floor_day()
        {
            return Err(ParamError::NotMidnight { name: "as_of", value: as_of.to_string() });
        }
        let bounds = [
            ("slipping", self.slipping, self.dormant, "above 0 and below dormant"),
            ("dormant", self.dormant, self.lost, "above slipping and below lost"),
            ("lost", self.lost, 1.0, "above dormant and below 1"),
        ];
        for (name, value, above, allowed) in bounds {
            if !(value > 0.0 && value < above) {
                return Err(ParamError::OutOfRange { name, value, allowed });
            }
        }
        at_least("loyal_purchases", self.loyal_purchases, 2)
    }
}
