//! The order log.

use std::sync::Arc;

use kosar::TimeUnit;
use kosar::data::{CsvColumns, LogOptions, Returns, Role};
use napi::bindgen_prelude::{AsyncTask, Env, Object, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, id, ids, js_id, js_span, log, needed_text, time};
use crate::diagnose::{Asked, Diagnosis};
use crate::error::{Outcome, failure, of_kind};
use crate::log_filter::{FilteredOrderLog, log_filter};
use crate::options::Options;
use crate::report::IntakeReport;
use crate::work::{Work, background};

/// Order lines: the truth that every model is computed from. Immutable: `append`, `forget`, `mergeCustomers`, `before` and `after` give new
/// logs.
#[napi]
pub struct OrderLog {
    log: Arc<kosar::OrderLog>,
}

impl From<kosar::OrderLog> for OrderLog {
    fn from(log: kosar::OrderLog) -> Self {
        Self { log: Arc::new(log) }
    }
}

impl From<Arc<kosar::OrderLog>> for OrderLog {
    fn from(log: Arc<kosar::OrderLog>) -> Self {
        Self { log }
    }
}

impl OrderLog {
    /// The log itself.
    pub(crate) fn shared(&self) -> Arc<kosar::OrderLog> {
        Arc::clone(&self.log)
    }

    /// A new log made of this one.
    fn derived(
        &self,
        make: impl FnOnce(&kosar::OrderLog) -> kosar::Result<kosar::OrderLog> + Send + 'static,
    ) -> impl FnOnce() -> kosar::Result<OrderLog> + Send + 'static {
        let log = self.shared();
        move || make(&log).map(Self::from)
    }
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
impl OrderLog {
    /// Reads a CSV file, plain or gzipped, off the event loop.
    #[napi(
        ts_args_type = "path: string, columns: CsvOptions",
        ts_return_type = "Promise<OrderLog>",
        catch_unwind
    )]
    pub fn from_csv(path: Unknown<'_>, columns: Option<Unknown<'_>>) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let path = needed_text("path", path)?;
            let mut options = Options::new("columns", columns)?;
            let (columns, log_options) = (csv_columns(&mut options)?, log_options(&mut options)?);
            options.finish()?;
            Ok(move || kosar::OrderLog::from_csv(path, &columns, log_options).map(Self::from))
        })
    }

    /// The number of orders, those with returns only included.
    #[napi(getter, catch_unwind)]
    pub fn n_orders(&self) -> f64 {
        self.log.n_orders() as f64
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

    /// The ids of the items, sorted; `null` in a log without them.
    #[napi(getter, ts_return_type = "Id[] | null", catch_unwind)]
    pub fn items(&self) -> Option<Vec<JsId>> {
        self.log.items().map(|items| items.iter().map(js_id).collect())
    }

    /// The ids of the customers, sorted; `null` in a log without them.
    #[napi(getter, ts_return_type = "Id[] | null", catch_unwind)]
    pub fn customers(&self) -> Option<Vec<JsId>> {
        self.log.customers().map(|customers| customers.iter().map(js_id).collect())
    }

    /// The number of lines.
    #[napi(getter, catch_unwind)]
    pub fn n_lines(&self) -> f64 {
        self.log.n_lines() as f64
    }

    /// The times of the first and the last order; `null` without orders or without times.
    #[napi(getter, ts_return_type = "{ first: Date, last: Date } | null", catch_unwind)]
    pub fn span<'env>(&self, env: &'env Env) -> Result<Option<Object<'env>>, String> {
        self.log.span().map(|span| js_span(env, span)).transpose()
    }

    /// What became of the rows that the log was built from.
    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> IntakeReport {
        self.log.report().into()
    }

    /// This log and the orders of another; an order that is in this one already is reported, not added.
    #[napi(ts_args_type = "log: OrderLog", ts_return_type = "Promise<OrderLog>", catch_unwind)]
    pub fn append(&self, log_: Unknown<'_>) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let new = log(log_)?;
            Ok(self.derived(move |log| log.append(&new)))
        })
    }

    /// This log without a customer.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Promise<OrderLog>", catch_unwind)]
    pub fn forget(&self, customer: Unknown<'_>) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let customer = id("customer", customer)?;
            Ok(self.derived(move |log| log.forget(&customer)))
        })
    }

    /// This log with a customer joined into another: the log that it would be, had its rows named `into` in the place of
    /// `customer` from the start, an order that both have being one. `into` may be new. Models know customers by the log that they were fitted on: fit them
    /// anew.
    #[napi(ts_args_type = "customer: Id, into: Id", ts_return_type = "Promise<OrderLog>", catch_unwind)]
    pub fn merge_customers(&self, customer: Unknown<'_>, into: Unknown<'_>) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let (customer, into) = (id("customer", customer)?, id("customer", into)?);
            Ok(self.derived(move |log| log.merge_customers(&customer, &into)))
        })
    }

    /// The same of many customers, one after the other. Customers who are not in the log are passed over, so that one list will
    /// do for all logs and for `Customers`.
    #[napi(
        ts_args_type = "customers: Map<Id, Id> | Iterable<[customer: Id, into: Id]>",
        ts_return_type = "Promise<OrderLog>",
        catch_unwind
    )]
    pub fn merge_all_customers(
        &self,
        customers: Unknown<'_>,
        into: Unknown<'_>,
    ) -> AsyncTask<Work<OrderLog>> {
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
    #[napi(ts_args_type = "filter: LogFilter", ts_return_type = "Promise<FilteredOrderLog>", catch_unwind)]
    pub fn filter(&self, filter: Unknown<'_>) -> AsyncTask<Work<FilteredOrderLog>> {
        let log = self.shared();
        background(|| {
            let filter = log_filter("filter", filter)?;
            Ok(move || log.filter(&filter).map(FilteredOrderLog::from))
        })
    }

    /// The orders before an instant.
    #[napi(ts_args_type = "time: Date | string", ts_return_type = "Promise<OrderLog>", catch_unwind)]
    pub fn before(&self, time_: Unknown<'_>) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let time = time("time", time_)?;
            Ok(self.derived(move |log| log.before(time)))
        })
    }

    /// The orders from an instant on.
    #[napi(ts_args_type = "time: Date | string", ts_return_type = "Promise<OrderLog>", catch_unwind)]
    pub fn after(&self, time_: Unknown<'_>) -> AsyncTask<Work<OrderLog>> {
        background(|| {
            let time = time("time", time_)?;
            Ok(self.derived(move |log| log.after(time)))
        })
    }

    /// The word that a kept column has most often beside each item; items without one are not in the map.
    #[napi(ts_args_type = "name: string", ts_return_type = "Map<Id, string>", catch_unwind)]
    pub fn item_words(&self, name: Unknown<'_>) -> Result<Vec<(JsId, String)>, String> {
        let words = self.log.item_words(&needed_text("name", name)?).map_err(failure)?;
        let items = self.log.items().into_iter().flat_map(kosar::data::Vocabulary::iter);
        Ok(items.zip(words).filter_map(|(item, word)| Some((js_id(item), word?.to_owned()))).collect())
    }
}

