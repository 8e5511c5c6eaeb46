//! k-means.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use kosar::cluster::{Init, KMeans as Core, Points};
use kosar::{Fit, ParamError};
use ndarray::ArrayView2;
use numpy::{IntoPyArray, PyArray1, PyArray2, PyReadonlyArray1, PyReadonlyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert;
use crate::error::Out;
use crate::persist;
use crate::run::{fast, slow_on_loan};

/// Rows of a matrix in clusters.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct KMeans(pub(crate) Arc<Core>);

/// A given start, or the word for one to be made.
#[derive(FromPyObject)]
pub(crate) enum Start<'py> {
    Given(PyReadonlyArray2<'py, f64>),
    Named(String),
}

impl Start<'_> {
    fn read(&self) -> Out<Init> {
        match self {
            Self::Given(centroids) => Ok(Init::Given(centroids.as_array().to_owned())),
            Self::Named(word) if word == "k-means++" => Ok(Init::KMeansPlusPlus),
            Self::Named(word) => {
                let allowed = "k-means++, or an array of shape (n_clusters, n_features)";
                Err(ParamError::UnknownChoice { name: "init", value: word.clone(), allowed }.into())
            }
        }
    }
}

/// Weights one after the other, copied only where they are not.
fn values<'a>(weights: Option<&'a PyReadonlyArray1<'_, f64>>) -> Option<Cow<'a, [f64]>> {
    weights.map(|weights| match weights.as_slice() {
        Ok(slice) => Cow::Borrowed(slice),
        Err(_) => Cow::Owned(weights.as_array().to_vec()),
    })
}

fn points<'a>(data: &'a ArrayView2<'_, f64>, weights: Option<Cow<'a, [f64]>>) -> kosar::Result<Points<'a>> {
    let points = Points::from_rows(data)?;
    match weights {
        Some(weights) => points.with_weights(weights),
        None => Ok(points),
    }
}

#[pymethods]
impl KMeans {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(1))
    }

    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "each is a parameter of the model")]
    fn fit(
        py: Python<'_>,
        data: PyReadonlyArray2<'_, f64>,
        n_clusters: &Bound<'_, PyAny>,
        n_init: &Bound<'_, PyAny>,
        max_iter: &Bound<'_, PyAny>,
        tolerance: &Bound<'_, PyAny>,
        seed: &Bound<'_, PyAny>,
        init: Start<'_>,
        sample_weight: Option<PyReadonlyArray1<'_, f64>>,
    ) -> Out<Self> {
        let params = Core::params(convert::count("n_clusters", n_clusters, 1)?)
            .n_init(convert::count("n_init", n_init, 1)?)
            .max_iter(convert::count("max_iter", max_iter, 1)?)
            .tolerance(convert::real("tolerance", tolerance)?)
            .seed(convert::seed(seed)?)
            .init(init.read()?);
        let (data, weights) = (data.as_array(), values(sample_weight.as_ref()));
        let model = slow_on_loan(py, move |control| params.fit_with(&points(&data, weights)?, control))?;
        Ok(Self(Arc::new(model)))
    }

    fn predict<'py>(
        &self,
        py: Python<'py>,
        data: PyReadonlyArray2<'_, f64>,
    ) -> Out<Bound<'py, PyArray1<u32>>> {
        let data = data.as_array();
        Ok(slow_on_loan(py, move |_| self.0.predict(&data))?.into_pyarray(py))
    }

    fn transform<'py>(
        &self,
        py: Python<'py>,
        data: PyReadonlyArray2<'_, f64>,
    ) -> Out<Bound<'py, PyArray2<f64>>> {
        let data = data.as_array();
        Ok(slow_on_loan(py, move |_| self.0.transform(&data))?.into_pyarray(py))
    }

    fn inertia_of(
        &self,
        py: Python<'_>,
        data: PyReadonlyArray2<'_, f64>,
        sample_weight: Option<PyReadonlyArray1<'_, f64>>,
    ) -> Out<f64> {
        let (data, weights) = (data.as_array(), values(sample_weight.as_ref()));
        slow_on_loan(py, move |_| self.0.inertia_of(&points(&data, weights)?))
    }

    fn labels<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyArray1<u32>>> {
        fast(|| Ok(self.0.labels().to_pyarray(py)))
    }

    fn cluster_centers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyArray2<f64>>> {
        fast(|| Ok(self.0.centroids().to_pyarray(py)))
    }

    #[getter]
    fn inertia(&self) -> f64 {
        self.0.inertia()
    }

    #[getter]
    fn n_iter(&self) -> usize {
        self.0.n_iter()
    }

    #[getter]
    fn converged(&self) -> bool {
        self.0.converged()
    }

    #[getter]
    fn n_features(&self) -> usize {
        self.0.centroids().ncols()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
