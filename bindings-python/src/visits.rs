//! What someone looked at and did not buy.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::EventKind;
use kosar::rank::ItemFilter;
use kosar::visits::{Seen, VisitQuery};
use kosar::{Id, Time};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::event_log::EventLog;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};

/// What customers and sessions looked at and did not buy since.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Visits(pub(crate) Arc<kosar::visits::Visits>);

/// Item, kind, number of views, and microseconds since 1970.
type Found<'py> = Vec<(Bound<'py, PyAny>, &'static str, u32, i64)>;

fn query(given: &Fields<'_>) -> Out<VisitQuery> {
    let event =
        |(item, kind, time): (Bound<'_, PyAny>, String, Bound<'_, PyAny>)| -> Out<(Id, EventKind, Time)> {
            Ok((convert::id("item", &item)?, EventKind::parse(&kind)?, convert::time("time", &time)?))
        };
    let ongoing = given.events("ongoing")?.into_iter().map(event).collect::<Out<Vec<_>>>()?;
    let query = given.optional_id("customer")?.map_or_else(VisitQuery::anonymous, VisitQuery::customer);
    let filter = ItemFilter::new().exclude(given.ids("exclude")?).only(given.optional_ids("only")?);
    Ok(query.session(given.optional_id("session")?).ongoing(ongoing).filter(filter))
}

fn list(py: Python<'_>, found: Vec<Seen>) -> Found<'_> {
    let one = |seen: Seen| {
        (convert::id_out(py, seen.item.as_ref()), seen.kind.name(), seen.views, seen.last.micros())
    };
    found.into_iter().map(one).collect()
}

#[pymethods]
impl Visits {
    #[staticmethod]
    fn of(py: Python<'_>, events: &EventLog, orders: Option<&OrderLog>) -> Out<Self> {
        let (events, orders) = (Arc::clone(&events.0), orders.map(|orders| Arc::clone(&orders.0)));
        let visits = slow(py, move |_| kosar::visits::Visits::new(&events, orders.as_deref()))?;
        Ok(Self(Arc::new(visits)))
    }

    fn recently_viewed<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Found<'py>> {
        let (n, query) = (convert::count("n", n, 0)?, query(&given)?);
        fast(|| Ok(list(py, self.0.recently_viewed(&query, n)?)))
    }

    fn continue_shopping<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Found<'py>> {
        let (n, query) = (convert::count("n", n, 0)?, query(&given)?);
        fast(|| Ok(list(py, self.0.continue_shopping(&query, n)?)))
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, true)
    }

    fn save(&self, py: Python<'_>, path: PathBuf) -> Out<()> {
        persist::save(py, &self.0, path, true)
    }
}
