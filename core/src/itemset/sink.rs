//! Where a miner's sets go: into columns, or into counts by length only.

use std::ops::RangeInclusive;

use super::budget::Meter;
use super::search::{Database, Stop};
use crate::data::Rows;
use crate::index::ItemIx;

/// Takes sets as they are found.
pub(super) trait Sink: Default + Send {
    /// Takes the codes of `prefix` alone and with every choice of codes of `perfect`, all in `count` baskets.
    fn take(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop>;

    /// Appends what another took.
    fn append(&mut self, other: Self);
}

/// Sets in the order in which they were found, the items of each rising, and their counts.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) rows: Rows<ItemIx>,
    pub(super) counts: Vec<u32>,
}

impl Part {
    /// Appends what a sink took.
    pub(super) fn append(&mut self, sets: Collect) {
        for part in sets.into_parts() {
            part.rows.iter().for_each(|row| self.rows.push(row.iter().copied()));
            self.counts.extend(part.counts);
        }
    }

    /// Adds the same items to every set.
    pub(super) fn join(&mut self, items: &[ItemIx]) {
        let mut joined = Rows::default();
        for row in self.rows.iter() {
            joined.push_with(row.iter().chain(items).copied(), <[_]>::sort_unstable);
        }
        self.rows = joined;
    }
}

/// The sets themselves.
#[derive(Debug, Default)]
pub(super) struct Collect {
    /// What others took.
    parts: Vec<Part>,
    part: Part,
    /// The items to choose from, rising, each with its bit in the choice; those of the prefix have none.
    choices: Vec<(ItemIx, u32)>,
    met: Vec<u32>,
}

/// The perfect items whose choices are counted through as bits.
const MAX_BITS: usize = 20;

impl Collect {
    /// All that was taken, in parts.
    pub(super) fn into_parts(mut self) -> Vec<Part> {
        self.parts.push(self.part);
        self.parts
    }

    /// Takes every choice of a few perfect items.
    fn take_choices(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        let lens = lengths(db, prefix.len(), perfect.len());
        self.choices.clear();
        self.choices.extend(prefix.iter().map(|&code| (db.order.item(code), 0)));
        self.choices.extend(perfect.iter().enumerate().map(|(bit, &code)| (db.order.item(code), 1 << bit)));
        self.choices.sort_unstable();
        for choice in 0..1_u32 << perfect.len() {
            let len = prefix.len() + choice.count_ones() as usize;
            if lens.contains(&len) {
                let none = ItemIx::from_u32(0);
                self.part.rows.push_written(self.choices.len(), none, |row| {
                    let mut end = 0;
                    for &(item, bit) in &self.choices {
                        // Written always and kept only where chosen: no branch to guess.
                        row[end] = item;
                        end += usize::from(bit == 0 || choice & bit != 0);
                    }
                    end
                });
                self.part.counts.push(count);
            }
            if choice % 4096 == 4095 {
                meter.tick()?;
            }
        }
        Ok(())
    }

