//! Of which type ids are: that of those who are there, and of any where nobody is.

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
use kosar::recommender::{Level, Recommender, Request};
use kosar::{ErrorKind, Fit, OrderLog, Persist, TimeUnit};

use crate::common::{Called, EventRow, Row, events_of, log_of};

/// One order of a customer of item 1; all ids but the item's are numbers, or words.
fn order_of_one(called: Called) -> OrderLog {
    let batch = Batch::new(1).ids(Role::Item, IdValues::Int(Values::new(&[1][..])));
    let batch = match called {
        Called::Numbers => batch
            .and_then(|batch| batch.ids(Role::Order, IdValues::Int(Values::new(&[7][..]))))
            .and_then(|batch| batch.ids(Role::Customer, IdValues::Int(Values::new(&[8][..])))),
        Called::Words => batch
            .and_then(|batch| batch.ids(Role::Order, IdValues::Text(Values::new(&["o"][..]))))
            .and_then(|batch| batch.ids(Role::Customer, IdValues::Text(Values::new(&["ann"][..])))),
    };
    let batch = batch
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(&[90_000][..]), TimeUnit::Second)))
        .unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

#[test]
fn items_of_two_types_are_refused_in_a_shop_that_began_with_none() {
    let rows: [Row; 1] = [(1, Some(1), 1, 1, 1)];
    let own = Recommender::params().fit(&log_of(&[], Called::Numbers)).unwrap();
    own.update(&log_of(&rows, Called::Words)).unwrap();
    let error = own.update(&log_of(&rows, Called::Numbers)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IdType);
    assert_eq!(own.similar(7, &Request::new(1)).unwrap_err().kind(), ErrorKind::IdType);
    let again = Recommender::from_bytes(&own.to_bytes().unwrap()).unwrap();
    assert_eq!(again.readiness(), own.readiness());
    assert_eq!(again.readiness().items, 1);
}

#[test]
fn when_the_last_customer_is_forgotten_their_ids_may_be_of_any_type() {
    let own = Recommender::params().fit(&order_of_one(Called::Words)).unwrap();
    assert_eq!(own.update(&order_of_one(Called::Numbers)).unwrap_err().kind(), ErrorKind::IdType);
    own.forget("ann").unwrap();
    // As it is once it was saved and loaded.
    let loaded = Recommender::from_bytes(&own.to_bytes().unwrap()).unwrap();
    for own in [own, loaded] {
        assert_eq!(own.update(&order_of_one(Called::Numbers)).unwrap().orders, 1);
        assert_eq!(own.update(&order_of_one(Called::Words)).unwrap_err().kind(), ErrorKind::IdType);
        assert_eq!(own.profile(8).unwrap().orders, 1);
    }
}

#[test]
fn whoever_is_not_kept_says_nothing_of_types() {
    let own = Recommender::params().fit(&log_of(&[], Called::Numbers)).unwrap();
    own.set_level("x", Level::Full).unwrap();
    own.set_level(1, Level::None).unwrap();
    assert_eq!(own.set_level("x", Level::None).unwrap_err().kind(), ErrorKind::IdType);
    own.set_level(1, Level::Full).unwrap();
    own.set_level("x", Level::None).unwrap();
    // Nor does who and what was only shown something: impressions are passed over.
    let own = Recommender::params().fit(&order_of_one(Called::Numbers)).unwrap();
    own.forget(8).unwrap();
    let shown: [EventRow; 1] = [(Some(1), Some(1), 1, 1, 4)];
    let seen: [EventRow; 1] = [(Some(1), Some(1), 1, 1, 0)];
    let of_numbers = |rows: &[EventRow]| own.update_events(&events_of(rows, Called::Numbers)).unwrap();
    assert_eq!(of_numbers(&shown).events, 0);
    assert!(own.export("ann").is_err_and(|error| error.kind() == ErrorKind::UnknownId));
    assert_eq!(of_numbers(&seen).events, 1);
    assert!(own.export("ann").is_err_and(|error| error.kind() == ErrorKind::IdType));
    own.forget(1).unwrap();
    let session = |id: &str| own.recently_viewed(&Request::new(1).session_id(id));
    assert!(
        session("a").is_ok() && own.export("ann").is_err_and(|error| error.kind() == ErrorKind::UnknownId)
    );
}
