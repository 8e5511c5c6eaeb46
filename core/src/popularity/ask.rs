//! What to show to everyone, and to a customer.

use std::ops::Range;

use crate::data::{IdRef, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::popularity::Popularity;
use crate::popularity::model::scored;
use crate::rank::{AllRecommendations, AllowedItems, ItemFilter, Reason, Recommend, Recommendation, Visitor};

/// Customers answered by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 64;

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

    /// The `n` items that most customers bought and the customer does not have.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let position = owned.customers.find("customer", customer.into())?;
        Ok(self.explained(self.without(owned.rows.row(position)).take(n)))
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let list = |customer: usize| {
            let best = self.without(owned.rows.row(customer)).take(n);
            best.map(|item| scored(&self.counts, item)).collect()
        };
        let best = |(): &mut (), customers: Range<usize>| customers.map(list).collect();
        Ok(AllRecommendations::fill(owned.customers.len(), n, CUSTOMERS_PER_TASK, || (), best)?)
    }

    /// All items in order but those given, which rise.
    fn without<'a>(&'a self, items: &'a [ItemIx]) -> impl Iterator<Item = ItemIx> + 'a {
        self.order.iter().copied().filter(|item| items.binary_search(item).is_err())
    }

    fn best_of(&self, n: usize, allowed: &AllowedItems) -> Vec<Recommendation> {
        self.explained(self.order.iter().copied().filter(|&item| allowed.allows(item)).take(n))
    }

    fn explained(&self, items: impl Iterator<Item = ItemIx>) -> Vec<Recommendation> {
        let recommendation = |item: ItemIx| {
            let scored = scored(&self.counts, item);
            Recommendation {
                item: self.items.get(item.as_usize()).to_id(),
                score: scored.score,
                reason: Reason::Popular { count: scored.count },
            }
        };
        items.map(recommendation).collect()
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