fn csv_columns(options: &mut Options<'_>) -> Outcome<CsvColumns> {
    Ok(CsvColumns {
        customer: options.text("customer")?,
        order: options.text("order")?,
        item: options.text("item")?,
        time: options.text("time")?,
        quantity: options.text("quantity")?,
        price: options.text("price")?,
        amount: options.text("amount")?,
        attributes: options.texts("attributes")?,
        time_unit: time_unit(options)?,
        delimiter: options.text("delimiter")?.map(|text| delimiter(&text)).transpose()?,
    })
}

/// The character between the fields of a CSV file.
pub(crate) fn delimiter(text: &str) -> Outcome<u8> {
    let message = || format!("delimiter must be one ASCII character, got '{text}'");
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(of_kind(kosar::ErrorKind::Param, message())),
    }
}

/// The roles whose ids are integers, of those allowed.
pub(crate) fn integer_ids<C: FromIterator<Role>>(options: &mut Options<'_>, among: [Role; 3]) -> Outcome<C> {
    let role = |word: &String| {
        let allowed = among.map(Role::name).join(", ");
        let message = format!("integerIds must be of {allowed}, got '{word}'");
        let found = among.into_iter().find(|role| role.name() == word);
        found.ok_or_else(|| of_kind(kosar::ErrorKind::Param, message))
    };
    options.texts("integerIds")?.iter().map(role).collect()
}

/// The unit of times that are numbers.
pub(crate) fn time_unit(options: &mut Options<'_>) -> Outcome<Option<TimeUnit>> {
    options.text("timeUnit")?.map(|word| TimeUnit::parse(&word).map_err(failure)).transpose()
}

/// How rows are read, the same for every input.
pub(crate) fn log_options(options: &mut Options<'_>) -> Outcome<LogOptions> {
    let returns = options.text("returns")?.map(|word| Returns::parse(&word).map_err(failure)).transpose()?;
    Ok(LogOptions {
        returns: returns.unwrap_or_default(),
        drop_duplicates: options.flag("dropDuplicates")?.unwrap_or(false),
        until: options.time("until")?,
        time_format: options.text("timeFormat")?,
        integer_ids: integer_ids(options, [Role::Customer, Role::Order, Role::Item])?,
    })
}
