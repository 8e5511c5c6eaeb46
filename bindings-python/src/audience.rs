//! Rule-based audiences.

use std::sync::Arc;

use kosar::audience::{Audience, AudienceData as CoreData, Audiences as Core};
use kosar::{Control, Id};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::affinity::Affinity;
use crate::catalog::Catalog;
use crate::clusters::CustomerClusters;
use crate::convert::{self, Fields};
use crate::customers::Customers;
use crate::error::Out;
use crate::event_log::EventLog;
use crate::lifecycle::Lifecycle;
use crate::order_log::OrderLog;
use crate::rfm::Rfm;
use crate::run::{fast, slow};
use crate::table::Table;

/// The shop's data, laid out customer by customer.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct AudienceData(Arc<CoreData>);

/// Audiences made ready for the shop's data.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Audiences(Arc<Core>);

/// Checks the form of an audience; gives its JSON form and what it says.
#[pyfunction]
pub(crate) fn read_audience(json: &str) -> Out<(String, String)> {
    fast(|| {
        let audience = Audience::from_json(json)?;
        Ok((audience.to_json(), audience.to_string()))
    })
}

/// What the JSON form may be.
#[pyfunction]
pub(crate) fn audience_schema() -> Out<String> {
    fast(|| Ok(Audience::json_schema()))
}

type Values = Vec<(String, Vec<Id>, Vec<f64>)>;

fn values(given: Vec<(String, Bound<'_, PyAny>, Bound<'_, PyAny>)>) -> Out<Values> {
    let read = |(name, ids, values): (String, Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        let reals = values.try_iter()?.map(|value| convert::real(&name, &value?)).collect::<Out<Vec<_>>>()?;
        let ids = convert::ids("customer", &ids)?;
        Ok((name, ids, reals))
    };
    given.into_iter().map(read).collect()
}

#[pymethods]
impl AudienceData {
    #[staticmethod]
    fn build(
        py: Python<'_>,
        parts: Fields<'_>,
        given: Vec<(String, Bound<'_, PyAny>, Bound<'_, PyAny>)>,
    ) -> Out<Self> {
        let orders = parts.part::<OrderLog>("orders")?.map(|part| Arc::clone(&part.get().0));
        let events = parts.part::<EventLog>("events")?.map(|part| Arc::clone(&part.get().0));
        let customers = parts.part::<Customers>("customers")?.map(|part| Arc::clone(&part.get().0));
        let catalog = parts.part::<Catalog>("catalog")?.map(|part| Arc::clone(&part.get().0));
        let rfm = parts.part::<Rfm>("rfm")?.map(|part| Arc::clone(&part.get().0));
        let lifecycle = parts.part::<Lifecycle>("lifecycle")?.map(|part| Arc::clone(&part.get().0));
        let clusters = parts.part::<CustomerClusters>("clusters")?.map(|part| Arc::clone(&part.get().0));
        let affinity = parts.part::<Affinity>("affinity")?.map(|part| Arc::clone(&part.get().0));
        let (given, time_zone) = (values(given)?, parts.optional_word("time_zone")?);
        let work = move |control: &Control| {
            let mut builder = CoreData::builder()
                .orders(orders.as_deref())
                .events(events.as_deref())
                .customers(customers.as_deref())
                .catalog(catalog)
                .rfm(rfm.as_deref())
                .lifecycle(lifecycle.as_deref())
                .clusters(clusters.as_deref())
                .affinity(affinity)
                .time_zone(time_zone.as_deref());
            for (name, ids, values) in given {
                builder = builder.value(name, ids.into_iter().zip(values));
            }
            builder.build_with(control)
        };
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.customers()))
    }

    fn __len__(&self) -> usize {
        self.0.customers().len()
    }
}

#[pymethods]
impl Audiences {
    #[staticmethod]
    fn build(
        py: Python<'_>,
        data: &AudienceData,
        audiences: Vec<(String, String)>,
        as_of: Option<&Bound<'_, PyAny>>,
    ) -> Out<Self> {
        let (data, as_of) =
            (Arc::clone(&data.0), as_of.map(|time| convert::time("as_of", time)).transpose()?);
        let work = move |_: &Control| {
            let read = audiences.iter().map(|(name, json)| Ok((name.as_str(), Audience::from_json(json)?)));
            Core::new(data, read.collect::<kosar::Result<Vec<_>>>()?, as_of)
        };
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn names(&self) -> Vec<&str> {
        self.0.names().collect()
    }

    fn notes(&self) -> Vec<String> {
        self.0.notes().to_vec()
    }

    /// In microseconds since 1970.
    #[getter]
    fn as_of(&self) -> i64 {
        self.0.as_of().micros()
    }

    fn contains(&self, name: &str, customer: &Bound<'_, PyAny>) -> Out<bool> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.contains(name, &customer)?))
    }

    fn of(&self, customer: &Bound<'_, PyAny>) -> Out<Vec<&str>> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.of(&customer)?))
    }

    /// The members as a table of one column.
    fn members(&self, py: Python<'_>, name: String) -> Out<Table> {
        let audiences = Arc::clone(&self.0);
        Ok(slow(py, move |control| Ok(audiences.members_with(&name, control)?.table()))?.into())
    }

    fn size(&self, py: Python<'_>, name: String) -> Out<usize> {
        let audiences = Arc::clone(&self.0);
        slow(py, move |control| Ok(audiences.members_with(&name, control)?.len()))
    }

    fn sizes(&self, py: Python<'_>) -> Out<Table> {
        let audiences = Arc::clone(&self.0);
        Ok(slow(py, move |control| audiences.sizes_with(control))?.into())
    }

    fn overlap(&self, py: Python<'_>) -> Out<Table> {
        let audiences = Arc::clone(&self.0);
        Ok(slow(py, move |control| audiences.overlap_with(control))?.into())
    }

    fn explain<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        customer: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyAny>> {
        let customer = convert::id("customer", customer)?;
        fast(|| convert::json(py, &self.0.explain(name, &customer)?))
    }

    fn estimate<'py>(
        &self,
        py: Python<'py>,
        name: String,
        sample: &Bound<'_, PyAny>,
        seed: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyAny>> {
        let (sample, seed) = (convert::count("sample", sample, 1)?, convert::seed(seed)?);
        let audiences = Arc::clone(&self.0);
        let estimate = slow(py, move |_| audiences.estimate(&name, sample, seed))?;
        convert::json(py, &estimate)
    }

    fn profile<'py>(&self, py: Python<'py>, name: String) -> Out<Bound<'py, PyAny>> {
        let audiences = Arc::clone(&self.0);
        let profile = slow(py, move |control| audiences.profile_with(&name, control))?;
        convert::json(py, &profile)
    }
}
