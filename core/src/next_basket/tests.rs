//! The model against its definition, computed in full on random shops.
#![allow(clippy::cast_precision_loss, reason = "counts are small")]
#![allow(clippy::cast_possible_truncation, reason = "weights are kept in single precision")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::data::{Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values};
use crate::eval::{EvaluateOptions, SplitOptions, evaluate, leave_last_basket};
use crate::next_basket::{NextBasket, NextBasketOptions, NextBasketParams, Novelty, Personal};
use crate::persist::SaveOptions;
use crate::rank::{ItemFilter, Reason, Recommend, Recommendation, Visitor};
use crate::time::TimeUnit;
use crate::{Control, Error, Fit, IdError, IdRef, ItemIx, OrderLog, Params, Persist, PersistError};

type Baskets = Vec<Vec<i64>>;

fn ids(values: Vec<i64>) -> IdValues<'static> {
    IdValues::Int(Values::new(values))
}

/// A log of rows of customer, order, item and time.
fn log_of(rows: &[[i64; 4]]) -> OrderLog {
    let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ids(column(0)))
        .and_then(|batch| batch.ids(Role::Order, ids(column(1))))
        .and_then(|batch| batch.ids(Role::Item, ids(column(2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(column(3)), TimeUnit::Second)))
        .unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

/// The baskets of each customer, in the order of time. Orders are numbered against time, which must not matter.
fn log(shop: &[Baskets]) -> OrderLog {
    let mut rows = Vec::new();
    for (customer, baskets) in (0..).zip(shop) {
        for (at, basket) in (0..).zip(baskets) {
            rows.extend(basket.iter().map(|&item| [customer, 1000 * customer + 500 - at, item, at]));
        }
    }
    log_of(&rows)
}

fn holds(basket: &[i64], item: usize) -> bool {
    basket.iter().any(|&found| usize::try_from(found) == Ok(item))
}

/// The vector by the words of the definition: groups from the last one on, each the latest basket first.
fn vector(baskets: &[Vec<i64>], n_items: usize, params: &NextBasketParams) -> Vec<f64> {
    let latest: Vec<&Vec<i64>> = baskets.iter().rev().collect();
    let groups: Vec<_> = latest.chunks(params.group_size.unwrap_or(usize::MAX)).collect();
    let of = |item: usize| {
        let mut shares = Vec::new();
        for (before, group) in (0..).zip(&groups) {
            for (age, basket) in (0..).zip(group.iter()) {
                let decay = params.within_decay.powi(age) * params.group_decay.powi(before);
                let share = decay / (group.len() as f64 * groups.len() as f64);
                shares.push(if holds(basket, item) { share } else { 0.0 });
            }
        }
        f64::from(shares.iter().rev().sum::<f64>() as f32)
    };
    (0..n_items).map(of).collect()
}

/// How probably each of the items is bought again, by the words of the definition; 0 for an item never bought.
fn repurchases(
    baskets: &[Vec<i64>],
    shop: &[Baskets],
    n_items: usize,
    params: &NextBasketParams,
) -> Vec<f64> {
    let first = |baskets: &[Vec<i64>], item: usize| baskets.iter().position(|basket| holds(basket, item));
    let (mut repeats, mut exposures) = (vec![0.0; n_items], vec![0.0; n_items]);
    for baskets in shop {
        for item in 0..n_items {
            let Some(first) = first(baskets, item) else { continue };
            for basket in &baskets[first + 1..] {
                exposures[item] += 1.0;
                repeats[item] += f64::from(u8::from(holds(basket, item)));
            }
        }
    }
    let mean = (repeats.iter().sum::<f64>() + 1.0) / (exposures.iter().sum::<f64>() + 2.0);
    let of = |item: usize| {
        let Some(first) = first(baskets, item) else { return 0.0 };
        let general = (repeats[item] + params.item_prior * mean) / (exposures[item] + params.item_prior);
        let (mut x, mut n) = (0.0, 0.0);
        for (age, basket) in (0..).zip(baskets[first + 1..].iter().rev()) {
            n += params.repeat_decay.powi(age);
            x += if holds(basket, item) { params.repeat_decay.powi(age) } else { 0.0 };
        }
        (x + params.customer_prior * general) / (n + params.customer_prior)
    };
    (0..n_items).map(of).collect()
}

/// The score of each item for someone, `me` if a customer: compared with every customer in full.
fn scores(
    baskets: &[Vec<i64>],
    me: Option<usize>,
    shop: &[Baskets],
    n_items: usize,
    params: &NextBasketParams,
) -> Vec<f64> {
    let vectors: Vec<Vec<f64>> = shop.iter().map(|baskets| vector(baskets, n_items, params)).collect();
    let own = vector(baskets, n_items, params);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut near: Vec<(f64, usize)> = (0..shop.len())
        .filter(|&other| Some(other) != me && !baskets.is_empty())
        .map(|other| (dot(&vectors[other], &vectors[other]) - 2.0 * dot(&own, &vectors[other]), other))
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.truncate(params.neighbors);
    let personal = match params.personal {
        Personal::Frequency => own,
        Personal::Repurchase => repurchases(baskets, shop, n_items, params),
    };
    let n_baskets: usize = shop.iter().map(Vec::len).sum();
    let one = |item: usize| {
        let theirs: f64 = near.iter().map(|&(_, other)| vectors[other][item]).sum();
        let with_it = shop.iter().flatten().filter(|basket| holds(basket, item)).count();
        params.personal_weight * personal[item]
            + params.neighbors_weight * theirs / near.len().max(1) as f64
            + params.popularity_weight * with_it as f64 / n_baskets as f64
    };
    (0..n_items).map(one).collect()
}

fn number(one: &Recommendation) -> i64 {
    match one.item.as_ref() {
        IdRef::Int(item) => item,
        IdRef::Str(_) => unreachable!("items are integers here"),
    }
}

fn items(list: &[Recommendation]) -> Vec<i64> {
    list.iter().map(number).collect()
}

/// Whether a list has all items in order, with the scores expected and true reasons.
fn check(list: &[Recommendation], expected: &[f64], baskets: &[Vec<i64>], shop: &[Baskets]) {
    let bought: BTreeSet<i64> = shop.iter().flatten().flatten().copied().collect();
    assert_eq!(items(list).into_iter().collect::<BTreeSet<_>>(), bought);
    assert_eq!(list.len(), bought.len());
    assert!(list.is_sorted_by(|a, b| a.score >= b.score));
    for one in list {
        let item = usize::try_from(number(one)).unwrap();
        assert!((one.score - expected[item]).abs() < 1e-9, "{one:?}, expected {}", expected[item]);
        let orders = baskets.iter().filter(|basket| holds(basket, item)).count() as u64;
        match one.reason {
            Reason::Repeat { orders: found, of } => assert_eq!((found, of), (orders, baskets.len() as u64)),
            Reason::Explore { orders: of_all, neighbors } => {
                let with_it = shop.iter().flatten().filter(|basket| holds(basket, item)).count() as u64;
                let owners = shop.iter().filter(|baskets| baskets.iter().any(|basket| holds(basket, item)));
                assert_eq!((orders, of_all), (0, with_it));
                assert!(neighbors <= owners.count() as u64);
            }
            _ => panic!("{one:?}"),
        }
    }
}

/// Compares all customers, and a visitor with the baskets of one of them, with the definition.
fn compare(shop: &[Baskets], n_items: usize, params: &NextBasketParams) {
    let model = params.fit(&log(shop)).unwrap();
    let all = model.recommend_all(n_items).unwrap();
    for (customer, baskets) in shop.iter().enumerate() {
        let list = model.recommend_for_customer(i64::try_from(customer).unwrap(), n_items).unwrap();
        check(&list, &scores(baskets, Some(customer), shop, n_items, params), baskets, shop);
        for (slot, one) in list.iter().enumerate() {
            assert_eq!(one.score.to_bits(), all.scores()[customer * n_items + slot].to_bits());
        }
    }
    let visitor = &shop[shop.len() / 2];
    let list = model.recommend_for_baskets(visitor.clone(), n_items, &NextBasketOptions::new()).unwrap();
    check(&list, &scores(visitor, None, shop, n_items, params), visitor, shop);
    assert_eq!(NextBasket::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
}

fn shops(customers: std::ops::Range<usize>, items: i64, size: usize) -> impl Strategy<Value = Vec<Baskets>> {
    let basket = prop::collection::vec(0_i64..items, 1..size);
    prop::collection::vec(prop::collection::vec(basket, 1..7), customers)
}

fn params() -> impl Strategy<Value = NextBasketParams> {
    let decay = || prop::sample::select(vec![1.0, 0.9, 0.5]);
    let neighbors = prop::sample::select(vec![1_usize, 3, 50]);
    let prior = prop::sample::select(vec![0.5, 10.0]);
    let decays = (decay(), decay(), decay());
    (prop::option::of(1_usize..4), neighbors, any::<bool>(), decays, prior).prop_map(
        |(group_size, neighbors, is_frequency, decays, prior)| {
            NextBasket::params()
                .personal(if is_frequency { Personal::Frequency } else { Personal::Repurchase })
                .group_size(group_size)
                .neighbors(neighbors)
                .within_decay(decays.0)
                .group_decay(decays.1)
                .repeat_decay(decays.2)
                .customer_prior(prior)
                .item_prior(3.0 * prior)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn scores_are_those_of_the_definition(shop in shops(1..12, 12, 5), params in params()) {
        compare(&shop, 12, &params);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    /// Few share an item, so that searches go through those who do.
    #[test]
    fn scores_are_those_of_the_definition_where_little_is_shared(
        shop in shops(70..90, 1000, 2), params in params(),
    ) {
        compare(&shop, 1000, &params);
    }
}

/// Three customers without ties of distance.
fn shop() -> Vec<Baskets> {
    vec![
        vec![vec![0, 1], vec![0], vec![0, 2]],
        vec![vec![0, 3], vec![3, 4], vec![0]],
        vec![vec![5, 4], vec![5], vec![1], vec![5]],
    ]
}

#[test]
fn a_worked_example() {
    let shop = [vec![vec![1], vec![1, 2], vec![2]], vec![vec![1], vec![3]]];
    let params = NextBasket::params().customer_prior(2.0).item_prior(4.0).repeat_decay(0.5).group_size(None);
    let params = params.within_decay(1.0).neighbors_weight(2.0).popularity_weight(1.0);
    let model = params.fit(&log(&shop)).unwrap();
    let list = model.recommend_for_customer(0, 9).unwrap();
    // After a first basket with 1 come 3, of which one holds it again; with 2 one, which does; with 3 none. So p0 is
    // (2 + 1) / (4 + 2) = 1/2, p1 = (1 + 4/2) / (3 + 4) = 3/7 and p2 = (1 + 4/2) / (1 + 4) = 3/5.
    assert_eq!(model.n_baskets(), 5);
    let probabilities = model.repurchase_probabilities();
    assert!((probabilities[0] - 3.0 / 7.0).abs() < 1e-12 && (probabilities[1] - 3.0 / 5.0).abs() < 1e-12);
    // The customer: of 1, a basket that weighs 1/2 and one that weighs 1, and only the former holds it.
    let e1 = (0.5 + 2.0 * 3.0 / 7.0) / (1.5 + 2.0);
    let e2 = (1.0 + 2.0 * 3.0 / 5.0) / (1.0 + 2.0);
    // The other customer's vector is 1/2 for 1 and for 3; of five baskets three hold 1, two 2 and one 3.
    let expected = [(1, e1 + 1.0 + 0.6), (3, 1.0 + 0.2), (2, e2 + 0.4)];
    assert_eq!(items(&list), expected.map(|one| one.0));
    for (one, (_, score)) in list.iter().zip(expected) {
        assert!((one.score - score).abs() < 1e-12, "{one:?} {score}");
    }
    assert_eq!(list[0].reason, Reason::Repeat { orders: 2, of: 3 });
    assert_eq!(list[1].reason, Reason::Explore { neighbors: 1, orders: 1 });
}

#[test]
fn top_frequency_is_personal_then_general() {
    let model = NextBasketParams::top_frequency().fit(&log(&shop())).unwrap();
    // Baskets with each item: 0 in 5, 1 in 2, 2 in 1, 3 in 2, 4 in 2, 5 in 3.
    assert_eq!(model.counts(), [5, 2, 1, 2, 2, 3]);
    assert_eq!(items(&model.recommend_for_customer(0, 6).unwrap()), [0, 1, 2, 5, 3, 4]);
    assert_eq!(items(&model.recommend_for_customer(1, 3).unwrap()), [0, 3, 4]);
}

#[test]
fn a_list_is_of_what_is_asked_for() {
    let model = NextBasket::params().fit(&log(&shop())).unwrap();
    let sorted = |list: &[Recommendation]| items(list).into_iter().collect::<BTreeSet<_>>();
    let with = |options: &NextBasketOptions| {
        let list = model.recommend_for_customer_with(0, 9, options).unwrap();
        let all = model.recommend_all_with(9, options).unwrap();
        let of_all: Vec<i64> =
            all.items()[..9].iter().flatten().map(|item| i64::from(item.as_u32())).collect();
        assert_eq!(items(&list), of_all);
        let visitor = model.recommend_for_baskets(shop()[0].clone(), 9, options).unwrap();
        assert_eq!(sorted(&visitor), sorted(&list));
        sorted(&list)
    };
    let options = NextBasketOptions::new;
    assert_eq!(with(&options().novelty(Some(Novelty::Repeat))), [0, 1, 2].into());
    assert_eq!(with(&options().novelty(Some(Novelty::Explore))), [3, 4, 5].into());
    let filter = ItemFilter::new().only(Some([1, 3, 5, 77])).exclude([5]);
    assert_eq!(with(&options().novelty(Some(Novelty::Explore)).filter(filter.clone())), [3].into());
    assert_eq!(with(&options().filter(filter)), [1, 3].into());
    let history = [0, 1, 2].map(ItemIx::new);
    for (repeats, expected) in [(false, vec![3, 4, 5]), (true, vec![0, 1, 2, 3, 4, 5])] {
        let visitors = [0, 99].map(|id| Visitor { customer: IdRef::Int(id), history: &history, repeats });
        for row in model.recommend_each(&visitors, 9).unwrap().iter() {
            let found: BTreeSet<u32> = row.iter().map(|item| item.as_u32()).collect();
            assert_eq!(found, expected.iter().copied().collect());
        }
    }
}

#[test]
fn a_visitor_without_baskets_gets_what_is_popular() {
    let model = NextBasket::params().fit(&log(&shop())).unwrap();
    let none: [Vec<i64>; 2] = [vec![], vec![]];
    let found = model.recommend_for_baskets(none, 3, &NextBasketOptions::new()).unwrap();
    assert_eq!(items(&found), [0, 5, 1]);
    assert_eq!(found[0].reason, Reason::Explore { neighbors: 0, orders: 5 });
    let unknown = model.recommend_for_baskets([[0, 77]], 3, &NextBasketOptions::new()).unwrap_err();
    assert_eq!(unknown.to_string(), "unknown item 77");
    // Without histories, personal purchases and popularity are left.
    let bytes = model.to_bytes_with(SaveOptions::serving()).unwrap();
    let serving = NextBasket::from_bytes(&bytes).unwrap();
    let found = serving.recommend_for_baskets([[4, 4]], 2, &NextBasketOptions::new()).unwrap();
    assert_eq!(items(&found), [4, 0]);
    assert_eq!(found[0].reason, Reason::Repeat { orders: 1, of: 1 });
}

#[test]
fn what_was_only_returned_is_never_answered() {
    // A hundred items, so that lists are chosen among the few that are spoken for; the last one only came back.
    let column = |values: Vec<i64>| Values::new(values);
    let quantities = (0..100).map(|item| if item == 99 { -1.0 } else { 1.0 }).collect::<Vec<f64>>();
    let batch = Batch::new(100)
        .ids(Role::Customer, IdValues::Int(column(vec![1; 100])))
        .and_then(|batch| batch.ids(Role::Order, IdValues::Int(column((0..100).collect()))))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(column((0..100).collect()))))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))))
        .unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    let log = builder.finish().unwrap();
    for neighbors_weight in [0.0, 2.0] {
        let model = NextBasket::params().neighbors_weight(neighbors_weight).fit(&log).unwrap();
        let found = model.recommend_for_baskets([[99, 3]], 200, &NextBasketOptions::new()).unwrap();
        assert_eq!((items(&found).contains(&99), found.len()), (false, 99));
        assert!(found.iter().all(|one| one.score.is_finite()), "{found:?}");
    }
}

