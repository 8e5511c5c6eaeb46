//! From what a pair of items shares to a similarity.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::similarity::kernel::Family;

/// How what two items share becomes a similarity.
///
/// With `c` users (customers or orders) who have both, `a` who have one, `b` who have the other, `n` of them all; `c >= 1` for
/// every pair that is looked at, so each is defined. Where users or pairs have weights, `c`, `a` and `b` are the weighted sums
/// `s(i, j)`, `s(i, i)` and `s(j, j)` of [`Weighting`](crate::similarity::Weighting); the last four are defined on counts only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// `c / (a^alpha b^(1 - alpha))`, from 0 to 1; with `alpha` 0.5, the default, `c / sqrt(a b)` (Sarwar et al. 2001, doi
    /// 10.1145/371920.372071). Of other `alpha` see
    /// [`asymmetry`](crate::similarity::ItemSimilarityParams::asymmetry).
    #[default]
    Cosine,
    /// `c / (a + b - c)`, from 0 to 1, of weighted sums (Tanimoto 1958); on counts it is the Jaccard index.
    Tanimoto,
    /// `2 c / (a + b)`, from 0 to 1 (Dice 1945, doi 10.2307/1932409).
    Dice,
    /// `c / a` of the item that one has: the chance that who has it has the other, from 0 to 1. Not symmetric. (Deshpande &
    /// Karypis 2004, doi 10.1145/963770.963776.)
    Conditional,
    /// `c` alone: how many, or what weight, stands behind the pair. From 0 on.
    Dot,
    /// `c / (a + b - c)` of counts, from 0 to 1 (Jaccard 1901).
    Jaccard,
    /// `n c / (a b)`: how many times more often than by chance; from 0 on, 1 where independent.
    Lift,
    /// `ln(n c / (a b))`: pointwise mutual information in nats (Church & Hanks 1990); 0 where independent.
    Pmi,
    /// The log-likelihood ratio of the pair against independence (Dunning 1993), negative where the pair shares less than by
    /// chance.
    LogLikelihood,
}

/// All measures and their names.
const NAMES: [(Measure, &str); 9] = [
    (Measure::Cosine, "cosine"),
    (Measure::Tanimoto, "tanimoto"),
    (Measure::Dice, "dice"),
    (Measure::Conditional, "conditional"),
    (Measure::Dot, "dot"),
    (Measure::Jaccard, "jaccard"),
    (Measure::Lift, "lift"),
    (Measure::Pmi, "pmi"),
    (Measure::LogLikelihood, "log_likelihood"),
];

impl Measure {
    /// Every measure.
    pub const ALL: [Self; NAMES.len()] = {
        let mut all = [Self::Cosine; NAMES.len()];
        let mut at = 0;
        while at < NAMES.len() {
            all[at] = NAMES[at].0;
            at += 1;
        }
        all
    };

    /// Reads the name of a measure, such as `cosine` or `log_likelihood`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let found = NAMES.iter().find(|(_, name)| *name == word);
        found.map(|&(measure, _)| measure).ok_or_else(|| ParamError::UnknownChoice {
            name: "measure",
            value: word.to_owned(),
            allowed: "cosine, tanimoto, dice, conditional, dot, jaccard, lift, pmi, log_likelihood",
        })
    }

    /// The name of the measure.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(measure, _)| *measure == self);
        found.map_or("", |&(_, name)| name)
    }

    /// Whether it is defined on counts only.
    #[must_use]
    pub fn needs_counts(self) -> bool {
        matches!(self, Self::Jaccard | Self::Lift | Self::Pmi | Self::LogLikelihood)
    }

    /// Whether it divides by powers of what either item has, so that the neighbour's share can be damped.
    #[must_use]
    pub fn is_product(self) -> bool {
        matches!(self, Self::Cosine | Self::Conditional | Self::Dot | Self::Lift)
    }

    pub(super) fn family(self) -> Family {
        match self {
            Self::Cosine | Self::Conditional | Self::Dot | Self::Lift => Family::Product,
            Self::Pmi => Family::LogProduct,
            Self::Tanimoto | Self::Jaccard => Family::Overlap,
            Self::Dice => Family::Mean,
            Self::LogLikelihood => Family::LogLikelihood,
        }
    }

    /// The terms of an item of size `size` (its number or sum) as the one that is had, and as the one that is looked at.
    pub(super) fn terms(self, size: f64, asymmetry: f64, n_users: f64) -> (f64, f64) {
        match self {
            Self::Cosine if asymmetry.to_bits() == 0.5_f64.to_bits() => {
                let term = size.sqrt().recip();
                (term, term)
            }
            Self::Cosine => (size.powf(-asymmetry), size.powf(asymmetry - 1.0)),
            Self::Conditional => (size.recip(), 1.0),
            Self::Dot => (1.0, 1.0),
            Self::Lift | Self::Pmi => {
                let term = n_users.sqrt() / size;
                (term, term)
            }
            Self::Tanimoto | Self::Jaccard | Self::Dice | Self::LogLikelihood => (size, size),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_name_that_is_read() {
        for measure in Measure::ALL {
            assert_eq!(Measure::parse(measure.name()), Ok(measure));
            assert_eq!(serde_json::to_value(measure).unwrap(), measure.name());
        }
        let message = Measure::parse("cosin").unwrap_err().to_string();
        assert!(Measure::ALL.iter().all(|measure| message.contains(measure.name())), "{message}");
    }
}
