//! What rises: customers of each item in the recent days and in the spans before, kept while orders come and go.

use std::cmp::Ordering;
use std::sync::Arc;

use super::customer::{Buyer, second};
use super::items::Items;
use super::paged::Numbers;
use super::shelf::shifted;
use crate::popularity::lower_bound;

const SECONDS_PER_DAY: u32 = 86_400;

/// Which days are compared with which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Windows {
    /// The first day that is not looked at, in days since 1970.
    pub(crate) end: i64,
    /// How many days are recent, and long is each of the spans before.
    pub(crate) days: i64,
    /// How many spans before they are compared with.
    pub(crate) spans: i64,
    pub(crate) confidence: f64,
    /// What fewer customers bought lately is no trend.
    pub(crate) min_customers: u32,
}

/// An item that may rise: its bound for equal sales in all windows, and its place in the order of ids.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rising {
    bound: f64,
    pub(crate) item: u32,
    pub(crate) recent: u32,
    pub(crate) baseline: u32,
}

/// Customers of items in the windows; a customer counts once an item and window.
#[derive(Debug, Clone)]
pub(crate) struct Trend {
    pub(crate) windows: Windows,
    counts: Numbers<[u32; 2]>,
    /// The sums of these.
    totals: [u64; 2],
    /// Items that enough customers bought lately, by bound, falling, then count, then id.
    rising: Arc<Vec<Rising>>,
}

impl Windows {
    /// How many spans a second lies back: 0 in the recent days, below 0 behind them.
    pub(super) fn window(&self, second: u32) -> i64 {
        (self.end - 1 - i64::from(second / SECONDS_PER_DAY)).div_euclid(self.days)
    }

    /// The first second that is looked at, and the first behind.
    pub(super) fn seconds(&self) -> (u32, u32) {
        let second = |day: i64| u32::try_from(day.max(0) * i64::from(SECONDS_PER_DAY)).unwrap_or(u32::MAX);
        (second(self.end - self.days * (self.spans + 1)), second(self.end))
    }

    /// For each item bought in a window, how often it counts as recent and as before; by item.
    pub(super) fn counted(&self, buyer: &Buyer) -> Vec<(u32, [u32; 2])> {
        let mut seen: Vec<(u32, i64)> = Vec::new();
        for order in buyer.orders.iter().rev() {
            let window = self.window(second(order.time));
            if window > self.spans {
                break;
            }
            if window >= 0 {
                seen.extend(order.lines.iter().filter(|line| line.is_bought).map(|line| (line.item, window)));
            }
        }
        seen.sort_unstable();
        seen.dedup();
        let counted = |seen: &[(u32, i64)]| {
            let recent = u32::from(seen[0].1 == 0);
            (seen[0].0, [recent, u32::try_from(seen.len()).expect("windows are few") - recent])
        };
        seen.chunk_by(|a, b| a.0 == b.0).map(counted).collect()
    }

    fn rising(&self, item: u32, [recent, baseline]: [u32; 2]) -> Option<Rising> {
        (recent >= self.min_customers.max(1)).then(|| {
            let bound = lower_bound(recent.into(), baseline.into(), 1, 1, self.confidence);
            Rising { bound, item, recent, baseline }
        })
    }
}

impl Rising {
    pub(crate) fn bound(&self) -> f64 {
        self.bound
    }

    fn compare(&self, other: &Self, items: &Items) -> Ordering {
        other
            .bound
            .total_cmp(&self.bound)
            .then(other.recent.cmp(&self.recent))
            .then_with(|| items.compare(self.item, other.item))
    }
}

impl Trend {
    pub(crate) fn new(windows: Windows, counts: Vec<[u32; 2]>, items: &Items) -> Self {
        let totals = [0, 1].map(|side| counts.iter().map(|count| u64::from(count[side])).sum());
        let mut rising: Vec<Rising> =
            (0..).zip(&counts).filter_map(|(item, &counts)| windows.rising(item, counts)).collect();
        rising.sort_by(|a, b| a.compare(b, items));
        Self { windows, counts: counts.into_iter().collect(), totals, rising: Arc::new(rising) }
    }

    /// With other sums: of a trend that does not tell all of its parts.
    pub(super) fn with_totals(self, totals: [u64; 2]) -> Self {
        Self { totals, ..self }
    }

    pub(crate) fn counts(&self, item: u32) -> [u32; 2] {
        *self.counts.get(item as usize)
    }

    pub(crate) fn totals(&self) -> [u64; 2] {
        self.totals
    }

    pub(crate) fn n_items(&self) -> usize {
        self.counts.len()
    }

    pub(crate) fn grow(&mut self, n_items: usize) {
        while self.counts.len() < n_items {
            self.counts.push([0; 2]);
        }
    }

    /// Adds what buyers count more, and takes off what they count less: items with signed counts, in any order. Linear in what rises, so that
    /// it is done once for all of them.
    pub(super) fn change(&mut self, mut changes: Vec<(u32, [i64; 2])>, items: &Items) {
        changes.sort_by_key(|&(item, _)| item);
        let sums = changes.chunk_by(|a, b| a.0 == b.0).map(|same| {
            let sum = same.iter().fold([0; 2], |sum, (_, by)| [sum[0] + by[0], sum[1] + by[1]]);
            (same[0].0, sum)
        });
        let changes: Vec<(u32, [i64; 2])> = sums.filter(|&(_, by)| by != [0; 2]).collect();
        if changes.is_empty() {
            return;
        }
        let mut entered = Vec::new();
        for &(item, by) in &changes {
            let counts = self.counts.get_mut(item as usize);
            for side in 0..2 {
                counts[side] = shifted(counts[side], by[side]);
                self.totals[side] =
                    self.totals[side].checked_add_signed(by[side]).expect("it was counted before");
            }
            entered.extend(self.windows.rising(item, *counts));
        }
        let is_changed = |item: u32| changes.binary_search_by_key(&item, |&(item, _)| item).is_ok();
        entered.sort_by(|a, b| a.compare(b, items));
        let mut entered = entered.into_iter().peekable();
        let mut rising = Vec::with_capacity(self.rising.len() + changes.len());
        for old in self.rising.iter().filter(|old| !is_changed(old.item)) {
            while let Some(new) = entered.next_if(|new| new.compare(old, items) == Ordering::Less) {
                rising.push(new);
            }
            rising.push(*old);
        }
        rising.extend(entered);
        self.rising = Arc::new(rising);
    }

    /// What all sales make of a ratio of an item: its rise is that ratio times this.
    pub(crate) fn scale(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let real = |count: u64| count as f64;
        if self.totals[0] == 0 { 0.0 } else { real(self.totals[1]) / real(self.totals[0]) }
    }

    /// What is counted of an item that enough bought lately.
    pub(crate) fn of(&self, item: u32) -> Option<Rising> {
        self.windows.rising(item, *self.counts.get(item as usize))
    }

    /// What rises at the confidence asked for, with the bound of its rise, the greatest first.
    pub(crate) fn rising(&self) -> impl Iterator<Item = (&Rising, f64)> {
        let scale = self.scale();
        self.rising
            .iter()
            .map(move |rising| (rising, rising.bound * scale))
            .take_while(|&(_, bound)| bound > 1.0)
    }
}
