//! Everything that is held about a customer, to be handed over to them; and what became of it when they are forgotten.

use serde::{Deserialize, Serialize};

use super::level::Level;
use super::profile::CustomerProfile;
use super::snapshot::Snapshot;
use super::state::{BuyerRecord, StreamRecord};
use crate::data::{EventKind, Id};
use crate::money::{Money, Quantity};
use crate::time::Time;

/// A line of an order, as it is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedLine {
    /// The item.
    pub item: Id,
    /// How many; below zero for a return.
    pub quantity: Quantity,
}

/// An order, as it is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedOrder {
    /// What the shop calls it; `None` where orders have no ids.
    pub order: Option<Id>,
    /// When.
    pub time: Time,
    /// What was paid, returns taken off; `None` in a shop without prices.
    pub amount: Option<Money>,
    /// Its lines, by item.
    pub lines: Vec<ExportedLine>,
}

/// An event, as it is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEvent {
    /// The session; `None` for an event without one.
    pub session: Option<Id>,
    /// The item.
    pub item: Id,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub time: Time,
}

/// Everything that is held about a customer, and what is derived from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerExport {
    /// What the customer is called.
    pub customer: Id,
    /// How far answers may follow them.
    pub level: Level,
    /// Their segment, where segments were given.
    pub segment: Option<String>,
    /// Their orders, by time.
    pub orders: Vec<ExportedOrder>,
    /// Their events, by time.
    pub events: Vec<ExportedEvent>,
    /// What is derived from these.
    pub profile: CustomerProfile,
}

/// What was removed of a customer, and what still rests on counts with them in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whether the customer was known; all numbers are 0 where not.
    pub found: bool,
    /// Orders removed.
    pub orders: u64,
    /// Lines removed.
    pub lines: u64,
    /// Items whose counts were taken back.
    pub items: u64,
    /// Sessions that events were removed from.
    pub sessions: u64,
    /// Events removed.
    pub events: u64,
    /// The version from which on no answer rests on them.
    pub version: u64,
    /// How many versions with them are in use still, by requests that began before; their memory is overwritten at the next
    /// change, or by [`Recommender::sweep`](super::Recommender::sweep), once these have ended.
    pub versions_in_use: u64,
    /// What must be computed again to be without them: `population`, the cut points and rhythms of profiles, by
    /// [`Recommender::refresh`](super::Recommender::refresh). They name nobody.
    pub to_refresh: Vec<String>,
}

impl Snapshot {
    /// Everything about the customer of a slot.
    pub(super) fn export(&self, slot: u32, buyer: BuyerRecord<'_>) -> Option<CustomerExport> {
        let held = buyer.unpack();
        let item = |item: u32| self.state.items.get(item).to_id();
        let order = |order: &super::state::Order| ExportedOrder {
            order: order.id.clone(),
            time: order.time,
            amount: self.state.has_amounts.then_some(order.amount),
            lines: {
                let mut lines: Vec<ExportedLine> = (order.lines.iter())
                    .map(|line| ExportedLine { item: item(line.item), quantity: line.quantity })
                    .collect();
                lines.sort_by(|a, b| (&a.item, a.quantity).cmp(&(&b.item, b.quantity)));
                lines
            },
        };
        let streams = held.streams.iter().copied().chain(buyer.own_stream());
        let mut events: Vec<ExportedEvent> = Vec::new();
        for stream in streams.filter_map(|stream| self.state.stream(stream)) {
            let session = StreamRecord::id(stream).map(crate::data::IdRef::to_id);
            let whose = stream.whose();
            let own = stream.clicks().zip(whose).filter(|&(_, whose)| whose == slot);
            events.extend(own.map(|(click, _)| ExportedEvent {
                session: session.clone(),
                item: item(click.item),
                kind: click.kind,
                time: click.time,
            }));
        }
        events.sort_by(|a, b| {
            (a.time, &a.session, &a.item, a.kind).cmp(&(b.time, &b.session, &b.item, b.kind))
        });
        Some(CustomerExport {
            customer: held.id.clone()?,
            level: held.level,
            segment: self.state.segments.get(held.segment as usize).cloned(),
            orders: held.orders.iter().map(order).collect(),
            events,
            profile: self.profile(buyer)?,
        })
    }
}
