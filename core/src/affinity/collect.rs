//! Logs into ledgers: what each customer has to do with each item, price, hour of the week and word.

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use crate::affinity::clock::{Clock, HOURS_OF_WEEK};
use crate::affinity::facet::Source;
use crate::affinity::ledger::{Block, Entry, Ledger, NEVER, blocks_of, no_union, too_much};
use crate::affinity::shelf::Shelf;
use crate::affinity::weigh::Decay;
use crate::affinity::words::Words;
use crate::affinity::{AffinityData, AffinityParams};
use crate::data::{EventKind, EventLog, IdKind, NONE, OrderLog, Rows, Vocabulary};
use crate::error::Result;
use crate::fit::Control;
use crate::index::{ItemIx, OrderIx, SessionIx};
use crate::money::Quantity;
use crate::time::Time;

/// What is made of logs.
pub(super) struct Collected {
    pub(super) customers: Vocabulary,
    /// One for each source, in the order asked for.
    pub(super) ledgers: Vec<Ledger>,
}

/// Customers whose orders are looked at before they are read.
const AHEAD: usize = 64;

/// Reads the logs into a ledger for each source.
///
/// Linear in lines and events, but for sorting those of each customer; parallel over blocks of customers.
pub(super) fn collect(
    data: &AffinityData<'_>,
    params: &AffinityParams,
    sources: &[Source],
    shelf: Option<&Shelf>,
    control: &Control,
) -> Result<Collected> {
    let reader = Reader::new(data, params, sources, shelf)?;
    control.check()?;
    let n = reader.customers.len();
    let collect_block = |range: std::ops::Range<usize>| -> Result<Vec<Block>> {
        control.check()?;
        let mut blocks: Vec<Block> = sources.iter().map(|_| Block::new()).collect();
        let mut scratch = Scratch { rows: vec![Vec::new(); sources.len()], seen: Vec::new() };
        for first in range.clone().step_by(AHEAD) {
            let next = first..range.end.min(first + AHEAD);
            reader.look_ahead(next.clone());
            for customer in next {
                reader.read(customer, &mut scratch);
                for (block, row) in blocks.iter_mut().zip(&mut scratch.rows) {
                    block.push(row).ok_or_else(|| too_much(&reader.customers, customer))?;
                }
            }
        }
        Ok(blocks)
    };
    let parts: Result<Vec<Vec<Block>>> = blocks_of(n).into_par_iter().map(collect_block).collect();
    let mut by_source: Vec<Vec<Block>> = sources.iter().map(|_| Vec::new()).collect();
    for part in parts? {
        by_source.iter_mut().zip(part).for_each(|(blocks, block)| blocks.push(block));
    }
    let values = sources.iter().map(|source| reader.values_of(source));
    let ledgers: Vec<Ledger> = values
        .zip(by_source)
        .map(|(values, blocks)| {
            if blocks.is_empty() {
                Ledger::empty(values.kind(), n)
            } else {
                Ledger::of_blocks(values, blocks)
            }
        })
        .collect();
    Ok(Collected { customers: reader.customers, ledgers })
}

/// Working memory of a thread.
struct Scratch {
    /// What one customer has, source by source.
    rows: Vec<Vec<Entry>>,
    /// The codes of an order or session, with weight and day.
    seen: Vec<(u32, i64, i32)>,
}

/// The logs, with all that turns their numbers into the codes of the ledgers.
struct Reader<'a> {
    customers: Vocabulary,
    sources: &'a [Source],
    places: Places,
    decay: Decay,
    clock: Clock,
    orders: Option<OrderSide<'a>>,
    events: Option<EventSide<'a>>,
    /// Those of orders and of events.
    items: Vocabulary,
    prices: Vocabulary,
    words: Vec<Words<'a>>,
}

/// Where the rows of each source are.
#[derive(Default)]
struct Places {
    items: Option<usize>,
    prices: Option<usize>,
    hours: Option<usize>,
    columns: Vec<usize>,
}

impl Places {
    fn of(sources: &[Source]) -> Self {
        let mut places = Self::default();
        for (at, source) in sources.iter().enumerate() {
            match source {
                Source::Items => places.items = Some(at),
                Source::Prices => places.prices = Some(at),
                Source::Hours => places.hours = Some(at),
                Source::Column(_) => places.columns.push(at),
            }
        }
        places
    }
}

