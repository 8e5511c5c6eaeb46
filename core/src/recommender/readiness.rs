//! From when on answers are personal: what is there, what is missing.

use serde::{Deserialize, Serialize};

use super::placement::Placement;
use super::snapshot::Snapshot;

/// Whether a placement answers from data of its own yet, or from what it falls back on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementReadiness {
    /// The placement.
    pub placement: Placement,
    /// What is counted: `items`, `customers` or `sessions`.
    pub of: String,
    /// How many have enough for an answer of the placement's own.
    pub ready: u64,
    /// How many there are.
    pub total: u64,
    /// What one needs: so many customers, orders or events.
    pub needs: u64,
    /// Of what: `customers`, `orders`, `events` or `sessions`.
    pub unit: String,
}

/// How much is known, and what answers rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// Customers with an order.
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
    /// Linear in items and customers.
    pub(super) fn readiness(&self) -> Readiness {
        let state = &self.state;
        let n_items = u32::try_from(state.items.len()).expect("slots are bounded to u32");
        let least = self.params.item_customers.max(self.params.min_customers);
        let sold = (0..n_items).filter(|&item| self.buyers_of(item) >= least).count() as u64;
        let buyers = || {
            state.buyers.slots().filter_map(|slot| state.buyer(slot)).filter(|buyer| !buyer.is_anonymous())
        };
        let with_orders = |n: u32| buyers().filter(|buyer| buyer.n_orders() >= n as usize).count() as u64;
        let n_customers = u64::from(state.totals.customers);
        let seen =
            (0..n_items).filter(|&item| state.seen.get(item as usize).len() >= least as usize).count() as u64;
        let rising = self.trend().rising().count() as u64;
        let row = |placement, of: &str, ready, total, needs: u32, unit: &str| PlacementReadiness {
            placement,
            of: of.to_owned(),
            ready,
            total,
            needs: needs.into(),
            unit: unit.to_owned(),
        };
        let personal = self.params.personal_orders;
        let all = u64::from(n_items);
        let viewed = buyers()
            .filter(|buyer| !buyer.streams().is_empty() || buyer.own_stream().is_some())
            .count() as u64;
        Readiness {
            customers: state.totals.customers,
            anonymous_orders: state.totals.anonymous,
            orders: state.totals.orders,
            lines: state.totals.lines,
            events: state.totals.events,
            items: all,
            placements: vec![
                row(Placement::Similar, "items", sold, all, least, "customers"),
                row(Placement::BoughtTogether, "items", sold, all, least, "customers"),
                row(
                    Placement::ForCustomer,
                    "customers",
                    with_orders(personal),
                    n_customers,
                    personal,
                    "orders",
                ),
                row(Placement::NextInSession, "items", seen, all, least, "events"),
                row(Placement::BuyAgain, "customers", with_orders(1), n_customers, 1, "orders"),
                row(Placement::Trending, "items", rising, all, self.params.min_customers, "customers"),
                row(Placement::RecentlyViewed, "customers", viewed, n_customers, 1, "events"),
            ],
        }
    }
}
