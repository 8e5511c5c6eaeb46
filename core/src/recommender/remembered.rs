//! What stands beside items, reckoned for requests before and kept until a buyer of theirs changes.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::ask_items::Beside;
use super::shared::{ArcSwapOption, AtomicU64, Guard};
use super::walk::Looked;

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) item: u32,
    pub(super) how: Beside,
    /// Of how many of the latest purchases.
    pub(super) latest: u32,
}

/// What was counted for an item.
#[derive(Debug)]
pub(super) struct List {
    pub(super) key: Key,
    /// The version that it was counted in.
    pub(super) version: u64,
    /// The buyers of the item.
    pub(super) weight: u32,
    pub(super) looked: Looked,
    /// Each item beside it, and the buyers of both.
    pub(super) links: Box<[(u32, u32)]>,
}

/// Lists of items, at most one for each place, beside the versions of one recommender, which all have them in common.
///
/// A list holds from the version that it was counted in until a version in which a buyer of its item, as before or as after, is another. Whoever changes
/// buyers tells so before the version is published; whoever answers from an older version takes no list that is newer, and none of an
/// item that has changed since. Where two lists have one place, that of the item with more buyers stays.
pub(super) struct Remembered {
    /// By item, the latest version in which its lists may be others than in the version before.
    changed: Box<[AtomicU64]>,
    /// A power of two of them, or none.
    places: Box<[ArcSwapOption<List>]>,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n_lists = self.places.iter().filter(|place| place.load().is_some()).count();
        f.debug_struct("Remembered").field("n_lists", &n_lists).finish_non_exhaustive()
    }
}

impl Remembered {
    /// Nothing yet, with room for so many lists of so many items; no lists are remembered where there is no room.
    pub(super) fn new(n_lists: usize, n_items: usize) -> Self {
        let n_places = if n_lists == 0 || n_items == 0 { 0 } else { n_lists.next_power_of_two() };
        let n_items = if n_places == 0 { 0 } else { n_items };
        Self {
            changed: std::iter::repeat_with(|| AtomicU64::new(0)).take(n_items).collect(),
            places: std::iter::repeat_with(ArcSwapOption::default).take(n_places).collect(),
        }
    }

    /// The number of items that there is room for.
    pub(super) fn n_items(&self) -> usize {
        self.changed.len()
    }

    fn place(&self, key: Key) -> Option<&ArcSwapOption<List>> {
        let how = match key.how {
            Beside::Ever => 0,
            Beside::InOneOrder => 1,
        };
        let word = u64::from(key.item) << 32 | u64::from(key.latest) << 1 | how;
        // The upper bits of the product depend on all bits of the word.
        let hash = word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let mask = self.places.len().checked_sub(1)?;
        self.places.get(usize::try_from(hash).ok()? & mask)
    }

    fn has_changed(&self, item: u32, since: u64) -> bool {
        // Of an item beyond there is nothing to say.
        self.changed.get(item as usize).is_none_or(|changed| changed.load(Ordering::Acquire) > since)
    }

    /// A list that holds in a version.
    pub(super) fn get(&self, key: Key, version: u64) -> Option<Guard<Option<Arc<List>>>> {
        // The list is read before it is asked whether its item changed: a list of a newer version comes with the word of that change.
        let found = self.place(key)?.load();
        let list = found.as_ref()?;
        let holds = list.key == key && !self.has_changed(key.item, list.version.min(version));
        holds.then_some(found)
    }

    /// Keeps a list, unless its item has changed since, or a list of an item with more buyers stands in its place and still holds.
    pub(super) fn put(&self, list: List) {
        let Some(place) = self.place(list.key) else { return };
        if self.has_changed(list.key.item, list.version) {
            return;
        }
        let is_less = |there: &List| {
            there.key != list.key
                && there.weight > list.weight
                && !self.has_changed(there.key.item, there.version)
        };
        if !place.load().as_ref().is_some_and(|there| is_less(there)) {
            place.store(Some(Arc::new(list)));
        }
    }

    /// Tells that buyers of some items change with a version, which is not published yet.
    pub(super) fn change(&self, items: &[u32], version: u64) {
        for &item in items {
            if let Some(changed) = self.changed.get(item as usize) {
                changed.store(version, Ordering::Release);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(item: u32, version: u64, weight: u32) -> List {
        let key = Key { item, how: Beside::Ever, latest: 200 };
        let looked = Looked { buyers: 9, since: None };
        List { key, version, weight, looked, links: Box::new([(7, 3)]) }
    }

    fn has(remembered: &Remembered, item: u32, version: u64) -> bool {
        remembered.get(list(item, 0, 0).key, version).is_some()
    }

    #[test]
    fn a_list_holds_until_its_item_changes() {
        let remembered = Remembered::new(64, 10);
        remembered.put(list(3, 5, 1));
        assert!(has(&remembered, 3, 5) && has(&remembered, 3, 9) && !has(&remembered, 4, 9));
        // Nothing happened to the item before, as far as is known.
        assert!(has(&remembered, 3, 4));
        remembered.change(&[3, 99], 10);
        assert!(!has(&remembered, 3, 9) && !has(&remembered, 3, 10));
        // Too late: it was counted before the change.
        remembered.put(list(3, 9, 1));
        assert!(!has(&remembered, 3, 9));
        remembered.put(list(3, 10, 1));
        assert!(has(&remembered, 3, 10) && has(&remembered, 3, 11));
        // Whoever still answers from a version before the change counts for themselves.
        assert!(!has(&remembered, 3, 9));
        let other = Key { latest: 100, ..list(3, 0, 0).key };
        assert!(remembered.get(other, 11).is_none());
        assert!(remembered.get(Key { how: Beside::InOneOrder, ..list(3, 0, 0).key }, 11).is_none());
    }

    #[test]
    fn the_list_of_the_item_with_more_buyers_stays_while_it_holds() {
        let remembered = Remembered::new(1, 10);
        remembered.put(list(3, 1, 20));
        remembered.put(list(4, 1, 10));
        assert!(has(&remembered, 3, 1) && !has(&remembered, 4, 1));
        remembered.put(list(5, 1, 20));
        assert!(!has(&remembered, 3, 1) && has(&remembered, 5, 1));
        remembered.change(&[5], 2);
        remembered.put(list(4, 2, 10));
        assert!(has(&remembered, 4, 2));
    }

    #[test]
    fn without_room_nothing_is_remembered() {
        for remembered in [Remembered::new(0, 10), Remembered::new(10, 0)] {
            remembered.put(list(3, 1, 20));
            remembered.change(&[3], 2);
            assert!(!has(&remembered, 3, 3));
        }
        let remembered = Remembered::new(8, 3);
        remembered.put(list(3, 1, 20));
        assert!(!has(&remembered, 3, 1));
    }
}
