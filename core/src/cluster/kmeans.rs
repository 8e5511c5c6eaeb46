//! The k-means model: fitting it, asking it.

use ndarray::{Array2, ArrayBase, ArrayView2, Data, Ix2};

use super::assign::{distances, inertia, nearest};
use super::init::plus_plus;
use super::kmeans_params::{Init, KMeansParams};
use super::lloyd::{Rules, Run, lloyd};
use super::points::Points;
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::params::Checked;
use crate::random::Random;

/// Rows divided into clusters, so that the sum of the squared distances of the rows from the mean of their cluster, the
/// inertia, is low.
///
/// # How it is computed
/// Lloyd's iteration: each row goes to its nearest centroid, each centroid to the mean of its rows, until no row
/// changes its cluster. This ends in a local optimum, so it is done from several starts and the best is kept. A start
/// is made by greedy k-means++ from the seed, or given.
///
/// - A row equally near to several centroids goes to the lowest label.
/// - A cluster that loses all its rows gets the row that is farthest from every centroid, the first of equals.
/// - Rows may have [weights](Points::with_weights); those of weight 0 have labels, and no say in anything.
/// - Clusters from k-means++ are numbered by their centroids: ascending in the first feature, ties by the second, and
///   so on. Clusters from a given start keep its order.
/// - Features weigh by their scale: bring them to a common one first.
///
/// The answer depends on the data, the order of its rows and the parameters, and on nothing else: it is the same bit
/// for bit on any number of threads, and with whatever instructions the processor has. A row's label is that of the
/// smallest squared distance in double precision, its sum added in the order of the features: most labels are found in
/// single precision with a proof that no other is nearer, the rest in double. The sums of a cluster's rows are exact
/// whole numbers of units of 2^-82 of the feature's largest magnitude (for a million rows; of 2^-100 for less than two
/// thousand), so that a mean has all digits of a double however far the data is from the origin.
///
/// # Complexity
/// O(i n k d) time for each start, with i iterations, n rows, k clusters and d features, plus O(n k d ln k) for
/// k-means++; half the memory of the data and O(n + k d) of extra space. All of it runs on rayon's current thread pool.
///
/// # References
/// Lloyd 1982, "Least squares quantization in PCM", doi 10.1109/TIT.1982.1056489. Arthur and Vassilvitskii 2007,
/// "k-means++: the advantages of careful seeding", doi 10.5555/1283383.1283494.
///
/// # Example
/// ```
/// use kosar::Fit;
/// use kosar::cluster::KMeans;
/// use ndarray::array;
///
/// let visits_and_orders = array![[1.0, 1.0], [9.0, 8.0], [1.0, 2.0], [8.0, 9.0], [2.0, 1.0]];
/// let model = KMeans::params(2).seed(7).fit(&visits_and_orders)?;
/// assert_eq!(model.labels(), [0, 1, 0, 1, 0]);
/// assert_eq!(model.sizes(), [3, 2]);
/// assert_eq!(model.predict(&array![[7.0, 7.0]])?, [1]);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    /// How it was fitted, without a given start.
    pub(super) params: KMeansParams,
    pub(super) n_features: usize,
    pub(super) run: Run,
}

impl KMeans {
    /// Parameters for `n_clusters` clusters, at least 1 and at most the number of distinct rows.
    ///
    /// The others begin as: [`n_init`](KMeansParams::n_init) 10, [`max_iter`](KMeansParams::max_iter) 300,
    /// [`tolerance`](KMeansParams::tolerance) 0 (until no row changes its cluster), [`seed`](KMeansParams::seed) 0,
    /// [`init`](KMeansParams::init) [`Init::KMeansPlusPlus`].
    #[must_use]
    pub fn params(n_clusters: usize) -> KMeansParams {
        KMeansParams::new(n_clusters)
    }

