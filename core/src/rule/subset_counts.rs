//! How many baskets hold a set: the frequent itemsets, found by a hash of their items.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::split::Inconsistent;
use crate::index::ItemIx;
use crate::itemset::FrequentItemsets;

/// How many seeds are tried: two of a billion random numbers of 64 bits are equal once in 37 times, so where all fail it
/// is not by chance.
const SEEDS: u64 = 8;

/// Counts of itemsets by hash.
///
/// The hash of a set is the sum of those of its items, so that of a set without an item is one subtraction away. No two
/// itemsets have the same hash, which is seen to when they are put in; so a subset that is there need not be compared.
/// Space: some 16 bytes for each itemset.
#[derive(Debug)]
pub(super) struct SubsetCounts {
    /// The halves of the hash, and the count.
    table: HashTable<[u32; 3]>,
    /// Counts of single items; 0 for those that are not frequent.
    singles: Vec<u32>,
    seed: u64,
}

impl SubsetCounts {
    /// Of the first itemsets, `len` of them; an error where one is there twice.
    pub(super) fn new(itemsets: &FrequentItemsets, len: usize) -> Result<Self, Inconsistent> {
        (0..SEEDS).find_map(|seed| Self::with_seed(itemsets, len, seed)).ok_or(Inconsistent)
    }

    /// `None` where two itemsets have the same hash.
    fn with_seed(itemsets: &FrequentItemsets, len: usize, seed: u64) -> Option<Self> {
        let (table, singles) = (HashTable::with_capacity(len), vec![0; itemsets.items().len()]);
        let mut counts = Self { table, singles, seed };
        for (items, count) in itemsets.iter().take(len) {
            let count = u32::try_from(count).expect("baskets are numbered by u32");
            if let [item] = items {
                counts.singles[item.as_usize()] = count;
                continue;
            }
            let hash = items.iter().fold(0_u64, |sum, &item| sum.wrapping_add(counts.hash(item)));
            let [low, high] = halves(hash);
            let is_same = |entry: &[u32; 3]| entry[..2] == [low, high];
            match counts.table.entry(hash, is_same, |&[low, high, _]| joined(low, high)) {
                Entry::Occupied(_) => return None,
                Entry::Vacant(vacant) => vacant.insert([low, high, count]),
            };
        }
        Some(counts)
    }

    /// The hash of a single item, by the finisher of `SplitMix64` (Steele, Lea and Flood 2014,
    /// doi 10.1145/2660193.2660195).
    #[inline]
    pub(super) fn hash(&self, item: ItemIx) -> u64 {
        let mut z = (u64::from(item.as_u32()) + 1 + (self.seed << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The count of a single item.
    #[inline]
    pub(super) fn single(&self, item: ItemIx) -> u32 {
        self.singles[item.as_usize()]
    }

    /// The count of an itemset of two items or more, by the sum of their hashes.
    #[inline]
    pub(super) fn of(&self, hash: u64) -> Option<u32> {
        let [low, high] = halves(hash);
        self.table.find(hash, |entry| entry[0] == low && entry[1] == high).map(|entry| entry[2])
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the other half is beside it")]
fn halves(hash: u64) -> [u32; 2] {
    [hash as u32, (hash >> 32) as u32]
}

fn joined(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;

    #[test]
    fn every_itemset_is_found_by_the_sum_of_its_hashes() {
        let rows =
            (0..40_i64).map(|i| (0..8).filter(|k| (i * 7 + k * k) % (k + 2) < 2).collect::<Vec<i64>>());
        let itemsets = FrequentItemsets::params(2.0).fit(&Baskets::from_ids(rows).unwrap()).unwrap();
        let counts = SubsetCounts::new(&itemsets, itemsets.len()).unwrap();
        assert!(itemsets.len() > 50);
        for (items, count) in itemsets.iter() {
            let hash = items.iter().fold(0_u64, |sum, &item| sum.wrapping_add(counts.hash(item)));
            let found = if let [item] = items { Some(counts.single(*item)) } else { counts.of(hash) };
            assert_eq!(found.map(u64::from), Some(count));
        }
    }

    #[test]
    fn a_set_that_is_there_twice_ends_the_search_for_a_seed() {
        let baskets = Baskets::from_ids([[1, 2], [1, 2]]).unwrap();
        let itemsets = FrequentItemsets::params(1.0).fit(&baskets).unwrap();
        let twice = itemsets.with_last_twice();
        assert_eq!(twice.itemset(2), twice.itemset(3));
        assert!(SubsetCounts::new(&twice, 3).is_ok());
        assert!(SubsetCounts::new(&twice, 4).is_err());
    }
}
