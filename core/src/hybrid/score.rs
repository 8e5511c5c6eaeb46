//! Answers: the neighbours of an item, and of what a customer owns.

use crate::data::IdRef;
use crate::error::{IdError, Result};
use crate::hybrid::HybridSimilarity;
use crate::index::ItemIx;
use crate::rank::vote::{Vote, elected};
use crate::rank::{AllowedItems, ItemFilter, Reason, Recommendation, Scores};

impl HybridSimilarity {
    /// The items most similar to one, best first: at most `n`, and at most as many as neighbours were kept.
    ///
    /// The reason is what most of the similarity comes from: customers ([`Reason::Similar`]) or content
    /// ([`Reason::Alike`]).
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        self.recommend_for_items([item], n)
    }

    /// The items that resemble most the given ones together; those are left out, and one given twice counts once. Each
    /// candidate's score is the sum of its similarities to the given items that have it among their neighbours.
    ///
    /// # Errors
    /// As [`HybridSimilarity::similar`].
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_items_among(items, n, &ItemFilter::new())
    }

    /// As [`HybridSimilarity::recommend_for_items`], of the items that a filter lets pass.
    ///
    /// # Errors
    /// As there, also for the items of the filter.
    pub fn recommend_for_items_among<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Recommendation>> {
        let mut items: Vec<ItemIx> =
            items.into_iter().map(|item| self.find(item.into())).collect::<Result<_, _>>()?;
        items.sort_unstable();
        items.dedup();
        self.explained(&items, n, filter)
    }

    /// The items that resemble most what a customer owns, owned items left out; otherwise as
    /// [`HybridSimilarity::recommend_for_items`].
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_among(customer, n, &ItemFilter::new())
    }

    /// As [`HybridSimilarity::recommend_for_customer`], of the items that a filter lets pass.
    ///
    /// # Errors
    /// As there, also for the items of the filter.
    pub fn recommend_for_customer_among<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let position = owned.customers.find("customer", customer.into())?;
        self.explained(owned.rows.row(position), n, filter)
    }

    fn explained(&self, history: &[ItemIx], n: usize, filter: &ItemFilter) -> Result<Vec<Recommendation>> {
        let allowed = filter.resolve(&self.items)?;
        let found = self
            .scratch
            .with(|| Scores::new(self.items.len()), |votes| self.best(history, n, &allowed, votes));
        Ok(found.into_iter().map(|(item, vote)| self.recommendation(item, &vote)).collect())
    }

    fn best(
        &self,
        history: &[ItemIx],
        n: usize,
        allowed: &AllowedItems,
        votes: &mut Scores<Vote>,
    ) -> Vec<(ItemIx, Vote)> {
        let (offsets, values) = (self.neighbors.offsets(), self.neighbors.values());
        for &item in history {
            let first = offsets[item.as_usize()];
            for (at, neighbor) in (first..).zip(&values[first..offsets[item.as_usize() + 1]]) {
                let similarity = self.similarity(item, neighbor);
                votes.add(neighbor.item, Vote::of(item, at, similarity, neighbor.count));
            }
        }
        history.iter().for_each(|&item| votes.remove(item));
        elected(votes, n, allowed)
    }

    fn recommendation(&self, item: ItemIx, vote: &Vote) -> Recommendation {
        let (from, neighbor) = (ItemIx::from_u32(vote.from), &self.neighbors.values()[vote.at]);
        let (collaborative, content) = self.parts(from, neighbor);
        let places = || {
            let place = |item: ItemIx| self.content.items().position(self.items.get(item.as_usize()));
            Some((ItemIx::new(place(item)?), ItemIx::new(place(from)?)))
        };
        let reason = match places().filter(|_| content > collaborative) {
            Some((item, to)) => self.content.reason(item, to, neighbor.content),
            None => Reason::Similar {
                to: self.items.get(from.as_usize()).to_id(),
                count: u64::from(neighbor.count),
                similarity: neighbor.collaborative,
            },
        };
        Recommendation { item: self.items.get(item.as_usize()).to_id(), score: vote.sum, reason }
    }
}
