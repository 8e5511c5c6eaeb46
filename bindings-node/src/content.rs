//! Similarity by content, and its blend with similarity by customers.

use std::sync::Arc;

use kosar::Fit;
use kosar::content::{ContentSimilarityParams, Facet};
use kosar::hybrid::{HybridSimilarityParams, Sources};
use kosar::rank::ItemFilter;
use napi::bindgen_prelude::{AsyncTask, ClassInstance, Env, FromNapiValue, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, count, element, how_many, id, js_id, log};
use crate::error::{Outcome, failure, refused};
use crate::model;
use crate::options::{Options, item_filter, set};
use crate::recommendation::{Answer, answer};
use crate::similarity::{ItemSimilarity, Query};
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// Items that resemble each other by what the catalogue says of them, from the day of their launch: category, brand, tags,
/// attributes, words, price.
#[napi]
pub struct ContentSimilarity {
    model: Arc<kosar::content::ContentSimilarity>,
}

impl From<kosar::content::ContentSimilarity> for ContentSimilarity {
    fn from(model: kosar::content::ContentSimilarity) -> Self {
        Self { model: Arc::new(model) }
    }
}

#[napi]
impl ContentSimilarity {
    /// Weighs what a catalogue says of its items.
    #[napi(
        ts_args_type = "catalog: Catalog, options?: ContentSimilarityOptions",
        ts_return_type = "Promise<ContentSimilarity>",
        catch_unwind
    )]
    pub fn fit(
        catalog_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<ContentSimilarity>> {
        let control = control(cancel);
        background(|| {
            let (catalog, params) = (catalog(catalog_)?, content_params(options)?);
            Ok(move || params.fit_with(&*catalog, &control).map(Self::from))
        })
    }

    /// The similarity of two items, from 0 to 1.
    #[napi(ts_args_type = "a: Id, b: Id", catch_unwind)]
    pub fn similarity(&self, a: Unknown<'_>, b: Unknown<'_>) -> Result<f64, String> {
        let (a, b) = (id("item", a)?, id("item", b)?);
        self.model.similarity(&a, &b).map_err(failure)
    }

    /// The items most similar to one, best first.
    #[napi(
        ts_args_type = "item: Id, n?: number, filter?: Filter",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn similar<'env>(
        &self,
        env: &'env Env,
        item: Unknown<'env>,
        n: Option<Unknown<'env>>,
        filter: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (item, n, filter) = (id("item", item)?, how_many(n)?, self::filter(filter)?);
        answer(env, &self.model.recommend_for_items_among([&item], n, &filter).map_err(failure)?)
    }

    /// The items most similar to all of the given ones together; those are left out.
    #[napi(
        ts_args_type = "query: { items: Id[] }, n?: number, filter?: Filter",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        query: Unknown<'env>,
        n: Option<Unknown<'env>>,
        filter: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (items, n, filter) = (items(query)?, how_many(n)?, self::filter(filter)?);
        answer(env, &self.model.recommend_for_items_among(&items, n, &filter).map_err(failure)?)
    }

    /// The items, by id.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        self.model.items().iter().map(js_id).collect()
    }

    /// The number of features that two items can share.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_features(&self) -> f64 {
        self.model.n_features() as f64
    }
}

model::persistent!(ContentSimilarity, kosar::content::ContentSimilarity, "Promise<ContentSimilarity>");

/// Items that resemble each other by who bought them where many did, and by what they are where few did.
#[napi]
pub struct HybridSimilarity {
    model: Arc<kosar::hybrid::HybridSimilarity>,
}

impl From<kosar::hybrid::HybridSimilarity> for HybridSimilarity {
    fn from(model: kosar::hybrid::HybridSimilarity) -> Self {
        Self { model: Arc::new(model) }
    }
}

