//! Parameters of [`NextBasket`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::next_basket::NextBasket;
use crate::params::{Params, at_least};

/// What the customer's own baskets say of an item that they bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Personal {
    /// How probably it is bought again: `(x + k p) / (N + k)`. `N` are the customer's baskets after the first one with the
    /// item and `x` those of them that hold it again, both decayed by [`NextBasketParams::repeat_decay`]; `k` is
    /// [`NextBasketParams::customer_prior`]. `p` is the same over all customers, without decay: `(r + s p0) / (e + s)`, with
    /// `e` the baskets after a first one with the item, `r` those that hold it again, `s`
    /// [`NextBasketParams::item_prior`], and `p0 = (R + 1) / (E + 2)` from the sums `R` and `E` over all items.
    #[default]
    Repurchase,
    /// Its weight in the customer's vector: what TIFU-kNN counts.
    Frequency,
}

impl Personal {
    /// Reads `repurchase` or `frequency`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "repurchase" => Ok(Self::Repurchase),
            "frequency" => Ok(Self::Frequency),
            _ => Err(ParamError::UnknownChoice {
                name: "personal",
                value: word.to_owned(),
                allowed: "repurchase, frequency",
            }),
        }
    }
}

/// What the customer's own baskets say, how baskets become the vector that neighbours are found by, and what each source
/// weighs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NextBasketParams {
    pub(super) personal: Personal,
    pub(super) repeat_decay: f64,
    pub(super) customer_prior: f64,
    pub(super) item_prior: f64,
    pub(super) group_size: Option<usize>,
    pub(super) within_decay: f64,
    pub(super) group_decay: f64,
    pub(super) neighbors: usize,
    pub(super) personal_weight: f64,
    pub(super) neighbors_weight: f64,
    pub(super) popularity_weight: f64,
}

impl Default for NextBasketParams {
    fn default() -> Self {
        Self {
            personal: Personal::Repurchase,
            repeat_decay: 0.9,
            customer_prior: 10.0,
            item_prior: 100.0,
            group_size: Some(7),
            within_decay: 0.9,
            group_decay: 0.7,
            neighbors: 300,
            personal_weight: 1.0,
            neighbors_weight: 2.0,
            popularity_weight: 0.1,
        }
    }
}

impl NextBasket {
    /// Parameters with their defaults, a blend of all three sources, chosen on the validation part of the Ta-Feng data: 13,858
    /// customers with some baskets each. Where customers are fewer or their histories longer, neighbours tell less: try 50 of
    /// them, and a weight of 1.
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
            personal: Personal::Frequency,
            group_size: None,
            within_decay: 1.0,
            group_decay: 1.0,
            neighbors_weight: 0.0,
            popularity_weight: 1e-6,
            ..Self::default()
        }
    }

    /// TIFU-kNN with the parameters that its authors chose for Ta-Feng (Hu et al. 2020, doi 10.1145/3397271.3401066):
    /// groups of 7 baskets, decays 0.9 and 0.7, 300 neighbours, alpha 0.7.
    #[must_use]
    pub fn tifu_knn() -> Self {
        Self {
            personal: Personal::Frequency,
            personal_weight: 0.7,
            neighbors_weight: 0.3,
            popularity_weight: 0.0,
            ..Self::default()
        }
    }

    /// Parameters by name: `blend`, the default; `top_frequency`; `tifu_knn`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn preset(word: &str) -> Result<Self, ParamError> {
        match word {
            "blend" => Ok(Self::default()),
            "top_frequency" => Ok(Self::top_frequency()),
            "tifu_knn" => Ok(Self::tifu_knn()),
            _ => Err(ParamError::UnknownChoice {
                name: "preset",
                value: word.to_owned(),
                allowed: "blend, top_frequency, tifu_knn",
            }),
        }
    }

    /// What the customer's own baskets say: by default the probability that an item is bought again.
    #[must_use]
    pub fn personal(mut self, personal: Personal) -> Self {
        self.personal = personal;
        self
    }

    /// Of [`Personal::Repurchase`]: what a basket weighs against the one after it, above 0 and at most 1; 0.9 by default.
    #[must_use]
    pub fn repeat_decay(mut self, decay: f64) -> Self {
        self.repeat_decay = decay;
        self
    }

    /// Of [`Personal::Repurchase`]: for how many of the customer's baskets the item's general probability counts, above 0;
    /// 10 by default.
    #[must_use]
    pub fn customer_prior(mut self, baskets: f64) -> Self {
        self.customer_prior = baskets;
        self
    }

    /// Of [`Personal::Repurchase`]: for how many baskets with an item the mean of all items counts, above 0; 100 by default.
    #[must_use]
    pub fn item_prior(mut self, baskets: f64) -> Self {
        self.item_prior = baskets;
        self
    }

    /// `m`: of how many following baskets a group of the vector is, at least 1, counted back from the last basket; the
    /// earliest group may have fewer. `None` for one group of all; 7 by default.
    #[must_use]
    pub fn group_size(mut self, group_size: Option<usize>) -> Self {
        self.group_size = group_size;
        self
    }

    /// `r_b`: what a basket of the vector weighs against the one after it, above 0 and at most 1; 0.9 by default.
    #[must_use]
    pub fn within_decay(mut self, decay: f64) -> Self {
        self.within_decay = decay;
        self
    }

    /// `r_g`: what a group of the vector weighs against the one after it, above 0 and at most 1; 0.7 by default.
    #[must_use]
    pub fn group_decay(mut self, decay: f64) -> Self {
        self.group_decay = decay;
        self
    }

    /// How many nearest customers are asked, at least 1; 300 by default.
    #[must_use]
    pub fn neighbors(mut self, neighbors: usize) -> Self {
        self.neighbors = neighbors;
        self
    }

    /// What the customer's own baskets weigh: `alpha` of TIFU-kNN. At least 0, as the two others; one is above it. 1 by
    /// default.
    #[must_use]
    pub fn personal_weight(mut self, weight: f64) -> Self {
        self.personal_weight = weight;
        self
    }

    /// What the mean vector of the neighbours weighs; 2 by default.
    #[must_use]
    pub fn neighbors_weight(mut self, weight: f64) -> Self {
        self.neighbors_weight = weight;
        self
    }

    /// What the share of all baskets with the item weighs; 0.1 by default.
    #[must_use]
    pub fn popularity_weight(mut self, weight: f64) -> Self {
        self.popularity_weight = weight;
        self
    }
}

impl Params for NextBasketParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("group_size", self.group_size.unwrap_or(1), 1)?;
        at_least("neighbors", self.neighbors, 1)?;
        let decays = [
            ("repeat_decay", self.repeat_decay),
            ("within_decay", self.within_decay),
            ("group_decay", self.group_decay),
        ];
        for (name, value) in decays {
            if !(value > 0.0 && value <= 1.0) {
                return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and at most 1" });
            }
        }
        let priors = [("customer_prior", self.customer_prior), ("item_prior", self.item_prior)];
        for (name, value) in priors {
            if !(value > 0.0 && value <= 1e9) {
                return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and at most a billion" });
            }
        }
        let weights = [
            ("personal_weight", self.personal_weight),
            ("neighbors_weight", self.neighbors_weight),
            ("popularity_weight", self.popularity_weight),
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
