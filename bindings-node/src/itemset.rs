//! Items bought together.

use std::sync::Arc;

use kosar::data::Cell;
use kosar::itemset::{FrequentItemsetsParams, Kind, Miner};
use kosar::{ErrorKind, Params};
use napi::bindgen_prelude::{AsyncTask, Either, Null, Unknown};
use napi_derive::napi;

use crate::candidates::Candidates;
use crate::convert::log;
use crate::error::{Outcome, camel_cased, of_kind};
use crate::model;
use crate::options::{Options, set};
use crate::table::{Cells, ColumnKind, Table, names};
use crate::view::{Unplaced, View, told};
use crate::work::{Cancel, Work, background, control};

/// Every set of items that enough baskets hold, or of these the ones asked for.
#[napi]
pub struct FrequentItemsets {
    model: Arc<kosar::itemset::FrequentItemsets>,
    unplaced: Option<kosar::data::Unplaced>,
    notes: Vec<kosar::Note>,
}

impl From<kosar::itemset::FrequentItemsets> for FrequentItemsets {
    fn from(model: kosar::itemset::FrequentItemsets) -> Self {
        Self { model: Arc::new(model), unplaced: None, notes: Vec::new() }
    }
}

/// How many itemsets there are.
#[napi(object, object_from_js = false)]
pub struct ItemsetCounts {
    /// How many, of all lengths; to the nearest double beyond 2^53.
    pub total: f64,
    /// How many of one item, of two, and so on up to the longest.
    pub by_length: Vec<f64>,
    /// Why itemsets are missing, where the time was up; `null` when every one was counted.
    pub partial: Either<String, Null>,
}

#[napi]
impl FrequentItemsets {
    /// Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count. A `level` of categories needs a
    /// `catalog`.
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
            let (log, (params, view)) = (log(log_)?, params(options)?);
            Ok(move || {
                let (model, unplaced, notes) =
                    view.fit(&params, FrequentItemsetsParams::notes, &log, &control)?;
                Ok(Self { unplaced, notes, ..Self::from(model) })
            })
        })
    }

    /// Counts the itemsets that `fit` would find, without holding any: what a minimum support would bring. `maxItemsets`
    /// does not apply.
    #[napi(
        ts_args_type = "log: OrderLog, options: FrequentItemsetsOptions",
        ts_return_type = "Promise<ItemsetCounts>",
        catch_unwind
    )]
    pub fn count(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<ItemsetCounts>> {
        let control = control(cancel);
        background(|| {
            let (log, (params, view)) = (log(log_)?, params(options)?);
            Ok(move || Ok(counts(&params.check()?.count_with(&view.baskets(&log)?, &control)?)))
        })
    }

    /// The itemsets that are frequent in a part of the baskets, at the same share as in the whole: where a search in parts
    /// begins. `minSupport` must be a share.
    ///
    /// Each part gives its candidates; `merge` puts them together; each part counts all of them; the counts are merged, and
    /// `finish` gives the itemsets of the whole, exactly. Candidates and counts travel as bytes.
    #[napi(
        ts_args_type = "log: OrderLog, options: FrequentItemsetsOptions",
        ts_return_type = "Promise<Candidates>",
        catch_unwind
    )]
    pub fn candidates(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Candidates>> {
        let control = control(cancel);
        background(|| {
            let (log, (params, view)) = (log(log_)?, params(options)?);
            Ok(move || params.check()?.candidates_with(&view.baskets(&log)?, &control).map(Candidates::from))
        })
    }

    /// The itemsets, most frequent first: `items`, `count`, `support`. Nothing is computed before it is read.
    #[napi(getter, catch_unwind)]
    pub fn itemsets(&self) -> Table {
        Table::of(Arc::clone(&self.model))
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

    /// What is allowed and hardly meant in the options of a fit, such as a `minSupport` above the number of baskets; empty
    /// for a model that was loaded.
    #[napi(getter, catch_unwind)]
    pub fn notes(&self) -> Vec<String> {
        self.notes.iter().map(|note| camel_cased(&note.to_string())).collect()
    }

    /// What the catalogue could not place, of a fit with a `level` of categories; `null` of any other, and of a model that
    /// was loaded.
    #[napi(getter, ts_return_type = "Unplaced | null", catch_unwind)]
    pub fn unplaced(&self) -> Option<Unplaced> {
        self.unplaced.as_ref().map(told)
    }
}

impl FrequentItemsets {
    /// The itemsets, shared.
    pub(crate) fn shared(&self) -> Arc<kosar::itemset::FrequentItemsets> {
        Arc::clone(&self.model)
    }

    /// What the catalogue could not place.
    pub(crate) fn left_out(&self) -> Option<kosar::data::Unplaced> {
        self.unplaced.clone()
    }
}

model::persistent!(FrequentItemsets, kosar::itemset::FrequentItemsets, "Promise<FrequentItemsets>");

/// The table that the core makes of them, cell by cell.
impl Cells for kosar::itemset::FrequentItemsets {
    fn len(&self) -> usize {
        self.len()
    }

    fn columns(&self) -> Vec<(&'static str, ColumnKind)> {
        vec![("items", ColumnKind::IdLists), ("count", ColumnKind::Numbers), ("support", ColumnKind::Numbers)]
    }

    #[allow(clippy::cast_precision_loss, reason = "baskets are numbered by u32")]
    fn cell(&self, column: usize, row: usize) -> Cell<'_> {
        match column {
            0 => Cell::Ids(names(self.items(), self.itemset(row))),
            1 => Cell::Float(self.count(row) as f64),
            _ => Cell::Float(self.support(row)),
        }
    }
}

