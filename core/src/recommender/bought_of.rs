//! What everybody bought of what a test lets in, reckoned once a version.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::rules::{ItemTest, Resolved};
use super::snapshot::Snapshot;

/// How many tests are remembered; a shop has some dozens of contents.
const KEPT: usize = 128;

/// Purchases of a version: buyers, item by item.
#[derive(Debug, Default)]
pub(super) struct BoughtOf {
    all: OnceLock<u64>,
    tests: Mutex<Vec<(ItemTest, u64)>>,
}

impl BoughtOf {
    fn known(&self, test: &ItemTest) -> Option<u64> {
        let tests = self.tests.lock().unwrap_or_else(PoisonError::into_inner);
        tests.iter().find(|(known, _)| known == test).map(|&(_, sum)| sum)
    }

    fn keep(&self, test: &ItemTest, sum: u64) {
        let mut tests = self.tests.lock().unwrap_or_else(PoisonError::into_inner);
        if tests.len() >= KEPT {
            tests.clear();
        }
        tests.push((test.clone(), sum));
    }
}

impl Snapshot {
    /// The buyers of an item; none where they are too few to be told.
    fn told_buyers(&self, item: u32) -> u64 {
        let buyers = self.buyers_of(item);
        if buyers >= self.params.min_customers { buyers.into() } else { 0 }
    }

    fn told_buyers_of(&self, holds: impl Fn(u32) -> bool) -> u64 {
        let n = u32::try_from(self.state.items.len()).expect("slots are bounded to u32");
        (0..n).filter(|&item| holds(item)).map(|item| self.told_buyers(item)).sum()
    }

    /// The share of everybody's purchases that are of what a test lets in, items with too few buyers left out; 0 where nothing was bought.
    ///
    /// Linear in the items where a test is asked for the first time in a version; for a list of items, in these.
    pub(super) fn population_share(&self, test: &ItemTest, resolved: &Resolved<'_>) -> f64 {
        let all = *self.bought_of.all.get_or_init(|| self.told_buyers_of(|_| true));
        let own = match resolved.named() {
            Some(items) => items.iter().map(|&item| self.told_buyers(item)).sum(),
            None => self.bought_of.known(test).unwrap_or_else(|| {
                let sum = self.told_buyers_of(|item| resolved.holds(item, &self.goods));
                self.bought_of.keep(test, sum);
                sum
            }),
        };
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let share = own as f64 / all.max(1) as f64;
        share
    }
}
