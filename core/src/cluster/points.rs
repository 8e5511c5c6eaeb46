//! The rows to cluster, checked, and laid out for the kernels.

use std::borrow::Cow;
use std::collections::HashSet;

use ndarray::{ArrayBase, ArrayView2, Data, Ix2};
use rayon::prelude::*;

use super::filter::{Filter, Frame, TILE};
use crate::error::{ParamError, Result};
use crate::params::at_least;

/// The largest magnitude of a value: squares of differences, and their sum over any data, stay finite.
pub(super) const MAX_MAGNITUDE: f64 = 1e140;

/// A block has at least this many rows, so that it is worth a thread's while ...
const MIN_BLOCK: usize = 1024;

/// ... and data has at most this many blocks, so that their partial sums stay small beside it.
const MAX_BLOCKS: usize = 128;

/// Rows of numbers to cluster, checked once, with weights or without.
///
/// [`KMeans`](crate::cluster::KMeans) fits on a matrix as well, which makes these first; made once, they serve several
/// fits. Rows that lie one after the other are not copied. Beside them stands a copy in single precision, in tiles, from
/// which k-means finds most labels: half the memory of the data.
///
/// ```
/// use kosar::Fit;
/// use kosar::cluster::{KMeans, Points};
/// use ndarray::array;
///
/// let rows = array![[1.0], [2.0], [9.0], [40.0]];
/// let points = Points::from_rows(&rows)?.with_weights(&[1.0, 3.0, 2.0, 0.0])?;
/// let model = KMeans::params(2).fit(&points)?;
/// assert_eq!(model.centroids(), array![[1.75], [9.0]]);
/// assert_eq!(model.labels(), [0, 0, 1, 1], "a row of weight 0 moves no centroid, and has a label");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Points<'a> {
    n_rows: usize,
    n_features: usize,
    rows: Cow<'a, [f64]>,
    weights: Option<Cow<'a, [f64]>>,
    /// The largest magnitude of each feature.
    largest: Vec<f64>,
    /// Nothing for rows whose distances single precision cannot hold.
    filter: Option<Filter>,
}

impl<'a> Points<'a> {
    /// Takes a matrix of shape (n_rows, n_features), owned or a view; O(n_rows n_features) on rayon's current pool.
    ///
    /// # Errors
    /// [`ParamError::NotFinite`] for a value that is no finite number, [`ParamError::OutOfRange`] for one beyond 1e140
    /// in magnitude, [`ParamError::TooSmall`] for a matrix without columns.
    pub fn from_rows<S: Data<Elem = f64>>(data: &'a ArrayBase<S, Ix2>) -> Result<Self> {
        Ok(Self::new("data", &data.view())?)
    }

