//! What each customer has and did not return.

use crate::data::{Histories, Interactions, OrderLog, Purchase, Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::money::Quantity;

/// The items that each customer has: bought more of than returned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Owned {
    pub(crate) customers: Vocabulary,
    /// Items strictly rising.
    pub(crate) rows: Rows<ItemIx>,
}

impl Owned {
    /// From a log; `None` where it has no customers.
    pub(crate) fn of(log: &OrderLog) -> Result<Option<Self>> {
        log.customers().map(|_| Ok(Self::from(log.histories()?))).transpose()
    }
}

impl From<Histories> for Owned {
    fn from(histories: Histories) -> Self {
        let owned = |purchases: &[Purchase]| -> Vec<ItemIx> {
            let kept = purchases.iter().filter(|purchase| purchase.owned > Quantity::ZERO);
            kept.map(|purchase| purchase.item).collect()
        };
        Self { rows: histories.rows.iter().map(owned).collect(), customers: histories.customers }
    }
}

impl From<&Interactions> for Owned {
    fn from(from: &Interactions) -> Self {
        let left = from.facts.quantities.as_deref();
        let is_left = |entry: usize| left.is_none_or(|left| left[entry] > Quantity::ZERO);
        let owned = |(row, &start): (&[ItemIx], &usize)| -> Vec<ItemIx> {
            (start..).zip(row).filter(|&(entry, _)| is_left(entry)).map(|(_, &item)| item).collect()
        };
        let rows = from.rows.iter().zip(from.rows.offsets()).map(owned).collect();
        Self { rows, customers: from.customers.clone() }
    }
}
