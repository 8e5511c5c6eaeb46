//! Sparse matrices of customers and items.

use std::sync::Arc;

use kosar::data::Interactions;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;

use crate::error::Out;
use crate::run::slow;

/// Who has what, by positions.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Matrix(pub(crate) Arc<Interactions>);

#[pymethods]
impl Matrix {
    /// Of a matrix compressed by row; `data` only where entries are not all 1.
    #[staticmethod]
    #[allow(clippy::needless_pass_by_value, reason = "arrays come by value from Python")]
    fn from_csr(
        py: Python<'_>,
        shape: (usize, usize),
        indptr: PyReadonlyArray1<'_, u64>,
        indices: PyReadonlyArray1<'_, u32>,
        data: Option<PyReadonlyArray1<'_, f64>>,
    ) -> Out<Self> {
        let position = |&offset: &u64| usize::try_from(offset).unwrap_or(usize::MAX);
        let indptr: Vec<usize> = indptr.as_array().iter().map(position).collect();
        let indices = indices.as_array().to_vec();
        let data = data.map(|data| data.as_array().to_vec());
        let made = slow(py, move |_| Interactions::from_csr(shape, &indptr, &indices, data.as_deref()))?;
        Ok(Self(Arc::new(made)))
    }
}
