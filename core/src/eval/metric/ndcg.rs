//! Normalised discounted cumulative gain with binary gains: the sum of 1 / log2(place + 1) over the hits, divided by the
//! same sum over the first min(`k`, `|T|`) places.

use super::{Answer, number, sum};

pub(super) fn of(answer: &Answer<'_>, k: usize) -> f64 {
    sum(answer.hits(k).map(discount)) / sum((1..=k.min(answer.n_truth)).map(discount))
}

fn discount(place: usize) -> f64 {
    number(place + 1).log2().recip()
}
