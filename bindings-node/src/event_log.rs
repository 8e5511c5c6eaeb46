//! The event log.

use std::sync::Arc;

use kosar::data::{
    Batch, EventColumns, EventKind, EventOptions, Interactions, KindWeights, Role, Vocabulary,
};
use napi::bindgen_prelude::{
    AsyncTask, Env, Float64Array, JsObjectValue, Object, Result, Uint32Array, Unknown, ValueType,
};
use napi_derive::napi;

use crate::convert::{
    JsId, event_log, id, ids, is_missing, js_id, js_span, needed_text, number, object, time,
};
use crate::diagnose::{Asked, Diagnosis};
use crate::error::{Outcome, failure, internal, refused};
use crate::log::{delimiter, integer_ids, time_unit};
use crate::log_builder::{Intake, TakesBatches, finished};
use crate::log_filter::{FilteredEventLog, log_filter};
use crate::options::Options;
use crate::report::IntakeReport;
use crate::table::Table;
use crate::work::{Work, background};

/// What visitors and customers did, session by session. Immutable: `append`, `forget`, `link`, `mergeCustomers`, `before` and `after` give
/// new logs.
///
/// A session is what one customer did under one session id, or, where no session id is given, what they did without a gap
/// longer than `gapMinutes`. Events of a session that name no customer belong to the one who is named next in it, those
/// behind the last to the last. Equal events are one.
#[napi]
pub struct EventLog {
    log: Arc<kosar::EventLog>,
}

impl From<kosar::EventLog> for EventLog {
    fn from(log: kosar::EventLog) -> Self {
        Self { log: Arc::new(log) }
    }
}

impl From<Arc<kosar::EventLog>> for EventLog {
    fn from(log: Arc<kosar::EventLog>) -> Self {
        Self { log }
    }
}

impl EventLog {
    /// The log itself.
    pub(crate) fn shared(&self) -> Arc<kosar::EventLog> {
        Arc::clone(&self.log)
    }

