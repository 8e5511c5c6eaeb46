//! Baskets: the distinct items of each order, sorted, orders in log order.

use crate::data::id::IdRef;
use crate::data::vocabulary::Interner;
use crate::data::{IdKind, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};

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
    /// [`IdError::WrongKind`] when strings and integers are mixed; [`IntakeError::TooMany`] beyond `u32` items.
    pub fn from_ids<'a, B, T>(baskets: impl IntoIterator<Item = B>) -> Result<Self>
    where
        B: IntoIterator<Item = T>,
        T: Into<IdRef<'a>>,
    {
        let mut interner: Option<Interner> = None;
        let mut raw: Rows<u32> = Rows::default();
        let mut basket = Vec::new();
        for ids in baskets {
            basket.clear();
            for id in ids {
                let id = id.into();
                let interner = interner.get_or_insert_with(|| Interner::new(id.kind()));
                if id.kind() != interner.kind() {
                    let (expected, found) = (interner.kind(), id.kind());
                    return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
                }
                let too_many = IntakeError::TooMany { what: "items", max: MAX_INDICES as u64 };
                basket.push(interner.intern(id).ok_or(too_many)?);
            }
            if !basket.is_empty() {
                raw.push(basket.iter().copied());
            }
        }
        let (items, renumbered) = interner.unwrap_or_else(|| Interner::new(IdKind::Str)).finish();
        let mut row = Vec::new();
        let mut rows = Rows::default();
        for basket in raw.iter() {
            row.clear();
            row.extend(basket.iter().map(|&number| ItemIx::from_u32(renumbered[number as usize])));
            row.sort_unstable();
            row.dedup();
            rows.push(row.iter().copied());
        }
        Ok(Self { items, rows })
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
