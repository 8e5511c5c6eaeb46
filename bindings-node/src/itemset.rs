//! Items bought together.

use std::sync::{Arc, OnceLock};

use kosar::itemset::FrequentItemsetsParams;
use kosar::{ErrorKind, Fit};
use napi::bindgen_prelude::{AsyncTask, Buffer, Result, Unknown};
use napi_derive::napi;

use crate::convert::log;
use crate::error::{Outcome, camel_cased, of_kind};
use crate::model;
use crate::options::Options;
use crate::table::Table;
use crate::work::{Cancel, Work, background, control};

/// Every set of items that enough baskets hold.
#[napi]
pub struct FrequentItemsets {
    model: Arc<kosar::itemset::FrequentItemsets>,
    table: OnceLock<Table>,
}

impl From<kosar::itemset::FrequentItemsets> for FrequentItemsets {
    fn from(model: kosar::itemset::FrequentItemsets) -> Self {
        Self { model: Arc::new(model), table: OnceLock::new() }
    }
}

#[napi]
impl FrequentItemsets {
    /// Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count.
    #[napi(
        ts_args_type = "log: OrderLog, options: FrequentItemsetsOptions",
        ts_return_type = "Promise<FrequentItemsets>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<FrequentItemsets>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (log(log_)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The itemsets, most frequent first: `items`, `count`, `support`.
    #[napi(getter, catch_unwind)]
    pub fn itemsets(&self) -> Table {
        self.table.get_or_init(|| self.model.table().into()).clone()
    }

    /// Why itemsets are missing, where a limit ended the search; `null` when every frequent itemset is there.
    #[napi(getter, ts_return_type = "string | null", catch_unwind)]
    pub fn partial(&self) -> Option<String> {
        self.model.partial().map(|partial| camel_cased(&partial.to_string()))
    }

    /// The number of baskets that were searched.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
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
    #[napi(ts_args_type = "path: string", ts_return_type = "Promise<FrequentItemsets>", catch_unwind)]
    pub fn load(path: Unknown<'_>) -> AsyncTask<Work<FrequentItemsets>> {
        model::load::<kosar::itemset::FrequentItemsets, _>(path)
    }

    /// The bytes of the file, in a `Buffer`.
    #[napi(ts_args_type = "options?: SaveOptions", ts_return_type = "Uint8Array", catch_unwind)]
    pub fn to_bytes(&self, options: Option<Unknown<'_>>) -> Result<Buffer, String> {
        model::to_bytes(&*self.model, options)
    }

    /// A model from the bytes of a file.
    #[napi(ts_args_type = "bytes: Uint8Array", catch_unwind)]
    pub fn from_bytes(bytes: Unknown<'_>) -> Result<FrequentItemsets, String> {
        model::from_bytes::<kosar::itemset::FrequentItemsets, _>(bytes)
    }
}

/// The minimum support, which has no default.
pub(crate) fn min_support(options: &mut Options<'_>) -> Outcome<f64> {
    let message = "minSupport must be a fraction above 0 and below 1, or a whole count from 1, got undefined";
    options.number("minSupport")?.ok_or_else(|| of_kind(ErrorKind::Param, message.to_owned()))
}

fn params(options: Option<Unknown<'_>>) -> Outcome<FrequentItemsetsParams> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::itemset::FrequentItemsets::params(min_support(&mut options)?);
    if let Some(max_len) = options.count_or_null("maxLen", 1)? {
        params = params.max_len(max_len);
    }
    if let Some(max_itemsets) = options.count("maxItemsets", 1)? {
        params = params.max_itemsets(max_itemsets);
    }
    if let Some(max_bytes) = options.count("maxBytes", 1)? {
        params = params.max_bytes(max_bytes);
    }
    options.finish()?;
    Ok(params)
}
