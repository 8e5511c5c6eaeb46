//! A symmetric matrix in square tiles, and its inverse in the memory of the matrix.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use crate::error::Result;
use crate::fit::Control;

/// The edge of a tile: two tiles and what becomes of them fit into a core's own cache.
const EDGE: usize = 256;

/// The lower triangle of a symmetric matrix of shape (`n`, `n`), tile by tile: `n^2 / 2` numbers, and the upper halves of
/// the tiles on the diagonal.
///
/// Tile (`i`, `j`), `j <= i`, is at `i (i + 1) / 2 + j` and is itself column-major.
#[derive(Debug)]
pub(super) struct Tiles {
    n: usize,
    edge: usize,
    tiles: Vec<Vec<f64>>,
}

/// A column of tiles, from the first row of the matrix to the last.
type Panel = Vec<Vec<f64>>;

impl Tiles {
    /// Zeros.
    pub(super) fn new(n: usize) -> Self {
        Self::with_edge(n, EDGE)
    }

    fn with_edge(n: usize, edge: usize) -> Self {
        let count = n.div_ceil(edge);
        let height = |i: usize| edge.min(n - i * edge);
        let tiles = (0..count).flat_map(|i| (0..=i).map(move |j| vec![0.0; height(i) * height(j)]));
        Self { n, edge, tiles: tiles.collect() }
    }

    /// The number of rows.
    pub(super) fn n(&self) -> usize {
        self.n
    }

    /// The number of rows of tiles.
    fn count(&self) -> usize {
        self.n.div_ceil(self.edge)
    }

    /// The number of rows of the matrix in a row of tiles.
    fn height(&self, i: usize) -> usize {
        self.edge.min(self.n - i * self.edge)
    }

    /// The number in a row and column of the matrix, either side of the diagonal.
    pub(super) fn get(&self, row: usize, column: usize) -> f64 {
        let (row, column) = (row.max(column), row.min(column));
        let (i, j) = (row / self.edge, column / self.edge);
        self.tiles[place(i, j)][(column % self.edge) * self.height(i) + row % self.edge]
    }

    /// Adds to the diagonal.
    pub(super) fn add_to_diagonal(&mut self, value: f64) {
        for i in 0..self.count() {
            let height = self.height(i);
            self.tiles[place(i, i)].iter_mut().step_by(height + 1).for_each(|entry| *entry += value);
        }
    }

