//! Where the tests find real data and the answers of other programs.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::path::PathBuf;

fn data_folder() -> PathBuf {
    std::env::var_os("KOSAR_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from)
}

/// The path of a data file; where it is missing, says so and gives `None`.
pub(crate) fn data(file: &str) -> Option<PathBuf> {
    let path = data_folder().join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {file} is not in the data folder; KOSAR_DATA names another one");
    None
}

/// The answers of other programs by name; where they are missing, says so and gives `None`.
pub(crate) fn oracle(name: &str) -> Option<serde_json::Value> {
    let path = data_folder().join("../oracle").join(format!("{name}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no oracle {name}.json beside the data folder");
        return None;
    };
    Some(serde_json::from_str(&text).expect("an oracle is JSON"))
}
