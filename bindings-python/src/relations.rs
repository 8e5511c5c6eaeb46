//! Complements and substitutes.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::relation::{ItemRelations as Core, PairRelation, Relation};
use kosar::{Fit, Id};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::{persist, recommendation};

/// What items are to each other.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct ItemRelations(pub(crate) Arc<Core>);

/// A pair as a dict, and as text.
type Pair<'py> = (Bound<'py, PyAny>, String);
/// Items, each with its pair.
type Related<'py> = Vec<(Bound<'py, PyAny>, Pair<'py>)>;

fn pair_out<'py>(py: Python<'py>, pair: &PairRelation) -> Out<Pair<'py>> {
    Ok((convert::json(py, pair)?, pair.to_string()))
}

fn related(py: Python<'_>, found: Vec<(Id, PairRelation)>) -> Out<Related<'_>> {
    let one = |(id, pair): &(Id, PairRelation)| Ok((convert::id_out(py, id.as_ref()), pair_out(py, pair)?));
    found.iter().map(one).collect()
}

#[pymethods]
impl ItemRelations {
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
            .min_orders(params.count("min_orders", 1)?)
            .min_together(params.count("min_together", 1)?)
            .min_apart(params.count("min_apart", 0)?)
            .min_lift(params.real("min_lift")?)
            .max_lift(params.real("max_lift")?)
            .min_context(params.real("min_context")?)
            .shrinkage(params.real("shrinkage")?)
            .window_days(params.optional_real("window_days")?)
            .profile(params.count("profile", 1)?)
            .neighbors(params.count("neighbors", 1)?);
        let (log, catalog) = (Arc::clone(&log.0), given(catalog));
        let work = move |control: &_| match catalog {
            Some(catalog) => params.fit_with(&(&*log, &*catalog), control),
            None => params.fit_with(&*log, control),
        };
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    fn relation<'py>(&self, py: Python<'py>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> Out<Pair<'py>> {
        let (a, b) = (convert::id("item", a)?, convert::id("item", b)?);
        fast(|| pair_out(py, &self.0.relation(&a, &b)?))
    }

    fn label<'py>(&self, py: Python<'py>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> Out<Vec<Pair<'py>>> {
        let pairs: Vec<(Id, Id)> =
            convert::ids("pairs", a)?.into_iter().zip(convert::ids("pairs", b)?).collect();
        let model = Arc::clone(&self.0);
        let found = slow(py, move |_| model.label(pairs.iter().map(|(a, b)| (a, b))))?;
        found.iter().map(|pair| pair_out(py, pair)).collect()
    }

    fn complements<'py>(
        &self,
        py: Python<'py>,
        item: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Related<'py>> {
        let (item, n) = (convert::id("item", item)?, convert::count("n", n, 0)?);
        fast(|| related(py, self.0.complements(&item, n)?))
    }

    fn substitutes<'py>(
        &self,
        py: Python<'py>,
        item: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Related<'py>> {
        let (item, n) = (convert::id("item", item)?, convert::count("n", n, 0)?);
        fast(|| related(py, self.0.substitutes(&item, n)?))
    }

    fn recommend_for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        relation: &str,
        n: &Bound<'_, PyAny>,
        exclude: &Bound<'_, PyAny>,
        only: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyList>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        let (relation, filter) = (Relation::parse(relation)?, convert::filter(exclude, only)?);
        fast(|| {
            let found = self.0.recommend_for_customer_among(&customer, relation, n, &filter)?;
            recommendation::list(py, found)
        })
    }

    fn recommend_for_items<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        relation: &str,
        n: &Bound<'_, PyAny>,
        exclude: &Bound<'_, PyAny>,
        only: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyList>> {
        let (items, n) = (convert::ids("items", items)?, convert::count("n", n, 0)?);
        let (relation, filter) = (Relation::parse(relation)?, convert::filter(exclude, only)?);
        fast(|| {
            let found = self.0.recommend_for_items_among(&items, relation, n, &filter)?;
            recommendation::list(py, found)
        })
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, &self.0.customers()))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    #[getter]
    fn n_baskets(&self) -> u64 {
        self.0.n_baskets()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
