//! Changing a state: one owner's record at a time, with everything that is counted from it.

use std::hint::black_box;
use std::sync::Arc;

use super::build::{clicks, end_of, lately, purchases};
use super::customer::{Buyer, CUSTOMER, Holding};
use super::packer::MAX_LINES;
use super::postings::{Entry, Postings};
use super::stream::Stream;
use super::trend::{Trend, Windows};
use super::{Handles, NONE, State, same_kind};
use crate::data::{Id, IdKind, Vocabulary};
use crate::error::Result;
use crate::recommender::ask_items::Beside;

/// Slots that nobody has, to be given to others.
#[derive(Debug, Clone, Default)]
pub(in crate::recommender) struct Slots {
    buyers: Vec<u32>,
    streams: Vec<u32>,
}

impl Slots {
    /// The free slots of a state.
    pub(in crate::recommender) fn of(state: &State) -> Self {
        let free = |n: usize, is_free: &dyn Fn(u32) -> bool| {
            let n = u32::try_from(n).expect("slots are bounded to u32");
            (0..n).filter(|&slot| is_free(slot)).collect()
        };
        Self {
            buyers: free(state.buyers.n_slots(), &|slot| state.buyer(slot).is_none()),
            streams: free(state.streams.n_slots(), &|slot| state.stream(slot).is_none()),
        }
    }
}

/// What a change did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::recommender) struct Done {
    pub(in crate::recommender) orders: u64,
    pub(in crate::recommender) lines: u64,
    pub(in crate::recommender) events: u64,
    /// Orders that were there already, and events.
    pub(in crate::recommender) repeated_orders: Vec<Id>,
    pub(in crate::recommender) repeated_events: u64,
    pub(in crate::recommender) new_customers: u64,
    pub(in crate::recommender) new_items: u64,
    /// How many more, or fewer, bought an item.
    pub(in crate::recommender) counted: Vec<(u32, i64)>,
    /// The lists beside items that may be others now.
    pub(in crate::recommender) touched: Vec<(u32, Beside)>,
}

/// A state under change.
pub(in crate::recommender) struct Change {
    pub(in crate::recommender) state: State,
    pub(in crate::recommender) slots: Slots,
    pub(in crate::recommender) done: Done,
    /// What lists beside items are reckoned from.
    reckoned: Reckoned,
    /// How many lines a customer may have.
    pub(super) max_lines: usize,
    /// What buyers that were put count more or less in the windows of trends.
    lately: Vec<(u32, [i64; 2])>,
}

/// From whom lists beside items are reckoned.
#[derive(Debug, Clone, Copy)]
pub(in crate::recommender) struct Reckoned {
    /// How many of an item's latest purchases are looked at.
    pub(in crate::recommender) latest_purchases: usize,
    /// How many distinct items somebody may have to be looked at.
    pub(in crate::recommender) max_items: usize,
}

pub(super) fn slot(next: usize) -> u32 {
    u32::try_from(next).ok().filter(|&slot| slot != NONE).expect("slots are bounded to u32")
}

/// What is only in `old`, and what is only in `new`; both rise.
fn differences<T: Ord + Copy>(old: &[T], new: &[T]) -> (Vec<T>, Vec<T>) {
    let only = |a: &[T], b: &[T]| a.iter().copied().filter(|value| b.binary_search(value).is_err()).collect();
    (only(old, new), only(new, old))
}

/// Takes out the entries of an owner that are gone, and puts in those that came: items and seconds, rising.
fn change_entries(rows: &mut Handles<Postings>, owner: u32, old: &[(u32, u32)], new: &[(u32, u32)]) {
    let (gone, come) = differences(old, new);
    let all = || gone.iter().chain(&come).map(|&(item, second)| (item as usize, Entry::new(second, owner)));
    rows.touch(all().map(|(item, _)| item), |postings| postings.len() as u64, Postings::word);
    black_box(all().fold(0, |touched, (item, entry)| touched ^ rows.get(item).words_beside(entry)));
    for (item, second) in gone {
        rows.get_mut(item as usize).remove(Entry::new(second, owner));
    }
    for (item, second) in come {
        rows.get_mut(item as usize).insert(Entry::new(second, owner));
    }
}

