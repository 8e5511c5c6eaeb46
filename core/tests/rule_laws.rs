//! What holds for association rules of any baskets, small random ones taken to show it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeSet;

use kosar::data::Baskets;
use kosar::itemset::Partial;
use kosar::rank::Reason;
use kosar::rule::{AssociationRules, AssociationRulesParams, Combine, Consequent, Measure, RecommendOptions};
use kosar::{Control, Error, Fit};
use proptest::prelude::*;

/// Antecedent, consequent, and the counts of all, antecedent, consequent, both.
type Rule = (Vec<i64>, Vec<i64>, [u64; 4]);

fn baskets_of(rows: &[Vec<i64>]) -> Baskets {
    Baskets::from_ids(rows.iter().map(|row| row.iter().copied())).unwrap()
}

fn named(rules: &AssociationRules) -> Vec<Rule> {
    let ids = rules.items().as_ints().unwrap_or_default();
    let name = |items: &[kosar::ItemIx]| items.iter().map(|item| ids[item.as_usize()]).collect();
    rules
        .iter()
        .map(|rule| {
            let counts = rule.contingency;
            let counts = [counts.n(), counts.n_a(), counts.n_b(), counts.n_ab()];
            (name(rule.antecedent), name(rule.consequent), counts)
        })
        .collect()
}

fn made(rows: &[Vec<i64>], params: &AssociationRulesParams) -> Vec<Rule> {
    named(&params.fit(&baskets_of(rows)).unwrap())
}

/// Every pair of disjoint sets of items, counted basket by basket; confidence in tenths.
fn brute_force(rows: &[Vec<i64>], min_count: u64, tenths: u64, longest: u32) -> BTreeSet<Rule> {
    let sets: Vec<u32> = rows.iter().map(|row| row.iter().fold(0, |set, id| set | 1 << id)).collect();
    let count = |set: u32| sets.iter().filter(|&&basket| basket & set == set).count() as u64;
    let ids = |set: u32| (0..32).filter(|i| set >> i & 1 == 1).map(i64::from).collect::<Vec<_>>();
    let mut rules = BTreeSet::new();
    for a in 1..1_u32 << 6 {
        for b in (1..1_u32 << 6).filter(|b| b & a == 0 && b.count_ones() <= longest) {
            let counts = [sets.len() as u64, count(a), count(b), count(a | b)];
            if counts[3] >= min_count && 10 * counts[3] >= tenths * counts[1] {
                rules.insert((ids(a), ids(b), counts));
            }
        }
    }
    rules
}

fn some_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..6, 1..7), 0..25)
}

fn on_threads<T: Send>(n: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(run)
}

