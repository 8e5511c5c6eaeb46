//! Complements and substitutes.

use std::sync::Arc;

use kosar::rank::ItemFilter;
use kosar::relation::{ItemRelationsParams, Relation};
use kosar::{Fit, Id};
use napi::bindgen_prelude::{AsyncTask, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, how_many, id, js_id, log};
use crate::error::{Outcome, failure, refused};
use crate::model;
use crate::options::{Options, item_filter, set};
use crate::recommendation::{Answer, answer};
use crate::similarity::Query;
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// What items are to each other: complements, which go together, or substitutes, of which one stands in for the other.
#[napi]
pub struct ItemRelations {
    model: Arc<kosar::relation::ItemRelations>,
}

impl From<kosar::relation::ItemRelations> for ItemRelations {
    fn from(model: kosar::relation::ItemRelations) -> Self {
        Self { model: Arc::new(model) }
    }
}

/// What two items are to each other, with the counts that say so.
#[napi(object, object_from_js = false)]
pub struct PairRelation {
    /// `'unclear'` where one of them is in too few baskets.
    #[napi(ts_type = "'complement' | 'substitute' | 'neither' | 'unclear'")]
    pub relation: String,
    /// The baskets with the first item.
    pub orders_a: f64,
    /// The baskets with the second item.
    pub orders_b: f64,
    /// The baskets with both.
    pub together: f64,
    /// The baskets that would have both by chance.
    pub expected: f64,
    /// `(together + shrinkage) / (expected + shrinkage)`: 1 as by chance.
    pub lift: f64,
    /// How alike what stands beside them in baskets is, from 0 to 1.
    pub context: f64,
    /// The customers who bought both and never in one order, within the window.
    pub apart: f64,
    /// Those of them who bought each at least twice.
    pub instead: f64,
    /// All of it in words.
    pub sentence: String,
}

/// An item, and what it is to the one asked about.
#[napi(object, object_from_js = false)]
pub struct RelatedItem {
    #[napi(ts_type = "Id")]
    pub item: JsId,
    pub pair: PairRelation,
}

#[allow(clippy::cast_precision_loss, reason = "numbers of baskets are far below 2^53")]
impl From<&kosar::relation::PairRelation> for PairRelation {
    fn from(pair: &kosar::relation::PairRelation) -> Self {
        Self {
            relation: pair.relation.name().to_owned(),
            orders_a: pair.orders_a as f64,
            orders_b: pair.orders_b as f64,
            together: pair.together as f64,
            expected: pair.expected,
            lift: pair.lift,
            context: pair.context,
            apart: pair.apart as f64,
            instead: pair.instead as f64,
            sentence: pair.to_string(),
        }
    }
}

