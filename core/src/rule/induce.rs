//! Rules out of itemsets: block by block, within a budget, the best of them where only so many are wanted.

use rayon::prelude::*;

use super::columns::{Baskets, Heads, RuleColumns};
use super::deadline::{Deadline, Pace};
use super::floor::{Floor, Most};
use super::order::{Ranked, Ranking};
use super::params::AssociationRulesParams;
use super::prune::{compares_rules, prune};
use super::split::{Inconsistent, Splitter, Wanted};
use super::subset_counts::SubsetCounts;
use crate::data::{Hierarchy, Rows};
use crate::error::{ParamError, Result};
use crate::fit::Control;
use crate::index::{ItemIx, MAX_INDICES};
use crate::itemset::{FrequentItemsets, Partial};

/// About how many rules are made side by side before the budget is settled.
const BLOCK: usize = 1 << 20;
/// The itemsets that one task takes.
const CHUNK: usize = 256;
/// After how many itemsets a task looks at the clock.
const CLOCK: usize = 64;

/// The memory of a rule while rules are made, sorted and indexed: the split, twice while it is sorted, the sorted rule with its items, offsets and
/// counts, twice where rules are compared, and its entry of the index.
fn bytes_per_rule(len: usize) -> usize {
    2 * 40 + 2 * (4 * len + 2 * 8 + 3 * 4) + 24 + 12
}

/// Makes the rules in the order of the model. Where a budget ends it, those of the most frequent itemsets are there, those
/// of an itemset all or none.
pub(super) fn induce(
    itemsets: &FrequentItemsets,
    baskets: Baskets,
    params: &AssociationRulesParams,
    deadline: Option<Deadline>,
    control: &Control,
) -> Result<(RuleColumns, Option<Partial>)> {
    let (measure, top_k) = params.ranking();
    let heads = Heads::new(itemsets.items().len());
    let ranking = Ranking { itemsets, baskets, measure, heads };
    let wanted = Wanted {
        sides: params.sides(itemsets.names())?,
        min_confidence: params.confidence()?,
        max_len: params.longest(),
        n: baskets.n,
    };
    // Rules name their itemset by 32 bits.
    let len = frequent(itemsets, params)?.min(MAX_INDICES);
    if itemsets.iter().take(len).any(|(items, _)| items.len() > 63) {
        return Err(inconsistent());
    }
    let counts = SubsetCounts::new(itemsets, len).map_err(|Inconsistent| inconsistent())?;
    let (max_rules, max_bytes) = params.limits();
    let at_once = if compares_rules(params) { None } else { top_k };
    let mut held = Held {
        rules: Vec::new(),
        bytes: 0,
        // Rules are numbered by u32 where carts look them up.
        max_rules: max_rules.min(MAX_INDICES),
        max_bytes,
        top_k: at_once,
        worst: None,
        ranking,
    };
    let pace = deadline.map(|deadline| deadline.making(params));
    let implied = itemsets.hierarchy().map(Hierarchy::implied).filter(|implied| !implied.values().is_empty());
    // Where budgets may count what is held, what is dropped early must not depend on who came first.
    let best = at_once.filter(|&k| {
        let most = k.saturating_mul(4);
        most <= max_rules && most.saturating_mul(bytes_per_rule(63)) <= max_bytes
    });
    let best = best.map(|k| (k, Floor::new(measure, baskets)));
    let making = Making { ranking, wanted: &wanted, counts: &counts, best, implied, pace, control };
    let mut partial = None;
    let (mut start, mut size) = (0, BLOCK);
    if let Some((k, _)) = making.best {
        // The sooner a block ends, the sooner the next one has a floor.
        size = k.saturating_mul(8).clamp(1 << 14, BLOCK);
    }
    while start < len && partial.is_none() {
        let end = block_end(itemsets, start, len, (wanted.sides[1].max_len, size));
        let made = making.block(start, end, held.worst)?;
        partial = held.take(start, len, made);
        if let Some((_, floor)) = &making.best {
            held.cut();
            held.worst.iter().for_each(|worst| floor.raise(worst.measure()));
        }
        (start, size) = (end, size.saturating_mul(2).min(BLOCK));
    }
    let mut rules = held.rules;
    control.check()?;
    prune(&mut rules, &ranking, params, control)?;
    if let Some(k) = top_k {
        keep_best(&mut rules, k, &ranking);
    }
    Ok((ranking.columns(&ranking.sort(rules)), partial))
}

