//! The best few of all items for a query, exactly, without adding up what cannot matter.

use crate::content::features::Features;
use crate::content::index::{Index, Query};
use crate::index::ItemIx;
use crate::rank::{Scored, Scores, TopK};

/// More than what rounding can change of a sum.
const ROUNDING: f64 = 1e-9;

/// What the scalar product of a query and an item costs, in items added up, beside the features of the query.
const PRODUCT: usize = 24;

impl Index {
    /// The `n` items with the greatest scalar products that may be in the answer, best first; only items that share a
    /// feature with the query are candidates.
    ///
    /// Features are added up from the rarest on. Once `n` items have sums so far that all the features left together cannot
    /// reach, no other item can be among the best, and only those that still can are computed whole, if that is cheaper than
    /// going on. (Turtle and Flood 1995, doi 10.1016/0306-4573(95)00020-H, "max score".) The scores given are sums over
    /// features in their order, so they do not depend on `n` or on what was left out.
    pub(super) fn best(
        &self,
        features: &Features,
        query: &Query,
        n: usize,
        may_be: impl Fn(ItemIx) -> bool,
        scores: &mut Scores<f64>,
        top: &mut TopK<Scored>,
    ) -> Vec<Scored> {
        let mut plan: Vec<(usize, u32, f64)> = query
            .features()
            .iter()
            .map(|&(feature, weight)| (self.items_of(feature), feature, weight))
            .collect();
        plan.sort_unstable_by_key(|&(items, feature, _)| (items, feature));
        let mut left: usize = plan.iter().map(|&(items, ..)| items).sum();
        // What the features from one on, and the prices, can add at most.
        let mut reach: f64 = plan.iter().map(|&(_, feature, weight)| weight * self.most(feature)).sum();
        let by_price = query.price_reach();

        let mut survivors: Option<Vec<ItemIx>> = None;
        for &(items, feature, weight) in &plan {
            // Looking at all sums costs their number, so it is worth while only before many more are added.
            if left > 2 * scores.n_touched() && scores.n_touched() >= n {
                let bound = reach + by_price + ROUNDING;
                if let Some(worst) = nth(scores, n, &may_be, top).filter(|&worst| worst > bound) {
                    let can_be = |&(item, sum): &(ItemIx, f64)| sum + bound >= worst && may_be(item);
                    let found: Vec<ItemIx> = scores.touched().filter(can_be).map(|(item, _)| item).collect();
                    if found.len() * (plan.len() + PRODUCT) < left {
                        survivors = Some(found);
                        break;
                    }
                }
            }
            self.add(feature, weight, scores);
            left -= items;
            reach -= weight * self.most(feature);
        }
        let survivors = survivors.unwrap_or_else(|| self.whole(features, query, n, &may_be, scores, top));
        scores.clear();
        for item in survivors {
            top.push(Scored { score: self.product(features, query, item), count: 0, item });
        }
        top.drain_sorted().collect()
    }

    /// Those that can be among the best by their whole sums, which rounding may have in another order.
    fn whole(
        &self,
        features: &Features,
        query: &Query,
        n: usize,
        may_be: impl Fn(ItemIx) -> bool,
        scores: &mut Scores<f64>,
        top: &mut TopK<Scored>,
    ) -> Vec<ItemIx> {
        let mut sums: Vec<(ItemIx, f64)> = Vec::with_capacity(scores.n_touched());
        scores.drain(|item, sum| {
            if may_be(item) {
                sums.push((item, sum + self.price_product(features, query, item.as_usize())));
            }
        });
        if sums.len() > n {
            sums.iter().for_each(|&(item, score)| top.push(Scored { score, count: 0, item }));
            let worst = top.drain_sorted().next_back().map_or(f64::NEG_INFINITY, |scored| scored.score);
            sums.retain(|&(_, sum)| sum + ROUNDING >= worst);
        }
        sums.into_iter().map(|(item, _)| item).collect()
    }
}

/// The n-th greatest sum so far; `None` where there are fewer.
fn nth(
    scores: &Scores<f64>,
    n: usize,
    may_be: impl Fn(ItemIx) -> bool,
    top: &mut TopK<Scored>,
) -> Option<f64> {
    let may_be = |&(item, _): &(ItemIx, f64)| may_be(item);
    scores.touched().filter(may_be).for_each(|(item, score)| top.push(Scored { score, count: 0, item }));
    top.drain_sorted().nth(n - 1).map(|scored| scored.score)
}
