//! What every miner is given, and what is asked of it.

use super::budget::{Limit, Meter};
use super::columns::Columns;
use super::fp_tree::FpTree;
use super::item_order::ItemOrder;
use super::sink::Sink;
use crate::data::Rows;
use crate::error::Error;

/// What is asked of the baskets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    pub(super) n_baskets: u32,
    pub(super) min_count: u32,
    pub(super) min_len: usize,
    pub(super) max_len: usize,
}

impl Ask {
    /// Puts it beside the baskets that it is asked of.
    pub(super) fn database(self, order: ItemOrder, baskets: Rows<u32>, tids: Rows<u32>) -> Database {
        let Self { n_baskets, min_count, min_len, max_len } = self;
        let (worth, must, tree, columns) = (min_count, Vec::new(), None, None);
        Database { order, baskets, tids, n_baskets, min_count, worth, must, tree, columns, min_len, max_len }
    }
}

/// The baskets in both orientations, and what is asked of them.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) order: ItemOrder,
    /// basket -> codes, rising.
    pub(super) baskets: Rows<u32>,
    /// code -> baskets, rising.
    pub(super) tids: Rows<u32>,
    /// The number of baskets, those left out of `baskets` among them; the sum of the weights where they have weights.
    pub(super) n_baskets: u32,
    /// The smallest count that is frequent.
    pub(super) min_count: u32,
    /// The smallest count of a set asked for, at least `min_count`.
    pub(super) worth: u32,
    /// The codes, rising, that every set asked for holds; heeded by the search for generators alone, as the other
    /// searches are given the baskets that hold them.
    pub(super) must: Vec<u32>,
    /// The prefix tree of the baskets, which then are in neither orientation; for FP-growth alone.
    pub(super) tree: Option<FpTree>,
    /// A bitmap of the baskets of each code, where baskets are dense; not for the miners of all sets.
    pub(super) columns: Option<Columns>,
    /// The lengths of the sets asked for; no set beyond the greatest need be looked at.
    pub(super) min_len: usize,
    pub(super) max_len: usize,
}

impl Database {
    /// The codes behind `code` in a basket that holds it, greatest first.
    pub(super) fn behind(&self, code: u32, tid: u32) -> impl Iterator<Item = u32> {
        self.baskets.row(tid as usize).iter().rev().copied().take_while(move |&other| other > code)
    }
}

/// Why a search ended early.
#[derive(Debug)]
pub(super) enum Stop {
    Limit(Limit),
    Error(Error),
}

impl From<Limit> for Stop {
    fn from(limit: Limit) -> Self {
        Self::Limit(limit)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// A miner with its scratch, used for one item after another.
///
/// The sets of different items have nothing to do with each other, so searches of different codes run side by side, each
/// thread with a miner of its own.
pub(super) trait Search<'a> {
    fn new(db: &'a Database) -> Self;

    /// Finds every set asked for whose rarest item, the one of the least code, is `code`.
    ///
    /// May be called again after it ended early.
    fn run<S: Sink>(&mut self, code: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop>;
}
