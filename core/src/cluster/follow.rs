//! From the labels found to those kept, and what that changes in the sums.

use super::points::Points;
use super::sums::{Sums, Units};
use crate::cpu::{Work, fastest, prefetch};

/// Labels that are compared in one step.
const RUN: usize = 32;

/// How many rows ahead memory is asked for: the rows that move are few and far between.
const AHEAD: usize = 8;

/// A row that goes to another cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    row: usize,
    from: u32,
    to: u32,
}

/// Follows new labels of a block: takes them over, and notes what they change in the sums.
pub(super) struct Follow<'a> {
    pub(super) points: &'a Points<'a>,
    pub(super) units: &'a Units,
    /// The first row of the block.
    pub(super) first: usize,
    pub(super) labels: &'a mut [u32],
    pub(super) found: &'a [u32],
    /// Room for the moves of a block.
    pub(super) moves: &'a mut Vec<Move>,
    pub(super) change: &'a mut Sums,
}

impl Follow<'_> {
    /// Whether a row with a weight has another label than before.
    pub(super) fn follow(self) -> bool {
        fastest(self)
    }

    #[inline(always)]
    fn list_moves(&mut self) {
        self.moves.clear();
        let runs = self.labels.chunks_mut(RUN).zip(self.found.chunks(RUN));
        for (run, (labels, found)) in runs.enumerate() {
            let pairs = labels.iter().zip(found);
            if pairs.fold(0, |any, (label, found)| any | (label ^ found)) == 0 {
                continue;
            }
            for (at, (label, &to)) in labels.iter_mut().zip(found).enumerate() {
                if *label != to {
                    let from = std::mem::replace(label, to);
                    self.moves.push(Move { row: self.first + run * RUN + at, from, to });
                }
            }
        }
    }
}

impl Work for Follow<'_> {
    type Done = bool;

    #[inline(always)]
    fn work(mut self) -> bool {
        self.list_moves();
        let (rows, n_features) = (self.points.rows(), self.points.n_features());
        let mut changed = false;
        for (at, &Move { row, from, to }) in self.moves.iter().enumerate() {
            if let Some(later) = self.moves.get(at + AHEAD) {
                prefetch(rows, later.row * n_features);
            }
            let weight = self.points.weight(row);
            if weight > 0.0 {
                let from = (from != u32::MAX).then_some(from as usize);
                self.change.shift(self.units, self.points.row(row), weight, from, to as usize);
                changed = true;
            }
        }
        changed
    }
}
