//! What became otherwise between two recommenders, and which orders did it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::live::Recommender;
use super::placement::Placement;
use super::request::Request;
use super::snapshot::Snapshot;
use super::state::{BuyerRecord, second};
use crate::data::{Id, IdRef};
use crate::error::Result;
use crate::fit::Control;
use crate::params::at_least;
use crate::time::Time;

/// How many orders a change names at most.
const NAMED: usize = 10;

/// What is compared, and how far orders are looked for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DiffOptions {
    /// The length of the lists compared; 10 by default.
    pub n: usize,
    /// The items whose `similar` and `bought_together` are compared; `None` for those that most customers bought.
    pub items: Option<Vec<Id>>,
    /// How many these are; 100 by default.
    pub top: usize,
    /// The customers whose `for_customer` is compared; nobody by default.
    pub customers: Vec<Id>,
    /// How many of the latest purchases of an item are looked at for the orders behind a change; 10,000 by default. Orders from before these
    /// are not counted.
    pub latest_purchases: usize,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self { n: 10, items: None, top: 100, customers: Vec::new(), latest_purchases: 10_000 }
    }
}

/// An answer that is another now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerChange {
    /// The placement.
    pub placement: Placement,
    /// The item, or the customer, asked about; `None` for what rises.
    pub of: Option<Id>,
    /// Items that are in the list now, in its order.
    pub entered: Vec<Id>,
    /// Items that are no more.
    pub left: Vec<Id>,
    /// Whether what is in both stands in another order.
    pub reordered: bool,
    /// How many orders are only in the new one: purchases of the item asked about, or of the customer, of what entered or left and, where
    /// `reordered`, of all that is in the list now; of the latest that are looked at.
    pub orders_added: u64,
    /// How many are only in the old one.
    pub orders_removed: u64,
    /// The ids of some of these, at most ten, those of the item or the customer asked about first, then those of what entered and of what
    /// left; none where orders have no ids.
    pub orders: Vec<Id>,
}

/// An order, whoever gave it which slot: who, when, and its id.
type Key = (Option<Id>, Time, Option<Id>);

/// The orders of an item, or of a customer, that only one of both recommenders has.
#[derive(Debug, Default)]
struct Only {
    added: Vec<Key>,
    removed: Vec<Key>,
}

/// An order where it lies: whether nobody known stands behind it, who, when, and its id.
type Lying<'s> = (bool, Option<IdRef<'s>>, Time, Option<IdRef<'s>>);

/// Appends some orders of a buyer, which must rise.
fn lie<'s>(buyer: BuyerRecord<'s>, orders: impl Iterator<Item = usize>, into: &mut Vec<Lying<'s>>) {
    let lying = |(order, id)| (buyer.is_anonymous(), buyer.id(), buyer.time(order), id);
    into.extend(buyer.order_ids(orders).map(lying));
}

impl Snapshot {
    /// The orders among an item's latest purchases in which it was bought; and the second from which on these are all that there are.
    fn lying_of_item(&self, item: &Id, latest: usize) -> (Vec<Lying<'_>>, u32) {
        let Ok(Some(item)) = self.state.items.find(item.as_ref()) else { return (Vec::new(), 0) };
        let mut entries = Vec::new();
        let cut = self.latest(item, latest, &mut entries);
        let (mut lying, mut orders) = (Vec::new(), Vec::new());
        self.each_buyer(&entries, |entry, buyer| {
            let place = buyer.items().binary_search(&item).ok();
            // Of a buyer's entries the last one tells all orders.
            if let Some(place) = place.filter(|&place| buyer.last_second(place) == entry.second()) {
                orders.clear();
                orders.extend(buyer.orders_with(place));
                lie(buyer, orders.iter().rev().copied(), &mut lying);
            }
        });
        (lying, cut.unwrap_or(0))
    }

    fn lying_of_customer(&self, customer: &Id) -> Vec<Lying<'_>> {
        let slot = self.state.find_customer(customer.as_ref()).ok().flatten();
        let mut lying = Vec::new();
        if let Some(buyer) = slot.and_then(|slot| self.state.buyer(slot)) {
            lie(buyer, buyer.purchases(), &mut lying);
        }
        lying
    }
}

