//! Baskets: the distinct items of each order, sorted, orders in log order.

use std::sync::Arc;

use crate::data::{Hierarchy, Id, IdRef, Names, OrderLog, Rows, Vocabulary};
use crate::error::{Error, IntakeError, Result};
use crate::index::ItemIx;
use crate::time::Time;

/// Sets of items bought together, and what the items are called.
///
/// Every basket is strictly rising and not empty, so an item twice in an order counts once. Baskets of a log also know
/// whose they are and when they were bought, where the log does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baskets {
    items: Vocabulary,
    rows: Arc<Rows<ItemIx>>,
    owners: Option<Vec<u32>>,
    times: Option<Vec<Time>>,
    hierarchy: Option<Hierarchy>,
    unplaced: Unplaced,
    /// That of the categories that stand in the place of the items, where they do.
    depth: Option<usize>,
}

/// What a catalogue could not place when baskets were put under its categories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unplaced {
    /// The items that are not in the catalogue, or in none of its categories, by id.
    pub items: Vec<Id>,
    /// The number of baskets that were left out because they hold no other items.
    pub baskets: usize,
}

impl Baskets {
    /// From rows that are strictly rising and not empty, over the given items.
    pub(crate) fn from_sorted_rows(items: Vocabulary, rows: impl Into<Arc<Rows<ItemIx>>>) -> Self {
        let rows = rows.into();
        debug_assert!(rows.iter().all(|row| !row.is_empty() && row.is_sorted_by(|a, b| a < b)));
        let unplaced = Unplaced::default();
        Self { items, rows, owners: None, times: None, hierarchy: None, unplaced, depth: None }
    }

    /// The same baskets with one owner each, numbered from 0, where known, and the time each was bought, where known.
    pub(crate) fn with_facts(mut self, owners: Option<Vec<u32>>, times: Option<Vec<Time>>) -> Self {
        debug_assert!(owners.as_ref().is_none_or(|owners| owners.len() == self.rows.len()));
        debug_assert!(times.as_ref().is_none_or(|times| times.len() == self.rows.len()));
        (self.owners, self.times) = (owners, times);
        self
    }

    /// From items and rows of positions in them: what a program with a numbering of its own begins with.
    ///
    /// Linear in the rows; nothing is copied.
    ///
    /// ```
    /// use kosar::ItemIx;
    /// use kosar::data::{Baskets, Rows, Vocabulary};
    /// let items = Vocabulary::from_sorted_ints(vec![10, 20, 30]).expect("they rise");
    /// let rows: Rows<ItemIx> = [[0, 2], [1, 2]].iter().map(|row| row.map(ItemIx::from_u32)).collect();
    /// assert_eq!(Baskets::from_rows(items, rows)?.rows().len(), 2);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IntakeError::Basket`] for a row that is empty, does not rise, or names an item that is not there.
    pub fn from_rows(items: Vocabulary, rows: Rows<ItemIx>) -> Result<Self> {
        let refuse = |basket: usize, why: &'static str| Err(IntakeError::Basket { basket, why }.into());
        for (basket, row) in rows.iter().enumerate() {
            if !row.is_sorted_by(|a, b| a < b) {
                return refuse(basket, "its items must rise, each once");
            }
            match row.last() {
                None => return refuse(basket, "it has no item"),
                Some(last) if last.as_usize() >= items.len() => {
                    return refuse(basket, "an item is not among the items");
                }
                Some(_) => {}
            }
        }
        Ok(Self::from_sorted_rows(items, rows))
    }

    /// The same baskets with what stands above what among their items, and what could not be placed.
    pub(super) fn with_places(mut self, hierarchy: Option<Hierarchy>, unplaced: Unplaced) -> Self {
        (self.hierarchy, self.unplaced) = (hierarchy, unplaced);
        self
    }

    /// Adds the depth of the categories that stand in the place of the items.
    pub(super) fn with_depth(mut self, depth: Option<usize>) -> Self {
        self.depth = depth;
        self
    }

    /// The depth of the categories that stand in the place of the items; `None` where the items themselves do.
    #[must_use]
    pub fn depth(&self) -> Option<usize> {
        self.depth
    }

