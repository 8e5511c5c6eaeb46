//! What will spoil recommendations, and filters that take it out.

use std::sync::Arc;

use kosar::data::{FilterReport as CoreReport, LogFilter as CoreFilter, Span};
use kosar::diagnose::{DiagnoseOptions, Diagnosis as CoreDiagnosis, Example, Finding, FindingKind, Subject};
use kosar::{Id, Time};
use napi::bindgen_prelude::{ClassInstance, Date, Either, Env, FromNapiValue, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, id, ids, is_missing, js_date, js_id, needed_text};
use crate::error::{Outcome, failure, refused};
use crate::event_log::EventLog;
use crate::log::OrderLog;
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

/// The filter of a `LogFilter`.
pub(crate) fn log_filter(name: &str, value: Unknown<'_>) -> Outcome<Arc<CoreFilter>> {
    let filter = ClassInstance::<'_, LogFilter>::from_unknown(value);
    filter.map(|filter| Arc::clone(&filter.filter)).map_err(|_| refused(name, "a LogFilter", value))
}

/// What is to be left out of a log: ids, spans of time, and codes to rename. Made by a diagnosis or by hand, united, written as
/// JSON, and applied by `log.filter` to order logs and event logs. Ids that a log does not have are passed over.
#[napi]
pub struct LogFilter {
    filter: Arc<CoreFilter>,
}

impl From<CoreFilter> for LogFilter {
    fn from(filter: CoreFilter) -> Self {
        Self { filter: Arc::new(filter) }
    }
}

/// A span of time: from an instant on and before another.
#[napi(object, object_from_js = false)]
pub struct TimeSpan<'env> {
    pub from: Date<'env>,
    pub to: Date<'env>,
}

fn span_out<'env>(env: &'env Env, span: Span) -> Outcome<TimeSpan<'env>> {
    Ok(TimeSpan { from: js_date(env, span.from())?, to: js_date(env, span.to())? })
}

fn span(value: Unknown<'_>) -> Outcome<Span> {
    let mut options = Options::new("spans", Some(value))?;
    let (from, to) = (options.time("from")?, options.time("to")?);
    options.finish()?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(refused("spans", "an array of { from, to }", value));
    };
    Span::new(from, to).map_err(failure)
}

fn all<'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<JsId> {
    ids.map(|id| js_id(id.as_ref())).collect()
}

#[napi]
impl LogFilter {
    /// A filter of what is named: `customers`, `items`, `orders`, `sessions` (arrays of ids), `spans` (of `from` and `to`),
    /// `rename` (pairs of a code and the one to keep).
    #[napi(ts_args_type = "parts?: LogFilterParts", catch_unwind)]
    pub fn of(parts: Option<Unknown<'_>>) -> Result<Self, String> {
        let mut options = Options::new("parts", parts)?;
        let mut read = |key, role| -> Outcome<Vec<Id>> {
            Ok(options.value(key)?.map(|value| ids(key, role, value)).transpose()?.unwrap_or_default())
        };
        let mut filter = CoreFilter::new()
            .customers::<Id>(read("customers", "customer")?)
            .items::<Id>(read("items", "item")?)
            .orders::<Id>(read("orders", "order")?)
            .sessions::<Id>(read("sessions", "session")?);
        if let Some(value) = options.value("spans")? {
            let spans = array("spans", value)?;
            for at in 0..spans.len() {
                filter = filter.spans([span(element(&spans, at)?)?]);
            }
        }
        if let Some(value) = options.value("rename")? {
            let pairs = array("rename", value)?;
            for at in 0..pairs.len() {
                let pair = array("rename", element(&pairs, at)?)?;
                filter = filter.rename(id("item", element(&pair, 0)?)?, id("item", element(&pair, 1)?)?);
            }
        }
        options.finish()?;
        Ok(filter.into())
    }

    /// Reads what `toJson` wrote; keys that are absent are empty.
    #[napi(ts_args_type = "text: string", catch_unwind)]
    pub fn from_json(text: Unknown<'_>) -> Result<Self, String> {
        CoreFilter::from_json(&needed_text("text", text)?).map(Self::from).map_err(failure)
    }

