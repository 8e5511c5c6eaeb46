//! Random shops for tests of affinities: rows of orders and events, the logs of them, and a catalogue.

use kosar::data::{
    AttributeValues, Batch, Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, EventLogBuilder,
    EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role, TagValues, TimeValues, Values,
};
use kosar::{EventLog, OrderLog, TimeUnit};
use proptest::prelude::*;

/// Order, customer (of the order), item, hour, quantity, cents, channel.
pub(crate) type Row = (i64, Option<i64>, i64, i64, i32, i32, &'static str);

/// Customer, item, kind, hour.
pub(crate) type EventRow = (i64, i64, &'static str, i64);

pub(crate) const CHANNELS: [&str; 3] = ["app", "shop", ""];

/// Id, category paths, brand, tags, colour, price in cents.
type Item = (i64, &'static [&'static str], &'static str, &'static [&'static str], &'static str, Option<i64>);

/// Items from 10 on are not in the catalogue.
pub(crate) const ITEMS: [Item; 10] = [
    (0, &["Food/Bread"], "Miller", &["dark"], "brown", Some(200)),
    (1, &["Food/Bread", "Gifts"], "Miller", &["dark", "new"], "", Some(100)),
    (2, &["Food"], "", &[], "white", None),
    (3, &["Food/Drinks/Tea"], "Leaf", &["hot"], "green", Some(350)),
    (4, &["Food/Drinks/Tea", "Food/Drinks/Mate"], "Leaf", &["hot", "new"], "green", Some(400)),
    (5, &["Home/Cups"], "Clay", &[], "white", Some(900)),
    (6, &["Home"], "Clay", &["new"], "", Some(1500)),
    (7, &[], "Clay", &[], "brown", Some(50)),
    (8, &["Gifts"], "", &["gift"], "", Some(700)),
    (9, &[], "", &[], "", None),
];

pub(crate) fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        0_i64..40,
        0_i64..12,
        0_i64..2000,
        prop_oneof![20 => 1_i32..4, 1 => -2_i32..0],
        0_i32..40,
        0_usize..3,
    );
    prop::collection::vec(row, 1..100).prop_map(|rows| {
        let customer = |order: i64| (order % 7 != 0).then_some(order % 9);
        rows.into_iter()
            .map(|(order, item, hour, q, p, channel)| {
                (order, customer(order), item, hour, q, p * 25, CHANNELS[channel])
            })
            .collect()
    })
}

pub(crate) fn event_rows() -> impl Strategy<Value = Vec<EventRow>> {
    let kind = prop_oneof![
        6 => Just("view"), 2 => Just("add_to_cart"), 2 => Just("remove_from_cart"), 1 => Just("purchase"),
        1 => Just("search"),
    ];
    prop::collection::vec((0_i64..11, 0_i64..12, kind, 0_i64..2000), 0..80)
}

pub(crate) fn log(rows: &[Row]) -> OrderLog {
    let ids = |pick: fn(&Row) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3600).collect();
    let numbers =
        |pick: fn(&Row) -> f64| NumberValues::Float(Values::new(rows.iter().map(pick).collect::<Vec<_>>()));
    let channels = AttributeValues::Text(Values::new(rows.iter().map(|row| row.6).collect::<Vec<_>>()));
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ids(|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ids(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(|row| Some(row.2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, numbers(|row| f64::from(row.4))))
        .and_then(|batch| batch.numbers(Role::Price, numbers(|row| f64::from(row.5) / 100.0)))
        .and_then(|batch| batch.attribute("channel", channels));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Where an item was looked at; some channels are not those of orders.
pub(crate) fn channel_of(item: i64) -> &'static str {
    ["mail", "app", ""][usize::try_from(item % 3).unwrap()]
}

pub(crate) fn events(rows: &[EventRow]) -> EventLog {
    let ids = |pick: fn(&EventRow) -> i64| IdValues::Int(rows.iter().map(|row| Some(pick(row))).collect());
    let kinds = IdValues::Text(Values::new(rows.iter().map(|row| row.2).collect::<Vec<_>>()));
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3600).collect();
    let channels = rows.iter().map(|row| channel_of(row.1)).collect::<Vec<_>>();
    let channels = AttributeValues::Text(Values::new(channels));
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ids(|row| row.0))
        .and_then(|batch| batch.ids(Role::Item, ids(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Kind, kinds))
        .and_then(|batch| batch.attribute("channel", channels))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn catalog() -> Catalog {
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    // A row a category: what else is said of the item is said each time.
    let mut flat = Vec::new();
    for (id, paths, brand, tags, colour, price) in ITEMS {
        let paths = if paths.is_empty() { &[""] } else { paths };
        let price = price.map_or(String::new(), |cents| format!("{}.{:02}", cents / 100, cents % 100));
        flat.extend(paths.iter().map(|&path| (id, path, brand, tags.join(","), colour, price.clone())));
    }
    let batch = CatalogBatch::new(flat.len())
        .items(IdValues::Int(flat.iter().map(|row| Some(row.0)).collect()))
        .and_then(|batch| batch.paths(Values::new(flat.iter().map(|row| row.1).collect::<Vec<_>>())))
        .and_then(|batch| batch.brands(Values::new(flat.iter().map(|row| row.2).collect::<Vec<_>>())))
        .and_then(|batch| {
            let tags = flat.iter().map(|row| row.3.as_str()).collect::<Vec<_>>();
            batch.tags(TagValues::Joined(Values::new(tags)))
        })
        .and_then(|batch| {
            let colours = flat.iter().map(|row| row.4).collect::<Vec<_>>();
            batch.attribute("colour", AttributeValues::Text(Values::new(colours)))
        })
        .and_then(|batch| {
            let prices = flat.iter().map(|row| row.5.as_str()).collect::<Vec<_>>();
            batch.prices(NumberValues::Text(Values::new(prices)))
        });
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}
