//! How the model is asked.

use serde::{Deserialize, Serialize};

use crate::data::{Id, Vocabulary};
use crate::error::{IdError, ParamError};
use crate::index::ItemIx;
use crate::rank::ItemFilter;

/// How a question is answered: nothing excluded, no least score, what one owns left out, unless told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecommendOptions {
    filter: ItemFilter,
    min_score: Option<f64>,
    dislikes: Vec<Id>,
    returned_weight: f64,
    keep_owned: bool,
}

impl RecommendOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these items may be answered; `None` for all. Ids that the model does not know are passed over.
    #[must_use]
    pub fn only<T: Into<Id>>(mut self, items: Option<impl IntoIterator<Item = T>>) -> Self {
        self.filter = self.filter.only(items);
        self
    }

    /// These items are never answered, and others take their places. Ids that the model does not know are passed over.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.filter = self.filter.exclude(items);
        self
    }

    /// Only items of at least this score; `None` for all.
    #[must_use]
    pub fn min_score(mut self, min_score: Option<f64>) -> Self {
        self.min_score = min_score;
        self
    }

    /// Items that one dislikes: they are never answered, and what resembles them loses as much as it would win, were they
    /// liked. Ids that the model does not know are passed over.
    #[must_use]
    pub fn dislikes<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.dislikes = items.into_iter().map(Into::into).collect();
        self
    }

    /// How much what resembles an item that the customer returned loses: from 0, nothing, the default, to 1, as much as
    /// it would win, were the item owned.
    #[must_use]
    pub fn returned_weight(mut self, weight: f64) -> Self {
        self.returned_weight = weight;
        self
    }

    /// Whether owned items, or those given, may be answered too: for shops where one buys the same again.
    #[must_use]
    pub fn keep_owned(mut self, keep: bool) -> Self {
        self.keep_owned = keep;
        self
    }

    pub(super) fn filter(&self) -> &ItemFilter {
        &self.filter
    }

    /// The disliked items that are among those of a model.
    pub(super) fn known_disliked(&self, items: &Vocabulary) -> Result<Vec<ItemIx>, IdError> {
        let known = self.dislikes.iter().filter_map(|id| items.look_up("item", id.as_ref()).transpose());
        known.map(|position| position.map(ItemIx::new)).collect()
    }

    pub(super) fn of_returned(&self) -> f64 {
        self.returned_weight
    }

    pub(super) fn keeps_owned(&self) -> bool {
        self.keep_owned
    }

    /// The least score, minus infinity for all.
    pub(super) fn least(&self) -> Result<f64, ParamError> {
        let least = self.min_score.unwrap_or(f64::NEG_INFINITY);
        if least.is_nan() {
            return Err(ParamError::OutOfRange { name: "min_score", value: least, allowed: "a number" });
        }
        let value = self.returned_weight;
        if !(0.0..=1.0).contains(&value) {
            return Err(ParamError::OutOfRange { name: "returned_weight", value, allowed: "from 0 to 1" });
        }
        Ok(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        assert_eq!(RecommendOptions::new().least(), Ok(f64::NEG_INFINITY));
        for (options, name) in [
            (RecommendOptions::new().min_score(Some(f64::NAN)), "min_score"),
            (RecommendOptions::new().returned_weight(1.5), "returned_weight"),
            (RecommendOptions::new().returned_weight(f64::NAN), "returned_weight"),
        ] {
            assert!(options.least().unwrap_err().to_string().starts_with(name));
        }
    }
}