/// The number of itemsets, the first ones, that are frequent enough.
fn frequent(itemsets: &FrequentItemsets, params: &AssociationRulesParams) -> Result<usize, ParamError> {
    if params.recency().is_some() || itemsets.found_by() == &params.itemsets() {
        return Ok(itemsets.len());
    }
    let min_count = params.itemsets().frequent_from(itemsets.n_baskets())?;
    Ok(itemsets.iter().take_while(|&(_, count)| count >= min_count).count())
}

fn inconsistent() -> crate::Error {
    let needed = "hold with each set all of its subsets, with counts that baskets can have";
    ParamError::Itemsets { needed, found: "and do not".to_owned() }.into()
}

/// Where a block of itemsets ends that begins at `start`: it may make about `size` rules, and holds one itemset at least.
fn block_end(
    itemsets: &FrequentItemsets,
    start: usize,
    len: usize,
    (longest, size): (usize, usize),
) -> usize {
    let mut most = 0_usize;
    let mut end = start;
    while end < len && (end == start || most < size) {
        let items = itemsets.itemset(end).len();
        let splits =
            u32::try_from(items).ok().and_then(|items| 1_usize.checked_shl(items)).unwrap_or(usize::MAX);
        most = most.saturating_add(if longest == 1 { items } else { splits });
        end += 1;
    }
    end
}

/// What the tasks of a block share.
struct Making<'a> {
    ranking: Ranking<'a>,
    wanted: &'a Wanted,
    counts: &'a SubsetCounts,
    /// How many rules are wanted, where only the best are, and what these must reach.
    best: Option<(usize, Floor)>,
    /// What each category implies by the hierarchy alone, where some do.
    implied: Option<Rows<ItemIx>>,
    pace: Option<Pace>,
    control: &'a Control,
}

/// The rules of a chunk of itemsets, and where those of each itemset end.
type Chunk = (Vec<Ranked>, Vec<usize>);

impl Making<'_> {
    /// The rules of a block of itemsets, chunk by chunk, without those behind `worst`; `None` for what there was no time
    /// for.
    fn block(&self, start: usize, end: usize, worst: Option<Ranked>) -> Result<Vec<Option<Chunk>>> {
        let chunks: Vec<usize> = (start..end).step_by(CHUNK).collect();
        chunks.into_par_iter().map(|first| self.chunk(first, end.min(first + CHUNK), worst)).collect()
    }

    fn chunk(&self, start: usize, end: usize, worst: Option<Ranked>) -> Result<Option<Chunk>> {
        let mut splitter = Splitter::new(self.counts, self.wanted);
        let (mut rules, mut ends) = (Vec::new(), Vec::with_capacity(end - start));
        let mut told = 0;
        let mut known = None;
        for position in start..end {
            self.control.check()?;
            if (position - start).is_multiple_of(CLOCK)
                && let Some(pace) = &self.pace
            {
                if pace.is_over(splitter.take_tried(), rules.len() - told) {
                    return Ok(None);
                }
                told = rules.len();
            }
            let items = self.ranking.itemsets.itemset(position);
            if self.says_one_thing_twice(items) {
                ends.push(rules.len());
                continue;
            }
            let itemset = u32::try_from(position).expect("no more itemsets than that are looked at");
            let count =
                u32::try_from(self.ranking.itemsets.count(position)).expect("baskets are numbered by u32");
            let level = self.best.as_ref().and_then(|(_, floor)| floor.level());
            let Some(most) = self.most(count, level, &mut known) else {
                ends.push(rules.len());
                continue;
            };
            let mut take = |split| {
                let Some(rule) = self.ranking.rank(itemset, count, split, level) else { return };
                if worst.is_none_or(|worst| self.ranking.compare(&rule, &worst).is_lt()) {
                    rules.push(rule);
                }
            };
            let split = splitter.split(items, count, most, &mut take);
            split.map_err(|Inconsistent| inconsistent())?;
            ends.push(rules.len());
            if let Some((k, floor)) = &self.best
                && rules.len() >= k.saturating_mul(2)
            {
                keep_best(&mut rules, *k, &self.ranking);
                rules.last().iter().for_each(|worst| floor.raise(worst.measure()));
                // Whose itemset a rule is of matters to budgets only, which are far.
                let last = ends.len() - 1;
                ends[..last].fill(0);
                ends[last] = rules.len();
                told = told.min(rules.len());
            }
        }
        Ok(Some((rules, ends)))
    }

    /// How frequent the sides of the rules of an itemset of some count may be; `None` where none reaches the level. `known` is
    /// the answer to the last question, which itemsets of one count share.
    fn most(
        &self,
        count: u32,
        level: Option<f64>,
        known: &mut Option<(u32, f64, Option<Most>)>,
    ) -> Option<Most> {
        let (Some(level), Some((_, floor))) = (level, &self.best) else { return Some(Most::ANY) };
        match *known {
            Some((of, at, most)) if of == count && at.to_bits() == level.to_bits() => most,
            _ => {
                let most = floor.most(u64::from(count), level);
                *known = Some((count, level, most));
                most
            }
        }
    }

    /// Whether an itemset holds a category and another that it implies: between the two a rule is sure whatever was bought,
    /// and any other says the same without the one implied.
    fn says_one_thing_twice(&self, items: &[ItemIx]) -> bool {
        let Some(implied) = &self.implied else { return false };
        let has = |other: &ItemIx| items.binary_search(other).is_ok();
        items.iter().any(|item| implied.row(item.as_usize()).iter().any(has))
    }
}