impl Change {
    /// Begins with a version, which stays as it is.
    pub(in crate::recommender) fn of(state: &State, slots: Slots, reckoned: Reckoned) -> Self {
        let (done, max_lines, lately) = (Done::default(), MAX_LINES, Vec::new());
        Self { state: state.clone(), slots, done, reckoned, max_lines, lately }
    }

    /// The buyer of a slot as they are; nobody for a free one.
    pub(super) fn buyer(&self, slot: u32) -> Buyer {
        let known = self.state.has_slots(Some(slot), None).then(|| self.state.buyer(slot)).flatten();
        known.map_or_else(Buyer::default, |buyer| buyer.unpack())
    }

    pub(super) fn stream(&self, slot: u32) -> Stream {
        let known = self.state.has_slots(None, Some(slot)).then(|| self.state.stream(slot)).flatten();
        known.map_or_else(Stream::default, |stream| stream.unpack())
    }

    pub(super) fn free_buyer(&mut self) -> u32 {
        self.slots.buyers.pop().unwrap_or_else(|| slot(self.state.buyers.n_slots()))
    }

    pub(super) fn free_stream(&mut self) -> u32 {
        self.slots.streams.pop().unwrap_or_else(|| slot(self.state.streams.n_slots()))
    }

    /// Puts a buyer in the place of what the slot has, and brings every count along; those of trends wait for [`Self::move_windows`].
    pub(super) fn put_buyer(&mut self, slot: u32, old: &Buyer, new: &Buyer) {
        let state = &mut self.state;
        change_entries(&mut state.bought, slot, &purchases(old), &purchases(new));
        self.recount(old, new);
        for (buyer, sign) in [(old, -1), (new, 1)] {
            let counted = self.state.trend.windows.counted(buyer).into_iter();
            let signed = counted.map(|(item, counts)| (item, counts.map(|count| sign * i64::from(count))));
            self.lately.extend(signed);
        }
        let state = &mut self.state;
        let totals = &mut state.totals;
        let (was, is) = (!old.orders.is_empty(), !new.orders.is_empty());
        let n_lines = |buyer: &Buyer| buyer.orders.iter().map(|order| order.lines.len() as u64).sum::<u64>();
        totals.orders = totals.orders - old.orders.len() as u64 + new.orders.len() as u64;
        totals.lines = totals.lines - n_lines(old) + n_lines(new);
        let counted =
            if new.is_anonymous || old.is_anonymous { &mut totals.anonymous } else { &mut totals.customers };
        *counted = *counted + u32::from(is) - u32::from(was);
        let n_ids = |buyer: &Buyer| buyer.orders.iter().filter(|order| order.id.is_some()).count() as u64;
        totals.order_ids = totals.order_ids - n_ids(old) + n_ids(new);
        if new.is_empty() {
            self.keep(slot, &[]);
            self.slots.buyers.push(slot);
        } else {
            self.keep(slot, &new.pack());
        }
    }

    /// Keeps the record of a buyer, or lets go of it.
    pub(super) fn keep(&mut self, slot: u32, record: &[u32]) {
        let is_named = |state: &State| {
            let known = state.has_slots(Some(slot), None).then(|| state.buyer(slot)).flatten();
            u32::from(known.is_some_and(|buyer| !buyer.is_anonymous()))
        };
        let was = is_named(&self.state);
        self.state.buyers.put(slot, record);
        self.state.totals.named = self.state.totals.named + is_named(&self.state) - was;
    }