proptest! {
    #[test]
    fn all_splits_counted_one_by_one_give_the_same(
        rows in some_baskets(), min_count in 1_u32..5, tenths in 0_u32..=10, any: bool,
    ) {
        let consequent = if any { Consequent::Any } else { Consequent::Single };
        let params = AssociationRules::params(f64::from(min_count))
            .min_confidence(f64::from(tenths) / 10.0)
            .consequent(consequent);
        let rules = made(&rows, &params);
        let expected =
            brute_force(&rows, u64::from(min_count), u64::from(tenths), if any { u32::MAX } else { 1 });
        prop_assert_eq!(rules.len(), expected.len());
        prop_assert_eq!(rules.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn rules_are_in_their_order(rows in some_baskets()) {
        let rules = AssociationRules::params(1.0).consequent(Consequent::Any).fit(&baskets_of(&rows)).unwrap();
        let of = |measure: Measure, i: usize| measure.of(&rules.rule(i).contingency);
        for i in 1..rules.len() {
            let (above, below) = (rules.rule(i - 1), rules.rule(i));
            let order = of(Measure::Lift, i)
                .total_cmp(&of(Measure::Lift, i - 1))
                .then(below.contingency.n_ab().cmp(&above.contingency.n_ab()))
                .then(of(Measure::Confidence, i).total_cmp(&of(Measure::Confidence, i - 1)))
                .then(above.antecedent.cmp(below.antecedent))
                .then(above.consequent.cmp(below.consequent));
            prop_assert!(order.is_lt());
        }
    }

    #[test]
    fn the_order_of_the_baskets_changes_nothing(
        (rows, shuffled) in some_baskets().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let params = AssociationRules::params(1.0).consequent(Consequent::Any);
        prop_assert_eq!(made(&rows, &params), made(&shuffled, &params));
    }

    #[test]
    fn new_names_in_the_same_order_change_only_the_names(rows in some_baskets()) {
        let rename = |id: &i64| id * 100 - 250;
        let all = |ids: &[i64]| ids.iter().map(rename).collect::<Vec<i64>>();
        let renamed: Vec<Vec<i64>> = rows.iter().map(|row| all(row)).collect();
        let params = AssociationRules::params(1.0);
        let expected: Vec<Rule> =
            made(&rows, &params).iter().map(|(a, b, counts)| (all(a), all(b), *counts)).collect();
        prop_assert_eq!(made(&renamed, &params), expected);
    }

    #[test]
    fn a_cart_is_answered_as_by_a_look_at_every_rule(
        rows in some_baskets(), cart in prop::collection::vec(0_usize..6, 0..5), n in 0_usize..8, any: bool,
    ) {
        let consequent = if any { Consequent::Any } else { Consequent::Single };
        let baskets = baskets_of(&rows);
        let rules =
            AssociationRules::params(1.0).min_confidence(0.2).consequent(consequent).fit(&baskets).unwrap();
        let ids = rules.items().as_ints().unwrap_or_default();
        let cart: Vec<i64> = cart.into_iter().filter_map(|i| ids.get(i).copied()).collect();
        let mut expected = Vec::new();
        for &id in ids.iter().filter(|id| !cart.contains(id)) {
            let best = named(&rules)
                .into_iter()
                .filter(|(a, b, _)| b.contains(&id) && a.iter().all(|item| cart.contains(item)))
                .map(|(_, _, [_, n_a, _, n_ab])| (n_ab as f64 / n_a as f64, n_ab))
                .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            expected.extend(best.map(|(confidence, count)| (id, confidence, count)));
        }
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
        expected.truncate(n);
        let answer = rules.recommend(cart.iter().copied(), n).unwrap();
        prop_assert_eq!(answer.len(), expected.len());
        for (given, (id, score, n_ab)) in answer.iter().zip(expected) {
            prop_assert_eq!((&given.item, given.score.to_bits()), (&id.into(), score.to_bits()));
            let Reason::Rule { antecedent, count, confidence, .. } = &given.reason else { panic!() };
            prop_assert_eq!((*count, confidence.to_bits()), (n_ab, score.to_bits()));
            prop_assert!(antecedent.iter().all(|item| cart.iter().any(|id| item == &(*id).into())));
        }
    }

    #[test]
    fn what_rules_say_adds_up_as_by_a_look_at_every_rule(
        rows in some_baskets(), cart in prop::collection::vec(0_usize..6, 0..5), measure in 0_usize..30, which in 0_usize..3,
    ) {
        let baskets = baskets_of(&rows);
        let rules = AssociationRules::params(1.0).min_confidence(0.1).fit(&baskets).unwrap();
        let ids = rules.items().as_ints().unwrap_or_default();
        let cart: Vec<i64> = cart.into_iter().filter_map(|i| ids.get(i).copied()).collect();
        let combine = [Combine::Max, Combine::Sum, Combine::NoisyOr][which];
        let measure = if which == 2 { Measure::Laplace } else { Measure::ALL[measure] };
        let options = RecommendOptions::new().measure(measure).combine(combine).exclude(ids.first().copied());
        if measure == Measure::FisherP {
            let refused = rules.recommend_with(cart.iter().copied(), 1, &options);
            prop_assert!(matches!(refused, Err(Error::Param(_))));
            return Ok(());
        }
        let mut expected = Vec::new();
        for &id in ids.iter().skip(1).filter(|id| !cart.contains(id)) {
            let named = named(&rules).into_iter().zip(rules.iter());
            let values: Vec<f64> = named
                .filter(|((a, b, _), _)| b == &[id] && a.iter().all(|item| cart.contains(item)))
                .map(|(_, rule)| measure.of(&rule.contingency))
                .filter(|value| !value.is_nan())
                .collect();
            let score = match combine {
                Combine::Max => values.iter().copied().reduce(f64::max),
                Combine::Sum => values.iter().copied().reduce(|a, b| a + b),
                Combine::NoisyOr => values.iter().map(|value| 1.0 - value).reduce(|a, b| a * b).map(|none| 1.0 - none),
            };
            expected.extend(score.map(|score| (id, score)));
        }
        let answer = rules.recommend_with(cart.iter().copied(), 9, &options).unwrap();
        prop_assert_eq!(answer.len(), expected.len());
        prop_assert!(answer.windows(2).all(|pair| pair[0].score >= pair[1].score));
        for (id, score) in expected {
            let found = answer.iter().find(|found| found.item == id.into()).unwrap().score;
            let is_close = (found - score).abs() <= 1e-12 * score.abs().max(1.0);
            prop_assert!(is_close || found.to_bits() == score.to_bits(), "{} {}", found, score);
        }
    }

    #[test]
    fn a_budget_keeps_the_rules_of_the_most_frequent_itemsets(rows in some_baskets(), max_rules in 1_usize..60) {
        let params = AssociationRules::params(1.0).min_confidence(0.3).consequent(Consequent::Any);
        let everything: BTreeSet<Rule> = made(&rows, &params).into_iter().collect();
        let limited = params.max_rules(max_rules);
        let rules = limited.fit(&baskets_of(&rows)).unwrap();
        prop_assert!(rules.len() <= max_rules);
        prop_assert_eq!(rules.partial().is_none(), rules.len() == everything.len());
        let kept: BTreeSet<Rule> = named(&rules).into_iter().collect();
        prop_assert!(kept.is_subset(&everything));
        let least = kept.iter().map(|rule| rule.2[3]).min().unwrap_or(u64::MAX);
        prop_assert!(everything.difference(&kept).all(|rule| rule.2[3] <= least));
        if let Some(partial) = rules.partial() {
            prop_assert!(matches!(partial, Partial::MaxRules { .. }), "{}", partial);
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let rows: Vec<Vec<i64>> =
        (0..2000_i64).map(|i| (0..40).filter(|k| (i * 31 + k * k) % (k + 3) < 2).collect()).collect();
    let baskets = baskets_of(&rows);
    for params in
        [AssociationRules::params(60.0).min_confidence(0.3), AssociationRules::params(60.0).max_rules(500)]
    {
        let one = on_threads(1, || params.fit(&baskets).unwrap());
        assert!(one.len() > 400, "{}", one.len());
        for threads in [2, 7] {
            assert_eq!(on_threads(threads, || params.fit(&baskets).unwrap()), one);
        }
    }
}

#[test]
fn a_confidence_on_the_boundary_counts_as_written() {
    // 1 is in 10 baskets, 3 of them with 2.
    let rows: Vec<Vec<i64>> = (0..10).map(|i| if i < 3 { vec![1, 2] } else { vec![1] }).collect();
    let with = |min_confidence| {
        made(&rows, &AssociationRules::params(1.0).min_confidence(min_confidence))
            .iter()
            .any(|(a, ..)| a == &[1])
    };
    assert!(with(0.3));
    assert!(!with(0.1 + 0.2));
}

#[test]
fn limits_on_bytes_and_itemsets_are_told() {
    let rows = vec![(0..8).collect::<Vec<i64>>(); 4];
    let params = AssociationRules::params(2.0).consequent(Consequent::Any);
    let baskets = baskets_of(&rows);
    let rules = params.clone().max_itemsets(100).fit(&baskets).unwrap();
    assert_eq!(rules.partial(), Some(Partial::MaxItemsets { max_itemsets: 100, items_done: 6, items: 8 }));
    assert_eq!(rules.len(), 3_usize.pow(6) - 2 * 2_usize.pow(6) + 1);
    let rules = params.max_bytes(50_000).fit(&baskets).unwrap();
    assert!(matches!(rules.partial(), Some(Partial::MaxRuleBytes { .. })), "{:?}", rules.partial());
}

#[test]
fn no_baskets_have_no_rules() {
    let rules = AssociationRules::params(0.1).fit(&baskets_of(&[])).unwrap();
    assert!(rules.is_empty() && rules.table().is_empty());
    assert_eq!(rules.recommend([] as [i64; 0], 5).unwrap(), []);
}

#[test]
fn cancelling_ends_the_fit() {
    let control = Control::new();
    control.cancel();
    let result = AssociationRules::params(1.0).fit_with(&baskets_of(&[vec![1, 2]]), &control);
    assert!(matches!(result, Err(Error::Cancelled)));
}

#[test]
fn models_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<AssociationRules>();
    shared::<kosar::itemset::FrequentItemsets>();
}
