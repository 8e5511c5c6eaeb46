//! How long customers stay away between two purchases: the rhythm of all, and the limits that follow from it and one's own.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::credibility::{Estimate, real, shrunk};
use crate::data::Rows;
use crate::lifecycle::LifecycleParams;
use crate::normal::quantile;

/// Logarithms are whole numbers of `2^-32`, so that their sums do not depend on their order.
const ONE: f64 = 4_294_967_296.0;

/// Days of which logarithms are looked up.
const LOOKED_UP: i64 = 4096;

/// Limits beyond that are never reached: 2.9 million years, and all of time is fewer days.
const MAX_DAYS: i64 = 1 << 30;

/// The least variance within: a spread of a twentieth.
const MIN_WITHIN: f64 = 0.0025;

/// The variance within where there is one interval.
const UNKNOWN_WITHIN: f64 = 1.0;

/// Numbers of intervals of which weights are looked up.
const COUNTS: usize = 64;

/// Customers whose intervals are summed up together.
const BLOCK: usize = 4096;

/// Natural logarithms of whole days, in units of `2^-32`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Logarithms(Vec<i64>);

impl Logarithms {
    pub(super) fn new() -> Self {
        Self((0..LOOKED_UP).map(|days| unit_logarithm(days.max(1))).collect())
    }

    /// Of at least one day.
    #[inline]
    pub(super) fn of(&self, days: i64) -> i64 {
        let looked_up = usize::try_from(days).ok().and_then(|days| self.0.get(days));
        looked_up.copied().unwrap_or_else(|| unit_logarithm(days))
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "days are below 2^32")]
fn unit_logarithm(days: i64) -> i64 {
    (libm::log(days as f64) * ONE).round() as i64
}

#[allow(clippy::cast_precision_loss, reason = "rounded to 53 bits the same way everywhere")]
fn from_units(units: i128) -> f64 {
    units as f64 / ONE
}

/// Sums over the intervals of all customers.
#[derive(Debug, Default)]
struct Sums {
    /// Of the squared logarithms, in units of `2^-64`.
    squares: i128,
    /// Of each customer's squared sum over the number, in the same.
    of_means: i128,
    /// By number of intervals: how many customers have it, and the sum of their logarithms.
    by_count: BTreeMap<usize, (usize, i128)>,
}

impl Sums {
    fn add(&mut self, days: &[i32], logarithms: &Logarithms) {
        let Some(n) = days.len().checked_sub(1).filter(|&n| n > 0) else { return };
        let mut sum = 0_i128;
        for gap in gaps(days) {
            let logarithm = i128::from(logarithms.of(gap));
            sum += logarithm;
            self.squares += logarithm * logarithm;
        }
        self.of_means += sum * sum / i128::try_from(n).unwrap_or(i128::MAX);
        let count = self.by_count.entry(n).or_default();
        *count = (count.0 + 1, count.1 + sum);
    }

    fn join(mut self, other: Self) -> Self {
        self.squares += other.squares;
        self.of_means += other.of_means;
        for (n, (customers, sum)) in other.by_count {
            let count = self.by_count.entry(n).or_default();
            *count = (count.0 + customers, count.1 + sum);
        }
        self
    }
}

/// The days between purchases that follow each other.
fn gaps(days: &[i32]) -> impl Iterator<Item = i64> {
    days.windows(2).map(|both| i64::from(both[1]) - i64::from(both[0]))
}

/// The rhythm of all customers, and how far each goes by their own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rhythm {
    pub(super) logarithms: Logarithms,
    /// The mean of a logarithm, with the variance of its error.
    all: Estimate,
    within: f64,
    between: f64,
    /// Standard normal values of the three limits.
    z: [f64; 3],
    /// By number of own intervals: the weight of one's own mean, and the spread of the next logarithm.
    own: Vec<(f64, f64)>,
}

/// What is expected of a customer's next interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Expected {
    /// The logarithm of the median.
    centre: f64,
    /// The logarithms of the three limits, rising.
    limits: [f64; 3],
}

