//! From a log to temporal rules: antecedent by antecedent, within a budget.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::count::{Counter, Follower};
use super::model::{Ranked, Rule, TemporalRules};
use super::params::TemporalRulesParams;
use super::partial::TemporalPartial;
use super::timeline::Timelines;
use crate::data::OrderLog;
use crate::error::{IntakeError, Result};
use crate::fit::{Control, Fit};
use crate::index::{ItemIx, MAX_INDICES};
use crate::params::Checked;
use crate::rank::TopK;

/// Antecedents that are counted side by side before the best rules so far are chosen.
const BLOCK: usize = 256;

/// The time that is left to sort and index each rule.
const SORT: Duration = Duration::from_nanos(400);

impl Fit<OrderLog> for Checked<TemporalRulesParams> {
    type Model = TemporalRules;

    /// Finds the temporal rules of a log.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers, times or items,
    /// [`Error::Cancelled`](crate::Error::Cancelled), and [`IntakeError::TooMany`] beyond `u32` rules.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<TemporalRules> {
        control.check()?;
        let deadline = self.deadline();
        let timelines = Timelines::new(log, self)?;
        let (window, confidence) = (self.window()?, self.confidence()?);
        let often = |count: u32| u64::from(count) >= timelines.min_count;
        let mut antecedents: Vec<ItemIx> = (0..timelines.starters.len())
            .filter(|&item| often(timelines.starters[item]))
            .map(ItemIx::new)
            .collect();
        antecedents.sort_by_key(|item| std::cmp::Reverse(timelines.starters[item.as_usize()]));
        let mut held = Held::new(self, antecedents.len());
        let mut partial = None;
        for block in antecedents.chunks(BLOCK) {
            let end = deadline.map(|deadline| deadline.checked_sub(held.sorting()).unwrap_or(deadline));
            let is_late = || end.is_some_and(|end| Instant::now() >= end);
            let found: Result<Vec<Option<Vec<Follower>>>> = block
                .par_iter()
                .map_init(
                    || Counter::new(&timelines, window, self.allows_repeats()),
                    |counter, &antecedent| {
                        if is_late() {
                            return Ok(None);
                        }
                        let mut followers = counter.followers(antecedent, control)?;
                        let n_a = timelines.starters[antecedent.as_usize()];
                        followers.retain(|found| confidence.is_reached(found.count.into(), n_a.into()));
                        Ok(Some(followers))
                    },
                )
                .collect();
            for (&antecedent, followers) in block.iter().zip(found?) {
                let n_a = timelines.starters[antecedent.as_usize()];
                let rule = |&Follower { item, count, delays }: &Follower| {
                    let rule = Rule { antecedent, consequent: item, count, delays };
                    Ranked::new(rule, n_a, timelines.buyers[item.as_usize()])
                };
                partial = held.take(followers.as_ref().map(|followers| followers.iter().map(rule)));
                if partial.is_some() {
                    break;
                }
            }
            if partial.is_some() {
                break;
            }
        }
        let rules: Vec<Rule> = held.top.drain_sorted().map(|ranked| ranked.rule).collect();
        if rules.len() > MAX_INDICES {
            return Err(IntakeError::TooMany { what: "temporal rules", max: MAX_INDICES as u64 }.into());
        }
        let (params, items) = (self.clone().into_inner(), log.need_items("TemporalRules")?.clone());
        let Timelines { buyers, starters, n_customers, anonymous_orders, .. } = timelines;
        let counts = [n_customers, anonymous_orders as u64];
        Ok(TemporalRules::from_rules(params, items, counts, [buyers, starters], rules, partial))
    }
}

/// The rules so far.
struct Held {
    top: TopK<Ranked>,
    /// How many were taken.
    taken: usize,
    /// No more than so many are held where only the best are wanted.
    most: usize,
    max_rules: usize,
    antecedents_done: usize,
    antecedents: usize,
}

impl Held {
    fn new(params: &TemporalRulesParams, antecedents: usize) -> Self {
        let (most, max_rules) = (params.limit(), params.rules_limit());
        Self { top: TopK::new(most), taken: 0, most, max_rules, antecedents_done: 0, antecedents }
    }

    /// Takes the rules of an antecedent, all or none; `None` where there was no time for them.
    fn take(&mut self, rules: Option<impl ExactSizeIterator<Item = Ranked>>) -> Option<TemporalPartial> {
        let Self { max_rules, antecedents_done, antecedents, .. } = *self;
        let Some(rules) = rules else {
            return Some(TemporalPartial::MaxSeconds { antecedents_done, antecedents });
        };
        let taken = self.taken.saturating_add(rules.len());
        if taken.min(self.most) > max_rules {
            return Some(TemporalPartial::MaxRules { max_rules, antecedents_done, antecedents });
        }
        self.taken = taken;
        self.antecedents_done += 1;
        rules.for_each(|rule| self.top.push(rule));
        None
    }

    /// The time that it takes to sort what is held.
    fn sorting(&self) -> Duration {
        SORT.saturating_mul(u32::try_from(self.taken.min(self.most)).unwrap_or(u32::MAX))
    }
}
