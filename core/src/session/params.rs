//! Parameters of [`SessionKnn`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::session::SessionKnn;

/// The greatest weight of a kind, and how many neighbours and last items there may be: sums stay within 64 bits.
pub(super) const MAX_KIND_WEIGHT: f64 = 100.0;
const MAX_NEIGHBORS: usize = 1 << 16;
const MAX_LAST_ITEMS: usize = 100;

/// The greatest exponent of an inverse document frequency.
const MAX_POWER: f64 = 8.0;

/// How much less an item of the session counts, d clicks (those of known items) before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decay {
    /// All count the same.
    None,
    /// 1 - d / 10, at least 0: that of VMIS-kNN.
    Linear,
    /// 1 / (1 + d).
    Harmonic,
    /// 1 / (1 + d)^2.
    InverseSquare,
}

impl Decay {
    /// Reads `none`, `linear`, `harmonic` or `inverse_square`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "none" => Ok(Self::None),
            "linear" => Ok(Self::Linear),
            "harmonic" => Ok(Self::Harmonic),
            "inverse_square" => Ok(Self::InverseSquare),
            _ => Err(ParamError::UnknownChoice {
                name: "decay",
                value: word.to_owned(),
                allowed: "none, linear, harmonic, inverse_square",
            }),
        }
    }

    /// What a click counts that is `back` clicks before the last; from 0 to 1.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "sessions are short")]
    pub fn weight(self, back: usize) -> f64 {
        let back = back as f64;
        match self {
            Self::None => 1.0,
            Self::Linear => (1.0 - back / 10.0).max(0.0),
            Self::Harmonic => 1.0 / (1.0 + back),
            Self::InverseSquare => 1.0 / ((1.0 + back) * (1.0 + back)),
        }
    }
}

/// How neighbours are found, and what their items count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionKnnParams {
    pub(super) sessions_per_item: usize,
    pub(super) neighbors: usize,
    pub(super) last_items: usize,
    pub(super) decay: Decay,
    pub(super) match_idf: f64,
    pub(super) item_idf: f64,
    pub(super) forward: f64,
    pub(super) backward: f64,
    pub(super) half_life_days: Option<f64>,
    pub(super) last_item_weight: f64,
    pub(super) kind_weights: Vec<f64>,
    pub(super) min_sessions: usize,
}

impl SessionKnn {
    /// Parameters with their defaults, which were chosen on validation parts of two shops' clicks.
    #[must_use]
    pub fn params() -> SessionKnnParams {
        SessionKnnParams {
            sessions_per_item: 500,
            neighbors: 200,
            last_items: 9,
            decay: Decay::Harmonic,
            match_idf: 2.0,
            item_idf: 1.0,
            forward: 0.8,
            backward: 0.75,
            half_life_days: Some(30.0),
            last_item_weight: 0.0,
            kind_weights: Vec::new(),
            min_sessions: 1,
        }
    }
}

impl SessionKnnParams {
    /// How many of its most recent sessions are kept for each item, and how many of the most recent sessions with any item
    /// of the ongoing one are compared with it: m of the paper. At least 1; default 500.
    #[must_use]
    pub fn sessions_per_item(mut self, sessions_per_item: usize) -> Self {
        self.sessions_per_item = sessions_per_item;
        self
    }

    /// How many of the most similar sessions are neighbours: k of the paper. From 1 to 65,536; default 200.
    #[must_use]
    pub fn neighbors(mut self, neighbors: usize) -> Self {
        self.neighbors = neighbors;
        self
    }

    /// How many distinct known items of the session count, the last ones. From 1 to 100; default 9.
    #[must_use]
    pub fn last_items(mut self, last_items: usize) -> Self {
        self.last_items = last_items;
        self
    }

    /// How much less earlier clicks of the session count. Default: [`Decay::Harmonic`].
    #[must_use]
    pub fn decay(mut self, decay: Decay) -> Self {
        self.decay = decay;
        self
    }

    /// The power of its inverse document frequency by which an item in common counts, from 0 (all the same, as in VMIS-kNN) to
    /// 8; default 2.
    #[must_use]
    pub fn match_idf(mut self, match_idf: f64) -> Self {
        self.match_idf = match_idf;
        self
    }

