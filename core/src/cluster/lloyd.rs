//! Lloyd's iteration: rows go to the nearest centroid, centroids go to the mean of their rows, and again.
//!
//! Lloyd 1982, "Least squares quantization in PCM" (doi 10.1109/TIT.1982.1056489).

use rayon::prelude::*;

use super::assign::{Assigner, inertia};
use super::points::Points;
use super::sums::{Sums, Units};
use crate::error::Result;
use crate::fit::Control;

/// When an iteration is the last, and how clusters are numbered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// How often the centroids may move.
    pub(super) max_iter: usize,
    /// The share of the inertia that a move must save for another to follow; 0 for no such rule.
    pub(super) tolerance: f64,
    /// Whether clusters are numbered by their centroids, or stay as they were given.
    pub(super) sorted: bool,
}

/// Where a start ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) centroids: Vec<f64>,
    pub(super) labels: Vec<u32>,
    pub(super) sizes: Vec<usize>,
    pub(super) inertia: f64,
    pub(super) n_iter: usize,
    pub(super) converged: bool,
}

/// Moves `centroids`, row by row, until the rules say stop; O(n_rows k n_features) for each iteration.
///
/// Labels, sizes and inertia of the result belong to its centroids: labelling the rows anew would change nothing.
/// `progress` is told how many iterations are done.
pub(super) fn lloyd(
    points: &Points<'_>,
    mut centroids: Vec<f64>,
    rules: Rules,
    control: &Control,
    progress: impl Fn(usize),
) -> Result<Run> {
    let n_features = points.n_features();
    let units = Units::new(points);
    let mut sums = Sums::new(&units, centroids.len() / n_features);
    let mut assigner = Assigner::new(points, &units);
    let mut labels = vec![u32::MAX; points.n_rows()];
    let mut before = f64::INFINITY;
    let mut n_iter = 0;
    if rules.sorted {
        sort(&mut centroids, &mut labels, &mut sums, n_features);
    }
    loop {
        control.check()?;
        let changed = assigner.assign(&centroids, &mut labels, &mut sums);
        let has_empty = sums.has_empty();
        let mut saves_little = false;
        if rules.tolerance > 0.0 {
            let now = inertia(points, &centroids, &labels);
            saves_little = n_iter > 0 && before - now <= rules.tolerance * before;
            before = now;
        }
        let converged = !changed || (saves_little && !has_empty);
        if converged || n_iter == rules.max_iter {
            let inertia = inertia(points, &centroids, &labels);
            let sizes = sizes(&labels, sums.n_clusters());
            return Ok(Run { centroids, labels, sizes, inertia, n_iter, converged });
        }
        if has_empty {
            fill_empty(points, &units, &mut centroids, &mut labels, &mut sums);
        }
        for (cluster, centroid) in centroids.chunks_exact_mut(n_features).enumerate() {
            if !sums.is_empty(cluster) {
                sums.mean(&units, cluster, centroid);
            }
        }
        if rules.sorted {
            sort(&mut centroids, &mut labels, &mut sums, n_features);
        }
        n_iter += 1;
        progress(n_iter);
    }
}

/// The number of rows of each cluster.
fn sizes(labels: &[u32], n_clusters: usize) -> Vec<usize> {
    let mut sizes = vec![0; n_clusters];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    sizes
}

/// Gives each empty cluster the row that is farthest from every centroid, the first of equals, out of a cluster that
/// keeps others; the centroid moves onto that row. This always lowers the inertia. Rows of weight 0 do not count.
///
/// With at least as many distinct rows as clusters there is such a row at a distance above zero, unless the squares
/// of distances are too small for a double; the cluster then stays empty.
fn fill_empty(
    points: &Points<'_>,
    units: &Units,
    centroids: &mut [f64],
    labels: &mut [u32],
    sums: &mut Sums,
) {
    let n_features = points.n_features();
    let from_own = |(row, &label): (usize, &u32)| {
        let first = label as usize * n_features;
        points.squared_distance(row, &centroids[first..first + n_features])
    };
    let mut distances: Vec<f64> = labels.par_iter().enumerate().map(from_own).collect();
    for (empty, centroid) in (0_u32..).zip(centroids.chunks_exact_mut(n_features)) {
        if !sums.is_empty(empty as usize) {
            continue;
        }
        let mut farthest = (0.0, None);
        for (row, &distance) in distances.iter().enumerate() {
            let may_go = || sums.has_several(labels[row] as usize) && points.weight(row) > 0.0;
            if distance > farthest.0 && may_go() {
                farthest = (distance, Some(row));
            }
        }
        let Some(row) = farthest.1 else { return };
        let from = Some(labels[row] as usize);
        sums.shift(units, points.row(row), points.weight(row), from, empty as usize);
        labels[row] = empty;
        centroid.copy_from_slice(points.row(row));
        distances.par_iter_mut().enumerate().for_each(|(row, distance)| {
            *distance = distance.min(points.squared_distance(row, centroid));
        });
    }
}

