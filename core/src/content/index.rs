//! The items of each feature, and the scalar products that follow from them.

use crate::content::features::{Features, Weighed};
use crate::content::price::nearness;
use crate::data::Rows;
use crate::index::ItemIx;
use crate::rank::Scores;

/// An item of a feature, with the weight that the feature has for it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Posting {
    item: ItemIx,
    weight: f32,
}

/// What is looked for: features with weights, rising, and prices with weights.
#[derive(Debug, Default)]
pub(super) struct Query {
    features: Vec<(u32, f64)>,
    prices: Vec<(f64, f64)>,
}

/// The items of each feature, by item.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Index {
    postings: Rows<Posting>,
    /// The greatest weight of each feature.
    most: Vec<f32>,
    log_ratio: f64,
}

impl Index {
    /// Turns the features of items into the items of features. Linear in both.
    pub(super) fn new(features: &Features, price_ratio: f64) -> Self {
        let n = features.names.len();
        let mut ends = vec![0_usize; n + 1];
        features.rows.values().iter().for_each(|own| ends[own.feature as usize + 1] += 1);
        for at in 0..n {
            ends[at + 1] += ends[at];
        }
        let mut next = ends.clone();
        let blank = Posting { item: ItemIx::from_u32(0), weight: 0.0 };
        let mut postings = vec![blank; features.rows.values().len()];
        for (item, row) in features.rows.iter().enumerate() {
            for &Weighed { feature, weight } in row {
                let slot = &mut next[feature as usize];
                postings[*slot] = Posting { item: ItemIx::new(item), weight };
                *slot += 1;
            }
        }
        let postings = Rows::from_parts(ends, postings).expect("the ends were counted from the same rows");
        let most = |row: &[Posting]| row.iter().map(|posting| posting.weight).fold(0.0, f32::max);
        Self { most: postings.iter().map(most).collect(), postings, log_ratio: price_ratio.ln() }
    }

    /// The number of items of a feature.
    pub(super) fn items_of(&self, feature: u32) -> usize {
        self.postings.row(feature as usize).len()
    }

    /// The greatest weight that a feature has for an item.
    pub(super) fn most(&self, feature: u32) -> f64 {
        f64::from(self.most[feature as usize])
    }

    /// Adds what a feature contributes to the scalar products of its items.
    pub(super) fn add(&self, feature: u32, weight: f64, scores: &mut Scores<f64>) {
        for posting in self.postings.row(feature as usize) {
            scores.add(posting.item, weight * f64::from(posting.weight));
        }
    }

    /// The scalar product of a query and an item: features in their order, then prices.
    pub(super) fn product(&self, features: &Features, query: &Query, item: ItemIx) -> f64 {
        let mut rest = query.features.iter().peekable();
        let mut sum = 0.0;
        for own in features.row(item) {
            while rest.next_if(|other| other.0 < own.feature).is_some() {}
            if let Some(other) = rest.next_if(|other| other.0 == own.feature) {
                sum += other.1 * f64::from(own.weight);
            }
        }
        sum + self.price_product(features, query, item.as_usize())
    }

    /// The part of a scalar product that comes from prices.
    pub(super) fn price_product(&self, features: &Features, query: &Query, item: usize) -> f64 {
        let (log, own) = (features.log_prices[item], features.price_weights[item]);
        if own == 0.0 {
            return 0.0;
        }
        let near = |&(other, weight): &(f64, f64)| own * weight * nearness(log, other, self.log_ratio);
        query.prices.iter().map(near).sum()
    }

    /// The scalar product of two items, in [0, 1].
    pub(super) fn similarity(&self, features: &Features, a: ItemIx, b: ItemIx) -> f64 {
        let mut sum = 0.0;
        each_shared(features.row(a), features.row(b), |_, product| sum += product);
        let (a, b) = (a.as_usize(), b.as_usize());
        let near = nearness(features.log_prices[a], features.log_prices[b], self.log_ratio);
        (sum + features.price_weights[a] * features.price_weights[b] * near).min(1.0)
    }
}

impl Query {
    /// The features with their weights, rising.
    pub(super) fn features(&self) -> &[(u32, f64)] {
        &self.features
    }

    /// What prices can add to a scalar product at most.
    pub(super) fn price_reach(&self) -> f64 {
        self.prices.iter().map(|&(_, weight)| weight).sum()
    }

    /// The sum of some items.
    pub(super) fn of(features: &Features, items: &[ItemIx]) -> Self {
        let own = items.iter().flat_map(|&item| features.row(item));
        let mut all: Vec<(u32, f64)> = own.map(|own| (own.feature, f64::from(own.weight))).collect();
        // A stable sort: weights of a feature are added in the order of the items.
        all.sort_by_key(|&(feature, _)| feature);
        let sum = |same: &[(u32, f64)]| (same[0].0, same.iter().map(|&(_, weight)| weight).sum());
        let price = |&item: &ItemIx| {
            let (log, weight) =
                (features.log_prices[item.as_usize()], features.price_weights[item.as_usize()]);
            (weight > 0.0).then_some((log, weight))
        };
        Self {
            features: all.chunk_by(|a, b| a.0 == b.0).map(sum).collect(),
            prices: items.iter().filter_map(price).collect(),
        }
    }
}

/// Gives the features that two items share, rising, each with the product of its weights.
pub(super) fn each_shared(a: &[Weighed], b: &[Weighed], mut take: impl FnMut(u32, f64)) {
    let mut rest = b.iter().peekable();
    for own in a {
        while rest.next_if(|other| other.feature < own.feature).is_some() {}
        if let Some(other) = rest.next_if(|other| other.feature == own.feature) {
            take(own.feature, f64::from(own.weight) * f64::from(other.weight));
        }
    }
}