impl Rhythm {
    /// From the purchase days of all; `None` where nobody bought on two days.
    pub(super) fn of(days: &Rows<i32>, params: &LifecycleParams) -> Option<Self> {
        let logarithms = Logarithms::new();
        let blocks: Vec<usize> = (0..days.len()).step_by(BLOCK).collect();
        let sum_up = |&first: &usize| {
            let mut sums = Sums::default();
            (first..days.len().min(first + BLOCK)).for_each(|at| sums.add(days.row(at), &logarithms));
            sums
        };
        let sums = blocks.par_iter().map(sum_up).reduce(Sums::default, Sums::join);
        let (within, between) = variances(&sums)?;
        let weight = |n: usize| 1.0 / (between + within / real(n));
        let total: f64 = sums.by_count.iter().map(|(&n, &(customers, _))| real(customers) * weight(n)).sum();
        let weighed = sums.by_count.iter().map(|(&n, &(_, sum))| weight(n) * from_units(sum) / real(n));
        let all = Estimate::new(weighed.sum::<f64>() / total, 1.0 / total);
        let mut z = [params.slipping, params.dormant, params.lost].map(quantile);
        // Of shares that hardly differ, rounding could turn them round.
        z.sort_by(f64::total_cmp);
        let mut rhythm = Self { logarithms, all, within, between, z, own: Vec::new() };
        rhythm.own = (0..COUNTS).map(|n| rhythm.weighed(n)).collect();
        Some(rhythm)
    }

    /// The weight of a mean of so many intervals, and the spread of the next.
    fn weighed(&self, n: usize) -> (f64, f64) {
        let own = (n > 0).then(|| Estimate::new(0.0, self.within / real(n)));
        let (estimate, weight) = shrunk(own, self.all, self.between);
        (weight, (self.within + estimate.variance).sqrt())
    }

    /// Of a customer with so many intervals of this sum of logarithms.
    #[inline]
    pub(super) fn expected(&self, n: usize, sum: i64) -> Expected {
        let (weight, spread) = self.own.get(n).copied().unwrap_or_else(|| self.weighed(n));
        let mean = if n == 0 { 0.0 } else { from_units(i128::from(sum)) / real(n) };
        // Purchases of a day are one, so that no interval is shorter than a day.
        let centre = (weight * mean + (1.0 - weight) * self.all.mean).max(0.0);
        Expected { centre, limits: self.z.map(|z| centre + z * spread) }
    }

    /// How many of the limits a silence has reached.
    #[inline]
    pub(super) fn reached(&self, expected: &Expected, silence: i64) -> usize {
        if silence < 1 {
            return 0;
        }
        let logarithm = from_units(i128::from(self.logarithms.of(silence)));
        expected.limits.iter().filter(|&&limit| logarithm >= limit).count()
    }

    /// The least silence that has reached the limit at a position, in days; `None` where it is beyond [`MAX_DAYS`].
    pub(super) fn days(&self, expected: &Expected, limit: usize) -> Option<i64> {
        let limit = expected.limits[limit];
        let logarithm = |days: i64| from_units(i128::from(self.logarithms.of(days)));
        if limit > logarithm(MAX_DAYS) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation, reason = "below 2^30")]
        let mut days = (libm::exp(limit).ceil() as i64).clamp(1, MAX_DAYS);
        while days > 1 && logarithm(days - 1) >= limit {
            days -= 1;
        }
        while logarithm(days) < limit {
            days += 1;
        }
        Some(days)
    }

    /// The median of the distribution of intervals of somebody of whom nothing is known, in days.
    pub(super) fn median(&self) -> f64 {
        self.expected(0, 0).median()
    }
}

impl Expected {
    /// The median in days.
    pub(super) fn median(&self) -> f64 {
        libm::exp(self.centre)
    }
}

