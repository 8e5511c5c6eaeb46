//! The model: the frequent itemsets with their counts, in columns.

use std::sync::Arc;

use rayon::prelude::*;

use super::budget::{Partial, Until};
use super::choose::{Mined, Weights, mine};
use super::gather::gather;
use super::params::FrequentItemsetsParams;
use super::sink::Part;
use crate::data::{Baskets, Column, Hierarchy, Names, OrderLog, Rows, Table, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::params::Checked;

/// Every set of items that enough baskets hold.
///
/// Sets are ordered by falling count, then by rising length, then by their items; the items of a set rise. The empty set
/// is not among them. The result is the same for any order of the baskets and any number of threads.
///
/// Time: the number of frequent sets and of the infrequent ones one item longer, each times an intersection of two sets
/// of baskets; exponential in the length of the longest frequent set, which is what the budget and `max_len` guard
/// against. Extra space: the entries of the baskets twice, and for each thread the sets on one path of the search.
///
/// Closed and maximal sets take, for each set on the way, a look at a few of its baskets (all, where they are dense) as
/// well; generators the intersections of as many more sets as they have items. With `top_k` the number of sets is that of
/// the sets with at least the count of the last one kept.
///
/// References: Zaki 2000, doi 10.1109/69.846291; Han, Pei and Yin 2000, doi 10.1145/342009.335372.
///
/// ```
/// use kosar::Fit;
/// use kosar::data::Baskets;
/// use kosar::itemset::FrequentItemsets;
///
/// let baskets = Baskets::from_ids([vec![1, 2, 3], vec![1, 2], vec![1]])?;
/// let found = FrequentItemsets::params(2.0).max_len(Some(2)).fit(&baskets)?;
/// assert_eq!(found.len(), 3); // {1}, {2}, {1, 2}
/// assert_eq!(found.support(0), 1.0);
/// assert_eq!(found.partial(), None);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FrequentItemsets {
    pub(super) params: FrequentItemsetsParams,
    pub(super) items: Vocabulary,
    pub(super) hierarchy: Option<Hierarchy>,
    pub(super) n_baskets: u64,
    pub(super) rows: Arc<Rows<ItemIx>>,
    pub(super) counts: Vec<u32>,
    pub(super) partial: Option<Partial>,
}

impl FrequentItemsets {
    /// Begins with the minimum support: below 1 a share of the baskets (0.01 is one in a hundred, exactly, as the
    /// decimal says), from 1 a whole number of baskets. So 1.0 is a count: one basket, not all of them. A count above the
    /// number of baskets is allowed, and nothing is found; the `notes` of the parameters tell.
    ///
    /// Defaults: `kind` all, `min_len` 1, `max_len` and `top_k` none, nothing to `include` or `exclude`, `miner` auto,
    /// `min_customers` 1, `level` item, `unit` order, `max_itemsets` 10 million, `max_bytes` 2 GiB, `max_seconds` none.
    #[must_use]
    pub fn params(min_support: f64) -> FrequentItemsetsParams {
        FrequentItemsetsParams::new(min_support)
    }

    /// From sets in any order, in parts.
    pub(super) fn from_parts(
        params: FrequentItemsetsParams,
        items: Vocabulary,
        n_baskets: u64,
        parts: &[Part],
        partial: Option<Partial>,
    ) -> Self {
        let (rows, counts) = gather(parts, items.len());
        Self { params, items, hierarchy: None, n_baskets, rows: Arc::new(rows), counts, partial }
    }

    /// The parameters that they were found by.
    #[must_use]
    pub fn found_by(&self) -> &FrequentItemsetsParams {
        &self.params
    }

    /// The number of itemsets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether no itemset is frequent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The itemsets, each with the number of baskets that hold it.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[ItemIx], u64)> {
        self.rows.iter().zip(&self.counts).map(|(items, &count)| (items, u64::from(count)))
    }

    /// The items of the itemset at a position below [`FrequentItemsets::len`], rising.
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn itemset(&self, position: usize) -> &[ItemIx] {
        self.rows.row(position)
    }

    /// The number of baskets that hold the itemset at a position below [`FrequentItemsets::len`].
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn count(&self, position: usize) -> u64 {
        u64::from(self.counts[position])
    }

    /// The share of all baskets that hold the itemset at a position below [`FrequentItemsets::len`]: above 0, at most 1.
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn support(&self, position: usize) -> f64 {
        share(self.counts[position], self.n_baskets)
    }

    /// What the items are called, infrequent ones among them.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What stands above what among the items, where they are of baskets with categories among them. Then
    /// [`FrequentItemsets::items`] are strings all, and [`Hierarchy::item_id`] knows what each is called outside.
    #[must_use]
    pub fn hierarchy(&self) -> Option<&Hierarchy> {
        self.hierarchy.as_ref()
    }

    /// What the items are called outside.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            items: &self.items,
            hierarchy: self.hierarchy.as_ref(),
            depth: self.params.view().level.depth(),
        }
    }

    /// The number of baskets that were searched.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        self.n_baskets
    }

    /// Why itemsets are missing, where a budget ended the search; `None` when every frequent itemset is there.
    #[must_use]
    pub fn partial(&self) -> Option<Partial> {
        self.partial
    }

    /// The itemsets as a table: `items` (id lists), `count`, `support`.
    #[must_use]
    pub fn table(&self) -> Table {
        Table::new()
            .with("items", Column::IdLists { vocabulary: self.items.clone(), rows: Arc::clone(&self.rows) })
            .with("count", Column::Ints(self.counts.par_iter().map(|&count| i64::from(count)).collect()))
            .with(
                "support",
                Column::Floats(self.counts.par_iter().map(|&count| share(count, self.n_baskets)).collect()),
            )
    }
}

