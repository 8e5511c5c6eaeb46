//! The leading right singular vectors of the graph, by randomised subspace iteration.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use crate::error::Result;
use crate::fit::Control;
use crate::random::Random;

use super::graph::Graph;

/// Rows of a tall matrix are taken in at most this many blocks, whose sums are added in order.
const BLOCKS: usize = 64;
/// A block has at least this many rows.
const LEAST_ROWS: usize = 1024;
/// Iterations from one time that columns are made orthonormal to the next: singular values are at most 1, so columns that
/// were orthonormal are still far from parallel.
const STEPS: usize = 2;
/// Directions that carry less than this share of the strongest are rounding.
const NEGLIGIBLE: f64 = 1e-12;
/// Below this ratio of its pivots, Cholesky's factor is not trusted to make columns orthogonal.
const WELL_CONDITIONED: f64 = 1e-7;

/// The leading right singular vectors of a graph.
#[derive(Debug)]
pub(super) struct LowRank {
    /// Row-major, shape (`n_items`, number of `singular_values`); columns orthonormal.
    pub(super) vectors: Vec<f32>,
    /// Falling.
    pub(super) singular_values: Vec<f64>,
}

/// At most `factors` of them (Halko, Martinsson and Tropp 2011, doi 10.1137/090771806, algorithm 4.4 on the side of the
/// items): a random start of `factors` columns and a quarter more is multiplied by `R~' R~` again and again, made
/// orthonormal in between, and turned in the end towards the directions that `R~` stretches most.
///
/// The start is of numbers spread evenly from -1 to 1, which do as well as Gaussian ones and have the same bits on every
/// platform. Each row of a
/// product is summed by one thread, and sums over rows run over fixed blocks, so the bits do not depend on the number of
/// threads. Time: `2 (iterations + 1)` products of the entries of the matrix and the columns, and `iterations` times items
/// times columns squared. Extra space: 8 bytes for each column of each item and unit.
pub(super) fn leading(
    graph: &Graph,
    factors: usize,
    iterations: usize,
    seed: u64,
    control: &Control,
) -> Result<LowRank> {
    let (n_items, n_units) = (graph.n_items(), graph.n_units());
    let factors = factors.min(n_items).min(n_units);
    let width = (factors + (factors / 4).max(16)).min(n_items);
    if factors == 0 {
        return Ok(LowRank { vectors: Vec::new(), singular_values: Vec::new() });
    }
    let mut items = start(n_items, width, seed);
    let mut units = vec![0.0; n_units * width];
    orthonormalize(&mut items, width);
    for iteration in 1..=iterations {
        control.check()?;
        graph.times(&items, width, &mut units);
        control.check()?;
        graph.transposed_times(&units, width, &mut items);
        if iteration % STEPS == 0 && iteration < iterations {
            orthonormalize(&mut items, width);
        }
    }
    orthonormalize(&mut items, width);
    // What is near enough to orthonormal becomes so to the last bits.
    by_cholesky(&mut items, width);
    control.check()?;
    graph.times(&items, width, &mut units);
    let (values, turn) = eigen(&gram(&units, width), width);
    drop(units);
    // Eigenvalues rise, so the directions wanted stand last.
    let strongest = values[width - 1];
    let kept: Vec<usize> =
        (0..width).rev().take(factors).filter(|&at| values[at] > NEGLIGIBLE * strongest).collect();
    let chosen: Vec<f64> = kept.iter().flat_map(|&at| &turn[at * width..(at + 1) * width]).copied().collect();
    let singular_values = kept.iter().map(|&at| values[at].sqrt()).collect();
    Ok(LowRank { vectors: turned(&items, width, &chosen, kept.len()), singular_values })
}

/// Random numbers from -1 to 1, row by row.
fn start(n_rows: usize, width: usize, seed: u64) -> Vec<f64> {
    let mut values = vec![0.0; n_rows * width];
    values.par_chunks_mut(width).enumerate().for_each(|(row, values)| {
        let mut random = Random::new(seed, row as u64);
        values.iter_mut().for_each(|value| *value = random.unit() * 2.0 - 1.0);
    });
    values
}

