//! The shop's recommender.

use std::sync::Arc;

use kosar::Fit;
use kosar::recommender::{self, Content, Level, RecommenderParams, Rules, Tuned};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, Env, FromNapiValue, Result, Unknown};
use napi_derive::napi;

use crate::ask::Ask;
use crate::convert::{event_log, id, ids, log, needed_text};
use crate::error::{Outcome, failure, refused, verbatim};
use crate::evaluate::Shared;
use crate::model;
use crate::options::Options;
use crate::recommendation::Answer;
use crate::recommender_given::{Sources, diff_options, params_of, rules_of, stock, tune_options};
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// The shop's recommender: one object that answers every placement of a shop in microseconds, and learns while it answers.
///
/// A list has as many items as were asked for wherever so many may be shown: behind what a placement has to say come, in
/// this order, the customer's segment, the categories at hand, what rises, what many bought, what is new, and the rest of
/// the catalogue. Each answer says which step gave it, and why, in numbers that can be reckoned again. Unknown customers,
/// sessions and items are no errors.
///
/// Requests are answered in place. What changes it runs off the event loop, and answers go on meanwhile; afterwards every
/// answer is that of a recommender fitted anew, bit for bit. Only what `profile` is measured by is computed when `refresh` is called.
///
/// Changes happen one after the other, in the order of the calls, whether these are awaited or not; one that fails does not stop
/// those behind it. `save`, `readiness`, `diff` and `sweep` wait for the changes called before them, and no change waits for
/// them: one that is called before they have ended may be in what they give, or not. Await them first where it must not be.
/// What answers at once, `toBytes` and `export` too, sees the changes that have ended.
#[napi]
pub struct Recommender {
    model: Arc<recommender::Recommender>,
}

impl From<recommender::Recommender> for Recommender {
    fn from(model: recommender::Recommender) -> Self {
        Self { model: Arc::new(model) }
    }
}

