//! Evaluations and comparisons of models.

use std::sync::Arc;

use kosar::data::Catalog as CoreCatalog;
use kosar::eval::{self, EvaluateOptions, Metric, MetricKind, Recommend};
use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::catalog::Catalog;
use crate::convert::{self, Fields};
use crate::error::{Out, raise};
use crate::linear::{Ease, GraphFilter};
use crate::next_basket::NextBasket;
use crate::popularity::Popularity;
use crate::recommender::Recommender;
use crate::replenishment::Replenishment;
use crate::rules::AssociationRules;
use crate::run::{fast, slow};
use crate::similarity::ItemSimilarity;
use crate::split::Split;
use crate::table::Table;

/// A model of any class that recommends.
pub(crate) type Shared = Arc<dyn Recommend + Send + Sync>;

/// What is inside of a model of a class.
pub(crate) fn held<T: PyClass, S>(model: &Bound<'_, PyAny>, share: fn(&T) -> S) -> Option<S> {
    model.cast::<T>().ok().map(|model| share(&model.borrow()))
}

/// What is inside of a model; a class that recommends has a line here.
fn shared(model: &Bound<'_, PyAny>) -> Out<Shared> {
    let found = held::<Recommended, Shared>(model, |model| Arc::<eval::Recommended>::clone(&model.0))
        .or_else(|| {
            held::<ItemSimilarity, Shared>(model, |model| {
                Arc::<kosar::similarity::ItemSimilarity>::clone(&model.0)
            })
        })
        .or_else(|| {
            held::<Popularity, Shared>(model, |model| Arc::<kosar::popularity::Popularity>::clone(&model.0))
        })
        .or_else(|| held::<Ease, Shared>(model, |model| Arc::<kosar::linear::Ease>::clone(&model.0)))
        .or_else(|| {
            held::<GraphFilter, Shared>(model, |model| Arc::<kosar::linear::GraphFilter>::clone(&model.0))
        })
        .or_else(|| {
            held::<NextBasket, Shared>(model, |model| Arc::<kosar::next_basket::NextBasket>::clone(&model.0))
        })
        .or_else(|| {
            held::<Replenishment, Shared>(model, |model| {
                Arc::<kosar::replenish::Replenishment>::clone(&model.0)
            })
        })
        .or_else(|| held::<AssociationRules, Shared>(model, |model| model.shared()))
        .or_else(|| held::<Recommender, Shared>(model, |model| Arc::new(model.0.for_customers())));
    let refuse = || raise("ParamTypeError", "model must be one that recommends to customers");
    Ok(found.ok_or_else(refuse)?)
}

/// Lists of another program.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Recommended(Arc<eval::Recommended>);

#[pymethods]
impl Recommended {
    /// From pairs of a customer and a list of items.
    #[staticmethod]
    fn from_lists(py: Python<'_>, lists: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>) -> Out<Self> {
        let list = |(customer, items): &(Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((convert::id("customer", customer)?, convert::ids("items", items)?))
        };
        let lists: Vec<(kosar::Id, Vec<kosar::Id>)> = lists.iter().map(list).collect::<Out<_>>()?;
        let made = move |_: &kosar::Control| {
            eval::Recommended::from_lists(lists.iter().map(|(customer, items)| (customer, items)))
        };
        Ok(Self(Arc::new(slow(py, made)?)))
    }
}

/// The length of the lists, and how intervals are made.
pub(crate) fn how(given: &Fields<'_>) -> Out<(usize, EvaluateOptions<'static>)> {
    let k = given.count("k", 1)?;
    let options = EvaluateOptions::at(k)
        .n_resamples(given.count("n_resamples", 0)?)
        .confidence(given.real("confidence")?)
        .seed(given.count("seed", 0)? as u64);
    Ok((k, options))
}

/// How models are evaluated, without what is borrowed.
struct Options {
    options: EvaluateOptions<'static>,
    catalog: Option<Arc<CoreCatalog>>,
}

impl Options {
    fn read(given: &Fields<'_>, catalog: Option<&Bound<'_, Catalog>>) -> Out<Self> {
        let (k, mut options) = how(given)?;
        if let Some(metrics) = given.optional_words("metrics")? {
            let metrics = metrics.iter().map(|word| Metric::parse(word, k));
            options = options.metrics(metrics.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Self { options, catalog: crate::catalog::given(catalog) })
    }

    fn whole(&self) -> EvaluateOptions<'_> {
        match &self.catalog {
            Some(catalog) => self.options.clone().catalog(catalog),
            None => self.options.clone(),
        }
    }
}

/// How good a model is.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Evaluation(Arc<eval::Evaluation>);

/// Measures a model on a split.
#[pyfunction]
pub(crate) fn evaluate(
    py: Python<'_>,
    model: &Bound<'_, PyAny>,
    split: &Split,
    catalog: Option<&Bound<'_, Catalog>>,
    options: Fields<'_>,
) -> Out<Evaluation> {
    let (model, split, options) = (shared(model)?, Arc::clone(&split.0), Options::read(&options, catalog)?);
    let evaluated =
        move |control: &kosar::Control| eval::evaluate(&*model, &split, &options.whole(), control);
    Ok(Evaluation(Arc::new(slow(py, evaluated)?)))
}

