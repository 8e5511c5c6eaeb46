//! The shop's recommender.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::rank::ItemFilter;
use kosar::recommender::{
    CategoryAnswer, Content, DiffOptions, ItemTest, Level, Recommender as Core, RecommenderParams,
    RecommenderSources, Request, Rules, TuneOptions,
};
use kosar::{Control, Fit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::customers::Customers;
use crate::error::Out;
use crate::event_log::EventLog;
use crate::itemsets::notes_out;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};
use crate::{answer, persist};

/// One object that answers every placement of a shop. Whoever asks is answered in place; whatever changes it runs on our
/// threads, as it may have to wait for another change.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Recommender(pub(crate) Arc<Core>);

/// What the JSON form of parameters may be.
#[pyfunction]
pub(crate) fn recommender_schema() -> Out<String> {
    fast(|| Ok(RecommenderParams::json_schema()))
}

/// What the JSON form of rules may be.
#[pyfunction]
pub(crate) fn rules_schema() -> Out<String> {
    fast(|| Ok(Rules::json_schema()))
}

/// What a recommender is built from.
struct Sources {
    log: Arc<kosar::OrderLog>,
    events: Option<Arc<kosar::EventLog>>,
    catalog: Option<Arc<kosar::data::Catalog>>,
    customers: Option<Arc<kosar::data::Customers>>,
    segment_by: Option<String>,
    level_by: Option<String>,
    consent: Option<[String; 2]>,
    rules: Rules,
}

impl Sources {
    fn read(
        log: &OrderLog,
        events: Option<&Bound<'_, EventLog>>,
        catalog: Option<&Bound<'_, Catalog>>,
        customers: Option<&Bound<'_, Customers>>,
        params: &Fields<'_>,
    ) -> Out<Self> {
        Ok(Self {
            log: Arc::clone(&log.0),
            events: events.map(|events| Arc::clone(&events.get().0)),
            catalog: given(catalog),
            customers: customers.map(|customers| Arc::clone(&customers.get().0)),
            segment_by: params.optional_word("segment_by")?,
            level_by: params.optional_word("level_by")?,
            consent: params
                .optional_word_pair("consent", "a channel and a purpose, such as ('email', 'marketing')")?,
            rules: rules(params)?,
        })
    }

    fn borrowed(&self) -> RecommenderSources<'_> {
        let sources = RecommenderSources::new(&self.log).rules(self.rules.clone());
        let sources = set(sources, self.events.as_deref(), RecommenderSources::events);
        let sources = set(sources, self.catalog.as_deref(), RecommenderSources::catalog);
        let sources = set(sources, self.customers.as_deref(), RecommenderSources::customers);
        let sources = set(sources, self.segment_by.as_ref(), RecommenderSources::segment_by);
        let sources = set(sources, self.level_by.as_ref(), RecommenderSources::level_by);
        set(sources, self.consent.as_ref(), |sources, [channel, purpose]| sources.consent(channel, purpose))
    }
}

/// With one thing set, where it is given.
fn set<B, T>(built: B, value: Option<T>, with: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => with(built, value),
        None => built,
    }
}

fn rules(params: &Fields<'_>) -> Out<Rules> {
    let text = params.optional_word("rules")?;
    Ok(text.as_deref().map(Rules::from_json).transpose()?.unwrap_or_default())
}

fn params(params: &Fields<'_>) -> Out<RecommenderParams> {
    let text = params.optional_word("params")?;
    Ok(text.as_deref().map(RecommenderParams::from_json).transpose()?.unwrap_or_default())
}

fn request(given: &Fields<'_>) -> Out<Request> {
    let filter = ItemFilter::new().exclude(given.ids("exclude")?).only(given.optional_ids("only")?);
    let like = given.optional_word("like")?;
    let request = Request::new(given.count("n", 0)?)
        .session(&given.ids("session")?)
        .cart(&given.ids("cart")?)
        .filter(filter)
        .shown(given.sightings("shown")?.iter().map(|(item, time)| (item, *time)))
        .seed(given.seed("seed")?);
    let request = set(request, given.optional_id("customer")?, |request, id| request.customer(&id));
    let request = set(request, given.optional_id("session_id")?, |request, id| request.session_id(&id));
    let request = set(request, given.optional_time("now")?, Request::now);
    Ok(set(request, like.as_deref().map(ItemTest::from_json).transpose()?, Request::like))
}

