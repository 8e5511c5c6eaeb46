//! How probably an item is bought again: by all customers, and by one.

use crate::index::ItemIx;
use crate::next_basket::NextBasketParams;
use crate::next_basket::vectors::{by_item, power};

/// For each item, over all customers: the baskets after the first one that holds it, and those of them that hold it again.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Repurchases {
    pub(super) exposures: Vec<u64>,
    pub(super) repeats: Vec<u64>,
}

impl Repurchases {
    /// Counts over the baskets of each customer, the earliest first.
    pub(super) fn count<'a>(customers: impl Iterator<Item = Vec<&'a [ItemIx]>>, n_items: usize) -> Self {
        let mut counted = Self { exposures: vec![0; n_items], repeats: vec![0; n_items] };
        // The last customer who was seen with an item, counted from 1.
        let mut seen = vec![0_usize; n_items];
        for (customer, baskets) in (1..).zip(customers) {
            for (after, basket) in (0..baskets.len() as u64).rev().zip(baskets) {
                for at in basket.iter().map(|item| item.as_usize()) {
                    if seen[at] == customer {
                        counted.repeats[at] += 1;
                    } else {
                        seen[at] = customer;
                        counted.exposures[at] += after;
                    }
                }
            }
        }
        counted
    }

    /// The probability of each item, shrunk towards that of all items; above 0 and below 1.
    pub(super) fn probabilities(&self, params: &NextBasketParams) -> Vec<f64> {
        let sum = |counts: &[u64]| counts.iter().copied().map(exact).sum::<f64>();
        let mean = (sum(&self.repeats) + 1.0) / (sum(&self.exposures) + 2.0);
        let prior = params.item_prior;
        let of = |(&repeats, &exposures): (&u64, &u64)| {
            (exact(repeats) + prior * mean) / (exact(exposures) + prior)
        };
        self.repeats.iter().zip(&self.exposures).map(of).collect()
    }
}

/// The probability of each of a customer's items, rising; `general` is that of all customers.
pub(super) fn of_customer(
    occurrences: &[(ItemIx, u32)],
    n_baskets: usize,
    general: &[f64],
    params: &NextBasketParams,
) -> Vec<f64> {
    let prior = params.customer_prior;
    let weight = |basket: usize| power(params.repeat_decay, n_baskets - 1 - basket);
    // What all baskets from one on weigh.
    let mut from = vec![0.0; n_baskets + 1];
    for at in (0..n_baskets).rev() {
        from[at] = weight(at) + from[at + 1];
    }
    let of = |run: &[(ItemIx, u32)]| {
        let (item, first) = run[0];
        let again: f64 = run[1..].iter().map(|&(_, basket)| weight(basket as usize)).sum();
        (again + prior * general[item.as_usize()]) / (from[first as usize + 1] + prior)
    };
    by_item(occurrences).map(of).collect()
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn exact(count: u64) -> f64 {
    count as f64
}