#[napi]
impl ItemRelations {
    /// Judges the pairs of a log; with a catalogue only items of one category are substitutes.
    #[napi(
        ts_args_type = "log: OrderLog, options?: ItemRelationsOptions",
        ts_return_type = "Promise<ItemRelations>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<ItemRelations>> {
        let control = control(cancel);
        background(|| {
            let (log, (params, catalog)) = (log(log_)?, params(options)?);
            Ok(move || match catalog {
                Some(catalog) => params.fit_with(&(&*log, &*catalog), &control).map(Self::from),
                None => params.fit_with(&*log, &control).map(Self::from),
            })
        })
    }

    /// What two items are to each other.
    #[napi(ts_args_type = "a: Id, b: Id", catch_unwind)]
    pub fn relation(&self, a: Unknown<'_>, b: Unknown<'_>) -> Result<PairRelation, String> {
        let (a, b) = (id("item", a)?, id("item", b)?);
        self.model.relation(&a, &b).map(|pair| (&pair).into()).map_err(failure)
    }

    /// What the items of each of many pairs are to each other, off the event loop.
    #[napi(ts_args_type = "pairs: [Id, Id][]", ts_return_type = "Promise<PairRelation[]>", catch_unwind)]
    pub fn label(&self, pairs: Unknown<'_>) -> AsyncTask<Work<Vec<PairRelation>>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let pairs = self::pairs(pairs)?;
            Ok(move || {
                let found = model.label(pairs.iter().map(|(a, b)| (a, b)))?;
                Ok(found.iter().map(PairRelation::from).collect())
            })
        })
    }

    /// The items that go with one, the highest lift first.
    #[napi(ts_args_type = "item: Id, n?: number", catch_unwind)]
    pub fn complements(&self, item: Unknown<'_>, n: Option<Unknown<'_>>) -> Result<Vec<RelatedItem>, String> {
        let (item, n) = (id("item", item)?, how_many(n)?);
        self.model.complements(&item, n).map(related).map_err(failure)
    }

    /// The items that stand in for one, the nearest context first.
    #[napi(ts_args_type = "item: Id, n?: number", catch_unwind)]
    pub fn substitutes(&self, item: Unknown<'_>, n: Option<Unknown<'_>>) -> Result<Vec<RelatedItem>, String> {
        let (item, n) = (id("item", item)?, how_many(n)?);
        self.model.substitutes(&item, n).map(related).map_err(failure)
    }

    /// Recommends what goes with the items that a customer owns, or with the given ones, or what stands in for them; those are
    /// left out. Whoever bought a sofa is offered the armchair that goes with it, not another sofa.
    #[napi(
        ts_args_type = "query: { customer: Id } | { items: Id[] }, n?: number, options?: RelatedOptions",
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
        let (query, n, (relation, filter)) = (Query::read(query)?, how_many(n)?, asked(options)?);
        let found = match &query {
            Query::Customer(customer) => {
                self.model.recommend_for_customer_among(customer, relation, n, &filter)
            }
            Query::Items(items) => self.model.recommend_for_items_among(items, relation, n, &filter),
        };
        answer(env, &found.map_err(failure)?)
    }

    /// The customers, by id; none where the model knows none.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        self.model.customers().iter().map(js_id).collect()
    }

    /// The items, by id.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        self.model.items().iter().map(js_id).collect()
    }

    /// The number of baskets.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
    }
}

model::persistent!(ItemRelations, kosar::relation::ItemRelations, "Promise<ItemRelations>");

fn related(found: Vec<(Id, kosar::relation::PairRelation)>) -> Vec<RelatedItem> {
    let one = |(id, pair): (Id, kosar::relation::PairRelation)| RelatedItem {
        item: js_id(id.as_ref()),
        pair: (&pair).into(),
    };
    found.into_iter().map(one).collect()
}

fn pairs(value: Unknown<'_>) -> Outcome<Vec<(Id, Id)>> {
    let all = array("pairs", value)?;
    let pair = |at| {
        let pair = array("a pair", element(&all, at)?)?;
        if pair.len() != 2 {
            return Err(refused("a pair", "an array of two items", element(&all, at)?));
        }
        Ok((id("item", element(&pair, 0)?)?, id("item", element(&pair, 1)?)?))
    };
    (0..all.len()).map(pair).collect()
}

/// What is wanted, complements by default, and which items may be answered.
fn asked(options: Option<Unknown<'_>>) -> Outcome<(Relation, ItemFilter)> {
    let mut options = Options::new("options", options)?;
    let relation = options.choice("relation", Relation::parse)?.unwrap_or(Relation::Complement);
    let filter = item_filter(&mut options)?;
    options.finish()?;
    Ok((relation, filter))
}

fn params(options: Option<Unknown<'_>>) -> Outcome<(ItemRelationsParams, Option<Arc<kosar::data::Catalog>>)> {
    type Params = ItemRelationsParams;
    let mut options = Options::of_fit(options)?;
    let catalog = options.value("catalog")?.map(catalog).transpose()?;
    let mut params = kosar::relation::ItemRelations::params();
    params = set(params, options.count("minOrders", 1)?, Params::min_orders);
    params = set(params, options.count("minTogether", 1)?, Params::min_together);
    params = set(params, options.count("minApart", 0)?, Params::min_apart);
    params = set(params, options.number("minLift")?, Params::min_lift);
    params = set(params, options.number("maxLift")?, Params::max_lift);
    params = set(params, options.number("minContext")?, Params::min_context);
    params = set(params, options.number("shrinkage")?, Params::shrinkage);
    params = set(params, options.number_or_null("windowDays")?, Params::window_days);
    params = set(params, options.count("profile", 1)?, Params::profile);
    params = set(params, options.count("neighbors", 1)?, Params::neighbors);
    options.finish()?;
    Ok((params, catalog))
}
