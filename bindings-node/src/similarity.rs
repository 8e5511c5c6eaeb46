//! Items that resemble each other.

use std::sync::Arc;

use kosar::similarity::{AllRecommendations, ItemSimilarityParams, Measure, Unit};
use kosar::{Fit, Id};
use napi::bindgen_prelude::{AsyncTask, Env, Float64Array, Result, Uint32Array, Unknown};
use napi_derive::napi;

use crate::convert::{PackedIds, how_many, id, ids, log};
use crate::error::{Outcome, failure, of_kind};
use crate::model;
use crate::options::Options;
use crate::recommendation::{Answer, answer};
use crate::work::{Cancel, Work, background, control};

/// Items that resemble each other by who bought them, and recommendations from what a customer owns.
#[napi]
pub struct ItemSimilarity {
    model: Arc<kosar::similarity::ItemSimilarity>,
}

impl From<kosar::similarity::ItemSimilarity> for ItemSimilarity {
    fn from(model: kosar::similarity::ItemSimilarity) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl ItemSimilarity {
    /// The model itself.
    pub(crate) fn shared(&self) -> Arc<kosar::similarity::ItemSimilarity> {
        Arc::clone(&self.model)
    }
}

/// Recommendations for all customers; `index.js` puts the ids into the slots.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct Slots {
    pub customers: PackedIds,
    pub n: f64,
    /// The items by position.
    pub vocabulary: PackedIds,
    /// The position of each slot's item; the greatest number where the slot is empty.
    pub codes: Uint32Array,
    pub scores: Float64Array,
}

#[napi]
impl ItemSimilarity {
    /// Fits on a log. By default: cosine, 100 neighbours an item, counted by customer, the latest 1,000 items of each.
    #[napi(
        ts_args_type = "log: OrderLog, options?: ItemSimilarityOptions",
        ts_return_type = "Promise<ItemSimilarity>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<ItemSimilarity>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (log(log_)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The items most similar to one, best first.
    #[napi(ts_args_type = "item: Id, n?: number", ts_return_type = "Recommendation[]", catch_unwind)]
    pub fn similar<'env>(
        &self,
        env: &'env Env,
        item: Unknown<'env>,
        n: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (item, n) = (id("item", item)?, how_many(n)?);
        answer(env, &self.model.similar(&item, n).map_err(failure)?)
    }

    /// The items that resemble most what a customer owns, or the given items; those are left out.
    #[napi(
        ts_args_type = "query: { customer: Id } | { items: Id[] }, n?: number",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        query: Unknown<'env>,
        n: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (query, n) = (Query::read(query)?, how_many(n)?);
        let found = match &query {
            Query::Customer(customer) => self.model.recommend_for_customer(customer, n),
            Query::Items(items) => self.model.recommend_for_items(items, n),
        };
        answer(env, &found.map_err(failure)?)
    }

    /// Recommendations for every customer, off the event loop.
    #[napi(ts_args_type = "n?: number", ts_return_type = "Promise<AllRecommendations>", catch_unwind)]
    pub fn recommend_all(&self, n: Option<Unknown<'_>>) -> AsyncTask<Work<Slots>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let n = how_many(n)?;
            Ok(move || model.recommend_all(n).map(|found| slots(&model, &found)))
        })
    }

    /// The number of customers of whom only the latest items counted.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn customers_cut(&self) -> f64 {
        self.model.customers_cut() as f64
    }

    /// The number of orders that did not count because they have no customer.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn anonymous_orders(&self) -> f64 {
        self.model.anonymous_orders() as f64
    }
}

model::persistent!(ItemSimilarity, kosar::similarity::ItemSimilarity, "Promise<ItemSimilarity>");

/// For whom, or from what.
pub(crate) enum Query {
    Customer(Id),
    Items(Vec<Id>),
}

impl Query {
    pub(crate) fn read(value: Unknown<'_>) -> Outcome<Self> {
        let mut query = Options::new("query", Some(value))?;
        let customer = query.value("customer")?.map(|value| id("customer", value)).transpose()?;
        let items = query.value("items")?.map(|value| ids("items", "item", value)).transpose()?;
        query.finish()?;
        match (customer, items) {
            (Some(customer), None) => Ok(Self::Customer(customer)),
            (None, Some(items)) => Ok(Self::Items(items)),
            _ => {
                let message = "query must have either customer or items".to_owned();
                Err(of_kind(kosar::ErrorKind::Param, message))
            }
        }
    }
}

fn params(options: Option<Unknown<'_>>) -> Outcome<ItemSimilarityParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::similarity::ItemSimilarity::params();
    if let Some(measure) = options.text("measure")? {
        params = params.measure(Measure::parse(&measure).map_err(failure)?);
    }
    if let Some(neighbors) = options.count("neighbors", 1)? {
        params = params.neighbors(neighbors);
    }
    if let Some(unit) = options.text("unit")? {
        params = params.unit(Unit::parse(&unit).map_err(failure)?);
    }
    if let Some(max_history) = options.count_or_null("maxHistory", 1)? {
        params = params.max_history(max_history);
    }
    options.finish()?;
    Ok(params)
}

#[allow(clippy::cast_precision_loss, reason = "slots are far below 2^53")]
fn slots(model: &kosar::similarity::ItemSimilarity, found: &AllRecommendations) -> Slots {
    let codes = found.items().iter().map(|slot| slot.map_or(u32::MAX, kosar::ItemIx::as_u32));
    Slots {
        customers: model.customers().iter().collect(),
        n: found.n() as f64,
        vocabulary: model.items().iter().collect(),
        codes: codes.collect::<Vec<_>>().into(),
        scores: found.scores().to_vec().into(),
    }
}
