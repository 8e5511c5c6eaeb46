//! Events that differ in what is not kept of them, in parts: however they come, the state is that of all at once.

use kosar::data::{
    Batch, EventLog, EventLogBuilder, EventOptions, IdValues, NumberValues, Role, TimeValues, Values,
};
use kosar::recommender::{Recommender, RecommenderSources};
use kosar::{Fit, Persist, TimeUnit};
use proptest::prelude::*;

use crate::common::log;

/// Session (none for a customer's events without one), customer, item, minute, kind, quantity.
type EventRow = (Option<i64>, Option<i64>, i64, i64, bool, u8);

fn events(rows: &[EventRow]) -> EventLog {
    let sessions: Vec<Option<i64>> = rows.iter().map(|row| row.0).collect();
    let customers: Vec<Option<i64>> = rows.iter().map(|row| row.1).collect();
    let items: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let minutes: Vec<i64> = rows.iter().map(|row| row.3 * 60).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| if row.4 { "add_to_cart" } else { "view" }).collect();
    let quantities: Vec<f64> = rows.iter().map(|row| f64::from(row.5)).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Session, IdValues::Int(sessions.into_iter().collect()))
        .and_then(|batch| batch.ids(Role::Customer, IdValues::Int(customers.into_iter().collect())))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(items))))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(minutes), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Few of everything, so that many differ in their quantity alone, or in whom they name.
fn rows() -> impl Strategy<Value = Vec<EventRow>> {
    let session = prop::option::weighted(0.8, 0_i64..2);
    let row = (session, prop::option::of(0_i64..3), 0_i64..2, 0_i64..3, any::<bool>(), 1_u8..4);
    let named = |mut row: EventRow| {
        if row.0.is_none() && row.1.is_none() {
            row.1 = Some(1);
        }
        row
    };
    prop::collection::vec(row.prop_map(named), 1..30)
}

fn fit(rows: &[EventRow]) -> Recommender {
    let (log, events) = (log(&[(1, Some(1), 0, 1, 1), (2, Some(2), 1, 2, 1)]), events(rows));
    Recommender::params().fit(&RecommenderSources::new(&log).events(&events)).unwrap()
}

#[test]
fn of_events_that_differ_in_their_quantity_one_is_kept_and_it_names_somebody() {
    let ann = (Some(0), Some(1), 0, 0, true, 1);
    let nobody = (Some(0), None, 0, 0, true, 2);
    let live = fit(&[ann, nobody]);
    assert_eq!(
        (live.readiness().events, live.update_events(&events(&[ann])).unwrap().repeated_events),
        (1, 1)
    );
    assert!(live.to_bytes().unwrap() == fit(&[ann]).to_bytes().unwrap());
    // The other way round the name comes later.
    let live = fit(&[nobody]);
    assert_eq!(live.update_events(&events(&[ann])).unwrap().events, 0);
    assert_eq!(live.readiness().events, 1);
    assert!(live.to_bytes().unwrap() == fit(&[ann]).to_bytes().unwrap());
}

proptest! {
    #[test]
    fn parts_in_any_order_are_the_whole(rows in rows(), cut in 0_usize..30) {
        let (first, rest) = rows.split_at(cut.min(rows.len()));
        let whole = fit(&rows).to_bytes().unwrap();
        for (first, rest) in [(first, rest), (rest, first), (&rows[..], first)] {
            let live = fit(first);
            live.update_events(&events(rest)).unwrap();
            prop_assert!(live.to_bytes().unwrap() == whole);
        }
        let live = Recommender::from_bytes(&whole).unwrap();
        for customer in 0..3 {
            live.forget(customer).unwrap();
        }
        prop_assert!(Recommender::from_bytes(&live.to_bytes().unwrap()).is_ok());
    }
}
