//! Greedy k-means++: initial centroids far apart.
//!
//! Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding" (SODA, doi 10.5555/1283383.1283494);
//! the greedy variant is from the paper's last section: of several candidates at each step the best is taken.

use rayon::prelude::*;

use super::filter::{Frame, TILE};
use super::points::{Points, squared_distance};
use crate::cpu::{Work, fastest};
use crate::error::Result;
use crate::fit::Control;
use crate::random::Random;

/// Sums that run beside each other.
const LANES: usize = 8;

/// Draws `n_clusters` rows as centroids, one after the other: the first with a chance proportional to its weight, each
/// next one to its weight times the squared distance from the nearest drawn so far, out of 2 + ln k candidates the one
/// that leaves the lowest sum of these, the first of equals. O(n_rows k n_features ln k).
///
/// Distances are of single precision, computed in one order on every processor, until all that is left is nearer to a
/// centroid than that can tell. `points` has at least `n_clusters` distinct rows with a weight.
pub(super) fn plus_plus(
    points: &Points<'_>,
    n_clusters: usize,
    random: &mut Random,
    control: &Control,
) -> Result<Vec<f64>> {
    let n_candidates = candidates_per_step(n_clusters);
    let mut seeding = Seeding::new(points, first_row(points, random));
    while seeding.centroids.len() < n_clusters * points.n_features() {
        control.check()?;
        let units: Vec<f64> = (0..n_candidates).map(|_| random.unit()).collect();
        seeding.add_best(units.into_par_iter().map(|unit| seeding.draw(unit)).collect());
    }
    Ok(seeding.centroids)
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

fn first_row(points: &Points<'_>, random: &mut Random) -> usize {
    match points.weights() {
        None => random.below(points.n_rows()),
        Some(weights) => descend(weights, &mut (random.unit() * weights.iter().sum::<f64>())),
    }
}

/// A row that distances are measured from.
struct Probe<'a> {
    row: &'a [f64],
    /// The same in units of the frame.
    single: Vec<f32>,
}

impl<'a> Probe<'a> {
    #[allow(clippy::cast_possible_truncation, reason = "rows of tiles are rounded in this very way")]
    fn new(row: &'a [f64], frame: Option<&'a Frame>) -> Self {
        let single = frame.map_or(Vec::new(), |frame| frame.of(row).map(|x| x as f32).collect());
        Self { row, single }
    }
}

/// The squared distance of every row from the nearest centroid drawn so far, with the sum of each block.
struct Seeding<'a> {
    points: &'a Points<'a>,
    /// Whether distances are those of double precision.
    is_exact: bool,
    centroids: Vec<f64>,
    /// From the centroids before the last.
    distances: Vec<f64>,
    last: Probe<'a>,
    /// Distances from all centroids, times weights.
    block_sums: Vec<f64>,
}

impl<'a> Seeding<'a> {
    fn new(points: &'a Points<'a>, first: usize) -> Self {
        let is_exact = points.filter().is_none();
        let last = Probe::new(points.row(first), points.filter().map(|filter| filter.frame()));
        let distances = vec![f64::INFINITY; points.n_rows()];
        let centroids = last.row.to_vec();
        let mut seeding = Self { points, is_exact, centroids, distances, last, block_sums: Vec::new() };
        seeding.sum_up();
        seeding
    }

    /// Sums up anew; in double precision once there is nothing left in single.
    fn sum_up(&mut self) {
        self.block_sums = self.look(&[]).into_iter().map(|sums| sums[0]).collect();
        self.sharpen();
    }

    fn sharpen(&mut self) {
        if self.is_exact || self.block_sums.iter().sum::<f64>() > 0.0 {
            return;
        }
        self.is_exact = true;
        self.distances.fill(f64::INFINITY);
        let n_features = self.points.n_features();
        for centroid in self.centroids.chunks_exact(n_features) {
            self.distances.par_iter_mut().enumerate().for_each(|(row, distance)| {
                *distance = distance.min(self.points.squared_distance(row, centroid));
            });
        }
        self.sum_up();
    }

    /// The row at the fraction `unit`, from [0, 1), of the sum of all distances; its own distance is above zero.
    fn draw(&self, unit: f64) -> usize {
        let mut target = unit * self.block_sums.iter().sum::<f64>();
        let block = descend(&self.block_sums, &mut target);
        let first = block * self.points.block_rows();
        let last = (first + self.points.block_rows()).min(self.distances.len());
        let mut distances = self.distances[first..last].to_vec();
        fastest(self.block(block, &mut distances, &[]));
        let weigh = |(distance, weight): (&mut f64, &f64)| *distance *= weight;
        if let Some(weights) = self.points.weights() {
            distances.iter_mut().zip(&weights[first..last]).for_each(weigh);
        }
        first + descend(&distances, &mut target)
    }

