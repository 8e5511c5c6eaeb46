//! Where tests find real data and outside answers; where they are absent, a test says so and passes over.
#![allow(dead_code, reason = "each test file uses the part that it needs")]
#![allow(clippy::print_stderr, reason = "a test that passes over says so")]

use std::path::PathBuf;

use kosar::data::CsvColumns;

pub(crate) mod cases;
pub(crate) mod popularity;

/// A file of the data folder, `KOSAR_DATA` or `../shared/data` beside the project.
pub(crate) fn data(file: &str) -> Option<PathBuf> {
    found(folder().join(file))
}

/// The outside answers of a name, from the folder `oracle` beside the data folder.
pub(crate) fn oracle(name: &str) -> Option<serde_json::Value> {
    let path = found(folder().parent()?.join("oracle").join(name))?;
    let text = std::fs::read_to_string(path).expect("an oracle is readable text");
    Some(serde_json::from_str(&text).expect("an oracle is JSON"))
}

/// The columns of Online Retail.
pub(crate) fn online_retail_columns() -> CsvColumns {
    let name = |name: &str| Some(name.to_owned());
    CsvColumns {
        order: name("InvoiceNo"),
        customer: name("CustomerID"),
        item: name("StockCode"),
        time: name("InvoiceDate"),
        quantity: name("Quantity"),
        price: name("UnitPrice"),
        attributes: vec!["Description".to_owned()],
        ..CsvColumns::default()
    }
}

fn folder() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    std::env::var_os("KOSAR_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from)
}

/// A file, or nothing where its folder is absent: a file that is missing from a folder that is there has another name
/// than the test thinks.
fn found(path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    let is_misnamed = path.parent().is_some_and(std::path::Path::exists);
    assert!(!is_misnamed, "{} is not there, though its folder is", path.display());
    eprintln!("skipped: {} is not there (set KOSAR_DATA to the data folder)", path.display());
    None
}
