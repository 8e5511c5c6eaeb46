//! The state of the model: on which days each customer bought, and since when they are known.

use std::ops::Range;

use rayon::prelude::*;

use crate::data::{EventLog, IdRef, OrderLog, Rows, Vocabulary};
use crate::error::{Error, IdError, IntakeError, Result};
use crate::index::OrderIx;
use crate::lifecycle::LifecycleSources;
use crate::time::Time;

/// The day of what always was, and of what never was.
pub(super) const NO_DAY: i32 = i32::MIN;

/// Purchases of all customers who are known. Its form depends on what happened alone, not on the order in which it was told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histories {
    pub(super) customers: Vocabulary,
    /// The first day on which each customer is known; [`NO_DAY`] for one who always was.
    pub(super) known: Vec<i32>,
    /// The days (since 1970, UTC) on which each customer bought, rising.
    pub(super) days: Rows<i32>,
    /// Where `as_of` comes from the log.
    pub(super) latest: Option<Latest>,
}

/// The days of the last orders of all kinds; [`NO_DAY`] without one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Latest {
    pub(super) customers: Vec<i32>,
    /// Of orders without a customer.
    pub(super) nobody: i32,
}

/// Customers whose orders are sorted together, in the cache.
const BLOCK: usize = 4096;

/// An order of a customer of a block.
#[derive(Debug, Clone, Copy)]
struct Order {
    /// The place of the customer in the block.
    place: u32,
    day: i32,
    is_purchase: bool,
}

/// Some orders of a log, by block of their customers.
#[derive(Debug)]
struct Dealt {
    blocks: Vec<Vec<Order>>,
    /// The last day of an order without a customer.
    nobody: i32,
}

impl Dealt {
    fn of(log: &OrderLog, times: &[Time], orders: Range<usize>, before: Time) -> Self {
        let n_blocks = log.n_customers().div_ceil(BLOCK);
        let room = orders.len() / n_blocks.max(1) * 9 / 8 + 16;
        let mut dealt =
            Self { blocks: (0..n_blocks).map(|_| Vec::with_capacity(room)).collect(), nobody: NO_DAY };
        for order in orders.filter(|&order| times[order] < before) {
            let day = Time::utc_day(times[order]);
            let Some(customer) = log.customer_of(OrderIx::new(order)) else {
                dealt.nobody = dealt.nobody.max(day);
                continue;
            };
            let (block, place) = (customer.as_usize() / BLOCK, customer.as_usize() % BLOCK);
            let place = u32::try_from(place).expect("a block is small");
            let is_purchase = log.is_purchase(OrderIx::new(order));
            dealt.blocks[block].push(Order { place, day, is_purchase });
        }
        dealt
    }
}

/// The customers of a block.
#[derive(Debug)]
struct Block {
    /// The first day of an order; `i32::MAX` without one.
    known: Vec<i32>,
    /// The last; [`NO_DAY`] without one.
    latest: Vec<i32>,
    /// Purchase days of one customer after the other, and how many each has.
    days: Vec<i32>,
    lengths: Vec<usize>,
}

impl Block {
    /// A counting sort by customer, then each customer's days.
    fn of<'a>(parts: impl Iterator<Item = &'a Vec<Order>> + Clone, n: usize) -> Self {
        let (mut known, mut latest, mut ends) = (vec![i32::MAX; n], vec![NO_DAY; n], vec![0; n]);
        for order in parts.clone().flatten() {
            let at = order.place as usize;
            known[at] = known[at].min(order.day);
            latest[at] = latest[at].max(order.day);
            ends[at] += usize::from(order.is_purchase);
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total - *end;
        }
        // Where the next day of each goes; behind the last, where its days end.
        let mut all = vec![0; total];
        for order in parts.flatten().filter(|order| order.is_purchase) {
            let slot = &mut ends[order.place as usize];
            all[*slot] = order.day;
            *slot += 1;
        }
        let (mut days, mut lengths) = (Vec::with_capacity(total), Vec::with_capacity(n));
        let mut start = 0;
        for end in ends {
            let row = &mut all[start..end];
            row.sort_unstable();
            let before = days.len();
            days.extend(row.chunk_by(|a, b| a == b).map(|same| same[0]));
            lengths.push(days.len() - before);
            start = end;
        }
        Self { known, latest, days, lengths }
    }
}

impl Histories {
    /// What a log and other sources tell of the time before `as_of`.
    pub(super) fn of(sources: &LifecycleSources<'_>, as_of: Option<Time>) -> Result<Self> {
        let mut all = Self::of_log(sources.log, as_of)?;
        if let Some(events) = sources.events {
            all = all.merged(&Self::of_events(events, as_of))?;
        }
        match sources.prospects {
            Some(ids) => all.merged(&Self::known_only(ids.clone(), vec![NO_DAY; ids.len()], as_of)),
            None => Ok(all),
        }
    }

