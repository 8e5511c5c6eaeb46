//! Where a miner's sets go: into columns, or into counts by length only.

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
    fn append(&mut self, other: &Self);
}

/// The sets themselves, in the order in which they were found, the items of each rising.
#[derive(Debug, Default)]
pub(super) struct Collect {
    pub(super) rows: Rows<ItemIx>,
    pub(super) counts: Vec<u32>,
    chosen: Vec<usize>,
    row: Vec<ItemIx>,
}

impl Sink for Collect {
    fn take(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        self.chosen.clear();
        loop {
            let len = prefix.len() + self.chosen.len();
            if len >= db.min_len {
                self.row.clear();
                self.row.extend(prefix.iter().map(|&code| db.order.item(code)));
                self.row.extend(self.chosen.iter().map(|&position| db.order.item(perfect[position])));
                self.row.sort_unstable();
                meter.itemset(len)?;
                self.rows.push(self.row.iter().copied());
                self.counts.push(count);
                if self.counts.len().is_multiple_of(4096) {
                    meter.tick()?;
                }
            }
            if !choose_next(&mut self.chosen, perfect.len(), db.max_len - prefix.len()) {
                return Ok(());
            }
        }
    }

    fn append(&mut self, other: &Self) {
        other.rows.iter().for_each(|row| self.rows.push(row.iter().copied()));
        self.counts.extend_from_slice(&other.counts);
    }
}

/// Goes on to the next choice of at most `longest` of `n`, depth first; whether there is one.
fn choose_next(chosen: &mut Vec<usize>, n: usize, longest: usize) -> bool {
    let next = chosen.last().map_or(0, |last| last + 1);
    if next < n && chosen.len() < longest {
        chosen.push(next);
        return true;
    }
    while let Some(last) = chosen.pop() {
        if last + 1 < n {
            chosen.push(last + 1);
            return true;
        }
    }
    false
}

/// The number of sets of each length; the first is for the empty set, and 0.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) by_len: Vec<u64>,
}

impl Sink for Tally {
    fn take(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        _count: u32,
        _meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        let mut choices = 1_u64;
        for chosen in 0..=perfect.len().min(db.max_len - prefix.len()) {
            let len = prefix.len() + chosen;
            if len >= db.min_len {
                if self.by_len.len() <= len {
                    self.by_len.resize(len + 1, 0);
                }
                self.by_len[len] = self.by_len[len].saturating_add(choices);
            }
            // The binomial coefficient of the next length; exact, as the product is before the division.
            let (all, next) = (perfect.len() as u64, chosen as u64 + 1);
            choices = choices.saturating_mul(all - chosen as u64) / next;
        }
        Ok(())
    }

    fn append(&mut self, other: &Self) {
        if self.by_len.len() < other.by_len.len() {
            self.by_len.resize(other.by_len.len(), 0);
        }
        self.by_len.iter_mut().zip(&other.by_len).for_each(|(a, b)| *a = a.saturating_add(*b));
    }
}
