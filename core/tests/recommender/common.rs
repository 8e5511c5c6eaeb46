//! Logs of a few rows, and everything that a recommender answers.

use std::fmt::Write as _;

use kosar::data::{
    Batch, EventLog, EventLogBuilder, EventOptions, Id, IdValues, LogBuilder, LogOptions, NumberValues, Role,
};
use kosar::data::{TimeValues, Values};
use kosar::recommender::{Recommender, Request};
use kosar::{OrderLog, TimeUnit};

/// Order, customer (none for an order of nobody), item, hour, quantity.
pub(crate) type Row = (i64, Option<i64>, i64, i64, i32);

/// Session (none for a customer's events without one), customer, item, minute, kind.
pub(crate) type EventRow = (Option<i64>, Option<i64>, i64, i64, u8);

/// What orders, customers, items and sessions are called: numbers, or words made of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    Numbers,
    Words,
}

impl Called {
    pub(crate) fn id(self, number: i64) -> Id {
        match self {
            Self::Numbers => Id::from(number),
            Self::Words => Id::from(format!("nº {number}")),
        }
    }

    fn column(self, numbers: impl Iterator<Item = Option<i64>>) -> Vec<Option<Id>> {
        numbers.map(|number| number.map(|number| self.id(number))).collect()
    }
}

/// Ids of one type as a column; without any, of numbers.
fn values(ids: &[Option<Id>]) -> IdValues<'_> {
    let (mut numbers, mut words) = (Vec::new(), Vec::new());
    for id in ids {
        numbers.push(match id {
            Some(Id::Int(number)) => Some(*number),
            _ => None,
        });
        words.push(match id {
            Some(Id::Str(word)) => Some(word.as_str()),
            _ => None,
        });
    }
    if words.iter().any(Option::is_some) {
        return IdValues::Text(words.into_iter().collect());
    }
    IdValues::Int(numbers.into_iter().collect())
}

pub(crate) fn log(rows: &[Row]) -> OrderLog {
    log_of(rows, Called::Numbers)
}

pub(crate) fn log_of(rows: &[Row], called: Called) -> OrderLog {
    let orders = called.column(rows.iter().map(|row| Some(row.0)));
    let customers = called.column(rows.iter().map(|row| row.1));
    let items = called.column(rows.iter().map(|row| Some(row.2)));
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3_600).collect();
    let quantities: Vec<f64> = rows.iter().map(|row| f64::from(row.4)).collect();
    let prices: Vec<f64> =
        rows.iter().map(|row| f64::from(u32::try_from(row.2 % 7).unwrap()) + 0.5).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Order, values(&orders))
        .and_then(|batch| batch.ids(Role::Customer, values(&customers)))
        .and_then(|batch| batch.ids(Role::Item, values(&items)))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))))
        .and_then(|batch| batch.numbers(Role::Price, NumberValues::Float(Values::new(prices))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn events(rows: &[EventRow]) -> EventLog {
    events_of(rows, Called::Numbers)
}

pub(crate) fn events_of(rows: &[EventRow], called: Called) -> EventLog {
    const KINDS: [&str; 5] = ["view", "add_to_cart", "remove_from_cart", "purchase", "impression"];
    let sessions = called.column(rows.iter().map(|row| row.0));
    let customers = called.column(rows.iter().map(|row| row.1));
    let items = called.column(rows.iter().map(|row| Some(row.2)));
    let minutes: Vec<i64> = rows.iter().map(|row| row.3 * 60).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| KINDS[usize::from(row.4) % KINDS.len()]).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Session, values(&sessions))
        .and_then(|batch| batch.ids(Role::Customer, values(&customers)))
        .and_then(|batch| batch.ids(Role::Item, values(&items)))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(minutes), TimeUnit::Second)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Everything that a recommender answers about some items and customers, as text.
pub(crate) fn answers(recommender: &Recommender, items: &[i64], customers: &[i64]) -> String {
    answers_of(recommender, items, customers, Called::Numbers)
}

pub(crate) fn answers_of(
    recommender: &Recommender,
    items: &[i64],
    customers: &[i64],
    called: Called,
) -> String {
    let mut told = String::new();
    let request = Request::new(6);
    let mut tell = |what: &str, answer: &dyn std::fmt::Debug| writeln!(told, "{what}: {answer:?}").unwrap();
    for &item in items {
        tell(&format!("similar {item}"), &recommender.similar(&called.id(item), &request).unwrap());
        let session = Request::new(6).session([&called.id(item), &called.id(item / 2)]);
        tell(&format!("session {item}"), &recommender.next_in_session(&session).unwrap());
        tell(&format!("with {item}"), &recommender.bought_together([&called.id(item)], &request).unwrap());
        let cart = [&called.id(item), &called.id(item + 1)];
        tell(&format!("cart {item}"), &recommender.bought_together(cart, &request).unwrap());
    }
    let given: Vec<Id> = items.iter().map(|&item| called.id(item)).collect();
    for &customer in customers {
        let id = &called.id(customer);
        tell(&format!("for {customer}"), &recommender.for_customer(id, &request).unwrap());
        tell(&format!("again {customer}"), &recommender.buy_again(id, &request).unwrap());
        let of = Request::new(6).customer(id);
        tell(&format!("viewed {customer}"), &recommender.recently_viewed(&of).unwrap());
        tell(&format!("rerank {customer}"), &recommender.rerank(&given, 0.5, &of).unwrap());
        tell(&format!("profile {customer}"), &recommender.profile(id).ok());
        tell(&format!("export {customer}"), &recommender.export(id).ok());
    }
    tell("trending", &recommender.trending(&request).unwrap());
    tell("ready", &recommender.readiness());
    told
}
