//! k-prototypes: clusters of rows that have numbers and words.

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::params::{Checked, Params, at_least};
use crate::random::Random;

/// Rows that one thread takes at a time.
const BLOCK: usize = 1024;

/// Codes are below this: every cluster counts each of them.
const MAX_CODE: u32 = 1 << 20;

/// Rows of numbers and words, both as matrices of n rows.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedRows {
    /// Shape (n_rows, n_numeric).
    numbers: Array2<f64>,
    /// Shape (n_rows, n_categorical).
    codes: Array2<u32>,
}

/// Rows divided into clusters around prototypes: the mean of each number and the mode of each word.
///
/// A row is as far from a prototype as the sum of the squared differences of their numbers, and
/// [`gamma`](KPrototypesParams::gamma) for each word in which they differ. The sum over all rows, the cost, is brought down
/// as in [`KMeans`](crate::cluster::KMeans): rows go to their nearest prototype, prototypes to their rows, until no row
/// changes; several starts, the best kept.
///
/// - A start draws a row, then further ones by their distance from the nearest drawn (as k-means++ does).
/// - A row equally near to several goes to the lowest label; of words equally frequent, the lowest code is the mode.
/// - A cluster that loses all its rows gets the one farthest from its prototype, the first of equals.
/// - Clusters are numbered by the numbers of their prototypes, ascending, then by their words.
///
/// O(i n k d) time for each start, with i iterations, n rows, k clusters and d columns; O(n + k d) of extra space. The answer
/// is the same bit for bit on any number of threads.
///
/// Huang 1998, "Extensions to the k-means algorithm for clustering large data sets with categorical values", doi
/// 10.1023/A:1009769707641.
///
/// ```
/// use kosar::Fit;
/// use kosar::cluster::{KPrototypes, MixedRows};
/// use ndarray::array;
///
/// let orders = array![[1.0], [1.1], [0.9], [1.0]];
/// let channel = array![[0_u32], [1], [0], [1]];
/// let model = KPrototypes::params(2).fit(&MixedRows::new(orders, channel)?)?;
/// assert_eq!(model.labels(), [0, 1, 0, 1]);
/// assert_eq!(model.modes(), array![[0], [1]]);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct KPrototypes {
    pub(super) params: KPrototypesParams,
    pub(super) gamma: f64,
    pub(super) prototypes: Prototypes,
    pub(super) labels: Vec<u32>,
    pub(super) sizes: Vec<usize>,
    pub(super) cost: f64,
    pub(super) n_iter: usize,
    pub(super) converged: bool,
}

/// The parameters of [`KPrototypes`].
#[derive(Debug, Clone, PartialEq)]
pub struct KPrototypesParams {
    pub(super) n_clusters: usize,
    pub(super) gamma: Option<f64>,
    pub(super) n_init: usize,
    pub(super) max_iter: usize,
    pub(super) seed: u64,
}

/// A row a cluster.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prototypes {
    pub(super) means: Array2<f64>,
    pub(super) modes: Array2<u32>,
}

impl MixedRows {
    /// Numbers of shape (n_rows, n_numeric) and words, as codes, of shape (n_rows, n_categorical).
    ///
    /// # Errors
    /// [`ParamError::Shape`] for another number of rows, [`ParamError::TooSmall`] without any column,
    /// [`ParamError::NotFinite`] for a value that is no finite number, [`ParamError::OutOfRange`] for one beyond 1e140,
    /// [`ParamError::TooLarge`] for a code of 2^20 or more.
    pub fn new(numbers: Array2<f64>, codes: Array2<u32>) -> Result<Self> {
        if numbers.nrows() != codes.nrows() {
            let ((found_rows, found_columns), rows) = (codes.dim(), numbers.nrows());
            let name = "codes";
            return Err(
                ParamError::Shape { name, rows, columns: found_columns, found_rows, found_columns }.into()
            );
        }
        at_least("n_features", numbers.ncols() + codes.ncols(), 1)?;
        super::points::check_values("numbers", &numbers.view())?;
        if let Some(&code) = codes.iter().find(|&&code| code >= MAX_CODE) {
            let (name, max) = ("codes", u64::from(MAX_CODE - 1));
            return Err(ParamError::TooLarge { name, value: u64::from(code), max }.into());
        }
        Ok(Self { numbers, codes })
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.nrows()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers, shape (n_rows, n_numeric).
    #[must_use]
    pub fn numbers(&self) -> ArrayView2<'_, f64> {
        self.numbers.view()
    }

