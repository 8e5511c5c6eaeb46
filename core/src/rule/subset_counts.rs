//! How many baskets hold a set: the frequent itemsets, found by their items.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::index::ItemIx;
use crate::itemset::FrequentItemsets;

/// Positions of itemsets by the hash of their items. Space: a word and a byte or two for each itemset.
#[derive(Debug)]
pub(super) struct SubsetCounts<'a> {
    itemsets: &'a FrequentItemsets,
    table: HashTable<usize>,
    hasher: FixedState,
}

impl<'a> SubsetCounts<'a> {
    pub(super) fn new(itemsets: &'a FrequentItemsets) -> Self {
        let hasher = FixedState::default();
        let hash = |position: usize| hasher.hash_one(itemsets.itemset(position));
        let mut table = HashTable::with_capacity(itemsets.len());
        for position in 0..itemsets.len() {
            table.insert_unique(hash(position), position, |&other| hash(other));
        }
        Self { itemsets, table, hasher }
    }

    /// The number of baskets that hold all items of a subset, its items rising, of a frequent itemset.
    pub(super) fn of(&self, items: &[ItemIx]) -> u64 {
        let hash = self.hasher.hash_one(items);
        let position = self.table.find(hash, |&position| self.itemsets.itemset(position) == items);
        // Mining keeps with each itemset all of its subsets, even where a budget ends it.
        self.itemsets.count(*position.expect("every subset of a frequent itemset is frequent, and was mined"))
    }
}
