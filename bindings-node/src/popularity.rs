//! What sells.

use std::sync::Arc;

use kosar::data::{Catalog, EventKind};
use kosar::popularity::{GroupSource, PopularityOptions, PopularityParams};
use kosar::{Control, EventLog, Fit, OrderLog};
use napi::bindgen_prelude::{AsyncTask, Date, Env, JsObjectValue, Object, Result, Unknown, ValueType};
use napi_derive::napi;

use crate::convert::{
    JsId, array, element, event_log, how_many, id, ids, js_date, js_id, log, needed_text, object,
};
use crate::error::{Outcome, failure, internal, refused};
use crate::evaluate::Shared;
use crate::event_log::entries;
use crate::model;
use crate::options::{Options, item_filter, set};
use crate::recommendation::{Answer, answer};
use crate::similarity::{Slots, slots};
use crate::view::catalog;
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
    /// Fits on a log, of orders or of events. By default every customer of an item counts one, and every purchase counts.
    #[napi(
        ts_args_type = "log: OrderLog | EventLog, options?: PopularityOptions",
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
            let (data, wanted) = (Data::read(log_)?, Wanted::read(options)?);
            Ok(move || wanted.fit(&data, &control).map(Self::from))
        })
    }

    /// The `n` items, 10 by default, that most customers bought, best first. In a group the score is the share of its
    /// customers who buy an item, shrunk towards that of all by `groupPrior`; what nobody of the group bought comes as it is
    /// liked by all.
    #[napi(
        ts_args_type = "n?: number, options?: PopularListOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn recommend<'env>(
        &self,
        env: &'env Env,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (n, options) = (how_many(n)?, list_options(options)?);
        answer(env, &self.model.recommend_in(n, &options).map_err(failure)?)
    }

    /// At most `n` items, 10 by default, whose share of all sales rises, the surest rise first; the score is the rise that is
    /// exceeded at `confidence` (the exact lower bound of Clopper and Pearson), above 1. New items and those with fewer than
    /// `minCustomers` recent customers are no trends.
    #[napi(
        ts_args_type = "n?: number, options?: PopularListOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn trending<'env>(
        &self,
        env: &'env Env,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (n, options) = (how_many(n)?, list_options(options)?);
        answer(env, &self.model.trending_in(n, &options).map_err(failure)?)
    }

    /// At most `n` items, 10 by default, that came within `newDays`, by the launch that the catalogue tells or with their
    /// first sale where that is earlier; those that sell fastest first: the score is the number of customers for each day since.
    #[napi(
        ts_args_type = "n?: number, options?: PopularListOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn new_arrivals<'env>(
        &self,
        env: &'env Env,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (n, options) = (how_many(n)?, list_options(options)?);
        answer(env, &self.model.new_arrivals_in(n, &options).map_err(failure)?)
    }

    /// The ids of the items, sorted: those of the log, and of the catalogue where there is one.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        self.model.items().iter().map(js_id).collect()
    }

    /// The ids of the customers, sorted; none where the model knows none.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        self.model.customers().iter().map(js_id).collect()
    }

    /// How many customers bought each item, in the order of `items`.
    #[napi(getter, catch_unwind)]
    pub fn counts(&self) -> Vec<u32> {
        self.model.counts().to_vec()
    }

    /// The groups of each way of parting the customers.
    #[napi(getter, ts_return_type = "Record<string, string[]>", catch_unwind)]
    pub fn groups<'env>(&self, env: &'env Env) -> Result<Object<'env>, String> {
        let mut groups = Object::new(env).map_err(internal)?;
        for name in self.model.groupings() {
            let labels = self.model.groups(name).map_err(failure)?.map(str::to_owned).collect::<Vec<_>>();
            groups.set_named_property(name, labels).map_err(internal)?;
        }
        Ok(groups)
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

model::updatable!(Popularity, "Promise<Popularity>");
model::persistent!(Popularity, kosar::popularity::Popularity, "Promise<Popularity>");

/// All that a fit is given beside the log.
struct Wanted {
    params: PopularityParams,
    catalog: Option<Arc<Catalog>>,
    groups: Vec<(String, GroupSource)>,
}

