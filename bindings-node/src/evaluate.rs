//! Evaluations and comparisons of models.

use std::sync::Arc;

use kosar::Id;
use kosar::eval::{self, EvaluateOptions, Metric, MetricKind, Recommend};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, MaybeTypeTag, Result, Unknown};
use napi_derive::napi;

use crate::catalog::Catalog;
use crate::convert::{array, element, id, ids, needed_text, object};
use crate::error::{Outcome, camel_cased, failure, refused};
use crate::linear::{Ease, GraphFilter};
use crate::next_basket::NextBasket;
use crate::options::{Options, set};
use crate::popularity::Popularity;
use crate::recommender::Recommender;
use crate::replenishment::Replenishment;
use crate::rule::AssociationRules;
use crate::similarity::ItemSimilarity;
use crate::split::split;
use crate::table::Table;
use crate::work::{Cancel, Work, background, control};

/// A model of any class that recommends.
pub(crate) type Shared = Arc<dyn Recommend + Send + Sync>;

/// What is inside of a model; a class that recommends has a line here.
fn shared(value: Unknown<'_>) -> Outcome<Shared> {
    held(value, Recommended::shared)
        .or_else(|| held(value, ItemSimilarity::shared))
        .or_else(|| held(value, Popularity::shared))
        .or_else(|| held(value, Ease::shared))
        .or_else(|| held(value, GraphFilter::shared))
        .or_else(|| held(value, NextBasket::shared))
        .or_else(|| held(value, Replenishment::shared))
        .or_else(|| held(value, AssociationRules::shared))
        .or_else(|| held(value, Recommender::shared))
        .ok_or_else(|| refused("model", "one that recommends to customers", value))
}

/// What is inside of a value that is of a class.
pub(crate) fn held<T, S>(value: Unknown<'_>, share: fn(&T) -> S) -> Option<S>
where
    T: MaybeTypeTag + 'static,
{
    ClassInstance::<'_, T>::from_unknown(value).ok().map(|model| share(&model))
}

/// Lists of another program, on their way in; `evaluate.js` hands them over one by one.
#[napi(namespace = "internal")]
#[derive(Default)]
pub struct Lists {
    lists: Vec<(Id, Vec<Id>)>,
}

/// Lists of another program.
#[napi(namespace = "internal")]
pub struct Recommended {
    lists: Arc<eval::Recommended>,
}

#[napi(namespace = "internal")]
impl Lists {
    #[napi(constructor, catch_unwind)]
    #[allow(clippy::new_without_default, reason = "the macro needs a constructor of this name")]
    pub fn new() -> Self {
        Self::default()
    }

    #[napi(ts_args_type = "customer: Id, items: Id[]", catch_unwind)]
    pub fn push(&mut self, customer: Unknown<'_>, items: Unknown<'_>) -> Result<(), String> {
        self.lists.push((id("customer", customer)?, ids("recommendations", "item", items)?));
        Ok(())
    }

    #[napi(ts_return_type = "Promise<Recommended>", catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<Recommended>> {
        let lists = std::mem::take(&mut self.lists);
        background(|| {
            Ok(move || {
                let pairs = lists.iter().map(|(customer, items)| (customer, items));
                eval::Recommended::from_lists(pairs).map(|lists| Recommended { lists: Arc::new(lists) })
            })
        })
    }
}

impl Recommended {
    fn shared(&self) -> Shared {
        Arc::<eval::Recommended>::clone(&self.lists)
    }
}

/// The length of the lists, and how intervals are made.
pub(crate) fn how(options: &mut Options<'_>) -> Outcome<(usize, EvaluateOptions<'static>)> {
    let k = options.count("k", 1)?.unwrap_or(20);
    let mut given = EvaluateOptions::at(k);
    given = set(given, options.count("nResamples", 0)?, EvaluateOptions::n_resamples);
    given = set(given, options.number("confidence")?, EvaluateOptions::confidence);
    Ok((k, set(given, options.seed("seed")?, EvaluateOptions::seed)))
}

