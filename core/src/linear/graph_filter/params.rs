//! Parameters of [`GraphFilter`](crate::linear::GraphFilter).

use serde::{Deserialize, Serialize};

use crate::data::Unit;
use crate::error::ParamError;
use crate::linear::GraphFilter;
use crate::params::{Params, at_least};

/// How strongly and how finely histories are smoothed, and what counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphFilterParams {
    pub(super) factors: usize,
    pub(super) alpha: f64,
    pub(super) user_exponent: f64,
    pub(super) item_exponent: f64,
    pub(super) unit: Unit,
    pub(super) max_history: Option<usize>,
    pub(super) power_iterations: usize,
    pub(super) seed: u64,
}

impl GraphFilter {
    /// Parameters with their defaults: 256 factors, `alpha` 0.3, by customer, the latest 1,000 items of each, 8 power
    /// iterations, seed 0.
    #[must_use]
    pub fn params() -> GraphFilterParams {
        GraphFilterParams {
            factors: 256,
            alpha: 0.3,
            user_exponent: -1.0,
            item_exponent: -0.5,
            unit: Unit::Customer,
            max_history: Some(1000),
            power_iterations: 8,
            seed: 0,
        }
    }
}

impl GraphFilterParams {
    /// How many of the smoothest directions pass the low-pass filter whole; 0 for none. At most as many as there are items
    /// or customers count. The model keeps 4 bytes for each factor of each item.
    #[must_use]
    pub fn factors(mut self, factors: usize) -> Self {
        self.factors = factors;
        self
    }

    /// The weight of the low-pass filter beside the linear one, from 0 to a billion.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// What each customer (or order) counts where two items are compared: the number of its items to this power, from -2 to
    /// 0. -1 as published; nearer to 0, those with long histories say more.
    #[must_use]
    pub fn user_exponent(mut self, exponent: f64) -> Self {
        self.user_exponent = exponent;
        self
    }

    /// What each of two items that are compared is multiplied by: the number of its customers (or orders) to this power, from
    /// -1 to 0. -0.5 as published; nearer to 0, popular items come first.
    #[must_use]
    pub fn item_exponent(mut self, exponent: f64) -> Self {
        self.item_exponent = exponent;
        self
    }

    /// The powers of units and of items in the normalised matrix, which a comparison holds the former of twice.
    pub(super) fn powers(&self) -> (f64, f64) {
        (self.user_exponent / 2.0, self.item_exponent)
    }

    /// Whose items make the graph: customers or orders.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// How many distinct items of a customer count, the latest kept and ties broken by id; at least 1, or `None` for all.
    /// Of a matrix all count, as nothing tells which are the latest.
    #[must_use]
    pub fn max_history(mut self, max_history: Option<usize>) -> Self {
        self.max_history = max_history;
        self
    }

    /// How often the random start is multiplied by the matrix and its transpose: the more, the closer to the exact
    /// directions. On 41,000 items, 8 bring 256 singular values within 0.012 of the exact ones, and 16 within 0.003; the
    /// lists are about as good with 2.
    #[must_use]
    pub fn power_iterations(mut self, power_iterations: usize) -> Self {
        self.power_iterations = power_iterations;
        self
    }

    /// The seed of the random start.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Params for GraphFilterParams {
    fn validate(&self) -> Result<(), ParamError> {
        if !(0.0..=1e9).contains(&self.alpha) {
            let allowed = "from 0 to a billion";
            return Err(ParamError::OutOfRange { name: "alpha", value: self.alpha, allowed });
        }
        for (name, value, low, allowed) in [
            ("user_exponent", self.user_exponent, -2.0, "from -2 to 0"),
            ("item_exponent", self.item_exponent, -1.0, "from -1 to 0"),
        ] {
            if !(low..=0.0).contains(&value) {
                return Err(ParamError::OutOfRange { name, value, allowed });
            }
        }
        at_least("max_history", self.max_history.unwrap_or(1), 1)
    }
}
