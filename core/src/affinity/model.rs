//! The fitted model: sums by customer and value, and what is derived from them.

use crate::affinity::collect::{Collected, collect};
use crate::affinity::count::count;
use crate::affinity::facet::Source;
use crate::affinity::ledger::{Ledger, NEVER, no_union};
use crate::affinity::shelf::{Shelf, must_tell};
use crate::affinity::view::{View, cut_points};
use crate::affinity::weigh::Decay;
use crate::affinity::words::{is_kept, not_kept};
use crate::affinity::{AffinityData, AffinityParams, Facet};
use crate::data::{EventLog, IdRef, OrderLog, Vocabulary};
use crate::error::{Error, IdError, ParamError, Result};
use crate::fit::{Control, Fit};
use crate::money::Money;
use crate::params::Checked;
use crate::time::Time;

/// What each customer leans to beside the population: categories, brands, price bands, days and hours.
///
/// The affinity of customer `c` to value `v` of a facet is the share of their weight that `v` has, shrunk towards the
/// population's: `(w_cv + k p_v) / (w_c + k)`. There `w_cv` is the weight of what `c` bought and did with `v`, `w_c` that of all
/// they did in the facet, `p_v` the share of the weight of all customers together, and `k` the parameter `prior`: the mean of a
/// Dirichlet posterior whose prior is the population. The lift is this share over `p_v`: 1 for somebody of whom nothing is
/// known.
///
/// What weighs: each item of an order once, however many of it were bought, as much as a purchase; each event by its kind. For
/// weekday, hour and kept columns, each order once and each session once, by its heaviest event. An item in a category counts
/// for every category above it, and an item with several tags for each of them, so shares of such facets add up to more
/// than 1. Items that the catalogue says nothing of do not count in its facets. Orders and sessions of nobody known do not
/// count, nor do returns.
///
/// The state is sums of integers by customer and by item, price, hour of the week and word, from which all else is derived:
/// a model that was [updated](Affinity::update) or that [forgot](Affinity::forget) a customer is, bit for bit, the one fitted on
/// all that is left.
///
/// ```
/// use kosar::affinity::{Affinity, AffinityData};
/// use kosar::data::{Catalog, OrderLog};
/// use kosar::Fit;
///
/// let log = OrderLog::from_pairs([("ann", "rye"), ("ann", "bun"), ("bob", "tea"), ("bob", "rye")])?;
/// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("bun", "Food/Bread"), ("tea", "Drinks")])?;
/// let affinity = Affinity::params().prior(5.0).fit(&AffinityData::of(&log).catalog(&catalog))?;
/// let bread = &affinity.of("ann", "category", 2)?[1];
/// // Two purchases of weight 5, all of them bread; of the population's four, three are.
/// assert_eq!((bread.value, bread.purchases), ("Food/Bread", 2));
/// assert_eq!(bread.population_share, 0.75);
/// assert!((bread.share - (10.0 + 5.0 * 0.75) / (10.0 + 5.0)).abs() < 1e-12);
/// assert_eq!(affinity.rank("ann", "category", ["Drinks", "Food"])?[0].value, "Food");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Affinity {
    /// Settled: facets, and with a half-life the instant, are given.
    pub(super) params: AffinityParams,
    pub(super) customers: Vocabulary,
    /// In the order of [`sources`].
    pub(super) ledgers: Vec<Ledger>,
    /// Absent without a catalogue.
    pub(super) shelf: Option<Shelf>,
    /// One for each facet: derived.
    pub(super) views: Vec<View>,
    /// Weekday and hour, for the times to send at; absent where neither is a facet: derived.
    pub(super) week: Option<[View; 2]>,
    pub(super) cut_points: Vec<Money>,
    /// The prior in millionths, grown with the weights of what came after the fixed instant.
    pub(super) prior: f64,
}

impl Fit<AffinityData<'_>> for Checked<AffinityParams> {
    type Model = Affinity;

    /// Linear in lines and events, but for sorting those of each customer; parallel over customers. The result does not
    /// depend on the number of threads. Space: 24 bytes for each pair of a customer and an item, a price and an hour of the
    /// week.
    ///
    /// # Errors
    /// [`ParamError::NoFacet`] for a facet that the data cannot tell, [`IntakeError::NotKept`](crate::IntakeError::NotKept)
    /// for a column that was not kept; [`Error::MissingColumn`] for orders without customers, and with a half-life without
    /// times; [`IntakeError::Append`](crate::IntakeError::Append) where orders and events have ids of different types;
    /// [`Error::Overflow`] for weights that no sum can hold; [`Error::Cancelled`].
    fn fit_with(&self, data: &AffinityData<'_>, control: &Control) -> Result<Affinity> {
        let params = settle((**self).clone(), data)?;
        let shelf = data.catalog.map(|catalog| Shelf::of(catalog, params.settled())).transpose()?;
        let sources = sources(params.settled());
        let Collected { customers, ledgers } = collect(data, &params, &sources, shelf.as_ref(), control)?;
        control.check()?;
        Ok(Affinity::of_parts(params, customers, ledgers, shelf))
    }
}

