//! Answers of a recommender.

use kosar::recommender;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::convert;
use crate::error::Out;
use crate::recommendation::{Reason, parsed, state};
use crate::run::fast;

/// An item that a recommender answers; ``str(answer)`` says why. As a `Recommendation` it is taken apart by
/// ``item, score, reason = answer``.
///
/// Attributes
/// ----------
/// item : str or int
///     The item, as the shop calls it.
/// score : float
///     From 0 to 1; orders the list and says nothing beyond it.
/// step : str
///     Which step of the way gave the item, such as ``"item"``, ``"customer"`` or ``"popular"``.
/// reason : Reason
///     Why; its ``kind`` and all its numbers are attributes. Numbers of customers below ``min_customers`` do not occur; the
///     ``baseline`` of a trend is None there.
/// sql : str or None
///     A query that gives the reason's count again, over a table ``orders`` of columns ``customer``, ``"order"``, ``item``,
///     ``time`` and ``quantity``; None where there is no count, or where it is taken among the nearest of a visitor or in a
///     segment.
#[pyclass(frozen, eq, module = "kosar")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer(recommender::Answer);

/// A list of answers.
pub(crate) fn list(py: Python<'_>, found: Vec<recommender::Answer>) -> Out<Bound<'_, PyList>> {
    let found: Vec<_> = found.into_iter().map(|one| Bound::new(py, Answer(one))).collect::<PyResult<_>>()?;
    Ok(PyList::new(py, found)?)
}

#[pymethods]
impl Answer {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("item", "score", "reason")
    }

    #[getter]
    fn item<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        convert::id_out(py, self.0.item.as_ref())
    }

    #[getter]
    fn score(&self) -> f64 {
        self.0.score
    }

    #[getter]
    fn step(&self) -> &'static str {
        self.0.step.name()
    }

    #[getter]
    fn reason(&self) -> Reason {
        self.0.because.clone().into()
    }

    #[getter]
    fn sql(&self) -> Out<Option<String>> {
        fast(|| Ok(self.0.sql()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        let parts = (self.item(py), self.score(), Bound::new(py, self.reason())?);
        Ok(parts.into_pyobject(py)?.try_iter()?.into_any())
    }

    fn __str__(&self) -> Out<String> {
        fast(|| Ok(self.0.because.to_string()))
    }

    fn __repr__(&self, py: Python<'_>) -> Out<String> {
        let item = self.item(py).repr()?.to_string();
        fast(|| Ok(format!("Answer({item}, {:.3}, '{}': '{}')", self.0.score, self.0.step, self.0.because)))
    }

    fn __hash__(&self) -> Out<u64> {
        Ok(self.0.score.to_bits())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Out<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.getattr("_restore")?, (state(&slf.get().0)?,)))
    }

    #[staticmethod]
    fn _restore(state: &str) -> Out<Self> {
        fast(|| Ok(Self(parsed(state)?)))
    }
}
