//! Rules out of one itemset: its splits into antecedent and consequent whose confidence suffices.
//!
//! Confidence is the set's count over the antecedent's. Moving an item from the antecedent to the consequent can only
//! raise the latter, so once a consequent fails, those that contain it need not be tried.

use std::cell::Cell;

use super::floor::Most;
use super::side::{Side, first};
use super::subset_counts::SubsetCounts;
use crate::fraction::Fraction;
use crate::index::ItemIx;

/// Which splits are rules.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Of the antecedent and of the consequent.
    pub(super) sides: [Side; 2],
    pub(super) min_confidence: Fraction,
    /// The greatest number of items of both sides together.
    pub(super) max_len: usize,
    /// The number of baskets.
    pub(super) n: u64,
}

/// A split of an itemset: the positions of the items of the consequent as bits, and the counts of both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Split {
    pub(super) consequent: u64,
    pub(super) n_a: u32,
    pub(super) n_b: u32,
}

/// The itemsets are not what mining gives: a subset is missing, or counts contradict each other.
#[derive(Debug)]
pub(super) struct Inconsistent;

/// The splitting of one itemset after another.
#[derive(Debug)]
pub(super) struct Splitter<'a> {
    counts: &'a SubsetCounts,
    wanted: &'a Wanted,
    /// Of the items at the positions.
    hashes: Vec<u64>,
    /// How many splits were tried.
    tried: Cell<usize>,
}

/// What holds for all splits of an itemset.
struct Whole<'a> {
    items: &'a [ItemIx],
    hash: u64,
    count: u32,
    /// No side of a greater count is in a rule that is wanted.
    most: Most,
    /// The fewest and the most items of the consequent.
    lengths: [usize; 2],
    /// Positions of which one must be in the antecedent, and of which one must be in the consequent.
    any_of: [u64; 2],
}

impl<'a> Splitter<'a> {
    pub(super) fn new(counts: &'a SubsetCounts, wanted: &'a Wanted) -> Self {
        Self { counts, wanted, hashes: Vec::new(), tried: Cell::new(0) }
    }

    /// How many splits were tried since this was asked last.
    pub(super) fn take_tried(&mut self) -> usize {
        self.tried.take()
    }

    /// Gives the rules of an itemset of at most 63 items; one of a single item has none, as antecedents are never empty.
    pub(super) fn split(
        &mut self,
        items: &[ItemIx],
        count: u32,
        most: Most,
        take: &mut impl FnMut(Split),
    ) -> Result<(), Inconsistent> {
        let (len, [a, b]) = (items.len(), &self.wanted.sides);
        let lengths =
            [b.min_len.max(len.saturating_sub(a.max_len)), b.max_len.min(len.saturating_sub(a.min_len))];
        if len > self.wanted.max_len || lengths[0] > lengths[1] || lengths[1] == 0 {
            return Ok(());
        }
        let (may_a, may_b) = (a.allowed(items), b.allowed(items));
        let any_of = [a.any_of(items), b.any_of(items)];
        if may_a | may_b != first(len) || any_of.contains(&0) {
            return Ok(());
        }
        self.hashes.clear();
        self.hashes.extend(items.iter().map(|&item| self.counts.hash(item)));
        let hash = sum(&self.hashes, first(len));
        let most =
            Most { n_a: self.wanted.min_confidence.largest_whole(u64::from(count)).min(most.n_a), ..most };
        let whole = Whole { items, hash, count, most, lengths, any_of };
        let must = may_b & !may_a;
        if must == 0 {
            return self.grow(&whole, 0, may_b, take);
        }
        if must.count_ones() as usize > lengths[1] {
            return Ok(());
        }
        self.visit(&whole, must, may_a & may_b, take)
    }

