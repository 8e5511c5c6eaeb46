//! What customers lean to.

use std::sync::Arc;

use kosar::affinity::{AffinityData, AffinityParams, Facet, Leaning, OrderBy, RerankOptions, TimeShare};
use kosar::{Id, Money, ParamError};
use napi::bindgen_prelude::{AsyncTask, Date, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{
    JsId, array, element, event_log, how_many, id, ids, is_missing, js_date, js_id, log, needed_text,
};
use crate::customers;
use crate::error::{Outcome, failure, refused};
use crate::event_log::kind_weights;
use crate::model;
use crate::options::{Options, set};
use crate::table::Table;
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// What each customer leans to beside everybody: categories, brands, price bands, tags, days, hours, channels.
///
/// The affinity of a customer to a value of a facet is the share of their weight that it has, shrunk towards the
/// population's: (w + k p) / (W + k) with w the weight of what they bought and did with the value, W that of all they did in
/// the facet, p the population's share and k the `prior`. The lift is this over p.
#[napi]
pub struct Affinity {
    pub(crate) model: Arc<kosar::affinity::Affinity>,
}

impl From<kosar::affinity::Affinity> for Affinity {
    fn from(model: kosar::affinity::Affinity) -> Self {
        Self { model: Arc::new(model) }
    }
}

/// How a customer stands to a value; `options.d.ts` has its type.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct FoundLeaning<'env> {
    pub value: String,
    pub lift: f64,
    pub share: f64,
    pub population_share: f64,
    pub purchases: u32,
    pub events: u32,
    pub last: Option<Date<'env>>,
    pub text: String,
}

/// Why an item stands where it does.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct LeaningReason<'env> {
    pub facet: String,
    pub leaning: FoundLeaning<'env>,
}

/// An item in its new place.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct FoundPlace<'env> {
    pub item: JsId,
    pub score: f64,
    pub before: u32,
    pub lift: f64,
    pub reasons: Vec<LeaningReason<'env>>,
}

/// An hour or a day.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct FoundTime {
    pub at: u8,
    pub share: f64,
    pub lift: f64,
}

/// Hours and days.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct FoundTimes {
    pub hour: u8,
    pub weekday: u8,
    pub hours: Vec<FoundTime>,
    pub weekdays: Vec<FoundTime>,
    pub purchases: u32,
    pub events: u32,
}

/// A value over all customers.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct FoundValue {
    pub value: String,
    pub share: f64,
    pub customers: u32,
}

