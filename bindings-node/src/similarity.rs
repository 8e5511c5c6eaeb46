//! Items that resemble each other.

use std::sync::Arc;

use kosar::Id;
use kosar::data::Vocabulary;
use kosar::similarity::{
    AllRecommendations, Contribution, ItemSimilarityParams, Measure, RecommendOptions, Side, Strength, Unit,
    Weighting,
};
use napi::bindgen_prelude::{AsyncTask, Env, Float64Array, Result, Uint32Array, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, PackedIds, count, how_many, id, ids, js_id};
use crate::error::{Outcome, failure, of_kind};
use crate::evaluate::Shared;
use crate::matrix::Data;
use crate::model;
use crate::options::{Options, set};
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
    pub(crate) fn shared(&self) -> Shared {
        self.core()
    }

    /// The model itself.
    pub(crate) fn core(&self) -> Arc<kosar::similarity::ItemSimilarity> {
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
    /// Fits on a log, or on a matrix of users and items, who are called by their positions. By default: cosine, 100 neighbours
    /// an item, counted by customer, the latest 1,000 items of each.
    #[napi(
        ts_args_type = "data: OrderLog | SparseMatrix, options?: ItemSimilarityOptions",
        ts_return_type = "Promise<ItemSimilarity>",
        catch_unwind
    )]
    pub fn fit(
        data: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<ItemSimilarity>> {
        let control = control(cancel);
        background(|| {
            let (data, params) = (Data::read(data)?, params(options)?);
            Ok(move || data.fit(&params, &control).map(Self::from))
        })
    }

    /// Computes off the event loop what `similar` beyond the kept lists and `similarCustomers` need of the histories. Without it
    /// the first such request computes it on the event loop: a pass over the histories.
    #[napi(ts_args_type = "", ts_return_type = "Promise<void>", catch_unwind)]
    pub fn prepare(&self) -> AsyncTask<Work<()>> {
        let model = Arc::clone(&self.model);
        background(|| Ok(move || model.prepare()))
    }

    /// The items most similar to one, best first. What the lists do not hold is computed from the histories.
    #[napi(
        ts_args_type = "item: Id, n?: number, options?: FilterOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn similar<'env>(
        &self,
        env: &'env Env,
        item: Unknown<'env>,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (item, n, options) = (id("item", item)?, how_many(n)?, filter(options)?);
        answer(env, &self.model.similar_with(&item, n, &options).map_err(failure)?)
    }

    /// The items that resemble most what a customer owns, or the given items; those are left out.
    #[napi(
        ts_args_type = "query: { customer: Id } | { items: Id[] }, n?: number, options?: SimilarityRecommendOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        query: Unknown<'env>,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (query, n, options) = (Query::read(query)?, how_many(n)?, recommend_options(options)?);
        let found = match &query {
            Query::Customer(customer) => self.model.recommend_for_customer_with(customer, n, &options),
            Query::Items(items) => self.model.recommend_for_items_with(items, n, &options),
        };
        answer(env, &found.map_err(failure)?)
    }

    /// What each owned item, or each of the given ones, adds to the score of an item, the greatest first.
    #[napi(
        ts_args_type = "item: Id, query: { customer: Id } | { items: Id[] }",
        ts_return_type = "Contribution[]",
        catch_unwind
    )]
    pub fn explain(&self, item: Unknown<'_>, query: Unknown<'_>) -> Result<Vec<Part>, String> {
        let (item, query) = (id("item", item)?, Query::read(query)?);
        let found = match &query {
            Query::Customer(customer) => self.model.explain_for_customer(customer, &item),
            Query::Items(items) => self.model.explain_for_items(items, &item),
        };
        Ok(found.map_err(failure)?.into_iter().map(Part::from).collect())
    }

    /// The customers whose items are most like those of one, best first.
    #[napi(ts_args_type = "customer: Id, n?: number", ts_return_type = "SimilarCustomer[]", catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn similar_customers(
        &self,
        customer: Unknown<'_>,
        n: Option<Unknown<'_>>,
    ) -> Result<Vec<Other>, String> {
        let (customer, n) = (id("customer", customer)?, how_many(n)?);
        let found = self.model.similar_customers(&customer, n).map_err(failure)?.into_iter();
        let other = |one: kosar::similarity::SimilarCustomer| Other {
            customer: js_id(one.customer.as_ref()),
            similarity: one.similarity,
            count: one.count as f64,
        };
        Ok(found.map(other).collect())
    }

    /// Recommendations for every customer, off the event loop.
    #[napi(
        ts_args_type = "n?: number, options?: SimilarityRecommendOptions",
        ts_return_type = "Promise<AllRecommendations>",
        catch_unwind
    )]
    pub fn recommend_all(
        &self,
        n: Option<Unknown<'_>>,
        options: Option<Unknown<'_>>,
    ) -> AsyncTask<Work<Slots>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let (n, options) = (how_many(n)?, recommend_options(options)?);
            Ok(move || {
                let found = model.recommend_all_with(n, &options)?;
                Ok(slots(&model.customers(), model.items(), &found))
            })
        })
    }

    /// Recommendations for the customers from one position to another; `index.js` makes batches of it. Only what begins with the
    /// first customer says what the items are called.
    #[napi(skip_typescript, catch_unwind)]
    pub fn recommend_range(
        &self,
        start: Unknown<'_>,
        size: Unknown<'_>,
        n: Option<Unknown<'_>>,
        options: Option<Unknown<'_>>,
    ) -> AsyncTask<Work<Slots>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let (start, size) = (count("start", start, 0)?, count("batchSize", size, 1)?);
            let (n, options) = (how_many(n)?, recommend_options(options)?);
            Ok(move || {
                let all = model.n_customers()?;
                let range = start.min(all)..start.saturating_add(size).min(all);
                let found = model.recommend_range(range.clone(), n, &options)?;
                let customers = model.customers();
                let (nobody, nothing) =
                    (Vocabulary::empty(customers.kind()), Vocabulary::empty(customers.kind()));
                let items = if start == 0 { model.items() } else { &nothing };
                let slots = slots(&nobody, items, &found);
                Ok(Slots { customers: range.map(|customer| customers.get(customer)).collect(), ..slots })
            })
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

