//! What to show to everyone, to a group, and to a customer.

use std::cmp::Ordering;
use std::ops::Range;

use crate::data::{IdRef, Rows, Vocabulary};
use crate::error::{Error, IdError, ParamError, Result};
use crate::index::ItemIx;
use crate::popularity::count::{Population, Tally};
use crate::popularity::crowd::{Blend, Crowd, Trend, better, real, scored};
use crate::popularity::{Popularity, PopularityOptions};
use crate::rank::{
    AllRecommendations, AllowedItems, ItemFilter, Reason, Recommend, Recommendation, Scored, Visitor,
};
use crate::similarity::state::State;
use crate::time::{MICROS_PER_DAY, Time};

/// Customers answered by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 64;

/// What was asked for, in the model's own numbers.
struct Asked<'a> {
    allowed: AllowedItems,
    /// The group and what it is called.
    group: Option<(&'a Crowd, &'a str)>,
}

impl Popularity {
    /// The `n` items that most customers bought, best first; fewer only where fewer were bought at all.
    #[must_use]
    pub fn recommend(&self, n: usize) -> Vec<Recommendation> {
        self.best_of(n, &AllowedItems::ALL)
    }

    /// As [`Popularity::recommend`], of the items that the filter allows, such as those in stock.
    ///
    /// Time: the items in order down to the last answered.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the filter of the other type.
    pub fn recommend_with(&self, n: usize, filter: &ItemFilter) -> Result<Vec<Recommendation>> {
        Ok(self.best_of(n, &filter.resolve(&self.items)?))
    }

    /// The `n` best items of a category, for a group, for a customer: as the options say.
    ///
    /// In a group an item's score is the share of its customers who buy it, from 0 to 1, shrunk towards the share of all by
    /// [`group_prior`](crate::popularity::PopularityParams::group_prior): what nobody of the group bought comes as it is
    /// liked by all, so that `n` items come wherever `n` remain. The [`Reason`] tells which it is: [`Reason::PopularIn`] or
    /// [`Reason::Popular`].
    ///
    /// Time: the items in order down to the last answered; of a category also its items.
    ///
    /// # Errors
    /// [`IdError::UnknownCategory`] and [`ParamError::NotWith`] for a category, [`IdError::Unknown`] for a group or customer
    /// that is not there, [`IdError::WrongKind`], [`IdError::NoHistories`] for a customer of a model without histories.
    pub fn recommend_in(&self, n: usize, options: &PopularityOptions) -> Result<Vec<Recommendation>> {
        let asked = self.resolve(options)?;
        let Some((crowd, group)) = asked.group else { return Ok(self.best_of(n, &asked.allowed)) };
        let customers = crowd.population.customers;
        let recommendation = |(item, score): (ItemIx, f64)| {
            let own = crowd.population.tally(item).map(|tally| u64::from(tally.customers));
            let reason = match own {
                Some(count) => Reason::PopularIn { group: group.to_owned(), count, customers },
                None => Reason::Popular { count: u64::from(self.lists.counts[item.as_usize()]) },
            };
            self.recommendation(item, score, reason)
        };
        let allowed = self.blended(crowd).filter(|&(item, _)| asked.allowed.allows(item));
        Ok(allowed.take(n).map(recommendation).collect())
    }

