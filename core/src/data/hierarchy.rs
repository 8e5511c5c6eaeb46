//! What stands above what: items below categories, categories below wider ones.

use crate::data::Rows;
use crate::index::ItemIx;

/// For each item the categories above it, where items and categories share one vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    ancestors: Rows<ItemIx>,
}

impl Hierarchy {
    /// The categories above an item or a category, rising; none above the widest.
    ///
    /// # Panics
    /// When the item is not of the vocabulary.
    #[must_use]
    pub fn ancestors(&self, item: ItemIx) -> &[ItemIx] {
        self.ancestors.row(item.as_usize())
    }

    /// Whether one of the two stands above the other: then they have no place in one set.
    #[must_use]
    pub fn are_related(&self, a: ItemIx, b: ItemIx) -> bool {
        self.ancestors(a).binary_search(&b).is_ok() || self.ancestors(b).binary_search(&a).is_ok()
    }

    /// For tests of what uses it.
    #[cfg(test)]
    pub(crate) fn of_ancestors(ancestors: Rows<ItemIx>) -> Self {
        Self { ancestors }
    }
}
