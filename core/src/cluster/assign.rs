//! The nearest centroid of every row: by the filter where it is sure, by the verdict elsewhere.

use ndarray::Array2;
use rayon::prelude::*;

use super::exact::{Exact, LANES, distances as distances_from};
use super::filter::{Filter, Frame, Scorer, TILE, UNSURE, in_reach};
use super::follow::{Follow, Move};
use super::points::{Points, block_rows, lay_out, squared_distance};
use super::sums::{Sums, Units};
use crate::cpu::{Work, fastest};
use crate::error::ParamError;

/// The filter is left out once the verdict was needed for more than one row in so many.
const SETTLED: usize = 3;

/// Keeps labels and sums up to date with centroids that move.
#[derive(Debug)]
pub(super) struct Assigner<'a> {
    points: &'a Points<'a>,
    units: &'a Units,
    filter: Option<&'a Filter>,
}

impl<'a> Assigner<'a> {
    pub(super) fn new(points: &'a Points<'a>, units: &'a Units) -> Self {
        Self { points, units, filter: points.filter() }
    }

    /// Gives every row the label of its nearest centroid, the lowest of equals, and moves it between the sums; tells
    /// whether a row with a weight has another label than before. O(n_rows k n_features).
    pub(super) fn assign(&mut self, centroids: &[f64], labels: &mut [u32], sums: &mut Sums) -> bool {
        let (points, units) = (self.points, self.units);
        let nearest = Nearest::new(self.filter, centroids, points.n_features());
        let block_rows = points.block_rows();
        let rows = points.rows().par_chunks(block_rows * points.n_features());
        let blocks = rows.zip(labels.par_chunks_mut(block_rows)).enumerate();
        // Whole numbers are added, so that it does not matter in which parts; few parts take less memory.
        let at_least = points.n_rows().div_ceil(block_rows) / (4 * rayon::current_num_threads());
        let part = blocks
            .with_min_len(at_least)
            .fold(
                || Part::new(units, sums.n_clusters()),
                |mut part, (block, (rows, labels))| {
                    part.n_unsure += nearest.label(rows, nearest.tiles(block, block_rows), &mut part.found);
                    let Part { changed, change, found, moves, .. } = &mut part;
                    let first = block * block_rows;
                    *changed |= Follow { points, units, first, labels, found, moves, change }.follow();
                    part
                },
            )
            .reduce_with(|part, other| part.with(&other));
        let Some(part) = part else { return false };
        sums.merge(&part.change);
        if part.n_unsure * SETTLED > points.n_rows() {
            self.filter = None;
        }
        part.changed
    }
}

/// What some blocks yield.
struct Part {
    changed: bool,
    n_unsure: usize,
    change: Sums,
    found: Vec<u32>,
    moves: Vec<Move>,
}

impl Part {
    fn new(units: &Units, n_clusters: usize) -> Self {
        let change = Sums::new(units, n_clusters);
        Self { changed: false, n_unsure: 0, change, found: Vec::new(), moves: Vec::new() }
    }

    fn with(mut self, other: &Self) -> Self {
        self.changed |= other.changed;
        self.n_unsure += other.n_unsure;
        self.change.merge(&other.change);
        self
    }
}

/// Centroids, made ready to be compared.
struct Nearest<'a> {
    exact: Exact,
    filter: Option<(&'a Filter, Scorer)>,
}

/// The tiles and norms of a block.
type Tiles<'a> = (&'a [f32], &'a [f32]);

impl<'a> Nearest<'a> {
    fn new(filter: Option<&'a Filter>, centroids: &[f64], n_features: usize) -> Self {
        let scorer = filter.and_then(|filter| Some((filter, Scorer::new(filter.frame(), centroids)?)));
        Self { exact: Exact::new(centroids, n_features), filter: scorer }
    }

    fn tiles(&self, block: usize, block_rows: usize) -> Option<(&Scorer, Tiles<'_>)> {
        let (filter, scorer) = self.filter.as_ref()?;
        Some((scorer, filter.block(block, block_rows)))
    }