    /// The words as codes, shape (n_rows, n_categorical).
    #[must_use]
    pub fn codes(&self) -> ArrayView2<'_, u32> {
        self.codes.view()
    }

    /// Some of the rows.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let axis = ndarray::Axis(0);
        Self { numbers: self.numbers.select(axis, rows), codes: self.codes.select(axis, rows) }
    }

    /// Half of the mean standard deviation of the numbers, 1 without any or where none varies.
    #[allow(clippy::cast_precision_loss, reason = "columns are few")]
    pub(super) fn gamma(&self) -> f64 {
        let deviation = |column: ndarray::ArrayView1<'_, f64>| super::scaling::moments(&column.to_vec()).1;
        let sum: f64 = self.numbers.columns().into_iter().map(deviation).sum();
        if sum > 0.0 { sum / self.numbers.ncols() as f64 / 2.0 } else { 1.0 }
    }

    /// The number of distinct rows, counted up to `enough`.
    fn distinct(&self, enough: usize) -> usize {
        let mut found = std::collections::HashSet::new();
        for (numbers, codes) in self.numbers.outer_iter().zip(self.codes.outer_iter()) {
            // Adding zero makes the two zeros one.
            let numbers: Vec<u64> = numbers.iter().map(|value| (value + 0.0).to_bits()).collect();
            found.insert((numbers, codes.to_vec()));
            if found.len() >= enough {
                break;
            }
        }
        found.len()
    }

    /// How far a row is from a prototype.
    pub(super) fn distance(&self, row: usize, prototypes: &Prototypes, cluster: usize, gamma: f64) -> f64 {
        let (numbers, mean) = (self.numbers.row(row), prototypes.means.row(cluster));
        let squares: f64 = numbers.iter().zip(mean).map(|(a, b)| (a - b) * (a - b)).sum();
        let codes = self.codes.row(row);
        let differ = codes.iter().zip(prototypes.modes.row(cluster)).filter(|(a, b)| a != b);
        differ.fold(squares, |sum, _| sum + gamma)
    }

    /// The nearest prototype of each row, the lowest of equals, and how far it is.
    pub(super) fn nearest(&self, prototypes: &Prototypes, gamma: f64) -> Vec<(u32, f64)> {
        let nearest = |row: usize| {
            let mut best = (0, f64::INFINITY);
            for (cluster, label) in (0..prototypes.means.nrows()).zip(0_u32..) {
                let distance = self.distance(row, prototypes, cluster, gamma);
                if distance < best.1 {
                    best = (label, distance);
                }
            }
            best
        };
        (0..self.len()).into_par_iter().with_min_len(BLOCK).map(nearest).collect()
    }
}

impl KPrototypes {
    /// Parameters for `n_clusters` clusters, at least 1 and at most the number of distinct rows.
    ///
    /// The others begin as: [`gamma`](KPrototypesParams::gamma) half of the mean standard deviation of the numbers (1 where
    /// there are none), [`n_init`](KPrototypesParams::n_init) 10, [`max_iter`](KPrototypesParams::max_iter) 300,
    /// [`seed`](KPrototypesParams::seed) 0.
    #[must_use]
    pub fn params(n_clusters: usize) -> KPrototypesParams {
        KPrototypesParams { n_clusters, gamma: None, n_init: 10, max_iter: 300, seed: 0 }
    }

