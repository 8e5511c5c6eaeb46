//! What to show to everyone, and to a customer.

use crate::data::{Id, IdRef, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::popularity::Popularity;
use crate::popularity::model::scored;
use crate::rank::{AllRecommendations, Reason, Recommend, Recommendation, Visitor};

/// Which items may be answered: all, unless told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PopularOptions {
    exclude: Vec<Id>,
    only: Option<Vec<Id>>,
}

impl PopularOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Items never to be answered; others take their places.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.exclude = items.into_iter().map(Into::into).collect();
        self
    }

    /// Only these items may be answered, such as those of a category or in stock.
    #[must_use]
    pub fn only<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.only = Some(items.into_iter().map(Into::into).collect());
        self
    }
}

impl Popularity {
    /// The `n` items that most customers bought, best first; fewer only where fewer were bought at all.
    #[must_use]
    pub fn recommend(&self, n: usize) -> Vec<Recommendation> {
        self.explained(self.order.iter().copied().take(n))
    }

    /// As [`Popularity::recommend`], of the items that the options allow.
    ///
    /// Time: the items in order down to the last answered.
    ///
    /// # Errors
    /// [`IdError`] for an item of the options that is unknown or of the other type.
    pub fn recommend_with(&self, n: usize, options: &PopularOptions) -> Result<Vec<Recommendation>> {
        let exclude = self.find_all(&options.exclude)?;
        let only = options.only.as_ref().map(|only| self.find_all(only)).transpose()?;
        let allowed = self.without(&exclude).filter(|item| match &only {
            Some(only) => only.binary_search(item).is_ok(),
            None => true,
        });
        Ok(self.explained(allowed.take(n)))
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
        let score = |item| (item, scored(&self.counts, item).score);
        AllRecommendations::compute(
            owned.customers.len(),
            n,
            || (),
            |(), customer| self.without(owned.rows.row(customer)).take(n).map(score),
        )
    }

    /// All items in order but those given, which rise.
    fn without<'a>(&'a self, items: &'a [ItemIx]) -> impl Iterator<Item = ItemIx> + 'a {
        self.order.iter().copied().filter(|item| items.binary_search(item).is_err())
    }

    fn find_all(&self, ids: &[Id]) -> Result<Vec<ItemIx>> {
        let find = |id: &Id| self.items.find("item", id.as_ref()).map(ItemIx::new);
        let mut found: Vec<ItemIx> = ids.iter().map(find).collect::<Result<_, IdError>>()?;
        found.sort_unstable();
        Ok(found)
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