#[test]
fn orders_of_one_instant_go_by_their_ids() {
    let later = [[1, 10, 5, 0], [1, 11, 6, 1], [1, 12, 5, 2], [2, 13, 6, 3]];
    let at_once = later.map(|[customer, order, item, _]| [customer, order, item, 7]);
    let fit = |rows: &[[i64; 4]]| NextBasket::params().fit(&log_of(rows)).unwrap().to_bytes().unwrap();
    assert_eq!(fit(&at_once), fit(&later));
    let turned = [[1, 12, 5, 0], [1, 11, 6, 1], [1, 10, 5, 2], [2, 13, 6, 3]];
    assert_eq!(fit(&turned), fit(&later));
    let other = [[1, 10, 6, 0], [1, 11, 5, 1], [1, 12, 5, 2], [2, 13, 6, 3]];
    assert_ne!(fit(&other), fit(&later));
}

#[test]
fn nothing_depends_on_the_number_of_threads() {
    let shop: Vec<Baskets> = (0..700_i64)
        .map(|customer| {
            let basket = |at: i64| (0..=customer % 3).map(|i| (customer * at + i * i * 7) % 97).collect();
            (1..=1 + customer % 11).map(basket).collect()
        })
        .collect();
    let log = log(&shop);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let model = NextBasket::params().neighbors(40).fit(&log).unwrap();
            let all = model.recommend_all(10).unwrap();
            let bits: Vec<u64> = all.scores().iter().map(|score| score.to_bits()).collect();
            (model.to_bytes().unwrap(), all.items().to_vec(), bits)
        })
    };
    let one = run(1);
    assert_eq!(run(2), one);
    assert_eq!(run(7), one);
}

