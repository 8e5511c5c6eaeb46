//! The rows to cluster, laid out for the distance kernel.

use std::collections::HashSet;

use ndarray::{ArrayView2, Axis, Slice};
use rayon::prelude::*;

use crate::error::ParamError;
use crate::params::at_least;

/// Rows that the kernel takes in one step.
pub(super) const LANES: usize = 8;

/// The largest magnitude of a value: squares of differences, and their sum over any data, stay finite.
const MAX_MAGNITUDE: f64 = 1e140;

/// A block has at least this many rows, so that it is worth a thread's while ...
const MIN_BLOCK: usize = 1024;

/// ... and data has at most this many blocks, so that their partial sums stay small beside it.
const MAX_BLOCKS: usize = 128;

/// Rows of numbers in tiles of [`LANES`] rows, each tile feature by feature; the last is filled up with zeros.
///
/// Work is shared out in blocks of rows. Their size depends on the number of rows only, and what they yield is added in
/// their order: that makes every result the same on any number of threads.
#[derive(Debug)]
pub(super) struct Points {
    n_rows: usize,
    n_features: usize,
    tiles: Vec<f64>,
}

impl Points {
    /// Checks and copies a matrix of shape (n_rows, n_features); `name` is its name in errors.
    pub(super) fn new(name: &'static str, data: &ArrayView2<'_, f64>) -> Result<Self, ParamError> {
        let (n_rows, n_features) = data.dim();
        at_least("n_features", n_features, 1)?;
        let tiles = vec![0.0; n_rows.next_multiple_of(LANES) * n_features];
        let mut points = Self { n_rows, n_features, tiles };
        let block_rows = points.block_rows();
        let checks: Vec<Result<(), ParamError>> = points
            .tiles
            .par_chunks_mut(block_rows * n_features)
            .enumerate()
            .map(|(block, tiles)| {
                let first = block * block_rows;
                let last = (first + block_rows).min(n_rows);
                let rows = data.slice_axis(Axis(0), Slice::from(first..last));
                for (i, row) in rows.outer_iter().enumerate() {
                    let tile = &mut tiles[i / LANES * LANES * n_features..];
                    for (feature, &value) in row.iter().enumerate() {
                        check_value(name, value, first + i, feature)?;
                        tile[feature * LANES + i % LANES] = value;
                    }
                }
                Ok(())
            })
            .collect();
        checks.into_iter().collect::<Result<(), _>>()?;
        Ok(points)
    }

    pub(super) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of rows of a block, the last excepted; a multiple of [`LANES`].
    pub(super) fn block_rows(&self) -> usize {
        self.n_rows.div_ceil(MAX_BLOCKS).max(MIN_BLOCK).next_multiple_of(LANES)
    }

    /// The tiles of each block in order.
    pub(super) fn blocks(&self) -> rayon::slice::Chunks<'_, f64> {
        self.tiles.par_chunks(self.block_rows() * self.n_features)
    }

    /// A row's features.
    pub(super) fn row(&self, row: usize) -> Vec<f64> {
        let tile = &self.tiles[row / LANES * LANES * self.n_features..];
        (0..self.n_features).map(|feature| tile[feature * LANES + row % LANES]).collect()
    }

    /// The squared distance of a row from a point.
    pub(super) fn squared_distance(&self, row: usize, point: &[f64]) -> f64 {
        let tile = &self.tiles[row / LANES * LANES * self.n_features..];
        let differences = point.iter().enumerate().map(|(f, x)| tile[f * LANES + row % LANES] - x);
        differences.map(|difference| difference * difference).sum()
    }

    /// The number of distinct rows, counted up to `enough`; O(n_rows n_features), with a copy of the distinct ones.
    pub(super) fn distinct(&self, enough: usize) -> usize {
        let mut found: HashSet<Vec<u64>> = HashSet::new();
        for row in 0..self.n_rows {
            if found.len() == enough {
                break;
            }
            // Adding zero makes the two zeros one.
            found.insert(self.row(row).into_iter().map(|value| (value + 0.0).to_bits()).collect());
        }
        found.len()
    }
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
        for n_rows in [1, LANES - 1, LANES, LANES + 1, MIN_BLOCK, 3 * MIN_BLOCK + 5] {
            let data =
                Array2::from_shape_fn((n_rows, 3), |(i, j)| f64::from(u32::try_from(10 * i + j).unwrap()));
            let points = Points::new("data", &data.view()).unwrap();
            for (i, row) in data.outer_iter().enumerate() {
                assert_eq!(points.row(i), row.to_vec());
            }
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
    fn equal_rows_count_once() {
        let data = array![[0.0, 1.0], [-0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [2.0, 0.0]];
        let points = Points::new("data", &data.view()).unwrap();
        assert_eq!(points.distinct(10), 3);
        assert_eq!(points.distinct(2), 2);
    }

    #[test]
    fn blocks_are_whole_tiles_and_few() {
        for n_rows in [1, 1024, 1025, 131_072, 131_073, 999_999] {
            let points = Points { n_rows, n_features: 1, tiles: Vec::new() };
            assert_eq!(points.block_rows() % LANES, 0);
            assert!(n_rows.div_ceil(points.block_rows()) <= MAX_BLOCKS);
        }
    }
}
