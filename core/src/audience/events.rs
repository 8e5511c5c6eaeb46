//! Events of customers, each customer's in the order of time, and their sessions.

use std::ops::Range;

use rayon::prelude::*;

use crate::audience::by_customer::{by_block, joined, offsets, parted};
use crate::audience::orders::span;
use crate::data::{Attribute, EventKind, EventLog, NONE};
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

/// The events of a block of customers.
#[derive(Default)]
struct Block {
    /// How many events and sessions each customer has.
    n_events: Vec<u32>,
    n_sessions: Vec<u32>,
    time: Vec<i64>,
    item: Vec<u32>,
    kind: Vec<u8>,
    session: Vec<u32>,
    /// Where each event stands in the log.
    event: Vec<u32>,
    sessions: Vec<SessionSpan>,
}

impl EventTable {
    /// Sorts a log by customer and time; `customers` and `items` are where its ids stand in the data.
    ///
    /// Linear where a customer's sessions do not overlap.
    pub(super) fn new(log: &EventLog, n_customers: usize, customers: &[u32], items: &[u32]) -> Self {
        let mut starts: Vec<u32> = Vec::with_capacity(log.n_sessions());
        let mut rows: Vec<(u32, u32)> = Vec::with_capacity(log.n_sessions());
        let mut n_events = 0;
        for session in log.sessions() {
            let view = log.session(session);
            starts.push(u32::try_from(n_events).expect("events are bounded to u32"));
            n_events += view.times.len();
            if let Some(customer) = view.customer {
                rows.push((customers[customer.as_usize()], session.as_u32()));
            }
        }
        let blocks = by_block(&rows, n_customers, |of, pairs| block(log, &starts, items, of, pairs));
        let events: Vec<u32> = joined(&blocks, |block| &block.event);
        let column = |(name, column): &(String, Attribute)| (name.clone(), gathered(column, &events));
        Self {
            offsets: offsets(&blocks, |block| &block.n_events),
            session_offsets: offsets(&blocks, |block| &block.n_sessions),
            time: joined(&blocks, |block| &block.time),
            item: joined(&blocks, |block| &block.item),
            kind: joined(&blocks, |block| &block.kind),
            session: joined(&blocks, |block| &block.session),
            sessions: joined(&blocks, |block| &block.sessions),
            quantity: log.quantities().map(|of| events.par_iter().map(|&event| of[event as usize]).collect()),
            columns: log.attributes().iter().map(column).collect(),
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

/// The events of the customers of a range, whose sessions come in pairs.
fn block(log: &EventLog, starts: &[u32], items: &[u32], customers: Range<usize>, pairs: &[u64]) -> Block {
    let mut block = Block {
        n_events: vec![0; customers.len()],
        n_sessions: vec![0; customers.len()],
        ..Block::default()
    };
    let mut own: Vec<(i64, u32, u32)> = Vec::new();
    let (_, all_items, all_kinds) = log.event_columns();
    for sessions in pairs.chunk_by(|&a, &b| parted(a).0 == parted(b).0) {
        let at = parted(sessions[0]).0 - customers.start;
        own.clear();
        for &pair in sessions {
            let session = parted(pair).1;
            let view = log.session(SessionIx::from_u32(session));
            let events = starts[session as usize]..;
            own.extend(view.times.iter().zip(events).map(|(time, event)| (time.micros(), event, session)));
            block.sessions.push(SessionSpan {
                first: view.times[0].micros(),
                last: view.times[view.times.len() - 1].micros(),
                kinds: view.kinds.iter().fold(0, |kinds, &kind| kinds | bit(kind)),
                position: session,
            });
        }
        if !own.is_sorted_by_key(|&(time, _, _)| time) {
            // Equal times stay in the order of the log.
            own.sort_by_key(|&(time, _, _)| time);
        }
        let count = |n: usize| u32::try_from(n).expect("events are bounded to u32");
        (block.n_events[at], block.n_sessions[at]) = (count(own.len()), count(sessions.len()));
        let place = |event: u32| items.get(all_items[event as usize].as_usize()).copied().unwrap_or(NONE);
        block.time.extend(own.iter().map(|row| row.0));
        block.event.extend(own.iter().map(|row| row.1));
        block.session.extend(own.iter().map(|row| row.2));
        block.item.extend(own.iter().map(|row| place(row.1)));
        block.kind.extend(own.iter().map(|row| all_kinds[row.1 as usize] as u8));
    }
    block
}

/// A kept column at the given places.
pub(super) fn gathered(column: &Attribute, places: &[u32]) -> Attribute {
    match column {
        Attribute::Category { words, codes } => Attribute::Category {
            words: words.clone(),
            codes: places.par_iter().map(|&place| codes[place as usize]).collect(),
        },
        Attribute::Number(values) => {
            Attribute::Number(places.par_iter().map(|&place| values[place as usize]).collect())
        }
    }
}