    /// The centroids, of shape (n_clusters, n_features): the mean of each cluster's rows.
    ///
    /// When [`max_iter`](KMeansParams::max_iter) or [`tolerance`](KMeansParams::tolerance) ended the fit, they are the
    /// means of the labels one iteration before.
    #[must_use]
    pub fn centroids(&self) -> ArrayView2<'_, f64> {
        ArrayView2::from_shape((self.run.sizes.len(), self.n_features), &self.run.centroids)
            .expect("there are n_features values for each cluster")
    }

    /// The cluster of each row of the data, from 0: that of the nearest centroid; empty for a model saved without
    /// histories.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.run.labels
    }

    /// The sum of the squared distances of the rows from the centroids of their clusters, each times the weight of its row
    /// where the fit had weights.
    #[must_use]
    pub fn inertia(&self) -> f64 {
        self.run.inertia
    }

    /// How often the centroids moved in the start that was kept.
    #[must_use]
    pub fn n_iter(&self) -> usize {
        self.run.n_iter
    }

    /// The number of rows of each cluster.
    ///
    /// None is empty, unless the fit ended at [`max_iter`](KMeansParams::max_iter) or all rows left are closer together
    /// than 1e-150.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.run.sizes
    }

    /// Whether the start that was kept ended by itself, before or at [`max_iter`](KMeansParams::max_iter).
    #[must_use]
    pub fn converged(&self) -> bool {
        self.run.converged
    }

    /// The cluster with the nearest centroid for each row of `data`, shape (n_rows, n_features), the lowest of equals.
    ///
    /// For the rows that the model was fitted on, this is [`KMeans::labels`]. No rows give no labels. O(n k d) time.
    ///
    /// # Errors
    /// [`ParamError::Shape`] for another number of columns, [`ParamError::NotFinite`] for a value that is no finite
    /// number, [`ParamError::OutOfRange`] for one beyond 1e140 in magnitude.
    pub fn predict<S: Data<Elem = f64>>(&self, data: &ArrayBase<S, Ix2>) -> Result<Vec<u32>> {
        check_columns("data", data.dim(), self.n_features)?;
        let rows = data.as_standard_layout();
        let rows = rows.as_slice().expect("a standard layout is a slice");
        Ok(nearest("data", rows, &self.run.centroids, self.n_features)?)
    }

    /// The distance of each row of `data`, shape (n_rows, n_features), from each centroid: shape (n_rows, n_clusters).
    ///
    /// These are distances, not their squares. O(n k d) time.
    ///
    /// # Errors
    /// As [`KMeans::predict`].
    pub fn transform<S: Data<Elem = f64>>(&self, data: &ArrayBase<S, Ix2>) -> Result<Array2<f64>> {
        check_columns("data", data.dim(), self.n_features)?;
        Ok(distances(&Points::new("data", &data.view())?, &self.run.centroids))
    }

    /// The sum of the squared distances of the rows of `points` from their nearest centroids, each times the weight of
    /// its row: what [`KMeans::inertia`] is for the rows that the model was fitted on. O(n k d) time.
    ///
    /// # Errors
    /// [`ParamError::Shape`] for another number of columns.
    pub fn inertia_of(&self, points: &Points<'_>) -> Result<f64> {
        check_columns("data", (points.n_rows(), points.n_features()), self.n_features)?;
        let labels = nearest("data", points.rows(), &self.run.centroids, self.n_features)?;
        Ok(inertia(points, &self.run.centroids, &labels))
    }
}

/// Fits on a matrix of shape (n_rows, n_features), owned or a view.
///
/// # Errors
/// Those of [`Points::from_rows`] and of a fit on [`Points`].
impl<S: Data<Elem = f64>> Fit<ArrayBase<S, Ix2>> for Checked<KMeansParams> {
    type Model = KMeans;

    fn fit_with(&self, data: &ArrayBase<S, Ix2>, control: &Control) -> Result<KMeans> {
        self.fit_with(&Points::new("data", &data.view())?, control)
    }
}

