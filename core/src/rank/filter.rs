//! Which items may be answered: a list to choose from, a list to leave out.

use serde::{Deserialize, Serialize};

use crate::data::{Id, Vocabulary};
use crate::error::IdError;
use crate::index::ItemIx;

/// Which items may be answered, in the shop's own ids. By default all.
///
/// Both lists may name items that a model does not know, such as everything that is in stock today: an unknown id in
/// `exclude` leaves out nothing, and one in `only` lets nothing in. An id of the other type (the text `"7"` where items are
/// integers) is refused, since a list of such ids would silently do nothing. An item in both lists is left out.
///
/// ```
/// use kosar::rank::ItemFilter;
/// use kosar::data::Vocabulary;
/// use kosar::{Id, ItemIx};
///
/// let items: Vocabulary = ["bread", "jam", "tea"].map(Id::from).into_iter().collect();
/// let allowed = ItemFilter::new().only(Some(["jam", "tea", "wine"])).exclude(["tea"]).resolve(&items)?;
/// let names = (0..3).filter(|&item| allowed.allows(ItemIx::new(item)));
/// assert_eq!(names.collect::<Vec<_>>(), [1]);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ItemFilter {
    only: Option<Vec<Id>>,
    exclude: Vec<Id>,
}

impl ItemFilter {
    /// Every item may be answered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these items may be answered; `None` for all. An empty list lets nothing in.
    #[must_use]
    pub fn only<T: Into<Id>>(mut self, items: Option<impl IntoIterator<Item = T>>) -> Self {
        self.only = items.map(|items| items.into_iter().map(Into::into).collect());
        self
    }

    /// These items are never answered; others take their places.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.exclude = items.into_iter().map(Into::into).collect();
        self
    }

    /// The items that may be answered alone, and those that may not.
    pub(crate) fn lists(&self) -> (Option<&[Id]>, &[Id]) {
        (self.only.as_deref(), &self.exclude)
    }

    /// Which of some items, rising and each once, may be answered that no vocabulary has.
    ///
    /// Time: a binary search among them for each id of the lists; nothing where there are none.
    pub(crate) fn admit(&self, items: &[&Id]) -> Vec<bool> {
        let mut admitted = vec![self.only.is_none(); items.len()];
        let lists = [(self.only.as_deref().unwrap_or_default(), true), (&self.exclude, false)];
        for (list, is_admitted) in lists.into_iter().filter(|_| !items.is_empty()) {
            for id in list {
                if let Ok(at) = items.binary_search(&id) {
                    admitted[at] = is_admitted;
                }
            }
        }
        admitted
    }

    /// The filter over the items of a vocabulary: one bit for each, and none where all are allowed.
    ///
    /// Time: a binary search for each id of the lists.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type than those of the vocabulary.
    pub fn resolve(&self, items: &Vocabulary) -> Result<AllowedItems, IdError> {
        if self.only.is_none() && self.exclude.is_empty() {
            return Ok(AllowedItems::ALL);
        }
        let look_up = |id: &Id| items.look_up("item", id.as_ref());
        let start = if self.only.is_some() { 0 } else { u64::MAX };
        let mut bits = vec![start; items.len().div_ceil(64)];
        for position in self.only.iter().flatten().filter_map(|id| look_up(id).transpose()) {
            let position = position?;
            bits[position / 64] |= 1 << (position % 64);
        }
        for position in self.exclude.iter().filter_map(|id| look_up(id).transpose()) {
            let position = position?;
            bits[position / 64] &= !(1 << (position % 64));
        }
        Ok(AllowedItems { bits: Some(bits) })
    }
}

/// An [`ItemFilter`] over the items of one vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedItems {
    /// A bit for each item; `None` where all are allowed.
    bits: Option<Vec<u64>>,
}

impl AllowedItems {
    /// Every item.
    pub(crate) const ALL: Self = Self { bits: None };

    /// Lets an item of `n_items` in no more.
    pub(crate) fn forbid(&mut self, item: ItemIx, n_items: usize) {
        let bits = self.bits.get_or_insert_with(|| vec![u64::MAX; n_items.div_ceil(64)]);
        bits[item.as_usize() / 64] &= !(1 << (item.as_usize() % 64));
    }

    /// Lets in no items of `n_items` but these.
    pub(crate) fn keep_only(&mut self, items: &[ItemIx], n_items: usize) {
        let mut bits = vec![0_u64; n_items.div_ceil(64)];
        for &item in items.iter().filter(|&&item| self.allows(item)) {
            bits[item.as_usize() / 64] |= 1 << (item.as_usize() % 64);
        }
        self.bits = Some(bits);
    }

    /// Whether an item of the vocabulary may be answered.
    ///
    /// # Panics
    /// When the item is beyond the vocabulary that the filter was resolved over.
    #[must_use]
    #[inline]
    pub fn allows(&self, item: ItemIx) -> bool {
        let position = item.as_usize();
        self.bits.as_ref().is_none_or(|bits| bits[position / 64] >> (position % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(filter: &ItemFilter) -> Vec<usize> {
        let items = Vocabulary::from_sorted_ints((0..130).collect()).unwrap();
        let allowed = filter.resolve(&items).unwrap();
        (0..130).filter(|&item| allowed.allows(ItemIx::new(item))).collect()
    }

    #[test]
    fn nothing_said_allows_everything() {
        assert_eq!(allowed(&ItemFilter::new()).len(), 130);
        assert_eq!(
            ItemFilter::new().resolve(&Vocabulary::from_sorted_ints(vec![1]).unwrap()),
            Ok(AllowedItems::ALL)
        );
    }

    #[test]
    fn the_lists_work_on_every_word_of_the_bits() {
        assert_eq!(allowed(&ItemFilter::new().only(Some([1, 64, 128, 500]))), [1, 64, 128]);
        let without = allowed(&ItemFilter::new().exclude([0, 63, 129, -7]));
        assert_eq!(without, (1..129).filter(|&item| item != 63).collect::<Vec<_>>());
    }

    #[test]
    fn an_item_in_both_lists_is_left_out_and_an_empty_list_lets_nothing_in() {
        assert_eq!(allowed(&ItemFilter::new().only(Some([3, 4])).exclude([4])), [3]);
        assert_eq!(allowed(&ItemFilter::new().only(Some([0_i64; 0]))), [0; 0]);
    }

    #[test]
    fn items_of_no_vocabulary_are_admitted_by_the_same_lists() {
        let items = [3, 4, 5].map(Id::from);
        let admit = |filter: ItemFilter| filter.admit(&items.iter().collect::<Vec<_>>());
        assert_eq!(admit(ItemFilter::new()), [true; 3]);
        assert_eq!(admit(ItemFilter::new().exclude([4, 9])), [true, false, true]);
        assert_eq!(admit(ItemFilter::new().only(Some([9, 5, 4])).exclude([4])), [false, false, true]);
        assert_eq!(admit(ItemFilter::new().only(Some([0_i64; 0]))), [false; 3]);
    }

    #[test]
    fn ids_of_the_other_type_are_refused_unless_there_is_no_item() {
        let items = Vocabulary::from_sorted_ints((0..130).collect()).unwrap();
        for filter in [ItemFilter::new().exclude(["3"]), ItemFilter::new().only(Some(["3"]))] {
            let error = filter.resolve(&items).unwrap_err();
            assert_eq!(error.to_string(), "item ids are integer here, got the string '3'");
            assert!(filter.resolve(&Vocabulary::from_sorted_ints(vec![]).unwrap()).is_ok());
        }
    }
}
