//! How long it takes until the next purchase, in days.

use crate::replenish::histories::Purchase;
use crate::replenish::normal::below;
use crate::replenish::shrink::{Estimate, real};

/// The half of a day by which a whole number of days may be off either way.
const HALF_DAY: f64 = 0.5;

/// A lognormal distribution of days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    /// The logarithm of the median in days.
    pub(super) centre: f64,
    /// The standard deviation of the logarithm.
    pub(super) spread: f64,
}

impl Interval {
    /// Around the median `exp(centre)`; the spread is at least that of a difference of two days that are rounded.
    pub(super) fn new(centre: f64, variance: f64) -> Self {
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

/// The mean of the logarithms of the days less `beta` times those of the quantity, over the intervals of a customer and an
/// item; the number of these; and their squared distances from it, summed up. `None` without an interval.
pub(super) fn mean_of(purchases: &[Purchase], beta: f64) -> Option<(f64, usize, f64)> {
    let lengths = || intervals(purchases).map(|(days, quantity)| days - beta * quantity);
    let n = lengths().len();
    let mean = lengths().sum::<f64>() / real(n);
    let squares = lengths().map(|length| (length - mean).powi(2)).sum();
    (n > 0).then_some((mean, n, squares))
}

/// What is known of a customer and an item from their own intervals.
pub(super) fn own(purchases: &[Purchase], beta: f64, within: f64) -> Option<Estimate> {
    let (mean, n, _) = mean_of(purchases, beta)?;
    Some(Estimate { mean, variance: within / real(n) })
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
    fn an_interval_is_no_more_certain_than_days_tell() {
        let interval = Interval::new(7.0_f64.ln(), 0.0);
        assert!((interval.spread - 1.0 / (7.0 * 6.0_f64.sqrt())).abs() < 1e-15);
    }
}
