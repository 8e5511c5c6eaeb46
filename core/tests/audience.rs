//! Audiences on a shop small enough to be checked by hand; what is refused, and how.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::sync::Arc;

use kosar::audience::{Audience, AudienceData, Audiences, Condition, Items, Measured, OrderCondition};
use kosar::data::Batch;
use kosar::data::{
    Catalog, Customers, CustomersBatch, CustomersBuilder, CustomersOptions, DateValues, EventKind, EventLog,
    EventLogBuilder, EventOptions, FactValues, FlagValues, IdValues, LogBuilder, LogOptions, NumberValues,
    OrderLog, Role, TagValues, TimeValues, Values,
};
use kosar::rfm::Rfm;
use kosar::{Fit, Time};

/// Who, order, item, when, how much in all.
const LINES: [(&str, i64, &str, &str, f64); 8] = [
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
const EVENTS: [(&str, i64, &str, EventKind, &str); 12] = [
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

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Values<'a, &'a str> {
    Values::new(values.collect::<Vec<_>>())
}

fn times<'a>(values: impl Iterator<Item = &'a str>) -> TimeValues<'a> {
    TimeValues::Text(texts(values))
}

fn orders() -> OrderLog {
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

fn events() -> EventLog {
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

fn customers() -> Customers {
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

fn data() -> AudienceData {
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
fn now() -> Option<Time> {
    Some(Time::parse("2026-11-25T12:00:00Z").unwrap())
}

fn asked(json: &str) -> Audiences {
    Audiences::new(data(), [("asked", Audience::from_json(json).unwrap())], now()).unwrap()
}

fn members(json: &str) -> Vec<String> {
    asked(json).members("asked").unwrap().ids().map(|id| id.to_string()).collect()
}

fn refused(json: &str) -> String {
    let read = Audience::from_json(json);
    read.and_then(|audience| Audiences::new(data(), [("asked", audience)], now())).unwrap_err().to_string()
}

#[test]
fn everybody_is_everybody_that_any_part_knows() {
    assert_eq!(members(r#"{"and": []}"#), ["ann", "bob", "cid", "dot", "eve", "fay", "gus"]);
    assert_eq!(members(r#"{"or": []}"#), [""; 0]);
}

#[test]
fn marketers_audiences_are_who_they_say() {
    for (json, who) in [
        // Viewed the same item at least three times and did not buy it: bob bought the socks after looking.
        (
            r#"{"events": {"kinds": ["view"], "same_item": true, "window": {"last_days": 7}, "not_bought": "since", "test": {"at_least": 3}}}"#,
            vec!["ann"],
        ),
        (
            r#"{"events": {"kinds": ["view"], "same_item": true, "window": {"last_days": 7}, "test": {"at_least": 3}}}"#,
            vec!["ann", "bob"],
        ),
        (
            r#"{"events": {"kinds": ["view"], "same_item": true, "within_days": 3, "not_bought": "ever", "test": {"at_least": 3}}}"#,
            vec![],
        ),
        (
            r#"{"events": {"kinds": ["view"], "same_item": true, "within_days": 5, "not_bought": "ever", "test": {"at_least": 3}}}"#,
            vec!["ann"],
        ),
        // Bought dresses, nothing for 300 days.
        (
            r#"{"and": [{"orders": {"items": {"category": ["Clothes/Dresses"]}}}, {"not": {"orders": {"window": {"last_days": 300}}}}]}"#,
            vec!["cid"],
        ),
        // Bought clothes, never shoes.
        (
            r#"{"and": [{"orders": {"items": {"category": ["Clothes"]}}}, {"not": {"orders": {"items": {"category": ["Shoes"]}}}}]}"#,
            vec!["ann", "dot"],
        ),
        // Abandons carts more often than not: one of bob's two ended with an order ten minutes later.
        (
            r#"{"sessions": {"with": ["add_to_cart"], "without": ["purchase"], "measure": "share", "test": {"above": 0.5}}}"#,
            vec!["ann", "eve"],
        ),
        (
            r#"{"sessions": {"with": ["add_to_cart"], "without": ["purchase"], "measure": "share", "test": {"is": 0.5}}}"#,
            vec!["bob"],
        ),
        (r#"{"orders": {"measure": {"sum": "amount"}, "test": {"at_least": 105}}}"#, vec!["bob", "cid"]),
        (
            r#"{"orders": {"measure": {"avg": "amount"}, "test": {"between": [45, 52.5]}}}"#,
            vec!["ann", "bob"],
        ),
        (r#"{"orders": {"measure": {"max": "amount"}, "test": {"is": 85}}}"#, vec!["ann"]),
        (r#"{"orders": {"measure": {"min": "amount"}, "test": {"is": 5}}}"#, vec!["ann", "bob"]),
        (r#"{"orders": {"measure": {"count": "items"}, "test": {"is": 2}}}"#, vec!["ann", "bob", "cid"]),
        (r#"{"orders": {"measure": {"days_since": "last"}, "test": {"above": 300}}}"#, vec!["cid"]),
        (r#"{"orders": {"items": {"ids": ["socks"]}, "test": {"is": 0}}}"#, vec!["cid", "eve", "fay", "gus"]),
        (r#"{"rfm": {"of": "monetary", "test": {"at_least": 100}}}"#, vec!["bob", "cid"]),
        (r#"{"value": {"name": "clv", "test": {"above": 50}}}"#, vec!["ann", "bob"]),
        (r#"{"value": {"name": "clv", "test": {"known": false}}}"#, vec!["cid", "dot", "eve", "fay"]),
    ] {
        assert_eq!(members(json), who, "{json}");
    }
}

#[test]
fn attributes_are_tested_by_their_type_and_the_unknown_pass_nothing() {
    for (json, who) in [
        (r#"{"attribute": {"name": "country", "test": {"in": ["HU", "AT"]}}}"#, vec!["ann", "bob", "cid"]),
        (
            r#"{"not": {"attribute": {"name": "country", "test": {"is": "HU"}}}}"#,
            vec!["cid", "dot", "eve", "fay", "gus"],
        ),
        (r#"{"attribute": {"name": "country", "test": {"starts_with": "A"}}}"#, vec!["cid"]),
        (r#"{"attribute": {"name": "country", "test": {"known": false}}}"#, vec!["dot", "eve", "gus"]),
        (r#"{"attribute": {"name": "points", "test": {"at_most": 3}}}"#, vec!["bob", "dot"]),
        (r#"{"attribute": {"name": "newsletter", "test": {"is": false}}}"#, vec!["bob", "fay"]),
        (r#"{"attribute": {"name": "birthday", "test": {"below": "1990-11-28"}}}"#, vec!["dot", "fay"]),
        (r#"{"preference": {"kind": "brand", "test": {"is": "Zed"}}}"#, vec!["ann", "cid"]),
        (r#"{"consent": {"channel": "email", "purpose": "marketing"}}"#, vec!["ann", "dot"]),
        (
            r#"{"consent": {"channel": "email", "purpose": "marketing", "state": "unknown"}}"#,
            vec!["cid", "eve", "fay", "gus"],
        ),
        (r#"{"age": {"test": {"between": [26, 35]}}}"#, vec!["ann", "bob"]),
        // ann on the 28th; dot on the 2nd is eight days off; fay has it today.
        (r#"{"anniversary": {"next_days": 7}}"#, vec!["ann", "fay"]),
        (r#"{"anniversary": {"next_days": 8}}"#, vec!["ann", "dot", "fay"]),
        (r#"{"anniversary": {"next_days": 1}}"#, vec!["fay"]),
    ] {
        assert_eq!(members(json), who, "{json}");
    }
}

#[test]
fn calendar_days_and_hours_are_those_of_the_customer() {
    // dot lives in New York, where 0:30 in UTC is half past seven in the evening of the day before.
    for (json, who) in [
        (r#"{"orders": {"window": {"calendar_days": 2}}}"#, vec![]),
        (r#"{"orders": {"window": {"calendar_days": 3}}}"#, vec!["dot"]),
        (r#"{"orders": {"at": {"hours": [19, 20]}}}"#, vec!["dot"]),
        (r#"{"orders": {"at": {"hours": [21, 22]}}}"#, vec!["ann"]),
        (r#"{"orders": {"at": {"weekdays": ["monday"]}}}"#, vec!["dot"]),
        (r#"{"orders": {"window": {"between": {"from": "2026-11-23", "to": "2026-11-24"}}}}"#, vec!["dot"]),
        (r#"{"orders": {"window": {"between": {"from": "2026-11-24T00:00:00Z"}}}}"#, vec!["dot"]),
        (r#"{"orders": {"window": {"days_ago": {"from": 30, "to": 20}}}}"#, vec!["bob"]),
    ] {
        assert_eq!(members(json), who, "{json}");
    }
}

#[test]
fn windows_hold_their_first_instant_and_not_their_last() {
    let at = |now: &str| {
        let audience =
            Audience::from_json(r#"{"orders": {"items": {"ids": ["shoes"]}, "window": {"last_days": 1}}}"#);
        let audiences =
            Audiences::new(data(), [("a", audience.unwrap())], Some(Time::parse(now).unwrap())).unwrap();
        audiences.contains("a", "bob").unwrap()
    };
    // bob bought them on 2026-11-01 at 9:00.
    let held = [
        "2026-11-01T09:00:00",
        "2026-11-01T09:00:00.000001",
        "2026-11-02T09:00:00",
        "2026-11-02T09:00:00.000001",
    ];
    assert_eq!(held.map(at), [false, true, true, false]);
}

#[test]
fn audiences_may_contain_each_other_but_not_themselves() {
    let named = |pairs: &[(&str, &str)]| {
        let audiences = pairs.iter().map(|&(name, json)| (name, Audience::from_json(json).unwrap()));
        Audiences::new(data(), audiences, now())
    };
    let set = named(&[
        ("buyers", r#"{"orders": {}}"#),
        ("hungarians", r#"{"attribute": {"name": "country", "test": {"is": "HU"}}}"#),
        ("others", r#"{"and": [{"audience": "buyers"}, {"not": {"audience": "hungarians"}}]}"#),
    ])
    .unwrap();
    assert_eq!(set.of("cid").unwrap(), ["buyers", "others"]);
    assert_eq!(set.of("ann").unwrap(), ["buyers", "hungarians"]);
    assert_eq!(set.of("eve").unwrap(), [""; 0]);
    let why = set.explain("others", "ann").unwrap();
    assert_eq!((why.holds, why.parts[0].holds, why.parts[1].holds), (false, true, false));
    assert_eq!(why.parts[1].parts[0].parts[0].path, "'hungarians'");
    assert_eq!(why.parts[1].parts[0].parts[0].value, Some(Measured::Text("HU".to_owned())));

    let error = named(&[("a", r#"{"not": {"audience": "b"}}"#), ("b", r#"{"or": [{"audience": "a"}]}"#)])
        .unwrap_err();
    assert_eq!(error.to_string(), "audience at 'a': it would contain itself, by way of a > b > a");
    let error = named(&[("a", r#"{"audience": "b"}"#), ("c", r#"{"and": []}"#)]).unwrap_err();
    assert_eq!(error.to_string(), "audience at 'a'.audience: unknown audience 'b'; there are: a, c");
    let error = named(&[("a", r#"{"and": []}"#), ("a", r#"{"and": []}"#)]).unwrap_err();
    assert_eq!(error.to_string(), "audiences must name each audience once, got 'a' twice");
}

#[test]
fn an_explanation_says_what_was_measured() {
    let set = asked(
        r#"{"and": [
            {"orders": {"measure": {"sum": "amount"}, "test": {"at_least": 200}}},
            {"events": {"kinds": ["view"], "same_item": true, "test": {"at_least": 3}}},
            {"age": {"test": {"at_least": 18}}}
        ]}"#,
    );
    let why = set.explain("asked", "bob").unwrap();
    assert!(!why.holds);
    let told: Vec<(&str, &str, bool)> =
        why.parts.iter().map(|part| (part.path.as_str(), part.condition.as_str(), part.holds)).collect();
    assert_eq!(
        told,
        [
            ("and[0].orders", "total spent of orders at least 200", false),
            ("and[1].events", "at least 3 views of the same item", true),
            ("and[2].age", "age at least 18", true),
        ]
    );
    let values: Vec<Option<Measured>> = why.parts.iter().map(|part| part.value.clone()).collect();
    assert_eq!(values, [105.0, 3.0, 26.0].map(|value| Some(Measured::Number(value))));
    let nobody_knows = set.explain("asked", "eve").unwrap();
    assert_eq!(nobody_knows.parts[2].value, Some(Measured::Unknown));
    assert_eq!(set.explain("asked", "zoe").unwrap_err().to_string(), "unknown customer 'zoe'");
    assert_eq!(
        set.contains("asked", 7).unwrap_err().to_string(),
        "customer ids are string here, got the integer 7"
    );
}

#[test]
fn what_is_no_audience_is_refused_with_the_path_in_the_tree() {
    for (json, message) in [
        (
            r#"{"and": [{"orders": {"windows": 3}}]}"#,
            "audience at and[0].orders.windows: unknown field `windows`",
        ),
        (r#"{"nand": []}"#, "audience at .: unknown variant `nand`"),
        (
            r#"{"and": [{"age": {"test": {"at_least": [18]}}}]}"#,
            "audience at and[0].age.test.at_least: expected a text, a number, true or false",
        ),
        (
            r#"{"events": {"kinds": ["look"]}}"#,
            "audience at events.kinds[0]: unknown variant `look`, expected one of `view`",
        ),
        (
            r#"{"attribute": {"name": "contry", "test": {"is": "HU"}}}"#,
            "audience at attribute.name: unknown attribute 'contry'; there are: birthday, country, newsletter, points",
        ),
        (
            r#"{"attribute": {"name": "country", "test": {"above": 3}}}"#,
            "audience at attribute.test: country holds words, and cannot be tested for above 3; words can be tested with",
        ),
        (
            r#"{"not": {"attribute": {"name": "points", "test": {"is": "many"}}}}"#,
            "audience at not.attribute.test: points holds numbers, and cannot be tested for is 'many'",
        ),
        (
            r#"{"attribute": {"name": "birthday", "test": {"above": "soon"}}}"#,
            "audience at attribute.test: birthday holds dates",
        ),
        (
            r#"{"attribute": {"name": "newsletter", "test": {"above": true}}}"#,
            "audience at attribute.test: newsletter holds true or false",
        ),
        (
            r#"{"age": {"of": "country", "test": {"is": 3}}}"#,
            "audience at age.of: country holds words, and cannot be tested for years and anniversaries",
        ),
        (
            r#"{"anniversary": {"next_days": 0}}"#,
            "audience at anniversary.next_days: must be from 1 to 366, got 0",
        ),
        (
            r#"{"consent": {"channel": "sms", "purpose": "marketing"}}"#,
            "audience at consent: unknown channel and purpose 'sms/marketing'; there are: email/marketing",
        ),
        (
            r#"{"preference": {"kind": "colour", "test": {"is": "red"}}}"#,
            "audience at preference.kind: unknown kind of preference 'colour'; there are: brand",
        ),
        (
            r#"{"segment": {"is": "champion"}}"#,
            "audience at segment: unknown segment 'champion'; there are: ",
        ),
        (
            r#"{"stage": {"is": "new"}}"#,
            "audience at stage: needs a lifecycle, and the data was built without",
        ),
        (
            r#"{"cluster": {"is": 1}}"#,
            "audience at cluster: needs clusters of customers, and the data was built without",
        ),
        (
            r#"{"value": {"name": "cltv", "test": {"above": 3}}}"#,
            "audience at value.name: unknown value 'cltv'; there are: clv",
        ),
        (
            r#"{"orders": {"items": {"ids": ["dress", "hat"]}}}"#,
            "audience at orders.items.ids[1]: unknown item 'hat'; neither the catalogue nor a log has it",
        ),
        (
            r#"{"orders": {"items": {"not": {"category": ["Cloths"]}}}}"#,
            "audience at orders.items.not.category[0]: unknown category 'Cloths'; near to it: Clothes",
        ),
        (
            r#"{"orders": {"items": {"brand": ["Acme"]}}}"#,
            "audience at orders.items.brand[0]: unknown brand 'Acme'; there is none",
        ),
        (
            r#"{"orders": {"items": {"price": {"max": 3}}}}"#,
            "audience at orders.items.price: needs the prices of the catalogue",
        ),
        (
            r#"{"orders": {"columns": [{"name": "channel", "test": {"is": "web"}}]}}"#,
            "audience at orders.columns[0].name: unknown kept column 'channel'; there is none",
        ),
        (
            r#"{"orders": {"window": {"last_days": 0}}}"#,
            "audience at orders.window: must be at least 1 day, got last_days 0",
        ),
        (
            r#"{"orders": {"window": {"last_days": -3}}}"#,
            "audience at orders.window.last_days: invalid value: integer `-3`, expected u32",
        ),
        (
            r#"{"orders": {"window": {"days_ago": {"from": 9, "till": 3}}}}"#,
            "audience at orders.window.days_ago.till: unknown field `till`",
        ),
        (
            r#"{"orders": {"items": {"price": {"most": 3}}}}"#,
            "audience at orders.items.price.most: unknown field `most`",
        ),
        (r#"{"orders": {}, "events": {}}"#, "audience at ."),
        (
            r#"{"orders": {"measure": {"days_since": "last"}}}"#,
            "audience at orders.test: must be given, such as {\"at_least\": 10}, where something else than a number is measured",
        ),
        (r#"{"sessions": {"measure": "share"}}"#, "audience at sessions.test: must be given"),
        (
            r#"{"orders": {"at": {"hours": [9, 9]}}}"#,
            "audience at orders.at.hours: must be two different hours",
        ),
        (r#"{"orders": {"test": {"is": "many"}}}"#, "audience at orders.test: the measure holds numbers"),
        (r#"{"events": {"within_days": 0}}"#, "audience at events.within_days: must be at least 1, got 0"),
        (
            r#"{"events": {"within_days": 3, "measure": {"count": "items"}}}"#,
            "audience at events.within_days: must be left out",
        ),
        (r#"{"orders": {}} {}"#, "audience at .: trailing characters"),
        ("", "audience at .: EOF while parsing a value"),
    ] {
        let error = refused(json);
        assert!(error.starts_with(message), "{json}\n{error}");
    }
    assert!(refused(&"[".repeat(10_000)).starts_with("audience at .: "));
}

#[test]
fn trees_are_read_as_deep_as_they_are_answered() {
    let nested = |levels: usize| {
        (1..levels).fold(Condition::And(vec![]), |inner, _| Condition::Or(vec![inner, Condition::Or(vec![])]))
    };
    let ask = |audiences: Vec<(String, Condition)>| Audiences::new(data(), audiences, now());
    let deepest = nested(50);
    let audience = Audience::new(deepest.clone());
    assert_eq!(Audience::from_json(&audience.to_json()).unwrap(), audience);
    assert_eq!(ask(vec![("a".into(), deepest)]).unwrap().of("ann").unwrap(), ["a"]);
    let error = ask(vec![("a".into(), nested(51))]).unwrap_err().to_string();
    assert!(error.starts_with("audience at .: must be a tree of at most 50 levels"), "{error}");
    // Audiences that contain each other are as deep as all of them together.
    let chain = |n: usize| {
        (0..n).map(move |at| {
            let inner =
                if at + 1 == n { Condition::And(vec![]) } else { Condition::Audience((at + 1).to_string()) };
            (at.to_string(), Condition::Not(Box::new(inner)))
        })
    };
    assert_eq!(ask(chain(25).collect()).unwrap().of("ann").unwrap().len(), 12);
    let error = ask(chain(26).collect()).unwrap_err().to_string();
    assert!(error.starts_with("audience at '0': must be a tree of at most 50 levels"), "{error}");
    let items = (0..60).fold(Items::Ids(vec![]), |inner, _| Items::Not(Box::new(inner)));
    let of_items = Condition::Orders(OrderCondition { items: Some(items), ..OrderCondition::default() });
    assert!(ask(vec![("a".into(), of_items)]).unwrap_err().to_string().contains("at most 50 levels"));
}

#[test]
fn audiences_shared_by_many_are_looked_at_once() {
    // Each contains the next one twice: two to the thirtieth looks without memory.
    let twice = |at: usize| {
        let next = Condition::Audience((at + 1).to_string());
        (at.to_string(), Condition::Or(vec![next.clone(), next]))
    };
    let named = (0..24).map(twice).chain([("24".to_owned(), Condition::Or(vec![]))]);
    let set = Audiences::new(data(), named, now()).unwrap();
    assert_eq!(set.of("ann").unwrap(), [""; 0]);
    assert!(!set.explain("0", "ann").unwrap().holds);
}

#[test]
fn the_present_must_be_known_for_ages_and_is_known_from_the_data() {
    let about = customers();
    let alone = || AudienceData::builder().customers(&about).build().unwrap();
    let ask = |json: &str, as_of| {
        Audiences::new(alone(), [("a", Audience::from_json(json).unwrap())], as_of)
            .map(|set| set.members("a").unwrap().len())
    };
    let age = r#"{"age": {"test": {"at_least": 26}}}"#;
    let error = ask(age, None).unwrap_err().to_string();
    assert_eq!(
        error,
        "audience at age: needs as_of, or orders or events to take it from, and the data was built without"
    );
    assert_eq!(ask(age, now()).unwrap(), 4);
    assert_eq!(ask(r#"{"attribute": {"name": "country", "test": {"is": "HU"}}}"#, None).unwrap(), 2);
    let set = Audiences::new(data(), [("a", Audience::from_json(age).unwrap())], None).unwrap();
    assert_eq!(set.as_of(), Time::parse("2026-11-25").unwrap());
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    let json = r#"{"or": [
        {"orders": {"window": {"last_days": 4294967295}}}, {"orders": {"window": {"calendar_days": 4294967295}}},
        {"orders": {"window": {"between": {"from": "0001-01-01", "to": "9999-12-31"}}, "measure": {"count": "days"}}},
        {"orders": {"measure": {"days_since": "last"}, "test": {"above": 1}}}, {"age": {"test": {"at_least": 1}}},
        {"anniversary": {"next_days": 366}}, {"events": {"within_days": 4294967295, "at": {"hours": [0, 24]}}}
    ]}"#;
    for micros in [i64::MIN, -1, 0, i64::MAX] {
        let audience = Audience::from_json(json).unwrap();
        let set = Audiences::new(data(), [("a", audience)], Some(Time::from_micros(micros))).unwrap();
        let members = set.members("a").unwrap().len();
        assert!(set.explain("a", "ann").is_ok() && members <= 7);
    }
}

#[test]
fn words_that_nobody_has_are_noted() {
    let set = asked(r#"{"and": [{"attribute": {"name": "country", "test": {"in": ["HU", "Hungary"]}}}]}"#);
    assert_eq!(
        set.notes(),
        [
            "clv: 1 of its customers are in no log and in no table of customers",
            "and[0].attribute.test: nobody has country 'Hungary'"
        ]
    );
    let late =
        Audience::from_json(r#"{"or": [{"segment": {"known": true}}, {"sessions": {"with": ["search"]}}]}"#);
    let set =
        Audiences::new(data(), [("late", late.unwrap())], Some(Time::parse("2027-01-01").unwrap())).unwrap();
    assert_eq!(
        set.notes()[1..],
        [
            "or[0].segment: RFM was taken at 2026-11-25, the audience is asked for at 2027-01-01",
            "or[1].sessions.with: there is no event of the kind search"
        ]
    );
}

#[test]
fn sizes_overlaps_and_profiles_are_counted() {
    let named = [("buyers", r#"{"orders": {}}"#), ("viewers", r#"{"events": {"kinds": ["view"]}}"#)];
    let audiences = named.map(|(name, json)| (name, Audience::from_json(json).unwrap()));
    let set = Audiences::new(data(), audiences, now()).unwrap();
    let control = kosar::Control::new();
    let overlap = set.overlap_with(&control).unwrap();
    let row: Vec<String> = overlap.row(0).map(|(name, cell)| format!("{name} {cell:?}")).collect();
    assert_eq!(
        row,
        [
            "a Word(\"buyers\")",
            "b Word(\"viewers\")",
            "members_a Int(4)",
            "members_b Int(3)",
            "both Int(2)",
            "share_of_a Float(0.5)",
            "share_of_b Float(0.6666666666666666)",
            "jaccard Float(0.4)",
        ]
    );
    let sizes = set.sizes_with(&control).unwrap();
    assert_eq!(sizes.len(), 2);
    let profile = set.profile_with("viewers", &control).unwrap();
    assert_eq!((profile.members, profile.customers), (3, 7));
    // Of ann, bob and eve two countries are known, both Hungarian; of all, two of four are.
    let country: Vec<_> = profile.words.iter().filter(|word| word.field == "country").collect();
    assert_eq!(country.len(), 1);
    assert_eq!(
        (country[0].word.as_str(), country[0].members, country[0].share, country[0].lift),
        ("HU", 2, 1.0, 2.0)
    );
    let spent = profile.numbers.iter().find(|number| number.field == "spent").unwrap();
    assert!((spent.mean - 195.0 / 3.0).abs() < 1e-9 && (spent.mean_of_all - 382.5 / 7.0).abs() < 1e-9);
}

#[test]
fn an_estimate_of_everybody_is_exact_and_one_of_a_sample_holds_the_truth() {
    let set = asked(r#"{"orders": {}}"#);
    let whole = set.estimate("asked", 100, 1).unwrap();
    assert_eq!((whole.members, whole.low, whole.high, whole.sampled), (4.0, 4.0, 4.0, 7));
    for seed in 0..20 {
        let part = set.estimate("asked", 5, seed).unwrap();
        assert!(
            part.low <= 4.0 && part.high >= 4.0 && part.low <= part.members && part.members <= part.high,
            "{part:?}"
        );
    }
    assert!(set.estimate("asked", 0, 1).unwrap().high > 6.9);
}

#[test]
fn the_schema_names_every_condition() {
    let schema = Audience::json_schema();
    for key in ["and", "attribute", "same_item", "not_bought", "calendar_days", "starts_with", "weekdays"] {
        assert!(schema.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let documented = include_str!("../../docs/audience.schema.json");
    assert!(documented.trim_end() == Audience::json_schema(), "write it anew from Audience::json_schema()");
}
