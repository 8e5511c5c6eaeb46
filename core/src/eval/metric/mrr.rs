//! Reciprocal rank: 1 / place of the first hit among the first `k`, otherwise 0.

use super::{Answer, number};

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    answer.hits(k).next().map_or(0.0, |place| number(place).recip())
}
