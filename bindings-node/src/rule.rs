//! Who has this in the basket has that too.

use std::sync::{Arc, OnceLock};

use kosar::Fit;
use kosar::rule::{AssociationRulesParams, Consequent};
use napi::bindgen_prelude::{AsyncTask, Buffer, Result, Unknown};
use napi_derive::napi;

use crate::convert::{how_many, ids, log};
use crate::error::{Outcome, camel_cased, failure};
use crate::itemset::min_support;
use crate::model;
use crate::options::Options;
use crate::recommendation::{Recommendation, recommendations};
use crate::table::Table;
use crate::work::{Cancel, Work, background, control};

/// Every rule of sufficient support and confidence, and what the rules add to a cart.
#[napi]
pub struct AssociationRules {
    model: Arc<kosar::rule::AssociationRules>,
    table: OnceLock<Table>,
}

impl From<kosar::rule::AssociationRules> for AssociationRules {
    fn from(model: kosar::rule::AssociationRules) -> Self {
        Self { model: Arc::new(model), table: OnceLock::new() }
    }
}

#[napi]
impl AssociationRules {
    /// Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count; `minConfidence` is 0.5 by default.
    #[napi(
        ts_args_type = "log: OrderLog, options: AssociationRulesOptions",
        ts_return_type = "Promise<AssociationRules>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<AssociationRules>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (log(log_)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The rules, highest lift first: `antecedent`, `consequent`, `antecedent_support`, `consequent_support`, `count`, and
    /// a column for each measure.
    #[napi(getter, catch_unwind)]
    pub fn rules(&self) -> Table {
        self.table.get_or_init(|| self.model.table().into()).clone()
    }

    /// Why rules are missing, where a limit ended the computation; `null` when every rule is there.
    #[napi(getter, ts_return_type = "string | null", catch_unwind)]
    pub fn partial(&self) -> Option<String> {
        self.model.partial().map(|partial| camel_cased(&partial.to_string()))
    }

    /// The number of baskets that the rules were made from.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
    }

    /// What goes with a cart: for each item the best rule speaks, its confidence is the score.
    #[napi(ts_args_type = "cart: Id[], n?: number", catch_unwind)]
    pub fn recommend(
        &self,
        cart: Unknown<'_>,
        n: Option<Unknown<'_>>,
    ) -> Result<Vec<Recommendation>, String> {
        let (cart, n) = (ids("cart", "item", cart)?, how_many(n)?);
        self.model.recommend(&cart, n).map(recommendations).map_err(failure)
    }

    /// Saves to a file in one step: a reader sees the old file or the new one, whole.
    #[napi(
        ts_args_type = "path: string, options?: SaveOptions",
        ts_return_type = "Promise<void>",
        catch_unwind
    )]
    pub fn save(&self, path: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<()>> {
        model::save(&self.model, path, options)
    }

    /// Loads from a file.
    #[napi(ts_args_type = "path: string", ts_return_type = "Promise<AssociationRules>", catch_unwind)]
    pub fn load(path: Unknown<'_>) -> AsyncTask<Work<AssociationRules>> {
        model::load::<kosar::rule::AssociationRules, _>(path)
    }

    /// The bytes of the file, in a `Buffer`.
    #[napi(ts_args_type = "options?: SaveOptions", ts_return_type = "Uint8Array", catch_unwind)]
    pub fn to_bytes(&self, options: Option<Unknown<'_>>) -> Result<Buffer, String> {
        model::to_bytes(&*self.model, options)
    }

    /// A model from the bytes of a file.
    #[napi(ts_args_type = "bytes: Uint8Array", catch_unwind)]
    pub fn from_bytes(bytes: Unknown<'_>) -> Result<AssociationRules, String> {
        model::from_bytes::<kosar::rule::AssociationRules, _>(bytes)
    }
}

fn params(options: Option<Unknown<'_>>) -> Outcome<AssociationRulesParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::rule::AssociationRules::params(min_support(&mut options)?);
    if let Some(min_confidence) = options.number("minConfidence")? {
        params = params.min_confidence(min_confidence);
    }
    if let Some(consequent) = options.text("consequent")? {
        params = params.consequent(Consequent::parse(&consequent).map_err(failure)?);
    }
    if let Some(max_len) = options.count_or_null("maxLen", 2)? {
        params = params.max_len(max_len);
    }
    if let Some(max_itemsets) = options.count("maxItemsets", 1)? {
        params = params.max_itemsets(max_itemsets);
    }
    if let Some(max_rules) = options.count("maxRules", 1)? {
        params = params.max_rules(max_rules);
    }
    if let Some(max_bytes) = options.count("maxBytes", 1)? {
        params = params.max_bytes(max_bytes);
    }
    options.finish()?;
    Ok(params)
}
