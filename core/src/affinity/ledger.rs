//! Sums by customer and value: all that a model keeps.

use rayon::prelude::*;

use crate::data::{IdKind, Rows, Vocabulary};
use crate::error::{Error, IntakeError, Result};
use crate::index::MAX_INDICES;

/// The day of what never counted.
pub(super) const NEVER: i32 = i32::MIN;

/// What a customer has to do with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// In millionths; below 0 where more was taken back than is known to have been done.
    pub(super) weight: i64,
    /// The position of the value.
    pub(super) code: u32,
    /// The number of purchases: items of orders, or orders where occasions are counted.
    pub(super) purchases: u32,
    /// The number of events of a weight above 0, or of sessions where occasions are counted.
    pub(super) events: u32,
    /// The last day (UTC, since 1970) of these; [`NEVER`] where there are none.
    pub(super) day: i32,
}

impl Entry {
    /// Adds what the same customer has to do with the same value; `None` beyond what a sum can hold.
    fn join(self, other: Self) -> Option<Self> {
        Some(Self {
            weight: self.weight.checked_add(other.weight)?,
            code: self.code,
            purchases: self.purchases.saturating_add(other.purchases),
            events: self.events.saturating_add(other.events),
            day: self.day.max(other.day),
        })
    }

    /// Whether it counts for the customer.
    pub(super) fn counts(&self) -> bool {
        self.weight > 0
    }
}

/// Entries of each customer by value, in one form: values rise in a row, and every value is some customer's.
///
/// The ledgers of two logs that share no order and no session add up to that of both.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ledger {
    pub(super) values: Vocabulary,
    pub(super) rows: Rows<Entry>,
}

/// Rows made of blocks of customers, as threads collected them.
pub(super) struct Block {
    /// Where each row ends among the entries of the block.
    pub(super) ends: Vec<usize>,
    pub(super) entries: Vec<Entry>,
}

impl Block {
    pub(super) fn new() -> Self {
        Self { ends: Vec::new(), entries: Vec::new() }
    }

    /// Sorts what was collected of one customer, adds equal values up, and appends the row; `None` beyond what a sum can
    /// hold. `collected` is empty afterwards.
    pub(super) fn push(&mut self, collected: &mut Vec<Entry>) -> Option<()> {
        if !collected.is_sorted_by(|a, b| a.code < b.code) {
            collected.sort_unstable_by_key(|entry| entry.code);
        }
        let start = self.entries.len();
        for entry in collected.drain(..) {
            match self.entries[start..].last_mut() {
                Some(last) if last.code == entry.code => *last = last.join(entry)?,
                _ => self.entries.push(entry),
            }
        }
        self.ends.push(self.entries.len());
        Some(())
    }
}

/// The error of a sum that does not fit.
pub(super) fn too_much(customers: &Vocabulary, position: usize) -> Error {
    Error::Overflow { what: "weight", role: "customer", id: customers.get(position).quoted() }
}

impl Ledger {
    /// Without an entry for any of `n` customers.
    pub(super) fn empty(kind: IdKind, n: usize) -> Self {
        let rows = Rows::from_parts(vec![0; n + 1], Vec::new()).expect("empty rows");
        Self { values: Vocabulary::empty(kind), rows }
    }

    /// Of blocks one behind the other; values that nobody has are left out.
    pub(super) fn of_blocks(values: Vocabulary, blocks: Vec<Block>) -> Self {
        let n_rows = blocks.iter().map(|block| block.ends.len()).sum::<usize>();
        let n_entries = blocks.iter().map(|block| block.entries.len()).sum();
        let mut offsets = Vec::with_capacity(n_rows + 1);
        offsets.push(0);
        let mut entries = Vec::with_capacity(n_entries);
        for block in blocks {
            let start = entries.len();
            offsets.extend(block.ends.iter().map(|end| start + end));
            entries.extend_from_slice(&block.entries);
        }
        Self::of_entries(values, offsets, entries)
    }

