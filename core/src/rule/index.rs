//! From a cart to the rules that may apply.

use crate::data::Rows;
use crate::index::ItemIx;

/// For each item the rules that are looked at when it is in a cart.
///
/// A rule stands under one item of its antecedent, the one in the fewest antecedents, so that a cart meets each rule
/// once at most and common items lead to few that then fail. Beside it stands a signature of its antecedent, which
/// turns most of those away at one glance. Only rules with one item in the consequent, and that one
/// to be recommended, are in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RuleIndex {
    rules: Rows<u32>,
    /// In the order of the values of `rules`.
    signatures: Vec<u64>,
}

impl RuleIndex {
    /// Linear in the items of all rules.
    pub(super) fn new(
        n_items: usize,
        antecedents: &Rows<ItemIx>,
        consequents: &Rows<ItemIx>,
        is_recommended: impl Fn(ItemIx) -> bool,
    ) -> Self {
        let mut uses = vec![0_u32; n_items];
        for item in antecedents.values() {
            uses[item.as_usize()] = uses[item.as_usize()].saturating_add(1);
        }
        let rarest =
            |antecedent: &[ItemIx]| antecedent.iter().copied().min_by_key(|item| uses[item.as_usize()]);
        let keys: Rows<ItemIx> = antecedents
            .iter()
            .zip(consequents.iter())
            .map(|(antecedent, consequent)| {
                rarest(antecedent).filter(|_| matches!(consequent, &[item] if is_recommended(item)))
            })
            .collect();
        let number = |rule: usize| u32::try_from(rule).expect("rules are bounded to u32 when they are made");
        let rules = keys.transpose(n_items, ItemIx::as_usize, number);
        let signatures =
            rules.values().iter().map(|&rule| signature(antecedents.row(rule as usize))).collect();
        Self { rules, signatures }
    }

    /// The rules whose antecedent may be in a cart of distinct items: all that are, and few that are not.
    pub(super) fn candidates(&self, cart: &[ItemIx]) -> impl Iterator<Item = usize> {
        let absent = !signature(cart);
        cart.iter().flat_map(move |item| {
            let under = self.rules.offsets()[item.as_usize()]..self.rules.offsets()[item.as_usize() + 1];
            let rules = self.rules.values()[under.clone()].iter().zip(&self.signatures[under]);
            rules.filter(move |&(_, signature)| signature & absent == 0).map(|(&rule, _)| rule as usize)
        })
    }
}

/// A bit for each item, shared by items: what is missing here is missing there.
fn signature(items: &[ItemIx]) -> u64 {
    // Multiplicative hashing spreads neighbouring items over the 64 bits.
    let bit = |item: &ItemIx| item.as_u32().wrapping_mul(0x9e37_79b9) >> 26;
    items.iter().fold(0, |bits, item| bits | 1 << bit(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cart_meets_each_rule_once() {
        let rows = |rows: &[&[usize]]| rows.iter().map(|row| row.iter().map(|&i| ItemIx::new(i))).collect();
        let antecedents: Rows<ItemIx> = rows(&[&[0], &[0, 1], &[0, 2], &[1, 2], &[0]]);
        let consequents: Rows<ItemIx> = rows(&[&[3], &[3], &[1], &[3], &[1, 3]]);
        let index = RuleIndex::new(4, &antecedents, &consequents, |_| true);
        let met = |cart: &[usize]| {
            let cart: Vec<ItemIx> = cart.iter().map(|&i| ItemIx::new(i)).collect();
            let mut met: Vec<usize> = index.candidates(&cart).collect();
            met.sort_unstable();
            met
        };
        assert_eq!(met(&[0, 1, 2]), [0, 1, 2, 3]);
        assert_eq!(met(&[0]), [0]);
        assert_eq!(met(&[0, 1]), [0, 1]);
        assert_eq!(met(&[]), [0; 0]);
    }
}