    /// Orders are dealt out to blocks of customers, which then are sorted each by itself; both in parallel.
    fn of_log(log: &OrderLog, as_of: Option<Time>) -> Result<Self> {
        let customers = log.need_customers("Lifecycle")?;
        let times = log.need_times("Lifecycle")?;
        let before = as_of.unwrap_or(Time::from_micros(i64::MAX));
        let n = customers.len();
        let part = log.n_orders().div_ceil(4 * rayon::current_num_threads()).max(1);
        let starts: Vec<usize> = (0..log.n_orders()).step_by(part).collect();
        let deal = |&start: &usize| Dealt::of(log, times, start..log.n_orders().min(start + part), before);
        let dealt: Vec<Dealt> = starts.par_iter().map(deal).collect();
        let blocks: Vec<Block> = (0..n.div_ceil(BLOCK))
            .into_par_iter()
            .map(|block| {
                Block::of(
                    dealt.iter().map(|part| &part.blocks[block]),
                    n.min((block + 1) * BLOCK) - block * BLOCK,
                )
            })
            .collect();
        let nobody = dealt.iter().map(|part| part.nobody).max().unwrap_or(NO_DAY);
        let mut end = 0;
        let offsets = blocks.iter().flat_map(|block| &block.lengths).map(|length| {
            end += length;
            end
        });
        let offsets = [0].into_iter().chain(offsets).collect();
        let join = |pick: fn(&Block) -> &[i32]| blocks.iter().map(pick).collect::<Vec<_>>().concat();
        let days = Rows::from_parts(offsets, join(|block| &block.days)).expect("lengths add up to the days");
        let (known, latest) = (join(|block| &block.known), join(|block| &block.latest));
        let all = Self {
            customers: customers.clone(),
            known,
            days,
            latest: Some(Latest { customers: latest, nobody }),
        };
        let all = all.select(|all, at| all.known[at] != i32::MAX);
        Ok(Self { latest: all.latest.filter(|_| as_of.is_none()), ..all })
    }

    /// The customers who pass.
    pub(super) fn select(self, pass: impl Fn(&Self, usize) -> bool) -> Self {
        let stay: Vec<usize> = (0..self.customers.len()).filter(|&at| pass(&self, at)).collect();
        if stay.len() == self.customers.len() {
            return self;
        }
        let pick = |values: &[i32]| stay.iter().map(|&at| values[at]).collect::<Vec<_>>();
        Self {
            customers: self.customers.subset(stay.iter().copied()),
            known: pick(&self.known),
            days: stay.iter().map(|&at| self.days.row(at).iter().copied()).collect(),
            latest: self
                .latest
                .as_ref()
                .map(|latest| Latest { customers: pick(&latest.customers), ..*latest }),
        }
    }

    fn of_events(events: &EventLog, as_of: Option<Time>) -> Self {
        let before = as_of.unwrap_or(Time::from_micros(i64::MAX));
        let mut first = vec![Time::from_micros(i64::MAX); events.n_customers()];
        for session in events.sessions().map(|session| events.session(session)) {
            if let Some(customer) = session.customer {
                let seen = &mut first[customer.as_usize()];
                *seen = session.times[0].min(*seen);
            }
        }
        let counted: Vec<usize> = (0..first.len()).filter(|&at| first[at] < before).collect();
        let known = counted.iter().map(|&at| Time::utc_day(first[at])).collect();
        Self::known_only(events.customers().subset(counted.iter().copied()), known, as_of)
    }

    fn known_only(customers: Vocabulary, known: Vec<i32>, as_of: Option<Time>) -> Self {
        let n = customers.len();
        let latest = || Latest { customers: vec![NO_DAY; n], nobody: NO_DAY };
        Self {
            days: (0..n).map(|_| std::iter::empty()).collect(),
            latest: as_of.is_none().then(latest),
            customers,
            known,
        }
    }

    /// Both together; both of the same `as_of`.
    pub(super) fn merged(&self, new: &Self) -> Result<Self> {
        let (ours, theirs) = (&self.customers, &new.customers);
        let Some((customers, places, new_places)) = ours.union(theirs) else {
            let why = format!("customer ids are {} and {}, or too many together", ours.kind(), theirs.kind());
            return Err(Error::from(IntakeError::Append { why }));
        };
        let n = customers.len();
        let parts = [(self, &places), (new, &new_places)];
        let mut sources = vec![[None; 2]; n];
        for (part, (_, places)) in parts.iter().enumerate() {
            for (row, &at) in places.iter().enumerate() {
                sources[at as usize][part] = Some(row);
            }
        }
        let of_both = |source: &[Option<usize>; 2], value: &dyn Fn(&Self, usize) -> i32, least: bool| {
            let values = parts.iter().zip(source).filter_map(|((part, _), &row)| Some(value(part, row?)));
            let best = if least { values.min() } else { values.max() };
            best.expect("every customer is in one of both")
        };
        let mut days = Rows::default();
        let mut merged = Vec::new();
        for source in &sources {
            for ((part, _), row) in parts.iter().zip(source) {
                merged.extend(row.iter().flat_map(|&row| part.days.row(row)).copied());
            }
            merged.sort_unstable();
            merged.dedup();
            days.push(merged.drain(..));
        }
        let latest = match (&self.latest, &new.latest) {
            (Some(a), Some(b)) => {
                let last = |part: &Self, row: usize| {
                    part.latest.as_ref().map_or(NO_DAY, |latest| latest.customers[row])
                };
                let customers = sources.iter().map(|source| of_both(source, &last, false)).collect();
                Some(Latest { customers, nobody: a.nobody.max(b.nobody) })
            }
            _ => None,
        };
        let known =
            sources.iter().map(|source| of_both(source, &|part, row| part.known[row], true)).collect();
        Ok(Self { customers, known, days, latest })
    }

    /// All but one customer.
    pub(super) fn without(&self, customer: IdRef<'_>) -> Result<Self, IdError> {
        let gone = self.customers.find("customer", customer)?;
        Ok(self.clone().select(|_, at| at != gone))
    }

    /// The midnight after the last order, of a customer or not; `None` without orders, or where it was not kept.
    pub(super) fn end(&self) -> Option<Time> {
        let latest = self.latest.as_ref()?;
        let last = latest.customers.iter().copied().chain([latest.nobody]).max()?;
        (last != NO_DAY).then(|| Time::of_utc_day(i64::from(last) + 1))
    }
}