/// How models are evaluated, without what is borrowed.
struct Given {
    options: EvaluateOptions<'static>,
    catalog: Option<Arc<kosar::data::Catalog>>,
}

impl Given {
    fn read(options: Option<Unknown<'_>>) -> Outcome<Self> {
        let mut options = Options::of_fit(options)?;
        let (k, mut given) = how(&mut options)?;
        if options.value("metrics")?.is_some() {
            let metrics = options.texts("metrics")?;
            let metrics = metrics.iter().map(|word| Metric::parse(word, k).map_err(failure));
            given = given.metrics(metrics.collect::<Outcome<Vec<_>>>()?);
        }
        let catalog = options.value("catalog")?.map(catalog).transpose()?;
        options.finish()?;
        Ok(Self { options: given, catalog })
    }

    fn whole(&self) -> EvaluateOptions<'_> {
        match &self.catalog {
            Some(catalog) => self.options.clone().catalog(catalog),
            None => self.options.clone(),
        }
    }
}

fn catalog(value: Unknown<'_>) -> Outcome<Arc<kosar::data::Catalog>> {
    let catalog = ClassInstance::<'_, Catalog>::from_unknown(value);
    catalog.map(|catalog| catalog.shared()).map_err(|_| refused("catalog", "a Catalog", value))
}

/// How good a model is on a split.
#[napi]
pub struct Evaluation {
    evaluation: Arc<eval::Evaluation>,
}

impl From<eval::Evaluation> for Evaluation {
    fn from(evaluation: eval::Evaluation) -> Self {
        Self { evaluation: Arc::new(evaluation) }
    }
}

/// The value of a metric.
#[napi(object, object_from_js = false)]
pub struct Estimate {
    /// Its name with the length of the lists, such as `ndcg@20`.
    pub metric: String,
    /// The mean over the customers for whom it is defined; for coverage the share. NaN where it is defined for nobody.
    pub value: f64,
    /// The lower end of the interval; NaN where there is none.
    pub low: f64,
    /// The upper end of the interval; NaN where there is none.
    pub high: f64,
    /// The number of customers for whom it is defined.
    pub n: f64,
    /// The number of customers for whom it is not.
    pub n_undefined: f64,
}

/// Measures a model, or the lists of any other program, on a split.
///
/// The model should be fitted on `split.train`. Recommendations of any origin are a `Map` or an iterable of customers with
/// their lists, best first, or a function from a customer to a list, which may be asynchronous.
#[napi(
    ts_args_type = "model: Evaluable, split: Split, options?: EvaluateOptions",
    ts_return_type = "Promise<Evaluation>",
    catch_unwind
)]
pub fn evaluate(
    model: Unknown<'_>,
    split_: Unknown<'_>,
    options: Option<Unknown<'_>>,
    cancel: Option<&Cancel>,
) -> AsyncTask<Work<Evaluation>> {
    let control = control(cancel);
    background(|| {
        let (model, split, given) = (shared(model)?, split(split_)?, Given::read(options)?);
        Ok(move || eval::evaluate(&*model, &split, &given.whole(), &control).map(Evaluation::from))
    })
}