    /// Takes the choices of the lengths asked for, and looks at no other.
    fn take_choices_of_lengths(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        for len in lengths(db, prefix.len(), perfect.len()) {
            let mut chosen: Vec<usize> = (0..len - prefix.len()).collect();
            loop {
                let row = prefix.iter().copied().chain(chosen.iter().map(|&at| perfect[at]));
                self.part.rows.push_with(row.map(|code| db.order.item(code)), <[_]>::sort_unstable);
                self.part.counts.push(count);
                if self.part.counts.len().is_multiple_of(4096) {
                    meter.tick()?;
                }
                if !choose_next(&mut chosen, perfect.len()) {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Sink for Collect {
    #[inline(always)]
    fn take(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        // Every choice has the same baskets, and so the same customers.
        if !db.admits(prefix, &mut self.met) {
            return Ok(());
        }
        if perfect.is_empty() {
            if prefix.len() >= db.min_len {
                meter.itemsets(1, prefix.len())?;
                let row = prefix.iter().map(|&code| db.order.item(code));
                self.part.rows.push_with(row, insertion_sort);
                self.part.counts.push(count);
            }
            return Ok(());
        }
        // All are paid for before any is written.
        let (mut sets, mut items) = (0_u64, 0_u64);
        for (len, choices) in choices(db, prefix.len(), perfect.len()) {
            sets = sets.saturating_add(choices);
            items = items.saturating_add(choices.saturating_mul(len as u64));
        }
        let fits = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        meter.itemsets(fits(sets), fits(items))?;
        // Counting through all choices as bits is the quicker way where a good part of them is asked for.
        if perfect.len() <= MAX_BITS && sets >> perfect.len().saturating_sub(2) > 0 {
            self.take_choices(db, prefix, perfect, count, meter)
        } else {
            self.take_choices_of_lengths(db, prefix, perfect, count, meter)
        }
    }

    fn append(&mut self, other: Self) {
        self.parts.extend(other.into_parts().into_iter().filter(|part| !part.counts.is_empty()));
    }
}

/// Sorts the few items of a set.
#[inline(always)]
fn insertion_sort(row: &mut [ItemIx]) {
    for end in 1..row.len() {
        let item = row[end];
        let mut at = end;
        while at > 0 && row[at - 1] > item {
            row[at] = row[at - 1];
            at -= 1;
        }
        row[at] = item;
    }
}

/// Goes on to the next choice of as many of `n`, in the order of lists; whether there is one.
pub(super) fn choose_next(chosen: &mut [usize], n: usize) -> bool {
    let k = chosen.len();
    let Some(at) = (0..k).rev().find(|&at| chosen[at] < n - k + at) else { return false };
    let first = chosen[at] + 1;
    chosen[at..].iter_mut().zip(first..).for_each(|(slot, next)| *slot = next);
    true
}

/// The lengths asked for among those of a prefix with some of its perfect items.
pub(super) fn lengths(db: &Database, prefix: usize, perfect: usize) -> RangeInclusive<usize> {
    db.min_len.max(prefix)..=db.max_len.min(prefix + perfect)
}

/// Those lengths, each with the number of choices that bring it.
pub(super) fn choices(db: &Database, prefix: usize, perfect: usize) -> impl Iterator<Item = (usize, u64)> {
    let lens = lengths(db, prefix, perfect);
    let mut ways = Ways { n: perfect as u64, k: 0, rising: vec![Some(1)] };
    (prefix..=*lens.end()).map(move |len| (len, ways.next())).filter(move |(len, _)| lens.contains(len))
}

/// The numbers of ways to choose 0, 1, 2 and so on of `n`.
struct Ways {
    n: u64,
    k: u64,
    /// Those up to half of `n`; `None` for more than `u64` holds.
    rising: Vec<Option<u64>>,
}

impl Ways {
    /// The next of them; `u64::MAX` where there are more than that.
    fn next(&mut self) -> u64 {
        let (k, rest) = (self.k, self.n - self.k);
        self.k += 1;
        if k < rest {
            let last = *self.rising.last().expect("there is one way to choose none");
            // Exact, as the product is before the division; what is beyond u64 only grows up to the middle.
            let next =
                |ways: u64| u64::try_from(u128::from(ways) * u128::from(rest) / u128::from(k + 1)).ok();
            self.rising.push(last.and_then(next));
            return last.unwrap_or(u64::MAX);
        }
        // From the middle on there are as many ways to take as to leave out.
        let least = usize::try_from(rest).expect("the way there was counted through");
        self.rising[least].unwrap_or(u64::MAX)
    }
}

/// The perfect items up to which sets are counted by their shape first.
const SHAPES: usize = 32;

/// The number of sets of each length.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The number of sets by length.
    by_len: Vec<u64>,
    /// The number of times that a prefix came with a number of perfect items, by prefix length times [`SHAPES`] and that
    /// number: the sets it stands for are worked out at the end.
    shapes: Vec<u64>,
    met: Vec<u32>,
}

impl Tally {
    /// The number of sets of each length; the first is for the empty set, and 0.
    pub(super) fn by_len(mut self, db: &Database) -> Vec<u64> {
        for (shape, times) in std::mem::take(&mut self.shapes).into_iter().enumerate() {
            if times > 0 {
                self.add(db, shape / SHAPES, shape % SHAPES, times);
            }
        }
        self.by_len
    }

    fn add(&mut self, db: &Database, prefix: usize, perfect: usize, times: u64) {
        for (len, choices) in choices(db, prefix, perfect) {
            if self.by_len.len() <= len {
                self.by_len.resize(len + 1, 0);
            }
            self.by_len[len] = self.by_len[len].saturating_add(choices.saturating_mul(times));
        }
    }
}

impl Sink for Tally {
    #[inline(always)]
    fn take(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        _count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        if !db.admits(prefix, &mut self.met) {
            return Ok(());
        }
        if perfect.len() >= SHAPES {
            meter.tick()?;
            self.add(db, prefix.len(), perfect.len(), 1);
            return Ok(());
        }
        let shape = prefix.len() * SHAPES + perfect.len();
        if shape >= self.shapes.len() {
            self.shapes.resize((prefix.len() + 1) * SHAPES, 0);
        }
        self.shapes[shape] += 1;
        Ok(())
    }

    fn append(&mut self, other: Self) {
        for (mine, others) in [(&mut self.by_len, other.by_len), (&mut self.shapes, other.shapes)] {
            if mine.len() < others.len() {
                mine.resize(others.len(), 0);
            }
            mine.iter_mut().zip(others).for_each(|(a, b)| *a = a.saturating_add(b));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(n: u64) -> Vec<u64> {
        let mut ways = Ways { n, k: 0, rising: vec![Some(1)] };
        (0..=n).map(|_| ways.next()).collect()
    }

    #[test]
    fn ways_to_choose_are_the_rows_of_the_triangle() {
        for (n, row) in
            [(0, vec![1]), (1, vec![1, 1]), (4, vec![1, 4, 6, 4, 1]), (5, vec![1, 5, 10, 10, 5, 1])]
        {
            assert_eq!(ways(n), row);
        }
        // From the tables of Abramowitz and Stegun.
        assert_eq!(ways(50)[25], 126_410_606_437_752);
    }

    #[test]
    fn ways_beyond_u64_are_its_greatest_and_fall_again() {
        let ways = ways(1000);
        assert_eq!((ways[1], ways[2], ways[500]), (1000, 499_500, u64::MAX));
        assert_eq!((ways[998], ways[999], ways[1000]), (499_500, 1000, 1));
    }
}