model::updatable!(ItemSimilarity, "Promise<ItemSimilarity>");
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

/// What an item adds to a score.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct Part {
    pub item: JsId,
    pub similarity: f64,
    pub count: f64,
}

impl From<Contribution> for Part {
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    fn from(one: Contribution) -> Self {
        Self { item: js_id(one.from.as_ref()), similarity: one.similarity, count: one.count as f64 }
    }
}

/// A customer that resembles another.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct Other {
    pub customer: JsId,
    pub similarity: f64,
    pub count: f64,
}

fn params(options: Option<Unknown<'_>>) -> Outcome<ItemSimilarityParams> {
    type Params = ItemSimilarityParams;
    let mut options = Options::of_fit(options)?;
    let params = kosar::similarity::ItemSimilarity::params();
    let params = set(params, options.choice("measure", Measure::parse)?, Params::measure);
    let params = set(params, options.count("neighbors", 1)?, Params::neighbors);
    let params = set(params, options.choice("side", Side::parse)?, Params::side);
    let params = set(params, options.choice("unit", Unit::parse)?, Params::unit);
    let params = set(params, options.choice("strength", Strength::parse)?, Params::strength);
    let (k1, b) = (options.number("k1")?.unwrap_or(1.2), options.number("b")?.unwrap_or(0.75));
    let weighting = options.choice("weighting", |word| Weighting::parse(word, k1, b))?;
    let plain = || Weighting::parse("plain", k1, b).map_err(failure);
    let params = params.weighting(weighting.map_or_else(plain, Ok)?);
    let params = set(params, options.number("userExponent")?, Params::user_exponent);
    let params = set(params, options.number("shrinkage")?, Params::shrinkage);
    let params = set(params, options.number("asymmetry")?, Params::asymmetry);
    let params = set(params, options.number("popularityDamping")?, Params::popularity_damping);
    let params = set(params, options.number_or_null("halfLifeDays")?, Params::half_life_days);
    let params = set(params, options.number_or_null("pairHalfLifeDays")?, Params::pair_half_life_days);
    let params = set(params, options.time("asOf")?.map(Some), Params::as_of);
    let params = set(params, options.count("minCustomers", 1)?, Params::min_customers);
    let params = set(params, options.count_or_null("maxHistory", 1)?, Params::max_history);
    options.finish()?;
    Ok(params)
}

fn filtered(options: &mut Options<'_>) -> Outcome<RecommendOptions> {
    let made = RecommendOptions::new();
    let made = set(made, options.items("only")?.map(Some), RecommendOptions::only);
    let made = set(made, options.items("exclude")?, RecommendOptions::exclude);
    Ok(set(made, options.number_or_null("minScore")?, RecommendOptions::min_score))
}

fn filter(options: Option<Unknown<'_>>) -> Outcome<RecommendOptions> {
    let mut options = Options::new("options", options)?;
    let made = filtered(&mut options)?;
    options.finish()?;
    Ok(made)
}

fn recommend_options(options: Option<Unknown<'_>>) -> Outcome<RecommendOptions> {
    let mut options = Options::new("options", options)?;
    let made = filtered(&mut options)?;
    let made = set(made, options.items("dislikes")?, RecommendOptions::dislikes);
    let made = set(made, options.number("returnedWeight")?, RecommendOptions::returned_weight);
    let made = set(made, options.flag("keepOwned")?, RecommendOptions::keep_owned);
    options.finish()?;
    Ok(made)
}

/// Recommendations for all customers, for JavaScript.
#[allow(clippy::cast_precision_loss, reason = "slots are far below 2^53")]
pub(crate) fn slots(customers: &Vocabulary, items: &Vocabulary, found: &AllRecommendations) -> Slots {
    let codes = found.items().iter().map(|slot| slot.map_or(u32::MAX, kosar::ItemIx::as_u32));
    Slots {
        customers: customers.iter().collect(),
        n: found.n() as f64,
        vocabulary: items.iter().collect(),
        codes: codes.collect::<Vec<_>>().into(),
        scores: found.scores().to_vec().into(),
    }
}