struct OrderSide<'a> {
    log: &'a OrderLog,
    times: Option<&'a [Time]>,
    /// The orders of each customer of the log.
    of_customer: Rows<OrderIx>,
    /// The row of each customer; `NONE` for those who have no order.
    rows: Vec<u32>,
    /// What the items of the log are called in the ledger.
    items: Vec<u32>,
    prices: HashMap<i64, u32, FixedState>,
    /// What one item of an order weighs.
    weight: i64,
}

struct EventSide<'a> {
    log: &'a EventLog,
    of_customer: Rows<SessionIx>,
    rows: Vec<u32>,
    items: Vec<u32>,
    /// The code of the catalogue's price of each item of the log; `NONE` for none.
    prices: Vec<u32>,
    /// What an event of each kind weighs, in millionths.
    weights: [i64; EventKind::ALL.len()],
}

impl<'a> Reader<'a> {
    fn new(
        data: &AffinityData<'a>,
        params: &AffinityParams,
        sources: &'a [Source],
        shelf: Option<&Shelf>,
    ) -> Result<Self> {
        let of_orders = data.orders.map(|log| log.need_customers("Affinity")).transpose()?.cloned();
        let of_orders = of_orders.unwrap_or_else(|| Vocabulary::empty(IdKind::Str));
        let none = Vocabulary::empty(of_orders.kind());
        let of_events = data.events.map_or(none, |log| log.customers().clone());
        let Some((customers, order_rows, event_rows)) = joined(&of_orders, &of_events) else {
            return Err(no_union("customer", &of_orders, &of_events));
        };
        let wants = |source: &Source| sources.contains(source);
        let clock = Clock::new(params.time_zone.as_deref(), data.customers, &customers)?;

        let order_items = data.orders.filter(|_| wants(&Source::Items));
        let order_items = order_items.map(|log| log.need_items("Affinity")).transpose()?.cloned();
        let order_items = order_items.unwrap_or_else(|| Vocabulary::empty(IdKind::Str));
        let none = Vocabulary::empty(order_items.kind());
        let event_items = data.events.filter(|_| wants(&Source::Items));
        let event_items = event_items.map_or(none, |log| log.items().clone());
        let Some((items, order_codes, event_codes)) = joined(&order_items, &event_items) else {
            return Err(no_union("item", &order_items, &event_items));
        };

        let with_prices = wants(&Source::Prices);
        let mut paid = match data.orders.filter(|log| with_prices && log.has_amounts()) {
            Some(log) => unit_prices(log),
            None => Vec::new(),
        };
        let shown: Vec<Option<i64>> = match (data.events.filter(|_| with_prices), shelf) {
            (Some(log), Some(shelf)) => {
                let price = |place| shelf.price(place as usize).map(|price| price.millionths());
                let places = shelf.places(log.items());
                places.into_iter().map(|place| if place == NONE { None } else { price(place) }).collect()
            }
            (Some(log), None) => vec![None; log.n_items()],
            _ => Vec::new(),
        };
        paid.extend(shown.iter().flatten());
        paid.sort_unstable();
        paid.dedup();
        let codes = paid.iter().copied().zip(0..).collect::<HashMap<i64, u32, FixedState>>();
        let shown = shown.into_iter().map(|price| price.map_or(NONE, |price| codes[&price])).collect();
        let prices = Vocabulary::from_sorted_ints(paid).expect("sorted, each once, no more than lines");

        let names = sources.iter().filter_map(|source| match source {
            Source::Column(name) => Some(name.as_str()),
            _ => None,
        });
        let words = names.map(|name| Words::of(data, name)).collect::<Result<_>>()?;

        let n = customers.len();
        let kinds = params.kind_weights();
        let weight_of = |kind| kinds.fixed(kind).millionths();
        let orders = data.orders.map(|log| OrderSide {
            log,
            times: log.need_times("Affinity").ok(),
            of_customer: log.orders_by_customer(),
            rows: rows_at(n, &order_rows),
            items: order_codes,
            prices: codes,
            weight: weight_of(EventKind::Purchase),
        });
        let events = data.events.map(|log| {
            let mut weights = EventKind::ALL.map(weight_of);
            if params.purchase_events == Some(false) {
                weights[EventKind::Purchase.position()] = 0;
            }
            EventSide {
                log,
                of_customer: log.sessions_by_customer(),
                rows: rows_at(n, &event_rows),
                items: event_codes,
                prices: shown,
                weights,
            }
        });
        Ok(Self {
            customers,
            sources,
            places: Places::of(sources),
            decay: Decay::new(params.half_life_days, params.as_of),
            clock,
            orders,
            events,
            items,
            prices,
            words,
        })
    }

