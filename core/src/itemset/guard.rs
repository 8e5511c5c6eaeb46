//! Sets that too few customers stand behind are not shown.

use super::choose::Weights;
use crate::data::{Baskets, Rows};
use crate::error::Result;
use crate::index::ItemIx;

/// Tells whether enough distinct customers have a basket with all items of a set.
///
/// The baskets of the set's rarest item are walked until enough owners were met, so a set that passes, as most do, is
/// seldom followed to its last basket.
#[derive(Debug)]
pub(super) struct Guard {
    owners: Vec<u32>,
    rows: Rows<ItemIx>,
    /// item -> baskets, rising.
    tids: Rows<u32>,
    /// Items that every set holds besides those asked about.
    joined: Vec<ItemIx>,
    min_customers: usize,
}

impl Guard {
    /// A guard over the baskets, numbered by `u32`, that weigh something.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) for baskets without owners.
    pub(super) fn new(
        baskets: &Baskets,
        weights: Option<Weights<'_>>,
        joined: Vec<ItemIx>,
        min_customers: usize,
    ) -> Result<Self> {
        let (owners, rows) = (baskets.need_owners("min_customers")?, baskets.rows());
        let kept = (0..rows.len()).filter(|&at| weights.is_none_or(|weights| weights.of_baskets[at] > 0));
        let owners = kept.clone().map(|at| owners[at]).collect();
        let rows: Rows<ItemIx> = kept.map(|at| rows.row(at).iter().copied()).collect();
        let number =
            |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32 before they are mined");
        let tids = rows.transpose(baskets.items().len(), ItemIx::as_usize, number);
        Ok(Self { owners, rows, tids, joined, min_customers })
    }

    /// Whether the baskets that hold all of the items, and those that every set holds, belong to enough customers. There
    /// must be an item. `met` is scratch.
    pub(super) fn admits(&self, items: impl Iterator<Item = ItemIx> + Clone, met: &mut Vec<u32>) -> bool {
        met.clear();
        let items = items.chain(self.joined.iter().copied());
        let baskets_of = |item: ItemIx| self.tids.row(item.as_usize());
        let Some(rarest) = items.clone().min_by_key(|&item| baskets_of(item).len()) else { return false };
        for &tid in baskets_of(rarest) {
            let owner = self.owners[tid as usize];
            // There are fewer than `min_customers` of them, most often a handful.
            if met.contains(&owner) {
                continue;
            }
            let basket = self.rows.row(tid as usize);
            if items.clone().all(|item| item == rarest || basket.binary_search(&item).is_ok()) {
                met.push(owner);
                if met.len() >= self.min_customers {
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::fit::Fit;
    use crate::itemset::{FrequentItemsets, Kind, Miner};

    proptest! {
        #[test]
        fn distinct_owners_of_the_baskets_that_weigh_are_what_counts(
            rows in prop::collection::vec((prop::collection::btree_set(0_i64..5, 1..5), 0_u32..4, 0_u32..3), 1..20),
            set in prop::collection::btree_set(0_usize..5, 1..4),
            joined in prop::collection::btree_set(0_usize..5, 0..2),
            is_weighted: bool,
            min in 1_usize..5,
        ) {
            // One more basket makes sure that every item is known.
            let all = Baskets::from_ids(rows.iter().map(|(row, ..)| row.clone()).chain([(0..5).collect()])).unwrap();
            let owners = rows.iter().map(|&(_, owner, _)| owner).chain([9]).collect();
            let all = all.with_facts(Some(owners), None);
            let weights: Vec<u32> = rows.iter().map(|&(.., weight)| weight).chain([1]).collect();
            let behind: BTreeSet<u32> = (0..all.rows().len())
                .filter(|&tid| !is_weighted || weights[tid] > 0)
                .filter(|&tid| set.union(&joined).all(|&item| all.rows().row(tid).contains(&ItemIx::new(item))))
                .map(|tid| all.owners().unwrap()[tid])
                .collect();
            let weights = is_weighted.then_some(Weights { of_baskets: &weights, unit: 2 });
            let joined = joined.iter().map(|&item| ItemIx::new(item)).collect();
            let guard = Guard::new(&all, weights, joined, min).unwrap();
            let items = set.iter().map(|&item| ItemIx::new(item));
            prop_assert_eq!(guard.admits(items, &mut Vec::new()), behind.len() >= min);
        }
    }

    proptest! {
        /// Whatever is asked besides: the guard leaves out what it would leave out of the whole, before the first k are
        /// chosen.
        #[test]
        fn a_search_shows_what_enough_customers_stand_behind(
            rows in prop::collection::vec((prop::collection::btree_set(0_i64..6, 1..6), 0_u32..4), 1..25),
            kind in prop::sample::select(vec![Kind::All, Kind::Closed, Kind::Maximal, Kind::Generators]),
            miner in prop::sample::select(vec![Miner::Eclat, Miner::FpGrowth]),
            include: bool,
            top_k in prop_oneof![Just(None), (1_usize..6).prop_map(Some)],
            min in 2_usize..4,
        ) {
            let owners: Vec<u32> = rows.iter().map(|&(_, owner)| owner).collect();
            let baskets = Baskets::from_ids(rows.iter().map(|(row, _)| row.clone())).unwrap().with_facts(Some(owners), None);
            let mut params = FrequentItemsets::params(2.0).kind(kind).miner(miner);
            if include {
                params = params.include([baskets.items().get(0).to_id()]);
            }
            let all = params.fit(&baskets).unwrap();
            let shown = |set: &[ItemIx]| {
                let holds = |&tid: &usize| set.iter().all(|item| baskets.rows().row(tid).contains(item));
                let tids = (0..baskets.rows().len()).filter(holds);
                tids.map(|tid| baskets.owners().unwrap()[tid]).collect::<BTreeSet<u32>>().len() >= min
            };
            let expected: Vec<_> = all.iter().filter(|(set, _)| shown(set)).take(top_k.unwrap_or(usize::MAX)).collect();
            let guarded = params.min_customers(min).top_k(top_k);
            let found = guarded.fit(&baskets).unwrap();
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected);
            prop_assert_eq!(guarded.count(&baskets).unwrap().total(), found.len() as u64);
        }
    }

    #[test]
    fn baskets_of_nobody_known_are_refused_by_name() {
        let baskets = Baskets::from_ids([vec![1]]).unwrap();
        let message = Guard::new(&baskets, None, Vec::new(), 2).unwrap_err().to_string();
        assert!(message.contains("customer") && message.contains("min_customers"), "{message}");
    }
}
