//! Temporal rules of any log, small random ones taken to show it.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
use kosar::rank::Reason;
use kosar::sequence::{TemporalMeasure, TemporalPartial, TemporalRules, TemporalRulesParams};
use kosar::{Control, Error, Fit, Id, OrderLog, Persist, TimeUnit};
use proptest::prelude::*;

const HOUR: i64 = 3_600;

/// Order, customer, item, hour.
type Row = (i64, Option<i64>, i64, i64);

/// Orders of few customers, each with a time of its own, and some of nobody; in half of them times are often the same.
fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    (1_i64..60, prop::collection::vec((0_i64..40, 0_i64..6), 1..90)).prop_map(|(hours, rows)| {
        let customer = |order: i64| (order % 9 != 0).then_some(order % 5);
        let hour = |order: i64| (order * 7_919) % 104_729 % hours;
        rows.into_iter().map(|(order, item)| (order, customer(order), item, hour(order))).collect()
    })
}

fn log(rows: &[Row]) -> OrderLog {
    let ids = |pick: &dyn Fn(&Row) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let seconds: Vec<i64> = rows.iter().map(|row| row.3 * HOUR).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ids(&|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ids(&|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(&|row| Some(row.2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Antecedent and consequent; counts of the rule, the antecedent, the consequent and all; quartiles in days.
type Found = BTreeMap<(i64, i64), ([u64; 4], [f64; 3])>;

/// The definition, word by word: every pair of items, every customer, every pair of orders.
fn brute_force(rows: &[Row], within_hours: i64, repeats: bool, full_window: bool) -> Found {
    let end = rows.iter().map(|row| row.3).max().unwrap();
    let items: BTreeSet<i64> = rows.iter().map(|row| row.2).collect();
    let customers: BTreeSet<i64> = rows.iter().filter_map(|row| row.1).collect();
    let bought = |who: i64, item: i64| rows.iter().filter(move |row| row.1 == Some(who) && row.2 == item);
    let first =
        |who: i64, item: i64| bought(who, item).filter(|row| !full_window || row.3 + within_hours <= end);
    let mut found = Found::new();
    for &a in &items {
        for &b in items.iter().filter(|&&b| repeats || a != b) {
            let mut delays: Vec<i64> = Vec::new();
            for &who in &customers {
                let gaps = first(who, a).flat_map(|one| bought(who, b).map(move |other| other.3 - one.3));
                delays.extend(gaps.filter(|gap| (1..=within_hours).contains(gap)).min());
            }
            let n_a = customers.iter().filter(|&&who| first(who, a).count() > 0).count();
            let n_b = customers.iter().filter(|&&who| bought(who, b).count() > 0).count();
            if !delays.is_empty() {
                delays.sort_unstable();
                let counts = [delays.len(), n_a, n_b, customers.len()].map(|count| count as u64);
                found.insert((a, b), (counts, [0.25, 0.5, 0.75].map(|p| quantile(&delays, p) / 24.0)));
            }
        }
    }
    found
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small"
)]
fn quantile(sorted: &[i64], p: f64) -> f64 {
    let h = (sorted.len() - 1) as f64 * p;
    let (low, high) = (sorted[h.floor() as usize] as f64, sorted[h.ceil() as usize] as f64);
    low + (h - h.floor()) * (high - low)
}

fn found(rules: &TemporalRules) -> Found {
    let id = |item: kosar::ItemIx| rules.items().as_ints().unwrap()[item.as_usize()];
    rules
        .iter()
        .map(|rule| {
            let counts = [rule.count, rule.antecedent_count, rule.consequent_count, rule.n_customers];
            (
                (id(rule.antecedent), id(rule.consequent)),
                (counts, [rule.q1_days, rule.median_days, rule.q3_days]),
            )
        })
        .collect()
}

#[allow(clippy::cast_precision_loss, reason = "small")]
fn within(hours: i64) -> TemporalRulesParams {
    TemporalRules::params(hours as f64 / 24.0)
}

fn assert_same(found: &Found, expected: &Found) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (pair, (counts, days)) in found {
        let (expected_counts, expected_days) = &expected[pair];
        prop_assert_eq!(counts, expected_counts, "{:?}", pair);
        for (a, b) in days.iter().zip(expected_days) {
            prop_assert!((a - b).abs() < 1e-9, "{:?} {:?} {:?}", pair, days, expected_days);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_definition_followed_word_by_word_gives_the_same(
        rows in some_rows(), hours in 1_i64..40, repeats: bool, full_window: bool, min_count in 1_u32..4,
        min_confidence in prop::sample::select(vec![0.0, 0.25, 0.5]),
    ) {
        let params = within(hours).min_support(min_count.into()).min_confidence(min_confidence)
            .repeats(repeats).full_window(full_window);
        let rules = params.fit(&log(&rows)).unwrap();
        let mut expected = brute_force(&rows, hours, repeats, full_window);
        #[allow(clippy::cast_precision_loss, reason = "small")]
        expected.retain(|_, (counts, _)| {
            counts[0] >= u64::from(min_count) && counts[0] as f64 >= min_confidence * counts[1] as f64
        });
        assert_same(&found(&rules), &expected)?;
        let lifts: Vec<f64> = rules.iter().map(|rule| rule.lift()).collect();
        prop_assert!(lifts.is_sorted_by(|a, b| a >= b));
        prop_assert_eq!(TemporalRules::from_bytes(&rules.to_bytes().unwrap()).unwrap(), rules);
    }

    #[test]
    fn rows_in_any_order_on_any_number_of_threads_give_the_same(
        (rows, shuffled) in some_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        top_k in 1_usize..12,
    ) {
        let params = within(30).min_support(1.0).repeats(true);
        let all = params.fit(&log(&rows)).unwrap();
        let on_one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        prop_assert_eq!(&on_one.install(|| params.fit(&log(&shuffled)).unwrap()), &all);
        let top = params.top_k(Some(top_k)).fit(&log(&rows)).unwrap();
        prop_assert_eq!(top.iter().collect::<Vec<_>>(), all.iter().take(top_k).collect::<Vec<_>>());
    }
}

/// Four customers buy a printer on day 0 and ink after 2, 4, 8 and 20 days; a fifth buys ink only.
fn printers() -> OrderLog {
    let mut rows = Vec::new();
    for (who, day) in [(1, 2), (2, 4), (3, 8), (4, 20)] {
        rows.push((10 * who, Some(who), 100, 0));
        rows.push((10 * who + 1, Some(who), 200, day * 24));
    }
    rows.push((50, Some(5), 200, 24));
    log(&rows)
}

#[test]
fn a_rule_of_four_customers_is_what_a_hand_works_out() {
    let rules = TemporalRules::params(8.0).min_support(0.6).fit(&printers()).unwrap();
    assert_eq!(rules.len(), 1);
    let rule = rules.rule(0);
    // The eighth day is in, the twentieth is out: three of four, of five.
    assert_eq!((rule.count, rule.antecedent_count, rule.consequent_count, rule.n_customers), (3, 4, 5, 5));
    assert!((rule.support() - 0.6).abs() < 1e-15);
    assert!((rule.confidence() - 0.75).abs() < 1e-15);
    assert!((rule.lift() - 0.75).abs() < 1e-15);
    assert_eq!((rule.q1_days, rule.median_days, rule.q3_days), (3.0, 4.0, 6.0));
    let twenty = TemporalRules::params(20.0).min_support(4.0).fit(&printers()).unwrap();
    assert!((twenty.rule(0).median_days - 6.0).abs() < 1e-15, "halfway between 4 and 8");
    let table = rules.table();
    let names: Vec<&str> = table.columns().iter().map(|(name, _)| name.as_ref()).collect();
    assert_eq!(
        names,
        [
            "antecedent",
            "consequent",
            "count",
            "support",
            "confidence",
            "lift",
            "median_days",
            "q1_days",
            "q3_days"
        ]
    );
    assert_eq!(
        (table.ids("antecedent", 0), table.ids("consequent", 0)),
        (vec![Id::from(100)], vec![Id::from(200)])
    );
}

#[test]
fn what_comes_next_is_ordered_by_the_measure_asked_for() {
    // Of four customers with 1, three buy 2 later and two buy 3; everybody else buys 2 as well.
    let mut rows = vec![];
    for who in 1..=4 {
        rows.push((10 * who, Some(who), 1, 0));
    }
    rows.extend([1, 2, 3].map(|who| (10 * who + 1, Some(who), 2, 24)));
    rows.extend([1, 2].map(|who| (10 * who + 2, Some(who), 3, 48)));
    rows.extend((5..=9).map(|who| (10 * who, Some(who), 2, 0)));
    let rules = TemporalRules::params(30.0).min_support(2.0).fit(&log(&rows)).unwrap();
    let items = |measure| -> Vec<Id> {
        rules.next_by(1, 9, measure).unwrap().into_iter().map(|next| next.item).collect()
    };
    assert_eq!(items(TemporalMeasure::Confidence), [Id::from(2), Id::from(3)]);
    assert_eq!(items(TemporalMeasure::Lift), [Id::from(3), Id::from(2)]);
    let next = &rules.next(1, 1).unwrap()[0];
    assert_eq!(
        next.reason,
        Reason::Sequence { after: 1.into(), count: 3, confidence: 0.75, median_days: 1.0 }
    );
    let json = serde_json::to_string(&next.reason).unwrap();
    assert!(json.starts_with(r#"{"kind":"sequence","after":1,"count":3"#), "{json}");
    assert_eq!(rules.next(1, 0).unwrap(), []);
    assert_eq!(rules.next(9, 3).unwrap_err().to_string(), "unknown item 9");
    assert_eq!(rules.next("1", 3).unwrap_err().to_string(), "item ids are integer here, got the string '1'");
}

#[test]
fn orders_of_nobody_are_left_out_and_counted() {
    let rules = TemporalRules::params(9.0).min_support(1.0);
    let rules = rules.fit(&log(&[(1, None, 1, 0), (2, None, 2, 24), (3, Some(7), 1, 24)])).unwrap();
    assert_eq!((rules.len(), rules.n_customers(), rules.anonymous_orders()), (0, 1, 2));
}

#[test]
fn what_a_log_lacks_is_named() {
    let baskets = OrderLog::from_baskets([vec![1, 2]]).unwrap();
    let error = TemporalRules::params(9.0).fit(&baskets).unwrap_err();
    assert!(
        matches!(error, Error::MissingColumn { column: "customer", needed_by: "TemporalRules" }),
        "{error}"
    );
    let control = Control::new();
    control.cancel();
    let error = TemporalRules::params(9.0).fit_with(&printers(), &control).unwrap_err();
    assert!(matches!(error, Error::Cancelled));
}

#[test]
fn a_damaged_byte_is_found_wherever_it_is() {
    let bytes = TemporalRules::params(20.0).min_support(1.0).fit(&printers()).unwrap().to_bytes().unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        let error = TemporalRules::from_bytes(&damaged).unwrap_err();
        assert!(matches!(error, Error::Persist(_)), "byte {at}: {error}");
    }
    let kosar::Model::TemporalRules(read) = kosar::Model::from_bytes(&bytes).unwrap() else { panic!() };
    assert_eq!(read.to_bytes().unwrap(), bytes);
}

/// The rules whose antecedents are among the most bought: what a budget leaves.
fn of_antecedents(all: &TemporalRules, done: usize) -> Vec<(u32, u32, u64)> {
    let mut starters: BTreeMap<u32, u64> = BTreeMap::new();
    all.iter().for_each(|rule| _ = starters.insert(rule.antecedent.as_u32(), rule.antecedent_count));
    let mut order: Vec<u32> = starters.keys().copied().collect();
    order.sort_by_key(|item| std::cmp::Reverse(starters[item]));
    named(all).into_iter().filter(|rule| order[..done].contains(&rule.0)).collect()
}

fn named(rules: &TemporalRules) -> Vec<(u32, u32, u64)> {
    rules.iter().map(|rule| (rule.antecedent.as_u32(), rule.consequent.as_u32(), rule.count)).collect()
}

/// Six customers who buy 0 to 5 one after the other, each beginning at another item: every item has a follower but one.
fn staggered() -> OrderLog {
    let order = |who: i64, item: i64| (who * 10 + item, Some(who), item, 24 * (item + who));
    log(&(0..6).flat_map(|who| (who..6).map(move |item| order(who, item))).collect::<Vec<Row>>())
}

#[test]
fn a_budget_leaves_the_rules_of_the_most_bought_antecedents_whole() {
    let params = TemporalRules::params(30.0).min_support(1.0);
    let all = params.fit(&staggered()).unwrap();
    assert_eq!((all.len(), all.partial()), (15, None));
    // Item 5 is bought by all and followed by none; then 4 by one, 3 by two and so on.
    for max_rules in 1..15 {
        let rules = params.clone().max_rules(max_rules).fit(&staggered()).unwrap();
        let Some(TemporalPartial::MaxRules { max_rules: told, antecedents_done, antecedents: 6 }) =
            rules.partial()
        else {
            panic!("{:?}", rules.partial())
        };
        assert_eq!(told, max_rules);
        assert!(rules.len() <= max_rules);
        assert_eq!(named(&rules), of_antecedents(&all, antecedents_done - 1), "{max_rules}");
        assert_eq!(TemporalRules::from_bytes(&rules.to_bytes().unwrap()).unwrap(), rules);
    }
    assert_eq!(params.clone().max_rules(15).fit(&staggered()).unwrap().partial(), None);
    // No more are held than are wanted.
    let best = params.clone().top_k(Some(2)).max_rules(2).fit(&staggered()).unwrap();
    assert_eq!((named(&best), best.partial()), (named(&all)[..2].to_vec(), None));
    let late = params.max_seconds(Some(1e-9)).fit(&staggered()).unwrap();
    assert_eq!(late.partial(), Some(TemporalPartial::MaxSeconds { antecedents_done: 0, antecedents: 6 }));
    assert!(late.is_empty());
    let message = late.partial().unwrap().to_string();
    assert!(
        message.starts_with("stopped at max_seconds: complete for the 0 most bought of 6 items"),
        "{message}"
    );
}

#[test]
fn a_file_from_before_there_were_budgets_is_read() {
    let params = TemporalRules::params(30.0).top_k(Some(3));
    let json = serde_json::to_value(&params).unwrap();
    let mut old = json.clone();
    for name in ["max_rules", "max_seconds"] {
        assert!(old.as_object_mut().unwrap().remove(name).is_some());
    }
    assert_eq!(serde_json::from_value::<TemporalRulesParams>(old).unwrap(), params);
}

#[test]
fn antecedents_beyond_a_block_have_their_rules() {
    // Item after item, each pair by two customers of its own.
    let pair = |item: i64, who: i64| {
        let customer = 2 * item + who;
        [0, 1].map(|step| (customer * 2 + step, Some(customer), item + step, 24 * step))
    };
    let rows: Vec<Row> = (0..600).flat_map(|item| [0, 1].map(|who| pair(item, who))).flatten().collect();
    let rules = TemporalRules::params(30.0).min_support(2.0).fit(&log(&rows)).unwrap();
    let mut pairs: Vec<(u32, u32, u64)> = named(&rules);
    pairs.sort_unstable();
    assert_eq!(pairs, (0..600).map(|item| (item, item + 1, 2)).collect::<Vec<_>>());
}

#[test]
fn why_rules_are_missing_is_in_the_file() {
    for params in [
        TemporalRules::params(30.0).min_support(1.0).max_rules(3),
        TemporalRules::params(30.0).min_support(1.0).max_seconds(Some(1e-9)),
    ] {
        let rules = params.fit(&staggered()).unwrap();
        let read = TemporalRules::from_bytes(&rules.to_bytes().unwrap()).unwrap();
        assert!(read.partial().is_some());
        assert_eq!(read.partial(), rules.partial());
    }
}
