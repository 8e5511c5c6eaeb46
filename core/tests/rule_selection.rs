//! Which rules are left: sides, significance, redundancy, the best of them; small random baskets taken to show it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use kosar::data::{Baskets, Column};
use kosar::itemset::{FrequentItemsets, Kind, Partial};
use kosar::rule::{
    AssociationRules, AssociationRulesParams, Consequent, Contingency, Correction, Measure, RuleSide,
    RuleStatistic,
};
use kosar::{Error, Fit, IdError};
use proptest::prelude::*;

type Rule = (Vec<i64>, Vec<i64>, Contingency);

const ITEMS: i64 = 6;

fn baskets_of(rows: &[Vec<i64>]) -> Baskets {
    // Every item is in some basket, so that each may be named.
    let all = std::iter::once((0..ITEMS).collect());
    Baskets::from_ids(rows.iter().cloned().chain(all)).unwrap()
}

fn made(rows: &[Vec<i64>], params: &AssociationRulesParams) -> Vec<Rule> {
    let rules = params.fit(&baskets_of(rows)).unwrap();
    let ids = rules.items().as_ints().unwrap();
    let name = |items: &[kosar::ItemIx]| items.iter().map(|item| ids[item.as_usize()]).collect();
    rules.iter().map(|rule| (name(rule.antecedent), name(rule.consequent), rule.contingency)).collect()
}

fn any_rules(min_confidence: f64) -> AssociationRulesParams {
    AssociationRules::params(1.0).min_confidence(min_confidence).consequent(Consequent::Any)
}

fn confidence(rule: &Rule) -> f64 {
    Measure::Confidence.of(&rule.2)
}

/// The rules with the same consequent and some but not all of the antecedent.
fn simpler<'a>(rule: &'a Rule, rules: &'a [Rule]) -> impl Iterator<Item = &'a Rule> {
    rules.iter().filter(move |other| {
        other.1 == rule.1 && other.0.len() < rule.0.len() && other.0.iter().all(|item| rule.0.contains(item))
    })
}

fn some_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0..ITEMS, 1..7), 0..25)
}

/// What a side allows, told twice: to the library, and as a test of its items.
#[derive(Debug, Clone)]
struct Limits {
    only: Option<Vec<i64>>,
    exclude: Vec<i64>,
    any_of: Vec<i64>,
    min_len: usize,
    max_len: Option<usize>,
}

impl Limits {
    fn side(&self) -> RuleSide {
        let side = RuleSide::new()
            .exclude(self.exclude.iter().copied())
            .any_of(self.any_of.iter().copied())
            .min_len(self.min_len)
            .max_len(self.max_len);
        match &self.only {
            Some(only) => side.only(only.iter().copied()),
            None => side,
        }
    }

    fn allow(&self, items: &[i64]) -> bool {
        items.len() >= self.min_len
            && self.max_len.is_none_or(|most| items.len() <= most)
            && self.only.as_ref().is_none_or(|only| items.iter().all(|item| only.contains(item)))
            && !items.iter().any(|item| self.exclude.contains(item))
            && (self.any_of.is_empty() || items.iter().any(|item| self.any_of.contains(item)))
    }
}

fn some_limits() -> impl Strategy<Value = Limits> {
    let items = |least| prop::collection::vec(0..ITEMS, least..5);
    (prop::option::of(items(1)), items(0), items(0), 1_usize..3, prop::option::of(0_usize..3)).prop_map(
        |(only, exclude, any_of, min_len, more)| {
            let max_len = more.map(|more| min_len + more);
            // Long lists of exclusions would leave nothing to see.
            Limits { only, exclude: exclude.into_iter().take(2).collect(), any_of, min_len, max_len }
        },
    )
}

