//! From when on answers are personal: what is there, what is missing.

use serde::{Deserialize, Serialize};

use super::ask_items::Beside;
use super::level::Level;
use super::placement::Placement;
use super::snapshot::Snapshot;
use super::state::{BuyerRecord, Entry};

/// Whether a placement answers from data of its own yet, or from what it falls back on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementReadiness {
    /// The placement.
    pub placement: Placement,
    /// What is counted: `items` or `customers`.
    pub of: String,
    /// How many have what an answer of the placement's own needs. A customer is ready for `for_customer` with as many orders as it needs,
    /// and with an item that [`min_customers`](super::RecommenderParams::min_customers) others bought.
    pub ready: u64,
    /// How many there are: of customers, those with an order; for `recently_viewed` all that are known.
    pub total: u64,
    /// What one needs: so many customers, orders, sessions or events.
    pub needs: u64,
    /// Of what: `customers`, `orders`, `sessions` or `events`.
    pub unit: String,
    /// Whether there can be such answers at all: without histories none about customers and sessions, however much is sold.
    pub is_possible: bool,
}

/// How much is known, and what answers rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// Whether there are histories. Without, only items and buyers are counted, and what else there was is told as 0.
    pub has_histories: bool,
    /// Customers with an order; without histories all buyers, orders of nobody known among them.
    pub customers: u32,
    /// Orders of nobody known.
    pub anonymous_orders: u32,
    /// Orders.
    pub orders: u64,
    /// Order lines.
    pub lines: u64,
    /// Events that are kept.
    pub events: u64,
    /// Items, sold or in the catalogue.
    pub items: u64,
    /// By placement.
    pub placements: Vec<PlacementReadiness>,
}

impl Snapshot {
    /// Linear in items and customers, and at most `n log n` in the events.
    pub(super) fn readiness(&self) -> Readiness {
        let (state, params) = (&self.state, &self.params);
        let n_items = u32::try_from(state.items.len()).expect("slots are bounded to u32");
        let has_histories = self.lists.is_none();
        let n_customers = if has_histories { u64::from(state.totals.customers) } else { 0 };
        let count = |holds: &dyn Fn(u32) -> bool| (0..n_items).filter(|&item| holds(item)).count() as u64;
        let least = params.item_customers.max(params.min_customers);
        let beside = |how| count(&|item| self.buyers_of(item) >= least && self.has_lists(item, how));
        let seen = count(&|item| self.is_seen_in(item, params.min_customers as usize));
        let rising = self.trend().rising().count() as u64;
        let (mut known, mut personal, mut again, mut viewed) = (0, 0, 0, 0);
        let slots = state.buyers.slots().filter_map(|slot| state.buyer(slot));
        for buyer in slots.filter(|buyer| !buyer.is_anonymous()) {
            let is_full = buyer.level() == Level::Full;
            known += 1;
            personal += u64::from(is_full && self.is_ready(buyer));
            again += u64::from(is_full && buyer.holdings().any(|held| held.is_owned));
            viewed += u64::from(is_full && (!buyer.streams().is_empty() || buyer.own_stream().is_some()));
        }
        let row = |placement, of: &str, [ready, total]: [u64; 2], needs: u32, unit: &str| {
            let is_of_items =
                matches!(placement, Placement::Similar | Placement::BoughtTogether | Placement::Trending);
            PlacementReadiness {
                placement,
                of: of.to_owned(),
                ready,
                total,
                needs: needs.into(),
                unit: unit.to_owned(),
                is_possible: has_histories || is_of_items,
            }
        };
        let (all, few) = (u64::from(n_items), params.min_customers);
        Readiness {
            has_histories,
            customers: state.totals.customers,
            anonymous_orders: state.totals.anonymous,
            orders: state.totals.orders,
            lines: state.totals.lines,
            events: state.totals.events,
            items: all,
            placements: vec![
                row(Placement::Similar, "items", [beside(Beside::Ever), all], least, "customers"),
                row(
                    Placement::BoughtTogether,
                    "items",
                    [beside(Beside::InOneOrder), all],
                    least,
                    "customers",
                ),
                row(
                    Placement::ForCustomer,
                    "customers",
                    [personal, n_customers],
                    params.personal_orders,
                    "orders",
                ),
                row(Placement::NextInSession, "items", [seen, all], few, "sessions"),
                row(Placement::BuyAgain, "customers", [again, n_customers], 1, "orders"),
                row(Placement::Trending, "items", [rising, all], few, "customers"),
                row(Placement::RecentlyViewed, "customers", [viewed, known], 1, "events"),
            ],
        }
    }

    /// Whether a customer has orders enough, and an item that enough others have as well.
    fn is_ready(&self, buyer: BuyerRecord<'_>) -> bool {
        buyer.purchases().count() >= self.params.personal_orders as usize
            && buyer.items().iter().any(|&item| self.buyers_of(item) > self.params.min_customers)
    }

    /// Whether there is something to tell beside an item; where there are histories that is found when it is asked for.
    fn has_lists(&self, item: u32, how: Beside) -> bool {
        let Some(lists) = &self.lists else { return true };
        let mut links = Vec::new();
        lists.links(item, how, &mut links);
        !links.is_empty()
    }

    /// Whether so many sessions turned to an item; a customer's events without a session count as one.
    fn is_seen_in(&self, item: u32, least: usize) -> bool {
        let postings = self.state.seen.get(item as usize);
        let (mut entries, mut owners): (Vec<Entry>, Vec<u32>) = (Vec::new(), Vec::new());
        // Most have as many among a few times as many of the latest events.
        let mut n = least.saturating_mul(4);
        loop {
            entries.clear();
            postings.latest(n, &mut entries);
            owners.clear();
            owners.extend(entries.iter().map(|entry| entry.owner()));
            owners.sort_unstable();
            owners.dedup();
            if owners.len() >= least || entries.len() == postings.len() {
                return owners.len() >= least;
            }
            n = n.saturating_mul(4);
        }
    }
}
