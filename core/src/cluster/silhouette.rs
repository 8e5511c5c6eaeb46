//! The silhouette of a clustering: how much nearer rows are to their own cluster than to the next one.

use ndarray::{ArrayBase, ArrayView2, Data, Ix2};
use rayon::prelude::*;

use crate::error::{ParamError, Result};

/// Rows that are taken in one step.
const LANES: usize = 8;

/// Rows that one thread takes at a time.
const BLOCK: usize = 64;

/// The mean silhouette coefficient of rows, shape (n_rows, n_features), divided into clusters by their labels: exact.
///
/// Of a row, a is the mean distance to the other rows of its cluster, b the least mean distance to the rows of another
/// cluster, and its coefficient (b - a) / max(a, b), from -1 to 1; it is 0 for the only row of a cluster, and where a and b
/// are 0. NaN with fewer than two clusters.
///
/// O(n^2 d) time on rayon's current thread pool, O(n d) of extra space; the same bit for bit on any number of threads.
///
/// Rousseeuw 1987, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", doi
/// 10.1016/0377-0427(87)90125-7.
///
/// ```
/// use kosar::cluster::silhouette;
/// use ndarray::array;
///
/// let rows = array![[0.0], [1.0], [10.0], [11.0]];
/// // The outer rows: a = 1, b = 10.5; the inner: a = 1, b = 9.5.
/// let expected = (9.5 / 10.5 + 8.5 / 9.5) / 2.0;
/// assert!((silhouette(&rows, &[0, 0, 1, 1])? - expected).abs() < 1e-12);
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// # Errors
/// [`ParamError::Shape`] for another number of labels than rows, [`ParamError::NotFinite`] for a value that is no finite
/// number, [`ParamError::OutOfRange`] for one beyond 1e140 in magnitude.
pub fn silhouette<S: Data<Elem = f64>>(data: &ArrayBase<S, Ix2>, labels: &[u32]) -> Result<f64> {
    let rows = data.nrows();
    if labels.len() != rows {
        let (found_rows, columns, found_columns) = (labels.len(), 1, 1);
        return Err(ParamError::Shape { name: "labels", rows, columns, found_rows, found_columns }.into());
    }
    super::points::check_values("data", &data.view())?;
    Ok(mean(&coefficients(&data.view(), labels)))
}

#[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The rows of a cluster in tiles of so many, each feature by feature; the last is filled up with zeros.
struct Cluster {
    size: usize,
    tiles: Vec<f64>,
}

/// The coefficient of each row; NaN for each with fewer than two clusters.
pub(super) fn coefficients(data: &ArrayView2<'_, f64>, labels: &[u32]) -> Vec<f64> {
    let mut used = labels.to_vec();
    used.sort_unstable();
    used.dedup();
    if used.len() < 2 {
        return vec![f64::NAN; labels.len()];
    }
    if data.ncols() == 0 {
        return vec![0.0; labels.len()];
    }
    let own: Vec<usize> =
        labels.iter().map(|label| used.binary_search(label).expect("every label is used")).collect();
    let mut clusters: Vec<Cluster> = used.iter().map(|_| Cluster { size: 0, tiles: Vec::new() }).collect();
    for (row, &cluster) in data.outer_iter().zip(&own) {
        clusters[cluster].push(row.iter().copied(), data.ncols());
    }
    let coefficient = |row: usize| {
        let point: Vec<f64> = data.row(row).to_vec();
        let (mut a, mut b) = (0.0, f64::INFINITY);
        for (at, cluster) in clusters.iter().enumerate() {
            let sum = cluster.distances(&point);
            if at == own[row] {
                a = cluster.mean_of_others(sum);
            } else {
                b = cluster.mean(sum).min(b);
            }
        }
        // The only row of a cluster, or rows that are all one.
        if clusters[own[row]].size == 1 || a.max(b) <= 0.0 { 0.0 } else { (b - a) / a.max(b) }
    };
    (0..labels.len()).into_par_iter().with_min_len(BLOCK).map(coefficient).collect()
}

