//! Cut points, and the classes that they part values into.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Closed, Value};
use crate::error::ParamError;

/// The cut points of one dimension, `bins - 1` in a list that never falls, in days, orders or units of money.
///
/// Empty without customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cuts {
    /// Of all customers.
    All(Vec<f64>),
    /// Of [`Scoring::Nested`](crate::rfm::Scoring::Nested): a list for each score of recency, from 1, for frequency; for
    /// each pair of scores, by recency and then frequency, for monetary value. A class without customers has the list of
    /// all of them.
    PerClass(Vec<Vec<f64>>),
}

impl Cuts {
    /// The cut points of a class, numbered from 0.
    ///
    /// # Panics
    /// When there is no such class.
    #[must_use]
    pub fn of(&self, class: usize) -> &[f64] {
        match self {
            Self::All(cuts) => cuts,
            Self::PerClass(cuts) => &cuts[class],
        }
    }

    fn lists(&self) -> &[Vec<f64>] {
        match self {
            Self::All(cuts) => std::slice::from_ref(cuts),
            Self::PerClass(cuts) => cuts,
        }
    }
}

/// The cut points of the three dimensions, always of values, also where customers are scored by rank: these are parted as the
/// cut points say, but for ties at a cut point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutPoints {
    /// In days.
    pub recency: Cuts,
    /// In orders.
    pub frequency: Cuts,
    /// In units of money; `None` in a log without prices.
    pub monetary: Option<Cuts>,
}

impl CutPoints {
    /// Looks at cut points that were given.
    pub(in crate::rfm) fn validate(&self, bins: u8) -> Result<(), ParamError> {
        let classes = usize::from(bins);
        let dimensions = [
            ("recency", Some(&self.recency), 1),
            ("frequency", Some(&self.frequency), classes),
            ("monetary", self.monetary.as_ref(), classes * classes),
        ];
        for (dimension, cuts, expected) in dimensions {
            let Some(cuts) = cuts else { continue };
            let found = cuts.lists().len();
            if matches!(cuts, Cuts::PerClass(_)) && (dimension == "recency" || found != expected) {
                return Err(ParamError::CutPointLists { dimension, expected, found });
            }
            for list in cuts.lists() {
                validate(dimension, list, bins)?;
                if let Some(at) = list.windows(2).position(|pair| pair[0] > pair[1]) {
                    let (before, value) = (list[at], list[at + 1]);
                    return Err(ParamError::CutPointOrder { dimension, before, value });
                }
            }
        }
        Ok(())
    }

    /// Whether there is none, for want of customers.
    pub(in crate::rfm) fn are_missing(&self) -> bool {
        let cuts = [Some(&self.recency), Some(&self.frequency), self.monetary.as_ref()];
        cuts.into_iter().flatten().any(|cuts| cuts.of(0).is_empty())
    }
}

/// Refuses another number of cut points than the classes need, and those that are not finite.
pub(super) fn validate(dimension: &'static str, cuts: &[f64], bins: u8) -> Result<(), ParamError> {
    if cuts.len() + 1 != usize::from(bins) {
        return Err(ParamError::CutPointCount { dimension, bins, found: cuts.len() });
    }
    match cuts.iter().find(|cut| !cut.is_finite()) {
        Some(&value) => Err(ParamError::CutPointValue { dimension, value }),
        None => Ok(()),
    }
}

/// The class of one value, from 1.
pub(in crate::rfm) fn class_of(value: f64, cuts: &[f64], closed: Closed) -> u8 {
    1 + cuts.iter().map(|&cut| u8::from(is_above(value, cut, closed))).sum::<u8>()
}

fn is_above(value: f64, cut: f64, closed: Closed) -> bool {
    match closed {
        Closed::Right => value > cut,
        Closed::Left => value >= cut,
    }
}

/// Values are classed in blocks that stay in the first cache while each cut point is compared with.
const BLOCK: usize = 4096;

/// The class of each value, from 1: 1 + the number of cut points below it.
///
/// Values times cut points; the comparisons are those of whole numbers, a dozen at a time.
pub(in crate::rfm) fn classes<V: Value>(values: &[V], cuts: &[f64], closed: Closed) -> Vec<u8> {
    let thresholds: Vec<Option<i64>> = cuts.iter().map(|&cut| last_below::<V>(cut, closed)).collect();
    let under_all = thresholds.iter().map(|threshold| u8::from(threshold.is_none())).sum::<u8>();
    let mut classes = vec![1 + under_all; values.len()];
    let blocks = classes.par_chunks_mut(BLOCK).zip(values.par_chunks(BLOCK)).with_min_len(8);
    blocks.for_each(|(classes, values)| {
        for &threshold in thresholds.iter().flatten() {
            for (class, value) in classes.iter_mut().zip(values) {
                *class += u8::from(value.key() > threshold);
            }
        }
    });
    classes
}

/// The greatest whole number that is not above a cut point; `None` when all are.
fn last_below<V: Value>(cut: f64, closed: Closed) -> Option<i64> {
    let (mut low, mut high) = (i128::from(i64::MIN) - 1, i128::from(i64::MAX));
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let key = i64::try_from(middle).expect("above the low end, which is one below the least i64");
        if is_above(V::units(key), cut, closed) {
            high = middle - 1;
        } else {
            low = middle;
        }
    }
    i64::try_from(low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    #[test]
    fn a_value_equal_to_a_cut_point_falls_to_the_side_that_is_closed() {
        let values: [i64; 4] = [1, 2, 3, 4];
        assert_eq!(classes(&values, &[2.0, 3.5], Closed::Right), [1, 1, 2, 3]);
        assert_eq!(classes(&values, &[2.0, 3.5], Closed::Left), [1, 2, 2, 3]);
    }

    #[test]
    fn whole_numbers_compare_as_their_units_do() {
        let extremes = [i64::MIN, -2_500_001, -2_500_000, -1, 0, 1, 2_500_000, 2_500_001, i64::MAX];
        let values: Vec<Money> = extremes.iter().map(|&key| Money::from_millionths(key)).collect();
        let cuts = [-1e300, -2.5, 0.0, 0.3, 2.5, 1e300];
        for closed in [Closed::Right, Closed::Left] {
            let expected: Vec<u8> = values.iter().map(|v| class_of(v.to_f64(), &cuts, closed)).collect();
            assert_eq!(classes(&values, &cuts, closed), expected);
        }
    }

    #[test]
    fn cut_points_given_may_repeat_but_not_fall() {
        let points = |recency: &[f64]| CutPoints {
            recency: Cuts::All(recency.to_vec()),
            frequency: Cuts::PerClass(vec![vec![1.0, 1.0]; 3]),
            monetary: None,
        };
        assert_eq!(points(&[1.0, 1.0]).validate(3), Ok(()));
        assert!(matches!(points(&[2.0, 1.0]).validate(3), Err(ParamError::CutPointOrder { .. })));
        assert!(matches!(points(&[2.0]).validate(3), Err(ParamError::CutPointCount { .. })));
        let nested = CutPoints { recency: Cuts::PerClass(vec![vec![1.0, 2.0]]), ..points(&[1.0, 2.0]) };
        assert!(matches!(nested.validate(3), Err(ParamError::CutPointLists { dimension: "recency", .. })));
        let few = CutPoints { frequency: Cuts::PerClass(vec![vec![1.0, 1.0]; 2]), ..points(&[1.0, 2.0]) };
        let error = few.validate(3).unwrap_err().to_string();
        assert_eq!(error, "frequency may have one list of cut points or 3 lists, got 2");
    }
}