    /// Adds the row that leaves the lowest sum of distances, the first of equals, to the centroids.
    fn add_best(&mut self, candidates: Vec<usize>) {
        let frame = self.points.filter().map(|filter| filter.frame());
        let mut probes: Vec<Probe<'a>> =
            candidates.into_iter().map(|row| Probe::new(self.points.row(row), frame)).collect();
        let block_sums = self.look(&probes);
        let sum = |candidate: usize| block_sums.iter().map(|sums| sums[1 + candidate]).sum::<f64>();
        let best = (1..probes.len()).fold((0, sum(0)), |best, candidate| {
            let sum = sum(candidate);
            if sum < best.1 { (candidate, sum) } else { best }
        });
        self.block_sums = block_sums.iter().map(|sums| sums[1 + best.0]).collect();
        self.last = probes.swap_remove(best.0);
        self.centroids.extend_from_slice(self.last.row);
        self.sharpen();
    }

    /// Takes the last centroid into the distances. Gives for each block the sum of distances times weights, and what each
    /// candidate would leave of it.
    fn look(&mut self, candidates: &[Probe<'_>]) -> Vec<Vec<f64>> {
        let block_rows = self.points.block_rows();
        let mut distances = std::mem::take(&mut self.distances);
        let blocks = distances.par_chunks_mut(block_rows).enumerate();
        let look =
            |(block, distances): (usize, &mut [f64])| fastest(self.block(block, distances, candidates));
        let sums = blocks.map(look).collect();
        self.distances = distances;
        sums
    }

    fn block<'b>(&'b self, block: usize, distances: &'b mut [f64], candidates: &'b [Probe<'b>]) -> Look<'b> {
        let (points, block_rows) = (self.points, self.points.block_rows());
        let first = block * block_rows;
        let filter = points.filter().filter(|_| !self.is_exact);
        Look {
            n_features: points.n_features(),
            rows: &points.rows()[first * points.n_features()..],
            tiles: filter.map(|filter| filter.block(block, block_rows).0),
            weights: points.weights().map(|weights| &weights[first..]),
            last: &self.last,
            distances,
            candidates,
        }
    }
}

/// A look at the rows of a block.
struct Look<'a> {
    n_features: usize,
    rows: &'a [f64],
    /// Where distances are of single precision.
    tiles: Option<&'a [f32]>,
    weights: Option<&'a [f64]>,
    last: &'a Probe<'a>,
    distances: &'a mut [f64],
    candidates: &'a [Probe<'a>],
}

impl Look<'_> {
    /// The squared distances of the rows of a tile.
    #[inline(always)]
    fn measure(&self, tile: usize, probe: &Probe<'_>) -> [f64; TILE] {
        let len = TILE * self.n_features;
        if let Some(tiles) = self.tiles {
            let mut sums = [0.0_f32; TILE];
            let columns = tiles[tile * len..(tile + 1) * len].as_chunks::<TILE>().0;
            for (values, x) in columns.iter().zip(&probe.single) {
                for (sum, value) in sums.iter_mut().zip(values) {
                    let difference = value - x;
                    *sum += difference * difference;
                }
            }
            return sums.map(f64::from);
        }
        let mut sums = [0.0; TILE];
        let rows = self.rows[tile * len..].chunks_exact(self.n_features);
        sums.iter_mut().zip(rows).for_each(|(sum, row)| *sum = squared_distance(row, probe.row));
        sums
    }
}

impl Work for Look<'_> {
    type Done = Vec<f64>;

    #[inline(always)]
    fn work(self) -> Vec<f64> {
        let mut sums = vec![[0.0; LANES]; 1 + self.candidates.len()];
        for tile in 0..self.distances.len().div_ceil(TILE) {
            let rows = tile * TILE..self.distances.len().min((tile + 1) * TILE);
            let new = self.measure(tile, self.last);
            // What fills up the last tile weighs nothing.
            let (mut nearest, mut weights) = ([0.0; TILE], [0.0; TILE]);
            for (at, distance) in self.distances[rows.clone()].iter_mut().enumerate() {
                *distance = distance.min(new[at]);
                nearest[at] = *distance;
            }
            match self.weights {
                Some(all) => weights[..rows.len()].copy_from_slice(&all[rows]),
                None => weights[..rows.len()].fill(1.0),
            }
            add(&mut sums[0], &nearest, &nearest, &weights);
            for (sum, candidate) in sums[1..].iter_mut().zip(self.candidates) {
                add(sum, &nearest, &self.measure(tile, candidate), &weights);
            }
        }
        sums.iter().map(|lanes| lanes.iter().sum()).collect()
    }
}

