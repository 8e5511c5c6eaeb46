//! The model against its definition, computed in full on random shops.
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use proptest::prelude::*;

use crate::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
use crate::next_basket::{Distance, NextBasket, NextBasketOptions, NextBasketParams, Novelty};
use crate::persist::SaveOptions;
use crate::rank::{ItemFilter, Reason, Recommend, Visitor};
use crate::time::TimeUnit;
use crate::{Error, Fit, IdError, IdRef, ItemIx, OrderLog, Params, Persist, PersistError};

/// The baskets of each customer, in the order of time. Orders are numbered against time, which must not matter.
fn log(shop: &[Vec<Vec<i64>>]) -> OrderLog {
    let (mut customers, mut orders, mut items, mut times) = (vec![], vec![], vec![], vec![]);
    for (customer, baskets) in (0..).zip(shop) {
        for (at, basket) in (0..).zip(baskets) {
            for &item in basket {
                customers.push(customer);
                orders.push(1000 * customer + 500 - at);
                items.push(item);
                times.push(at);
            }
        }
    }
    let ids = |values: Vec<i64>| IdValues::Int(Values::new(values));
    let batch = Batch::new(items.len())
        .ids(Role::Customer, ids(customers))
        .and_then(|batch| batch.ids(Role::Order, ids(orders)))
        .and_then(|batch| batch.ids(Role::Item, ids(items)))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(times), TimeUnit::Second)))
        .unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

/// The vector by the words of the definition: groups first, then baskets in them.
fn vector(baskets: &[Vec<i64>], n_items: usize, params: &NextBasketParams) -> Vec<f64> {
    let (n, size) = (baskets.len(), params.group_size.unwrap_or(usize::MAX));
    let mut sum = vec![0.0; n_items];
    // Groups from the last one on, each the latest basket first.
    let latest: Vec<&Vec<i64>> = baskets.iter().rev().collect();
    let groups: Vec<_> = latest.chunks(size.min(n.max(1))).collect();
    for (before, group) in groups.iter().enumerate() {
        for (age, basket) in group.iter().enumerate() {
            let decay = params.within_decay.powi(i32::try_from(age).unwrap())
                * params.group_decay.powi(i32::try_from(before).unwrap());
            for item in basket.iter().collect::<std::collections::BTreeSet<_>>() {
                sum[usize::try_from(*item).unwrap()] += decay / group.len() as f64 / groups.len() as f64;
            }
        }
    }
    sum
}

/// The score of each item for each customer: every pair of customers compared in full.
fn scores(shop: &[Vec<Vec<i64>>], n_items: usize, params: &NextBasketParams) -> Vec<Vec<f64>> {
    let vectors: Vec<Vec<f64>> = shop.iter().map(|baskets| vector(baskets, n_items, params)).collect();
    let having = |item: usize| vectors.iter().filter(|vector| vector[item] > 0.0).count();
    let rarity: Vec<f64> = (0..n_items)
        .map(|item| (shop.len() as f64 / (1 + having(item)) as f64).powf(params.rarity))
        .collect();
    let dot = |a: &[f64], b: &[f64]| (0..n_items).map(|at| a[at] * b[at] * rarity[at]).sum::<f64>();
    let (mut popular, mut all) = (vec![0.0; n_items], 0.0);
    for baskets in shop {
        for (at, basket) in baskets.iter().enumerate() {
            let weight = params.popularity_decay.powf((baskets.len() - 1 - at) as f64);
            all += weight;
            for item in basket.iter().collect::<std::collections::BTreeSet<_>>() {
                popular[usize::try_from(*item).unwrap()] += weight;
            }
        }
    }
    let of = |me: usize| -> Vec<f64> {
        let near = |other: usize| match params.distance {
            Distance::Euclidean => {
                let apart: Vec<f64> = vectors[me].iter().zip(&vectors[other]).map(|(a, b)| a - b).collect();
                -dot(&apart, &apart)
            }
            Distance::Cosine => {
                dot(&vectors[me], &vectors[other])
                    / (dot(&vectors[me], &vectors[me]) * dot(&vectors[other], &vectors[other])).sqrt()
            }
        };
        let mut others: Vec<(f64, usize)> =
            (0..shop.len()).filter(|&other| other != me).map(|other| (near(other), other)).collect();
        if params.distance == Distance::Cosine {
            others.retain(|other| other.0 > 0.0);
        }
        others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        others.truncate(params.neighbors);
        let share = |near: f64| if params.distance == Distance::Cosine { near } else { 1.0 };
        let total: f64 = others.iter().map(|other| share(other.0)).sum();
        let one = |item: usize| {
            let theirs: f64 =
                others.iter().map(|&(near, other)| share(near) / total * vectors[other][item]).sum();
            params.personal_weight * vectors[me][item]
                + params.neighbors_weight * theirs
                + params.popularity_weight * popular[item] / all
        };
        (0..n_items).map(one).collect()
    };
    (0..shop.len()).map(of).collect()
}

