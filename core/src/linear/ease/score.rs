//! Recommendations: the weights of what a customer owns, added up.

use crate::data::{IdRef, Owned, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::linear::ask::{Linear, Wanted};
use crate::linear::{Ease, RecommendOptions};
use crate::rank::{AllRecommendations, Recommendation, Scored, ScratchPool, TopK};

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
    /// [`IdError`](crate::IdError) for an unknown customer, one of the other type, or a model without histories;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_for_customer_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        self.for_customer(customer.into(), n, options)
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
    /// [`IdError`](crate::IdError) for an unknown item or one of the other type;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_for_items_with<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        self.for_items(items, n, options)
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`](crate::IdError::NoHistories) for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        self.for_all(n, &RecommendOptions::new())
    }

    /// As [`Ease::recommend_all`], of the items that the options allow.
    ///
    /// # Errors
    /// As [`Ease::recommend_all`]; [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the filter of the other type;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_all_with(&self, n: usize, options: &RecommendOptions) -> Result<AllRecommendations> {
        self.for_all(n, options)
    }
}

impl Linear for Ease {
    type Scratch = Vec<f64>;

    fn item_ids(&self) -> &Vocabulary {
        &self.items
    }

    fn owned(&self) -> Option<&Owned> {
        self.owned.as_ref()
    }

    fn scratch(&self) -> &ScratchPool<Self::Scratch> {
        &self.scratch
    }

    fn new_scratch(&self) -> Self::Scratch {
        vec![0.0; self.items.len()]
    }

    /// `sums` is zero for each item, before and after.
    fn best(
        &self,
        history: &[ItemIx],
        n: usize,
        (allowed, least): &Wanted,
        sums: &mut Vec<f64>,
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

    fn weights<'m>(&'m self, to: ItemIx) -> impl Fn(ItemIx) -> f64 + 'm {
        move |from| f64::from(self.weights.get(from, to))
    }
}
