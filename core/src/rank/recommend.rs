//! What every model that recommends to customers has in common: what an evaluation asks of it.

use crate::data::{IdRef, Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;

/// Someone to recommend to.
#[derive(Debug, Clone, Copy)]
pub struct Visitor<'a> {
    /// What the customer is called. A model may know the customer or not.
    pub customer: IdRef<'a>,
    /// The items that the customer has, as the model numbers them, rising, each once.
    pub history: &'a [ItemIx],
    /// Whether what the customer has may be recommended to them again.
    pub repeats: bool,
}

/// A model that recommends items to customers.
///
/// A model from items implements it with the histories alone; one that has factors of the customers looks them up by id,
/// and falls back to the history for one that it does not know.
pub trait Recommend: Sync {
    /// What the items are called.
    fn items(&self) -> &Vocabulary;

    /// The item of an outside id; `None` for one that the model does not know.
    fn find_item(&self, id: IdRef<'_>) -> Option<ItemIx> {
        self.items().position(id).map(ItemIx::new)
    }

    /// Whether what stands at a position of [`Recommend::items`] is an item, which can be recommended, and not a category.
    fn can_recommend(&self, item: ItemIx) -> bool {
        item.as_usize() < self.items().len()
    }

    /// At most `n` items for each of the visitors, best first, none of them in the visitor's history; but where
    /// [`Visitor::repeats`] says so, a model of repeat purchases answers these too.
    ///
    /// Called for some hundreds of visitors at a time, from several threads; an answer must not depend on who else is
    /// asked for with it.
    ///
    /// # Errors
    /// Whatever keeps the model from answering at all. A visitor whom it has nothing to say to gets an empty row.
    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>>;
}