    /// A new log made of this one.
    fn derived(
        &self,
        make: impl FnOnce(&kosar::EventLog) -> kosar::Result<kosar::EventLog> + Send + 'static,
    ) -> impl FnOnce() -> kosar::Result<EventLog> + Send + 'static {
        let log = self.shared();
        move || make(&log).map(Self::from)
    }

    fn strengths(
        &self,
        weights: Option<Unknown<'_>>,
        of: fn(&kosar::EventLog, &KindWeights) -> Interactions,
    ) -> Outcome<impl FnOnce() -> kosar::Result<StrengthMatrix> + Send + 'static> {
        let weights = kind_weights(weights)?;
        let log = self.shared();
        Ok(move || Ok(StrengthMatrix::from(&of(&log, &weights))))
    }
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
impl EventLog {
    /// Reads a CSV file, plain or gzipped, off the event loop.
    #[napi(
        ts_args_type = "path: string, columns: EventCsvOptions",
        ts_return_type = "Promise<EventLog>",
        catch_unwind
    )]
    pub fn from_csv(path: Unknown<'_>, columns: Option<Unknown<'_>>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let path = needed_text("path", path)?;
            let mut options = Options::new("columns", columns)?;
            let (columns, event_options) = (csv_columns(&mut options)?, event_options(&mut options)?);
            options.finish()?;
            Ok(move || kosar::EventLog::from_csv(path, &columns, event_options).map(Self::from))
        })
    }

    /// The number of events.
    #[napi(getter, catch_unwind)]
    pub fn n_events(&self) -> f64 {
        self.log.n_events() as f64
    }

    /// The number of sessions.
    #[napi(getter, catch_unwind)]
    pub fn n_sessions(&self) -> f64 {
        self.log.n_sessions() as f64
    }

    /// The number of distinct customers.
    #[napi(getter, catch_unwind)]
    pub fn n_customers(&self) -> f64 {
        self.log.n_customers() as f64
    }

    /// The number of distinct items.
    #[napi(getter, catch_unwind)]
    pub fn n_items(&self) -> f64 {
        self.log.n_items() as f64
    }

    /// The ids of the items, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        all(self.log.items())
    }

    /// The ids of the customers, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        all(self.log.customers())
    }

    /// The names of the columns that are kept beside.
    #[napi(getter, catch_unwind)]
    pub fn attributes(&self) -> Vec<String> {
        self.log.attributes().iter().map(|(name, _)| name.clone()).collect()
    }

    /// Minutes without an event after which a new session begins, where there are no session ids.
    #[napi(getter, catch_unwind)]
    pub fn gap_minutes(&self) -> f64 {
        self.log.gap_minutes()
    }

    /// The times of the first and the last event; `null` without events.
    #[napi(getter, ts_return_type = "{ first: Date, last: Date } | null", catch_unwind)]
    pub fn span<'env>(&self, env: &'env Env) -> Result<Option<Object<'env>>, String> {
        self.log.span().map(|span| js_span(env, span)).transpose()
    }

    /// What became of the rows that the log was built from.
    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> IntakeReport {
        self.log.report().into()
    }

    /// This log and the events of another; an event that is in this one already is reported, not added.
    #[napi(ts_args_type = "log: EventLog", ts_return_type = "Promise<EventLog>", catch_unwind)]
    pub fn append(&self, log_: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let new = event_log(log_)?;
            Ok(self.derived(move |log| log.append(&new)))
        })
    }

    /// This log without the sessions of a customer.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Promise<EventLog>", catch_unwind)]
    pub fn forget(&self, customer: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let customer = id("customer", customer)?;
            Ok(self.derived(move |log| log.forget(&customer)))
        })
    }

    /// This log without the events of a session id, whoever used it.
    #[napi(ts_args_type = "session: Id", ts_return_type = "Promise<EventLog>", catch_unwind)]
    pub fn forget_session(&self, session: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let session = id("session", session)?;
            Ok(self.derived(move |log| log.forget_session(&session)))
        })
    }

    /// Tells whose sessions are: the log as it would be, had their events named them. Events that name a customer keep
    /// theirs.
    #[napi(
        ts_args_type = "customers: Map<Id, Id> | Iterable<[session: Id, customer: Id]>",
        ts_return_type = "Promise<EventLog>",
        catch_unwind
    )]
    pub fn link(&self, sessions: Unknown<'_>, customers: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let sessions = ids("customers", "session", sessions)?;
            let customers = ids("customers", "customer", customers)?;
            Ok(self.derived(move |log| {
                let pairs = sessions.iter().zip(&customers);
                log.link_all(pairs.map(|(session, customer)| (session.as_ref(), customer.as_ref())))
            }))
        })
    }

    /// This log with a customer joined into another: the log that it would be, had its rows named `into` in the place of
    /// `customer` from the start, events that become equal being one. `into` may be new. Models know customers by the log that they were fitted on: fit them
    /// anew.
    #[napi(ts_args_type = "customer: Id, into: Id", ts_return_type = "Promise<EventLog>", catch_unwind)]
    pub fn merge_customers(&self, customer: Unknown<'_>, into: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let (customer, into) = (id("customer", customer)?, id("customer", into)?);
            Ok(self.derived(move |log| log.merge_customers(&customer, &into)))
        })
    }

    /// The same of many customers, one after the other. Customers who are not in the log are passed over, so that one list will
    /// do for all logs and for `Customers`.
    #[napi(
        ts_args_type = "customers: Map<Id, Id> | Iterable<[customer: Id, into: Id]>",
        ts_return_type = "Promise<EventLog>",
        catch_unwind
    )]
    pub fn merge_all_customers(
        &self,
        customers: Unknown<'_>,
        into: Unknown<'_>,
    ) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let customers = ids("customers", "customer", customers)?;
            let into = ids("customers", "customer", into)?;
            Ok(self.derived(move |log| {
                let pairs = customers.iter().zip(&into);
                log.merge_all_customers(pairs.map(|(customer, into)| (customer.as_ref(), into.as_ref())))
            }))
        })
    }

    /// Looks for what will spoil recommendations; nothing is changed. Off the event loop.
    #[napi(ts_args_type = "options?: DiagnoseOptions", ts_return_type = "Promise<Diagnosis>", catch_unwind)]
    pub fn diagnose(&self, options: Option<Unknown<'_>>) -> AsyncTask<Work<Diagnosis>> {
        let log = self.shared();
        background(|| {
            let asked = Asked::read(options)?;
            Ok(move || log.diagnose(&asked.options()).map(Diagnosis::from))
        })
    }

    /// The log without what a filter takes, and how much that was; ids that only what was taken had are gone, too.
    #[napi(ts_args_type = "filter: LogFilter", ts_return_type = "Promise<FilteredEventLog>", catch_unwind)]
    pub fn filter(&self, filter: Unknown<'_>) -> AsyncTask<Work<FilteredEventLog>> {
        let log = self.shared();
        background(|| {
            let filter = log_filter("filter", filter)?;
            Ok(move || log.filter(&filter).map(FilteredEventLog::from))
        })
    }

    /// The events before an instant; a session that goes on behind it is cut.
    #[napi(ts_args_type = "time: Date | string", ts_return_type = "Promise<EventLog>", catch_unwind)]
    pub fn before(&self, time_: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let time = time("time", time_)?;
            Ok(self.derived(move |log| Ok(log.before(time))))
        })
    }

    /// The events from an instant on; a session that began before it is cut.
    #[napi(ts_args_type = "time: Date | string", ts_return_type = "Promise<EventLog>", catch_unwind)]
    pub fn after(&self, time_: Unknown<'_>) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let time = time("time", time_)?;
            Ok(self.derived(move |log| Ok(log.after(time))))
        })
    }

    /// The events, session after session, in the columns `session` (its number), `session_id`, `customer`, `item`, `kind`,
    /// `time`, where the log has any, `quantity`, `position` and `propensity`, and the kept ones by their names. Ids and words
    /// that are not known are `null`.
    #[napi(ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn to_table(&self) -> AsyncTask<Work<Table>> {
        background(|| {
            let log = self.shared();
            Ok(move || Ok(Table::from(log.table())))
        })
    }

    /// How much each customer cares for each item, as `ItemSimilarity.fit` takes it: rows in the order of `customers`,
    /// columns in that of `items`. A value is the sum of the weights of the events of the pair; pairs with a sum of 0 or
    /// less are left out. Kinds that are not named count nothing; by default a view or a click counts 1, a wish 2, an add
    /// to the cart 3 and its removal -3, a purchase 5, the click in a message 1.
    #[napi(
        ts_args_type = "weights?: { [Kind in EventKind]?: number }",
        ts_return_type = "Promise<Required<SparseMatrix>>",
        catch_unwind
    )]
    pub fn customer_items(&self, weights: Option<Unknown<'_>>) -> AsyncTask<Work<StrengthMatrix>> {
        background(|| self.strengths(weights, Interactions::from_events))
    }

    /// The same with a row for each session, in the order of the table's numbers.
    #[napi(
        ts_args_type = "weights?: { [Kind in EventKind]?: number }",
        ts_return_type = "Promise<Required<SparseMatrix>>",
        catch_unwind
    )]
    pub fn session_items(&self, weights: Option<Unknown<'_>>) -> AsyncTask<Work<StrengthMatrix>> {
        background(|| self.strengths(weights, Interactions::from_sessions))
    }
}

