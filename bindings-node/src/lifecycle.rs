//! Stages of customers.

use std::sync::{Arc, OnceLock};

use kosar::Fit;
use kosar::data::Vocabulary;
use kosar::lifecycle::{self, LifecycleCustomer as Found, LifecycleParams, LifecycleSources, Stage};
use napi::bindgen_prelude::{AsyncTask, Date, Either, Env, JsObjectValue, Null, Object, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, event_log, id, ids, is_missing, js_date, js_id, log, needed_text, time};
use crate::error::{Outcome, failure, internal};
use crate::event_log::all;
use crate::model;
use crate::options::{Options, set};
use crate::table::Table;
use crate::work::{Cancel, Work, background, control};

/// Customers by the stage of their life with the shop, each by their own rhythm: prospect, new, active, loyal, slipping,
/// dormant, lost, won back.
///
/// A purchase is a day (UTC) with an order that counts. The silence since the last is held against quantiles of the
/// customer's own intervals, which are drawn towards those of all, the more the less is known. A run begins with the first
/// purchase, and with each that comes after having been dormant or lost; within the rhythm, a customer with one purchase in
/// the run is new (first run) or won back (a later one), from the second on active, from `loyalPurchases` on loyal.
#[napi]
pub struct Lifecycle {
    pub(crate) model: Arc<lifecycle::Lifecycle>,
    table: OnceLock<Table>,
}

impl From<lifecycle::Lifecycle> for Lifecycle {
    fn from(model: lifecycle::Lifecycle) -> Self {
        Self { model: Arc::new(model), table: OnceLock::new() }
    }
}

/// Where a customer stands. Days are those of UTC, given by their midnight.
#[napi(object, object_from_js = false)]
pub struct LifecycleCustomer<'env> {
    #[napi(ts_type = "Id")]
    pub customer: JsId,
    #[napi(ts_type = "Stage")]
    pub stage: String,
    /// The day on which they entered the stage; for a prospect the first on which they are known, `null` where that has no
    /// date.
    #[napi(ts_type = "Date | null")]
    pub since: Either<Date<'env>, Null>,
    /// The day at whose end the stage changes if nothing is bought until then; `null` for prospects, the lost, where nobody
    /// ever bought on two days, and where it is later than there are days.
    #[napi(ts_type = "Date | null")]
    pub next_change: Either<Date<'env>, Null>,
    /// The stage that it will be then.
    #[napi(ts_type = "Stage | null")]
    pub next_stage: Either<String, Null>,
    /// The median of what is expected of the interval after the last purchase.
    #[napi(ts_type = "number | null")]
    pub rhythm_days: Either<f64, Null>,
    /// The days since the last purchase at the end of the day before `asOf`.
    #[napi(ts_type = "number | null")]
    pub silence_days: Either<i64, Null>,
    /// On how many days something was bought.
    pub purchases: u32,
}

fn or_null<T>(value: Option<T>) -> Either<T, Null> {
    value.map_or(Either::B(Null), Either::A)
}

fn customer_out<'env>(env: &'env Env, found: &Found<'_>) -> Outcome<LifecycleCustomer<'env>> {
    let date = |time: Option<kosar::Time>| -> Outcome<_> {
        Ok(or_null(time.map(|time| js_date(env, time)).transpose()?))
    };
    Ok(LifecycleCustomer {
        customer: js_id(found.customer),
        stage: found.stage.word().to_owned(),
        since: date(found.since)?,
        next_change: date(found.next_change)?,
        next_stage: or_null(found.next_stage.map(|stage| stage.word().to_owned())),
        rhythm_days: or_null(found.rhythm_days),
        silence_days: or_null(found.silence_days),
        purchases: found.purchases,
    })
}

/// An order log, and from where else customers are known.
struct Sources {
    log: Arc<kosar::OrderLog>,
    events: Option<Arc<kosar::EventLog>>,
    prospects: Option<Vocabulary>,
}

