//! When customers buy again.

use std::sync::Arc;

use kosar::Fit;
use kosar::replenish::{self, BuyAgainOptions, ReplenishmentParams};
use napi::bindgen_prelude::{AsyncTask, Date, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, how_many, id, js_date, js_id, log, time};
use crate::error::{Outcome, failure};
use crate::evaluate::Shared;
use crate::event_log::all;
use crate::model;
use crate::options::{Options, item_filter, set};
use crate::table::Table;
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// When each customer will buy again what they bought before: the interval of customer and item, drawn towards those of the
/// item, its category and all; the chance of a purchase within a horizon; and the chance that there is another at all.
#[napi]
pub struct Replenishment {
    model: Arc<replenish::Replenishment>,
}

impl From<replenish::Replenishment> for Replenishment {
    fn from(model: replenish::Replenishment) -> Self {
        Self { model: Arc::new(model) }
    }
}

/// When a customer will buy an item again. Days are those of UTC, given by their midnight.
#[napi(object, object_from_js = false)]
pub struct Due<'env> {
    #[napi(ts_type = "Id")]
    pub item: JsId,
    /// The day of the median interval after the last purchase; it may be past.
    pub due: Date<'env>,
    /// The day before which the share `(1 - coverage) / 2` of next purchases comes, of those that come at all.
    pub earliest: Date<'env>,
    /// The day behind which as many come.
    pub latest: Date<'env>,
    /// The chance of a purchase within the horizon, given that there was none since the last one: from 0 to 1.
    pub probability: f64,
    /// The chance that it is bought again at all, given the same: from 0 to 1.
    pub repurchase: f64,
    /// The median interval after the last purchase, in days.
    pub interval_days: f64,
    /// The day of the last purchase.
    pub last_bought: Date<'env>,
    /// On how many days it was bought.
    pub purchases: u32,
    /// Whose intervals weigh most.
    #[napi(ts_type = "'customer' | 'item' | 'category' | 'all'")]
    pub basis: String,
}

/// The usual interval of an item.
#[napi(object, object_from_js = false)]
pub struct ItemInterval {
    /// The median days until the next purchase after one of quantity 1, by a customer of whom nothing else is known.
    pub days: f64,
    /// The chance that there is one after the first purchase, from 0 to 1.
    pub repurchase: f64,
}

fn due_out<'env>(env: &'env Env, found: &replenish::Due) -> Outcome<Due<'env>> {
    Ok(Due {
        item: js_id(found.item.as_ref()),
        due: js_date(env, found.due)?,
        earliest: js_date(env, found.earliest)?,
        latest: js_date(env, found.latest)?,
        probability: found.probability,
        repurchase: found.repurchase,
        interval_days: found.interval_days,
        last_bought: js_date(env, found.last_bought)?,
        purchases: found.purchases,
        basis: found.basis.word().to_owned(),
    })
}

fn params(options: &mut Options<'_>) -> Outcome<ReplenishmentParams> {
    let params = replenish::Replenishment::params();
    let params = set(params, options.number("horizonDays")?, ReplenishmentParams::horizon_days);
    let params = set(params, options.number("coverage")?, ReplenishmentParams::coverage);
    let params = set(params, options.count("minPurchases", 1)?, ReplenishmentParams::min_purchases);
    Ok(set(params, options.flag("useQuantities")?, ReplenishmentParams::use_quantities))
}

fn asked(options: Option<Unknown<'_>>) -> Outcome<BuyAgainOptions> {
    let mut options = Options::new("options", options)?;
    let asked = BuyAgainOptions::new()
        .filter(item_filter(&mut options)?)
        .horizon_days(options.number("horizonDays")?);
    let asked = set(asked, options.number("minProbability")?, BuyAgainOptions::min_probability);
    options.finish()?;
    Ok(asked)
}

impl Replenishment {
    pub(crate) fn shared(&self) -> Shared {
        Arc::<replenish::Replenishment>::clone(&self.model)
    }
}