/// Adds the lesser of each two, times its weight.
#[inline(always)]
fn add(sums: &mut [f64; LANES], one: &[f64; TILE], other: &[f64; TILE], weights: &[f64; TILE]) {
    let chunks = one.as_chunks::<LANES>().0.iter().zip(other.as_chunks::<LANES>().0);
    for ((one, other), weights) in chunks.zip(weights.as_chunks::<LANES>().0) {
        for (sum, ((one, other), weight)) in sums.iter_mut().zip(one.iter().zip(other).zip(weights)) {
            let lesser = if one < other { one } else { other };
            *sum += lesser * weight;
        }
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

    fn drawn(points: &Points<'_>) -> [usize; 2] {
        let seeding = Seeding::new(points, 0);
        let mut random = Random::new(1, 0);
        let mut seen = [0; 2];
        for _ in 0..10_000 {
            match seeding.draw(random.unit()) {
                10 => seen[0] += 1,
                2500 => seen[1] += 1,
                row => panic!("row {row} has no weight"),
            }
        }
        seen
    }

    #[test]
    fn rows_are_drawn_in_proportion_to_their_squared_distance_and_weight() {
        let mut data = Array2::<f64>::zeros((3000, 1));
        data[[10, 0]] = 1.0;
        data[[2500, 0]] = 3.0;
        for points in [Points::from_rows(&data).unwrap(), Points::from_rows(&data).unwrap().without_filter()]
        {
            let seen = drawn(&points);
            assert!((900..1100).contains(&seen[0]), "{seen:?}");
            let mut weights = vec![1.0; 3000];
            weights[10] = 9.0;
            let seen = drawn(&points.clone().with_weights(&weights).unwrap());
            assert!((4800..5200).contains(&seen[0]), "{seen:?}");
            weights[10] = 0.0;
            assert_eq!(drawn(&points.with_weights(&weights).unwrap()), [0, 10_000]);
        }
    }

    #[test]
    fn the_first_is_drawn_by_weight() {
        let data = array![[0.0], [1.0], [2.0]];
        let points = Points::from_rows(&data).unwrap().with_weights(vec![0.0, 3.0, 1.0]).unwrap();
        let mut random = Random::new(8, 0);
        let mut seen = [0; 3];
        (0..4000).for_each(|_| seen[first_row(&points, &mut random)] += 1);
        assert_eq!(seen[0], 0);
        assert!((2900..3100).contains(&seen[1]), "{seen:?}");
    }

    #[test]
    fn the_candidate_that_leaves_least_is_taken() {
        let data = array![[0.0], [5.0], [6.0], [7.0], [-4.0]];
        let points = Points::from_rows(&data).unwrap();
        let mut seeding = Seeding::new(&points, 0);
        seeding.add_best(vec![4, 3, 2, 2]);
        assert_eq!(seeding.centroids, [0.0, 6.0]);
        assert!((seeding.block_sums[0] * 64.0 - 18.0).abs() < 1e-5, "in units of 8");
    }

    #[test]
    fn sums_are_the_same_on_every_set_of_instructions() {
        let mut random = Random::new(21, 0);
        let data = Array2::from_shape_fn((777, 5), |_| random.unit());
        let weights: Vec<f64> = (0..777).map(|_| random.unit()).collect();
        let points = Points::from_rows(&data).unwrap().with_weights(&weights).unwrap();
        for points in [points.clone(), points.without_filter()] {
            let seeding = Seeding::new(&points, 3);
            let frame = points.filter().map(|filter| filter.frame());
            let candidates: Vec<Probe<'_>> = (5..9).map(|row| Probe::new(points.row(row), frame)).collect();
            let (mut one, mut other) = (vec![0.7; 777], vec![0.7; 777]);
            let sums = fastest(seeding.block(0, &mut one, &candidates));
            assert_eq!(seeding.block(0, &mut other, &candidates).work(), sums);
            assert_eq!((one, sums.len()), (other, 5));
        }
    }

    #[test]
    fn weights_move_the_choice() {
        let data = array![[0.0], [5.0], [6.0], [7.0], [-4.0]];
        let points = Points::from_rows(&data).unwrap().with_weights(vec![1.0, 1.0, 1.0, 1.0, 50.0]).unwrap();
        let mut seeding = Seeding::new(&points, 0);
        seeding.add_best(vec![3, 4, 2]);
        assert_eq!(seeding.centroids, [0.0, -4.0]);
    }

    #[test]
    fn rows_that_single_precision_cannot_tell_apart_are_drawn_too() {
        let data = array![[0.0], [1.0], [1.0 + 1e-12], [1.0 + 2e-12]];
        let points = Points::from_rows(&data).unwrap();
        for seed in 0..20 {
            let mut centroids = plus_plus(&points, 4, &mut Random::new(seed, 0), &Control::new()).unwrap();
            centroids.sort_by(f64::total_cmp);
            assert_eq!(centroids, data.iter().copied().collect::<Vec<_>>());
        }
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
