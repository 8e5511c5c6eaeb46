//! The order in which items are mined: the frequent ones only, numbered by rising count.

use crate::index::ItemIx;

/// The frequent items, rarest first; an item's position is its code.
///
/// Rare items come first because a prefix is extended by the items behind it: the many extensions then belong to the
/// short basket lists. Of equally frequent items the one with the smaller id has the greater code.
#[derive(Debug)]
pub(super) struct ItemOrder {
    items: Vec<ItemIx>,
    counts: Vec<u32>,
}

impl ItemOrder {
    /// Keeps the items in at least `min_count` baskets; `all` tells the number of baskets of each item.
    pub(super) fn new(all: &[u32], min_count: u64) -> Self {
        let mut items: Vec<ItemIx> =
            (0..all.len()).filter(|&item| u64::from(all[item]) >= min_count).map(ItemIx::new).collect();
        items.sort_unstable_by_key(|&item| (all[item.as_usize()], std::cmp::Reverse(item)));
        let counts = items.iter().map(|item| all[item.as_usize()]).collect();
        Self { items, counts }
    }

    /// The number of frequent items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The codes, rising.
    pub(super) fn codes(&self) -> impl DoubleEndedIterator<Item = u32> + use<> {
        0..u32::try_from(self.len()).expect("items are bounded to u32 when baskets are built")
    }

    /// The item of a code.
    #[inline]
    pub(super) fn item(&self, code: u32) -> ItemIx {
        self.items[code as usize]
    }

    /// The number of baskets with the item of a code.
    #[inline]
    pub(super) fn count(&self, code: u32) -> u32 {
        self.counts[code as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_with_the_count_and_fall_with_the_id() {
        let order = ItemOrder::new(&[3, 2, 3, 1], 2);
        let ids: Vec<u32> = order.items.iter().map(|item| item.as_u32()).collect();
        assert_eq!(ids, [1, 2, 0]);
        assert_eq!(order.counts, [2, 3, 3]);
        assert_eq!(order.codes().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
