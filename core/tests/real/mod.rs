//! The baskets of the data sets that the itemset and rule oracles use.

#![allow(clippy::unwrap_used, reason = "the files are what the tests are about")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use kosar::data::{Baskets, Id};

use crate::common::data;

/// The baskets of a data set of the oracles; `None`, said so, where its file is missing.
pub(crate) fn baskets(name: &str) -> Option<Baskets> {
    let file = match name {
        "online" => "online_retail/online_retail.csv.gz".to_owned(),
        "tafeng" => "tafeng/tafeng_merged.json".to_owned(),
        _ => format!("{name}/{name}.dat"),
    };
    let path = data(&file)?;
    Some(match name {
        "online" => online_retail(&path),
        "tafeng" => ta_feng(&path),
        _ => fimi(&path),
    })
}

/// A basket a line, items as integers between spaces.
fn fimi(path: &Path) -> Baskets {
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().map(|line| line.split_whitespace().map(|id| id.parse::<i64>().unwrap()));
    Baskets::from_ids(rows).unwrap()
}

/// The codes of each invoice that is no cancellation, from lines of positive quantity.
fn online_retail(path: &Path) -> Baskets {
    let file = std::fs::File::open(path).unwrap();
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.byte_headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|other| other == name.as_bytes()).unwrap();
    let (invoice, code, quantity) = (column("InvoiceNo"), column("StockCode"), column("Quantity"));
    let mut invoices: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for line in reader.byte_records() {
        let line = line.unwrap();
        let field = |column: usize| String::from_utf8_lossy(&line[column]).into_owned();
        if !line[invoice].starts_with(b"C") && field(quantity).parse::<i64>().unwrap() > 0 {
            invoices.entry(field(invoice)).or_default().push(Id::from(field(code)));
        }
    }
    Baskets::from_ids(invoices.values()).unwrap()
}

/// Every basket of every customer.
fn ta_feng(path: &Path) -> Baskets {
    let text = std::fs::read_to_string(path).unwrap();
    let customers: BTreeMap<String, Vec<Vec<i64>>> = serde_json::from_str(&text).unwrap();
    Baskets::from_ids(customers.into_values().flatten()).unwrap()
}
