//! Novelty: the mean over the list of -log2(customers of the item / all customers), in bits.
//!
//! Items that nobody bought (only returned) are left out.

use super::{Answer, mean, number};
use crate::eval::catalogue::Catalogue;

pub(super) fn of(answer: &Answer<'_>, k: usize, catalogue: &Catalogue) -> f64 {
    let degrees = answer.items(k).map(|item| catalogue.degree(item)).filter(|&degree| degree > 0.0);
    mean(degrees.map(|degree| -(degree / number(catalogue.n_units)).log2()))
}
