//! How much a run may find and hold, and what a run that met a limit has left out.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::search::Stop;
use crate::fit::Control;

/// The default limit of itemsets, and of rules.
pub(crate) const DEFAULT_MAX_SETS: usize = 10_000_000;
/// The default limit of memory: 2 GiB.
pub(crate) const DEFAULT_MAX_BYTES: usize = 2 << 30;

/// The memory of an itemset without its items while the result is put together: offset and count, twice, and a key.
const BYTES_PER_ITEMSET: usize = 2 * (8 + 4) + 24;
/// The memory of an item of an itemset, twice.
const BYTES_PER_ITEM: usize = 2 * 4;

/// Why a result is not complete, and how far it reaches.
///
/// Itemsets are complete among the most frequent items: with `items_done` of 40, every frequent itemset made of the 40
/// most frequent items (ties: smaller ids first) is there, and none with any other item. What is closed, maximal or a
/// generator is so among all items, those not done too: of each kind there are the sets made of the items done, so the
/// closed ones need not tell the count of every frequent set made of these, nor the maximal ones which are frequent. With
/// `top_k` there are the first of the sets made of the items done. Items to include are in every set and are not counted
/// among those done (only for generators they are items like all others). Where even the items to include alone, as a
/// set, go beyond the limit, 0 are done. Rules are complete for the most frequent itemsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Partial {
    /// The number of itemsets would have passed its limit.
    MaxItemsets {
        /// The limit.
        max_itemsets: usize,
        /// The number of most frequent items among which all frequent itemsets are there.
        items_done: usize,
        /// The number of frequent items.
        items: usize,
    },
    /// The memory would have passed its limit while itemsets were mined.
    MaxBytes {
        /// The limit, in bytes.
        max_bytes: usize,
        /// The number of most frequent items among which all frequent itemsets are there.
        items_done: usize,
        /// The number of frequent items.
        items: usize,
    },
    /// The time was up while itemsets were mined; where it was up depends on the machine.
    MaxSeconds {
        /// The number of most frequent items among which all frequent itemsets are there.
        items_done: usize,
        /// The number of frequent items.
        items: usize,
    },
    /// The number of rules would have passed its limit.
    MaxRules {
        /// The limit.
        max_rules: usize,
        /// The number of itemsets, from the most frequent on, whose rules are all there.
        itemsets_done: usize,
        /// The number of itemsets.
        itemsets: usize,
    },
    /// The memory would have passed its limit while rules were made.
    MaxRuleBytes {
        /// The limit, in bytes.
        max_bytes: usize,
        /// The number of itemsets, from the most frequent on, whose rules are all there.
        itemsets_done: usize,
        /// The number of itemsets.
        itemsets: usize,
    },
    /// The time was up while rules were made; where it was up depends on the machine.
    MaxRuleSeconds {
        /// The number of itemsets, from the most frequent on, whose rules are all there.
        itemsets_done: usize,
        /// The number of itemsets.
        itemsets: usize,
    },
}

impl Partial {
    /// Four numbers for a file: which limit, its value, how much is done, of how much.
    pub(crate) fn to_numbers(self) -> [u64; 4] {
        let (which, limit, done, of) = match self {
            Self::MaxItemsets { max_itemsets, items_done, items } => (0, max_itemsets, items_done, items),
            Self::MaxBytes { max_bytes, items_done, items } => (1, max_bytes, items_done, items),
            Self::MaxRules { max_rules, itemsets_done, itemsets } => (2, max_rules, itemsets_done, itemsets),
            Self::MaxRuleBytes { max_bytes, itemsets_done, itemsets } => {
                (3, max_bytes, itemsets_done, itemsets)
            }
            Self::MaxSeconds { items_done, items } => (4, 0, items_done, items),
            Self::MaxRuleSeconds { itemsets_done, itemsets } => (5, 0, itemsets_done, itemsets),
        };
        [which, limit as u64, done as u64, of as u64]
    }

