//! What customers lean to.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::affinity::{
    Affinity as Core, AffinityData, AffinityParams, Facet, Leaning, OrderBy, RerankOptions, TimeShare,
};
use kosar::data::KindWeights;
use kosar::{Control, Fit, Id, Money, ParamError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::Catalog;
use crate::convert::{self, Fields};
use crate::customers::Customers;
use crate::error::Out;
use crate::event_log::EventLog;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// What customers lean to beside the population.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Affinity(pub(crate) Arc<Core>);

/// Value, lift, share, the population's share, purchases, events, last day in microseconds since 1970, sentence.
type LeaningOut = (String, f64, f64, f64, u32, u32, Option<i64>, String);

/// Item, score, place before, lift, and reasons: facet and leaning.
type RerankedOut<'py> = (Bound<'py, PyAny>, f64, usize, f64, Vec<(String, LeaningOut)>);

/// Hour or day, share, lift.
type TimesOut = Vec<(u8, f64, f64)>;

fn leaning_out(leaning: &Leaning<'_>) -> LeaningOut {
    let last = leaning.last.map(kosar::Time::micros);
    let (value, sentence) = (leaning.value.to_owned(), leaning.to_string());
    let Leaning { lift, share, population_share, purchases, events, .. } = *leaning;
    (value, lift, share, population_share, purchases, events, last, sentence)
}

fn facets(words: Option<Vec<String>>) -> Out<Option<Vec<Facet>>> {
    let read = |words: Vec<String>| words.iter().map(|word| Facet::parse(word)).collect::<Result<_, _>>();
    Ok(words.map(read).transpose()?)
}

fn read_params(given: &Fields<'_>) -> Out<AffinityParams> {
    let weights = given.optional_reals("weights", "a dict of kinds and numbers")?;
    let weights = weights
        .map(|named| KindWeights::from_names(named.iter().map(|(kind, weight)| (kind.as_str(), *weight))))
        .transpose()?;
    let money = |cut: f64| {
        let bad =
            ParamError::OutOfRange { name: "price_cut_points", value: cut, allowed: "an amount of money" };
        Money::from_f64(cut).ok_or(bad)
    };
    let cuts = given.optional_numbers("price_cut_points")?;
    let cuts = cuts.map(|cuts| cuts.into_iter().map(money).collect::<Result<_, _>>()).transpose()?;
    Ok(Core::params()
        .facets(facets(given.optional_words("facets")?)?)
        .weights(weights)
        .purchase_events(given.optional_flag("purchase_events")?)
        .half_life_days(given.optional_real("half_life_days")?)
        .as_of(given.optional_time("as_of")?)
        .prior(given.real("prior")?)
        .price_bands(given.count("price_bands", 1)?)
        .price_cut_points(cuts)
        .time_zone(given.optional_word("time_zone")?)
        .min_customers(given.count("min_customers", 1)?)
        .order(OrderBy::parse(&given.word("order")?)?))
}

/// What a model is fitted on, shared with the thread that fits.
struct Data {
    orders: Option<Arc<kosar::OrderLog>>,
    events: Option<Arc<kosar::EventLog>>,
    catalog: Option<Arc<kosar::data::Catalog>>,
    customers: Option<Arc<kosar::data::Customers>>,
}

impl Data {
    fn new(
        orders: Option<&OrderLog>,
        events: Option<&EventLog>,
        catalog: Option<&Catalog>,
        customers: Option<&Customers>,
    ) -> Self {
        Self {
            customers: customers.map(|customers| Arc::clone(&customers.0)),
            orders: orders.map(|log| Arc::clone(&log.0)),
            events: events.map(|log| Arc::clone(&log.0)),
            catalog: catalog.map(|catalog| Arc::clone(&catalog.0)),
        }
    }

    fn borrow(&self) -> AffinityData<'_> {
        AffinityData::default()
            .orders(self.orders.as_deref())
            .events(self.events.as_deref())
            .catalog(self.catalog.as_deref())
            .customers(self.customers.as_deref())
    }
}