    /// The filter as JSON text.
    #[napi(catch_unwind)]
    pub fn to_json(&self) -> String {
        self.filter.to_json()
    }

    /// What either takes; where both rename a code, as the other does.
    #[napi(ts_args_type = "other: LogFilter", catch_unwind)]
    pub fn union(&self, other: Unknown<'_>) -> Result<LogFilter, String> {
        Ok(CoreFilter::clone(&self.filter).union(&*log_filter("other", other)?).into())
    }

    /// Whether it takes and renames nothing.
    #[napi(getter, catch_unwind)]
    pub fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    /// The customers whose lines are taken, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        all(self.filter.customer_ids())
    }

    /// The items whose lines are taken, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        all(self.filter.item_ids())
    }

    /// The orders whose lines are taken, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn orders(&self) -> Vec<JsId> {
        all(self.filter.order_ids())
    }

    /// The sessions whose events are taken, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn sessions(&self) -> Vec<JsId> {
        all(self.filter.session_ids())
    }

    /// The spans of time that are taken, sorted.
    #[napi(getter, ts_return_type = "TimeSpan[]", catch_unwind)]
    pub fn spans<'env>(&self, env: &'env Env) -> Result<Vec<TimeSpan<'env>>, String> {
        self.filter.time_spans().map(|span| span_out(env, span)).collect()
    }

    /// The codes that are replaced, each with the one to keep.
    #[napi(getter, ts_return_type = "[Id, Id][]", catch_unwind)]
    pub fn rename(&self) -> Vec<Vec<JsId>> {
        self.filter.renames().map(|(code, keep)| vec![js_id(code.as_ref()), js_id(keep.as_ref())]).collect()
    }
}

/// How much a filter took. What several parts of it name counts under the first of them.
#[napi(object, object_from_js = false)]
pub struct FilterReport {
    /// The lines of an order log, or the events of an event log, before.
    pub before: f64,
    pub by_customers: f64,
    pub by_orders: f64,
    pub by_sessions: f64,
    pub by_items: f64,
    pub by_spans: f64,
    /// Kept under another item code.
    pub renamed: f64,
    /// Kept.
    pub left: f64,
}

#[allow(clippy::cast_precision_loss, reason = "lines are fewer than 2^32")]
impl From<CoreReport> for FilterReport {
    fn from(report: CoreReport) -> Self {
        Self {
            before: report.before as f64,
            by_customers: report.by_customers as f64,
            by_orders: report.by_orders as f64,
            by_sessions: report.by_sessions as f64,
            by_items: report.by_items as f64,
            by_spans: report.by_spans as f64,
            renamed: report.renamed as f64,
            left: report.left as f64,
        }
    }
}

/// A log that is left, and how much was taken.
#[napi]
pub struct FilteredOrderLog {
    log: Arc<kosar::OrderLog>,
    report: CoreReport,
}

impl From<(kosar::OrderLog, CoreReport)> for FilteredOrderLog {
    fn from((log, report): (kosar::OrderLog, CoreReport)) -> Self {
        Self { log: Arc::new(log), report }
    }
}

#[napi]
impl FilteredOrderLog {
    #[napi(getter, catch_unwind)]
    pub fn log(&self) -> OrderLog {
        Arc::clone(&self.log).into()
    }

    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> FilterReport {
        self.report.into()
    }
}

/// A log that is left, and how much was taken.
#[napi]
pub struct FilteredEventLog {
    log: Arc<kosar::EventLog>,
    report: CoreReport,
}

impl From<(kosar::EventLog, CoreReport)> for FilteredEventLog {
    fn from((log, report): (kosar::EventLog, CoreReport)) -> Self {
        Self { log: Arc::new(log), report }
    }
}

#[napi]
impl FilteredEventLog {
    #[napi(getter, catch_unwind)]
    pub fn log(&self) -> EventLog {
        Arc::clone(&self.log).into()
    }

    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> FilterReport {
        self.report.into()
    }
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

    /// What takes out the findings of some kinds; without any, all of them.
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
