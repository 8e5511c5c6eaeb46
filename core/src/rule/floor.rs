//! A floor that rises while rules are made: where only the `k` best are wanted, what the `k`-th best so far leaves no hope.
//!
//! Of two rules of one count the one whose sides are rarer has at least the measure, for most measures (the third of the
//! conditions that Piatetsky-Shapiro 1991, *Discovery, analysis, and presentation of strong rules*, asks of a measure). So
//! the count of an itemset and the floor bound how frequent each side may be: as a minimum of support and of confidence that
//! rise with the floor.

use std::sync::atomic::{AtomicU64, Ordering};

use super::columns::Baskets;
use super::measure::Measure;
use super::order::{falling, rising};

/// Measures are doubles: what falls in theory may rise by some last digits.
const SLACK: f64 = 1e-9;

/// The greatest counts that the sides of a rule may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Most {
    pub(super) n_a: u64,
    pub(super) n_b: u64,
}

impl Most {
    /// No bound.
    pub(super) const ANY: Self = Self { n_a: u64::MAX, n_b: u64::MAX };
}

/// The floor, shared by all tasks.
#[derive(Debug)]
pub(super) struct Floor {
    measure: Measure,
    baskets: Baskets,
    /// A number that orders as the measure does; 0 for no floor.
    level: AtomicU64,
}

impl Floor {
    pub(super) fn new(measure: Measure, baskets: Baskets) -> Self {
        Self { measure, baskets, level: AtomicU64::new(0) }
    }

    /// Raises it to the measure of a rule that as many rules reach as are wanted.
    pub(super) fn raise(&self, measure: f64) {
        self.level.fetch_max(rising(measure), Ordering::Relaxed);
    }

    /// What a rule must reach now; `None` before as many rules were found as are wanted.
    pub(super) fn level(&self) -> Option<f64> {
        let level = self.level.load(Ordering::Relaxed);
        (level > 0).then(|| falling(level))
    }

    /// How frequent the sides of rules of a count may be for the measure to reach a level; `None` where none reaches it.
    pub(super) fn most(&self, n_ab: u64, level: f64) -> Option<Most> {
        if !self.measure.falls_with_sides() {
            return Some(Most::ANY);
        }
        let level = if level.is_finite() { level - SLACK * level.abs() } else { level };
        let reaches = |n_a, n_b| self.measure.rank(&self.baskets.contingency(n_a, n_b, n_ab)) >= level;
        if !reaches(n_ab, n_ab) {
            return None;
        }
        let n = self.baskets.n;
        Some(Most {
            n_a: last(n_ab, n, |n_a| reaches(n_a, n_ab)),
            n_b: last(n_ab, n, |n_b| reaches(n_ab, n_b)),
        })
    }
}

/// The last number from `first`, for which it holds, to `end` for which something holds that does not hold again once it
/// does not.
fn last(first: u64, end: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (first, end);
    while low < high {
        let middle = high - (high - low) / 2;
        if holds(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const BASKETS: Baskets = Baskets { n: 12, unit: NonZeroU32::MIN };

    #[test]
    fn measures_that_fall_with_their_sides_do() {
        let falls = |measure: Measure| {
            let rank = |n_a: u64, n_b: u64, n_ab: u64| {
                crate::rule::Contingency::new(12, n_a, n_b, n_ab).map(|counts| measure.rank(&counts))
            };
            let sides = |n_ab| (n_ab..=12).flat_map(move |n_a| (n_ab..=12).map(move |n_b| (n_a, n_b, n_ab)));
            (1..=12).flat_map(sides).all(|(n_a, n_b, n_ab)| {
                let more = [rank(n_a + 1, n_b, n_ab), rank(n_a, n_b + 1, n_ab)];
                let own = rank(n_a, n_b, n_ab);
                own.is_none_or(|own| more.into_iter().flatten().all(|more| more <= own + SLACK))
            })
        };
        let rounds =
            |measure| matches!(measure, Measure::FisherP | Measure::HyperLift | Measure::HyperConfidence);
        let found =
            Measure::ALL.into_iter().filter(|&measure| falls(measure) && !rounds(measure)).map(Measure::name);
        let told = Measure::ALL.into_iter().filter(|measure| measure.falls_with_sides()).map(Measure::name);
        assert_eq!(told.collect::<Vec<_>>(), found.collect::<Vec<_>>());
    }

    #[test]
    fn sides_are_bounded_by_what_still_reaches_the_floor() {
        let floor = Floor::new(Measure::Confidence, BASKETS);
        assert_eq!(floor.level(), None);
        floor.raise(0.5);
        floor.raise(0.25);
        assert_eq!(floor.level(), Some(0.5));
        assert_eq!(floor.most(3, 0.5), Some(Most { n_a: 6, n_b: 12 }));
        let floor = Floor::new(Measure::Support, BASKETS);
        assert_eq!(floor.most(3, 0.25), Some(Most { n_a: 12, n_b: 12 }));
        assert_eq!(floor.most(2, 0.25), None);
        assert_eq!(Floor::new(Measure::Gini, BASKETS).most(1, 0.4), Some(Most::ANY));
    }
}
