//! Clusters of customers.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::cluster::CustomerClusters as Core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert;
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// Customers in clusters by what they have in common.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct CustomerClusters(pub(crate) Arc<Core>);

#[pymethods]
impl CustomerClusters {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(1))
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        n_clusters: &Bound<'_, PyAny>,
        as_of: Option<&Bound<'_, PyAny>>,
        n_init: &Bound<'_, PyAny>,
        seed: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let mut params = Core::params(convert::count("n_clusters", n_clusters, 1)?)
            .n_init(convert::count("n_init", n_init, 1)?)
            .seed(convert::seed(seed)?);
        if let Some(as_of) = as_of {
            params = params.as_of(convert::time("as_of", as_of)?);
        }
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn profiles(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.profile_table()))?.into())
    }

    /// The profiles as sentences.
    fn sentences(&self, py: Python<'_>) -> Out<Vec<String>> {
        let model = Arc::clone(&self.0);
        slow(py, move |_| Ok(model.profiles().iter().map(ToString::to_string).collect()))
    }

    fn cluster(&self, customer: &Bound<'_, PyAny>) -> Out<u32> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.cluster(&customer)?))
    }

    #[getter]
    fn inertia(&self) -> f64 {
        self.0.kmeans().inertia()
    }

    /// In microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.rfm().as_of().map(kosar::Time::micros)
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