    /// The other way; `None` for numbers that [`Partial::to_numbers`] does not give.
    pub(crate) fn from_numbers(numbers: [u64; 4]) -> Option<Self> {
        let [limit, done, of] = [numbers[1], numbers[2], numbers[3]].map(usize::try_from);
        let (limit, done, of) = (limit.ok()?, done.ok()?, of.ok()?);
        if done > of {
            return None;
        }
        match numbers[0] {
            0 => Some(Self::MaxItemsets { max_itemsets: limit, items_done: done, items: of }),
            1 => Some(Self::MaxBytes { max_bytes: limit, items_done: done, items: of }),
            2 => Some(Self::MaxRules { max_rules: limit, itemsets_done: done, itemsets: of }),
            3 => Some(Self::MaxRuleBytes { max_bytes: limit, itemsets_done: done, itemsets: of }),
            4 if limit == 0 => Some(Self::MaxSeconds { items_done: done, items: of }),
            5 if limit == 0 => Some(Self::MaxRuleSeconds { itemsets_done: done, itemsets: of }),
            _ => None,
        }
    }
}

impl fmt::Display for Partial {
    /// Writes a sentence fit for a warning.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxItemsets { max_itemsets, items_done, items } => write!(
                f,
                "stopped at max_itemsets = {max_itemsets}: complete for the {items_done} most frequent of {items} \
                 frequent items; raise min_support or max_itemsets, or set max_len"
            ),
            Self::MaxBytes { max_bytes, items_done, items } => write!(
                f,
                "stopped at max_bytes = {max_bytes}: complete for the {items_done} most frequent of {items} frequent \
                 items; raise min_support or max_bytes, or set max_len"
            ),
            Self::MaxRules { max_rules, itemsets_done, itemsets } => write!(
                f,
                "stopped at max_rules = {max_rules}: complete for the {itemsets_done} most frequent of {itemsets} \
                 itemsets; raise min_support, min_confidence or max_rules"
            ),
            Self::MaxRuleBytes { max_bytes, itemsets_done, itemsets } => write!(
                f,
                "stopped at max_bytes = {max_bytes}: complete for the {itemsets_done} most frequent of {itemsets} \
                 itemsets; raise min_support, min_confidence or max_bytes"
            ),
            Self::MaxSeconds { items_done, items } => write!(
                f,
                "stopped at max_seconds: complete for the {items_done} most frequent of {items} frequent items; raise \
                 min_support or max_seconds, or set max_len"
            ),
            Self::MaxRuleSeconds { itemsets_done, itemsets } => write!(
                f,
                "stopped at max_seconds: complete for the {itemsets_done} most frequent of {itemsets} itemsets; raise \
                 min_support, min_confidence or max_seconds"
            ),
        }
    }
}

/// Which limit was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Itemsets,
    Bytes,
    Seconds,
}

/// When a search must end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until {
    pub(crate) end: Instant,
    /// The time before the end that is needed for each set found.
    pub(crate) per_set: Duration,
}

impl Until {
    /// Whether no more may be found, with some sets there.
    fn is_over(self, sets: usize) -> bool {
        let sets = u32::try_from(sets).unwrap_or(u32::MAX);
        Instant::now() + self.per_set.saturating_mul(sets) >= self.end
    }
}

/// What is left of a budget.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowance {
    pub(super) itemsets: usize,
    pub(super) bytes: usize,
    pub(super) until: Option<Until>,
    /// The itemsets taken from it before.
    pub(super) found: usize,
    /// The items that each set will hold besides those that are found.
    pub(super) more_items: usize,
}

impl Allowance {
    /// Takes away what was used, where it fits; otherwise nothing is taken.
    pub(super) fn take(&mut self, used: Used) -> bool {
        let fits = used.itemsets <= self.itemsets && used.peak_bytes <= self.bytes;
        if fits {
            self.itemsets -= used.itemsets;
            self.found += used.itemsets;
            self.bytes -= used.bytes;
        }
        fits
    }
}

/// What a task used: itemsets found, the memory of them, and the greatest sum of that and of its scratch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    pub(super) itemsets: usize,
    pub(super) bytes: usize,
    pub(super) peak_bytes: usize,
}