#[test]
fn an_evaluation_counts_repeats_where_they_are_asked_for() {
    // The last basket of each repeats the one before.
    let shop: Vec<Baskets> = (0..6).map(|customer| vec![vec![customer], vec![customer]]).collect();
    let recall = |new_items_only: bool| {
        let options = SplitOptions::new().new_items_only(new_items_only);
        let split = leave_last_basket(&log(&shop), &options).unwrap();
        let model = NextBasket::params().fit(split.train()).unwrap();
        let found = evaluate(&model, &split, &EvaluateOptions::at(1), &Control::new()).unwrap();
        let recall = found.estimate("recall@1".parse().unwrap()).unwrap();
        (recall.value, recall.n_undefined)
    };
    assert_eq!(recall(false), (1.0, 0));
    assert_eq!(recall(true).1, 6);
}

#[test]
fn who_is_not_known_is_an_error() {
    let model = NextBasket::params().fit(&log(&shop())).unwrap();
    let refused = |id: IdRef<'_>| model.recommend_for_customer(id, 1).unwrap_err().to_string();
    assert_eq!(refused(IdRef::Int(99)), "unknown customer 99");
    assert!(refused(IdRef::Str("a")).starts_with("customer ids are"));
    let serving = model.to_bytes_with(SaveOptions::serving()).unwrap();
    let serving = NextBasket::from_bytes(&serving).unwrap();
    assert!(matches!(
        serving.recommend_for_customer(0, 1),
        Err(Error::Id(IdError::NoHistories { role: "customer" }))
    ));
    assert!(serving.recommend_all(1).is_err());
    let plain = OrderLog::from_baskets([["a"]]).unwrap();
    assert!(matches!(NextBasket::params().fit(&plain), Err(Error::MissingColumn { column: "customer", .. })));
}

