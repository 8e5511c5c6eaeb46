//! What both linear models do alike when they are asked: find who asks, filter, select, explain.

use std::ops::Range;

use crate::data::{IdRef, Owned, Vocabulary};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::linear::RecommendOptions;
use crate::rank::{AllRecommendations, AllowedItems, Reason, Recommendation, Scored, ScratchPool};

/// The items that may be answered, and the least score.
pub(super) type Wanted = (AllowedItems, f64);

/// A matrix of items and items, whole or implied, that histories are multiplied by.
pub(super) trait Linear: Sync {
    /// The working memory of a request.
    type Scratch;

    fn item_ids(&self) -> &Vocabulary;

    fn owned(&self) -> Option<&Owned>;

    fn scratch(&self) -> &ScratchPool<Self::Scratch>;

    fn new_scratch(&self) -> Self::Scratch;

    /// The best candidates of a history without repetitions, none of them in it: those allowed, of the least score at
    /// least.
    fn best(&self, history: &[ItemIx], n: usize, wanted: &Wanted, scratch: &mut Self::Scratch)
    -> Vec<Scored>;

    /// What an item of a history adds to another's score.
    fn weights<'m>(&'m self, to: ItemIx) -> impl Fn(ItemIx) -> f64 + 'm;

    fn for_customer(
        &self,
        customer: IdRef<'_>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned().ok_or(IdError::NoHistories { role: "customer" })?;
        let position = owned.customers.find("customer", customer)?;
        self.explained(owned.rows.row(position), n, options)
    }

    fn for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let find = |item: T| self.item_ids().find("item", item.into()).map(ItemIx::new);
        let mut items: Vec<ItemIx> = items.into_iter().map(find).collect::<Result<_, _>>()?;
        items.sort_unstable();
        items.dedup();
        self.explained(&items, n, options)
    }

    fn for_all(&self, n: usize, options: &RecommendOptions) -> Result<AllRecommendations> {
        let owned = self.owned().ok_or(IdError::NoHistories { role: "customer" })?;
        let wanted = self.wanted(options)?;
        let best = |scratch: &mut Self::Scratch, customers: Range<usize>| {
            customers.map(|customer| self.best(owned.rows.row(customer), n, &wanted, scratch)).collect()
        };
        Ok(AllRecommendations::fill(owned.customers.len(), n, 1, || self.new_scratch(), best)?)
    }

    /// The best candidates of a history without repetitions, whatever their scores.
    fn best_of(&self, history: &[ItemIx], n: usize) -> Vec<Scored> {
        let all = (AllowedItems::ALL, f64::NEG_INFINITY);
        self.scratch().with(|| self.new_scratch(), |scratch| self.best(history, n, &all, scratch))
    }

    fn wanted(&self, options: &RecommendOptions) -> Result<Wanted> {
        Ok((options.filter().resolve(self.item_ids())?, options.least()?))
    }

    fn explained(
        &self,
        history: &[ItemIx],
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let wanted = self.wanted(options)?;
        let found =
            self.scratch().with(|| self.new_scratch(), |scratch| self.best(history, n, &wanted, scratch));
        let recommendation = |scored: Scored| Recommendation {
            item: self.item_ids().get(scored.item.as_usize()).to_id(),
            score: scored.score,
            reason: self.reason(history, scored.item),
        };
        Ok(found.into_iter().map(recommendation).collect())
    }

    /// Which item of a history adds most to another's score; ties to the smaller id.
    fn reason(&self, history: &[ItemIx], to: ItemIx) -> Reason {
        let (mut best, mut positive) = ((f64::NEG_INFINITY, history[0]), 0.0);
        let weight_of = self.weights(to);
        for &from in history {
            let weight = weight_of(from);
            positive += weight.max(0.0);
            if weight > best.0 {
                best = (weight, from);
            }
        }
        let (weight, from) = best;
        let share = if positive > 0.0 { weight / positive } else { 0.0 };
        Reason::Contribution { from: self.item_ids().get(from.as_usize()).to_id(), weight, share }
    }
}
