//! What each customer and each session looked at and did not buy since, the latest first.

use std::cmp::Reverse;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::{Event, EventKind, EventLog, Id, IdRef, OrderLog, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::index::{CustomerIx, ItemIx};
use crate::time::Time;

/// How an item was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenKind {
    /// In the cart.
    InCart,
    /// It was looked at, wished for, or taken out of the cart again.
    Viewed,
}

impl SeenKind {
    /// `in_cart` or `viewed`, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InCart => "in_cart",
            Self::Viewed => "viewed",
        }
    }
}

impl fmt::Display for SeenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An item that someone looked at and did not buy since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The item, as the shop calls it.
    pub item: Id,
    /// Whether it was left in the cart.
    pub kind: SeenKind,
    /// How often it was viewed since it was bought last, if it was; 0 for one put into the cart out of a list.
    pub views: u32,
    /// When it was viewed, wished for or put into the cart last.
    pub last: Time,
}

/// What customers and sessions looked at and did not buy since.
///
/// A view, a click, the click in a message, a wish and an add to the cart are looks at an item; a purchase, by an event or by
/// an order of the same customer, takes away all looks up to its instant. An item whose last add to the cart was not
/// taken back is in the cart.
///
/// It borrows nothing from the logs; when these grow it is made anew, in linear time. Space: 24 bytes for each pair of a
/// customer and an item that is left, and of a session id and one; 4 more for each pair of a session id and an item that was
/// touched in the session.
///
/// ```
/// use kosar::data::{Batch, EventLogBuilder, EventOptions, IdValues, Role, TimeValues, Values};
/// use kosar::visits::{VisitQuery, Visits};
/// use kosar::TimeUnit;
///
/// let mut builder = EventLogBuilder::new(EventOptions::default())?;
/// builder.push(
///     &Batch::new(5)
///         .ids(Role::Customer, IdValues::Text(Values::new(&["ann"; 5][..])))?
///         .ids(Role::Item, IdValues::Text(Values::new(&["tea", "mug", "pot", "mug", "tea"][..])))?
///         .ids(Role::Kind, IdValues::Text(Values::new(&["view", "add_to_cart", "view", "view", "purchase"][..])))?
///         .time(TimeValues::Int(Values::new(&[0, 10, 20, 30, 40][..]), TimeUnit::Second))?,
/// )?;
/// let visits = Visits::new(&builder.finish()?, None)?;
/// let seen = visits.recently_viewed(&VisitQuery::customer("ann"), 5)?;
/// let names: Vec<_> = seen.iter().map(|seen| (seen.item.to_string(), seen.kind.name())).collect();
/// assert_eq!(names, [("mug".to_owned(), "in_cart"), ("pot".to_owned(), "viewed")]);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Visits {
    pub(super) items: Vocabulary,
    pub(super) customers: Vocabulary,
    pub(super) session_ids: Vocabulary,
    /// What each customer saw, the latest first.
    pub(super) of_customer: Rows<Look>,
    /// What was seen in the last session of each id, the latest first.
    pub(super) of_session: Rows<Look>,
    /// The items that were touched in that session, rising.
    pub(super) touched: Rows<ItemIx>,
}

/// As [`Seen`], of an item by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) item: ItemIx,
    pub(super) traces: Traces,
}

/// What is left of what was done with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traces {
    pub(super) kind: SeenKind,
    pub(super) views: u32,
    pub(super) last: Time,
}

/// Something that was done with an item.
pub(super) type Deed<I> = (I, Time, EventKind);

impl Visits {
    /// Made from an event log, and from the orders of the same customers, where they are not among the events.
    ///
    /// An order's time is compared with those of the events; one that is known by its date alone counts as of midnight.
    /// Returns do not undo a purchase.
    ///
    /// n log n in the events of a customer and of a session, otherwise linear.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) for orders without customers, items or times;
    /// [`IdError::WrongKind`] for orders whose ids are of another type than those of the events.
    pub fn new(events: &EventLog, orders: Option<&OrderLog>) -> Result<Self> {
        let bought = orders.map_or_else(|| Ok(Rows::default()), |orders| purchases(events, orders))?;
        let mut deeds: Vec<Deed<ItemIx>> = Vec::new();
        let mut of_customer = Rows::default();
        for (customer, sessions) in events.sessions_by_customer().iter().enumerate() {
            deeds.clear();
            deeds.extend(sessions.iter().flat_map(|&session| events.events_of(session)).filter_map(deed));
            if customer < bought.len() {
                let orders = bought.row(customer).iter();
                deeds.extend(orders.map(|&(item, time)| (item, time, EventKind::Purchase)));
            }
            of_customer.push(looks(&mut deeds));
        }
        let mut last_of_id = vec![None; events.session_ids().len()];
        for session in events.sessions() {
            // Sessions come by their last event, so that the last one stays.
            if let Some(at) = events.session(session).id.and_then(|id| events.session_ids().position(id)) {
                last_of_id[at] = Some(session);
            }
        }
        let (mut of_session, mut touched) = (Rows::default(), Rows::default());
        for session in last_of_id {
            deeds.clear();
            deeds.extend(session.iter().flat_map(|&session| events.events_of(session)).filter_map(deed));
            let mut items: Vec<ItemIx> =
                deeds.iter().filter(|deed| touches(deed.2)).map(|deed| deed.0).collect();
            items.sort_unstable();
            items.dedup();
            touched.push(items);
            let customer = session.and_then(|session| events.session(session).customer);
            if let Some(row) = customer.map(CustomerIx::as_usize).filter(|&row| row < bought.len()) {
                let own = touched.row(touched.len() - 1);
                let orders = bought.row(row).iter().filter(|(item, _)| own.binary_search(item).is_ok());
                deeds.extend(orders.map(|&(item, time)| (item, time, EventKind::Purchase)));
            }
            of_session.push(looks(&mut deeds));
        }
        let (items, customers) = (events.items().clone(), events.customers().clone());
        let session_ids = events.session_ids().clone();
        Ok(Self { items, customers, session_ids, of_customer, of_session, touched })
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the customers are called.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }
}

