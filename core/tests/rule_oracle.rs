//! The number of association rules on real data, as other programs count them.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "these are tests, and say how long they took")]

mod common;
mod real;

use kosar::rule::{AssociationRules, Consequent, Correction};
use kosar::{Fit, Persist};

use common::oracle;

/// Checks a data set: the number of rules with one item in the consequent, and of all splits where it is known.
fn check(name: &str) {
    let (Some(oracle), Some(baskets)) = (oracle("rules.json"), real::baskets(name)) else { return };
    let row = &oracle[name];
    let params = AssociationRules::params(row["minsup"].as_f64().unwrap())
        .min_confidence(row["minconf"].as_f64().unwrap());
    for (word, consequent) in [("single", Consequent::Single), ("any", Consequent::Any)] {
        let Some(expected) = row.get(word) else { continue };
        let start = std::time::Instant::now();
        let rules = params.clone().consequent(consequent).fit(&baskets).unwrap();
        eprintln!("{name} {word}: {} rules in {:.0?}", rules.len(), start.elapsed());
        assert_eq!(rules.len() as u64, expected.as_u64().unwrap(), "{name} {word}");
        assert_eq!(rules.partial(), None);
        // Reading checks that the rules are in their order, each once.
        assert!(AssociationRules::from_bytes(&rules.to_bytes().unwrap()).unwrap() == rules);
    }
}

/// Checks how many rules are redundant, and how many significant at .01 over all rules.
fn check_pruned(name: &str) {
    let (Some(oracle), Some(baskets)) = (oracle("rules.json"), real::baskets(name)) else { return };
    let row = &oracle[name];
    let params = AssociationRules::params(row["minsup"].as_f64().unwrap())
        .min_confidence(row["minconf"].as_f64().unwrap());
    for (key, params) in [
        ("kept", params.clone().drop_redundant(true)),
        ("fisher", params.clone().max_p_value(Some(0.01)).correction(Correction::Bonferroni)),
    ] {
        let start = std::time::Instant::now();
        let rules = params.fit(&baskets).unwrap();
        eprintln!("{name} {key}: {} rules in {:.0?}", rules.len(), start.elapsed());
        assert_eq!(rules.len() as u64, row[key].as_u64().unwrap(), "{name} {key}");
    }
}

#[test]
fn groceries_has_the_known_redundant_and_significant_rules() {
    check_pruned("groceries");
}

#[test]
fn online_retail_has_the_known_redundant_and_significant_rules() {
    check_pruned("online");
}

#[test]
fn belgian_retail_has_the_known_redundant_and_significant_rules() {
    check_pruned("retail");
}

#[test]
fn synthetic_baskets_have_the_known_redundant_and_significant_rules() {
    check_pruned("T10I4D100K");
}

#[test]
fn mushroom_has_the_known_redundant_and_significant_rules() {
    check_pruned("mushroom");
}

#[test]
fn groceries_has_the_known_number_of_rules() {
    check("groceries");
}

#[test]
fn online_retail_has_the_known_number_of_rules() {
    check("online");
}

#[test]
fn belgian_retail_has_the_known_number_of_rules() {
    check("retail");
}

#[test]
fn synthetic_baskets_have_the_known_number_of_rules() {
    check("T10I4D100K");
}

#[test]
fn mushroom_has_the_known_number_of_rules() {
    check("mushroom");
}

#[test]
fn a_cart_is_answered_without_a_look_at_every_rule() {
    let Some(baskets) = real::baskets("groceries") else { return };
    let rules = AssociationRules::params(10.0).min_confidence(0.1).fit(&baskets).unwrap();
    let carts: Vec<Vec<_>> = baskets
        .rows()
        .iter()
        .map(|cart| cart.iter().map(|item| baskets.items().get(item.as_usize())).collect())
        .collect();
    let start = std::time::Instant::now();
    let n: usize = carts.iter().map(|cart| rules.recommend(cart.iter().copied(), 10).unwrap().len()).sum();
    let each = start.elapsed() / u32::try_from(carts.len()).unwrap();
    eprintln!("{} rules, {} carts: {n} recommendations, {each:?} a cart", rules.len(), carts.len());
    assert!(n > carts.len());
}
