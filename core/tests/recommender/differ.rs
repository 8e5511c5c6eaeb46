//! How far a comparison of two recommenders looks.

use kosar::data::Catalog;
use kosar::recommender::{DiffOptions, Placement, Recommender, Request};
use kosar::{Control, ErrorKind, Fit};

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

#[test]
fn orders_of_what_was_asked_about_are_named_first() {
    let rows: Vec<Row> =
        (0..100).flat_map(|at| [(at, Some(at), 1, at, 1), (at, Some(at), 2, at, 1)]).collect();
    let old = Recommender::params().fit(&log(&rows)).unwrap();
    let new = old.clone();
    // Thirty of its buyers take what enters, and four others come, whose ids are greater.
    let mut later: Vec<Row> = (0..30).map(|at| (300 + at, Some(at), 3, 150, 1)).collect();
    later.extend((0..4).map(|at| (700 + at, Some(500 + at), 1, 150, 1)));
    new.update(&log(&later)).unwrap();
    let mut options = DiffOptions::default();
    options.items = Some(vec![1.into()]);
    let changes = new.diff(&old, &options).unwrap();
    let change = changes.iter().find(|change| change.placement == Placement::Similar).unwrap();
    assert_eq!((&change.entered[..], change.orders_added), (&[3.into()][..], 34));
    assert_eq!(change.orders.len(), 10);
    assert!(change.orders[..4].iter().all(|id| *id >= 700.into()), "{:?}", change.orders);
    assert!(change.orders[4..].iter().all(|id| *id < 400.into()), "{:?}", change.orders);
}

#[test]
fn orders_behind_another_order_alone_are_of_all_that_is_in_the_list() {
    // 2 and 3 stand beside 1, 2 above 3, until ten more of its buyers take 3.
    let mut rows: Vec<Row> =
        (0..20).flat_map(|at| [(at, Some(at), 1, at, 1), (at, Some(at), 2, at, 1)]).collect();
    rows.extend((0..10).map(|at| (100 + at, Some(at), 3, 30, 1)));
    rows.extend((40..44).map(|at| (at, Some(at), 2, 30, 1)));
    let old = Recommender::params().fit(&log(&rows)).unwrap();
    let new = old.clone();
    let later: Vec<Row> = (10..20).map(|at| (200 + at, Some(at), 3, 60, 1)).collect();
    new.update(&log(&later)).unwrap();
    let mut options = DiffOptions::default();
    options.items = Some(vec![1.into()]);
    let changes = new.diff(&old, &options).unwrap();
    let change = changes.iter().find(|change| change.placement == Placement::Similar).unwrap();
    assert!(change.reordered && change.entered.is_empty() && change.left.is_empty(), "{change:?}");
    assert_eq!((change.orders_added, change.orders_removed), (10, 0));
    assert_eq!(change.orders, (210..220).map(kosar::Id::from).collect::<Vec<_>>());
}

#[test]
fn a_long_comparison_and_a_new_catalogue_can_be_stopped() {
    let (old, new) = old_and_new();
    let control = Control::new();
    control.cancel();
    let error = new.diff_with(&old, &DiffOptions::default(), &control).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let catalog = Catalog::from_paths([(1, "A"), (77, "B")]).unwrap();
    let error = new.set_catalog_with(&catalog, &control).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let n = |own: &Recommender| own.trending(&Request::new(100)).unwrap().len();
    assert_eq!(n(&new), 3);
    new.set_catalog_with(&catalog, &Control::new()).unwrap();
    assert_eq!(n(&new), 4);
}
