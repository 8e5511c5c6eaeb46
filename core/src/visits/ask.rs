//! Who asks, and what they are shown.

use std::cmp::{Ordering, Reverse};

use crate::data::{EventKind, Id};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::rank::{AllowedItems, ItemFilter};
use crate::time::Time;
use crate::visits::index::{Deed, Look, Traces};
use crate::visits::{Seen, SeenKind, Visits};

/// Who is asked for, and the session that goes on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VisitQuery {
    customer: Option<Id>,
    session: Option<Id>,
    ongoing: Vec<(Id, EventKind, Time)>,
    filter: ItemFilter,
}

impl VisitQuery {
    /// For a customer.
    #[must_use]
    pub fn customer(customer: impl Into<Id>) -> Self {
        Self { customer: Some(customer.into()), ..Self::default() }
    }

    /// For a visitor whom nobody knows, who has the session that goes on and nothing else.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The id of the session that goes on, where its events are in the log; `None` for none. Of an id that several customers
    /// used, or one customer again, the last session.
    #[must_use]
    pub fn session(mut self, session: Option<impl Into<Id>>) -> Self {
        self.session = session.map(Into::into);
        self
    }

    /// The events of the session that goes on which are not in the log yet, in any order: item, kind and time of each. They
    /// are taken for later than those of the log.
    #[must_use]
    pub fn ongoing<T: Into<Id>>(mut self, events: impl IntoIterator<Item = (T, EventKind, Time)>) -> Self {
        self.ongoing = events.into_iter().map(|(item, kind, time)| (item.into(), kind, time)).collect();
        self
    }

    /// Items to choose from and to leave out, such as those in stock.
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }
}

/// The order of a list: the latest first, then the smaller id.
fn latest(a: &Seen, b: &Seen) -> Ordering {
    (Reverse(a.last), &a.item).cmp(&(Reverse(b.last), &b.item))
}

impl Visits {
    /// The `n` items that a customer looked at last, in any session, and did not buy since, the latest first; equal times by
    /// smaller id. Without a customer those of the session that goes on.
    ///
    /// Time: the items down to the last answered, and the events of the query.
    ///
    /// # Errors
    /// [`IdError`] for a customer or session that is not in the log, and for ids of the other type.
    pub fn recently_viewed(&self, query: &VisitQuery, n: usize) -> Result<Vec<Seen>> {
        let asked = self.resolve(query)?;
        let earlier = asked.looks.iter().filter(|look| asked.is_earlier(look.item));
        let mut found = self.continued(&asked);
        found.extend(
            earlier.filter(|look| asked.allowed.allows(look.item)).take(n).map(|look| self.seen(look)),
        );
        found.sort_unstable_by(latest);
        found.truncate(n);
        Ok(found)
    }

    /// The `n` items with which a customer may go on: looked at or put into the cart in earlier sessions, not bought since,
    /// and not touched in the session that goes on, as what was is before them already. What was left in the cart comes
    /// first, then what was viewed; each the latest first, then by smaller id.
    ///
    /// Without a customer no earlier session is known: the items of the session that goes on, in the same order.
    ///
    /// Time: the items of the customer, and the events of the query.
    ///
    /// # Errors
    /// As [`Visits::recently_viewed`].
    pub fn continue_shopping(&self, query: &VisitQuery, n: usize) -> Result<Vec<Seen>> {
        let asked = self.resolve(query)?;
        let session = query.session.as_ref().filter(|_| query.customer.is_some());
        let at = session.map(|id| self.session_at(id)).transpose()?;
        let touched = at.map_or(&[][..], |at| self.touched.row(at));
        let is_left = |look: &&Look| {
            asked.is_earlier(look.item)
                && touched.binary_search(&look.item).is_err()
                && asked.allowed.allows(look.item)
        };
        let mut found = if query.customer.is_some() { Vec::new() } else { self.continued(&asked) };
        for kind in [SeenKind::InCart, SeenKind::Viewed] {
            let of_kind = asked.looks.iter().filter(|look| look.traces.kind() == kind).filter(is_left);
            found.extend(of_kind.take(n).map(|look| self.seen(look)));
        }
        found.sort_unstable_by(|a, b| a.kind.cmp(&b.kind).then_with(|| latest(a, b)));
        found.truncate(n);
        Ok(found)
    }

    fn resolve<'a>(&'a self, query: &'a VisitQuery) -> Result<Asked<'a>> {
        let looks = self.looks(query)?;
        let allowed = query.filter.resolve(&self.items)?;
        let mut events: Vec<&(Id, EventKind, Time)> = query.ongoing.iter().collect();
        events.sort_by(|a, b| a.0.cmp(&b.0));
        let mut newer = Vec::new();
        for events in events.chunk_by(|a, b| a.0 == b.0) {
            let id = &events[0].0;
            let item = self.items.look_up("item", id.as_ref())?.map(ItemIx::new);
            let is_allowed = item.map_or_else(|| query.filter.admits(id), |item| allowed.allows(item));
            let deeds = events.iter().map(|event| ((), event.2, event.1)).collect();
            newer.push(Newer { id, item, is_allowed, deeds });
        }
        Ok(Asked { looks, allowed, newer })
    }

    /// The items of the session that goes on, with what the log knows of them.
    fn continued(&self, asked: &Asked<'_>) -> Vec<Seen> {
        let seen = |newer: &Newer<'_>| {
            let before =
                asked.looks.iter().find(|look| Some(look.item) == newer.item).map(|look| look.traces);
            let mut deeds = newer.deeds.clone();
            deeds.sort_unstable();
            let traces = Traces::of(before, &deeds)?;
            Some(traces.of_item(newer.id.clone()))
        };
        asked.newer.iter().filter(|newer| newer.is_allowed).filter_map(seen).collect()
    }

    fn seen(&self, look: &Look) -> Seen {
        look.traces.of_item(self.items.get(look.item.as_usize()).to_id())
    }

    /// What the one asked for has seen, as the log knows it.
    fn looks(&self, query: &VisitQuery) -> Result<&[Look]> {
        if let Some(customer) = &query.customer {
            return Ok(self.of_customer.row(self.customers.find("customer", customer.as_ref())?));
        }
        Ok(match &query.session {
            Some(session) => self.of_session.row(self.session_at(session)?),
            None => &[],
        })
    }

    fn session_at(&self, id: &Id) -> Result<usize, IdError> {
        if self.session_ids.is_empty() {
            return Err(IdError::Unknown { role: "session", id: id.as_ref().quoted() });
        }
        self.session_ids.find("session", id.as_ref())
    }
}

/// A query in the numbers of the log.
struct Asked<'a> {
    /// What the one asked for has seen, as the log knows it.
    looks: &'a [Look],
    allowed: AllowedItems,
    newer: Vec<Newer<'a>>,
}

/// What was done with one item in the session that goes on.
struct Newer<'a> {
    id: &'a Id,
    /// `None` for an item that the log does not know.
    item: Option<ItemIx>,
    is_allowed: bool,
    deeds: Vec<Deed<()>>,
}

impl Asked<'_> {
    /// Whether the session that goes on has nothing to do with an item.
    fn is_earlier(&self, item: ItemIx) -> bool {
        self.newer.iter().all(|newer| newer.item != Some(item))
    }
}