/// The rules so far.
struct Held<'a> {
    rules: Vec<Ranked>,
    bytes: usize,
    max_rules: usize,
    max_bytes: usize,
    /// Only so many of the best need be held.
    top_k: Option<usize>,
    /// With that many held: what comes behind it is not among the best.
    worst: Option<Ranked>,
    ranking: Ranking<'a>,
}

impl Held<'_> {
    /// Takes the rules of a block, those of an itemset all or none, until there is no room or there was no time.
    fn take(&mut self, start: usize, itemsets: usize, block: Vec<Option<Chunk>>) -> Option<Partial> {
        let mut itemsets_done = start;
        for chunk in block {
            let Some((rules, ends)) = chunk else {
                return Some(Partial::MaxRuleSeconds { itemsets_done, itemsets });
            };
            let mut begin = 0;
            for end in ends {
                let (max_rules, max_bytes) = (self.max_rules, self.max_bytes);
                let needed = self.bytes_of(&rules[begin..end]);
                if self.rules.len() + (end - begin) > max_rules
                    || self.bytes.saturating_add(needed) > max_bytes
                {
                    self.cut();
                }
                if self.rules.len() + (end - begin) > max_rules {
                    return Some(Partial::MaxRules { max_rules, itemsets_done, itemsets });
                }
                if self.bytes.saturating_add(needed) > max_bytes {
                    return Some(Partial::MaxRuleBytes { max_bytes, itemsets_done, itemsets });
                }
                self.rules.extend_from_slice(&rules[begin..end]);
                self.bytes += needed;
                if self.top_k.is_some_and(|k| self.rules.len() >= k.saturating_mul(2)) {
                    self.cut();
                }
                begin = end;
                itemsets_done += 1;
            }
        }
        None
    }

    /// Keeps the best, where only so many are wanted.
    fn cut(&mut self) {
        let Some(k) = self.top_k.filter(|&k| self.rules.len() > k) else { return };
        keep_best(&mut self.rules, k, &self.ranking);
        self.worst = self.rules.last().copied();
        self.bytes = self.bytes_of(&self.rules);
    }

    fn bytes_of(&self, rules: &[Ranked]) -> usize {
        rules.iter().map(|rule| bytes_per_rule(self.ranking.itemsets.itemset(rule.itemset()).len())).sum()
    }
}

/// Keeps the `k` best, from 1, the worst of them last.
fn keep_best(rules: &mut Vec<Ranked>, k: usize, ranking: &Ranking<'_>) {
    if rules.len() > k {
        rules.select_nth_unstable_by(k - 1, |a, b| ranking.compare(a, b));
        rules.truncate(k);
    }
}
