//! Repeat buying by the BG/NBD model: who buys at which rate, who drops out and when.

use serde::Serialize;

use super::draw::{beta, gamma, ln};
use crate::error::ParamError;
use crate::random::Random;
use crate::time::{MICROS_PER_DAY, Time};

/// Microseconds of a week.
const WEEK: i64 = 7 * MICROS_PER_DAY;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// The parameters of BG/NBD by the names of the literature; rates are orders a week.
///
/// A customer buys again at exponential gaps with a rate lambda, drawn from a gamma distribution of shape `r` and rate
/// `alpha`, and drops out after each repeat order with a probability p, drawn from a beta distribution of `a` and `b` (Fader,
/// Hardie and Lee 2005, doi 10.1287/mksc.1040.0098). So the mean rate is `r / alpha` and the mean probability `a / (a + b)`.
///
/// ```
/// use kosar::datasets::{RepeatBuying, Shop};
///
/// let repeat = RepeatBuying { r: 1.5, alpha: 6.0, a: 0.8, b: 2.4 };
/// let shop = Shop::params().lines(5_000).repeat(Some(repeat)).generate()?;
/// let customer = &shop.truth().repeat_buyers[0];
/// assert!(customer.lambda > 0.0 && (0.0..=1.0).contains(&customer.p));
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RepeatBuying {
    /// Shape of the gamma distribution of the rates: from 0.05 to 100.
    pub r: f64,
    /// Rate of the gamma distribution of the rates, in weeks: from 0.1 to 10,000.
    pub alpha: f64,
    /// First shape of the beta distribution of the chances to drop out: from 0.05 to 100.
    pub a: f64,
    /// Second shape of the beta distribution of the chances to drop out: from 0.05 to 100.
    pub b: f64,
}

impl RepeatBuying {
    pub(super) fn validate(&self) -> Result<(), ParamError> {
        let shape = (0.05, 100.0, "from 0.05 to 100");
        for (name, value, (low, high, allowed)) in [
            ("r", self.r, shape),
            ("alpha", self.alpha, (0.1, 10_000.0, "from 0.1 to 10,000")),
            ("a", self.a, shape),
            ("b", self.b, shape),
        ] {
            if !(low..=high).contains(&value) {
                return Err(ParamError::OutOfRange { name, value, allowed });
            }
        }
        Ok(())
    }

    /// A customer: the rate a week and the chance to drop out after a repeat order.
    pub(super) fn draw(&self, random: &mut Random) -> (f64, f64) {
        (gamma(random, self.r) / self.alpha, beta(random, self.a, self.b))
    }
}

/// A customer of a shop whose customers buy again by BG/NBD.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RepeatBuyer {
    /// The customer.
    pub customer: String,
    /// The rate of repeat orders while alive, a week.
    pub lambda: f64,
    /// The chance to drop out after each repeat order.
    pub p: f64,
    /// Whether the customer is still a customer at the end of the span.
    pub alive: bool,
}

/// The repeat orders of one customer, one after the other.
pub(super) struct RepeatOrders {
    lambda: f64,
    p: f64,
    last: Time,
    end: Time,
    /// Until now.
    pub(super) alive: bool,
}

impl RepeatOrders {
    /// After a first order, until an instant.
    pub(super) fn new((lambda, p): (f64, f64), first: Time, end: Time) -> Self {
        Self { lambda, p, last: first, end, alive: true }
    }

    /// The next one, to the second; `None` when the customer has dropped out, or would come back after the end.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a gap below the span")]
    pub(super) fn next(&mut self, random: &mut Random) -> Option<Time> {
        if !self.alive {
            return None;
        }
        let weeks = -ln(1.0 - random.unit()) / self.lambda;
        let seconds = (weeks * (WEEK / SECOND) as f64).round();
        let left = (self.end.micros() - self.last.micros()) / SECOND;
        if seconds >= left as f64 {
            return None;
        }
        self.last = Time::from_micros(self.last.micros() + seconds as i64 * SECOND);
        self.alive = random.unit() >= self.p;
        Some(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_the_mean_of_the_rate_and_customers_drop_out_as_often_as_told() {
        let mut random = Random::new(3, 0);
        let end = Time::from_micros(10_000 * WEEK);
        let (mut n, mut orders, mut weeks) = (0, 0, 0.0);
        for _ in 0..2_000 {
            let mut process = RepeatOrders::new((0.5, 0.1), Time::from_micros(0), end);
            let mut last = 0;
            while let Some(time) = process.next(&mut random) {
                orders += 1;
                last = time.micros();
            }
            assert!(!process.alive);
            weeks += f64::from(i32::try_from(last / WEEK).unwrap()) + 0.5;
            n += 1;
        }
        let per_customer = f64::from(orders) / f64::from(n);
        assert!((per_customer - 10.0).abs() < 0.7, "{per_customer}");
        assert!((weeks / f64::from(orders) - 2.0).abs() < 0.1, "{}", weeks / f64::from(orders));
    }

    #[test]
    fn rates_and_chances_have_the_means_of_their_distributions() {
        let mut random = Random::new(3, 0);
        let repeat = RepeatBuying { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
        let n = 50_000;
        let (mut rates, mut squares, mut chances) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            let (lambda, p) = repeat.draw(&mut random);
            rates += lambda;
            squares += lambda * lambda;
            chances += p;
        }
        let n = f64::from(n);
        let (mean, chance) = (rates / n, chances / n);
        assert!((mean / (0.243 / 4.414) - 1.0).abs() < 0.05, "{mean}");
        let variance = squares / n - mean * mean;
        assert!((variance / (0.243 / (4.414 * 4.414)) - 1.0).abs() < 0.15, "{variance}");
        assert!((chance - 0.793 / (0.793 + 2.426)).abs() < 0.01, "{chance}");
    }
}
