//! k-means.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::cluster::{Init, KMeans as Core};
use kosar::{Fit, ParamError};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyReadonlyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert;
use crate::error::Out;
use crate::persist;
use crate::run::{fast, slow};

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
    ) -> Out<Self> {
        let params = Core::params(convert::count("n_clusters", n_clusters, 1)?)
            .n_init(convert::count("n_init", n_init, 1)?)
            .max_iter(convert::count("max_iter", max_iter, 1)?)
            .tolerance(convert::real("tolerance", tolerance)?)
            .seed(convert::seed(seed)?)
            .init(init.read()?);
        let data = data.as_array().to_owned();
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&data, control))?)))
    }

    fn predict<'py>(
        &self,
        py: Python<'py>,
        data: PyReadonlyArray2<'_, f64>,
    ) -> Out<Bound<'py, PyArray1<u32>>> {
        let (model, data) = (Arc::clone(&self.0), data.as_array().to_owned());
        Ok(slow(py, move |_| model.predict(&data))?.into_pyarray(py))
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
