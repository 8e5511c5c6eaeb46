//! The order in which items are mined: the frequent ones only, numbered by rising count.

use super::families::MOST_ITEMS;
use crate::index::ItemIx;

/// The frequent items, rarest first; an item's position is its code.
///
/// Rare items come first because a prefix is extended by the items behind it: the many extensions then belong to the
/// short basket lists. Of equally frequent items the one with the smaller id has the greater code.
#[derive(Debug)]
pub(super) struct ItemOrder {
    items: Vec<ItemIx>,
    counts: Vec<u32>,
    /// For each code its bit, a greater one for a smaller item; empty with more items than a word of them holds.
    bits: Vec<u64>,
}

impl ItemOrder {
    /// Keeps the items in at least `min_count` baskets; `all` tells the number of baskets of each item.
    pub(super) fn new(all: &[u32], min_count: u64) -> Self {
        let mut items: Vec<ItemIx> =
            (0..all.len()).filter(|&item| u64::from(all[item]) >= min_count).map(ItemIx::new).collect();
        items.sort_unstable_by_key(|&item| (all[item.as_usize()], std::cmp::Reverse(item)));
        let counts = items.iter().map(|item| all[item.as_usize()]).collect();
        let mut bits = Vec::new();
        if items.len() <= MOST_ITEMS {
            let after = |item: &ItemIx| items.iter().filter(|&other| other > item).count();
            bits.extend(items.iter().map(|item| 1_u64 << after(item)));
        }
        Self { items, counts, bits }
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

    /// The bit of a code in a word of items, where [`ItemOrder::has_bits`].
    #[inline]
    pub(super) fn bit(&self, code: u32) -> u64 {
        self.bits[code as usize]
    }

    /// Whether a word has a bit for each item.
    pub(super) fn has_bits(&self) -> bool {
        self.items.len() <= MOST_ITEMS
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
        assert_eq!(order.bits, [0b010, 0b001, 0b100]);
        assert!(order.has_bits());
        let order = ItemOrder::new(&[1; MOST_ITEMS + 1], 1);
        assert!(!order.has_bits() && order.bits.is_empty());
    }
}
