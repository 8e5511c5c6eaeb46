//! Counting pairs: for each item, how many units it shares with every other, and the best of them.

use rayon::prelude::*;

use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::rank::{Scored, Scores, TopK};
use crate::similarity::{Measure, Neighbor};

/// Items counted by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 16;

/// The number of units of each item.
pub(super) fn degrees(units: &Rows<ItemIx>, n_items: usize) -> Vec<u32> {
    let mut degrees = vec![0; n_items];
    for item in units.values() {
        degrees[item.as_usize()] += 1;
    }
    degrees
}

/// The nearest neighbours of each item, best first; only items with a unit in common are neighbours.
///
/// Row by row: the units of an item, and the items of those. Time: the sum over units of the square of their length;
/// extra space: three arrays over the items for each thread.
pub(super) fn neighbors(
    units: &Rows<ItemIx>,
    degrees: &[u32],
    measure: Measure,
    k: usize,
    control: &Control,
) -> Result<Rows<Neighbor>> {
    let n_items = degrees.len();
    let units_of = units.transpose(n_items, ItemIx::as_usize, |unit| unit);
    let items: Vec<usize> = (0..n_items).collect();
    let lists: Result<Vec<Vec<Vec<Neighbor>>>> = items
        .par_chunks(ITEMS_PER_TASK)
        .map_init(
            || (Scores::<u32>::new(n_items), TopK::new(k)),
            |(counts, top), items| {
                control.check()?;
                let list = |&item: &usize| {
                    for &unit in units_of.row(item) {
                        units.row(unit).iter().for_each(|&other| counts.add(other, 1));
                    }
                    counts.drain(|other, count| {
                        if other.as_usize() != item {
                            let score = measure.of(count, degrees[item], degrees[other.as_usize()]);
                            top.push(Scored { score, count: u64::from(count), item: other });
                        }
                    });
                    top.drain_sorted().map(Neighbor::from_scored).collect()
                };
                Ok(items.iter().map(list).collect())
            },
        )
        .collect();
    Ok(lists?.into_iter().flatten().collect())
}
