//! A state of counts alone: what a file without histories has.

use std::sync::Arc;

use super::items::Items;
use super::keeper::Keeper;
use super::postings::Postings;
use super::shelf::Shelf;
use super::trend::{Trend, Windows};
use super::{Kinds, State, Totals};
use crate::data::Returns;

/// How many bought what, by place of the item.
#[derive(Debug, Clone)]
pub(in crate::recommender) struct Counts {
    pub(in crate::recommender) count: Vec<u32>,
    pub(in crate::recommender) n_customers: u32,
    /// Segment by segment.
    pub(in crate::recommender) by_segment: Vec<u32>,
    pub(in crate::recommender) sizes: Vec<u32>,
    /// In the recent days, and before.
    pub(in crate::recommender) lately: Vec<[u32; 2]>,
    /// The same of all items, those included that are not told.
    pub(in crate::recommender) sums: [u64; 2],
    /// The end of the latest order's day, in days since 1970.
    pub(in crate::recommender) end: i64,
}

/// Counts, and what they are of.
#[derive(Debug)]
pub(in crate::recommender) struct Serving {
    pub(in crate::recommender) counts: Counts,
    pub(in crate::recommender) segments: Vec<String>,
    pub(in crate::recommender) returns: Returns,
    pub(in crate::recommender) has_amounts: bool,
}

impl State {
    /// How many bought any of some items in the recent days, and in the spans before that these are compared with.
    pub(in crate::recommender) fn buyers_lately(&self, items: &[u32]) -> [usize; 2] {
        let windows = self.trend.windows;
        let (from, until) = windows.seconds();
        let mut buyers = [Vec::new(), Vec::new()];
        for &item in items {
            for entry in self.bought.get(item as usize).between(from, until) {
                buyers[usize::from(windows.window(entry.second()) != 0)].push(entry.owner());
            }
        }
        buyers.map(|mut buyers| {
            buyers.sort_unstable();
            buyers.dedup();
            buyers.len()
        })
    }

    /// A state that knows nobody.
    pub(in crate::recommender) fn serving(serving: Serving, items: Items, windows: Windows) -> Self {
        let (counts, n) = (serving.counts, items.len());
        let windows = Windows { end: counts.end, ..windows };
        let shelves =
            counts.sizes.iter().enumerate().map(|(at, &size)| {
                Shelf::new(counts.by_segment[at * n..(at + 1) * n].to_vec(), size, &items)
            });
        let by_segment = shelves.collect();
        let nothing = || std::iter::repeat_n(Postings::default(), n).collect();
        let day = u32::try_from(counts.end).ok().and_then(|end| end.checked_sub(1));
        Self {
            kinds: Kinds::default(),
            returns: serving.returns,
            has_amounts: serving.has_amounts,
            trend: Trend::new(windows, counts.lately, &items).with_totals(counts.sums),
            buyers: Keeper::default(),
            streams: Keeper::default(),
            bought: nothing(),
            seen: nothing(),
            repeaters: std::iter::repeat_n(0, n).collect(),
            shelf: Shelf::new(counts.count, counts.n_customers, &items),
            segments: Arc::from(serving.segments),
            by_segment,
            totals: Totals { customers: counts.n_customers, ..Totals::default() },
            latest: day.map(|day| day.saturating_mul(86_400).max(1)),
            items,
        }
    }
}
