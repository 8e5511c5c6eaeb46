//! Splits of a log into what is trained on and what is asked for.

use std::sync::Arc;

use kosar::eval::{self, Cut, Pick, SplitOptions, UnknownItems};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, event_log, id, js_id, log};
use crate::error::{Outcome, failure, refused};
use crate::event_log::EventLog;
use crate::log::OrderLog;
use crate::options::{Options, set};
use crate::work::{Work, background};

/// A log to train on, and for each customer asked about the items that they bought afterwards.
#[napi]
pub struct Split {
    split: Arc<eval::Split>,
}

impl From<eval::Split> for Split {
    fn from(split: eval::Split) -> Self {
        Self { split: Arc::new(split) }
    }
}

/// How much a split asks for, and what it left out.
#[napi(object, object_from_js = false)]
pub struct SplitCounts {
    /// Customers asked about.
    pub customers: f64,
    /// Of these, customers for whom nothing is left to ask for: their accuracy is undefined.
    pub without_truth: f64,
    /// Pairs of customer and item that are asked for.
    pub pairs: f64,
    /// Customers of the test part that the training part does not know: left out.
    pub unknown_customers: f64,
    /// Pairs of a customer asked about with an item that the training part does not know.
    pub unknown_pairs: f64,
    /// Pairs that the training part has already, left out where only new items are asked for.
    pub repeated_pairs: f64,
    /// Orders of the test part without a customer: left out.
    pub anonymous_orders: f64,
}

/// The split of a `Split`.
pub(crate) fn split(value: Unknown<'_>) -> Outcome<Arc<eval::Split>> {
    let split = ClassInstance::<'_, Split>::from_unknown(value);
    split.map(|split| Arc::clone(&split.split)).map_err(|_| refused("split", "a Split", value))
}

fn split_options(options: &mut Options<'_>) -> Outcome<SplitOptions> {
    let split = set(SplitOptions::new(), options.flag("newItemsOnly")?, SplitOptions::new_items_only);
    Ok(set(split, options.choice("unknownItems", UnknownItems::parse)?, SplitOptions::unknown_items))
}

/// Where the past ends; of ways to say it, exactly one must be given.
fn cut(options: &mut Options<'_>) -> Outcome<std::result::Result<Cut, kosar::ParamError>> {
    let (at, days) = (options.time("at")?, options.number("lastDays")?);
    Ok(Cut::given(at, days, options.number("fraction")?))
}

