//! What somebody looked at and did not buy since.

use super::answer::{Answer, time_of};
use super::because::Because;
use super::pick::{clear, is_set};
use super::placement::{Placement, Step};
use super::request::Request;
use super::snapshot::{Snapshot, Visit};
use super::state::{Click, second};
use crate::data::{EventKind, is_click};
use crate::error::Result;
use crate::time::Time;

/// One item on the way.
#[derive(Debug, Clone, Copy)]
struct Seen {
    item: u32,
    last: Time,
    views: u32,
    in_cart: bool,
}

impl Seen {
    /// Of the events of one item, rising; those up to the last purchase do not count.
    fn of(clicks: &[Click]) -> Self {
        let mut seen = Self { item: clicks[0].item, last: clicks[0].time, views: 0, in_cart: false };
        for click in clicks {
            match click.kind {
                EventKind::Purchase => (seen.views, seen.in_cart) = (0, false),
                EventKind::RemoveFromCart => seen.in_cart = false,
                EventKind::AddToCart => (seen.in_cart, seen.last) = (true, click.time),
                kind if is_click(kind) => (seen.views, seen.last) = (seen.views + 1, click.time),
                _ => {}
            }
        }
        seen
    }
}

impl Snapshot {
    /// The events of a customer, and those of the session that the request names, rising.
    fn events_of(&self, visit: &Visit<'_>, told: &[Click]) -> Vec<Click> {
        let mut events: Vec<Click> = Vec::new();
        if let Some(buyer) = &visit.buyer {
            let streams = buyer.record.streams().iter().copied().chain(buyer.record.own_stream());
            for stream in streams.filter_map(|stream| self.state.stream(stream)) {
                let whose = stream.whose();
                let own = stream.clicks().zip(whose).filter(|&(_, whose)| whose == buyer.slot);
                events.extend(own.map(|(click, _)| click));
            }
        }
        events.extend(told);
        events.sort_unstable();
        events.dedup();
        events
    }

    /// Recently viewed items, the latest first. Time: that of sorting the visitor's events.
    pub(super) fn viewed(&self, request: &Request) -> Result<Vec<Answer>> {
        let visit = self.visit(Placement::RecentlyViewed, request)?;
        let mut bits = Vec::new();
        self.allow(&visit, &mut bits)?;
        let told: Vec<Click> = self.session_events(&visit).collect();
        let mut events = self.events_of(&visit, &told);
        // Each item's still rise.
        events.sort_by_key(|click| click.item);
        let mut left: Vec<Seen> = events.chunk_by(|a, b| a.item == b.item).map(Seen::of).collect();
        // What the request itself tells comes without times: the latest of all. Where the events of the session are known, they tell it.
        let ongoing = visit.session.iter().rev().filter(|_| told.is_empty());
        let mut items: Vec<Seen> = Vec::new();
        for &item in ongoing {
            if is_set(&bits, item) {
                clear(&mut bits, item);
                items.push(Seen { item, last: time_of(visit.now), views: 1, in_cart: false });
            }
        }
        left.retain(|seen| {
            let held = visit.buyer.as_ref().and_then(|buyer| buyer.holding(seen.item));
            (seen.views > 0 || seen.in_cart)
                && held.is_none_or(|held| second(seen.last) > held.last)
                && is_set(&bits, seen.item)
        });
        left.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| self.state.items.compare(a.item, b.item)));
        items.extend(left);
        items.truncate(request.n);
        let n = f64::from(u32::try_from(items.len()).expect("events are bounded to u32"));
        let answer = |(place, seen): (u32, Seen)| Answer {
            item: self.state.items.get(seen.item).to_id(),
            score: 1.0 - f64::from(place) / n,
            step: Step::Session,
            because: Because::Viewed { views: seen.views, last: seen.last, in_cart: seen.in_cart },
            returns: self.state.returns,
        };
        Ok((0..).zip(items).map(answer).collect())
    }
}
