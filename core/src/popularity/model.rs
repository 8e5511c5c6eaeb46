//! The fitted model: what was bought, and the lists made of it.

use crate::data::{Catalog, IdKind, IdRef, OrderLog, Unit, Vocabulary};
use crate::error::{Error, IdError, ParamError, Result};
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::params::Checked;
use crate::popularity::PopularityParams;
use crate::popularity::count::{Counting, Labels, Population, count};
use crate::popularity::crowd::Crowd;
use crate::popularity::grouping::Grouping;
use crate::popularity::shelf::Shelf;
use crate::popularity::windows::{Windows, micros};
use crate::similarity::state::State;
use crate::time::Time;

/// What sells: the same list for everyone, or for a group of customers; what rises, and what is new.
///
/// An item's score is the number of distinct customers who bought it, an order without a customer counting as one of its
/// own; with a half-life, each customer counts 2^(-age / half-life) by the latest purchase of the item. Items are ordered
/// by score, then by customers, then by smaller id.
///
/// [`with_catalog`](Popularity::with_catalog) lets it answer for a category and gives it the days of launch,
/// [`with_groups`](Popularity::with_groups) for the customers of a country or a segment. A model that was
/// [updated](Popularity::update) or that [forgot](Popularity::forget) a customer is, bit for bit, the one fitted on all that
/// is left.
///
/// ```
/// use kosar::popularity::Popularity;
/// use kosar::{Fit, Id, OrderLog};
///
/// let log = OrderLog::from_baskets([vec!["tea", "bread"], vec!["bread"], vec!["bread", "jam"], vec!["jam"]])?;
/// let popular = Popularity::params().fit(&log)?;
/// let best = popular.recommend(2);
/// assert_eq!((&best[0].item, best[0].score), (&Id::from("bread"), 3.0));
/// assert_eq!(best[1].reason.to_string(), "bought by 2");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    pub(super) params: PopularityParams,
    /// Those bought or returned, and those of the catalogue.
    pub(super) items: Vocabulary,
    /// Absent from a model saved without histories.
    pub(super) history: Option<History>,
    pub(super) shelf: Option<Shelf>,
    /// By name.
    pub(super) groupings: Vec<Grouping>,
    pub(super) lists: Lists,
}

/// What was bought, or done in an event log.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct History {
    /// Of an event log: baskets of one item each; sessions of nobody known are owners behind the customers.
    pub(super) state: State,
    pub(super) of_events: bool,
}

/// What everyone bought, item by item: derived from the histories, or from a file without them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Lists {
    /// The instant at which age is taken; absent from a model of a log without times.
    pub(super) as_of: Option<Time>,
    /// When each item was bought first, where it was.
    pub(super) firsts: Vec<Option<Time>>,
    pub(super) all: Crowd,
    /// The number of customers of each item.
    pub(super) counts: Vec<u32>,
    /// The place of each item in everyone's list; `u32::MAX` where nobody bought it.
    pub(super) rank: Vec<u32>,
    /// The items that are new, by id, and since when.
    pub(super) arrivals: Vec<(ItemIx, Time)>,
}

impl Fit<OrderLog> for Checked<PopularityParams> {
    type Model = Popularity;

    /// Linear in the lines, but for sorting the orders of each customer; parallel over items. The result does not depend on
    /// the number of threads. Space: what was bought, twice.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] in a log without items, or without times where a half-life or `as_of` is given;
    /// [`ParamError::NotWith`](crate::ParamError::NotWith) where kinds of events are given; [`Error::Cancelled`].
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Popularity> {
        self.check_orders()?;
        let state = State::of_log(log, Unit::Order, "Popularity")?;
        let history = History { state, of_events: false };
        Popularity::of_parts((**self).clone(), history, None, Vec::new(), control)
    }
}

impl PopularityParams {
    /// Refuses what needs times where there are none.
    fn need_times(&self, has_times: bool) -> Result<()> {
        let needs = [("half_life_days", self.half_life_days.is_some()), ("as_of", self.as_of.is_some())];
        match needs.into_iter().find(|&(_, needs)| needs && !has_times) {
            Some((needed_by, _)) => Err(Error::MissingColumn { column: "time", needed_by }),
            None => Ok(()),
        }
    }

