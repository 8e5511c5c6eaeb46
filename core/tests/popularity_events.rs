//! Popularity by what was viewed or put into the cart: against brute forces and the laws of forgetting and files.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "numbers of tests are small")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Batch, EventKind, EventLogBuilder, EventOptions, IdValues, Role, TimeValues, Values};
use kosar::popularity::{Popularity, PopularityOptions};
use kosar::rank::Recommendation;
use kosar::{EventLog, Fit, Persist, TimeUnit};
use proptest::prelude::*;

mod common;

use common::popularity::{countries, day, ints, log_of_one, trends};

/// Session, customer (none for 0), item, kind, day.
type Click = (i64, i64, i64, EventKind, i64);

fn events(rows: &[Click]) -> EventLog {
    let ids = |pick: fn(&Click) -> i64| {
        IdValues::Int(rows.iter().map(|row| Some(pick(row)).filter(|&id| id > 0)).collect())
    };
    let kinds: Vec<&str> = rows.iter().map(|row| row.3.name()).collect();
    let times = rows.iter().map(|row| row.4 * 86_400).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Session, ids(|row| row.0))
        .and_then(|batch| batch.ids(Role::Customer, ids(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(|row| row.2)))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(times), TimeUnit::Second)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn clicks() -> impl Strategy<Value = Vec<Click>> {
    let kinds = [EventKind::View, EventKind::AddToCart, EventKind::Purchase, EventKind::Impression];
    let row = (0_i64..6, 0_i64..3, 1_i64..9, prop::sample::select(kinds.to_vec()), 0_i64..60);
    // Each customer has sessions of their own; those of 0 are nobody's.
    let click =
        row.prop_map(|(who, session, item, kind, day)| (10 * who + session + 1, who, item, kind, day));
    prop::collection::vec(click, 1..100)
}

proptest! {
    #[test]
    fn events_count_those_who_did_them(clicks in clicks(), carts in any::<bool>()) {
        let clicked = events(&clicks);
        let kinds = carts.then(|| vec![EventKind::AddToCart]);
        let model = trends(1).kinds(kinds).fit(&clicked).unwrap();
        let counts = |kind: EventKind| if carts { kind == EventKind::AddToCart } else { kind != EventKind::Impression };
        let mut buyers: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for row in clicks.iter().filter(|row| counts(row.3)) {
            buyers.entry(row.2).or_default().insert(if row.1 > 0 { row.1 } else { -row.0 });
        }
        let mut expected: Vec<(i64, usize)> = buyers.iter().map(|(&item, all)| (item, all.len())).collect();
        expected.sort_by_key(|&(item, count)| (std::cmp::Reverse(count), item));
        let found = model.recommend(99);
        prop_assert_eq!(ints(&found), expected.iter().map(|row| row.0).collect::<Vec<_>>());
        prop_assert!(found.iter().zip(&expected).all(|(found, row)| found.score.to_bits() == (row.1 as f64).to_bits()));
        for customer in 1..6 {
            let Ok(left) = model.recommend_for_customer(customer, 99) else { continue };
            let bought = |item: i64| clicks.iter().any(|row| (row.1, row.2, row.3) == (customer, item, EventKind::Purchase));
            let expected: Vec<i64> = ints(&found).into_iter().filter(|&item| !bought(item)).collect();
            prop_assert_eq!(ints(&left), expected);
            let others = clicked.forget(customer).unwrap();
            let fitted = trends(1).kinds(carts.then(|| vec![EventKind::AddToCart])).fit(&others).unwrap();
            prop_assert_eq!(model.forget(customer).unwrap().to_bytes().unwrap(), fitted.to_bytes().unwrap());
        }
        prop_assert_eq!(&Popularity::from_bytes(&model.to_bytes().unwrap()).unwrap(), &model);
        prop_assert!(model.update(&log_of_one()).is_err());
    }

    #[test]
    fn a_session_of_nobody_counts_as_a_customer_of_its_own(clicks in clicks(), as_of in 20_i64..70) {
        let model = |clicks: &[Click]| {
            let params = trends(1).as_of(Some(day(as_of))).half_life_days(Some(9.0)).group_prior(3.0);
            params.fit(&events(clicks)).unwrap().with_groups("country", countries()).unwrap()
        };
        let name = |&row: &Click| if row.1 > 0 { row } else { (row.0, 100 + row.0, row.2, row.3, row.4) };
        let named: Vec<Click> = clicks.iter().map(name).collect();
        let (of_sessions, of_customers) = (model(&clicks), model(&named));
        prop_assert_eq!(of_sessions.counts(), of_customers.counts());
        let anyone = PopularityOptions::new();
        for options in [anyone].into_iter().chain(of_sessions.groups("country").unwrap().map(|label| {
            PopularityOptions::new().group(("country", label))
        })) {
            type Ask = fn(&Popularity, usize, &PopularityOptions) -> kosar::Result<Vec<Recommendation>>;
            let asks: [Ask; 3] = [Popularity::recommend_in, Popularity::trending_in, Popularity::new_arrivals_in];
            for ask in asks {
                prop_assert_eq!(ask(&of_sessions, 99, &options).unwrap(), ask(&of_customers, 99, &options).unwrap());
            }
        }
        let turned: Vec<Click> = clicks.iter().rev().copied().collect();
        prop_assert_eq!(model(&turned).to_bytes().unwrap(), of_sessions.to_bytes().unwrap());
        let again = Popularity::from_bytes(&of_sessions.to_bytes().unwrap()).unwrap();
        prop_assert_eq!(again.fitted_with(), of_sessions.fitted_with());
        prop_assert_eq!(again, of_sessions);
    }
}

#[test]
fn orders_are_refused_where_kinds_of_events_are_given() {
    let error = Popularity::params().kinds(Some(vec![EventKind::View])).fit(&log_of_one()).unwrap_err();
    assert_eq!(error.to_string(), "kinds must be left out for a log of orders");
}