#[pymethods]
impl Evaluation {
    fn table(&self) -> Out<Table> {
        fast(|| Ok(self.0.table().into()))
    }

    fn customer_table(&self, metric: &str) -> Out<Table> {
        fast(|| Ok(self.0.customer_table(self.metric(metric)?)?.into()))
    }

    /// Value, low, high, n and n_undefined of a metric.
    fn estimate(&self, metric: &str) -> Out<(f64, f64, f64, usize, usize)> {
        let one = self.0.estimate(self.metric(metric)?)?;
        Ok((one.value, one.low, one.high, one.n, one.n_undefined))
    }

    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.notes().iter().map(ToString::to_string).collect()
    }

    #[getter]
    fn n_empty(&self) -> usize {
        self.0.n_empty()
    }

    #[getter]
    fn n_customers(&self) -> usize {
        self.0.customers().len()
    }

    fn text(&self) -> Out<String> {
        fast(|| Ok(self.0.to_string()))
    }
}

impl Evaluation {
    /// A metric by its name; without a length that of the first metric measured.
    fn metric(&self, word: &str) -> Out<Metric> {
        let k = self.0.estimates().first().map_or(1, |one| one.metric.k());
        Ok(Metric::parse(word, k)?)
    }
}

/// Several models on one split.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Comparison(Arc<eval::Comparison>);

/// Measures several models and the most popular items on a split.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    models: Vec<(String, Bound<'_, PyAny>)>,
    split: &Split,
    catalog: Option<&Bound<'_, Catalog>>,
    options: Fields<'_>,
) -> Out<Comparison> {
    let named = |(name, model): &(String, Bound<'_, PyAny>)| Ok((name.clone(), shared(model)?));
    let models: Vec<(String, Shared)> = models.iter().map(named).collect::<Out<_>>()?;
    let (split, options) = (Arc::clone(&split.0), Options::read(&options, catalog)?);
    let compared = move |control: &kosar::Control| {
        let models: Vec<(&str, &dyn Recommend)> =
            models.iter().map(|(name, model)| (name.as_str(), &**model as &dyn Recommend)).collect();
        eval::compare(&models, &split, &options.whole(), control)
    };
    Ok(Comparison(Arc::new(slow(py, compared)?)))
}

#[pymethods]
impl Comparison {
    #[getter]
    fn names(&self) -> Vec<String> {
        self.0.names().to_vec()
    }

    fn evaluation(&self, name: &str) -> Out<Evaluation> {
        fast(|| Ok(Evaluation(Arc::new(self.0.evaluation(name)?.clone()))))
    }

    /// All values, and the differences to a model, the baseline unless named.
    fn table(&self, py: Python<'_>, to: Option<String>) -> Out<Table> {
        let comparison = Arc::clone(&self.0);
        let table = slow(py, move |_| match to {
            Some(name) => comparison.table_to(&name),
            None => Ok(comparison.table()),
        })?;
        Ok(table.into())
    }

    fn text(&self) -> Out<String> {
        fast(|| Ok(self.0.to_string()))
    }

    fn best(&self, metric: &str) -> Out<String> {
        let first = self.0.evaluation(&self.0.names()[0])?.estimates().first();
        let metric = Metric::parse(metric, first.map_or(1, |one| one.metric.k()))?;
        Ok(self.0.best(metric)?.to_owned())
    }
}

/// The position of the best of several evaluations, and a table of all of them.
#[pyfunction]
pub(crate) fn tuned(
    py: Python<'_>,
    metric: &str,
    k: usize,
    evaluations: &Bound<'_, PyList>,
) -> Out<(usize, Table)> {
    let metric = Metric::parse(metric, k)?;
    let one = |evaluation: Bound<'_, PyAny>| -> Out<eval::Evaluation> {
        let evaluation = evaluation.cast::<Evaluation>().map_err(PyErr::from)?;
        Ok((*evaluation.get().0).clone())
    };
    let evaluations: Vec<eval::Evaluation> = evaluations.iter().map(one).collect::<Out<_>>()?;
    let tuning = slow(py, move |_| eval::Tuning::new(metric, evaluations))?;
    Ok((tuning.best(), tuning.table().into()))
}

/// The points of a grid, by the positions of their values.
#[pyfunction]
pub(crate) fn grid_positions(
    lens: Vec<usize>,
    max_points: Option<&Bound<'_, PyAny>>,
    seed: &Bound<'_, PyAny>,
) -> Out<Vec<Vec<usize>>> {
    let max_points = convert::optional_count("max_points", max_points, 1)?;
    Ok(eval::grid_positions(&lens, max_points, convert::seed(seed)?)?)
}

/// The names of the metrics.
#[pyfunction]
pub(crate) fn metrics() -> Vec<&'static str> {
    MetricKind::ALL.into_iter().map(MetricKind::name).collect()
}
