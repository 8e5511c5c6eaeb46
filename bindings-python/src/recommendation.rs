//! Recommendations and their reasons.

use std::fmt;

use kosar::rank;
use kosar::recommender::Because;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde::{Deserialize, Serialize};

use crate::convert;
use crate::error::{Out, raise};
use crate::run::fast;

/// An item to show, how strongly it was scored, and why: ``item, score, reason = recommendation`` takes it apart.
///
/// Attributes
/// ----------
/// item : str or int
///     The item, as the shop calls it.
/// score : float
///     What ordered the list; comparable within one list only.
/// reason : Reason
///     Why.
#[pyclass(frozen, eq, module = "kosar")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recommendation(rank::Recommendation);

/// Why an item is recommended; ``str(reason)`` is a sentence, and what it is made from are attributes.
///
/// Attributes
/// ----------
/// kind : str
///     Such as ``"rule"`` or ``"similar"``.
/// data : dict
///     Everything else, such as ``count`` and ``lift``; each is an attribute as well.
#[pyclass(frozen, eq, module = "kosar")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reason(Why);

/// The reason of a recommendation of a model, or of an answer of a recommender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Why {
    Model(rank::Reason),
    Answer(Because),
}

/// The fields of reasons that are instants.
const INSTANTS: [&str; 4] = ["end", "last", "launched", "since"];

impl From<Because> for Reason {
    fn from(because: Because) -> Self {
        Self(Why::Answer(because))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(reason) => reason.fmt(f),
            Self::Answer(because) => because.fmt(f),
        }
    }
}

/// A list of recommendations.
pub(crate) fn list(py: Python<'_>, found: Vec<rank::Recommendation>) -> Out<Bound<'_, PyList>> {
    let found: Vec<_> =
        found.into_iter().map(|one| Bound::new(py, Recommendation(one))).collect::<PyResult<_>>()?;
    Ok(PyList::new(py, found)?)
}

pub(crate) fn parsed<T: serde::de::DeserializeOwned>(state: &str) -> Out<T> {
    Ok(serde_json::from_str(state).map_err(|error| raise("KosarError", &error.to_string()))?)
}

pub(crate) fn state(value: &impl Serialize) -> Out<String> {
    Ok(serde_json::to_string(value).map_err(|error| raise("KosarError", &error.to_string()))?)
}

#[pymethods]
impl Recommendation {
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
    fn reason(&self) -> Reason {
        Reason(Why::Model(self.0.reason.clone()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        let parts = (self.item(py), self.score(), Bound::new(py, self.reason())?);
        Ok(parts.into_pyobject(py)?.try_iter()?.into_any())
    }

    fn __repr__(&self, py: Python<'_>) -> Out<String> {
        let item = self.item(py).repr()?.to_string();
        fast(|| Ok(format!("Recommendation({item}, {:.3}, '{}')", self.0.score, self.0.reason)))
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

#[pymethods]
impl Reason {
    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        Ok(self.fields(py)?.get_item("kind")?)
    }

    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        let fields = self.fields(py)?;
        fields.del_item("kind")?;
        Ok(fields)
    }

    fn __getattr__<'py>(&self, py: Python<'py>, name: &str) -> Out<Bound<'py, PyAny>> {
        let fields = self.fields(py)?.cast_into::<PyDict>().map_err(PyErr::from)?;
        let missing = || PyAttributeError::new_err(format!("this reason has no '{name}'"));
        Ok(fields.get_item(name)?.ok_or_else(missing)?)
    }

    fn __dir__<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        let names = self.fields(py)?.call_method0("keys")?;
        Ok(PyList::new(py, names.try_iter()?.collect::<PyResult<Vec<_>>>()?)?.into_any())
    }

    fn __str__(&self) -> Out<String> {
        fast(|| Ok(self.0.to_string()))
    }

    fn __repr__(&self) -> Out<String> {
        fast(|| Ok(format!("<Reason: {}>", self.0)))
    }

    fn __hash__(&self) -> Out<u64> {
        Ok(state(&self.0)?.len() as u64)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> Out<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.getattr("_restore")?, (state(&slf.get().0)?,)))
    }

    #[staticmethod]
    fn _restore(state: &str) -> Out<Self> {
        fast(|| Ok(Self(parsed(state)?)))
    }
}

impl Reason {
    fn fields<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        match &self.0 {
            Why::Model(reason) => fast(|| convert::json(py, reason)),
            Why::Answer(because) => dated(fast(|| convert::json(py, because))?),
        }
    }
}

/// Fields with instants in the place of microseconds.
fn dated(fields: Bound<'_, PyAny>) -> Out<Bound<'_, PyAny>> {
    for name in INSTANTS {
        if let Ok(micros) = fields.get_item(name)
            && !micros.is_none()
        {
            let times = fields.py().import("kosar._time")?;
            fields.set_item(name, times.call_method1("from_micros", (micros,))?)?;
        }
    }
    Ok(fields)
}