/// The number of rows of a block, which depends on the number of rows alone.
fn block_rows(n_rows: usize) -> usize {
    n_rows.div_ceil(BLOCKS).max(LEAST_ROWS)
}

/// `X' X` of a row-major matrix, lower half.
fn gram(rows: &[f64], width: usize) -> Vec<f64> {
    let blocks = rows.par_chunks(block_rows(rows.len() / width) * width);
    let parts: Vec<Vec<f64>> = blocks
        .map(|block| {
            let mut part = vec![0.0; width * width];
            let columns = MatRef::from_column_major_slice(block, width, block.len() / width);
            let out = MatMut::from_column_major_slice_mut(&mut part, width, width);
            matmul(out, Accum::Replace, columns, columns.transpose(), 1.0, Par::Seq);
            part
        })
        .collect();
    let mut sum = vec![0.0; width * width];
    parts.iter().for_each(|part| sum.iter_mut().zip(part).for_each(|(sum, value)| *sum += value));
    sum
}

/// Makes the columns of a row-major matrix orthonormal; columns beyond its rank become zero.
fn orthonormalize(rows: &mut [f64], width: usize) {
    if !by_cholesky(rows, width) {
        by_eigenvectors(rows, width);
    }
}

/// `X <- X L^-T` with `L L' = X' X`; whether that could be done.
fn by_cholesky(rows: &mut [f64], width: usize) -> bool {
    let mut factor = gram(rows, width);
    let mut memory =
        MemBuffer::new(llt::factor::cholesky_in_place_scratch::<f64>(width, Par::Seq, Default::default()));
    let mut matrix = MatMut::from_column_major_slice_mut(&mut factor, width, width);
    let (nothing, stack) = (Default::default(), MemStack::new(&mut memory));
    let done =
        llt::factor::cholesky_in_place(matrix.as_mut(), nothing, Par::Seq, stack, Default::default()).is_ok();
    let pivots = factor.iter().step_by(width + 1);
    let (least, most) =
        pivots.fold((f64::INFINITY, 0.0_f64), |(least, most), &pivot| (least.min(pivot), most.max(pivot)));
    let is_trusted = done && least > WELL_CONDITIONED * most;
    if !is_trusted {
        return false;
    }
    let factor = MatRef::from_column_major_slice(&factor, width, width);
    rows.par_chunks_mut(LEAST_ROWS * width).for_each(|block| {
        let n = block.len() / width;
        solve_lower_triangular_in_place(
            factor,
            MatMut::from_column_major_slice_mut(block, width, n),
            Par::Seq,
        );
    });
    true
}

/// `X <- X E S^-1/2` with `E S E' = X' X`.
fn by_eigenvectors(rows: &mut [f64], width: usize) {
    let (values, mut turn) = eigen(&gram(rows, width), width);
    let strongest = values[width - 1];
    for (column, &value) in turn.chunks_mut(width).zip(&values) {
        let factor = if value > NEGLIGIBLE * strongest { 1.0 / value.sqrt() } else { 0.0 };
        column.iter_mut().for_each(|entry| *entry *= factor);
    }
    let turn = MatRef::from_column_major_slice(&turn, width, width);
    rows.par_chunks_mut(LEAST_ROWS * width).for_each(|block| {
        let before = block.to_vec();
        let n = block.len() / width;
        let out = MatMut::from_column_major_slice_mut(block, width, n);
        let before = MatRef::from_column_major_slice(&before, width, n);
        matmul(out, Accum::Replace, turn.transpose(), before, 1.0, Par::Seq);
    });
}

/// Eigenvalues, rising, and eigenvectors, column after column, of a symmetric matrix of which the lower half is given.
fn eigen(matrix: &[f64], width: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut values, mut vectors) = (vec![0.0; width], vec![0.0; width * width]);
    let want = ComputeEigenvectors::Yes;
    let mut memory =
        MemBuffer::new(self_adjoint_evd_scratch::<f64>(width, want, Par::Seq, Default::default()));
    let found = self_adjoint_evd(
        MatRef::from_column_major_slice(matrix, width, width),
        DiagMut::from_slice_mut(&mut values),
        Some(MatMut::from_column_major_slice_mut(&mut vectors, width, width)),
        Par::Seq,
        MemStack::new(&mut memory),
        Default::default(),
    );
    found.expect("a symmetric matrix of finite numbers has eigenvectors");
    (values, vectors)
}

