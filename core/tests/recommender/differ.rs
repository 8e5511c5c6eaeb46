//! How far a comparison of two recommenders looks.

use kosar::Fit;
use kosar::recommender::{DiffOptions, Placement, Recommender};

use crate::common::{Row, log};

/// A hundred buyers of items 1 and 2, one an hour, then ten of items 1 and 3, two of them at one time.
fn old_and_new() -> (Recommender, Recommender) {
    let rows: Vec<Row> =
        (0..100).flat_map(|at| [(at, Some(at), 1, at, 1), (at, Some(at), 2, at, 1)]).collect();
    let old = Recommender::params().fit(&log(&rows)).unwrap();
    let new = old.clone();
    let later: Vec<Row> = (0..10)
        .flat_map(|at| {
            [(500 + at, Some(500 + at), 1, 150 + at / 2, 1), (500 + at, Some(500 + at), 3, 150 + at / 2, 1)]
        })
        .collect();
    new.update(&log(&later)).unwrap();
    (old, new)
}

#[test]
fn orders_are_looked_for_among_the_latest_purchases_of_both() {
    let (old, new) = old_and_new();
    for (latest, expected) in [(1_000, 10), (110, 10), (20, 10), (7, 8), (1, 2)] {
        let mut options = DiffOptions::default();
        (options.items, options.latest_purchases) = (Some(vec![1.into()]), latest);
        let changes = new.diff(&old, &options).unwrap();
        let change = changes.iter().find(|change| change.placement == Placement::Similar).unwrap();
        assert_eq!(change.entered, [3.into()]);
        assert_eq!((change.orders_added, change.orders_removed), (expected, 0), "{latest}");
        assert!(change.orders.iter().all(|id| *id >= 500.into()));
        let back = old.diff(&new, &options).unwrap();
        let change = back.iter().find(|change| change.placement == Placement::Similar).unwrap();
        assert_eq!((change.orders_added, change.orders_removed), (0, expected), "{latest}");
    }
    let mut options = DiffOptions::default();
    options.latest_purchases = 0;
    let error = new.diff(&old, &options).unwrap_err();
    assert_eq!(error.to_string(), "latest_purchases must be at least 1, got 0");
}

#[test]
fn orders_of_one_customer_at_one_time_are_told_from_each_other() {
    let mut rows: Vec<Row> =
        (0..20).flat_map(|at| [(100 + at, Some(at), 1, at, 1), (100 + at, Some(at), 2, at, 1)]).collect();
    // The other order at the time comes later and has the lesser id.
    let both = |order: i64, at: i64| [(order, Some(at), 1, 50, 1), (order, Some(at), 3, 50, 1)];
    rows.extend((0..6).flat_map(|at| both(300 + at, at)));
    let old = Recommender::params().fit(&log(&rows)).unwrap();
    let new = old.clone();
    let later: Vec<Row> =
        (0..6).flat_map(|at| [(at, Some(at), 1, 50, 1), (at, Some(at), 4, 50, 1)]).collect();
    new.update(&log(&later)).unwrap();
    let mut options = DiffOptions::default();
    options.items = Some(vec![1.into()]);
    let changes = new.diff(&old, &options).unwrap();
    let change = changes.iter().find(|change| change.placement == Placement::Similar).unwrap();
    assert_eq!((change.orders_added, change.orders_removed), (6, 0));
    assert!(change.orders.iter().all(|id| *id < 100.into()), "{:?}", change.orders);
}

#[test]
fn as_many_items_are_compared_as_are_asked_for() {
    let (old, new) = old_and_new();
    let mut options = DiffOptions::default();
    assert_eq!(options.top, 100);
    let of = |options: &DiffOptions| {
        let changes = new.diff(&old, options).unwrap();
        let mut of: Vec<_> = changes.into_iter().filter_map(|change| change.of).collect();
        of.dedup();
        of
    };
    assert_eq!(of(&options), [1.into(), 2.into(), 3.into()]);
    options.top = 1;
    assert_eq!(of(&options), [1.into()]);
    options.top = 0;
    assert!(of(&options).is_empty());
}
