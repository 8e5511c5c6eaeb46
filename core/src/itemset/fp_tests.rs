//! What FP-growth alone can do: baskets that differ in weight, and items below categories.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{FrequentItemsets, FrequentItemsetsParams, Kind, Miner, fit_weighted};
use crate::data::{Baskets, Hierarchy, Rows};
use crate::error::{Error, IntakeError, ParamError, Result};
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::params::Params;

type Sets = Vec<(Vec<u32>, u64)>;

fn baskets_of(rows: &[Vec<i64>]) -> Baskets {
    // A basket of all, left out again, so that positions are ids.
    let all: Vec<i64> = (0..9).collect();
    let log = Baskets::from_ids([all]).unwrap();
    let row = |row: &Vec<i64>| {
        let mut row: Vec<ItemIx> = row.iter().map(|&id| ItemIx::new(usize::try_from(id).unwrap())).collect();
        row.sort_unstable();
        row.dedup();
        row
    };
    Baskets::from_sorted_rows(log.items().clone(), rows.iter().map(row).collect::<Rows<ItemIx>>())
}

fn sets(found: &FrequentItemsets) -> Sets {
    found.iter().map(|(items, count)| (items.iter().map(|item| item.as_u32()).collect(), count)).collect()
}

fn weighted(
    params: &FrequentItemsetsParams,
    baskets: &Baskets,
    weights: &[u32],
    unit: u32,
) -> Result<FrequentItemsets> {
    fit_weighted(&params.clone().check()?, baskets, (weights, unit), None, &Control::new())
}

fn some_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let few = prop::collection::vec(prop::collection::vec(0_i64..9, 1..9), 1..25);
    let row = prop::collection::vec(prop::bool::weighted(0.85), 9);
    let dense = prop::collection::vec(row, 1..25).prop_map(|rows| {
        let ids = |row: Vec<bool>| (0..9).zip(row).filter(|(id, held)| *held || *id == 5).map(|(id, _)| id);
        rows.into_iter().map(|row| ids(row).collect()).collect()
    });
    prop_oneof![few, dense]
}

/// 0 and 1 are below 6, 2 and 3 are below 7; both are below 8, and so is 4. 5 stands alone.
const ABOVE: [&[usize]; 9] = [&[6, 8], &[6, 8], &[7, 8], &[7, 8], &[8], &[], &[8], &[8], &[]];

fn hierarchy() -> Hierarchy {
    let ancestors: Rows<ItemIx> =
        ABOVE.iter().map(|above| above.iter().map(|&item| ItemIx::new(item))).collect();
    Hierarchy::of_ancestors(ancestors)
}

/// The baskets with the categories of what they hold.
fn with_categories(rows: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let above = |&id: &i64| ABOVE[usize::try_from(id).unwrap()].iter().map(|&id| i64::try_from(id).unwrap());
    rows.iter().map(|row| row.iter().copied().chain(row.iter().flat_map(above)).collect()).collect()
}

/// Every subset of every basket without related items, counted.
fn unrelated(rows: &[Vec<i64>], min_count: u64, lengths: (usize, usize), include: &[u32]) -> Sets {
    let hierarchy = hierarchy();
    let mut counts: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    for basket in baskets_of(rows).rows().iter() {
        for chosen in 1..1_u32 << basket.len() {
            let set: Vec<ItemIx> =
                (0..basket.len()).filter(|i| chosen >> i & 1 == 1).map(|i| basket[i]).collect();
            if !set.iter().any(|&a| set.iter().any(|&b| hierarchy.are_related(a, b))) {
                *counts.entry(set.iter().map(|item| item.as_u32()).collect()).or_default() += 1;
            }
        }
    }
    let mut sets: Sets = counts.into_iter().filter(|(_, count)| *count >= min_count).collect();
    sets.retain(|(set, _)| set.len() >= lengths.0 && set.len() <= lengths.1);
    sets.retain(|(set, _)| include.iter().all(|id| set.contains(id)));
    sets.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0)));
    sets
}

