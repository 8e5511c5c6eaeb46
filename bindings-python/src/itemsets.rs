//! Frequent itemsets.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use kosar::data::{Level, Unplaced};
use kosar::itemset::{FrequentItemsets as Core, FrequentItemsetsParams, Kind, Miner};
use kosar::{Fit, Params};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::{self, Table};

/// Sets of items bought together.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct FrequentItemsets(pub(crate) Arc<Core>, OnceLock<Py<Table>>);

impl From<Core> for FrequentItemsets {
    fn from(model: Core) -> Self {
        Self(Arc::new(model), OnceLock::new())
    }
}

/// Items that the catalogue does not place, and the number of baskets left out for that.
///
/// Nothing where no catalogue was asked.
pub(crate) type UnplacedOut<'py> = Option<(Bound<'py, PyList>, usize)>;

/// What parameters bring with the baskets, where that is hardly meant, as sentences.
pub(crate) type NotesOut = Vec<String>;

pub(crate) fn notes_out(notes: &[kosar::Note]) -> NotesOut {
    notes.iter().map(ToString::to_string).collect()
}

pub(crate) fn unplaced_out<'py>(py: Python<'py>, level: Level, unplaced: &Unplaced) -> Out<UnplacedOut<'py>> {
    if level == Level::Item {
        return Ok(None);
    }
    let items = unplaced.items.iter().map(|id| convert::id_out(py, id.as_ref()));
    Ok(Some((PyList::new(py, items)?, unplaced.baskets)))
}

/// The parameters by name.
pub(crate) fn read(given: &Fields<'_>) -> Out<FrequentItemsetsParams> {
    Ok(Core::params(given.real("min_support")?)
        .kind(Kind::parse(&given.word("kind")?)?)
        .min_len(given.count("min_len", 1)?)
        .max_len(given.optional_count("max_len", 1)?)
        .top_k(given.optional_count("top_k", 1)?)
        .include(given.ids("include")?)
        .exclude(given.ids("exclude")?)
        .miner(Miner::parse(&given.word("miner")?)?)
        .min_customers(given.count("min_customers", 1)?)
        .level(given.level("level")?)
        .unit(kosar::data::Unit::parse(&given.word("unit")?)?)
        .max_itemsets(given.count("max_itemsets", 1)?)
        .max_bytes(given.count("max_bytes", 1)?)
        .max_seconds(given.optional_real("max_seconds")?))
}

#[pymethods]
impl FrequentItemsets {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(0.5))
    }

    /// The model, what the catalogue could not place, and notes.
    #[staticmethod]
    fn fit<'py>(
        py: Python<'py>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        params: Fields<'_>,
    ) -> Out<(Self, UnplacedOut<'py>, NotesOut)> {
        let (params, log, catalog) = (read(&params)?.check()?, Arc::clone(&log.0), given(catalog));
        let level = params.view().level;
        let (model, unplaced, notes) = slow(py, move |control| {
            let baskets = params.view().baskets(&log, catalog.as_deref())?;
            Ok((params.fit_with(&baskets, control)?, baskets.unplaced().clone(), params.notes(&baskets)))
        })?;
        Ok((model.into(), unplaced_out(py, level, &unplaced)?, notes_out(&notes)))
    }

    /// How many sets there are in all, how many of each length, and why not all were counted.
    #[staticmethod]
    fn count(
        py: Python<'_>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        params: Fields<'_>,
    ) -> Out<(u64, Vec<u64>, Option<String>)> {
        let (params, log, catalog) = (read(&params)?.check()?, Arc::clone(&log.0), given(catalog));
        let counts = slow(py, move |control| {
            params.count_with(&params.view().baskets(&log, catalog.as_deref())?, control)
        })?;
        let partial = counts.partial().map(|partial| partial.to_string());
        Ok((counts.total(), counts.by_length().to_vec(), partial))
    }

    /// The parameters that the sets were found by.
    #[getter]
    fn params<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        fast(|| convert::json(py, self.0.found_by()))
    }

    /// The table, made when it is first asked for.
    fn table(&self, py: Python<'_>) -> Out<Py<Table>> {
        let model = Arc::clone(&self.0);
        table::once(py, &self.1, move || model.table())
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
