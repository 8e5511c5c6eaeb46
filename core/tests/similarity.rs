//! Item similarity against a brute force, and the laws of its answers.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, Values};
use kosar::rank::Reason;
use kosar::similarity::{ItemSimilarity, Measure, Unit};
use kosar::{Fit, Id, OrderLog};
use proptest::prelude::*;

/// A log of (customer, item) rows, each an order of its own.
fn log(rows: &[(i64, i64)]) -> OrderLog {
    lines(&rows.iter().map(|&(customer, item)| (customer, item, 1.0)).collect::<Vec<_>>())
}

fn lines(rows: &[(i64, i64, f64)]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let column = |pick: fn(&(i64, i64, f64)) -> i64| {
        IdValues::Int(Values::new(rows.iter().map(pick).collect::<Vec<_>>()))
    };
    let quantity = NumberValues::Float(Values::new(rows.iter().map(|row| row.2).collect::<Vec<_>>()));
    let batch = Batch::new(rows.len()).ids(Role::Customer, column(|row| row.0)).unwrap();
    let batch =
        batch.ids(Role::Item, column(|row| row.1)).unwrap().numbers(Role::Quantity, quantity).unwrap();
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

/// For each pair of items: how many customers have both; and how many have each.
fn brute_force(rows: &[(i64, i64)]) -> (BTreeMap<(i64, i64), u32>, BTreeMap<i64, u32>) {
    let mut of_customer: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    rows.iter().for_each(|&(customer, item)| {
        of_customer.entry(customer).or_default().insert(item);
    });
    let (mut pairs, mut singles) = (BTreeMap::new(), BTreeMap::new());
    for items in of_customer.values() {
        for &a in items {
            *singles.entry(a).or_default() += 1;
            for &b in items.iter().filter(|&&b| b != a) {
                *pairs.entry((a, b)).or_default() += 1;
            }
        }
    }
    (pairs, singles)
}

/// A similarity by its formula, in the precision in which it is kept.
#[allow(clippy::cast_possible_truncation, reason = "that is the precision")]
fn of(measure: Measure, both: u32, a: u32, b: u32) -> f32 {
    let (both, a, b) = (f64::from(both), f64::from(a), f64::from(b));
    (match measure {
        Measure::Jaccard => both / (a + b - both),
        Measure::Dice => 2.0 * both / (a + b),
        _ => both * (a.sqrt().recip() * b.sqrt().recip()),
    }) as f32
}

fn int(id: &Id) -> i64 {
    match id {
        Id::Int(value) => *value,
        Id::Str(text) => panic!("'{text}' went in as an integer"),
    }
}

fn rows() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0_i64..12, 0_i64..15), 1..120)
}

proptest! {
    #[test]
    fn similar_items_are_those_of_the_brute_force(rows in rows(), k in 1_usize..20, n in 0_usize..20) {
        let (pairs, singles) = brute_force(&rows);
        for measure in [Measure::Cosine, Measure::Jaccard, Measure::Dice] {
            // However few neighbours are kept, as many are answered as are asked for.
            let model = ItemSimilarity::params().measure(measure).neighbors(k).fit(&log(&rows)).unwrap();
            for (&item, &degree) in &singles {
                let of = |count, other| of(measure, count, degree, other);
                let mut expected: Vec<_> = pairs.range((item, i64::MIN)..=(item, i64::MAX))
                    .map(|(&(_, other), &count)| (of(count, singles[&other]), count, other))
                    .collect();
                expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
                expected.truncate(n);
                let found = model.similar(item, n).unwrap();
                prop_assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(expected) {
                    prop_assert_eq!((int(&found.item), found.score), (expected.2, f64::from(expected.0)));
                    let Reason::Similar { count, .. } = found.reason else { panic!("{:?}", found.reason) };
                    prop_assert_eq!(count, u64::from(expected.1));
                }
            }
        }
    }

    #[test]
    fn recommendations_add_up_neighbours_and_leave_owned_items_out(rows in rows(), n in 0_usize..10) {
        let (pairs, singles) = brute_force(&rows);
        let model = ItemSimilarity::params().fit(&log(&rows)).unwrap();
        let customers: BTreeSet<i64> = rows.iter().map(|row| row.0).collect();
        let all = model.recommend_all(n).unwrap();
        for (position, &customer) in customers.iter().enumerate() {
            let owned: BTreeSet<i64> = rows.iter().filter(|row| row.0 == customer).map(|row| row.1).collect();
            let mut expected: BTreeMap<i64, f64> = BTreeMap::new();
            for &a in &owned {
                for (&(_, b), &count) in pairs.range((a, i64::MIN)..=(a, i64::MAX)) {
                    if !owned.contains(&b) {
                        *expected.entry(b).or_default() += f64::from(of(Measure::Cosine, count, singles[&a], singles[&b]));
                    }
                }
            }
            let found = model.recommend_for_customer(customer, n).unwrap();
            prop_assert_eq!(found.len(), n.min(expected.len()));
            prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
            for (slot, found) in found.iter().enumerate() {
                prop_assert!((found.score - expected[&int(&found.item)]).abs() < 1e-12);
                let item = all.items()[position * n + slot].unwrap();
                prop_assert_eq!(model.items().get(item.as_usize()).to_id(), found.item.clone());
                prop_assert_eq!(all.scores()[position * n + slot].to_bits(), found.score.to_bits());
            }
            for slot in found.len()..n {
                prop_assert_eq!(all.items()[position * n + slot], None);
                prop_assert!(all.scores()[position * n + slot].is_nan());
            }
            let ids: Vec<i64> = owned.iter().copied().chain(owned.iter().copied()).collect();
            prop_assert_eq!(model.recommend_for_items(ids, n).unwrap(), found);
        }
    }

    #[test]
    fn shuffling_rows_and_renaming_ids_in_order_changes_only_the_ids(rows in rows(), seed in 0_usize..1000) {
        let model = ItemSimilarity::params().fit(&log(&rows)).unwrap();
        let mut shuffled: Vec<_> = rows.iter().map(|&(customer, item)| (customer * 3 - 50, item * 7 + 1)).collect();
        shuffled.rotate_left(seed % rows.len());
        shuffled.reverse();
        let other = ItemSimilarity::params().fit(&log(&shuffled)).unwrap();
        for &(customer, item) in &rows {
            let plain = |list: Vec<kosar::rank::Recommendation>| -> Vec<(i64, u64)> {
                list.iter().map(|r| (int(&r.item), r.score.to_bits())).collect()
            };
            let renamed = |list: Vec<(i64, u64)>| -> Vec<(i64, u64)> {
                list.into_iter().map(|(item, score)| (item * 7 + 1, score)).collect()
            };
            let (a, b) = (model.similar(item, 9).unwrap(), other.similar(item * 7 + 1, 9).unwrap());
            prop_assert_eq!(renamed(plain(a)), plain(b));
            let a = model.recommend_for_customer(customer, 9).unwrap();
            let b = other.recommend_for_customer(customer * 3 - 50, 9).unwrap();
            prop_assert_eq!(renamed(plain(a)), plain(b));
        }
    }
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let rows: Vec<(i64, i64)> = (0..4000).map(|i| (i * i % 211, i * 7 % 97 + i % 13)).collect();
    let log = log(&rows);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ItemSimilarity::params().fit(&log).unwrap())
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(7));
}

