//! What became otherwise between two recommenders, and which orders did it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::live::Recommender;
use super::placement::Placement;
use super::request::Request;
use super::snapshot::Snapshot;
use crate::data::Id;
use crate::error::Result;
use crate::time::Time;

/// How many orders a change names at most.
const NAMED: usize = 10;

/// What is compared.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DiffOptions {
    /// The length of the lists compared; 10 by default.
    pub n: usize,
    /// The items whose `similar` and `bought_together` are compared; `None` for the thousand that most customers bought.
    pub items: Option<Vec<Id>>,
    /// The customers whose `for_customer` is compared; nobody by default.
    pub customers: Vec<Id>,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self { n: 10, items: None, customers: Vec::new() }
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
    /// How many orders of the item asked about, or of the customer, and of what entered or left are only in the new one.
    pub orders_added: u64,
    /// How many are only in the old one.
    pub orders_removed: u64,
    /// The ids of some of these, at most ten; none where orders have no ids.
    pub orders: Vec<Id>,
}

/// An order, whoever gave it which slot: who, when, and its id.
type Key = (Option<Id>, Time, Option<Id>);

impl Snapshot {
    /// The orders that items were bought in.
    fn orders_of(&self, items: &[&Id], into: &mut BTreeSet<Key>) {
        for id in items {
            let Ok(Some(item)) = self.state.items.find(id.as_ref()) else { continue };
            let mut entries = Vec::new();
            self.latest(item, usize::MAX, &mut entries);
            self.each_buyer(&entries, |_, buyer| {
                let held = buyer.unpack();
                let of_item =
                    held.orders.iter().filter(|order| order.lines.iter().any(|line| line.item == item));
                into.extend(of_item.map(|order| (held.id.clone(), order.time, order.id.clone())));
            });
        }
    }

    fn orders_of_customer(&self, customer: &Id, into: &mut BTreeSet<Key>) {
        let slot = self.state.find_customer(customer.as_ref()).ok().flatten();
        if let Some(buyer) = slot.and_then(|slot| self.state.buyer(slot)) {
            let held = buyer.unpack();
            into.extend(held.orders.iter().map(|order| (held.id.clone(), order.time, order.id.clone())));
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
    fn change(&self, snapshots: [&Snapshot; 2], answers: [&[Answer]; 2]) -> Option<AnswerChange> {
        let ids = answers.map(|answers| answers.iter().map(|answer| &answer.item).collect::<Vec<&Id>>());
        if ids[0] == ids[1] {
            return None;
        }
        let only = |a: usize, b: usize| -> Vec<&Id> {
            ids[a].iter().copied().filter(|id| !ids[b].contains(id)).collect()
        };
        let (entered, left) = (only(1, 0), only(0, 1));
        let kept = |a: usize, b: usize| ids[a].iter().filter(|id| ids[b].contains(id)).collect::<Vec<_>>();
        let reordered = kept(0, 1) != kept(1, 0);
        let mut items: Vec<&Id> = self.item.into_iter().chain(entered.iter().copied()).collect();
        items.extend(&left);
        if reordered {
            items.extend(&ids[1]);
        }
        let orders = snapshots.map(|snapshot| {
            let mut orders = BTreeSet::new();
            snapshot.orders_of(&items, &mut orders);
            self.customer.into_iter().for_each(|customer| snapshot.orders_of_customer(customer, &mut orders));
            orders
        });
        let added: Vec<&Key> = orders[1].difference(&orders[0]).collect();
        let removed: Vec<&Key> = orders[0].difference(&orders[1]).collect();
        let named = added.iter().chain(&removed).filter_map(|(_, _, id)| id.clone());
        let owned = |ids: Vec<&Id>| ids.into_iter().cloned().collect();
        Some(AnswerChange {
            placement: self.placement,
            of: self.item.or(self.customer).cloned(),
            reordered,
            orders_added: added.len() as u64,
            orders_removed: removed.len() as u64,
            orders: named.take(NAMED).collect(),
            entered: owned(entered),
            left: owned(left),
        })
    }
}

impl Recommender {
    /// Which answers of this one are others than those of an older one, and which orders did it: those of the items at hand that only one of
    /// the two has. A change without such orders comes from the sales of all, such as a trend that falls behind; or from rules,
    /// parameters or the catalogue.
    ///
    /// Time: the answers, and the orders of the items in those that changed.
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
    /// Ids of another type; [`IdError::NeedsHistories`](crate::IdError::NeedsHistories) where one of both has none.
    pub fn diff(&self, old: &Self, options: &DiffOptions) -> Result<Vec<AnswerChange>> {
        self.need_histories("a diff")?;
        old.need_histories("a diff")?;
        let snapshots = [old.snapshot(), self.snapshot()];
        let [old, new] = &snapshots;
        let items: Vec<Id> = match &options.items {
            Some(items) => items.clone(),
            None => {
                let best =
                    new.state.shelf.descending(&new.state.items).take(1_000).filter(|&(_, count)| count > 0);
                best.map(|(item, _)| new.state.items.get(item).to_id()).collect()
            }
        };
        let request = Request::new(options.n);
        let mut changes = Vec::new();
        let mut compare =
            |compared: Compared<'_>, ask: &dyn Fn(&Snapshot) -> Result<Vec<Answer>>| -> Result<()> {
                let answers = [ask(old)?, ask(new)?];
                changes.extend(compared.change([old, new], [&answers[0], &answers[1]]));
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
