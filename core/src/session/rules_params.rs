//! Parameters of [`SequentialRules`].

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::session::SequentialRules;
use crate::session::params::check_kind_weights;

/// The greatest number of steps between two clicks of a pair.
const MAX_STEPS: usize = 100;

/// What a pair of clicks counts by the number of steps from one to the other, 1 for neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepWeight {
    /// 1, however many.
    Same,
    /// 1 / steps.
    Inverse,
    /// 1 / steps^2.
    InverseSquare,
}

impl StepWeight {
    /// Reads `same`, `inverse` or `inverse_square`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "same" => Ok(Self::Same),
            "inverse" => Ok(Self::Inverse),
            "inverse_square" => Ok(Self::InverseSquare),
            _ => Err(ParamError::UnknownChoice {
                name: "step_weight",
                value: word.to_owned(),
                allowed: "same, inverse, inverse_square",
            }),
        }
    }

    /// What a pair counts with this many steps, from 1; from 0 to 1.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "steps are few")]
    pub fn weight(self, steps: usize) -> f64 {
        let steps = steps as f64;
        match self {
            Self::Same => 1.0,
            Self::Inverse => 1.0 / steps,
            Self::InverseSquare => 1.0 / (steps * steps),
        }
    }
}

/// Which pairs of clicks are counted, and what each counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequentialRulesParams {
    pub(super) step_weight: StepWeight,
    pub(super) max_steps: usize,
    pub(super) both_ways: bool,
    pub(super) repeats: bool,
    pub(super) kind_weights: Vec<f64>,
    pub(super) min_sessions: usize,
}

impl SequentialRules {
    /// Parameters of sequential rules: what follows within ten steps, by 1 / steps.
    #[must_use]
    pub fn params() -> SequentialRulesParams {
        SequentialRulesParams {
            step_weight: StepWeight::Inverse,
            max_steps: 10,
            both_ways: false,
            repeats: false,
            kind_weights: Vec::new(),
            min_sessions: 1,
        }
    }

    /// Parameters of association rules between two items of a session: before or after, however far (up to a hundred steps).
    #[must_use]
    pub fn association() -> SequentialRulesParams {
        Self::params().step_weight(StepWeight::Same).max_steps(MAX_STEPS).both_ways(true)
    }
}

impl SequentialRulesParams {
    /// What a pair counts by its steps. Default: [`StepWeight::Inverse`].
    #[must_use]
    pub fn step_weight(mut self, step_weight: StepWeight) -> Self {
        self.step_weight = step_weight;
        self
    }

    /// The greatest number of steps from one click of a pair to the other, from 1 to 100; default 10.
    #[must_use]
    pub fn max_steps(mut self, max_steps: usize) -> Self {
        self.max_steps = max_steps;
        self
    }

    /// Whether an item that comes before counts as one that comes after does. Default: no.
    #[must_use]
    pub fn both_ways(mut self, both_ways: bool) -> Self {
        self.both_ways = both_ways;
        self
    }

    /// Whether an item may follow itself. Default: no.
    #[must_use]
    pub fn repeats(mut self, repeats: bool) -> Self {
        self.repeats = repeats;
        self
    }

    /// What a click of each kind counts, by the code of the kind, each from 0 to 100; a kind beyond the list counts 1. A pair
    /// counts by the click on the item that is recommended. A click of weight 0 is as if it had not been, in the sessions that
    /// are counted. Default: all count 1.
    #[must_use]
    pub fn kind_weights(mut self, kind_weights: impl IntoIterator<Item = f64>) -> Self {
        self.kind_weights = kind_weights.into_iter().collect();
        self
    }

    /// A rule that fewer sessions bear out is not answered. At least 1; default 1.
    #[must_use]
    pub fn min_sessions(mut self, min_sessions: usize) -> Self {
        self.min_sessions = min_sessions;
        self
    }
}

impl Params for SequentialRulesParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("max_steps", self.max_steps, 1)?;
        if self.max_steps > MAX_STEPS {
            let (value, max) = (self.max_steps as u64, MAX_STEPS as u64);
            return Err(ParamError::TooLarge { name: "max_steps", value, max });
        }
        check_kind_weights(&self.kind_weights)?;
        at_least("min_sessions", self.min_sessions, 1)
    }
}
