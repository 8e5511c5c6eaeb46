//! How many frequent itemsets there are, without holding any of them.

use super::budget::Partial;
use super::choose::{Mined, count};
use super::params::FrequentItemsetsParams;
use crate::data::Baskets;
use crate::error::Result;
use crate::fit::Control;
use crate::params::{Checked, Params};

/// The number of frequent itemsets, by length: what a minimum support would bring, at a fraction of the time and in no
/// memory to speak of.
///
/// ```
/// use kosar::data::Baskets;
/// use kosar::itemset::FrequentItemsets;
///
/// let baskets = Baskets::from_ids([vec![1, 2, 3], vec![1, 2], vec![1]])?;
/// let counts = FrequentItemsets::params(2.0).count(&baskets)?;
/// assert_eq!((counts.total(), counts.by_length()), (3, &[2, 1][..]));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemsetCounts {
    by_length: Vec<u64>,
    partial: Option<Partial>,
}

impl ItemsetCounts {
    /// The number of itemsets; `u64::MAX` where there are more than that.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_length.iter().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// The number of itemsets of one item, of two, and so on up to the longest.
    #[must_use]
    pub fn by_length(&self) -> &[u64] {
        &self.by_length
    }

    /// Why itemsets are missing, where a limit of time or memory ended the search; `None` when every one was counted.
    #[must_use]
    pub fn partial(&self) -> Option<Partial> {
        self.partial
    }
}

impl FrequentItemsetsParams {
    /// Counts the itemsets that fitting would find; `max_itemsets` does not apply, as none is held (only with `top_k`, the
    /// first of them).
    ///
    /// # Errors
    /// As for fitting.
    pub fn count(&self, baskets: &Baskets) -> Result<ItemsetCounts> {
        self.clone().check()?.count_with(baskets, &Control::new())
    }
}

impl Checked<FrequentItemsetsParams> {
    /// Counts the itemsets that fitting would find, looking at `control` between steps.
    ///
    /// # Errors
    /// As for fitting.
    pub fn count_with(&self, baskets: &Baskets, control: &Control) -> Result<ItemsetCounts> {
        let Mined { sets, partial, .. } = count(baskets, self, control)?;
        Ok(ItemsetCounts { by_length: sets.into_iter().skip(1).collect(), partial })
    }
}
