//! The recommender that requests ask while it changes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::export::{CustomerExport, Receipt};
use super::level::Level;
use super::likeness::Likeness;
use super::params::RecommenderParams;
use super::personal::{CategoryAnswer, Choice, Content};
use super::placement::Placement;
use super::population::Population;
use super::profile::CustomerProfile;
use super::readiness::Readiness;
use super::request::Request;
use super::rules::{Compiled, Goods, Rules};
use super::snapshot::Snapshot;
use super::sources::{RecommenderSources, Standings};
use super::state::{Change, Slots, Sources, State, Windows, build};
use crate::data::{Catalog, EventLog, Id, IdRef, OrderLog};
use crate::error::{IdError, Result};
use crate::fit::{Control, Fit};
use crate::money::Quantity;
use crate::params::{Checked, Params};

/// The shop's recommender: one object that answers every placement, learns orders and events while it answers, and
/// forgets customers at once.
///
/// What it does and how is told [in the module](crate::recommender).
pub struct Recommender {
    current: ArcSwap<Snapshot>,
    /// Held by whoever changes; never by who answers.
    writer: Mutex<Writer>,
}

/// What changes need and answers do not.
#[derive(Debug, Default)]
struct Writer {
    slots: Slots,
    /// Versions that requests may still read.
    retired: Vec<Arc<Snapshot>>,
}

/// What an update took in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UpdateReport {
    /// Orders taken in.
    pub orders: u64,
    /// Their lines.
    pub lines: u64,
    /// Events taken in.
    pub events: u64,
    /// Orders that were there already, and are not added twice.
    pub repeated_orders: u64,
    /// Their ids, ten at most.
    pub repeated: Vec<Id>,
    /// Events that were there already.
    pub repeated_events: u64,
    /// Customers who were not known before.
    pub new_customers: u64,
    /// Items that were not known before.
    pub new_items: u64,
    /// The version that has them.
    pub version: u64,
}

impl fmt::Debug for Recommender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snapshot = self.current.load();
        f.debug_struct("Recommender").field("version", &snapshot.version).finish_non_exhaustive()
    }
}

impl Clone for Recommender {
    /// Shares everything with this one until either changes.
    fn clone(&self) -> Self {
        Self::from_snapshot(self.current.load_full())
    }
}

impl PartialEq for Recommender {
    /// Whether both have the same file: the same orders and events, parameters and rules.
    fn eq(&self, other: &Self) -> bool {
        use crate::persist::Persist as _;
        matches!((self.to_bytes(), other.to_bytes()), (Ok(a), Ok(b)) if a == b)
    }
}

impl Fit<OrderLog> for Checked<RecommenderParams> {
    type Model = Recommender;

    /// From orders alone.
    ///
    /// # Errors
    /// As with sources.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Recommender> {
        self.fit_with(&RecommenderSources::new(log), control)
    }
}

impl Fit<RecommenderSources<'_>> for Checked<RecommenderParams> {
    type Model = Recommender;

    /// Sorts the purchases of each item and the orders of each customer; otherwise linear, and parallel over these.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without items or times; ids of two types for one role;
    /// [`RuleError`](crate::error::RuleError) for rules that name what the catalogue does not have;
    /// [`ParamError`](crate::ParamError) for attributes or consents that the customers do not have;
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    fn fit_with(&self, sources: &RecommenderSources<'_>, control: &Control) -> Result<Recommender> {
        let params = Arc::new(self.clone().into_inner());
        let standings = Standings::new(sources)?;
        let content = match &sources.catalog {
            Some(catalog) if catalog.n_items() > 0 => Some(Arc::new(Likeness::of(catalog, control)?)),
            _ => None,
        };
        let state = build(
            &Sources {
                log: sources.log,
                events: sources.events,
                catalog: sources.catalog.as_ref().map(|catalog| catalog.items()),
                standing: &|id| standings.of(id),
                segments: standings.segments.clone(),
                customers: standings.customers(),
                windows: windows(&params),
            },
            control,
        )?;
        let goods = Goods::new(sources.catalog.clone(), &state.items, params.category_depth);
        let rules = Arc::new(sources.rules.clone());
        let population = Population::of(&state)?;
        Recommender::of(params, state, goods, rules, content, population)
    }
}

