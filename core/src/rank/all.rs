//! Recommendations for all customers at once.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::ParamError;
use crate::index::ItemIx;
use crate::rank::Scored;

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
    /// Fills the slots, in parallel over blocks of `block` customers: `best` gives the lists of a block's customers, each
    /// of at most `n`, best first. `new` makes working memory.
    pub(crate) fn fill<S>(
        n_customers: usize,
        n: usize,
        block: usize,
        new: impl Fn() -> S + Sync + Send,
        best: impl Fn(&mut S, Range<usize>) -> Vec<Vec<Scored>> + Sync + Send,
    ) -> Result<Self, ParamError> {
        let max = MAX_SLOTS / n_customers.max(1);
        if n > max {
            return Err(ParamError::TooLarge { name: "n", value: n as u64, max: max as u64 });
        }
        let mut items = vec![None; n_customers * n];
        let mut scores = vec![f64::NAN; n_customers * n];
        if n > 0 {
            let slots = items.par_chunks_mut(n * block).zip(scores.par_chunks_mut(n * block)).enumerate();
            slots.with_max_len(1).for_each_init(new, |scratch, (number, (items, scores))| {
                let first = number * block;
                let lists = best(scratch, first..first + items.len() / n);
                let rows = items.chunks_mut(n).zip(scores.chunks_mut(n));
                for (list, (items, scores)) in lists.into_iter().zip(rows) {
                    for (slot, scored) in list.into_iter().enumerate() {
                        items[slot] = Some(scored.item);
                        scores[slot] = scored.score;
                    }
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
