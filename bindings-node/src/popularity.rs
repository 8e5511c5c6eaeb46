//! What sells.

use std::sync::Arc;

use kosar::Fit;
use kosar::popularity::PopularityParams;
use kosar::rank::ItemFilter;
use napi::bindgen_prelude::{AsyncTask, Date, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{how_many, id, js_date, log};
use crate::error::{Outcome, failure};
use crate::evaluate::Shared;
use crate::model;
use crate::options::{Options, item_filter};
use crate::recommendation::{Answer, answer};
use crate::similarity::{Slots, slots};
use crate::work::{Cancel, Work, background, control};

/// Items by how many customers bought them: the baseline that every other model must beat. An order without a customer
/// counts as one customer.
#[napi]
pub struct Popularity {
    model: Arc<kosar::popularity::Popularity>,
}

impl From<kosar::popularity::Popularity> for Popularity {
    fn from(model: kosar::popularity::Popularity) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl Popularity {
    pub(crate) fn shared(&self) -> Shared {
        Arc::<kosar::popularity::Popularity>::clone(&self.model)
    }
}

#[napi]
impl Popularity {
    /// Fits on a log. By default every customer of an item counts one, and every purchase counts.
    #[napi(
        ts_args_type = "log: OrderLog, options?: PopularityOptions",
        ts_return_type = "Promise<Popularity>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Popularity>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (log(log_)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The `n` items, 10 by default, that most customers bought, best first.
    #[napi(
        ts_args_type = "n?: number, options?: PopularItemsOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (n, filter) = (how_many(n)?, filter(options)?);
        answer(env, &self.model.recommend_with(n, &filter).map_err(failure)?)
    }

    /// The `n` items, 10 by default, that most customers bought and this one does not have.
    #[napi(ts_args_type = "customer: Id, n?: number", ts_return_type = "Recommendation[]", catch_unwind)]
    pub fn recommend_for_customer<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        n: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (customer, n) = (id("customer", customer)?, how_many(n)?);
        answer(env, &self.model.recommend_for_customer(&customer, n).map_err(failure)?)
    }

    /// Recommendations for every customer, off the event loop.
    #[napi(ts_args_type = "n?: number", ts_return_type = "Promise<AllRecommendations>", catch_unwind)]
    pub fn recommend_all(&self, n: Option<Unknown<'_>>) -> AsyncTask<Work<Slots>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let n = how_many(n)?;
            let all =
                move || model.recommend_all(n).map(|found| slots(&model.customers(), model.items(), &found));
            Ok(all)
        })
    }

    /// The instant at which age was taken; `null` for a log without times.
    #[napi(getter, ts_return_type = "Date | null", catch_unwind)]
    pub fn as_of<'env>(&self, env: &'env Env) -> Result<Option<Date<'env>>, String> {
        self.model.as_of().map(|time| js_date(env, time)).transpose()
    }
}

model::persistent!(Popularity, kosar::popularity::Popularity, "Promise<Popularity>");

fn params(options: Option<Unknown<'_>>) -> Outcome<PopularityParams> {
    let mut options = Options::of_fit(options)?;
    let params = kosar::popularity::Popularity::params()
        .half_life_days(options.number("halfLifeDays")?)
        .as_of(options.time("asOf")?);
    options.finish()?;
    Ok(params)
}

fn filter(options: Option<Unknown<'_>>) -> Outcome<ItemFilter> {
    let mut options = Options::new("options", options)?;
    let filter = item_filter(&mut options)?;
    options.finish()?;
    Ok(filter)
}