    /// The cluster of each row, from 0.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The sum of the distances of the rows from their prototypes.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// What a word that differs counts for.
    #[must_use]
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// The means of the clusters, shape (n_clusters, n_numeric).
    #[must_use]
    pub fn means(&self) -> ArrayView2<'_, f64> {
        self.prototypes.means.view()
    }

    /// The modes of the clusters, shape (n_clusters, n_categorical).
    #[must_use]
    pub fn modes(&self) -> ArrayView2<'_, u32> {
        self.prototypes.modes.view()
    }

    /// The number of rows of each cluster.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How often the prototypes moved in the start that was kept.
    #[must_use]
    pub fn n_iter(&self) -> usize {
        self.n_iter
    }

    /// Whether the start that was kept ended by itself.
    #[must_use]
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// The cluster with the nearest prototype for each row, the lowest of equals.
    ///
    /// # Errors
    /// [`ParamError::Shape`] for another number of columns than in the fit.
    pub fn predict(&self, rows: &MixedRows) -> Result<Vec<u32>> {
        let checks = [
            ("numbers", rows.numbers.dim(), self.means().ncols()),
            ("codes", rows.codes.dim(), self.modes().ncols()),
        ];
        for (name, (found_rows, found_columns), columns) in checks {
            if found_columns != columns {
                let rows = found_rows;
                return Err(ParamError::Shape { name, rows, columns, found_rows, found_columns }.into());
            }
        }
        Ok(rows.nearest(&self.prototypes, self.gamma).into_iter().map(|(label, _)| label).collect())
    }
}

impl KPrototypesParams {
    /// What a word that differs counts for, finite and from 0, beside the squared difference of a number.
    #[must_use]
    pub fn gamma(mut self, gamma: f64) -> Self {
        self.gamma = Some(gamma);
        self
    }

    /// The number of starts, at least 1; the one that ends with the lowest cost is kept, the first of equals.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.n_init = n_init;
        self
    }

    /// How often the prototypes may move in one start, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// The seed of the starts.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Params for KPrototypesParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("n_clusters", self.n_clusters, 1)?;
        at_least("n_init", self.n_init, 1)?;
        at_least("max_iter", self.max_iter, 1)?;
        match self.gamma {
            Some(value) if !(value.is_finite() && value >= 0.0) => {
                Err(ParamError::OutOfRange { name: "gamma", value, allowed: "a finite number from 0" })
            }
            _ => Ok(()),
        }
    }
}

/// Fits on rows of numbers and words.
///
/// # Errors
/// [`ParamError::TooFewPoints`] for fewer distinct rows than clusters, and [`Error::Cancelled`](crate::Error::Cancelled).
impl Fit<MixedRows> for Checked<KPrototypesParams> {
    type Model = KPrototypes;

    fn fit_with(&self, rows: &MixedRows, control: &Control) -> Result<KPrototypes> {
        let n_clusters = self.n_clusters;
        let distinct = rows.distinct(n_clusters);
        if distinct < n_clusters {
            return Err(ParamError::TooFewPoints { n_clusters, distinct }.into());
        }
        let gamma = self.gamma.unwrap_or_else(|| rows.gamma());
        let mut best: Option<KPrototypes> = None;
        for stream in (0..).take(self.n_init) {
            let mut random = Random::new(self.seed, stream);
            let found = run(self, rows, gamma, &mut random, control)?;
            if best.as_ref().is_none_or(|best| found.cost < best.cost) {
                best = Some(found);
            }
        }
        Ok(best.expect("there is at least one start").sorted())
    }
}

/// Rows drawn far apart.
fn start(
    rows: &MixedRows,
    k: usize,
    gamma: f64,
    random: &mut Random,
    control: &Control,
) -> Result<Prototypes> {
    let mut chosen = vec![random.below(rows.len())];
    let mut nearest = vec![f64::INFINITY; rows.len()];
    while chosen.len() < k {
        control.check()?;
        let last = rows.as_prototypes(&chosen[chosen.len() - 1..]);
        for (row, nearest) in nearest.iter_mut().enumerate() {
            *nearest = nearest.min(rows.distance(row, &last, 0, gamma));
        }
        let whole: f64 = nearest.iter().sum();
        let mut left = random.unit() * whole;
        let drawn = nearest.iter().position(|&far| {
            left -= far;
            left < 0.0 && far > 0.0
        });
        // Where words count for nothing distinct rows may all be at no distance; then any further row does.
        let fallback = || nearest.iter().rposition(|&far| far > 0.0).unwrap_or(chosen.len() % rows.len());
        chosen.push(drawn.unwrap_or_else(fallback));
    }
    Ok(rows.as_prototypes(&chosen))
}