#[test]
fn a_returned_item_is_no_longer_owned() {
    let log = lines(&[(1, 10, 1.0), (1, 11, 1.0), (1, 11, -1.0), (2, 10, 1.0), (2, 11, 1.0), (2, 12, 1.0)]);
    let model = ItemSimilarity::params().fit(&log).unwrap();
    let items: Vec<i64> = model.recommend_for_customer(1, 9).unwrap().iter().map(|r| int(&r.item)).collect();
    assert_eq!(items, [11, 12]);
}

#[test]
fn only_the_latest_items_of_a_long_history_count() {
    let rows: Vec<(i64, i64)> = (0..10).map(|item| (1, item)).collect();
    let model = ItemSimilarity::params().max_history(Some(4)).fit(&log(&rows)).unwrap();
    assert_eq!(model.customers_cut(), 1);
    // Without times all are equally late, so the smallest ids stay.
    assert_eq!(model.similar(0, 9).unwrap().len(), 3);
    assert!(model.similar(4, 9).unwrap().is_empty());
    let whole = ItemSimilarity::params().max_history(None).fit(&log(&rows)).unwrap();
    assert_eq!((whole.customers_cut(), whole.similar(4, 99).unwrap().len()), (0, 9));
}

#[test]
fn baskets_need_no_customers() {
    let log = OrderLog::from_baskets([vec!["a", "b"], vec!["a", "c"]]).unwrap();
    let error = ItemSimilarity::params().fit(&log).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the log has no customer column, which ItemSimilarity with unit 'customer' needs"
    );
    let model = ItemSimilarity::params().unit(Unit::Order).fit(&log).unwrap();
    assert!(model.similar_customers("a", 1).is_err() && model.forget("a").is_err());
    assert_eq!(model.similar("a", 1).unwrap()[0].item, Id::from("b"));
    assert!(model.recommend_for_customer("a", 1).unwrap_err().to_string().contains("without histories"));
    assert!(model.recommend_all(1).is_err());
}

#[test]
fn bad_parameters_and_unknown_ids_are_refused_by_name() {
    let log = log(&[(1, 1)]);
    let error = ItemSimilarity::params().neighbors(0).fit(&log).unwrap_err();
    assert_eq!(error.to_string(), "neighbors must be at least 1, got 0");
    let error = ItemSimilarity::params().max_history(Some(0)).fit(&log).unwrap_err();
    assert_eq!(error.to_string(), "max_history must be at least 1, got 0");
    let model = ItemSimilarity::params().fit(&log).unwrap();
    assert_eq!(model.similar(2, 1).unwrap_err().to_string(), "unknown item 2");
    assert_eq!(
        model.similar("1", 1).unwrap_err().to_string(),
        "item ids are integer here, got the string '1'"
    );
    assert!(model.recommend_for_customer(9, 1).is_err());
    assert!(model.recommend_for_items([1, 2], 1).is_err());
    assert!(model.recommend_for_items([0_i64; 0], 1).unwrap().is_empty());
    let error = model.recommend_all(usize::MAX).unwrap_err();
    assert_eq!(error.to_string(), format!("n must be at most {}, got {}", 1 << 28, u64::MAX));
}