proptest! {
    #[test]
    fn a_weight_is_a_number_of_equal_baskets(
        (rows, weights) in some_baskets().prop_flat_map(|rows| {
            let n = rows.len();
            (Just(rows), prop::collection::vec(0_u32..4, n))
        }),
        min_support in prop_oneof![Just(1.0), Just(2.0), Just(7.0), Just(0.5), 0.05..0.9_f64],
        top_k in prop_oneof![Just(None), (1_usize..30).prop_map(Some)],
        include in prop::option::weighted(0.3, 0_i64..9),
    ) {
        let repeated: Vec<Vec<i64>> = rows
            .iter()
            .zip(&weights)
            .flat_map(|(row, &weight)| std::iter::repeat_n(row.clone(), weight as usize))
            .collect();
        let params = FrequentItemsets::params(min_support).top_k(top_k).include(include);
        let expected = params.fit(&baskets_of(&repeated)).unwrap();
        let found = weighted(&params, &baskets_of(&rows), &weights, 1).unwrap();
        prop_assert_eq!(&found, &expected);
        // Three times the weight is as much of a share, and as many baskets where the unit is three.
        let thrice: Vec<u32> = weights.iter().map(|weight| 3 * weight).collect();
        let found = weighted(&params, &baskets_of(&rows), &thrice, 3).unwrap();
        let counts: Sets = sets(&expected).into_iter().map(|(set, count)| (set, 3 * count)).collect();
        prop_assert_eq!(sets(&found), counts);
        prop_assert_eq!(found.n_baskets(), 3 * expected.n_baskets());
    }

    #[test]
    fn no_set_holds_an_item_and_what_stands_above_it(
        rows in some_baskets(), min_count in 1_u32..6,
        lengths in prop_oneof![2 => Just((1, usize::MAX)), 1 => Just((1, 2)), 1 => Just((2, 3)), 1 => Just((3, 4))],
        top_k in prop_oneof![Just(None), (1_usize..30).prop_map(Some)],
        include in prop::collection::vec(0_u32..9, 0..2),
    ) {
        let rows = with_categories(&rows);
        let max_len = Some(lengths.1);
        let params = FrequentItemsets::params(f64::from(min_count)).min_len(lengths.0).max_len(max_len).top_k(top_k);
        let params = params.include(include.iter().map(|&id| id.to_string()));
        let found = params.fit(&baskets_of(&rows).with_hierarchy(hierarchy())).unwrap();
        let mut expected = unrelated(&rows, u64::from(min_count), lengths, &include);
        expected.truncate(top_k.unwrap_or(usize::MAX));
        prop_assert_eq!(sets(&found), expected);
    }
}

#[test]
fn two_related_items_to_include_are_in_no_set() {
    let rows = with_categories(&[vec![0, 2], vec![0, 2]]);
    let baskets = baskets_of(&rows).with_hierarchy(hierarchy());
    let found = |include: [i64; 2]| {
        FrequentItemsets::params(1.0).include(include.map(|id| id.to_string())).fit(&baskets).unwrap()
    };
    assert!(found([0, 6]).is_empty());
    assert_eq!(sets(&found([0, 7])), [(vec![0, 7], 2)]);
}

#[test]
fn what_does_not_go_with_weights_or_categories_is_refused() {
    let baskets = baskets_of(&[vec![1, 2]]);
    let with_categories = baskets.clone().with_hierarchy(hierarchy());
    let params = FrequentItemsets::params(1.0);
    for (params, expected) in [
        (params.clone().kind(Kind::Closed), "kind must be all for baskets that "),
        (params.clone().kind(Kind::Maximal), "kind must be all for baskets that "),
        (params.clone().kind(Kind::Generators), "kind must be all for baskets that "),
        (params.clone().miner(Miner::Eclat), "miner must be auto or fp_growth for baskets that "),
    ] {
        for (error, with) in [
            (weighted(&params, &baskets, &[1], 1).unwrap_err(), "differ in weight"),
            (params.fit(&with_categories).unwrap_err(), "hold categories"),
        ] {
            assert!(matches!(error, Error::Param(ParamError::NotWith { .. })), "{error}");
            assert_eq!(error.to_string(), format!("{expected}{with}"));
        }
    }
}

#[test]
fn weights_beyond_what_counts_can_hold_are_refused() {
    let baskets = baskets_of(&[vec![1, 2], vec![1]]);
    let error = weighted(&FrequentItemsets::params(1.0), &baskets, &[u32::MAX, 1], 1).unwrap_err();
    assert!(matches!(error, Error::Intake(IntakeError::TooMany { .. })), "{error}");
}
