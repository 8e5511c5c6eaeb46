//! What to look for and how much of it.

use serde::{Deserialize, Serialize};

use super::min_support::MinSupport;
use super::{DEFAULT_MAX_BYTES, DEFAULT_MAX_SETS};
use crate::error::ParamError;
use crate::params::{Params, at_least};

/// The parameters of [`FrequentItemsets`](super::FrequentItemsets); made by
/// [`FrequentItemsets::params`](super::FrequentItemsets::params), which names the defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequentItemsetsParams {
    min_support: f64,
    max_len: Option<usize>,
    max_itemsets: usize,
    max_bytes: usize,
}

impl FrequentItemsetsParams {
    pub(crate) fn new(min_support: f64) -> Self {
        Self { min_support, max_len: None, max_itemsets: DEFAULT_MAX_SETS, max_bytes: DEFAULT_MAX_BYTES }
    }

    /// The greatest number of items in a set, at least 1; `None` for no limit.
    #[must_use]
    pub fn max_len(mut self, max_len: Option<usize>) -> Self {
        self.max_len = max_len;
        self
    }

    /// The greatest number of itemsets, at least 1. What is left out beyond it is told by
    /// [`FrequentItemsets::partial`](super::FrequentItemsets::partial).
    #[must_use]
    pub fn max_itemsets(mut self, max_itemsets: usize) -> Self {
        self.max_itemsets = max_itemsets;
        self
    }

    /// The greatest number of bytes, at least 1, that the itemsets and the scratch of one search may take while they
    /// are found and sorted. The baskets are not counted in.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The smallest count that is frequent among `n_baskets`.
    pub(super) fn min_count(&self, n_baskets: u64) -> Result<u64, ParamError> {
        Ok(MinSupport::from_f64(self.min_support)?.min_count(n_baskets))
    }

    /// The greatest number of items in a set.
    pub(super) fn longest(&self) -> usize {
        self.max_len.unwrap_or(usize::MAX)
    }

    /// The limits of itemsets and bytes.
    pub(super) fn limits(&self) -> (usize, usize) {
        (self.max_itemsets, self.max_bytes)
    }
}

impl Params for FrequentItemsetsParams {
    fn validate(&self) -> Result<(), ParamError> {
        MinSupport::from_f64(self.min_support)?;
        at_least("max_len", self.longest(), 1)?;
        at_least("max_itemsets", self.max_itemsets, 1)?;
        at_least("max_bytes", self.max_bytes, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_checked_by_name() {
        let params = FrequentItemsetsParams::new(0.1);
        assert_eq!(params.validate(), Ok(()));
        for (params, name) in [
            (FrequentItemsetsParams::new(2.5), "min_support"),
            (params.clone().max_len(Some(0)), "max_len"),
            (params.clone().max_itemsets(0), "max_itemsets"),
            (params.clone().max_bytes(0), "max_bytes"),
        ] {
            let message = params.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }

    #[test]
    fn parameters_survive_json() {
        let params = FrequentItemsetsParams::new(0.1).max_len(Some(3));
        let json = serde_json::to_string(&params).unwrap();
        assert_eq!(serde_json::from_str::<FrequentItemsetsParams>(&json).unwrap(), params);
        let unknown = json.replace("max_len", "maxlen");
        assert!(serde_json::from_str::<FrequentItemsetsParams>(&unknown).is_err());
    }
}