/// Trains on what was ordered before an instant, asks for what was bought at it or later: the protocol to trust. Give one of
/// `at`, `lastDays` and `fraction`.
#[napi(
    ts_args_type = "log: OrderLog, options: TemporalSplitOptions",
    ts_return_type = "Promise<Split>",
    catch_unwind
)]
pub fn temporal_split(log_: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Split>> {
    background(|| {
        let (log, mut options) = (log(log_)?, Options::new("options", options)?);
        let (cut, split) = (cut(&mut options)?, split_options(&mut options)?);
        options.finish()?;
        let cut = cut.map_err(failure)?;
        Ok(move || eval::temporal_split(&log, cut, &split).map(Split::from))
    })
}

/// Trains on all baskets of each customer but the last, asks for that one. Every customer is split at a time of their own, so
/// a model sees what others bought later; `temporalSplit` gives an estimate without that.
#[napi(
    ts_args_type = "log: OrderLog, options?: SplitOptions",
    ts_return_type = "Promise<Split>",
    catch_unwind
)]
pub fn leave_last_basket(log_: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Split>> {
    background(|| {
        let (log, mut options) = (log(log_)?, Options::new("options", options)?);
        let split = split_options(&mut options)?;
        options.finish()?;
        Ok(move || eval::leave_last_basket(&log, &split).map(Split::from))
    })
}

/// Trains on all items of each customer but one, asks for that one: the last that was new, or one drawn by the seed.
#[napi(
    ts_args_type = "log: OrderLog, options?: LeaveOneOutOptions",
    ts_return_type = "Promise<Split>",
    catch_unwind
)]
pub fn leave_one_out(log_: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Split>> {
    background(|| {
        let (log, mut options) = (log(log_)?, Options::new("options", options)?);
        let (pick, seed) = (options.text("pick")?, options.seed("seed")?);
        let pick = Pick::parse(pick.as_deref().unwrap_or("last"), seed.unwrap_or(0)).map_err(failure)?;
        let split = split_options(&mut options)?;
        options.finish()?;
        Ok(move || eval::leave_one_out(&log, pick, &split).map(Split::from))
    })
}

/// Holds a share of the customers out, a tenth unless told, and asks for one in five of the items of each; the others are
/// the history that a model is told.
#[napi(
    ts_args_type = "log: OrderLog, options?: ByCustomerOptions",
    ts_return_type = "Promise<Split>",
    catch_unwind
)]
pub fn by_customer(log_: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Split>> {
    background(|| {
        let (log, mut options) = (log(log_)?, Options::new("options", options)?);
        let (share, seed) = (options.number("share")?.unwrap_or(0.1), options.seed("seed")?.unwrap_or(0));
        let split = split_options(&mut options)?;
        options.finish()?;
        Ok(move || eval::by_customer(&log, share, seed, &split).map(Split::from))
    })
}

/// Finished sessions and later ones, on their way to `index.js`.
#[napi(namespace = "internal")]
pub struct SessionParts {
    train: Arc<kosar::EventLog>,
    test: Arc<kosar::EventLog>,
}

#[napi(namespace = "internal")]
impl SessionParts {
    #[napi(getter, catch_unwind)]
    pub fn train(&self) -> EventLog {
        Arc::clone(&self.train).into()
    }

    #[napi(getter, catch_unwind)]
    pub fn test(&self) -> EventLog {
        Arc::clone(&self.test).into()
    }
}

/// Splits sessions at an instant, given by one of `at`, `lastDays` before the last event and the `fraction` of the sessions:
/// those that end before it are trained on, the others asked about. Both are whole.
#[napi(
    ts_args_type = "log: EventLog, options: CutOptions",
    ts_return_type = "Promise<{ train: EventLog, test: EventLog }>",
    catch_unwind
)]
pub fn split_sessions(log: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<SessionParts>> {
    background(|| {
        let (log, mut options) = (event_log(log)?, Options::new("options", options)?);
        let cut = cut(&mut options)?;
        options.finish()?;
        let cut = cut.map_err(failure)?;
        Ok(move || {
            let (train, test) = eval::split_sessions(&log, cut)?;
            Ok(SessionParts { train: Arc::new(train), test: Arc::new(test) })
        })
    })
}

#[napi]
impl Split {
    /// Takes two logs that are apart already, such as the two files of a published data set.
    #[napi(
        ts_args_type = "train: OrderLog, test: OrderLog, options?: SplitOptions",
        ts_return_type = "Promise<Split>",
        catch_unwind
    )]
    pub fn from_logs(
        train: Unknown<'_>,
        test: Unknown<'_>,
        options: Option<Unknown<'_>>,
    ) -> AsyncTask<Work<Split>> {
        background(|| {
            let (train, test) = (log(train)?, log(test)?);
            let mut options = Options::new("options", options)?;
            let split = split_options(&mut options)?;
            options.finish()?;
            Ok(move || eval::Split::from_logs((*train).clone(), &test, &split).map(Self::from))
        })
    }

    /// The log to fit models on; it holds nothing of what is asked for.
    #[napi(getter, catch_unwind)]
    pub fn train(&self) -> OrderLog {
        self.split.train().clone().into()
    }

    /// The customers asked about, by id.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        self.split.customers().iter().map(js_id).collect()
    }

    /// The items that should be recommended to a customer, by id.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Id[]", catch_unwind)]
    pub fn truth(&self, customer: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let at = self.position(customer)?;
        Ok(self.ids(self.split.truth(at)))
    }

    /// The items that a customer has before the test part, by id.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Id[]", catch_unwind)]
    pub fn history(&self, customer: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let at = self.position(customer)?;
        Ok(self.ids(self.split.history(at)))
    }

    /// How much is asked for, and what was left out.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn counts(&self) -> SplitCounts {
        let counts = self.split.counts();
        SplitCounts {
            customers: counts.customers as f64,
            without_truth: counts.without_truth as f64,
            pairs: counts.pairs as f64,
            unknown_customers: counts.unknown_customers as f64,
            unknown_pairs: counts.unknown_pairs as f64,
            repeated_pairs: counts.repeated_pairs as f64,
            anonymous_orders: counts.anonymous_orders as f64,
        }
    }

    /// The same in words.
    #[napi(getter, catch_unwind)]
    pub fn text(&self) -> String {
        self.split.to_string()
    }
}

impl Split {
    fn position(&self, customer: Unknown<'_>) -> Outcome<usize> {
        let customer = id("customer", customer)?;
        self.split.customers().find("customer", (&customer).into()).map_err(failure)
    }

    fn ids(&self, items: &[kosar::ItemIx]) -> Vec<JsId> {
        items.iter().map(|item| js_id(self.split.items().get(item.as_usize()))).collect()
    }
}
