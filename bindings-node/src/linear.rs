//! Linear models of the whole matrix: two classes that are asked alike.

use std::sync::Arc;

use kosar::linear::{EaseParams, GraphFilterParams, ItemChoice, RecommendOptions, Unit};
use napi::bindgen_prelude::{AsyncTask, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{how_many, id};
use crate::error::{Outcome, failure};
use crate::evaluate::Shared;
use crate::matrix::Data;
use crate::model;
use crate::options::{Options, set};
use crate::recommendation::{Answer, answer};
use crate::similarity::{Query, Slots, slots};
use crate::work::{Cancel, Work, background, control};

/// EASE: a weight for each pair of items, in closed form, and recommendations from what a customer owns.
#[napi]
pub struct Ease {
    model: Arc<kosar::linear::Ease>,
}

/// GF-CF: histories smoothed over the graph of customers and items, for catalogues too large for `Ease`.
#[napi]
pub struct GraphFilter {
    model: Arc<kosar::linear::GraphFilter>,
}

fn ease(options: Option<Unknown<'_>>) -> Outcome<EaseParams> {
    let mut options = Options::of_fit(options)?;
    let params = kosar::linear::Ease::params();
    let params = set(params, options.number("l2")?, EaseParams::l2);
    let params = set(params, options.count_or_null("neighbors", 1)?, EaseParams::neighbors);
    let params = set(params, options.choice("unit", Unit::parse)?, EaseParams::unit);
    let params = set(params, options.count_or_null("maxHistory", 1)?, EaseParams::max_history);
    let params = set(params, options.count("maxItems", 1)?, EaseParams::max_items);
    let params = set(params, options.choice("items", ItemChoice::parse)?, EaseParams::items);
    options.finish()?;
    Ok(params)
}

fn graph_filter(options: Option<Unknown<'_>>) -> Outcome<GraphFilterParams> {
    type Params = GraphFilterParams;
    let mut options = Options::of_fit(options)?;
    let params = kosar::linear::GraphFilter::params();
    let params = set(params, options.count("factors", 0)?, Params::factors);
    let params = set(params, options.number("alpha")?, Params::alpha);
    let params = set(params, options.number("userExponent")?, Params::user_exponent);
    let params = set(params, options.number("itemExponent")?, Params::item_exponent);
    let params = set(params, options.choice("unit", Unit::parse)?, Params::unit);
    let params = set(params, options.count_or_null("maxHistory", 1)?, Params::max_history);
    let params = set(params, options.count("powerIterations", 0)?, Params::power_iterations);
    let params = set(params, options.seed("seed")?, Params::seed);
    options.finish()?;
    Ok(params)
}

fn recommend_options(options: Option<Unknown<'_>>) -> Outcome<RecommendOptions> {
    let mut options = Options::new("options", options)?;
    let made = RecommendOptions::new();
    let made = set(made, options.items("only")?.map(Some), RecommendOptions::only);
    let made = set(made, options.items("exclude")?, RecommendOptions::exclude);
    let made = set(made, options.number_or_null("minScore")?, RecommendOptions::min_score);
    options.finish()?;
    Ok(made)
}

/// Gives a class what every linear model does. `Promise` is that of the class in the declarations.
macro_rules! linear_model {
    ($class:ident, $core:ty, $read:path, $args:tt, $promise:tt) => {
        impl From<$core> for $class {
            fn from(model: $core) -> Self {
                Self { model: Arc::new(model) }
            }
        }

        impl $class {
            pub(crate) fn shared(&self) -> Shared {
                Arc::<$core>::clone(&self.model)
            }
        }

        #[napi]
        impl $class {
            /// Fits on a log, or on a matrix of users and items, who are called by their positions; each entry above 0
            /// counts alike.
            #[napi(ts_args_type = $args, ts_return_type = $promise, catch_unwind)]
            pub fn fit(
                data: Unknown<'_>,
                options: Option<Unknown<'_>>,
                cancel: Option<&Cancel>,
            ) -> AsyncTask<Work<$class>> {
                let control = control(cancel);
                background(|| {
                    let (data, params) = (Data::read(data)?, $read(options)?);
                    Ok(move || data.fit(&params, &control).map(Self::from))
                })
            }

            /// The items that one speaks for most, best first; only those it speaks for at all.
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

            /// Recommends from what a customer owns, or from the given items; those are left out.
            #[napi(
                ts_args_type = "query: { customer: Id } | { items: Id[] }, n?: number, options?: FilterOptions",
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
                    Query::Customer(customer) => {
                        self.model.recommend_for_customer_with(customer, n, &options)
                    }
                    Query::Items(items) => self.model.recommend_for_items_with(items, n, &options),
                };
                answer(env, &found.map_err(failure)?)
            }

            /// Recommendations for every customer, off the event loop.
            #[napi(
                ts_args_type = "n?: number, options?: FilterOptions",
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

        model::persistent!($class, $core, $promise);
    };
}

linear_model!(
    Ease,
    kosar::linear::Ease,
    ease,
    "data: OrderLog | SparseMatrix, options?: EaseOptions",
    "Promise<Ease>"
);
linear_model!(
    GraphFilter,
    kosar::linear::GraphFilter,
    graph_filter,
    "data: OrderLog | SparseMatrix, options?: GraphFilterOptions",
    "Promise<GraphFilter>"
);

#[napi]
impl Ease {
    /// The number of items that the model does not know because others are more popular.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn items_left_out(&self) -> f64 {
        self.model.items_left_out() as f64
    }
}

#[napi]
impl GraphFilter {
    /// The singular values of the directions that pass, falling from at most 1.
    #[napi(getter, catch_unwind)]
    pub fn singular_values(&self) -> napi::bindgen_prelude::Float64Array {
        self.model.singular_values().to_vec().into()
    }
}
