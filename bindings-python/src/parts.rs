//! Frequent itemsets of baskets in parts.

use std::sync::Arc;

use kosar::itemset::{CandidateCounts as CoreCounts, Candidates as Core};
use kosar::{Params, Persist};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::catalog::{Catalog, given};
use crate::convert::Fields;
use crate::error::Out;
use crate::itemsets::{self, FrequentItemsets};
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::slow;

/// The sets that are frequent in a part of the baskets.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Candidates(Arc<Core>);

/// How many baskets of a part hold each candidate.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct CandidateCounts(Arc<CoreCounts>);

#[pymethods]
impl Candidates {
    #[staticmethod]
    fn find(
        py: Python<'_>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        params: Fields<'_>,
    ) -> Out<Self> {
        let (params, log, catalog) = (itemsets::read(&params)?.check()?, Arc::clone(&log.0), given(catalog));
        let found = slow(py, move |control| {
            params.candidates_with(&params.view().baskets(&log, catalog.as_deref())?, control)
        })?;
        Ok(Self(Arc::new(found)))
    }

    fn merge(&self, py: Python<'_>, other: &Self) -> Out<Self> {
        let (own, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Ok(Self(Arc::new(slow(py, move |_| Core::clone(&own).merge(&other))?)))
    }

    fn count(
        &self,
        py: Python<'_>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
    ) -> Out<CandidateCounts> {
        let (own, log, catalog) = (Arc::clone(&self.0), Arc::clone(&log.0), given(catalog));
        let counts =
            slow(py, move |control| own.count_with(&own.view().baskets(&log, catalog.as_deref())?, control))?;
        Ok(CandidateCounts(Arc::new(counts)))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn n_baskets(&self) -> u64 {
        self.0.n_baskets()
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, true)
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: Vec<u8>) -> Out<Self> {
        Ok(Self(Arc::new(slow(py, move |_| Core::from_bytes(&data))?)))
    }
}

#[pymethods]
impl CandidateCounts {
    fn merge(&self, py: Python<'_>, other: &Self) -> Out<Self> {
        let (own, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Ok(Self(Arc::new(slow(py, move |_| CoreCounts::clone(&own).merge(&other))?)))
    }

    fn finish(&self, py: Python<'_>) -> Out<FrequentItemsets> {
        let own = Arc::clone(&self.0);
        Ok(slow(py, move |_| CoreCounts::clone(&own).finish())?.into())
    }

    #[getter]
    fn n_baskets(&self) -> u64 {
        self.0.n_baskets()
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, true)
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: Vec<u8>) -> Out<Self> {
        Ok(Self(Arc::new(slow(py, move |_| CoreCounts::from_bytes(&data))?)))
    }
}
