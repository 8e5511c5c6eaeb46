//! The most popular items against a brute force, and the laws of their answers.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values};
use kosar::popularity::Popularity;
use kosar::rank::{ItemFilter, Recommendation};
use kosar::{Fit, Id, OrderLog, Time, TimeUnit};
use proptest::prelude::*;

/// Customer (none for 0), item, day, quantity.
type Row = (i64, i64, i64, i32);

fn log(rows: &[Row]) -> OrderLog {
    let column = |pick: fn(&Row) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let customers: IdValues<'_> =
        IdValues::Int(rows.iter().map(|row| (row.0 > 0).then_some(row.0)).collect());
    let quantities = rows.iter().map(|row| f64::from(row.3)).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, customers)
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(column(|row| row.1)))))
        .and_then(|batch| {
            let days = column(|row| row.2 * 86_400);
            batch.time(TimeValues::Int(Values::new(days), TimeUnit::Second))
        })
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let quantity = prop_oneof![9 => Just(1), 1 => Just(-1)];
    prop::collection::vec((0_i64..8, 0_i64..12, 0_i64..100, quantity), 1..150)
}

/// For each item the buyers, with the day of the latest purchase up to `as_of`; rows of nobody are buyers of their own.
fn buyers(rows: &[Row], as_of: i64) -> BTreeMap<i64, BTreeMap<i64, i64>> {
    let mut buyers: BTreeMap<i64, BTreeMap<i64, i64>> = BTreeMap::new();
    let bought = rows.iter().enumerate().filter(|(_, row)| row.3 > 0 && row.2 <= as_of);
    for (at, &(customer, item, day, _)) in bought {
        let buyer = if customer > 0 { customer } else { -1 - i64::try_from(at).unwrap() };
        let latest = buyers.entry(item).or_default().entry(buyer).or_insert(day);
        *latest = day.max(*latest);
    }
    buyers
}

fn ints(list: &[Recommendation]) -> Vec<i64> {
    list.iter()
        .map(|found| if let Id::Int(item) = found.item { item } else { panic!("ids are integers") })
        .collect()
}

proptest! {
    #[test]
    fn items_are_ordered_by_their_buyers(rows in rows(), n in 0_usize..15) {
        let buyers = buyers(&rows, i64::MAX);
        let mut expected: Vec<(usize, i64)> = buyers.iter().map(|(&item, all)| (all.len(), item)).collect();
        expected.sort_by_key(|&(count, item)| (std::cmp::Reverse(count), item));
        expected.truncate(n);
        let found = Popularity::params().fit(&log(&rows)).unwrap().recommend(n);
        prop_assert_eq!(ints(&found), expected.iter().map(|row| row.1).collect::<Vec<_>>());
        for (found, (count, _)) in found.iter().zip(expected) {
            prop_assert_eq!(found.score.to_bits(), f64::from(u32::try_from(count).unwrap()).to_bits());
            prop_assert_eq!(found.reason.to_string(), format!("bought by {count}"));
        }
    }

    #[test]
    fn a_purchase_loses_half_its_weight_with_each_half_life(
        rows in rows(), half_life in 1.0..50.0_f64, as_of in 0_i64..120,
    ) {
        let buyers = buyers(&rows, as_of);
        let params = Popularity::params()
            .half_life_days(Some(half_life))
            .as_of(Some(Time::from_micros(as_of * 86_400_000_000)));
        let found = params.fit(&log(&rows)).unwrap().recommend(99);
        prop_assert_eq!(found.len(), buyers.len());
        for (item, found) in ints(&found).iter().zip(&found) {
            let days = buyers[item].values().map(|&day| f64::from(i32::try_from(as_of - day).unwrap()));
            let expected: f64 = days.map(|age| 0.5_f64.powf(age / half_life)).sum();
            prop_assert!((found.score - expected).abs() < 1e-7, "{} is not {}", found.score, expected);
        }
        prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    }

    #[test]
    fn a_customer_is_not_shown_what_they_have(rows in rows(), n in 0_usize..15) {
        let log = log(&rows);
        let model = Popularity::params().fit(&log).unwrap();
        let all = model.recommend_all(n).unwrap();
        let everything = ints(&model.recommend(99));
        let owned = log.histories().unwrap();
        for (position, customer) in model.customers().iter().enumerate() {
            let kept = owned.rows.row(position).iter().filter(|purchase| purchase.owned.millionths() > 0);
            let owned: BTreeSet<_> = kept.map(|purchase| owned.items.get(purchase.item.as_usize()).to_id()).collect();
            let expected: Vec<i64> =
                everything.iter().copied().filter(|&item| !owned.contains(&Id::Int(item))).take(n).collect();
            let found = model.recommend_for_customer(customer, n).unwrap();
            prop_assert_eq!(ints(&found), expected);
            for (slot, found) in found.iter().enumerate() {
                let item = all.items()[position * n + slot].unwrap();
                prop_assert_eq!(model.items().get(item.as_usize()).to_id(), found.item.clone());
                prop_assert_eq!(all.scores()[position * n + slot].to_bits(), found.score.to_bits());
            }
            prop_assert!(all.items()[position * n + found.len()..(position + 1) * n].iter().all(Option::is_none));
        }
    }
}

#[test]
fn items_left_out_make_room_for_others() {
    let model =
        Popularity::params().fit(&OrderLog::from_baskets([vec![1, 2, 3], vec![1, 2], vec![1]]).unwrap());
    let model = model.unwrap();
    let with = |filter: ItemFilter| ints(&model.recommend_with(2, &filter).unwrap());
    assert_eq!(with(ItemFilter::new()), [1, 2]);
    assert_eq!(with(ItemFilter::new().exclude([1, 9])), [2, 3]);
    assert_eq!(with(ItemFilter::new().only(Some([3, 1, 9]))), [1, 3]);
    assert_eq!(with(ItemFilter::new().only(Some([3, 1])).exclude([1, 1])), [3]);
    assert_eq!(with(ItemFilter::new().only(Some([] as [i64; 0]))), [0; 0]);
}

#[test]
fn what_cannot_be_computed_is_refused_by_name() {
    let baskets = OrderLog::from_baskets([vec!["a"]]).unwrap();
    for params in [
        Popularity::params().half_life_days(Some(3.0)),
        Popularity::params().as_of(Some(Time::from_micros(0))),
    ] {
        assert!(params.fit(&baskets).unwrap_err().to_string().contains("no time column"));
    }
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Popularity::params().half_life_days(Some(value)).fit(&baskets).unwrap_err();
        assert!(error.to_string().starts_with("half_life_days must be above 0"), "{error}");
    }
    let model = Popularity::params().fit(&baskets).unwrap();
    assert!(model.recommend_for_customer("x", 1).unwrap_err().to_string().contains("without histories"));
    assert!(model.recommend_all(1).is_err());
    assert_eq!((model.counts(), model.as_of(), model.customers().len()), (&[1][..], None, 0));
}
