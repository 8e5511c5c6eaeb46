//! The recommender that requests ask while it changes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use super::answer::Answer;
use super::ask_items::Beside;
use super::export::CustomerExport;
use super::likeness::Likeness;
use super::params::RecommenderParams;
use super::personal::{CategoryAnswer, Choice, Content};
use super::placement::Placement;
use super::population::Population;
use super::profile::CustomerProfile;
use super::readiness::Readiness;
use super::remembered::Remembered;
use super::request::Request;
use super::rules::{Compiled, Goods, Rules};
use super::snapshot::Snapshot;
use super::sources::{RecommenderSources, Standings};
use super::state::{Change, Slots, Sources, State, Windows, build};
use crate::data::{Id, IdRef, OrderLog};
use crate::error::{IdError, Result};
use crate::fit::{Control, Fit};
use crate::note::Note;
use crate::params::{Checked, Params};

/// The shop's recommender: one object that answers every placement, learns orders and events while it answers, and
/// forgets customers at once.
///
/// What it does and how is told [in the module](crate::recommender).
pub struct Recommender {
    pub(super) current: ArcSwap<Snapshot>,
    /// Held by whoever changes; never by who answers.
    writer: Mutex<Writer>,
}

/// What changes need and answers do not.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) slots: Slots,
    /// Versions that requests may still read.
    pub(super) retired: Vec<Arc<Snapshot>>,
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
        Self::from_snapshot((*self.snapshot()).clone())
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
    /// [`IntakeError::TooManyLines`](crate::IntakeError::TooManyLines) for more than 16,777,215 lines of a customer;
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
        rules.check(&state.items, &goods)?;
        let population = Population::of(&state)?;
        Ok(Recommender::of(params, state, goods, rules, content, population))
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
    ) -> Self {
        let rules = Compiled::new(rules, &state.items, &goods, state.trend.windows.end);
        let population = Some(Arc::new(population));
        let by_category = by_category(&state, &goods);
        let version = 1;
        let lists = None;
        let remembered = Arc::new(Remembered::new(0, 0, []));
        Self::from_snapshot(Snapshot {
            version,
            params,
            state,
            goods,
            rules,
            content,
            population,
            by_category,
            bought_of: Arc::default(),
            lists,
            remembered,
        })
    }

    pub(super) fn from_snapshot(snapshot: Snapshot) -> Self {
        let slots = Slots::of(&snapshot.state);
        let snapshot = Arc::new(snapshot.remembering_nothing());
        Self { current: ArcSwap::new(snapshot), writer: Mutex::new(Writer { slots, retired: Vec::new() }) }
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
        // A change that panicked has published nothing: versions are whole.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes a version; the one before is let go of once nobody reads it.
    pub(super) fn publish(&self, writer: &mut Writer, snapshot: Snapshot) -> u64 {
        self.publish_changed(writer, snapshot, &[])
    }

    /// Publishes a version in which some lists beside items may be others.
    pub(super) fn publish_changed(
        &self,
        writer: &mut Writer,
        mut snapshot: Snapshot,
        lists: &[(u32, Beside)],
    ) -> u64 {
        snapshot.version += 1;
        snapshot.remembered.change(lists, snapshot.version);
        if snapshot.state.items.len() > snapshot.remembered.n_items() {
            snapshot = snapshot.remembering_nothing();
        }
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

    /// Which of some contents a slot of a page shows; `None` where there are none. Slots of one page take their chances each by itself.
    ///
    /// Time: for each content that of its items among the visitor's; and, where it is not about a list of items and is asked for for the
    /// first time since the last change, a walk over all items.
    ///
    /// # Errors
    /// As [`Recommender::similar`]; [`ParamError`](crate::ParamError) for a priority below 0;
    /// [`RuleError`](crate::error::RuleError) for contents about what the catalogue does not have, or an item id of the other type.
    pub fn choose(&self, slot: &str, contents: &[Content], request: &Request) -> Result<Option<Choice>> {
        self.current.load().choose(slot, contents, request)
    }

    /// Who a customer is.
    ///
    /// # Errors
    /// [`IdError`] for a customer who is not known, or an id of the other type, and where there are no histories.
    pub fn profile<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<CustomerProfile> {
        let (snapshot, slot) = self.known_customer("a profile", customer.into())?;
        let buyer = snapshot.state.buyer(slot).expect("a slot that was found has a buyer");
        Ok(snapshot.profile(buyer).expect("a buyer that was found by an id has one"))
    }

    /// Everything that is held about a customer, to be handed over to them.
    ///
    /// # Errors
    /// As [`Recommender::profile`].
    pub fn export<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<CustomerExport> {
        let (snapshot, slot) = self.known_customer("an export", customer.into())?;
        let buyer = snapshot.state.buyer(slot).expect("a slot that was found has a buyer");
        Ok(snapshot.export(slot, buyer).expect("a buyer that was found by an id has one"))
    }

    pub(super) fn known_customer(
        &self,
        needed_by: &'static str,
        customer: IdRef<'_>,
    ) -> Result<(Arc<Snapshot>, u32)> {
        let snapshot = self.snapshot();
        self.need_histories(needed_by)?;
        let unknown = || IdError::Unknown { role: "customer", id: customer.quoted() };
        let slot = snapshot.state.find_customer(customer)?.ok_or_else(unknown)?;
        Ok((snapshot, slot))
    }

    /// What is known, and from when on each placement has answers of its own. Linear in items and customers, and at most
    /// `n log n` in the events.
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

    /// What of the rules hardly was meant: items that are neither sold nor in the catalogue, such as one that is spelt wrong. They are not
    /// refused, since an item may be blocked before it comes, or after it went.
    ///
    /// ```
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::Shop;
    /// use kosar::recommender::{Recommender, RecommenderSources, Rules};
    /// use kosar::Fit;
    ///
    /// let log = Shop::params().lines(2_000).generate()?.to_log(LogOptions::default())?;
    /// let rules = Rules::from_json(r#"{"blocked": ["BAT-0001", "BAT-001"]}"#)?;
    /// let recommender = Recommender::params().fit(&RecommenderSources::new(&log).rules(rules))?;
    /// let notes = recommender.notes();
    /// assert_eq!(notes.len(), 1);
    /// assert_eq!(
    ///     notes[0].to_string(),
    ///     "rules at blocked: 'BAT-001' is neither sold nor in the catalogue; until it is, it changes nothing"
    /// );
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let snapshot = self.current.load();
        snapshot.rules.rules.notes(&snapshot.state.items)
    }
}

impl Writer {
    /// A change of a version. It has the free slots until they are put back; if it never does so, new ones are given from then on.
    pub(super) fn begin(&mut self, version: &Snapshot) -> Change {
        Change::of(&version.state, std::mem::take(&mut self.slots), version.reckoned())
    }

    pub(super) fn sweep(&mut self) {
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

impl Recommender {
    /// Whether parameters are fit for use; for bindings that read them as JSON.
    ///
    /// # Errors
    /// As [`Params::validate`].
    pub fn check(params: &RecommenderParams) -> Result<()> {
        params.validate().map_err(Into::into)
    }
}