impl Used {
    /// What sets take that are held already, of so many items in all, without [`Allowance::more_items`].
    pub(super) fn held(itemsets: usize, items: usize, more_items: usize) -> Self {
        let bytes = BYTES_PER_ITEMSET * itemsets + BYTES_PER_ITEM * (items + more_items * itemsets);
        Self { itemsets, bytes, peak_bytes: bytes }
    }
}

/// What all tasks that run at one time have found, so that together they stay near the allowance.
#[derive(Debug, Default)]
pub(super) struct Together {
    itemsets: AtomicUsize,
    bytes: AtomicUsize,
}

/// Counts what one task uses, and says stop.
///
/// With `together`, a stop may be owed to other tasks; without, it depends on this task and the allowance alone.
#[derive(Debug)]
pub(super) struct Meter<'a> {
    allowance: Allowance,
    together: Option<&'a Together>,
    used: Used,
    scratch_bytes: usize,
    /// What of `used` is already in `together`.
    shared: Used,
    control: &'a Control,
    ticks: u32,
    /// The work since the last tick.
    worked: usize,
}

/// The work, in words looked at, between two ticks.
const WORK: usize = 1 << 12;

/// How many ticks pass between two looks at the clock.
const TICKS: u32 = 64;

impl<'a> Meter<'a> {
    pub(super) fn new(allowance: Allowance, together: Option<&'a Together>, control: &'a Control) -> Self {
        let (used, shared) = Default::default();
        Self { allowance, together, used, scratch_bytes: 0, shared, control, ticks: 0, worked: 0 }
    }

    /// Looks whether somebody cancelled, and now and then at the clock; to be called every few microseconds.
    #[inline]
    pub(super) fn tick(&mut self) -> Result<(), Stop> {
        self.control.check()?;
        self.ticks += 1;
        if self.ticks.is_multiple_of(TICKS) { self.look() } else { Ok(()) }
    }

    /// Counts work in words looked at, and ticks after some.
    #[inline(always)]
    pub(super) fn work(&mut self, words: usize) -> Result<(), Stop> {
        self.worked += words;
        if self.worked >= WORK {
            self.worked = 0;
            self.tick()?;
        }
        Ok(())
    }

    /// Looks whether somebody cancelled, and at the clock.
    pub(super) fn look(&self) -> Result<(), Stop> {
        self.control.check()?;
        match self.allowance.until {
            Some(until) if until.is_over(self.found()) => Err(Limit::Seconds.into()),
            _ => Ok(()),
        }
    }

    /// The itemsets found so far, by all tasks as far as they have told.
    fn found(&self) -> usize {
        let others = self.together.map_or(0, |together| together.itemsets.load(Ordering::Relaxed));
        self.allowance.found + others + (self.used.itemsets - self.shared.itemsets)
    }

    /// Counts `n` itemsets of `items` items in all.
    #[inline]
    pub(super) fn itemsets(&mut self, n: usize, items: usize) -> Result<(), Limit> {
        let items = items.saturating_add(n.saturating_mul(self.allowance.more_items));
        let bytes = n.saturating_mul(BYTES_PER_ITEMSET).saturating_add(items.saturating_mul(BYTES_PER_ITEM));
        self.used.itemsets = self.used.itemsets.saturating_add(n);
        self.used.bytes = self.used.bytes.saturating_add(bytes);
        if self.used.itemsets > self.allowance.itemsets {
            return Err(Limit::Itemsets);
        }
        self.peak()?;
        if self.used.itemsets - self.shared.itemsets >= 1024 { self.share() } else { Ok(()) }
    }

    /// States how much scratch is in use now.
    #[inline]
    pub(super) fn scratch(&mut self, bytes: usize) -> Result<(), Limit> {
        self.scratch_bytes = bytes;
        self.peak()
    }

    /// Ends the count.
    pub(super) fn finish(mut self) -> Result<Used, Limit> {
        self.share()?;
        Ok(self.used)
    }

