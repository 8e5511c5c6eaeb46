//! The number of frequent itemsets on real data, as seven other programs count them.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests, and say how long they took")]

mod common;
mod real;

use kosar::Fit;
use kosar::itemset::FrequentItemsets;

use common::oracle;

/// Checks every row of a data set: the number of itemsets at each minimum count.
fn check(name: &str) {
    let (Some(oracle), Some(baskets)) = (oracle("itemsets"), real::baskets(name)) else { return };
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
    }
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
