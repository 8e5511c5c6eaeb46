//! What comes next in a session: sessions like it.

use super::ask_customer::COUNT_BITS;
use super::ask_items::last_distinct;
use super::scratch::{Scratch, foremost, ix, put_in_order};
use super::snapshot::Snapshot;
use super::state::{Click, NONE, StreamRecord, second};
use super::walk::SIDE_BY_SIDE;
use crate::data::is_click;

/// Weights are whole so that sums do not depend on their order.
const ONE: u64 = 1 << 16;

impl Snapshot {
    /// Sums over sessions like one, by item: their likeness above, their number below [`COUNT_BITS`].
    ///
    /// As in VMIS-kNN (Kersbergen, Sprangers and Schelter 2022, doi:10.1145/3514221.3517901): the latest sessions with each of the last
    /// items; a session weighs the sum over items in common of their place in the session asked about. A customer counts
    /// with one session only, so fewer than all neighbours may be added up.
    pub(super) fn sessions_like(&self, session: &[u32], scratch: &mut Scratch) {
        let last = last_distinct(session, self.params.session_items);
        let room = last
            .iter()
            .map(|&item| self.state.seen.get(item as usize).len().min(self.params.latest_sessions));
        scratch.meetings.reset(room.sum());
        let mut entries = std::mem::take(&mut scratch.entries);
        for (turn, &item) in (1_u32..).zip(&last) {
            // The last item weighs one, the first a part of it.
            let weight = ONE * u64::from(turn) / last.len() as u64;
            entries.clear();
            self.state.seen.get(item as usize).latest(self.params.latest_sessions, &mut entries);
            for entry in &entries {
                scratch.meetings.meet(entry.owner(), entry.second(), weight, turn);
            }
        }
        scratch.entries = entries;
        let k = self.params.session_neighbors;
        let met = &mut scratch.meetings.met;
        let id = |slot: u32| self.state.stream(slot).and_then(|stream| stream.id());
        let owner = |slot: u32| {
            let owner = self.state.stream(slot).and_then(|stream| stream.owner());
            owner.and_then(|owner| self.state.buyer(owner)).and_then(|buyer| buyer.id())
        };
        let name = |slot: u32| (id(slot), owner(slot));
        let met = foremost(met, 2 * k, name);
        put_in_order(met, name);
        let mut customers: Vec<u32> = Vec::new();
        let mut taken = 0;
        let mut items = std::mem::take(&mut scratch.basket);
        for block in met.chunks(SIDE_BY_SIDE) {
            let records = self
                .state
                .streams
                .records_of::<SIDE_BY_SIDE>(block.iter().map(|met| met.owner), <[u32]>::len);
            for (met, record) in block.iter().zip(records) {
                let Some(stream) = StreamRecord::new(record).filter(|_| taken < k) else { continue };
                let customer = self.items_around(stream, met.second, &mut items);
                if customer != NONE && customers.contains(&customer) {
                    continue;
                }
                customers.extend(Some(customer).filter(|&customer| customer != NONE));
                taken += 1;
                items.iter().for_each(|&item| scratch.sums.add(ix(item), (met.weight << COUNT_BITS) + 1));
            }
            if taken == k {
                break;
            }
        }
        scratch.basket = items;
    }

    /// The distinct items of the session that a second lies in, and whose it is.
    fn items_around(&self, stream: StreamRecord<'_>, at: u32, items: &mut Vec<u32>) -> u32 {
        items.clear();
        if let Some(owner) = stream.owner() {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a gap is positive and short"
            )]
            let gap = (self.params.session_gap_minutes * 60e6) as i64;
            let n = stream.len();
            let time = |place: usize| stream.click(place).time;
            let found = (0..n).rev().find(|&place| second(time(place)) == at).unwrap_or(0);
            let near = |a: usize, b: usize| time(b).micros().saturating_sub(time(a).micros()) <= gap;
            let (mut start, mut end) = (found, found + 1);
            while start > 0 && near(start - 1, start) {
                start -= 1;
            }
            while end < n && near(end - 1, end) {
                end += 1;
            }
            let around = (start..end).map(|place| stream.click(place));
            add_distinct(items, around.filter(turns).map(|click| click.item));
            return owner;
        }
        let mut customer = NONE;
        let told = stream.clicks().inspect(|click| {
            if click.customer != NONE {
                customer = click.customer;
            }
        });
        add_distinct(items, told.filter(turns).map(|click| click.item));
        customer
    }
}

/// So many are compared with each other; where there are more they are sorted.
const FEW: usize = 16;

/// Appends the distinct ones to none, in any order.
fn add_distinct(items: &mut Vec<u32>, all: impl Iterator<Item = u32>) {
    for item in all {
        if items.len() >= FEW || !items.contains(&item) {
            items.push(item);
        }
    }
    if items.len() > FEW {
        items.sort_unstable();
        items.dedup();
    }
}

/// Whether an event turns to its item.
fn turns(click: &Click) -> bool {
    is_click(click.kind)
}
