//! The baskets as a search is to see them: only those with the items to include, without these and those to exclude.

use std::borrow::Cow;

use crate::data::{Baskets, Rows};
use crate::error::{IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};

/// Baskets, their weights, and the sum of these.
#[derive(Debug)]
pub(super) struct Narrowed<'a> {
    pub(super) baskets: Cow<'a, Baskets>,
    pub(super) weights: Option<Vec<u32>>,
    /// The number of baskets, those that have become empty among them, or the sum of their weights.
    pub(super) total: u32,
}

/// Keeps the baskets that hold all of `must`, and of these the items that are neither among them nor `left_out`.
///
/// `must` rises. A weight of 0 leaves a basket out.
pub(super) fn narrow<'a>(
    baskets: &'a Baskets,
    weights: Option<&[u32]>,
    must: &[ItemIx],
    left_out: &[ItemIx],
) -> Result<Narrowed<'a>> {
    if weights.is_none() && must.is_empty() && left_out.is_empty() {
        let total = bounded(baskets.rows().len() as u64)?;
        return Ok(Narrowed { baskets: Cow::Borrowed(baskets), weights: None, total });
    }
    let mut stays = vec![true; baskets.items().len()];
    must.iter().chain(left_out).for_each(|item| stays[item.as_usize()] = false);
    let (mut rows, mut kept) = (Rows::default(), Vec::new());
    let mut total = 0;
    for (position, basket) in baskets.rows().iter().enumerate() {
        let weight = weights.map_or(1, |weights| weights[position]);
        if weight == 0 || !must.iter().all(|item| basket.binary_search(item).is_ok()) {
            continue;
        }
        total += u64::from(weight);
        if basket.iter().any(|item| stays[item.as_usize()]) {
            rows.push(basket.iter().copied().filter(|item| stays[item.as_usize()]));
            kept.push(weight);
        }
    }
    let baskets = Cow::Owned(Baskets::from_sorted_rows(baskets.items().clone(), rows));
    Ok(Narrowed { baskets, weights: weights.map(|_| kept), total: bounded(total)? })
}

fn bounded(total: u64) -> Result<u32> {
    let max = MAX_INDICES as u64;
    u32::try_from(total)
        .ok()
        .filter(|_| total <= max)
        .ok_or(IntakeError::TooMany { what: "baskets", max }.into())
}