    fn counting(&self, as_of: Option<Time>, has_times: bool) -> Counting {
        let windows = as_of.filter(|_| has_times).map(|as_of| Windows::new(as_of, self));
        Counting { as_of, half_life_days: self.half_life_days, windows }
    }
}

impl Popularity {
    /// Puts a model together: numbers items as history and shelf both do, and counts.
    pub(super) fn of_parts(
        params: PopularityParams,
        mut history: History,
        mut shelf: Option<Shelf>,
        groupings: Vec<Grouping>,
        control: &Control,
    ) -> Result<Self> {
        let state = &mut history.state;
        if let Some(whole) = shelf.take() {
            let (items, of_state, of_shelf) = state.matrix.items.union(&whole.items).ok_or_else(|| {
                let (expected, found) = (state.matrix.items.kind(), whole.items.kind());
                let id = whole.items.iter().next().map_or_else(String::new, IdRef::quoted);
                IdError::WrongKind { role: "item", expected, found, id }
            })?;
            if items.len() > state.matrix.items.len() {
                state.renumber_items(&of_state);
                state.matrix.items = items;
            }
            shelf = Some(whole.placed(of_shelf));
        }
        let items = state.matrix.items.clone();
        let mut model = Self {
            params,
            items,
            history: Some(history),
            shelf,
            groupings: Vec::new(),
            lists: Lists::default(),
        };
        model.count_all(control)?;
        for grouping in groupings {
            model.count_group(grouping, control)?;
        }
        Ok(model)
    }

    /// Counts what everyone bought.
    fn count_all(&mut self, control: &Control) -> Result<()> {
        let state = self.need_state()?;
        let orders = state.need_orders();
        let has_times = orders.times.is_some();
        self.params.need_times(has_times || orders.rows.is_empty())?;
        let latest = orders.times.iter().flatten().max().copied();
        let as_of = self.params.as_of.or(latest);
        let counting = self.params.counting(as_of, has_times);
        let (mut populations, firsts) = count(orders, self.items.len(), &counting, None, control)?;
        let population = populations.pop().unwrap_or_default();
        let firsts = if has_times { firsts } else { Vec::new() };
        let all = Crowd::of_all(population, &self.params, counting.windows.as_ref(), &firsts);
        self.lists = Lists { as_of, firsts, all, ..Lists::default() };
        self.place();
        Ok(())
    }

    /// Derives the places of items and what is new from the lists.
    pub(super) fn place(&mut self) {
        let n_items = self.items.len();
        let Lists { as_of, firsts, all, .. } = &self.lists;
        let (mut counts, mut rank) = (vec![0; n_items], vec![u32::MAX; n_items]);
        for (&item, tally) in all.population.items.iter().zip(&all.population.tallies) {
            counts[item.as_usize()] = tally.customers;
        }
        for (place, &item) in (0_u32..).zip(&all.best) {
            rank[item.as_usize()] = place;
        }
        let mut since = firsts.clone();
        since.resize(n_items, None);
        for (item, launched) in self.shelf.iter().flat_map(Shelf::launches) {
            let since = &mut since[item.as_usize()];
            *since = Some(since.map_or(launched, |first| first.min(launched)));
        }
        let span = micros(self.params.new_days);
        let is_new =
            |since: Time, as_of: Time| (0..span).contains(&as_of.micros().saturating_sub(since.micros()));
        let arrival = |(item, since): (usize, Option<Time>)| {
            let since = since.filter(|&since| as_of.is_some_and(|as_of| is_new(since, as_of)))?;
            Some((ItemIx::new(item), since))
        };
        let arrivals = since.into_iter().enumerate().filter_map(arrival).collect();
        (self.lists.counts, self.lists.rank, self.lists.arrivals) = (counts, rank, arrivals);
    }

    /// Counts what each group bought, and adds the groups, in the place of those of the same name.
    fn count_group(&mut self, mut grouping: Grouping, control: &Control) -> Result<()> {
        let state = self.need_state()?;
        let members = grouping.members.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let of = members.of(&state.matrix.customers)?;
        let labels = Labels { of: &of, n: grouping.labels.len() };
        let counting = self.counting();
        let orders = state.need_orders();
        let (populations, _) = count(orders, self.items.len(), &counting, Some(labels), control)?;
        grouping.crowds = populations.into_iter().map(|population| self.group_crowd(population)).collect();
        self.groupings.retain(|other| other.name != grouping.name);
        let at = self.groupings.partition_point(|other| other.name < grouping.name);
        self.groupings.insert(at, grouping);
        Ok(())
    }