proptest! {
    #[test]
    fn sides_leave_the_rules_that_they_allow(
        rows in some_baskets(), a in some_limits(), b in some_limits(), single: bool, tenths in 0_u32..8,
    ) {
        let consequent = if single { Consequent::Single } else { Consequent::Any };
        let params = any_rules(f64::from(tenths) / 10.0);
        let mut expected = made(&rows, &params);
        expected.retain(|rule| a.allow(&rule.0) && b.allow(&rule.1) && (!single || rule.1.len() == 1));
        let limited = params.consequent(consequent).antecedent_items(a.side()).consequent_items(b.side());
        // No rule concludes one item and two.
        if single && b.min_len > 1 {
            prop_assert!(expected.is_empty() && limited.fit(&baskets_of(&rows)).is_err());
            return Ok(());
        }
        prop_assert_eq!(made(&rows, &limited), expected);
    }

    /// However the floor rises, the best are the first of all.
    #[test]
    fn the_first_k_are_those_of_all_by_every_measure(
        rows in some_baskets(), k in 1_usize..12, measure in prop::sample::select(Measure::ALL.to_vec()),
        tenths in 0_u32..8, single: bool, a in some_limits(), is_limited: bool, is_tight: bool,
    ) {
        let consequent = if single { Consequent::Single } else { Consequent::Any };
        let mut params = any_rules(f64::from(tenths) / 10.0).consequent(consequent).rank_by(measure);
        if is_limited {
            params = params.antecedent_items(a.side());
        }
        let mut expected = made(&rows, &params);
        expected.truncate(k);
        // With little room to hold rules nothing is dropped early.
        let params = if is_tight { params.max_rules(1 << 10).max_bytes(1 << 20) } else { params };
        prop_assert_eq!(made(&rows, &params.top_k(Some(k))), expected);
    }

    /// Of many baskets the frequent sets are searched first, and often alone.
    #[test]
    fn the_first_k_of_many_baskets_are_those_of_all(
        rows in prop::collection::vec(prop::collection::vec(0..ITEMS, 1..4), 60..150), k in 1_usize..40,
        measure in prop::sample::select(vec![Measure::Support, Measure::Count, Measure::Leverage, Measure::Lift]),
        tenths in 0_u32..8, side in some_limits(), is_limited: bool,
    ) {
        let mut params = any_rules(f64::from(tenths) / 10.0).rank_by(measure);
        if is_limited {
            params = params.consequent_items(side.side());
        }
        let mut expected = made(&rows, &params);
        expected.truncate(k);
        prop_assert_eq!(made(&rows, &params.top_k(Some(k))), expected);
    }

    #[test]
    fn redundant_rules_are_those_that_a_simpler_one_equals(rows in some_baskets(), tenths in 0_u32..8) {
        let params = any_rules(f64::from(tenths) / 10.0);
        let all = made(&rows, &params);
        let mut expected = all.clone();
        expected.retain(|rule| !simpler(rule, &all).any(|other| confidence(other) >= confidence(rule)));
        prop_assert_eq!(made(&rows, &params.drop_redundant(true)), expected);
    }

    #[test]
    fn improvement_is_over_every_simpler_rule(rows in some_baskets(), tenths in 0_u32..8, least in 0_u32..4) {
        let params = any_rules(f64::from(tenths) / 10.0);
        let all = made(&rows, &params);
        let improvement = |rule: &Rule| {
            simpler(rule, &all).map(|other| confidence(rule) - confidence(other)).reduce(f64::min)
        };
        let table = params.fit(&baskets_of(&rows)).unwrap().table_with([RuleStatistic::Improvement]);
        let Some(Column::Floats(column)) = table.column("improvement") else { panic!() };
        prop_assert_eq!(column.len(), all.len());
        for (rule, found) in all.iter().zip(column) {
            let expected = improvement(rule).unwrap_or(f64::NAN);
            prop_assert!((found - expected).abs() < 1e-12 || found.is_nan() && expected.is_nan());
        }
        let limit = f64::from(least) / 10.0;
        let mut expected = all.clone();
        // Differences are of fractions with denominators below 30, so none lies between.
        expected.retain(|rule| improvement(rule).is_none_or(|value| value > limit - 1e-9));
        prop_assert_eq!(made(&rows, &params.min_improvement(Some(limit))), expected);
    }

    #[test]
    fn the_first_k_are_those_of_all(rows in some_baskets(), k in 1_usize..40, measure in 0_usize..30) {
        let params = any_rules(0.2).rank_by(Measure::ALL[measure]);
        let mut expected = made(&rows, &params);
        let key = |rule: &Rule| match Measure::ALL[measure].of(&rule.2) {
            value if value.is_nan() => f64::NEG_INFINITY,
            value if Measure::ALL[measure] == Measure::FisherP => -value,
            value => value,
        };
        prop_assert!(expected.windows(2).all(|pair| key(&pair[0]) >= key(&pair[1])));
        expected.truncate(k);
        prop_assert_eq!(made(&rows, &params.top_k(Some(k))), expected);
    }

    #[test]
    fn significance_is_that_of_the_tested_rules(rows in some_baskets(), percent in 1_u32..=100) {
        let params = any_rules(0.3);
        let all = made(&rows, &params);
        let limit = f64::from(percent) / 100.0;
        let p = |rule: &Rule| Measure::FisherP.of(&rule.2);
        let significant = params.max_p_value(Some(limit));
        let kept = |correction| made(&rows, &significant.clone().correction(correction));
        let below = |most: f64| all.iter().filter(|rule| p(rule) <= most).cloned().collect::<Vec<Rule>>();
        prop_assert_eq!(kept(Correction::None), below(limit));
        prop_assert_eq!(kept(Correction::Bonferroni), below(limit / all.len() as f64));
        let mut sorted: Vec<f64> = all.iter().map(p).collect();
        sorted.sort_by(f64::total_cmp);
        let passing = (1..=sorted.len()).rev().find(|&k| sorted[k - 1] <= k as f64 * limit / all.len() as f64);
        prop_assert_eq!(kept(Correction::BenjaminiHochberg), below(passing.map_or(-1.0, |k| sorted[k - 1])));
    }

    #[test]
    fn rules_of_itemsets_are_rules_of_baskets(rows in some_baskets(), low in 1_u32..3, more in 0_u32..3, top in 1_usize..30) {
        let baskets = baskets_of(&rows);
        let itemsets = FrequentItemsets::params(f64::from(low)).fit(&baskets).unwrap();
        let params = AssociationRules::params(f64::from(low + more)).consequent(Consequent::Any).max_len(Some(4));
        for params in [params.clone(), params.clone().drop_redundant(true).top_k(Some(top)), params.rank_by(Measure::Phi)] {
            prop_assert_eq!(AssociationRules::from_itemsets(&params, &itemsets).unwrap(), params.fit(&baskets).unwrap());
        }
    }
}

