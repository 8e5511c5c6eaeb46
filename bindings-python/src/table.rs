//! Tables of results.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

use crate::error::{Out, raise};
use crate::run::fast;
use crate::{arrow_ffi, convert};

/// Named columns of one length.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Table(pub(crate) Arc<kosar::data::Table>);

impl From<kosar::data::Table> for Table {
    fn from(table: kosar::data::Table) -> Self {
        Self(Arc::new(table))
    }
}

#[pymethods]
impl Table {
    #[getter]
    fn columns(&self) -> Vec<&'static str> {
        self.0.columns().iter().map(|(name, _)| *name).collect()
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

    /// The table as an Arrow stream.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyCapsule>> {
        // A schema asked for is a wish that a producer may leave unfulfilled.
        let _ = requested_schema;
        fast(|| arrow_ffi::export(py, convert::batches(Arc::clone(&self.0))))
    }
}
