//! From values to scores: cut points, and the class that a value falls into.

use serde::{Deserialize, Serialize};

/// How the values of one dimension are put into classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scoring {
    /// By the quantiles of the values: equal values get equal scores.
    #[default]
    Quantile,
    /// By the quantiles of the ranks, ties ranked by customer id: classes of equal size.
    Rank,
}

impl Scoring {
    /// Reads `quantile` or `rank`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`](crate::ParamError::UnknownChoice) for any other word.
    pub fn parse(word: &str) -> Result<Self, crate::ParamError> {
        match word {
            "quantile" => Ok(Self::Quantile),
            "rank" => Ok(Self::Rank),
            _ => Err(crate::ParamError::UnknownChoice {
                name: "scores",
                value: word.to_owned(),
                allowed: "quantile, rank",
            }),
        }
    }
}

/// The cut points of the three dimensions, each rising; of values, or of ranks where scored by rank.
///
/// Empty without customers; `monetary` is `None` in a log without prices.
#[derive(Debug, Clone, PartialEq)]
pub struct CutPoints {
    /// In days.
    pub recency: Vec<f64>,
    /// In orders.
    pub frequency: Vec<f64>,
    /// In units of money.
    pub monetary: Option<Vec<f64>>,
}

/// The `bins - 1` inner type-7 quantiles of sorted values (Hyndman and Fan 1996, doi 10.1080/00031305.1996.10473566):
/// with h = (n - 1) p, the value between those at floor(h) and floor(h) + 1. None without values.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 <= h < n"
)]
fn quantiles(sorted: &[f64], bins: u8) -> Vec<f64> {
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    let quantile = |i: u8| {
        let h = last as f64 * (f64::from(i) / f64::from(bins));
        let low = h.floor() as usize;
        let (a, b) = (sorted[low], sorted[(low + 1).min(last)]);
        let part = h - h.floor();
        // The two forms agree; each is exact at its own end (numpy's rule, so that cut points equal its to the bit).
        if part < 0.5 { a + (b - a) * part } else { b - (b - a) * (1.0 - part) }
    };
    (1..bins).map(quantile).collect()
}

/// Scores each value from 1 to `bins`, higher values higher; a value equal to a cut point falls below it.
///
/// The cut points are those of the values, or of their ranks from 1. Sorts: n log n; space: three numbers a value.
pub(super) fn score(values: &[f64], scoring: Scoring, bins: u8) -> (Vec<u8>, Vec<f64>) {
    let ranked;
    let scored = match scoring {
        Scoring::Quantile => values,
        Scoring::Rank => {
            ranked = ranks(values);
            &ranked
        }
    };
    let mut sorted = scored.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let cuts = quantiles(&sorted, bins);
    let class = |value: &f64| 1 + cuts.iter().map(|cut| u8::from(cut < value)).sum::<u8>();
    (scored.iter().map(class).collect(), cuts)
}

/// The rank of each value from 1, ties in the order in which they stand.
#[allow(clippy::cast_precision_loss, reason = "ranks are below 2^32")]
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut by_value: Vec<usize> = (0..values.len()).collect();
    by_value.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, position) in by_value.into_iter().enumerate() {
        ranks[position] = (rank + 1) as f64;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_between_neighbours() {
        assert_eq!(quantiles(&[1.0, 2.0, 3.0, 4.0], 2), [2.5]);
        assert_eq!(quantiles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 5), [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(quantiles(&[7.0], 5), [7.0; 4]);
        assert_eq!(quantiles(&[], 5), [0.0; 0]);
    }

    #[test]
    fn a_value_equal_to_a_cut_point_falls_below_it() {
        let (scores, cuts) = score(&[1.0, 1.0, 1.0, 2.0, 9.0], Scoring::Quantile, 5);
        let expected = [1.0, 1.0, 1.4, 3.4];
        assert!(cuts.iter().zip(expected).all(|(cut, expected)| (cut - expected).abs() < 1e-12), "{cuts:?}");
        assert_eq!(scores, [1, 1, 1, 4, 5]);
    }

    #[test]
    fn ranking_splits_ties_in_order() {
        let (scores, _) = score(&[1.0; 5], Scoring::Rank, 5);
        assert_eq!(scores, [1, 2, 3, 4, 5]);
        let (together, _) = score(&[1.0; 5], Scoring::Quantile, 5);
        assert_eq!(together, [1; 5]);
    }
}
