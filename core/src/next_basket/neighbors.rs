//! The customers nearest to a vector, exactly, through the items in common.

use std::cmp::Ordering;

use crate::index::ItemIx;
use crate::next_basket::Distance;
use crate::next_basket::crowd::{Crowd, square};
use crate::next_basket::vectors::Entry;
use crate::rank::TopK;

/// A customer and how near they are: minus the squared distance, or the cosine. The nearest is the greatest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub(super) nearness: f64,
    pub(super) customer: u32,
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nearness.total_cmp(&other.nearness).then_with(|| other.customer.cmp(&self.customer))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Near {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Near {}

/// Working memory of a search.
#[derive(Debug)]
pub(super) struct Search {
    /// The product with each customer's vector; 0 between searches.
    dots: Vec<f64>,
    touched: Vec<u32>,
    top: TopK<Near>,
}

impl Search {
    pub(super) fn new(n_customers: usize) -> Self {
        Self { dots: vec![0.0; n_customers], touched: Vec::new(), top: TopK::new(0) }
    }

    /// The `k` customers nearest to a vector, best first, but for `me`; ties to the smaller id.
    ///
    /// Time: the customers of the vector's items. Whoever has none of them is, by Euclidean distance, the nearer the
    /// shorter, so that of those only the shortest `k` are looked at.
    pub(super) fn nearest(
        &mut self,
        crowd: &Crowd,
        vector: &[Entry<ItemIx>],
        me: Option<usize>,
        k: usize,
        distance: Distance,
    ) -> Vec<Near> {
        let Self { dots, touched, top } = self;
        touched.clear();
        for own in vector {
            for other in crowd.by_item.row(own.at.as_usize()) {
                let dot = &mut dots[other.at as usize];
                // Weights are above 0 but for underflow, which adds nothing and may be listed twice.
                if *dot <= 0.0 {
                    touched.push(other.at);
                }
                *dot += own.weight * other.weight;
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let me = me.and_then(|me| u32::try_from(me).ok());
        let square = square(vector, &crowd.rarity);
        top.reset(k.min(crowd.customers.len()));
        let others = touched.iter().copied().filter(|&customer| Some(customer) != me);
        for customer in others {
            let (dot, theirs) = (dots[customer as usize], crowd.squares[customer as usize]);
            let nearness = match distance {
                Distance::Euclidean => -(square - 2.0 * dot + theirs),
                Distance::Cosine if dot > 0.0 => dot / (square * theirs).sqrt(),
                Distance::Cosine => continue,
            };
            if nearness.is_finite() {
                top.push(Near { nearness, customer });
            }
        }
        if distance == Distance::Euclidean {
            let is_apart =
                |&&customer: &&u32| Some(customer) != me && touched.binary_search(&customer).is_err();
            for &customer in crowd.shortest.iter().filter(is_apart).take(k) {
                top.push(Near { nearness: -(square + crowd.squares[customer as usize]), customer });
            }
        }
        for &customer in touched.iter() {
            dots[customer as usize] = 0.0;
        }
        top.drain_sorted().collect()
    }
}
