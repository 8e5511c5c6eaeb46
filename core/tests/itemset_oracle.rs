//! The number of frequent itemsets on real data, as seven other programs count them; of closed ones, as three do; of
//! maximal ones, as one does.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests, and say how long they took")]

mod common;
mod real;

use std::collections::HashMap;

use kosar::itemset::{FrequentItemsets, Kind, Miner};
use kosar::{Fit, ItemIx};

use common::oracle;

/// Checks every row of a data set: the number of itemsets at each minimum count.
fn check(name: &str) {
    let (Some(oracle), Some(baskets)) = (oracle("itemsets.json"), real::baskets(name)) else { return };
    let rows = oracle[name].as_object().unwrap();
    assert!(!rows.is_empty());
    for (min_count, expected) in rows {
        let start = std::time::Instant::now();
        let found = FrequentItemsets::params(min_count.parse().unwrap()).fit(&baskets).unwrap();
        eprintln!("{name} {min_count}: {} itemsets in {:.0?}", found.len(), start.elapsed());
        assert_eq!(found.len() as u64, expected[0].as_u64().unwrap(), "{name} at {min_count}");
        assert_eq!(found.partial(), None);
        let table = found.table();
        assert_eq!(table.len(), found.len());
        let params = FrequentItemsets::params(min_count.parse().unwrap());
        for (column, params) in [
            (0, params.clone().miner(Miner::FpGrowth)),
            (1, params.clone().kind(Kind::Closed)),
            (2, params.clone().kind(Kind::Maximal)),
        ] {
            let start = std::time::Instant::now();
            let counts = params.count(&baskets).unwrap();
            let (total, took) = (counts.total(), start.elapsed());
            eprintln!("{name} {min_count}: {total} in column {column} in {took:.0?}");
            assert_eq!(total, expected[column].as_u64().unwrap(), "{name} at {min_count}, column {column}");
        }
    }
}

/// Checks generators against their definition, applied to all frequent sets: every set with one item less has more
/// baskets.
fn check_generators(name: &str, min_count: f64) {
    let Some(baskets) = real::baskets(name) else { return };
    let all = FrequentItemsets::params(min_count).fit(&baskets).unwrap();
    let counts: HashMap<&[ItemIx], u64> = all.iter().collect();
    let is_generator = |set: &[ItemIx], count: u64| {
        (0..set.len()).all(|i| {
            let less = [&set[..i], &set[i + 1..]].concat();
            let of_less = if less.is_empty() { all.n_baskets() } else { counts[&less[..]] };
            of_less > count
        })
    };
    let expected: Vec<_> = all.iter().filter(|(set, count)| is_generator(set, *count)).collect();
    let start = std::time::Instant::now();
    let found = FrequentItemsets::params(min_count).kind(Kind::Generators).fit(&baskets).unwrap();
    eprintln!("{name} {min_count}: {} generators in {:.0?}", found.len(), start.elapsed());
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().eq(expected));
}

#[test]
fn generators_of_mushroom_and_groceries_are_those_of_the_definition() {
    check_generators("mushroom", 812.0);
    check_generators("mushroom", 1625.0);
    check_generators("groceries", 5.0);
    check_generators("retail", 22.0);
}

#[test]
fn the_first_sets_of_belgian_retail_need_no_threshold() {
    let Some(baskets) = real::baskets("retail") else { return };
    let all = FrequentItemsets::params(88.0).fit(&baskets).unwrap();
    let start = std::time::Instant::now();
    let found = FrequentItemsets::params(1.0).top_k(Some(100)).fit(&baskets).unwrap();
    eprintln!("the first 100 sets of retail in {:.0?}", start.elapsed());
    assert!(found.iter().eq(all.iter().take(100)));
    assert_eq!(found.partial(), None);
}

#[test]
fn groceries_has_the_known_number_of_itemsets() {
    check("groceries");
}

#[test]
fn online_retail_has_the_known_number_of_itemsets() {
    check("online");
}

#[test]
fn belgian_retail_has_the_known_number_of_itemsets() {
    check("retail");
}

#[test]
fn synthetic_baskets_have_the_known_number_of_itemsets() {
    check("T10I4D100K");
}

#[test]
fn mushroom_has_the_known_number_of_itemsets() {
    check("mushroom");
}

#[test]
fn ta_feng_has_the_known_number_of_itemsets() {
    check("tafeng");
}

#[test]
fn online_retail_has_the_known_number_of_baskets() {
    let Some(baskets) = real::baskets("online") else { return };
    assert_eq!(baskets.rows().len(), 20_728);
    assert_eq!(baskets.items().len(), 3_941);
    assert_eq!(baskets.rows().values().len(), 520_750);
}
