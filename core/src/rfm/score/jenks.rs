//! Natural breaks: the classes of sorted values with the least squared distances from their means.
//!
//! Fisher, "On grouping for maximum homogeneity", 1958 (doi 10.1080/01621459.1958.10501479), known to mapmakers by Jenks. The
//! best partition of the first j values into c classes ends with the class that begins at some i, after the best partition of
//! the first i values into c - 1 classes. The best i never falls as j rises, so that halving the range of j halves that
//! of i: c m log m steps for m distinct values, not c m^2.
//!
//! Sums of squares are in double precision: where one value is a hundred million times as far out as the others are apart,
//! the classes of these are no longer the best.

use rayon::prelude::*;

use super::{Closed, Value};

/// Below this many values a range is not shared out between threads.
const ALONE: usize = 1 << 12;

/// The `bins - 1` breaks of values, at least one: with classes closed on the right the last value of each class but the
/// highest, closed on the left the first value of each class but the lowest.
///
/// Time: n log n to sort, and as the module says; space: `bins` numbers a distinct value.
pub(super) fn breaks<V: Value>(values: &[V], closed: Closed, bins: u8) -> Vec<f64> {
    let (keys, counts) = distinct(values);
    let bins = usize::from(bins);
    let starts = if keys.len() <= bins {
        (1..keys.len()).collect()
    } else {
        let units: Vec<f64> = keys.iter().map(|&key| V::units(key)).collect();
        starts(&Costs::new(&units, &counts), bins)
    };
    let at = |start: &usize| match closed {
        Closed::Right => V::units(keys[start - 1]),
        Closed::Left => V::units(keys[*start]),
    };
    let found = starts.iter().map(at);
    // With too few values the classes that no value is left for lie beyond the end that is closed.
    let missing = bins - 1 - starts.len();
    match closed {
        Closed::Right => found.chain(std::iter::repeat_n(V::units(keys[keys.len() - 1]), missing)).collect(),
        Closed::Left => std::iter::repeat_n(V::units(keys[0]), missing).chain(found).collect(),
    }
}

/// The distinct values, rising, and how often each comes.
fn distinct<V: Value>(values: &[V]) -> (Vec<i64>, Vec<f64>) {
    let mut sorted: Vec<i64> = values.iter().map(|value| value.key()).collect();
    sorted.par_sort_unstable();
    let runs = sorted.chunk_by(|a, b| a == b);
    #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
    runs.map(|run| (run[0], run.len() as f64)).unzip()
}

/// Squared distances from the mean of any run of values, from sums over the values before.
struct Costs {
    /// Counts, and sums of values and of their squares, less the mean of all to keep them small.
    sums: Vec<[f64; 3]>,
}

impl Costs {
    fn new(values: &[f64], counts: &[f64]) -> Self {
        let n: f64 = counts.iter().sum();
        let mean = values.iter().zip(counts).map(|(value, count)| value * (count / n)).sum::<f64>();
        let mut sums = vec![[0.0; 3]; values.len() + 1];
        for (at, (value, count)) in values.iter().zip(counts).enumerate() {
            let value = value - mean;
            let [n, sum, squares] = sums[at];
            sums[at + 1] = [n + count, sum + count * value, squares + count * value * value];
        }
        Self { sums }
    }

    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    /// Of the values from `start` to before `end`, at least one.
    #[inline]
    fn of(&self, start: usize, end: usize) -> f64 {
        let ([a, b, c], [x, y, z]) = (self.sums[start], self.sums[end]);
        let (n, sum, squares) = (x - a, y - b, z - c);
        (squares - sum * sum / n).max(0.0)
    }
}

/// Where each class but the first begins.
fn starts(costs: &Costs, bins: usize) -> Vec<usize> {
    let m = costs.len();
    // Of one class more each time: the least cost of the first j values, and where the last class of them begins.
    let mut least: Vec<f64> = std::iter::once(0.0).chain((1..=m).map(|end| costs.of(0, end))).collect();
    let mut begins: Vec<Vec<u32>> = Vec::new();
    for classes in 2..=bins {
        let mut here = vec![(f64::INFINITY, 0_u32); m + 1];
        layer(costs, &least, &mut here[classes..], classes, (classes - 1, m - 1));
        least = here.iter().map(|&(cost, _)| cost).collect();
        begins.push(here.iter().map(|&(_, begin)| begin).collect());
    }
    let mut starts = vec![0; bins - 1];
    let mut end = m;
    for (start, begins) in starts.iter_mut().zip(&begins).rev() {
        *start = begins[end] as usize;
        end = *start;
    }
    starts
}