impl Fit<Baskets> for Checked<FrequentItemsetsParams> {
    type Model = FrequentItemsets;

    /// Finds the frequent itemsets of baskets; none at all where there are no baskets.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled); [`IntakeError::TooMany`](crate::IntakeError::TooMany) beyond `u32`
    /// baskets; an [`IdError`](crate::IdError) for an item to include or to exclude that is unknown;
    /// [`ParamError::NotWith`](crate::ParamError::NotWith) for a kind other than all, or for Eclat, where items stand below
    /// categories.
    fn fit_with(&self, baskets: &Baskets, control: &Control) -> Result<FrequentItemsets> {
        fit(self, baskets, None, self.until(), control)
    }
}

/// Finds the frequent itemsets of baskets until some time, whatever `max_seconds` is.
///
/// # Errors
/// As for fitting.
pub(crate) fn fit_until(
    params: &Checked<FrequentItemsetsParams>,
    baskets: &Baskets,
    until: Option<Until>,
    control: &Control,
) -> Result<FrequentItemsets> {
    fit(params, baskets, None, until, control)
}

/// Finds the frequent itemsets of baskets of which each weighs something of its own, 0 for one left out, until some time;
/// counts, the number of baskets and what `min_support` is a share of are sums of weights. A `min_support` that is a count
/// means so many times `unit`, the weight of a whole basket. The sum of all weights must fit `u32`.
///
/// # Errors
/// As without weights; [`ParamError::NotWith`](crate::ParamError::NotWith) for a kind other than all, or for Eclat.
pub(crate) fn fit_weighted(
    params: &Checked<FrequentItemsetsParams>,
    baskets: &Baskets,
    (weights, unit): (&[u32], u32),
    until: Option<Until>,
    control: &Control,
) -> Result<FrequentItemsets> {
    debug_assert_eq!(weights.len(), baskets.rows().len());
    fit(params, baskets, Some(Weights { of_baskets: weights, unit }), until, control)
}

fn fit(
    params: &Checked<FrequentItemsetsParams>,
    baskets: &Baskets,
    weights: Option<Weights<'_>>,
    until: Option<Until>,
    control: &Control,
) -> Result<FrequentItemsets> {
    let Mined { sets: (rows, counts), partial, n_baskets } = mine(baskets, params, weights, until, control)?;
    let (params, items) = (params.clone().into_inner(), baskets.items().clone());
    let hierarchy = baskets.hierarchy().cloned();
    Ok(FrequentItemsets { params, items, hierarchy, n_baskets, rows: Arc::new(rows), counts, partial })
}

impl Fit<OrderLog> for Checked<FrequentItemsetsParams> {
    type Model = FrequentItemsets;

    /// Finds the frequent itemsets of a log's baskets, of the `unit` asked for.
    ///
    /// # Errors
    /// As [`BasketView::baskets`](crate::data::BasketView::baskets) without a catalogue; as for [`Baskets`] otherwise.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<FrequentItemsets> {
        self.fit_with(&self.view().baskets(log, None)?, control)
    }
}

/// Rows of items as a column of id lists.
pub(crate) fn id_lists(items: &Vocabulary, rows: &Rows<ItemIx>) -> Column {
    Column::IdLists { vocabulary: items.clone(), rows: Arc::new(rows.clone()) }
}

#[allow(clippy::cast_precision_loss, reason = "baskets are numbered by u32")]
fn share(count: u32, n_baskets: u64) -> f64 {
    f64::from(count) / n_baskets as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Id;

    #[test]
    fn itemsets_are_ordered_by_count_then_length_then_items() {
        let baskets = Baskets::from_ids([vec![1, 2, 3], vec![1, 2, 3], vec![3], vec![4]]).unwrap();
        let table = FrequentItemsets::params(2.0).fit(&baskets).unwrap().table();
        let ids: Vec<Vec<Id>> = (0..table.len()).map(|row| table.ids("items", row)).collect();
        let expected: [&[i64]; 7] = [&[3], &[1], &[2], &[1, 2], &[1, 3], &[2, 3], &[1, 2, 3]];
        assert_eq!(ids, expected.map(|set| set.iter().map(|&id| Id::from(id)).collect::<Vec<_>>()));
        assert_eq!(table.column("count"), Some(&Column::Ints(vec![3, 2, 2, 2, 2, 2, 2])));
        assert_eq!(table.column("support"), Some(&Column::Floats(vec![0.75, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])));
    }
}
