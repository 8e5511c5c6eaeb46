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

    /// The customers who bought both and never in one order, within a window. Linear in the baskets of both.
    pub(super) fn apart(&self, a: ItemIx, b: ItemIx, window_days: Option<f64>) -> Apart {
        let mut found = Apart::default();
        let (of_a, of_b) = (self.by_owner.row(a.as_usize()), self.by_owner.row(b.as_usize()));
        let mut rest = of_b.chunk_by(|x, y| x.0 == y.0).peekable();
        for a in of_a.chunk_by(|x, y| x.0 == y.0) {
            while rest.next_if(|b| b[0].0 < a[0].0).is_some() {}
            let Some(b) = rest.next_if(|b| b[0].0 == a[0].0) else { continue };
            let is_once_together = a.iter().any(|order| b.contains(order));
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
        let time = |&(_, order): &(u32, u32)| self.times[order as usize].micros();
        #[allow(clippy::cast_precision_loss, reason = "to the nearest microsecond within 285 years")]
        let is_near = |x: i64, y: i64| x.abs_diff(y) as f64 <= window;
        a.iter().any(|a| b.iter().any(|b| is_near(time(a), time(b))))
    }
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
