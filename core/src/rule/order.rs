//! The order of rules: the measure asked for, falling; then count, then confidence, falling; then the items.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::columns::{Baskets, Heads, RuleColumns};
use super::general::Confidence;
use super::measure::Measure;
use super::split::Split;
use crate::data::Rows;
use crate::index::ItemIx;
use crate::itemset::FrequentItemsets;

/// The rules sorted by one task, at least.
const SORT_TASK: usize = 1 << 12;

/// A rule as a split of an itemset, with what orders it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    key: Key,
    /// The positions of the consequent in its itemset, as bits.
    consequent: u64,
    itemset: u32,
    n_b: u32,
}

/// What orders rules, most of it: smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    measure: u64,
    /// Falling count, then rising count of the antecedent: of equal counts the higher confidence first.
    counts: u64,
    head: u64,
}

impl Key {
    fn new(measure: f64, n_ab: u32, n_a: u32, head: u64) -> Self {
        Self { measure: !rising(measure), counts: u64::from(!n_ab) << 32 | u64::from(n_a), head }
    }
}

/// A number that orders as the double does.
pub(super) fn rising(value: f64) -> u64 {
    let bits = value.to_bits();
    if value.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

/// The double of such a number.
pub(super) fn falling(number: u64) -> f64 {
    f64::from_bits(if number >> 63 == 1 { number & !(1 << 63) } else { !number })
}

/// Ranks the splits of itemsets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranking<'a> {
    pub(super) itemsets: &'a FrequentItemsets,
    pub(super) baskets: Baskets,
    pub(super) measure: Measure,
    pub(super) heads: Heads,
}

impl Ranking<'_> {
    /// Ranks a split; `None` where the measure is below a level.
    #[inline]
    pub(super) fn rank(&self, itemset: u32, n_ab: u32, split: Split, level: Option<f64>) -> Option<Ranked> {
        let Split { consequent, n_a, n_b } = split;
        let counts = self.baskets.contingency(u64::from(n_a), u64::from(n_b), u64::from(n_ab));
        let measure = self.measure.rank(&counts);
        if level.is_some_and(|level| measure < level) {
            return None;
        }
        let key = Key::new(measure, n_ab, n_a, self.heads.of(self.side(itemset, !consequent)));
        Some(Ranked { key, consequent, itemset, n_b })
    }

    #[inline]
    pub(super) fn compare(&self, a: &Ranked, b: &Ranked) -> Ordering {
        let items = |rule: &Ranked, sides: u64| self.side(rule.itemset, sides);
        a.key
            .cmp(&b.key)
            .then_with(|| items(a, !a.consequent).cmp(items(b, !b.consequent)))
            .then_with(|| items(a, a.consequent).cmp(items(b, b.consequent)))
    }

    /// Puts rules in order.
    ///
    /// Rules that come in the order of their itemsets have falling counts already. So they are put into buckets by the
    /// measure, each keeping the order within, and only rules of one measure and one count are sorted.
    pub(super) fn sort(&self, mut rules: Vec<Ranked>) -> Vec<Ranked> {
        if !rules.is_sorted_by(|a, b| a.counts()[1] >= b.counts()[1]) {
            rules.par_sort_unstable_by(|a, b| self.compare(a, b));
            return rules;
        }
        let measures = || rules.iter().map(|rule| rule.key.measure);
        let (Some(least), Some(most)) = (measures().min(), measures().max()) else { return rules };
        // About as many buckets as rules, so that most hold rules of one measure.
        let wanted = rules.len().next_power_of_two().ilog2();
        let shift = (u64::BITS - (most - least).leading_zeros()).saturating_sub(wanted);
        let bucket = |rule: &Ranked| usize::try_from((rule.key.measure - least) >> shift);
        let bucket = |rule: &Ranked| bucket(rule).expect("there are about as many buckets as rules");
        let Some(last) = rules.iter().map(bucket).max() else { return rules };
        let mut ends = vec![0_usize; last + 2];
        rules.iter().for_each(|rule| ends[bucket(rule) + 1] += 1);
        (1..ends.len()).for_each(|at| ends[at] += ends[at - 1]);
        let mut sorted = vec![rules[0]; rules.len()];
        for rule in &rules {
            let slot = &mut ends[bucket(rule)];
            sorted[*slot] = *rule;
            *slot += 1;
        }
        drop(rules);
        // Whole buckets, several a task.
        let mut tasks = Vec::new();
        let (mut rest, mut begin) = (sorted.as_mut_slice(), 0);
        for &end in &ends {
            if end - begin >= SORT_TASK || begin + rest.len() == end {
                let (task, behind) = std::mem::take(&mut rest).split_at_mut(end - begin);
                tasks.push(task);
                (rest, begin) = (behind, end);
            }
        }
        tasks.into_par_iter().for_each(|task| {
            if !task.is_sorted_by_key(|rule| rule.key.measure) {
                task.sort_by_key(|rule| rule.key.measure);
            }
            let alike =
                |a: &Ranked, b: &Ranked| a.key.measure == b.key.measure && a.counts()[1] == b.counts()[1];
            task.chunk_by_mut(alike).for_each(|rules| rules.sort_unstable_by(|a, b| self.compare(a, b)));
        });
        sorted
    }

    /// The rules in columns.
    pub(super) fn columns(&self, rules: &[Ranked]) -> RuleColumns {
        let mut antecedents = Lists::new(rules.len());
        let mut consequents = Lists::new(rules.len());
        let mut columns = RuleColumns {
            n_a: Vec::with_capacity(rules.len()),
            n_b: Vec::with_capacity(rules.len()),
            n_ab: Vec::with_capacity(rules.len()),
            ..RuleColumns::default()
        };
        for rule in rules {
            let [n_a, n_ab] = rule.counts();
            columns.n_a.push(n_a);
            columns.n_b.push(rule.n_b);
            columns.n_ab.push(n_ab);
            antecedents.push(self.side(rule.itemset, !rule.consequent));
            consequents.push(self.side(rule.itemset, rule.consequent));
        }
        columns.antecedents = antecedents.finish();
        columns.consequents = consequents.finish();
        columns
    }

    /// The items of an itemset at some positions.
    #[inline]
    fn side(&self, itemset: u32, positions: u64) -> impl Iterator<Item = ItemIx> {
        let items = self.itemsets.itemset(itemset as usize).iter().enumerate();
        items.filter(move |&(position, _)| positions >> position & 1 == 1).map(|(_, &item)| item)
    }
}

