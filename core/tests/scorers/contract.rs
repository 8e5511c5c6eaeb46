//! A model as the laws see it.

use std::collections::BTreeSet;

use kosar::data::Vocabulary;
use kosar::rank::{AllRecommendations, ItemFilter, Reason, Recommend, Recommendation};
use kosar::{Id, Persist, Result};

use crate::shop::{Dice, Shop};

/// More than there is of anything.
pub(crate) const ALL: usize = 1_000;

/// What a scorer is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// One item.
    Item,
    /// Some items: a cart, a session, a history.
    Items,
    /// A customer.
    Customer,
    /// Nothing.
    Nothing,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Query {
    Items(Vec<Id>),
    Customer(Id),
    Nothing,
}

/// What becomes of ids that the model does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// They are an error.
    Refused,
    /// They are passed over: an unknown item is as if it had not been given, an unknown customer as any other one.
    PassedOver,
}

/// Which filters there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filters {
    None,
    /// Only `exclude`.
    Exclude,
    Both,
}

/// An answered item: the count that breaks ties comes after the score.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) item: Id,
    pub(crate) score: f64,
    pub(crate) tie: u64,
}

/// What a model answers to many at once, each with its query: items with scores.
pub(crate) type Batch = Vec<(Query, Vec<(Id, f64)>)>;

/// What the laws want to know of a model that answers ranked lists.
pub(crate) trait Scorer {
    type Model: Persist;

    const NAME: &'static str;
    const ASKED: Asked;
    const FILTERS: Filters = Filters::Both;
    const UNKNOWN: Unknown = Unknown::Refused;
    /// Whether scores only order a list, and are others in another list; ties are not told then.
    const ONLY_ORDER: bool = false;

    fn fit(shop: &Shop) -> Result<Self::Model>;

    fn answer(
        model: &Self::Model,
        shop: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>>;

    /// What may be answered by the definition, before filters; `None` where the definition is the score itself.
    fn candidates(_model: &Self::Model, _shop: &Shop, _query: &Query) -> Option<BTreeSet<Id>> {
        None
    }

    /// The answers that the model gives to many at once.
    fn batch(_model: &Self::Model, _shop: &Shop, _n: usize) -> Result<Batch> {
        Ok(Vec::new())
    }

    /// The model as an evaluation asks it, where that answers the same.
    fn recommend(_model: &Self::Model) -> Option<&dyn Recommend> {
        None
    }

    fn forget(_model: &Self::Model, _customer: &Id) -> Option<Result<Self::Model>> {
        None
    }
}

impl Query {
    pub(crate) fn items(&self) -> &[Id] {
        if let Self::Items(items) = self { items } else { panic!("{self:?} asks by items") }
    }

    pub(crate) fn customer(&self) -> &Id {
        if let Self::Customer(customer) = self { customer } else { panic!("{self:?} asks by a customer") }
    }

    /// The items, each once.
    pub(crate) fn set(&self) -> BTreeSet<Id> {
        self.items().iter().cloned().collect()
    }

    /// What a scorer of a shop is asked: each item, each customer, or some carts with an item twice.
    pub(crate) fn of(shop: &Shop, asked: Asked) -> Vec<Self> {
        let known = &shop.items[..shop.items.len() - 2];
        let mut dice = Dice(7);
        let mut cart = |n: usize| -> Vec<Id> {
            let mut cart: Vec<Id> = (0..n).map(|_| known[dice.below(known.len())].clone()).collect();
            cart.extend(cart.first().cloned());
            cart
        };
        match asked {
            Asked::Item => known.iter().map(|item| Self::Items(vec![item.clone()])).collect(),
            Asked::Items => [0, 1, 1, 2, 3, 5, 9].into_iter().map(|n| Self::Items(cart(n))).collect(),
            Asked::Customer => shop.customers.iter().cloned().map(Self::Customer).collect(),
            Asked::Nothing => vec![Self::Nothing],
        }
    }
}

/// Recommendations as the laws want them, ties by the count of the reason.
pub(crate) fn found(list: Vec<Recommendation>) -> Vec<Found> {
    let tie = |reason: &Reason| match *reason {
        Reason::Rule { count, .. }
        | Reason::Similar { count, .. }
        | Reason::Popular { count }
        | Reason::PopularIn { count, .. }
        | Reason::Sequence { count, .. } => count,
        Reason::Trending { recent, .. } => recent,
        Reason::Session { sessions, .. } | Reason::Next { sessions, .. } => sessions,
        Reason::Complement { together, .. } | Reason::Substitute { together, .. } => together,
        _ => 0,
    };
    list.into_iter().map(|one| Found { tie: tie(&one.reason), item: one.item, score: one.score }).collect()
}

/// The same, ties by another count.
pub(crate) fn found_by(list: Vec<Recommendation>, tie: impl Fn(&Id) -> u64) -> Vec<Found> {
    list.into_iter().map(|one| Found { tie: tie(&one.item), item: one.item, score: one.score }).collect()
}

/// The rows of an answer to all customers.
pub(crate) fn rows(all: &AllRecommendations, items: &Vocabulary, customers: &Vocabulary) -> Batch {
    let row = |(at, customer): (usize, Id)| {
        let slots = at * all.n()..(at + 1) * all.n();
        let filled = all.items()[slots.clone()].iter().zip(&all.scores()[slots]);
        let list = filled.filter_map(|(item, &score)| Some((items.get((*item)?.as_usize()).to_id(), score)));
        (Query::Customer(customer), list.collect())
    };
    customers.iter().map(|id| id.to_id()).enumerate().map(row).collect()
}

/// Both lists of a filter as options of similarity or of linear models take them.
pub(crate) fn lists(filter: &ItemFilter) -> (Option<Vec<Id>>, Vec<Id>) {
    let json = serde_json::to_value(filter).unwrap();
    let ids = |name: &str| serde_json::from_value(json[name].clone()).unwrap();
    (ids("only"), serde_json::from_value(json["exclude"].clone()).unwrap())
}
