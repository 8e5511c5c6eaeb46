//! Recommendations: the weights of what a customer owns, added up.

use std::ops::Range;

use crate::data::IdRef;
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::linear::{Ease, RecommendOptions};
use crate::rank::{AllRecommendations, AllowedItems, Reason, Recommendation, Scored, TopK};

use super::weights::Weights;

impl Ease {
    /// Recommends at most `n` items to a customer: as [`Ease::recommend_for_customer_with`] the defaults.
    ///
    /// # Errors
    /// As there.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_with(customer, n, &RecommendOptions::new())
    }

    /// Recommends at most `n` items to a customer, best first, owned items left out.
    ///
    /// Each candidate's score is the sum of the weights that lead to it from what the customer owns; it may be negative.
    /// Fewer than `n` come only where fewer candidates remain: all items that the customer does not own, or, with
    /// `neighbors`, those of them that a weight leads to. A customer who owns nothing gets nothing. Time: owned items times
    /// items (or times the weights kept), then the selection.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model without histories;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_for_customer_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let position = owned.customers.find("customer", customer.into())?;
        self.explained(owned.rows.row(position), n, options)
    }

    /// Recommends at most `n` items to someone who has the given ones: as [`Ease::recommend_for_items_with`] the defaults.
    ///
    /// # Errors
    /// As there.
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_items_with(items, n, &RecommendOptions::new())
    }

    /// Recommends at most `n` items to someone who has the given ones, for a visitor or cart without a customer. The given
    /// items are left out, and one given twice counts once. Otherwise as [`Ease::recommend_for_customer_with`].
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_for_items_with<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let find = |item: T| self.items.find("item", item.into()).map(ItemIx::new);
        let mut items: Vec<ItemIx> = items.into_iter().map(find).collect::<Result<_, _>>()?;
        items.sort_unstable();
        items.dedup();
        self.explained(&items, n, options)
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let all = (AllowedItems::ALL, f64::NEG_INFINITY);
        let best = |sums: &mut Vec<f64>, customers: Range<usize>| {
            customers.map(|customer| self.best(owned.rows.row(customer), n, &all, sums)).collect()
        };
        Ok(AllRecommendations::fill(owned.customers.len(), n, 1, || vec![0.0; self.items.len()], best)?)
    }

    /// The best candidates of a history without repetitions, whatever their scores.
    pub(in crate::linear) fn best_of(&self, history: &[ItemIx], n: usize) -> Vec<Scored> {
        let all = (AllowedItems::ALL, f64::NEG_INFINITY);
        self.scratch.with(|| vec![0.0; self.items.len()], |sums| self.best(history, n, &all, sums))
    }

    fn explained(
        &self,
        history: &[ItemIx],
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let wanted = (options.filter().resolve(&self.items)?, options.least()?);
        let found =
            self.scratch.with(|| vec![0.0; self.items.len()], |sums| self.best(history, n, &wanted, sums));
        let recommendation = |scored: Scored| Recommendation {
            item: self.items.get(scored.item.as_usize()).to_id(),
            score: scored.score,
            reason: self.reason(history, scored.item),
        };
        Ok(found.into_iter().map(recommendation).collect())
    }

    /// The best candidates of a history without repetitions, none of them in it: those allowed, of the least score at
    /// least. `sums` is zero for each item, before and after.
    fn best(
        &self,
        history: &[ItemIx],
        n: usize,
        (allowed, least): &(AllowedItems, f64),
        sums: &mut [f64],
    ) -> Vec<Scored> {
        if history.is_empty() || n == 0 {
            return Vec::new();
        }
        self.weights.add_to(history, sums);
        // Filtered before the selection: an owned item takes nobody's place.
        history.iter().for_each(|item| sums[item.as_usize()] = f64::NAN);
        let mut top = TopK::new(n.min(self.items.len()));
        let may_be_absent = matches!(self.weights, Weights::Sparse { .. });
        for (item, sum) in sums.iter_mut().enumerate() {
            let (item, sum) = (ItemIx::new(item), std::mem::take(sum));
            // NaN is not at least anything; without a weight that leads to an item its sum is 0.
            if sum >= *least && !(may_be_absent && sum == 0.0) && allowed.allows(item) {
                top.push(self.scored(item, sum));
            }
        }
        top.drain_sorted().collect()
    }

    /// Which item of a history adds most to another's score; ties to the smaller id.
    fn reason(&self, history: &[ItemIx], to: ItemIx) -> Reason {
        let (mut best, mut positive) = ((f64::NEG_INFINITY, history[0]), 0.0);
        for &from in history {
            let weight = f64::from(self.weights.get(from, to));
            positive += weight.max(0.0);
            if weight > best.0 {
                best = (weight, from);
            }
        }
        let (weight, from) = best;
        let share = if positive > 0.0 { weight / positive } else { 0.0 };
        Reason::Contribution { from: self.items.get(from.as_usize()).to_id(), weight, share }
    }
}