#[pymethods]
impl Affinity {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        orders: Option<&OrderLog>,
        events: Option<&EventLog>,
        catalog: Option<&Catalog>,
        customers: Option<&Customers>,
        params: Fields<'_>,
    ) -> Out<Self> {
        let (params, data) = (read_params(&params)?, Data::new(orders, events, catalog, customers));
        let fit = move |control: &Control| params.fit_with(&data.borrow(), control);
        Ok(Self(Arc::new(slow(py, fit)?)))
    }

    fn update(
        &self,
        py: Python<'_>,
        orders: Option<&OrderLog>,
        events: Option<&EventLog>,
        customers: Option<&Customers>,
    ) -> Out<Self> {
        let (model, data) = (Arc::clone(&self.0), Data::new(orders, events, None, customers));
        Ok(Self(Arc::new(slow(py, move |control| model.update_with(data.borrow(), control))?)))
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(Self(Arc::new(slow(py, move |control| model.forget_with(&customer, control))?)))
    }

    fn of(&self, customer: &Bound<'_, PyAny>, facet: &str, n: &Bound<'_, PyAny>) -> Out<Vec<LeaningOut>> {
        let (customer, n) = (convert::id("customer", customer)?, convert::count("n", n, 0)?);
        fast(|| Ok(self.0.of(&customer, facet, n)?.iter().map(leaning_out).collect()))
    }

    fn rank(&self, customer: &Bound<'_, PyAny>, facet: &str, values: Vec<String>) -> Out<Vec<LeaningOut>> {
        let customer = convert::id("customer", customer)?;
        let values = values.iter().map(String::as_str);
        fast(|| Ok(self.0.rank(&customer, facet, values)?.iter().map(leaning_out).collect()))
    }

    fn lift(&self, customer: &Bound<'_, PyAny>, facet: &str, value: &str) -> Out<f64> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.lift(&customer, facet, value)?))
    }

    fn rerank<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        items: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Out<Vec<RerankedOut<'py>>> {
        let (customer, items) = (convert::id("customer", customer)?, convert::ids("items", items)?);
        let options = RerankOptions::new()
            .weight(given.real("weight")?)
            .scores(given.optional_numbers("scores")?)
            .facets(facets(given.optional_words("facets")?)?);
        fast(|| {
            let found = self.0.rerank(&customer, items.iter().map(Id::as_ref), &options)?;
            let one = |one: &kosar::affinity::Reranked<'_>| {
                let reason =
                    |(facet, leaning): &(&Facet, Leaning<'_>)| (facet.to_string(), leaning_out(leaning));
                let reasons = one.reasons.iter().map(reason).collect();
                (convert::id_out(py, one.item.as_ref()), one.score, one.before, one.lift, reasons)
            };
            Ok(found.iter().map(one).collect())
        })
    }

    /// Hours, days, purchases and sessions.
    fn send_time(&self, customer: &Bound<'_, PyAny>) -> Out<(TimesOut, TimesOut, u32, u32)> {
        let customer = convert::id("customer", customer)?;
        let out = |times: Vec<TimeShare>| times.iter().map(|one| (one.at, one.share, one.lift)).collect();
        fast(|| {
            let found = self.0.send_time(&customer)?;
            Ok((out(found.hours), out(found.weekdays), found.purchases, found.events))
        })
    }

    /// Value, share and customers.
    fn population(&self, facet: &str) -> Out<Vec<(String, f64, u32)>> {
        let found = self.0.population(facet)?;
        Ok(found.iter().map(|one| (one.value.to_owned(), one.share, one.customers)).collect())
    }

    fn table(&self, py: Python<'_>, facet: String, n: &Bound<'_, PyAny>) -> Out<Table> {
        let (model, n) = (Arc::clone(&self.0), convert::count("n", n, 0)?);
        Ok(slow(py, move |_| model.table(&facet, n))?.into())
    }

    fn facets(&self) -> Vec<String> {
        self.0.facets().iter().map(ToString::to_string).collect()
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.customers()))
    }

    fn price_cut_points(&self) -> Vec<f64> {
        self.0.price_cut_points().iter().map(|cut| cut.to_f64()).collect()
    }

    /// When weights are whole, in microseconds since 1970.
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
