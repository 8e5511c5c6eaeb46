//! The shared cases of `examples`: reading them, and answers as they write them.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::path::Path;

use kosar::data::IntakeReport;
use kosar::rank::Recommendation;
use kosar::{Id, IdRef, Result};
use serde_json::{Map, Value, json};

/// Answers agree when they are equal, numbers to this relative difference.
const TOLERANCE: f64 = 1e-12;

/// Compares each step of the cases in a folder of `examples` with what it is answered; gives the number of steps.
pub(crate) fn check(folder: &str, answer: impl Fn(&Value, &Value) -> Result<Value>) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(folder);
    let mut steps = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for (number, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            let place = format!("{} step {number}: {step}", path.display());
            match (answer(&case, step), step.get("error")) {
                (Ok(found), None) => assert!(agree(&found, &step["expect"]), "{place}\nfound {found}"),
                (Err(error), Some(expected)) => {
                    let found = json!({"code": error.kind().code(), "message": error.to_string()});
                    assert_eq!(&found, expected, "{place}");
                }
                (Ok(found), Some(_)) => panic!("{place}\nfound {found}"),
                (Err(error), None) => panic!("{place}\nfailed: {error}"),
            }
            steps += 1;
        }
    }
    steps
}

fn agree(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= TOLERANCE * b.abs()
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && b.iter().all(|(key, b)| a.get(key).is_some_and(|a| agree(a, b)))
        }
        _ => found == expected,
    }
}

/// The texts of a column, some missing.
pub(crate) fn texts<'a, T: FromIterator<Option<&'a str>>>(column: &'a Value) -> T {
    column.as_array().unwrap().iter().map(Value::as_str).collect()
}

pub(crate) fn id(value: &Value) -> Id {
    value.as_i64().map_or_else(|| Id::from(value.as_str().unwrap()), Id::from)
}

pub(crate) fn ids(values: &Value) -> Vec<Id> {
    values.as_array().unwrap().iter().map(id).collect()
}

pub(crate) fn n(args: &Value) -> usize {
    usize::try_from(args["n"].as_u64().unwrap()).unwrap()
}

pub(crate) fn of_id(id: IdRef<'_>) -> Value {
    match id {
        IdRef::Int(value) => json!(value),
        IdRef::Str(text) => json!(text),
    }
}

pub(crate) fn list(found: &[Recommendation]) -> Value {
    let one = |r: &Recommendation| json!({"item": of_id(r.item.as_ref()), "score": r.score, "sentence": r.reason.to_string()});
    found.iter().map(one).collect()
}

/// What became of the rows, by name.
pub(crate) fn counted(report: &IntakeReport) -> Value {
    let set_aside = report.set_aside().iter().map(|(cause, found)| (cause.name().into(), found.count.into()));
    let notes = report.notes().iter().map(|(note, found)| (note.name().into(), found.count.into()));
    let (set_aside, notes): (Map<String, Value>, Map<String, Value>) = (set_aside.collect(), notes.collect());
    json!({"rows": report.rows(), "taken": report.taken(), "set_aside": set_aside, "notes": notes})
}