/// Fits on rows that are checked already, with weights or without.
///
/// Progress counts iterations, of [`max_iter`](KMeansParams::max_iter) for each start; a start that ends early skips the
/// rest of its own.
///
/// # Errors
/// [`ParamError::TooFewPoints`] for fewer distinct rows with a weight above 0 than clusters, [`ParamError::Shape`] for a
/// given start with another number of columns than the data, and [`Error::Cancelled`](crate::Error::Cancelled).
impl Fit<Points<'_>> for Checked<KMeansParams> {
    type Model = KMeans;

    fn fit_with(&self, points: &Points<'_>, control: &Control) -> Result<KMeans> {
        let n_clusters = self.n_clusters;
        let distinct = points.distinct(n_clusters);
        if distinct < n_clusters {
            return Err(ParamError::TooFewPoints { n_clusters, distinct }.into());
        }
        let sorted = self.init == Init::KMeansPlusPlus;
        let rules = Rules { max_iter: self.max_iter, tolerance: self.tolerance, sorted };
        let n_starts = if sorted { self.n_init } else { 1 };
        let best = match &self.init {
            Init::Given(start) => {
                check_columns("init", start.dim(), points.n_features())?;
                let start = start.iter().copied().collect();
                lloyd(points, start, rules, control, |done| tell(control, 0, done, 1, self.max_iter))?
            }
            Init::KMeansPlusPlus => best_start(self, points, rules, control)?,
        };
        control.progress(steps(n_starts, self.max_iter), steps(n_starts, self.max_iter));
        let params = self.clone().into_inner().init(Init::default());
        Ok(KMeans { params, n_features: points.n_features(), run: best })
    }
}

/// The run with the lowest inertia, the first of equals.
fn best_start(params: &KMeansParams, points: &Points<'_>, rules: Rules, control: &Control) -> Result<Run> {
    let run = |start: usize| {
        let mut random = Random::new(params.seed, start as u64);
        let centroids = plus_plus(points, params.n_clusters, &mut random, control)?;
        lloyd(points, centroids, rules, control, |done| {
            tell(control, start, done, params.n_init, params.max_iter);
        })
    };
    let mut best = run(0)?;
    for start in 1..params.n_init {
        let next = run(start)?;
        if next.inertia < best.inertia {
            best = next;
        }
    }
    Ok(best)
}

/// Tells how many iterations are done, those of earlier starts with them.
fn tell(control: &Control, start: usize, done: usize, n_init: usize, max_iter: usize) {
    control.progress(steps(start, max_iter).saturating_add(done as u64), steps(n_init, max_iter));
}

/// How many iterations so many starts may have.
fn steps(starts: usize, max_iter: usize) -> u64 {
    (starts as u64).saturating_mul(max_iter as u64)
}

fn check_columns(name: &'static str, found: (usize, usize), columns: usize) -> Result<(), ParamError> {
    let (found_rows, found_columns) = found;
    if found_columns == columns {
        return Ok(());
    }
    Err(ParamError::Shape { name, rows: found_rows, columns, found_rows, found_columns })
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "equal to the last bit is what is meant")]
mod tests {
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    use super::*;
    use crate::error::Error;

    /// Rows around `centres` points, the same on every call.
    fn blobs(n_rows: usize, n_features: usize, centres: usize) -> Array2<f64> {
        let mut random = Random::new(11, 0);
        let middle = Array2::from_shape_fn((centres, n_features), |_| 10.0 * random.unit());
        Array2::from_shape_fn((n_rows, n_features), |(i, f)| {
            middle[[i % centres, f]] + random.unit() + random.unit() - 1.0
        })
    }