fn tune_options(given: &Fields<'_>) -> Out<TuneOptions> {
    let mut options = TuneOptions::at(given.time("cut")?);
    options.n = given.count("n", 1)?;
    options.max_customers = given.count("max_customers", 1)?;
    options.seed = given.seed("seed")?;
    Ok(options)
}

fn diff_options(given: &Fields<'_>) -> Out<DiffOptions> {
    let mut options = DiffOptions::default();
    options.n = given.count("n", 0)?;
    options.items = given.optional_ids("items")?;
    options.top = given.count("top", 0)?;
    options.latest_purchases = given.count("latest_purchases", 1)?;
    options.customers = given.ids("customers")?;
    Ok(options)
}

type Answers<'py> = Out<Bound<'py, PyList>>;

#[pymethods]
impl Recommender {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn default_rules(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Rules::default())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        events: Option<&Bound<'_, EventLog>>,
        catalog: Option<&Bound<'_, Catalog>>,
        customers: Option<&Bound<'_, Customers>>,
        params: Fields<'_>,
    ) -> Out<Self> {
        let sources = Sources::read(log, events, catalog, customers, &params)?;
        let params = self::params(&params)?;
        let work = move |control: &Control| params.fit_with(&sources.borrowed(), control);
        Ok(Self(Arc::new(slow(py, work)?)))
    }

    /// The parameters, and what they bring by level.
    #[staticmethod]
    fn tune<'py>(
        py: Python<'py>,
        log: &OrderLog,
        events: Option<&Bound<'_, EventLog>>,
        catalog: Option<&Bound<'_, Catalog>>,
        customers: Option<&Bound<'_, Customers>>,
        params: Fields<'_>,
        options: Fields<'_>,
    ) -> Out<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let sources = Sources::read(log, events, catalog, customers, &params)?;
        let (params, options) = (self::params(&params)?, tune_options(&options)?);
        let work = move |control: &Control| Core::tune(&params, &sources.borrowed(), &options, control);
        let tuned = slow(py, work)?;
        Ok((convert::json(py, &tuned.params)?, convert::json(py, &tuned.levels)?))
    }

    fn similar<'py>(&self, py: Python<'py>, item: &Bound<'_, PyAny>, given: Fields<'_>) -> Answers<'py> {
        let (item, request) = (convert::id("item", item)?, request(&given)?);
        fast(|| answer::list(py, self.0.similar(&item, &request)?))
    }

    fn bought_together<'py>(
        &self,
        py: Python<'py>,
        cart: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Answers<'py> {
        let (cart, request) = (convert::ids("cart", cart)?, request(&given)?);
        fast(|| answer::list(py, self.0.bought_together(&cart, &request)?))
    }

    fn for_customer<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Answers<'py> {
        let (customer, request) = (convert::id("customer", customer)?, request(&given)?);
        fast(|| answer::list(py, self.0.for_customer(&customer, &request)?))
    }

    fn next_in_session<'py>(&self, py: Python<'py>, given: Fields<'_>) -> Answers<'py> {
        let request = request(&given)?;
        fast(|| answer::list(py, self.0.next_in_session(&request)?))
    }

    fn buy_again<'py>(
        &self,
        py: Python<'py>,
        customer: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Answers<'py> {
        let (customer, request) = (convert::id("customer", customer)?, request(&given)?);
        fast(|| answer::list(py, self.0.buy_again(&customer, &request)?))
    }

    fn trending<'py>(&self, py: Python<'py>, given: Fields<'_>) -> Answers<'py> {
        let request = request(&given)?;
        fast(|| answer::list(py, self.0.trending(&request)?))
    }

    fn recently_viewed<'py>(&self, py: Python<'py>, given: Fields<'_>) -> Answers<'py> {
        let request = request(&given)?;
        fast(|| answer::list(py, self.0.recently_viewed(&request)?))
    }

    fn rerank<'py>(
        &self,
        py: Python<'py>,
        items: &Bound<'_, PyAny>,
        weight: &Bound<'_, PyAny>,
        given: Fields<'_>,
    ) -> Answers<'py> {
        let (items, weight) = (convert::ids("items", items)?, convert::real("weight", weight)?);
        let request = request(&given)?;
        fast(|| answer::list(py, self.0.rerank(&items, weight, &request)?))
    }

    /// Path, share, purchases, and everybody's share.
    fn categories(&self, given: Fields<'_>) -> Out<Vec<(String, f64, u32, f64)>> {
        let request = request(&given)?;
        let told = |one: CategoryAnswer| (one.category, one.share, one.purchases, one.population_share);
        fast(|| Ok(self.0.categories(&request)?.into_iter().map(told).collect()))
    }

    /// The contents are a list in JSON.
    fn choose<'py>(
        &self,
        py: Python<'py>,
        slot: &Bound<'_, PyAny>,
        contents: &str,
        given: Fields<'_>,
    ) -> Out<Bound<'py, PyAny>> {
        let (slot, request) = (convert::word("slot", slot)?, request(&given)?);
        let contents = Content::list_from_json(contents)?;
        fast(|| convert::json(py, &self.0.choose(&slot, &contents, &request)?))
    }

    /// As JSON.
    fn profile(&self, customer: &Bound<'_, PyAny>) -> Out<String> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.profile(&customer)?.to_json()))
    }

    /// As JSON.
    fn export(&self, customer: &Bound<'_, PyAny>) -> Out<String> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.export(&customer)?.to_json()))
    }

    fn readiness<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        let model = Arc::clone(&self.0);
        convert::json(py, &slow(py, move |_| Ok(model.readiness()))?)
    }

    fn diff<'py>(&self, py: Python<'py>, old: &Self, given: Fields<'_>) -> Out<Bound<'py, PyAny>> {
        let (new, old, options) = (Arc::clone(&self.0), Arc::clone(&old.0), diff_options(&given)?);
        convert::json(py, &slow(py, move |control| new.diff_with(&old, &options, control))?)
    }

    /// What of the rules hardly was meant.
    fn notes(&self) -> Out<Vec<String>> {
        fast(|| Ok(notes_out(&self.0.notes())))
    }

    fn rules<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        fast(|| convert::json(py, &self.0.rules()))
    }

    fn update<'py>(&self, py: Python<'py>, log: &OrderLog) -> Out<Bound<'py, PyAny>> {
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        convert::json(py, &slow(py, move |_| model.update(&log))?)
    }

    fn update_events<'py>(&self, py: Python<'py>, log: &EventLog) -> Out<Bound<'py, PyAny>> {
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        convert::json(py, &slow(py, move |_| model.update_events(&log))?)
    }

    fn forget<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyAny>> {
        let (model, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        convert::json(py, &slow(py, move |_| model.forget(&customer))?)
    }

    fn set_level(&self, py: Python<'_>, customer: &Bound<'_, PyAny>, level: &Bound<'_, PyAny>) -> Out<()> {
        let (customer, level) =
            (convert::id("customer", customer)?, Level::parse(&convert::word("level", level)?)?);
        let model = Arc::clone(&self.0);
        slow(py, move |_| model.set_level(&customer, level))
    }

    fn set_rules(&self, py: Python<'_>, rules: &str) -> Out<()> {
        let (model, rules) = (Arc::clone(&self.0), Rules::from_json(rules)?);
        slow(py, move |_| model.set_rules(rules))
    }

    fn set_stock(&self, py: Python<'_>, stock: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>) -> Out<()> {
        let read = |(item, number): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((convert::id("item", &item)?, convert::fixed("stock", &number)?))
        };
        let stock = stock.into_iter().map(read).collect::<Out<Vec<_>>>()?;
        let model = Arc::clone(&self.0);
        slow(py, move |_| model.set_stock(stock.iter().map(|(item, number)| (item, *number))))
    }

    fn set_catalog(&self, py: Python<'_>, catalog: &Catalog) -> Out<()> {
        let (model, catalog) = (Arc::clone(&self.0), Arc::clone(&catalog.0));
        slow(py, move |control| model.set_catalog_with(&catalog, control))
    }

    fn refresh(&self, py: Python<'_>) -> Out<()> {
        let model = Arc::clone(&self.0);
        slow(py, move |_| model.refresh())
    }

    fn sweep(&self, py: Python<'_>) -> Out<u64> {
        let model = Arc::clone(&self.0);
        slow(py, move |_| Ok(model.sweep()))
    }

    fn replace(&self, py: Python<'_>, other: &Self) -> Out<()> {
        let (model, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        slow(py, move |_| {
            model.replace(&other);
            Ok(())
        })
    }

    #[getter]
    fn version(&self) -> u64 {
        self.0.version()
    }

    #[getter]
    fn has_histories(&self) -> bool {
        self.0.has_histories()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
