//! What is bought after what.

use std::sync::Arc;

use kosar::data::Cell;
use kosar::sequence::{TemporalMeasure, TemporalRulesParams};
use kosar::{ErrorKind, Fit, ItemIx};
use napi::bindgen_prelude::{AsyncTask, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{how_many, id, log};
use crate::error::{Outcome, camel_cased, failure, of_kind};
use crate::model;
use crate::options::{Options, set};
use crate::recommendation::{Answer, answer};
use crate::table::{Cells, ColumnKind, Table};
use crate::work::{Cancel, Work, background, control};

/// What customers buy after what, within a number of days.
#[napi]
pub struct TemporalRules {
    model: Arc<kosar::sequence::TemporalRules>,
}

impl From<kosar::sequence::TemporalRules> for TemporalRules {
    fn from(model: kosar::sequence::TemporalRules) -> Self {
        Self { model: Arc::new(model) }
    }
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
impl TemporalRules {
    /// Fits on a log with customers and times. By default: at least 5 customers a rule, any confidence, no item after
    /// itself.
    #[napi(
        ts_args_type = "log: OrderLog, options: TemporalRulesOptions",
        ts_return_type = "Promise<TemporalRules>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<TemporalRules>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (log(log_)?, params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The rules, highest lift first: `antecedent`, `consequent`, `count`, `support`, `confidence`, `lift` of customers,
    /// and the quartiles of the days between: `median_days`, `q1_days`, `q3_days`. Nothing is computed before it is read.
    #[napi(getter, catch_unwind)]
    pub fn rules(&self) -> Table {
        Table::of(Arc::clone(&self.model))
    }

    /// Why rules are missing, where a limit ended the computation; `null` when every rule is there.
    #[napi(getter, ts_return_type = "string | null", catch_unwind)]
    pub fn partial(&self) -> Option<String> {
        self.model.partial().map(|partial| camel_cased(&partial.to_string()))
    }

    /// The number of customers who bought anything.
    #[napi(getter, catch_unwind)]
    pub fn n_customers(&self) -> f64 {
        self.model.n_customers() as f64
    }

    /// The number of orders that did not count because they have no customer.
    #[napi(getter, catch_unwind)]
    pub fn anonymous_orders(&self) -> f64 {
        self.model.anonymous_orders() as f64
    }

    /// What is bought next after an item, at most `n`, 10 by default, best first by the measure, the confidence unless told.
    #[napi(
        ts_args_type = "item: Id, n?: number, options?: NextOptions",
        ts_return_type = "Recommendation[]",
        catch_unwind
    )]
    pub fn next<'env>(
        &self,
        env: &'env Env,
        item: Unknown<'env>,
        n: Option<Unknown<'env>>,
        options: Option<Unknown<'env>>,
    ) -> Result<Answer<'env>, String> {
        let (item, n, measure) = (id("item", item)?, how_many(n)?, measure(options)?);
        answer(env, &self.model.next_by(&item, n, measure).map_err(failure)?)
    }
}

model::persistent!(TemporalRules, kosar::sequence::TemporalRules, "Promise<TemporalRules>");

/// The table that the core makes of them, cell by cell.
impl Cells for kosar::sequence::TemporalRules {
    fn len(&self) -> usize {
        self.len()
    }

    fn columns(&self) -> Vec<(&'static str, ColumnKind)> {
        let numbers = ["count", "support", "confidence", "lift", "median_days", "q1_days", "q3_days"];
        let words = ["antecedent", "consequent"].map(|name| (name, ColumnKind::Words));
        words.into_iter().chain(numbers.map(|name| (name, ColumnKind::Numbers))).collect()
    }

    #[allow(clippy::cast_precision_loss, reason = "customers are far below 2^53")]
    fn cell(&self, column: usize, row: usize) -> Cell<'_> {
        let rule = self.rule(row);
        let id = |item: ItemIx| Cell::Id(self.items().get(item.as_usize()));
        match column {
            0 => id(rule.antecedent),
            1 => id(rule.consequent),
            2 => Cell::Float(rule.count as f64),
            3 => Cell::Float(rule.support()),
            4 => Cell::Float(rule.confidence()),
            5 => Cell::Float(rule.lift()),
            6 => Cell::Float(rule.median_days),
            7 => Cell::Float(rule.q1_days),
            _ => Cell::Float(rule.q3_days),
        }
    }
}

fn measure(options: Option<Unknown<'_>>) -> Outcome<TemporalMeasure> {
    let mut options = Options::new("options", options)?;
    let measure = options.choice("measure", TemporalMeasure::parse)?;
    options.finish()?;
    Ok(measure.unwrap_or_default())
}

fn params(options: Option<Unknown<'_>>) -> Outcome<TemporalRulesParams> {
    type Params = TemporalRulesParams;
    let mut options = Options::of_fit(options)?;
    let missing = || {
        let message = "withinDays must be above 0 and at most 36525, got undefined".to_owned();
        of_kind(ErrorKind::Param, message)
    };
    let within_days = options.number("withinDays")?.ok_or_else(missing)?;
    let params = kosar::sequence::TemporalRules::params(within_days);
    let params = set(params, options.number("minSupport")?, Params::min_support);
    let params = set(params, options.number("minConfidence")?, Params::min_confidence);
    let params = set(params, options.count_or_null("topK", 1)?, Params::top_k);
    let params = set(params, options.flag("repeats")?, Params::repeats);
    let params = set(params, options.flag("fullWindow")?, Params::full_window);
    let params = set(params, options.count("maxRules", 1)?, Params::max_rules);
    let params = set(params, options.number_or_null("maxSeconds")?, Params::max_seconds);
    options.finish()?;
    Ok(params)
}
