//! The state of a shop in versions that share what they have in common: who bought what, who looked at what, and the counts of
//! these.
//!
//! A version is immutable. A change begins with a clone, which costs nothing, copies the few pages that it touches, and leaves
//! the version before it as it was, for whoever reads it still.

mod build;
mod change;
mod customer;
mod forget;
mod index;
mod items;
mod keeper;
mod links;
mod packer;
mod page;
mod paged;
mod postings;
mod serving;
mod shelf;
mod stream;
mod take_events;
mod take_orders;
mod trend;
mod wiped;
mod words;

use std::sync::Arc;

pub(super) use build::{Kept, Owners, Sources, build, dealt};
pub(super) use change::{Change, Reckoned, Slots};
pub(super) use customer::{BuyerRecord, Buyers, CUSTOMER, Holding, Line, Order, second};
pub(super) use items::Items;
pub(super) use keeper::Keeper;
pub(super) use links::Links;
pub(super) use packer::{MAX_LINES, Packer, Who};
pub(super) use paged::{Handles, Numbers};
pub(super) use postings::{Entry, Postings};
pub(super) use serving::{Counts, Serving};
pub(super) use shelf::Shelf;
pub(super) use stream::{Click, SESSION, StreamRecord, Streams, is_kept, write_stream};
pub(super) use trend::{Trend, Windows};
pub(super) use wiped::Words;

use crate::data::{IdKind, IdRef, Returns};
use crate::error::IdError;

/// What is counted over everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    /// Customers with an order.
    pub(super) customers: u32,
    /// Orders that nobody known stands behind.
    pub(super) anonymous: u32,
    pub(super) orders: u64,
    pub(super) lines: u64,
    pub(super) events: u64,
    /// Customers with a record, whether they have an order or not.
    pub(super) named: u32,
    /// Orders with an id.
    pub(super) order_ids: u64,
    /// Streams with the id of a session.
    pub(super) sessions: u32,
}

/// The types of ids; `None` where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds {
    pub(super) customer: Option<IdKind>,
    pub(super) order: Option<IdKind>,
    pub(super) session: Option<IdKind>,
}

/// One version of everything that is known of a shop's orders and events.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) kinds: Kinds,
    /// How returns count, and whether orders have amounts.
    pub(super) returns: Returns,
    pub(super) has_amounts: bool,
    pub(super) items: Items,
    pub(super) buyers: Keeper<Buyers>,
    pub(super) streams: Keeper<Streams>,
    /// By item, the purchases: one for each buyer and second.
    pub(super) bought: Handles<Postings>,
    /// By item, the events: one for each stream and second.
    pub(super) seen: Handles<Postings>,
    /// By item, how many bought it in two orders or more.
    pub(super) repeaters: Numbers<u32>,
    /// Items by buyers.
    pub(super) shelf: Shelf,
    /// Names of segments, rising, and the items by buyers of each.
    pub(super) segments: Arc<[String]>,
    pub(super) by_segment: Arc<[Shelf]>,
    pub(super) trend: Trend,
    pub(super) totals: Totals,
    /// The second of the latest order.
    pub(super) latest: Option<u32>,
}

/// What stands for no segment, no stream, no customer.
pub(super) const NONE: u32 = u32::MAX;

impl State {
    /// The buyer of a slot.
    #[inline]
    pub(super) fn buyer(&self, slot: u32) -> Option<BuyerRecord<'_>> {
        BuyerRecord::new(self.buyers.record(slot))
    }

    /// Whether a slot was ever given.
    pub(super) fn has_slots(&self, buyer: Option<u32>, stream: Option<u32>) -> bool {
        buyer.is_none_or(|slot| (slot as usize) < self.buyers.n_slots())
            && stream.is_none_or(|slot| (slot as usize) < self.streams.n_slots())
    }

    /// The stream of a slot.
    #[inline]
    pub(super) fn stream(&self, slot: u32) -> Option<StreamRecord<'_>> {
        StreamRecord::new(self.streams.record(slot))
    }

    /// Forgets of which type the ids were that nobody has any more.
    fn settle_kinds(&mut self) {
        let (kinds, totals) = (&mut self.kinds, &self.totals);
        kinds.customer = kinds.customer.filter(|_| totals.named > 0);
        kinds.order = kinds.order.filter(|_| totals.order_ids > 0);
        kinds.session = kinds.session.filter(|_| totals.sessions > 0);
    }

    /// The slot of a customer; `None` for one that is not known.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type.
    pub(super) fn find_customer(&self, id: IdRef<'_>) -> Result<Option<u32>, IdError> {
        same_kind("customer", self.kinds.customer, id)?;
        Ok(self.buyers.find(CUSTOMER, id))
    }

    /// The slot of the stream of a session; `None` for one that is not known.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type.
    pub(super) fn find_session(&self, id: IdRef<'_>) -> Result<Option<u32>, IdError> {
        same_kind("session", self.kinds.session, id)?;
        Ok(self.streams.find(SESSION, id))
    }
}

/// Refuses an id of another type than those that are there.
pub(super) fn same_kind(role: &'static str, kind: Option<IdKind>, id: IdRef<'_>) -> Result<(), IdError> {
    match kind {
        Some(expected) if expected != id.kind() => {
            Err(IdError::WrongKind { role, expected, found: id.kind(), id: id.quoted() })
        }
        _ => Ok(()),
    }
}
