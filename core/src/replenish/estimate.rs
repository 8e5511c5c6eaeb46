//! What the histories say of intervals: of all, of categories, of items.

use rayon::prelude::*;

use crate::credibility::{Estimate, between, pooled, real, shrunk};
use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::replenish::histories::{Histories, Purchase};
use crate::replenish::interval::{Interval, Own, Unseen, intervals, ln_quantity};
use crate::replenish::rebuy::Rebuy;
use crate::replenish::shrink::{Level, by_category};

/// Items looked at by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 64;

/// The least variance within: a spread of a thousandth.
const MIN_WITHIN: f64 = 1e-6;

/// The variance within where there is nothing to estimate it from: a single interval, or intervals of items that have one
/// each and are equal in everything.
const UNKNOWN_WITHIN: f64 = 1.0;

/// Everything that answers are computed from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Estimates {
    pub(super) shape: Shape,
    pub(super) rebuy: Rebuy,
}

/// How long intervals are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    /// By how much a larger quantity lasts longer, from 0 to 1.
    pub(super) beta: f64,
    /// The variance of a logarithm around the mean of its customer and item.
    pub(super) within: f64,
    /// That of these means around the item's.
    pub(super) between_customers: f64,
    /// Of each item.
    pub(super) items: Vec<Level>,
    pub(super) unseen: Unseen,
}

impl Shape {
    /// The interval after a purchase by a customer of whom nothing else is known.
    pub(super) fn of_anyone(&self, item: usize, purchase: &Purchase) -> Interval {
        self.after(shrunk(None, self.items[item].estimate, self.between_customers).0, purchase)
    }

    /// The interval after the last of the purchases of a customer and an item, and the weight of their own intervals.
    pub(super) fn of_pair(&self, purchases: &[Purchase]) -> (Interval, f64) {
        let last = &purchases[purchases.len() - 1];
        let own = Own::of(purchases, self.beta, &self.unseen).map(|own| own.estimate(self.within));
        let (estimate, weight) =
            shrunk(own, self.items[last.item.as_usize()].estimate, self.between_customers);
        (self.after(estimate, last), weight)
    }

    fn after(&self, estimate: Estimate, purchase: &Purchase) -> Interval {
        Interval::new(estimate.mean + self.beta * ln_quantity(purchase), self.within + estimate.variance)
    }
}

/// What a thread makes of each item and its pairs, in the order of the items.
pub(super) fn per_item<T: Send>(
    pairs: &Rows<(usize, usize)>,
    control: &Control,
    make: impl Fn(usize, &[(usize, usize)]) -> T + Sync,
) -> Result<Vec<T>> {
    let items: Vec<usize> = (0..pairs.len()).collect();
    let parts: Result<Vec<Vec<T>>> = items
        .par_chunks(ITEMS_PER_TASK)
        .map(|part| {
            control.check()?;
            Ok(part.iter().map(|&item| make(item, pairs.row(item))).collect())
        })
        .collect();
    Ok(parts?.into_iter().flatten().collect())
}

impl Estimates {
    /// `category` has the number of each item's category, below `n_categories`. `None` where nobody bought an item twice.
    ///
    /// Linear in the purchases, parallel over items. Sums of an item run over its customers in order, sums of all over the
    /// items, so the bits do not depend on threads.
    pub(super) fn of(
        histories: &Histories,
        category: &[usize],
        n_categories: usize,
        use_quantities: bool,
        control: &Control,
    ) -> Result<Option<Self>> {
        let pairs = histories.pairs_by_item();
        let purchases = histories.rows.values();
        let beta = if use_quantities { beta(&pairs, purchases, control)? } else { 0.0 };
        let unseen = Unseen::of(purchases);
        let means = per_item(&pairs, control, |_, pairs| {
            let own = |&(start, stop): &(usize, usize)| Own::of(&purchases[start..stop], beta, &unseen);
            pairs.iter().filter_map(own).collect::<Vec<_>>()
        })?;
        let within = within(&means);
        let of_pairs: Vec<Vec<Estimate>> =
            means.iter().map(|means| means.iter().map(|own| own.estimate(within)).collect()).collect();
        let between_customers = between(of_pairs.iter().map(Vec::as_slice));
        let own: Vec<Option<Estimate>> =
            of_pairs.iter().map(|group| pooled(group, between_customers)).collect();
        let Some(items) = by_category(&own, category, n_categories) else { return Ok(None) };
        let shape = Shape { beta, within, between_customers, items, unseen };
        let rebuy = Rebuy::of(histories, &pairs, &shape, (category, n_categories), control)?;
        Ok(Some(Self { shape, rebuy }))
    }
}

/// The slope of the logarithm of the days over that of the quantity within pairs, from 0 to 1; 0 where quantities are equal
/// within every pair.
fn beta(pairs: &Rows<(usize, usize)>, purchases: &[Purchase], control: &Control) -> Result<f64> {
    let of_item = per_item(pairs, control, |_, pairs| {
        let (mut squares, mut products) = (0.0, 0.0);
        for &(start, stop) in pairs {
            let own = || intervals(&purchases[start..stop]);
            let n = real(own().len().max(1));
            let days = own().map(|(days, _)| days).sum::<f64>() / n;
            let quantity = own().map(|(_, quantity)| quantity).sum::<f64>() / n;
            squares += own().map(|(_, x)| (x - quantity).powi(2)).sum::<f64>();
            products += own().map(|(y, x)| (x - quantity) * (y - days)).sum::<f64>();
        }
        (squares, products)
    })?;
    let squares: f64 = of_item.iter().map(|sums| sums.0).sum();
    let products: f64 = of_item.iter().map(|sums| sums.1).sum();
    Ok(if squares > 0.0 { (products / squares).clamp(0.0, 1.0) } else { 0.0 })
}

/// The variance of a logarithm around the mean of its pair; where no pair has two intervals, around that of the item, and
/// where no item has, around that of all.
fn within(means: &[Vec<Own>]) -> f64 {
    let around = |means: &[&Own]| -> (f64, f64) {
        let total: f64 = means.iter().map(|own| own.share).sum();
        let centre = means.iter().map(|own| own.share * own.mean).sum::<f64>() / total;
        let squares = means.iter().map(|own| own.share * (own.mean - centre).powi(2)).sum();
        let of_shares: f64 = means.iter().map(|own| own.share * own.share).sum();
        // With shares of 1, one less than there are.
        (squares, if means.len() > 1 { total - of_shares / total } else { 0.0 })
    };
    let sum = |a: (f64, f64), b: (f64, f64)| (a.0 + b.0, a.1 + b.1);
    let of_pairs = || means.iter().flatten().map(|own| (own.squares, own.share * real(own.n - 1)));
    let of_items = || means.iter().map(|means| around(&means.iter().collect::<Vec<_>>()));
    let all: Vec<&Own> = means.iter().flatten().collect();
    let nothing = (0.0, 0.0);
    let mut found = of_pairs().fold(nothing, sum);
    if found.1 <= 0.0 {
        found = of_items().filter(|sums| sums.1 > 0.0).fold(nothing, sum);
    }
    if found.1 <= 0.0 {
        found = around(&all);
    }
    if found.1 > 0.0 { (found.0 / found.1).max(MIN_WITHIN) } else { UNKNOWN_WITHIN }
}
