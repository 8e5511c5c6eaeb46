//! Temporal rules.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::sequence::{TemporalMeasure, TemporalRules as Core};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::table::Table;
use crate::{persist, recommendation};

/// What customers buy after what.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct TemporalRules(pub(crate) Arc<Core>);

#[pymethods]
impl TemporalRules {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(1.0))
    }

    #[staticmethod]
    fn fit(py: Python<'_>, log: &OrderLog, params: Fields<'_>) -> Out<Self> {
        let params = Core::params(params.real("within_days")?)
            .min_support(params.real("min_support")?)
            .min_confidence(params.real("min_confidence")?)
            .top_k(params.optional_count("top_k", 1)?)
            .repeats(params.flag("repeats")?)
            .full_window(params.flag("full_window")?)
            .max_rules(params.count("max_rules", 1)?)
            .max_seconds(params.optional_real("max_seconds")?);
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn next<'py>(
        &self,
        py: Python<'py>,
        item: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        measure: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (item, n) = (convert::id("item", item)?, convert::count("n", n, 0)?);
        let measure = TemporalMeasure::parse(&convert::word("measure", measure)?)?;
        fast(|| recommendation::list(py, self.0.next_by(&item, n, measure)?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Why rules are missing, as a sentence.
    #[getter]
    fn partial(&self) -> Option<String> {
        self.0.partial().map(|partial| partial.to_string())
    }

    #[getter]
    fn n_customers(&self) -> u64 {
        self.0.n_customers()
    }

    #[getter]
    fn n_anonymous_orders(&self) -> u64 {
        self.0.anonymous_orders()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
