//! What is refused, and how; the ends of what is not; the schema.

use kosar::Time;
use kosar::audience::{Audience, AudienceData, Audiences, Condition, Items, OrderCondition};

use crate::shop::*;

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
fn the_schema_names_every_condition() {
    let schema = Audience::json_schema();
    for key in ["and", "attribute", "same_item", "not_bought", "calendar_days", "starts_with", "weekdays"] {
        assert!(schema.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let documented = include_str!("../../../docs/audience.schema.json");
    assert!(documented.trim_end() == Audience::json_schema(), "write it anew from Audience::json_schema()");
}
