//! A shop small enough to be checked by hand, and how it is asked.

use std::sync::Arc;

use kosar::audience::{Audience, AudienceData, Audiences};
use kosar::data::Batch;
use kosar::data::{
    Catalog, Customers, CustomersBatch, CustomersBuilder, CustomersOptions, DateValues, EventKind, EventLog,
    EventLogBuilder, EventOptions, FactValues, FlagValues, IdValues, LogBuilder, LogOptions, NumberValues,
    OrderLog, Role, TagValues, TimeValues, Values,
};
use kosar::rfm::Rfm;
use kosar::{Fit, Time};

/// Who, order, item, when, how much in all.
pub(crate) const LINES: [(&str, i64, &str, &str, f64); 8] = [
    ("ann", 1, "dress", "2026-01-10T10:00", 80.0),
    ("ann", 1, "socks", "2026-01-10T10:00", 5.0),
    ("ann", 2, "socks", "2026-11-20T20:00", 5.0),
    ("bob", 3, "shoes", "2026-11-01T09:00", 100.0),
    ("bob", 4, "socks", "2026-11-19T09:00", 5.0),
    ("cid", 5, "dress", "2025-12-24T12:00", 80.0),
    ("cid", 6, "shoes", "2026-01-02T12:00", 100.0),
    ("dot", 7, "socks", "2026-11-24T00:30", 7.5),
];

/// Who, session, item, kind, when.
pub(crate) const EVENTS: [(&str, i64, &str, EventKind, &str); 12] = [
    ("ann", 1, "shoes", EventKind::View, "2026-11-19T10:00"),
    ("ann", 1, "shoes", EventKind::View, "2026-11-19T10:05"),
    ("ann", 2, "shoes", EventKind::View, "2026-11-23T10:00"),
    ("ann", 2, "shoes", EventKind::AddToCart, "2026-11-23T10:01"),
    ("bob", 3, "shoes", EventKind::View, "2026-10-31T10:00"),
    ("bob", 3, "shoes", EventKind::AddToCart, "2026-10-31T10:05"),
    ("bob", 4, "shoes", EventKind::AddToCart, "2026-11-01T08:50"),
    ("bob", 5, "socks", EventKind::View, "2026-11-19T08:00"),
    ("bob", 5, "socks", EventKind::View, "2026-11-19T08:10"),
    ("bob", 5, "socks", EventKind::View, "2026-11-19T08:20"),
    ("eve", 6, "dress", EventKind::View, "2026-11-24T23:30"),
    ("eve", 6, "dress", EventKind::AddToCart, "2026-11-24T23:40"),
];

pub(crate) fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Values<'a, &'a str> {
    Values::new(values.collect::<Vec<_>>())
}

pub(crate) fn times<'a>(values: impl Iterator<Item = &'a str>) -> TimeValues<'a> {
    TimeValues::Text(texts(values))
}

pub(crate) fn orders() -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let batch = Batch::new(LINES.len())
        .ids(Role::Customer, IdValues::Text(texts(LINES.iter().map(|line| line.0))))
        .and_then(|batch| {
            batch.ids(Role::Order, IdValues::Int(LINES.iter().map(|line| Some(line.1)).collect()))
        })
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(texts(LINES.iter().map(|line| line.2)))))
        .and_then(|batch| batch.time(times(LINES.iter().map(|line| line.3))))
        .and_then(|batch| {
            let amounts: Vec<f64> = LINES.iter().map(|line| line.4).collect();
            batch.numbers(Role::Amount, NumberValues::Float(Values::new(amounts)))
        });
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn events() -> EventLog {
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    let batch = Batch::new(EVENTS.len())
        .ids(Role::Customer, IdValues::Text(texts(EVENTS.iter().map(|event| event.0))))
        .and_then(|batch| batch.ids(Role::Session, IdValues::Int(EVENTS.iter().map(|e| Some(e.1)).collect())))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(texts(EVENTS.iter().map(|event| event.2)))))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(texts(EVENTS.iter().map(|e| e.3.name())))))
        .and_then(|batch| batch.time(times(EVENTS.iter().map(|event| event.4))));
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn customers() -> Customers {
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    let batch = CustomersBatch::new(5)
        .customers(IdValues::Text(texts(["ann", "bob", "cid", "dot", "fay"].into_iter())))
        .and_then(|batch| {
            batch.attribute("country", FactValues::Words(texts(["HU", "HU", "AT", "", "US"].into_iter())))
        })
        .and_then(|batch| {
            let dates = texts(["1990-11-28", "2000-02-29", "", "1970-12-02", "1990-11-25"].into_iter());
            batch.attribute("birthday", FactValues::Dates(DateValues::Times(TimeValues::Text(dates))))
        })
        .and_then(|batch| {
            let points = Values::new(&[10.0, 0.0, f64::NAN, 3.0, 7.0][..]);
            batch.attribute("points", FactValues::Numbers(NumberValues::Float(points)))
        })
        .and_then(|batch| {
            let flags = texts(["yes", "no", "", "yes", "no"].into_iter());
            batch.attribute("newsletter", FactValues::Flags(FlagValues::Text(flags)))
        })
        .and_then(|batch| {
            batch.time_zones(texts(
                ["Europe/Budapest", "Europe/Budapest", "", "America/New_York", "Asia/Tokyo"].into_iter(),
            ))
        })
        .and_then(|batch| {
            batch.preferences("brand", TagValues::Joined(texts(["Acme, Zed", "", "Zed", "", ""].into_iter())))
        })
        .and_then(|batch| {
            let said = texts(["yes", "no", "", "yes", ""].into_iter());
            batch.consent("email", "marketing", FlagValues::Text(said))
        });
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

pub(crate) fn data() -> AudienceData {
    let catalog =
        Catalog::from_paths([("dress", "Clothes/Dresses"), ("socks", "Clothes/Socks"), ("shoes", "Shoes")])
            .unwrap();
    let orders = orders();
    let rfm = Rfm::params().fit(&orders).unwrap();
    AudienceData::builder()
        .orders(&orders)
        .events(&events())
        .customers(&customers())
        .catalog(Arc::new(catalog))
        .rfm(&rfm)
        .value("clv", [("ann", 250.0), ("bob", 90.0), ("gus", 1.0)])
        .build()
        .unwrap()
}

/// Wednesday noon in UTC: 7:00 in New York, 13:00 in Budapest, 21:00 in Tokyo.
pub(crate) fn now() -> Option<Time> {
    Some(Time::parse("2026-11-25T12:00:00Z").unwrap())
}

pub(crate) fn asked(json: &str) -> Audiences {
    Audiences::new(data(), [("asked", Audience::from_json(json).unwrap())], now()).unwrap()
}

pub(crate) fn members(json: &str) -> Vec<String> {
    asked(json).members("asked").unwrap().ids().map(|id| id.to_string()).collect()
}

pub(crate) fn refused(json: &str) -> String {
    let read = Audience::from_json(json);
    read.and_then(|audience| Audiences::new(data(), [("asked", audience)], now())).unwrap_err().to_string()
}
