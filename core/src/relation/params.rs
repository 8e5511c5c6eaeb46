//! Parameters of [`ItemRelations`](crate::relation::ItemRelations).

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::params::{Params, at_least, seconds};
use crate::relation::ItemRelations;

/// When two items are complements and when substitutes, and how much is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRelationsParams {
    pub(super) min_orders: usize,
    pub(super) min_together: usize,
    pub(super) min_apart: usize,
    pub(super) min_lift: f64,
    pub(super) max_lift: f64,
    pub(super) min_context: f64,
    pub(super) shrinkage: f64,
    pub(super) window_days: Option<f64>,
    pub(super) profile: usize,
    pub(super) neighbors: usize,
}

impl ItemRelations {
    /// Parameters with their defaults: 10 baskets of each item, 3 together, a lift of 3 for complements, of at most 0.5 and a
    /// context of 0.2 for substitutes, shrinkage 3, no window and nobody needed apart, profiles of 200 items, 50 of each
    /// relation kept an item.
    #[must_use]
    pub fn params() -> ItemRelationsParams {
        ItemRelationsParams {
            min_orders: 10,
            min_together: 3,
            min_apart: 0,
            min_lift: 3.0,
            max_lift: 0.5,
            min_context: 0.2,
            shrinkage: 3.0,
            window_days: None,
            profile: 200,
            neighbors: 50,
        }
    }
}

impl ItemRelationsParams {
    /// In how many baskets an item must be for anything to be said of it, at least 1.
    #[must_use]
    pub fn min_orders(mut self, min_orders: usize) -> Self {
        self.min_orders = min_orders;
        self
    }

    /// In how many baskets complements must be together, and an item must be beside another to count for its profile; at
    /// least 1.
    #[must_use]
    pub fn min_together(mut self, min_together: usize) -> Self {
        self.min_together = min_together;
        self
    }

    /// How many customers must have bought substitutes apart, from 0.
    #[must_use]
    pub fn min_apart(mut self, min_apart: usize) -> Self {
        self.min_apart = min_apart;
        self
    }

    /// The shrunk lift from which on two items are complements, above 1.
    #[must_use]
    pub fn min_lift(mut self, min_lift: f64) -> Self {
        self.min_lift = min_lift;
        self
    }

    /// The shrunk lift up to which two items can be substitutes, above 0 and below `min_lift`. At 0.5, two that are never
    /// together must be expected together as often as the shrinkage is; above, little evidence is enough.
    #[must_use]
    pub fn max_lift(mut self, max_lift: f64) -> Self {
        self.max_lift = max_lift;
        self
    }

    /// The context from which on two items can be substitutes, above 0 and at most 1.
    #[must_use]
    pub fn min_context(mut self, min_context: f64) -> Self {
        self.min_context = min_context;
        self
    }

    /// How many baskets with a lift of 1 are added to what is seen, above 0.
    #[must_use]
    pub fn shrinkage(mut self, shrinkage: f64) -> Self {
        self.shrinkage = shrinkage;
        self
    }

    /// Within how many days of each other two orders count as one in place of the other, above 0; `None` for any time. A log
    /// without times has no window.
    #[must_use]
    pub fn window_days(mut self, window_days: Option<f64>) -> Self {
        self.window_days = window_days;
        self
    }

    /// How many items a profile has at most, those of the largest lift; at least 1.
    #[must_use]
    pub fn profile(mut self, profile: usize) -> Self {
        self.profile = profile;
        self
    }

    /// How many complements and how many substitutes of each item are kept, at least 1.
    #[must_use]
    pub fn neighbors(mut self, neighbors: usize) -> Self {
        self.neighbors = neighbors;
        self
    }
}

impl Params for ItemRelationsParams {
    fn validate(&self) -> Result<(), ParamError> {
        for (name, value) in [
            ("min_orders", self.min_orders),
            ("min_together", self.min_together),
            ("profile", self.profile),
            ("neighbors", self.neighbors),
        ] {
            at_least(name, value, 1)?;
        }
        seconds("window_days", self.window_days)?;
        let ranges = [
            (
                "min_lift",
                self.min_lift,
                self.min_lift > 1.0 && self.min_lift.is_finite(),
                "above 1 and finite",
            ),
            (
                "max_lift",
                self.max_lift,
                self.max_lift > 0.0 && self.max_lift < self.min_lift,
                "above 0 and below min_lift",
            ),
            (
                "min_context",
                self.min_context,
                self.min_context > 0.0 && self.min_context <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "shrinkage",
                self.shrinkage,
                self.shrinkage > 0.0 && self.shrinkage.is_finite(),
                "above 0 and finite",
            ),
        ];
        match ranges.into_iter().find(|&(_, _, is_allowed, _)| !is_allowed) {
            Some((name, value, _, allowed)) => Err(ParamError::OutOfRange { name, value, allowed }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_named_with_its_value() {
        let params = ItemRelations::params;
        assert_eq!(params().validate(), Ok(()));
        let message = |params: ItemRelationsParams| params.validate().unwrap_err().to_string();
        assert_eq!(message(params().min_orders(0)), "min_orders must be at least 1, got 0");
        assert_eq!(message(params().min_lift(1.0)), "min_lift must be above 1 and finite, got 1");
        assert_eq!(message(params().max_lift(3.0)), "max_lift must be above 0 and below min_lift, got 3");
        assert_eq!(message(params().min_context(0.0)), "min_context must be above 0 and at most 1, got 0");
        assert_eq!(message(params().shrinkage(f64::NAN)), "shrinkage must be above 0 and finite, got NaN");
        assert_eq!(message(params().window_days(Some(0.0))), "window_days must be above 0 and finite, got 0");
    }
}
