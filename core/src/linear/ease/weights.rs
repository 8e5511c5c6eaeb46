//! Weights of pairs of items, all of them or the strongest.

use rayon::prelude::*;

use crate::data::Rows;
use crate::index::ItemIx;
use crate::linear::tiles::Tiles;
use crate::rank::{Scored, TopK};

/// What each item adds to the score of each other; none adds to its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Weights {
    /// Row-major, shape (`n_items`, `n_items`): what the item of the row adds to that of the column; 0 on the diagonal.
    Dense { n: usize, values: Vec<f32> },
    /// For each item those it adds to, rising, and how much.
    Sparse { rows: Rows<ItemIx>, values: Vec<f32> },
}

/// Rows turned into numbers of single precision by one thread at a time.
const ROWS_PER_TASK: usize = 16;

impl Weights {
    /// From the negated inverse `-P`: the weight from `i` to `j` is `-P_ij / P_jj`.
    pub(super) fn of_inverse(negated: &Tiles, neighbors: Option<usize>) -> Self {
        let n = negated.n();
        let diagonal: Vec<f64> = (0..n).map(|item| -negated.get(item, item)).collect();
        match neighbors {
            Some(k) => Self::strongest(negated, &diagonal, k),
            None => Self::all(negated, &diagonal),
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "weights are served in single precision")]
    fn all(negated: &Tiles, diagonal: &[f64]) -> Self {
        let n = negated.n();
        let mut values = vec![0.0; n * n];
        let blocks = values.par_chunks_mut((n * ROWS_PER_TASK).max(1)).enumerate();
        blocks.for_each(|(block, values)| {
            for (within, row) in values.chunks_mut(n).enumerate() {
                let from = block * ROWS_PER_TASK + within;
                negated.for_each_in_row(from, |to, value| row[to] = (value / diagonal[to]) as f32);
                row[from] = 0.0;
            }
        });
        Self::Dense { n, values }
    }

    /// The `k` weights of the greatest absolute value that lead to each item, ties to the smaller id.
    #[allow(clippy::cast_possible_truncation, reason = "weights are served in single precision")]
    fn strongest(negated: &Tiles, diagonal: &[f64], k: usize) -> Self {
        let n = negated.n();
        let targets: Vec<usize> = (0..n).collect();
        let lists: Vec<Vec<(ItemIx, f32)>> = targets
            .par_iter()
            .map_init(
                || (TopK::new(k), vec![0.0_f32; n]),
                |(top, weights), &to| {
                    negated.for_each_in_row(to, |from, value| {
                        weights[from] = (value / diagonal[to]) as f32;
                        if from != to {
                            let score = f64::from(weights[from].abs());
                            top.push(Scored { score, count: 0, item: ItemIx::new(from) });
                        }
                    });
                    let kept = top.drain_sorted().filter(|kept| kept.score > 0.0);
                    kept.map(|kept| (kept.item, weights[kept.item.as_usize()])).collect()
                },
            )
            .collect();
        let by_target: Rows<(ItemIx, f32)> = lists.into_iter().collect();
        let targets: Rows<(ItemIx, ItemIx, f32)> = by_target
            .iter()
            .enumerate()
            .map(|(to, list)| list.iter().map(move |&(from, weight)| (from, ItemIx::new(to), weight)))
            .collect();
        let mut by_source = vec![Vec::new(); n];
        targets.values().iter().for_each(|&(from, to, weight)| by_source[from.as_usize()].push((to, weight)));
        let rows = by_source.iter().map(|list| list.iter().map(|&(to, _)| to)).collect();
        Self::Sparse { rows, values: by_source.iter().flatten().map(|&(_, weight)| weight).collect() }
    }

    /// What an item adds to another.
    pub(super) fn get(&self, from: ItemIx, to: ItemIx) -> f32 {
        match self {
            Self::Dense { n, values } => values[from.as_usize() * n + to.as_usize()],
            Self::Sparse { rows, values } => {
                let found = rows.row(from.as_usize()).binary_search(&to);
                found.map_or(0.0, |at| values[rows.offsets()[from.as_usize()] + at])
            }
        }
    }

    /// What an item adds to each other, by rising id.
    pub(super) fn for_each_of(&self, from: ItemIx, mut take: impl FnMut(ItemIx, f32)) {
        match self {
            Self::Dense { n, values } => {
                let row = &values[from.as_usize() * n..(from.as_usize() + 1) * n];
                row.iter().enumerate().for_each(|(to, &weight)| take(ItemIx::new(to), weight));
            }
            Self::Sparse { rows, values } => {
                let start = rows.offsets()[from.as_usize()];
                let row = rows.row(from.as_usize());
                row.iter().zip(&values[start..]).for_each(|(&to, &weight)| take(to, weight));
            }
        }
    }

    /// Adds what the items of a history add to every item, item after item, so that sums have the same bits always.
    pub(super) fn add_to(&self, history: &[ItemIx], sums: &mut [f64]) {
        match self {
            Self::Dense { n, values } => {
                for from in history {
                    let row = &values[from.as_usize() * n..(from.as_usize() + 1) * n];
                    sums.iter_mut().zip(row).for_each(|(sum, &weight)| *sum += f64::from(weight));
                }
            }
            Self::Sparse { .. } => {
                for &from in history {
                    self.for_each_of(from, |to, weight| sums[to.as_usize()] += f64::from(weight));
                }
            }
        }
    }
}
