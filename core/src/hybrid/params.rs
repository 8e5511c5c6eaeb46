//! Parameters of [`HybridSimilarity`](crate::hybrid::HybridSimilarity).

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::hybrid::HybridSimilarity;
use crate::params::{Params, at_least};

/// How the two similarities are blended, and how much is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HybridSimilarityParams {
    pub(super) evidence: f64,
    pub(super) content_weight: Option<f64>,
    pub(super) neighbors: usize,
}

impl HybridSimilarity {
    /// Parameters with their defaults: evidence 20, the weight of content found from the data, 50 neighbours an item.
    #[must_use]
    pub fn params() -> HybridSimilarityParams {
        HybridSimilarityParams { evidence: 20.0, content_weight: None, neighbors: 50 }
    }
}

impl HybridSimilarityParams {
    /// The number of customers of the less bought item of a pair at which both similarities count the same, above 0.
    #[must_use]
    pub fn evidence(mut self, evidence: f64) -> Self {
        self.evidence = evidence;
        self
    }

    /// What the similarity by content is multiplied with, above 0 and at most 1. The two similarities have different
    /// scales: in most shops the nearest neighbour by content is at 0.8, that by customers at 0.2. With `None` the weight
    /// makes the nearest neighbours of the items with evidence as near by content as by customers, on average.
    #[must_use]
    pub fn content_weight(mut self, content_weight: Option<f64>) -> Self {
        self.content_weight = content_weight;
        self
    }

    /// How many neighbours of each item are kept, at least 1.
    #[must_use]
    pub fn neighbors(mut self, neighbors: usize) -> Self {
        self.neighbors = neighbors;
        self
    }
}

impl Params for HybridSimilarityParams {
    fn validate(&self) -> Result<(), ParamError> {
        if !(self.evidence > 0.0 && self.evidence.is_finite()) {
            let (name, value) = ("evidence", self.evidence);
            return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and finite" });
        }
        match self.content_weight {
            Some(value) if !(value > 0.0 && value <= 1.0) => {
                let name = "content_weight";
                return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and at most 1" });
            }
            _ => {}
        }
        at_least("neighbors", self.neighbors, 1)
    }
}
