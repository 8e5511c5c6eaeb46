//! Baskets: the distinct items of each order, sorted, orders in log order.

use crate::data::{IdRef, OrderLog, Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;

/// Sets of items bought together, and what the items are called.
///
/// Every basket is strictly rising and not empty, so an item twice in an order counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baskets {
    items: Vocabulary,
    rows: Rows<ItemIx>,
}

impl Baskets {
    /// From rows that are strictly rising and not empty, over the given items.
    pub(crate) fn from_sorted_rows(items: Vocabulary, rows: Rows<ItemIx>) -> Self {
        debug_assert!(rows.iter().all(|row| !row.is_empty() && row.is_sorted_by(|a, b| a < b)));
        Self { items, rows }
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
    fn mixed_ids_are_refused_with_both_types() {
        let error = Baskets::from_ids([vec![IdRef::Int(1), IdRef::Str("a")]]).unwrap_err();
        assert_eq!(error.to_string(), "item ids are integer here, got the string 'a'");
    }
}