impl Cluster {
    fn push(&mut self, row: impl Iterator<Item = f64>, n_features: usize) {
        let lane = self.size % LANES;
        if lane == 0 {
            self.tiles.resize(self.tiles.len() + n_features * LANES, 0.0);
        }
        let first = self.tiles.len() - n_features * LANES;
        row.enumerate().for_each(|(feature, value)| self.tiles[first + feature * LANES + lane] = value);
        self.size += 1;
    }

    /// The sum of the distances of all rows from a point.
    fn distances(&self, point: &[f64]) -> f64 {
        let mut sums = [0.0; LANES];
        for (tile, left) in
            self.tiles.chunks_exact(point.len() * LANES).zip((1..=self.size).rev().step_by(LANES))
        {
            let mut squares = [0.0; LANES];
            let (lanes, _) = tile.as_chunks::<LANES>();
            for (lane, x) in lanes.iter().zip(point) {
                for (square, y) in squares.iter_mut().zip(lane) {
                    *square += (y - x) * (y - x);
                }
            }
            // What fills the last tile up does not count.
            squares.iter_mut().skip(left).for_each(|square| *square = 0.0);
            for (sum, square) in sums.iter_mut().zip(squares) {
                *sum += square.sqrt();
            }
        }
        sums.iter().sum()
    }

    #[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    fn mean(&self, sum: f64) -> f64 {
        sum / self.size as f64
    }

    #[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    fn mean_of_others(&self, sum: f64) -> f64 {
        sum / self.size.saturating_sub(1).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::random::Random;

    /// The definition, row by row.
    fn plain(data: &Array2<f64>, labels: &[u32]) -> f64 {
        let n = labels.len();
        let far = |i: usize, j: usize| (&data.row(i) - &data.row(j)).mapv(|x| x * x).sum().sqrt();
        let of = |i: usize| {
            let to = |label: u32| -> Vec<f64> {
                (0..n).filter(|&j| j != i && labels[j] == label).map(|j| far(i, j)).collect()
            };
            let own = to(labels[i]);
            if own.is_empty() {
                return 0.0;
            }
            let others = labels.iter().filter(|&&label| label != labels[i]).map(|&label| mean(&to(label)));
            let (a, b) = (mean(&own), others.fold(f64::INFINITY, f64::min));
            if a.max(b) > 0.0 { (b - a) / a.max(b) } else { 0.0 }
        };
        mean(&(0..n).map(of).collect::<Vec<_>>())
    }

    #[test]
    fn it_is_the_definition() {
        let mut random = Random::new(8, 0);
        for (n, d, k) in [(40, 1, 2), (57, 3, 5), (64, 4, 8), (9, 2, 9)] {
            let data = Array2::from_shape_fn((n, d), |_| random.unit());
            // Labels that are not without gaps, and clusters of one row.
            let mut labels: Vec<u32> =
                (0..n).map(|_| 3 * u32::try_from(random.below(k - 1)).unwrap()).collect();
            labels[0] = 1000;
            let (found, expected) = (silhouette(&data, &labels).unwrap(), plain(&data, &labels));
            assert!((found - expected).abs() < 1e-12, "{found} and {expected}");
        }
    }

    #[test]
    fn what_has_no_silhouette_is_told() {
        let data = Array2::from_shape_fn((3, 1), |(row, _)| f64::from(u8::try_from(row).unwrap()));
        assert!(silhouette(&data, &[4, 4, 4]).unwrap().is_nan());
        let error = silhouette(&data, &[0, 1]).unwrap_err();
        assert_eq!(error.to_string(), "labels must have shape (3, 1), got (2, 1)");
        assert_eq!(silhouette(&Array2::zeros((4, 2)), &[0, 0, 1, 1]).unwrap().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn threads_change_nothing() {
        let mut random = Random::new(8, 0);
        let data = Array2::from_shape_fn((700, 3), |_| random.unit());
        let labels: Vec<u32> = (0..700).map(|row| row % 4).collect();
        let on = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| silhouette(&data, &labels)).unwrap().to_bits()
        };
        assert_eq!(on(1), on(3));
    }
}
