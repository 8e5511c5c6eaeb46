//! The order in which items are mined: the frequent ones only, numbered by rising count.

use crate::data::{Baskets, Rows};
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
    /// Counts the items and keeps those in at least `min_count` baskets.
    pub(super) fn new(baskets: &Baskets, min_count: u64) -> Self {
        let mut all = vec![0_u32; baskets.items().len()];
        baskets.rows().values().iter().for_each(|item| all[item.as_usize()] += 1);
        Self::from_counts(&all, min_count)
    }

    /// Keeps the items whose count is at least `min_count`.
    pub(super) fn from_counts(all: &[u32], min_count: u64) -> Self {
        let mut items: Vec<ItemIx> = (0..all.len())
            .map(ItemIx::new)
            .filter(|item| u64::from(all[item.as_usize()]) >= min_count)
            .collect();
        items.sort_unstable_by_key(|&item| (all[item.as_usize()], std::cmp::Reverse(item)));
        let counts = items.iter().map(|item| all[item.as_usize()]).collect();
        Self { items, counts }
    }

    /// The number of frequent items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The item of a code.
    pub(super) fn item(&self, code: u32) -> ItemIx {
        self.items[code as usize]
    }

    /// The number of baskets with the item of a code.
    pub(super) fn count(&self, code: u32) -> u32 {
        self.counts[code as usize]
    }

    /// The baskets in codes, each rising, without infrequent items; baskets with fewer than two frequent items say
    /// nothing about sets of two and more, and are left out.
    pub(super) fn recode(&self, baskets: &Baskets) -> Rows<u32> {
        let mut code_of = vec![u32::MAX; baskets.items().len()];
        for (code, item) in (0_u32..).zip(&self.items) {
            code_of[item.as_usize()] = code;
        }
        let mut rows = Rows::default();
        let mut row = Vec::new();
        for basket in baskets.rows().iter() {
            row.clear();
            row.extend(basket.iter().map(|item| code_of[item.as_usize()]).filter(|&code| code != u32::MAX));
            if row.len() > 1 {
                row.sort_unstable();
                rows.push(row.iter().copied());
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_with_the_count_and_fall_with_the_id() {
        let baskets = Baskets::from_ids([vec![1, 2, 3, 4], vec![1, 2, 3], vec![3, 9], vec![1]]).unwrap();
        let order = ItemOrder::new(&baskets, 2);
        let ids: Vec<u32> = order.items.iter().map(|item| item.as_u32()).collect();
        assert_eq!(ids, [1, 2, 0]);
        assert_eq!(order.counts, [2, 3, 3]);
        let rows = order.recode(&baskets);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [[0, 1, 2], [0, 1, 2]]);
    }
}