    /// Tries the consequent with each further item of `free`, and those with several.
    fn grow(
        &self,
        whole: &Whole<'_>,
        consequent: u64,
        free: u64,
        take: &mut impl FnMut(Split),
    ) -> Result<(), Inconsistent> {
        let mut free = free;
        while free != 0 {
            let next = free & free.wrapping_neg();
            free ^= next;
            self.visit(whole, consequent | next, free, take)?;
        }
        Ok(())
    }

    /// Tries a consequent, and where its confidence suffices those that hold more, of the items of `free`. The depth is at
    /// most the length of an itemset.
    fn visit(
        &self,
        whole: &Whole<'_>,
        consequent: u64,
        free: u64,
        take: &mut impl FnMut(Split),
    ) -> Result<(), Inconsistent> {
        self.tried.set(self.tried.get() + 1);
        let antecedent = first(whole.items.len()) & !consequent;
        let len = consequent.count_ones() as usize;
        // The count of a single item is near at hand; with more items the consequent may be rare enough.
        if len == 1 && whole.lengths[1] == 1 && u64::from(self.count(whole, consequent)?) > whole.most.n_b {
            return Ok(());
        }
        let n_a = self.count(whole, antecedent)?;
        if u64::from(n_a) > whole.most.n_a {
            return Ok(());
        }
        let [any_a, any_b] = whole.any_of;
        if len >= whole.lengths[0] && antecedent & any_a != 0 && consequent & any_b != 0 {
            let n_b = self.count(whole, consequent)?;
            let n_or = u64::from(n_a) + u64::from(n_b - whole.count);
            if n_or > self.wanted.n {
                return Err(Inconsistent);
            }
            take(Split { consequent, n_a, n_b });
        }
        if len < whole.lengths[1] { self.grow(whole, consequent, free, take) } else { Ok(()) }
    }

    /// How many baskets hold the items at some of the positions; at least as many as hold all.
    fn count(&self, whole: &Whole<'_>, part: u64) -> Result<u32, Inconsistent> {
        let count = if part.is_power_of_two() {
            self.counts.single(whole.items[part.trailing_zeros() as usize])
        } else {
            // The smaller part is summed up; the larger is what is left.
            let rest = first(whole.items.len()) & !part;
            let hash = if part.count_ones() < rest.count_ones() {
                sum(&self.hashes, part)
            } else {
                whole.hash.wrapping_sub(sum(&self.hashes, rest))
            };
            self.counts.of(hash).ok_or(Inconsistent)?
        };
        if count < whole.count { Err(Inconsistent) } else { Ok(count) }
    }
}

/// The sum of the hashes at some positions.
#[inline]
fn sum(hashes: &[u64], positions: u64) -> u64 {
    let (mut sum, mut left) = (0_u64, positions);
    while left != 0 {
        sum = sum.wrapping_add(hashes[left.trailing_zeros() as usize]);
        left &= left - 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;
    use crate::itemset::FrequentItemsets;
    use crate::rule::RuleSide;

    #[test]
    fn itemsets_without_their_subsets_are_told() {
        let baskets = Baskets::from_ids([[1, 2, 3], [1, 2, 3]]).unwrap();
        let itemsets = FrequentItemsets::params(1.0).fit(&baskets).unwrap();
        let side = || RuleSide::new().resolve(baskets.names()).unwrap();
        let split = |n_known: usize, n: u64| {
            let counts = SubsetCounts::new(&itemsets, n_known).unwrap();
            let min_confidence = Fraction::from_f64(0.5).unwrap();
            let wanted = Wanted { sides: [side(), side()], min_confidence, max_len: 9, n };
            let mut made = 0;
            let done =
                Splitter::new(&counts, &wanted).split(itemsets.itemset(6), 2, Most::ANY, &mut |_| made += 1);
            done.map(|()| made)
        };
        assert!(matches!(split(7, 2), Ok(6)));
        assert!(split(3, 2).is_err(), "no pair is known");
        assert!(split(2, 2).is_err(), "one item is not known");
        assert!(split(7, 1).is_err(), "there are fewer baskets than hold a part");
    }
}
