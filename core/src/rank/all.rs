//! Recommendations for all customers, in one array.

use rayon::prelude::*;

use crate::error::{ParamError, Result};
use crate::index::ItemIx;

/// The largest number of slots of [`AllRecommendations`], 16 bytes each.
const MAX_SLOTS: usize = 1 << 28;

/// Recommendations for all customers: row-major arrays of shape (`n_customers`, `n`).
#[derive(Debug, Clone, PartialEq)]
pub struct AllRecommendations {
    n: usize,
    items: Vec<Option<ItemIx>>,
    scores: Vec<f64>,
}

impl AllRecommendations {
    /// Asks `best` for each customer, in parallel: at most `n` items with their scores, best first. `scratch` makes the
    /// working memory of a thread.
    pub(crate) fn compute<S, I: IntoIterator<Item = (ItemIx, f64)>>(
        n_customers: usize,
        n: usize,
        scratch: impl Fn() -> S + Sync + Send,
        best: impl Fn(&mut S, usize) -> I + Sync + Send,
    ) -> Result<Self> {
        let max = MAX_SLOTS / n_customers.max(1);
        if n > max {
            return Err(ParamError::TooLarge { name: "n", value: n as u64, max: max as u64 }.into());
        }
        let mut items = vec![None; n_customers * n];
        let mut scores = vec![f64::NAN; n_customers * n];
        if n > 0 {
            let slots = items.par_chunks_mut(n).zip(scores.par_chunks_mut(n)).enumerate();
            slots.for_each_init(scratch, |scratch, (customer, (items, scores))| {
                for (slot, (item, score)) in best(scratch, customer).into_iter().take(n).enumerate() {
                    (items[slot], scores[slot]) = (Some(item), score);
                }
            });
        }
        Ok(Self { n, items, scores })
    }

    /// The number of slots of each customer.
    #[must_use]
    pub fn n(&self) -> usize {
        self.n
    }

    /// The item of each slot, customer after customer, best first; `None` where nothing more was left to recommend.
    #[must_use]
    pub fn items(&self) -> &[Option<ItemIx>] {
        &self.items
    }

    /// The score of each slot; NaN where it is empty.
    #[must_use]
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }
}
