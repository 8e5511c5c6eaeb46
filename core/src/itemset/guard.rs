//! Sets that too few customers stand behind are not shown.

use crate::data::{Baskets, Rows};
use crate::error::Result;
use crate::index::ItemIx;

/// Tells whether enough distinct customers have a basket with all items of a set.
///
/// The baskets of the set's rarest item are walked until enough owners were met, so a set that passes, as most do, is
/// seldom followed to its last basket.
#[derive(Debug)]
pub(super) struct Guard<'a> {
    baskets: &'a Baskets,
    owners: &'a [u32],
    /// item -> baskets, rising.
    tids: Rows<u32>,
    min_customers: usize,
}

impl<'a> Guard<'a> {
    /// A guard over baskets, which are numbered by `u32`.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) for baskets without owners.
    pub(super) fn new(baskets: &'a Baskets, min_customers: usize) -> Result<Self> {
        let owners = baskets.need_owners("min_customers")?;
        let number =
            |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32 before they are mined");
        let tids = baskets.rows().transpose(baskets.items().len(), ItemIx::as_usize, number);
        Ok(Self { baskets, owners, tids, min_customers })
    }

    /// Whether the baskets that hold all of the items, one or more, belong to enough customers. `met` is scratch.
    pub(super) fn admits(&self, items: &(impl Iterator<Item = ItemIx> + Clone), met: &mut Vec<u32>) -> bool {
        met.clear();
        let baskets_of = |item: ItemIx| self.tids.row(item.as_usize());
        let Some(rarest) = items.clone().min_by_key(|&item| baskets_of(item).len()) else { return false };
        for &tid in baskets_of(rarest) {
            let owner = self.owners[tid as usize];
            if met.contains(&owner) {
                continue;
            }
            let basket = self.baskets.rows().row(tid as usize);
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

    proptest! {
        #[test]
        fn distinct_owners_of_the_baskets_are_what_counts(
            rows in prop::collection::vec((prop::collection::btree_set(0_i64..5, 1..5), 0_u32..4), 1..20),
            set in prop::collection::btree_set(0_usize..5, 1..4),
            min in 1_usize..5,
        ) {
            let owners: Vec<u32> = rows.iter().map(|(_, owner)| *owner).collect();
            // One more basket makes sure that every item is known.
            let all = Baskets::from_ids(rows.iter().map(|(row, _)| row.clone()).chain([(0..5).collect()])).unwrap();
            let all = all.with_facts(Some(owners.iter().copied().chain([9]).collect()), None);
            let behind: BTreeSet<u32> = (0..all.rows().len())
                .filter(|&tid| set.iter().all(|&item| all.rows().row(tid).contains(&ItemIx::new(item))))
                .map(|tid| all.owners().unwrap()[tid])
                .collect();
            let guard = Guard::new(&all, min).unwrap();
            let items = set.iter().map(|&item| ItemIx::new(item));
            prop_assert_eq!(guard.admits(&items, &mut Vec::new()), behind.len() >= min);
        }
    }

    #[test]
    fn baskets_of_nobody_known_are_refused_by_name() {
        let baskets = Baskets::from_ids([vec![1]]).unwrap();
        let message = Guard::new(&baskets, 2).unwrap_err().to_string();
        assert!(message.contains("customer") && message.contains("min_customers"), "{message}");
    }
}
