//! Forgetting: as if the customer had never been there.

use super::build::purchases;
use super::change::Change;
use super::customer::Buyer;
use super::stream::{Stream, StreamRecord};
use super::{NONE, State};

/// What was there of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::recommender) struct Forgotten {
    pub(in crate::recommender) orders: u64,
    pub(in crate::recommender) lines: u64,
    pub(in crate::recommender) items: u64,
    pub(in crate::recommender) sessions: u64,
    pub(in crate::recommender) events: u64,
}

impl Change {
    /// Takes out everything of the customer of a slot: orders, events and what was counted from them.
    pub(in crate::recommender) fn forget(&mut self, slot: u32) -> Forgotten {
        let old = self.buyer(slot);
        let mut told = Forgotten {
            orders: old.orders.len() as u64,
            lines: old.orders.iter().map(|order| order.lines.len() as u64).sum(),
            items: old.holdings().len() as u64,
            ..Forgotten::default()
        };
        let own = Some(old.own_stream).filter(|&stream| stream != NONE);
        for stream in old.streams.iter().copied().chain(own) {
            let before = self.stream(stream);
            let whose = self.state.stream(stream).map(StreamRecord::whose).unwrap_or_default();
            let left = before.events.iter().zip(&whose).filter(|&(_, &whose)| whose != slot);
            let mut after = Stream::default();
            (after.id, after.owner) = (before.id.clone(), before.owner);
            after.events = left.map(|(&click, _)| click).collect();
            told.events += (before.events.len() - after.events.len()) as u64;
            told.sessions += u64::from(before.events.len() != after.events.len());
            self.put_stream(stream, &before, &after);
        }
        let mut nobody = Buyer::default();
        nobody.is_anonymous = old.is_anonymous;
        self.put_buyer(slot, &old, &nobody);
        let last = purchases(&old).iter().map(|&(_, second)| second).max();
        if last.is_some() && last == self.state.latest {
            self.state.latest = State::find_latest(&self.state.bought);
        }
        self.finish();
        told
    }
}
