//! What is to be left out of a log.

use std::sync::Arc;

use kosar::Id;
use kosar::data::{FilterReport as CoreReport, LogFilter as CoreFilter, Span};
use napi::bindgen_prelude::{ClassInstance, Date, Either, Env, FromNapiValue, Null, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, id, ids, is_missing, js_date, js_id, needed_text};
use crate::error::{Outcome, failure, refused};
use crate::event_log::EventLog;
use crate::log::OrderLog;
use crate::options::Options;

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

pub(crate) fn span_out<'env>(env: &'env Env, span: Span) -> Outcome<TimeSpan<'env>> {
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

/// What a customer did in a span of time.
#[napi(object, object_from_js = false)]
pub struct CustomerSpan<'env> {
    /// `null` for who is not known.
    #[napi(ts_type = "Id | null")]
    pub customer: Either<JsId, Null>,
    pub from: Date<'env>,
    pub to: Date<'env>,
}

fn customer_span(value: Unknown<'_>) -> Outcome<(Option<Id>, Span)> {
    let mut options = Options::new("customerSpans", Some(value))?;
    let customer = options.value("customer")?.map(|value| id("customer", value)).transpose()?;
    let (from, to) = (options.time("from")?, options.time("to")?);
    options.finish()?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(refused("customerSpans", "an array of { customer, from, to }", value));
    };
    Ok((customer, Span::new(from, to).map_err(failure)?))
}

/// Pairs of a customer, or `null`, and an id.
fn pairs(name: &str, role: &str, value: Unknown<'_>) -> Outcome<Vec<(Option<Id>, Id)>> {
    let pairs = array(name, value)?;
    let pair = |at| {
        let pair = array(name, element(&pairs, at)?)?;
        let customer = Some(element(&pair, 0)?).filter(|value| !is_missing(*value));
        let customer = customer.map(|value| id("customer", value)).transpose()?;
        Ok((customer, id(role, element(&pair, 1)?)?))
    };
    (0..pairs.len()).map(pair).collect()
}

pub(crate) fn whose(customer: Option<&Id>) -> Either<JsId, Null> {
    customer.map_or(Either::B(Null), |id| Either::A(js_id(id.as_ref())))
}

fn all<'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<JsId> {
    ids.map(|id| js_id(id.as_ref())).collect()
}

#[napi]
impl LogFilter {
    /// A filter of what is named: `customers`, `items`, `orders`, `sessions` (arrays of ids), `spans` (of `from` and `to`),
    /// `rename` (pairs of a code and the one to keep); of one customer `customerOrders` and `customerSessions` (pairs of a
    /// customer, or `null`, and an id that others may use, too), and `customerSpans` (of `customer`, `from` and `to`).
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
        if let Some(value) = options.value("customerOrders")? {
            for (customer, order) in pairs("customerOrders", "order", value)? {
                filter = filter.customer_order(customer, order);
            }
        }
        if let Some(value) = options.value("customerSessions")? {
            for (customer, session) in pairs("customerSessions", "session", value)? {
                filter = filter.customer_session(customer, session);
            }
        }
        if let Some(value) = options.value("customerSpans")? {
            let spans = array("customerSpans", value)?;
            for at in 0..spans.len() {
                let (customer, span) = customer_span(element(&spans, at)?)?;
                filter = filter.customer_span(customer, span);
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

    /// Reads the JSON text of a filter, as `JSON.stringify(filter)` and `String(filter)` write it; keys that are absent are
    /// empty.
    #[napi(ts_args_type = "text: string", catch_unwind)]
    pub fn from_json(text: Unknown<'_>) -> Result<Self, String> {
        CoreFilter::from_json(&needed_text("text", text)?).map(Self::from).map_err(failure)
    }

    /// The filter for `JSON.stringify`: an object with the names of other languages (`customer_orders`). Integers beyond
    /// 2^53 lose digits in it; `String(filter)` has them all.
    #[napi(js_name = "toJSON", ts_return_type = "Record<string, unknown>", catch_unwind)]
    pub fn json(&self) -> String {
        self.filter.to_json()
    }

    /// The filter as JSON text, exactly.
    #[napi(js_name = "toString", catch_unwind)]
    pub fn text(&self) -> String {
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

    /// The orders of customers that are taken, sorted; of nobody known (`null`) first.
    #[napi(getter, ts_return_type = "[customer: Id | null, order: Id][]", catch_unwind)]
    pub fn customer_orders(&self) -> Vec<(Either<JsId, Null>, JsId)> {
        self.filter.orders_of_customers().map(|(who, id)| (whose(who), js_id(id.as_ref()))).collect()
    }

    /// The sessions of customers that are taken, sorted; of nobody known (`null`) first.
    #[napi(getter, ts_return_type = "[customer: Id | null, session: Id][]", catch_unwind)]
    pub fn customer_sessions(&self) -> Vec<(Either<JsId, Null>, JsId)> {
        self.filter.sessions_of_customers().map(|(who, id)| (whose(who), js_id(id.as_ref()))).collect()
    }

    /// The spans of time of customers that are taken, sorted; of nobody known (`null`) first. A `Date` has whole
    /// milliseconds; the JSON has microseconds.
    #[napi(getter, ts_return_type = "CustomerSpan[]", catch_unwind)]
    pub fn customer_spans<'env>(&self, env: &'env Env) -> Result<Vec<CustomerSpan<'env>>, String> {
        let spans = self.filter.spans_of_customers();
        let out = spans.map(|(who, span)| {
            Ok(CustomerSpan {
                customer: whose(who),
                from: js_date(env, span.from())?,
                to: js_date(env, span.to())?,
            })
        });
        out.collect()
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
