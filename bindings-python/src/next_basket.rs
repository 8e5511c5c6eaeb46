//! What a customer puts into the next basket.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::next_basket::{NextBasket as Core, NextBasketOptions, NextBasketParams, Novelty, Personal};
use kosar::rank::ItemFilter;
use kosar::{Fit, IdRef};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::slots::{Slots, slots};
use crate::{persist, recommendation};

/// What customers buy again, and what is new to them.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct NextBasket(pub(crate) Arc<Core>);

fn params(given: &Fields<'_>) -> Out<NextBasketParams> {
    Ok(Core::params()
        .personal(Personal::parse(&given.word("personal")?)?)
        .repeat_decay(given.real("repeat_decay")?)
        .customer_prior(given.real("customer_prior")?)
        .item_prior(given.real("item_prior")?)
        .group_size(given.optional_count("group_size", 1)?)
        .within_decay(given.real("within_decay")?)
        .group_decay(given.real("group_decay")?)
        .neighbors(given.count("neighbors", 1)?)
        .personal_weight(given.real("personal_weight")?)
        .neighbors_weight(given.real("neighbors_weight")?)
        .popularity_weight(given.real("popularity_weight")?))
}

fn options(given: &Fields<'_>) -> Out<NextBasketOptions> {
    let novelty = given.optional_word("novelty")?.map(|word| Novelty::parse(&word)).transpose()?;
    let filter = ItemFilter::new().exclude(given.ids("exclude")?).only(given.optional_ids("only")?);
    Ok(NextBasketOptions::new().novelty(novelty).filter(filter))
}

#[pymethods]
impl NextBasket {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    /// The parameters of a name.
    #[staticmethod]
    fn preset<'py>(py: Python<'py>, word: &str) -> Out<Bound<'py, PyAny>> {
        convert::json(py, &NextBasketParams::preset(word)?)
    }

    #[staticmethod]
    fn fit(py: Python<'_>, log: &OrderLog, params: Fields<'_>) -> Out<Self> {
        let (params, log) = (self::params(&params)?, Arc::clone(&log.0));
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
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
        fast(|| {
            let found = py.detach(|| self.0.recommend_for_customer_with(&customer, n, &options))?;
            recommendation::list(py, found)
        })
    }

    fn recommend_for_baskets<'py>(
        &self,
        py: Python<'py>,
        baskets: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (baskets, n) = (convert::id_lists("baskets", baskets)?, convert::count("n", n, 0)?);
        let options = options(&given)?;
        fast(|| {
            let found = py.detach(|| self.0.recommend_for_baskets(&baskets, n, &options))?;
            recommendation::list(py, found)
        })
    }

    fn recommend_all<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Slots<'py>> {
        let (model, n, options) = (Arc::clone(&self.0), convert::count("n", n, 0)?, options(&given)?);
        slots(py, n, move || {
            let all = model.recommend_all_with(n, &options)?;
            Ok((model.customers().len(), model.items().clone(), all))
        })
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, &self.0.customers()))
    }

    /// The number of baskets with each item.
    fn counts(&self) -> Vec<u64> {
        self.0.counts().to_vec()
    }

    /// How probably each item is bought again.
    fn repurchase_probabilities(&self) -> Vec<f64> {
        self.0.repurchase_probabilities().to_vec()
    }

    /// Whether items are integers.
    #[getter]
    fn has_integer_items(&self) -> bool {
        self.0.items().iter().next().is_some_and(|id| matches!(id, IdRef::Int(_)))
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
