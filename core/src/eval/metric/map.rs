//! Average precision at `k`: the sum over the hits of (hits up to its place) / place, divided by min(`k`, `|T|`).

use super::{Answer, number, sum};

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    let precisions = answer.hits(k).zip(1..).map(|(place, hits)| number(hits) / number(place));
    sum(precisions) / number(k.min(answer.n_truth))
}
