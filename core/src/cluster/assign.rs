//! The nearest centroid of every row, and what the rows of each cluster sum to.

use rayon::prelude::*;

use super::points::{LANES, Points};

/// What one look at all rows yields.
#[derive(Debug)]
pub(super) struct Tally {
    /// Whether a row has another label than before.
    pub(super) changed: bool,
    /// The sum of the squared distances of all rows from their centroids.
    pub(super) inertia: f64,
    /// The number of rows of each cluster.
    pub(super) sizes: Vec<usize>,
    /// For each cluster the sum of (row - centroid), feature by feature: over its size, the way to the mean.
    ///
    /// Differences instead of the rows themselves keep all digits where the data is far from the origin.
    pub(super) offsets: Vec<f64>,
}

/// Gives every row the label of its nearest centroid, the lowest of equals, and sums up; O(n_rows k n_features).
pub(super) fn assign(points: &Points, centroids: &[f64], labels: &mut [u32]) -> Tally {
    tally(points, centroids, labels, |tiles, labels| label(tiles, centroids, points.n_features(), labels))
}

/// Sums up for labels that are set already; `inertia` and `changed` are left at zero and false.
pub(super) fn sum_up(points: &Points, centroids: &[f64], labels: &mut [u32]) -> Tally {
    tally(points, centroids, labels, |_, _| (false, 0.0))
}

/// The label of the nearest centroid of every row, the lowest of equals.
pub(super) fn nearest(points: &Points, centroids: &[f64]) -> Vec<u32> {
    let mut labels = vec![0; points.n_rows()];
    let blocks = points.blocks().zip(labels.par_chunks_mut(points.block_rows()));
    blocks.for_each(|(tiles, labels)| {
        label(tiles, centroids, points.n_features(), labels);
    });
    labels
}

/// The squared distances of a tile's rows from a point.
#[inline]
pub(super) fn squared_distances(tile: &[f64], point: &[f64]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (values, x) in tile.as_chunks::<LANES>().0.iter().zip(point) {
        for (sum, value) in sums.iter_mut().zip(values) {
            let difference = value - x;
            *sum += difference * difference;
        }
    }
    sums
}

/// Runs `label` on each block and sums the block up while it is at hand; blocks are added in order.
fn tally<F>(points: &Points, centroids: &[f64], labels: &mut [u32], label: F) -> Tally
where
    F: Fn(&[f64], &mut [u32]) -> (bool, f64) + Sync,
{
    let n_features = points.n_features();
    let n_clusters = centroids.len() / n_features;
    let blocks: Vec<Tally> = points
        .blocks()
        .zip(labels.par_chunks_mut(points.block_rows()))
        .map(|(tiles, labels)| {
            let (changed, inertia) = label(tiles, labels);
            let (sizes, offsets) = (vec![0; n_clusters], vec![0.0; centroids.len()]);
            let mut tally = Tally { changed, inertia, sizes, offsets };
            tally.add_rows(tiles, centroids, n_features, labels);
            tally
        })
        .collect();
    let (sizes, offsets) = (vec![0; n_clusters], vec![0.0; centroids.len()]);
    let mut total = Tally { changed: false, inertia: 0.0, sizes, offsets };
    blocks.iter().for_each(|block| total.merge(block));
    total
}

impl Tally {
    fn add_rows(&mut self, tiles: &[f64], centroids: &[f64], n_features: usize, labels: &[u32]) {
        for (tile, labels) in tiles.chunks_exact(LANES * n_features).zip(labels.chunks(LANES)) {
            for (lane, &label) in labels.iter().enumerate() {
                let cluster = label as usize;
                self.sizes[cluster] += 1;
                let features = cluster * n_features..(cluster + 1) * n_features;
                let offsets = self.offsets[features.clone()].iter_mut().zip(&centroids[features]);
                for (values, (offset, x)) in tile.as_chunks::<LANES>().0.iter().zip(offsets) {
                    *offset += values[lane] - x;
                }
            }
        }
    }

    fn merge(&mut self, block: &Self) {
        self.changed |= block.changed;
        self.inertia += block.inertia;
        self.sizes.iter_mut().zip(&block.sizes).for_each(|(total, size)| *total += size);
        self.offsets.iter_mut().zip(&block.offsets).for_each(|(total, offset)| *total += offset);
    }
}

/// Labels the rows of a block; tells whether a label changed, and the sum of the squared distances.
fn label(tiles: &[f64], centroids: &[f64], n_features: usize, labels: &mut [u32]) -> (bool, f64) {
    let mut changed = false;
    let mut inertia = 0.0;
    for (tile, labels) in tiles.chunks_exact(LANES * n_features).zip(labels.chunks_mut(LANES)) {
        let (distances, clusters) = nearest_in_tile(tile, centroids, n_features);
        for (label, (distance, cluster)) in labels.iter_mut().zip(distances.into_iter().zip(clusters)) {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "labels are below the number of clusters, a u32"
            )]
            let cluster = cluster as u32;
            changed |= *label != cluster;
            *label = cluster;
            inertia += distance;
        }
    }
    (changed, inertia)
}

/// The squared distance and the number of the nearest centroid, for each row of a tile. Numbers are as wide as
/// distances so that choosing the lower needs no branch.
#[inline]
fn nearest_in_tile(tile: &[f64], centroids: &[f64], n_features: usize) -> ([f64; LANES], [u64; LANES]) {
    let mut best = [f64::INFINITY; LANES];
    let mut clusters = [0; LANES];
    for (cluster, centroid) in (0..).zip(centroids.chunks_exact(n_features)) {
        let distances = squared_distances(tile, centroid);
        for lane in 0..LANES {
            let closer = distances[lane] < best[lane];
            best[lane] = if closer { distances[lane] } else { best[lane] };
            clusters[lane] = if closer { cluster } else { clusters[lane] };
        }
    }
    (best, clusters)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::random::Random;

    #[test]
    fn the_lowest_of_equally_near_centroids_wins() {
        let points = Points::new("data", &array![[1.0], [3.0], [2.0]].view()).unwrap();
        assert_eq!(nearest(&points, &[4.0, 2.0, 0.0, 2.0]), [1, 0, 1]);
    }

    #[test]
    fn sums_of_blocks_are_sums_of_rows() {
        let mut random = Random::new(5, 0);
        let data = Array2::from_shape_fn((5003, 3), |_| random.unit());
        let points = Points::new("data", &data.view()).unwrap();
        let centroids = [0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.2, 0.8, 0.5];
        let mut labels = vec![u32::MAX; 5003];
        let tally = assign(&points, &centroids, &mut labels);
        let (mut inertia, mut sizes, mut offsets) = (0.0, [0; 3], [0.0; 9]);
        for (i, row) in data.outer_iter().enumerate() {
            let distances: Vec<f64> =
                (0..3).map(|c| points.squared_distance(i, &centroids[3 * c..3 * c + 3])).collect();
            let best = (0..3).min_by(|&a, &b| distances[a].total_cmp(&distances[b])).unwrap();
            assert_eq!(labels[i] as usize, best);
            inertia += distances[best];
            sizes[best] += 1;
            (0..3).for_each(|f| offsets[3 * best + f] += row[f] - centroids[3 * best + f]);
        }
        assert!(tally.changed);
        assert_eq!(tally.sizes, sizes);
        assert!((tally.inertia / inertia - 1.0).abs() < 1e-12);
        assert!(tally.offsets.iter().zip(offsets).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(!assign(&points, &centroids, &mut labels).changed);
    }
}
