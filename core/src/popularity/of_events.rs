//! Popularity by what was viewed or put into the cart: events as one basket of one item each.

use crate::data::{EventKind, EventLog, Facts, Interactions, Rows};
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::params::Checked;
use crate::popularity::model::History;
use crate::popularity::{Popularity, PopularityParams};
use crate::similarity::state::{NOBODY, Orders, State};
use crate::time::Time;

/// What counts unless told: a view, a click (in a message too), a wish, an add to the cart, a purchase.
const KINDS: [EventKind; 6] = [
    EventKind::View,
    EventKind::Click,
    EventKind::AddToCart,
    EventKind::AddToWishlist,
    EventKind::Purchase,
    EventKind::MessageClicked,
];

impl Fit<EventLog> for Checked<PopularityParams> {
    type Model = Popularity;

    /// As of an order log, with the events of the [`kinds`](PopularityParams::kinds) in the place of purchases: an item's
    /// score is the number of customers who viewed it, say, and a session without a customer counts as one of its own. What
    /// a customer has is what the events say they bought. Such a model forgets, and is not updated.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    fn fit_with(&self, log: &EventLog, control: &Control) -> Result<Popularity> {
        let state = state(log, self.kinds.as_deref().unwrap_or(&KINDS));
        let history = History { state, of_events: true };
        Popularity::of_parts((**self).clone(), history, None, Vec::new(), control)
    }
}

impl PopularityParams {
    /// Refuses orders where events count.
    pub(super) fn check_orders(&self) -> Result<(), ParamError> {
        match self.kinds {
            Some(_) => {
                Err(ParamError::NotWith { name: "kinds", allowed: "left out", with: "a log of orders" })
            }
            None => Ok(()),
        }
    }
}

/// What customers and sessions did with items.
fn state(log: &EventLog, kinds: &[EventKind]) -> State {
    let (mut rows, mut owners, mut times) = (Rows::<ItemIx>::default(), Vec::new(), Vec::new());
    let mut deeds: Vec<(ItemIx, Time)> = Vec::new();
    let mut bought: Vec<Vec<(ItemIx, Time)>> = vec![Vec::new(); log.n_customers()];
    let mut of_nobody: Vec<Vec<(ItemIx, Time)>> = Vec::new();
    for session in log.sessions() {
        let customer = log.session(session).customer;
        let events =
            || log.events_of(session).filter_map(|event| Some((event.item?, event.time, event.kind)));
        deeds.clear();
        deeds.extend(events().filter(|deed| kinds.contains(&deed.2)).map(|(item, time, _)| (item, time)));
        deeds.sort_unstable();
        deeds.dedup();
        let Some(customer) = customer else {
            of_nobody.extend(Some(deeds.clone()).filter(|deeds| !deeds.is_empty()));
            continue;
        };
        for &(item, time) in &deeds {
            rows.push([item]);
            owners.push(customer.as_u32());
            times.push(time);
        }
        let purchases = events().filter(|deed| deed.2 == EventKind::Purchase);
        bought[customer.as_usize()].extend(purchases.map(|(item, time, _)| (item, time)));
    }
    // Whoever is not known is one of their own; their numbers tell nothing of where they stood.
    of_nobody.sort_unstable();
    let first = u32::try_from(log.n_customers()).unwrap_or(NOBODY);
    for (owner, deeds) in (first..).zip(of_nobody) {
        for (item, time) in deeds {
            rows.push([item]);
            owners.push(owner);
            times.push(time);
        }
    }
    let (mut owned, mut facts) = (Rows::default(), (Vec::new(), Vec::new(), Vec::new()));
    for mut purchases in bought {
        purchases.sort_unstable();
        let of_items = || purchases.chunk_by(|a, b| a.0 == b.0);
        owned.push(of_items().map(|purchases| purchases[0].0));
        for purchases in of_items() {
            let n = u32::try_from(purchases.len()).unwrap_or(u32::MAX);
            facts.0.push(n);
            facts.1.push(Quantity::from_millionths(i64::from(n) * Quantity::ONE.millionths()));
            facts.2.push(purchases[purchases.len() - 1].1);
        }
    }
    let facts = Facts { orders: Some(facts.0), quantities: Some(facts.1), times: Some(facts.2) };
    let (customers, items) = (log.customers().clone(), log.items().clone());
    let matrix = Interactions { customers, items, rows: owned, facts, anonymous_orders: 0 };
    let orders = Some(Orders { rows, owners, times: Some(times) });
    State { matrix, has_customers: true, keeps_items: false, orders }.in_form()
}
