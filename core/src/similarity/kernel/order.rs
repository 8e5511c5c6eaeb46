//! What decides which neighbours are the best: a similarity as a function of what a pair shares and of terms of both items.

use crate::index::ItemIx;

/// How a similarity depends on what a pair shares (`s`), on a term of the item whose list is made (`x`) and on a term of the
/// other one (`y`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::similarity) enum Family {
    /// `s (x y)`: cosine and all that divides by powers of the norms.
    Product,
    /// `ln(s (x y))`.
    LogProduct,
    /// `s / (x + y - s)`.
    Overlap,
    /// `2 s / (x + y)`.
    Mean,
    /// The signed log-likelihood ratio of counts `s`, `x`, `y` of the number of users; negative where the pair shares less
    /// than chance.
    LogLikelihood,
}

/// A similarity: its family, and what it is multiplied by.
#[derive(Debug, Clone, Copy)]
pub(in crate::similarity) struct Shape {
    pub(in crate::similarity) family: Family,
    /// Added to the number of users in common where that is divided by: `n / (n + shrinkage)`.
    pub(in crate::similarity) shrinkage: f64,
    /// The number of all users, for [`Family::LogLikelihood`].
    pub(in crate::similarity) n_users: f64,
    /// The least number of users in common.
    pub(in crate::similarity) min_count: u32,
}

/// A similarity with the terms of all items, by item or by rank.
#[derive(Debug, Clone)]
pub(in crate::similarity) struct Order {
    pub(in crate::similarity) shape: Shape,
    /// The term of an item whose list is made.
    pub(in crate::similarity) own: Vec<f64>,
    /// The term of an item in a list.
    pub(in crate::similarity) other: Vec<f64>,
}

impl Order {
    /// The similarity of a pair that shares `value` and has `count` users in common.
    #[inline(always)]
    pub(in crate::similarity) fn score(&self, value: f64, count: u32, own: usize, other: usize) -> f32 {
        self.shape.score(value, count, self.own[own], self.other[other])
    }

    /// The same, by rank, with quick terms at least as many as `span`.
    pub(super) fn ranked(&self, items: &[ItemIx], span: usize) -> Ranked {
        let pick = |terms: &[f64]| -> Vec<f64> { items.iter().map(|item| terms[item.as_usize()]).collect() };
        let order = Self { shape: self.shape, own: pick(&self.own), other: pick(&self.other) };
        let better = match self.shape.family {
            Family::Product | Family::LogProduct => f64::max,
            Family::Overlap | Family::Mean | Family::LogLikelihood => f64::min,
        };
        let mut best = order.other.first().copied().unwrap_or_default();
        let bests = order.other.iter().map(|&term| {
            best = better(best, term);
            best
        });
        #[allow(clippy::cast_possible_truncation, reason = "for what need not be exact")]
        let mut quick: Vec<f32> = order.other.iter().map(|&term| term as f32).collect();
        quick.resize(span.max(quick.len()), 0.0);
        Ranked { bests: bests.collect(), quick, order }
    }
}

/// A similarity with the terms of all items by rank.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) order: Order,
    /// The terms of the items in a list, in single precision; zeros behind them.
    pub(super) quick: Vec<f32>,
    /// The most favourable term among the items up to each rank.
    bests: Vec<f64>,
}

impl Ranked {
    /// What items up to a rank must share with the item `own` at least to reach a similarity of `floor`; for counts that are
    /// their own values.
    #[inline(always)]
    pub(super) fn least_count(&self, floor: f32, own: usize, up_to: usize) -> u32 {
        self.order.shape.least_count(floor, self.order.own[own], self.bests[up_to])
    }
}

/// A family known when the program is compiled, so that loops decide nothing.
pub(super) trait Formula {
    /// The similarity before shrinkage.
    fn base(value: f64, x: f64, y: f64, n_users: f64) -> f64;

    /// Whether [`Formula::quick`] still sorts as the similarities do when both are multiplied by what shrinkage leaves.
    const SHRINKS: bool;

    /// What sorts as the similarities of one item do, up to rounding, is not negative, and is quick; `None` where there is
    /// nothing quicker.
    fn quick(count: f32, x: f32, y: f32) -> Option<f32>;
}

macro_rules! formulas {
    ($($name:ident: |$value:ident, $x:ident, $y:ident, $n:ident| $base:expr, $quick:expr, shrinks $shrinks:literal;)*) => {$(
        pub(super) struct $name;

        impl Formula for $name {
            const SHRINKS: bool = $shrinks;

            #[inline(always)]
            fn base($value: f64, $x: f64, $y: f64, $n: f64) -> f64 {
                $base
            }

            #[inline(always)]
            fn quick($value: f32, $x: f32, $y: f32) -> Option<f32> {
                let _ = ($value, $x, $y);
                $quick
            }
        }
    )*};
}

