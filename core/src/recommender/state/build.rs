//! A state from whole logs.

use std::convert::Infallible;
use std::sync::Arc;

use rayon::prelude::*;

use super::customer::{Buyer, BuyerRecord, Buyers, Line, Order, second};
use super::items::Items;
use super::keeper::Keeper;
use super::links::Links;
use super::packer::{MAX_LINES, Packer, check_lines};
use super::postings::{Entry, Postings};
use super::shelf::Shelf;
use super::stream::{Click, Stream, StreamRecord, Streams, is_kept, sort_clicks};
use super::trend::{Trend, Windows};
use super::wiped::Words;
use super::{Handles, Kinds, NONE, State, Totals};
use crate::data::{EventLog, IdKind, OrderLog, Returns, Vocabulary, is_click};
use crate::error::{Error, IdError, Result};
use crate::fit::Control;
use crate::index::{CustomerIx, OrderIx};
use crate::money::{Money, Quantity};
use crate::recommender::level::Level;
use crate::time::MICROS_PER_DAY;

/// What a state is made of.
pub(in crate::recommender) struct Sources<'a> {
    pub(in crate::recommender) log: &'a OrderLog,
    pub(in crate::recommender) events: Option<&'a EventLog>,
    /// Items that may be answered without having been bought.
    pub(in crate::recommender) catalog: Option<&'a Vocabulary>,
    /// The level and the segment of a customer.
    pub(in crate::recommender) standing: &'a (dyn Fn(crate::data::IdRef<'_>) -> (Level, u32) + Sync),
    pub(in crate::recommender) segments: Vec<String>,
    /// Customers of whom a level or a segment is known, whether they bought or not.
    pub(in crate::recommender) customers: Option<&'a Vocabulary>,
    pub(in crate::recommender) windows: Windows,
}

fn union(
    role: &'static str,
    a: &Vocabulary,
    b: Option<&Vocabulary>,
) -> Result<(Vocabulary, Vec<u32>, Vec<u32>)> {
    let empty = Vocabulary::empty(a.kind());
    let b = b.unwrap_or(&empty);
    a.union(b).ok_or_else(|| {
        let (expected, found) = (a.kind(), b.kind());
        IdError::WrongKind { role, expected, found, id: b.get(0).quoted() }.into()
    })
}

/// The orders of a log, as a buyer has them; items by slot.
pub(super) fn order_of(log: &OrderLog, order: OrderIx, slot: &impl Fn(usize) -> u32) -> Order {
    let (mut amount, mut is_purchase) = (Money::ZERO, false);
    let mut lines: Vec<Line> = Vec::with_capacity(log.lines_of(order).len());
    for line in log.lines_of(order) {
        if let Some(money) = line.amount {
            let (counted, makes_purchase) = log.returns().counted(money);
            amount = Money::from_millionths(amount.millionths().saturating_add(counted.millionths()));
            is_purchase |= makes_purchase;
        }
        if let Some(item) = line.item {
            lines.push(Line {
                item: slot(item.as_usize()),
                quantity: line.quantity,
                is_bought: log.is_bought(&line),
            });
        }
    }
    if !log.has_amounts() {
        is_purchase = lines.iter().any(|line| line.quantity > Quantity::ZERO);
    }
    lines.sort_unstable();
    Order {
        time: log.time_of(order).expect("a log without times is refused"),
        id: log.order_id(order).map(crate::data::IdRef::to_id),
        amount,
        is_purchase,
        lines,
    }
}

