//! How a linear model is asked.

use serde::{Deserialize, Serialize};

use crate::data::Id;
use crate::error::ParamError;
use crate::rank::ItemFilter;

/// How a question is answered: nothing excluded and no least score, unless told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecommendOptions {
    filter: ItemFilter,
    min_score: Option<f64>,
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

    pub(super) fn filter(&self) -> &ItemFilter {
        &self.filter
    }

    /// The least score, minus infinity for all.
    pub(super) fn least(&self) -> Result<f64, ParamError> {
        match self.min_score {
            Some(value) if value.is_nan() => {
                Err(ParamError::OutOfRange { name: "min_score", value, allowed: "a number" })
            }
            least => Ok(least.unwrap_or(f64::NEG_INFINITY)),
        }
    }
}