    /// Hands out the strips of rows of the lower triangle, in parallel: `fill` gets the first row, the number of rows, and
    /// a function of (row of the strip, column, value) that sets an entry on or below the diagonal.
    pub(super) fn fill_rows(
        &mut self,
        fill: impl Fn(usize, &mut Strip<'_>) -> Result<()> + Sync,
    ) -> Result<()> {
        let (edge, n) = (self.edge, self.n);
        let mut strips = Vec::new();
        let mut rest = &mut self.tiles[..];
        for i in 0..n.div_ceil(edge) {
            let (row, below) = rest.split_at_mut(i + 1);
            strips.push((i, row));
            rest = below;
        }
        // The last strips have the most to fill, so they go first.
        strips.into_par_iter().rev().with_max_len(1).try_for_each(|(i, tiles)| {
            let height = edge.min(n - i * edge);
            fill(i * edge, &mut Strip { edge, height, tiles })
        })
    }

    /// A row of the matrix, both sides of the diagonal: `take` gets each column with its number.
    pub(super) fn for_each_in_row(&self, row: usize, mut take: impl FnMut(usize, f64)) {
        let (i, within) = (row / self.edge, row % self.edge);
        let height = self.height(i);
        for column in 0..=row {
            let tile = &self.tiles[place(i, column / self.edge)];
            take(column, tile[(column % self.edge) * height + within]);
        }
        for k in i..self.count() {
            let (tile, height) = (&self.tiles[place(k, i)], self.height(k));
            let column = &tile[within * height..(within + 1) * height];
            for (below, &value) in column.iter().enumerate() {
                let below = k * self.edge + below;
                if below > row {
                    take(below, value);
                }
            }
        }
    }

    /// Turns a positive definite matrix into its inverse with the sign changed; `None` where rounding leaves it not
    /// positive definite.
    ///
    /// The sweep operator (Beaton 1964; Goodnight 1979, doi 10.1080/00031305.1979.10482685), a tile of pivots at a time:
    /// with `D` the tile on the diagonal and `C` the column of tiles that it stands in, every other tile becomes
    /// `A - C D^-1 C'`, the column `C D^-1`, and the tile itself `-D^-1`. After the last tile the matrix is `-A^-1`.
    /// `n^3` multiply-adds in all, as by way of Cholesky's factor, with one product of two tiles as the only inner loop
    /// and two columns of tiles as the only memory beside the matrix. Each tile is computed by one thread, so the bits
    /// do not depend on how many there are.
    pub(super) fn negative_inverse(&mut self, control: &Control) -> Result<Option<()>> {
        for k in 0..self.count() {
            control.check()?;
            let edge = self.height(k);
            let Some(pivot) = inverse(std::mem::take(&mut self.tiles[place(k, k)]), edge) else {
                return Ok(None);
            };
            let column: Panel = (0..self.count()).map(|i| self.take_from_column(i, k)).collect();
            let divided: Panel = column.par_iter().map(|tile| product(tile, &pivot, edge)).collect();
            self.subtract(k, &divided, &column);
            drop(column);
            for (i, tile) in divided.into_iter().enumerate().filter(|&(i, _)| i != k) {
                let back = if i > k { tile } else { transposed(&tile, self.height(i)) };
                self.tiles[place(i.max(k), i.min(k))] = back;
            }
            self.tiles[place(k, k)] = pivot.into_iter().map(|value| -value).collect();
        }
        Ok(Some(()))
    }

    /// Takes the tile of row `i` in column `k` out, as it stands in that column; nothing for the diagonal.
    fn take_from_column(&mut self, i: usize, k: usize) -> Vec<f64> {
        if i == k {
            return Vec::new();
        }
        let tile = std::mem::take(&mut self.tiles[place(i.max(k), i.min(k))]);
        if i > k { tile } else { transposed(&tile, self.height(k)) }
    }

    /// Every tile outside of row and column `k`, less the product of its parts of the two columns.
    fn subtract(&mut self, k: usize, divided: &Panel, column: &Panel) {
        let (edge, n) = (self.edge, self.n);
        let height = |i: usize| edge.min(n - i * edge);
        let places: Vec<(usize, usize)> =
            (0..n.div_ceil(edge)).flat_map(|i| (0..=i).map(move |j| (i, j))).collect();
        let tiles = self.tiles.par_iter_mut().zip(places.par_iter()).with_max_len(1);
        tiles.filter(|(_, (i, j))| *i != k && *j != k).for_each(|(tile, &(i, j))| {
            let (rows, columns) = (height(i), height(j));
            let left = MatRef::from_column_major_slice(&divided[i], rows, height(k));
            let right = MatRef::from_column_major_slice(&column[j], columns, height(k));
            let tile = MatMut::from_column_major_slice_mut(tile, rows, columns);
            matmul(tile, Accum::Add, left, right.transpose(), -1.0, Par::Seq);
        });
    }
}

/// A strip of rows of the lower triangle.
pub(super) struct Strip<'a> {
    edge: usize,
    height: usize,
    tiles: &'a mut [Vec<f64>],
}

impl Strip<'_> {
    /// The number of rows.
    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Sets the number in a row of the strip and a column of the matrix, on or below the diagonal.
    pub(super) fn set(&mut self, row: usize, column: usize, value: f64) {
        self.tiles[column / self.edge][(column % self.edge) * self.height + row] = value;
    }
}