/// What a model is fitted on.
enum Data {
    Orders(Arc<OrderLog>),
    Events(Arc<EventLog>),
}

impl Data {
    fn read(value: Unknown<'_>) -> Outcome<Self> {
        if let Ok(events) = event_log(value) {
            return Ok(Self::Events(events));
        }
        log(value).map(Self::Orders).map_err(|_| refused("log", "an OrderLog or an EventLog", value))
    }
}

/// Kinds of events by their names.
fn kinds(value: Unknown<'_>) -> Outcome<Vec<EventKind>> {
    let names = array("kinds", value)?;
    let kind = |at: u32| EventKind::parse(&needed_text("kinds", element(&names, at)?)?).map_err(failure);
    (0..names.len()).map(kind).collect()
}

impl Wanted {
    fn read(options: Option<Unknown<'_>>) -> Outcome<Self> {
        let mut options = Options::of_fit(options)?;
        let params = kosar::popularity::Popularity::params()
            .half_life_days(options.number("halfLifeDays")?)
            .as_of(options.time("asOf")?);
        let params = set(params, options.number("trendDays")?, PopularityParams::trend_days);
        let params = set(params, options.number("baselineDays")?, PopularityParams::baseline_days);
        let params = set(params, options.number("confidence")?, PopularityParams::confidence);
        let params = set(params, options.count("minCustomers", 1)?, PopularityParams::min_customers);
        let params = set(params, options.number("newDays")?, PopularityParams::new_days);
        let params = set(params, options.number("groupPrior")?, PopularityParams::group_prior);
        let kinds = options.value("kinds")?.map(kinds).transpose()?;
        let params = params.kinds(kinds);
        let catalog = options.value("catalog")?.map(catalog).transpose()?;
        let groups = options.value("groups")?.map(|groups| entries("groups", groups)).transpose()?;
        options.finish()?;
        let groups = groups.unwrap_or_default().into_iter();
        let groups = groups.map(|(name, groups)| Ok((name, labels(groups)?))).collect::<Outcome<_>>()?;
        Ok(Self { params, catalog, groups })
    }

    fn fit(self, data: &Data, control: &Control) -> kosar::Result<kosar::popularity::Popularity> {
        let (model, log) = match data {
            Data::Orders(log) => (self.params.fit_with(&**log, control)?, Some(&**log)),
            Data::Events(log) => (self.params.fit_with(&**log, control)?, None),
        };
        model.furnished(log, self.catalog.as_deref(), &self.groups)
    }
}

/// A column, or customers and groups in two lists as `index.js` makes them.
fn labels(value: Unknown<'_>) -> Outcome<GroupSource> {
    if matches!(value.get_type(), Ok(ValueType::String)) {
        return Ok(GroupSource::Column(needed_text("groups", value)?));
    }
    let both = object("groups", value)?;
    let list = |name: &str| both.get_named_property::<Unknown<'_>>(name).map_err(internal);
    let customers = ids("groups", "customer", list("customers")?)?;
    let groups = array("groups", list("groups")?)?;
    let group = |at: u32| needed_text("a group", element(&groups, at)?);
    let groups = (0..groups.len()).map(group).collect::<Outcome<Vec<_>>>()?;
    Ok(GroupSource::Named(customers.into_iter().zip(groups).collect()))
}

fn list_options(options: Option<Unknown<'_>>) -> Outcome<PopularityOptions> {
    let mut options = Options::new("options", options)?;
    let filter = item_filter(&mut options)?;
    let category = options.text("category")?;
    let customer = options.value("customer")?.map(|value| id("customer", value)).transpose()?;
    let group = options.value("group")?.map(group).transpose()?;
    options.finish()?;
    let group = group.as_ref().map(|(name, label)| (name.as_str(), label.as_str()));
    Ok(PopularityOptions::new().filter(filter).category(category.as_deref()).group(group).customer(customer))
}

/// One name and its group.
fn group(value: Unknown<'_>) -> Outcome<(String, String)> {
    let mut all = entries("group", value)?;
    match (all.pop(), all.is_empty()) {
        (Some((name, label)), true) => Ok((name, needed_text("group", label)?)),
        _ => Err(refused("group", "an object of one name and its group", value)),
    }
}
