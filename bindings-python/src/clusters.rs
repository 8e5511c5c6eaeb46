//! Clusters of customers.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::cluster::{CustomerClusters as Core, CustomerClustersParams, Features, NClusters, Scaling};
use kosar::{Control, Fit};
use numpy::{IntoPyArray, PyArray1, PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// Customers in clusters by what they have in common.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct CustomerClusters(pub(crate) Arc<Core>);

/// The parameters; without a number of clusters it is chosen from a range.
fn read_params(given: &Fields<'_>) -> Out<CustomerClustersParams> {
    let n_clusters = match given.optional_count("n_clusters", 1)? {
        Some(k) => NClusters::Exactly(k),
        None => match given.optional_counts("k_range", 2)? {
            Some((min, max)) => NClusters::Among { min, max },
            None => NClusters::auto(),
        },
    };
    let features = given.optional_words("features")?.unwrap_or_default();
    let mut params = Core::params(n_clusters)
        .n_init(given.count("n_init", 1)?)
        .seed(given.seed("seed")?)
        .features(Features::parse(features.iter().map(String::as_str))?)
        .scaling(Scaling::parse(&given.word("scaling")?)?)
        .max_categories(given.count("max_categories", 1)?)
        .discount_column(given.word("discount_column")?)
        .channel_column(given.word("channel_column")?)
        .outlier_mads(given.real("outlier_mads")?)
        .resamples(given.count("resamples", 2)?)
        .references(given.count("references", 1)?);
    if let Some(as_of) = given.optional_time("as_of")? {
        params = params.as_of(as_of);
    }
    if let Some(gamma) = given.optional_real("gamma")? {
        params = params.gamma(gamma);
    }
    Ok(params)
}

#[pymethods]
impl CustomerClusters {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params(1))
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        previous: Option<&Bound<'_, Self>>,
        params: Fields<'_>,
    ) -> Out<Self> {
        let params = read_params(&params)?;
        let (log, catalog) = (Arc::clone(&log.0), given(catalog));
        let previous = previous.map(|previous| Arc::clone(&previous.get().0));
        let work = move |control: &Control| {
            let model = match catalog {
                Some(catalog) => params.fit_with(&(&*log, &*catalog), control),
                None => params.fit_with(&*log, control),
            }?;
            match previous {
                Some(previous) => model.with_ids_of(&previous),
                None => Ok(model),
            }
        };
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn assign(
        &self,
        py: Python<'_>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        as_of: Option<&Bound<'_, PyAny>>,
    ) -> Out<Table> {
        let as_of = as_of.map(|as_of| convert::time("as_of", as_of)).transpose()?;
        let (model, log, catalog) = (Arc::clone(&self.0), Arc::clone(&log.0), given(catalog));
        Ok(slow(py, move |_| model.assign(&log, catalog.as_deref(), as_of))?.into())
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        self.made(py, Core::table)
    }

    fn profiles(&self, py: Python<'_>) -> Out<Table> {
        self.made(py, Core::profile_table)
    }

    fn feature_profiles(&self, py: Python<'_>) -> Out<Table> {
        self.made(py, Core::feature_profile_table)
    }

    fn features(&self, py: Python<'_>) -> Out<Table> {
        self.made(py, Core::feature_table)
    }

    fn categories(&self, py: Python<'_>) -> Out<Table> {
        self.made(py, Core::category_table)
    }

    fn evidence(&self, py: Python<'_>) -> Out<Table> {
        self.made(py, Core::evidence_table)
    }

    /// The profiles as sentences.
    fn sentences(&self, py: Python<'_>) -> Out<Vec<String>> {
        let model = Arc::clone(&self.0);
        slow(py, move |_| Ok(model.profiles().iter().map(ToString::to_string).collect()))
    }

    fn cluster(&self, customer: &Bound<'_, PyAny>) -> Out<u32> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.cluster(&customer)?))
    }

    fn labels<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyArray1<u32>>> {
        fast(|| Ok(self.0.labels().into_pyarray(py)))
    }

    fn cluster_centers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyArray2<f64>>> {
        fast(|| Ok(self.0.centroids().to_pyarray(py)))
    }

    #[getter]
    fn ids(&self) -> Vec<u32> {
        self.0.ids().to_vec()
    }

    #[getter]
    fn feature_names(&self) -> Vec<String> {
        self.0.feature_names()
    }

    #[getter]
    fn inertia(&self) -> f64 {
        self.0.inertia()
    }

    /// In microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.rfm().as_of().map(kosar::Time::micros)
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}

impl CustomerClusters {
    /// A table of the model.
    fn made(&self, py: Python<'_>, make: fn(&Core) -> kosar::data::Table) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(make(&model)))?.into())
    }
}
