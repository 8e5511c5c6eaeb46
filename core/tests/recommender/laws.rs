//! What is learnt live was there from the start, and who is forgotten never was.

use kosar::data::Catalog;
use kosar::recommender::{Recommender, RecommenderParams, RecommenderSources, Request};
use kosar::{Fit, Persist};
use proptest::prelude::*;

use crate::common::{EventRow, Row, answers, events, log};

/// Over two months; several orders have one instant.
fn hour_of(order: i64) -> i64 {
    order * 37 % 1500 / 50 * 50
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // An order has one customer, and one instant.
    let row = (0_i64..60, 0_i64..14, prop_oneof![19 => 1_i32..3, 1 => -1_i32..0]);
    prop::collection::vec(row, 1..160).prop_map(|rows| {
        let whose = |order: i64| (order % 8 != 0).then_some(order % 11);
        rows.into_iter()
            .map(|(order, item, quantity)| (order, whose(order), item, hour_of(order), quantity))
            .collect()
    })
}

fn event_rows() -> impl Strategy<Value = Vec<EventRow>> {
    let row = (
        prop::option::weighted(0.7, 0_i64..12),
        prop::option::weighted(0.6, 0_i64..11),
        0_i64..14,
        0_i64..400,
        0_u8..5,
    );
    let named = |mut row: EventRow| {
        if row.0.is_none() && row.1.is_none() {
            row.1 = Some(row.2 % 11);
        }
        row
    };
    // Some come twice, the second time without whose they are.
    let rows = prop::collection::vec((row.prop_map(named), prop::bool::weighted(0.15)), 0..50);
    rows.prop_map(|rows| {
        let again = rows
            .iter()
            .filter(|(row, again)| *again && row.0.is_some())
            .map(|&(row, _)| (row.0, None, row.2, row.3, row.4));
        again.chain(rows.iter().map(|&(row, _)| row)).collect()
    })
}

fn params() -> RecommenderParams {
    let mut params = Recommender::params().min_customers(2);
    // Small enough for cuts to matter among a few rows.
    (params.latest_purchases, params.neighbor_purchases, params.neighbors) = (7, 5, 4);
    (params.latest_sessions, params.session_neighbors) = (5, 3);
    (params.max_items, params.trend_days, params.trend_spans) = (11, 7, 3);
    // Fewer places than lists.
    params.remembered_lists = 32;
    params
}

fn fit(rows: &[Row], event_rows: &[EventRow]) -> Recommender {
    let (log, events) = (log(rows), events(event_rows));
    params().fit(&RecommenderSources::new(&log).events(&events).catalog(&catalog())).unwrap()
}

/// All items, so that those whom nobody bought any more are there still.
fn catalog() -> Catalog {
    let path = |item: i64| ["Food/Bread", "Food", "Toys", ""][usize::try_from(item % 4).unwrap()];
    Catalog::from_paths(ITEMS.map(|item| (item, path(item)))).unwrap()
}

const ITEMS: [i64; 14] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
const CUSTOMERS: [i64; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99];

/// Asks about all items, so that there is something to remember, and to forget.
fn ask(live: &Recommender) {
    let request = Request::new(3);
    for item in ITEMS {
        live.similar(item, &request).unwrap();
        live.bought_together([item], &request).unwrap();
        live.bought_together([item, 3], &request).unwrap();
    }
}

fn assert_same(live: &Recommender, refit: &Recommender) -> Result<(), TestCaseError> {
    live.refresh().unwrap();
    let expected = answers(refit, &ITEMS, &CUSTOMERS);
    let told = answers(live, &ITEMS, &CUSTOMERS);
    let differ = told.lines().zip(expected.lines()).find(|(a, b)| a != b);
    prop_assert!(differ.is_none(), "live {:?}\nrefit {:?}", differ.unwrap().0, differ.unwrap().1);
    let bytes = refit.to_bytes().unwrap();
    prop_assert!(live.to_bytes().unwrap() == bytes, "the files differ");
    let loaded = Recommender::from_bytes(&bytes).unwrap();
    prop_assert!(answers(&loaded, &ITEMS, &CUSTOMERS) == expected, "the loaded one answers otherwise");
    Ok(())
}

proptest! {
    #[test]
    fn what_is_learnt_live_was_there_from_the_start(
        rows in rows(),
        event_rows in event_rows(),
        cut in 0_usize..160,
        event_cut in 0_usize..60,
        gone in prop::collection::vec(0_i64..11, 0..4),
    ) {
        // Whole orders come, in two parts; what was there comes again with the second.
        let of_first = |row: &Row| row.0 % 160 < i64::try_from(cut).unwrap() / 2;
        let first: Vec<Row> = rows.iter().copied().filter(of_first).collect();
        let event_cut = event_cut.min(event_rows.len());
        // A log of nothing has ids of no type.
        prop_assume!(!first.is_empty());
        let live = fit(&first, &event_rows[..event_cut]);
        ask(&live);
        live.update(&log(&rows)).unwrap();
        live.update_events(&events(&event_rows)).unwrap();
        for &customer in &gone {
            ask(&live);
            live.forget(customer).unwrap();
        }
        let mut whole = log(&rows);
        // Impressions are passed over: they tell nothing, not even of whom a session is.
        let kept: Vec<EventRow> = event_rows.iter().copied().filter(|row| row.4 != 4).collect();
        let mut clicks = events(&kept);
        let mut gone = gone;
        gone.sort_unstable();
        gone.dedup();
        for customer in gone {
            if whole.customers().unwrap().position(customer.into()).is_some() {
                whole = whole.forget(customer).unwrap();
            }
            if clicks.customers().position(customer.into()).is_some() {
                clicks = clicks.forget(customer).unwrap();
            }
        }
        let refit = params().fit(&RecommenderSources::new(&whole).events(&clicks).catalog(&catalog())).unwrap();
        assert_same(&live, &refit)?;
    }

    #[test]
    fn new_items_stand_among_the_others_as_if_they_had_been_there(
        rows in rows(),
        event_rows in event_rows(),
        cut in 0_i64..60,
    ) {
        let first: Vec<Row> = rows.iter().copied().filter(|row| row.0 < cut).collect();
        prop_assume!(!first.is_empty());
        let kept: Vec<EventRow> = event_rows.iter().copied().filter(|row| row.4 != 4).collect();
        let live = params().fit(&log(&first)).unwrap();
        live.update_events(&events(&kept)).unwrap();
        ask(&live);
        live.update(&log(&rows)).unwrap();
        let (whole, clicks) = (log(&rows), events(&kept));
        let refit = params().fit(&RecommenderSources::new(&whole).events(&clicks)).unwrap();
        assert_same(&live, &refit)?;
    }
}
