//! Precision: `|hits| / k`. A list shorter than `k` is not excused: its empty places are misses.

use super::{Answer, number};

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    number(answer.hits(k).count()) / number(k)
}