#[napi]
impl HybridSimilarity {
    /// Blends two fitted models; the log tells who owns what and how many bought each item.
    #[napi(
        ts_args_type = "sources: HybridSources, options?: HybridSimilarityOptions",
        ts_return_type = "Promise<HybridSimilarity>",
        catch_unwind
    )]
    pub fn fit(
        sources: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<HybridSimilarity>> {
        let control = control(cancel);
        background(|| {
            let (given, params) = (Given::read(sources)?, hybrid_params(options)?);
            Ok(move || {
                let Given { log, collaborative, content } = &given;
                params.fit_with(&Sources { log, collaborative, content }, &control).map(Self::from)
            })
        })
    }

    /// The items most similar to one, best first.
    #[napi(
        ts_args_type = "item: Id, n?: number, filter?: Filter",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn similar<'env>(
        &self,
        env: &'env Env,
        item: Unknown<'env>,
        n: Option<Unknown<'env>>,
        filter: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (item, n, filter) = (id("item", item)?, how_many(n)?, self::filter(filter)?);
        answer(env, &self.model.recommend_for_items_among([&item], n, &filter).map_err(failure)?)
    }

    /// The items that resemble most what a customer owns, or the given items; those are left out.
    #[napi(
        ts_args_type = "query: { customer: Id } | { items: Id[] }, n?: number, filter?: Filter",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        query: Unknown<'env>,
        n: Option<Unknown<'env>>,
        filter: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (query, n, filter) = (Query::read(query)?, how_many(n)?, self::filter(filter)?);
        let found = match &query {
            Query::Customer(customer) => self.model.recommend_for_customer_among(customer, n, &filter),
            Query::Items(items) => self.model.recommend_for_items_among(items, n, &filter),
        };
        answer(env, &found.map_err(failure)?)
    }

    /// The items of log and catalogue, by id.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        self.model.items().iter().map(js_id).collect()
    }

    /// The number of customers of an item; 0 for one that only the catalogue has.
    #[napi(ts_args_type = "item: Id", catch_unwind)]
    pub fn evidence(&self, item: Unknown<'_>) -> Result<u32, String> {
        let item = id("item", item)?;
        self.model.evidence(&item).map_err(failure)
    }

    /// What the similarity by content was multiplied with.
    #[napi(getter, catch_unwind)]
    pub fn content_weight(&self) -> f64 {
        self.model.content_weight()
    }
}

model::persistent!(HybridSimilarity, kosar::hybrid::HybridSimilarity, "Promise<HybridSimilarity>");

/// What a hybrid similarity is fitted on.
struct Given {
    log: Arc<kosar::OrderLog>,
    collaborative: Arc<kosar::similarity::ItemSimilarity>,
    content: Arc<kosar::content::ContentSimilarity>,
}

impl Given {
    fn read(value: Unknown<'_>) -> Outcome<Self> {
        let mut sources = Options::new("sources", Some(value))?;
        let missing = |name: &str| refused(name, "given among the sources", value);
        let log_ = sources.value("log")?.ok_or_else(|| missing("log"))?;
        let collaborative = sources.value("collaborative")?.ok_or_else(|| missing("collaborative"))?;
        let content = sources.value("content")?.ok_or_else(|| missing("content"))?;
        sources.finish()?;
        let bought = ClassInstance::<'_, ItemSimilarity>::from_unknown(collaborative);
        let alike = ClassInstance::<'_, ContentSimilarity>::from_unknown(content);
        Ok(Self {
            log: log(log_)?,
            collaborative: bought
                .map(|model| model.core())
                .map_err(|_| refused("collaborative", "an ItemSimilarity", collaborative))?,
            content: alike
                .map(|instance| Arc::clone(&instance.model))
                .map_err(|_| refused("content", "a ContentSimilarity", content))?,
        })
    }
}

fn items(query: Unknown<'_>) -> Outcome<Vec<kosar::Id>> {
    let mut options = Options::new("query", Some(query))?;
    let items = options.items("items")?.ok_or_else(|| refused("items", "given in the query", query))?;
    options.finish()?;
    Ok(items)
}

fn filter(value: Option<Unknown<'_>>) -> Outcome<ItemFilter> {
    let mut options = Options::new("filter", value)?;
    let filter = item_filter(&mut options)?;
    options.finish()?;
    Ok(filter)
}

fn content_params(options: Option<Unknown<'_>>) -> Outcome<ContentSimilarityParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::content::ContentSimilarity::params();
    for facet in Facet::ALL {
        params = set(params, options.number(facet.name())?, |params, weight| params.weight(facet, weight));
    }
    if let Some(value) = options.value("ngrams")? {
        params = params.ngrams(Some(ngrams(value)?));
    }
    params = set(params, options.number("priceRatio")?, ContentSimilarityParams::price_ratio);
    params = set(params, options.number("maxDf")?, ContentSimilarityParams::max_df);
    options.finish()?;
    Ok(params)
}

fn ngrams(value: Unknown<'_>) -> Outcome<(usize, usize)> {
    let pair = array("ngrams", value)?;
    if pair.len() != 2 {
        return Err(refused("ngrams", "an array of two whole numbers", value));
    }
    Ok((count("ngrams", element(&pair, 0)?, 1)?, count("ngrams", element(&pair, 1)?, 1)?))
}

fn hybrid_params(options: Option<Unknown<'_>>) -> Outcome<HybridSimilarityParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::hybrid::HybridSimilarity::params();
    params = set(params, options.number("evidence")?, HybridSimilarityParams::evidence);
    params = set(params, options.number_or_null("contentWeight")?, HybridSimilarityParams::content_weight);
    params = set(params, options.count("neighbors", 1)?, HybridSimilarityParams::neighbors);
    options.finish()?;
    Ok(params)
}
