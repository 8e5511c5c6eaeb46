//! How long it takes until the next purchase, in days.

use crate::credibility::{Estimate, real};
use crate::normal::below;
use crate::replenish::histories::Purchase;

/// The half of a day by which a whole number of days may be off either way.
const HALF_DAY: f64 = 0.5;

/// For how many an interval stands at most.
const MAX_WEIGHT: usize = 10;

/// A lognormal distribution of days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    /// The logarithm of the median in days.
    pub(super) centre: f64,
    /// The standard deviation of the logarithm.
    pub(super) spread: f64,
}

impl Interval {
    /// Around the median `exp(centre)`, at least a day, since purchases of a day are one; the spread is at least that of a
    /// difference of two days that are rounded.
    pub(super) fn new(centre: f64, variance: f64) -> Self {
        let centre = centre.max(0.0);
        Self { centre, spread: variance.sqrt().max((-centre).exp() / 6.0_f64.sqrt()) }
    }

    /// The chance of a purchase before a day, as many days after the one before: from 0 to 1.
    pub(super) fn before(&self, day: f64) -> f64 {
        let days = day - HALF_DAY;
        if days > 0.0 { below((days.ln() - self.centre) / self.spread) } else { 0.0 }
    }

    /// The chance of none before that day: 1 less [`Interval::before`].
    pub(super) fn left(&self, day: f64) -> f64 {
        let days = day - HALF_DAY;
        if days > 0.0 { below((self.centre - days.ln()) / self.spread) } else { 1.0 }
    }

    /// The days after which the share of a standard normal value is over.
    pub(super) fn quantile(&self, z: f64) -> f64 {
        (self.centre + z * self.spread).exp()
    }
}

/// The logarithm of a quantity.
pub(super) fn ln_quantity(purchase: &Purchase) -> f64 {
    purchase.quantity.to_f64().ln()
}

/// Of each interval between purchases that follow each other the logarithms of the days and of the quantity at its start.
pub(super) fn intervals(purchases: &[Purchase]) -> impl ExactSizeIterator<Item = (f64, f64)> {
    purchases.windows(2).map(|both| {
        let days = f64::from(both[1].day) - f64::from(both[0].day);
        (days.ln(), ln_quantity(&both[0]))
    })
}

/// How many intervals one of so many days stands for: those as long can be seen only behind the purchases that lie as long
/// before the end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unseen {
    /// Numbers of days, rising, and 1 over the share of all purchases that lie as long before the end, or longer.
    weights: Vec<(i64, f64)>,
}

impl Unseen {
    /// Of the purchases of all.
    pub(super) fn of(purchases: &[Purchase]) -> Self {
        let end = purchases.iter().map(|purchase| purchase.day).max().unwrap_or(0);
        let mut before: Vec<i64> =
            purchases.iter().map(|purchase| i64::from(end) - i64::from(purchase.day)).collect();
        before.sort_unstable();
        let mut weights = Vec::new();
        let mut left = before.len();
        for same in before.chunk_by(|a, b| a == b) {
            if left * MAX_WEIGHT < before.len() {
                break;
            }
            weights.push((same[0], real(before.len()) / real(left)));
            left -= same.len();
        }
        Self { weights }
    }

    /// Of an interval of so many days.
    fn weight(&self, days: i64) -> f64 {
        let at = self.weights.partition_point(|&(before, _)| before < days);
        self.weights.get(at).or(self.weights.last()).map_or(1.0, |&(_, weight)| weight)
    }
}

/// The intervals of a customer and an item: of the logarithms of the days, less `beta` times those of the quantity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub(super) mean: f64,
    pub(super) n: usize,
    /// The squared distances from the mean, summed up, each as often as it stands for others.
    pub(super) squares: f64,
    /// How many intervals each stands for, in the mean.
    pub(super) share: f64,
}

impl Own {
    /// `None` without an interval.
    pub(super) fn of(purchases: &[Purchase], beta: f64, unseen: &Unseen) -> Option<Self> {
        let lengths = || {
            intervals(purchases).zip(purchases.windows(2)).map(|((days, quantity), both)| {
                let weight = unseen.weight(i64::from(both[1].day) - i64::from(both[0].day));
                (days - beta * quantity, weight)
            })
        };
        let n = lengths().len();
        let total: f64 = lengths().map(|(_, weight)| weight).sum();
        let mean = lengths().map(|(length, weight)| length * weight).sum::<f64>() / total;
        let squares = lengths().map(|(length, weight)| weight * (length - mean).powi(2)).sum();
        (n > 0).then(|| Self { mean, n, squares, share: total / real(n) })
    }

    /// With the variance within.
    pub(super) fn estimate(&self, within: f64) -> Estimate {
        Estimate { mean: self.mean, variance: within / real(self.n), share: self.share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_intervals_are_shorter_than_the_median() {
        let interval = Interval::new(10.0_f64.ln(), 0.25);
        assert!((interval.before(10.5) - 0.5).abs() < 1e-12);
        assert!((interval.quantile(0.0) - 10.0).abs() < 1e-12);
        let z = 1.281_551_565_545;
        assert!((interval.before(interval.quantile(z) + 0.5) - 0.9).abs() < 1e-9);
        assert!((interval.before(3.0) + interval.left(3.0) - 1.0).abs() < 1e-12);
        assert!(interval.left(1e6) > 0.0 && interval.left(1e6) < 1e-90);
        assert_eq!([interval.before(0.0), interval.before(-3.0)].map(f64::to_bits), [0, 0]);
    }

    #[test]
    fn a_long_interval_stands_for_those_that_could_not_be_seen() {
        let purchase =
            |day| Purchase { item: crate::index::ItemIx::new(0), day, quantity: crate::money::Quantity::ONE };
        let unseen = Unseen::of(&[0, 5, 5, 10].map(purchase));
        let weights = [0, 1, 5, 6, 10, 99].map(|days| unseen.weight(days));
        let expected = [1.0, 4.0 / 3.0, 4.0 / 3.0, 4.0, 4.0, 4.0];
        assert!(weights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{weights:?}");
        let many = Unseen::of(&(0..1000).map(purchase).collect::<Vec<_>>());
        assert!((many.weight(950) - 10.0).abs() < 0.1, "{}", many.weight(950));
    }

    #[test]
    fn no_interval_is_shorter_than_a_day() {
        assert_eq!(Interval::new(-9.0, 0.5), Interval::new(0.0, 0.5));
    }

    #[test]
    fn an_interval_is_no_more_certain_than_days_tell() {
        let interval = Interval::new(7.0_f64.ln(), 0.0);
        assert!((interval.spread - 1.0 / (7.0 * 6.0_f64.sqrt())).abs() < 1e-15);
    }
}