    /// How many bought each item, and bought it again, in all and by segment.
    fn recount(&mut self, old: &Buyer, new: &Buyer) {
        let held = [old.holdings(), new.holdings()];
        if old.orders != new.orders {
            self.touch([&held[0], &held[1]]);
        }
        let state = &mut self.state;
        let counts = |side: usize, least: u32| -> Vec<u32> {
            held[side].iter().filter(|held| held.orders >= least).map(|held| held.item).collect()
        };
        let (had, has) = (counts(0, 1), counts(1, 1));
        let (was, is) = (i64::from(!old.orders.is_empty()), i64::from(!new.orders.is_empty()));
        let signed = |gone: &[u32], come: &[u32]| -> Vec<(u32, i64)> {
            gone.iter().map(|&item| (item, -1)).chain(come.iter().map(|&item| (item, 1))).collect()
        };
        let (gone, come) = differences(&had, &has);
        state.shelf.change(is - was, &signed(&gone, &come), &state.items);
        self.done.counted.extend(signed(&gone, &come));
        let n_segments = u32::try_from(state.by_segment.len()).expect("segments are few");
        let shelves = Arc::make_mut(&mut state.by_segment);
        if old.segment == new.segment {
            if new.segment < n_segments {
                shelves[new.segment as usize].change(is - was, &signed(&gone, &come), &state.items);
            }
        } else {
            if old.segment < n_segments {
                shelves[old.segment as usize].change(-was, &signed(&had, &[]), &state.items);
            }
            if new.segment < n_segments {
                shelves[new.segment as usize].change(is, &signed(&[], &has), &state.items);
            }
        }
        let (gone, come) = differences(&counts(0, 2), &counts(1, 2));
        for (items, change) in [(gone, -1), (come, 1)] {
            for item in items {
                let repeaters = state.repeaters.get_mut(item as usize);
                *repeaters = super::shelf::shifted(*repeaters, change);
            }
        }
    }

    /// Tells which lists may be others, since a buyer had some items and has others now.
    fn touch(&mut self, held: [&[Holding]; 2]) {
        let Reckoned { latest_purchases: n, max_items } = self.reckoned;
        // Of an item's buyers only the latest stand behind its lists. Taking purchases out lets older ones in, and putting them in
        // lets none in, so whether these are late is asked of what there is now. Lists tell as well whether there are more beyond.
        let is_late = |held: &Holding| {
            self.state.bought.get(held.item as usize).is_late(held.last, n, held.orders as usize)
        };
        let items = |side: usize| held[side].iter().map(|held| held.item);
        // Whoever bought an item says something else beside it, when they bought it or when they have other items; in one
        // order with it, only when they bought it, or when they are looked at no more, or now.
        let have_others = !items(0).eq(items(1));
        let is_looked_at = |side: usize| held[side].len() <= max_items;
        let is_in_or_out = is_looked_at(0) != is_looked_at(1);
        for (side, own) in held.iter().enumerate() {
            for one in own.iter().filter(|one| is_late(one)) {
                let there = held[1 - side].binary_search_by_key(&one.item, |other| other.item);
                let is_as_it_was = there.is_ok_and(|at| {
                    let other = &held[1 - side][at];
                    (other.last, other.orders) == (one.last, one.orders)
                });
                if have_others || !is_as_it_was {
                    self.done.touched.push((one.item, Beside::Ever));
                }
                if is_in_or_out || !is_as_it_was {
                    self.done.touched.push((one.item, Beside::InOneOrder));
                }
            }
        }
    }

    /// Puts a stream in the place of what the slot has.
    pub(super) fn put_stream(&mut self, slot: u32, old: &Stream, new: &Stream) {
        let state = &mut self.state;
        change_entries(&mut state.seen, slot, &clicks(old), &clicks(new));
        let totals = &mut state.totals;
        totals.events = totals.events - old.events.len() as u64 + new.events.len() as u64;
        let is_session = |stream: &Stream| u32::from(stream.id.is_some() && !stream.events.is_empty());
        totals.sessions = totals.sessions + is_session(new) - is_session(old);
        if new.events.is_empty() {
            state.streams.put(slot, &[]);
            self.slots.streams.push(slot);
        } else {
            state.streams.put(slot, &new.pack());
        }
    }