    /// The means and the inertia of the best of all ways to divide the rows into `k` clusters.
    fn optimum(data: &Array2<f64>, k: usize) -> (Array2<f64>, f64) {
        let n_ways = k.pow(u32::try_from(data.nrows()).unwrap());
        let mut best = (Array2::zeros((0, 0)), f64::INFINITY);
        for way in 0..n_ways {
            let next = |rest: &mut usize, _| Some(std::mem::replace(rest, *rest / k) % k);
            let labels: Vec<usize> = (0..data.nrows()).scan(way, next).collect();
            let mut sums = Array2::<f64>::zeros((k, data.ncols()));
            let mut sizes = Array2::<f64>::zeros((k, 1));
            for (row, &label) in data.outer_iter().zip(&labels) {
                sums.row_mut(label).scaled_add(1.0, &row);
                sizes[[label, 0]] += 1.0;
            }
            if sizes.iter().all(|&size| size > 0.0) {
                let means = sums / sizes;
                let inertia = (data - &means.select(ndarray::Axis(0), &labels)).mapv(|x| x * x).sum();
                if inertia < best.1 {
                    best = (means, inertia);
                }
            }
        }
        best
    }

    fn refused<T: std::fmt::Debug>(result: Result<T>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn one_cluster_is_the_mean_of_all() {
        let model = KMeans::params(1).fit(&array![[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]]).unwrap();
        assert_eq!(model.centroids(), array![[3.0, 5.0]]);
        assert_eq!((model.labels(), model.sizes()), ([0, 0, 0].as_slice(), [3].as_slice()));
        assert!((model.inertia() - 34.0).abs() < 1e-12);
    }

    #[test]
    fn as_many_clusters_as_rows_leave_no_inertia() {
        let data = blobs(40, 2, 3);
        let model = KMeans::params(40).fit(&data).unwrap();
        assert!(model.inertia() < 1e-20);
        assert_eq!(model.sizes(), [1; 40]);
        for (row, &label) in data.outer_iter().zip(model.labels()) {
            assert_eq!(model.centroids().row(label as usize), row);
        }
    }

    #[test]
    fn fewer_distinct_rows_than_clusters_are_refused() {
        let message =
            |distinct| format!("n_clusters must be at most the number of distinct points, {distinct}, got 3");
        let equal = array![[1.0], [2.0], [1.0], [2.0]];
        assert_eq!(refused(KMeans::params(3).fit(&equal)), message(2));
        assert_eq!(refused(KMeans::params(3).fit(&Array2::<f64>::zeros((0, 1)))), message(0));
        let start = Init::Given(array![[1.0], [2.0], [3.0]]);
        assert_eq!(refused(KMeans::params(3).init(start).fit(&equal)), message(2));
        assert!(KMeans::params(2).fit(&equal).unwrap().inertia() < 1e-20);
    }

    #[test]
    fn bad_parameters_and_data_are_refused() {
        let data = array![[1.0, 2.0], [3.0, f64::NAN]];
        assert_eq!(refused(KMeans::params(0).fit(&data)), "n_clusters must be at least 1, got 0");
        assert_eq!(refused(KMeans::params(2).fit(&data)), "data must be finite, got NaN at row 1, column 1");
        let start = Init::Given(array![[1.0], [2.0]]);
        assert_eq!(
            refused(KMeans::params(2).init(start).fit(&blobs(9, 2, 2))),
            "init must have shape (2, 2), got (2, 1)"
        );
    }

    #[test]
    fn prediction_refuses_what_it_cannot_measure() {
        let model = KMeans::params(2).fit(&blobs(20, 2, 2)).unwrap();
        assert_eq!(refused(model.predict(&array![[1.0], [2.0]])), "data must have shape (2, 2), got (2, 1)");
        assert_eq!(
            refused(model.predict(&array![[1.0, f64::INFINITY]])),
            "data must be finite, got inf at row 0, column 1"
        );
        assert_eq!(model.predict(&Array2::<f64>::zeros((0, 2))).unwrap(), [0; 0]);
    }

    #[test]
    fn owned_views_and_transposed_data_fit_alike() {
        let data = blobs(50, 3, 4);
        let columns = data.t().as_standard_layout().to_owned();
        let model = KMeans::params(4).fit(&data).unwrap();
        assert_eq!(KMeans::params(4).fit(&data.view()).unwrap(), model);
        assert_eq!(KMeans::params(4).fit(&columns.t()).unwrap(), model);
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let data = blobs(10_007, 5, 12);
        let weights: Vec<f64> = (0..10_007).map(|row| f64::from(row % 13) / 7.0).collect();
        let fit = |n_threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let params = KMeans::params(30).n_init(3);
            let (model, weighted) = pool.install(|| {
                let points = Points::from_rows(&data).unwrap().with_weights(&weights).unwrap();
                (params.fit(&data).unwrap(), params.fit(&points).unwrap())
            });
            let centroids = model.centroids().into_iter().chain(weighted.centroids()).copied();
            let bits: Vec<u64> =
                centroids.chain([model.inertia(), weighted.inertia()]).map(f64::to_bits).collect();
            (bits, weighted.labels().to_vec(), model.labels().to_vec(), model.n_iter())
        };
        let one = fit(1);
        assert!(one.3 > 1, "the fit must not be trivial");
        assert_eq!(fit(2), one);
        assert_eq!(fit(7), one);
    }

