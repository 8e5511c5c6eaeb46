//! What the training log says of its items: who has them, and how popular each is.

use crate::data::{Catalog, Rows};
use crate::error::Result;
use crate::eval::Split;
use crate::index::{CategoryIx, ItemIx};

/// Facts of the items of a training log. Units are customers, and each order without a customer is one of its own.
#[derive(Debug, Clone)]
pub(super) struct Catalogue {
    pub(super) n_units: usize,
    /// The units that bought each item, rising.
    pub(super) units_of: Rows<u32>,
    /// The share of items that fewer units bought than this one, items with as many counting half: from 0 to 1.
    pub(super) percentiles: Vec<f64>,
    /// The categories of each item, where a catalogue tells them.
    pub(super) categories: Option<Rows<CategoryIx>>,
}

impl Catalogue {
    pub(super) fn of(split: &Split, catalog: Option<&Catalog>) -> Result<Self> {
        let baskets = split.train().baskets()?.by_owner()?;
        let n_items = split.items().len();
        let as_u32 =
            |unit: usize| u32::try_from(unit).expect("units are fewer than orders, which are bounded to u32");
        let units_of = baskets.rows().transpose(n_items, ItemIx::as_usize, as_u32);
        let degrees: Vec<usize> = units_of.iter().map(<[u32]>::len).collect();
        Ok(Self {
            n_units: baskets.rows().len(),
            percentiles: percentiles(&degrees),
            units_of,
            categories: catalog.map(|catalog| {
                let categories =
                    |id| catalog.items().position(id).map_or(&[][..], |at| catalog.deepest(ItemIx::new(at)));
                split.items().iter().map(|id| categories(id).iter().copied()).collect()
            }),
        })
    }

    /// How many units bought an item.
    #[allow(clippy::cast_precision_loss, reason = "a count of customers")]
    pub(super) fn degree(&self, item: ItemIx) -> f64 {
        self.units_of.row(item.as_usize()).len() as f64
    }
}

/// The mid-rank of each value, as a share of all.
#[allow(clippy::cast_precision_loss, reason = "a count of items")]
fn percentiles(values: &[usize]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = |value: usize| {
        let below = sorted.partition_point(|&other| other < value);
        let up_to = sorted.partition_point(|&other| other <= value);
        (below + up_to) as f64 / (2 * sorted.len()) as f64
    };
    values.iter().map(|&value| rank(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_share_the_middle_of_their_ranks() {
        assert_eq!(percentiles(&[5, 1, 5, 9]), [0.5, 0.125, 0.5, 0.875]);
        assert_eq!(percentiles(&[3, 3]), [0.5, 0.5]);
        assert_eq!(percentiles(&[]), [0.0; 0]);
    }
}
