//! The vector of a customer: decayed frequency of the items over groups of baskets.

use crate::index::ItemIx;
use crate::next_basket::NextBasketParams;

/// An item of a vector, or a customer of an item's list, with the weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry<I> {
    pub(super) at: I,
    pub(super) weight: f32,
}

/// Which basket of a customer, counted from 0, holds which item; by item, then by basket.
pub(super) fn occurrences(baskets: &[&[ItemIx]]) -> Vec<(ItemIx, u32)> {
    let of = |(at, basket): (u32, &&[ItemIx])| basket.iter().map(move |&item| (item, at)).collect::<Vec<_>>();
    let mut found: Vec<(ItemIx, u32)> = (0..).zip(baskets).flat_map(of).collect();
    found.sort_unstable();
    found
}

/// The occurrences of each item in turn, of what [`occurrences`] gives.
pub(super) fn by_item(occurrences: &[(ItemIx, u32)]) -> impl Iterator<Item = &[(ItemIx, u32)]> {
    occurrences.chunk_by(|a, b| a.0 == b.0)
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

/// The vector of a customer with `n_baskets`; items strictly rising. Weights of an item are summed in double precision from
/// the earliest basket to the last, then kept in single precision.
pub(super) fn vector(
    occurrences: &[(ItemIx, u32)],
    n_baskets: usize,
    params: &NextBasketParams,
) -> Vec<Entry<ItemIx>> {
    let weights = basket_weights(n_baskets, params);
    #[allow(clippy::cast_possible_truncation, reason = "the nearest single-precision number is wanted")]
    let weight = |run: &[(ItemIx, u32)]| run.iter().map(|&(_, at)| weights[at as usize]).sum::<f64>() as f32;
    by_item(occurrences).map(|run| Entry { at: run[0].0, weight: weight(run) }).collect()
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
