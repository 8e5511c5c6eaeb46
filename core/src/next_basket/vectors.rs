//! The vector of a customer: decayed frequency of the items over groups of baskets.

use crate::index::ItemIx;
use crate::next_basket::NextBasketParams;

/// An item of a vector with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry<I> {
    pub(super) at: I,
    pub(super) weight: f64,
}

/// The weight of each of a customer's `n` baskets, the earliest first.
///
/// Groups of `m` baskets are counted back from the last one, so the earliest group may have fewer. A basket `a` baskets before
/// the last of its group weighs `r_b^a`, divided by the size of the group, times `r_g^g` for a group `g` groups before the
/// last, divided by the number of groups: equations 1 and 2 of Hu et al. (2020).
pub(super) fn basket_weights(n: usize, params: &NextBasketParams) -> Vec<f64> {
    let most = params.group_size.unwrap_or(n.max(1));
    let groups = n.div_ceil(most);
    let weight = |before_last: usize| {
        let (group, age) = (before_last / most, before_last % most);
        let size = most.min(n - group * most);
        power(params.within_decay, age) * power(params.group_decay, group) / (real(size) * real(groups))
    };
    (0..n).rev().map(weight).collect()
}

/// The vector of a customer with these baskets, the earliest first; items strictly rising.
///
/// Sorts the entries of the baskets; weights of an item are summed from the earliest basket to the last.
pub(super) fn vector<'a>(
    baskets: impl ExactSizeIterator<Item = &'a [ItemIx]>,
    params: &NextBasketParams,
) -> Vec<Entry<ItemIx>> {
    let weights = basket_weights(baskets.len(), params);
    let weighed = baskets.zip(weights);
    let mut entries: Vec<Entry<ItemIx>> =
        weighed.flat_map(|(basket, weight)| basket.iter().map(move |&at| Entry { at, weight })).collect();
    entries.sort_by_key(|entry| entry.at);
    let sum =
        |run: &[Entry<ItemIx>]| Entry { at: run[0].at, weight: run.iter().map(|entry| entry.weight).sum() };
    entries.chunk_by(|a, b| a.at == b.at).map(sum).collect()
}

/// A whole power: the same on every machine.
pub(super) fn power(base: f64, exponent: usize) -> f64 {
    let (mut base, mut exponent, mut power) = (base, exponent, 1.0);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power *= base;
        }
        base *= base;
        exponent >>= 1;
    }
    power
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn real(count: usize) -> f64 {
    count as f64
}