#[napi]
impl Evaluation {
    /// The values: `metric`, `value`, `low`, `high`, `n`, `n_undefined`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.evaluation.table().into()
    }

    /// The value of a metric with its interval, such as that of `ndcg@20`.
    #[napi(ts_args_type = "metric: string", catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn estimate(&self, metric: Unknown<'_>) -> Result<Estimate, String> {
        let one = *self.evaluation.estimate(self.metric(metric)?).map_err(failure)?;
        Ok(Estimate {
            metric: one.metric.to_string(),
            value: one.value,
            low: one.low,
            high: one.high,
            n: one.n as f64,
            n_undefined: one.n_undefined as f64,
        })
    }

    /// The value of a metric for each customer: `customer`, `value` (NaN where it is undefined).
    #[napi(ts_args_type = "metric: string", catch_unwind)]
    pub fn per_customer(&self, metric: Unknown<'_>) -> Result<Table, String> {
        let table = self.evaluation.customer_table(self.metric(metric)?).map_err(failure)?;
        Ok(table.into())
    }

    /// The number of customers asked about.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn n_customers(&self) -> f64 {
        self.evaluation.customers().len() as f64
    }

    /// The number of customers whom the model recommended nothing to.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn n_empty(&self) -> f64 {
        self.evaluation.n_empty() as f64
    }

    /// What of the model hardly was meant: that it names items which `split.train` has not, as one that was fitted on the
    /// whole log does.
    #[napi(getter, catch_unwind)]
    pub fn notes(&self) -> Vec<String> {
        self.evaluation.notes().iter().map(|note| camel_cased(&note.to_string())).collect()
    }

    /// Every value with its interval, in words.
    #[napi(getter, catch_unwind)]
    pub fn text(&self) -> String {
        self.evaluation.to_string()
    }
}

impl Evaluation {
    fn metric(&self, name: Unknown<'_>) -> Outcome<Metric> {
        let k = self.evaluation.estimates().first().map_or(1, |one| one.metric.k());
        Metric::parse(&needed_text("metric", name)?, k).map_err(failure)
    }
}

/// Several models on the same customers; the most popular items come first, as the baseline.
#[napi]
pub struct Comparison {
    comparison: Arc<eval::Comparison>,
}

impl From<eval::Comparison> for Comparison {
    fn from(comparison: eval::Comparison) -> Self {
        Self { comparison: Arc::new(comparison) }
    }
}

/// Measures several models, and the most popular items as `popularity`, on the same customers.
///
/// Differences are taken customer by customer. Each says what chance explains, one at a time: of twenty differences of
/// nothing, one is expected to be called something.
#[napi(
    ts_args_type = "models: Record<string, Evaluable>, split: Split, options?: EvaluateOptions",
    ts_return_type = "Promise<Comparison>",
    catch_unwind
)]
pub fn compare(
    models: Unknown<'_>,
    split_: Unknown<'_>,
    options: Option<Unknown<'_>>,
    cancel: Option<&Cancel>,
) -> AsyncTask<Work<Comparison>> {
    let control = control(cancel);
    background(|| {
        let (models, split, given) = (named(models)?, split(split_)?, Given::read(options)?);
        Ok(move || {
            let models: Vec<(&str, &dyn Recommend)> =
                models.iter().map(|(name, model)| (name.as_str(), &**model as &dyn Recommend)).collect();
            eval::compare(&models, &split, &given.whole(), &control).map(Comparison::from)
        })
    })
}

/// Models by name.
fn named(models: Unknown<'_>) -> Outcome<Vec<(String, Shared)>> {
    use napi::bindgen_prelude::{JsObjectValue, Object};
    let models = object("models", models)?;
    let names = Object::keys(&models).map_err(crate::error::internal)?;
    let model = |name: String| {
        let model = models.get_named_property::<Unknown<'_>>(&name).map_err(crate::error::internal)?;
        Ok((name, shared(model)?))
    };
    names.into_iter().map(model).collect()
}

#[napi]
impl Comparison {
    /// The names of the models, `popularity` first.
    #[napi(getter, catch_unwind)]
    pub fn names(&self) -> Vec<String> {
        self.comparison.names().to_vec()
    }

    /// The evaluation of a model.
    #[napi(ts_args_type = "name: string", catch_unwind)]
    pub fn evaluation(&self, name: Unknown<'_>) -> Result<Evaluation, String> {
        let name = needed_text("name", name)?;
        Ok(self.comparison.evaluation(&name).map_err(failure)?.clone().into())
    }

