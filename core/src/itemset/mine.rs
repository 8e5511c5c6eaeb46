//! The whole of mining: one search for each frequent item, side by side, within one budget.
//!
//! Items are taken from the most frequent on, and the itemsets of an item are kept all or not at all. So what a budget
//! leaves is every frequent set among the most frequent items, whatever the number of threads, and with each set there
//! are all of its subsets.

use std::ops::Range;

use rayon::prelude::*;

use super::budget::{Allowance, Limit, Meter, Partial, Together, Used};
use super::item_order::ItemOrder;
use super::params::FrequentItemsetsParams;
use super::search::{Ask, Database, Search, Stop};
use super::sink::Sink;
use crate::data::Baskets;
use crate::error::Result;
use crate::fit::Control;

/// The searches that run side by side before the budget is settled.
pub(super) const BLOCK: u32 = 256;

/// The baskets in both orientations, for what is asked.
pub(super) fn database(baskets: &Baskets, order: ItemOrder, ask: Ask) -> Database {
    let rows = order.recode(baskets);
    let number = |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32 before they are mined");
    let tids = rows.transpose(order.len(), |code| code as usize, number);
    ask.database(order, rows, tids)
}

/// Searches below every code, the greatest first, until the budget is used up.
pub(super) fn search_all<'a, M: Search<'a>, S: Sink>(
    db: &'a Database,
    params: &FrequentItemsetsParams,
    mut left: Allowance,
    control: &Control,
) -> Result<(S, Option<Partial>)> {
    let n_items = u32::try_from(db.order.len()).expect("items are bounded to u32 when baskets are built");
    let mut all = S::default();
    let mut end = n_items;
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        let together = Together::default();
        let block = search_block::<M, S>(db, start..end, left, &together, control)?;
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

/// What a search found and used, or the limit that it met.
pub(super) type Outcome<S> = Result<(S, Used), Limit>;

/// Searches below some codes side by side; the outcomes are those of the greatest code first.
pub(super) fn search_block<'a, M: Search<'a>, S: Sink>(
    db: &'a Database,
    codes: Range<u32>,
    left: Allowance,
    together: &Together,
    control: &Control,
) -> Result<Vec<Outcome<S>>> {
    codes
        .into_par_iter()
        .rev()
        .map_init(|| M::new(db), |miner, code| search(miner, code, left, Some(together), control))
        .collect()
}

/// Searches below one code. An error ends everything, a limit this search.
pub(super) fn search<'a, M: Search<'a>, S: Sink>(
    miner: &mut M,
    code: u32,
    left: Allowance,
    together: Option<&Together>,
    control: &Control,
) -> Result<Outcome<S>> {
    let mut sink = S::default();
    let mut meter = Meter::new(left, together, control);
    let ended = miner.run(code, &mut meter, &mut sink);
    match ended.and_then(|()| Ok(meter.finish()?)) {
        Ok(used) => Ok(Ok((sink, used))),
        Err(Stop::Limit(limit)) => Ok(Err(limit)),
        Err(Stop::Error(error)) => Err(error),
    }
}
