//! In which category each item stands, as far as a catalogue tells.

use crate::data::{Catalog, Vocabulary};
use crate::error::IdError;
use crate::index::ItemIx;

/// The items of a catalogue that stand in a category, and the number of the first of their deepest ones in the order of
/// the tree.
///
/// Items that nobody bought yet are among them: an update may bring their first purchase.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Categories {
    pub(super) items: Vocabulary,
    /// Below the number of the items.
    pub(super) numbers: Vec<u32>,
}

impl Categories {
    pub(super) fn of(catalog: &Catalog) -> Self {
        let deepest = |&item: &usize| catalog.deepest(ItemIx::new(item)).first().copied();
        let stand = (0..catalog.n_items()).filter(|item| deepest(item).is_some());
        let items = catalog.items().subset(stand.clone());
        let first: Vec<u32> = stand.filter_map(|item| deepest(&item)).map(|first| first.as_u32()).collect();
        let mut used = first.clone();
        used.sort_unstable();
        used.dedup();
        let number = |category: &u32| {
            let at = used.binary_search(category).expect("every category is among those used");
            u32::try_from(at).expect("categories are bounded to u32")
        };
        Self { items, numbers: first.iter().map(number).collect() }
    }

    /// For each of the items the number of its category, and how many numbers there are: the last one is for those that stand
    /// in none.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] where the ids are of another type, which would never meet.
    pub(super) fn of_items(own: Option<&Self>, items: &Vocabulary) -> Result<(Vec<usize>, usize), IdError> {
        let Some(own) = own else { return Ok((vec![0; items.len()], 1)) };
        let none = own.numbers.iter().max().map_or(0, |&last| last as usize + 1);
        let number = |id| Ok(own.items.look_up("item", id)?.map_or(none, |at| own.numbers[at] as usize));
        Ok((items.iter().map(number).collect::<Result<_, IdError>>()?, none + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::IdKind;

    #[test]
    fn an_item_stands_in_the_first_of_its_deepest_categories() {
        let paths = [("b", "Food/Tea"), ("a", "Food"), ("b", "Drinks"), ("c", ""), ("d", "Food/Tea")];
        let own = Categories::of(&Catalog::from_paths(paths).unwrap());
        assert_eq!((own.items.len(), &own.numbers[..]), (3, &[1, 0, 2][..]));
        let items: Vocabulary = ["a", "b", "c", "x"].map(crate::Id::from).into_iter().collect();
        assert_eq!(Categories::of_items(Some(&own), &items).unwrap(), (vec![1, 0, 3, 3], 4));
        assert_eq!(Categories::of_items(None, &items).unwrap(), (vec![0; 4], 1));
        let ints = Vocabulary::from_sorted_ints(vec![1]).unwrap();
        let error = Categories::of_items(Some(&own), &ints).unwrap_err();
        assert_eq!(error.to_string(), "item ids are string here, got the integer 1");
        assert!(Categories::of_items(Some(&own), &Vocabulary::empty(IdKind::Int)).is_ok());
    }
}
