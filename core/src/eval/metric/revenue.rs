//! Revenue: what was paid in the test part for the items among the first `k` that were asked for, in the log's currency.
//!
//! That the list would have brought it is not said: the customer bought without it.

use super::{Answer, sum};

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    sum(answer.hits(k).map(|place| answer.paid[place - 1].to_f64()))
}
