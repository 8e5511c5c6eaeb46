//! Changing a state: one owner's record at a time, with everything that is counted from it.

use std::hint::black_box;
use std::sync::Arc;

use super::build::{clicks, end_of, lately, order_of, purchases, streams};
use super::customer::{ANONYMOUS, Buyer, CUSTOMER, Holding, second};
use super::postings::{Entry, Postings};
use super::stream::{Click, SESSION, Stream};
use super::trend::{Trend, Windows};
use super::{Handles, NONE, State, same_kind};
use crate::data::{EventLog, Id, IdKind, OrderLog, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::OrderIx;

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
    /// The items, before or after, of each buyer whose orders changed, where theirs is among the latest purchases.
    pub(in crate::recommender) touched: Vec<u32>,
}

/// A state under change.
pub(in crate::recommender) struct Change {
    pub(in crate::recommender) state: State,
    pub(in crate::recommender) slots: Slots,
    pub(in crate::recommender) done: Done,
    /// How many of an item's latest purchases lists are reckoned from.
    pub(in crate::recommender) latest_purchases: usize,
    /// What buyers that were put count more or less in the windows of trends.
    lately: Vec<(u32, [i64; 2])>,
}

fn slot(next: usize) -> u32 {
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
    pub(in crate::recommender) fn of(state: &State, slots: Slots) -> Self {
        let (done, latest_purchases, lately) = (Done::default(), usize::MAX, Vec::new());
        Self { state: state.clone(), slots, done, latest_purchases, lately }
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

    fn free_buyer(&mut self) -> u32 {
        self.slots.buyers.pop().unwrap_or_else(|| slot(self.state.buyers.n_slots()))
    }

    fn free_stream(&mut self) -> u32 {
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
        if new.is_empty() {
            state.buyers.put(slot, &[]);
            self.slots.buyers.push(slot);
        } else {
            state.buyers.put(slot, &new.pack());
        }
    }

    /// How many bought each item, and bought it again, in all and by segment.
    fn recount(&mut self, old: &Buyer, new: &Buyer) {
        let state = &mut self.state;
        let held = [old.holdings(), new.holdings()];
        if old.orders != new.orders {
            // Of an item's buyers only the latest stand behind its lists. Taking purchases out lets older ones in, and putting them in
            // lets none in, so whether these are late is asked of what there is now. Lists tell as well whether there are more beyond.
            let n = self.latest_purchases;
            let is_late = |held: &&Holding| {
                state.bought.get(held.item as usize).is_late(held.last, n, held.orders as usize)
            };
            let touched = held.iter().flatten().filter(is_late);
            self.done.touched.extend(touched.map(|held| held.item));
        }
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

    /// Puts a stream in the place of what the slot has.
    pub(super) fn put_stream(&mut self, slot: u32, old: &Stream, new: &Stream) {
        let state = &mut self.state;
        change_entries(&mut state.seen, slot, &clicks(old), &clicks(new));
        state.totals.events = state.totals.events - old.events.len() as u64 + new.events.len() as u64;
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
    }

    /// Makes room for items that may be answered without having been bought.
    ///
    /// # Errors
    /// Ids of another type.
    pub(in crate::recommender) fn add_items(&mut self, ids: &Vocabulary) -> Result<()> {
        self.items(ids).map(|_| ())
    }

    /// The slots of items, new ones where they are not known.
    fn items(&mut self, ids: &Vocabulary) -> Result<Vec<u32>> {
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
    fn customer(&mut self, id: crate::data::IdRef<'_>) -> (u32, bool) {
        match self.state.buyers.find(CUSTOMER, id) {
            Some(slot) => (slot, false),
            None => (self.free_buyer(), true),
        }
    }

    /// Takes the orders of a log in; those that are there already are told and left.
    ///
    /// # Errors
    /// A log without items or times; ids of another type than those that are there.
    pub(in crate::recommender) fn take_orders(
        &mut self,
        log: &OrderLog,
        standing: &dyn Fn(crate::data::IdRef<'_>) -> (crate::recommender::Level, u32),
    ) -> Result<()> {
        const WHO: &str = "Recommender.update";
        let items = log.need_items(WHO)?;
        log.need_times(WHO)?;
        check_kinds(&mut self.state.kinds.customer, "customer", log.customers())?;
        check_kinds(&mut self.state.kinds.order, "order", log.order_ids())?;
        let state = &self.state;
        let differ =
            |what: &str| Err(IntakeError::Append { why: format!("the orders differ in {what}") }.into());
        if state.returns != log.returns() {
            return differ("how returns count");
        }
        if state.has_amounts != log.has_amounts() {
            return differ("whether they have prices or amounts");
        }
        let slots = self.items(items)?;
        let slot_of = |item: usize| slots[item];
        let mut of_customer: Vec<(u32, OrderIx)> = Vec::new();
        for order in log.orders() {
            let customer = log.customer_of(order).map_or(NONE, |customer| customer.as_u32());
            of_customer.push((customer, order));
        }
        of_customer.sort_by_key(|&(customer, _)| customer);
        for orders in of_customer.chunk_by(|a, b| a.0 == b.0 && a.0 != NONE) {
            let first = order_of(log, orders[0].1, &slot_of);
            let is_anonymous = orders[0].0 == NONE;
            let id = match log.customer_of(orders[0].1) {
                Some(customer) => log.customers().map(|ids| ids.get(customer.as_usize()).to_id()),
                None => first.id.clone(),
            };
            let (slot, is_new) = match &id {
                Some(id) if is_anonymous => match self.state.buyers.find(ANONYMOUS, id.as_ref()) {
                    Some(slot) => (slot, false),
                    None => (self.free_buyer(), true),
                },
                Some(id) => self.customer(id.as_ref()),
                None => (self.free_buyer(), true),
            };
            let old = self.buyer(slot);
            let mut new = old.clone();
            if is_new {
                (new.id, new.is_anonymous) = (id.clone(), is_anonymous);
                if let Some(id) = id.as_ref().filter(|_| !is_anonymous) {
                    (new.level, new.segment) = standing(id.as_ref());
                    self.done.new_customers += 1;
                }
            }
            for &(_, order) in orders {
                let order = order_of(log, order, &slot_of);
                let is_known = |id: &Id| new.orders.iter().any(|other| other.id.as_ref() == Some(id));
                match &order.id {
                    Some(id) if is_known(id) => self.done.repeated_orders.push(id.clone()),
                    _ => {
                        self.done.orders += 1;
                        self.done.lines += order.lines.len() as u64;
                        if order.lines.iter().any(|line| line.is_bought) {
                            self.state.latest = self.state.latest.max(Some(second(order.time)));
                        }
                        new.orders.push(order);
                    }
                }
            }
            new.orders.sort_unstable();
            self.put_buyer(slot, &old, &new);
        }
        self.move_windows();
        Ok(())
    }

    /// Takes the events of a log in, but for those that are there already.
    ///
    /// # Errors
    /// Ids of another type than those that are there.
    pub(in crate::recommender) fn take_events(
        &mut self,
        log: &EventLog,
        standing: &dyn Fn(crate::data::IdRef<'_>) -> (crate::recommender::Level, u32),
    ) -> Result<()> {
        check_kinds(&mut self.state.kinds.customer, "customer", Some(log.customers()))?;
        check_kinds(&mut self.state.kinds.session, "session", Some(log.session_ids()))?;
        let items = self.items(log.items())?;
        // Customers are numbered as the log has them until their events are known to be new.
        let own: Vec<u32> = (0..slot(log.n_customers())).collect();
        let incoming = streams(Some(log), &own, &items);
        let mut slots: Vec<Option<u32>> = vec![None; log.n_customers()];
        for mut stream in incoming {
            let owner = std::mem::replace(&mut stream.owner, NONE);
            for click in &mut stream.events {
                if click.customer != NONE {
                    click.customer = self.slot_of(log, click.customer, &mut slots, standing);
                }
            }
            let slot = match &stream.id {
                Some(id) => self.state.streams.find(SESSION, id.as_ref()),
                None => {
                    stream.owner = self.slot_of(log, owner, &mut slots, standing);
                    self.state.buyer(stream.owner).and_then(|buyer| buyer.own_stream())
                }
            };
            let slot = slot.unwrap_or_else(|| self.free_stream());
            let old = self.stream(slot);
            let mut new = stream.clone();
            new.events.extend(&old.events);
            self.sort(&mut new.events);
            let added = new.events.len() - old.events.len();
            self.done.events += added as u64;
            self.done.repeated_events += (stream.events.len() - added) as u64;
            self.put_stream(slot, &old, &new);
            self.link(slot, &new);
        }
        Ok(())
    }

    /// Puts events in the order of time, then of ids, which slots may not have; an event that names nobody is the one like it that
    /// names somebody.
    fn sort(&self, events: &mut Vec<Click>) {
        let id = |customer: u32| {
            let buyer =
                Some(customer).filter(|&customer| customer != NONE).and_then(|slot| self.state.buyer(slot));
            // Nobody comes last.
            (customer == NONE, buyer.and_then(|buyer| buyer.id()))
        };
        events.sort_by(|a, b| {
            a.time
                .cmp(&b.time)
                .then_with(|| self.state.items.compare(a.item, b.item))
                .then(a.kind.cmp(&b.kind))
                .then_with(|| id(a.customer).cmp(&id(b.customer)))
        });
        events.dedup_by(|b, a| {
            (a.time, a.item, a.kind) == (b.time, b.item, b.kind)
                && (a.customer == b.customer || b.customer == NONE)
        });
    }

    /// The slot of a customer of a log of events.
    fn slot_of(
        &mut self,
        log: &EventLog,
        customer: u32,
        slots: &mut [Option<u32>],
        standing: &dyn Fn(crate::data::IdRef<'_>) -> (crate::recommender::Level, u32),
    ) -> u32 {
        if let Some(slot) = slots[customer as usize] {
            return slot;
        }
        let id = log.customers().get(customer as usize);
        let (slot, is_new) = self.customer(id);
        if is_new {
            let (level, segment) = standing(id);
            // Whoever has no record yet would be nobody: the stream that is about to come gives them one.
            let mut new = Buyer::default();
            (new.id, new.level, new.segment) = (Some(id.to_id()), level, segment);
            self.state.buyers.put(slot, &new.pack());
            self.done.new_customers += 1;
        }
        slots[customer as usize] = Some(slot);
        slot
    }

    /// Tells the customers of a stream of it.
    fn link(&mut self, slot: u32, stream: &Stream) {
        let mut customers: Vec<u32> = stream
            .events
            .iter()
            .map(|click| click.customer)
            .chain([stream.owner])
            .filter(|&c| c != NONE)
            .collect();
        customers.sort_unstable();
        customers.dedup();
        for customer in customers {
            let mut buyer = self.buyer(customer);
            if stream.owner == customer {
                buyer.own_stream = slot;
            } else if let Err(place) = buyer.streams.binary_search(&slot) {
                buyer.streams.insert(place, slot);
            }
            self.state.buyers.put(customer, &buyer.pack());
        }
    }

    /// Counts trends anew: by what buyers count more or less, or, where the end of the latest order's day has changed, from the start.
    pub(super) fn move_windows(&mut self) {
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
fn check_kinds(kind: &mut Option<IdKind>, role: &'static str, ids: Option<&Vocabulary>) -> Result<()> {
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