    /// Gives each row a weight: a row of weight 2 counts as two equal rows, one of weight 0 moves nothing.
    ///
    /// # Errors
    /// [`ParamError::Shape`] unless there is a weight for each row, [`ParamError::OutOfRange`] for one that is not 0
    /// nor from 1e-9 to 1e9: sums of weights farther apart would lose the light ones.
    pub fn with_weights(mut self, weights: impl Into<Cow<'a, [f64]>>) -> Result<Self> {
        let (name, weights) = ("sample_weight", weights.into());
        if weights.len() != self.n_rows {
            let (rows, found_rows) = (self.n_rows, weights.len());
            return Err(ParamError::Shape { name, rows, columns: 1, found_rows, found_columns: 1 }.into());
        }
        let fits = |&weight: &f64| weight == 0.0 || (1e-9..=1e9).contains(&weight);
        if let Some(&value) = weights.iter().find(|weight| !fits(weight)) {
            return Err(ParamError::OutOfRange { name, value, allowed: "0 or from 1e-9 to 1e9" }.into());
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// Checks a matrix; `name` is its name in errors.
    pub(super) fn new(name: &'static str, data: &ArrayView2<'a, f64>) -> Result<Self, ParamError> {
        let (n_rows, n_features) = data.dim();
        at_least("n_features", n_features, 1)?;
        let rows = match data.to_slice() {
            Some(rows) => Cow::Borrowed(rows),
            None => Cow::Owned(data.iter().copied().collect()),
        };
        let frame = Frame::around(&rows, n_features);
        let mut filter = Filter::empty(frame, n_rows);
        let block_rows = block_rows(n_rows);
        let blocks = rows.par_chunks(block_rows * n_features).zip(filter.blocks_mut(block_rows)).enumerate();
        let largest: Vec<Result<Vec<f64>, ParamError>> = blocks
            .map(|(block, (rows, (frame, tiles, norms)))| {
                lay_out(name, rows, block * block_rows, frame, tiles, norms)
            })
            .collect();
        let mut of_all = vec![0.0; n_features];
        for largest in largest {
            of_all.iter_mut().zip(largest?).for_each(|(most, value)| *most = value.max(*most));
        }
        let filter = filter.usable();
        Ok(Self { n_rows, n_features, rows, weights: None, largest: of_all, filter })
    }

    /// The number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The number of numbers of each row.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of rows of a block, the last excepted; a multiple of [`TILE`].
    ///
    /// Work is shared out in blocks. Their size depends on the number of rows only, and real numbers that they yield are
    /// added in their order: that makes every result the same on any number of threads.
    pub(super) fn block_rows(&self) -> usize {
        block_rows(self.n_rows)
    }

    /// All rows, one after the other.
    pub(super) fn rows(&self) -> &[f64] {
        &self.rows
    }

    /// A row's features.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.rows[row * self.n_features..(row + 1) * self.n_features]
    }

    /// The weights, where there are any.
    pub(super) fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// A row's weight.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// The largest magnitude of each feature.
    pub(super) fn largest(&self) -> &[f64] {
        &self.largest
    }

    /// The tiles in single precision.
    pub(super) fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The same rows without the tiles.
    #[cfg(test)]
    pub(super) fn without_filter(mut self) -> Self {
        self.filter = None;
        self
    }

    /// The squared distance of a row from a point.
    pub(super) fn squared_distance(&self, row: usize, point: &[f64]) -> f64 {
        squared_distance(self.row(row), point)
    }

    /// The number of distinct rows with a weight above 0, counted up to `enough`; O(n_rows n_features), with a copy of
    /// the distinct ones.
    pub(super) fn distinct(&self, enough: usize) -> usize {
        let mut found: HashSet<Vec<u64>> = HashSet::new();
        for row in 0..self.n_rows {
            if found.len() == enough {
                break;
            }
            if self.weight(row) > 0.0 {
                // Adding zero makes the two zeros one.
                found.insert(self.row(row).iter().map(|value| (value + 0.0).to_bits()).collect());
            }
        }
        found.len()
    }
}

/// The sum of the squared differences, added in the order of the features.
#[inline(always)]
pub(super) fn squared_distance(row: &[f64], point: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (value, x) in row.iter().zip(point) {
        let difference = value - x;
        sum += difference * difference;
    }
    sum
}

/// The number of rows of a block of so many rows.
pub(super) fn block_rows(n_rows: usize) -> usize {
    n_rows.div_ceil(MAX_BLOCKS).max(MIN_BLOCK).next_multiple_of(TILE)
}

/// Fills the tiles of rows, the first of which is `first` of all; gives the largest magnitude of each feature.
pub(super) fn lay_out(
    name: &'static str,
    rows: &[f64],
    first: usize,
    frame: &Frame,
    tiles: &mut [f32],
    norms: &mut [f32],
) -> Result<Vec<f64>, ParamError> {
    let largest = frame.fill(rows, tiles, norms);
    if largest.iter().all(|&value| value <= MAX_MAGNITUDE) {
        return Ok(largest);
    }
    let n_features = largest.len();
    let checked = rows
        .iter()
        .enumerate()
        .try_for_each(|(at, &value)| check_value(name, value, first + at / n_features, at % n_features));
    checked.map(|()| largest)
}

/// Refuses a matrix with a value that distances cannot be computed from.
pub(super) fn check_values(name: &'static str, data: &ArrayView2<'_, f64>) -> Result<(), ParamError> {
    data.indexed_iter().try_for_each(|((row, column), &value)| check_value(name, value, row, column))
}

fn check_value(name: &'static str, value: f64, row: usize, column: usize) -> Result<(), ParamError> {
    if value.abs() <= MAX_MAGNITUDE {
        return Ok(());
    }
    if value.is_finite() {
        return Err(ParamError::OutOfRange { name, value, allowed: "from -1e140 to 1e140 throughout" });
    }
    Err(ParamError::NotFinite { name, value, row, column })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        for n_rows in [1, TILE - 1, TILE, TILE + 1, MIN_BLOCK, 3 * MIN_BLOCK + 5] {
            let data =
                Array2::from_shape_fn((n_rows, 3), |(i, j)| f64::from(u32::try_from(10 * i + j).unwrap()));
            let points = Points::new("data", &data.view()).unwrap();
            let turned = data.t().as_standard_layout().to_owned();
            let from_columns = Points::new("data", &turned.t()).unwrap();
            for (i, row) in data.outer_iter().enumerate() {
                assert_eq!(points.row(i), row.to_vec());
                assert_eq!(from_columns.row(i), row.to_vec());
            }
            let last = data[[n_rows - 1, 0]];
            assert_eq!(points.largest(), [last, last + 1.0, last + 2.0]);
        }
    }

