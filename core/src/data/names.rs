//! What items are called outside, where categories may be among them.

use crate::data::{Hierarchy, Id, IdRef, Vocabulary};
use crate::error::IdError;
use crate::index::ItemIx;

/// The two ways between items and their ids outside: of the vocabulary, or of the hierarchy where there is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) items: &'a Vocabulary,
    pub(crate) hierarchy: Option<&'a Hierarchy>,
    /// The depth of the categories that stand in the place of the items, where they do.
    pub(crate) depth: Option<usize>,
}

impl Names<'_> {
    /// The number of items and categories.
    pub(crate) fn len(self) -> usize {
        self.items.len()
    }

    /// What an item is called outside; of a category its path.
    pub(crate) fn id(self, item: ItemIx) -> Id {
        match self.hierarchy {
            Some(hierarchy) => hierarchy.item_id(item),
            None => self.items.get(item.as_usize()).to_id(),
        }
    }

    /// The item of an id, or the category of a path.
    pub(crate) fn find(self, id: IdRef<'_>) -> Result<ItemIx, IdError> {
        match self.hierarchy {
            Some(hierarchy) => hierarchy.find_item(id),
            None => self.items.find("item", id).map(ItemIx::new).map_err(|error| self.explained(error, id)),
        }
    }

    /// Says what stands here, where that is not what an id is likely to be of.
    fn explained(self, error: IdError, id: IdRef<'_>) -> IdError {
        match (self.depth, self.items.iter().next()) {
            (Some(depth), Some(example)) => {
                IdError::NotAtDepth { id: id.quoted(), depth, example: example.to_string() }
            }
            _ => error,
        }
    }

    /// The items of ids, rising, each once.
    pub(crate) fn find_all<'b>(
        self,
        ids: impl IntoIterator<Item = IdRef<'b>>,
    ) -> Result<Vec<ItemIx>, IdError> {
        self.find_all_but(ids, |_| false)
    }

    /// The items of those of the ids that are known, rising, each once.
    pub(crate) fn find_known<'b>(
        self,
        ids: impl IntoIterator<Item = IdRef<'b>>,
    ) -> Result<Vec<ItemIx>, IdError> {
        self.find_all_but(ids, |error| matches!(error, IdError::Unknown { .. }))
    }

    /// The items of ids, rising, each once, without those that are not found for a reason that is passed over.
    fn find_all_but<'b>(
        self,
        ids: impl IntoIterator<Item = IdRef<'b>>,
        passes: impl Fn(&IdError) -> bool,
    ) -> Result<Vec<ItemIx>, IdError> {
        let found =
            ids.into_iter().map(|id| self.find(id)).filter(|found| !found.as_ref().is_err_and(&passes));
        let mut found: Vec<ItemIx> = found.collect::<Result<_, IdError>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Whether it is a category.
    pub(crate) fn is_category(self, item: ItemIx) -> bool {
        self.hierarchy.is_some_and(|hierarchy| hierarchy.is_category(item))
    }
}
