//! Similarity by content, and its blend with similarity by customers.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::content::{ContentSimilarity as Core, Facet};
use kosar::hybrid::{HybridSimilarity as HybridCore, Sources};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::Catalog;
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::similarity::ItemSimilarity;
use crate::{persist, recommendation};

/// Items by what the catalogue says of them.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct ContentSimilarity(pub(crate) Arc<Core>);

/// Items by who bought them, and by what the catalogue says of them.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct HybridSimilarity(pub(crate) Arc<HybridCore>);

#[pymethods]
impl ContentSimilarity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(py: Python<'_>, catalog: &Catalog, params: Fields<'_>) -> Out<Self> {
        let mut core = Core::params()
            .ngrams(params.optional_counts("ngrams", 1)?)
            .price_ratio(params.real("price_ratio")?)
            .max_df(params.real("max_df")?);
        for facet in Facet::ALL {
            core = core.weight(facet, params.real(facet.name())?);
        }
        let catalog = Arc::clone(&catalog.0);
        Ok(Self(Arc::new(slow(py, move |control| core.fit_with(&*catalog, control))?)))
    }

    fn similarity(&self, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> Out<f64> {
        let (a, b) = (convert::id("item", a)?, convert::id("item", b)?);
        fast(|| Ok(self.0.similarity(&a, &b)?))
    }

    fn recommend_for_items<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        exclude: &Bound<'_, PyAny>,
        only: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyList>> {
        let (items, n) = (convert::ids("items", items)?, convert::count("n", n, 0)?);
        let filter = convert::filter(exclude, only)?;
        fast(|| recommendation::list(py, self.0.recommend_for_items_among(&items, n, &filter)?))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    #[getter]
    fn n_features(&self) -> usize {
        self.0.n_features()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}

#[pymethods]
impl HybridSimilarity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &HybridCore::params())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        collaborative: &ItemSimilarity,
        content: &ContentSimilarity,
        params: Fields<'_>,
    ) -> Out<Self> {
        let params = HybridCore::params()
            .evidence(params.real("evidence")?)
            .content_weight(params.optional_real("content_weight")?)
            .neighbors(params.count("neighbors", 1)?);
        let (log, collaborative, content) =
            (Arc::clone(&log.0), Arc::clone(&collaborative.0), Arc::clone(&content.0));
        let work = move |control: &_| {
            params.fit_with(&Sources { log: &log, collaborative: &collaborative, content: &content }, control)
        };
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn recommend_for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        exclude: &Bound<'_, PyAny>,
        only: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyList>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        let filter = convert::filter(exclude, only)?;
        fast(|| recommendation::list(py, self.0.recommend_for_customer_among(&customer, n, &filter)?))
    }

    fn recommend_for_items<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        exclude: &Bound<'_, PyAny>,
        only: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyList>> {
        let (items, n) = (convert::ids("items", items)?, convert::count("n", n, 0)?);
        let filter = convert::filter(exclude, only)?;
        fast(|| recommendation::list(py, self.0.recommend_for_items_among(&items, n, &filter)?))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn evidence(&self, item: &Bound<'_, PyAny>) -> Out<u32> {
        let item = convert::id("item", item)?;
        fast(|| Ok(self.0.evidence(&item)?))
    }

    #[getter]
    fn content_weight(&self) -> f64 {
        self.0.content_weight()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