    pub(super) fn group_crowd(&self, population: Population) -> Crowd {
        let Lists { all, rank, firsts, .. } = &self.lists;
        let windows = self.counting().windows;
        Crowd::of_group(population, all, rank, &self.params, windows.as_ref(), firsts)
    }

    pub(super) fn counting(&self) -> Counting {
        self.params.counting(self.lists.as_of, !self.lists.firsts.is_empty())
    }

    /// The model with a catalogue, in the place of one that it had: it answers for categories, and an item is new from the
    /// day of its launch where that is known. Items of the catalogue that nobody bought are among its items.
    ///
    /// The time of a fit, less the reading of the log.
    ///
    /// ```
    /// use kosar::data::Catalog;
    /// use kosar::popularity::{Popularity, PopularityOptions};
    /// use kosar::{Fit, Id, OrderLog};
    ///
    /// let log = OrderLog::from_baskets([vec!["rye", "tea"], vec!["rye", "bun"], vec!["rye"]])?;
    /// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("bun", "Food/Bread"), ("tea", "Food/Drinks")])?;
    /// let popular = Popularity::params().fit(&log)?.with_catalog(&catalog)?;
    /// let best = popular.recommend_in(5, &PopularityOptions::new().category("Food/Bread"))?;
    /// assert_eq!(best.iter().map(|found| &found.item).collect::<Vec<_>>(), [&Id::from("rye"), &Id::from("bun")]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for a catalogue with ids of the other type; [`IdError::NoHistories`] for a model saved without
    /// histories.
    pub fn with_catalog(&self, catalog: &Catalog) -> Result<Self> {
        let state = self.need_state()?.clone().in_form();
        let history = History { state, of_events: self.is_of_events() };
        let shelf = Some(Shelf::of(catalog));
        Self::of_parts(self.params.clone(), history, shelf, self.groupings.clone(), &Control::new())
    }

