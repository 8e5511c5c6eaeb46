//! What everybody bought of what a test lets in, reckoned once and kept until counts, catalogue or the day are others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;

use super::rules::{ItemTest, Resolved};
use super::snapshot::Snapshot;

/// How many tests are remembered, the latest; a shop has some dozens of contents.
const KEPT: usize = 1_024;

/// What was not summed up yet.
const UNKNOWN: u64 = u64::MAX;

/// Purchases: buyers, item by item. Whoever asks first adds up; two who do at the same time come to the same, and none waits.
#[derive(Debug)]
pub(super) struct BoughtOf {
    all: AtomicU64,
    tests: ArcSwap<Vec<Arc<(ItemTest, u64)>>>,
}

impl Default for BoughtOf {
    /// Nothing yet.
    fn default() -> Self {
        Self { all: AtomicU64::new(UNKNOWN), tests: ArcSwap::default() }
    }
}

impl BoughtOf {
    fn all(&self, sum: impl FnOnce() -> u64) -> u64 {
        let known = self.all.load(Ordering::Relaxed);
        if known != UNKNOWN {
            return known;
        }
        let sum = sum();
        self.all.store(sum, Ordering::Relaxed);
        sum
    }

    fn of(&self, test: &ItemTest, sum: impl FnOnce() -> u64) -> u64 {
        let known = self.tests.load().iter().find(|known| known.0 == *test).map(|known| known.1);
        known.unwrap_or_else(|| {
            let own = Arc::new((test.clone(), sum()));
            self.tests.rcu(|tests| {
                let latest = &tests[tests.len().saturating_sub(KEPT - 1)..];
                latest.iter().chain([&own]).cloned().collect::<Vec<_>>()
            });
            own.1
        })
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
    /// Linear in the items where a test is asked for the first time since counts, catalogue or the day changed; for a list of items, in
    /// these.
    pub(super) fn population_share(&self, test: &ItemTest, resolved: &Resolved<'_>) -> f64 {
        let all = self.bought_of.all(|| self.told_buyers_of(|_| true));
        let own = match resolved.named() {
            Some(items) => items.iter().map(|&item| self.told_buyers(item)).sum(),
            None => self.bought_of.of(test, || self.told_buyers_of(|item| resolved.holds(item, &self.goods))),
        };
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let share = own as f64 / all.max(1) as f64;
        share
    }
}
