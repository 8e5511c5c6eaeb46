//! The whole of mining: one search for each frequent item, side by side, within one budget.
//!
//! Items are taken from the most frequent on, and the itemsets of an item are kept all or not at all. So what a budget
//! leaves is every frequent set among the most frequent items, whatever the number of threads, and with each set there
//! are all of its subsets.

use rayon::prelude::*;

use super::budget::{Allowance, Limit, Meter, Partial, Together, Used};
use super::eclat::Eclat;
use super::item_order::ItemOrder;
use super::params::FrequentItemsetsParams;
use super::search::{Database, Search, Stop};
use super::sink::Sink;
use crate::data::Baskets;
use crate::error::{IntakeError, Result};
use crate::fit::Control;
use crate::index::MAX_INDICES;

/// The searches that run side by side before the budget is settled.
const BLOCK: u32 = 256;

/// Finds the frequent itemsets.
pub(super) fn mine<S: Sink>(
    baskets: &Baskets,
    params: &FrequentItemsetsParams,
    control: &Control,
) -> Result<(S, Option<Partial>)> {
    control.check()?;
    if baskets.rows().len() > MAX_INDICES {
        return Err(IntakeError::TooMany { what: "baskets", max: MAX_INDICES as u64 }.into());
    }
    let min_count = params.min_count(baskets.rows().len() as u64)?;
    let order = ItemOrder::new(baskets, min_count);
    let rows = order.recode(baskets);
    let number = |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32 above");
    let tids = rows.transpose(order.len(), |code| code as usize, number);
    // No count reaches a minimum above u32, so there is no item left to search then.
    let min_count = u32::try_from(min_count).unwrap_or(u32::MAX);
    let (min_len, max_len) = params.lengths();
    let db = Database { order, baskets: rows, tids, min_count, min_len, max_len };
    search_all::<Eclat<'_>, S>(&db, params, control)
}

/// Searches below every code, the greatest first, until the budget is used up.
fn search_all<'a, M: Search<'a>, S: Sink>(
    db: &'a Database,
    params: &FrequentItemsetsParams,
    control: &Control,
) -> Result<(S, Option<Partial>)> {
    let n_items = u32::try_from(db.order.len()).expect("items are bounded to u32 when baskets are built");
    let mut left = params.allowance();
    let mut all = S::default();
    let mut end = n_items;
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        let together = Together::default();
        let block: Vec<Result<(S, Used), Limit>> = (start..end)
            .into_par_iter()
            .rev()
            .map_init(|| M::new(db), |miner, code| search(miner, code, left, Some(&together), control))
            .collect::<Result<_>>()?;
        for (code, result) in (start..end).rev().zip(block) {
            let found = match result {
                Ok((found, used)) if left.take(used) => found,
                // It may have stopped for the others' sake, or have run before they used up the budget: alone and at
                // its turn the answer does not depend on them.
                _ => match search(&mut M::new(db), code, left, None, control)? {
                    Ok((found, used)) if left.take(used) => found,
                    Ok(_) => unreachable!("a search within its allowance fits into it"),
                    Err(limit) => {
                        let (items_done, items) = ((n_items - 1 - code) as usize, n_items as usize);
                        return Ok((all, Some(params.partial(limit, items_done, items))));
                    }
                },
            };
            all.append(&found);
        }
        end = start;
    }
    Ok((all, None))
}

/// Searches below one code. An error ends everything, a limit this search.
fn search<'a, M: Search<'a>, S: Sink>(
    miner: &mut M,
    code: u32,
    left: Allowance,
    together: Option<&Together>,
    control: &Control,
) -> Result<Result<(S, Used), Limit>> {
    let mut sink = S::default();
    let mut meter = Meter::new(left, together, control);
    let ended = miner.run(code, &mut meter, &mut sink);
    match ended.and_then(|()| Ok(meter.finish()?)) {
        Ok(used) => Ok(Ok((sink, used))),
        Err(Stop::Limit(limit)) => Ok(Err(limit)),
        Err(Stop::Error(error)) => Err(error),
    }
}