fn deed(event: Event) -> Option<Deed<ItemIx>> {
    Some((event.item?, event.time, event.kind))
}

/// Whether who does this has the item before them: all looks, and what is done with the cart and bought; not what a shop
/// shows or sends by itself, nor what came of a search.
pub(super) fn touches(kind: EventKind) -> bool {
    match kind {
        EventKind::View
        | EventKind::Click
        | EventKind::MessageClicked
        | EventKind::AddToCart
        | EventKind::RemoveFromCart
        | EventKind::AddToWishlist
        | EventKind::Purchase => true,
        EventKind::Search
        | EventKind::Impression
        | EventKind::MessageSent
        | EventKind::MessageOpened
        | EventKind::MessageUnsubscribed => false,
    }
}

/// When each customer of the events bought each item of them last.
fn purchases(events: &EventLog, orders: &OrderLog) -> Result<Rows<(ItemIx, Time)>> {
    orders.need_times("visits")?;
    let customers = orders.need_customers("visits")?;
    let items = orders.need_items("visits")?;
    let item_of = places("item", items, events.items())?;
    let customer_of = places("customer", events.customers(), customers)?;
    let histories = orders.histories()?;
    let row = |customer: &Option<usize>| -> Vec<(ItemIx, Time)> {
        let purchases = customer.iter().flat_map(|&customer| histories.rows.row(customer));
        let known = purchases.filter_map(|one| Some((ItemIx::new(item_of[one.item.as_usize()]?), one.last)));
        known.collect()
    };
    Ok(customer_of.iter().map(row).collect())
}

/// The positions of ids among others.
fn places(role: &'static str, ids: &Vocabulary, among: &Vocabulary) -> Result<Vec<Option<usize>>, IdError> {
    ids.iter().map(|id: IdRef<'_>| among.look_up(role, id)).collect()
}

/// What is left of the deeds of one owner: sorts them, and takes those of an item together.
fn looks(deeds: &mut [Deed<ItemIx>]) -> Vec<Look> {
    deeds.sort_unstable();
    let of_items = deeds.chunk_by(|a, b| a.0 == b.0);
    let look = |deeds: &[Deed<ItemIx>]| Some(Look { item: deeds[0].0, traces: Traces::of(None, deeds)? });
    let mut found: Vec<Look> = of_items.filter_map(look).collect();
    found.sort_unstable_by_key(|look| (Reverse(look.traces.last), look.item));
    found
}

impl Traces {
    /// What is left of what was done with one item, sorted by time, behind what is left of earlier deeds, whatever times
    /// these have; `None` where nothing is. At the same instant a removal from the cart comes behind an add.
    pub(super) fn of<I>(before: Option<Self>, deeds: &[Deed<I>]) -> Option<Self> {
        let bought = deeds.iter().filter(|deed| deed.2 == EventKind::Purchase).map(|deed| deed.1).max();
        let is_since = |time: Time| bought.is_none_or(|bought| time > bought);
        let before = before.filter(|_| bought.is_none());
        let (mut views, mut kind) =
            before.map_or((0, SeenKind::Viewed), |traces| (traces.views, traces.kind));
        let mut last = before.map(|traces| traces.last);
        for &(_, time, deed) in deeds.iter().filter(|deed| is_since(deed.1)) {
            match deed {
                EventKind::View | EventKind::Click | EventKind::MessageClicked => {
                    views = views.saturating_add(1);
                }
                EventKind::AddToCart => kind = SeenKind::InCart,
                EventKind::AddToWishlist => {}
                EventKind::RemoveFromCart => {
                    kind = SeenKind::Viewed;
                    continue;
                }
                _ => continue,
            }
            last = last.max(Some(time));
        }
        last.map(|last| Self { kind, views, last })
    }

    pub(super) fn of_item(self, item: Id) -> Seen {
        Seen { item, kind: self.kind, views: self.views, last: self.last }
    }
}
