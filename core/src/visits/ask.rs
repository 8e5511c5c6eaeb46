//! Who asks, and what they are shown.

use std::cmp::{Ordering, Reverse};

use crate::data::{EventKind, Id};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::rank::{AllowedItems, ItemFilter};
use crate::time::Time;
use crate::visits::index::{Deed, Look, Traces, touches};
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

    /// The events of the session that goes on which are not in the log yet, in any order: item, kind and time of each.
    ///
    /// They come after those of the log, even where their clock is behind: a purchase takes away all looks of the log at the
    /// item, and a removal takes it out of the cart. Among themselves they go by their times. Lists are in the order of the
    /// times as these are told, and the time of an item is the latest of both.
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
    /// Time: the items down to the last answered (all of them with events in the query), and the events of the query.
    ///
    /// # Errors
    /// [`IdError`] for a customer or session that is not in the log, and for ids of the other type.
    pub fn recently_viewed(&self, query: &VisitQuery, n: usize) -> Result<Vec<Seen>> {
        let asked = self.resolve(query)?;
        let earlier = asked.looks.iter().filter(|look| asked.is_earlier(look.item));
        let mut found = asked.continued();
        found.extend(
            earlier.filter(|look| asked.allowed.allows(look.item)).take(n).map(|look| self.seen(look)),
        );
        found.sort_unstable_by(latest);
        found.truncate(n);
        Ok(found)
    }

    /// The `n` items with which a customer may go on: looked at or put into the cart in earlier sessions, not bought since,
    /// and not touched in the session that goes on, as what was is before them already. Looks, the cart and purchases touch an
    /// item; impressions, searches and messages that were not clicked do not. What was left in the cart comes first, then what
    /// was viewed; each the latest first, then by smaller id.
    ///
    /// Without a customer no earlier session is known: the items of the session that goes on, in the same order.
    ///
    /// Time: the items of the customer, and the events of the query.
    ///
    /// # Errors
    /// As [`Visits::recently_viewed`].
    pub fn continue_shopping(&self, query: &VisitQuery, n: usize) -> Result<Vec<Seen>> {
        let asked = self.resolve(query)?;
        let session = asked.session.filter(|_| query.customer.is_some());
        let touched = session.map_or(&[][..], |at| self.touched.row(at));
        let is_left = |look: &&Look| {
            asked.is_earlier(look.item)
                && touched.binary_search(&look.item).is_err()
                && asked.allowed.allows(look.item)
        };
        let mut found = if query.customer.is_some() { Vec::new() } else { asked.continued() };
        for kind in [SeenKind::InCart, SeenKind::Viewed] {
            let of_kind = asked.looks.iter().filter(|look| look.traces.kind == kind).filter(is_left);
            found.extend(of_kind.take(n).map(|look| self.seen(look)));
        }
        found.sort_unstable_by(|a, b| a.kind.cmp(&b.kind).then_with(|| latest(a, b)));
        found.truncate(n);
        Ok(found)
    }

    fn resolve<'a>(&'a self, query: &'a VisitQuery) -> Result<Asked<'a>> {
        let customer = query.customer.as_ref().map(|id| self.customers.find("customer", id.as_ref()));
        let customer = customer.transpose()?;
        let session = query.session.as_ref().map(|id| self.session_at(id)).transpose()?;
        let looks = match (customer, session) {
            (Some(customer), _) => self.of_customer.row(customer),
            (None, Some(session)) => self.of_session.row(session),
            (None, None) => &[],
        };
        let allowed = query.filter.resolve(&self.items)?;
        let (newer, touched) = self.newer(query, looks, &allowed)?;
        Ok(Asked { looks, session, allowed, newer, touched })
    }

    /// What was done in the session that goes on, and the items of the log that it touched, rising.
    fn newer<'a>(
        &self,
        query: &'a VisitQuery,
        looks: &[Look],
        allowed: &AllowedItems,
    ) -> Result<(Vec<Newer<'a>>, Vec<ItemIx>)> {
        let mut events: Vec<&(Id, EventKind, Time)> = query.ongoing.iter().collect();
        events.sort_by(|a, b| a.0.cmp(&b.0));
        let (mut newer, mut known, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for events in events.chunk_by(|a, b| a.0 == b.0) {
            let id = &events[0].0;
            let item = self.items.look_up("item", id.as_ref())?.map(ItemIx::new);
            let touching = events.iter().filter(|event| touches(event.1));
            let mut deeds: Vec<Deed<()>> = touching.map(|event| ((), event.2, event.1)).collect();
            if deeds.is_empty() {
                continue;
            }
            deeds.sort_unstable();
            match item {
                Some(item) => known.push((item, newer.len())),
                None => unknown.push((id, newer.len())),
            }
            let is_allowed = item.is_some_and(|item| allowed.allows(item));
            newer.push(Newer { id, is_allowed, before: None, deeds });
        }
        let ids: Vec<&Id> = unknown.iter().map(|&(id, _)| id).collect();
        for (&(_, at), is_allowed) in unknown.iter().zip(query.filter.admit(&ids)) {
            newer[at].is_allowed = is_allowed;
        }
        known.sort_unstable();
        for look in looks {
            if let Ok(place) = known.binary_search_by_key(&look.item, |&(item, _)| item) {
                newer[known[place].1].before = Some(look.traces);
            }
        }
        Ok((newer, known.into_iter().map(|(item, _)| item).collect()))
    }

    fn seen(&self, look: &Look) -> Seen {
        look.traces.of_item(self.items.get(look.item.as_usize()).to_id())
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
    /// The session that goes on, where the log has its beginning.
    session: Option<usize>,
    allowed: AllowedItems,
    newer: Vec<Newer<'a>>,
    /// Those of the newer ones that the log knows, rising.
    touched: Vec<ItemIx>,
}

/// What was done with one item in the session that goes on.
struct Newer<'a> {
    id: &'a Id,
    is_allowed: bool,
    /// What the log knows of it.
    before: Option<Traces>,
    /// By time.
    deeds: Vec<Deed<()>>,
}

impl Asked<'_> {
    /// Whether the events that are not in the log have nothing to do with an item.
    fn is_earlier(&self, item: ItemIx) -> bool {
        self.touched.binary_search(&item).is_err()
    }

    /// The items of the session that goes on, with what the log knows of them.
    fn continued(&self) -> Vec<Seen> {
        let seen =
            |newer: &Newer<'_>| Some(Traces::of(newer.before, &newer.deeds)?.of_item(newer.id.clone()));
        self.newer.iter().filter(|newer| newer.is_allowed).filter_map(seen).collect()
    }
}
