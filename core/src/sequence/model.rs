//! The model: temporal rules in columns.

use std::cmp::Ordering;

use super::count::Quartiles;
use super::params::{TemporalMeasure, TemporalRulesParams};
use super::partial::TemporalPartial;
use crate::data::{Column, IdRef, Rows, Table, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::rank::{Reason, Recommendation, Scored, TopK};
use crate::time::MICROS_PER_DAY;

/// What customers buy after what, within a number of days.
///
/// An order counts with the distinct items bought in it, an order without a customer not at all. For items A and B:
///
/// - *n* is the number of customers who bought anything, *n(B)* of those who bought B, at any time.
/// - *n(A)* is the number of customers who bought A. With `full_window`, only orders with A count that are at least the
///   window before the log's last order; the customer must have one of these.
/// - *n(AB)* is the number of those who bought B in a later order, strictly later in time and at most `within_days` (to the
///   microsecond, inclusive) after an order with A that counts.
/// - support is n(AB) / n, *confidence* n(AB) / n(A), and *lift* confidence / (n(B) / n).
/// - The *delay* of a customer is the shortest time between such an order with A and such an order with B. Median and
///   quartiles are over the customers of the rule (type 7: halfway between the two in the middle of an even number).
///
/// Lift compares with customers who bought B whenever they did, so it may be below 1 where nothing keeps the two apart; a
/// customer who bought B and then A counts in n(A) and n(B) and not in n(AB).
///
/// Rules are ordered by falling lift, count and confidence, then by antecedent and consequent. The result is the same for
/// any order of the rows and any number of threads.
///
/// Time: for each item and each of its customers, the items of their orders within the windows. Extra space: the orders'
/// items twice, for each thread the delays of one antecedent and three arrays over the items, and the rules, which `top_k`
/// bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct TemporalRules {
    pub(super) params: TemporalRulesParams,
    pub(super) items: Vocabulary,
    pub(super) n_customers: u64,
    pub(super) anonymous_orders: u64,
    /// The customers of each item, and those of it as an antecedent.
    pub(super) buyers: Vec<u32>,
    pub(super) starters: Vec<u32>,
    pub(super) rules: Vec<Rule>,
    pub(super) partial: Option<TemporalPartial>,
    /// The rules of each antecedent, rising; made from the rules.
    by_antecedent: Rows<u32>,
}

/// A rule as it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) antecedent: ItemIx,
    pub(super) consequent: ItemIx,
    pub(super) count: u32,
    pub(super) delays: Quartiles,
}

/// A rule between two items, with the counts and delays behind it; see [`TemporalRules`] for what they mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TemporalRule {
    /// The item bought first.
    pub antecedent: ItemIx,
    /// The item bought later.
    pub consequent: ItemIx,
    /// The number of customers who bought the one and then, in time, the other: at least 1.
    pub count: u64,
    /// The number of customers who bought the antecedent, where it counts.
    pub antecedent_count: u64,
    /// The number of customers who bought the consequent at any time.
    pub consequent_count: u64,
    /// The number of customers who bought anything.
    pub n_customers: u64,
    /// The lower quartile of the delays, in days.
    pub q1_days: f64,
    /// The median of the delays, in days.
    pub median_days: f64,
    /// The upper quartile of the delays, in days.
    pub q3_days: f64,
}

impl TemporalRule {
    /// The share of all customers that bear the rule out, above 0, at most 1.
    #[must_use]
    pub fn support(&self) -> f64 {
        ratio(self.count.into(), self.n_customers.into())
    }

    /// The share of the antecedent's customers that bear the rule out, above 0, at most 1.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        ratio(self.count.into(), self.antecedent_count.into())
    }

    /// Confidence over the share of all customers who bought the consequent, above 0.
    #[must_use]
    pub fn lift(&self) -> f64 {
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        ratio(product(self.count, self.n_customers), product(self.antecedent_count, self.consequent_count))
    }
}

impl TemporalRules {
    /// Begins with the window: the greatest number of days between the two orders, above 0, fractions allowed.
    ///
    /// Defaults: `min_support` 5 customers, `min_confidence` 0, `top_k` none, `repeats` and `full_window` no, `max_rules` 10
    /// million, `max_seconds` none.
    #[must_use]
    pub fn params(within_days: f64) -> TemporalRulesParams {
        TemporalRulesParams::new(within_days)
    }

    /// From rules in the order of the model.
    pub(super) fn from_rules(
        params: TemporalRulesParams,
        items: Vocabulary,
        [n_customers, anonymous_orders]: [u64; 2],
        [buyers, starters]: [Vec<u32>; 2],
        rules: Vec<Rule>,
        partial: Option<TemporalPartial>,
    ) -> Self {
        let antecedents: Rows<ItemIx> = rules.iter().map(|rule| [rule.antecedent]).collect();
        let number = |rule: usize| u32::try_from(rule).expect("rules are bounded to u32 when they are made");
        let by_antecedent = antecedents.transpose(items.len(), ItemIx::as_usize, number);
        Self { params, items, n_customers, anonymous_orders, buyers, starters, rules, partial, by_antecedent }
    }