    /// What the codes of a source stand for.
    fn values_of(&self, source: &Source) -> Vocabulary {
        match source {
            Source::Items => self.items.clone(),
            Source::Prices => self.prices.clone(),
            Source::Hours => Vocabulary::from_sorted_ints((0..HOURS_OF_WEEK).collect()).expect("they rise"),
            Source::Column(name) => {
                let own = self.words.iter().find(|words| words.name == *name);
                own.expect("there are words for each column").values.clone()
            }
        }
    }

    /// Looks at the orders of some customers, which lie all over the log: a loop of nothing else waits for many of them at a
    /// time, and reading them then finds them in the cache.
    fn look_ahead(&self, customers: std::ops::Range<usize>) {
        let Some(side) = &self.orders else { return };
        let orders = || {
            let rows = customers.clone().map(|customer| side.rows[customer]).filter(|&row| row != NONE);
            rows.flat_map(|row| side.of_customer.row(row as usize).iter().copied())
        };
        let mut seen = 0_i64;
        for order in orders() {
            seen ^= side.times.map_or(0, |times| times[order.as_usize()].micros());
            seen = seen.wrapping_add(side.log.lines_of(order).len().cast_signed() as i64);
        }
        for order in orders() {
            if let Some(line) = side.log.lines_of(order).next() {
                seen ^= i64::from(line.item.map_or(0, ItemIx::as_u32)) ^ line.quantity.millionths();
                seen ^= line.amount.map_or(0, |amount| amount.millionths());
            }
        }
        std::hint::black_box(seen);
    }

    /// Collects all that one customer did.
    fn read(&self, customer: usize, scratch: &mut Scratch) {
        if let Some(side) = self.orders.as_ref().filter(|side| side.rows[customer] != NONE) {
            for &order in side.of_customer.row(side.rows[customer] as usize) {
                self.read_order(side, customer, order, scratch);
            }
        }
        if let Some(side) = self.events.as_ref().filter(|side| side.rows[customer] != NONE) {
            for &session in side.of_customer.row(side.rows[customer] as usize) {
                self.read_session(side, customer, session, scratch);
            }
        }
    }

    fn read_order(&self, side: &OrderSide<'_>, customer: usize, order: OrderIx, scratch: &mut Scratch) {
        let time = side.times.map(|times| times[order.as_usize()]);
        let (weight, day) = match time {
            Some(time) => (self.decay.weight(side.weight, time), Time::utc_day(time)),
            None => (side.weight, NEVER),
        };
        if weight == 0 || !side.log.lines_of(order).any(|line| side.log.is_bought(&line)) {
            return;
        }
        let bought = |code: u32| Entry { weight, code, purchases: 1, events: 0, day };
        let Places { items, prices, hours, columns } = &self.places;
        if items.is_some() || prices.is_some() {
            let rows = &mut scratch.rows;
            each_purchase(side.log, order, prices.is_some(), |item, paid| {
                if let (Some(place), Some(item)) = (*items, item) {
                    rows[place].push(bought(side.items[item.as_usize()]));
                }
                if let (Some(place), Some(price)) = (*prices, paid)
                    && let Some(&code) = side.prices.get(&price)
                {
                    rows[place].push(bought(code));
                }
            });
        }
        if let (Some(place), Some(time)) = (*hours, time) {
            scratch.rows[place].push(bought(self.clock.hour_of_week(customer, time)));
        }
        for (&place, words) in columns.iter().zip(&self.words) {
            let row = &mut scratch.rows[place];
            let start = row.len();
            words.of_order(side.log, order, |code| {
                if !row[start..].iter().any(|entry| entry.code == code) {
                    row.push(bought(code));
                }
            });
        }
    }