pub(crate) fn all(ids: &Vocabulary) -> Vec<JsId> {
    ids.iter().map(js_id).collect()
}

/// A sparse matrix, compressed by row.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct StrengthMatrix {
    /// The numbers of rows and of columns.
    pub shape: Vec<f64>,
    /// Where each row begins, and behind them the number of values.
    pub indptr: Uint32Array,
    /// The column of each value.
    pub indices: Uint32Array,
    /// The values.
    pub data: Float64Array,
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
impl From<&Interactions> for StrengthMatrix {
    fn from(matrix: &Interactions) -> Self {
        let place =
            |&offset: &usize| u32::try_from(offset).expect("a log has fewer events than u32 can number");
        Self {
            shape: vec![matrix.n_customers() as f64, matrix.n_items() as f64],
            indptr: matrix.rows().offsets().iter().map(place).collect::<Vec<_>>().into(),
            indices: matrix.rows().values().iter().map(|item| item.as_u32()).collect::<Vec<_>>().into(),
            data: matrix.strengths().into(),
        }
    }
}

/// Collects events in slices; made by `index.js`.
#[napi(namespace = "internal")]
pub struct EventLogBuilder {
    intake: Option<Intake<kosar::data::EventLogBuilder>>,
}

#[napi(namespace = "internal")]
impl EventLogBuilder {
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> Result<Self, String> {
        let mut options = Options::new("options", options)?;
        let (event_options, unit) = (event_options(&mut options)?, time_unit(&mut options)?);
        options.finish()?;
        let builder = kosar::data::EventLogBuilder::new(event_options).map_err(failure)?;
        Ok(Self { intake: Some(Intake::new(builder, unit)) })
    }