    /// The `n` items that most customers bought and the customer does not have.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned(customer.into())?;
        Ok(self.explained(self.without(&owned).take(n)))
    }

    /// The at most `n` items that rise most surely: whose share of what is bought lately is above their share of what was
    /// bought before, so that a season in which all is bought more makes nothing a trend.
    ///
    /// A customer counts once for each item in the last [`trend_days`] up to [`as_of`], and once in each window of the same
    /// length in the [`baseline_days`] before. The score is the rise that is exceeded at the asked [`confidence`]: the lower
    /// bound of Clopper and Pearson for the recent ones among all of the item's counts. Only items with a score above 1 and
    /// at least [`min_customers`] recent customers are trends. The past of an item begins with the first window that begins
    /// after its first sale; an item without such a window has nothing to rise against and is no trend, but may be
    /// [new](Popularity::new_arrivals). An item that was sold earlier, and not at all in the baseline, may trend: its rise
    /// has no number, and a lower bound all the same.
    ///
    /// Counts are taken for independent of each other. Where customers buy an item by habit they vary less, and the bound
    /// is on the safe side; where one event brings many buyers at once, it is a rise.
    ///
    /// [`trend_days`]: crate::popularity::PopularityParams::trend_days
    /// [`as_of`]: Popularity::as_of
    /// [`baseline_days`]: crate::popularity::PopularityParams::baseline_days
    /// [`confidence`]: crate::popularity::PopularityParams::confidence
    /// [`min_customers`]: crate::popularity::PopularityParams::min_customers
    ///
    /// # Errors
    /// [`Error::MissingColumn`] for a model of a log without times.
    pub fn trending(&self, n: usize) -> Result<Vec<Recommendation>> {
        self.trending_in(n, &PopularityOptions::new())
    }

    /// As [`Popularity::trending`], for a category, a group, a customer. In a group its customers alone are counted, in both
    /// spans; a category's items rise against all sales.
    ///
    /// # Errors
    /// As [`Popularity::trending`] and [`Popularity::recommend_in`].
    pub fn trending_in(&self, n: usize, options: &PopularityOptions) -> Result<Vec<Recommendation>> {
        self.need_times("trending")?;
        let asked = self.resolve(options)?;
        let crowd = asked.group.map_or(&self.lists.all, |(crowd, _)| crowd);
        let allowed = crowd.trending.iter().filter(|trend| asked.allowed.allows(trend.item));
        let recommendation = |trend: &Trend| {
            let reason = Reason::Trending {
                recent: u64::from(trend.tally.recent),
                days: self.params.trend_days,
                baseline: trend.tally.baseline,
                rise: trend.rise,
                lower_bound: trend.lower_bound,
            };
            self.recommendation(trend.item, trend.lower_bound, reason)
        };
        Ok(allowed.take(n).map(recommendation).collect())
    }

    /// The at most `n` items that arrived within [`new_days`](crate::popularity::PopularityParams::new_days) before
    /// [`as_of`](Popularity::as_of), those that sell fastest first: by customers for each day since, a part of the first day
    /// counting as a day. Equal ones come newest first; among them at the end, what nobody bought yet.
    ///
    /// An item arrives on the day of its launch that the catalogue tells, or with its first sale in the log where that is
    /// earlier or no launch is told, so that a log which begins within the new days has only new items.
    ///
    /// Time: the items that are new.
    ///
    /// # Errors
    /// As [`Popularity::trending`].
    pub fn new_arrivals(&self, n: usize) -> Result<Vec<Recommendation>> {
        self.new_arrivals_in(n, &PopularityOptions::new())
    }

    /// As [`Popularity::new_arrivals`], for a category, a group, a customer. In a group its customers alone are counted.
    ///
    /// # Errors
    /// As [`Popularity::trending`] and [`Popularity::recommend_in`].
    pub fn new_arrivals_in(&self, n: usize, options: &PopularityOptions) -> Result<Vec<Recommendation>> {
        self.need_times("new_arrivals")?;
        let asked = self.resolve(options)?;
        let population = &asked.group.map_or(&self.lists.all, |(crowd, _)| crowd).population;
        let Some(as_of) = self.lists.as_of else { return Ok(Vec::new()) };
        let arrival = |&(item, since): &(ItemIx, Time)| {
            let micros = as_of.micros().saturating_sub(since.micros());
            let days = real(u64::try_from(micros).unwrap_or(0)) / real(MICROS_PER_DAY.unsigned_abs());
            let count = population.tally(item).map_or(0, |tally| u64::from(tally.customers));
            (real(count) / days.max(1.0), micros, item, days, count)
        };
        let allowed = self.lists.arrivals.iter().filter(|&&(item, _)| asked.allowed.allows(item));
        let mut found: Vec<_> = allowed.map(arrival).collect();
        type Found = (f64, i64, ItemIx, f64, u64);
        let order = |a: &Found, b: &Found| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2)));
        if n < found.len() {
            found.select_nth_unstable_by(n, order);
            found.truncate(n);
        }
        found.sort_unstable_by(order);
        let recommendation = |(rate, _, item, days, count)| {
            self.recommendation(item, rate, Reason::NewArrival { days, count })
        };
        Ok(found.into_iter().map(recommendation).collect())
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`] when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        let state = self.need_customers()?;
        let list = |customer: usize| {
            let owned: Vec<ItemIx> = state.owned(customer).collect();
            self.without(&owned).take(n).map(|item| self.scored(item)).collect()
        };
        let best = |(): &mut (), customers: Range<usize>| customers.map(list).collect();
        let n_customers = state.matrix.n_customers();
        Ok(AllRecommendations::fill(n_customers, n, CUSTOMERS_PER_TASK, || (), best)?)
    }

    fn resolve(&self, options: &PopularityOptions) -> Result<Asked<'_>> {
        let mut allowed = options.filter.resolve(&self.items)?;
        if let Some(path) = &options.category {
            let needed = ParamError::NotWith {
                name: "category",
                allowed: "left out",
                with: "a model without a catalogue",
            };
            let items = self.shelf.as_ref().ok_or(needed)?.items_in(path)?;
            allowed.keep_only(items, self.items.len());
        }
        if let Some(customer) = &options.customer {
            for item in self.owned(customer.as_ref())? {
                allowed.forbid(item, self.items.len());
            }
        }
        let group = options.group.as_ref().map(|(name, label)| -> Result<_> {
            let grouping = self.grouping(name)?;
            let at = grouping.find(label)?;
            let IdRef::Str(label) = grouping.labels.get(at) else { unreachable!("groups are words") };
            Ok((&grouping.crowds[at], label))
        });
        Ok(Asked { allowed, group: group.transpose()? })
    }

    fn need_customers(&self) -> Result<&State> {
        Ok(self.known().ok_or(IdError::NoHistories { role: "customer" })?)
    }

    fn need_times(&self, needed_by: &'static str) -> Result<()> {
        let has_times = !self.lists.firsts.is_empty() || self.lists.all.best.is_empty();
        if has_times { Ok(()) } else { Err(Error::MissingColumn { column: "time", needed_by }) }
    }

    /// The items that a customer has, rising.
    fn owned(&self, customer: IdRef<'_>) -> Result<Vec<ItemIx>> {
        let state = self.need_customers()?;
        Ok(state.owned(state.matrix.customers.find("customer", customer)?).collect())
    }

    /// All items in order but those given, which rise.
    fn without<'a>(&'a self, items: &'a [ItemIx]) -> impl Iterator<Item = ItemIx> + 'a {
        self.lists.all.best.iter().copied().filter(|item| items.binary_search(item).is_err())
    }

    /// Everyone's list and a group's in one, with the scores.
    fn blended<'a>(&'a self, crowd: &'a Crowd) -> impl Iterator<Item = (ItemIx, f64)> + 'a {
        let all = &self.lists.all.population;
        let blend = Blend { all, group: &crowd.population, prior: self.params.group_prior };
        let none = Tally::default();
        let score = move |item: ItemIx, own: Option<&Tally>| {
            (blend.score(own, all.tally(item).unwrap_or(&none)), item)
        };
        let own = crowd.best.iter().map(move |&item| score(item, crowd.population.tally(item)));
        let others = self.lists.all.best[crowd.first_other..].iter();
        let others = others.filter(|&&item| crowd.population.tally(item).is_none());
        let others = others.map(move |&item| score(item, None));
        let (mut own, mut others) = (own.peekable(), others.peekable());
        std::iter::from_fn(move || {
            let from_own = match (own.peek(), others.peek()) {
                (Some(&a), Some(&b)) => better(a, b, &self.lists.rank) == Ordering::Less,
                (a, _) => a.is_some(),
            };
            let next = if from_own { own.next() } else { others.next() };
            next.map(|(score, item)| (item, score))
        })
    }

    fn best_of(&self, n: usize, allowed: &AllowedItems) -> Vec<Recommendation> {
        let best = self.lists.all.best.iter().copied();
        self.explained(best.filter(|&item| allowed.allows(item)).take(n))
    }

    fn scored(&self, item: ItemIx) -> Scored {
        let population: &Population = &self.lists.all.population;
        scored(item, population.tally(item).unwrap_or(&Tally::default()))
    }

    fn explained(&self, items: impl Iterator<Item = ItemIx>) -> Vec<Recommendation> {
        let recommendation = |item: ItemIx| {
            let scored = self.scored(item);
            self.recommendation(item, scored.score, Reason::Popular { count: scored.count })
        };
        items.map(recommendation).collect()
    }

    fn recommendation(&self, item: ItemIx, score: f64, reason: Reason) -> Recommendation {
        Recommendation { item: self.items.get(item.as_usize()).to_id(), score, reason }
    }
}

impl Recommend for Popularity {
    fn items(&self) -> &Vocabulary {
        &self.items
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        Ok(visitors.iter().map(|visitor| self.without(visitor.history).take(n)).collect())
    }
}
