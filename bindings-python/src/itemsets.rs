//! Frequent itemsets.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::itemset::FrequentItemsets as Core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert;
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::slow;
use crate::table::Table;

/// Sets of items bought together.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct FrequentItemsets(pub(crate) Arc<Core>);

#[pymethods]
impl FrequentItemsets {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(0.5))
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        min_support: &Bound<'_, PyAny>,
        max_len: Option<&Bound<'_, PyAny>>,
        max_itemsets: &Bound<'_, PyAny>,
        max_bytes: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let params = Core::params(convert::real("min_support", min_support)?)
            .max_len(convert::optional_count("max_len", max_len, 1)?)
            .max_itemsets(convert::count("max_itemsets", max_itemsets, 1)?)
            .max_bytes(convert::count("max_bytes", max_bytes, 1)?);
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn n_baskets(&self) -> u64 {
        self.0.n_baskets()
    }

    /// Why itemsets are missing, as a sentence.
    #[getter]
    fn partial(&self) -> Option<String> {
        self.0.partial().map(|partial| partial.to_string())
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