#[test]
fn parameters_out_of_range_are_refused_by_name() {
    let params = NextBasket::params;
    for (refused, name) in [
        (params().group_size(Some(0)), "group_size"),
        (params().neighbors(0), "neighbors "),
        (params().within_decay(0.0), "within_decay"),
        (params().group_decay(1.1), "group_decay"),
        (params().repeat_decay(f64::NAN), "repeat_decay"),
        (params().customer_prior(0.0), "customer_prior"),
        (params().item_prior(f64::INFINITY), "item_prior"),
        (params().personal_weight(-1.0), "personal_weight"),
        (params().neighbors_weight(f64::INFINITY), "neighbors_weight"),
        (params().popularity_weight(-0.1), "popularity_weight"),
        (params().personal_weight(0.0).neighbors_weight(0.0).popularity_weight(0.0), "personal_weight"),
    ] {
        let message = refused.validate().unwrap_err().to_string();
        assert!(message.starts_with(name), "{message}");
    }
    for good in [params(), NextBasketParams::tifu_knn(), NextBasketParams::top_frequency()] {
        assert_eq!(good.validate(), Ok(()));
    }
    assert!(Personal::parse("rare").is_err() && Novelty::parse("old").is_err());
    for (word, params) in [
        ("blend", params()),
        ("top_frequency", NextBasketParams::top_frequency()),
        ("tifu_knn", NextBasketParams::tifu_knn()),
    ] {
        assert_eq!(NextBasketParams::preset(word), Ok(params));
    }
    let unknown = NextBasketParams::preset("mean").unwrap_err().to_string();
    assert_eq!(unknown, "preset must be one of blend, top_frequency, tifu_knn, got 'mean'");
}

#[test]
fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
    let model = NextBasket::params().fit(&log(&shop())).unwrap();
    type Break = fn(&mut NextBasket);
    let breaks: [(&str, Break); 7] = [
        ("counts", |m| m.counts[0] = 4),
        ("counts", |m| m.counts[0] = 99),
        ("n_baskets", |m| m.n_baskets = 9),
        ("repeats", |m| m.repurchases.repeats[1] = 99),
        ("repeats", |m| m.repurchases.exposures[0] += 1),
        ("starts", |m| m.crowd.as_mut().unwrap().starts[1] = 99),
        ("repeats", |m| m.crowd.as_mut().unwrap().starts[1] = 2),
    ];
    for (at, (section, break_it)) in breaks.into_iter().enumerate() {
        let mut broken = model.clone();
        break_it(&mut broken);
        let Err(Error::Persist(PersistError::Invalid { section: found, .. })) =
            NextBasket::from_bytes(&broken.to_bytes().unwrap())
        else {
            panic!("break {at} was not seen")
        };
        assert_eq!(found, section, "break {at}");
    }
}