    /// Lloyd's iteration as one would write it down: labels after `n_iter` moves.
    fn plain_lloyd(data: &Array2<f64>, start: &Array2<f64>, n_iter: usize) -> Vec<usize> {
        let mut centroids = start.clone();
        let distance = |row: usize, centroid: ndarray::ArrayView1<'_, f64>| {
            data.row(row).iter().zip(centroid).fold(0.0, |sum, (x, c)| sum + (x - c) * (x - c))
        };
        for moves in 0.. {
            let nearest = |row: usize| {
                let distances: Vec<f64> = centroids.outer_iter().map(|c| distance(row, c)).collect();
                (0..distances.len()).min_by(|&a, &b| distances[a].total_cmp(&distances[b])).unwrap()
            };
            let labels: Vec<usize> = (0..data.nrows()).map(nearest).collect();
            if moves == n_iter {
                return labels;
            }
            for (label, mut centroid) in centroids.outer_iter_mut().enumerate() {
                let own: Vec<usize> = (0..data.nrows()).filter(|&row| labels[row] == label).collect();
                centroid.assign(&data.select(ndarray::Axis(0), &own).mean_axis(ndarray::Axis(0)).unwrap());
            }
        }
        unreachable!("the loop returns")
    }

    #[test]
    fn labels_are_those_of_the_plain_iteration() {
        let data = blobs(3001, 4, 7);
        for data in [data.clone(), &data + 1e7, &data * 1e-120, &data * &array![[1.0, 1e3, 1e-6, 30.0]]] {
            let start = data.slice(ndarray::s![..9, ..]).to_owned();
            let model = KMeans::params(9).init(Init::Given(start.clone())).max_iter(6).fit(&data).unwrap();
            assert_eq!(model.n_iter(), 6);
            let labels: Vec<usize> = model.labels().iter().map(|&label| label as usize).collect();
            assert!(labels == plain_lloyd(&data, &start, 6));
        }
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        let data = blobs(400, 3, 5);
        let weights: Vec<f64> = (0..400).map(|row| f64::from(row % 4)).collect();
        let copies: Vec<usize> = (0..400).flat_map(|row| vec![row; row % 4]).collect();
        let repeated = data.select(ndarray::Axis(0), &copies);
        let params = KMeans::params(6).init(Init::Given(data.slice(ndarray::s![1..7, ..]).to_owned()));
        let points = Points::from_rows(&data).unwrap().with_weights(&weights).unwrap();
        let (weighted, plain) = (params.fit(&points).unwrap(), params.fit(&repeated).unwrap());
        assert!(weighted.n_iter() > 1);
        assert_eq!(weighted.centroids(), plain.centroids());
        assert_eq!(weighted.n_iter(), plain.n_iter());
        let of_copies: Vec<u32> = copies.iter().map(|&row| weighted.labels()[row]).collect();
        assert_eq!(of_copies, plain.labels());
        assert!((weighted.inertia() / plain.inertia() - 1.0).abs() < 1e-12);
        assert_eq!(weighted.sizes().iter().sum::<usize>(), 400, "rows are counted, not weights");
        assert_eq!(weighted.inertia_of(&points).unwrap(), weighted.inertia());
    }

    #[test]
    fn rows_without_weight_move_nothing() {
        let data = blobs(300, 2, 4);
        let mut more = Array2::zeros((0, 2));
        let mut weights = Vec::new();
        for row in data.outer_iter() {
            more.push_row(row).unwrap();
            more.push_row(array![1e3, -1e3].view()).unwrap();
            weights.extend([2.5, 0.0]);
        }
        let points = Points::from_rows(&more).unwrap().with_weights(&weights).unwrap();
        let model = KMeans::params(4).n_init(3).fit(&points).unwrap();
        let inside = |x: &f64| (-2.0..12.0).contains(x);
        assert!(model.centroids().iter().all(inside), "{}", model.centroids());
        assert_eq!(model.predict(&more).unwrap(), model.labels());
        let few = Points::from_rows(&more).unwrap().with_weights(vec![0.0; 600]).unwrap();
        let message = "n_clusters must be at most the number of distinct points, 0, got 1";
        assert_eq!(refused(KMeans::params(1).fit(&few)), message);
    }

    #[test]
    fn an_empty_cluster_takes_no_row_without_weight() {
        let data = array![[0.0], [1.0], [90.0], [2.0], [10.0]];
        let points = Points::from_rows(&data).unwrap().with_weights(vec![1.0, 1.0, 0.0, 1.0, 1.0]).unwrap();
        let start = array![[1.0], [500.0]];
        let model = KMeans::params(2).init(Init::Given(start)).fit(&points).unwrap();
        assert_eq!(model.centroids(), array![[1.0], [10.0]]);
        assert_eq!(model.labels(), [0, 0, 1, 0, 1]);
    }

    #[test]
    fn distances_are_to_every_centroid() {
        let model = KMeans::params(2).fit(&array![[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]]).unwrap();
        let found = model.transform(&array![[0.0, 0.0], [3.0, 0.0]]).unwrap();
        assert_eq!(found, array![[0.0, 5.0], [3.0, 4.0]]);
        assert_eq!(model.transform(&Array2::zeros((0, 2))).unwrap().dim(), (0, 2));
        assert_eq!(refused(model.transform(&array![[1.0]])), "data must have shape (1, 2), got (1, 1)");
        let wrong = array![[1.0]];
        let points = Points::from_rows(&wrong).unwrap();
        assert_eq!(refused(model.inertia_of(&points)), "data must have shape (1, 2), got (1, 1)");
    }

    #[test]
    fn progress_counts_iterations_up_to_all_starts() {
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let told = std::sync::Arc::clone(&seen);
        let control = Control::with_progress(move |done, total| told.lock().unwrap().push((done, total)));
        let model = KMeans::params(3).n_init(2).max_iter(50).fit_with(&blobs(200, 2, 5), &control).unwrap();
        let seen = seen.lock().unwrap();
        assert!(seen.is_sorted() && seen.len() > model.n_iter(), "{seen:?}");
        assert_eq!((seen[0], *seen.last().unwrap()), ((1, 100), (100, 100)));
    }

    #[test]
    fn no_division_of_few_rows_is_better_than_the_best_of_all() {
        let mut random = Random::new(2, 0);
        let mut reached = 0;
        for trial in 0..20 {
            let data = Array2::from_shape_fn((8, 2), |_| random.unit());
            for k in 1..=3 {
                let (means, best) = optimum(&data, k);
                let stays = KMeans::params(k).init(Init::Given(means)).fit(&data).unwrap();
                assert!((stays.inertia() - best).abs() <= 1e-12, "{} and {best}", stays.inertia());
                let found = KMeans::params(k).seed(trial).fit(&data).unwrap().inertia();
                assert!(found >= best - 1e-12, "{found} and {best}");
                reached += usize::from(found <= best + 1e-12);
            }
        }
        assert!(reached >= 55, "the best was found in {reached} of 60");
    }

    #[test]
    fn more_starts_never_end_worse() {
        let data = blobs(300, 2, 15);
        let inertia = |n_init| KMeans::params(12).n_init(n_init).fit(&data).unwrap().inertia();
        let found: Vec<f64> = [1, 2, 5, 20].map(inertia).to_vec();
        assert!(found.is_sorted_by(|fewer, more| more <= fewer), "{found:?}");
    }

    #[test]
    fn data_far_from_the_origin_keeps_its_clusters() {
        let data = blobs(500, 2, 4);
        let near = KMeans::params(4).fit(&data).unwrap();
        let far = KMeans::params(4).fit(&(&data + 1e9)).unwrap();
        assert_eq!(far.labels(), near.labels());
        assert!((far.inertia() / near.inertia() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_cancelled_fit_stops() {
        let control = Control::new();
        control.cancel();
        let stopped = KMeans::params(2).fit_with(&blobs(20, 2, 2), &control);
        assert!(matches!(stopped, Err(Error::Cancelled)));
    }

    #[test]
    fn the_model_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<KMeans>();
        shared::<KMeansParams>();
    }

    /// Few rows on a small grid: duplicates, ties and empty clusters are common.
    fn grid() -> impl Strategy<Value = (Array2<f64>, usize)> {
        (prop::collection::vec((0_u8..5, 0_u8..5), 4..60), 1_usize..5).prop_map(|(rows, k)| {
            let value = |row: &(u8, u8)| [f64::from(row.0), f64::from(row.1)];
            let values = rows.iter().flat_map(value).collect();
            (Array2::from_shape_vec((rows.len(), 2), values).unwrap(), k)
        })
    }

    proptest! {
        #[test]
        fn inertia_never_rises((data, k) in grid(), far in any::<bool>()) {
            prop_assume!(Points::new("data", &data.view()).unwrap().distinct(k) == k);
            let mut start = data.slice(ndarray::s![..k, ..]).to_owned();
            if far {
                start[[k - 1, 0]] = 50.0;
            }
            let inertia = |max_iter| {
                let params = KMeans::params(k).init(Init::Given(start.clone())).max_iter(max_iter);
                params.fit(&data).unwrap().inertia()
            };
            let found: Vec<f64> = (1..12).map(inertia).collect();
            prop_assert!(found.is_sorted_by(|before, after| *after <= before + 1e-12), "{found:?}");
        }

        #[test]
        fn a_converged_model_agrees_with_itself((data, k) in grid(), seed in any::<u64>()) {
            prop_assume!(Points::new("data", &data.view()).unwrap().distinct(k) == k);
            let model = KMeans::params(k).seed(seed).n_init(2).fit(&data).unwrap();
            prop_assert!(model.converged());
            prop_assert_eq!(&model.predict(&data).unwrap(), model.labels());
            let rows: Vec<Vec<f64>> = model.centroids().outer_iter().map(|row| row.to_vec()).collect();
            prop_assert!(rows.is_sorted(), "{rows:?}");
            let mut inertia = 0.0;
            for (cluster, centroid) in model.centroids().outer_iter().enumerate() {
                let own = |row: &usize| model.labels()[*row] as usize == cluster;
                let rows: Vec<usize> = (0..data.nrows()).filter(own).collect();
                prop_assert_eq!(rows.len(), model.sizes()[cluster]);
                prop_assert!(!rows.is_empty());
                let rows = data.select(ndarray::Axis(0), &rows);
                let off = &rows.mean_axis(ndarray::Axis(0)).unwrap() - &centroid;
                prop_assert!(off.iter().all(|x| x.abs() < 1e-12));
                inertia += (&rows - &centroid).mapv(|x| x * x).sum();
            }
            prop_assert!((model.inertia() - inertia).abs() < 1e-9);
        }
    }
}
