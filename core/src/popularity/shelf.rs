//! What a catalogue tells the model: which items there are, when they were launched, and in which categories they stand.

use crate::data::{Catalog, CategoryTree, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::index::{CategoryIx, ItemIx};
use crate::time::Time;

/// The part of a catalogue that the model keeps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shelf {
    pub(super) items: Vocabulary,
    pub(super) launched: Vec<Option<Time>>,
    pub(super) tree: CategoryTree,
    /// The deepest categories of each item.
    pub(super) deepest: Rows<CategoryIx>,
    /// What the model calls each item, rising.
    pub(super) places: Vec<u32>,
    /// The items of each category itself, as the model numbers them: derived.
    members: Rows<ItemIx>,
}

impl Shelf {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let items = catalog.items().clone();
        let deepest =
            (0..items.len()).map(|item| catalog.deepest(ItemIx::new(item)).iter().copied()).collect();
        let places = (0_u32..).take(items.len()).collect();
        Self::from_parts(items, catalog.launches(), catalog.categories().clone(), deepest, places)
    }

    pub(super) fn from_parts(
        items: Vocabulary,
        launched: Vec<Option<Time>>,
        tree: CategoryTree,
        deepest: Rows<CategoryIx>,
        places: Vec<u32>,
    ) -> Self {
        let place = |item: usize| ItemIx::from_u32(places[item]);
        let members = deepest.transpose(tree.len(), CategoryIx::as_usize, place);
        Self { items, launched, tree, deepest, places, members }
    }

    /// The same with other numbers for the items, as the model gives them.
    pub(super) fn placed(self, places: Vec<u32>) -> Self {
        Self::from_parts(self.items, self.launched, self.tree, self.deepest, places)
    }

    /// The items that stand in a category or below it, in any order, some several times.
    pub(super) fn items_in(&self, path: &str) -> Result<&[ItemIx], IdError> {
        let category = self.tree.find(path)?;
        let offsets = self.members.offsets();
        // What is below a category has the numbers behind its own.
        Ok(&self.members.values()[offsets[category.as_usize()]..offsets[self.tree.end(category)]])
    }

    /// The launches known, by the model's numbers.
    pub(super) fn launches(&self) -> impl Iterator<Item = (ItemIx, Time)> {
        let known = self.places.iter().zip(&self.launched);
        known.filter_map(|(&place, launched)| Some((ItemIx::from_u32(place), (*launched)?)))
    }
}
