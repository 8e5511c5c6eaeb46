//! Time zones beside another implementation: what calendar and clock show, and when days begin.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::{Date, Time, Zone};
use serde_json::Value;

#[test]
fn clocks_show_and_days_begin_as_another_implementation_says() {
    let oracle: Value = serde_json::from_str(include_str!("oracles/zones.json")).unwrap();
    let at = |seconds: &Value| Time::from_micros(seconds.as_i64().unwrap() * 1_000_000);
    let day = |text: &Value| Date::parse(text.as_str().unwrap()).unwrap();
    let (mut instants, mut days) = (0, 0);
    for (name, zone) in oracle["zones"].as_object().unwrap() {
        let rules = Zone::parse(name).unwrap();
        for one in zone["instants"].as_array().unwrap() {
            let local = rules.local(at(&one[0]));
            let found = (local.date, u64::from(local.second_of_day));
            assert_eq!(found, (day(&one[1]), one[2].as_u64().unwrap()), "{name} {}", one[0]);
            instants += 1;
        }
        for one in zone["days"].as_array().unwrap() {
            assert_eq!(rules.midnight(day(&one[0])), at(&one[1]), "{name} {}", one[0]);
            days += 1;
        }
    }
    assert!(instants > 1000 && days > 350, "{instants} {days}");
}
