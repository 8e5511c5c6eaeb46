//! How often two items would be in one basket by chance, in baskets as large as they are.

use crate::data::Rows;
use crate::index::ItemIx;

/// Sizes up to this stand for themselves; above, sizes that differ by less than [`NEAR`] times are taken as one.
const ALONE: u32 = 16;
const NEAR: f64 = 1.1;

/// Newton steps for the pull of an item: each comes nearer from one side.
const STEPS: usize = 60;

/// The chances of the items of a log.
///
/// An item with pull `t` is in a basket of `s` items with chance `1 - exp(-t s)`; its pull is such that it is expected in as
/// many baskets as it is in. Two items would be together in the sum over baskets of the product of their chances, times
/// `1 - 1 / s`, as two items do not stand in one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chance {
    /// The distinct sizes of baskets, rising, and how many have each.
    pub(super) sizes: Vec<u32>,
    pub(super) counts: Vec<u32>,
    /// For each bin, the number of baskets that two items can be in together.
    pairable: Vec<f64>,
    /// For each item, the chance for a basket of each bin.
    chances: Vec<f32>,
}

impl Chance {
    pub(super) fn of(baskets: &Rows<ItemIx>, degrees: &[u32]) -> Self {
        let as_u32 = |n: usize| u32::try_from(n).expect("baskets and their sizes are bounded to u32");
        let mut all: Vec<u32> = baskets.iter().map(|basket| as_u32(basket.len())).collect();
        all.sort_unstable();
        let (sizes, counts) = all.chunk_by(|a, b| a == b).map(|same| (same[0], as_u32(same.len()))).unzip();
        Self::new(sizes, counts, degrees)
    }

    /// From the sizes of baskets and the number of baskets of each item.
    pub(super) fn new(sizes: Vec<u32>, counts: Vec<u32>, degrees: &[u32]) -> Self {
        let bins = bins(&sizes, &counts);
        let chances = degrees.iter().flat_map(|&degree| chances(&bins, degree)).collect();
        let pairable = bins.iter().map(|&(size, count)| count * (1.0 - 1.0 / size)).collect();
        Self { sizes, counts, pairable, chances }
    }

    /// The number of baskets.
    pub(super) fn n_baskets(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// In how many baskets two items would be together.
    pub(super) fn expected(&self, a: ItemIx, b: ItemIx) -> f64 {
        let n = self.pairable.len();
        let of = |item: ItemIx| &self.chances[item.as_usize() * n..(item.as_usize() + 1) * n];
        let both = of(a).iter().zip(of(b)).zip(&self.pairable);
        both.map(|((&a, &b), pairable)| f64::from(a) * f64::from(b) * pairable).sum()
    }
}

/// Bins of sizes: the mean size, and the number of baskets.
fn bins(sizes: &[u32], counts: &[u32]) -> Vec<(f64, f64)> {
    let mut bins: Vec<(f64, f64)> = Vec::new();
    let mut first = 0.0;
    for (&size, &count) in sizes.iter().zip(counts).filter(|&(&size, _)| size > 0) {
        let (size, count) = (f64::from(size), f64::from(count));
        match bins.last_mut() {
            Some((mean, n)) if size > f64::from(ALONE) && first > f64::from(ALONE) && size < first * NEAR => {
                *mean = (*mean * *n + size * count) / (*n + count);
                *n += count;
            }
            _ => {
                bins.push((size, count));
                first = size;
            }
        }
    }
    bins
}

/// The chance of an item in a basket of each bin.
#[allow(clippy::cast_possible_truncation, reason = "from 0 to 1, to the nearest")]
fn chances(bins: &[(f64, f64)], degree: u32) -> Vec<f32> {
    let degree = f64::from(degree);
    let all: f64 = bins.iter().map(|&(_, count)| count).sum();
    if degree >= all {
        return vec![1.0; bins.len()];
    }
    let lines: f64 = bins.iter().map(|&(size, count)| size * count).sum();
    // The expectation is concave in the pull and this is too little, so no step goes too far.
    let mut pull = degree / lines;
    for _ in 0..STEPS {
        let (mut missing, mut slope) = (degree, 0.0);
        for &(size, count) in bins {
            let left = (-pull * size).exp();
            missing -= count * (1.0 - left);
            slope += count * size * left;
        }
        let step = missing / slope;
        if step.is_nan() || step <= pull * 1e-12 {
            break;
        }
        pull += step;
    }
    bins.iter().map(|&(size, _)| (1.0 - (-pull * size).exp()) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(at: usize) -> ItemIx {
        ItemIx::new(at)
    }

    #[test]
    fn baskets_of_one_size_give_independence_but_for_the_place_taken() {
        // 100 baskets of 4: two items of 20 and 50 would meet in 100 * 0.2 * 0.5 of them, three times in four.
        let chance = Chance::new(vec![4], vec![100], &[20, 50, 100]);
        assert!((chance.expected(item(0), item(1)) - 7.5).abs() < 1e-5);
        assert!((chance.expected(item(1), item(0)) - chance.expected(item(0), item(1))).abs() < 1e-15);
        assert!((chance.expected(item(0), item(2)) - 15.0).abs() < 1e-5);
        assert_eq!(chance.n_baskets(), 100);
    }

    #[test]
    fn every_item_is_expected_in_as_many_baskets_as_it_is_in() {
        let (sizes, counts) =
            ((1..400).collect::<Vec<u32>>(), (1..400).map(|size| 4000 / size).collect::<Vec<u32>>());
        let bins = bins(&sizes, &counts);
        assert!(bins.len() < 60);
        let total: u32 = counts.iter().sum();
        for degree in [1, 7, 300, total / 2, total - 3] {
            let expected: f64 =
                chances(&bins, degree).iter().zip(&bins).map(|(&p, &(_, count))| f64::from(p) * count).sum();
            assert!((expected / f64::from(degree) - 1.0).abs() < 1e-5, "{degree}: {expected}");
        }
    }

    #[test]
    fn an_item_is_in_a_large_basket_at_most_once() {
        // Ten of a hundred baskets are huge: an item in 50 is in all of those, and in 40 of the other 90.
        let chance = Chance::new(vec![2, 1000], vec![90, 10], &[50, 50, 5]);
        let expected = chance.expected(item(0), item(1));
        assert!((expected - (9.99 + 90.0 * 0.5 * (40.0_f64 / 90.0).powi(2))).abs() < 1e-3, "{expected}");
        // One in five baskets is most likely in the huge ones, beside everything.
        assert!(chance.expected(item(0), item(2)) > 4.5);
        assert!(Chance::new(vec![], vec![], &[0]).expected(item(0), item(0)).abs() < 1e-15);
    }
}