pub(super) fn windows(params: &RecommenderParams) -> Windows {
    Windows {
        end: 0,
        days: params.trend_days.into(),
        spans: params.trend_spans.into(),
        confidence: params.trend_confidence,
        min_customers: params.min_customers,
    }
}

impl Recommender {
    /// Parameters with their defaults.
    #[must_use]
    pub fn params() -> RecommenderParams {
        RecommenderParams::default()
    }

    pub(super) fn of(
        params: Arc<RecommenderParams>,
        state: State,
        goods: Goods,
        rules: Arc<Rules>,
        content: Option<Arc<Likeness>>,
        population: Population,
    ) -> Result<Self> {
        let rules = Compiled::new(rules, &state.items, &goods, state.trend.windows.end)?;
        let population = Some(Arc::new(population));
        let by_category = by_category(&state, &goods);
        let version = 1;
        let lists = None;
        let snapshot =
            Snapshot { version, params, state, goods, rules, content, population, by_category, lists };
        Ok(Self::from_snapshot(Arc::new(snapshot)))
    }

    pub(super) fn from_snapshot(snapshot: Arc<Snapshot>) -> Self {
        let slots = Slots::of(&snapshot.state);
        Self { current: ArcSwap::new(snapshot), writer: Mutex::new(Writer { slots, retired: Vec::new() }) }
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A change that panicked has published nothing: versions are whole.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes a version; the one before is let go of once nobody reads it.
    fn publish(&self, writer: &mut Writer, mut snapshot: Snapshot) -> u64 {
        snapshot.version += 1;
        let version = snapshot.version;
        writer.retired.push(self.current.swap(Arc::new(snapshot)));
        writer.sweep();
        version
    }

    /// The number of the version that answers now; it rises with every change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.current.load().version
    }