#[test]
fn significance_comes_before_redundancy_and_the_first_k_last() {
    let rows: Vec<Vec<i64>> =
        (0..60_i64).map(|i| (0..ITEMS).filter(|k| (i * 31 + k * k) % (k + 3) < 2).collect()).collect();
    let params = any_rules(0.3).max_p_value(Some(0.2)).correction(Correction::None);
    let significant = made(&rows, &params);
    let mut expected = significant.clone();
    expected.retain(|rule| !simpler(rule, &significant).any(|other| confidence(other) >= confidence(rule)));
    assert!(expected.len() > 5 && expected.len() < significant.len(), "{}", expected.len());
    let params = params.drop_redundant(true);
    assert_eq!(made(&rows, &params), expected);
    expected.truncate(4);
    assert_eq!(made(&rows, &params.top_k(Some(4))), expected);
}

#[test]
fn the_first_k_of_many_are_held_and_no_more() {
    let rows: Vec<Vec<i64>> =
        (0..4000_i64).map(|i| (0..30).filter(|k| (i * 31 + k * k) % (k + 3) < 2).collect()).collect();
    let baskets = Baskets::from_ids(rows).unwrap();
    let params =
        AssociationRules::params(120.0).min_confidence(0.1).consequent(Consequent::Any).max_len(Some(5));
    let all = params.fit(&baskets).unwrap();
    assert!(all.len() > 3000 && all.len() < 300_000, "{}", all.len());
    let best = params.clone().top_k(Some(50)).max_rules(2000).fit(&baskets).unwrap();
    assert_eq!(best.partial(), None);
    assert!(best.iter().eq(all.iter().take(50)));
    assert!(params.max_rules(2000).fit(&baskets).unwrap().partial().is_some());
}

