//! Intra-list diversity: 1 - mean over all pairs of the list of `c / sqrt(a b)`, where `a` and `b` customers bought each of
//! the two and `c` both.
//!
//! With each item a vector of length 1 over its customers, the cosines of all pairs are half of what the squared length of
//! the sum of the vectors exceeds their number by: the cost is that of the items' customers, not of all pairs.

use super::{Answer, number};
use crate::eval::catalogue::Catalogue;
use crate::index::ItemIx;
use crate::rank::Scores;

/// `sums` has a place for each customer.
pub(super) fn of(answer: &Answer<'_>, k: usize, catalogue: &Catalogue, sums: &mut Scores<f64>) -> f64 {
    let mut n = 0;
    for item in answer.items(k).filter(|&item| catalogue.degree(item) > 0.0) {
        n += 1;
        let weight = catalogue.degree(item).sqrt().recip();
        let units = catalogue.units_of.row(item.as_usize());
        // The accumulator is that of items; here it is of customers.
        units.iter().for_each(|&unit| sums.add(ItemIx::from_u32(unit), weight));
    }
    let mut squared = 0.0;
    sums.drain(|_, sum| squared += sum * sum);
    if n < 2 {
        return f64::NAN;
    }
    (1.0 - (squared - number(n)) / (number(n) * number(n - 1))).clamp(0.0, 1.0)
}
