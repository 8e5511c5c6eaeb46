//! Popularity bias: how much more popular the list is than what the customer has, in percentiles; from -1 to 1, 0 where both
//! are alike.

use super::{Answer, popularity};
use crate::eval::catalogue::Catalogue;

pub(super) fn of(answer: &Answer<'_>, k: usize, catalogue: &Catalogue) -> f64 {
    popularity::of(answer.items(k), catalogue) - popularity::of(answer.history.iter().copied(), catalogue)
}
