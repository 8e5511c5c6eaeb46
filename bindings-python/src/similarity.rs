//! Item similarity.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use kosar::similarity::{
    Contribution, ItemSimilarity as Core, ItemSimilarityParams, Measure, RecommendOptions, Side, Strength,
    Unit, Weighting,
};
use kosar::{Fit, IdRef};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::matrix::Matrix;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::slots::{Slots, slots};
use crate::table::{self, Table};
use crate::{persist, recommendation};

/// Items that resemble each other.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct ItemSimilarity(pub(crate) Arc<Core>, OnceLock<Py<Table>>);

impl From<Arc<Core>> for ItemSimilarity {
    fn from(model: Arc<Core>) -> Self {
        Self(model, OnceLock::new())
    }
}

/// The parameters by name.
fn read(given: &Fields<'_>) -> Out<ItemSimilarityParams> {
    let (k1, b) = (given.real("k1")?, given.real("b")?);
    Ok(Core::params()
        .measure(Measure::parse(&given.word("measure")?)?)
        .neighbors(given.count("neighbors", 1)?)
        .side(Side::parse(&given.word("side")?)?)
        .unit(Unit::parse(&given.word("unit")?)?)
        .strength(Strength::parse(&given.word("strength")?)?)
        .weighting(Weighting::parse(&given.word("weighting")?, k1, b)?)
        .user_exponent(given.real("user_exponent")?)
        .shrinkage(given.real("shrinkage")?)
        .asymmetry(given.real("asymmetry")?)
        .popularity_damping(given.real("popularity_damping")?)
        .half_life_days(given.optional_real("half_life_days")?)
        .pair_half_life_days(given.optional_real("pair_half_life_days")?)
        .as_of(given.optional_time("as_of")?)
        .min_customers(given.count("min_customers", 1)?)
        .max_history(given.optional_count("max_history", 1)?))
}

/// How a question is answered.
fn options(given: &Fields<'_>) -> Out<RecommendOptions> {
    Ok(RecommendOptions::new()
        .only(given.optional_ids("only")?)
        .exclude(given.ids("exclude")?)
        .min_score(given.optional_real("min_score")?)
        .dislikes(given.ids("dislikes")?)
        .returned_weight(given.real("returned_weight")?)
        .keep_owned(given.flag("keep_owned")?))
}

/// What each item carries: its id, similarity and count.
fn parts(py: Python<'_>, found: Vec<Contribution>) -> Out<Vec<(Bound<'_, PyAny>, f64, u64)>> {
    let part = |one: Contribution| (convert::id_out(py, one.from.as_ref()), one.similarity, one.count);
    Ok(found.into_iter().map(part).collect())
}

#[pymethods]
impl ItemSimilarity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(py: Python<'_>, log: &OrderLog, params: Fields<'_>) -> Out<Self> {
        let (params, log) = (read(&params)?, Arc::clone(&log.0));
        Ok(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?).into())
    }

    #[staticmethod]
    fn fit_matrix(py: Python<'_>, matrix: &Matrix, params: Fields<'_>) -> Out<Self> {
        let (params, matrix) = (read(&params)?, Arc::clone(&matrix.0));
        Ok(Arc::new(slow(py, move |control| params.fit_with(&*matrix, control))?).into())
    }

    fn update(&self, py: Python<'_>, log: &OrderLog) -> Out<Self> {
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        Ok(Arc::new(slow(py, move |control| model.update_with(&log, control))?).into())
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(Arc::new(slow(py, move |control| model.forget_with(&customer, control))?).into())
    }

    /// The lists, as a table that is made once.
    fn table(&self, py: Python<'_>) -> Out<Py<Table>> {
        let model = Arc::clone(&self.0);
        table::once(py, &self.1, move || model.table())
    }

    fn similar<'py>(
        &self,
        py: Python<'py>,
        item: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (item, n, options) = (convert::id("item", item)?, convert::count("n", n, 0)?, options(&given)?);
        fast(|| recommendation::list(py, self.0.similar_with(&item, n, &options)?))
    }

    fn recommend_for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        let options = options(&given)?;
        fast(|| recommendation::list(py, self.0.recommend_for_customer_with(&customer, n, &options)?))
    }

    fn recommend_for_items<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (items, n, options) =
            (convert::ids("items", items)?, convert::count("n", n, 0)?, options(&given)?);
        fast(|| recommendation::list(py, self.0.recommend_for_items_with(&items, n, &options)?))
    }

    fn explain_for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        item: &Bound<'_, PyAny>,
    ) -> Out<Vec<(Bound<'py, PyAny>, f64, u64)>> {
        let (customer, item) = (convert::id("customer", customer)?, convert::id("item", item)?);
        fast(|| parts(py, self.0.explain_for_customer(&customer, &item)?))
    }

    fn explain_for_items<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        item: &Bound<'_, PyAny>,
    ) -> Out<Vec<(Bound<'py, PyAny>, f64, u64)>> {
        let (items, item) = (convert::ids("items", items)?, convert::id("item", item)?);
        fast(|| parts(py, self.0.explain_for_items(&items, &item)?))
    }

    fn similar_customers<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Vec<(Bound<'py, PyAny>, f64, u64)>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        fast(|| {
            let found = self.0.similar_customers(&customer, n)?.into_iter();
            Ok(found
                .map(|one| (convert::id_out(py, one.customer.as_ref()), one.similarity, one.count))
                .collect())
        })
    }

    /// Positions of items (the number of items for an empty slot) and scores for the customers from `start` to `end`, shape
    /// (end - start, n).
    fn recommend_range<'py>(
        &self,
        py: Python<'py>,
        start: usize,
        end: usize,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Slots<'py>> {
        let (model, n, options) = (Arc::clone(&self.0), convert::count("n", n, 0)?, options(&given)?);
        slots(py, n, move || {
            let all = model.recommend_range(start..end, n, &options)?;
            Ok((end.saturating_sub(start), model.items().clone(), all))
        })
    }

    /// The number of customers to recommend to.
    #[getter]
    fn n_customers(&self) -> Out<usize> {
        Ok(self.0.n_customers()?)
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, &self.0.customers()))
    }

    /// Whether items are integers.
    #[getter]
    fn has_integer_items(&self) -> bool {
        self.0.items().iter().next().is_some_and(|id| matches!(id, IdRef::Int(_)))
    }

    #[getter]
    fn n_customers_cut(&self) -> usize {
        self.0.customers_cut()
    }

    #[getter]
    fn n_anonymous_orders(&self) -> usize {
        self.0.anonymous_orders()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
