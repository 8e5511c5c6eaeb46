//! Which rules to make and how many.

use serde::{Deserialize, Serialize};

use super::consequent::Consequent;
use super::correction::Correction;
use super::measure::Measure;
use super::side::{RuleSide, Side};
use crate::data::{BasketView, Level, Names, Unit};
use crate::error::{IdError, ParamError};
use crate::fraction::Fraction;
use crate::itemset::{DEFAULT_MAX_BYTES, DEFAULT_MAX_SETS, FrequentItemsets, FrequentItemsetsParams};
use crate::params::{Params, at_least};
use crate::time::Time;

/// The parameters of [`AssociationRules`](super::AssociationRules); made by
/// [`AssociationRules::params`](super::AssociationRules::params), which names the defaults.
///
/// Rules are made in this order: itemsets of sufficient support (of weighted baskets with `half_life_days`); of their
/// splits those of sufficient confidence that both sides allow, which are the rules tested; of these the significant ones
/// (`max_p_value`); of these the ones that improve on simpler ones (`drop_redundant`, `min_improvement`), each judged
/// against all significant ones; of these the first `top_k` by `rank_by`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssociationRulesParams {
    min_support: f64,
    min_confidence: f64,
    consequent: Consequent,
    max_len: Option<usize>,
    antecedent_items: RuleSide,
    consequent_items: RuleSide,
    max_p_value: Option<f64>,
    correction: Correction,
    drop_redundant: bool,
    min_improvement: Option<f64>,
    rank_by: Measure,
    top_k: Option<usize>,
    half_life_days: Option<f64>,
    as_of: Option<Time>,
    min_customers: usize,
    level: Level,
    unit: Unit,
    max_itemsets: usize,
    max_rules: usize,
    max_bytes: usize,
    max_seconds: Option<f64>,
}

impl AssociationRulesParams {
    pub(super) fn new(min_support: f64) -> Self {
        Self {
            min_support,
            min_confidence: 0.5,
            consequent: Consequent::Single,
            max_len: None,
            antecedent_items: RuleSide::new(),
            consequent_items: RuleSide::new(),
            max_p_value: None,
            correction: Correction::Bonferroni,
            drop_redundant: false,
            min_improvement: None,
            rank_by: Measure::Lift,
            top_k: None,
            half_life_days: None,
            as_of: None,
            min_customers: 1,
            level: Level::Item,
            unit: Unit::Order,
            max_itemsets: DEFAULT_MAX_SETS,
            max_rules: DEFAULT_MAX_SETS,
            max_bytes: DEFAULT_MAX_BYTES,
            max_seconds: None,
        }
    }

    /// The smallest confidence of a rule, from 0 to 1; the decimal is meant exactly.
    #[must_use]
    pub fn min_confidence(mut self, min_confidence: f64) -> Self {
        self.min_confidence = min_confidence;
        self
    }

    /// How many items a rule may conclude: one, or any number. Where `consequent_items` has a `max_len`, both count.
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

    /// What antecedents may hold. Rules that it rules out are not made at all, and limits of either side narrow the search
    /// itself, the more the rarer the items that they name: items that neither side allows are left out of it; no set is
    /// longer than both sides together may be, a side of three allowed items having three at most; and where at most half of
    /// the baskets hold an item of every `only` and `any_of`, these alone are searched, and what is found in them counted in
    /// the others. With `half_life_days` the last of these does not apply.
    #[must_use]
    pub fn antecedent_items(mut self, side: RuleSide) -> Self {
        self.antecedent_items = side;
        self
    }

    /// What consequents may hold.
    #[must_use]
    pub fn consequent_items(mut self, side: RuleSide) -> Self {
        self.consequent_items = side;
        self
    }

    /// Only rules of at most this p, above 0 and at most 1, in Fisher's exact test (see
    /// [`Measure::FisherP`]) under the `correction`; `None` for all.
    #[must_use]
    pub fn max_p_value(mut self, max_p_value: Option<f64>) -> Self {
        self.max_p_value = max_p_value;
        self
    }