/// `X C` in single precision, row-major; `C` has `kept` columns, end to end.
#[allow(clippy::cast_possible_truncation, reason = "vectors are served in single precision")]
fn turned(rows: &[f64], width: usize, columns: &[f64], kept: usize) -> Vec<f32> {
    let mut result = vec![0.0; rows.len() / width * kept];
    if kept == 0 {
        return result;
    }
    let columns = MatRef::from_column_major_slice(columns, width, kept);
    let blocks = result.par_chunks_mut(LEAST_ROWS * kept).zip(rows.par_chunks(LEAST_ROWS * width));
    blocks.for_each(|(result, rows)| {
        let n = rows.len() / width;
        let mut out = vec![0.0; n * kept];
        let rows = MatRef::from_column_major_slice(rows, width, n);
        let place = MatMut::from_column_major_slice_mut(&mut out, kept, n);
        matmul(place, Accum::Replace, columns.transpose(), rows, 1.0, Par::Seq);
        result.iter_mut().zip(out).for_each(|(result, value)| *result = value as f32);
    });
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Rows;
    use crate::index::ItemIx;

    /// Units with items drawn at random, some far more often than others.
    fn graph(n_units: usize, n_items: usize) -> Graph {
        let mut random = Random::new(5, 0);
        let rows: Rows<ItemIx> = (0..n_units)
            .map(|_| {
                let mut row: Vec<usize> =
                    (0..8).map(|_| random.below(n_items).min(random.below(n_items))).collect();
                row.sort_unstable();
                row.dedup();
                row.into_iter().map(ItemIx::new)
            })
            .collect();
        Graph::new(rows, n_items, (-0.5, -0.5))
    }

    /// `R~' R~`, entry by entry.
    fn product(graph: &Graph) -> Vec<f64> {
        let n = graph.n_items();
        let mut product = vec![0.0; n * n];
        for (row, scale) in graph.items_of.iter().zip(&graph.unit_scale) {
            for a in row {
                for b in row {
                    let (a, b) = (a.as_usize(), b.as_usize());
                    product[a * n + b] += scale * scale * graph.item_scale[a] * graph.item_scale[b];
                }
            }
        }
        product
    }

    #[test]
    fn singular_values_and_the_space_are_those_of_the_whole_decomposition() {
        let graph = graph(90, 40);
        let (values, vectors) = eigen(&product(&graph), 40);
        let found = leading(&graph, 12, 60, 0, &Control::new()).unwrap();
        assert_eq!(found.singular_values.len(), 12);
        for (k, value) in found.singular_values.iter().enumerate() {
            assert!((value * value - values[39 - k]).abs() < 1e-9, "{k} {value}");
        }
        for a in 0..40 {
            for b in 0..40 {
                let exact: f64 = (28..40).map(|k| vectors[k * 40 + a] * vectors[k * 40 + b]).sum();
                let ours: f64 = (0..12)
                    .map(|k| f64::from(found.vectors[a * 12 + k]) * f64::from(found.vectors[b * 12 + k]))
                    .sum();
                assert!((exact - ours).abs() < 1e-5, "{a} {b}");
            }
        }
    }

    #[test]
    fn no_more_directions_than_the_matrix_has() {
        let rows: Rows<ItemIx> =
            [[0, 1], [2, 3], [0, 1]].map(|row| row.map(ItemIx::new)).into_iter().collect();
        let found = leading(&Graph::new(rows, 5, (-0.5, -0.5)), 9, 3, 0, &Control::new()).unwrap();
        assert_eq!(found.singular_values.len(), 2);
        assert!(found.singular_values.iter().all(|value| (value - 1.0).abs() < 1e-12));
        let norm: f32 = found.vectors.iter().map(|value| value * value).sum();
        assert!((norm - 2.0).abs() < 1e-5 && found.vectors.len() == 10);
    }
}
