//! Diversity by category: the share of pairs of the list that have no category in common. Items without a category are left
//! out; categories above those of the items do not count.

use super::{Answer, number};
use crate::eval::catalogue::Catalogue;
use crate::index::CategoryIx;

pub(super) fn of(answer: &Answer<'_>, k: usize, catalogue: &Catalogue) -> f64 {
    let Some(categories) = &catalogue.categories else { return f64::NAN };
    let of_items = answer.items(k).map(|item| categories.row(item.as_usize()));
    let placed: Vec<&[CategoryIx]> = of_items.filter(|categories| !categories.is_empty()).collect();
    let pairs = placed.iter().enumerate().flat_map(|(at, a)| placed[at + 1..].iter().map(move |b| (a, b)));
    let (mut apart, mut all) = (0, 0);
    for (a, b) in pairs {
        all += 1;
        apart += usize::from(!a.iter().any(|category| b.contains(category)));
    }
    if all == 0 { f64::NAN } else { number(apart) / number(all) }
}
