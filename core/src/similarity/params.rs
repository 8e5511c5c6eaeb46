//! Parameters of [`ItemSimilarity`](crate::similarity::ItemSimilarity).

use serde::{Deserialize, Serialize};

use crate::data::Unit;
use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::similarity::weighting::check_unit;
use crate::similarity::{ItemSimilarity, Measure, Strength, Weighting};
use crate::time::Time;

/// Which end of a pair chooses its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Each item that one has speaks for its own nearest neighbours: those with the most similar sources.
    #[default]
    Source,
    /// Each candidate listens to its own nearest neighbours among what one has. Rare items are heard more often.
    Target,
}

impl Side {
    /// Reads `source` or `target`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "source" => Ok(Self::Source),
            "target" => Ok(Self::Target),
            _ => Err(ParamError::UnknownChoice {
                name: "side",
                value: word.to_owned(),
                allowed: "source, target",
            }),
        }
    }
}

/// How items are compared, and how much is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemSimilarityParams {
    pub(super) measure: Measure,
    pub(super) neighbors: usize,
    pub(super) side: Side,
    pub(super) unit: Unit,
    pub(super) strength: Strength,
    pub(super) weighting: Weighting,
    pub(super) user_exponent: f64,
    pub(super) shrinkage: f64,
    pub(super) asymmetry: f64,
    pub(super) popularity_damping: f64,
    pub(super) half_life_days: Option<f64>,
    pub(super) pair_half_life_days: Option<f64>,
    pub(super) as_of: Option<Time>,
    pub(super) min_customers: usize,
    pub(super) max_history: Option<usize>,
}

impl Default for ItemSimilarityParams {
    fn default() -> Self {
        Self {
            measure: Measure::Cosine,
            neighbors: 100,
            side: Side::Source,
            unit: Unit::Customer,
            strength: Strength::Binary,
            weighting: Weighting::Plain,
            user_exponent: 0.0,
            shrinkage: 0.0,
            asymmetry: 0.5,
            popularity_damping: 0.0,
            half_life_days: None,
            pair_half_life_days: None,
            as_of: None,
            min_customers: 1,
            max_history: Some(1000),
        }
    }
}

