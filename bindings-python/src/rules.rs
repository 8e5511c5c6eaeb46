//! Association rules.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::rule::{AssociationRules as Core, Consequent};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert;
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::table::Table;
use crate::{persist, recommendation};

/// Rules between items.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct AssociationRules(pub(crate) Arc<Core>);

#[pymethods]
impl AssociationRules {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(0.5))
    }

    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "each is a parameter of the model")]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        min_support: &Bound<'_, PyAny>,
        min_confidence: &Bound<'_, PyAny>,
        consequent: &Bound<'_, PyAny>,
        max_len: Option<&Bound<'_, PyAny>>,
        max_itemsets: &Bound<'_, PyAny>,
        max_rules: &Bound<'_, PyAny>,
        max_bytes: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let params = Core::params(convert::real("min_support", min_support)?)
            .min_confidence(convert::real("min_confidence", min_confidence)?)
            .consequent(Consequent::parse(&convert::word("consequent", consequent)?)?)
            .max_len(convert::optional_count("max_len", max_len, 2)?)
            .max_itemsets(convert::count("max_itemsets", max_itemsets, 1)?)
            .max_rules(convert::count("max_rules", max_rules, 1)?)
            .max_bytes(convert::count("max_bytes", max_bytes, 1)?);
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn recommend<'py>(
        &self,
        py: Python<'py>,
        cart: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (cart, n) = (convert::ids("cart", cart)?, convert::count("n", n, 0)?);
        fast(|| recommendation::list(py, self.0.recommend(&cart, n)?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn n_baskets(&self) -> u64 {
        self.0.n_baskets()
    }

    /// Why rules are missing, as a sentence.
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
