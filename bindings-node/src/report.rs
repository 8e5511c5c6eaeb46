//! What became of the rows of an input.

use std::collections::BTreeMap;

use kosar::data::Finding as CoreFinding;
use napi::bindgen_prelude::{Either, Null};
use napi_derive::napi;

/// How often something was found among the rows, and where first.
#[napi(object, object_from_js = false)]
pub struct Finding {
    /// How often.
    pub count: f64,
    /// The first row numbers, from 0; empty where rows have no number.
    pub first_rows: Vec<f64>,
    /// The first ids concerned, where an id says more than a row.
    pub examples: Vec<String>,
}

/// What became of every row: `rows` is `taken` and all that was set aside.
#[napi(object, object_from_js = false)]
pub struct IntakeReport {
    /// The number of rows read.
    pub rows: f64,
    /// The number of rows taken into the log.
    pub taken: f64,
    /// Rows set aside, by cause.
    #[napi(ts_type = "Record<string, Finding>")]
    pub set_aside: BTreeMap<String, Finding>,
    /// What is worth knowing of the rows taken.
    #[napi(ts_type = "Record<string, Finding>")]
    pub notes: BTreeMap<String, Finding>,
    /// A sentence where the input has no rows, or more of them were set aside than taken: the most frequent cause and its
    /// count; `null` otherwise.
    #[napi(ts_type = "string | null")]
    pub warning: Either<String, Null>,
    /// The report in words.
    pub text: String,
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
impl From<&kosar::data::IntakeReport> for IntakeReport {
    fn from(report: &kosar::data::IntakeReport) -> Self {
        let (set_aside, notes) = (report.set_aside().iter(), report.notes().iter());
        Self {
            rows: report.rows() as f64,
            taken: report.taken() as f64,
            set_aside: set_aside.map(|(cause, found)| (cause.name().to_owned(), finding(found))).collect(),
            notes: notes.map(|(note, found)| (note.name().to_owned(), finding(found))).collect(),
            warning: report.warning().map_or(Either::B(Null), Either::A),
            text: report.to_string(),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn finding(found: &CoreFinding) -> Finding {
    Finding {
        count: found.count as f64,
        first_rows: found.first_rows.iter().map(|&row| row as f64).collect(),
        examples: found.examples.clone(),
    }
}
