//! What sells.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::popularity::Popularity as Core;
use kosar::rank::ItemFilter;
use kosar::{Fit, IdRef};
use numpy::{IntoPyArray, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::{persist, recommendation};

/// Items by how many bought them.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Popularity(pub(crate) Arc<Core>);

/// Positions and scores.
type All<'py> = (Bound<'py, PyArray2<u32>>, Bound<'py, PyArray2<f64>>);

#[pymethods]
impl Popularity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(py: Python<'_>, log: &OrderLog, params: Fields<'_>) -> Out<Self> {
        let params = Core::params()
            .half_life_days(params.optional_real("half_life_days")?)
            .as_of(params.optional_time("as_of")?);
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn recommend<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let n = convert::count("n", n, 0)?;
        let filter = ItemFilter::new().exclude(options.ids("exclude")?).only(options.optional_ids("only")?);
        fast(|| recommendation::list(py, self.0.recommend_with(n, &filter)?))
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

    /// How many customers bought each item.
    fn counts(&self) -> Vec<u32> {
        self.0.counts().to_vec()
    }

    /// Whether items are integers.
    #[getter]
    fn has_integer_items(&self) -> bool {
        self.0.items().iter().next().is_some_and(|id| matches!(id, IdRef::Int(_)))
    }

    /// When age is taken, in microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.as_of().map(kosar::Time::micros)
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
