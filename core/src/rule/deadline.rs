//! One deadline over all steps of making rules, each of which leaves time for those behind it.
//!
//! How long the later steps take can be told from what is done already: each set found is sorted and entered into a table,
//! which takes much the same time on all machines; and each rule made is tested, compared, sorted and indexed in some times
//! the time of trying a split.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::params::AssociationRulesParams;
use super::prune::compares_rules;
use crate::itemset::Until;

/// The time that sorting an itemset and entering it into a table takes.
const SET: Duration = Duration::from_nanos(500);
/// The time that sorting and indexing a rule takes, in times of trying a split.
const SORT: f64 = 5.0;
/// As much for Fisher's exact test of a rule.
const TEST: f64 = 3.0;
/// As much for comparing a rule with simpler ones.
const COMPARE: f64 = 6.0;

/// When rules must be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    begin: Instant,
    end: Instant,
}

impl Deadline {
    /// So many seconds from now; `None` without a limit, and for one beyond what a clock can tell.
    pub(super) fn from_now(params: &AssociationRulesParams) -> Option<Self> {
        let begin = Instant::now();
        let end = begin.checked_add(Duration::try_from_secs_f64(params.seconds()?).ok()?)?;
        Some(Self { begin, end })
    }

    /// When the search for itemsets must end: so that after half of the time they are ready to be split.
    pub(super) fn of_search(self) -> Until {
        Until { end: self.begin + (self.end - self.begin) / 2, per_set: SET }
    }

    /// The making of rules, which begins now.
    pub(super) fn making(self, params: &AssociationRulesParams) -> Pace {
        let test = if params.significance().is_some() { TEST } else { 0.0 };
        let compares = params.is_without_redundant() || params.min_improvement_is_set();
        let later = SORT + test + if compares { COMPARE } else { 0.0 };
        let most = if compares_rules(params) { None } else { params.ranking().1 };
        Pace {
            begin: Instant::now(),
            end: self.end,
            later,
            most: most.map_or(usize::MAX, |k| k.saturating_mul(2)),
            tried: AtomicUsize::new(0),
            rules: AtomicUsize::new(0),
        }
    }
}

/// How fast rules are made: so one can tell when those there are must be finished. Shared by all tasks.
#[derive(Debug)]
pub(super) struct Pace {
    begin: Instant,
    end: Instant,
    /// What the steps behind take for a rule, in times of trying a split.
    later: f64,
    /// No more rules than that are held.
    most: usize,
    tried: AtomicUsize,
    rules: AtomicUsize,
}

impl Pace {
    /// Adds splits tried and rules made of them, and tells whether no more may be.
    #[allow(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn is_over(&self, tried: usize, rules: usize) -> bool {
        let add = |sum: &AtomicUsize, more| sum.fetch_add(more, Ordering::Relaxed) + more;
        let (tried, rules) = (add(&self.tried, tried), add(&self.rules, rules));
        let now = Instant::now();
        let share = rules.min(self.most) as f64 / tried.max(1) as f64;
        now + now.duration_since(self.begin).mul_f64(share.min(1.0) * self.later) >= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::AssociationRules;

    #[test]
    fn there_is_none_without_a_limit() {
        let params = AssociationRules::params(1.0);
        assert!(Deadline::from_now(&params).is_none());
        assert!(Deadline::from_now(&params.max_seconds(Some(1e300))).is_none());
    }

    #[test]
    fn the_search_leaves_time_for_rules() {
        let params = AssociationRules::params(1.0).max_seconds(Some(1000.0));
        let deadline = Deadline::from_now(&params).unwrap();
        assert_eq!(deadline.of_search().end - deadline.begin, Duration::from_secs(500));
    }

    #[test]
    fn the_more_rules_the_more_time_is_left_to_finish_them() {
        let params = AssociationRules::params(1.0).max_seconds(Some(1000.0));
        let pace = |params: &AssociationRulesParams| {
            let pace = Deadline::from_now(params).unwrap().making(params);
            // A hundred and eighty of the thousand seconds have gone.
            Pace {
                begin: pace.begin - Duration::from_secs(180),
                end: pace.end - Duration::from_secs(180),
                ..pace
            }
        };
        assert!(!pace(&params).is_over(1000, 100));
        assert!(pace(&params).is_over(1000, 1000));
        assert!(!pace(&params.clone().top_k(Some(10))).is_over(1000, 1000));
        assert!(pace(&params.clone().top_k(Some(10)).drop_redundant(true)).is_over(1000, 1000));
        assert!(!pace(&params).is_over(1000, 500) && pace(&params.max_p_value(Some(0.1))).is_over(1000, 800));
    }

    #[test]
    fn no_time_is_over_at_once() {
        let params = AssociationRules::params(1.0).max_seconds(Some(1e-9));
        assert!(Deadline::from_now(&params).unwrap().making(&params).is_over(0, 0));
    }
}
