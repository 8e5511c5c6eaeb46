//! What the orders say of two items: the baskets of each, whose they are and when.

use crate::data::{Catalog, Names, OrderLog, Rows};
use crate::error::Result;
use crate::index::ItemIx;
use crate::time::{MICROS_PER_DAY, Time};

/// Stands for an order without a customer.
pub(super) const NOBODY: u32 = u32::MAX;

/// The baskets of items, whose they are and when.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Orders {
    /// The baskets of each item, rising.
    pub(super) of_item: Rows<u32>,
    /// The customer of each basket; empty in a log without customers.
    pub(super) owners: Vec<u32>,
    /// The time of each basket; empty in a log without times.
    pub(super) times: Vec<Time>,
    /// The customer and the basket of each basket of an item that has a customer, rising.
    by_owner: Rows<(u32, u32)>,
}

/// The customers who bought two items only apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Apart {
    pub(super) apart: u32,
    pub(super) instead: u32,
}

/// Where items stand in the catalogue, by index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Places {
    /// The deepest categories of each item, rising.
    pub(super) deepest: Rows<u32>,
    /// Those and all above them, rising.
    pub(super) all: Rows<u32>,
}

impl Orders {
    /// Sorts the baskets of each item by customer.
    pub(super) fn new(of_item: Rows<u32>, owners: Vec<u32>, times: Vec<Time>) -> Self {
        let owned = |own: &[u32]| -> Vec<(u32, u32)> {
            let own = own.iter().filter_map(|&order| Some((*owners.get(order as usize)?, order)));
            let mut own: Vec<(u32, u32)> = own.filter(|&(owner, _)| owner != NOBODY).collect();
            own.sort_unstable();
            own
        };
        Self { by_owner: of_item.iter().map(owned).collect(), of_item, owners, times }
    }

    /// The number of baskets of an item.
    pub(super) fn count(&self, item: ItemIx) -> usize {
        self.of_item.row(item.as_usize()).len()
    }

    /// The number of baskets with both items. Linear in the baskets of both.
    pub(super) fn together(&self, a: ItemIx, b: ItemIx) -> u32 {
        let mut rest = self.of_item.row(b.as_usize()).iter().peekable();
        let mut both = 0;
        for &order in self.of_item.row(a.as_usize()) {
            while rest.next_if(|&&other| other < order).is_some() {}
            both += u32::from(rest.next_if_eq(&&order).is_some());
        }
        both
    }

    /// The customers who bought both and never in one order, within a window. Linear in the baskets of both, n log n with a window.
    pub(super) fn apart(&self, a: ItemIx, b: ItemIx, window_days: Option<f64>) -> Apart {
        let mut found = Apart::default();
        let (of_a, of_b) = (self.by_owner.row(a.as_usize()), self.by_owner.row(b.as_usize()));
        let mut rest = of_b.chunk_by(|x, y| x.0 == y.0).peekable();
        for a in of_a.chunk_by(|x, y| x.0 == y.0) {
            while rest.next_if(|b| b[0].0 < a[0].0).is_some() {}
            let Some(b) = rest.next_if(|b| b[0].0 == a[0].0) else { continue };
            let is_once_together = share_one(a, b);
            if !is_once_together && self.is_within(a, b, window_days) {
                found.apart += 1;
                found.instead += u32::from(a.len() > 1 && b.len() > 1);
            }
        }
        found
    }

    /// Whether an order of one list is within the window of one of the other.
    fn is_within(&self, a: &[(u32, u32)], b: &[(u32, u32)], window_days: Option<f64>) -> bool {
        let Some(days) = window_days.filter(|_| !self.times.is_empty()) else { return true };
        #[allow(clippy::cast_precision_loss, reason = "a day has far fewer than 2^53 microseconds")]
        let window = days * MICROS_PER_DAY as f64;
        let times = |own: &[(u32, u32)]| -> Vec<i64> {
            let mut times: Vec<i64> =
                own.iter().map(|&(_, order)| self.times[order as usize].micros()).collect();
            times.sort_unstable();
            times
        };
        let (a, b) = (times(a), times(b));
        #[allow(clippy::cast_precision_loss, reason = "to the nearest microsecond within 285 years")]
        let is_near = |x: i64, y: i64| x.abs_diff(y) as f64 <= window;
        // The nearest of the others are the last one before and the first one behind.
        let mut behind = 0;
        a.into_iter().any(|time| {
            behind += b[behind..].iter().take_while(|&&other| other < time).count();
            let nearest = [behind.checked_sub(1), Some(behind)].into_iter().flatten();
            nearest.filter_map(|at| b.get(at)).any(|&other| is_near(time, other))
        })
    }
}

