//! Parameters of [`Ease`](crate::linear::Ease).

use serde::{Deserialize, Serialize};

use crate::data::Unit;
use crate::error::ParamError;
use crate::linear::Ease;
use crate::params::{Params, at_least};

/// Which items of the log a model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemChoice {
    /// All of them; more than `max_items` are refused.
    All,
    /// The `max_items` that most customers (or orders) have; the others are unknown to the model.
    Top,
}

impl ItemChoice {
    /// Reads `all` or `top`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "all" => Ok(Self::All),
            "top" => Ok(Self::Top),
            _ => {
                Err(ParamError::UnknownChoice { name: "items", value: word.to_owned(), allowed: "all, top" })
            }
        }
    }
}

/// How strongly weights are held down, what counts, and how much is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EaseParams {
    pub(super) l2: f64,
    pub(super) neighbors: Option<usize>,
    pub(super) unit: Unit,
    pub(super) max_history: Option<usize>,
    pub(super) max_items: usize,
    pub(super) items: ItemChoice,
}

impl Ease {
    /// Parameters with their defaults: `l2` 200, all weights kept, counted by customer, the latest 1,000 items of each, at
    /// most 20,000 items (3 GiB).
    #[must_use]
    pub fn params() -> EaseParams {
        EaseParams {
            l2: 200.0,
            neighbors: None,
            unit: Unit::Customer,
            max_history: Some(1000),
            max_items: 20_000,
            items: ItemChoice::All,
        }
    }
}

impl EaseParams {
    /// What is added to the diagonal, above 0: the more, the smaller the weights. It is counted in customers; some
    /// hundreds are usual, and the best value is found by trying.
    #[must_use]
    pub fn l2(mut self, l2: f64) -> Self {
        self.l2 = l2;
        self
    }

    /// How many weights that lead to each item are kept, those of the greatest absolute value; at least 1, or `None` for
    /// all. It makes the model small and requests quick; fitting takes half the memory.
    #[must_use]
    pub fn neighbors(mut self, neighbors: Option<usize>) -> Self {
        self.neighbors = neighbors;
        self
    }

    /// What two items must share to be counted together.
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// How many distinct items of a customer count, the latest kept and ties broken by id; at least 1, or `None` for all.
    /// Of a matrix all count, as nothing tells which are the latest.
    #[must_use]
    pub fn max_history(mut self, max_history: Option<usize>) -> Self {
        self.max_history = max_history;
        self
    }

    /// The largest number of items, at least 1. Fitting takes 8 bytes for each pair of items, and time by the cube.
    #[must_use]
    pub fn max_items(mut self, max_items: usize) -> Self {
        self.max_items = max_items;
        self
    }

    /// What happens to a catalogue of more than `max_items` items: it is refused, or cut to the most popular.
    #[must_use]
    pub fn items(mut self, items: ItemChoice) -> Self {
        self.items = items;
        self
    }
}

impl Params for EaseParams {
    fn validate(&self) -> Result<(), ParamError> {
        if !(self.l2 > 0.0 && self.l2.is_finite()) {
            return Err(ParamError::OutOfRange { name: "l2", value: self.l2, allowed: "above 0 and finite" });
        }
        at_least("neighbors", self.neighbors.unwrap_or(1), 1)?;
        at_least("max_history", self.max_history.unwrap_or(1), 1)?;
        at_least("max_items", self.max_items, 1)
    }
}