#[test]
fn itemsets_that_do_not_suit_are_refused_with_the_reason() {
    let baskets = baskets_of(&[vec![1, 2, 3], vec![1, 2]]);
    let itemsets = FrequentItemsets::params(2.0);
    let params = AssociationRules::params(2.0);
    for (itemsets, params, why) in [
        (itemsets.clone().kind(Kind::Closed), params.clone(), "kind all"),
        (itemsets.clone().min_len(2), params.clone(), "min_len 1"),
        (itemsets.clone().include([1]), params.clone(), "without include"),
        (itemsets.clone().top_k(Some(3)), params.clone(), "top_k"),
        (itemsets.clone(), AssociationRules::params(1.0), "theirs is 2 baskets, that of the rules 1"),
        (itemsets.clone().max_len(Some(2)), params.clone(), "theirs is 2, that of the rules any length"),
        (itemsets.clone(), params.clone().half_life_days(Some(9.0)), "half_life_days"),
    ] {
        let found = itemsets.fit(&baskets).unwrap();
        let error = AssociationRules::from_itemsets(&params, &found).unwrap_err();
        assert!(matches!(error, Error::Param(_)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
    // Of customers it matters too how many stand behind a set.
    let shop = kosar::datasets::Shop::params().lines(500).generate().unwrap();
    let log = shop.to_log(kosar::data::LogOptions::default()).unwrap();
    let found = itemsets.clone().min_customers(2).fit(&log).unwrap();
    let error = AssociationRules::from_itemsets(&params, &found).unwrap_err().to_string();
    assert!(error.contains("theirs is 2, that of the rules 1"), "{error}");
    let shorter = params.max_len(Some(2));
    assert!(
        AssociationRules::from_itemsets(&shorter, &itemsets.max_len(Some(2)).fit(&baskets).unwrap()).is_ok()
    );
}

#[test]
fn itemsets_of_a_budget_give_the_rules_among_them() {
    let baskets = baskets_of(&vec![vec![0, 1, 2, 3, 4, 5]; 3]);
    let some = FrequentItemsets::params(2.0).max_itemsets(20).fit(&baskets).unwrap();
    let rules = AssociationRules::from_itemsets(&AssociationRules::params(2.0), &some).unwrap();
    assert!(matches!(rules.partial(), Some(Partial::MaxItemsets { .. })));
    // All subsets of four items: each of k items splits k ways.
    assert_eq!((some.len(), rules.len()), (15, 6 * 2 + 4 * 3 + 4));
}

#[test]
fn rules_that_there_is_no_time_for_are_told() {
    let itemsets = FrequentItemsets::params(1.0).fit(&baskets_of(&[])).unwrap();
    let params = any_rules(0.0).max_seconds(Some(1e-9));
    let rules = AssociationRules::from_itemsets(&params, &itemsets).unwrap();
    assert_eq!(rules.partial(), Some(Partial::MaxRuleSeconds { itemsets_done: 0, itemsets: 63 }));
    assert!(rules.is_empty());
}

/// Dense baskets have millions of rules: what is made of them in the time is finished in it too.
#[test]
fn mining_making_and_sorting_share_one_deadline() {
    let rows = (0..400_i64).map(|row| (0..26).filter(move |item| (row * 31 + item * item * 7) % 11 > 2));
    let baskets = Baskets::from_ids(rows).unwrap();
    let (seconds, begin) = (0.5, std::time::Instant::now());
    let params = AssociationRules::params(20.0).min_confidence(0.1).consequent(Consequent::Any);
    let rules = params.max_seconds(Some(seconds)).fit(&baskets).unwrap();
    let taken = begin.elapsed().as_secs_f64();
    assert!(matches!(rules.partial(), Some(Partial::MaxSeconds { .. } | Partial::MaxRuleSeconds { .. })));
    assert!(rules.len() > 1000, "{}", rules.len());
    assert!(taken < 3.0 * seconds, "{taken} s");
}

#[test]
fn items_never_seen_are_named() {
    let baskets = baskets_of(&[]);
    let side = || RuleSide::new().only([77]);
    for params in [any_rules(0.5).antecedent_items(side()), any_rules(0.5).consequent_items(side())] {
        let error = params.fit(&baskets).unwrap_err();
        assert!(matches!(error, Error::Id(IdError::Unknown { .. })), "{error}");
    }
    let text = any_rules(0.5).antecedent_items(RuleSide::new().exclude(["a"]));
    assert!(matches!(text.fit(&baskets), Err(Error::Id(IdError::WrongKind { .. }))));
}

#[test]
fn baskets_without_times_have_no_age() {
    let error = any_rules(0.5).half_life_days(Some(30.0)).fit(&baskets_of(&[])).unwrap_err();
    assert!(matches!(error, Error::MissingColumn { column: "time", .. }), "{error}");
}
