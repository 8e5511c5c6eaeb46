//! Audiences on a shop small enough to be checked by hand; what is refused, and how.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod refused;
mod shop;

use kosar::Time;
use kosar::audience::{Audience, Audiences, Condition, Measured};

use crate::shop::*;

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
