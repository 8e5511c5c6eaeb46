//! A small shop for tests of popularity: its rows, its customers' countries, and what a trend is in it.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::data::{
    AttributeValues, Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::popularity::{Popularity, PopularityParams};
use kosar::rank::Recommendation;
use kosar::{Id, OrderLog, Time, TimeUnit};

/// Customer (none for 0), item, day, quantity.
pub(crate) type Row = (i64, i64, i64, i32);

pub(crate) fn log(rows: &[Row]) -> OrderLog {
    let column = |pick: fn(&Row) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let customers: IdValues<'_> =
        IdValues::Int(rows.iter().map(|row| (row.0 > 0).then_some(row.0)).collect());
    let quantities = rows.iter().map(|row| f64::from(row.3)).collect::<Vec<_>>();
    let countries: Vec<&str> = rows.iter().map(|row| country(row.0)).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, customers)
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(column(|row| row.1)))))
        .and_then(|batch| {
            let days = column(|row| row.2 * 86_400);
            batch.time(TimeValues::Int(Values::new(days), TimeUnit::Second))
        })
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))))
        .and_then(|batch| batch.attribute("country", AttributeValues::Text(Values::new(countries))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn country(customer: i64) -> &'static str {
    ["", "AT", "HU", "HU"][usize::try_from(customer % 4).unwrap()]
}

pub(crate) fn day(day: i64) -> Time {
    Time::from_micros(day * 86_400_000_000)
}

pub(crate) fn ints(list: &[Recommendation]) -> Vec<i64> {
    list.iter()
        .map(|found| if let Id::Int(item) = found.item { item } else { panic!("ids are integers") })
        .collect()
}

/// Customers 1 to 11 with their country.
pub(crate) fn countries() -> Vec<(i64, &'static str)> {
    (1..12).map(|customer| (customer, country(customer))).collect()
}

pub(crate) fn log_of_one() -> OrderLog {
    log(&[(1, 1, 1, 1)])
}

pub(crate) fn trends(min: usize) -> PopularityParams {
    Popularity::params().trend_days(5.0).baseline_days(21.0).confidence(0.7).min_customers(min)
}
