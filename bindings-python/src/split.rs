//! Splits of a log.

use std::sync::Arc;

use kosar::eval::{self, Cut, Pick, SplitOptions, UnknownItems};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};

/// What is trained on, and what is asked for.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Split(pub(crate) Arc<eval::Split>);

impl From<eval::Split> for Split {
    fn from(split: eval::Split) -> Self {
        Self(Arc::new(split))
    }
}

/// Where the past ends, told in exactly one of three ways.
pub(crate) fn cut(options: &Fields<'_>) -> Out<Cut> {
    let (at, days) = (options.optional_time("at")?, options.optional_real("last_days")?);
    Ok(Cut::given(at, days, options.optional_real("fraction")?)?)
}

fn split_options(options: &Fields<'_>) -> Out<SplitOptions> {
    Ok(SplitOptions::new()
        .new_items_only(options.flag("new_items_only")?)
        .unknown_items(UnknownItems::parse(&options.word("unknown_items")?)?))
}

#[pymethods]
impl Split {
    #[staticmethod]
    fn temporal(py: Python<'_>, log: &OrderLog, options: Fields<'_>) -> Out<Self> {
        let cut = cut(&options)?;
        let (log, options) = (Arc::clone(&log.0), split_options(&options)?);
        Ok(slow(py, move |_| eval::temporal_split(&log, cut, &options))?.into())
    }

    #[staticmethod]
    fn last_basket(py: Python<'_>, log: &OrderLog, options: Fields<'_>) -> Out<Self> {
        let (log, options) = (Arc::clone(&log.0), split_options(&options)?);
        Ok(slow(py, move |_| eval::leave_last_basket(&log, &options))?.into())
    }

    #[staticmethod]
    fn one_out(py: Python<'_>, log: &OrderLog, options: Fields<'_>) -> Out<Self> {
        let pick = Pick::parse(&options.word("pick")?, options.count("seed", 0)? as u64)?;
        let (log, options) = (Arc::clone(&log.0), split_options(&options)?);
        Ok(slow(py, move |_| eval::leave_one_out(&log, pick, &options))?.into())
    }

    #[staticmethod]
    fn by_customer(py: Python<'_>, log: &OrderLog, options: Fields<'_>) -> Out<Self> {
        let (share, seed) = (options.real("share")?, options.count("seed", 0)? as u64);
        let (log, options) = (Arc::clone(&log.0), split_options(&options)?);
        Ok(slow(py, move |_| eval::by_customer(&log, share, seed, &options))?.into())
    }

    #[staticmethod]
    fn from_logs(py: Python<'_>, train: &OrderLog, test: &OrderLog, options: Fields<'_>) -> Out<Self> {
        let (train, test) = (Arc::clone(&train.0), Arc::clone(&test.0));
        let options = split_options(&options)?;
        Ok(slow(py, move |_| eval::Split::from_logs((*train).clone(), &test, &options))?.into())
    }

    fn train(&self) -> OrderLog {
        self.0.train().clone().into()
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.customers()))
    }

    /// The items asked for of a customer.
    fn truth<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyList>> {
        let customer = convert::id("customer", customer)?;
        let at = self.0.customers().find("customer", (&customer).into())?;
        fast(|| self.items(py, self.0.truth(at)))
    }

    /// The items that a customer has.
    fn history<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyList>> {
        let customer = convert::id("customer", customer)?;
        let at = self.0.customers().find("customer", (&customer).into())?;
        fast(|| self.items(py, self.0.history(at)))
    }

    fn counts<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyDict>> {
        let (counts, out) = (self.0.counts(), PyDict::new(py));
        out.set_item("customers", counts.customers)?;
        out.set_item("without_truth", counts.without_truth)?;
        out.set_item("pairs", counts.pairs)?;
        out.set_item("unknown_customers", counts.unknown_customers)?;
        out.set_item("unknown_pairs", counts.unknown_pairs)?;
        out.set_item("repeated_pairs", counts.repeated_pairs)?;
        out.set_item("anonymous_orders", counts.anonymous_orders)?;
        Ok(out)
    }

    fn text(&self) -> Out<String> {
        fast(|| Ok(self.0.to_string()))
    }
}

impl Split {
    fn items<'py>(&self, py: Python<'py>, items: &[kosar::ItemIx]) -> Out<Bound<'py, PyList>> {
        let ids = items.iter().map(|item| self.0.items().get(item.as_usize()));
        Ok(PyList::new(py, ids.map(|id| convert::id_out(py, id)).collect::<Vec<_>>())?)
    }
}
