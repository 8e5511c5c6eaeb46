//! The model: the rules with their counts, in columns.

use super::columns::{Baskets, RuleColumns};
use super::contingency::{Contingency, whole_baskets};
use super::index::RuleIndex;
use super::params::AssociationRulesParams;
use super::score::Serving;
use crate::data::{Hierarchy, Names, Vocabulary};
use crate::index::ItemIx;
use crate::itemset::Partial;
use crate::rank::ScratchPool;

/// Every rule of sufficient support and confidence, or of these the ones asked for.
///
/// Rules are ordered by the measure of [`rank_by`](AssociationRulesParams::rank_by), falling lift unless told, then by
/// falling count, then falling confidence, then by the items of the antecedent and of the consequent; the items of each
/// rise. Where the measure is undefined a rule comes last. Antecedents are never empty. The result is the same for any
/// order of the baskets and any number of threads.
///
/// Of items and the categories above them ([`Level::Mixed`](crate::data::Level::Mixed)) no rule holds one and what stands
/// above it, nor two categories of which one has all items of the other ([`Hierarchy::implied`]): what follows from the
/// catalogue alone is no rule.
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
    pub(super) hierarchy: Option<Hierarchy>,
    pub(super) baskets: Baskets,
    pub(super) columns: RuleColumns,
    pub(super) partial: Option<Partial>,
    /// Made from the columns.
    index: RuleIndex,
    scratch: ScratchPool<Serving>,
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
    /// decimal says), from 1 a whole number of baskets. So 1.0 is a count: one basket, not all of them. A count above the
    /// number of baskets is allowed, and nothing is found; the `notes` of the parameters tell.
    ///
    /// Defaults: `min_confidence` 0.5, `consequent` single, `max_len` none, anything in `antecedent_items` and
    /// `consequent_items`, `max_p_value` none with `correction` bonferroni, `drop_redundant` false, `min_improvement` none,
    /// `rank_by` lift, `top_k` none, `half_life_days` none with `as_of` that of the latest basket, `min_customers` 1,
    /// `max_itemsets` and `max_rules` 10 million, `max_bytes` 2 GiB, `max_seconds` none.
    #[must_use]
    pub fn params(min_support: f64) -> AssociationRulesParams {
        AssociationRulesParams::new(min_support)
    }

    /// From columns in the order of the model.
    pub(super) fn from_columns(
        params: AssociationRulesParams,
        (items, hierarchy): (Vocabulary, Option<Hierarchy>),
        baskets: Baskets,
        columns: RuleColumns,
        partial: Option<Partial>,
    ) -> Self {
        let names = Names { items: &items, hierarchy: hierarchy.as_ref(), depth: None };
        let index = RuleIndex::new(items.len(), &columns.antecedents, &columns.consequents, |item| {
            !names.is_category(item)
        });
        Self { params, items, hierarchy, baskets, columns, partial, index, scratch: ScratchPool::default() }
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
            contingency: self.columns.contingency(position, self.baskets),
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

    /// What stands above what among the items, where they are of baskets with categories among them. Then
    /// [`AssociationRules::items`] are strings all, and [`Hierarchy::item_id`] knows what each is called outside.
    #[must_use]
    pub fn hierarchy(&self) -> Option<&Hierarchy> {
        self.hierarchy.as_ref()
    }

    /// What the items are called outside.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            items: &self.items,
            hierarchy: self.hierarchy.as_ref(),
            depth: self.params.view().level.depth(),
        }
    }

    /// The number of baskets that the rules were made from; of weighted ones what they weigh together, in whole baskets to
    /// the nearest.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        whole_baskets(self.baskets.n, self.baskets.unit)
    }

    /// Why rules are missing, where a budget ended the computation; `None` when every rule is there. Where both the
    /// itemsets and the rules met a limit, it is that of the itemsets.
    #[must_use]
    pub fn partial(&self) -> Option<Partial> {
        self.partial
    }

    pub(super) fn index(&self) -> &RuleIndex {
        &self.index
    }

    pub(super) fn scratch(&self) -> &ScratchPool<Serving> {
        &self.scratch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;

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
