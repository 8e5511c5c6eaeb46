//! What each customer has and did not return.

use crate::data::{OrderLog, Purchase, Rows, Vocabulary};
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
        if log.customers().is_none() {
            return Ok(None);
        }
        let histories = log.histories()?;
        let owned = |purchases: &[Purchase]| -> Vec<ItemIx> {
            let kept = purchases.iter().filter(|purchase| purchase.owned > Quantity::ZERO);
            kept.map(|purchase| purchase.item).collect()
        };
        Ok(Some(Self { rows: histories.rows.iter().map(owned).collect(), customers: histories.customers }))
    }
}
