//! The event log.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use kosar::TimeUnit;
use kosar::data::{EventColumns, EventKind, EventOptions, Interactions, KindWeights, Role};
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::catalog::Catalog;
use crate::convert::{self, EventIntake, EventRoles, Fields};
use crate::customers::Pairs;
use crate::diagnose::{self, Asked, Diagnosis, LogFilter};
use crate::error::Out;
use crate::run::{fast, slow};
use crate::table::Table;

/// Events, checked and grouped into sessions.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct EventLog(pub(crate) Arc<kosar::EventLog>);

/// How events are read.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options<'py> {
    gap_minutes: Bound<'py, PyAny>,
    until: Option<Bound<'py, PyAny>>,
    kinds: BTreeMap<String, String>,
    integer_ids: Vec<String>,
    time_format: Option<String>,
    time_unit: Option<String>,
}

impl Options<'_> {
    fn read(self) -> Out<(EventOptions, Option<TimeUnit>)> {
        let kind = |(word, kind): (String, String)| Ok((word, EventKind::parse(&kind)?));
        let among = [Role::Customer, Role::Session, Role::Item];
        let options = EventOptions {
            gap_minutes: convert::real("gap_minutes", &self.gap_minutes)?,
            until: self.until.map(|time| convert::time("until", &time)).transpose()?,
            kinds: self.kinds.into_iter().map(kind).collect::<Out<_>>()?,
            time_format: self.time_format,
            integer_ids: convert::integer_ids(&self.integer_ids, among, "customer, session, item")?,
        };
        Ok((options, self.time_unit.as_deref().map(TimeUnit::parse).transpose()?))
    }
}

impl From<kosar::EventLog> for EventLog {
    fn from(log: kosar::EventLog) -> Self {
        Self(Arc::new(log))
    }
}

