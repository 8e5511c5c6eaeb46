//! The finished sessions that resemble an ongoing one most.

use crate::index::ItemIx;
use crate::rank::TopK;
use crate::session::SessionKnn;
use crate::session::params::kind_weight;
use crate::time::MICROS_PER_DAY;

/// A match of full weight: weights are whole numbers of this fraction, so sums do not depend on their order.
pub(super) const UNIT: f64 = (1 << 24) as f64;

/// An item of the ongoing session: what having it in common counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wanted {
    pub(super) item: ItemIx,
    /// In parts of [`UNIT`].
    pub(super) weight: u64,
}

/// A finished session that has an item in common; the greatest is the most similar, and of equals the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Neighbor {
    /// What it counts, its age taken in.
    pub(super) weight: u64,
    pub(super) session: u32,
    /// The place among the wanted items of the one clicked last that it has.
    pub(super) anchor: u8,
}

/// Sums over sessions by open addressing: a few hundred sessions of millions are touched by a request.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Session, similarity, and the anchor; `u32::MAX` in a free slot.
    slots: Vec<(u32, u8, u64)>,
    used: Vec<u32>,
    shift: u32,
}

const FREE: (u32, u8, u64) = (u32::MAX, 0, 0);

impl Found {
    /// Makes room for a number of sessions, all sums zero.
    fn reset(&mut self, sessions: usize) {
        let size = (2 * sessions).next_power_of_two().max(64);
        for &slot in &self.used {
            self.slots[slot as usize] = FREE;
        }
        self.used.clear();
        if self.slots.len() < size {
            self.slots = vec![FREE; size];
        }
        self.shift = 64 - self.slots.len().trailing_zeros();
    }

    /// Adds to a session; `anchor` counts where it is new.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the shift leaves less than the table's length")]
    fn add(&mut self, session: u32, anchor: u8, weight: u64) {
        // Fibonacci hashing: the high bits of a product with the golden ratio.
        let mut slot = (u64::from(session).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize;
        loop {
            let entry = &mut self.slots[slot];
            if entry.0 == session {
                entry.2 += weight;
                return;
            }
            if entry.0 == u32::MAX {
                *entry = (session, anchor, weight);
                self.used.push(slot as u32);
                return;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

/// Working memory of the search.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) wanted: Vec<Wanted>,
    found: Found,
    candidates: Vec<(u32, u8, u64)>,
    best: TopK<Neighbor>,
    pub(super) neighbors: Vec<Neighbor>,
}

impl Search {
    pub(super) fn new() -> Self {
        Self {
            wanted: Vec::new(),
            found: Found::default(),
            candidates: Vec::new(),
            best: TopK::new(0),
            neighbors: Vec::new(),
        }
    }
}

impl SessionKnn {
    /// The distinct last items of a session, the last first, with what having them in common counts.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "weights are from 0 to 100 units"
    )]
    pub(super) fn want(&self, clicks: &[(ItemIx, u8)], wanted: &mut Vec<Wanted>) {
        wanted.clear();
        let most = (f64::from(self.index.n_sessions) + 1.0).ln();
        for (back, &(item, kind)) in clicks.iter().rev().enumerate() {
            if wanted.iter().any(|known| known.item == item) {
                continue;
            }
            // From 0 to 1; above 0 even for an item of every session.
            let rarity = (self.index.match_idf(item) / most).powf(self.params.match_idf);
            let weight = self.params.decay.weight(back) * kind_weight(&self.params.kind_weights, kind);
            let weight = (weight * rarity * UNIT).round() as u64;
            wanted.push(Wanted { item, weight });
            if wanted.len() == self.params.last_items {
                break;
            }
        }
    }

    /// The neighbours of the session whose items are wanted.
    ///
    /// Of the sessions with a wanted item the `sessions_per_item` most recent are compared. The lists of the items are in
    /// order of time and end there, so what is older than the end of a full list is not even looked at.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "similarities are far below 2^53, ages too"
    )]
    pub(super) fn search(&self, search: &mut Search) {
        let m = self.params.sessions_per_item;
        let list = |item: ItemIx| self.index.recent.row(item.as_usize());
        let lists = || search.wanted.iter().filter(|wanted| wanted.weight > 0);
        let full = lists().map(|wanted| list(wanted.item)).filter(|list| list.len() >= m);
        let oldest = full.filter_map(|list| list.last().copied()).max().unwrap_or(0);
        let young = |item: ItemIx| {
            let list = list(item);
            &list[..list.partition_point(|&session| session >= oldest)]
        };
        search.found.reset(lists().map(|wanted| young(wanted.item).len()).sum());
        for (anchor, wanted) in (0_u8..).zip(&search.wanted) {
            if wanted.weight > 0 {
                let found = &mut search.found;
                young(wanted.item).iter().for_each(|&session| found.add(session, anchor, wanted.weight));
            }
        }
        let candidates = &mut search.candidates;
        candidates.clear();
        candidates.extend(search.found.used.iter().map(|&slot| search.found.slots[slot as usize]));
        if candidates.len() > m {
            candidates.select_nth_unstable_by(m - 1, |a, b| b.0.cmp(&a.0));
            candidates.truncate(m);
        }
        let times = &self.index.kept.times;
        let newest = candidates.iter().map(|candidate| candidate.0).max().unwrap_or(0);
        search.best.reset(self.params.neighbors);
        for &(session, anchor, similarity) in candidates.iter() {
            let weight = match self.params.half_life_days {
                Some(half_life_days) => {
                    let age = times[newest as usize].micros().abs_diff(times[session as usize].micros());
                    let half_lives = age as f64 / (MICROS_PER_DAY as f64 * half_life_days);
                    (similarity as f64 * (-half_lives).exp2()).round() as u64
                }
                None => similarity,
            };
            if weight > 0 {
                search.best.push(Neighbor { weight, session, anchor });
            }
        }
        search.neighbors.clear();
        search.neighbors.extend(search.best.drain_sorted());
    }
}