/// Fills in the best cost and last beginning for each number of values from `first`, one for each place of `out`; the
/// beginnings lie between `low` and `high`.
fn layer(costs: &Costs, least: &[f64], out: &mut [(f64, u32)], first: usize, (low, high): (usize, usize)) {
    if out.is_empty() {
        return;
    }
    let middle = out.len() / 2;
    let end = first + middle;
    let mut best = (f64::INFINITY, low);
    let before = least.get(low..=high.min(end - 1)).unwrap_or_default();
    for (start, before) in (low..).zip(before) {
        let cost = before + costs.of(start, end);
        if cost < best.0 {
            best = (cost, start);
        }
    }
    let (cost, begin) = best;
    out[middle] = (cost, u32::try_from(begin).expect("values are fewer than 2^32"));
    let (left, right) = out.split_at_mut(middle);
    let right = &mut right[1..];
    let is_large = left.len() >= ALONE;
    let mut left = || layer(costs, least, left, first, (low, begin));
    let mut right = || layer(costs, least, right, end + 1, (begin, high));
    if is_large {
        rayon::join(left, right);
    } else {
        left();
        right();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::rfm::score::classes;

    /// The squared distances of values from the means of their classes.
    #[allow(clippy::cast_precision_loss, reason = "small")]
    fn spread(values: &[i64], classes: &[u8]) -> f64 {
        (1..=10)
            .map(|class| {
                let members = values.iter().zip(classes).filter(|&(_, &of)| of == class);
                let members: Vec<f64> = members.map(|(&value, _)| value as f64).collect();
                let mean = members.iter().sum::<f64>() / members.len() as f64;
                members.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
            })
            .sum()
    }

    /// The least spread of any cut of the sorted values into so many classes or fewer.
    fn least(sorted: &[i64], bins: usize, given: &mut Vec<u8>, class: u8) -> f64 {
        if given.len() == sorted.len() {
            return spread(sorted, given);
        }
        let mut best = f64::INFINITY;
        for class in class..=class + 1 {
            if usize::from(class) <= bins {
                given.push(class);
                best = best.min(least(sorted, bins, given, class));
                given.pop();
            }
        }
        best
    }

    #[test]
    fn breaks_are_as_good_as_the_best_of_all_partitions() {
        let mut random = Random::new(11, 0);
        for round in 0..150 {
            let n = 2 + random.below(11);
            let mut values: Vec<i64> =
                (0..n).map(|_| i64::try_from(random.below(30).pow(2)).unwrap()).collect();
            values.sort_unstable();
            for bins in 2..=5 {
                let expected = least(&values, usize::from(bins), &mut vec![1], 1);
                for closed in [Closed::Right, Closed::Left] {
                    let cuts = breaks(&values, closed, bins);
                    assert_eq!(cuts.len() + 1, usize::from(bins));
                    assert!(cuts.is_sorted());
                    let found = spread(&values, &classes(&values, &cuts, closed));
                    assert!(
                        (found - expected).abs() < 1e-6,
                        "round {round} {values:?} {cuts:?}: {found}, {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn clumps_are_found() {
        let values = [1_i64, 2, 2, 3, 50, 51, 52, 900, 901];
        assert_eq!(breaks(&values, Closed::Right, 3), [3.0, 52.0]);
        assert_eq!(breaks(&values, Closed::Left, 3), [50.0, 900.0]);
    }

    #[test]
    fn with_too_few_values_each_is_a_class() {
        assert_eq!(breaks(&[4_i64, 9, 4], Closed::Right, 4), [4.0, 9.0, 9.0]);
        assert_eq!(classes(&[4_i64, 9], &[4.0, 9.0, 9.0], Closed::Right), [1, 2]);
        assert_eq!(breaks(&[4_i64, 9, 4], Closed::Left, 4), [4.0, 4.0, 9.0]);
        assert_eq!(classes(&[4_i64, 9], &[4.0, 4.0, 9.0], Closed::Left), [3, 4]);
    }

    #[test]
    fn many_values_shared_out_give_what_one_thread_gives() {
        let mut random = Random::new(2, 0);
        let values: Vec<i64> = (0..60_000).map(|_| i64::try_from(random.below(1 << 30)).unwrap()).collect();
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let expected = alone.install(|| breaks(&values, Closed::Right, 6));
        assert_eq!(breaks(&values, Closed::Right, 6), expected);
    }
}