    /// What resembles an item, for nobody in particular or for the customer of a request: what its buyers bought as well, then what
    /// the catalogue says, then the steps that fill a list.
    ///
    /// # Errors
    /// [`IdError`] for an id of the other type than those of its role.
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, request: &Request) -> Result<Vec<Answer>> {
        let snapshot = self.current.load();
        match snapshot.state.items.find(item.into())? {
            Some(item) => snapshot.similar(item, request),
            // Nothing is known of it: what is left is what a visitor without a word gets.
            None => snapshot.for_customer(Placement::Similar, request),
        }
    }

    /// What goes with a cart: what buyers of its items took in the same orders, then the steps that fill a list.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn bought_together<'a, T: Into<IdRef<'a>>>(
        &self,
        cart: impl IntoIterator<Item = T>,
        request: &Request,
    ) -> Result<Vec<Answer>> {
        let snapshot = self.current.load();
        let cart: Vec<Id> = cart.into_iter().map(|item| item.into().to_id()).collect();
        let cart = snapshot.known(&cart)?;
        snapshot.together(&cart, request)
    }

    /// What for a customer: the blend of what customers like them bought, their session, their own history and popularity, then
    /// the steps that fill a list. Who is not known, or wants no profiling, gets what anybody gets.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn for_customer<'a>(&self, customer: impl Into<IdRef<'a>>, request: &Request) -> Result<Vec<Answer>> {
        let request = request.clone().customer(customer);
        self.current.load().for_customer(Placement::ForCustomer, &request)
    }

    /// What next in a session, by its items or its id, with a customer where the request names one.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn next_in_session(&self, request: &Request) -> Result<Vec<Answer>> {
        self.current.load().for_customer(Placement::NextInSession, request)
    }

    /// What a customer may buy again, of what they bought: the only list that may be shorter than asked for.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn buy_again<'a>(&self, customer: impl Into<IdRef<'a>>, request: &Request) -> Result<Vec<Answer>> {
        let request = request.clone().customer(customer);
        self.current.load().buy_again(&request)
    }

    /// What rises, then the steps that fill a list.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn trending(&self, request: &Request) -> Result<Vec<Answer>> {
        self.current.load().trending(request)
    }

    /// What the customer or the session of a request looked at and did not buy since, the latest first.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn recently_viewed(&self, request: &Request) -> Result<Vec<Answer>> {
        self.current.load().viewed(request)
    }

    /// Search results, or any list, in the order of a visitor: `weight` (from 0 to 1) goes to what they lean to, the rest to the given
    /// order. Items that rules do not let in are left out, and so are unknown ones.
    ///
    /// # Errors
    /// As [`Recommender::similar`]; [`ParamError`](crate::ParamError) for a weight out of range.
    pub fn rerank<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        weight: f64,
        request: &Request,
    ) -> Result<Vec<Answer>> {
        let items: Vec<Id> = items.into_iter().map(|item| item.into().to_id()).collect();
        self.current.load().rerank(&items, weight, request)
    }

    /// Categories in the order of a visitor, for a navigation.
    ///
    /// # Errors
    /// As [`Recommender::similar`].
    pub fn categories(&self, request: &Request) -> Result<Vec<CategoryAnswer>> {
        self.current.load().categories(request)
    }

    /// Which of some contents a slot of a page shows; `None` where there are none.
    ///
    /// # Errors
    /// As [`Recommender::similar`]; [`ParamError`](crate::ParamError) for a priority below 0.
    pub fn choose(&self, slot: &str, contents: &[Content], request: &Request) -> Result<Option<Choice>> {
        self.current.load().choose(slot, contents, request)
    }

    /// Who a customer is.
    ///
    /// # Errors
    /// [`IdError`] for a customer who is not known, or an id of the other type.
    pub fn profile<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<CustomerProfile> {
        let (snapshot, slot) = self.known_customer(customer.into())?;
        let buyer = snapshot.state.buyer(slot).expect("a slot that was found has a buyer");
        Ok(snapshot.profile(buyer).expect("a buyer that was found by an id has one"))
    }

    /// Everything that is held about a customer, to be handed over to them.
    ///
    /// # Errors
    /// As [`Recommender::profile`].
    pub fn export<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<CustomerExport> {
        let (snapshot, slot) = self.known_customer(customer.into())?;
        let buyer = snapshot.state.buyer(slot).expect("a slot that was found has a buyer");
        Ok(snapshot.export(slot, buyer).expect("a buyer that was found by an id has one"))
    }

    fn known_customer(&self, customer: IdRef<'_>) -> Result<(Arc<Snapshot>, u32)> {
        let snapshot = self.snapshot();
        self.need_histories()?;
        let unknown = || IdError::Unknown { role: "customer", id: customer.quoted() };
        let slot = snapshot.state.find_customer(customer)?.ok_or_else(unknown)?;
        Ok((snapshot, slot))
    }

    /// What is known, and from when on each placement has answers of its own. Linear in items and customers.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.snapshot().readiness()
    }

    /// The parameters.
    #[must_use]
    pub fn parameters(&self) -> RecommenderParams {
        (*self.current.load().params).clone()
    }

    /// The rules that hold.
    #[must_use]
    pub fn rules(&self) -> Rules {
        (*self.current.load().rules.rules).clone()
    }

    /// Takes orders in while requests run: afterwards everything is as if it had been built with them. An order of a customer that
    /// is there already is told, not added twice.
    ///
    /// Time: that of the customers' histories, and of the pages that they and their items stand in.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) without items or times; ids of another type;
    /// [`IntakeError::Append`](crate::IntakeError::Append) for orders with prices where there were none, or the other way round.
    pub fn update(&self, log: &OrderLog) -> Result<UpdateReport> {
        self.change(|change| change.take_orders(log, &|_| (Level::Full, super::state::NONE)))
    }

    /// Takes events in while requests run; those that are there already are passed over.
    ///
    /// # Errors
    /// Ids of another type.
    pub fn update_events(&self, log: &EventLog) -> Result<UpdateReport> {
        self.change(|change| change.take_events(log, &|_| (Level::Full, super::state::NONE)))
    }

    /// Refuses what histories are needed for.
    pub(super) fn need_histories(&self) -> Result<()> {
        if self.has_histories() { Ok(()) } else { Err(IdError::NoHistories { role: "customer" }.into()) }
    }

    fn change(&self, run: impl FnOnce(&mut Change) -> Result<()>) -> Result<UpdateReport> {
        let mut writer = self.writer();
        self.need_histories()?;
        let snapshot = self.current.load_full();
        let mut change = Change::of(&snapshot.state, &writer.slots);
        run(&mut change)?;
        let (slots, done) = (change.slots, change.done);
        let next = with_state(&snapshot, change.state, &done.counted)?;
        writer.slots = slots;
        drop(snapshot);
        let version = self.publish(&mut writer, next);
        Ok(UpdateReport {
            orders: done.orders,
            lines: done.lines,
            events: done.events,
            repeated_orders: done.repeated_orders.len() as u64,
            repeated: done.repeated_orders.into_iter().take(10).collect(),
            repeated_events: done.repeated_events,
            new_customers: done.new_customers,
            new_items: done.new_items,
            version,
        })
    }

    /// Removes a customer from everything: orders, events, every count. Afterwards everything is as if they had never been there,
    /// and neither memory nor a new file has their id. What items and segments are called stays.
    ///
    /// Time: that of their history, and of the pages that it and its items stand in; of the sessions that they are named in.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type; a customer who is not known is no error.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Receipt> {
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let Some(slot) = snapshot.state.find_customer(customer.into())? else {
            let version = snapshot.version;
            return Ok(Receipt {
                found: false,
                orders: 0,
                lines: 0,
                items: 0,
                sessions: 0,
                events: 0,
                version,
                versions_in_use: 0,
                to_refresh: Vec::new(),
            });
        };
        let mut change = Change::of(&snapshot.state, &writer.slots);
        let told = change.forget(slot);
        let (slots, done) = (change.slots, change.done);
        let next = with_state(&snapshot, change.state, &done.counted)?;
        writer.slots = slots;
        drop(snapshot);
        let version = self.publish(&mut writer, next);
        Ok(Receipt {
            found: true,
            orders: told.orders,
            lines: told.lines,
            items: told.items,
            sessions: told.sessions,
            events: told.events,
            version,
            versions_in_use: writer.retired.len() as u64,
            to_refresh: if told.orders > 0 { vec!["population".to_owned()] } else { Vec::new() },
        })
    }

    /// Sets how far answers may follow a customer, who need not have bought anything yet.
    ///
    /// # Errors
    /// [`IdError`] for an id of the other type; [`IdError::NoHistories`] where there are none.
    pub fn set_level<'a>(&self, customer: impl Into<IdRef<'a>>, level: Level) -> Result<()> {
        let customer = customer.into();
        let mut writer = self.writer();
        self.need_histories()?;
        let snapshot = self.current.load_full();
        snapshot.state.find_customer(customer)?;
        let mut change = Change::of(&snapshot.state, &writer.slots);
        change.set_level(customer, level);
        writer.slots = change.slots;
        let next = Snapshot { state: change.state, ..(*snapshot).clone() };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Changes the rules; requests that begin afterwards follow them.
    ///
    /// # Errors
    /// [`RuleError`](crate::error::RuleError) with the path of what is wrong; the old rules hold on.
    pub fn set_rules(&self, rules: Rules) -> Result<()> {
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let state = &snapshot.state;
        let rules = Compiled::new(Arc::new(rules), &state.items, &snapshot.goods, state.trend.windows.end)?;
        let next = Snapshot { rules, ..(*snapshot).clone() };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Changes what is in stock of some items. Linear in the items.
    ///
    /// # Errors
    /// [`IdError`] for an item that is not in the catalogue, or an id of the other type: nothing is changed then.
    pub fn set_stock<'a, T: Into<IdRef<'a>>>(
        &self,
        stocks: impl IntoIterator<Item = (T, Quantity)>,
    ) -> Result<()> {
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let mut slots = Vec::new();
        for (item, quantity) in stocks {
            let item = item.into();
            let unknown = || IdError::Unknown { role: "item", id: item.quoted() };
            let slot =
                snapshot.state.items.find(item)?.filter(|&slot| snapshot.goods.position(slot).is_some());
            slots.push((slot.ok_or_else(unknown)?, quantity));
        }
        let mut goods = snapshot.goods.clone();
        goods.set_stock(&slots);
        let next = with_goods(&snapshot, snapshot.state.clone(), goods)?;
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Changes the catalogue: items that it has and nobody bought may be answered from now on. Takes as long as fitting content
    /// similarity.
    ///
    /// # Errors
    /// Ids of another type; [`RuleError`](crate::error::RuleError) where the rules name what it does not have;
    /// [`IdError::NoHistories`] for new items where there are none: nothing is changed then.
    pub fn set_catalog(&self, catalog: &Catalog) -> Result<()> {
        let content = Arc::new(Likeness::of(catalog, &Control::new())?);
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let mut change = Change::of(&snapshot.state, &writer.slots);
        change.add_items(catalog.items())?;
        let state = change.state;
        if state.items.len() > snapshot.state.items.len() {
            // Lists without histories are of the items that they were made for.
            self.need_histories()?;
        }
        let goods = Goods::new(Some(Arc::new(catalog.clone())), &state.items, snapshot.params.category_depth);
        let next = Snapshot { content: Some(content), ..with_goods(&snapshot, state, goods)? };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Computes anew what profiles are measured by: cut points and rhythms of all customers. Readers go on, changes wait. Linear in
    /// the orders.
    ///
    /// # Errors
    /// None that a recommender can bring about.
    pub fn refresh(&self) -> Result<()> {
        let mut writer = self.writer();
        self.need_histories()?;
        let snapshot = self.current.load_full();
        let population = Some(Arc::new(Population::of(&snapshot.state)?));
        let next = Snapshot { population, ..(*snapshot).clone() };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Lets go of versions that nobody reads any more, and overwrites their memory; gives the number of those still read. Every
    /// change does the same.
    pub fn sweep(&self) -> u64 {
        let mut writer = self.writer();
        writer.sweep();
        writer.retired.len() as u64
    }

    /// Puts everything of another recommender in the place of this one's, at once: a model that was built or loaded elsewhere.
    /// Requests that began before end with the old one.
    pub fn replace(&self, other: &Self) {
        let mut writer = self.writer();
        let next = (*other.snapshot()).clone();
        writer.slots = Slots::of(&next.state);
        let version = self.current.load().version.max(next.version);
        self.publish(&mut writer, Snapshot { version, ..next });
    }
}

impl Writer {
    fn sweep(&mut self) {
        self.retired.retain(|version| Arc::strong_count(version) > 1);
    }
}

/// Purchases of each category that answers go by.
pub(super) fn by_category(state: &State, goods: &Goods) -> Arc<[u64]> {
    let n = goods.catalog().map_or(0, |catalog| catalog.categories().len());
    let n = u32::try_from(n).expect("categories are bounded to u32");
    let count =
        |category| goods.members(category).iter().map(|&item| u64::from(state.shelf.count(item))).sum();
    (0..n).map(count).collect()
}

/// A version with another state; `counted` says how counts of items changed.
fn with_state(old: &Snapshot, state: State, counted: &[(u32, i64)]) -> Result<Snapshot> {
    if state.items.len() != old.rules.n_items() {
        let goods = match old.goods.catalog_arc() {
            Some(catalog) => old.goods.grown(catalog, &state.items, old.params.category_depth),
            None => old.goods.clone(),
        };
        return with_goods(old, state, goods);
    }
    if state.trend.windows.end != old.state.trend.windows.end && old.rules.are_of_today() {
        return with_goods(old, state, old.goods.clone());
    }
    let mut by_category = Arc::clone(&old.by_category);
    if !by_category.is_empty() && !counted.is_empty() {
        let counts = Arc::make_mut(&mut by_category);
        for &(item, change) in counted {
            if let Some(count) = counts.get_mut(old.goods.category(item) as usize) {
                *count = count.checked_add_signed(change).expect("what is taken off was counted before");
            }
        }
    }
    Ok(Snapshot { state, by_category, ..old.clone() })
}

/// A version with another state and other goods.
fn with_goods(old: &Snapshot, state: State, goods: Goods) -> Result<Snapshot> {
    let rules = Compiled::new(Arc::clone(&old.rules.rules), &state.items, &goods, state.trend.windows.end)?;
    let by_category = by_category(&state, &goods);
    Ok(Snapshot { state, goods, rules, by_category, ..old.clone() })
}

impl Recommender {
    /// Whether parameters are fit for use; for bindings that read them as JSON.
    ///
    /// # Errors
    /// As [`Params::validate`].
    pub fn check(params: &RecommenderParams) -> Result<()> {
        params.validate().map_err(Into::into)
    }
}
