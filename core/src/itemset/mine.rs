//! The whole of mining: one search for each frequent item, side by side, within one budget.
//!
//! Items are taken from the most frequent on, and the itemsets of an item are kept all or not at all. So what a budget
//! leaves is every frequent set among the most frequent items, whatever the number of threads, and with each set there
//! are all of its subsets.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::budget::{Allowance, Limit, Meter, Partial, Together, Used};
use super::params::FrequentItemsetsParams;
use super::search::{Database, Search, Stop};
use super::sink::Sink;
use crate::error::Result;
use crate::fit::Control;

/// The searches that run side by side before the budget is settled, at first.
pub(super) const BLOCK: u32 = 256;

/// How many times what a block used must be left for the next one to be greater.
const PLENTY: usize = 16;

/// What a search found and used, or the limit that it met.
pub(super) type Outcome<S> = Result<(S, Used), Limit>;

/// Searches below every code, the greatest first, until the budget is used up.
pub(super) fn search_all<'a, M: Search<'a>, S: Sink>(
    db: &'a Database,
    params: &FrequentItemsetsParams,
    mut left: Allowance,
    control: &Control,
) -> Result<(S, Option<Partial>)> {
    let n_items = u32::try_from(db.order.len()).expect("items are bounded to u32 when baskets are built");
    let mut all = S::default();
    let (mut end, mut block) = (n_items, BLOCK);
    let mut alone: Option<M> = None;
    while end > 0 {
        let start = end.saturating_sub(block);
        // Codes that share a sink: few, so that threads share the work evenly.
        let task = (block / BLOCK).max((end - start) / 64).max(1);
        let tasks: Vec<Range<u32>> = (0..(end - start).div_ceil(task))
            .map(|at| start.max((end - at * task).saturating_sub(task))..end - at * task)
            .collect();
        let results: Vec<Outcome<S>> = search_block::<M, S>(db, &tasks, left, control)?;
        let before = left;
        for (codes, result) in tasks.into_iter().zip(results) {
            match result {
                Ok((found, used)) if left.take(used) => all.append(found),
                // It may have stopped for the others' sake, or have run before they used up the budget: each code alone
                // and at its turn, the answer does not depend on them.
                _ => {
                    for code in codes.rev() {
                        let miner = alone.get_or_insert_with(|| M::new(db));
                        match search(miner, code..code + 1, left, None, control)? {
                            Ok((found, used)) if left.take(used) => all.append(found),
                            Ok(_) => unreachable!("a search within its allowance fits into it"),
                            Err(limit) => {
                                let (items_done, items) = ((n_items - 1 - code) as usize, n_items as usize);
                                return Ok((all, Some(params.partial(limit, items_done, items))));
                            }
                        }
                    }
                }
            }
        }
        let plenty = |left: usize, before: usize| left / PLENTY > before - left;
        if plenty(left.itemsets, before.itemsets) && plenty(left.bytes, before.bytes) {
            block = block.saturating_mul(4);
        }
        end = start;
    }
    Ok((all, None))
}

/// Searches side by side below the codes of each task, the greatest first; the outcomes are in the order of the tasks.
///
/// Tasks differ widely in work, so each thread takes the next one whenever it is done, with one miner for all of its own.
pub(super) fn search_block<'a, M: Search<'a>, S: Sink>(
    db: &'a Database,
    tasks: &[Range<u32>],
    left: Allowance,
    control: &Control,
) -> Result<Vec<Outcome<S>>> {
    let (together, next) = (Together::default(), AtomicUsize::new(0));
    let take_turns = |_| {
        let (mut miner, mut outcomes) = (None, Vec::new());
        while let turn = next.fetch_add(1, Ordering::Relaxed)
            && let Some(codes) = tasks.get(turn)
        {
            let miner = miner.get_or_insert_with(|| M::new(db));
            outcomes.push((turn, search(miner, codes.clone(), left, Some(&together), control)?));
        }
        Ok(outcomes)
    };
    let threads = rayon::current_num_threads().min(tasks.len());
    let taken: Vec<Vec<_>> =
        (0..threads).into_par_iter().with_max_len(1).map(take_turns).collect::<Result<_>>()?;
    let mut outcomes: Vec<(usize, Outcome<S>)> = taken.into_iter().flatten().collect();
    outcomes.sort_unstable_by_key(|&(turn, _)| turn);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Searches below codes, the greatest first. An error ends everything, a limit this search.
pub(super) fn search<'a, M: Search<'a>, S: Sink>(
    miner: &mut M,
    codes: Range<u32>,
    left: Allowance,
    together: Option<&Together>,
    control: &Control,
) -> Result<Outcome<S>> {
    let mut sink = S::default();
    let mut meter = Meter::new(left, together, control);
    let mut ended = meter.look();
    for code in codes.rev() {
        ended = ended.and_then(|()| miner.run(code, &mut meter, &mut sink));
    }
    match ended.and_then(|()| Ok(meter.finish()?)) {
        Ok(used) => Ok(Ok((sink, used))),
        Err(Stop::Limit(limit)) => Ok(Err(limit)),
        Err(Stop::Error(error)) => Err(error),
    }
}
