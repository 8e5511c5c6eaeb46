//! Logs of a few rows, and everything that a recommender answers.

use std::fmt::Write as _;

use kosar::data::{
    Batch, EventLog, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role,
};
use kosar::data::{TimeValues, Values};
use kosar::recommender::{Recommender, Request};
use kosar::{OrderLog, TimeUnit};

/// Order, customer (none for an order of nobody), item, hour, quantity.
pub(crate) type Row = (i64, Option<i64>, i64, i64, i32);

/// Session (none for a customer's events without one), customer, item, minute, kind.
pub(crate) type EventRow = (Option<i64>, Option<i64>, i64, i64, u8);

pub(crate) fn log(rows: &[Row]) -> OrderLog {
    let ids = |pick: &dyn Fn(&Row) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3_600).collect();
    let quantities: Vec<f64> = rows.iter().map(|row| f64::from(row.4)).collect();
    let prices: Vec<f64> =
        rows.iter().map(|row| f64::from(u32::try_from(row.2 % 7).unwrap()) + 0.5).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ids(&|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ids(&|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(&|row| Some(row.2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))))
        .and_then(|batch| batch.numbers(Role::Price, NumberValues::Float(Values::new(prices))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn events(rows: &[EventRow]) -> EventLog {
    const KINDS: [&str; 5] = ["view", "add_to_cart", "remove_from_cart", "purchase", "impression"];
    let ids = |pick: &dyn Fn(&EventRow) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let minutes: Vec<i64> = rows.iter().map(|row| row.3 * 60).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| KINDS[usize::from(row.4) % KINDS.len()]).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Session, ids(&|row| row.0))
        .and_then(|batch| batch.ids(Role::Customer, ids(&|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(&|row| Some(row.2))))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(minutes), TimeUnit::Second)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Everything that a recommender answers about some items and customers, as text.
pub(crate) fn answers(recommender: &Recommender, items: &[i64], customers: &[i64]) -> String {
    let mut told = String::new();
    let request = Request::new(6);
    let mut tell = |what: &str, answer: &dyn std::fmt::Debug| writeln!(told, "{what}: {answer:?}").unwrap();
    for &item in items {
        tell(&format!("similar {item}"), &recommender.similar(item, &request).unwrap());
        let session = Request::new(6).session([item, item / 2]);
        tell(&format!("session {item}"), &recommender.next_in_session(&session).unwrap());
        tell(&format!("cart {item}"), &recommender.bought_together([item, item + 1], &request).unwrap());
    }
    for &customer in customers {
        tell(&format!("for {customer}"), &recommender.for_customer(customer, &request).unwrap());
        tell(&format!("again {customer}"), &recommender.buy_again(customer, &request).unwrap());
        let of = Request::new(6).customer(customer);
        tell(&format!("viewed {customer}"), &recommender.recently_viewed(&of).unwrap());
        tell(&format!("rerank {customer}"), &recommender.rerank(items.iter().copied(), 0.5, &of).unwrap());
        tell(&format!("profile {customer}"), &recommender.profile(customer).ok());
        tell(&format!("export {customer}"), &recommender.export(customer).ok());
    }
    tell("trending", &recommender.trending(&request).unwrap());
    tell("ready", &recommender.readiness());
    told
}
