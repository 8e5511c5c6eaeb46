//! The model: the rules with their counts, in columns.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::contingency::Contingency;
use super::index::RuleIndex;
use super::induce::{RuleColumns, induce};
use super::measure::Measure;
use super::params::AssociationRulesParams;
use crate::data::{Baskets, Column, OrderLog, Table, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::itemset::{Partial, id_lists};
use crate::params::{Checked, Params};

/// Every rule of sufficient support and confidence.
///
/// Rules are ordered by falling lift, then falling count, then falling confidence, then by the items of the antecedent
/// and of the consequent; the items of each rise. Antecedents are never empty. The result is the same for any order of
/// the baskets and any number of threads.
///
/// Time: that of [`FrequentItemsets`](crate::itemset::FrequentItemsets), and one look-up for each split tried: the length
/// of an itemset for single consequents, at most `2^length` for any.
///
/// Reference: Agrawal, Imielinski and Swami 1993, doi 10.1145/170035.170072.
///
/// ```
/// use kosar::Fit;
/// use kosar::data::Baskets;
/// use kosar::rule::{AssociationRules, Measure};
///
/// let baskets = Baskets::from_ids([vec!["bread", "butter"], vec!["bread", "butter"], vec!["bread"], vec!["tea"]])?;
/// let rules = AssociationRules::params(2.0).min_confidence(0.8).fit(&baskets)?;
/// assert_eq!(rules.len(), 1);
/// let rule = rules.rule(0);
/// assert_eq!(rules.items().get(rule.antecedent[0].as_usize()), "butter".into());
/// assert_eq!(Measure::Confidence.of(&rule.contingency), 1.0);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AssociationRules {
    pub(super) params: AssociationRulesParams,
    pub(super) items: Vocabulary,
    pub(super) n_baskets: u64,
    pub(super) columns: RuleColumns,
    pub(super) partial: Option<Partial>,
    /// Made from the columns.
    index: RuleIndex,
}

/// A rule, borrowed from its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleRef<'a> {
    /// The items that a basket must hold, rising; at least one.
    pub antecedent: &'a [ItemIx],
    /// The items that it then tends to hold too, rising; at least one, none of the antecedent.
    pub consequent: &'a [ItemIx],
    /// The counts behind the rule.
    pub contingency: Contingency,
}

impl AssociationRules {
    /// Begins with the minimum support: below 1 a share of the baskets (0.01 is one in a hundred, exactly, as the
    /// decimal says), from 1 a whole number of baskets.
    ///
    /// Defaults: `min_confidence` 0.5, `consequent` single, `max_len` none, `max_itemsets` and `max_rules` 10 million,
    /// `max_bytes` 2 GiB.
    #[must_use]
    pub fn params(min_support: f64) -> AssociationRulesParams {
        AssociationRulesParams::new(min_support)
    }

    /// From columns in the order of the model.
    pub(super) fn from_columns(
        params: AssociationRulesParams,
        items: Vocabulary,
        n_baskets: u64,
        columns: RuleColumns,
        partial: Option<Partial>,
    ) -> Self {
        let index = RuleIndex::new(items.len(), &columns.antecedents, &columns.consequents);
        Self { params, items, n_baskets, columns, partial, index }
    }

    /// The number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rule at a position below [`AssociationRules::len`].
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn rule(&self, position: usize) -> RuleRef<'_> {
        RuleRef {
            antecedent: self.columns.antecedents.row(position),
            consequent: self.columns.consequents.row(position),
            contingency: contingency(&self.columns, position, self.n_baskets),
        }
    }

    /// The rules in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RuleRef<'_>> {
        (0..self.len()).map(|position| self.rule(position))
    }

    /// What the items are called, those in no rule among them.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The number of baskets that the rules were made from.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        self.n_baskets
    }

    /// Why rules are missing, where a budget ended the computation; `None` when every rule is there. Where both the
    /// itemsets and the rules met a limit, it is that of the itemsets.
    #[must_use]
    pub fn partial(&self) -> Option<Partial> {
        self.partial
    }

    /// The rules as a table: `antecedent`, `consequent` (id lists), `antecedent_support`, `consequent_support`, `count`,
    /// and a column for each [`Measure`], by its name.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns = &self.columns;
        let measured = |value: &dyn Fn(&Contingency) -> f64| {
            Column::Floats(self.iter().map(|rule| value(&rule.contingency)).collect())
        };
        let table = Table::new()
            .with("antecedent", id_lists(&self.items, &columns.antecedents))
            .with("consequent", id_lists(&self.items, &columns.consequents))
            .with("antecedent_support", measured(&|counts| share(counts.n_a(), counts.n())))
            .with("consequent_support", measured(&|counts| share(counts.n_b(), counts.n())))
            .with("count", Column::Ints(columns.n_ab.iter().map(|&count| i64::from(count)).collect()));
        Measure::ALL
            .into_iter()
            .fold(table, |table, measure| table.with(measure.name(), measured(&|counts| measure.of(counts))))
    }

    pub(super) fn index(&self) -> &RuleIndex {
        &self.index
    }
}

impl Fit<Baskets> for Checked<AssociationRulesParams> {
    type Model = AssociationRules;

