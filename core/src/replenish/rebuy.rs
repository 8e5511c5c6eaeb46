//! Whether an item is bought again at all.

use crate::credibility::{Estimate, real};
use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::replenish::estimate::{Shape, per_item};
use crate::replenish::histories::Histories;
use crate::replenish::shrink::by_category;

/// How many second purchases must be expected of an item for it to have a rate of its own, and how many third ones of all for
/// the strength to be estimated: the share of a small part of one would be 0 or enormous.
const MIN_EXPECTED: f64 = 0.5;

/// The largest strength: with it, hundreds of purchases say nothing.
const MAX_STRENGTH: f64 = 1e6;

/// The share of a certainty that so many expected purchases leave open: half a purchase more either way.
fn doubt(expected: f64) -> f64 {
    0.5 / (expected + 1.0)
}

/// The strength where too few third purchases are expected: the second one tells as much as the rate.
const UNKNOWN_STRENGTH: f64 = 1.0;

/// The chances that there is another purchase.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rebuy {
    /// After the first purchase, of each item: above 0 and below 1.
    pub(super) rates: Vec<f64>,
    /// How many purchases the rate counts as: above 0.
    pub(super) strength: f64,
}

/// Of an item: how many customers would have bought it a second time (a third time, of those with two) by the end of the
/// log, if all were to, and how many did.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    expected: [f64; 2],
    found: [usize; 2],
}

impl Rebuy {
    pub(super) fn of(
        histories: &Histories,
        pairs: &Rows<(usize, usize)>,
        shape: &Shape,
        (category, n_categories): (&[usize], usize),
        control: &Control,
    ) -> Result<Self> {
        let purchases = histories.rows.values();
        let end = histories.last_day().unwrap_or_default();
        let shown = |item: usize, pairs: &[(usize, usize)]| {
            let mut shown = Shown::default();
            for &(start, stop) in pairs {
                let own = &purchases[start..stop];
                for (at, purchase) in own.iter().take(2).enumerate() {
                    let days = f64::from(end) - f64::from(purchase.day);
                    // The end itself is a day on which it may have been bought.
                    shown.expected[at] += shape.of_anyone(item, purchase).before(days + 1.0);
                    shown.found[at] += usize::from(own.len() > at + 1);
                }
            }
            shown
        };
        let shown = per_item(pairs, control, shown)?;
        let sum = |at: usize| -> (f64, f64) {
            let expected = shown.iter().map(|shown| shown.expected[at]).sum();
            (expected, shown.iter().map(|shown| real(shown.found[at])).sum())
        };
        let rates = rates(&shown, sum(0), category, n_categories);
        let known: f64 = shown.iter().zip(&rates).map(|(shown, rate)| rate * shown.expected[1]).sum();
        Ok(Self { strength: strength(sum(1), known), rates })
    }

    /// The chance that a purchase follows the last of `purchases` ones of an item, above 0 and below 1.
    pub(super) fn chance(&self, item: usize, purchases: usize) -> f64 {
        let (rate, more) = (self.rates[item], real(purchases - 1));
        (self.strength * rate + more) / (self.strength + more)
    }
}

/// Second purchases over those expected, drawn towards the category's and all. As of all together, neither 0 nor 1 is certain.
fn rates(
    shown: &[Shown],
    (expected, found): (f64, f64),
    category: &[usize],
    n_categories: usize,
) -> Vec<f64> {
    let doubt = doubt(expected);
    let all = (found / (expected + 1.0) + doubt).min(1.0 - doubt);
    let own = |shown: &Shown| {
        let [expected, _] = shown.expected;
        let mean = real(shown.found[0]) / expected;
        (expected >= MIN_EXPECTED).then(|| Estimate::new(mean, all * (1.0 - all) / expected))
    };
    let own: Vec<Option<Estimate>> = shown.iter().map(own).collect();
    let levels = by_category(&own, category, n_categories);
    levels.map_or_else(
        || vec![all; shown.len()],
        |levels| levels.iter().map(|level| level.estimate.mean.clamp(doubt, 1.0 - doubt)).collect(),
    )
}

/// `s` with `found = sum of (s rate + 1) / (s + 1) * expected`; `known` is the sum of `rate * expected`. That all came again
/// makes nobody certain.
fn strength((expected, found): (f64, f64), known: f64) -> f64 {
    let found = found.min(expected * (1.0 - doubt(expected)));
    if expected < MIN_EXPECTED {
        UNKNOWN_STRENGTH
    } else if found <= known {
        MAX_STRENGTH
    } else {
        ((expected - found) / (found - known)).min(MAX_STRENGTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strength_balances_third_purchases() {
        // Half of 100 who bought twice are to come again by the rate of 0.5; 75 did: (s / 2 + 1) / (s + 1) = 3 / 4 for s = 1.
        assert!((strength((100.0, 75.0), 50.0) - 1.0).abs() < 1e-12);
        // Of all, 100 (1 - 0.5 / 101) are counted: (50 / 101) / (50 - 50 / 101).
        assert!((strength((100.0, 100.0), 50.0) - 0.01).abs() < 1e-12);
        assert_eq!(strength((100.0, 40.0), 50.0).to_bits(), MAX_STRENGTH.to_bits());
    }

    #[test]
    fn third_purchases_that_are_not_expected_yet_tell_nothing() {
        assert_eq!(strength((0.4, 0.0), 0.1).to_bits(), UNKNOWN_STRENGTH.to_bits());
    }

    #[test]
    fn every_purchase_raises_the_chance() {
        let rebuy = Rebuy { rates: vec![0.2], strength: 2.0 };
        let chances = [1, 2, 3, 10].map(|purchases| rebuy.chance(0, purchases));
        assert!((chances[1] - 1.4 / 3.0).abs() < 1e-12);
        assert!(chances.is_sorted_by(|a, b| a < b) && chances[3] < 1.0, "{chances:?}");
    }
}
