//! When customers buy again.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::rank::ItemFilter;
use kosar::replenish::{BuyAgainOptions, Due, Replenishment as Core};
use kosar::{Control, Fit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// When each customer will buy again what they bought before.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Replenishment(pub(crate) Arc<Core>);

fn read_options(options: &Fields<'_>) -> Out<BuyAgainOptions> {
    let filter = ItemFilter::new().exclude(options.ids("exclude")?).only(options.optional_ids("only")?);
    Ok(BuyAgainOptions::new()
        .filter(filter)
        .min_probability(options.real("min_probability")?)
        .horizon_days(options.optional_real("horizon_days")?))
}

fn due_out<'py>(py: Python<'py>, due: &Due) -> Out<Bound<'py, PyAny>> {
    convert::json(py, due)
}

#[pymethods]
impl Replenishment {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        catalog: Option<&Bound<'_, Catalog>>,
        params: Fields<'_>,
    ) -> Out<Self> {
        let params = Core::params()
            .horizon_days(params.real("horizon_days")?)
            .coverage(params.real("coverage")?)
            .min_purchases(params.count("min_purchases", 1)?)
            .use_quantities(params.flag("use_quantities")?);
        let (log, catalog) = (Arc::clone(&log.0), given(catalog));
        let work = move |control: &Control| match catalog {
            Some(catalog) => params.fit_with(&(&*log, &*catalog), control),
            None => params.fit_with(&*log, control),
        };
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn update(&self, py: Python<'_>, log: &OrderLog) -> Out<Self> {
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        Ok(Self(Arc::new(slow(py, move |control| model.update_with(&log, control))?)))
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(Self(Arc::new(slow(py, move |control| model.forget_with(&customer, control))?)))
    }

    /// The fields of each answer, times in microseconds.
    fn buy_again<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        now: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (customer, now) = (convert::id("customer", customer)?, convert::time("now", now)?);
        let (n, options) = (convert::count("n", n, 0)?, read_options(&options)?);
        fast(|| {
            let found = self.0.buy_again_with(&customer, now, n, &options)?;
            let out = found.iter().map(|due| due_out(py, due)).collect::<Out<Vec<_>>>()?;
            Ok(PyList::new(py, out)?)
        })
    }

    fn due<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        item: &Bound<'_, PyAny>,
        now: &Bound<'_, PyAny>,
    ) -> Out<Option<Bound<'py, PyAny>>> {
        let (customer, item) = (convert::id("customer", customer)?, convert::id("item", item)?);
        let now = convert::time("now", now)?;
        fast(|| self.0.due(&customer, &item, now)?.map(|due| due_out(py, &due)).transpose())
    }

    fn due_all(
        &self,
        py: Python<'_>,
        now: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Table> {
        let (now, n) = (convert::time("now", now)?, convert::count("n", n, 0)?);
        let (model, options) = (Arc::clone(&self.0), read_options(&options)?);
        Ok(slow(py, move |_| model.due_all_with(now, n, &options))?.into())
    }

    /// The median days until the next purchase of an item, and the chance that there is one.
    fn interval(&self, item: &Bound<'_, PyAny>) -> Out<Option<(f64, f64)>> {
        let item = convert::id("item", item)?;
        fast(|| Ok(self.0.interval(&item)?))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.customers()))
    }

    #[getter]
    fn quantity_exponent(&self) -> Option<f64> {
        self.0.quantity_exponent()
    }

    /// In microseconds since 1970.
    #[getter]
    fn end(&self) -> i64 {
        self.0.end().micros()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
