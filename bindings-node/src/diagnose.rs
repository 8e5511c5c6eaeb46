//! What will spoil recommendations, and filters that take it out.

use std::sync::Arc;

use kosar::diagnose::{DiagnoseOptions, Diagnosis as CoreDiagnosis, Example, Finding, FindingKind, Subject};
use kosar::{Id, Time};
use napi::bindgen_prelude::{Either, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, is_missing, js_id, needed_text};
use crate::error::{Outcome, failure};
use crate::log_filter::{LogFilter, TimeSpan, span_out};
use crate::options::Options;
use crate::table::Table;
use crate::view::catalog;

/// What a diagnosis is asked for.
pub(crate) struct Asked {
    now: Option<Time>,
    examples: Option<usize>,
    names: Option<String>,
    catalog: Option<Arc<kosar::data::Catalog>>,
    only: Option<Vec<FindingKind>>,
}

impl Asked {
    pub(crate) fn read(options: Option<Unknown<'_>>) -> Outcome<Self> {
        let mut options = Options::new("options", options)?;
        let asked = Self {
            now: options.time("now")?,
            examples: options.count("examples", 0)?,
            names: options.text("names")?,
            catalog: options.value("catalog")?.map(catalog).transpose()?,
            only: options.value("only")?.map(|value| kinds("only", value)).transpose()?,
        };
        options.finish()?;
        Ok(asked)
    }

    pub(crate) fn options(&self) -> DiagnoseOptions<'_> {
        let mut options = DiagnoseOptions::new();
        if let Some(now) = self.now {
            options = options.now(now);
        }
        if let Some(examples) = self.examples {
            options = options.examples(examples);
        }
        if let Some(names) = &self.names {
            options = options.names(names);
        }
        if let Some(catalog) = &self.catalog {
            options = options.catalog(catalog);
        }
        match &self.only {
            Some(only) => options.only(only.iter().copied()),
            None => options,
        }
    }
}

fn kinds(name: &str, value: Unknown<'_>) -> Outcome<Vec<FindingKind>> {
    let words = array(name, value)?;
    let kind = |at| FindingKind::parse(&needed_text(name, element(&words, at)?)?).map_err(failure);
    (0..words.len()).map(kind).collect()
}

/// One of those found, and why.
#[napi(object, object_from_js = false)]
pub struct DiagnosisExample<'env> {
    /// What it is; a place is that of an order or session without an id.
    #[napi(ts_type = "'customer' | 'item' | 'order' | 'session' | 'span' | 'place'")]
    pub what: String,
    /// Which it is.
    #[napi(ts_type = "Id | TimeSpan")]
    pub subject: Either<JsId, TimeSpan<'env>>,
    /// A few words.
    pub why: String,
}

fn example_out<'env>(env: &'env Env, found: &Example) -> Outcome<DiagnosisExample<'env>> {
    let of = |id: &Id| Either::A(js_id(id.as_ref()));
    let (what, subject) = match &found.subject {
        Subject::Customer(id) => ("customer", of(id)),
        Subject::Item(id) => ("item", of(id)),
        Subject::Order(id) => ("order", of(id)),
        Subject::Session(id) => ("session", of(id)),
        Subject::Span(span) => ("span", Either::B(span_out(env, *span)?)),
        Subject::Place(place) => ("place", of(&Id::Int(i64::try_from(*place).unwrap_or(i64::MAX)))),
        _ => ("place", of(&Id::Int(-1))),
    };
    Ok(DiagnosisExample { what: what.to_owned(), subject, why: found.why.clone() })
}

/// Trouble of one kind.
#[napi(object, object_from_js = false)]
pub struct DiagnosisFinding<'env> {
    #[napi(ts_type = "FindingKind")]
    pub kind: String,
    /// How many customers, items, orders, sessions or spans of time it concerns.
    pub count: f64,
    /// The lines that are concerned, of an event log the events.
    pub lines: f64,
    /// The orders (sessions) that have such a line.
    pub orders: f64,
    /// The customers who have one.
    pub customers: f64,
    /// The share of these lines in all.
    pub share: f64,
    /// The worst.
    pub examples: Vec<DiagnosisExample<'env>>,
    /// The spans of time that it concerns.
    pub spans: Vec<TimeSpan<'env>>,
    /// What takes it out; empty where there is nothing to take out (gaps, midnights).
    pub filter: LogFilter,
}

#[allow(clippy::cast_precision_loss, reason = "lines are fewer than 2^32")]
fn finding_out<'env>(env: &'env Env, found: &Finding) -> Outcome<DiagnosisFinding<'env>> {
    Ok(DiagnosisFinding {
        kind: found.kind.word().to_owned(),
        count: found.count as f64,
        lines: found.lines as f64,
        orders: found.orders as f64,
        customers: found.customers as f64,
        share: found.share,
        examples: found.examples.iter().map(|example| example_out(env, example)).collect::<Outcome<_>>()?,
        spans: found.spans.iter().map(|&span| span_out(env, span)).collect::<Outcome<_>>()?,
        filter: found.filter.clone().into(),
    })
}

/// What is wrong with a log, as far as it can be seen.
#[napi]
pub struct Diagnosis {
    diagnosis: CoreDiagnosis,
}

impl From<CoreDiagnosis> for Diagnosis {
    fn from(diagnosis: CoreDiagnosis) -> Self {
        Self { diagnosis }
    }
}

#[napi]
impl Diagnosis {
    /// The findings, one of a kind at most.
    #[napi(getter, ts_return_type = "DiagnosisFinding[]", catch_unwind)]
    pub fn findings<'env>(&self, env: &'env Env) -> Result<Vec<DiagnosisFinding<'env>>, String> {
        self.diagnosis.findings().iter().map(|found| finding_out(env, found)).collect()
    }

    /// The finding of a kind; `null` where there is no such trouble.
    #[napi(ts_args_type = "kind: FindingKind", ts_return_type = "DiagnosisFinding | null", catch_unwind)]
    pub fn finding<'env>(
        &self,
        env: &'env Env,
        kind: Unknown<'env>,
    ) -> Result<Option<DiagnosisFinding<'env>>, String> {
        let kind = FindingKind::parse(&needed_text("kind", kind)?).map_err(failure)?;
        self.diagnosis.finding(kind).map(|found| finding_out(env, found)).transpose()
    }

    /// The lines, in an event log the events, that were looked at.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "lines are fewer than 2^32")]
    pub fn lines(&self) -> f64 {
        self.diagnosis.lines() as f64
    }

    /// What takes out the findings of some kinds; without kinds all, of no kinds (`[]`) nothing.
    #[napi(ts_args_type = "kinds?: FindingKind[]", catch_unwind)]
    pub fn filter(&self, kinds_: Option<Unknown<'_>>) -> Result<LogFilter, String> {
        Ok(match kinds_.filter(|value| !is_missing(*value)) {
            Some(value) => self.diagnosis.filter_of(&kinds("kinds", value)?).into(),
            None => self.diagnosis.filter().into(),
        })
    }

    /// Whether nothing was found.
    #[napi(getter, catch_unwind)]
    pub fn is_clean(&self) -> bool {
        self.diagnosis.is_clean()
    }

    /// A row for each finding: `kind`, `count`, `lines`, `orders`, `customers`, `share`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.diagnosis.table().into()
    }

    /// The findings in words.
    #[napi(js_name = "toString", catch_unwind)]
    pub fn text(&self) -> String {
        self.diagnosis.to_string()
    }
}
