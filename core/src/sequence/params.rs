//! Parameters of [`TemporalRules`](super::TemporalRules).

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::fraction::Fraction;
use crate::itemset::{DEFAULT_MAX_SETS, MinSupport};
use crate::params::{Params, at_least, deadline, seconds};
use crate::time::MICROS_PER_DAY;

/// The greatest window: a hundred years.
const MAX_DAYS: f64 = 36_525.0;

/// What orders the answers of [`TemporalRules::next_by`](super::TemporalRules::next_by).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TemporalMeasure {
    /// How many of the customers go on to it: what will most likely be bought.
    #[default]
    Confidence,
    /// How much more they do than customers at large buy it: what goes with the item in particular.
    Lift,
}

impl TemporalMeasure {
    /// Reads `confidence` or `lift`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "confidence" => Ok(Self::Confidence),
            "lift" => Ok(Self::Lift),
            _ => Err(ParamError::UnknownChoice {
                name: "measure",
                value: word.to_owned(),
                allowed: "confidence, lift",
            }),
        }
    }
}

/// The parameters of [`TemporalRules`](super::TemporalRules); made by
/// [`TemporalRules::params`](super::TemporalRules::params), which names the defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemporalRulesParams {
    within_days: f64,
    min_support: f64,
    min_confidence: f64,
    top_k: Option<usize>,
    repeats: bool,
    full_window: bool,
    #[serde(default = "default_max_rules")]
    max_rules: usize,
    #[serde(default)]
    max_seconds: Option<f64>,
}

/// That of files written before there was a limit.
fn default_max_rules() -> usize {
    DEFAULT_MAX_SETS
}

impl TemporalRulesParams {
    pub(super) fn new(within_days: f64) -> Self {
        let (min_support, min_confidence) = (5.0, 0.0);
        Self {
            within_days,
            min_support,
            min_confidence,
            top_k: None,
            repeats: false,
            full_window: false,
            max_rules: DEFAULT_MAX_SETS,
            max_seconds: None,
        }
    }

    /// How many customers must bear a rule out: below 1 a share of all that bought anything (0.01 is one in a hundred,
    /// exactly, as the decimal says), from 1 a whole number of them: 1.0 is one customer, not all.
    #[must_use]
    pub fn min_support(mut self, min_support: f64) -> Self {
        self.min_support = min_support;
        self
    }

    /// The smallest confidence of a rule, from 0 to 1; a decimal is meant exactly.
    #[must_use]
    pub fn min_confidence(mut self, min_confidence: f64) -> Self {
        self.min_confidence = min_confidence;
        self
    }

    /// Only so many rules, the first in the order of the model, at least 1; `None` for all.
    #[must_use]
    pub fn top_k(mut self, top_k: Option<usize>) -> Self {
        self.top_k = top_k;
        self
    }

    /// Whether an item may follow itself: what is bought again.
    #[must_use]
    pub fn repeats(mut self, repeats: bool) -> Self {
        self.repeats = repeats;
        self
    }

    /// Whether an item counts as bought first only where the log goes on for the whole window behind it. Without, items
    /// that are new look as though nothing followed them.
    #[must_use]
    pub fn full_window(mut self, full_window: bool) -> Self {
        self.full_window = full_window;
        self
    }

    /// The greatest number of rules, at least 1. What is left out beyond it is told by
    /// [`TemporalRules::partial`](super::TemporalRules::partial).
    #[must_use]
    pub fn max_rules(mut self, max_rules: usize) -> Self {
        self.max_rules = max_rules;
        self
    }

    /// The time, above 0, in seconds, within which the rules are to be there; `None` for no limit. It is looked at between
    /// antecedents, and what it leaves depends on the machine.
    #[must_use]
    pub fn max_seconds(mut self, max_seconds: Option<f64>) -> Self {
        self.max_seconds = max_seconds;
        self
    }

    pub(super) fn rules_limit(&self) -> usize {
        self.max_rules
    }

    /// When a computation that begins now must end.
    pub(super) fn deadline(&self) -> Option<Instant> {
        deadline(self.max_seconds)
    }

    /// The smallest count that is enough among `n` customers.
    pub(super) fn min_count(&self, n: u64) -> Result<u64, ParamError> {
        Ok(MinSupport::from_f64(self.min_support)?.min_count(n))
    }

    pub(super) fn confidence(&self) -> Result<Fraction, ParamError> {
        Fraction::from_f64(self.min_confidence)
            .ok_or(ParamError::MinConfidence { value: self.min_confidence })
    }

    pub(super) fn limit(&self) -> usize {
        self.top_k.unwrap_or(usize::MAX)
    }

    pub(super) fn allows_repeats(&self) -> bool {
        self.repeats
    }

    pub(super) fn wants_full_window(&self) -> bool {
        self.full_window
    }

    /// The window in microseconds, to the nearest.
    pub(super) fn window(&self) -> Result<u64, ParamError> {
        let value = self.within_days;
        let refused =
            ParamError::OutOfRange { name: "within_days", value, allowed: "above 0 and at most 36525" };
        if !(value > 0.0 && value <= MAX_DAYS) {
            return Err(refused);
        }
        match micros(value) {
            0 => Err(refused),
            micros => Ok(micros),
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a window is above 0 and at most a hundred years"
)]
fn micros(days: f64) -> u64 {
    (days * MICROS_PER_DAY as f64).round() as u64
}

impl Params for TemporalRulesParams {
    fn validate(&self) -> Result<(), ParamError> {
        self.window()?;
        MinSupport::from_f64(self.min_support)?;
        self.confidence()?;
        at_least("top_k", self.top_k.unwrap_or(usize::MAX), 1)?;
        at_least("max_rules", self.max_rules, 1)?;
        seconds("max_seconds", self.max_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_checked_by_name() {
        let params = TemporalRulesParams::new(30.0);
        assert_eq!(params.validate(), Ok(()));
        for (params, name) in [
            (TemporalRulesParams::new(0.0), "within_days"),
            (TemporalRulesParams::new(-1.0), "within_days"),
            (TemporalRulesParams::new(f64::NAN), "within_days"),
            (TemporalRulesParams::new(1e-13), "within_days"),
            (TemporalRulesParams::new(36_526.0), "within_days"),
            (params.clone().min_support(0.0), "min_support"),
            (params.clone().min_confidence(1.5), "min_confidence"),
            (params.clone().top_k(Some(0)), "top_k"),
            (params.clone().max_rules(0), "max_rules"),
            (params.clone().max_seconds(Some(0.0)), "max_seconds"),
        ] {
            let message = params.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }

    #[test]
    fn a_window_is_read_to_the_microsecond() {
        for (days, micros) in
            [(1.0, 86_400_000_000), (0.5, 43_200_000_000), (36_525.0, 3_155_760_000_000_000)]
        {
            assert_eq!(TemporalRulesParams::new(days).window(), Ok(micros), "{days}");
        }
    }
}
