//! What stands beside items, reckoned for requests before and kept until what one of their latest buyers says of it may be something else.

use std::hint::black_box;
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

/// How many items a list that is kept has at most.
pub(super) const LONGEST: usize = 1_024;

/// How many lists there is room for at most, for each item.
const PER_ITEM: usize = 8;

/// What was counted for an item; written over when it is let go of.
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

impl Drop for List {
    fn drop(&mut self) {
        self.links.fill((0, 0));
        black_box(&self.links);
    }
}

/// Lists of items, at most one for each place, beside the versions of one recommender, which all have them in common.
///
/// A list holds from the version that it was counted in until a version in which one of its item's latest buyers, as before or as after,
/// says something else of the item: of what is in one order with it, when they bought it; of all that they bought, when they
/// bought anything that they had not. Whoever changes buyers tells so before the version is published; whoever answers from an older
/// version takes no list that is newer, and none that has changed since. Where two lists have one place, that of the item with
/// more buyers stays.
pub(super) struct Remembered {
    /// By item, for each way of walking its buyers, the latest version in which its lists may be others than in the version before.
    changed: Box<[[AtomicU64; 2]]>,
    places: Box<[ArcSwapOption<List>]>,
    /// Of how many of the latest purchases lists are.
    latest: Box<[u32]>,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n_lists = self.places.iter().filter(|place| place.load().is_some()).count();
        f.debug_struct("Remembered").field("n_lists", &n_lists).finish_non_exhaustive()
    }
}

impl Remembered {
    /// Nothing yet, with room for so many lists of so many items, each of one of some numbers of the latest purchases; no lists are
    /// remembered where there is no room.
    pub(super) fn new(n_lists: usize, n_items: usize, latest: impl IntoIterator<Item = u32>) -> Self {
        let n_places = n_lists.min(n_items.saturating_mul(PER_ITEM));
        let n_items = if n_places == 0 { 0 } else { n_items };
        Self {
            changed: std::iter::repeat_with(|| [0, 0].map(AtomicU64::new)).take(n_items).collect(),
            places: std::iter::repeat_with(ArcSwapOption::default).take(n_places).collect(),
            latest: latest.into_iter().collect(),
        }
    }

    /// The number of items that there is room for.
    pub(super) fn n_items(&self) -> usize {
        self.changed.len()
    }

    fn place(&self, key: Key) -> Option<&ArcSwapOption<List>> {
        let word = u64::from(key.item) << 32 | u64::from(key.latest) << 1 | key.how as u64;
        // The upper bits of the product depend on all bits of the word, and the place on these.
        let hash = u128::from(word.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        self.places.get(usize::try_from((hash * self.places.len() as u128) >> 64).ok()?)
    }

    fn mark(&self, item: u32, how: Beside) -> Option<&AtomicU64> {
        Some(&self.changed.get(item as usize)?[how as usize])
    }

    fn has_changed(&self, key: Key, since: u64) -> bool {
        // Of an item beyond there is nothing to say.
        self.mark(key.item, key.how).is_none_or(|changed| changed.load(Ordering::Acquire) > since)
    }

    /// A list that holds in a version.
    pub(super) fn get(&self, key: Key, version: u64) -> Option<Guard<Option<Arc<List>>>> {
        // The list is read before it is asked whether its item changed: a list of a newer version comes with the word of that change.
        let found = self.place(key)?.load();
        let list = found.as_ref()?;
        let holds = list.key == key && !self.has_changed(key, list.version.min(version));
        holds.then_some(found)
    }

    /// Keeps a list, unless it is long, its item has changed since, or a list of an item with more buyers stands in its place and still
    /// holds.
    pub(super) fn put(&self, list: List) {
        let Some(place) = self.place(list.key).filter(|_| list.links.len() <= LONGEST) else { return };
        if self.has_changed(list.key, list.version) {
            return;
        }
        let is_less = |there: &List| {
            there.key != list.key && there.weight > list.weight && !self.has_changed(there.key, there.version)
        };
        if !place.load().as_ref().is_some_and(|there| is_less(there)) {
            place.store(Some(Arc::new(list)));
        }
    }

    /// Tells that lists of one kind of some items change with a version, which is not published yet, and lets go of these.
    pub(super) fn change(&self, lists: &[(u32, Beside)], version: u64) {
        for &(item, how) in lists {
            if let Some(changed) = self.mark(item, how) {
                changed.store(version, Ordering::Release);
            }
        }
        for &(item, how) in lists {
            for key in self.keys(item, how) {
                if let Some(place) = self.place(key)
                    && place.load().as_ref().is_some_and(|list| list.key == key)
                {
                    place.store(None);
                }
            }
        }
    }

    /// The lists of one kind that there may be of an item.
    fn keys(&self, item: u32, how: Beside) -> impl Iterator<Item = Key> {
        self.latest.iter().map(move |&latest| Key { item, how, latest })
    }

    /// Lets go of what does not hold any more: lists that were put while their item changed.
    pub(super) fn sweep(&self) {
        for place in &self.places {
            if place.load().as_ref().is_some_and(|list| self.has_changed(list.key, list.version)) {
                place.store(None);
            }
        }
    }
}
