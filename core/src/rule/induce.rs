//! Rules out of itemsets: each split of a set into antecedent and consequent whose confidence suffices.
//!
//! Confidence is the set's count over the antecedent's. Moving an item from the antecedent to the consequent can only
//! raise the latter, so once a consequent fails, those that contain it need not be tried.

use rayon::prelude::*;

use super::params::AssociationRulesParams;
use super::subset_counts::SubsetCounts;
use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::fraction::Fraction;
use crate::index::{ItemIx, MAX_INDICES};
use crate::itemset::{FrequentItemsets, Partial};

/// About how many rules are made side by side before the budget is settled.
const BLOCK: usize = 1 << 20;
/// The itemsets that one task takes.
const CHUNK: usize = 64;

/// Rules in columns, in the order of their itemsets.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RuleColumns {
    pub(super) antecedents: Rows<ItemIx>,
    pub(super) consequents: Rows<ItemIx>,
    pub(super) n_a: Vec<u32>,
    pub(super) n_b: Vec<u32>,
    pub(super) n_ab: Vec<u32>,
}

impl RuleColumns {
    pub(super) fn len(&self) -> usize {
        self.n_ab.len()
    }

    /// Appends rules of other columns.
    pub(super) fn extend(&mut self, from: &Self, rules: impl Iterator<Item = usize>) {
        for rule in rules {
            self.antecedents.push(from.antecedents.row(rule).iter().copied());
            self.consequents.push(from.consequents.row(rule).iter().copied());
            self.n_a.push(from.n_a[rule]);
            self.n_b.push(from.n_b[rule]);
            self.n_ab.push(from.n_ab[rule]);
        }
    }
}

/// The memory of a rule while rules are made, sorted and indexed: items, offsets and counts twice, key, index
/// entry.
fn bytes_per_rule(len: usize) -> usize {
    2 * (4 * len + 2 * 8 + 3 * 4) + 32 + 12
}

/// Makes the rules, from the most frequent itemset on; those of an itemset all or none.
pub(super) fn induce(
    itemsets: &FrequentItemsets,
    params: &AssociationRulesParams,
    control: &Control,
) -> Result<(RuleColumns, Option<Partial>)> {
    let counts = SubsetCounts::new(itemsets);
    let (min_confidence, longest) = (params.confidence()?, params.longest_consequent());
    let (max_rules, max_bytes) = params.limits();
    // Rules are numbered by u32 where carts look them up.
    let max_rules = max_rules.min(MAX_INDICES);
    let mut rules = RuleColumns::default();
    let mut bytes = 0_usize;
    let mut start = 0;
    while start < itemsets.len() {
        let end = block_end(itemsets, start, longest);
        let chunks: Vec<usize> = (start..end).step_by(CHUNK).collect();
        let made: Vec<(RuleColumns, Vec<usize>)> = chunks
            .into_par_iter()
            .map(|first| {
                control.check()?;
                let mut induction = Induction::new(&counts, min_confidence, longest);
                let ends = (first..end.min(first + CHUNK)).map(|position| {
                    induction.split(itemsets.itemset(position), itemsets.count(position));
                    induction.rules.len()
                });
                let ends = ends.collect();
                Ok((induction.rules, ends))
            })
            .collect::<Result<_>>()?;
        let mut position = start;
        for (columns, ends) in &made {
            let mut begin = 0;
            for &end in ends {
                let needed = bytes_per_rule(itemsets.itemset(position).len()).saturating_mul(end - begin);
                let (itemsets_done, itemsets) = (position, itemsets.len());
                if rules.len() + (end - begin) > max_rules {
                    return Ok((rules, Some(Partial::MaxRules { max_rules, itemsets_done, itemsets })));
                }
                if bytes.saturating_add(needed) > max_bytes {
                    return Ok((rules, Some(Partial::MaxRuleBytes { max_bytes, itemsets_done, itemsets })));
                }
                bytes += needed;
                rules.extend(columns, begin..end);
                begin = end;
                position += 1;
            }
        }
        start = end;
    }
    Ok((rules, None))
}

/// Where a block of itemsets ends that begins at `start`: it may make about [`BLOCK`] rules, and holds one itemset at
/// least.
fn block_end(itemsets: &FrequentItemsets, start: usize, longest: usize) -> usize {
    let mut most = 0_usize;
    let mut end = start;
    while end < itemsets.len() && (end == start || most < BLOCK) {
        let len = itemsets.itemset(end).len();
        let splits = u32::try_from(len).ok().and_then(|len| 1_usize.checked_shl(len)).unwrap_or(usize::MAX);
        most = most.saturating_add(if longest == 1 { len } else { splits });
        end += 1;
    }
    end
}

/// The splitting of one itemset after another.
struct Induction<'a> {
    counts: &'a SubsetCounts<'a>,
    min_confidence: Fraction,
    longest: usize,
    antecedent: Vec<ItemIx>,
    consequent: Vec<ItemIx>,
    rules: RuleColumns,
}

impl<'a> Induction<'a> {
    fn new(counts: &'a SubsetCounts<'a>, min_confidence: Fraction, longest: usize) -> Self {
        let (antecedent, consequent, rules) = Default::default();
        Self { counts, min_confidence, longest, antecedent, consequent, rules }
    }

    /// Makes the rules of an itemset; one of a single item has none, as antecedents are never empty.
    fn split(&mut self, itemset: &[ItemIx], count: u64) {
        let longest = self.longest.min(itemset.len() - 1);
        if longest > 0 {
            self.grow(itemset, count, 0, longest);
        }
    }

    /// Adds each item from a position on to the consequent. The depth is at most the length of an itemset, which is
    /// below 64 as all of its subsets were mined.
    fn grow(&mut self, itemset: &[ItemIx], count: u64, from: usize, longest: usize) {
        for position in from..itemset.len() {
            self.consequent.push(itemset[position]);
            self.antecedent.clear();
            let consequent = &self.consequent;
            self.antecedent
                .extend(itemset.iter().copied().filter(|item| consequent.binary_search(item).is_err()));
            let n_a = self.counts.of(&self.antecedent);
            if self.min_confidence.is_reached(count, n_a) {
                let n_b = self.counts.of(&self.consequent);
                let packed = |count: u64| u32::try_from(count).expect("baskets are numbered by u32");
                self.rules.antecedents.push(self.antecedent.iter().copied());
                self.rules.consequents.push(self.consequent.iter().copied());
                self.rules.n_a.push(packed(n_a));
                self.rules.n_b.push(packed(n_b));
                self.rules.n_ab.push(packed(count));
                if self.consequent.len() < longest {
                    self.grow(itemset, count, position + 1, longest);
                }
            }
            self.consequent.pop();
        }
    }
}