    /// The number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule at a position below [`TemporalRules::len`].
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn rule(&self, position: usize) -> TemporalRule {
        let rule = self.rules[position];
        let [q1_days, median_days, q3_days] = rule.delays.0.map(days);
        TemporalRule {
            antecedent: rule.antecedent,
            consequent: rule.consequent,
            count: rule.count.into(),
            antecedent_count: self.starters[rule.antecedent.as_usize()].into(),
            consequent_count: self.buyers[rule.consequent.as_usize()].into(),
            n_customers: self.n_customers,
            q1_days,
            median_days,
            q3_days,
        }
    }

    /// The rules in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = TemporalRule> {
        (0..self.len()).map(|position| self.rule(position))
    }

    /// What the items are called, those in no rule among them.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The number of customers who bought anything.
    #[must_use]
    pub fn n_customers(&self) -> u64 {
        self.n_customers
    }

    /// The number of orders that did not count because they have no customer.
    #[must_use]
    pub fn anonymous_orders(&self) -> u64 {
        self.anonymous_orders
    }

    /// Why rules are missing, where a budget ended the computation; `None` when every rule is there.
    #[must_use]
    pub fn partial(&self) -> Option<TemporalPartial> {
        self.partial
    }

    /// The rules as a table: `antecedent`, `consequent` (ids), `count`, `support`, `confidence`, `lift`, `median_days`,
    /// `q1_days`, `q3_days`.
    #[must_use]
    pub fn table(&self) -> Table {
        let ids = |pick: fn(&Rule) -> ItemIx| Column::Ids {
            vocabulary: self.items.clone(),
            positions: self.rules.iter().map(|rule| pick(rule).as_u32()).collect(),
        };
        let floats =
            |value: fn(&TemporalRule) -> f64| Column::Floats(self.iter().map(|rule| value(&rule)).collect());
        Table::new()
            .with("antecedent", ids(|rule| rule.antecedent))
            .with("consequent", ids(|rule| rule.consequent))
            .with("count", Column::Ints(self.rules.iter().map(|rule| rule.count.into()).collect()))
            .with("support", floats(TemporalRule::support))
            .with("confidence", floats(TemporalRule::confidence))
            .with("lift", floats(TemporalRule::lift))
            .with("median_days", floats(|rule| rule.median_days))
            .with("q1_days", floats(|rule| rule.q1_days))
            .with("q3_days", floats(|rule| rule.q3_days))
    }

    /// What is most likely bought next after an item: as [`TemporalRules::next_by`] with the confidence.
    ///
    /// # Errors
    /// As there.
    pub fn next<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        self.next_by(item, n, TemporalMeasure::Confidence)
    }

    /// What is bought next after an item, at most `n`, best first by a measure: its rules' consequents, the item itself
    /// among them only with `repeats`. Ties go to the higher count, then to the smaller id. Fewer than `n` come only where
    /// the item has no more rules. Time: the rules of the item.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an item that nobody bought, or an id of the other type.
    pub fn next_by<'a>(
        &self,
        item: impl Into<IdRef<'a>>,
        n: usize,
        measure: TemporalMeasure,
    ) -> Result<Vec<Recommendation>> {
        let antecedent = self.items.find("item", item.into())?;
        let own = self.by_antecedent.row(antecedent);
        let mut top = TopK::new(n.min(own.len()));
        for (at, &rule) in own.iter().enumerate() {
            let rule = self.rule(rule as usize);
            let score = match measure {
                TemporalMeasure::Confidence => rule.confidence(),
                TemporalMeasure::Lift => rule.lift(),
            };
            top.push((Scored { score, count: rule.count, item: rule.consequent }, at));
        }
        let recommendation = |(scored, at): (Scored, usize)| {
            let rule = self.rule(own[at] as usize);
            Recommendation {
                item: self.items.get(scored.item.as_usize()).to_id(),
                score: scored.score,
                reason: Reason::Sequence {
                    after: self.items.get(antecedent).to_id(),
                    count: rule.count,
                    confidence: rule.confidence(),
                    median_days: rule.median_days,
                },
            }
        };
        Ok(top.drain_sorted().map(recommendation).collect())
    }
}

/// A rule with what orders it; the greatest comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    /// Count over the product of the customers of both items: lift but for a factor that all rules share.
    lift: (u64, u64),
    confidence: (u64, u64),
    pub(super) rule: Rule,
}

impl Ranked {
    pub(super) fn new(rule: Rule, n_a: u32, n_b: u32) -> Self {
        let count = u64::from(rule.count);
        Self { lift: (count, u64::from(n_a) * u64::from(n_b)), confidence: (count, n_a.into()), rule }
    }
}

/// Compares two fractions exactly.
fn compare(a: (u64, u64), b: (u64, u64)) -> Ordering {
    (u128::from(a.0) * u128::from(b.1)).cmp(&(u128::from(b.0) * u128::from(a.1)))
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let items = |ranked: &Self| (ranked.rule.antecedent, ranked.rule.consequent);
        compare(self.lift, other.lift)
            .then(self.rule.count.cmp(&other.rule.count))
            .then_with(|| compare(self.confidence, other.confidence))
            .then_with(|| items(other).cmp(&items(self)))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

#[allow(clippy::cast_precision_loss, reason = "a measure is a double")]
fn ratio(part: u128, whole: u128) -> f64 {
    part as f64 / whole as f64
}

/// Days of quarters of a microsecond.
#[allow(clippy::cast_precision_loss, reason = "a delay is a double")]
fn days(quarters: u64) -> f64 {
    quarters as f64 / (4 * MICROS_PER_DAY) as f64
}
