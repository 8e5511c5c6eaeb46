//! Where a search is: the prefix it extends, and where its sets go.

use super::budget::Meter;
use super::search::{Database, Stop};
use super::sink::Sink;

/// The prefix at hand, the items that are in all of its baskets, and what takes the sets.
#[derive(Debug)]
pub(super) struct Path<'x, 'm, S> {
    pub(super) db: &'x Database,
    pub(super) prefix: &'x mut Vec<u32>,
    pub(super) perfect: &'x mut Vec<u32>,
    pub(super) meter: &'x mut Meter<'m>,
    pub(super) sink: &'x mut S,
    /// The bytes of scratch that stay in use below.
    pub(super) held: usize,
}

impl<'m, S: Sink> Path<'_, 'm, S> {
    /// The same, for a search below this one.
    #[inline(always)]
    pub(super) fn below(&mut self) -> Path<'_, 'm, S> {
        Path {
            db: self.db,
            prefix: self.prefix,
            perfect: self.perfect,
            meter: self.meter,
            sink: self.sink,
            held: self.held,
        }
    }

    /// Reports the prefix.
    #[inline(always)]
    pub(super) fn report(&mut self, count: u32) -> Result<(), Stop> {
        self.sink.take(self.db, self.prefix, self.perfect, count, self.meter)
    }

    /// Reports the prefix with one more item.
    #[inline(always)]
    pub(super) fn report_with(&mut self, code: u32, count: u32) -> Result<(), Stop> {
        self.prefix.push(code);
        let taken = self.report(count);
        self.prefix.pop();
        taken
    }

    /// States how much scratch is in use now, beside what is held.
    #[inline(always)]
    pub(super) fn scratch(&mut self, bytes: usize) -> Result<(), Stop> {
        Ok(self.meter.scratch(self.held + bytes)?)
    }

    /// Counts work, and ticks after some.
    #[inline(always)]
    pub(super) fn work(&mut self, words: usize) -> Result<(), Stop> {
        self.meter.work(words + 8)
    }
}