    /// Leaves values out that nobody has.
    fn of_entries(values: Vocabulary, offsets: Vec<usize>, mut entries: Vec<Entry>) -> Self {
        let used = used(&entries, values.len());
        let values = if used.iter().all(|&used| used) {
            values
        } else {
            let mut new = vec![0; used.len()];
            let mut next = 0;
            for (new, &used) in new.iter_mut().zip(&used) {
                *new = next;
                next += u32::from(used);
            }
            entries.par_iter_mut().for_each(|entry| entry.code = new[entry.code as usize]);
            values.subset((0..used.len()).filter(|&value| used[value]))
        };
        let rows = Rows::from_parts(offsets, entries).expect("offsets are where rows of entries end");
        Self { values, rows }
    }

    /// Whether every value is some customer's.
    pub(super) fn uses_all_values(&self) -> bool {
        used(self.rows.values(), self.values.len()).into_iter().all(|used| used)
    }

    /// The sums of both, over `customers`, where the rows of the two are at the places given.
    pub(super) fn merged(
        &self,
        new: &Self,
        what: &'static str,
        customers: &Vocabulary,
        (ours, theirs): (&[u32], &[u32]),
    ) -> Result<Self> {
        let Some((values, old_codes, new_codes)) = self.values.union(&new.values) else {
            return Err(no_union(what, &self.values, &new.values));
        };
        let n = customers.len();
        let at = |places: &[u32]| {
            let mut row_of = vec![usize::MAX; n];
            places.iter().enumerate().for_each(|(row, &place)| row_of[place as usize] = row);
            row_of
        };
        let (ours, theirs) = (at(ours), at(theirs));
        let merge = |customer: usize, block: &mut Block, collected: &mut Vec<Entry>| {
            for (ledger, row, codes) in
                [(self, ours[customer], &old_codes), (new, theirs[customer], &new_codes)]
            {
                if row != usize::MAX {
                    let renumbered = ledger.rows.row(row).iter();
                    collected
                        .extend(renumbered.map(|entry| Entry { code: codes[entry.code as usize], ..*entry }));
                }
            }
            block.push(collected).ok_or_else(|| too_much(customers, customer))
        };
        let blocks: Result<Vec<Block>> = blocks_of(n)
            .into_par_iter()
            .map(|range| {
                let (mut block, mut collected) = (Block::new(), Vec::new());
                for customer in range {
                    merge(customer, &mut block, &mut collected)?;
                }
                Ok(block)
            })
            .collect();
        Ok(Self::of_blocks(values, blocks?))
    }

    /// The sums without a customer.
    pub(super) fn without(&self, customer: usize) -> Self {
        let offsets = self.rows.offsets();
        let (start, end) = (offsets[customer], offsets[customer + 1]);
        let entries = [&self.rows.values()[..start], &self.rows.values()[end..]].concat();
        let later = offsets[customer + 2..].iter().map(|offset| offset - (end - start));
        let offsets = offsets[..=customer].iter().copied().chain(later).collect();
        Self::of_entries(self.values.clone(), offsets, entries)
    }
}

/// The error of ids that cannot be joined.
pub(super) fn no_union(what: &'static str, a: &Vocabulary, b: &Vocabulary) -> Error {
    if a.kind() == b.kind() {
        return IntakeError::TooMany { what, max: MAX_INDICES as u64 }.into();
    }
    IntakeError::Append { why: format!("{what} ids are {} and {}", a.kind(), b.kind()) }.into()
}

/// Customers in blocks that threads take.
pub(super) fn blocks_of(n: usize) -> Vec<std::ops::Range<usize>> {
    const BLOCK: usize = 2048;
    (0..n).step_by(BLOCK).map(|start| start..n.min(start + BLOCK)).collect()
}

fn used(entries: &[Entry], n_values: usize) -> Vec<bool> {
    let part = entries.len().div_ceil(rayon::current_num_threads()).max(1 << 16);
    let parts = entries.par_chunks(part).map(|entries| {
        let mut used = vec![false; n_values];
        entries.iter().for_each(|entry| used[entry.code as usize] = true);
        used
    });
    let both = |mut a: Vec<bool>, b: Vec<bool>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a |= b);
        a
    };
    parts.reduce_with(both).unwrap_or_else(|| vec![false; n_values])
}
