//! Parameters of [`ItemSimilarity`](crate::similarity::ItemSimilarity).

use serde::{Deserialize, Serialize};

use crate::data::Unit;
use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::similarity::{ItemSimilarity, Measure};

/// How items are compared, and how much is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSimilarityParams {
    pub(super) measure: Measure,
    pub(super) neighbors: usize,
    pub(super) unit: Unit,
    pub(super) max_history: Option<usize>,
}

impl ItemSimilarity {
    /// Parameters with their defaults: cosine, 100 neighbours an item, counted by customer, the latest 1,000 items of
    /// each.
    #[must_use]
    pub fn params() -> ItemSimilarityParams {
        ItemSimilarityParams {
            measure: Measure::Cosine,
            neighbors: 100,
            unit: Unit::Customer,
            max_history: Some(1000),
        }
    }
}

impl ItemSimilarityParams {
    /// The measure of similarity.
    #[must_use]
    pub fn measure(mut self, measure: Measure) -> Self {
        self.measure = measure;
        self
    }

    /// How many neighbours of each item are kept, at least 1.
    #[must_use]
    pub fn neighbors(mut self, neighbors: usize) -> Self {
        self.neighbors = neighbors;
        self
    }

    /// What two items must share to be counted together.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// How many distinct items of a customer count, the latest kept and ties broken by id; at least 1, or `None` for
    /// all. A customer with thousands of items says little of each pair, and costs their square.
    #[must_use]
    pub fn max_history(mut self, max_history: Option<usize>) -> Self {
        self.max_history = max_history;
        self
    }
}

impl Params for ItemSimilarityParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("neighbors", self.neighbors, 1)?;
        at_least("max_history", self.max_history.unwrap_or(1), 1)
    }
}
