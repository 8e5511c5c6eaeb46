//! From counts to a similarity.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// How the number of customers that two items share becomes a similarity, 0 for no customer in common to 1 for the same
/// customers.
///
/// With `c` customers who bought both, `a` who bought one and `b` who bought the other; `c >= 1`, so each is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Measure {
    /// `c / sqrt(a b)` (Sarwar et al. 2001, doi 10.1145/371920.372071).
    #[default]
    Cosine,
    /// `c / (a + b - c)`.
    Jaccard,
    /// `2 c / (a + b)`.
    Dice,
}

impl Measure {
    /// Reads `cosine`, `jaccard` or `dice`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "cosine" => Ok(Self::Cosine),
            "jaccard" => Ok(Self::Jaccard),
            "dice" => Ok(Self::Dice),
            _ => Err(ParamError::UnknownChoice {
                name: "measure",
                value: word.to_owned(),
                allowed: "cosine, jaccard, dice",
            }),
        }
    }

    /// The similarity of two items bought by `a` and by `b` customers, `both` of them the same, at least 1.
    #[must_use]
    pub fn of(self, both: u32, a: u32, b: u32) -> f64 {
        let (both, a, b) = (f64::from(both), f64::from(a), f64::from(b));
        match self {
            Self::Cosine => both / (a * b).sqrt(),
            Self::Jaccard => both / (a + b - both),
            Self::Dice => 2.0 * both / (a + b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_customers_give_one_in_every_measure() {
        for measure in [Measure::Cosine, Measure::Jaccard, Measure::Dice] {
            assert!((measure.of(7, 7, 7) - 1.0).abs() < 1e-15);
            assert!((measure.of(2, 4, 8) - measure.of(2, 8, 4)).abs() < 1e-15);
        }
    }

    #[test]
    fn measures_follow_their_formulas() {
        assert!((Measure::Cosine.of(2, 4, 1) - 1.0).abs() < 1e-15);
        assert!((Measure::Jaccard.of(2, 4, 8) - 0.2).abs() < 1e-15);
        assert!((Measure::Dice.of(2, 4, 8) - 1.0 / 3.0).abs() < 1e-15);
    }
}