/// Those of two lists that only one of them has, from a second on.
fn only(mut lying: [Vec<Lying<'_>>; 2], from: u32) -> Only {
    for lying in &mut lying {
        lying.retain(|&(_, _, time, _)| second(time) >= from);
        lying.sort_unstable();
    }
    let [old, new] = lying;
    let without = |these: &[Lying<'_>], those: &[Lying<'_>]| {
        let mut those = those.iter().peekable();
        // Of orders that nothing tells from each other each stands for one.
        let mut is_there = |lying: &Lying<'_>| {
            while those.next_if(|other| *other < lying).is_some() {}
            those.next_if(|other| *other == lying).is_some()
        };
        let left = these.iter().filter(|lying| !is_there(lying));
        left.map(|&(_, who, time, id)| (who.map(IdRef::to_id), time, id.map(IdRef::to_id))).collect()
    };
    Only { added: without(&new, &old), removed: without(&old, &new) }
}

/// What of items was found already: each is looked at once.
struct Orders<'a> {
    snapshots: [&'a Snapshot; 2],
    latest: usize,
    of_items: BTreeMap<Id, Only>,
}

impl Orders<'_> {
    fn of_item(&mut self, item: &Id) -> &Only {
        let (snapshots, latest) = (self.snapshots, self.latest);
        let found = || {
            let [(old, a), (new, b)] = snapshots.map(|snapshot| snapshot.lying_of_item(item, latest));
            only([old, new], a.max(b))
        };
        self.of_items.entry(item.clone()).or_insert_with(found)
    }
}

/// The orders behind a change, as they are found.
#[derive(Default)]
struct Sources {
    added: BTreeSet<Key>,
    removed: BTreeSet<Key>,
    /// Some of their ids, the first that were found.
    named: Vec<Id>,
}

impl Sources {
    fn take(&mut self, only: &Only) {
        for (all, new) in [(&mut self.added, &only.added), (&mut self.removed, &only.removed)] {
            for key in new {
                let is_new = all.insert(key.clone());
                self.named.extend(key.2.clone().filter(|_| is_new && self.named.len() < NAMED));
            }
        }
    }
}

/// The lists of both, and what the orders behind them are of.
struct Compared<'a> {
    placement: Placement,
    item: Option<&'a Id>,
    customer: Option<&'a Id>,
}

impl Compared<'_> {
    fn change(&self, orders: &mut Orders<'_>, answers: [&[Answer]; 2]) -> Option<AnswerChange> {
        let ids = answers.map(|answers| answers.iter().map(|answer| &answer.item).collect::<Vec<&Id>>());
        if ids[0] == ids[1] {
            return None;
        }
        let missing = |a: usize, b: usize| -> Vec<&Id> {
            ids[a].iter().copied().filter(|id| !ids[b].contains(id)).collect()
        };
        let (entered, left) = (missing(1, 0), missing(0, 1));
        let kept = |a: usize, b: usize| ids[a].iter().filter(|id| ids[b].contains(id)).collect::<Vec<_>>();
        let reordered = kept(0, 1) != kept(1, 0);
        let mut sources = Sources::default();
        if let Some(customer) = self.customer {
            let snapshots = orders.snapshots;
            sources.take(&only(snapshots.map(|snapshot| snapshot.lying_of_customer(customer)), 0));
        }
        let now: &[&Id] = if reordered { &ids[1] } else { &[] };
        let items = self.item.into_iter().chain(entered.iter().chain(&left).chain(now).copied());
        items.for_each(|item| sources.take(orders.of_item(item)));
        let Sources { added, removed, named } = sources;
        let owned = |ids: Vec<&Id>| ids.into_iter().cloned().collect();
        Some(AnswerChange {
            placement: self.placement,
            of: self.item.or(self.customer).cloned(),
            reordered,
            orders_added: added.len() as u64,
            orders_removed: removed.len() as u64,
            orders: named,
            entered: owned(entered),
            left: owned(left),
        })
    }
}

