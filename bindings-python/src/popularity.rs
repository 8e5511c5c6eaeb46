//! What sells.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::EventKind;
use kosar::popularity::{GroupSource, Popularity as Core, PopularityOptions, PopularityParams};
use kosar::rank::ItemFilter;
use kosar::{Control, Fit, IdRef};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::Catalog;
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::event_log::EventLog;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::slots::{Slots, slots};
use crate::{persist, recommendation};

/// Items by how many bought them.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Popularity(pub(crate) Arc<Core>);

/// Where the groups of customers come from.
#[derive(FromPyObject)]
pub(crate) enum Groups<'py> {
    /// A column that the log has kept.
    #[pyo3(transparent)]
    Column(String),
    /// Customers, and the group of each.
    Named(Bound<'py, PyList>, Vec<String>),
}

impl Groups<'_> {
    fn read(self) -> Out<GroupSource> {
        Ok(match self {
            Self::Column(column) => GroupSource::Column(column),
            Self::Named(customers, groups) => {
                let customers = customers.iter().map(|value| convert::id("customer", &value));
                GroupSource::Named(customers.collect::<Out<Vec<_>>>()?.into_iter().zip(groups).collect())
            }
        })
    }
}

fn read_groups(groups: Vec<(String, Groups<'_>)>) -> Out<Vec<(String, GroupSource)>> {
    groups.into_iter().map(|(name, groups)| Ok((name, groups.read()?))).collect()
}

fn read_params(params: &Fields<'_>) -> Out<PopularityParams> {
    let kinds = params
        .optional_words("kinds")?
        .map(|kinds| kinds.iter().map(|kind| Ok(EventKind::parse(kind)?)).collect::<Out<Vec<_>>>());
    Ok(Core::params()
        .half_life_days(params.optional_real("half_life_days")?)
        .as_of(params.optional_time("as_of")?)
        .trend_days(params.real("trend_days")?)
        .baseline_days(params.real("baseline_days")?)
        .confidence(params.real("confidence")?)
        .min_customers(params.count("min_customers", 1)?)
        .new_days(params.real("new_days")?)
        .group_prior(params.real("group_prior")?)
        .kinds(kinds.transpose()?))
}

fn list_options(options: &Fields<'_>) -> Out<PopularityOptions> {
    let filter = ItemFilter::new().exclude(options.ids("exclude")?).only(options.optional_ids("only")?);
    let (category, group) = (options.optional_word("category")?, options.optional_words("group")?);
    let group = match group.as_deref() {
        Some([name, label]) => Some((name.as_str(), label.as_str())),
        _ => None,
    };
    let customer = options.optional_id("customer")?;
    Ok(PopularityOptions::new().filter(filter).category(category.as_deref()).group(group).customer(customer))
}

#[pymethods]
impl Popularity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        params: Fields<'_>,
        catalog: Option<&Catalog>,
        groups: Vec<(String, Groups<'_>)>,
    ) -> Out<Self> {
        let params = read_params(&params)?;
        let (log, catalog) = (Arc::clone(&log.0), catalog.map(|catalog| Arc::clone(&catalog.0)));
        let groups = read_groups(groups)?;
        let fit = move |control: &Control| {
            params.fit_with(&*log, control)?.furnished(Some(&log), catalog.as_deref(), &groups)
        };
        Ok(Self(Arc::new(slow(py, fit)?)))
    }

    #[staticmethod]
    fn fit_events(
        py: Python<'_>,
        events: &EventLog,
        params: Fields<'_>,
        catalog: Option<&Catalog>,
        groups: Vec<(String, Groups<'_>)>,
    ) -> Out<Self> {
        let params = read_params(&params)?;
        let (events, catalog) = (Arc::clone(&events.0), catalog.map(|catalog| Arc::clone(&catalog.0)));
        let groups = read_groups(groups)?;
        let fit = move |control: &Control| {
            params.fit_with(&*events, control)?.furnished(None, catalog.as_deref(), &groups)
        };
        Ok(Self(Arc::new(slow(py, fit)?)))
    }

    fn update(&self, py: Python<'_>, log: &OrderLog) -> Out<Self> {
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        Ok(Self(Arc::new(slow(py, move |control| model.update_with(&log, control))?)))
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(Self(Arc::new(slow(py, move |control| model.forget_with(&customer, control))?)))
    }

    fn recommend<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (n, options) = (convert::count("n", n, 0)?, list_options(&options)?);
        fast(|| recommendation::list(py, self.0.recommend_in(n, &options)?))
    }

    fn trending<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (n, options) = (convert::count("n", n, 0)?, list_options(&options)?);
        fast(|| recommendation::list(py, self.0.trending_in(n, &options)?))
    }

    fn new_arrivals<'py>(
        &self,
        py: Python<'py>,
        n: &Bound<'_, PyAny>,
        options: Fields<'_>,
    ) -> Out<Bound<'py, PyList>> {
        let (n, options) = (convert::count("n", n, 0)?, list_options(&options)?);
        fast(|| recommendation::list(py, self.0.new_arrivals_in(n, &options)?))
    }

    fn recommend_for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        n: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        fast(|| recommendation::list(py, self.0.recommend_for_customer(&customer, n)?))
    }

    /// Positions of items (the number of items for an empty slot) and scores, shape (n_customers, n).
    fn recommend_all<'py>(&self, py: Python<'py>, n: &Bound<'_, PyAny>) -> Out<Slots<'py>> {
        let (model, n) = (Arc::clone(&self.0), convert::count("n", n, 0)?);
        slots(py, n, move || Ok((model.customers().len(), model.items().clone(), model.recommend_all(n)?)))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, &self.0.customers()))
    }

    /// How many customers bought each item.
    fn counts(&self) -> Vec<u32> {
        self.0.counts().to_vec()
    }

    /// The groups of each way of parting the customers.
    fn groups(&self) -> Out<Vec<(String, Vec<String>)>> {
        let of = |name: &str| {
            let groups = self.0.groups(name)?.map(str::to_owned).collect();
            Ok((name.to_owned(), groups))
        };
        self.0.groupings().map(of).collect()
    }

    /// Whether items are integers.
    #[getter]
    fn has_integer_items(&self) -> bool {
        self.0.items().iter().next().is_some_and(|id| matches!(id, IdRef::Int(_)))
    }

    /// When age is taken, in microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.as_of().map(kosar::Time::micros)
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
