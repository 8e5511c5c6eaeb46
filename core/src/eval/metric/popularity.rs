//! Popularity of items: the mean of their percentiles among all items of the training part, by the number of customers.

use super::mean;
use crate::eval::catalogue::Catalogue;
use crate::index::ItemIx;

pub(super) fn of(items: impl Iterator<Item = ItemIx>, catalogue: &Catalogue) -> f64 {
    mean(items.map(|item| catalogue.percentiles[item.as_usize()]))
}
