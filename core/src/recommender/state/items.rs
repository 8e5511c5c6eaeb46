//! Items by slot: those that were there from the start in the order of their ids, later ones as they came.

use std::cmp::Ordering;
use std::sync::Arc;

use super::same_kind;
use crate::data::{Id, IdKind, IdRef, Vocabulary};
use crate::error::IdError;

/// Names of items; a version costs nothing until an item is added.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    base: Vocabulary,
    /// The type of the ids; `None` while there are none.
    kind: Option<IdKind>,
    /// Those that came later, by slot.
    added: Arc<Vec<Id>>,
    /// Their slots, by id.
    by_id: Arc<Vec<u32>>,
}

impl Items {
    pub(crate) fn new(base: Vocabulary) -> Self {
        let kind = (!base.is_empty()).then(|| base.kind());
        Self { base, kind, added: Arc::default(), by_id: Arc::default() }
    }

    pub(crate) fn len(&self) -> usize {
        self.base.len() + self.added.len()
    }

    /// The number of items, as slots are counted.
    pub(crate) fn n_slots(&self) -> u32 {
        u32::try_from(self.len()).expect("slots are bounded to u32")
    }

    /// The type of the ids; `None` while there are none.
    pub(crate) fn kind(&self) -> Option<IdKind> {
        self.kind
    }

    fn n_base(&self) -> u32 {
        u32::try_from(self.base.len()).expect("vocabularies are bounded to u32")
    }

    pub(crate) fn get(&self, slot: u32) -> IdRef<'_> {
        let at = slot as usize;
        if at < self.base.len() { self.base.get(at) } else { self.added[at - self.base.len()].as_ref() }
    }

    /// The order of two items' ids.
    #[inline]
    pub(crate) fn compare(&self, a: u32, b: u32) -> Ordering {
        if a < self.n_base() && b < self.n_base() { a.cmp(&b) } else { self.get(a).cmp(&self.get(b)) }
    }

    /// The slot of an item; `None` for one that is not known.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type.
    pub(crate) fn find(&self, id: IdRef<'_>) -> Result<Option<u32>, IdError> {
        same_kind("item", self.kind, id)?;
        if let Some(at) = self.base.position(id) {
            return Ok(Some(u32::try_from(at).expect("vocabularies are bounded to u32")));
        }
        let place = self.by_id.binary_search_by(|&slot| self.get(slot).cmp(&id));
        Ok(place.ok().map(|place| self.by_id[place]))
    }

    /// The slot of an item, a new one where it is not known.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) fn find_or_add(&mut self, id: IdRef<'_>) -> Result<(u32, bool), IdError> {
        if let Some(slot) = self.find(id)? {
            return Ok((slot, false));
        }
        self.kind = Some(id.kind());
        let slot = self.n_slots();
        let place = self.by_id.partition_point(|&other| self.get(other) < id);
        Arc::make_mut(&mut self.added).push(id.to_id());
        Arc::make_mut(&mut self.by_id).insert(place, slot);
        Ok((slot, true))
    }

    /// All slots, in the order of ids.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let mut slots: Vec<u32> = (0..self.n_base()).collect();
        if !self.by_id.is_empty() {
            slots.extend(self.by_id.iter());
            slots.sort_by(|&a, &b| self.compare(a, b));
        }
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_items_are_found_and_stand_among_the_others_by_id() {
        let base: Vocabulary = ["b", "d"].map(Id::from).into_iter().collect();
        let mut items = Items::new(base);
        let before = items.clone();
        assert_eq!(items.find_or_add("c".into()).unwrap(), (2, true));
        assert_eq!(items.find_or_add("a".into()).unwrap(), (3, true));
        assert_eq!(items.find_or_add("c".into()).unwrap(), (2, false));
        assert_eq!(items.sorted(), [3, 0, 2, 1]);
        assert_eq!(items.find("a".into()).unwrap(), Some(3));
        assert_eq!((before.len(), before.find("a".into()).unwrap()), (2, None));
        let error = items.find_or_add(7.into()).unwrap_err();
        assert_eq!(error.to_string(), "item ids are string here, got the integer 7");
    }

    #[test]
    fn the_first_item_says_of_which_type_all_are() {
        let mut items = Items::new(Vocabulary::empty(IdKind::Int));
        assert_eq!(
            (items.kind(), items.find(7.into()).unwrap(), items.find("a".into()).unwrap()),
            (None, None, None)
        );
        assert_eq!(items.find_or_add("tea".into()).unwrap(), (0, true));
        assert_eq!(
            items.find(7.into()).unwrap_err().to_string(),
            "item ids are string here, got the integer 7"
        );
        assert!(items.find_or_add(7.into()).is_err());
        assert_eq!((items.kind(), items.n_slots()), (Some(IdKind::Str), 1));
    }
}