fn shops() -> impl Strategy<Value = Vec<Vec<Vec<i64>>>> {
    let basket = prop::collection::vec(0_i64..12, 1..5);
    prop::collection::vec(prop::collection::vec(basket, 1..7), 2..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn scores_are_those_of_the_definition(
        shop in shops(), group_size in prop::option::of(1_usize..4), neighbors in prop::sample::select(vec![1_usize, 3, 50]),
        euclidean in any::<bool>(), decays in (0.3_f64..1.0, 0.3_f64..1.0, 0.3_f64..1.0),
    ) {
        let params = NextBasket::params()
            .group_size(group_size)
            .neighbors(neighbors)
            .distance(if euclidean { Distance::Euclidean } else { Distance::Cosine })
            .within_decay(decays.0)
            .group_decay(decays.1)
            .popularity_decay(decays.2);
        let log = log(&shop);
        let model = params.fit(&log).unwrap();
        let expected = scores(&shop, 12, &params);
        let all = model.recommend_all(12).unwrap();
        let bought: std::collections::BTreeSet<i64> = shop.iter().flatten().flatten().copied().collect();
        for (customer, expected) in expected.iter().enumerate() {
            let list = model.recommend_for_customer(i64::try_from(customer).unwrap(), 12).unwrap();
            prop_assert_eq!(list.len(), bought.len());
            for (slot, one) in list.iter().enumerate() {
                let IdRef::Int(item) = one.item.as_ref() else { unreachable!() };
                if neighbors == 50 {
                    let expected = expected[usize::try_from(item).unwrap()];
                    prop_assert!((one.score - expected).abs() < 1e-9, "{} {}", one.score, expected);
                }
                prop_assert_eq!(one.score.to_bits(), all.scores()[customer * 12 + slot].to_bits());
                let orders = shop[customer].iter().filter(|basket| basket.contains(&item)).count() as u64;
                match one.reason {
                    Reason::Repeat { orders: found, of } => {
                        prop_assert_eq!((found, of), (orders, shop[customer].len() as u64));
                    }
                    Reason::Explore { .. } => prop_assert_eq!(orders, 0),
                    _ => prop_assert!(false),
                }
            }
            prop_assert!(list.is_sorted_by(|a, b| a.score >= b.score));
        }
        let read = NextBasket::from_bytes(&model.to_bytes().unwrap()).unwrap();
        prop_assert_eq!(read, model);
    }
}

/// Three customers without ties of distance.
fn shop() -> Vec<Vec<Vec<i64>>> {
    vec![
        vec![vec![0, 1], vec![0], vec![0, 2]],
        vec![vec![0, 3], vec![3, 4], vec![0]],
        vec![vec![5, 4], vec![5], vec![1], vec![5]],
    ]
}

#[test]
fn the_nearest_neighbour_alone_is_asked() {
    for distance in [Distance::Euclidean, Distance::Cosine] {
        let params = NextBasketParams::tifu_knn().neighbors(1).distance(distance);
        let (model, expected) = (params.fit(&log(&shop())).unwrap(), scores(&shop(), 6, &params));
        for (customer, expected) in (0..).zip(expected) {
            for one in model.recommend_for_customer(customer, 6).unwrap() {
                let IdRef::Int(item) = one.item.as_ref() else { unreachable!() };
                assert!((one.score - expected[usize::try_from(item).unwrap()]).abs() < 1e-12);
            }
        }
    }
}

fn items(list: &[crate::rank::Recommendation]) -> Vec<i64> {
    let number = |one: &crate::rank::Recommendation| match one.item.as_ref() {
        IdRef::Int(item) => item,
        IdRef::Str(_) => unreachable!(),
    };
    list.iter().map(number).collect()
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
    let with =
        |options: &NextBasketOptions| items(&model.recommend_for_customer_with(0, 9, options).unwrap());
    let mut repeats = with(&NextBasketOptions::new().only(Some(Novelty::Repeat)));
    repeats.sort_unstable();
    assert_eq!(repeats, [0, 1, 2]);
    let mut new = with(&NextBasketOptions::new().only(Some(Novelty::Explore)));
    new.sort_unstable();
    assert_eq!(new, [3, 4, 5]);
    let filter = ItemFilter::new().only(Some([1, 3, 5, 77])).exclude([5]);
    let both = NextBasketOptions::new().only(Some(Novelty::Explore)).filter(filter);
    assert_eq!(with(&both), [3]);
    let history = [0, 1, 2].map(ItemIx::new);
    let visitors = [0, 99].map(|id| Visitor { customer: IdRef::Int(id), history: &history, repeats: false });
    let rows = model.recommend_each(&visitors, 9).unwrap();
    for row in rows.iter() {
        let mut found: Vec<u32> = row.iter().map(|item| item.as_u32()).collect();
        found.sort_unstable();
        assert_eq!(found, [3, 4, 5]);
    }
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
        (params().rarity(-0.5), "rarity"),
        (params().group_decay(1.1), "group_decay"),
        (params().popularity_decay(f64::NAN), "popularity_decay"),
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
}

#[test]
fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
    let model = NextBasket::params().fit(&log(&shop())).unwrap();
    type Break = fn(&mut NextBasket);
    let breaks: [(&str, Break); 4] = [
        ("popularity", |m| m.popularity[0] = 1.5),
        ("popularity", |m| m.counts[0] = 0),
        ("counts", |m| m.counts[0] = 4),
        ("starts", |m| m.crowd.as_mut().unwrap().starts[1] = 99),
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