/// One start, brought down until no row changes its cluster.
fn run(
    params: &KPrototypesParams,
    rows: &MixedRows,
    gamma: f64,
    random: &mut Random,
    control: &Control,
) -> Result<KPrototypes> {
    let k = params.n_clusters;
    let mut prototypes = start(rows, k, gamma, random, control)?;
    let mut nearest = rows.nearest(&prototypes, gamma);
    fill_empty(&mut nearest, k);
    let (mut n_iter, mut converged) = (0, false);
    while n_iter < params.max_iter && !converged {
        control.check()?;
        prototypes = rows.prototypes(&nearest, k);
        n_iter += 1;
        let mut next = rows.nearest(&prototypes, gamma);
        fill_empty(&mut next, k);
        converged = next.iter().zip(&nearest).all(|(a, b)| a.0 == b.0);
        nearest = next;
    }
    let labels: Vec<u32> = nearest.iter().map(|&(label, _)| label).collect();
    let mut sizes = vec![0; k];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    let cost = nearest.iter().map(|&(_, far)| far).sum();
    Ok(KPrototypes { params: params.clone(), gamma, prototypes, labels, sizes, cost, n_iter, converged })
}

/// Gives each cluster without rows the row farthest from its prototype, out of clusters with more than one.
fn fill_empty(nearest: &mut [(u32, f64)], k: usize) {
    let mut sizes = vec![0_usize; k];
    nearest.iter().for_each(|&(label, _)| sizes[label as usize] += 1);
    for (cluster, label) in (0..k).zip(0_u32..) {
        if sizes[cluster] > 0 {
            continue;
        }
        let mut farthest: Option<usize> = None;
        for (row, &(own, far)) in nearest.iter().enumerate() {
            if sizes[own as usize] > 1 && farthest.is_none_or(|best| far > nearest[best].1) {
                farthest = Some(row);
            }
        }
        if let Some(row) = farthest {
            sizes[nearest[row].0 as usize] -= 1;
            sizes[cluster] = 1;
            nearest[row] = (label, 0.0);
        }
    }
}

impl MixedRows {
    fn as_prototypes(&self, rows: &[usize]) -> Prototypes {
        let Self { numbers, codes } = self.select(rows);
        Prototypes { means: numbers, modes: codes }
    }

    /// The mean and the modes of each cluster's rows.
    #[allow(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    fn prototypes(&self, nearest: &[(u32, f64)], k: usize) -> Prototypes {
        let mut means = Array2::<f64>::zeros((k, self.numbers.ncols()));
        let mut modes = Array2::<u32>::zeros((k, self.codes.ncols()));
        let mut sizes = vec![0_usize; k];
        for (row, &(label, _)) in self.numbers.outer_iter().zip(nearest) {
            means.row_mut(label as usize).zip_mut_with(&row, |sum, value| *sum += value);
            sizes[label as usize] += 1;
        }
        for (mut mean, &size) in means.outer_iter_mut().zip(&sizes) {
            mean.mapv_inplace(|sum| sum / size.max(1) as f64);
        }
        for (column, codes) in self.codes.columns().into_iter().enumerate() {
            let n_codes = codes.iter().max().map_or(0, |&last| last as usize + 1);
            let mut counts = vec![0_usize; k * n_codes];
            for (&code, &(label, _)) in codes.iter().zip(nearest) {
                counts[label as usize * n_codes + code as usize] += 1;
            }
            for cluster in 0..k {
                let own = &counts[cluster * n_codes..][..n_codes];
                let mut mode = 0;
                for code in 1..n_codes {
                    if own[code] > own[mode] {
                        mode = code;
                    }
                }
                modes[[cluster, column]] = u32::try_from(mode).expect("a code is a u32");
            }
        }
        Prototypes { means, modes }
    }
}