impl Recommender {
    /// Which answers of this one are others than those of an older one, and which orders did it: those of the items at hand that only one of
    /// the two has; which items these are is told at [`AnswerChange::orders_added`]. A change without such orders comes from the sales of
    /// all, such as a trend that falls behind; or from rules, parameters or the catalogue.
    ///
    /// Time: two answers of both for an item, one for a customer; for each item in the answers that changed at most
    /// [`DiffOptions::latest_purchases`] buyers, once for all answers. By default that is a hundred items, of which many are in several answers:
    /// seconds in a shop of twenty million lines. A comparison of all items takes as long as two requests for each of them and, where most of them changed, a look
    /// at all purchases: in such a shop, minutes.
    ///
    /// ```
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::Shop;
    /// use kosar::recommender::{DiffOptions, Recommender};
    /// use kosar::Fit;
    ///
    /// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
    /// let old = Recommender::params().fit(&log)?;
    /// let new = old.clone();
    /// assert!(new.diff(&old, &DiffOptions::default())?.is_empty());
    /// new.forget("C00003")?;
    /// for change in new.diff(&old, &DiffOptions::default())? {
    ///     assert!(change.orders_added == 0 || change.of.is_none());
    /// }
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// Ids of another type; [`IdError::NeedsHistories`](crate::IdError::NeedsHistories) where one of both has none;
    /// [`ParamError::TooSmall`](crate::ParamError::TooSmall) where no purchases are to be looked at.
    pub fn diff(&self, old: &Self, options: &DiffOptions) -> Result<Vec<AnswerChange>> {
        self.diff_with(old, options, &Control::new())
    }

    /// As [`Recommender::diff`], with a hand that stops it.
    ///
    /// # Errors
    /// As [`Recommender::diff`]; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn diff_with(
        &self,
        old: &Self,
        options: &DiffOptions,
        control: &Control,
    ) -> Result<Vec<AnswerChange>> {
        self.need_histories("a diff")?;
        old.need_histories("a diff")?;
        at_least("latest_purchases", options.latest_purchases, 1)?;
        let snapshots = [old.snapshot(), self.snapshot()];
        let [old, new] = &snapshots;
        let items: Vec<Id> = match &options.items {
            Some(items) => items.clone(),
            None => {
                let best = new.state.shelf.descending(&new.state.items).take(options.top);
                let best = best.filter(|&(_, count)| count > 0);
                best.map(|(item, _)| new.state.items.get(item).to_id()).collect()
            }
        };
        let request = Request::new(options.n);
        let mut orders =
            Orders { snapshots: [old, new], latest: options.latest_purchases, of_items: BTreeMap::new() };
        let mut changes = Vec::new();
        let mut compare =
            |compared: Compared<'_>, ask: &dyn Fn(&Snapshot) -> Result<Vec<Answer>>| -> Result<()> {
                control.check()?;
                let answers = [ask(old)?, ask(new)?];
                changes.extend(compared.change(&mut orders, [&answers[0], &answers[1]]));
                Ok(())
            };
        for item in &items {
            let known = |own: &Snapshot| own.state.items.find(item.as_ref());
            let of = |placement| Compared { placement, item: Some(item), customer: None };
            compare(of(Placement::Similar), &|own| match known(own)? {
                Some(item) => own.similar(item, &request),
                None => Ok(Vec::new()),
            })?;
            compare(of(Placement::BoughtTogether), &|own| match known(own)? {
                Some(item) => own.together(&[item], &request),
                None => Ok(Vec::new()),
            })?;
        }
        for customer in &options.customers {
            let of = Compared { placement: Placement::ForCustomer, item: None, customer: Some(customer) };
            let request = request.clone().customer(customer);
            compare(of, &|own| own.for_customer(Placement::ForCustomer, &request))?;
        }
        compare(Compared { placement: Placement::Trending, item: None, customer: None }, &|own| {
            own.trending(&request)
        })?;
        Ok(changes)
    }
}