fn place(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// The inverse of a positive definite tile of which the lower half is given, whole.
fn inverse(mut tile: Vec<f64>, edge: usize) -> Option<Vec<f64>> {
    let memory = llt::factor::cholesky_in_place_scratch::<f64>(edge, Par::Seq, Default::default())
        .or(llt::inverse::inverse_scratch::<f64>(edge, Par::Seq));
    let mut memory = MemBuffer::new(memory);
    let stack = MemStack::new(&mut memory);
    let mut factor = MatMut::from_column_major_slice_mut(&mut tile, edge, edge);
    let (nothing, par) = (Default::default(), Par::Seq);
    llt::factor::cholesky_in_place(factor.as_mut(), nothing, par, stack, Default::default()).ok()?;
    let mut inverse = vec![0.0; edge * edge];
    let mut out = MatMut::from_column_major_slice_mut(&mut inverse, edge, edge);
    llt::inverse::inverse(out.as_mut(), factor.as_ref(), par, stack);
    for column in 0..edge {
        for row in 0..column {
            inverse[column * edge + row] = inverse[row * edge + column];
        }
    }
    inverse.iter().all(|value| value.is_finite()).then_some(inverse)
}

/// A tile times a square one of `edge` rows; an empty tile stays empty.
fn product(tile: &[f64], square: &[f64], edge: usize) -> Vec<f64> {
    let rows = tile.len() / edge;
    let mut result = vec![0.0; tile.len()];
    let left = MatRef::from_column_major_slice(tile, rows, edge);
    let right = MatRef::from_column_major_slice(square, edge, edge);
    let out = MatMut::from_column_major_slice_mut(&mut result, rows, edge);
    matmul(out, Accum::Replace, left, right, 1.0, Par::Seq);
    result
}

/// A column-major tile of `rows` rows with rows and columns exchanged.
fn transposed(tile: &[f64], rows: usize) -> Vec<f64> {
    let columns = tile.len() / rows;
    (0..tile.len()).map(|at| tile[at / columns + (at % columns) * rows]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Fills the lower triangle by a function.
    fn filled(n: usize, edge: usize, entry: impl Fn(usize, usize) -> f64 + Sync) -> Tiles {
        let mut tiles = Tiles::with_edge(n, edge);
        let fill = |first: usize, strip: &mut Strip<'_>| {
            for row in 0..strip.height() {
                (0..=first + row).for_each(|column| strip.set(row, column, entry(first + row, column)));
            }
            Ok(())
        };
        tiles.fill_rows(fill).unwrap();
        tiles
    }

    proptest! {
        #[test]
        fn the_inverse_times_the_matrix_is_one(
            n in 1_usize..20, edge in 1_usize..8, rows in prop::collection::vec(prop::collection::vec(-3.0..3.0, 20), 20),
        ) {
            let entry = |i: usize, j: usize| {
                let dot: f64 = (0..n).map(|k| rows[i][k] * rows[j][k]).sum();
                if i == j { dot + 2.0 } else { dot }
            };
            let mut tiles = filled(n, edge, entry);
            prop_assert!(tiles.negative_inverse(&Control::new()).unwrap().is_some());
            for i in 0..n {
                let mut seen = Vec::new();
                tiles.for_each_in_row(i, |column, value| seen.push((column, value)));
                prop_assert_eq!(seen, (0..n).map(|j| (j, tiles.get(i, j))).collect::<Vec<_>>());
                for j in 0..n {
                    let one: f64 = (0..n).map(|k| -tiles.get(i, k) * entry(k, j)).sum();
                    prop_assert!((one - f64::from(u8::from(i == j))).abs() < 1e-9, "{i} {j} {one}");
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_none() {
        let mut tiles = filled(5, 2, |_, _| 1.0);
        assert!(tiles.negative_inverse(&Control::new()).unwrap().is_none());
        tiles = filled(3, 2, |i, j| if i == j { -1.0 } else { 0.0 });
        assert!(tiles.negative_inverse(&Control::new()).unwrap().is_none());
    }

    #[test]
    fn the_diagonal_is_where_it_is_added_to() {
        let mut tiles = filled(7, 3, |i, j| f64::from(u8::from(i == j)));
        tiles.add_to_diagonal(2.0);
        let diagonal = |i: usize| (0..7).map(|j| tiles.get(i, j)).collect::<Vec<_>>();
        for i in 0..7 {
            assert_eq!(diagonal(i), (0..7).map(|j| if i == j { 3.0 } else { 0.0 }).collect::<Vec<_>>());
        }
    }
}