    /// How `max_p_value` is corrected for the number of rules tested: those of sufficient support and confidence that
    /// both sides allow. As these are chosen on the same baskets, p is optimistic; see [`Correction`].
    #[must_use]
    pub fn correction(mut self, correction: Correction) -> Self {
        self.correction = correction;
        self
    }

    /// Whether to leave out redundant rules: those for which there is a rule with the same consequent, some but not all
    /// of the antecedent, and at least the confidence. Bayardo, Agrawal and Gunopulos 2000, doi 10.1023/A:1009895914772.
    #[must_use]
    pub fn drop_redundant(mut self, drop_redundant: bool) -> Self {
        self.drop_redundant = drop_redundant;
        self
    }

    /// Only rules whose confidence is by at least this much, from 0 to 1, above that of every rule with the same
    /// consequent and some but not all of the antecedent; the decimal is meant exactly. `None` for all. Bayardo, Agrawal
    /// and Gunopulos 2000, doi 10.1023/A:1009895914772.
    #[must_use]
    pub fn min_improvement(mut self, min_improvement: Option<f64>) -> Self {
        self.min_improvement = min_improvement;
        self
    }

    /// The measure that orders the rules, greatest first; [`Measure::FisherP`] smallest first.
    #[must_use]
    pub fn rank_by(mut self, rank_by: Measure) -> Self {
        self.rank_by = rank_by;
        self
    }

    /// Only so many rules, the first in the order of the model, at least 1; `None` for all.
    ///
    /// Unless rules are compared with each other before, no more than twice as many are held at any time, and as many for
    /// each task; and what the last of the best so far leaves no hope is not looked at. For measures that fall as the
    /// sides of a rule grow more frequent (most; not chi-squared, Fisher's p, hyper-lift and hyper-confidence, imbalance,
    /// J, mutual information, Gini and coverage) that bounds the counts of both sides. For support, count and leverage
    /// frequent sets are searched first, and rarer ones only if there are not yet so many rules.
    #[must_use]
    pub fn top_k(mut self, top_k: Option<usize>) -> Self {
        self.top_k = top_k;
        self
    }

    /// The time, above 0, in days of 24 hours, in which a basket loses half of its weight: one of age t counts as
    /// 2^(-t / half life) of a basket, and supports and all that is computed from them are of weighted baskets. `None` for
    /// baskets that never age. With `unit` customer a customer's whole basket has the age of the latest purchase.
    ///
    /// Weights are whole numbers, to the nearest: of 65536 for a basket without age, or of less where the sum of all would
    /// not fit into 32 bits (see [`Contingency::unit`](super::Contingency::unit)). So a basket whose share of a whole one
    /// is below half of one such part counts nothing: of 65536 that is from 17 half lives on.
    #[must_use]
    pub fn half_life_days(mut self, half_life_days: Option<f64>) -> Self {
        self.half_life_days = half_life_days;
        self
    }

    /// The time at which baskets have their age, with `half_life_days`; `None` for that of the latest basket. Later baskets
    /// weigh nothing.
    #[must_use]
    pub fn as_of(mut self, as_of: Option<Time>) -> Self {
        self.as_of = as_of;
        self
    }

    /// A rule is there only if at least so many distinct customers, at least 1, have a basket with all of its items.
    #[must_use]
    pub fn min_customers(mut self, min_customers: usize) -> Self {
        self.min_customers = min_customers;
        self
    }

    /// What stands in the baskets of a log: items, the categories of a depth in their place, or items and all categories
    /// above them. Other than items needs a catalogue: `params.fit(&params.view().baskets(&log, Some(&catalog))?)`. Has no
    /// effect on [`Baskets`](crate::data::Baskets), which are taken as they are.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Whether the baskets of a log are orders, or all that a customer ever bought. Has no effect on [`Baskets`](crate::data::Baskets).
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Which baskets of a log are asked for.
    #[must_use]
    pub fn view(&self) -> BasketView {
        BasketView { level: self.level, unit: self.unit }
    }