    /// The power of 1 + its inverse document frequency by which the score of an item is multiplied, from 0 to 8; default 1.
    #[must_use]
    pub fn item_idf(mut self, item_idf: f64) -> Self {
        self.item_idf = item_idf;
        self
    }

    /// What each further step after the item in common counts of the step before, from 0 to 1; default 0.8.
    #[must_use]
    pub fn forward(mut self, forward: f64) -> Self {
        self.forward = forward;
        self
    }

    /// What each step before the item in common counts of the one behind it, from 0 to 1; default 0.75.
    #[must_use]
    pub fn backward(mut self, backward: f64) -> Self {
        self.backward = backward;
        self
    }

    /// In how many days a neighbour loses half of its weight, above 0; `None` for no decay. Default 30.
    #[must_use]
    pub fn half_life_days(mut self, half_life_days: Option<f64>) -> Self {
        self.half_life_days = half_life_days;
        self
    }

    /// By what the score of the last item of the session itself is multiplied, from 0 (it is never answered, the default) to
    /// 1 (as any other). Earlier items of the session may be answered in any case; a filter leaves them out.
    #[must_use]
    pub fn last_item_weight(mut self, last_item_weight: f64) -> Self {
        self.last_item_weight = last_item_weight;
        self
    }

    /// What a click of each kind counts, by the code of the kind, each from 0 to 100; a kind beyond the list counts 1. It
    /// counts in the ongoing session and in its neighbours; of several clicks on an item in a neighbour the weightiest does.
    /// A click of weight 0 is as if it had not been. Default: all count 1.
    #[must_use]
    pub fn kind_weights(mut self, kind_weights: impl IntoIterator<Item = f64>) -> Self {
        self.kind_weights = kind_weights.into_iter().collect();
        self
    }

    /// An item that fewer neighbours hold is not answered. At least 1; default 1.
    #[must_use]
    pub fn min_sessions(mut self, min_sessions: usize) -> Self {
        self.min_sessions = min_sessions;
        self
    }
}

/// What a click of a kind counts.
pub(super) fn kind_weight(weights: &[f64], kind: u8) -> f64 {
    weights.get(usize::from(kind)).copied().unwrap_or(1.0)
}

pub(super) fn check_kind_weights(weights: &[f64]) -> Result<(), ParamError> {
    weights.iter().try_for_each(|&weight| within("kind_weights", weight, MAX_KIND_WEIGHT, "from 0 to 100"))
}

fn within(name: &'static str, value: f64, max: f64, allowed: &'static str) -> Result<(), ParamError> {
    let is_within = (0.0..=max).contains(&value);
    if is_within { Ok(()) } else { Err(ParamError::OutOfRange { name, value, allowed }) }
}

fn at_most(name: &'static str, value: usize, max: usize) -> Result<(), ParamError> {
    if value <= max {
        return Ok(());
    }
    Err(ParamError::TooLarge { name, value: value as u64, max: max as u64 })
}

impl Params for SessionKnnParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("sessions_per_item", self.sessions_per_item, 1)?;
        at_least("neighbors", self.neighbors, 1)?;
        at_most("neighbors", self.neighbors, MAX_NEIGHBORS)?;
        at_least("last_items", self.last_items, 1)?;
        at_most("last_items", self.last_items, MAX_LAST_ITEMS)?;
        within("match_idf", self.match_idf, MAX_POWER, "from 0 to 8")?;
        within("item_idf", self.item_idf, MAX_POWER, "from 0 to 8")?;
        within("forward", self.forward, 1.0, "from 0 to 1")?;
        within("backward", self.backward, 1.0, "from 0 to 1")?;
        within("last_item_weight", self.last_item_weight, 1.0, "from 0 to 1")?;
        check_kind_weights(&self.kind_weights)?;
        at_least("min_sessions", self.min_sessions, 1)?;
        match self.half_life_days {
            Some(value) if !(value > 0.0 && value.is_finite()) => {
                Err(ParamError::OutOfRange { name: "half_life_days", value, allowed: "above 0 and finite" })
            }
            _ => Ok(()),
        }
    }
}