/// Numbers the clusters by their centroids, first feature first, and labels and sums with them.
fn sort(centroids: &mut Vec<f64>, labels: &mut [u32], sums: &mut Sums, n_features: usize) {
    let rows: Vec<&[f64]> = centroids.chunks_exact(n_features).collect();
    let in_order = |a: &[f64], b: &[f64]| {
        let differing = a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|order| order.is_ne());
        differing.unwrap_or(std::cmp::Ordering::Equal)
    };
    if rows.is_sorted_by(|a, b| in_order(a, b).is_le()) {
        return;
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| in_order(rows[a], rows[b]));
    let sorted = order.iter().flat_map(|&old| rows[old]).copied().collect();
    sums.reorder(&order);
    let mut new_labels = vec![0; order.len()];
    (0..).zip(order).for_each(|(new, old)| new_labels[old] = new);
    // Labels are u32::MAX before the first assignment.
    labels.par_iter_mut().with_min_len(1 << 14).for_each(|label| {
        if *label != u32::MAX {
            *label = new_labels[*label as usize];
        }
    });
    *centroids = sorted;
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    const GIVEN: Rules = Rules { max_iter: 100, tolerance: 0.0, sorted: false };

    fn run(data: &ndarray::Array2<f64>, start: &[f64], rules: Rules) -> Run {
        let points = Points::new("data", &data.view()).unwrap();
        lloyd(&points, start.to_vec(), rules, &Control::new(), |_| ()).unwrap()
    }

    #[test]
    fn centroids_end_at_the_means_of_their_rows() {
        let data = array![[0.0], [1.0], [2.0], [10.0], [12.0]];
        let run = run(&data, &[0.0, 1.0], GIVEN);
        assert_eq!(run.centroids, [1.0, 11.0]);
        assert_eq!(run.labels, [0, 0, 0, 1, 1]);
        assert_eq!(run.sizes, [3, 2]);
        assert_eq!((run.inertia, run.converged), (4.0, true));
    }

    #[test]
    fn the_iterations_are_limited() {
        let data = array![[0.0], [1.0], [2.0], [10.0], [12.0]];
        let one = run(&data, &[0.0, 1.0], Rules { max_iter: 1, ..GIVEN });
        assert_eq!((one.n_iter, one.converged), (1, false));
        assert_eq!(one.centroids, [0.0, 6.25]);
        assert_eq!(one.labels, [0, 0, 0, 1, 1], "labels belong to the centroids returned");
    }

    #[test]
    fn a_tolerance_ends_the_run_early() {
        let data = array![[0.0], [1.0], [2.0], [10.0], [12.0]];
        let all = run(&data, &[0.0, 1.0], GIVEN);
        let early = run(&data, &[0.0, 1.0], Rules { tolerance: 0.99, ..GIVEN });
        assert!(early.converged && all.n_iter > 1);
        assert_eq!(early.n_iter, 1, "what the first move saves is known after it");
        assert!(early.inertia > all.inertia);
    }

    #[test]
    fn a_tolerance_leaves_no_cluster_empty() {
        let data = array![[2.0], [2.0], [2.6], [7.4], [8.0], [8.0]];
        let run = run(&data, &[0.0, 5.0, 10.0], Rules { tolerance: 0.99, ..GIVEN });
        assert!(run.converged && run.sizes.iter().all(|&size| size > 0), "{:?}", run.sizes);
    }

    #[test]
    fn empty_clusters_take_the_farthest_rows() {
        let data = array![[0.0], [1.0], [2.0], [3.0], [30.0], [40.0]];
        let run = run(&data, &[1.0, 500.0, 400.0], GIVEN);
        assert_eq!(run.centroids, [1.5, 40.0, 30.0]);
        assert_eq!(run.sizes, [4, 1, 1]);
        assert!(run.converged);
    }

    #[test]
    fn two_empty_clusters_take_rows_that_are_far_from_each_other() {
        let data = array![[0.0], [1.0], [2.0], [3.0], [40.0], [40.5], [20.0]];
        let run = run(&data, &[1.0, 500.0, 400.0], GIVEN);
        assert_eq!(run.centroids, [1.5, 40.25, 20.0]);
    }

    #[test]
    fn equal_starts_end_apart() {
        let data = array![[0.0], [0.0], [0.0], [5.0], [5.0], [9.0]];
        let run = run(&data, &[0.0, 0.0, 0.0], GIVEN);
        assert_eq!(run.centroids, [0.0, 9.0, 5.0]);
        assert_eq!((run.sizes, run.inertia), (vec![3, 1, 2], 0.0));
    }

    #[test]
    fn an_empty_cluster_never_empties_another() {
        let data = array![[0.0], [0.0], [1.0], [1.0], [100.0]];
        let run = run(&data, &[0.0, 60.0, 1000.0], GIVEN);
        assert_eq!((run.sizes, run.inertia), (vec![2, 1, 2], 0.0));
    }

    #[test]
    fn sorted_runs_number_clusters_by_centroid() {
        let data = array![[1.0, 5.0], [1.0, 4.0], [0.0, 9.0], [1.0, 0.0]];
        let run = run(&data, &[1.0, 5.0, 1.0, 0.0, 0.0, 9.0], Rules { sorted: true, ..GIVEN });
        assert_eq!(run.centroids, [0.0, 9.0, 1.0, 0.0, 1.0, 4.5]);
        assert_eq!(run.labels, [2, 2, 0, 1]);
        assert_eq!(run.sizes, [1, 1, 2]);
    }

    #[test]
    fn a_change_of_number_is_no_change_of_cluster() {
        let data = array![[4.0, 0.0], [4.0, 1.0], [0.0, 10.0], [0.0, 11.0]];
        let run = run(&data, &[0.0, 0.0, 1.0, 10.0], Rules { sorted: true, ..GIVEN });
        assert_eq!(run.centroids, [0.0, 10.5, 4.0, 0.5]);
        assert_eq!((run.labels, run.n_iter), (vec![1, 1, 0, 0], 1));
    }

    #[test]
    fn rows_too_close_for_a_double_end_the_run_all_the_same() {
        let data = array![[0.0], [1e-170], [2e-170]];
        let run = run(&data, &[0.0, 5.0], GIVEN);
        assert!(run.converged);
    }
}
