//! Updates and forgetting equal a fit, bit for bit; filters act before the selection.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "tests may"
)]

use std::collections::BTreeSet;

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values};
use kosar::similarity::{
    ItemSimilarity, ItemSimilarityParams, Measure, RecommendOptions, Side, Strength, Unit, Weighting,
};
use kosar::{Fit, Id, OrderLog, Persist, TimeUnit};
use proptest::prelude::*;

/// A customer (none above 8), an order, an item, how many, on which day.
type Line = (i64, i64, i64, i64, i64);

fn log(lines: &[Line]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let column = |pick: fn(&Line) -> i64| lines.iter().map(pick).collect::<Vec<_>>();
    let customers: Vec<Option<i64>> = lines.iter().map(|line| (line.0 <= 8).then_some(line.0)).collect();
    let batch = Batch::new(lines.len());
    let batch = batch.ids(Role::Customer, IdValues::Int(customers.into_iter().collect())).unwrap();
    let batch = batch.ids(Role::Order, IdValues::Int(Values::new(column(|line| line.1)))).unwrap();
    let batch = batch.ids(Role::Item, IdValues::Int(Values::new(column(|line| line.2)))).unwrap();
    let batch = batch.numbers(Role::Quantity, NumberValues::Int(Values::new(column(|line| line.3)))).unwrap();
    let days: Vec<i64> = column(|line| line.4).into_iter().map(|day| day * 86_400).collect();
    let times = TimeValues::Int(Values::new(days), TimeUnit::Second);
    builder.push(&batch.time(times).unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Orders have one customer each, and some lines are returns.
fn lines() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(
        (0_i64..40, 0_i64..10, prop::sample::select(vec![1_i64, 1, 2, 3, -1]), 0_i64..50),
        1..60,
    )
    .prop_map(|lines| {
        lines
            .into_iter()
            .map(|(order, item, quantity, day)| (order % 10, order, item, quantity, day))
            .collect()
    })
}

fn params() -> Vec<ItemSimilarityParams> {
    let params = ItemSimilarity::params;
    vec![
        params(),
        params().neighbors(2).measure(Measure::LogLikelihood),
        params().neighbors(3).side(Side::Target).user_exponent(-0.5).shrinkage(2.0),
        params().strength(Strength::Quantity).weighting(Weighting::Bm25 { k1: 1.2, b: 0.75 }),
        params().strength(Strength::Orders).half_life_days(Some(9.0)).max_history(Some(3)),
        params().pair_half_life_days(Some(5.0)),
        params().unit(Unit::Order).neighbors(4),
        params().unit(Unit::Order).min_customers(2).measure(Measure::Lift),
        params().unit(Unit::Order).half_life_days(Some(9.0)),
    ]
}

proptest! {
    #[test]
    fn an_update_equals_a_fit_on_both_logs(lines in lines(), split in 0_i64..40) {
        let (a, b): (Vec<Line>, Vec<Line>) = lines.iter().partition(|line| line.1 < split);
        let (first, second) = (log(&a), log(&b));
        let both = first.append(&second).unwrap();
        for params in params() {
            let updated = params.fit(&first).unwrap().update(&second).unwrap();
            let fitted = params.fit(&both).unwrap();
            prop_assert!(updated.to_bytes().unwrap() == fitted.to_bytes().unwrap(), "{:?}", params);
            prop_assert!(updated == fitted);
        }
    }

    #[test]
    fn forgetting_equals_a_fit_on_what_is_left(lines in lines(), which in 0_usize..9) {
        let log = log(&lines);
        let customers: Vec<Id> = log.customers().unwrap().iter().map(|id| id.to_id()).collect();
        prop_assume!(!customers.is_empty());
        let customer = &customers[which % customers.len()];
        let left = log.forget(customer).unwrap();
        for params in params() {
            let forgot = params.fit(&log).unwrap().forget(customer).unwrap();
            let fitted = params.fit(&left).unwrap();
            prop_assert!(forgot.to_bytes().unwrap() == fitted.to_bytes().unwrap(), "{:?}", params);
            prop_assert!(forgot.forget(customer).is_err());
        }
    }

    #[test]
    fn a_file_gives_the_model_back(lines in lines()) {
        for params in params() {
            let model = params.fit(&log(&lines)).unwrap();
            let read = ItemSimilarity::from_bytes(&model.to_bytes().unwrap()).unwrap();
            prop_assert!(read == model);
            for item in model.items().iter() {
                prop_assert_eq!(read.similar(item, 99).unwrap(), model.similar(item, 99).unwrap());
            }
        }
    }

    #[test]
    fn filters_act_before_the_selection(
        lines in lines(), n in 0_usize..6, only in prop::option::of(prop::collection::btree_set(0_i64..12, 0..8)),
        exclude in prop::collection::btree_set(0_i64..12, 0..4),
    ) {
        let model = ItemSimilarity::params().neighbors(3).fit(&log(&lines)).unwrap();
        let options = RecommendOptions::new().only(only.clone()).exclude(exclude.clone());
        let allowed = |id: &Id| {
            let Id::Int(item) = id else { panic!("items are integers") };
            !exclude.contains(item) && only.as_ref().is_none_or(|only| only.contains(item))
        };
        for item in model.items().iter() {
            let mut expected = model.similar(item, 99).unwrap();
            expected.retain(|found| allowed(&found.item));
            expected.truncate(n);
            prop_assert_eq!(model.similar_with(item, n, &options).unwrap(), expected);
            let mut expected = model.recommend_for_items([item], 99).unwrap();
            expected.retain(|found| allowed(&found.item));
            expected.truncate(n);
            prop_assert_eq!(model.recommend_for_items_with([item], n, &options).unwrap(), expected);
        }
    }

    #[test]
    fn explanations_add_up_to_the_score(lines in lines()) {
        let model = ItemSimilarity::params().fit(&log(&lines)).unwrap();
        for customer in model.customers().iter() {
            for found in model.recommend_for_customer(customer, 99).unwrap() {
                let parts = model.explain_for_customer(customer, &found.item).unwrap();
                let sum: f64 = parts.iter().map(|part| part.similarity).sum();
                prop_assert!((sum - found.score).abs() < 1e-12);
                prop_assert!(parts.is_sorted_by(|a, b| a.similarity >= b.similarity));
                let kosar::rank::Reason::Similar { to, count, similarity } = found.reason else { panic!() };
                prop_assert_eq!((&parts[0].from, parts[0].count, parts[0].similarity.to_bits()), (&to, count, similarity.to_bits()));
            }
        }
    }

    #[test]
    fn similar_customers_are_those_of_the_brute_force(lines in lines(), n in 0_usize..5) {
        let model = ItemSimilarity::params().fit(&log(&lines)).unwrap();
        let owned = |customer: &Id| -> BTreeSet<i64> {
            let left = |item: i64| -> i64 {
                let theirs = lines.iter().filter(|line| Id::Int(line.0) == *customer && line.2 == item);
                theirs.map(|line| line.3).sum()
            };
            let bought = |item: &i64| lines.iter().any(|line| Id::Int(line.0) == *customer && line.2 == *item && line.3 > 0);
            (0..10).filter(|item| bought(item) && left(*item) > 0).collect()
        };
        let customers: Vec<Id> = model.customers().iter().map(|id| id.to_id()).collect();
        for customer in &customers {
            let mine = owned(customer);
            let mut expected: Vec<(f64, u64, &Id)> = customers.iter().filter(|other| *other != customer).filter_map(|other| {
                let theirs = owned(other);
                let both = mine.intersection(&theirs).count();
                let similarity = both as f64 / ((mine.len() * theirs.len()) as f64).sqrt();
                (both > 0).then_some((similarity, both as u64, other))
            }).collect();
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(b.2)));
            let found = model.similar_customers(customer, n).unwrap();
            prop_assert_eq!(found.len(), n.min(expected.len()));
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert_eq!((&found.customer, found.count), (expected.2, expected.1));
                prop_assert!((found.similarity - expected.0).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn what_one_dislikes_or_returned_lowers_what_resembles_it() {
    // 1 goes with 3 twice and with 4 once, 2 with 3 once.
    let lines: Vec<Line> = [(0, 1), (0, 3), (1, 1), (1, 3), (2, 1), (2, 4), (3, 2), (3, 3)]
        .iter()
        .enumerate()
        .map(|(at, &(customer, item))| (customer, at as i64, item, 1, 0))
        .chain([(4, 90, 1, 1, 0), (4, 91, 2, 1, 0), (4, 92, 2, -1, 1)])
        .collect();
    let model = ItemSimilarity::params().measure(Measure::Dot).fit(&log(&lines)).unwrap();
    let asked = |options: &RecommendOptions| -> Vec<(Id, f64)> {
        let found = model.recommend_for_customer_with(4, 9, options).unwrap();
        found.into_iter().map(|found| (found.item, found.score)).collect()
    };
    let plain = RecommendOptions::new();
    assert_eq!(asked(&plain), [(3.into(), 2.0), (2.into(), 1.0), (4.into(), 1.0)]);
    assert_eq!(
        asked(&plain.clone().returned_weight(0.75)),
        [(3.into(), 1.25), (2.into(), 1.0), (4.into(), 1.0)]
    );
    assert_eq!(asked(&plain.clone().dislikes([2])), [(3.into(), 1.0), (4.into(), 1.0)]);
    assert_eq!(asked(&plain.clone().min_score(Some(1.5))), [(3.into(), 2.0)]);
    let again = RecommendOptions::new().keep_owned(true);
    let found = model.recommend_for_items_with([1, 3], 9, &again).unwrap();
    assert_eq!(
        found.iter().map(|found| &found.item).collect::<Vec<_>>(),
        [&Id::Int(1), &Id::Int(2), &Id::Int(3), &Id::Int(4)]
    );
}

#[test]
fn a_range_of_customers_is_a_piece_of_all() {
    let lines: Vec<Line> = (0..60).map(|at| (at % 9, at, (at * 7) % 11, 1, 0)).collect();
    let model = ItemSimilarity::params().fit(&log(&lines)).unwrap();
    let all = model.recommend_all(4).unwrap();
    let piece = model.recommend_range(2..5, 4, &RecommendOptions::new()).unwrap();
    assert_eq!(piece.items(), &all.items()[8..20]);
    assert!(model.recommend_all(0).unwrap().items().is_empty());
}