type Strengths<'py> =
    ((usize, usize), Bound<'py, PyArray1<u64>>, Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl EventLog {
    /// From anything that offers `__arrow_c_stream__`.
    #[staticmethod]
    fn from_stream(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        roles: EventRoles,
        options: Options<'_>,
    ) -> Out<Self> {
        let (options, time_unit) = options.read()?;
        let intake = EventIntake { roles, options, time_unit };
        let stream = fast(|| crate::arrow_ffi::import(data))?;
        Ok(slow(py, move |control| intake.log_of_stream(stream, control))?.into())
    }

    /// From a dict of lists or arrays.
    #[staticmethod]
    fn from_columns(
        py: Python<'_>,
        data: &Bound<'_, PyDict>,
        roles: EventRoles,
        options: Options<'_>,
    ) -> Out<Self> {
        let (options, time_unit) = options.read()?;
        let intake = EventIntake { roles, options, time_unit };
        let batch = fast(|| convert::record_batch(data))?;
        let log = slow(py, move |control| intake.log(&batch.schema(), [Ok(batch)].into_iter(), control))?;
        Ok(log.into())
    }

    /// From a CSV file.
    #[staticmethod]
    fn from_csv(
        py: Python<'_>,
        path: PathBuf,
        roles: EventRoles,
        options: Options<'_>,
        delimiter: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let (options, time_unit) = options.read()?;
        let columns = csv_columns(roles, time_unit, convert::delimiter(delimiter)?);
        Ok(slow(py, move |_| kosar::EventLog::from_csv(path, &columns, options))?.into())
    }

    #[getter]
    fn n_events(&self) -> usize {
        self.0.n_events()
    }

    #[getter]
    fn n_sessions(&self) -> usize {
        self.0.n_sessions()
    }

    #[getter]
    fn n_customers(&self) -> usize {
        self.0.n_customers()
    }

    #[getter]
    fn n_items(&self) -> usize {
        self.0.n_items()
    }

    #[getter]
    fn gap_minutes(&self) -> f64 {
        self.0.gap_minutes()
    }

    /// First and last event, in microseconds since 1970.
    #[getter]
    fn span(&self) -> Out<Option<(i64, i64)>> {
        fast(|| Ok(convert::span(self.0.span())))
    }

    /// The report as a dict, as text, and what there is to warn of.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> Out<(Bound<'py, PyAny>, String, Option<String>)> {
        fast(|| convert::report(py, self.0.report()))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.customers()))
    }

    fn attribute_names(&self) -> Vec<String> {
        self.0.attributes().iter().map(|(name, _)| name.clone()).collect()
    }

    fn session_ids<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.session_ids()))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn append(&self, py: Python<'_>, new: &Self) -> Out<Self> {
        let (log, new) = (Arc::clone(&self.0), Arc::clone(&new.0));
        Ok(slow(py, move |_| log.append(&new))?.into())
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(slow(py, move |_| log.forget(&customer))?.into())
    }

    fn forget_session(&self, py: Python<'_>, session: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, session) = (Arc::clone(&self.0), convert::id("session", session)?);
        Ok(slow(py, move |_| log.forget_session(&session))?.into())
    }

    /// Sessions and their customers, in two lists.
    fn link(&self, py: Python<'_>, sessions: &Bound<'_, PyList>, customers: &Bound<'_, PyList>) -> Out<Self> {
        let ids = |role: &'static str, list: &Bound<'_, PyList>| {
            list.iter().map(|value| convert::id(role, &value)).collect::<Out<Vec<_>>>()
        };
        let (sessions, customers) = (ids("session", sessions)?, ids("customer", customers)?);
        let log = Arc::clone(&self.0);
        let pairs = move || {
            let ids = sessions.iter().zip(&customers);
            log.link_all(ids.map(|(session, customer)| (session.as_ref(), customer.as_ref())))
        };
        Ok(slow(py, move |_| pairs())?.into())
    }

    fn merge_customers(
        &self,
        py: Python<'_>,
        customer: &Bound<'_, PyAny>,
        into: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let (customer, into) = (convert::id("customer", customer)?, convert::id("customer", into)?);
        let log = Arc::clone(&self.0);
        Ok(slow(py, move |_| log.merge_customers(&customer, &into))?.into())
    }

    /// Customers and whom to join them into, in two lists.
    fn merge_all_customers(
        &self,
        py: Python<'_>,
        customers: &Bound<'_, PyList>,
        into: &Bound<'_, PyList>,
    ) -> Out<Self> {
        let (pairs, log) = (Pairs::read(customers, into)?, Arc::clone(&self.0));
        Ok(slow(py, move |_| log.merge_all_customers(pairs.iter()))?.into())
    }

    fn diagnose(
        &self,
        py: Python<'_>,
        catalog: Option<&Bound<'_, Catalog>>,
        options: Fields<'_>,
    ) -> Out<Diagnosis> {
        let (log, asked) = (Arc::clone(&self.0), Asked::read(catalog, &options)?);
        Ok(slow(py, move |_| log.diagnose(&asked.options()))?.into())
    }

    /// The log that is left, and how much was taken.
    fn filter<'py>(&self, py: Python<'py>, filter: &LogFilter) -> Out<(Self, Bound<'py, PyAny>)> {
        let (log, filter) = (Arc::clone(&self.0), Arc::clone(&filter.0));
        let (log, report) = slow(py, move |_| log.filter(&filter))?;
        Ok((log.into(), diagnose::report_out(py, &report)?))
    }

    fn before(&self, py: Python<'_>, time: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, time) = (Arc::clone(&self.0), convert::time("time", time)?);
        Ok(slow(py, move |_| Ok(log.before(time)))?.into())
    }

    fn after(&self, py: Python<'_>, time: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, time) = (Arc::clone(&self.0), convert::time("time", time)?);
        Ok(slow(py, move |_| Ok(log.after(time)))?.into())
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let log = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(log.table()))?.into())
    }

    /// Shape, row offsets, columns and strengths; rows are customers, or sessions.
    #[pyo3(signature = (weights, by_session))]
    fn strengths<'py>(
        &self,
        py: Python<'py>,
        weights: Option<BTreeMap<String, f64>>,
        by_session: bool,
    ) -> Out<Strengths<'py>> {
        let weights = match &weights {
            Some(weights) => KindWeights::from_names(weights.iter().map(|(kind, &w)| (kind.as_str(), w)))?,
            None => KindWeights::default(),
        };
        let log = Arc::clone(&self.0);
        let of = if by_session { Interactions::from_sessions } else { Interactions::from_events };
        let matrix = slow(py, move |_| Ok(of(&log, &weights)))?;
        let offsets: Vec<u64> = matrix.rows().offsets().iter().map(|&offset| offset as u64).collect();
        let columns: Vec<u32> = matrix.rows().values().iter().map(|item| item.as_u32()).collect();
        let shape = (matrix.n_customers(), matrix.n_items());
        Ok((shape, offsets.into_pyarray(py), columns.into_pyarray(py), matrix.strengths().into_pyarray(py)))
    }
}

fn csv_columns(roles: EventRoles, time_unit: Option<TimeUnit>, delimiter: u8) -> EventColumns {
    EventColumns {
        session: roles.session,
        customer: roles.customer,
        item: roles.item,
        time: roles.time,
        kind: roles.kind,
        quantity: roles.quantity,
        position: roles.position,
        propensity: roles.propensity,
        attributes: roles.attributes,
        time_unit,
        delimiter: Some(delimiter),
    }
}