    #[test]
    fn the_first_bad_value_in_row_order_is_named() {
        let mut data = Array2::<f64>::zeros((5000, 2));
        data[[4000, 0]] = f64::INFINITY;
        data[[3000, 1]] = f64::NAN;
        let error = Points::new("data", &data.view()).unwrap_err();
        assert_eq!(error.to_string(), "data must be finite, got NaN at row 3000, column 1");
        data[[20, 0]] = -1e141;
        let error = Points::new("data", &data.view()).unwrap_err();
        assert!(error.to_string().starts_with("data must be from -1e140 to 1e140"), "{error}");
    }

    #[test]
    fn a_matrix_without_columns_is_refused() {
        let error = Points::new("data", &Array2::<f64>::zeros((3, 0)).view()).unwrap_err();
        assert_eq!(error.to_string(), "n_features must be at least 1, got 0");
    }

    #[test]
    fn weights_are_one_for_each_row_and_not_negative() {
        let data = array![[0.0], [1.0]];
        let refused = |weights: &[f64]| {
            let points = Points::from_rows(&data).unwrap();
            points.with_weights(weights.to_vec()).unwrap_err().to_string()
        };
        assert_eq!(refused(&[1.0]), "sample_weight must have shape (2, 1), got (1, 1)");
        assert_eq!(refused(&[1.0, -0.5]), "sample_weight must be 0 or from 1e-9 to 1e9, got -0.5");
        assert!(refused(&[1e-10, 1.0]).ends_with("got 0.0000000001"));
        assert!(refused(&[f64::NAN, 1.0]).ends_with("got NaN"));
        assert!(refused(&[f64::INFINITY, 1.0]).ends_with("got inf"));
    }

    #[test]
    fn equal_rows_count_once_and_rows_without_weight_never() {
        let data = array![[0.0, 1.0], [-0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [2.0, 0.0]];
        let points = Points::new("data", &data.view()).unwrap();
        assert_eq!(points.distinct(10), 3);
        assert_eq!(points.distinct(2), 2);
        let weighted = points.with_weights(vec![1.0, 1.0, 1.0, 1.0, 0.0]).unwrap();
        assert_eq!(weighted.distinct(10), 2);
    }

    #[test]
    fn blocks_are_whole_tiles_and_few() {
        for n_rows in [1, 1024, 1025, 131_072, 131_073, 999_999] {
            assert_eq!(block_rows(n_rows) % TILE, 0);
            assert!(n_rows.div_ceil(block_rows(n_rows)) <= MAX_BLOCKS);
        }
    }
}
