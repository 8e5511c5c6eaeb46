//! Which rules to make and how many.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::fraction::Fraction;
use crate::itemset::{DEFAULT_MAX_BYTES, DEFAULT_MAX_SETS, FrequentItemsets, FrequentItemsetsParams};
use crate::params::{Params, at_least};

/// How many items a rule may conclude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequent {
    /// One item: what a recommendation needs.
    #[default]
    Single,
    /// One item or more: every split of an itemset.
    Any,
}

impl Consequent {
    /// Reads `single` or `any`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "single" => Ok(Self::Single),
            "any" => Ok(Self::Any),
            _ => Err(ParamError::UnknownChoice {
                name: "consequent",
                value: word.to_owned(),
                allowed: "single, any",
            }),
        }
    }
}

/// The parameters of [`AssociationRules`](super::AssociationRules); made by
/// [`AssociationRules::params`](super::AssociationRules::params), which names the defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssociationRulesParams {
    min_support: f64,
    min_confidence: f64,
    consequent: Consequent,
    max_len: Option<usize>,
    max_itemsets: usize,
    max_rules: usize,
    max_bytes: usize,
}

impl AssociationRulesParams {
    pub(super) fn new(min_support: f64) -> Self {
        Self {
            min_support,
            min_confidence: 0.5,
            consequent: Consequent::Single,
            max_len: None,
            max_itemsets: DEFAULT_MAX_SETS,
            max_rules: DEFAULT_MAX_SETS,
            max_bytes: DEFAULT_MAX_BYTES,
        }
    }

    /// The smallest confidence of a rule, from 0 to 1; the decimal is meant exactly.
    #[must_use]
    pub fn min_confidence(mut self, min_confidence: f64) -> Self {
        self.min_confidence = min_confidence;
        self
    }

    /// How many items a rule may conclude.
    #[must_use]
    pub fn consequent(mut self, consequent: Consequent) -> Self {
        self.consequent = consequent;
        self
    }

    /// The greatest number of items of a rule, antecedent and consequent together, at least 2; `None` for no limit.
    #[must_use]
    pub fn max_len(mut self, max_len: Option<usize>) -> Self {
        self.max_len = max_len;
        self
    }

    /// The greatest number of frequent itemsets, at least 1.
    #[must_use]
    pub fn max_itemsets(mut self, max_itemsets: usize) -> Self {
        self.max_itemsets = max_itemsets;
        self
    }

    /// The greatest number of rules, at least 1. What is left out beyond it is told by
    /// [`AssociationRules::partial`](super::AssociationRules::partial).
    #[must_use]
    pub fn max_rules(mut self, max_rules: usize) -> Self {
        self.max_rules = max_rules;
        self
    }

    /// The greatest number of bytes, at least 1, for the itemsets while they are mined, and as many for the rules.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The parameters of the itemsets that the rules are made from.
    pub(super) fn itemsets(&self) -> FrequentItemsetsParams {
        FrequentItemsets::params(self.min_support)
            .max_len(self.max_len)
            .max_itemsets(self.max_itemsets)
            .max_bytes(self.max_bytes)
    }

    /// The smallest confidence, exactly.
    pub(super) fn confidence(&self) -> Result<Fraction, ParamError> {
        let value = self.min_confidence;
        Fraction::from_f64(value).ok_or(ParamError::MinConfidence { value })
    }

    /// The greatest number of items in a consequent.
    pub(super) fn longest_consequent(&self) -> usize {
        match self.consequent {
            Consequent::Single => 1,
            Consequent::Any => usize::MAX,
        }
    }

    /// The limits of rules and bytes.
    pub(super) fn limits(&self) -> (usize, usize) {
        (self.max_rules, self.max_bytes)
    }
}

impl Params for AssociationRulesParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("max_len", self.max_len.unwrap_or(usize::MAX), 2)?;
        self.itemsets().validate()?;
        self.confidence()?;
        at_least("max_rules", self.max_rules, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_checked_by_name() {
        let params = AssociationRulesParams::new(0.1);
        assert_eq!(params.validate(), Ok(()));
        assert_eq!(params.clone().min_confidence(0.0).validate(), Ok(()));
        assert_eq!(params.clone().min_confidence(1.0).validate(), Ok(()));
        for (params, name) in [
            (AssociationRulesParams::new(0.0), "min_support"),
            (params.clone().min_confidence(1.1), "min_confidence"),
            (params.clone().min_confidence(-0.1), "min_confidence"),
            (params.clone().min_confidence(f64::NAN), "min_confidence"),
            (params.clone().max_len(Some(1)), "max_len"),
            (params.clone().max_itemsets(0), "max_itemsets"),
            (params.clone().max_rules(0), "max_rules"),
            (params.clone().max_bytes(0), "max_bytes"),
        ] {
            let message = params.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }

    #[test]
    fn words_for_the_consequent_are_read() {
        assert_eq!(Consequent::parse("single"), Ok(Consequent::default()));
        assert_eq!(Consequent::parse("any"), Ok(Consequent::Any));
        assert!(Consequent::parse("both").is_err());
    }

    #[test]
    fn parameters_survive_json() {
        let params = AssociationRulesParams::new(207.0).consequent(Consequent::Any);
        let json = serde_json::to_string(&params).unwrap();
        assert!(json.contains("\"any\""), "{json}");
        assert_eq!(serde_json::from_str::<AssociationRulesParams>(&json).unwrap(), params);
    }
}