/// The variances within and between customers; `None` without an interval.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn variances(sums: &Sums) -> Option<(f64, f64)> {
    let squares = |units: i128| units as f64 / (ONE * ONE);
    let customers: usize = sums.by_count.values().map(|&(customers, _)| customers).sum();
    let intervals: usize = sums.by_count.iter().map(|(&n, &(customers, _))| n * customers).sum();
    if intervals == 0 {
        return None;
    }
    let sum: i128 = sums.by_count.values().map(|&(_, sum)| sum).sum();
    let of_all = from_units(sum) * from_units(sum) / real(intervals);
    if intervals == customers {
        let spread = squares(sums.squares) - of_all;
        let within = if intervals > 1 { spread / real(intervals - 1) } else { UNKNOWN_WITHIN };
        return Some((within.max(MIN_WITHIN), 0.0));
    }
    let within = squares(sums.squares - sums.of_means) / real(intervals - customers);
    let within = within.max(MIN_WITHIN);
    let of_counts: f64 =
        sums.by_count.iter().map(|(&n, &(customers, _))| real(customers) * real(n) * real(n)).sum();
    let scale = real(intervals) - of_counts / real(intervals);
    let excess = squares(sums.of_means) - of_all - real(customers - 1) * within;
    Some((within, if scale > 0.0 { (excess / scale).max(0.0) } else { 0.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle;

    fn rhythm(days: &[&[i32]]) -> Rhythm {
        let rows: Rows<i32> = days.iter().map(|row| row.iter().copied()).collect();
        Rhythm::of(&rows, &Lifecycle::params()).unwrap()
    }

    #[test]
    fn variances_are_those_of_the_textbook() {
        // Intervals 2 4 / 8 16 / 3: the analysis of variance of their logarithms, in floats.
        let found = rhythm(&[&[0, 2, 6], &[0, 8, 24], &[5, 8]]);
        let groups = [vec![2.0_f64, 4.0], vec![8.0, 16.0], vec![3.0]]
            .map(|group| group.into_iter().map(f64::ln).collect::<Vec<_>>());
        let mean = |group: &[f64]| group.iter().sum::<f64>() / real(group.len());
        let all: Vec<f64> = groups.iter().flatten().copied().collect();
        let within = groups
            .iter()
            .map(|group| group.iter().map(|x| (x - mean(group)).powi(2)).sum::<f64>())
            .sum::<f64>()
            / 2.0;
        let around =
            groups.iter().map(|group| real(group.len()) * (mean(group) - mean(&all)).powi(2)).sum::<f64>();
        let between = (around - 2.0 * within) / (5.0 - 9.0 / 5.0);
        assert!((found.within - within).abs() < 1e-8, "{found:?}");
        assert!((found.between - between).abs() < 1e-8, "{found:?}");
        let weights = groups.clone().map(|group| 1.0 / (between + within / real(group.len())));
        let total: f64 = weights.iter().sum();
        let centre =
            groups.iter().zip(weights).map(|(group, weight)| weight * mean(group)).sum::<f64>() / total;
        assert!((found.all.mean - centre).abs() < 1e-8 && (found.all.variance - 1.0 / total).abs() < 1e-8);
        // Of the second customer, 8 and 16 days: a mean drawn towards all by b / (b + w / 2).
        let weight = between / (between + within / 2.0);
        let units = found.logarithms.of(8) + found.logarithms.of(16);
        let expected = found.expected(2, units);
        let drawn = weight * mean(&groups[1]) + (1.0 - weight) * centre;
        assert!((expected.median().ln() - drawn).abs() < 1e-8);
        let variance = within + (1.0 - weight) * between + (1.0 - weight).powi(2) / total;
        let z = 0.841_621_233_572_914;
        assert!((expected.limits[0] - drawn - z * variance.sqrt()).abs() < 1e-8);
    }

    #[test]
    fn a_limit_in_days_is_the_least_silence_that_reaches_it() {
        let found = rhythm(&[&[0, 2, 6], &[0, 8, 24, 900], &[5, 8], &[0, 1, 2, 3]]);
        for (n, days) in [(0, 1), (1, 1), (1, 5), (3, 40), (60, 3), (80, 5000), (2, 100_000)] {
            let sum = found.logarithms.of(days) * i64::try_from(n).unwrap();
            let expected = found.expected(n, sum);
            for limit in 0..3 {
                let least = found.days(&expected, limit).unwrap();
                assert!(found.reached(&expected, least) > limit, "{n} {days} {limit} {least}");
                assert!(found.reached(&expected, least - 1) <= limit, "{n} {days} {limit} {least}");
            }
        }
    }

    #[test]
    fn without_two_intervals_of_anyone_all_differ_as_one() {
        let found = rhythm(&[&[0, 10], &[3, 43]]);
        assert!((found.within - 4.0_f64.ln().powi(2) / 2.0).abs() < 1e-8, "{found:?}");
        assert_eq!(found.between.to_bits(), 0.0_f64.to_bits());
        assert!((found.median() - 20.0).abs() < 1e-6);
        let one = rhythm(&[&[0, 10]]);
        assert!((one.within - 1.0).abs() < 1e-12);
        let clockwork = rhythm(&[&[0, 7, 14, 21], &[3, 10, 17]]);
        assert!((clockwork.within - MIN_WITHIN).abs() < 1e-12 && clockwork.between.abs() < 1e-12);
        assert_eq!(Rhythm::of(&[[3], [5]].into_iter().collect(), &Lifecycle::params()), None);
    }
}
