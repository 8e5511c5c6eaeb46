//! What the rows of each cluster sum to, in whole numbers: any order of adding and taking away gives the same.

use super::filter::{exponent, power_of_two};
use super::points::Points;

/// Bits of each of the two whole numbers that hold a value, at most: adding [`SHIFT`] rounds what is below 2^51.
const MAX_BITS: u32 = 50;

/// Added to a double, it leaves the nearest whole number in the low bits.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// The units that values are counted in: for each feature a power of two, chosen so that no sum over all rows overflows.
///
/// A value is two whole numbers: how many units, and how many of their 2^`bits`-th parts the rest is. Together they reach
/// from the largest magnitude of the feature down 82 bits for a million rows, 100 for less than a thousand. A double
/// has 53: a value down to a 2^29-th of the largest (2^47-th for few rows) is counted with all its digits, and the error
/// of any other is below the last digit of the largest one, 2^29 times over.
#[derive(Debug, Clone)]
pub(super) struct Units {
    bits: u32,
    /// For each feature and then for the weights: units in one.
    scales: Vec<f64>,
    is_weighted: bool,
}

impl Units {
    pub(super) fn new(points: &Points<'_>) -> Self {
        let bits = MAX_BITS.min(61 - points.n_rows().next_power_of_two().ilog2());
        let heaviest = points.weights().map(|weights| weights.iter().copied().fold(0.0, f64::max));
        let most = points.largest().iter().copied().chain([1.0]).map(|most| most * heaviest.unwrap_or(1.0));
        #[allow(clippy::cast_possible_wrap, reason = "at most 50")]
        let scales = most.map(|most| power_of_two(bits as i32 - exponent(most))).collect();
        Self { bits, scales, is_weighted: heaviest.is_some() }
    }

    fn n_features(&self) -> usize {
        self.scales.len() - 1
    }

    /// The whole numbers of a row and, with weights, of its weight: units first, then their parts.
    #[inline(always)]
    fn count(&self, row: &[f64], weight: f64, counted: &mut [i64]) {
        #[allow(clippy::cast_precision_loss, reason = "a power of two")]
        let parts = (1_u64 << self.bits) as f64;
        let (units, rests) = counted.split_at_mut(self.width());
        let values = row.iter().zip(&self.scales).zip(units.iter_mut().zip(rests.iter_mut()));
        if self.is_weighted {
            for ((x, scale), (unit, rest)) in values {
                let (product, error) = exact_product(*x, weight);
                (*unit, *rest) = split(product * scale, error * scale, parts);
            }
            let last = self.n_features();
            (units[last], rests[last]) = split(weight * self.scales[last], 0.0, parts);
        } else {
            for ((x, scale), (unit, rest)) in values {
                (*unit, *rest) = split(x * scale, 0.0, parts);
            }
        }
    }

    /// How many values there are of a row: its features, and its weight where there are weights.
    fn width(&self) -> usize {
        self.n_features() + usize::from(self.is_weighted)
    }
}

/// The nearest whole number of a value and an addition to it far smaller, and what is left, in parts.
#[inline(always)]
fn split(value: f64, addition: f64, parts: f64) -> (i64, i64) {
    let shifted = value + SHIFT;
    let rest = (value - (shifted - SHIFT)) * parts + addition * parts;
    (whole(shifted), whole(rest + SHIFT))
}

/// The whole number in the low bits of a value that [`SHIFT`] was added to.
#[inline(always)]
#[allow(clippy::cast_possible_wrap, reason = "both are far below 2^63")]
fn whole(shifted: f64) -> i64 {
    shifted.to_bits() as i64 - SHIFT.to_bits() as i64
}

/// The product as it rounds, and what rounding left out (Dekker 1971, doi 10.1007/BF01397083; Veltkamp's way to halve a
/// double).
#[inline(always)]
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let turned = x * 134_217_729.0;
        let high = turned - (turned - x);
        (high, x - high)
    };
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, error)
}

/// The sums of rows by cluster.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    /// For each cluster: units, then parts, of each feature and the weight.
    counted: Vec<i64>,
    /// For each cluster the number of rows with a weight; below zero in a change.
    sizes: Vec<i64>,
    /// Room for one row.
    row: Vec<i64>,
}