#[napi]
impl Replenishment {
    /// Fits on a log with customers, items and times; with a catalogue items are drawn towards their category. By default
    /// purchases within a week count for the probability, and intervals hold 80 % of next purchases.
    #[napi(
        ts_args_type = "log: OrderLog, options?: ReplenishmentOptions",
        ts_return_type = "Promise<Replenishment>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Replenishment>> {
        let control = control(cancel);
        background(|| {
            let log = log(log_)?;
            let mut options = Options::of_fit(options)?;
            let params = params(&mut options)?;
            let catalog = options.value("catalog")?.map(catalog).transpose()?;
            options.finish()?;
            Ok(move || {
                let model = match catalog {
                    Some(catalog) => params.fit_with(&(&*log, &*catalog), &control),
                    None => params.fit_with(&*log, &control),
                };
                model.map(Self::from)
            })
        })
    }

    /// The `n` items, 10 by default, that a customer bought before and will most likely buy from the day `now` (UTC) on,
    /// within the horizon; the likeliest first, of equal ones those bought more often.
    #[napi(
        ts_args_type = "customer: Id, now: Date | string, n?: number, options?: BuyAgainOptions",
        catch_unwind
    )]
    pub fn buy_again<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        now: Unknown<'env>,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Vec<Due<'env>>, String> {
        let (customer, now) = (id("customer", customer)?, time("now", now)?);
        let (n, options) = (how_many(n)?, asked(options)?);
        let found = self.model.buy_again_with(&customer, now, n, &options).map_err(failure)?;
        found.iter().map(|due| due_out(env, due)).collect()
    }

    /// When a customer will buy an item again, seen from the day `now`; `null` where they never bought it, or nobody ever
    /// bought an item twice.
    #[napi(
        ts_args_type = "customer: Id, item: Id, now: Date | string",
        ts_return_type = "Due | null",
        catch_unwind
    )]
    pub fn due<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        item: Unknown<'env>,
        now: Unknown<'env>,
    ) -> Result<Option<Due<'env>>, String> {
        let (customer, item, now) = (id("customer", customer)?, id("item", item)?, time("now", now)?);
        let found = self.model.due(&customer, &item, now).map_err(failure)?;
        found.map(|due| due_out(env, &due)).transpose()
    }

    /// What `buyAgain` gives for every customer, one list below the other, off the event loop: the columns `customer`,
    /// `item`, `due`, `earliest`, `latest`, `probability`, `repurchase`, `interval_days`, `last_bought`, `purchases` and
    /// `basis`; customers by id, those without an answer left out.
    #[napi(
        ts_args_type = "now: Date | string, n?: number, options?: BuyAgainOptions",
        ts_return_type = "Promise<Table>",
        catch_unwind
    )]
    pub fn due_all(
        &self,
        now: Unknown<'_>,
        n: Option<Unknown<'_>>,
        options: Option<Unknown<'_>>,
    ) -> AsyncTask<Work<Table>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let (now, n, options) = (time("now", now)?, how_many(n)?, asked(options)?);
            Ok(move || model.due_all_with(now, n, &options).map(Table::from))
        })
    }

    /// The usual interval of an item, and how likely it is bought again; `null` where nobody bought anything twice.
    #[napi(ts_args_type = "item: Id", ts_return_type = "ItemInterval | null", catch_unwind)]
    pub fn interval(&self, item: Unknown<'_>) -> Result<Option<ItemInterval>, String> {
        let found = self.model.interval(&id("item", item)?).map_err(failure)?;
        Ok(found.map(|(days, repurchase)| ItemInterval { days, repurchase }))
    }

    /// The ids of the items, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        all(self.model.items())
    }

    /// The ids of the customers, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        all(self.model.customers())
    }

    /// By how much a larger quantity lasts longer, from 0 to 1: an interval grows with this power of it. `null` where nobody
    /// bought anything twice.
    #[napi(getter, ts_return_type = "number | null", catch_unwind)]
    pub fn quantity_exponent(&self) -> Option<f64> {
        self.model.quantity_exponent()
    }

    /// The day after the last purchase of all.
    #[napi(getter, ts_return_type = "Date", catch_unwind)]
    pub fn end<'env>(&self, env: &'env Env) -> Result<Date<'env>, String> {
        js_date(env, self.model.end())
    }
}

model::updatable!(Replenishment, "Promise<Replenishment>");
model::persistent!(Replenishment, kosar::replenish::Replenishment, "Promise<Replenishment>");
