//! What every miner is given, and what is asked of it.

use std::sync::OnceLock;

use super::budget::{Limit, Meter};
use super::item_order::ItemOrder;
use super::lists::{Lists, Rank};
use super::prepare::AnyLists;
use super::sink::Sink;
use crate::data::Rows;
use crate::error::Error;

/// The baskets, and what is asked of them.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) order: ItemOrder,
    pub(super) lists: AnyLists,
    pub(super) min_count: u32,
    /// The lengths of the sets asked for; no set beyond the greatest need be looked at.
    pub(super) min_len: usize,
    pub(super) max_len: usize,
    baskets: OnceLock<Rows<u32>>,
    tids: OnceLock<Rows<u32>>,
}

impl Database {
    pub(super) fn new(
        order: ItemOrder,
        lists: AnyLists,
        min_count: u32,
        (min_len, max_len): (usize, usize),
    ) -> Self {
        let (baskets, tids) = Default::default();
        Self { order, lists, min_count, min_len, max_len, baskets, tids }
    }

    /// basket -> codes, rising; made when first asked for. Baskets of fewer than two frequent items are not among them.
    #[allow(dead_code, reason = "SKELETON")]
    pub(super) fn baskets(&self) -> &Rows<u32> {
        self.baskets.get_or_init(|| match &self.lists {
            AnyLists::Narrow(lists) => rows(lists),
            AnyLists::Wide(lists) => rows(lists),
        })
    }

    /// code -> baskets, rising; made when first asked for.
    #[allow(dead_code, reason = "SKELETON")]
    pub(super) fn tids(&self) -> &Rows<u32> {
        let number = |tid: usize| u32::try_from(tid).expect("baskets are bounded to u32");
        self.tids.get_or_init(|| self.baskets().transpose(self.order.len(), |code| code as usize, number))
    }

    /// The codes behind `code` in a basket that holds it, greatest first.
    #[allow(dead_code, reason = "SKELETON")]
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