impl Sources {
    fn read(log_: Unknown<'_>, options: &mut Options<'_>) -> Outcome<Self> {
        let prospects = options.value("prospects")?.map(|value| ids("prospects", "customer", value));
        let prospects = prospects.transpose()?.map(|ids| Vocabulary::of("customer", ids));
        Ok(Self {
            log: log(log_)?,
            events: options.value("events")?.map(event_log).transpose()?,
            prospects: prospects.transpose().map_err(failure)?,
        })
    }

    fn borrowed(&self) -> LifecycleSources<'_> {
        let sources = LifecycleSources::new(&self.log);
        let sources = self.events.as_ref().map_or(sources, |events| sources.events(events));
        self.prospects.as_ref().map_or(sources, |ids| sources.prospects(ids))
    }
}

fn params(options: &mut Options<'_>) -> Outcome<LifecycleParams> {
    let params = lifecycle::Lifecycle::params();
    let params = set(params, options.time("asOf")?, LifecycleParams::as_of);
    let params = set(params, options.number("slipping")?, LifecycleParams::slipping);
    let params = set(params, options.number("dormant")?, LifecycleParams::dormant);
    let params = set(params, options.number("lost")?, LifecycleParams::lost);
    Ok(set(params, options.count("loyalPurchases", 2)?, LifecycleParams::loyal_purchases))
}

fn stage(name: &str, word: Unknown<'_>) -> Outcome<Stage> {
    Stage::parse(&needed_text(name, word)?).map_err(failure)
}