    /// The labels of a block's rows; gives how many needed the verdict.
    fn label(&self, rows: &[f64], tiles: Option<(&Scorer, Tiles<'_>)>, found: &mut Vec<u32>) -> usize {
        found.clear();
        let n_features = self.exact.n_features();
        let n_rows = rows.len() / n_features;
        found.resize(n_rows.next_multiple_of(TILE), UNSURE);
        if let Some((scorer, (tiles, norms))) = tiles {
            scorer.label(tiles, norms, found);
        }
        found.truncate(n_rows);
        fastest(Verdict { exact: &self.exact, rows, found })
    }
}

/// Settles what is unsure; gives how many rows that were.
struct Verdict<'a> {
    exact: &'a Exact,
    rows: &'a [f64],
    found: &'a mut [u32],
}

impl Work for Verdict<'_> {
    type Done = usize;

    #[inline(always)]
    fn work(self) -> usize {
        let n_features = self.exact.n_features();
        let mut n_unsure = 0;
        for (rows, labels) in self.rows.chunks(TILE * n_features).zip(self.found.chunks_mut(TILE)) {
            // Of a whole tile without doubt, the rows are not looked at.
            if labels.iter().fold(0, |any, label| any | u32::from(*label == UNSURE)) == 0 {
                continue;
            }
            for (row, label) in rows.chunks_exact(n_features).zip(labels) {
                if *label == UNSURE {
                    *label = self.exact.nearest(row);
                    n_unsure += 1;
                }
            }
        }
        n_unsure
    }
}

/// The label of the nearest centroid of every row, the lowest of equals; of rows that were not seen before, so that they
/// are checked too. Tiles are made block by block and dropped.
pub(super) fn nearest(
    name: &'static str,
    rows: &[f64],
    centroids: &[f64],
    n_features: usize,
) -> Result<Vec<u32>, ParamError> {
    let n_rows = rows.len() / n_features;
    let frame = Frame::around(rows, n_features);
    let (nearest, scorer) = (Nearest::new(None, centroids, n_features), Scorer::new(&frame, centroids));
    let block_rows = block_rows(n_rows);
    let mut labels = vec![0; n_rows];
    let blocks = rows.par_chunks(block_rows * n_features).zip(labels.par_chunks_mut(block_rows)).enumerate();
    let checks: Vec<Result<(), ParamError>> = blocks
        .map(|(block, (rows, labels))| {
            let n_tiles = labels.len().div_ceil(TILE);
            let (mut tiles, mut norms) = (vec![0.0; n_tiles * TILE * n_features], vec![0.0; n_tiles]);
            lay_out(name, rows, block * block_rows, &frame, &mut tiles, &mut norms)?;
            let scorer = scorer.as_ref().filter(|_| in_reach(n_features, &norms));
            let tiles = scorer.map(|scorer| (scorer, (&tiles[..], &norms[..])));
            let mut found = Vec::new();
            nearest.label(rows, tiles, &mut found);
            labels.copy_from_slice(&found);
            Ok(())
        })
        .collect();
    checks.into_iter().collect::<Result<(), _>>()?;
    Ok(labels)
}

/// The distances of every row from every centroid, shape (n_rows, k).
pub(super) fn distances(points: &Points<'_>, centroids: &[f64]) -> Array2<f64> {
    let (n_features, n_clusters) = (points.n_features(), centroids.len() / points.n_features());
    let exact = Exact::new(centroids, n_features);
    let mut found = vec![0.0; points.n_rows() * n_clusters];
    let rows = points.rows().par_chunks(points.block_rows() * n_features);
    rows.zip(found.par_chunks_mut(points.block_rows() * n_clusters))
        .for_each(|(rows, found)| fastest(Measure { exact: &exact, rows, found, n_clusters }));
    Array2::from_shape_vec((points.n_rows(), n_clusters), found).expect("there is a distance for each pair")
}

struct Measure<'a> {
    exact: &'a Exact,
    rows: &'a [f64],
    found: &'a mut [f64],
    n_clusters: usize,
}