impl Sums {
    /// No rows.
    pub(super) fn new(units: &Units, n_clusters: usize) -> Self {
        let width = 2 * units.width();
        Self { counted: vec![0; n_clusters * width], sizes: vec![0; n_clusters], row: vec![0; width] }
    }

    pub(super) fn n_clusters(&self) -> usize {
        self.sizes.len()
    }

    /// Takes a row out of the cluster `from`, where it is in one, and adds it to the cluster `to`.
    #[inline(always)]
    pub(super) fn shift(&mut self, units: &Units, row: &[f64], weight: f64, from: Option<usize>, to: usize) {
        units.count(row, weight, &mut self.row);
        let width = self.row.len();
        let sums = &mut self.counted[to * width..(to + 1) * width];
        sums.iter_mut().zip(&self.row).for_each(|(sum, value)| *sum += value);
        self.sizes[to] += 1;
        if let Some(from) = from {
            let sums = &mut self.counted[from * width..(from + 1) * width];
            sums.iter_mut().zip(&self.row).for_each(|(sum, value)| *sum -= value);
            self.sizes[from] -= 1;
        }
    }

    /// Adds a change.
    pub(super) fn merge(&mut self, change: &Self) {
        self.counted.iter_mut().zip(&change.counted).for_each(|(sum, value)| *sum += value);
        self.sizes.iter_mut().zip(&change.sizes).for_each(|(size, change)| *size += change);
    }

    /// Whether a cluster has no rows with a weight.
    pub(super) fn is_empty(&self, cluster: usize) -> bool {
        self.sizes[cluster] == 0
    }

    /// Whether any cluster is empty.
    pub(super) fn has_empty(&self) -> bool {
        self.sizes.contains(&0)
    }

    /// Whether a cluster has more rows with a weight than one.
    pub(super) fn has_several(&self, cluster: usize) -> bool {
        self.sizes[cluster] > 1
    }

    /// The mean of a cluster's rows, of which there is one at least: sum and quotient rounded once each.
    pub(super) fn mean(&self, units: &Units, cluster: usize, mean: &mut [f64]) {
        let (sums, parts) = self.row_of(cluster).split_at(units.width());
        let n_features = units.n_features();
        #[allow(clippy::cast_precision_loss, reason = "this is the rounding meant")]
        let total = |at: usize| ((i128::from(sums[at]) << units.bits) + i128::from(parts[at])) as f64;
        #[allow(clippy::cast_possible_wrap, reason = "at most 50")]
        let part = power_of_two(-(units.bits as i32));
        #[allow(clippy::cast_precision_loss, reason = "a number of rows is far below 2^53")]
        let weight = if units.is_weighted {
            total(n_features) * part / units.scales[n_features]
        } else {
            self.sizes[cluster] as f64
        };
        mean.iter_mut().zip(&units.scales).enumerate().for_each(|(at, (mean, scale))| {
            *mean = total(at) / weight * part / scale;
        });
    }

    fn row_of(&self, cluster: usize) -> &[i64] {
        &self.counted[cluster * self.row.len()..(cluster + 1) * self.row.len()]
    }

    /// Whether all sums are the same.
    #[cfg(test)]
    pub(super) fn equal(&self, other: &Self) -> bool {
        (&self.counted, &self.sizes) == (&other.counted, &other.sizes)
    }

