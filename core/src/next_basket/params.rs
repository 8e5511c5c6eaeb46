//! Parameters of [`NextBasket`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::next_basket::NextBasket;
use crate::params::{Params, at_least};

/// Which customers are near each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Those whose vectors lie a small way apart; each neighbour counts alike.
    Euclidean,
    /// Those whose vectors point the same way, whatever their lengths; each neighbour counts by the cosine. A customer with
    /// no item in common is no neighbour.
    #[default]
    Cosine,
}

impl Distance {
    /// Reads `euclidean` or `cosine`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "euclidean" => Ok(Self::Euclidean),
            "cosine" => Ok(Self::Cosine),
            _ => Err(ParamError::UnknownChoice {
                name: "distance",
                value: word.to_owned(),
                allowed: "euclidean, cosine",
            }),
        }
    }
}

/// How baskets become a vector of the customer, who counts as a neighbour, and what each source weighs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NextBasketParams {
    pub(super) group_size: Option<usize>,
    pub(super) within_decay: f64,
    pub(super) group_decay: f64,
    pub(super) neighbors: usize,
    pub(super) distance: Distance,
    pub(super) rarity: f64,
    pub(super) personal_weight: f64,
    pub(super) neighbors_weight: f64,
    pub(super) popularity_weight: f64,
    pub(super) popularity_decay: f64,
}

impl Default for NextBasketParams {
    fn default() -> Self {
        Self {
            group_size: None,
            within_decay: 1.0,
            group_decay: 1.0,
            neighbors: 1000,
            distance: Distance::Cosine,
            rarity: 0.5,
            personal_weight: 0.15,
            neighbors_weight: 0.35,
            popularity_weight: 0.5,
            popularity_decay: 0.5,
        }
    }
}

impl NextBasket {
    /// Parameters with their defaults, a blend of all three sources, chosen on the validation part of the Ta-Feng data.
    #[must_use]
    pub fn params() -> NextBasketParams {
        NextBasketParams::default()
    }
}

impl NextBasketParams {
    /// Personal frequency first, ties and the rest of the list by general frequency: GP-TopFreq (Li et al. 2023, doi
    /// 10.1145/3587153).
    #[must_use]
    pub fn top_frequency() -> Self {
        Self {
            group_size: None,
            within_decay: 1.0,
            group_decay: 1.0,
            neighbors: 1,
            distance: Distance::Euclidean,
            rarity: 0.0,
            personal_weight: 1.0,
            neighbors_weight: 0.0,
            popularity_weight: 1e-6,
            popularity_decay: 1.0,
        }
    }

    /// TIFU-kNN with the parameters that its authors chose for Ta-Feng (Hu et al. 2020, doi 10.1145/3397271.3401066):
    /// groups of 7 baskets, decays 0.9 and 0.7, 300 neighbours, alpha 0.7.
    #[must_use]
    pub fn tifu_knn() -> Self {
        Self {
            group_size: Some(7),
            within_decay: 0.9,
            group_decay: 0.7,
            neighbors: 300,
            distance: Distance::Euclidean,
            rarity: 0.0,
            personal_weight: 0.7,
            neighbors_weight: 0.3,
            popularity_weight: 0.0,
            popularity_decay: 1.0,
        }
    }

    /// `m`: of how many following baskets a group is, at least 1, counted back from the last basket; the earliest group may
    /// have fewer. `None`, the default, for one group of all.
    #[must_use]
    pub fn group_size(mut self, group_size: Option<usize>) -> Self {
        self.group_size = group_size;
        self
    }

    /// `r_b`: what a basket weighs against the one after it, above 0 and at most 1.
    #[must_use]
    pub fn within_decay(mut self, decay: f64) -> Self {
        self.within_decay = decay;
        self
    }

    /// `r_g`: what a group weighs against the one after it, above 0 and at most 1.
    #[must_use]
    pub fn group_decay(mut self, decay: f64) -> Self {
        self.group_decay = decay;
        self
    }

    /// How many nearest customers are asked, at least 1.
    #[must_use]
    pub fn neighbors(mut self, neighbors: usize) -> Self {
        self.neighbors = neighbors;
        self
    }

    /// Which customers are near each other.
    #[must_use]
    pub fn distance(mut self, distance: Distance) -> Self {
        self.distance = distance;
        self
    }

    /// How much more a rare item says of who is near: in squares and products each item counts `(n / (1 + c))^rarity`, `n`
    /// the number of customers and `c` of those with the item. From 0, for all alike, to 4.
    #[must_use]
    pub fn rarity(mut self, exponent: f64) -> Self {
        self.rarity = exponent;
        self
    }

    /// What the customer's own vector weighs: `alpha` of TIFU-kNN. At least 0, as the two others; one is above it.
    #[must_use]
    pub fn personal_weight(mut self, weight: f64) -> Self {
        self.personal_weight = weight;
        self
    }

    /// What the mean vector of the neighbours weighs.
    #[must_use]
    pub fn neighbors_weight(mut self, weight: f64) -> Self {
        self.neighbors_weight = weight;
        self
    }

    /// What the share of all baskets with the item weighs.
    #[must_use]
    pub fn popularity_weight(mut self, weight: f64) -> Self {
        self.popularity_weight = weight;
        self
    }

    /// What a basket weighs in the share of all baskets against the same customer's next one, above 0 and at most 1.
    #[must_use]
    pub fn popularity_decay(mut self, decay: f64) -> Self {
        self.popularity_decay = decay;
        self
    }
}

impl Params for NextBasketParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("group_size", self.group_size.unwrap_or(1), 1)?;
        at_least("neighbors", self.neighbors, 1)?;
        let decays = [
            ("within_decay", self.within_decay),
            ("group_decay", self.group_decay),
            ("popularity_decay", self.popularity_decay),
        ];
        for (name, value) in decays {
            if !(value > 0.0 && value <= 1.0) {
                return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and at most 1" });
            }
        }
        if !(0.0..=4.0).contains(&self.rarity) {
            return Err(ParamError::OutOfRange {
                name: "rarity",
                value: self.rarity,
                allowed: "from 0 to 4",
            });
        }
        let weights = [
            ("neighbors_weight", self.neighbors_weight),
            ("popularity_weight", self.popularity_weight),
            ("personal_weight", self.personal_weight),
        ];
        for (name, value) in weights {
            if !(0.0..=1e6).contains(&value) {
                return Err(ParamError::OutOfRange { name, value, allowed: "from 0 to a million" });
            }
        }
        if weights.iter().all(|&(_, weight)| weight <= 0.0) {
            let allowed = "above 0 where the two other weights are 0";
            return Err(ParamError::OutOfRange { name: "personal_weight", value: 0.0, allowed });
        }
        Ok(())
    }
}