/// The entries of a buyer: item, and when it was bought.
pub(super) fn purchases(buyer: &Buyer) -> Vec<(u32, u32)> {
    let bought = |order: &Order| {
        let second = second(order.time);
        let lines = order.lines.iter().filter(|line| line.is_bought);
        lines.map(move |line| (line.item, second)).collect::<Vec<_>>()
    };
    let mut entries: Vec<(u32, u32)> = buyer.orders.iter().flat_map(bought).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// Buyers or streams by slot, and what each has of which item.
pub(in crate::recommender) trait Owners {
    fn n_owners(&self) -> usize;

    /// Hands over the items of an owner, each with the second.
    fn each(&self, owner: u32, take: impl FnMut(u32, u32));
}

impl Owners for Keeper<Buyers> {
    fn n_owners(&self) -> usize {
        self.n_slots()
    }

    fn each(&self, owner: u32, mut take: impl FnMut(u32, u32)) {
        let Some(buyer) = BuyerRecord::new(self.record(owner)) else { return };
        for order in 0..buyer.n_orders() {
            let second = second(buyer.time(order));
            buyer.basket(order).for_each(|item| take(item, second));
        }
    }
}

impl Owners for Keeper<Streams> {
    fn n_owners(&self) -> usize {
        self.n_slots()
    }

    fn each(&self, owner: u32, mut take: impl FnMut(u32, u32)) {
        let Some(stream) = StreamRecord::new(self.record(owner)) else { return };
        let turned = stream.clicks().filter(|click| is_click(click.kind));
        turned.for_each(|click| take(click.item, second(click.time)));
    }
}

/// What owners have, dealt out to the items.
pub(in crate::recommender) fn dealt(of: &impl Owners, n_items: usize) -> Handles<Postings> {
    let owners = || 0..u32::try_from(of.n_owners()).expect("slots are bounded to u32");
    let mut ends = vec![0_usize; n_items + 1];
    owners().for_each(|owner| of.each(owner, |item, _| ends[item as usize + 1] += 1));
    (0..n_items).for_each(|item| ends[item + 1] += ends[item]);
    let mut places = ends.clone();
    let mut entries = vec![Entry::new(0, 0); ends[n_items]];
    for owner in owners() {
        of.each(owner, |item, second| {
            entries[places[item as usize]] = Entry::new(second, owner);
            places[item as usize] += 1;
        });
    }
    let mut rest = entries.as_mut_slice();
    let mut rows = Vec::with_capacity(n_items);
    for item in 0..n_items {
        let (row, behind) = rest.split_at_mut(ends[item + 1] - ends[item]);
        rows.push(row);
        rest = behind;
    }
    let sorted = |row: &mut &mut [Entry]| {
        row.sort_unstable();
        Postings::from_sorted_with_doubles(row)
    };
    rows.par_iter_mut().map(sorted).collect::<Vec<_>>().into_iter().collect()
}

/// Counts of items over all buyers and those of each segment.
struct Counted {
    repeaters: Vec<u32>,
    shelf: Shelf,
    by_segment: Vec<Shelf>,
}

fn count(keeper: &Keeper<Buyers>, n_segments: usize, items: &Items) -> Counted {
    let n_items = items.len();
    let mut counts = vec![vec![0_u32; n_items]; n_segments + 1];
    let mut customers = vec![0_u32; n_segments + 1];
    let mut repeaters = vec![0_u32; n_items];
    for buyer in keeper.slots().filter_map(|slot| BuyerRecord::new(keeper.record(slot))) {
        if buyer.n_orders() == 0 {
            continue;
        }
        let segment = buyer.segment() as usize;
        let shelves = [Some(0), (segment < n_segments).then_some(segment + 1)];
        for shelf in shelves.into_iter().flatten() {
            customers[shelf] += 1;
            let bought = buyer.items();
            bought.iter().for_each(|&item| counts[shelf][item as usize] += 1);
        }
        buyer.bought_again().for_each(|item| repeaters[item as usize] += 1);
    }
    let mut shelves = counts.into_iter().zip(customers).map(|(counts, n)| Shelf::new(counts, n, items));
    let shelf = shelves.next().expect("the first shelf is that of everybody");
    Counted { repeaters, shelf, by_segment: shelves.collect() }
}

/// The end of the day of the latest order, in days since 1970.
pub(super) fn end_of(latest: Option<u32>) -> i64 {
    latest.map_or(0, |second| i64::from(second) * 1_000_000 / MICROS_PER_DAY + 1)
}

/// Makes the state of logs.
///
/// # Errors
/// [`Error::MissingColumn`](crate::Error::MissingColumn) without items or times; ids of two types in one role; more lines of a customer
/// than one can have.
pub(in crate::recommender) fn build(sources: &Sources<'_>, control: &Control) -> Result<State> {
    build_within(sources, MAX_LINES, control)
}

/// The same, with so many lines of a customer at most.
pub(super) fn build_within(sources: &Sources<'_>, max_lines: usize, control: &Control) -> Result<State> {
    const WHO: &str = "Recommender";
    let log = sources.log;
    let of_log = log.need_items(WHO)?;
    log.need_times(WHO)?;
    let (items, _, _) = union("item", of_log, sources.events.map(EventLog::items))?;
    let (items, _, _) = union("item", &items, sources.catalog)?;
    let slots = |ids: &Vocabulary| -> Vec<u32> {
        let place = |id| items.position(id).expect("the union has every id");
        ids.iter().map(|id| u32::try_from(place(id)).expect("vocabularies are bounded to u32")).collect()
    };
    let item_of_log = slots(of_log);
    let nobody = Vocabulary::empty(IdKind::Str);
    let own = log.customers().unwrap_or(&nobody);
    let (active, of_orders, of_events) = union("customer", own, sources.events.map(EventLog::customers))?;
    let (customers, places, _) = union("customer", &active, sources.customers)?;
    let moved = |of: Vec<u32>| -> Vec<u32> { of.into_iter().map(|at| places[at as usize]).collect() };
    let (of_orders, of_events) = (moved(of_orders), moved(of_events));
    control.check()?;

    let streams =
        streams(sources.events, &of_events, &sources.events.map_or_else(Vec::new, |log| slots(log.items())));
    let streams = packed(&streams);
    let links = Links::of(&streams, customers.len());

    let mut orders: Vec<Vec<OrderIx>> = vec![Vec::new(); customers.len()];
    let mut anonymous: Vec<OrderIx> = Vec::new();
    for order in log.orders() {
        match log.customer_of(order) {
            Some(customer) => orders[of_orders[customer.as_usize()] as usize].push(order),
            None => anonymous.push(order),
        }
    }
    let slot = |item: usize| item_of_log[item];
    let (n_customers, n_nobody) = (customers.len(), anonymous.len());
    let n_lines = |&order: &OrderIx| log.lines_of(order).len();
    let write = |packer: &mut Packer, at: usize, words: &mut Words| {
        let mut buyer = Buyer::default();
        if let Some(&order) = at.checked_sub(n_customers).map(|at| &anonymous[at]) {
            check_lines(log.order_id(order), n_lines(&order), max_lines)?;
            let order = order_of(log, order, &slot);
            (buyer.id, buyer.is_anonymous) = (order.id.clone(), true);
            buyer.orders = vec![order];
        } else {
            let id = customers.get(at);
            check_lines(Some(id), orders[at].iter().map(n_lines).sum(), max_lines)?;
            (buyer.level, buyer.segment) = (sources.standing)(id);
            buyer.id = Some(id.to_id());
            buyer.orders = orders[at].iter().map(|&order| order_of(log, order, &slot)).collect();
            buyer.orders.sort_unstable();
            (buyer.streams, buyer.own_stream) = (links.named(at).to_vec(), links.own(at));
        }
        if !buyer.is_empty() {
            buyer.write(packer, words);
        }
        Ok::<_, Error>(())
    };
    let buyers = Keeper::<Buyers>::make(n_customers + n_nobody, Packer::default, write)?;
    control.check()?;
    let n_items = items.len();
    let (index, bought) = rayon::join(|| buyers.index(), || dealt(&buyers, n_items));
    let buyers = buyers.with_index(index);
    control.check()?;
    let (index, seen) = rayon::join(|| streams.index(), || dealt(&streams, n_items));
    let streams = streams.with_index(index);
    let items = Items::new(items);
    let kinds = Kinds {
        customer: (!customers.is_empty()).then(|| customers.kind()),
        order: log.order_ids().filter(|ids| !ids.is_empty()).map(Vocabulary::kind),
        session: sources
            .events
            .map(EventLog::session_ids)
            .filter(|ids| !ids.is_empty())
            .map(Vocabulary::kind),
    };
    // Whoever is forgotten later must not be left in what was needed for a while.
    [active, customers].into_iter().for_each(Vocabulary::wipe);
    let of = Kept {
        kinds,
        returns: log.returns(),
        has_amounts: log.has_amounts(),
        segments: sources.segments.clone(),
    };
    Ok(State::of(of, items, buyers, streams, bought, seen, sources.windows))
}

/// Streams by number, in records; without an index.
pub(super) fn packed(streams: &[Stream]) -> Keeper<Streams> {
    let write = |(): &mut (), at: usize, words: &mut Words| {
        streams[at].write(words);
        Ok::<_, Infallible>(())
    };
    let Ok(streams) = Keeper::make(streams.len(), || (), write);
    streams
}

/// What a state is beside its records.
pub(in crate::recommender) struct Kept {
    pub(in crate::recommender) kinds: Kinds,
    pub(in crate::recommender) returns: Returns,
    pub(in crate::recommender) has_amounts: bool,
    pub(in crate::recommender) segments: Vec<String>,
}

impl State {
    /// The state of records and their postings: everything else is counted from them.
    pub(in crate::recommender) fn of(
        kept: Kept,
        items: Items,
        buyers: Keeper<Buyers>,
        streams: Keeper<Streams>,
        bought: Handles<Postings>,
        seen: Handles<Postings>,
        windows: Windows,
    ) -> Self {
        let latest = Self::find_latest(&bought);
        let windows = Windows { end: end_of(latest), ..windows };
        let (counted, (trend, totals)) = rayon::join(
            || count(&buyers, kept.segments.len(), &items),
            || (Trend::new(windows, lately(&bought, windows), &items), total(&buyers, &streams)),
        );
        let Counted { repeaters, shelf, by_segment } = counted;
        let mut state = Self {
            kinds: kept.kinds,
            returns: kept.returns,
            has_amounts: kept.has_amounts,
            trend,
            items,
            buyers,
            streams,
            bought,
            seen,
            repeaters: repeaters.into_iter().collect(),
            shelf,
            segments: Arc::from(kept.segments),
            by_segment: by_segment.into(),
            totals,
            latest,
        };
        state.settle_kinds();
        state
    }
}

fn total(buyers: &Keeper<Buyers>, streams: &Keeper<Streams>) -> Totals {
    let mut totals = Totals::default();
    for buyer in buyers.slots().filter_map(|slot| BuyerRecord::new(buyers.record(slot))) {
        totals.orders += buyer.n_orders() as u64;
        totals.lines += buyer.n_lines() as u64;
        totals.order_ids += buyer.n_order_ids() as u64;
        totals.named += u32::from(!buyer.is_anonymous());
        let whose = if buyer.is_anonymous() { &mut totals.anonymous } else { &mut totals.customers };
        *whose += u32::from(buyer.n_orders() > 0);
    }
    for stream in streams.slots().filter_map(|slot| StreamRecord::new(streams.record(slot))) {
        totals.events += stream.len() as u64;
        totals.sessions += u32::from(stream.owner().is_none());
    }
    totals
}

/// How many bought each item in the recent days, and before.
pub(super) fn lately(bought: &Handles<Postings>, windows: Windows) -> Vec<[u32; 2]> {
    let (from, until) = windows.seconds();
    let postings: Vec<&Postings> = bought.iter().collect();
    let whole = |n: usize| u32::try_from(n).expect("slots are bounded to u32");
    let count = |postings: &&Postings| {
        let inside = postings.between(from, until);
        let mut seen: Vec<(u32, i64)> =
            inside.map(|entry| (entry.owner(), windows.window(entry.second()))).collect();
        seen.sort_unstable();
        seen.dedup();
        let recent = seen.iter().filter(|&&(_, window)| window == 0).count();
        [whole(recent), whole(seen.len() - recent)]
    };
    postings.par_iter().map(count).collect()
}

/// The entries of a stream: item, and when somebody turned to it.
pub(super) fn clicks(stream: &Stream) -> Vec<(u32, u32)> {
    let mut entries: Vec<(u32, u32)> = {
        let turned = stream.events.iter().filter(|click| is_click(click.kind));
        turned.map(|click| (click.item, second(click.time))).collect()
    };
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// The streams of an event log: those of session ids in their order, then those of customers.
pub(super) fn streams(log: Option<&EventLog>, customers: &[u32], items: &[u32]) -> Vec<Stream> {
    let Some(log) = log else { return Vec::new() };
    let n_ids = log.session_ids().len();
    let mut by_id: Vec<Vec<Click>> = vec![Vec::new(); n_ids];
    let mut by_customer: Vec<Vec<Click>> = vec![Vec::new(); log.n_customers()];
    for session in log.sessions() {
        let view = log.session(session);
        let range = log.event_range(session);
        let place = view.id.and_then(|id| log.session_ids().position(id));
        for (at, event) in range.zip(0..view.items.len()) {
            let (item, kind, time) = (view.items[event].as_u32(), view.kinds[event], view.times[event]);
            if item == NONE || !is_kept(kind) {
                continue;
            }
            let own = log.told_customer(session, at).map(CustomerIx::as_usize);
            let customer = own.map_or(NONE, |customer| customers[customer]);
            let click = Click { time, item: items[item as usize], kind, customer };
            match (place, view.customer) {
                (Some(id), _) => by_id[id].push(click),
                (None, Some(customer)) => by_customer[customer.as_usize()].push(click),
                (None, None) => {}
            }
        }
    }
    let sorted = |mut events: Vec<Click>| {
        sort_clicks(&mut events, |a, b| a.cmp(&b), |a, b| a.cmp(&b));
        events
    };
    let stream = |id, owner, events| {
        let mut stream = Stream::default();
        (stream.id, stream.owner, stream.events) = (id, owner, sorted(events));
        stream
    };
    let named = by_id.into_iter().enumerate();
    let named = named.map(|(id, events)| stream(Some(log.session_ids().get(id).to_id()), NONE, events));
    let owned = by_customer.into_iter().enumerate();
    let owned = owned.map(|(customer, events)| stream(None, customers[customer], events));
    named.chain(owned).filter(|stream| !stream.events.is_empty()).collect()
}