    /// Renumbers the clusters: the one now `order[i]` becomes `i`.
    pub(super) fn reorder(&mut self, order: &[usize]) {
        self.counted = order.iter().flat_map(|&old| self.row_of(old)).copied().collect();
        self.sizes = order.iter().map(|&old| self.sizes[old]).collect();
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "equal to the last bit is what is meant")]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::random::Random;

    /// The mean of all rows, each added to cluster 1 of 2.
    fn mean(points: &Points<'_>) -> Vec<f64> {
        let units = Units::new(points);
        let mut sums = Sums::new(&units, 2);
        for row in 0..points.n_rows() {
            sums.shift(&units, points.row(row), points.weight(row), None, 1);
        }
        let mut mean = vec![0.0; points.n_features()];
        sums.mean(&units, 1, &mut mean);
        mean
    }

    #[test]
    fn a_single_row_is_its_own_mean() {
        let mut random = Random::new(2, 0);
        for size in [1.0, 1e-140, 1e140, 0.1, 1e-280] {
            let data = Array2::from_shape_fn((1, 9), |_| (random.unit() - 0.5) * size);
            assert_eq!(mean(&Points::from_rows(&data).unwrap()), data.row(0).to_vec());
        }
        assert_eq!(mean(&Points::from_rows(&array![[0.0, -0.0, 7.0]]).unwrap()), [0.0, 0.0, 7.0]);
    }

    #[test]
    fn one_huge_value_leaves_the_others_their_digits() {
        let mut data = Array2::from_elem((1000, 1), 0.1);
        data[[0, 0]] = 1e13;
        let points = Points::from_rows(&data).unwrap();
        let units = Units::new(&points);
        let mut sums = Sums::new(&units, 2);
        (0..1000).for_each(|row| sums.shift(&units, points.row(row), 1.0, None, usize::from(row == 0)));
        let mut mean = [0.0];
        sums.mean(&units, 0, &mut mean);
        assert_eq!(mean, [0.1]);
    }

    #[test]
    fn taking_away_leaves_no_trace() {
        let mut random = Random::new(9, 0);
        let data = Array2::from_shape_fn((500, 3), |_| random.unit() * 1e6);
        let points = Points::from_rows(&data).unwrap();
        let units = Units::new(&points);
        let mut sums = Sums::new(&units, 3);
        let mut change = sums.clone();
        (0..500).for_each(|row| sums.shift(&units, points.row(row), 1.0, None, row % 2));
        (0..500).for_each(|row| change.shift(&units, points.row(row), 1.0, Some(row % 2), 2));
        sums.merge(&change);
        assert!(sums.is_empty(0) && sums.is_empty(1) && sums.has_several(2));
        assert_eq!(sums.row_of(0), [0; 6]);
        let mut backwards = Sums::new(&units, 3);
        (0..500).rev().for_each(|row| backwards.shift(&units, points.row(row), 1.0, None, 2));
        assert_eq!(backwards.counted, sums.counted);
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        let mut random = Random::new(12, 0);
        let data = Array2::from_shape_fn((40, 4), |_| random.unit() - 0.5);
        let weights: Vec<f64> = (0..40).map(|row| f64::from(row % 5)).collect();
        let repeated: Vec<usize> = (0..40).flat_map(|row| vec![row; row % 5]).collect();
        let repeated = data.select(ndarray::Axis(0), &repeated);
        let weighted = Points::from_rows(&data).unwrap().with_weights(&weights).unwrap();
        assert_eq!(mean(&weighted), mean(&Points::from_rows(&repeated).unwrap()));
    }

    #[test]
    fn no_sum_overflows() {
        let data = Array2::from_elem((5000, 2), -1e140);
        let points = Points::from_rows(&data).unwrap().with_weights(vec![1e9; 5000]).unwrap();
        assert!(mean(&points).iter().all(|x| (x / -1e140 - 1.0).abs() < 1e-15));
        let tiny = Points::from_rows(&data).unwrap().with_weights(vec![1e-9; 5000]).unwrap();
        assert!(mean(&tiny).iter().all(|x| (x / -1e140 - 1.0).abs() < 1e-15));
    }

    #[test]
    fn light_rows_keep_their_place_beside_heavy_ones() {
        let data = array![[0.0], [10.0], [11.3]];
        let points = Points::from_rows(&data).unwrap().with_weights(vec![1e9, 1e-9, 1e-9]).unwrap();
        let units = Units::new(&points);
        let mut sums = Sums::new(&units, 2);
        let weights = [1e9, 1e-9, 1e-9];
        (0..3).for_each(|row| sums.shift(&units, points.row(row), weights[row], None, usize::from(row > 0)));
        let mut mean = [0.0];
        sums.mean(&units, 1, &mut mean);
        assert!((mean[0] - 10.65).abs() < 1e-6, "{mean:?}");
    }

    #[test]
    fn products_come_in_full() {
        let (product, error) = exact_product(0.1, 3.0);
        assert_eq!(product, 0.1 * 3.0);
        assert_eq!(error, f64::mul_add(0.1, 3.0, -product));
        assert_ne!(error, 0.0);
    }
}