#[napi]
impl Lifecycle {
    /// Fits on a log with customers and times. By default as of the midnight after the last order.
    #[napi(
        ts_args_type = "log: OrderLog, options?: LifecycleOptions",
        ts_return_type = "Promise<Lifecycle>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Lifecycle>> {
        let control = control(cancel);
        background(|| {
            let mut options = Options::of_fit(options)?;
            let (params, sources) = (params(&mut options)?, Sources::read(log_, &mut options)?);
            options.finish()?;
            Ok(move || params.fit_with(&sources.borrowed(), &control).map(Self::from))
        })
    }

    /// The model with more orders, and customers known from elsewhere: the one that a fit on all would give, to the byte.
    /// Orders must be new ones; `append` of a log tells where they are not. One that comes again on the same day changes
    /// nothing, on another day it is a purchase more. What is at `asOf` or later does not count; who is known from an event after
    /// the last order is kept until an order is later still. This one goes on answering as before.
    #[napi(
        ts_args_type = "log: OrderLog, options?: LifecycleSources",
        ts_return_type = "Promise<Lifecycle>",
        catch_unwind
    )]
    pub fn update(
        &self,
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Lifecycle>> {
        let (model, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let mut options = Options::of_fit(options)?;
            let sources = Sources::read(log_, &mut options)?;
            options.finish()?;
            Ok(move || model.update_from(&sources.borrowed(), &control).map(Self::from))
        })
    }

    /// The model without a customer: the one that a fit without them would give, to the byte. This one goes on answering as
    /// before.
    #[napi(
        ts_args_type = "customer: Id, options?: Cancellable",
        ts_return_type = "Promise<Lifecycle>",
        catch_unwind
    )]
    pub fn forget(
        &self,
        customer: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Lifecycle>> {
        let (model, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let customer = id("customer", customer)?;
            Options::of_fit(options)?.finish()?;
            Ok(move || model.forget_with(&customer, &control).map(Self::from))
        })
    }

    /// The stage of a customer.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Stage", catch_unwind)]
    pub fn stage(&self, customer: Unknown<'_>) -> Result<&'static str, String> {
        self.model.stage(&id("customer", customer)?).map(Stage::word).map_err(failure)
    }

    /// The stages of many customers, in their order.
    #[napi(ts_args_type = "customers: Id[]", ts_return_type = "Stage[]", catch_unwind)]
    pub fn stages_of(&self, customers: Unknown<'_>) -> Result<Vec<&'static str>, String> {
        let customers = ids("customers", "customer", customers)?;
        let found = self.model.stages_of(&customers).map_err(failure)?;
        Ok(found.into_iter().map(Stage::word).collect())
    }

    /// The stage of a customer at the midnight (UTC) at which the day of an instant begins, by what they had bought by then;
    /// `null` where nobody knew them. After `asOf` it is what the stage will be if nothing is bought.
    #[napi(ts_args_type = "customer: Id, time: Date | string", ts_return_type = "Stage | null", catch_unwind)]
    pub fn stage_at(
        &self,
        customer: Unknown<'_>,
        time_: Unknown<'_>,
    ) -> Result<Option<&'static str>, String> {
        let (customer, time) = (id("customer", customer)?, time("time", time_)?);
        Ok(self.model.stage_at(&customer, time).map_err(failure)?.map(Stage::word))
    }

    /// All that is known of a customer.
    #[napi(ts_args_type = "customer: Id", catch_unwind)]
    pub fn customer<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
    ) -> Result<LifecycleCustomer<'env>, String> {
        let customer = id("customer", customer)?;
        customer_out(env, &self.model.customer(&customer).map_err(failure)?)
    }

    /// The customers of a stage, by id.
    #[napi(ts_args_type = "stage: Stage", ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self, stage_: Unknown<'_>) -> Result<Vec<JsId>, String> {
        Ok(self.model.customers(stage("stage", stage_)?).map(js_id).collect())
    }

    /// How many customers are in each stage.
    #[napi(getter, ts_return_type = "Record<Stage, number>", catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn counts<'env>(&self, env: &'env Env) -> Result<Object<'env>, String> {
        let mut counts = Object::new(env).map_err(internal)?;
        for (stage, customers) in self.model.counts() {
            counts.set_named_property(stage.word(), customers as f64).map_err(internal)?;
        }
        Ok(counts)
    }

    /// All customers, by id: `customer`, `stage`, `since`, `next_change`, `next_stage`, `rhythm_days`, `silence_days`,
    /// `purchases`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.table.get_or_init(|| self.model.table().into()).clone()
    }

    /// Who was in which stage at one date and in which at a later one; customers who are not there at the later one are left
    /// out. Off the event loop.
    #[napi(
        ts_args_type = "from: Date | string, to: Date | string",
        ts_return_type = "Promise<StageMovements>",
        catch_unwind
    )]
    pub fn movements(&self, from: Unknown<'_>, to: Unknown<'_>) -> AsyncTask<Work<StageMovements>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let (from, to) = (time("from", from)?, time("to", to)?);
            Ok(move || model.movements(from, to).map(|movements| StageMovements { movements }))
        })
    }

    /// The ids of the customers, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn ids(&self) -> Vec<JsId> {
        all(self.model.ids())
    }

    /// The midnight at which stages were taken; `null` without orders.
    #[napi(getter, ts_return_type = "Date | null", catch_unwind)]
    pub fn as_of<'env>(&self, env: &'env Env) -> Result<Option<Date<'env>>, String> {
        self.model.as_of().map(|time| js_date(env, time)).transpose()
    }

    /// The median days between two purchases of a customer of whom nothing is known; `null` where nobody bought on two days.
    #[napi(getter, ts_return_type = "number | null", catch_unwind)]
    pub fn rhythm_days(&self) -> Option<f64> {
        self.model.rhythm_days()
    }
}

model::persistent!(Lifecycle, kosar::lifecycle::Lifecycle, "Promise<Lifecycle>");

/// The numbers of customers by their stages at two dates.
#[napi]
pub struct StageMovements {
    movements: lifecycle::StageMovements,
}

#[napi]
impl StageMovements {
    /// How many went from one stage to another; `null` for not there yet.
    #[napi(ts_args_type = "before: Stage | null, after: Stage | null", catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn count(&self, before: Unknown<'_>, after: Unknown<'_>) -> Result<f64, String> {
        let read = |name, word| if is_missing(word) { Ok(None) } else { stage(name, word).map(Some) };
        Ok(self.movements.count(read("before", before)?, read("after", after)?) as f64)
    }

    /// The number of customers who are there at the later date.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn total(&self) -> f64 {
        self.movements.total() as f64
    }

    /// A row for each pair: `before`, `after`, `customers`, and `share`, the part of those who were in the stage before. Who was
    /// not known before comes from `(not there yet)`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.movements.table().into()
    }
}