    /// Changes the level of a customer, who need not be known.
    pub(in crate::recommender) fn set_level(
        &mut self,
        id: crate::data::IdRef<'_>,
        level: crate::recommender::Level,
    ) {
        let (slot, _) = self.customer(id);
        let old = self.buyer(slot);
        let mut new = old.clone();
        (new.id, new.level) = (Some(id.to_id()), level);
        self.state.kinds.customer.get_or_insert(id.kind());
        self.put_buyer(slot, &old, &new);
        self.finish();
    }

    /// What is left to do behind any change.
    pub(super) fn finish(&mut self) {
        self.move_windows();
        self.done.touched.sort_unstable();
        self.done.touched.dedup();
        self.state.settle_kinds();
    }

    /// Makes room for items that may be answered without having been bought.
    ///
    /// # Errors
    /// Ids of another type.
    pub(in crate::recommender) fn add_items(&mut self, ids: &Vocabulary) -> Result<()> {
        self.items(ids).map(|_| ())
    }

    /// The slots of items, new ones where they are not known.
    pub(super) fn items(&mut self, ids: &Vocabulary) -> Result<Vec<u32>> {
        let mut slots = Vec::with_capacity(ids.len());
        for id in ids.iter() {
            let (slot, is_new) = self.state.items.find_or_add(id)?;
            slots.push(slot);
            if is_new {
                self.done.new_items += 1;
                self.state.bought.push(Postings::default());
                self.state.seen.push(Postings::default());
                self.state.repeaters.push(0);
            }
        }
        let state = &mut self.state;
        if state.shelf_is_short() {
            state.shelf.grow(&state.items);
            Arc::make_mut(&mut state.by_segment).iter_mut().for_each(|shelf| shelf.grow(&state.items));
            state.trend.grow(state.items.len());
        }
        Ok(slots)
    }

    /// The slot of a customer, a free one where they are not known.
    pub(super) fn customer(&mut self, id: crate::data::IdRef<'_>) -> (u32, bool) {
        match self.state.buyers.find(CUSTOMER, id) {
            Some(slot) => (slot, false),
            None => (self.free_buyer(), true),
        }
    }

    /// Counts trends anew: by what buyers count more or less, or, where the end of the latest order's day has changed, from the start.
    fn move_windows(&mut self) {
        let lately = std::mem::take(&mut self.lately);
        let state = &mut self.state;
        if end_of(state.latest) == state.trend.windows.end {
            state.trend.change(lately, &state.items);
        } else {
            state.move_windows();
        }
    }
}

/// Refuses ids of another type, and learns the type from the first that come.
pub(super) fn check_kinds(
    kind: &mut Option<IdKind>,
    role: &'static str,
    ids: Option<&Vocabulary>,
) -> Result<()> {
    if let Some(ids) = ids.filter(|ids| !ids.is_empty()) {
        same_kind(role, *kind, ids.get(0))?;
        *kind = Some(ids.kind());
    }
    Ok(())
}

impl State {
    fn shelf_is_short(&self) -> bool {
        self.trend.n_items() < self.items.len()
    }

    /// Counts the windows that end with the day of the latest order.
    pub(super) fn move_windows(&mut self) {
        let windows = Windows { end: end_of(self.latest), ..self.trend.windows };
        let counts = lately(&self.bought, windows);
        self.trend = Trend::new(windows, counts, &self.items);
    }

    /// The second of the latest order, looked up anew.
    pub(super) fn find_latest(bought: &Handles<Postings>) -> Option<u32> {
        bought.iter().filter_map(Postings::last_second).max()
    }
}
