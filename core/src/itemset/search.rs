//! What every miner is given, and what is asked of it.

use std::sync::OnceLock;

use super::budget::{Limit, Meter};
use super::columns::Columns;
use super::fp_tree::FpTree;
use super::guard::Guard;
use super::head::Head;
use super::item_order::ItemOrder;
use super::lists::{Lists, Rank};
use super::prepare::AnyLists;
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
    pub(super) fn database(self, order: ItemOrder, lists: AnyLists) -> Database {
        let Self { n_baskets, min_count, min_len, max_len } = self;
        Database {
            order,
            lists,
            n_baskets,
            min_count,
            worth: min_count,
            must: Vec::new(),
            tree: None,
            head: None,
            columns: None,
            guard: None,
            min_len,
            max_len,
            baskets: OnceLock::new(),
            tids: OnceLock::new(),
        }
    }
}

/// The baskets, and what is asked of them.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) order: ItemOrder,
    pub(super) lists: AnyLists,
    /// The number of baskets, those left out of the lists among them; the sum of the weights where they have weights.
    pub(super) n_baskets: u32,
    /// The smallest count that is frequent.
    pub(super) min_count: u32,
    /// The smallest count of a set asked for, at least `min_count`.
    pub(super) worth: u32,
    /// The codes, rising, that every set asked for holds; heeded by the search for generators alone, as the other
    /// searches are given the baskets that hold them.
    pub(super) must: Vec<u32>,
    /// The prefix tree of the baskets, which then are in no lists; for FP-growth alone.
    pub(super) tree: Option<FpTree>,
    /// The baskets of the most frequent items as bits, which then need not be in the lists; for Eclat, where baskets are
    /// dense.
    pub(super) head: Option<Head>,
    /// A bitmap of the baskets of each code, where baskets are dense; not for the miners of all sets.
    pub(super) columns: Option<Columns>,
    /// Turns away the sets that too few customers stand behind, where that is asked.
    pub(super) guard: Option<Guard>,
    /// The lengths of the sets asked for; no set beyond the greatest need be looked at.
    pub(super) min_len: usize,
    pub(super) max_len: usize,
    baskets: OnceLock<Rows<u32>>,
    tids: OnceLock<Rows<u32>>,
}

impl Database {
    /// basket -> codes, rising; made when first asked for. Baskets of fewer than two frequent items are not among them.
    pub(super) fn baskets(&self) -> &Rows<u32> {
        self.baskets.get_or_init(|| match &self.lists {
            AnyLists::Narrow(lists) => rows(lists),
            AnyLists::Wide(lists) => rows(lists),
        })
    }

    /// code -> baskets, rising; made when first asked for.
    pub(super) fn tids(&self) -> &Rows<u32> {
        let number = |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32");
        self.tids.get_or_init(|| self.baskets().transpose(self.order.len(), |code| code as usize, number))
    }

    /// Whether enough customers stand behind the set of some codes; `met` is scratch.
    #[inline]
    pub(super) fn admits(&self, codes: &[u32], met: &mut Vec<u32>) -> bool {
        let guarded = |guard: &Guard| guard.admits(codes.iter().map(|&code| self.order.item(code)), met);
        self.guard.as_ref().is_none_or(guarded)
    }

    /// The codes behind `code` in a basket that holds it, greatest first.
    pub(super) fn behind(&self, code: u32, tid: u32) -> impl Iterator<Item = u32> {
        self.baskets().row(tid as usize).iter().rev().copied().take_while(move |&other| other > code)
    }
}

fn rows<R: Rank>(lists: &Lists<R>) -> Rows<u32> {
    let baskets = lists.chunks.iter().flat_map(|chunk| chunk.rows());
    baskets.map(|row| row.iter().rev().map(|rank| lists.codes[rank.position()])).collect()
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
