//! What a next basket may hold.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::rank::ItemFilter;

/// Whether the customer bought an item before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Novelty {
    /// Bought before.
    Repeat,
    /// New to the customer.
    Explore,
}

impl Novelty {
    /// Reads `repeat` or `explore`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "repeat" => Ok(Self::Repeat),
            "explore" => Ok(Self::Explore),
            _ => Err(ParamError::UnknownChoice {
                name: "novelty",
                value: word.to_owned(),
                allowed: "repeat, explore",
            }),
        }
    }
}

/// Which items a basket may hold. By default all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NextBasketOptions {
    pub(super) novelty: Option<Novelty>,
    pub(super) filter: ItemFilter,
}

impl NextBasketOptions {
    /// Every item.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only what the customer bought before, or only what is new; `None` for both.
    #[must_use]
    pub fn novelty(mut self, novelty: Option<Novelty>) -> Self {
        self.novelty = novelty;
        self
    }

    /// Items to choose from and to leave out, such as those in stock.
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }
}
