//! Greedy k-means++: initial centroids far apart.
//!
//! Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding" (SODA, doi 10.5555/1283383.1283494);
//! the greedy variant is from the paper's last section: of several candidates at each step the best is taken.

use rayon::prelude::*;

use super::assign::squared_distances;
use super::points::{LANES, Points};
use crate::error::Result;
use crate::fit::Control;
use crate::random::Random;

/// Draws `n_clusters` rows as centroids, one after the other: the first uniformly, each next one with a chance
/// proportional to the squared distance from the nearest drawn so far, out of 2 + ln k candidates the one that
/// leaves the lowest sum of these distances, the first of equals. O(n_rows k n_features ln k).
///
/// `points` has at least `n_clusters` distinct rows.
pub(super) fn plus_plus(
    points: &Points,
    n_clusters: usize,
    random: &mut Random,
    control: &Control,
) -> Result<Vec<f64>> {
    let n_candidates = candidates_per_step(n_clusters);
    let mut centroids = Vec::with_capacity(n_clusters * points.n_features());
    let mut seeding = Seeding::new(points);
    let mut next = points.row(random.below(points.n_rows()));
    loop {
        control.check()?;
        centroids.extend_from_slice(&next);
        if centroids.len() == n_clusters * points.n_features() {
            return Ok(centroids);
        }
        seeding.add(&next);
        let candidates: Vec<Vec<f64>> =
            (0..n_candidates).map(|_| points.row(seeding.draw(random.unit()))).collect();
        next = seeding.best_of(candidates);
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the logarithm of a positive whole number is from 0 to 45"
)]
fn candidates_per_step(n_clusters: usize) -> usize {
    2 + (n_clusters as f64).ln() as usize
}

/// The squared distance of every row from the nearest centroid drawn so far, with the sum of each block.
struct Seeding<'a> {
    points: &'a Points,
    distances: Vec<f64>,
    block_sums: Vec<f64>,
}

impl<'a> Seeding<'a> {
    fn new(points: &'a Points) -> Self {
        Self { points, distances: vec![f64::INFINITY; points.n_rows()], block_sums: Vec::new() }
    }

    /// Takes a new centroid into account.
    fn add(&mut self, centroid: &[f64]) {
        let tile_len = LANES * self.points.n_features();
        let blocks = self.points.blocks().zip(self.distances.par_chunks_mut(self.points.block_rows()));
        self.block_sums = blocks
            .map(|(tiles, distances)| {
                let mut sum = 0.0;
                for (tile, distances) in tiles.chunks_exact(tile_len).zip(distances.chunks_mut(LANES)) {
                    for (distance, new) in distances.iter_mut().zip(squared_distances(tile, centroid)) {
                        *distance = distance.min(new);
                        sum += *distance;
                    }
                }
                sum
            })
            .collect();
    }

    /// The row at the fraction `unit`, from [0, 1), of the sum of all distances; its own distance is above zero.
    fn draw(&self, unit: f64) -> usize {
        let mut target = unit * self.block_sums.iter().sum::<f64>();
        let block = descend(&self.block_sums, &mut target);
        let first = block * self.points.block_rows();
        let last = (first + self.points.block_rows()).min(self.distances.len());
        first + descend(&self.distances[first..last], &mut target)
    }

    /// The candidate that leaves the lowest sum of distances, the first of equals.
    fn best_of(&self, mut candidates: Vec<Vec<f64>>) -> Vec<f64> {
        let tile_len = LANES * self.points.n_features();
        let blocks = self.points.blocks().zip(self.distances.par_chunks(self.points.block_rows()));
        let block_sums: Vec<Vec<f64>> = blocks
            .map(|(tiles, distances)| {
                let mut sums = vec![0.0; candidates.len()];
                for (tile, distances) in tiles.chunks_exact(tile_len).zip(distances.chunks(LANES)) {
                    for (sum, candidate) in sums.iter_mut().zip(&candidates) {
                        let new = squared_distances(tile, candidate);
                        *sum += distances.iter().zip(new).map(|(old, new)| old.min(new)).sum::<f64>();
                    }
                }
                sums
            })
            .collect();
        let sum = |candidate: usize| block_sums.iter().map(|sums| sums[candidate]).sum::<f64>();
        let best = (1..candidates.len()).fold((0, sum(0)), |best, candidate| {
            let sum = sum(candidate);
            if sum < best.1 { (candidate, sum) } else { best }
        });
        candidates.swap_remove(best.0)
    }
}

/// The position whose part of the running sum of `weights` holds `target`, which becomes the offset into that part.
///
/// A target beyond the sum, which rounding may produce, gets the last position with a weight. The position has a
/// weight above zero if any has.
fn descend(weights: &[f64], target: &mut f64) -> usize {
    let mut last = 0;
    for (position, &weight) in weights.iter().enumerate() {
        if *target < weight {
            return position;
        }
        if weight > 0.0 {
            *target -= weight;
            last = position;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn candidates_grow_with_the_logarithm() {
        let found: Vec<usize> = [1, 2, 3, 7, 8, 20, 21, 1000].map(candidates_per_step).to_vec();
        assert_eq!(found, [2, 2, 3, 3, 4, 4, 5, 8]);
    }

    #[test]
    fn a_draw_lands_where_the_running_sum_passes_the_target() {
        let weights = [0.0, 2.0, 0.0, 1.0, 0.0];
        let land = |mut target: f64| descend(&weights, &mut target);
        assert_eq!([0.0, 1.9, 2.0, 2.9, 3.0, 9.0].map(land), [1, 1, 3, 3, 3, 3]);
    }

    #[test]
    fn rows_are_drawn_in_proportion_to_their_squared_distance() {
        let mut data = Array2::<f64>::zeros((3000, 1));
        data[[10, 0]] = 1.0;
        data[[2500, 0]] = 3.0;
        let points = Points::new("data", &data.view()).unwrap();
        let mut seeding = Seeding::new(&points);
        seeding.add(&[0.0]);
        let mut random = Random::new(1, 0);
        let mut seen = [0; 2];
        for _ in 0..10_000 {
            match seeding.draw(random.unit()) {
                10 => seen[0] += 1,
                2500 => seen[1] += 1,
                row => panic!("row {row} has no weight"),
            }
        }
        assert!((900..1100).contains(&seen[0]), "{seen:?}");
    }

    #[test]
    fn the_candidate_that_leaves_least_is_taken() {
        let points = Points::new("data", &array![[0.0], [5.0], [6.0], [7.0], [-4.0]].view()).unwrap();
        let mut seeding = Seeding::new(&points);
        seeding.add(&[0.0]);
        let best = seeding.best_of(vec![vec![-4.0], vec![7.0], vec![6.0], vec![6.0]]);
        assert_eq!(best, [6.0]);
    }

    #[test]
    fn every_distinct_row_is_drawn_before_any_twice() {
        let data = array![[1.0], [1.0], [1.0], [1.0], [2.0], [2.0], [2.0], [3.0]];
        let points = Points::new("data", &data.view()).unwrap();
        for seed in 0..50 {
            let mut centroids = plus_plus(&points, 3, &mut Random::new(seed, 0), &Control::new()).unwrap();
            centroids.sort_by(f64::total_cmp);
            assert_eq!(centroids, [1.0, 2.0, 3.0]);
        }
    }
}
