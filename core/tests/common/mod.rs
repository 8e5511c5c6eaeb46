//! Where the tests on real data find it; without it they say so and pass.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test support")]

use std::path::{Path, PathBuf};

/// A file of the data folder, such as `retail/retail.dat`, if it is there.
///
/// The folder is `KOSAR_DATA`, by default `shared/data` beside the project's folder.
pub(crate) fn data(file: &str) -> Option<PathBuf> {
    found(folder().join(file))
}

/// An oracle, such as `kmeans.json`, from the folder `oracle` beside the data folder, if it is there.
pub(crate) fn oracle(name: &str) -> Option<serde_json::Value> {
    let path = found(folder().join("../oracle").join(name))?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

fn folder() -> PathBuf {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    std::env::var_os("KOSAR_DATA").map_or_else(default, PathBuf::from)
}

fn found(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (set KOSAR_DATA)", path.display());
    None
}