    /// All values: `model`, `metric`, `value`, `low`, `high`, `n`, `n_undefined`; and by how much the model exceeds the
    /// baseline: `difference`, `difference_low`, `difference_high`, `verdict` (better, worse, higher, lower, undecided).
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.comparison.table().into()
    }

    /// As `table`, with the differences to another model.
    #[napi(ts_args_type = "name: string", ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn table_to(&self, name: Unknown<'_>) -> AsyncTask<Work<Table>> {
        let comparison = Arc::clone(&self.comparison);
        background(|| {
            let name = needed_text("name", name)?;
            Ok(move || comparison.table_to(&name).map(Table::from))
        })
    }

    /// A line for each model with its values; `+` and `-` say which differences to the baseline chance does not explain.
    #[napi(getter, catch_unwind)]
    pub fn text(&self) -> String {
        self.comparison.to_string()
    }

    /// The name of the model with the highest value of a metric that was measured.
    #[napi(ts_args_type = "metric: string", catch_unwind)]
    pub fn best(&self, metric: Unknown<'_>) -> Result<String, String> {
        let name = needed_text("metric", metric)?;
        let first = self.comparison.evaluation(&self.comparison.names()[0]).map_err(failure)?;
        let k = first.estimates().first().map_or(1, |one| one.metric.k());
        let metric = Metric::parse(&name, k).map_err(failure)?;
        self.comparison.best(metric).map(str::to_owned).map_err(failure)
    }
}

/// What the best of several evaluations is.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct Tuned {
    pub best: f64,
    pub metric: String,
    pub value: f64,
}

/// The best of several evaluations, one a point.
#[napi(namespace = "internal", catch_unwind)]
#[allow(clippy::cast_precision_loss, reason = "points are far below 2^53")]
pub fn tuned(metric: Unknown<'_>, k: f64, evaluations: Unknown<'_>) -> Result<Tuned, String> {
    let k = crate::convert::whole(k).and_then(|k| usize::try_from(k).ok()).unwrap_or(0);
    let metric = Metric::parse(&needed_text("metric", metric)?, k).map_err(failure)?;
    let evaluations = array("evaluations", evaluations)?;
    let one = |at| -> Outcome<eval::Evaluation> {
        let value = element(&evaluations, at)?;
        let one = ClassInstance::<'_, Evaluation>::from_unknown(value);
        one.map(|one| (*one.evaluation).clone()).map_err(|_| refused("evaluations", "Evaluations", value))
    };
    let evaluations: Vec<eval::Evaluation> = (0..evaluations.len()).map(one).collect::<Outcome<_>>()?;
    let tuning = eval::Tuning::new(metric, evaluations).map_err(failure)?;
    let best = &tuning.evaluations()[tuning.best()];
    let value = best.estimate(metric).map_err(failure)?.value;
    Ok(Tuned { best: tuning.best() as f64, metric: metric.to_string(), value })
}

/// The points of a grid, by the positions of their values.
#[napi(namespace = "internal", catch_unwind)]
pub fn grid_positions(options: Unknown<'_>) -> Result<Vec<Vec<u32>>, String> {
    let mut options = Options::new("options", Some(options))?;
    let lens = options.value("lens")?.map(|value| array("lens", value)).transpose()?;
    let (max_points, seed) = (options.count("maxPoints", 1)?, options.seed("seed")?.unwrap_or(0));
    let lens: Vec<usize> = match lens {
        Some(lens) => (0..lens.len())
            .map(|at| crate::convert::count("lens", element(&lens, at)?, 0))
            .collect::<Outcome<_>>()?,
        None => Vec::new(),
    };
    let points = eval::grid_positions(&lens, max_points, seed).map_err(failure)?;
    let narrow =
        |point: Vec<usize>| point.into_iter().map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
    Ok(points.into_iter().map(narrow).collect())
}

/// The names of all metrics.
#[napi(namespace = "internal", catch_unwind)]
pub fn metrics() -> Vec<&'static str> {
    MetricKind::ALL.into_iter().map(MetricKind::name).collect()
}
