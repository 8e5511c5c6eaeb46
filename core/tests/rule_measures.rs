//! Measures of rules against values that others computed.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod common;
mod real;

use kosar::Fit;
use kosar::data::{Cell, Id};
use kosar::itemset::FrequentItemsets;
use kosar::rule::{AssociationRules, Consequent, Contingency, Measure};
use serde_json::Value;

const MEASURES: &str = include_str!("oracles/rule_measures.json");
const MLXTEND: &str = include_str!("oracles/mlxtend_rules.json");

fn contingency(table: &Value) -> Contingency {
    let counts: Vec<u64> = table["counts"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect();
    Contingency::new(counts[0], counts[1], counts[2], counts[3]).unwrap()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::String(word) if word == "inf" => f64::INFINITY,
        value => value.as_f64().unwrap(),
    }
}

fn agree(found: f64, expected: f64, tolerance: f64) -> bool {
    (found.is_nan() && expected.is_nan())
        || found.to_bits() == expected.to_bits()
        || (found - expected).abs() <= tolerance * expected.abs()
}

#[test]
fn every_measure_has_the_value_of_its_definition() {
    let oracle: Value = serde_json::from_str(MEASURES).unwrap();
    let mut compared = 0;
    for table in oracle["tables"].as_array().unwrap() {
        let counts = contingency(table);
        for (name, value) in table["values"].as_object().unwrap() {
            let (found, expected) = (Measure::parse(name).unwrap().of(&counts), number(value));
            // What is 0 may come out as the last digit of the parts that cancel.
            let is_zero = expected.abs() < 1e-40 && found.abs() < 1e-15;
            assert!(
                agree(found, expected, 1e-11) || is_zero,
                "{name} of {counts:?}: {found}, not {expected}"
            );
            compared += 1;
        }
    }
    assert!(compared > 1500, "{compared}");
}

/// Tan, Kumar and Srivastava 2004, doi 10.1016/S0306-4379(03)00072-3, number their ten tables by falling phi.
#[test]
fn published_tables_are_in_the_published_order() {
    let oracle: Value = serde_json::from_str(MEASURES).unwrap();
    let tables: Vec<Contingency> =
        oracle["tables"].as_array().unwrap()[..10].iter().map(contingency).collect();
    assert!(tables.iter().all(|counts| counts.n() == 10_000));
    let phi: Vec<f64> = tables.iter().map(|counts| Measure::Phi.of(counts)).collect();
    assert!(phi.windows(2).all(|pair| pair[0] > pair[1]), "{phi:?}");
    // E1: 8123 with both, 83 and 424 with one, 1370 with neither.
    assert!(agree(Measure::OddsRatio.of(&tables[0]), 8123.0 * 1370.0 / (83.0 * 424.0), 1e-15));
}

#[test]
fn the_table_is_that_of_mlxtend() {
    let Some(baskets) = real::baskets("groceries") else { return };
    let rules =
        AssociationRules::params(30.0).min_confidence(0.3).consequent(Consequent::Any).fit(&baskets).unwrap();
    let table = rules.mlxtend_table();
    let oracle: Value = serde_json::from_str(MLXTEND).unwrap();
    assert_eq!(rules.n_baskets(), oracle["n"].as_u64().unwrap());
    let names: Vec<&str> =
        oracle["columns"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
    assert_eq!(table.columns().iter().map(|column| column.0.as_ref()).collect::<Vec<_>>(), names);
    let ids = |value: &Value| -> Vec<Id> {
        value.as_array().unwrap().iter().map(|id| Id::from(id.as_i64().unwrap())).collect()
    };
    let mut compared = 0;
    for expected in oracle["rules"].as_array().unwrap() {
        let [a, b] = [ids(&expected[0]), ids(&expected[1])];
        let row = (0..table.len())
            .find(|&row| table.ids("antecedents", row) == a && table.ids("consequents", row) == b)
            .unwrap();
        for (column, (name, cell)) in table.row(row).enumerate().skip(2) {
            let Cell::Float(found) = cell else { panic!("{name}") };
            let value = number(&expected[column]);
            assert!(
                agree(found, value, 1e-9) || (found - value).abs() < 1e-12,
                "{name} of {a:?} -> {b:?}: {found}, not {value}"
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 600);
}

#[test]
fn rules_of_itemsets_mined_before_are_those_of_the_baskets() {
    let Some(baskets) = real::baskets("groceries") else { return };
    let itemsets = FrequentItemsets::params(8.0).fit(&baskets).unwrap();
    for params in
        [AssociationRules::params(10.0), AssociationRules::params(0.01).min_confidence(0.1).max_len(Some(3))]
    {
        let rules = AssociationRules::from_itemsets(&params, &itemsets).unwrap();
        assert!(!rules.is_empty());
        assert_eq!(rules, params.fit(&baskets).unwrap());
    }
}
