//! The ways of scoring, as parameters.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// How the values of one dimension are put into classes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scoring {
    /// By the quantiles of the values: equal values get equal scores.
    #[default]
    Quantile,
    /// By the quantiles of the ranks, ties ranked by customer id: classes of equal size.
    Rank,
    /// By natural breaks: the classes with the least squared distances from their means (Fisher 1958,
    /// doi 10.1080/01621459.1958.10501479; Jenks 1967), by exact dynamic programming over the distinct values.
    ///
    /// Equal values get equal scores. Where there are fewer distinct values than classes, each is a class of its own, and
    /// the classes at one end stay empty: the highest with classes closed on the right, the lowest on the left.
    Jenks,
    /// By rank within each class of the dimensions before it, in the order recency, frequency, monetary value: frequency
    /// within each recency score, monetary value within each pair of recency and frequency scores (Hughes, *Strategic
    /// Database Marketing*): cells of equal size. Recency, which has nothing before it, is scored by rank.
    Nested,
    /// By cut points given: `bins - 1` finite numbers that rise strictly, in days, orders or units of money.
    Fixed(Vec<f64>),
}

impl Scoring {
    /// Reads `quantile`, `rank`, `jenks` or `nested`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "quantile" => Ok(Self::Quantile),
            "rank" => Ok(Self::Rank),
            "jenks" => Ok(Self::Jenks),
            "nested" => Ok(Self::Nested),
            _ => Err(ParamError::UnknownChoice {
                name: "scores",
                value: word.to_owned(),
                allowed: "quantile, rank, jenks, nested",
            }),
        }
    }

    /// Looks at cut points given for a dimension.
    pub(in crate::rfm) fn validate(&self, dimension: &'static str, bins: u8) -> Result<(), ParamError> {
        let Self::Fixed(cuts) = self else { return Ok(()) };
        super::cuts::validate(dimension, cuts, bins)?;
        match cuts.windows(2).position(|pair| pair[0] >= pair[1]) {
            Some(at) => Err(ParamError::CutPointOrder { dimension, before: cuts[at], value: cuts[at + 1] }),
            None => Ok(()),
        }
    }
}

/// To which class a value equal to a cut point belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Closed {
    /// To the class below: classes are closed on the right.
    #[default]
    Right,
    /// To the class above: classes are closed on the left.
    ///
    /// Above is towards more days, so that such a customer has the lower recency score.
    Left,
}

impl Closed {
    /// Reads `right` or `left`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "right" => Ok(Self::Right),
            "left" => Ok(Self::Left),
            _ => Err(ParamError::UnknownChoice {
                name: "closed",
                value: word.to_owned(),
                allowed: "right, left",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_and_others_are_refused() {
        assert_eq!(Scoring::parse("jenks"), Ok(Scoring::Jenks));
        assert_eq!(Scoring::parse("nested"), Ok(Scoring::Nested));
        assert_eq!(Closed::parse("left"), Ok(Closed::Left));
        assert_eq!(
            Scoring::parse("best").unwrap_err().to_string(),
            "scores must be one of quantile, rank, jenks, nested, got 'best'"
        );
        assert_eq!(
            Closed::parse("both").unwrap_err().to_string(),
            "closed must be one of right, left, got 'both'"
        );
    }

    #[test]
    fn cut_points_given_must_be_as_many_as_needed_finite_and_rise() {
        let said = |cuts: &[f64]| {
            Scoring::Fixed(cuts.to_vec()).validate("recency", 3).map_err(|error| error.to_string())
        };
        assert_eq!(said(&[1.0, 2.0]), Ok(()));
        assert_eq!(said(&[1.0]), Err("recency must have 2 cut points for 3 classes, got 1".to_owned()));
        assert_eq!(
            said(&[f64::NAN, 1.0]),
            Err("the cut points of recency must be finite, got NaN".to_owned())
        );
        assert_eq!(said(&[2.0, 2.0]), Err("the cut points of recency must rise, got 2 after 2".to_owned()));
    }
}
