//! The whole of mining: one search for each frequent item, side by side, within one budget.
//!
//! Items are taken from the most frequent on, and the itemsets of an item are kept all or not at all. So what a budget
//! leaves is every frequent set among the most frequent items, whatever the number of threads, and with each set there
//! are all of its subsets.

use rayon::prelude::*;

use super::budget::{Allowance, Limit, Meter, Partial, Together};
use super::item_order::ItemOrder;
use super::params::FrequentItemsetsParams;
use super::prefix::{Database, Found, Search, Stop};
use crate::data::{Baskets, Rows};
use crate::error::{IntakeError, Result};
use crate::fit::Control;
use crate::index::{ItemIx, MAX_INDICES};

/// The searches that run side by side before the budget is settled.
const BLOCK: u32 = 256;

/// Itemsets in the order of mining.
#[derive(Debug, Default)]
pub(super) struct Mined {
    pub(super) rows: Rows<ItemIx>,
    pub(super) counts: Vec<u32>,
    pub(super) partial: Option<Partial>,
}

impl Mined {
    fn append(&mut self, found: &Found) {
        found.rows.iter().for_each(|row| self.rows.push(row.iter().copied()));
        self.counts.extend_from_slice(&found.counts);
    }
}

/// Finds the frequent itemsets.
pub(super) fn mine(baskets: &Baskets, params: &FrequentItemsetsParams, control: &Control) -> Result<Mined> {
    control.check()?;
    if baskets.rows().len() > MAX_INDICES {
        return Err(IntakeError::TooMany { what: "baskets", max: MAX_INDICES as u64 }.into());
    }
    let min_count = params.min_count(baskets.rows().len() as u64)?;
    let order = ItemOrder::new(baskets, min_count);
    let n_items = u32::try_from(order.len()).expect("items are bounded to u32 when baskets are built");
    let rows = order.recode(baskets);
    let number = |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32 above");
    let tids = rows.transpose(order.len(), |code| code as usize, number);
    // No count reaches a minimum above u32, so there is no item left to search then.
    let min_count = u32::try_from(min_count).unwrap_or(u32::MAX);
    let db = Database { order, baskets: rows, tids, min_count, max_len: params.longest() };

    let (max_itemsets, max_bytes) = params.limits();
    let mut left = Allowance { itemsets: max_itemsets, bytes: max_bytes };
    let mut mined = Mined::default();
    let mut end = n_items;
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        let block = search_block(&db, start..end, left, control)?;
        for (code, result) in (start..end).rev().zip(block) {
            let found = match result {
                Ok(found) if left.take(found.used) => found,
                // It may have stopped for the others' sake, or have run before they used up the budget: alone and at
                // its turn the answer does not depend on them.
                _ => match settle(Search::new(&db).run(code, Meter::new(left, None), control))? {
                    Ok(found) if left.take(found.used) => found,
                    Ok(_) => unreachable!("a search within its allowance fits into it"),
                    Err(limit) => {
                        let (items_done, items) = ((n_items - 1 - code) as usize, n_items as usize);
                        mined.partial = Some(match limit {
                            Limit::Itemsets => Partial::MaxItemsets { max_itemsets, items_done, items },
                            Limit::Bytes => Partial::MaxBytes { max_bytes, items_done, items },
                        });
                        return Ok(mined);
                    }
                },
            };
            mined.append(&found);
        }
        end = start;
    }
    Ok(mined)
}

/// Searches below each code of a range, the greatest first.
fn search_block(
    db: &Database,
    codes: std::ops::Range<u32>,
    left: Allowance,
    control: &Control,
) -> Result<Vec<Result<Found, Limit>>> {
    let together = Together::default();
    codes
        .into_par_iter()
        .rev()
        .map_init(
            || Search::new(db),
            |search, code| settle(search.run(code, Meter::new(left, Some(&together)), control)),
        )
        .collect()
}

/// Tells an error, which ends everything, from a limit, which ends one search.
fn settle(result: Result<Found, Stop>) -> Result<Result<Found, Limit>> {
    match result {
        Ok(found) => Ok(Ok(found)),
        Err(Stop::Limit(limit)) => Ok(Err(limit)),
        Err(Stop::Error(error)) => Err(error),
    }
}