impl KPrototypes {
    /// The clusters numbered by their prototypes.
    fn sorted(mut self) -> Self {
        let mut order: Vec<usize> = (0..self.sizes.len()).collect();
        let Prototypes { means, modes } = &self.prototypes;
        order.sort_by(|&a, &b| {
            let numbers = means.row(a).into_iter().zip(means.row(b));
            let unequal = numbers.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
            unequal.unwrap_or_else(|| modes.row(a).iter().cmp(modes.row(b).iter()))
        });
        let mut new = vec![0_u32; order.len()];
        (0_u32..).zip(&order).for_each(|(label, &old)| new[old] = label);
        let axis = ndarray::Axis(0);
        self.prototypes = Prototypes { means: means.select(axis, &order), modes: modes.select(axis, &order) };
        self.labels.iter_mut().for_each(|label| *label = new[*label as usize]);
        self.sizes = order.iter().map(|&old| self.sizes[old]).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// The cost of the best of all ways to divide the rows, with means and modes found anew.
    fn optimum(rows: &MixedRows, k: usize, gamma: f64) -> f64 {
        let ways = k.pow(u32::try_from(rows.len()).unwrap());
        let cost = |way: usize| -> f64 {
            let label = |row: usize| way / k.pow(u32::try_from(row).unwrap()) % k;
            let of_cluster = |cluster: usize| -> f64 {
                let own: Vec<usize> = (0..rows.len()).filter(|&row| label(row) == cluster).collect();
                let n = f64::from(u32::try_from(own.len()).unwrap());
                let numbers = rows.numbers.columns().into_iter().map(|column| {
                    let mean = own.iter().map(|&row| column[row]).sum::<f64>() / n.max(1.0);
                    own.iter().map(|&row| (column[row] - mean).powi(2)).sum::<f64>()
                });
                let words = rows.codes.columns().into_iter().map(|column| {
                    let same =
                        |row: &usize| own.iter().filter(|&&other| column[other] == column[*row]).count();
                    let most = own.iter().map(same).max().unwrap_or(0);
                    gamma * (n - f64::from(u32::try_from(most).unwrap()))
                });
                numbers.sum::<f64>() + words.sum::<f64>()
            };
            (0..k).map(of_cluster).sum()
        };
        (0..ways).map(cost).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn no_division_of_few_rows_is_better_than_the_best_of_all() {
        let mut random = Random::new(6, 0);
        let mut reached = 0;
        for trial in 0..20 {
            let numbers = Array2::from_shape_fn((8, 2), |_| random.unit());
            let codes = Array2::from_shape_fn((8, 2), |_| u32::try_from(random.below(3)).unwrap());
            let rows = MixedRows::new(numbers, codes).unwrap();
            for k in 1..=3 {
                let model = KPrototypes::params(k).gamma(0.2).seed(trial).fit(&rows).unwrap();
                let best = optimum(&rows, k, 0.2);
                assert!(model.cost() >= best - 1e-12, "{} and {best}", model.cost());
                reached += usize::from(model.cost() <= best + 1e-12);
                assert_eq!(model.predict(&rows).unwrap(), model.labels());
            }
        }
        assert!(reached >= 50, "the best was found in {reached} of 60");
    }

    #[test]
    fn planted_clusters_that_differ_by_a_word_or_a_number_are_found() {
        let mut random = Random::new(3, 0);
        let planted: Vec<usize> = (0..400).map(|row| row % 4).collect();
        let numbers = Array2::from_shape_fn((400, 1), |(row, _)| {
            8.0 * f64::from(u8::try_from(planted[row] / 2).unwrap()) + random.unit()
        });
        // One in twenty has the other word.
        let mut word =
            |row: usize| u32::try_from((planted[row] % 2) ^ usize::from(random.below(20) == 0)).unwrap();
        let codes: Vec<u32> = (0..400).map(&mut word).collect();
        let rows = MixedRows::new(numbers, Array2::from_shape_vec((400, 1), codes.clone()).unwrap()).unwrap();
        let model = KPrototypes::params(4).fit(&rows).unwrap();
        assert!((model.gamma() - rows.gamma()).abs() < 1e-12);
        assert_eq!(model.modes(), array![[0], [1], [0], [1]].select(ndarray::Axis(0), &order(&model)));
        for (row, &label) in model.labels().iter().enumerate() {
            assert_eq!(model.modes()[[label as usize, 0]], codes[row]);
            assert_eq!(model.means()[[label as usize, 0]] > 4.0, planted[row] >= 2);
        }
    }

    /// Where each prototype stands when sorted by its half of the numbers and its word.
    fn order(model: &KPrototypes) -> Vec<usize> {
        model
            .modes()
            .column(0)
            .iter()
            .zip(model.means().column(0))
            .map(|(&mode, &mean)| 2 * usize::from(mean > 4.0) + mode as usize)
            .collect()
    }

    #[test]
    fn without_words_it_is_k_means() {
        let mut random = Random::new(9, 0);
        let numbers = Array2::from_shape_fn((90, 2), |(row, _)| {
            f64::from(u8::try_from(row % 3).unwrap()) * 5.0 + random.unit()
        });
        let rows = MixedRows::new(numbers.clone(), Array2::zeros((90, 0))).unwrap();
        let (mixed, plain) = (
            KPrototypes::params(3).fit(&rows).unwrap(),
            crate::cluster::KMeans::params(3).fit(&numbers).unwrap(),
        );
        assert_eq!(mixed.labels(), plain.labels());
        assert!((mixed.cost() - plain.inertia()).abs() < 1e-9);
    }

    #[test]
    fn words_alone_can_be_clustered() {
        let codes = array![[0, 0], [0, 0], [1, 1], [1, 1], [1, 2]];
        let rows = MixedRows::new(Array2::zeros((5, 0)), codes).unwrap();
        let model = KPrototypes::params(2).fit(&rows).unwrap();
        assert_eq!((model.labels(), model.cost(), model.gamma()), (&[0, 0, 1, 1, 1][..], 1.0, 1.0));
    }

    #[test]
    fn threads_change_nothing() {
        let mut random = Random::new(2, 0);
        let numbers = Array2::from_shape_fn((5000, 2), |_| random.unit());
        let codes = Array2::from_shape_fn((5000, 1), |_| u32::try_from(random.below(4)).unwrap());
        let rows = MixedRows::new(numbers, codes).unwrap();
        let fit = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| KPrototypes::params(6).n_init(2).fit(&rows)).unwrap()
        };
        assert_eq!(fit(1), fit(3));
    }

