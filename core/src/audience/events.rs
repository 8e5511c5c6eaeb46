//! Events of customers, each customer's in the order of time, and their sessions.

use std::ops::Range;

use rayon::prelude::*;

use crate::audience::orders::span;
use crate::data::{Attribute, EventKind, EventLog};
use crate::index::SessionIx;
use crate::money::Quantity;

/// Events customer by customer; those of sessions without a customer are left out.
#[derive(Debug, Clone)]
pub(super) struct EventTable {
    /// Where each customer's events begin, and behind them their number.
    pub(super) offsets: Vec<usize>,
    /// In microseconds, never falling within a customer.
    pub(super) time: Vec<i64>,
    /// Positions among the items of the data; `NONE` where an event has none.
    pub(super) item: Vec<u32>,
    /// As numbers below 16.
    pub(super) kind: Vec<u8>,
    /// The session of each event, as its position in the log.
    pub(super) session: Vec<u32>,
    /// Absent where it is one of every event.
    pub(super) quantity: Option<Vec<Quantity>>,
    pub(super) columns: Vec<(String, Attribute)>,
    /// Where each customer's sessions begin, and behind them their number; the earliest end first.
    pub(super) session_offsets: Vec<usize>,
    pub(super) sessions: Vec<SessionSpan>,
}

/// A session: when, and which kinds of events it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionSpan {
    pub(super) first: i64,
    pub(super) last: i64,
    /// A bit for each kind.
    pub(super) kinds: u16,
    /// Its position in the log.
    pub(super) position: u32,
}

/// The bit of a kind.
pub(super) fn bit(kind: EventKind) -> u16 {
    1 << (kind as u16)
}

impl EventTable {
    /// Sorts a log by customer and time; `customers` and `items` are where its ids stand in the data.
    ///
    /// Linear where a customer's sessions do not overlap.
    pub(super) fn new(log: &EventLog, n_customers: usize, customers: &[u32], items: &[u32]) -> Self {
        let mut event_counts = vec![0; n_customers + 1];
        let mut session_counts = vec![0; n_customers + 1];
        let mut starts: Vec<usize> = Vec::with_capacity(log.n_sessions());
        let mut n_events = 0;
        let owned: Vec<(usize, SessionIx)> = log
            .sessions()
            .filter_map(|session| {
                let view = log.session(session);
                starts.push(n_events);
                n_events += view.times.len();
                let customer = customers[view.customer?.as_usize()] as usize;
                event_counts[customer + 1] += view.times.len();
                session_counts[customer + 1] += 1;
                Some((customer, session))
            })
            .collect();
        let offsets = summed(event_counts);
        let session_offsets = summed(session_counts);
        let (mut next_event, mut next_session) = (offsets.clone(), session_offsets.clone());
        let blank = SessionSpan { first: 0, last: 0, kinds: 0, position: 0 };
        let mut sessions = vec![blank; owned.len()];
        // For every event of the table its place in the log, and its session.
        let mut from: Vec<(u32, u32)> = vec![(0, 0); *offsets.last().unwrap_or(&0)];
        for (customer, session) in owned {
            let view = log.session(session);
            let n = view.times.len();
            let start = u32::try_from(starts[session.as_usize()]).expect("events are bounded to u32");
            for (slot, event) in from[next_event[customer]..][..n].iter_mut().zip(start..) {
                *slot = (event, session.as_u32());
            }
            next_event[customer] += n;
            sessions[next_session[customer]] = SessionSpan {
                first: view.times[0].micros(),
                last: view.times[n - 1].micros(),
                kinds: view.kinds.iter().fold(0, |kinds, &kind| kinds | bit(kind)),
                position: session.as_u32(),
            };
            next_session[customer] += 1;
        }
        let (all_times, all_items, all_kinds) = log.event_columns();
        sort_each(&mut from, &offsets, |event| all_times[event as usize].micros());
        let gather = |of: &(dyn Fn(usize) -> u32 + Sync)| -> Vec<u32> {
            from.par_iter().map(|&(event, _)| of(event as usize)).collect()
        };
        let place = |event: usize| items.get(all_items[event].as_usize()).copied().unwrap_or(u32::MAX);
        let positions: Vec<u32> = from.iter().map(|&(event, _)| event).collect();
        let columns =
            log.attributes().iter().map(|(name, column)| (name.clone(), column.gather(&positions))).collect();
        Self {
            time: from.par_iter().map(|&(event, _)| all_times[event as usize].micros()).collect(),
            item: gather(&place),
            kind: from.par_iter().map(|&(event, _)| all_kinds[event as usize] as u8).collect(),
            session: from.par_iter().map(|&(_, session)| session).collect(),
            quantity: log.quantities().map(|of| positions.iter().map(|&event| of[event as usize]).collect()),
            columns,
            offsets,
            session_offsets,
            sessions,
        }
    }

    /// The events of a customer in a span of time, its end not included.
    pub(super) fn between(&self, customer: usize, (from, to): (i64, i64)) -> Range<usize> {
        span(&self.time, self.offsets[customer]..self.offsets[customer + 1], (from, to))
    }

    /// The sessions of a customer.
    pub(super) fn sessions_of(&self, customer: usize) -> &[SessionSpan] {
        &self.sessions[self.session_offsets[customer]..self.session_offsets[customer + 1]]
    }
}

/// Counts, one place up, as offsets.
fn summed(mut counts: Vec<usize>) -> Vec<usize> {
    let mut total = 0;
    for count in &mut counts {
        total += *count;
        *count = total;
    }
    counts
}

/// Puts each customer's events in the order of time, equal times in the order of the log.
fn sort_each(from: &mut [(u32, u32)], offsets: &[usize], time: impl Fn(u32) -> i64 + Sync) {
    let mut parts = Vec::with_capacity(offsets.len() / CUSTOMERS + 1);
    let mut rest = from;
    for block in offsets[..offsets.len() - 1].chunks(CUSTOMERS) {
        let first = block[0];
        let end = offsets[(parts.len() * CUSTOMERS + CUSTOMERS).min(offsets.len() - 1)];
        let (part, behind) = rest.split_at_mut(end - first);
        parts.push(part);
        rest = behind;
    }
    parts.into_par_iter().enumerate().for_each(|(block, part)| {
        let first = block * CUSTOMERS;
        for customer in first..(first + CUSTOMERS).min(offsets.len() - 1) {
            let own = &mut part[offsets[customer] - offsets[first]..offsets[customer + 1] - offsets[first]];
            if !own.is_sorted_by_key(|&(event, _)| time(event)) {
                own.sort_by_key(|&(event, _)| time(event));
            }
        }
    });
}

/// How many customers one piece of work has.
const CUSTOMERS: usize = 4096;