impl Work for Measure<'_> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        let rows = self.rows.chunks_exact(self.exact.n_features());
        for (row, found) in rows.zip(self.found.chunks_exact_mut(self.n_clusters)) {
            for (found, group) in found.chunks_mut(LANES).zip(self.exact.groups()) {
                let squares = distances_from(group, row);
                found.iter_mut().zip(squares).for_each(|(found, square)| *found = square.sqrt());
            }
        }
    }
}

/// The sum of the squared distances of all rows from the centroids of their labels, each times the row's weight; added
/// in the order of rows within a block and of blocks.
pub(super) fn inertia(points: &Points<'_>, centroids: &[f64], labels: &[u32]) -> f64 {
    let n_features = points.n_features();
    let block_rows = points.block_rows();
    let blocks = points.rows().par_chunks(block_rows * n_features).zip(labels.par_chunks(block_rows));
    let of_blocks: Vec<f64> = blocks
        .enumerate()
        .map(|(block, (rows, labels))| {
            let mut sum = 0.0;
            for (at, (row, &label)) in rows.chunks_exact(n_features).zip(labels).enumerate() {
                let first = label as usize * n_features;
                let square = squared_distance(row, &centroids[first..first + n_features]);
                sum += points.weight(block * block_rows + at) * square;
            }
            sum
        })
        .collect();
    of_blocks.iter().sum()
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "equal to the last bit is what is meant")]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::random::Random;

    /// The label of the nearest centroid, the lowest of equals, and its squared distance.
    fn brute(row: &[f64], centroids: &[f64]) -> (u32, f64) {
        let mut best = (u32::MAX, f64::INFINITY);
        for (label, centroid) in (0..).zip(centroids.chunks(row.len())) {
            let mut distance = 0.0;
            row.iter().zip(centroid).for_each(|(x, c)| distance += (x - c) * (x - c));
            if distance < best.1 {
                best = (label, distance);
            }
        }
        best
    }

    /// Random rows and rows among which ties, duplicates and extremes are many; with centroids.
    fn cases() -> Vec<(&'static str, Array2<f64>, Array2<f64>)> {
        let mut random = Random::new(5, 0);
        let mut uniform =
            |rows: usize, columns: usize| Array2::from_shape_fn((rows, columns), |_| random.unit() - 0.5);
        let (rows, centroids) = (uniform(5003, 3), uniform(11, 3));
        let lattice = |rows: &Array2<f64>| rows.mapv(|x| (x * 9.0).round());
        let mut outlier = rows.clone();
        outlier[[17, 0]] = 1e9;
        let mut extreme = rows.clone();
        extreme[[4000, 1]] = -1e130;
        let ranges = array![[1e-9, 1.0, 1e7]];
        let repeated = Array2::from_shape_fn((3000, 3), |(i, j)| rows[[i % 7, j]]);
        let near = Array2::from_shape_fn((3000, 3), |(i, j)| {
            centroids[[i % 11, j]] * 0.5 + centroids[[i % 3, j]] * 0.5
        });
        vec![
            ("random", rows.clone(), centroids.clone()),
            ("one centroid", rows.clone(), uniform(1, 3)),
            ("wide", uniform(2000, 40), uniform(33, 40)),
            ("narrow", uniform(4000, 1), uniform(70, 1)),
            ("lattice", lattice(&rows), lattice(&centroids)),
            ("halves of a lattice", lattice(&rows), lattice(&centroids) + 0.5),
            ("duplicates", repeated, centroids.clone()),
            ("equal centroids", rows.clone(), Array2::from_shape_fn((9, 3), |(i, j)| centroids[[i % 4, j]])),
            ("between centroids", near, centroids.clone()),
            ("far", &rows + 1e9, &centroids + 1e9),
            ("far and fine", &rows * 1e-6 + 1e9, &centroids * 1e-6 + 1e9),
            ("huge", &rows * 1e140, &centroids * 1e140),
            ("tiny", &rows * 1e-140, &centroids * 1e-140),
            ("too tiny to square", &rows * 1e-170, &centroids * 1e-170),
            ("an outlier", outlier, centroids.clone()),
            ("an extreme", extreme, centroids.clone()),
            ("a centroid far away", rows.clone(), centroids.mapv(|x| if x > 0.45 { 1e100 } else { x })),
            ("ranges", &rows * &ranges, &centroids * &ranges),
            ("all the same", Array2::from_elem((2000, 3), 7.5), centroids),
        ]
    }

    #[test]
    fn labels_are_those_of_ten_lines() {
        for (name, data, centroids) in cases() {
            let points = Points::from_rows(&data).unwrap();
            let centroids: Vec<f64> = centroids.iter().copied().collect();
            let expected: Vec<u32> =
                data.outer_iter().map(|row| brute(&row.to_vec(), &centroids).0).collect();
            for points in [points.clone(), points.without_filter()] {
                let units = Units::new(&points);
                let mut sums = Sums::new(&units, centroids.len() / data.ncols());
                let mut labels = vec![u32::MAX; data.nrows()];
                let mut assigner = Assigner::new(&points, &units);
                assert!(assigner.assign(&centroids, &mut labels, &mut sums), "{name}");
                assert!(labels == expected, "{name}");
                assert!(!assigner.assign(&centroids, &mut labels, &mut sums), "{name}");
                let mut whole = Sums::new(&units, sums.n_clusters());
                for (row, &label) in expected.iter().enumerate() {
                    whole.shift(&units, points.row(row), 1.0, None, label as usize);
                }
                assert!(sums.equal(&whole), "{name}");
            }
            let rows: Vec<f64> = data.iter().copied().collect();
            assert!(nearest("data", &rows, &centroids, data.ncols()).unwrap() == expected, "{name}");
        }
    }

    #[test]
    fn sums_follow_centroids_that_move() {
        let mut random = Random::new(7, 0);
        let data = Array2::from_shape_fn((3001, 2), |_| random.unit());
        let weights: Vec<f64> = (0..3001).map(|i| f64::from(i % 4)).collect();
        let points = Points::from_rows(&data).unwrap().with_weights(&weights).unwrap();
        let units = Units::new(&points);
        let (mut labels, mut sums) = (vec![u32::MAX; 3001], Sums::new(&units, 6));
        let mut assigner = Assigner::new(&points, &units);
        for _ in 0..5 {
            let centroids: Vec<f64> = (0..12).map(|_| random.unit()).collect();
            assigner.assign(&centroids, &mut labels, &mut sums);
            let mut whole = Sums::new(&units, 6);
            for (row, &label) in labels.iter().enumerate().filter(|(row, _)| weights[*row] > 0.0) {
                whole.shift(&units, points.row(row), weights[row], None, label as usize);
            }
            assert!(sums.equal(&whole));
        }
    }

    #[test]
    fn distances_and_inertia_are_those_of_rows() {
        for (name, data, centroids) in cases() {
            let weights: Vec<f64> = (0..data.nrows()).map(|row| [0.0, 1.0, 2.5][row % 3]).collect();
            let points = Points::from_rows(&data).unwrap().with_weights(&weights).unwrap();
            let flat: Vec<f64> = centroids.iter().copied().collect();
            let (mut labels, mut sum) = (Vec::new(), 0.0);
            for (row, weight) in data.outer_iter().zip(&weights) {
                let (label, distance) = brute(&row.to_vec(), &flat);
                labels.push(label);
                sum += weight * distance;
            }
            let found = inertia(&points, &flat, &labels);
            assert!((found - sum).abs() <= 1e-12 * sum, "{name}: {found} and {sum}");
            let found = distances(&points, &flat);
            assert_eq!(found.dim(), (data.nrows(), centroids.nrows()));
            for ((row, cluster), distance) in found.indexed_iter() {
                let row = points.row(row);
                let centroid = centroids.row(cluster).to_vec();
                assert_eq!(*distance, squared_distance(row, &centroid).sqrt(), "{name}");
            }
        }
    }
}