/// Whether two rising lists have an entry in common.
fn share_one(a: &[(u32, u32)], b: &[(u32, u32)]) -> bool {
    let mut rest = b.iter().peekable();
    a.iter().any(|order| {
        while rest.next_if(|other| *other < order).is_some() {}
        rest.peek() == Some(&order)
    })
}

impl Places {
    /// Where the items of a log stand in a catalogue; an item that is not in it stands nowhere.
    pub(super) fn of(log: &OrderLog, catalog: &Catalog) -> Result<Self> {
        let items = log.need_items("ItemRelations")?;
        if let (Some(own), Some(_)) = (items.iter().next(), catalog.items().iter().next())
            && items.kind() != catalog.items().kind()
        {
            // Ids of two types would never meet.
            let names = Names { items: catalog.items(), hierarchy: None, depth: None };
            names.find(own)?;
        }
        let tree = catalog.categories();
        let (mut deepest, mut all) = (Rows::default(), Rows::default());
        for id in items.iter() {
            let own = catalog.items().position(id).map_or(&[][..], |at| catalog.deepest(ItemIx::new(at)));
            let above = own.iter().flat_map(|&own| tree.above(own).map(|category| category.id));
            let mut every: Vec<u32> =
                own.iter().copied().chain(above).map(|category| category.as_u32()).collect();
            every.sort_unstable();
            every.dedup();
            deepest.push(own.iter().map(|category| category.as_u32()));
            all.push(every);
        }
        Ok(Self { deepest, all })
    }

    /// Whether one stands in a category of the other, or above or below one.
    pub(super) fn are_near(&self, a: ItemIx, b: ItemIx) -> bool {
        let (a, b) = (a.as_usize(), b.as_usize());
        let stands = |item: usize, other: usize| {
            self.deepest.row(item).iter().any(|own| self.all.row(other).binary_search(own).is_ok())
        };
        stands(a, b) || stands(b, a)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn who_bought_apart_is_who_every_pair_of_orders_says(
            orders in prop::collection::vec((0_u32..4, 0_i64..30, any::<bool>(), any::<bool>()), 0..40),
            days in prop::sample::select(vec![None, Some(0.0), Some(1.0), Some(5.0)]),
        ) {
            let at = |order: u32| orders[order as usize];
            let of = |has: fn((u32, i64, bool, bool)) -> bool| {
                (0..u32::try_from(orders.len()).unwrap()).filter(|&order| has(at(order))).collect::<Vec<_>>()
            };
            let (of_a, of_b) = (of(|order| order.2), of(|order| order.3));
            let time = |order: u32| at(order).1 * MICROS_PER_DAY;
            let made = Orders::new(
                [of_a.clone(), of_b.clone()].into_iter().collect(),
                orders.iter().map(|order| order.0).collect(),
                (0..).take(orders.len()).map(|order| Time::from_micros(time(order))).collect(),
            );
            let mut expected = Apart::default();
            for customer in 0..4 {
                let own = |of: &[u32]| of.iter().copied().filter(|&order| at(order).0 == customer).collect::<Vec<_>>();
                let (a, b) = (own(&of_a), own(&of_b));
                #[allow(clippy::cast_precision_loss, reason = "thirty days")]
                let near = |x: u32, y: u32| {
                    days.is_none_or(|days| time(x).abs_diff(time(y)) as f64 <= days * MICROS_PER_DAY as f64)
                };
                if a.iter().any(|&x| b.iter().any(|&y| near(x, y))) && !a.iter().any(|x| b.contains(x)) {
                    expected.apart += 1;
                    expected.instead += u32::from(a.len() > 1 && b.len() > 1);
                }
            }
            prop_assert_eq!(made.apart(ItemIx::new(0), ItemIx::new(1), days), expected);
        }
    }
}