/// The minimum support, which has no default.
pub(crate) fn min_support(options: &mut Options<'_>) -> Outcome<f64> {
    let message = "minSupport must be a fraction above 0 and below 1, or a whole count from 1, got undefined";
    options.number("minSupport")?.ok_or_else(|| of_kind(ErrorKind::Param, message.to_owned()))
}

fn params(options: Option<Unknown<'_>>) -> Outcome<(FrequentItemsetsParams, View)> {
    let mut options = Options::of_fit(options)?;
    let params = kosar::itemset::FrequentItemsets::params(min_support(&mut options)?);
    let params = set(params, options.choice("kind", Kind::parse)?, FrequentItemsetsParams::kind);
    let params = set(params, options.count("minLen", 1)?, FrequentItemsetsParams::min_len);
    let params = set(params, options.count_or_null("maxLen", 1)?, FrequentItemsetsParams::max_len);
    let params = set(params, options.count_or_null("topK", 1)?, FrequentItemsetsParams::top_k);
    let params = set(params, options.items("include")?, FrequentItemsetsParams::include);
    let params = set(params, options.items("exclude")?, FrequentItemsetsParams::exclude);
    let params = set(params, options.choice("miner", Miner::parse)?, FrequentItemsetsParams::miner);
    let params = set(params, options.count("minCustomers", 1)?, FrequentItemsetsParams::min_customers);
    let params = set(params, options.count("maxItemsets", 1)?, FrequentItemsetsParams::max_itemsets);
    let params = set(params, options.count("maxBytes", 1)?, FrequentItemsetsParams::max_bytes);
    let params = set(params, options.number_or_null("maxSeconds")?, FrequentItemsetsParams::max_seconds);
    let view = View::read(&mut options)?;
    options.finish()?;
    Ok((params.level(view.level()).unit(view.unit()), view))
}

#[allow(clippy::cast_precision_loss, reason = "to the nearest double, as documented")]
fn counts(counts: &kosar::itemset::ItemsetCounts) -> ItemsetCounts {
    let partial = counts.partial().map(|partial| camel_cased(&partial.to_string()));
    ItemsetCounts {
        total: counts.total() as f64,
        by_length: counts.by_length().iter().map(|&count| count as f64).collect(),
        partial: partial.map_or(Either::B(Null), Either::A),
    }
}
