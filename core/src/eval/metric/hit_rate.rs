//! Hit rate: 1 for a customer with a hit among the first `k`, otherwise 0.

use super::Answer;

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    f64::from(u8::from(answer.hits(k).next().is_some()))
}
