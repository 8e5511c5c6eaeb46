//! Stages of customers.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::Vocabulary;
use kosar::lifecycle::{
    Lifecycle as Core, LifecycleParams, LifecycleSources, Stage, StageMovements as CoreMovements,
};
use kosar::{Control, Fit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::event_log::EventLog;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// Customers by the stage of their life with the shop.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Lifecycle(pub(crate) Arc<Core>);

/// The numbers of customers by their stages at two dates.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct StageMovements(CoreMovements);

/// An order log, and from where else customers are known.
struct Sources {
    log: Arc<kosar::OrderLog>,
    events: Option<Arc<kosar::EventLog>>,
    prospects: Option<Vocabulary>,
}

impl Sources {
    fn read(
        log: &OrderLog,
        events: Option<&Bound<'_, EventLog>>,
        prospects: Option<&Bound<'_, PyAny>>,
    ) -> Out<Self> {
        let prospects = prospects.map(|ids| convert::ids("prospects", ids)).transpose()?;
        Ok(Self {
            log: Arc::clone(&log.0),
            events: events.map(|events| Arc::clone(&events.get().0)),
            prospects: prospects.map(|ids| Vocabulary::of("customer", ids)).transpose()?,
        })
    }

    fn borrowed(&self) -> LifecycleSources<'_> {
        let sources = LifecycleSources::new(&self.log);
        let sources = self.events.as_ref().map_or(sources, |events| sources.events(events));
        self.prospects.as_ref().map_or(sources, |ids| sources.prospects(ids))
    }
}

fn read(params: &Fields<'_>) -> Out<LifecycleParams> {
    let read = Core::params()
        .slipping(params.real("slipping")?)
        .dormant(params.real("dormant")?)
        .lost(params.real("lost")?)
        .loyal_purchases(params.count("loyal_purchases", 2)?);
    Ok(match params.optional_time("as_of")? {
        Some(as_of) => read.as_of(as_of),
        None => read,
    })
}

fn stage(name: &'static str, word: Option<&Bound<'_, PyAny>>) -> Out<Option<Stage>> {
    word.map(|word| Ok(Stage::parse(&convert::word(name, word)?)?)).transpose()
}

#[pymethods]
impl Lifecycle {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    /// The names of the stages, in the order of results.
    #[staticmethod]
    fn stage_names() -> Vec<&'static str> {
        Stage::ALL.map(Stage::word).to_vec()
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        events: Option<&Bound<'_, EventLog>>,
        prospects: Option<&Bound<'_, PyAny>>,
        params: Fields<'_>,
    ) -> Out<Self> {
        let (params, sources) = (read(&params)?, Sources::read(log, events, prospects)?);
        let work = move |control: &Control| params.fit_with(&sources.borrowed(), control);
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn update(
        &self,
        py: Python<'_>,
        log: &OrderLog,
        events: Option<&Bound<'_, EventLog>>,
        prospects: Option<&Bound<'_, PyAny>>,
    ) -> Out<Self> {
        let (model, sources) = (Arc::clone(&self.0), Sources::read(log, events, prospects)?);
        Ok(Self(Arc::new(slow(py, move |control| model.update_from(&sources.borrowed(), control))?)))
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(Self(Arc::new(slow(py, move |control| model.forget_with(&customer, control))?)))
    }

    fn stage(&self, customer: &Bound<'_, PyAny>) -> Out<&'static str> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.stage(&customer)?.word()))
    }

    fn stages_of(&self, customers: &Bound<'_, PyAny>) -> Out<Vec<&'static str>> {
        let customers = convert::ids("customer", customers)?;
        fast(|| Ok(self.0.stages_of(&customers)?.into_iter().map(Stage::word).collect()))
    }

    fn stage_at(&self, customer: &Bound<'_, PyAny>, time: &Bound<'_, PyAny>) -> Out<Option<&'static str>> {
        let (customer, time) = (convert::id("customer", customer)?, convert::time("time", time)?);
        fast(|| Ok(self.0.stage_at(&customer, time)?.map(Stage::word)))
    }

    /// The fields of a customer, days in microseconds.
    fn customer<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyAny>> {
        let customer = convert::id("customer", customer)?;
        fast(|| convert::json(py, &self.0.customer(&customer)?))
    }

    fn customers<'py>(&self, py: Python<'py>, stage: &Bound<'py, PyAny>) -> Out<Bound<'py, PyList>> {
        let stage = Stage::parse(&convert::word("stage", stage)?)?;
        let found: Vec<_> = self.0.customers(stage).map(|id| convert::id_out(py, id)).collect();
        Ok(PyList::new(py, found)?)
    }

    fn counts(&self) -> Vec<(&'static str, u64)> {
        self.0.counts().map(|(stage, customers)| (stage.word(), customers)).to_vec()
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn movements(
        &self,
        py: Python<'_>,
        from_: &Bound<'_, PyAny>,
        to: &Bound<'_, PyAny>,
    ) -> Out<StageMovements> {
        let (from, to) = (convert::time("from_", from_)?, convert::time("to", to)?);
        let model = Arc::clone(&self.0);
        Ok(StageMovements(slow(py, move |_| model.movements(from, to))?))
    }

    fn ids<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.ids()))
    }

    /// In microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.as_of().map(kosar::Time::micros)
    }

    #[getter]
    fn rhythm_days(&self) -> Option<f64> {
        self.0.rhythm_days()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}

#[pymethods]
impl StageMovements {
    /// `None` for not there yet.
    fn count(&self, before: Option<&Bound<'_, PyAny>>, after: Option<&Bound<'_, PyAny>>) -> Out<u64> {
        Ok(self.0.count(stage("before", before)?, stage("after", after)?))
    }

    #[getter]
    fn total(&self) -> u64 {
        self.0.total()
    }

    fn table(&self) -> Table {
        self.0.table().into()
    }
}
