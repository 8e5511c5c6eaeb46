//! Item similarity.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::similarity::{ItemSimilarity as Core, Measure, Unit};
use kosar::{Fit, IdRef};
use numpy::{IntoPyArray, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert;
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::{persist, recommendation};

/// Items by who bought them.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct ItemSimilarity(pub(crate) Arc<Core>);

/// Positions and scores.
type All<'py> = (Bound<'py, PyArray2<u32>>, Bound<'py, PyArray2<f64>>);

#[pymethods]
impl ItemSimilarity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        measure: &Bound<'_, PyAny>,
        neighbors: &Bound<'_, PyAny>,
        unit: &Bound<'_, PyAny>,
        max_history: Option<&Bound<'_, PyAny>>,
    ) -> Out<Self> {
        let params = Core::params()
            .measure(Measure::parse(&convert::word("measure", measure)?)?)
            .neighbors(convert::count("neighbors", neighbors, 1)?)
            .unit(Unit::parse(&convert::word("unit", unit)?)?)
            .max_history(convert::optional_count("max_history", max_history, 1)?);
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn similar<'py>(
        &self,
        py: Python<'py>,
        item: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (item, n) = (convert::id("item", item)?, convert::count("n", n, 0)?);
        fast(|| recommendation::list(py, self.0.similar(&item, n)?))
    }

    fn recommend_for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        fast(|| recommendation::list(py, self.0.recommend_for_customer(&customer, n)?))
    }

    fn recommend_for_items<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (items, n) = (convert::ids("items", items)?, convert::count("n", n, 0)?);
        fast(|| recommendation::list(py, self.0.recommend_for_items(&items, n)?))
    }

    /// Positions of items (the number of items for an empty slot) and scores, shape (n_customers, n).
    fn recommend_all<'py>(&self, py: Python<'py>, n: &Bound<'_, PyAny>) -> Out<All<'py>> {
        let (model, n) = (Arc::clone(&self.0), convert::count("n", n, 0)?);
        let (positions, scores, n_customers) = slow(py, move |_| {
            let none = model.items().len();
            let all = model.recommend_all(n)?;
            let position = |item: &Option<kosar::ItemIx>| item.map_or(none, kosar::ItemIx::as_usize);
            let positions = all.items().iter().map(|item| u32::try_from(position(item)).unwrap_or(u32::MAX));
            Ok((positions.collect::<Vec<_>>(), all.scores().to_vec(), model.customers().len()))
        })?;
        let shape = [n_customers, n];
        Ok((positions.into_pyarray(py).reshape(shape)?, scores.into_pyarray(py).reshape(shape)?))
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

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
