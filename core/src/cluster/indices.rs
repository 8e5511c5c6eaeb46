//! Figures of how well rows are divided, and of how far two divisions agree.

use ndarray::{Array2, ArrayView2};

/// The mean of each cluster's rows, and their numbers.
#[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
fn means(data: &ArrayView2<'_, f64>, labels: &[u32], k: usize) -> (Array2<f64>, Vec<usize>) {
    let mut means = Array2::<f64>::zeros((k, data.ncols()));
    let mut sizes = vec![0; k];
    for (row, &label) in data.outer_iter().zip(labels) {
        means.row_mut(label as usize).zip_mut_with(&row, |sum, value| *sum += value);
        sizes[label as usize] += 1;
    }
    for (mut mean, &size) in means.outer_iter_mut().zip(&sizes) {
        mean.mapv_inplace(|sum| sum / size.max(1) as f64);
    }
    (means, sizes)
}

fn squared<'a>(a: impl IntoIterator<Item = &'a f64>, b: impl IntoIterator<Item = &'a f64>) -> f64 {
    a.into_iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The index of Caliński and Harabasz 1974 (doi 10.1080/03610927408827101): the mean square between `k` clusters over that
/// within. `None` where nothing is left within, or nothing between.
#[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
pub(super) fn calinski_harabasz(data: &ArrayView2<'_, f64>, labels: &[u32], k: usize) -> Option<f64> {
    let n = labels.len();
    if k < 2 || n <= k {
        return None;
    }
    let (means, sizes) = means(data, labels, k);
    let all = data.mean_axis(ndarray::Axis(0))?;
    let between: f64 =
        means.outer_iter().zip(&sizes).map(|(mean, &size)| size as f64 * squared(mean, &all)).sum();
    let rows = data.outer_iter().zip(labels);
    let within: f64 = rows.map(|(row, &label)| squared(row, means.row(label as usize))).sum();
    let index = (between / (k - 1) as f64) / (within / (n - k) as f64);
    index.is_finite().then_some(index)
}

/// The index of Davies and Bouldin 1979 (doi 10.1109/TPAMI.1979.4766909): for each of `k` clusters the worst ratio of its and
/// another's mean distance from their centroids to the distance of these; the mean of it. `None` where two centroids are one.
#[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
pub(super) fn davies_bouldin(data: &ArrayView2<'_, f64>, labels: &[u32], k: usize) -> Option<f64> {
    if k < 2 {
        return None;
    }
    let (means, sizes) = means(data, labels, k);
    let mut spread = vec![0.0; k];
    for (row, &label) in data.outer_iter().zip(labels) {
        spread[label as usize] += squared(row, means.row(label as usize)).sqrt();
    }
    spread.iter_mut().zip(&sizes).for_each(|(sum, &size)| *sum /= size.max(1) as f64);
    let ratio = |a: usize, b: usize| {
        let apart = squared(means.row(a), means.row(b)).sqrt();
        if apart > 0.0 { (spread[a] + spread[b]) / apart } else { f64::INFINITY }
    };
    let worst = |a: usize| (0..k).filter(|&b| b != a).map(|b| ratio(a, b)).fold(0.0, f64::max);
    let index = (0..k).map(worst).sum::<f64>() / k as f64;
    index.is_finite().then_some(index)
}

/// The adjusted Rand index of Hubert and Arabie 1985 (doi 10.1007/BF01908075): 1 where two divisions of the same rows are
/// one, 0 on average where they have nothing to do with each other. Also 1 where both put all rows together, or each alone.
#[allow(clippy::cast_precision_loss, reason = "pairs of rows are far below 2^53")]
pub(super) fn adjusted_rand_index(pairs: impl Iterator<Item = (u32, u32)> + Clone) -> f64 {
    let (a, b) = pairs.clone().fold((0, 0), |(a, b), pair| (pair.0.max(a), pair.1.max(b)));
    let (rows, columns) = (a as usize + 1, b as usize + 1);
    let mut table = vec![0_u64; rows * columns];
    pairs.for_each(|(a, b)| table[a as usize * columns + b as usize] += 1);
    let choose = |n: u64| (n as f64) * (n as f64 - 1.0) / 2.0;
    let together: f64 = table.iter().map(|&n| choose(n)).sum();
    let of_rows: f64 = table.chunks(columns).map(|row| choose(row.iter().sum())).sum();
    let of_columns: f64 =
        (0..columns).map(|column| choose(table.iter().skip(column).step_by(columns).sum())).sum();
    let expected = of_rows * of_columns / choose(table.iter().sum()).max(1.0);
    let most = f64::midpoint(of_rows, of_columns);
    if most - expected > 0.0 { (together - expected) / (most - expected) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn indices_are_those_of_a_sum_by_hand() {
        let data = array![[0.0], [2.0], [10.0], [14.0]];
        let labels = [0, 0, 1, 1];
        // Means 1 and 12, of all 6.5: between 2 * 5.5^2 * 2 = 121, within 2 + 8 = 10.
        let index = calinski_harabasz(&data.view(), &labels, 2).unwrap();
        assert!((index - 121.0 / 5.0).abs() < 1e-12, "{index}");
        // Mean distances 1 and 2, centroids 11 apart.
        let index = davies_bouldin(&data.view(), &labels, 2).unwrap();
        assert!((index - 3.0 / 11.0).abs() < 1e-12, "{index}");
        let equal = array![[1.0], [1.0], [2.0]];
        assert_eq!(calinski_harabasz(&equal.view(), &[0, 0, 1], 2), None);
        assert_eq!(davies_bouldin(&array![[1.0], [1.0]].view(), &[0, 1], 2), None);
    }

    #[test]
    fn the_rand_index_is_adjusted_for_chance() {
        let index = |a: &[u32], b: &[u32]| adjusted_rand_index(a.iter().copied().zip(b.iter().copied()));
        assert!((index(&[0, 0, 1, 1], &[1, 1, 0, 0]) - 1.0).abs() < 1e-12);
        // Pairs together in both: 2; in the one 2 + 1 + ... counted by hand: sum of rows 2, of columns 3, expected 2 * 3 / 6 = 1.
        assert!((index(&[0, 0, 1, 1], &[0, 0, 0, 1]) - (1.0 - 1.0) / (2.5 - 1.0)).abs() < 1e-12);
        // The published example of scikit-learn's documentation: 0.24.
        assert!((index(&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 2, 2]) - 0.242_424_242_424_242_4).abs() < 1e-12);
        assert!((index(&[0, 0, 0], &[3, 3, 3]) - 1.0).abs() < 1e-12);
        assert!((index(&[0, 1, 2], &[2, 1, 0]) - 1.0).abs() < 1e-12);
    }
}