impl Fit<OrderLog> for Checked<AffinityParams> {
    type Model = Affinity;

    /// Of orders alone: as [`AffinityData::of`].
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Affinity> {
        self.fit_with(&AffinityData::of(log), control)
    }
}

impl Fit<EventLog> for Checked<AffinityParams> {
    type Model = Affinity;

    /// Of events alone: as [`AffinityData::of_events`].
    fn fit_with(&self, log: &EventLog, control: &Control) -> Result<Affinity> {
        self.fit_with(&AffinityData::of_events(log), control)
    }
}

/// The ledgers that facets need, each once.
pub(super) fn sources(facets: &[Facet]) -> Vec<Source> {
    let mut sources: Vec<Source> = facets.iter().map(Facet::source).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// Parameters with all that depends on the data decided, and checked against it.
fn settle(mut params: AffinityParams, data: &AffinityData<'_>) -> Result<AffinityParams> {
    let has_times = data.orders.is_none_or(|log| log.need_times("Affinity").is_ok() || log.n_orders() == 0);
    if params.half_life_days.is_some() {
        if !has_times {
            return Err(Error::MissingColumn { column: "time", needed_by: "half_life_days" });
        }
        if params.as_of.is_none() {
            let last = [data.orders.and_then(OrderLog::span), data.events.and_then(EventLog::span)];
            let last = last.into_iter().flatten().map(|(_, last)| last).max();
            params.as_of = Some(last.map_or(Time::from_micros(0), Time::next_midnight));
        }
    }
    params.purchase_events.get_or_insert(data.orders.is_none());
    match &params.facets {
        Some(facets) => facets.iter().try_for_each(|facet| must_have(facet, data))?,
        None => {
            let all = [Facet::Category, Facet::Brand, Facet::PriceBand, Facet::Weekday, Facet::Hour];
            let told: Vec<Facet> = all.into_iter().filter(|facet| must_have(facet, data).is_ok()).collect();
            if told.is_empty() {
                let (facet, needs) = (
                    "category, brand, price_band, weekday or hour".to_owned(),
                    "a catalogue, prices or times",
                );
                return Err(ParamError::NoFacet { facet, needs }.into());
            }
            params.facets = Some(told);
        }
    }
    Ok(params)
}

/// Refuses a facet that the data cannot tell.
fn must_have(facet: &Facet, data: &AffinityData<'_>) -> Result<()> {
    let needs = |needs| Err(ParamError::NoFacet { facet: facet.to_string(), needs }.into());
    match facet {
        Facet::PriceBand if !data.orders.is_some_and(OrderLog::has_amounts) => needs("orders with prices"),
        Facet::Weekday | Facet::Hour => {
            let has_times = data.orders.is_some_and(|log| log.need_times("Affinity").is_ok());
            if has_times || data.events.is_some() { Ok(()) } else { needs("times") }
        }
        Facet::Column(name) if !is_kept(data, name) => Err(not_kept(data, name).into()),
        facet if facet.is_of_catalog() => Ok(must_tell(data.catalog, facet)?),
        _ => Ok(()),
    }
}

impl Affinity {
    /// The model of a state: counts populations, and takes the cut points.
    pub(super) fn of_parts(
        params: AffinityParams,
        customers: Vocabulary,
        ledgers: Vec<Ledger>,
        shelf: Option<Shelf>,
    ) -> Self {
        let sources = sources(params.settled());
        let prices = sources.iter().position(|source| *source == Source::Prices);
        let cut_points = match prices {
            Some(place) => cut_points(&params, ledgers.get(place)),
            None => Vec::new(),
        };
        let mut facts = shelf.iter().flat_map(|shelf| shelf.facts.iter().map(move |facts| (shelf, facts)));
        let view = |facet: &Facet| {
            let place = sources.iter().position(|source| *source == facet.source());
            let place = place.expect("each facet has its source");
            let facts = if facet.is_of_catalog() { facts.next() } else { None };
            View::new(facet, (place, &ledgers[place]), facts, &cut_points)
        };
        let mut views: Vec<View> = params.settled().iter().map(view).collect();
        let hours = sources.iter().position(|source| *source == Source::Hours);
        let mut week = hours.map(|place| {
            [Facet::Weekday, Facet::Hour].map(|facet| View::new(&facet, (place, &ledgers[place]), None, &[]))
        });
        let mut latest = NEVER;
        for (place, ledger) in ledgers.iter().enumerate() {
            let all = views.iter_mut().chain(week.iter_mut().flatten());
            let mut own: Vec<&mut View> = all.filter(|view| view.ledger == place).collect();
            latest = latest.max(count(ledger, &mut own));
        }
        let growth = match latest {
            NEVER => 1.0,
            day => Decay::new(params.half_life_days, params.as_of)
                .factor(Time::of_utc_day(i64::from(day) + 1))
                .max(1.0),
        };
        let prior = params.prior * Money::ONE.millionths() as f64 * growth;
        Self { params, customers, ledgers, shelf, views, week, cut_points, prior }
    }

    /// The model with more orders and events: the one that would be fitted on all together, bit for bit, with the
    /// [parameters](Affinity::parameters) of this one. Orders and sessions must be new ones; [`OrderLog::append`] tells where
    /// they are not. Linear in what is new and in the state.
    ///
    /// Where customers are is not part of the model: an update tells weekday and hour by the time zones of its own
    /// [`customers`](AffinityData::customers). With the table of the fit the model is that of a fit on all; without it, what is
    /// new is told in [`time_zone`](AffinityParams::time_zone), also of customers whose own was known.
    ///
    /// The catalogue is the one of the fit; with another, fit anew.
    ///
    /// # Errors
    /// [`ParamError::NotWith`] where a catalogue is given; as fitting.
    pub fn update<'a>(&self, data: impl Into<AffinityData<'a>>) -> Result<Self> {
        self.update_with(data, &Control::new())
    }

    /// As [`Affinity::update`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Affinity::update`]; [`Error::Cancelled`].
    pub fn update_with<'a>(&self, data: impl Into<AffinityData<'a>>, control: &Control) -> Result<Self> {
        let data = data.into();
        if data.catalog.is_some() {
            let (allowed, with) = ("left out", "an update: it is that of the fit");
            return Err(ParamError::NotWith { name: "catalog", allowed, with }.into());
        }
        if self.params.half_life_days.is_some() && data.orders.is_some_and(|log| log.n_orders() > 0) {
            data.orders.map(|log| log.need_times("half_life_days")).transpose()?;
        }
        let sources = sources(self.params.settled());
        let new = collect(&data, &self.params, &sources, self.shelf.as_ref(), control)?;
        let Some((customers, ours, theirs)) = self.customers.union(&new.customers) else {
            return Err(no_union("customer", &self.customers, &new.customers));
        };
        let pairs = self.ledgers.iter().zip(&new.ledgers).zip(&sources);
        let merged = pairs.map(|((old, new), source)| {
            control.check()?;
            let what = if *source == Source::Items { "item" } else { "value" };
            old.merged(new, what, &customers, (&ours, &theirs))
        });
        let ledgers = merged.collect::<Result<_>>()?;
        Ok(Self::of_parts(self.params.clone(), customers, ledgers, self.shelf.clone()))
    }

    /// The model without a customer: the one that would be fitted on logs without them, bit for bit. Linear in the state.
    ///
    /// # Errors
    /// [`IdError`] for an id that is no customer's, or of the other type.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.forget_with(customer, &Control::new())
    }

    /// As [`Affinity::forget`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Affinity::forget`]; [`Error::Cancelled`].
    pub fn forget_with<'a>(&self, customer: impl Into<IdRef<'a>>, control: &Control) -> Result<Self> {
        let gone = self.position(customer.into())?;
        control.check()?;
        let customers = self.customers.subset((0..self.customers.len()).filter(|&other| other != gone));
        let ledgers = self.ledgers.iter().map(|ledger| ledger.without(gone)).collect();
        control.check()?;
        Ok(Self::of_parts(self.params.clone(), customers, ledgers, self.shelf.clone()))
    }

    /// The parameters of the fit, with what it settled: the facets, whether purchases among the events count, and with a
    /// half-life the instant at which weights are whole.
    #[must_use]
    pub fn parameters(&self) -> &AffinityParams {
        &self.params
    }

    /// What the customers are called.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }

    /// The facets, in the order of the parameters.
    #[must_use]
    pub fn facets(&self) -> &[Facet] {
        self.params.settled()
    }

    /// The instant at which weights are whole; `None` without a half-life.
    #[must_use]
    pub fn as_of(&self) -> Option<Time> {
        self.params.half_life_days.and(self.params.as_of)
    }

    /// The cut points of the price bands, rising: band 1 is up to the first, the last above the last. Empty without that facet,
    /// or where all paid the same.
    #[must_use]
    pub fn price_cut_points(&self) -> &[Money] {
        &self.cut_points
    }

    /// The position of a customer.
    pub(super) fn position(&self, customer: IdRef<'_>) -> Result<usize, IdError> {
        self.customers.find("customer", customer)
    }

    /// The facet of a name.
    pub(super) fn view(&self, facet: &str) -> Result<&View> {
        let asked = Facet::parse(facet)?;
        let found = self.views.iter().find(|view| view.facet == asked);
        let needs = "a model that was fitted with it";
        found.ok_or_else(|| ParamError::NoFacet { facet: facet.to_owned(), needs }.into())
    }
}