    #[test]
    fn what_cannot_be_clustered_is_refused() {
        let rows = MixedRows::new(array![[1.0], [1.0], [2.0]], array![[0], [0], [0]]).unwrap();
        let message = |result: Result<KPrototypes>| result.unwrap_err().to_string();
        assert_eq!(
            message(KPrototypes::params(3).fit(&rows)),
            "n_clusters must be at most the number of distinct points, 2, got 3"
        );
        assert_eq!(
            message(KPrototypes::params(1).gamma(-1.0).fit(&rows)),
            "gamma must be a finite number from 0, got -1"
        );
        let ragged = MixedRows::new(array![[1.0]], array![[0], [1]]).unwrap_err();
        assert_eq!(ragged.to_string(), "codes must have shape (1, 1), got (2, 1)");
        let none = MixedRows::new(Array2::zeros((2, 0)), Array2::zeros((2, 0))).unwrap_err();
        assert_eq!(none.to_string(), "n_features must be at least 1, got 0");
    }

    #[test]
    fn a_cluster_without_rows_gets_the_farthest() {
        let mut nearest = vec![(0, 1.0), (0, 3.0), (2, 9.0), (0, 3.0)];
        fill_empty(&mut nearest, 3);
        assert_eq!(nearest, [(0, 1.0), (1, 0.0), (2, 9.0), (0, 3.0)]);
    }
}
