//! The next basket of one customer, and of all.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::data::{IdRef, Rows, Vocabulary};
use crate::error::{IdError, ParamError, Result};
use crate::index::ItemIx;
use crate::next_basket::NextBasket;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::score::{Scratch, Wanted};
use crate::next_basket::vectors::vector;
use crate::rank::{
    AllRecommendations, AllowedItems, ItemFilter, Reason, Recommend, Recommendation, Scored, Visitor,
};

/// Customers answered by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 64;

/// Whether the customer bought an item before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// Bought before.
    Repeat,
    /// New to the customer.
    Explore,
}

impl Novelty {
    /// Reads `repeat` or `explore`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "repeat" => Ok(Self::Repeat),
            "explore" => Ok(Self::Explore),
            _ => Err(ParamError::UnknownChoice {
                name: "only",
                value: word.to_owned(),
                allowed: "repeat, explore",
            }),
        }
    }
}

/// Which items a basket may hold. By default all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NextBasketOptions {
    only: Option<Novelty>,
    filter: ItemFilter,
}

impl NextBasketOptions {
    /// Every item.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only what the customer bought before, or only what is new; `None` for both.
    #[must_use]
    pub fn only(mut self, only: Option<Novelty>) -> Self {
        self.only = only;
        self
    }

    /// Items to choose from and to leave out, such as those in stock.
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }
}

impl NextBasket {
    /// The `n` likeliest items of the customer's next basket, best first; each [`Reason`] tells whether it was bought
    /// before ([`Reason::Repeat`]) or is new to the customer ([`Reason::Explore`]).
    ///
    /// Time: the customers of the customer's items, and the items of the neighbours.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_with(customer, n, &NextBasketOptions::new())
    }

    /// As [`NextBasket::recommend_for_customer`], of the items that the options allow.
    ///
    /// # Errors
    /// As there; [`IdError::WrongKind`] for an id of the filter of the other type.
    pub fn recommend_for_customer_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        options: &NextBasketOptions,
    ) -> Result<Vec<Recommendation>> {
        let crowd = self.need_crowd()?;
        let customer = crowd.customers.find("customer", customer.into())?;
        let allowed = options.filter.resolve(&self.items)?;
        let wanted = Wanted { n, only: options.only, allowed: &allowed, without: &[] };
        let answer = |scratch: &mut Scratch| {
            self.best(crowd.vectors.row(customer), Some(customer), wanted, scratch);
            let explained = |scored: &Scored| self.explained(crowd, customer, scored, scratch);
            let answer = scratch.best.iter().map(explained).collect();
            scratch.clear();
            answer
        };
        Ok(self.scratch.with(|| self.new_scratch(), answer))
    }

    /// The next baskets of all customers, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories; [`ParamError::TooLarge`] when all slots together are
    /// more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        let crowd = self.need_crowd()?;
        let wanted = Wanted { n, only: None, allowed: &AllowedItems::ALL, without: &[] };
        let best = |scratch: &mut Scratch, customers: Range<usize>| {
            let list = |customer: usize| {
                self.best(crowd.vectors.row(customer), Some(customer), wanted, scratch);
                scratch.clear();
                scratch.best.clone()
            };
            customers.map(list).collect()
        };
        let n_customers = crowd.customers.len();
        let all = AllRecommendations::fill(n_customers, n, CUSTOMERS_PER_TASK, || self.new_scratch(), best);
        Ok(all?)
    }

    fn need_crowd(&self) -> Result<&Crowd, IdError> {
        self.crowd.as_ref().ok_or(IdError::NoHistories { role: "customer" })
    }

    fn new_scratch(&self) -> Scratch {
        Scratch::new(self.crowd.as_ref().map_or(0, |crowd| crowd.customers.len()), self.items.len())
    }

    fn explained(
        &self,
        crowd: &Crowd,
        customer: usize,
        scored: &Scored,
        scratch: &Scratch,
    ) -> Recommendation {
        let with_it = crowd.baskets_of(customer).filter(|basket| basket.binary_search(&scored.item).is_ok());
        let orders = with_it.count() as u64;
        let reason = if orders > 0 {
            Reason::Repeat { orders, of: crowd.baskets_of(customer).len() as u64 }
        } else {
            let neighbors = u64::from(scratch.heads[scored.item.as_usize()]);
            Reason::Explore { neighbors, orders: self.counts[scored.item.as_usize()] }
        };
        let item = self.items.get(scored.item.as_usize()).to_id();
        Recommendation { item, score: scored.score, reason }
    }
}

impl Recommend for NextBasket {
    fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What is new to each visitor. A customer whom the model does not know is one with a single basket, the history.
    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let list = |scratch: &mut Scratch, visitor: &Visitor<'_>| -> Vec<ItemIx> {
            let wanted = Wanted { n, only: None, allowed: &AllowedItems::ALL, without: visitor.history };
            let known = self
                .crowd
                .as_ref()
                .and_then(|crowd| Some((crowd, crowd.customers.position(visitor.customer)?)));
            match known {
                Some((crowd, customer)) => {
                    self.best(crowd.vectors.row(customer), Some(customer), wanted, scratch);
                }
                None => {
                    let baskets = if visitor.history.is_empty() { &[][..] } else { &[visitor.history][..] };
                    self.best(&vector(baskets.iter().copied(), &self.params), None, wanted, scratch);
                }
            }
            scratch.clear();
            scratch.best.iter().map(|scored| scored.item).collect()
        };
        let all = |scratch: &mut Scratch| visitors.iter().map(|visitor| list(scratch, visitor)).collect();
        Ok(self.scratch.with(|| self.new_scratch(), all))
    }
}
