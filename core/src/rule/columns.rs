//! Rules in columns.

use super::contingency::Contingency;
use super::general::Confidence;
use crate::data::Rows;
use crate::index::ItemIx;

/// Rules in columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct RuleColumns {
    pub(super) antecedents: Rows<ItemIx>,
    pub(super) consequents: Rows<ItemIx>,
    pub(super) n_a: Vec<u32>,
    pub(super) n_b: Vec<u32>,
    pub(super) n_ab: Vec<u32>,
}

impl RuleColumns {
    pub(super) fn len(&self) -> usize {
        self.n_ab.len()
    }

    pub(super) fn confidence(&self, rule: usize) -> Confidence {
        Confidence { n_ab: self.n_ab[rule], n_a: self.n_a[rule] }
    }

    /// The counts of a rule among `of.n()` baskets.
    #[inline]
    pub(super) fn contingency(&self, rule: usize, of: Baskets) -> Contingency {
        let [n_a, n_b, n_ab] = [&self.n_a, &self.n_b, &self.n_ab].map(|counts| u64::from(counts[rule]));
        of.contingency(n_a, n_b, n_ab)
    }
}

/// How many baskets there are, and how much a whole one counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Baskets {
    pub(super) n: u64,
    pub(super) unit: std::num::NonZeroU32,
}

impl Baskets {
    /// The counts of a rule of these baskets.
    #[inline]
    pub(super) fn contingency(self, n_a: u64, n_b: u64, n_ab: u64) -> Contingency {
        let counts = Contingency::new(self.n, n_a, n_b, n_ab);
        counts.expect("counts are checked when rules are made or read").weighing(self.unit)
    }
}

/// The first items of lists as one number, so that the order of lists is that of numbers as far as these reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heads {
    bits: u32,
    items: u32,
}

impl Heads {
    pub(super) fn new(n_items: usize) -> Self {
        // An item takes its index and one more, as 0 stands for the end.
        let bits = (usize::BITS - n_items.leading_zeros()).clamp(1, 32);
        Self { bits, items: u64::BITS / bits }
    }

    #[inline]
    pub(super) fn of(self, mut items: impl Iterator<Item = ItemIx>) -> u64 {
        let next = |head: u64, item: Option<ItemIx>| {
            head << self.bits | item.map_or(0, |item| u64::from(item.as_u32()) + 1)
        };
        (0..self.items).fold(0, |head, _| next(head, items.next()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_ordered_as_lists_are() {
        for n_items in [1, 2, 7, 8, 1000, 1 << 20, u32::MAX as usize] {
            let heads = Heads::new(n_items);
            let last = n_items - 1;
            let mut lists = [vec![], vec![0], vec![0, last / 2], vec![0, last], vec![last / 2], vec![last]];
            lists.sort();
            let of = |list: &Vec<usize>| heads.of(list.iter().map(|&i| ItemIx::new(i)));
            assert!(lists.windows(2).all(|pair| of(&pair[0]) <= of(&pair[1])), "{n_items}");
            assert!(of(&vec![0]) < of(&vec![last, last]) || n_items == 1);
        }
    }
}
