//! Recency, frequency, monetary value.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::rfm::{Cuts, Rfm as Core, RfmCustomer, SegmentGrid};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::convert::{self, Intake, Roles};
use crate::error::Out;
use crate::order_log::{Options, OrderLog};
use crate::persist;
use crate::rfm_params::Settings;
use crate::run::{fast, slow};
use crate::table::Table;

/// Customers by recency, frequency and monetary value.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Rfm(pub(crate) Arc<Core>);

/// A report as a dict, as text, and what there is to warn of.
type ReportOut<'py> = (Bound<'py, PyAny>, String, Option<String>);

fn cuts_out<'py>(py: Python<'py>, cuts: &Cuts) -> Out<Bound<'py, PyList>> {
    Ok(match cuts {
        Cuts::All(cuts) => PyList::new(py, cuts)?,
        Cuts::PerClass(lists) => PyList::new(py, lists)?,
    })
}

pub(crate) fn customer_out<'py>(py: Python<'py>, customer: &RfmCustomer<'_>) -> Out<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("customer", convert::id_out(py, customer.customer))?;
    out.set_item("recency_days", customer.recency_days)?;
    out.set_item("frequency", customer.frequency)?;
    out.set_item("monetary", customer.monetary.map_or(f64::NAN, |monetary| monetary.to_f64()))?;
    out.set_item("R_score", customer.r_score)?;
    out.set_item("F_score", customer.f_score)?;
    out.set_item("M_score", customer.m_score)?;
    out.set_item("segment", customer.segment)?;
    out.set_item("score", customer.score)?;
    out.set_item("RFM", customer.rfm)?;
    Ok(out)
}

#[pymethods]
impl Rfm {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    /// The grids that have a name.
    #[staticmethod]
    fn grids(py: Python<'_>) -> Out<Bound<'_, PyDict>> {
        let out = PyDict::new(py);
        for name in SegmentGrid::NAMES {
            out.set_item(name, convert::json(py, &SegmentGrid::named(name)?)?)?;
        }
        Ok(out)
    }

    #[staticmethod]
    fn fit(py: Python<'_>, log: &OrderLog, settings: Settings<'_>) -> Out<Self> {
        let (log, params) = (Arc::clone(&log.0), settings.read()?);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    /// From anything that offers `__arrow_c_stream__`, without a log; with the report.
    #[staticmethod]
    fn fit_stream<'py>(
        py: Python<'py>,
        data: &Bound<'_, PyAny>,
        roles: Roles,
        options: Options<'_>,
        settings: Settings<'_>,
    ) -> Out<(Self, ReportOut<'py>)> {
        let (params, (options, time_unit)) = (settings.read()?, options.read()?);
        let intake = Intake { roles, options, time_unit };
        let stream = fast(|| crate::arrow_ffi::import(data))?;
        let (model, report) = slow(py, move |control| intake.rfm_of_stream(params, stream, control))?;
        Ok((Self(Arc::new(model)), convert::report(py, &report)?))
    }

    /// From a dict of lists or arrays, without a log; with the report.
    #[staticmethod]
    fn fit_columns<'py>(
        py: Python<'py>,
        data: &Bound<'_, PyDict>,
        roles: Roles,
        options: Options<'_>,
        settings: Settings<'_>,
    ) -> Out<(Self, ReportOut<'py>)> {
        let (params, (options, time_unit)) = (settings.read()?, options.read()?);
        let intake = Intake { roles, options, time_unit };
        let batch = fast(|| convert::record_batch(data))?;
        let (model, report) =
            slow(py, move |control| intake.rfm(params, &batch.schema(), [Ok(batch)].into_iter(), control))?;
        Ok((Self(Arc::new(model)), convert::report(py, &report)?))
    }

    fn update(&self, py: Python<'_>, log: &OrderLog) -> Out<Self> {
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        Ok(Self(Arc::new(slow(py, move |control| model.update_with(&log, control))?)))
    }

    fn merge(&self, py: Python<'_>, other: &Self) -> Out<Self> {
        let (model, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Ok(Self(Arc::new(slow(py, move |_| model.merge(&other))?)))
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(Self(Arc::new(slow(py, move |control| model.forget_with(&customer, control))?)))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn profiles(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.profile_table()))?.into())
    }

    fn customer<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyDict>> {
        let customer = convert::id("customer", customer)?;
        fast(|| customer_out(py, &self.0.customer(&customer)?))
    }

    fn segment<'py>(&self, py: Python<'py>, customer: &Bound<'py, PyAny>) -> Out<Bound<'py, PyString>> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(PyString::new(py, self.0.segment(&customer)?)))
    }

    fn segments_of<'py>(&self, py: Python<'py>, customers: &Bound<'py, PyAny>) -> Out<Bound<'py, PyList>> {
        let customers = convert::ids("customer", customers)?;
        let segments = fast(|| Ok(self.0.segments_of(&customers)?))?;
        Ok(PyList::new(py, segments)?)
    }

    fn customers<'py>(&self, py: Python<'py>, segment: &Bound<'py, PyAny>) -> Out<Bound<'py, PyList>> {
        let segment = convert::word("segment", segment)?;
        let found: Vec<_> = self.0.customers(&segment)?.map(|id| convert::id_out(py, id)).collect();
        Ok(PyList::new(py, found)?)
    }

    fn score(
        &self,
        py: Python<'_>,
        recency_days: PyReadonlyArray1<'_, f64>,
        frequency: PyReadonlyArray1<'_, f64>,
        monetary: Option<PyReadonlyArray1<'_, f64>>,
    ) -> Out<Table> {
        let own = |values: &PyReadonlyArray1<'_, f64>| values.as_array().to_vec();
        let (days, orders, spent) = (own(&recency_days), own(&frequency), monetary.as_ref().map(own));
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| model.score(&days, &orders, spent.as_deref()))?.into())
    }

    fn rescore(&self, py: Python<'_>, other: &Self) -> Out<Self> {
        let (model, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Ok(Self(Arc::new(slow(py, move |_| model.rescore(&other))?)))
    }

    fn apply(&self, py: Python<'_>, log: &OrderLog, as_of: Option<&Bound<'_, PyAny>>) -> Out<Self> {
        let as_of = as_of.map(|as_of| convert::time("as_of", as_of)).transpose()?;
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        Ok(Self(Arc::new(slow(py, move |_| model.apply(&log, as_of))?)))
    }

    fn migration(&self, py: Python<'_>, after: &Self) -> Out<Table> {
        let (before, after) = (Arc::clone(&self.0), Arc::clone(&after.0));
        Ok(slow(py, move |_| Ok(before.migration(&after)?.table()))?.into())
    }

    /// The parameters, as in a file.
    fn params<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        convert::json(py, self.0.parameters())
    }

    #[getter]
    fn segment_names(&self) -> Vec<&str> {
        self.0.grid().names().collect()
    }

    /// Of recency, frequency and monetary value.
    #[getter]
    fn cut_points<'py>(&self, py: Python<'py>) -> Out<[Option<Bound<'py, PyList>>; 3]> {
        let found = self.0.cut_points();
        let monetary = found.monetary.as_ref().map(|cuts| cuts_out(py, cuts)).transpose()?;
        Ok([Some(cuts_out(py, &found.recency)?), Some(cuts_out(py, &found.frequency)?), monetary])
    }

    /// In microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.as_of().map(kosar::Time::micros)
    }

    #[getter]
    fn n_customers(&self) -> usize {
        self.0.len()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