    #[inline]
    fn peak(&mut self) -> Result<(), Limit> {
        self.used.peak_bytes = self.used.peak_bytes.max(self.used.bytes.saturating_add(self.scratch_bytes));
        if self.used.peak_bytes > self.allowance.bytes { Err(Limit::Bytes) } else { Ok(()) }
    }

    fn share(&mut self) -> Result<(), Limit> {
        let Some(together) = self.together else { return Ok(()) };
        let add = |sum: &AtomicUsize, more: usize| sum.fetch_add(more, Ordering::Relaxed) + more;
        let itemsets = add(&together.itemsets, self.used.itemsets - self.shared.itemsets);
        let bytes = add(&together.bytes, self.used.bytes - self.shared.bytes);
        self.shared = self.used;
        if itemsets > self.allowance.itemsets {
            return Err(Limit::Itemsets);
        }
        if bytes > self.allowance.bytes { Err(Limit::Bytes) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { itemsets: 2, bytes: 1000, until: None, found: 0, more_items: 0 };

    #[test]
    fn the_itemset_past_the_limit_is_refused() {
        let control = Control::new();
        let mut meter = Meter::new(ALLOWANCE, None, &control);
        assert_eq!(meter.itemsets(1, 1), Ok(()));
        assert_eq!(meter.itemsets(1, 1), Ok(()));
        assert_eq!(meter.itemsets(1, 1), Err(Limit::Itemsets));
    }

    #[test]
    fn scratch_counts_while_it_is_in_use() {
        let control = Control::new();
        let mut meter = Meter::new(ALLOWANCE, None, &control);
        assert_eq!(meter.scratch(990), Ok(()));
        assert_eq!(meter.itemsets(1, 1), Err(Limit::Bytes));
        let mut meter = Meter::new(ALLOWANCE, None, &control);
        assert_eq!(meter.scratch(990), Ok(()));
        assert_eq!(meter.scratch(0), Ok(()));
        assert_eq!(meter.itemsets(1, 1), Ok(()));
        let used = meter.finish().unwrap();
        assert_eq!((used.itemsets, used.bytes, used.peak_bytes), (1, 56, 990));
    }

    #[test]
    fn tasks_together_stay_near_the_allowance() {
        let (together, control) = (Together::default(), Control::new());
        for expected in [Ok(()), Ok(()), Err(Limit::Itemsets)] {
            let mut meter = Meter::new(ALLOWANCE, Some(&together), &control);
            meter.itemsets(1, 1).unwrap();
            assert_eq!(meter.finish().map(|_| ()), expected);
        }
    }

    #[test]
    fn the_clock_is_looked_at_now_and_then() {
        let control = Control::new();
        let until = |seconds, per_set| {
            let end = Instant::now() + Duration::from_secs(seconds);
            Allowance { until: Some(Until { end, per_set: Duration::from_secs(per_set) }), ..ALLOWANCE }
        };
        let mut meter = Meter::new(until(0, 0), None, &control);
        let late = (0..TICKS).map(|_| meter.tick()).find(Result::is_err);
        assert!(matches!(late, Some(Err(Stop::Limit(Limit::Seconds)))), "{late:?}");
        let mut meter = Meter::new(ALLOWANCE, None, &control);
        assert!((0..TICKS).all(|_| meter.tick().is_ok()));
        let mut meter = Meter::new(until(1000, 400), None, &control);
        meter.itemsets(2, 2).unwrap();
        assert!(meter.look().is_ok());
        let mut meter = Meter::new(Allowance { found: 1, ..until(1000, 400) }, None, &control);
        assert!(meter.look().is_ok());
        meter.itemsets(2, 2).unwrap();
        assert!(meter.look().is_err(), "there is no time left for what comes after");
    }

    #[test]
    fn what_does_not_fit_takes_nothing() {
        let mut left = ALLOWANCE;
        assert!(!left.take(Used { itemsets: 1, bytes: 10, peak_bytes: 1001 }));
        assert!(left.take(Used { itemsets: 1, bytes: 10, peak_bytes: 1000 }));
        assert_eq!((left.itemsets, left.bytes), (1, 990));
    }
}
