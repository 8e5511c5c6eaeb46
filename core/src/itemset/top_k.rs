//! The first sets in the order of the model, found with a threshold that rises.
//!
//! Items are taken from the most frequent on, in blocks. After each block all but the first `k` sets are dropped, and
//! the count of the last of them is the least that sets of later blocks must have. So early sets raise the threshold
//! for the many rarer items, and no item below it is searched at all.
//!
//! The threshold rises between blocks only and blocks depend on what was found, not on threads, so a budget ends the
//! search at the same item on any number of them. A search finds at most about as many sets as are held already, one
//! for each choice of items before it; blocks therefore begin with one item and grow while they bring little.

use super::budget::{Allowance, Partial, Used};
use super::choose::Finder;
use super::mine::BLOCK;
use super::params::FrequentItemsetsParams;
use super::search::Database;
use super::sink::{Collect, Part};
use crate::error::Result;
use crate::fit::Control;

/// Adds the first sets to `best`, so that it holds `k` at most.
pub(super) fn search_best(
    finder: Finder,
    db: &mut Database,
    k: usize,
    best: &mut Part,
    params: &FrequentItemsetsParams,
    whole: Allowance,
    control: &Control,
) -> Result<Option<Partial>> {
    let n_items = u32::try_from(db.order.len()).expect("items are bounded to u32 when baskets are built");
    let (mut end, mut size) = (n_items, 1);
    let mut partial = None;
    while end > 0 && partial.is_none() {
        let mut left = settle(best, k, whole);
        if best.counts.len() == k {
            db.worth = db.worth.max(best.counts.iter().copied().min().unwrap_or(0));
        }
        // What is maximal depends on the minimum; the other kinds do not.
        if finder != Finder::Maximal {
            db.min_count = db.worth;
        }
        if db.order.count(end - 1) < db.worth {
            break;
        }
        let start = end.saturating_sub(size);
        let block = finder.block::<Collect>(db, start..end, left, control)?;
        let mut n_found = 0;
        for (code, outcome) in (start..end).rev().zip(block) {
            let found = match outcome {
                Ok((found, used)) if left.take(used) => found,
                _ => {
                    // Only what is worse than `k` others is dropped; alone and at its turn the answer does not depend
                    // on the searches beside it.
                    left = settle(best, k, whole);
                    match finder.alone::<Collect>(db, code, left, control)? {
                        Ok((found, used)) if left.take(used) => found,
                        Ok(_) => unreachable!("a search within its allowance fits into it"),
                        Err(limit) => {
                            partial =
                                Some(params.partial(limit, (n_items - 1 - code) as usize, n_items as usize));
                            break;
                        }
                    }
                }
            };
            let held = best.counts.len();
            best.append(found);
            n_found += best.counts.len() - held;
        }
        end = start;
        size = if n_found > k { (size / 2).max(1) } else { (2 * size).min(BLOCK) };
    }
    settle(best, k, whole);
    Ok(partial)
}

/// Drops all but the first `k`; what is left of the whole beside these.
fn settle(best: &mut Part, k: usize, whole: Allowance) -> Allowance {
    if best.counts.len() > k {
        let key = |&at: &usize| {
            let row = best.rows.row(at);
            (std::cmp::Reverse(best.counts[at]), row.len(), row)
        };
        let mut positions: Vec<usize> = (0..best.counts.len()).collect();
        positions.select_nth_unstable_by(k - 1, |a, b| key(a).cmp(&key(b)));
        positions.truncate(k);
        let mut kept = Part::default();
        for &at in &positions {
            kept.rows.push(best.rows.row(at).iter().copied());
            kept.counts.push(best.counts[at]);
        }
        *best = kept;
    }
    let mut left = whole;
    let fits = left.take(Used::held(best.counts.len(), best.rows.values().len(), whole.more_items));
    debug_assert!(fits, "what is held was within the allowance when it was found");
    left
}