    /// Makes the rules of baskets; none at all where there are no baskets.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled), and [`IntakeError::TooMany`](crate::IntakeError::TooMany) beyond
    /// `u32` baskets.
    fn fit_with(&self, baskets: &Baskets, control: &Control) -> Result<AssociationRules> {
        let itemsets = self.itemsets().check()?.fit_with(baskets, control)?;
        let (columns, partial) = induce(&itemsets, self, control)?;
        let n_baskets = itemsets.n_baskets();
        let columns = sorted(&columns, n_baskets);
        let partial = itemsets.partial().or(partial);
        let (params, items) = (self.clone().into_inner(), baskets.items().clone());
        Ok(AssociationRules::from_columns(params, items, n_baskets, columns, partial))
    }
}

impl Fit<OrderLog> for Checked<AssociationRulesParams> {
    type Model = AssociationRules;

    /// Makes the rules of a log's baskets.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without items; as for [`Baskets`] otherwise.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<AssociationRules> {
        self.fit_with(&log.baskets()?, control)
    }
}

fn contingency(columns: &RuleColumns, rule: usize, n: u64) -> Contingency {
    let [n_a, n_b, n_ab] = [&columns.n_a, &columns.n_b, &columns.n_ab].map(|counts| u64::from(counts[rule]));
    Contingency::new(n, n_a, n_b, n_ab).expect("the counts are of the same baskets")
}

/// What orders rules before their items do: lift, count, confidence.
type Rank = (f64, u32, f64);

fn rank(columns: &RuleColumns, rule: usize, n_baskets: u64) -> Rank {
    let counts = contingency(columns, rule, n_baskets);
    (Measure::Lift.of(&counts), columns.n_ab[rule], Measure::Confidence.of(&counts))
}

/// The order of the model.
fn order(columns: &RuleColumns, (a, a_rule): (Rank, usize), (b, b_rule): (Rank, usize)) -> Ordering {
    let items = |rule: usize| (columns.antecedents.row(rule), columns.consequents.row(rule));
    b.0.total_cmp(&a.0)
        .then(b.1.cmp(&a.1))
        .then(b.2.total_cmp(&a.2))
        .then_with(|| items(a_rule).cmp(&items(b_rule)))
}

/// The rules in the order of the model.
fn sorted(columns: &RuleColumns, n_baskets: u64) -> RuleColumns {
    let mut keys: Vec<(Rank, usize)> =
        (0..columns.len()).map(|rule| (rank(columns, rule, n_baskets), rule)).collect();
    keys.par_sort_unstable_by(|&a, &b| order(columns, a, b));
    let mut sorted = RuleColumns::default();
    sorted.extend(columns, keys.iter().map(|key| key.1));
    sorted
}

/// Whether the rules are in the order of the model, each once.
pub(super) fn is_sorted(columns: &RuleColumns, n_baskets: u64) -> bool {
    let key = |rule: usize| (rank(columns, rule, n_baskets), rule);
    (1..columns.len()).all(|rule| order(columns, key(rule - 1), key(rule)) == Ordering::Less)
}

#[allow(clippy::cast_precision_loss, reason = "baskets are numbered by u32")]
fn share(count: u64, n: u64) -> f64 {
    count as f64 / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Cell, Id, IdRef};

    #[test]
    fn the_table_tells_a_rule_and_all_its_measures() {
        let baskets = Baskets::from_ids([vec!["a", "b"], vec!["a", "b"], vec!["a"], vec!["c"]]).unwrap();
        let table = AssociationRules::params(2.0).min_confidence(0.9).fit(&baskets).unwrap().table();
        assert_eq!(table.len(), 1);
        assert_eq!(table.ids("antecedent", 0), [Id::from("b")]);
        let cells: Vec<_> = table.row(0).skip(1).collect();
        let float = |name, value| (name, Cell::Float(value));
        assert_eq!(cells[0], ("consequent", Cell::Ids(vec![IdRef::Str("a")])));
        assert_eq!(
            cells[1..4],
            [float("antecedent_support", 0.5), float("consequent_support", 0.75), ("count", Cell::Int(2))]
        );
        let expected = [0.5, 1.0, 4.0 / 3.0, 0.125, f64::INFINITY, 0.5, 2.0 / 3.0, 1.0, 5.0 / 6.0, 1.0];
        for ((measure, value), cell) in Measure::ALL.into_iter().zip(expected).zip(&cells[4..]) {
            assert_eq!(cell, &float(measure.name(), value));
        }
    }

    #[test]
    fn rules_are_ordered_by_lift_then_count_then_confidence_then_items() {
        let baskets =
            Baskets::from_ids([vec![1, 2], vec![1, 2], vec![3, 4], vec![3, 4], vec![3], vec![5, 6]]).unwrap();
        let rules = AssociationRules::params(1.0).fit(&baskets).unwrap();
        let named: Vec<(u32, u32)> = rules
            .iter()
            .map(|rule| (rule.antecedent[0].as_u32() + 1, rule.consequent[0].as_u32() + 1))
            .collect();
        assert_eq!(named, [(5, 6), (6, 5), (1, 2), (2, 1), (4, 3), (3, 4)]);
    }
}
