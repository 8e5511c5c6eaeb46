//! Tables of results.

use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

use crate::error::{Out, raise};
use crate::run::{Threads, fast, slow};
use crate::{arrow_ffi, convert};

/// Named columns of one length.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Table(pub(crate) Arc<kosar::data::Table>);

impl From<kosar::data::Table> for Table {
    fn from(table: kosar::data::Table) -> Self {
        Self(Arc::new(table))
    }
}

/// The table of a model, which is made once. Of two threads that ask at the same time both make it, and one is kept:
/// neither waits for the other while it holds the interpreter.
pub(crate) fn once(
    py: Python<'_>,
    kept: &OnceLock<Py<Table>>,
    make: impl FnOnce() -> kosar::data::Table + Send + 'static,
) -> Out<Py<Table>> {
    if let Some(table) = kept.get() {
        return Ok(table.clone_ref(py));
    }
    let made = Py::new(py, Table::from(slow(py, move |_| Ok(make()))?))?;
    Ok(kept.get_or_init(|| made).clone_ref(py))
}

#[pymethods]
impl Table {
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.0.columns().iter().map(|(name, _)| name.as_ref()).collect()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The values of a column from row `start` up to, without it, row `end`.
    fn cells<'py>(&self, py: Python<'py>, name: &str, start: usize, end: usize) -> Out<Bound<'py, PyList>> {
        fast(|| {
            let missing = || {
                raise(
                    "UnknownColumnError",
                    &format!("no column '{name}'; there are: {}", self.columns().join(", ")),
                )
            };
            let column = self.0.column(name).ok_or_else(missing)?;
            let end = end.min(self.0.len());
            convert::cells(py, column, start.min(end)..end)
        })
    }

    /// The rows from `start` on, `count` of them, each `step` behind the one before it.
    fn rows(&self, py: Python<'_>, start: usize, step: isize, count: usize) -> Out<Self> {
        let row = |at: usize| start.wrapping_add_signed(step.wrapping_mul(at.cast_signed()));
        let rows: Vec<usize> = (0..count).map(row).collect();
        if rows.iter().any(|&row| row >= self.0.len()) {
            return Err(raise("ParamError", "rows must be those of the table").into());
        }
        let table = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(table.select(&rows)))?.into())
    }

    /// The table as an Arrow stream.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyCapsule>> {
        // A schema asked for is a wish that a producer may leave unfulfilled.
        let _ = requested_schema;
        fast(|| arrow_ffi::export(py, convert::batches(Arc::clone(&self.0), Threads::of_process(py)?)))
    }
}