#[napi]
impl Affinity {
    /// Fits on what was bought, what was done (`options.events`), or both; `options.catalog` gives categories, brands, tags and
    /// attributes, `options.customers` the time zones.
    #[napi(
        ts_args_type = "log: OrderLog | EventLog, options?: AffinityOptions",
        ts_return_type = "Promise<Affinity>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Affinity>> {
        let control = control(cancel);
        background(|| {
            let mut options = Options::of_fit(options)?;
            let (data, params) = (Data::read(log_, &mut options, true)?, params(&mut options)?);
            options.finish()?;
            Ok(move || kosar::Fit::fit_with(&params, &data.borrow(), &control).map(Self::from))
        })
    }

    /// The model with what is new, orders and sessions that it has not seen: the one that a fit on all would give, to the byte.
    /// The time zones of customers are not kept: give `options.customers` of the fit again, or else what is new is told in
    /// `timeZone`. This one goes on answering as before.
    #[napi(
        ts_args_type = "log: OrderLog | EventLog, options?: AffinityUpdateOptions",
        ts_return_type = "Promise<Affinity>",
        catch_unwind
    )]
    pub fn update(
        &self,
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Affinity>> {
        let (model, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let mut options = Options::of_fit(options)?;
            let data = Data::read(log_, &mut options, false)?;
            options.finish()?;
            Ok(move || model.update_with(data.borrow(), &control).map(Self::from))
        })
    }

    /// The model without a customer: the one that a fit without them would give, to the byte. This one goes on answering as
    /// before.
    #[napi(
        ts_args_type = "customer: Id, options?: Cancellable",
        ts_return_type = "Promise<Affinity>",
        catch_unwind
    )]
    pub fn forget(
        &self,
        customer: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Affinity>> {
        let (model, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let customer = id("customer", customer)?;
            Options::of_fit(options)?.finish()?;
            Ok(move || model.forget_with(&customer, &control).map(Self::from))
        })
    }

    /// The `n` values of a facet, 10 by default, that a customer leans to most, among those that they have to do with.
    #[napi(
        ts_args_type = "customer: Id, facet: Facet, n?: number",
        ts_return_type = "Leaning[]",
        catch_unwind
    )]
    pub fn of<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        facet: Unknown<'env>,
        n: Option<Unknown<'env>>,
    ) -> Result<Vec<FoundLeaning<'env>>, String> {
        let (customer, facet, n) = (id("customer", customer)?, needed_text("facet", facet)?, how_many(n)?);
        leanings(env, &self.model.of(&customer, &facet, n).map_err(failure)?)
    }

    /// Orders values of a facet, such as the entries of a menu, for a customer; all of them come back. A value that nobody
    /// turned to, or fewer than `minCustomers`, has a lift of 1 and a share of 0; ties stay in the order given.
    #[napi(
        ts_args_type = "customer: Id, facet: Facet, values: string[]",
        ts_return_type = "Leaning[]",
        catch_unwind
    )]
    pub fn rank<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        facet: Unknown<'env>,
        values: Unknown<'env>,
    ) -> Result<Vec<FoundLeaning<'env>>, String> {
        let (customer, facet) = (id("customer", customer)?, needed_text("facet", facet)?);
        let values = texts("values", values)?;
        let ranked = self.model.rank(&customer, &facet, values.iter().map(String::as_str));
        leanings(env, &ranked.map_err(failure)?)
    }

    /// The lift of one value for a customer.
    #[napi(ts_args_type = "customer: Id, facet: Facet, value: string", catch_unwind)]
    pub fn lift(&self, customer: Unknown<'_>, facet: Unknown<'_>, value: Unknown<'_>) -> Result<f64, String> {
        let (facet, value) = (needed_text("facet", facet)?, needed_text("value", value)?);
        self.model.lift(&id("customer", customer)?, &facet, &value).map_err(failure)
    }

    /// Orders what a search found, best first, for a customer; all items come back. An item's score is what the search said
    /// times its lift to the power of `weight`; its lift is the geometric mean over its facets. What is not in the catalogue, or of
    /// whose values nothing is known, keeps what the search said.
    #[napi(
        ts_args_type = "customer: Id, items: Id[], options?: RerankOptions",
        ts_return_type = "Reranked[]",
        catch_unwind
    )]
    pub fn rerank<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        items: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> Result<Vec<FoundPlace<'env>>, String> {
        let (customer, items) = (id("customer", customer)?, ids("items", "item", items)?);
        let options = rerank_options(options)?;
        let found = self.model.rerank(&customer, items.iter().map(Id::as_ref), &options).map_err(failure)?;
        found.iter().map(|one| place(env, one)).collect()
    }

    /// The hours and days at which a customer is most probably there for a message. Hours are smoothed around the clock: half of
    /// an hour's weight stays, a quarter goes to each neighbour.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "SendTime", catch_unwind)]
    pub fn send_time(&self, customer: Unknown<'_>) -> Result<FoundTimes, String> {
        let found = self.model.send_time(&id("customer", customer)?).map_err(failure)?;
        let times = |times: &[TimeShare]| {
            times.iter().map(|one| FoundTime { at: one.at, share: one.share, lift: one.lift }).collect()
        };
        let (hour, weekday) = (found.hour(), found.weekday());
        let (hours, weekdays) = (times(&found.hours), times(&found.weekdays));
        Ok(FoundTimes { hour, weekday, hours, weekdays, purchases: found.purchases, events: found.events })
    }

    /// What all customers together lean to in a facet, the largest share first.
    #[napi(ts_args_type = "facet: Facet", ts_return_type = "PopulationValue[]", catch_unwind)]
    pub fn population(&self, facet: Unknown<'_>) -> Result<Vec<FoundValue>, String> {
        let found = self.model.population(&needed_text("facet", facet)?).map_err(failure)?;
        let value = |one: &kosar::affinity::PopulationValue<'_>| FoundValue {
            value: one.value.to_owned(),
            share: one.share,
            customers: one.customers,
        };
        Ok(found.iter().map(value).collect())
    }

    /// What every customer leans to in a facet, the `n` first values of each, 10 by default, off the event loop: columns
    /// `customer`, `value`, `lift`, `share`, `population_share`, `purchases`, `events` and, where everything has a time, `last`.
    #[napi(ts_args_type = "facet: Facet, n?: number", ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn table(&self, facet: Unknown<'_>, n: Option<Unknown<'_>>) -> AsyncTask<Work<Table>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let (facet, n) = (needed_text("facet", facet)?, how_many(n)?);
            Ok(move || model.table(&facet, n).map(Table::from))
        })
    }

    /// The facets.
    #[napi(getter, ts_return_type = "Facet[]", catch_unwind)]
    pub fn facets(&self) -> Vec<String> {
        self.model.facets().iter().map(ToString::to_string).collect()
    }

    /// The ids of the customers, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        self.model.customers().iter().map(js_id).collect()
    }

    /// Where price bands end: band 1 is up to the first, the last above the last.
    #[napi(getter, catch_unwind)]
    pub fn price_cut_points(&self) -> Vec<f64> {
        self.model.price_cut_points().iter().map(|cut| cut.to_f64()).collect()
    }

    /// The instant at which weights are whole; `null` without a half-life.
    #[napi(getter, ts_return_type = "Date | null", catch_unwind)]
    pub fn as_of<'env>(&self, env: &'env Env) -> Result<Option<Date<'env>>, String> {
        self.model.as_of().map(|time| js_date(env, time)).transpose()
    }
}

