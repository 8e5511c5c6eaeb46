//! The frequent sets that rules with limited sides are made of: sets that hold an item of each of some groups, and all of
//! their parts.
//!
//! A set that holds an item of each group is in baskets alone that do too. So these are searched, with the minimum count that
//! holds for all. What is found has its count unless it lacks a group: such a set, which is there as a part of others, is
//! counted in the other baskets besides. Where the baskets with all groups are few, so are the sets that are frequent in
//! them, and most of the search falls away.

use std::time::Duration;

use super::budget::Until;
use super::choose::{Mined, mine};
use super::itemsets::{FrequentItemsets, fit_until};
use super::params::FrequentItemsetsParams;
use super::set_counts::count_sets;
use super::sink::Part;
use crate::data::{Baskets, Rows};
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::params::{Checked, Params};

/// Of so many baskets at most one may have all groups, or it does not pay to look at these alone.
const ONE_IN: usize = 2;

/// The itemsets of `fit_until` of which some are left out that neither hold an item of each group nor are part of one that
/// does. A group tells of each item whether it is in it. The search is for all sets, of one item on, of any items.
///
/// # Errors
/// As for fitting.
pub(crate) fn fit_reaching(
    params: &Checked<FrequentItemsetsParams>,
    baskets: &Baskets,
    groups: &[Vec<bool>],
    until: Option<Until>,
    control: &Control,
) -> Result<FrequentItemsets> {
    debug_assert!(params.has_subsets());
    let reaches = |set: &[ItemIx]| groups.iter().all(|group| set.iter().any(|item| group[item.as_usize()]));
    let is_near: Vec<bool> = baskets.rows().iter().map(reaches).collect();
    let (n, n_near) = (is_near.len(), is_near.iter().filter(|&&is_near| is_near).count());
    if n_near > n / ONE_IN {
        return fit_until(params, baskets, until, control);
    }
    let min_count = params.frequent_from(n as u64)?;
    let near = baskets.kept(|basket| is_near[basket]);
    // What is found is counted in the rest.
    let count = Duration::from_nanos((n - n_near) as u64 / 16);
    let until = until.map(|until| Until { per_set: until.per_set + count, ..until });
    let narrowed = (**params).clone().min_count_of(min_count).check()?;
    let Mined { sets: (rows, counts), partial, .. } = mine(&near, &narrowed, None, until, control)?;
    let mut sets = [Part { rows, counts }];
    let rest = baskets.kept(|basket| !is_near[basket]);
    count_rest(&mut sets, reaches, &rest, control)?;
    let (params, items) = ((**params).clone(), baskets.items().clone());
    let found = FrequentItemsets::from_parts(params, items, n as u64, &sets, partial);
    Ok(FrequentItemsets { hierarchy: baskets.hierarchy().cloned(), ..found })
}

/// Adds to the counts of the sets that may be in other baskets those of these.
fn count_rest(
    sets: &mut [Part],
    reaches: impl Fn(&[ItemIx]) -> bool,
    rest: &Baskets,
    control: &Control,
) -> Result<()> {
    let n_items = rest.items().len();
    let lack = |part: &Part| -> Vec<usize> {
        (0..part.counts.len()).filter(|&at| !reaches(part.rows.row(at))).collect()
    };
    let lacking: Vec<Vec<usize>> = sets.iter().map(lack).collect();
    let rows: Rows<ItemIx> = sets
        .iter()
        .zip(&lacking)
        .flat_map(|(part, lacking)| lacking.iter().map(|&at| part.rows.row(at).iter().copied()))
        .collect();
    let places: Vec<ItemIx> = (0..n_items).map(ItemIx::new).collect();
    let mut more = count_sets(rest.rows(), &places, n_items, &rows, control)?.into_iter();
    for (part, lacking) in sets.iter_mut().zip(lacking) {
        for (at, more) in lacking.into_iter().zip(more.by_ref()) {
            part.counts[at] += more;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::fit::Fit;

    proptest! {
        #[test]
        fn sets_with_all_groups_and_their_parts_have_their_counts(
            rows in prop::collection::vec(prop::collection::btree_set(0_i64..7, 1..6), 4..40),
            groups in prop::collection::vec(prop::collection::vec(any::<bool>(), 7), 1..3),
            min_count in 1_u32..4,
            max_len in prop::option::of(1_usize..5),
        ) {
            let baskets = Baskets::from_ids(rows.into_iter().chain([(0..7).collect()])).unwrap();
            let params = FrequentItemsets::params(f64::from(min_count)).max_len(max_len).check().unwrap();
            let all: BTreeMap<Vec<ItemIx>, u64> = params
                .fit(&baskets).unwrap().iter().map(|(set, count)| (set.to_vec(), count)).collect();
            let found = fit_reaching(&params, &baskets, &groups, None, &Control::new()).unwrap();
            prop_assert_eq!(found.n_baskets(), baskets.rows().len() as u64);
            let some: BTreeMap<Vec<ItemIx>, u64> =
                found.iter().map(|(set, count)| (set.to_vec(), count)).collect();
            prop_assert!(some.iter().all(|(set, count)| all.get(set) == Some(count)), "what is found is so");
            let reaches = |set: &[ItemIx]| {
                groups.iter().all(|group| set.iter().any(|item| group[item.as_usize()]))
            };
            for set in all.keys().filter(|set| reaches(set)) {
                for bits in 1..1_u32 << set.len() {
                    let part: Vec<ItemIx> =
                        (0..set.len()).filter(|at| bits >> at & 1 == 1).map(|at| set[at]).collect();
                    prop_assert!(some.contains_key(&part));
                }
            }
            prop_assert!(found.iter().is_sorted_by(|a, b| a.1 >= b.1));
        }
    }

    #[test]
    fn sets_far_from_a_rare_group_are_left_out() {
        let rows = (0..20).map(|row| if row == 0 { vec![1, 2, 9] } else { vec![1, 3, 4] });
        let baskets = Baskets::from_ids(rows).unwrap();
        let params = FrequentItemsets::params(1.0).check().unwrap();
        let nine = vec![false, false, false, false, true];
        let found = fit_reaching(&params, &baskets, &[nine], None, &Control::new()).unwrap();
        assert_eq!((found.len(), params.fit(&baskets).unwrap().len()), (7, 13));
        assert_eq!((found.itemset(0), found.count(0)), (&[ItemIx::new(0)][..], 20));
    }
}
