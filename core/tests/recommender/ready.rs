//! What is told of how ready a shop is.

use kosar::persist::SaveOptions;
use kosar::recommender::{
    Level, Placement, PlacementReadiness, Recommender, RecommenderSources, Request, Step,
};
use kosar::{Fit, Persist};

use crate::common::{Row, events, log};

fn of(own: &Recommender, placement: Placement) -> PlacementReadiness {
    let all = own.readiness().placements;
    all.into_iter().find(|row| row.placement == placement).unwrap()
}

fn counts(own: &Recommender, placement: Placement) -> (u64, u64, u64, String) {
    let row = of(own, placement);
    (row.ready, row.total, row.needs, row.unit)
}

fn is_personal(own: &Recommender, customer: i64) -> bool {
    let found = own.for_customer(customer, &Request::new(3)).unwrap();
    found.iter().any(|answer| answer.step == Step::Customer)
}

#[test]
fn a_shop_of_three_orders_is_not_ready_for_anybody() {
    let three = [(1, Some(1), 7, 1, 1), (1, Some(1), 8, 1, 1), (2, Some(2), 7, 2, 1), (3, Some(3), 8, 3, 1)];
    let own = Recommender::params().fit(&log(&three)).unwrap();
    assert_eq!(counts(&own, Placement::ForCustomer), (0, 3, 1, "orders".to_owned()));
    assert!((1..=3).all(|customer| !is_personal(&own, customer)));
    assert_eq!(counts(&own, Placement::Similar), (0, 2, 5, "customers".to_owned()));
    assert_eq!(counts(&own, Placement::BuyAgain), (3, 3, 1, "orders".to_owned()));
    // With as many others as must stand behind an answer, they are.
    let more: Vec<Row> = (10..16)
        .flat_map(|at| [(at, Some(at), 7, 4, 1), (at, Some(at), 8, 4, 1), (at, Some(at), 9, 4, 1)])
        .collect();
    own.update(&log(&more)).unwrap();
    assert_eq!(counts(&own, Placement::ForCustomer), (9, 9, 1, "orders".to_owned()));
    assert!((1..=3).all(|customer| is_personal(&own, customer)));
    // Who does not want it is not ready for it; who sent everything back has nothing to buy again.
    own.set_level(1, Level::None).unwrap();
    own.update(&log(&[(90, Some(2), 7, 5, -1)])).unwrap();
    assert_eq!(counts(&own, Placement::ForCustomer).0, 8);
    assert_eq!(counts(&own, Placement::BuyAgain).0, 7);
}

#[test]
fn sessions_are_counted_and_not_their_events() {
    // One session that looks at item 7 nine times; five at item 8.
    let mut clicks: Vec<_> = (0..9).map(|at| (Some(1), None, 7, at, 0)).collect();
    clicks.extend((2..7).map(|session| (Some(session), Some(session), 8, 20, 0)));
    let (log, events) = (log(&[(1, Some(1), 7, 1, 1), (2, Some(1), 8, 2, 1)]), events(&clicks));
    let own = Recommender::params().fit(&RecommenderSources::new(&log).events(&events)).unwrap();
    assert_eq!(counts(&own, Placement::NextInSession), (1, 2, 5, "sessions".to_owned()));
    // Five of the six customers known, of whom one has ordered.
    assert_eq!(counts(&own, Placement::RecentlyViewed), (5, 6, 1, "events".to_owned()));
    assert_eq!(own.readiness().customers, 1);
}

#[test]
fn a_file_without_histories_cannot_be_personal() {
    let rows: Vec<Row> =
        (0..40).flat_map(|at| [(at, Some(at), 1, at, 1), (at, Some(at), 2 + at % 9, at, 1)]).collect();
    let own = Recommender::params().fit(&log(&rows)).unwrap();
    assert!(own.readiness().has_histories && of(&own, Placement::ForCustomer).is_possible);
    assert_eq!(counts(&own, Placement::ForCustomer).0, 40);
    let serving = Recommender::from_bytes(&own.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
    assert!(!serving.readiness().has_histories);
    for placement in
        [Placement::ForCustomer, Placement::NextInSession, Placement::BuyAgain, Placement::RecentlyViewed]
    {
        let row = of(&serving, placement);
        assert!(!row.is_possible && row.ready == 0, "{row:?}");
    }
    assert_eq!(of(&serving, Placement::ForCustomer).total, 0);
    // Item 1, and the four that five bought with it.
    assert!(of(&serving, Placement::Similar).is_possible);
    assert_eq!(counts(&serving, Placement::Similar), (5, 10, 5, "customers".to_owned()));
}