model::persistent!(Affinity, kosar::affinity::Affinity, "Promise<Affinity>");

/// What a model is fitted on.
struct Data {
    orders: Option<Arc<kosar::OrderLog>>,
    events: Option<Arc<kosar::EventLog>>,
    catalog: Option<Arc<kosar::data::Catalog>>,
    customers: Option<Arc<kosar::data::Customers>>,
}

impl Data {
    fn read(first: Unknown<'_>, options: &mut Options<'_>, with_catalog: bool) -> Outcome<Self> {
        let (orders, first_events) = match (log(first), event_log(first)) {
            (Ok(orders), _) => (Some(orders), None),
            (_, Ok(events)) => (None, Some(events)),
            _ => return Err(refused("log", "an OrderLog or an EventLog", first)),
        };
        let more = if orders.is_some() { options.value("events")?.map(event_log).transpose()? } else { None };
        let catalog = if with_catalog { options.value("catalog")?.map(catalog).transpose()? } else { None };
        let customers = options.value("customers")?.map(customers::table).transpose()?;
        Ok(Self { orders, events: first_events.or(more), catalog, customers })
    }

    fn borrow(&self) -> AffinityData<'_> {
        AffinityData::default()
            .orders(self.orders.as_deref())
            .events(self.events.as_deref())
            .catalog(self.catalog.as_deref())
            .customers(self.customers.as_deref())
    }
}