    fn read_session(&self, side: &EventSide<'_>, customer: usize, session: SessionIx, scratch: &mut Scratch) {
        let view = side.log.session(session);
        let weight_at = |event: usize| {
            let weight = side.weights[view.kinds[event].position()];
            if weight == 0 { 0 } else { self.decay.weight(weight, view.times[event]) }
        };
        let done = |event: usize, weight: i64, code: u32| {
            let counts = weight > 0;
            let day = if counts { Time::utc_day(view.times[event]) } else { NEVER };
            Entry { weight, code, purchases: 0, events: u32::from(counts), day }
        };
        let mut columns = self.words.iter();
        let weighed =
            || (0..view.kinds.len()).map(|event| (event, weight_at(event))).filter(|pair| pair.1 != 0);
        for (source, row) in self.sources.iter().zip(&mut scratch.rows) {
            let of_item = |codes: &[u32], event: usize, weight: i64| {
                let item: ItemIx = view.items[event];
                let code = if item.as_u32() == NONE { NONE } else { codes[item.as_usize()] };
                (code != NONE).then(|| done(event, weight, code))
            };
            match source {
                Source::Items => {
                    row.extend(weighed().filter_map(|(event, weight)| of_item(&side.items, event, weight)));
                }
                Source::Prices => {
                    row.extend(weighed().filter_map(|(event, weight)| of_item(&side.prices, event, weight)));
                }
                Source::Hours | Source::Column(_) => {
                    let seen = &mut scratch.seen;
                    let words = match source {
                        Source::Column(_) => columns.next(),
                        _ => None,
                    };
                    for (event, weight) in weighed().filter(|&(_, weight)| weight > 0) {
                        let code = match source {
                            Source::Hours => self.clock.hour_of_week(customer, view.times[event]),
                            _ => words.map_or(NONE, |words| words.of_event(side.log, session, event)),
                        };
                        if code != NONE {
                            heaviest(seen, code, weight, Time::utc_day(view.times[event]));
                        }
                    }
                    let once = seen.drain(..);
                    row.extend(once.map(|(code, weight, day)| Entry {
                        weight,
                        code,
                        purchases: 0,
                        events: 1,
                        day,
                    }));
                }
            }
        }
    }
}

/// Keeps the greatest weight and the last day of a code.
fn heaviest(seen: &mut Vec<(u32, i64, i32)>, code: u32, weight: i64, day: i32) {
    match seen.iter_mut().find(|one| one.0 == code) {
        Some(one) => *one = (code, one.1.max(weight), one.2.max(day)),
        None => seen.push((code, weight, day)),
    }
}

/// Each item bought in an order, once, and what was paid for one of it, in millionths; without items each line.
///
/// An item on several lines costs what all of them cost, over how many they are.
#[inline]
fn each_purchase(
    log: &OrderLog,
    order: OrderIx,
    with_price: bool,
    mut take: impl FnMut(Option<ItemIx>, Option<i64>),
) {
    let mut bought = log.lines_of(order).filter(|line| log.is_bought(line)).peekable();
    while let Some(line) = bought.next() {
        let (mut amount, mut quantity) = (line.amount, i128::from(line.quantity.millionths()));
        let mut sum = amount.take().map(|amount| i128::from(amount.millionths()));
        while let Some(same) = bought.next_if(|next| next.item.is_some() && next.item == line.item) {
            quantity += i128::from(same.quantity.millionths());
            sum = sum.zip(same.amount).map(|(sum, amount)| sum + i128::from(amount.millionths()));
        }
        take(line.item, sum.filter(|_| with_price).and_then(|sum| unit_price(sum, quantity)));
    }
}

/// An amount over a quantity, to the nearest millionth, halves up; `None` where either is below 0 or there is nothing.
#[inline]
fn unit_price(amount: i128, quantity: i128) -> Option<i64> {
    let one = i128::from(Quantity::ONE.millionths());
    if amount < 0 || quantity <= 0 {
        return None;
    }
    if quantity == one {
        return i64::try_from(amount).ok();
    }
    i64::try_from((amount.checked_mul(one)? + quantity / 2) / quantity).ok()
}

/// Every price paid for one, some several times.
fn unit_prices(log: &OrderLog) -> Vec<i64> {
    const ORDERS: usize = 1 << 15;
    let starts: Vec<usize> = (0..log.n_orders()).step_by(ORDERS).collect();
    let of_part = |start: usize| {
        let mut found: HashSet<i64, FixedState> = HashSet::default();
        for order in start..log.n_orders().min(start + ORDERS) {
            each_purchase(log, OrderIx::new(order), true, |_, price| found.extend(price));
        }
        found.into_iter().collect::<Vec<i64>>()
    };
    starts.into_par_iter().flat_map_iter(of_part).collect()
}

/// The ids of both, as [`Vocabulary::union`]; without copying where one has none.
fn joined(a: &Vocabulary, b: &Vocabulary) -> Option<(Vocabulary, Vec<u32>, Vec<u32>)> {
    let all = |ids: &Vocabulary| (0_u32..).take(ids.len()).collect();
    match (a.is_empty(), b.is_empty()) {
        (_, true) => Some((a.clone(), all(a), Vec::new())),
        (true, _) => Some((b.clone(), Vec::new(), all(b))),
        _ => a.union(b),
    }
}

/// The row of each of `n` customers; `NONE` for none.
fn rows_at(n: usize, places: &[u32]) -> Vec<u32> {
    let mut rows = vec![NONE; n];
    for (row, &place) in (0..).zip(places) {
        rows[place as usize] = row;
    }
    rows
}