    /// The model with groups of customers: what they are called together, such as `country`, and the group of each customer;
    /// an empty group is none. Groups of the same name that it had are replaced. Customers may be such as it does not
    /// know: they may come with an [update](Popularity::update). [`with_group_column`](Popularity::with_group_column) makes groups of a kept column.
    ///
    /// Linear in what was bought, but for looking up the customers.
    ///
    /// ```
    /// use kosar::popularity::{Popularity, PopularityOptions};
    /// use kosar::{Fit, Id, OrderLog};
    ///
    /// let log = OrderLog::from_pairs([("ann", "tea"), ("bob", "tea"), ("cid", "mate"), ("eva", "mate"), ("eva", "tea")])?;
    /// let popular = Popularity::params().group_prior(1.0).fit(&log)?;
    /// let popular = popular.with_groups("country", [("cid", "AR"), ("eva", "AR"), ("ann", "UK")])?;
    /// let best = popular.recommend_in(2, &PopularityOptions::new().group(("country", "AR")))?;
    /// assert_eq!(best[0].item, Id::from("mate"));
    /// assert_eq!(best[0].reason.to_string(), "bought by 2 of 2 in AR");
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::Twice`](crate::ParamError::Twice) for a customer named twice; [`IdError::WrongKind`] for ids of the other
    /// type; [`IdError::NoHistories`] for a model saved without histories.
    pub fn with_groups<'a, C: Into<IdRef<'a>>>(
        &self,
        name: &str,
        groups: impl IntoIterator<Item = (C, &'a str)>,
    ) -> Result<Self> {
        let pairs = groups.into_iter().map(|(customer, group)| (customer.into(), group));
        let mut model = self.clone();
        model.count_group(Grouping::new(name, pairs)?, &Control::new())?;
        Ok(model)
    }

    /// As [`Popularity::with_groups`], the group of a customer being the word that a kept column has most often beside their
    /// lines, as [`OrderLog::customer_words`] gives it. Groups do not follow when orders come in later.
    ///
    /// # Errors
    /// As both.
    pub fn with_group_column(&self, name: &str, log: &OrderLog, column: &str) -> Result<Self> {
        let words = log.customer_words(column)?;
        let customers = log.customers().into_iter().flat_map(Vocabulary::iter);
        self.with_groups(name, customers.zip(words).filter_map(|(customer, word)| Some((customer, word?))))
    }

    /// The model with more orders: the one that would be fitted on both logs together, with the same catalogue and groups, bit
    /// for bit. The orders of `log` must be new ones; [`OrderLog::append`] tells where they are not.
    ///
    /// The time of a fit, less the reading of the first log.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories; [`IntakeError::Append`](crate::IntakeError::Append)
    /// where ids are of another type or only one of the logs has customers; as fitting. A model of events is fitted anew:
    /// [`ParamError::NotWith`](crate::ParamError::NotWith).
    pub fn update(&self, log: &OrderLog) -> Result<Self> {
        self.update_with(log, &Control::new())
    }

    /// As [`Popularity::update`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Popularity::update`]; [`Error::Cancelled`].
    pub fn update_with(&self, log: &OrderLog, control: &Control) -> Result<Self> {
        if self.is_of_events() {
            let with = "a model of events";
            return Err(ParamError::NotWith { name: "log", allowed: "left out", with }.into());
        }
        let state = self.need_state()?.clone().merged(State::of_log(log, Unit::Order, "Popularity")?)?;
        self.with_state(state, self.groupings.clone(), control)
    }

    /// The model without a customer: the one that would be fitted on the log without their orders and with groups that do
    /// not name them, bit for bit.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.forget_with(customer, &Control::new())
    }

    /// As [`Popularity::forget`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Popularity::forget`]; [`Error::Cancelled`].
    pub fn forget_with<'a>(&self, customer: impl Into<IdRef<'a>>, control: &Control) -> Result<Self> {
        let customer = customer.into();
        let state = match self.need_state()?.without(customer) {
            // Whom the groups alone name.
            Err(Error::Id(IdError::Unknown { .. }))
                if self.groupings.iter().any(|one| one.names(customer)) =>
            {
                self.need_state()?.clone().in_form()
            }
            state => state?,
        };
        let groupings = self.groupings.iter().map(|grouping| grouping.without(customer)).collect();
        self.with_state(state, groupings, control)
    }

    fn with_state(&self, state: State, groupings: Vec<Grouping>, control: &Control) -> Result<Self> {
        let history = History { state, of_events: self.is_of_events() };
        Self::of_parts(self.params.clone(), history, self.shelf.clone(), groupings, control)
    }

    pub(super) fn need_state(&self) -> Result<&State> {
        let history = self.history.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        Ok(&history.state)
    }

    fn is_of_events(&self) -> bool {
        self.history.as_ref().is_some_and(|history| history.of_events)
    }

    /// What was bought, where the customers are known.
    pub(super) fn known(&self) -> Option<&State> {
        self.history.as_ref().map(|history| &history.state).filter(|state| state.has_customers)
    }

    /// The parameters that it was fitted with.
    #[must_use]
    pub fn fitted_with(&self) -> &PopularityParams {
        &self.params
    }

    /// What the items are called: those of the log, and of the catalogue where there is one.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the customers are called; empty where the model knows no customers.
    #[must_use]
    pub fn customers(&self) -> Vocabulary {
        self.known().map_or_else(|| Vocabulary::empty(IdKind::Str), |state| state.matrix.customers.clone())
    }

    /// The number of distinct customers who bought each item up to [`Popularity::as_of`], in the order of the items.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.lists.counts
    }

    /// The instant at which age is taken, and up to which purchases count; `None` in a model of a log without times.
    #[must_use]
    pub fn as_of(&self) -> Option<Time> {
        self.lists.as_of
    }

    /// What the ways of parting the customers are called, by bytes.
    pub fn groupings(&self) -> impl Iterator<Item = &str> {
        self.groupings.iter().map(|grouping| grouping.name.as_str())
    }

    /// The groups of a way of parting the customers, by bytes.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a name that was not given.
    pub fn groups(&self, name: &str) -> Result<impl Iterator<Item = &str>> {
        let as_text = |id| if let IdRef::Str(text) = id { Some(text) } else { None };
        Ok(self.grouping(name)?.labels.iter().filter_map(as_text))
    }

    pub(super) fn grouping(&self, name: &str) -> Result<&Grouping, IdError> {
        let found = self.groupings.iter().find(|grouping| grouping.name == name);
        found.ok_or_else(|| IdError::Unknown { role: "grouping", id: IdRef::Str(name).quoted() })
    }
}