    /// Collects baskets of outside ids, all of one type; empty baskets are left out.
    ///
    /// ```
    /// use kosar::data::Baskets;
    /// let baskets = Baskets::from_ids([vec!["bread", "butter"], vec!["bread", "bread"]])?;
    /// assert_eq!(baskets.rows().len(), 2);
    /// assert_eq!(baskets.rows().row(1).len(), 1);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`OrderLog::from_baskets`].
    pub fn from_ids<'a, B, T>(baskets: impl IntoIterator<Item = B>) -> Result<Self>
    where
        B: IntoIterator<Item = T>,
        T: Into<IdRef<'a>>,
    {
        OrderLog::from_baskets(baskets)?.baskets()
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The items of each basket, strictly rising.
    #[must_use]
    pub fn rows(&self) -> &Rows<ItemIx> {
        &self.rows
    }

    /// Whose each basket is, as numbers that mean nothing else; a basket of nobody known has an owner of its own. `None`
    /// for baskets that did not come from a log with customers.
    #[must_use]
    pub fn owners(&self) -> Option<&[u32]> {
        self.owners.as_deref()
    }

    /// Whose each basket is, for a computation that cannot do without.
    pub(crate) fn need_owners(&self, needed_by: &'static str) -> Result<&[u32]> {
        self.owners.as_deref().ok_or(Error::MissingColumn { column: "customer", needed_by })
    }

    /// When each basket was bought; `None` for baskets that did not come from a log with times.
    #[must_use]
    pub fn times(&self) -> Option<&[Time]> {
        self.times.as_deref()
    }

    /// When each basket was bought, for a computation that cannot do without.
    pub(crate) fn need_times(&self, needed_by: &'static str) -> Result<&[Time]> {
        self.times.as_deref().ok_or(Error::MissingColumn { column: "time", needed_by })
    }

    /// For tests of what uses it.
    #[cfg(test)]
    pub(crate) fn with_hierarchy(mut self, hierarchy: Hierarchy) -> Self {
        self.hierarchy = Some(hierarchy);
        self
    }

    /// What stands above what among the items, where categories are among them.
    #[must_use]
    pub fn hierarchy(&self) -> Option<&Hierarchy> {
        self.hierarchy.as_ref()
    }

    /// Some of the baskets, by their numbers.
    pub(crate) fn kept(&self, keeps: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<usize> = (0..self.rows.len()).filter(|&basket| keeps(basket)).collect();
        let rows: Rows<ItemIx> = kept.iter().map(|&basket| self.rows.row(basket).iter().copied()).collect();
        let owners = self.owners.as_ref().map(|owners| kept.iter().map(|&basket| owners[basket]).collect());
        let times = self.times.as_ref().map(|times| kept.iter().map(|&basket| times[basket]).collect());
        let (items, hierarchy) = (self.items.clone(), self.hierarchy.clone());
        let (rows, unplaced) = (rows.into(), self.unplaced.clone());
        Self { items, rows, owners, times, hierarchy, unplaced, depth: self.depth }
    }

    /// What the items are called outside.
    pub(crate) fn names(&self) -> Names<'_> {
        Names { items: &self.items, hierarchy: self.hierarchy.as_ref(), depth: self.depth }
    }

    /// What the catalogue could not place, for baskets made by [`Baskets::at_level`] or [`Baskets::with_categories`];
    /// nothing otherwise.
    #[must_use]
    pub fn unplaced(&self) -> &Unplaced {
        &self.unplaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_twice_in_a_basket_counts_once() {
        let baskets = Baskets::from_ids([vec![5, 3, 5], vec![], vec![3]]).unwrap();
        assert_eq!(baskets.items().as_ints(), Some(&[3, 5][..]));
        assert_eq!(baskets.rows().len(), 2);
        assert_eq!(baskets.rows().row(0), [ItemIx::new(0), ItemIx::new(1)]);
    }

    #[test]
    fn rows_that_are_no_baskets_are_refused_by_number() {
        let from = |row: &[u32]| {
            let rows =
                [&[0][..], row].iter().map(|row| row.iter().map(|&item| ItemIx::from_u32(item))).collect();
            Baskets::from_rows(Vocabulary::from_sorted_ints(vec![7, 8]).unwrap(), rows)
        };
        assert_eq!(from(&[0, 1]).unwrap().rows().values().len(), 3);
        for (row, why) in
            [(&[][..], "no item"), (&[1, 0], "must rise"), (&[1, 1], "must rise"), (&[0, 2], "not among")]
        {
            let message = from(row).unwrap_err().to_string();
            assert!(message.contains("basket 1") && message.contains(why), "{message}");
        }
    }

    #[test]
    fn mixed_ids_are_refused_with_both_types() {
        let error = Baskets::from_ids([vec![IdRef::Int(1), IdRef::Str("a")]]).unwrap_err();
        assert_eq!(error.to_string(), "item ids are integer here, got the string 'a'");
    }
}