    /// The greatest number of frequent itemsets, at least 1.
    #[must_use]
    pub fn max_itemsets(mut self, max_itemsets: usize) -> Self {
        self.max_itemsets = max_itemsets;
        self
    }

    /// The greatest number of rules held at a time, at least 1; a block of about a million splits is held besides. What is left out beyond it is told by
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

    /// The time, above 0, in seconds, within which the rules are to be there: mining, making, testing, comparing, sorting and
    /// indexing them together; `None` for no limit. The search for itemsets ends after half of it at the latest, so
    /// that some are turned into rules, and rules are made until what is left is needed to finish those there are. A table
    /// of them is made when it is asked for, and takes its own time. Where it ends depends on the machine, so what it
    /// leaves does too.
    #[must_use]
    pub fn max_seconds(mut self, max_seconds: Option<f64>) -> Self {
        self.max_seconds = max_seconds;
        self
    }

    /// The parameters of the itemsets that the rules are made from.
    pub(super) fn itemsets(&self) -> FrequentItemsetsParams {
        let sides = self.antecedent_items.longest().saturating_add(self.longest_consequent());
        let longest = sides.min(self.max_len.unwrap_or(usize::MAX));
        FrequentItemsets::params(self.min_support)
            .max_len((longest < usize::MAX).then_some(longest))
            .min_customers(self.min_customers)
            .max_itemsets(self.max_itemsets)
            .max_bytes(self.max_bytes)
            .max_seconds(self.max_seconds)
    }

    /// The smallest confidence, exactly.
    pub(super) fn confidence(&self) -> Result<Fraction, ParamError> {
        let value = self.min_confidence;
        Fraction::from_f64(value).ok_or(ParamError::MinConfidence { value })
    }

    /// The smallest improvement, exactly.
    pub(super) fn improvement(&self) -> Result<Option<Fraction>, ParamError> {
        let read = |value| {
            let (name, allowed) = ("min_improvement", "from 0 to 1");
            Fraction::from_f64(value).ok_or(ParamError::OutOfRange { name, value, allowed })
        };
        self.min_improvement.map(read).transpose()
    }

    /// What both sides may hold.
    pub(super) fn sides(&self, names: Names<'_>) -> Result<[Side; 2], IdError> {
        let mut consequent = self.consequent_items.resolve(names)?;
        consequent.max_len = self.longest_consequent();
        Ok([self.antecedent_items.resolve(names)?, consequent])
    }

    /// The greatest number of items of a rule.
    pub(super) fn longest(&self) -> usize {
        self.max_len.unwrap_or(usize::MAX)
    }

    /// The limit of p, and how it is corrected.
    pub(super) fn significance(&self) -> Option<(f64, Correction)> {
        self.max_p_value.map(|limit| (limit, self.correction))
    }

    /// Whether redundant rules are left out.
    pub(super) fn is_without_redundant(&self) -> bool {
        self.drop_redundant
    }

    /// Whether rules must improve on simpler ones by some amount.
    pub(super) fn min_improvement_is_set(&self) -> bool {
        self.min_improvement.is_some()
    }

    /// What orders the rules, and how many of the first are wanted.
    pub(super) fn ranking(&self) -> (Measure, Option<usize>) {
        (self.rank_by, self.top_k)
    }

    /// The half life in days, and the time at which baskets have their age.
    pub(super) fn recency(&self) -> Option<(f64, Option<Time>)> {
        self.half_life_days.map(|days| (days, self.as_of))
    }

    /// The greatest number of items in a consequent.
    fn longest_consequent(&self) -> usize {
        match self.consequent {
            Consequent::Single => 1,
            Consequent::Any => self.consequent_items.longest(),
        }
    }

