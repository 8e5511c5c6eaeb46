//! Working memory of a thread, so that a request allocates little and waits for nobody.

use std::cell::Cell;
use std::cmp::Reverse;

use super::state::Entry;
use super::tally::Tally;
use crate::index::ItemIx;
use crate::rank::Scores;

/// An owner met on the way, with what speaks for them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Met {
    pub(super) owner: u32,
    /// The second of the latest entry.
    pub(super) second: u32,
    pub(super) weight: u64,
    /// The last of the items asked about that counted, plus one.
    pub(super) turn: u32,
}

/// Where an owner is looked for first.
#[inline]
const fn home(owner: u32, mask: usize) -> usize {
    owner.wrapping_mul(0x9E37_79B1) as usize >> 7 & mask
}

/// Sums by owner: a small hash table that clears what was touched.
#[derive(Debug, Default)]
pub(super) struct Meetings {
    /// The place in `met`, plus one.
    table: Vec<u32>,
    pub(super) met: Vec<Met>,
}

impl Meetings {
    /// Begins anew, with room for `n` owners.
    pub(super) fn reset(&mut self, n: usize) {
        let size = (2 * n + 2).next_power_of_two();
        self.table.clear();
        self.table.resize(size, 0);
        self.met.clear();
    }

    /// Twice the room: many owners may stand in the last second of an item's entries.
    #[cold]
    fn grow(&mut self) {
        let size = (2 * self.table.len()).max(16);
        self.table.clear();
        self.table.resize(size, 0);
        for (place, met) in (1_u32..).zip(&self.met) {
            let mut at = home(met.owner, size - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = place;
        }
    }

    /// Counts an owner for an item asked about, once.
    #[inline]
    pub(super) fn meet(&mut self, owner: u32, second: u32, weight: u64, turn: u32) {
        if 2 * self.met.len() >= self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = home(owner, mask);
        loop {
            let place = self.table[at];
            if place == 0 {
                self.met.push(Met { owner, second, weight, turn });
                self.table[at] = u32::try_from(self.met.len()).expect("entries are few");
                return;
            }
            let met = &mut self.met[place as usize - 1];
            if met.owner == owner {
                if met.turn != turn {
                    met.weight += weight;
                    met.turn = turn;
                    met.second = met.second.max(second);
                }
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

impl Met {
    /// Greater for a greater weight, then for a later entry. One number is compared without a branch.
    const fn worth(&self) -> u128 {
        (self.weight as u128) << 32 | self.second as u128
    }
}

/// The `n` of those met with the greatest weights and then the latest entries, in any order; names decide between those who tie
/// for the last places, so that slots never do.
pub(super) fn foremost<K: Ord>(met: &mut [Met], n: usize, name: impl Fn(u32) -> K) -> &mut [Met] {
    if n == 0 || n >= met.len() {
        return met;
    }
    met.select_nth_unstable_by_key(n - 1, |met| Reverse(met.worth()));
    let last = met[n - 1].worth();
    // Those equal to the last, on both sides of the cut, are put in the order of their names.
    let mut start = 0;
    for at in 0..n {
        if met[at].worth() > last {
            met.swap(start, at);
            start += 1;
        }
    }
    let mut end = n;
    for at in n..met.len() {
        if met[at].worth() == last {
            met.swap(end, at);
            end += 1;
        }
    }
    if end > n {
        met[start..end].sort_unstable_by_key(|met| name(met.owner));
    }
    &mut met[..n]
}

/// Puts those met in order: the greatest weight first, then the latest entry, then by name.
pub(super) fn put_in_order<K: Ord>(met: &mut [Met], name: impl Fn(u32) -> K) {
    met.sort_unstable_by_key(|met| Reverse(met.worth()));
    for same in met.chunk_by_mut(|a, b| a.worth() == b.worth()).filter(|same| same.len() > 1) {
        same.sort_unstable_by_key(|met| name(met.owner));
    }
}

/// An item that may be answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) item: u32,
    pub(super) score: f64,
    /// The number of customers, sessions or orders behind it: the first tie-breaker.
    pub(super) count: u32,
}

/// Everything that a request needs room for.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) counts: Tally,
    pub(super) sums: Scores<u64>,
    pub(super) entries: Vec<Entry>,
    pub(super) meetings: Meetings,
    pub(super) candidates: Vec<Candidate>,
    pub(super) basket: Vec<u32>,
    pub(super) allowed: Vec<u64>,
    n_items: usize,
}

impl Scratch {
    fn new(n_items: usize) -> Self {
        Self {
            counts: Tally::new(n_items),
            sums: Scores::new(n_items),
            entries: Vec::new(),
            meetings: Meetings::default(),
            candidates: Vec::new(),
            basket: Vec::new(),
            allowed: Vec::new(),
            n_items,
        }
    }
}

thread_local! {
    static OWN: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Runs with the working memory of this thread, for so many items.
pub(super) fn with_scratch<R>(n_items: usize, run: impl FnOnce(&mut Scratch) -> R) -> R {
    let own =
        OWN.take().filter(|scratch| scratch.n_items >= n_items && scratch.n_items <= 4 * n_items + 1024);
    let mut scratch = own.unwrap_or_else(|| Box::new(Scratch::new(n_items)));
    let result = run(&mut scratch);
    // Whoever panics leaves nothing behind; the next begins with new memory.
    OWN.set(Some(scratch));
    result
}

/// Where an item stands in sums by item.
#[inline]
pub(super) const fn ix(item: u32) -> ItemIx {
    ItemIx::from_u32(item)
}
