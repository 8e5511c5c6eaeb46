//! When the next purchase is due: the definition spelled out, planted intervals, the laws of update and forget, the edges.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "counts of a test")]

mod answers;
mod definition;
mod planted;
mod state;

use std::collections::BTreeMap;

use kosar::data::{Batch, Catalog, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values};
use kosar::{Id, OrderLog, Time, TimeUnit};
use proptest::prelude::*;

/// Customer (none for 0), item, day, quantity.
type Row = (i64, i64, i64, i32);

fn log(rows: &[Row]) -> OrderLog {
    log_of(
        &rows
            .iter()
            .map(|&(who, what, day, quantity)| (who, what, day, f64::from(quantity)))
            .collect::<Vec<_>>(),
    )
}

/// The same with parts of a quantity.
fn log_of(rows: &[(i64, i64, i64, f64)]) -> OrderLog {
    let column = |pick: fn(&(i64, i64, i64, f64)) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let customers: IdValues<'_> =
        IdValues::Int(rows.iter().map(|row| (row.0 > 0).then_some(row.0)).collect());
    let quantities = rows.iter().map(|row| row.3).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, customers)
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(column(|row| row.1)))))
        .and_then(|batch| {
            // Not at midnight: days are what counts.
            let seconds = column(|row| row.2 * 86_400 + row.1 * 3_600);
            batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second))
        })
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let quantity = prop_oneof![9 => 1..5, 1 => -2..0];
    prop::collection::vec((0_i64..6, 0_i64..5, 0_i64..60, quantity), 1..90)
}

fn day(day: i64) -> Time {
    Time::from_micros(day * 86_400_000_000)
}

fn number(id: &Id) -> i64 {
    if let Id::Int(id) = id { *id } else { panic!("ids are integers") }
}

/// Items 0 and 1 stand in one category, 2 in another, 3 and 4 in none.
fn catalog() -> Catalog {
    Catalog::from_paths([(0, "A/X"), (1, "A/X"), (2, "B"), (77, "C")]).unwrap()
}

/// By item and customer what was bought on which day.
fn pairs(rows: &[Row]) -> BTreeMap<(i64, i64), BTreeMap<i64, f64>> {
    let mut pairs: BTreeMap<_, BTreeMap<i64, f64>> = BTreeMap::new();
    for &(customer, item, day, quantity) in rows.iter().filter(|row| row.0 > 0 && row.3 > 0) {
        *pairs.entry((item, customer)).or_default().entry(day).or_default() += f64::from(quantity);
    }
    pairs
}
