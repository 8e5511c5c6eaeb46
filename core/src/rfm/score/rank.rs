//! Classes by rank: of equal size, ties in the order in which they stand.

use super::order::order_statistics;
use super::quantile::places;
use super::{Closed, Value};

/// The class of each value by the type-7 quantiles of the ranks from 1, ties ranked in the order in which they stand.
///
/// Nothing is sorted: a class ends at a place, so that those above its last value are above it, and of those equal to its
/// last value the first so many are in it. Values times classes.
pub(super) fn classes<V: Value>(values: &[V], closed: Closed, bins: u8) -> Vec<u8> {
    if values.is_empty() {
        return Vec::new();
    }
    let ends: Vec<usize> =
        ends(values.len(), closed, bins).into_iter().filter(|&end| end < values.len()).collect();
    let mut classes = vec![1; values.len()];
    for (&end, first_above) in ends.iter().zip(order_statistics(values, &ends)) {
        let below = values.iter().filter(|value| value.key() < first_above).count();
        let mut ties_below = end - below;
        for (class, value) in classes.iter_mut().zip(values) {
            let is_above = if value.key() == first_above {
                let is_left = ties_below > 0;
                ties_below = ties_below.saturating_sub(1);
                !is_left
            } else {
                value.key() > first_above
            };
            *class += u8::from(is_above);
        }
    }
    classes
}

/// How many ranks lie in the first class, the first two and so on, but for all classes.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are from 1 and below 2^32"
)]
fn ends(n: usize, closed: Closed, bins: u8) -> Vec<usize> {
    let end = |place: super::quantile::Place| {
        let cut = place.between((place.low + 1) as f64, (place.high + 1) as f64);
        match closed {
            Closed::Right => cut.floor() as usize,
            Closed::Left => cut.ceil() as usize - 1,
        }
    };
    places(n, bins).map(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::rfm::score::class_of;

    #[test]
    fn ranking_splits_ties_in_order() {
        assert_eq!(classes(&[1_i64; 5], Closed::Right, 5), [1, 2, 3, 4, 5]);
        assert_eq!(classes(&[1_i64; 5], Closed::Left, 5), [1, 2, 3, 4, 5]);
        assert_eq!(classes(&[3_i64, 1, 3, 1, 3, 1], Closed::Right, 2), [2, 1, 2, 1, 2, 1]);
        assert_eq!(classes(&[7_i64], Closed::Right, 5), [1]);
        assert_eq!(classes::<i64>(&[], Closed::Right, 5), [0_u8; 0]);
    }

    #[test]
    fn classes_are_those_of_the_quantiles_of_sorted_ranks() {
        let mut random = Random::new(5, 0);
        for n in [1, 2, 3, 9, 10, 11, 100, 3_000] {
            let values: Vec<i64> = (0..n).map(|_| i64::try_from(random.below(n / 3 + 2)).unwrap()).collect();
            let mut by_value: Vec<usize> = (0..n).collect();
            by_value.sort_by_key(|&at| values[at]);
            let mut ranks = vec![0_i64; n];
            for (rank, &at) in (1..).zip(&by_value) {
                ranks[at] = rank;
            }
            for (bins, closed) in
                [(2, Closed::Right), (5, Closed::Right), (5, Closed::Left), (10, Closed::Left)]
            {
                let cuts = super::super::quantile::quantiles(&ranks, bins);
                #[allow(clippy::cast_precision_loss, reason = "small")]
                let expected: Vec<u8> =
                    ranks.iter().map(|&rank| class_of(rank as f64, &cuts, closed)).collect();
                assert_eq!(classes(&values, closed, bins), expected, "n {n} bins {bins} {closed:?}");
            }
        }
    }
}