    /// Takes the columns of some rows.
    #[napi(catch_unwind)]
    pub fn push(&mut self, columns: Unknown<'_>) -> Result<(), String> {
        self.intake.as_mut().ok_or_else(finished)?.push(columns)
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<EventLog>> {
        background(|| {
            let intake = self.intake.take().ok_or_else(finished)?;
            Ok(move || intake.finish().map(EventLog::from))
        })
    }
}

impl TakesBatches for kosar::data::EventLogBuilder {
    type Log = kosar::EventLog;

    const ROLES: &'static [Role] = &[
        Role::Session,
        Role::Customer,
        Role::Item,
        Role::Time,
        Role::Kind,
        Role::Quantity,
        Role::Position,
        Role::Propensity,
    ];

    fn push(&mut self, batch: &Batch<'_>) -> kosar::Result<()> {
        self.push(batch)
    }

    fn finish(self) -> kosar::Result<kosar::EventLog> {
        self.finish()
    }
}

fn csv_columns(options: &mut Options<'_>) -> Outcome<EventColumns> {
    Ok(EventColumns {
        session: options.text("session")?,
        customer: options.text("customer")?,
        item: options.text("item")?,
        time: options.text("time")?,
        kind: options.text("kind")?,
        quantity: options.text("quantity")?,
        position: options.text("position")?,
        propensity: options.text("propensity")?,
        attributes: options.texts("attributes")?,
        time_unit: time_unit(options)?,
        delimiter: options.text("delimiter")?.map(|text| delimiter(&text)).transpose()?,
    })
}

/// How events are read, the same for every input.
fn event_options(options: &mut Options<'_>) -> Outcome<EventOptions> {
    let kind = |(word, value): (String, Unknown<'_>)| {
        Ok((word, EventKind::parse(&needed_text("kinds", value)?).map_err(failure)?))
    };
    let kinds = options.value("kinds")?.map(|value| entries("kinds", value)).transpose()?;
    let default = EventOptions::default();
    Ok(EventOptions {
        gap_minutes: options.number("gapMinutes")?.unwrap_or(default.gap_minutes),
        until: options.time("until")?,
        kinds: kinds.unwrap_or_default().into_iter().map(kind).collect::<Outcome<_>>()?,
        time_format: options.text("timeFormat")?,
        integer_ids: integer_ids(options, [Role::Customer, Role::Session, Role::Item])?,
    })
}

/// The weights given by the names of kinds, or those of the core.
pub(crate) fn kind_weights(weights: Option<Unknown<'_>>) -> Outcome<KindWeights> {
    let Some(weights) = weights.filter(|weights| !is_missing(*weights)) else {
        return Ok(KindWeights::default());
    };
    let named = by_kind("weights", weights)?;
    KindWeights::from_names(named.iter().map(|(kind, weight)| (kind.as_str(), *weight))).map_err(failure)
}

/// Numbers by the names of kinds.
pub(crate) fn by_kind(name: &str, weights: Unknown<'_>) -> Outcome<Vec<(String, f64)>> {
    let weight = |(kind, value): (String, Unknown<'_>)| match value.get_type() {
        Ok(ValueType::Number) => Ok((kind, number(value)?)),
        _ => Err(refused(name, "numbers by kind", value)),
    };
    entries(name, weights)?.into_iter().map(weight).collect()
}

/// The keys and values of an object.
pub(crate) fn entries<'env>(name: &str, value: Unknown<'env>) -> Outcome<Vec<(String, Unknown<'env>)>> {
    let object = object(name, value)?;
    let value = |key: String| {
        let value = object.get_named_property::<Unknown<'env>>(&key).map_err(internal)?;
        Ok((key, value))
    };
    Object::keys(&object).map_err(internal)?.into_iter().map(value).collect()
}
