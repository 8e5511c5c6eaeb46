//! A customer whom a request is for, with what is asked of them more than once.

use std::cell::OnceCell;

use super::state::{BuyerRecord, Holding, Items};
use crate::time::Time;

/// The orders that something was bought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Purchases {
    /// How many there are.
    pub(super) n: usize,
    /// When the first and the last were made; `None` where there are none.
    pub(super) span: Option<(Time, Time)>,
}

/// A customer who lets their history be used. What is asked of the packed record several times within a request is unpacked once, when it is
/// first asked for.
#[derive(Debug)]
pub(super) struct Visitor<'s> {
    pub(super) slot: u32,
    pub(super) record: BuyerRecord<'s>,
    held: OnceCell<Vec<Holding>>,
    latest: OnceCell<Vec<Holding>>,
    purchases: OnceCell<Purchases>,
}

impl<'s> Visitor<'s> {
    pub(super) fn new(slot: u32, record: BuyerRecord<'s>) -> Self {
        let (held, latest, purchases) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { slot, record, held, latest, purchases }
    }

    /// What they have of each item, rising by item.
    pub(super) fn held(&self) -> &[Holding] {
        self.held.get_or_init(|| self.record.holdings().collect())
    }

    /// What they have of an item.
    pub(super) fn holding(&self, item: u32) -> Option<&Holding> {
        let held = self.held();
        held.binary_search_by_key(&item, |held| held.item).ok().map(|at| &held[at])
    }

    /// What they have of the items bought last, the last first; `n` must be the same each time.
    pub(super) fn latest(&self, n: usize, items: &Items) -> &[Holding] {
        self.latest.get_or_init(|| {
            let order =
                |a: &Holding, b: &Holding| b.last.cmp(&a.last).then_with(|| items.compare(a.item, b.item));
            let mut held = self.held().to_vec();
            if (1..held.len()).contains(&n) {
                held.select_nth_unstable_by(n - 1, order);
            }
            held.truncate(n);
            held.sort_unstable_by(order);
            held
        })
    }

    /// Their orders, those of returns alone left out.
    pub(super) fn purchases(&self) -> Purchases {
        *self.purchases.get_or_init(|| {
            let mut orders = self.record.purchases();
            let Some(first) = orders.next() else { return Purchases { n: 0, span: None } };
            let (mut n, mut last) = (1, first);
            for order in orders {
                (n, last) = (n + 1, order);
            }
            Purchases { n, span: Some((self.record.time(first), self.record.time(last))) }
        })
    }
}
