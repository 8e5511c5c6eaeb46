//! Recommendations: two steps over the graph, and the low-pass filter where it can matter.

use crate::data::{IdRef, Owned, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::linear::ask::{Linear, Wanted};
use crate::linear::{GraphFilter, RecommendOptions};
use crate::rank::{AllRecommendations, Recommendation, Scored, ScratchPool, TopK};

use super::coarse::Aim;

/// The working memory of a request, zero between requests.
#[derive(Debug)]
pub(in crate::linear) struct Scratch {
    /// What reaches each unit, and the units reached.
    units: Vec<f64>,
    reached: Vec<u32>,
    /// The linear part of each item's score.
    linear: Vec<f64>,
    /// The history seen by the low-pass filter, whole and in fewer bits.
    direction: Vec<f64>,
    aim: Aim,
    /// What the score of each item is at most; written before it is read.
    upper: Vec<f64>,
}

impl GraphFilter {
    /// Recommends at most `n` items to a customer: as [`GraphFilter::recommend_for_customer_with`] the defaults.
    ///
    /// # Errors
    /// As there.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_with(customer, n, &RecommendOptions::new())
    }

    /// Recommends at most `n` items to a customer, best first, owned items left out.
    ///
    /// Scores may be negative. Fewer than `n` come only where the customer owns all the others that are allowed; a customer
    /// who owns nothing gets nothing. Time: the histories of all who share an item with the customer, and for the items
    /// whose bound allows a place among the best, one product over the factors.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown customer, one of the other type, or a model without histories;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_for_customer_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        self.for_customer(customer.into(), n, options)
    }

    /// Recommends at most `n` items to someone who has the given ones: as [`GraphFilter::recommend_for_items_with`] the
    /// defaults.
    ///
    /// # Errors
    /// As there.
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_items_with(items, n, &RecommendOptions::new())
    }

    /// Recommends at most `n` items to someone who has the given ones, for a visitor or cart without a customer. The given
    /// items are left out, and one given twice counts once. Otherwise as [`GraphFilter::recommend_for_customer_with`].
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown item or one of the other type;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_for_items_with<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        self.for_items(items, n, options)
    }

    /// The items that one speaks for most, best first: what someone who has only that is recommended, as far as scores are
    /// above 0. At most `n`.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown item or one of the other type.
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        let least = RecommendOptions::new().min_score(Some(f64::MIN_POSITIVE));
        self.recommend_for_items_with([item.into()], n, &least)
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`](crate::IdError::NoHistories) for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        self.for_all(n, &RecommendOptions::new())
    }

    /// As [`GraphFilter::recommend_all`], of the items that the options allow.
    ///
    /// # Errors
    /// As [`GraphFilter::recommend_all`]; [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the filter of the other type;
    /// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a `min_score` that is no number.
    pub fn recommend_all_with(&self, n: usize, options: &RecommendOptions) -> Result<AllRecommendations> {
        self.for_all(n, options)
    }
}

impl Linear for GraphFilter {
    type Scratch = Scratch;

    fn item_ids(&self) -> &Vocabulary {
        &self.items
    }

    fn owned(&self) -> Option<&Owned> {
        self.owned.as_ref()
    }

    fn scratch(&self) -> &ScratchPool<Self::Scratch> {
        &self.scratch
    }

    fn new_scratch(&self) -> Self::Scratch {
        let (n_items, n_units) = (self.graph.n_items(), self.graph.n_units());
        Scratch {
            units: vec![0.0; n_units],
            reached: Vec::new(),
            linear: vec![0.0; n_items],
            direction: vec![0.0; self.singular_values.len()],
            aim: self.coarse.new_aim(),
            upper: vec![0.0; n_items],
        }
    }

    /// Bounds of all scores come first, from vectors in few bits. The n-th best of the lower bounds is reached by the n best
    /// scores, so only items whose upper bound reaches it are scored exactly, and the answer is that of scoring all.
    fn best(
        &self,
        history: &[ItemIx],
        n: usize,
        (allowed, least): &Wanted,
        scratch: &mut Scratch,
    ) -> Vec<Scored> {
        if history.is_empty() || n == 0 {
            return Vec::new();
        }
        self.spread(history, scratch);
        self.aim(history, &mut scratch.direction);
        scratch.aim.set(&scratch.direction);
        let Scratch { linear, direction, aim, upper, .. } = scratch;
        let mut lower = TopK::new(n.min(self.items.len()));
        let mut owned = history.iter().peekable();
        self.coarse.bounds(aim, linear, self.params.alpha, |item, low, high| {
            let item = ItemIx::new(item);
            let may = owned.next_if(|&&owned| owned == item).is_none() && allowed.allows(item);
            upper[item.as_usize()] = if may { high } else { f64::NAN };
            if may {
                lower.push(Scored { score: low, count: 0, item });
            }
        });
        let n = lower.k();
        let enough = lower.drain_sorted().nth(n - 1).map_or(f64::NEG_INFINITY, |last| last.score).max(*least);
        let mut top = TopK::new(n);
        for (item, (linear, &upper)) in linear.iter().zip(&*upper).enumerate() {
            // NaN reaches nothing.
            if upper >= enough {
                let item = ItemIx::new(item);
                let score = linear + self.low_pass(direction, item);
                if score >= *least {
                    top.push(self.scored(item, score));
                }
            }
        }
        linear.fill(0.0);
        top.drain_sorted().collect()
    }

    fn weights<'m>(&'m self, to: ItemIx) -> impl Fn(ItemIx) -> f64 + 'm {
        let vector: Vec<f64> = self.vector(to).iter().map(|&value| f64::from(value)).collect();
        move |from| {
            let scale = self.graph.item_scale[from.as_usize()];
            self.step(from, to) + scale * self.low_pass_of(to, dot(&vector, self.vector(from)))
        }
    }
}

impl GraphFilter {
    /// The linear part: from the items of a history to those who have them, and from there to all that these have.
    fn spread(&self, history: &[ItemIx], scratch: &mut Scratch) {
        let Scratch { units, reached, linear, .. } = scratch;
        for item in history {
            let scale = self.graph.item_scale[item.as_usize()];
            for &unit in self.graph.units_of.row(item.as_usize()) {
                let value = &mut units[unit as usize];
                if *value == 0.0 {
                    reached.push(unit);
                }
                *value += scale;
            }
        }
        for unit in reached.drain(..) {
            let scale = self.graph.unit_scale[unit as usize];
            let value = std::mem::take(&mut units[unit as usize]) * scale * scale;
            self.graph.items_of.row(unit as usize).iter().for_each(|item| linear[item.as_usize()] += value);
        }
        linear.iter_mut().zip(&self.graph.item_scale).for_each(|(linear, scale)| *linear *= scale);
    }

    /// The direction of a history: `r D_I^-1/2 V`.
    fn aim(&self, history: &[ItemIx], direction: &mut [f64]) {
        direction.fill(0.0);
        for item in history {
            let scale = self.graph.item_scale[item.as_usize()];
            direction
                .iter_mut()
                .zip(self.vector(*item))
                .for_each(|(sum, &value)| *sum += scale * f64::from(value));
        }
    }

    /// `alpha` times the low-pass part of an item's score.
    fn low_pass(&self, direction: &[f64], item: ItemIx) -> f64 {
        self.low_pass_of(item, dot(direction, self.vector(item)))
    }

    /// The same, from the product of a direction and the item's vector.
    fn low_pass_of(&self, item: ItemIx, product: f64) -> f64 {
        self.params.alpha * self.graph.item_inverse[item.as_usize()] * product
    }

    fn vector(&self, item: ItemIx) -> &[f32] {
        let factors = self.singular_values.len();
        &self.vectors[item.as_usize() * factors..(item.as_usize() + 1) * factors]
    }

    /// The entry of `R~' R~` for two items: a sum over the units that have both.
    fn step(&self, from: ItemIx, to: ItemIx) -> f64 {
        let graph = &self.graph;
        let (mut a, mut b) = (graph.units_of.row(from.as_usize()), graph.units_of.row(to.as_usize()));
        let mut sum = 0.0;
        while let (Some(x), Some(y)) = (a.first(), b.first()) {
            if x == y {
                sum += graph.unit_scale[*x as usize].powi(2);
            }
            (a, b) = (&a[usize::from(x <= y)..], &b[usize::from(y <= x)..]);
        }
        sum * graph.item_scale[from.as_usize()] * graph.item_scale[to.as_usize()]
    }
}

/// The number of sums that a product is spread over, so that it can be computed in registers side by side.
const LANES: usize = 8;

/// The product of a direction and a vector, always added in the same order.
fn dot(direction: &[f64], vector: &[f32]) -> f64 {
    let mut sums = [0.0; LANES];
    let (left, rest) = direction.as_chunks::<LANES>();
    let (right, rest_of_vector) = vector.as_chunks::<LANES>();
    for (left, right) in left.iter().zip(right) {
        for lane in 0..LANES {
            sums[lane] += left[lane] * f64::from(right[lane]);
        }
    }
    let rest: f64 = rest.iter().zip(rest_of_vector).map(|(left, &right)| left * f64::from(right)).sum();
    sums.iter().sum::<f64>() + rest
}
