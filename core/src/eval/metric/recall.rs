//! Recall: `|hits| / |T|`. At a `k` below `|T|` it cannot reach 1.

use super::{Answer, number};

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    number(answer.hits(k).count()) / number(answer.n_truth)
}