formulas! {
    Product: |value, x, y, _n| value * (x * y), Some(value * y), shrinks true;
    // A logarithm does not sort as its argument does once both are multiplied.
    LogProduct: |value, x, y, _n| (value * (x * y)).ln(), Some(value * y), shrinks false;
    Overlap: |value, x, y, _n| value / (x + y - value), Some(value / (x + y - value)), shrinks true;
    Mean: |value, x, y, _n| 2.0 * value / (x + y), Some(value / (x + y)), shrinks true;
    LogLikelihood: |value, x, y, n| log_likelihood(value, x, y, n), None, shrinks false;
}

impl Shape {
    /// As [`Order::score`], of the terms of both items.
    #[inline(always)]
    pub(in crate::similarity) fn score(self, value: f64, count: u32, x: f64, y: f64) -> f32 {
        match self.family {
            Family::Product => self.score_by::<Product>(value, count, x, y),
            Family::LogProduct => self.score_by::<LogProduct>(value, count, x, y),
            Family::Overlap => self.score_by::<Overlap>(value, count, x, y),
            Family::Mean => self.score_by::<Mean>(value, count, x, y),
            Family::LogLikelihood => self.score_by::<LogLikelihood>(value, count, x, y),
        }
    }

    /// The same, of a known family.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "similarities are kept in single precision")]
    pub(super) fn score_by<F: Formula>(self, value: f64, count: u32, x: f64, y: f64) -> f32 {
        if self.shrinkage > 0.0 {
            let count = f64::from(count);
            (F::base(value, x, y, self.n_users) * (count / (count + self.shrinkage))) as f32
        } else {
            self.plain_score_by::<F>(value, x, y)
        }
    }

    /// The same where nothing is shrunk: where that is known, no processor divides in advance.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "similarities are kept in single precision")]
    pub(super) fn plain_score_by<F: Formula>(self, value: f64, x: f64, y: f64) -> f32 {
        F::base(value, x, y, self.n_users) as f32
    }

    /// A bound from below on the counts that reach a similarity of `floor` with an item of term `y` or a less favourable one;
    /// for counts that are their own values.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded to what fits first")]
    pub(super) fn least_count(self, floor: f32, x: f64, y: f64) -> u32 {
        // A little less, so that no rounding of the similarity itself lets one fall through.
        let floor = f64::from(floor) * (1.0 - 1e-6);
        let least = match self.family {
            Family::Product if self.shrinkage > 0.0 => {
                // c^2 / (c + shrinkage) >= t
                let t = floor / (x * y);
                0.5 * (t + (t * t + 4.0 * t * self.shrinkage).sqrt())
            }
            Family::Product => floor / (x * y),
            Family::Overlap => floor * (x + y) / (1.0 + floor),
            Family::Mean => floor * (x + y) * 0.5,
            Family::LogProduct | Family::LogLikelihood => 0.0,
        };
        (least.ceil().clamp(0.0, 4e9) as u32).max(self.min_count)
    }
}

/// Dunning's log-likelihood ratio (1993, Computational Linguistics 19, 61-74) of a pair that `both` of `n` users share, of
/// items that `a` and `b` of them have: twice the gain in log-likelihood over independence, and its negative where the pair
/// shares less than independence would give.
pub(in crate::similarity) fn log_likelihood(both: f64, a: f64, b: f64, n: f64) -> f64 {
    let term = |x: f64| if x > 0.0 { x * x.ln() } else { 0.0 };
    let cells = term(both) + term(a - both) + term(b - both) + term(n - a - b + both);
    let margins = term(a) + term(n - a) + term(b) + term(n - b);
    // Rounding may take an independent pair a little below zero.
    let ratio = (2.0 * (cells + term(n) - margins)).max(0.0);
    if both * n >= a * b { ratio } else { -ratio }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_count_below_the_least_reaches_the_floor(
            family in prop::sample::select(vec![Family::Product, Family::Overlap, Family::Mean]),
            (own, other) in (1_u32..500, 1_u32..500), percent in 0_u32..=100, shrinkage in prop::sample::select(vec![0.0, 7.5]),
        ) {
            let shape = Shape { family, shrinkage, n_users: 1000.0, min_count: 1 };
            let term = |degree: u32| if family == Family::Product { f64::from(degree).sqrt().recip() } else { f64::from(degree) };
            let both = (own.min(other) * percent).div_ceil(100);
            let score = |count: u32| shape.score(f64::from(count), count, term(own), term(other));
            prop_assert!(shape.least_count(score(both), term(own), term(other)) <= both.max(1));
        }
    }

    #[test]
    fn the_log_likelihood_ratio_is_that_of_the_paper() {
        // Dunning 1993, table 2: "the swiss" 110 of 31,777 bigrams; k = 110, 2442, 111, 29114.
        let ratio = log_likelihood(110.0, 110.0 + 2442.0, 110.0 + 111.0, 31_777.0);
        assert!((ratio - 270.72).abs() < 0.005, "{ratio}");
        assert!(log_likelihood(1.0, 50.0, 50.0, 100.0) < 0.0);
        assert!(log_likelihood(25.0, 50.0, 50.0, 100.0).abs() < 1e-9);
    }
}
