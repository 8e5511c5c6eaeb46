//! Walking from items to their buyers, and from buyers to what else they bought.

use super::scratch::Scratch;
use super::snapshot::Snapshot;
use super::state::{BuyerRecord, Entry};

/// How many records are looked up side by side, since each lies somewhere else in memory.
pub(super) const SIDE_BY_SIDE: usize = 16;

/// What was found of an item's latest purchases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looked {
    /// How many buyers were looked at.
    pub(super) buyers: u32,
    /// The second from which on purchases were looked at; `None` where all were.
    pub(super) since: Option<u32>,
}

impl Snapshot {
    /// The latest purchases of an item, into the working memory, and from when on.
    pub(super) fn latest(&self, item: u32, n: usize, entries: &mut Vec<Entry>) -> Option<u32> {
        entries.clear();
        let postings = self.state.bought.get(item as usize);
        postings.latest(n, entries);
        let is_cut = entries.len() < postings.len();
        entries.last().filter(|_| is_cut).map(|last| last.second())
    }

    /// Hands over the buyers of entries, each with its entry; a slot whose buyer is gone is passed over.
    #[inline]
    pub(super) fn each_buyer<'s>(&'s self, entries: &[Entry], mut take: impl FnMut(Entry, BuyerRecord<'s>)) {
        for block in entries.chunks(SIDE_BY_SIDE) {
            let owners = block.iter().map(|entry| entry.owner());
            let records = self.state.buyers.records_of::<SIDE_BY_SIDE>(owners, <[u32]>::len);
            for (&entry, record) in block.iter().zip(records) {
                if let Some(buyer) = BuyerRecord::new(record) {
                    take(entry, buyer);
                }
            }
        }
    }

    /// Hands over the buyers among an item's latest `n` purchases, each once: by the latest of these. With each comes the place of
    /// the item among theirs.
    fn each_latest<'s>(
        &'s self,
        item: u32,
        n: usize,
        entries: &mut Vec<Entry>,
        mut take: impl FnMut(BuyerRecord<'s>, usize),
    ) -> Looked {
        let since = self.latest(item, n, entries);
        let mut buyers = 0;
        self.each_buyer(entries, |entry, buyer| {
            if let Some(place) = self.place_of_latest(item, entry, buyer) {
                buyers += 1;
                take(buyer, place);
            }
        });
        Looked { buyers, since }
    }

    /// Counts, for each item, the buyers of one who bought it as well.
    pub(super) fn count_beside(&self, item: u32, n: usize, scratch: &mut Scratch) -> Looked {
        let Scratch { entries, counts, .. } = scratch;
        counts.mark_all();
        self.each_latest(item, n, entries, |buyer, _| {
            buyer.items().iter().for_each(|&other| counts.add(other));
        })
    }

    /// Counts, for each item, the buyers of one who bought it in the same order.
    pub(super) fn count_together(&self, item: u32, n: usize, scratch: &mut Scratch) -> Looked {
        let Scratch { entries, counts, basket, .. } = scratch;
        self.each_latest(item, n, entries, |buyer, place| {
            basket.clear();
            buyer.orders_with(place).for_each(|order| basket.extend(buyer.basket(order)));
            basket.sort_unstable();
            basket.dedup();
            basket.iter().for_each(|&other| counts.add_marked(other));
        })
    }

    /// The place of an item among a buyer's, if an entry is their latest purchase of it, and they are no bulk buyer.
    #[inline]
    fn place_of_latest(&self, item: u32, entry: Entry, buyer: BuyerRecord<'_>) -> Option<usize> {
        let items = buyer.items();
        let place = items.binary_search(&item).ok().filter(|_| items.len() <= self.params.max_items)?;
        (buyer.last_second(place) == entry.second()).then_some(place)
    }

    /// The number of buyers of an item.
    #[inline]
    pub(super) fn buyers_of(&self, item: u32) -> u32 {
        self.state.shelf.count(item)
    }

    /// The number of all buyers.
    pub(super) fn n_buyers(&self) -> u32 {
        self.state.shelf.n_customers()
    }
}
