//! The schemas of rules and parameters, for whoever writes them by hand.

use kosar::recommender::{RecommenderParams, Rules};
use serde_json::{Value, json};

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let documented = include_str!("../../../docs/rules.schema.json");
    assert!(documented.trim_end() == Rules::json_schema(), "write it anew from Rules::json_schema()");
}

/// The values at the bounds of a schema, and those just beyond.
fn at_bounds(schema: &Value) -> (Vec<Value>, Vec<Value>) {
    let is_whole = schema["type"] == "integer" || schema["type"] == json!(["integer", "null"]);
    #[allow(clippy::cast_possible_truncation, reason = "bounds are small")]
    let number = |value: f64| if is_whole { json!(value as i64) } else { json!(value) };
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    let step = if is_whole { 1.0 } else { 1e-3 };
    if let Some(least) = schema["minimum"].as_f64() {
        inside.push(number(least));
        outside.push(number(least - step));
    }
    if let Some(most) = schema["maximum"].as_f64() {
        inside.push(number(most));
        outside.push(number(most + step));
    }
    if let Some(above) = schema["exclusiveMinimum"].as_f64() {
        inside.push(number(above + step));
        outside.push(number(above));
    }
    if let Some(below) = schema["exclusiveMaximum"].as_f64() {
        inside.push(number(below - step));
        outside.push(number(below));
    }
    (inside, outside)
}

#[test]
fn parameters_are_bounded_by_the_schema_as_by_the_reader() {
    let schema: Value = serde_json::from_str(&RecommenderParams::json_schema()).unwrap();
    let mut n = 0;
    let mut tried = |schema: &Value, with: &dyn Fn(&Value) -> Value| {
        let (inside, outside) = at_bounds(schema);
        assert!(!outside.is_empty(), "{schema}");
        for value in &inside {
            let text = with(value).to_string();
            assert!(RecommenderParams::from_json(&text).is_ok(), "{text}");
        }
        for value in &outside {
            let text = with(value).to_string();
            assert!(RecommenderParams::from_json(&text).is_err(), "{text}");
        }
        n += 1;
    };
    for (name, own) in schema["properties"].as_object().unwrap().iter().filter(|(name, _)| *name != "blend") {
        tried(own, &|value| json!({ name: value }));
    }
    for (name, own) in schema["$defs"]["Weights"]["properties"].as_object().unwrap() {
        tried(own, &|value| json!({"blend": {"new": {name: value}}}));
    }
    let blend = &schema["$defs"]["Blend"]["properties"];
    tried(&blend["regular_orders"], &|value| json!({"blend": {"regular_orders": value}}));
    tried(&blend["loyal_orders"], &|value| json!({"blend": {"regular_orders": 2, "loyal_orders": value}}));
    assert_eq!(n, 25);
}

#[test]
fn rules_are_bounded_by_the_schema_as_by_the_reader() {
    let schema: Value = serde_json::from_str(&Rules::json_schema()).unwrap();
    let bounded = |pointer: &str, with: &dyn Fn(&Value) -> Value| {
        let (inside, outside) = at_bounds(schema.pointer(pointer).unwrap());
        assert!(!outside.is_empty(), "{pointer}");
        inside.iter().for_each(|value| {
            assert!(Rules::from_json(&with(value).to_string()).is_ok(), "{pointer} {value}");
        });
        outside.iter().for_each(|value| {
            assert!(Rules::from_json(&with(value).to_string()).is_err(), "{pointer} {value}");
        });
    };
    bounded(
        "/$defs/GroupBy/oneOf/0/properties/category",
        &|value| json!({"caps": [{"by": {"category": value}, "max": 1}]}),
    );
    bounded("/$defs/Cap/properties/max", &|value| json!({"caps": [{"by": "brand", "max": value}]}));
    bounded(
        "/$defs/Boost/properties/factor",
        &|value| json!({"boosts": [{"items": {"tag": "a"}, "factor": value}]}),
    );
    bounded(
        "/$defs/ItemTest/oneOf/10/properties/launched_within_days",
        &|value| json!({"filters": [{"only": {"launched_within_days": value}}]}),
    );
    bounded("/$defs/Pin/properties/position", &|value| json!({"pins": [{"item": 1, "position": value}]}));
    bounded("/$defs/Rebuy/properties/after_days", &|value| json!({"rebuy": [{"after_days": value}]}));
    bounded(
        "/$defs/Upsell/properties/from",
        &|value| json!({"upsell": {"from": value, "to": 9, "same_category": 1}}),
    );
    bounded(
        "/$defs/Upsell/properties/same_category",
        &|value| json!({"upsell": {"from": 1, "to": 9, "same_category": value}}),
    );
    for name in ["diversity", "explore", "cool_down_days", "cross_sell"] {
        bounded(&format!("/properties/{name}"), &|value| json!({ name: value }));
    }
    bounded("/properties/cool_down_after", &|value| json!({"cool_down_days": 1, "cool_down_after": value}));
    for name in ["all", "any"] {
        let tests = schema["$defs"]["ItemTest"]["oneOf"].as_array().unwrap().iter();
        let own = tests.filter_map(|test| test["properties"].get(name)).next().unwrap();
        assert_eq!(own["minItems"], 1);
    }
}