fn params(options: &mut Options<'_>) -> Outcome<AffinityParams> {
    let weights = options.value("weights")?.map(|weights| kind_weights(Some(weights))).transpose()?;
    let params = kosar::affinity::Affinity::params()
        .facets(facets(options)?)
        .weights(weights)
        .purchase_events(options.flag("purchaseEvents")?)
        .half_life_days(options.number("halfLifeDays")?)
        .as_of(options.time("asOf")?)
        .price_cut_points(cut_points(options)?)
        .time_zone(options.text("timeZone")?);
    let params = set(params, options.number("prior")?, AffinityParams::prior);
    let params = set(params, options.count("priceBands", 1)?, AffinityParams::price_bands);
    let params = set(params, options.count("minCustomers", 1)?, AffinityParams::min_customers);
    Ok(set(params, options.choice("order", OrderBy::parse)?, AffinityParams::order))
}

fn facets(options: &mut Options<'_>) -> Outcome<Option<Vec<Facet>>> {
    let Some(value) = options.value("facets")? else { return Ok(None) };
    let read = |word: &String| Facet::parse(word).map_err(failure);
    texts("facets", value)?.iter().map(read).collect::<Outcome<_>>().map(Some)
}

fn cut_points(options: &mut Options<'_>) -> Outcome<Option<Vec<Money>>> {
    let Some(value) = options.value("priceCutPoints")? else { return Ok(None) };
    let money = |cut: f64| {
        let bad =
            ParamError::OutOfRange { name: "priceCutPoints", value: cut, allowed: "an amount of money" };
        Money::from_f64(cut).ok_or_else(|| failure(bad))
    };
    numbers("priceCutPoints", value)?.into_iter().map(money).collect::<Outcome<_>>().map(Some)
}

fn rerank_options(options: Option<Unknown<'_>>) -> Outcome<RerankOptions> {
    let mut options = Options::new("options", options)?;
    let scores = options.value("scores")?.map(|value| numbers("scores", value)).transpose()?;
    let wanted = RerankOptions::new().scores(scores).facets(facets(&mut options)?);
    let wanted = set(wanted, options.number("weight")?, RerankOptions::weight);
    options.finish()?;
    Ok(wanted)
}

fn numbers(name: &str, value: Unknown<'_>) -> Outcome<Vec<f64>> {
    let list = array(name, value)?;
    let number = |at: u32| {
        let value = element(&list, at)?;
        if is_missing(value) {
            Err(refused(name, "an array of numbers", value))
        } else {
            crate::convert::number(value)
        }
    };
    (0..list.len()).map(number).collect()
}

fn texts(name: &str, value: Unknown<'_>) -> Outcome<Vec<String>> {
    let list = array(name, value)?;
    (0..list.len()).map(|at| needed_text(name, element(&list, at)?)).collect()
}

fn leanings<'env>(env: &'env Env, found: &[Leaning<'_>]) -> Result<Vec<FoundLeaning<'env>>, String> {
    found.iter().map(|one| leaning(env, one)).collect()
}

fn leaning<'env>(env: &'env Env, found: &Leaning<'_>) -> Outcome<FoundLeaning<'env>> {
    Ok(FoundLeaning {
        value: found.value.to_owned(),
        lift: found.lift,
        share: found.share,
        population_share: found.population_share,
        purchases: found.purchases,
        events: found.events,
        last: found.last.map(|time| js_date(env, time)).transpose()?,
        text: found.to_string(),
    })
}

fn place<'env>(env: &'env Env, found: &kosar::affinity::Reranked<'_>) -> Outcome<FoundPlace<'env>> {
    let reason = |(facet, found): &(&Facet, Leaning<'_>)| -> Outcome<LeaningReason<'env>> {
        Ok(LeaningReason { facet: facet.to_string(), leaning: leaning(env, found)? })
    };
    Ok(FoundPlace {
        item: js_id(found.item.as_ref()),
        score: found.score,
        before: u32::try_from(found.before).unwrap_or(u32::MAX),
        lift: found.lift,
        reasons: found.reasons.iter().map(reason).collect::<Outcome<_>>()?,
    })
}