impl ItemSimilarity {
    /// Parameters with their defaults: cosine, 100 neighbours an item, counted by customer, the latest 1,000 items of
    /// each, nothing weighted.
    #[must_use]
    pub fn params() -> ItemSimilarityParams {
        ItemSimilarityParams::default()
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

    /// Which end of a pair chooses: the item that one has, or the candidate.
    #[must_use]
    pub fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// What two items must share to be counted together.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// What a pair of a customer and an item is worth. Other than binary only with unit customer.
    #[must_use]
    pub fn strength(mut self, strength: Strength) -> Self {
        self.strength = strength;
        self
    }

    /// How strengths become weights.
    #[must_use]
    pub fn weighting(mut self, weighting: Weighting) -> Self {
        self.weighting = weighting;
        self
    }

    /// What a user counts for by their number of items: its power of this exponent, from -4 to 4. 0 for all alike; below it
    /// those with many items say less of each pair (Breese et al. 1998, arXiv:1301.7363, as inverse user frequency). Sums of
    /// [`Measure::Dot`] above 3.4e38 are refused.
    #[must_use]
    pub fn user_exponent(mut self, exponent: f64) -> Self {
        self.user_exponent = exponent;
        self
    }

    /// Multiplies a similarity by `n / (n + shrinkage)`, `n` the number of users in common: few of them say little. At
    /// least 0, which is none (Bell & Koren 2007, doi 10.1109/ICDM.2007.90).
    #[must_use]
    pub fn shrinkage(mut self, shrinkage: f64) -> Self {
        self.shrinkage = shrinkage;
        self
    }

    /// `alpha` of the cosine, from 0 to 1: which of the two items' popularity it is divided by, that of the item one has (1)
    /// or that of the candidate (0). 0.5, the default, is symmetric (Aiolli 2013, doi 10.1145/2507157.2507189).
    #[must_use]
    pub fn asymmetry(mut self, alpha: f64) -> Self {
        self.asymmetry = alpha;
        self
    }

    /// Divides a similarity by the candidate's number of users to this power, from 0 (not at all, the default) to 4: `beta`
    /// of RP3beta (Paudel et al. 2017, doi 10.1145/2955101), which is this with measure conditional and a user exponent of -1.
    #[must_use]
    pub fn popularity_damping(mut self, beta: f64) -> Self {
        self.popularity_damping = beta;
        self
    }

    /// The days in which a purchase loses half of its weight, from 0.001 to a million; `None`, the default, for none. What all
    /// purchases lost alike changes no measure but [`Measure::Dot`], which is refused where less than 1.2e-38 is left.
    #[must_use]
    pub fn half_life_days(mut self, days: Option<f64>) -> Self {
        self.half_life_days = days;
        self
    }

    /// The days between two purchases of a customer that halve what they say of each other; `None`, the default, for
    /// none. Only with unit customer.
    #[must_use]
    pub fn pair_half_life_days(mut self, days: Option<f64>) -> Self {
        self.pair_half_life_days = days;
        self
    }

    /// When purchases have their age; the time of the latest one where not given.
    #[must_use]
    pub fn as_of(mut self, as_of: Option<Time>) -> Self {
        self.as_of = as_of;
        self
    }

    /// How many different customers must have both items of a pair, at least 1.
    #[must_use]
    pub fn min_customers(mut self, min_customers: usize) -> Self {
        self.min_customers = min_customers;
        self
    }

    /// How many distinct items of a customer count, the latest kept and ties broken by id; at least 1, or `None` for
    /// all. A customer with thousands of items says little of each pair, and costs their square. Of a matrix all count, as nothing
    /// tells which are the latest.
    #[must_use]
    pub fn max_history(mut self, max_history: Option<usize>) -> Self {
        self.max_history = max_history;
        self
    }

    /// Whether a pair counts for more or less than 1.
    pub(super) fn is_weighted(&self) -> bool {
        self.strength != Strength::Binary
            || self.weighting != Weighting::Plain
            || self.user_exponent != 0.0
            || self.half_life_days.is_some()
            || self.pair_half_life_days.is_some()
    }
}

impl Params for ItemSimilarityParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("neighbors", self.neighbors, 1)?;
        at_least("max_history", self.max_history.unwrap_or(1), 1)?;
        at_least("min_customers", self.min_customers, 1)?;
        let within = |name, value: f64, least: f64, most: f64, allowed| {
            let fits = (least..=most).contains(&value);
            if fits { Ok(()) } else { Err(ParamError::OutOfRange { name, value, allowed }) }
        };
        within("user_exponent", self.user_exponent, -4.0, 4.0, "from -4 to 4")?;
        within("shrinkage", self.shrinkage, 0.0, 1e9, "from 0 to a billion")?;
        within("asymmetry", self.asymmetry, 0.0, 1.0, "from 0 to 1")?;
        within("popularity_damping", self.popularity_damping, 0.0, 4.0, "from 0 to 4")?;
        for (name, days) in
            [("half_life_days", self.half_life_days), ("pair_half_life_days", self.pair_half_life_days)]
        {
            within(name, days.unwrap_or(1.0), 1e-3, 1e6, "from 0.001 to a million")?;
        }
        self.weighting.check()?;
        check_unit(self.strength, self.unit)?;
        let refuse = |name, allowed, with| Err(ParamError::NotWith { name, allowed, with });
        if self.pair_half_life_days.is_some() && self.unit == Unit::Order {
            return refuse("pair_half_life_days", "none", "unit order");
        }
        if self.is_weighted() && self.min_customers > 1 && self.unit == Unit::Order {
            return refuse("min_customers", "1", "weighted pairs of unit order");
        }
        if self.measure.needs_counts() && self.is_weighted() {
            let allowed = "cosine, tanimoto, dice, conditional or dot";
            return refuse(
                "measure",
                allowed,
                "weighted pairs (strength, weighting, user_exponent, half-lives)",
            );
        }
        if self.popularity_damping > 0.0 && !self.measure.is_product() {
            return refuse(
                "popularity_damping",
                "0",
                "measures other than cosine, conditional, dot and lift",
            );
        }
        if self.asymmetry.to_bits() != 0.5_f64.to_bits() && self.measure != Measure::Cosine {
            return refuse("asymmetry", "0.5", "measures other than cosine");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_go_together_is_refused_by_name() {
        let params = ItemSimilarity::params;
        for (refused, name) in [
            (params().neighbors(0), "neighbors"),
            (params().min_customers(0), "min_customers"),
            (params().user_exponent(f64::NAN), "user_exponent"),
            (params().shrinkage(-1.0), "shrinkage"),
            (params().asymmetry(1.5), "asymmetry"),
            (params().popularity_damping(-0.1), "popularity_damping"),
            (params().half_life_days(Some(0.0)), "half_life_days"),
            (params().weighting(Weighting::Bm25 { k1: 1.2, b: 2.0 }), "b must"),
            (params().unit(Unit::Order).strength(Strength::Orders), "strength"),
            (params().unit(Unit::Order).pair_half_life_days(Some(1.0)), "pair_half_life_days"),
            (params().unit(Unit::Order).min_customers(2).user_exponent(-1.0), "min_customers"),
            (params().measure(Measure::Lift).user_exponent(-1.0), "measure"),
            (params().measure(Measure::Jaccard).popularity_damping(0.5), "popularity_damping"),
            (params().measure(Measure::Dice).asymmetry(0.2), "asymmetry"),
        ] {
            let message = refused.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
        assert_eq!(
            params().measure(Measure::Conditional).user_exponent(-1.0).popularity_damping(0.5).validate(),
            Ok(())
        );
        assert_eq!(params().unit(Unit::Order).min_customers(2).measure(Measure::Lift).validate(), Ok(()));
    }
}