/// The recommender that another is set against.
fn other(name: &'static str, value: Unknown<'_>) -> Outcome<Arc<recommender::Recommender>> {
    let given = ClassInstance::<'_, Recommender>::from_unknown(value);
    Ok(Arc::clone(&given.map_err(|_| refused(name, "a Recommender", value))?.model))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[napi]
impl Recommender {
    /// Builds from what the shop has: a log with items and times, and where there are events, a catalogue, customers and rules.
    #[napi(
        ts_args_type = "log: OrderLog, options?: RecommenderOptions",
        ts_return_type = "Promise<Recommender>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Recommender>> {
        let control = control(cancel);
        background(|| {
            let mut options = Options::of_fit(options)?;
            let params = options.text("params")?.map(|text| params_of(&text)).transpose()?;
            let sources = Sources::read(log_, &mut options)?;
            options.finish()?;
            Ok(move || params.unwrap_or_default().fit_with(&sources.borrowed(), &control).map(Self::from))
        })
    }

    /// Chooses the weights of the blend by what customers bought from `cut` on, off the event loop: level by level, one weight after
    /// the other, each the one of a grid with the greatest recall; of equal ones the one before. The rules hold, so what they never
    /// show, such as what is owned already, is not found either. Fit with the `params` found.
    ///
    /// Weights are as good as the span that they were chosen on: report what they bring on a later one, which `log.before`
    /// leaves out here. It takes a fit, and some hundred requests for each customer.
    ///
    /// ```js
    /// const { params, levels } = await Recommender.tune(log, { cut: '2025-12-01', catalog })
    /// const recommender = await Recommender.fit(log, { catalog, params })
    /// ```
    #[napi(
        ts_args_type = "log: OrderLog, options: RecommenderTuneOptions",
        ts_return_type = "Promise<RecommenderTuning>",
        catch_unwind
    )]
    pub fn tune(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<String>> {
        let control = control(cancel);
        background(|| {
            let mut options = Options::of_fit(options)?;
            let params =
                options.text("params")?.map(|text| params_of(&text)).transpose()?.unwrap_or_default();
            let sources = Sources::read(log_, &mut options)?;
            let tune = tune_options(&mut options)?;
            options.finish()?;
            let told = |Tuned { params, levels, .. }| json(&(params, levels));
            Ok(move || {
                recommender::Recommender::tune(&params, &sources.borrowed(), &tune, &control).map(told)
            })
        })
    }

    /// What `params` may be, as a JSON Schema (draft 2020-12).
    #[napi(ts_return_type = "Record<string, unknown>", catch_unwind)]
    pub fn params_schema() -> String {
        RecommenderParams::json_schema()
    }

    /// What `rules` may be, as a JSON Schema (draft 2020-12).
    #[napi(ts_return_type = "Record<string, unknown>", catch_unwind)]
    pub fn rules_schema() -> String {
        Rules::json_schema()
    }

    /// What resembles an item: what its buyers bought as well, then what the catalogue says.
    #[napi(
        ts_args_type = "item: Id, options?: AskOptions",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn similar<'env>(
        &self,
        env: &'env Env,
        item: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (item, ask) = (id("item", item)?, Ask::read(options, &[])?);
        ask.told(env, self.model.similar(&item, &ask.request))
    }

    /// What goes with a cart: what buyers of its items took in the same orders.
    #[napi(
        ts_args_type = "cart: Id[], options?: Omit<AskOptions, 'cart'>",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn bought_together<'env>(
        &self,
        env: &'env Env,
        cart: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (cart, ask) = (ids("cart", "item", cart)?, Ask::read(options, &["cart"])?);
        ask.told(env, self.model.bought_together(&cart, &ask.request))
    }

    /// What for a customer: a blend of customers like them, their session and their own history. Who is not known, or wants no
    /// profiling, gets what anybody gets.
    #[napi(
        ts_args_type = "customer: Id, options?: Omit<AskOptions, 'customer'>",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn for_customer<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (customer, ask) = (id("customer", customer)?, Ask::read(options, &["customer"])?);
        ask.told(env, self.model.for_customer(&customer, &ask.request))
    }

    /// What next in a session, by its items, the latest last, or by its id.
    #[napi(ts_args_type = "options?: AskOptions", ts_return_type = "RecommenderAnswer[]", catch_unwind)]
    pub fn next_in_session<'env>(
        &self,
        env: &'env Env,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let ask = Ask::read(options, &[])?;
        ask.told(env, self.model.next_in_session(&ask.request))
    }

    /// What a customer may buy again, of what they bought: the only list, with `recentlyViewed`, that may be shorter than asked
    /// for.
    #[napi(
        ts_args_type = "customer: Id, options?: Omit<AskOptions, 'customer' | 'session' | 'sessionId'>",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn buy_again<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let ask = Ask::read(options, &["customer", "session", "sessionId"])?;
        ask.told(env, self.model.buy_again(&id("customer", customer)?, &ask.request))
    }

    /// What rises.
    #[napi(
        ts_args_type = "options?: Omit<AskOptions, 'session' | 'sessionId'>",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn trending<'env>(
        &self,
        env: &'env Env,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let ask = Ask::read(options, &["session", "sessionId"])?;
        ask.told(env, self.model.trending(&ask.request))
    }

    /// What a customer or a session looked at and did not buy since, the latest first.
    #[napi(
        ts_args_type = "options?: Omit<AskOptions, 'seed'>",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn recently_viewed<'env>(
        &self,
        env: &'env Env,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let ask = Ask::read(options, &["seed"])?;
        ask.told(env, self.model.recently_viewed(&ask.request))
    }

    /// Search results, or any list, in the order of a visitor: all of them, or the first `n`. Items that rules do not let in are
    /// left out, and so are unknown ones.
    #[napi(
        ts_args_type = "items: Id[], options?: RecommenderRerankOptions",
        ts_return_type = "RecommenderAnswer[]",
        catch_unwind
    )]
    pub fn rerank<'env>(
        &self,
        env: &'env Env,
        items: Unknown<'env>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let items = ids("items", "item", items)?;
        let mut options = Options::new("options", options)?.barring(&["seed"]);
        let weight = options.number("weight")?.unwrap_or(0.3);
        let ask = Ask::of(&mut options, items.len())?;
        options.finish()?;
        ask.told(env, self.model.rerank(&items, weight, &ask.request))
    }

    /// The categories in the order of a visitor, for a navigation.
    #[napi(
        ts_args_type = "options?: VisitorOptions & { n?: number }",
        ts_return_type = "CategoryAnswer[]",
        catch_unwind
    )]
    pub fn categories(&self, options: Option<Unknown<'_>>) -> Result<String, String> {
        let ask =
            Ask::read(options, &["cart", "now", "only", "exclude", "like", "shown", "explain", "seed"])?;
        Ok(json(&self.model.categories(&ask.request).map_err(failure)?))
    }

    /// Which of some contents a slot of a page shows; `null` where there are none.
    #[napi(
        ts_args_type = "slot: string, contents: RecommenderContent[] | string, options?: VisitorOptions & { seed?: number }",
        ts_return_type = "Choice | null",
        catch_unwind
    )]
    pub fn choose(
        &self,
        slot: Unknown<'_>,
        contents: Unknown<'_>,
        options: Option<Unknown<'_>>,
    ) -> Result<String, String> {
        let (slot, contents) = (needed_text("slot", slot)?, needed_text("contents", contents)?);
        let contents = Content::list_from_json(&contents).map_err(verbatim)?;
        let ask = Ask::read(options, &["cart", "now", "only", "exclude", "like", "shown", "explain", "n"])?;
        Ok(json(&self.model.choose(&slot, &contents, &ask.request).map_err(failure)?))
    }

    /// Who a customer is: orders, RFM scores and segment, stage, leanings, what they own. What is measured against all customers
    /// goes by the last `refresh`.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "RecommenderProfile", catch_unwind)]
    pub fn profile(&self, customer: Unknown<'_>) -> Result<String, String> {
        Ok(self.model.profile(&id("customer", customer)?).map_err(failure)?.to_json())
    }

    /// Everything that is held about a customer, to be handed over to them, as JSON text: the same in every language.
    /// In place, as `export`: of thousands of lines it takes milliseconds, so ask for it where no visitor waits.
    #[napi(ts_args_type = "customer: Id", catch_unwind)]
    pub fn export_json(&self, customer: Unknown<'_>) -> Result<String, String> {
        Ok(self.model.export(&id("customer", customer)?).map_err(failure)?.to_json())
    }

    /// What is known, and for how many items or customers each placement has answers of its own.
    #[napi(ts_return_type = "Promise<Readiness>", catch_unwind)]
    pub fn readiness(&self) -> AsyncTask<Work<String>> {
        self.elsewhere(|model| Ok(json(&model.readiness())))
    }

    /// Which answers are others than those of an older recommender, and which orders did it, off the event loop. A change without
    /// such orders comes from the sales of all, such as a trend that falls behind; or from rules, parameters or the catalogue.
    ///
    /// It takes four requests for each item and two for each customer and, once for each item in the lists that changed, a look at
    /// as many buyers as `latestPurchases` says. By default these are seconds in a shop of twenty million lines; for all items of such a
    /// shop, minutes.
    ///
    /// ```js
    /// const old = await Recommender.load('last week.kosar')
    /// for (const { placement, of, entered, orders } of await recommender.diff(old)) console.log(placement, of, entered, orders)
    /// ```
    #[napi(
        ts_args_type = "old: Recommender, options?: RecommenderDiffOptions",
        ts_return_type = "Promise<AnswerChange[]>",
        catch_unwind
    )]
    pub fn diff(
        &self,
        old: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<String>> {
        let (model, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let (old, options) = (other("old", old)?, diff_options(options)?);
            Ok(move || model.diff_with(&old, &options, &control).map(|changes| json(&changes)))
        })
    }

    /// The parameters that it was fitted with, those with their defaults as well.
    #[napi(getter, ts_return_type = "RecommenderParams", catch_unwind)]
    pub fn params(&self) -> String {
        json(&self.model.parameters())
    }

    /// The rules that hold.
    #[napi(getter, ts_return_type = "RecommenderRules", catch_unwind)]
    pub fn rules(&self) -> String {
        json(&self.model.rules())
    }

    /// What of the rules hardly was meant: items that are neither sold nor in the catalogue. They are not refused, since an item may be
    /// blocked before it comes, or after it went.
    #[napi(getter, catch_unwind)]
    pub fn notes(&self) -> Vec<String> {
        self.model.notes().iter().map(ToString::to_string).collect()
    }

    /// Changes the rules, off the event loop; requests that begin afterwards follow them. What is wrong is refused with its path,
    /// and the old rules hold on; items that are not known are told in `notes`. `null` takes all rules away.
    #[napi(
        ts_args_type = "rules: RecommenderRules | string | null",
        ts_return_type = "Promise<void>",
        catch_unwind
    )]
    pub fn set_rules(&self, rules: Unknown<'_>) -> AsyncTask<Work<()>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let rules = rules_of(&needed_text("rules", rules)?)?;
            Ok(move || model.set_rules(rules))
        })
    }

    /// Changes what is in stock of some items of the catalogue, off the event loop. The keys of an object are strings: items whose ids are
    /// integers come in a `Map`, or in pairs. What is below zero, as where more was sold than there is, is not in stock.
    #[napi(
        ts_args_type = "stock: Iterable<readonly [Id, number]> | Record<string, number>",
        ts_return_type = "Promise<void>",
        catch_unwind
    )]
    pub fn set_stock(&self, items: Unknown<'_>, quantities: Unknown<'_>) -> AsyncTask<Work<()>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let stock = stock(items, quantities)?;
            Ok(move || model.set_stock(stock.iter().map(|(item, quantity)| (item, *quantity))))
        })
    }

    /// Changes the catalogue, off the event loop; items that it has and nobody bought may be answered from now on. Where it is
    /// stopped, nothing is changed.
    #[napi(
        ts_args_type = "catalog: Catalog, options?: Cancellable",
        ts_return_type = "Promise<void>",
        catch_unwind
    )]
    pub fn set_catalog(
        &self,
        catalog_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<()>> {
        let (model, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let catalog = catalog(catalog_)?;
            Options::of_fit(options)?.finish()?;
            Ok(move || model.set_catalog_with(&catalog, &control))
        })
    }

    /// Sets how far answers may follow a customer. One who is not known is no error: whoever objects before their first order is
    /// heard from it on.
    #[napi(ts_args_type = "customer: Id, level: Level", ts_return_type = "Promise<void>", catch_unwind)]
    pub fn set_level(&self, customer: Unknown<'_>, level: Unknown<'_>) -> AsyncTask<Work<()>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let level = Level::parse(&needed_text("level", level)?).map_err(failure)?;
            let customer = id("customer", customer)?;
            Ok(move || model.set_level(&customer, level))
        })
    }

    /// Takes orders in, off the event loop, while requests run: afterwards everything is as if it had been fitted with them. An
    /// order of a customer that is there already is told of, not added twice.
    #[napi(ts_args_type = "log: OrderLog", ts_return_type = "Promise<UpdateReport>", catch_unwind)]
    pub fn update(&self, log_: Unknown<'_>) -> AsyncTask<Work<String>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let log = log(log_)?;
            Ok(move || model.update(&log).map(|report| json(&report)))
        })
    }

    /// Takes events in, off the event loop, while requests run; those that are there already are passed over.
    #[napi(ts_args_type = "log: EventLog", ts_return_type = "Promise<UpdateReport>", catch_unwind)]
    pub fn update_events(&self, log: Unknown<'_>) -> AsyncTask<Work<String>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let log = event_log(log)?;
            Ok(move || model.update_events(&log).map(|report| json(&report)))
        })
    }

    /// Removes a customer from everything: afterwards it is as if they had never been there. Runs off the event loop, as an
    /// update may be under way.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Promise<ForgetReceipt>", catch_unwind)]
    pub fn forget(&self, customer: Unknown<'_>) -> AsyncTask<Work<String>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let customer = id("customer", customer)?;
            Ok(move || model.forget(&customer).map(|receipt| json(&receipt)))
        })
    }

    /// Computes anew, off the event loop, what profiles are measured by: cut points and rhythms of all customers.
    #[napi(ts_return_type = "Promise<void>", catch_unwind)]
    pub fn refresh(&self) -> AsyncTask<Work<()>> {
        self.elsewhere(recommender::Recommender::refresh)
    }

    /// Lets go of versions that nobody reads any more; gives the number of those still read.
    #[napi(ts_return_type = "Promise<number>", catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "versions in use are few")]
    pub fn sweep(&self) -> AsyncTask<Work<f64>> {
        self.elsewhere(|model| Ok(model.sweep() as f64))
    }

    /// Puts everything of another recommender, built or loaded elsewhere, in the place of this one's. Requests that began before
    /// end with the old one.
    #[napi(ts_args_type = "other: Recommender", ts_return_type = "Promise<void>", catch_unwind)]
    pub fn replace(&self, other: Unknown<'_>) -> AsyncTask<Work<()>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let other = self::other("other", other)?;
            Ok(move || {
                model.replace(&other);
                Ok(())
            })
        })
    }

    /// The number of the version that answers now; it rises with every change.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "changes are fewer than 2^53")]
    pub fn version(&self) -> f64 {
        self.model.version() as f64
    }

    /// Whether it can learn and forget: not where it was saved without histories.
    #[napi(getter, catch_unwind)]
    pub fn has_histories(&self) -> bool {
        self.model.has_histories()
    }
}

impl Recommender {
    /// As a model that recommends to customers.
    pub(crate) fn shared(&self) -> Shared {
        Arc::new(self.model.for_customers())
    }

    /// Runs on a thread of its own.
    fn elsewhere<T: napi::bindgen_prelude::ToNapiValue + napi::bindgen_prelude::TypeName + Send + 'static>(
        &self,
        run: impl FnOnce(&recommender::Recommender) -> kosar::Result<T> + Send + 'static,
    ) -> AsyncTask<Work<T>> {
        let model = Arc::clone(&self.model);
        background(|| Ok(move || run(&model)))
    }
}

model::persistent!(Recommender, recommender::Recommender, "Promise<Recommender>");
