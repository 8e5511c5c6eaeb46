//! From a cart to the rules that may apply.

use crate::data::Rows;
use crate::index::ItemIx;

/// For each item the rules that are looked at when it is in a cart.
///
/// A rule stands under one item of its antecedent, the one in the fewest antecedents, so that a cart meets each rule
/// once at most and common items lead to few that then fail. Only rules with one item in the consequent are in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RuleIndex {
    rules: Rows<u32>,
}

impl RuleIndex {
    /// Linear in the items of all rules.
    pub(super) fn new(n_items: usize, antecedents: &Rows<ItemIx>, consequents: &Rows<ItemIx>) -> Self {
        let mut uses = vec![0_u32; n_items];
        for item in antecedents.values() {
            uses[item.as_usize()] = uses[item.as_usize()].saturating_add(1);
        }
        let rarest =
            |antecedent: &[ItemIx]| antecedent.iter().copied().min_by_key(|item| uses[item.as_usize()]);
        let keys: Rows<ItemIx> = antecedents
            .iter()
            .zip(consequents.iter())
            .map(|(antecedent, consequent)| rarest(antecedent).filter(|_| consequent.len() == 1))
            .collect();
        let number = |rule: usize| u32::try_from(rule).expect("rules are bounded to u32 when they are made");
        Self { rules: keys.transpose(n_items, ItemIx::as_usize, number) }
    }

    /// The rules under an item, rising.
    pub(super) fn under(&self, item: ItemIx) -> &[u32] {
        self.rules.row(item.as_usize())
    }
}
