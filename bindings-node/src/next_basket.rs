//! What a customer puts into the next basket.

use std::sync::Arc;

use kosar::next_basket::{NextBasket as Core, NextBasketOptions, NextBasketParams, Novelty, Personal};
use kosar::{Fit, Id};
use napi::bindgen_prelude::{AsyncTask, Env, Float64Array, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, how_many, id, id_lists};
use crate::error::{Outcome, failure, of_kind};
use crate::evaluate::Shared;
use crate::event_log::all;
use crate::model;
use crate::options::{Options, item_filter, set};
use crate::recommendation::{Answer, answer};
use crate::similarity::{Slots, slots};
use crate::work::{Cancel, Work, background, control};

/// The next basket of a customer: what they buy again, what the customers most like them buy, and what everybody buys.
#[napi]
pub struct NextBasket {
    model: Arc<Core>,
}

impl From<Core> for NextBasket {
    fn from(model: Core) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl NextBasket {
    pub(crate) fn shared(&self) -> Shared {
        Arc::<Core>::clone(&self.model)
    }
}

#[napi]
impl NextBasket {
    /// Fits on the baskets of customers, in the order of their times; in a log without times in the order of the order ids.
    #[napi(
        ts_args_type = "log: OrderLog, options?: NextBasketOptions",
        ts_return_type = "Promise<NextBasket>",
        catch_unwind
    )]
    pub fn fit(
        log: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<NextBasket>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (crate::convert::log(log)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The `n` likeliest items, 10 by default, of the next basket of a customer; or of someone whom the model need not know,
    /// by their baskets, the earliest first. Each reason tells whether the item was bought before or is new.
    #[napi(
        ts_args_type = "query: { customer: Id } | { baskets: Id[][] }, n?: number, options?: NextBasketRecommendOptions",
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
        let (query, n, options) = (Query::read(query)?, how_many(n)?, asked(options)?);
        let found = match &query {
            Query::Customer(customer) => self.model.recommend_for_customer_with(customer, n, &options),
            Query::Baskets(baskets) => self.model.recommend_for_baskets(baskets, n, &options),
        };
        answer(env, &found.map_err(failure)?)
    }

    /// The next basket of every customer, off the event loop.
    #[napi(
        ts_args_type = "n?: number, options?: NextBasketRecommendOptions",
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
            let (n, options) = (how_many(n)?, asked(options)?);
            Ok(move || {
                let found = model.recommend_all_with(n, &options)?;
                Ok(slots(&model.customers(), model.items(), &found))
            })
        })
    }

    /// The ids of the items, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        all(self.model.items())
    }

    /// The ids of the customers, sorted; none where the model knows none.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        all(&self.model.customers())
    }

    /// The number of baskets with each item, in the order of `items`.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn counts(&self) -> Float64Array {
        self.model.counts().iter().map(|&count| count as f64).collect::<Vec<_>>().into()
    }

    /// How probably each item is bought again in a basket after the first one that holds it, over all customers, in the order
    /// of `items`.
    #[napi(getter, catch_unwind)]
    pub fn repurchase_probabilities(&self) -> Float64Array {
        self.model.repurchase_probabilities().to_vec().into()
    }

    /// The number of all baskets, those without a customer too.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
    }
}

model::persistent!(NextBasket, kosar::next_basket::NextBasket, "Promise<NextBasket>");

enum Query {
    Customer(Id),
    Baskets(Vec<Vec<Id>>),
}

impl Query {
    fn read(value: Unknown<'_>) -> Outcome<Self> {
        let mut query = Options::new("query", Some(value))?;
        let customer = query.value("customer")?.map(|value| id("customer", value)).transpose()?;
        let baskets = query.value("baskets")?.map(|value| id_lists("baskets", "item", value)).transpose()?;
        query.finish()?;
        match (customer, baskets) {
            (Some(customer), None) => Ok(Self::Customer(customer)),
            (None, Some(baskets)) => Ok(Self::Baskets(baskets)),
            _ => {
                let message = "query must have either customer or baskets".to_owned();
                Err(of_kind(kosar::ErrorKind::Param, message))
            }
        }
    }
}

fn params(options: Option<Unknown<'_>>) -> Outcome<NextBasketParams> {
    type Params = NextBasketParams;
    let mut options = Options::of_fit(options)?;
    let made = options.choice("preset", Params::preset)?.unwrap_or_default();
    let made = set(made, options.choice("personal", Personal::parse)?, Params::personal);
    let made = set(made, options.number("repeatDecay")?, Params::repeat_decay);
    let made = set(made, options.number("customerPrior")?, Params::customer_prior);
    let made = set(made, options.number("itemPrior")?, Params::item_prior);
    let made = set(made, options.count_or_null("groupSize", 1)?, Params::group_size);
    let made = set(made, options.number("withinDecay")?, Params::within_decay);
    let made = set(made, options.number("groupDecay")?, Params::group_decay);
    let made = set(made, options.count("neighbors", 1)?, Params::neighbors);
    let made = set(made, options.number("personalWeight")?, Params::personal_weight);
    let made = set(made, options.number("neighborsWeight")?, Params::neighbors_weight);
    let made = set(made, options.number("popularityWeight")?, Params::popularity_weight);
    options.finish()?;
    Ok(made)
}

fn asked(options: Option<Unknown<'_>>) -> Outcome<NextBasketOptions> {
    let mut options = Options::new("options", options)?;
    let novelty = options.choice("novelty", Novelty::parse)?;
    let filter = item_filter(&mut options)?;
    options.finish()?;
    Ok(NextBasketOptions::new().novelty(novelty).filter(filter))
}
