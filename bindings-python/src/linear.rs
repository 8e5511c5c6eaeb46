//! Linear models of the whole matrix: two classes that are asked alike.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::linear::{EaseParams, GraphFilterParams, ItemChoice, RecommendOptions, Unit};
use kosar::{Fit, IdRef};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::matrix::Matrix;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::slots::{Slots, slots};
use crate::{persist, recommendation};

/// Weights of pairs of items.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Ease(pub(crate) Arc<kosar::linear::Ease>);

/// Histories smoothed over the graph of customers and items.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct GraphFilter(pub(crate) Arc<kosar::linear::GraphFilter>);

fn ease(given: &Fields<'_>) -> Out<EaseParams> {
    Ok(kosar::linear::Ease::params()
        .l2(given.real("l2")?)
        .neighbors(given.optional_count("neighbors", 1)?)
        .unit(Unit::parse(&given.word("unit")?)?)
        .max_history(given.optional_count("max_history", 1)?)
        .max_items(given.count("max_items", 1)?)
        .items(ItemChoice::parse(&given.word("items")?)?))
}

fn graph_filter(given: &Fields<'_>) -> Out<GraphFilterParams> {
    Ok(kosar::linear::GraphFilter::params()
        .factors(given.count("factors", 0)?)
        .alpha(given.real("alpha")?)
        .user_exponent(given.real("user_exponent")?)
        .item_exponent(given.real("item_exponent")?)
        .unit(Unit::parse(&given.word("unit")?)?)
        .max_history(given.optional_count("max_history", 1)?)
        .power_iterations(given.count("power_iterations", 0)?)
        .seed(given.count("seed", 0)? as u64))
}

fn options(given: &Fields<'_>) -> Out<RecommendOptions> {
    Ok(RecommendOptions::new()
        .only(given.optional_ids("only")?)
        .exclude(given.ids("exclude")?)
        .min_score(given.optional_real("min_score")?))
}

/// What every linear model does.
macro_rules! linear_model {
    ($class:ident, $core:ty, $read:path, $tell:expr => $own:ty) => {
        #[pymethods]
        impl $class {
            #[staticmethod]
            fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
                convert::json(py, &<$core>::params())
            }

            #[staticmethod]
            fn fit(py: Python<'_>, log: &OrderLog, params: Fields<'_>) -> Out<Self> {
                let (params, log) = ($read(&params)?, Arc::clone(&log.0));
                Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
            }

            #[staticmethod]
            fn fit_matrix(py: Python<'_>, matrix: &Matrix, params: Fields<'_>) -> Out<Self> {
                let (params, matrix) = ($read(&params)?, Arc::clone(&matrix.0));
                Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*matrix, control))?)))
            }

            fn similar<'py>(
                &self,
                py: Python<'py>,
                item: &Bound<'_, PyAny>,
                n: &Bound<'_, PyAny>,
            ) -> Out<Bound<'py, PyList>> {
                let (item, n) = (convert::id("item", item)?, convert::count("n", n, 0)?);
                fast(|| {
                    let found = py.detach(|| self.0.similar(&item, n))?;
                    recommendation::list(py, found)
                })
            }

            fn recommend_for_customer<'py>(
                &self,
                py: Python<'py>,
                customer: &Bound<'_, PyAny>,
                n: &Bound<'_, PyAny>,
                given: Fields<'_>,
            ) -> Out<Bound<'py, PyList>> {
                let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
                let options = options(&given)?;
                fast(|| {
                    let found = py.detach(|| self.0.recommend_for_customer_with(&customer, n, &options))?;
                    recommendation::list(py, found)
                })
            }

            fn recommend_for_items<'py>(
                &self,
                py: Python<'py>,
                items: &Bound<'_, PyAny>,
                n: &Bound<'_, PyAny>,
                given: Fields<'_>,
            ) -> Out<Bound<'py, PyList>> {
                let (items, n) = (convert::ids("items", items)?, convert::count("n", n, 0)?);
                let options = options(&given)?;
                fast(|| {
                    let found = py.detach(|| self.0.recommend_for_items_with(&items, n, &options))?;
                    recommendation::list(py, found)
                })
            }

            fn recommend_all<'py>(
                &self,
                py: Python<'py>,
                n: &Bound<'_, PyAny>,
                given: Fields<'_>,
            ) -> Out<Slots<'py>> {
                let (model, n, options) = (Arc::clone(&self.0), convert::count("n", n, 0)?, options(&given)?);
                slots(py, n, move || {
                    let all = model.recommend_all_with(n, &options)?;
                    Ok((model.customers().len(), model.items().clone(), all))
                })
            }

            fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
                fast(|| convert::vocabulary_out(py, self.0.items()))
            }

            fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
                fast(|| convert::vocabulary_out(py, &self.0.customers()))
            }

            /// Whether items are integers.
            #[getter]
            fn has_integer_items(&self) -> bool {
                self.0.items().iter().next().is_some_and(|id| matches!(id, IdRef::Int(_)))
            }

            #[getter]
            fn n_customers_cut(&self) -> usize {
                self.0.customers_cut()
            }

            #[getter]
            fn n_anonymous_orders(&self) -> usize {
                self.0.anonymous_orders()
            }

            /// What this class alone knows of its fit.
            #[getter]
            fn own(&self) -> $own {
                $tell(&self.0)
            }

            fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
                persist::to_bytes(py, &self.0, histories)
            }

            fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
                persist::save(py, &self.0, path, histories)
            }
        }
    };
}

linear_model!(Ease, kosar::linear::Ease, ease, kosar::linear::Ease::items_left_out => usize);
linear_model!(GraphFilter, kosar::linear::GraphFilter, graph_filter, directions => Vec<f64>);

fn directions(model: &kosar::linear::GraphFilter) -> Vec<f64> {
    model.singular_values().to_vec()
}