impl Ranked {
    /// The counts of the antecedent and of both.
    #[allow(clippy::cast_possible_truncation, reason = "two numbers of 32 bits side by side")]
    pub(super) fn counts(&self) -> [u32; 2] {
        [self.key.counts as u32, !((self.key.counts >> 32) as u32)]
    }

    /// The count of the consequent.
    pub(super) fn n_b(&self) -> u64 {
        u64::from(self.n_b)
    }

    /// The measure that orders it.
    pub(super) fn measure(&self) -> f64 {
        falling(!self.key.measure)
    }

    pub(super) fn confidence(&self) -> Confidence {
        let [n_a, n_ab] = self.counts();
        Confidence { n_ab, n_a }
    }

    /// The position of the itemset.
    pub(super) fn itemset(&self) -> usize {
        self.itemset as usize
    }
}

/// Rows under construction.
struct Lists {
    offsets: Vec<usize>,
    values: Vec<ItemIx>,
}

impl Lists {
    fn new(len: usize) -> Self {
        let mut offsets = Vec::with_capacity(len + 1);
        offsets.push(0);
        Self { offsets, values: Vec::new() }
    }

    #[inline]
    fn push(&mut self, row: impl Iterator<Item = ItemIx>) {
        for item in row {
            self.values.push(item);
        }
        self.offsets.push(self.values.len());
    }

    fn finish(self) -> Rows<ItemIx> {
        Rows::from_parts(self.offsets, self.values).expect("each row ends where the next begins")
    }
}

/// Whether rules are in the order of a model, each once.
pub(super) fn is_sorted(columns: &RuleColumns, baskets: Baskets, measure: Measure) -> bool {
    let sides = |rule: usize| (columns.antecedents.row(rule), columns.consequents.row(rule));
    let key = |rule: usize| {
        let measured = measure.rank(&columns.contingency(rule, baskets));
        Key::new(measured, columns.n_ab[rule], columns.n_a[rule], 0)
    };
    let mut above = None;
    (0..columns.len()).all(|rule| {
        let key = key(rule);
        let is_below = above.is_none_or(|above: Key| {
            above.cmp(&key).then_with(|| sides(rule - 1).cmp(&sides(rule))) == Ordering::Less
        });
        above = Some(key);
        is_below
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_ordered_as_numbers() {
        let values = [f64::NEG_INFINITY, -1.5, -0.25, 0.0, 1e-300, 0.5, 2.0, f64::INFINITY];
        assert!(values.windows(2).all(|pair| rising(pair[0]) < rising(pair[1])));
        assert!(values.iter().all(|&value| falling(rising(value)).to_bits() == value.to_bits()));
        let key = Key::new(1.0, 7, 9, 0);
        let rule = Ranked { key, consequent: 0, itemset: 0, n_b: 0 };
        assert_eq!(rule.counts(), [9, 7]);
        assert_eq!(rule.measure().to_bits(), 1.0_f64.to_bits());
    }
}