    /// The limits of rules and bytes.
    pub(super) fn limits(&self) -> (usize, usize) {
        (self.max_rules, self.max_bytes)
    }

    /// The limit of time, in seconds.
    pub(super) fn seconds(&self) -> Option<f64> {
        self.max_seconds
    }
}

impl Params for AssociationRulesParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("max_len", self.max_len.unwrap_or(usize::MAX), 2)?;
        let names = ["antecedent_items.only", "antecedent_items.min_len", "antecedent_items.max_len"];
        self.antecedent_items.validate(names)?;
        let names = ["consequent_items.only", "consequent_items.min_len", "consequent_items.max_len"];
        self.consequent_items.validate(names)?;
        if self.consequent == Consequent::Single && self.consequent_items.shortest() > 1 {
            let (name, allowed, with) = ("consequent_items.min_len", "1", "consequent single");
            return Err(ParamError::NotWith { name, allowed, with });
        }
        let shortest = self.antecedent_items.shortest().saturating_add(self.consequent_items.shortest());
        at_least("max_len", self.longest(), shortest)?;
        self.itemsets().validate()?;
        self.confidence()?;
        self.improvement()?;
        match self.max_p_value {
            Some(value) if !(value > 0.0 && value <= 1.0) => {
                let (name, allowed) = ("max_p_value", "above 0 and at most 1");
                return Err(ParamError::OutOfRange { name, value, allowed });
            }
            _ => {}
        }
        match self.half_life_days {
            Some(value) if !(value > 0.0 && value.is_finite()) => {
                let (name, allowed) = ("half_life_days", "above 0 and finite");
                return Err(ParamError::OutOfRange { name, value, allowed });
            }
            _ => {}
        }
        at_least("top_k", self.top_k.unwrap_or(usize::MAX), 1)?;
        at_least("min_customers", self.min_customers, 1)?;
        self.view().validate()?;
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
            (params.clone().max_seconds(Some(0.0)), "max_seconds"),
            (params.clone().max_p_value(Some(0.0)), "max_p_value"),
            (params.clone().max_p_value(Some(1.1)), "max_p_value"),
            (params.clone().max_p_value(Some(f64::NAN)), "max_p_value"),
            (params.clone().min_improvement(Some(-0.1)), "min_improvement"),
            (params.clone().min_improvement(Some(1.5)), "min_improvement"),
            (params.clone().top_k(Some(0)), "top_k"),
            (params.clone().half_life_days(Some(0.0)), "half_life_days"),
            (params.clone().half_life_days(Some(f64::INFINITY)), "half_life_days"),
            (params.clone().min_customers(0), "min_customers"),
            (params.clone().antecedent_items(RuleSide::new().min_len(0)), "antecedent_items.min_len"),
            (params.clone().consequent_items(RuleSide::new().max_len(Some(0))), "consequent_items.max_len"),
            (params.clone().consequent_items(RuleSide::new().only([0; 0])), "consequent_items.only"),
            (params.clone().consequent_items(RuleSide::new().min_len(2)), "consequent_items.min_len"),
            (params.clone().max_len(Some(4)).antecedent_items(RuleSide::new().min_len(4)), "max_len"),
        ] {
            let message = params.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }

    #[test]
    fn parameters_survive_json() {
        let params = AssociationRulesParams::new(207.0)
            .consequent(Consequent::Any)
            .antecedent_items(RuleSide::new().only([7]).max_len(Some(3)))
            .rank_by(Measure::FisherP)
            .correction(Correction::BenjaminiHochberg)
            .as_of(Some(Time::from_micros(5)));
        let json = serde_json::to_string(&params).unwrap();
        for word in ["any", "fisher_p", "benjamini_hochberg"] {
            assert!(json.contains(&format!("\"{word}\"")), "{json}");
        }
        assert_eq!(serde_json::from_str::<AssociationRulesParams>(&json).unwrap(), params);
    }
}
