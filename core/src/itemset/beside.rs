//! What stands beside an item in its baskets: counted by a walk, and written down as bits by another.

use super::search::Database;

/// Walks over the baskets of one item after another, with their scratch.
#[derive(Debug)]
pub(super) struct Beside<'a> {
    db: &'a Database,
    /// By code, all zero between uses.
    counts: Vec<u32>,
    /// By code, where its bitmap begins; all [`NO_SLOT`] between uses.
    slots: Vec<usize>,
    touched: Vec<u32>,
}

const NO_SLOT: usize = usize::MAX;

impl<'a> Beside<'a> {
    pub(super) fn new(db: &'a Database) -> Self {
        let n = db.order.len();
        Self { db, counts: vec![0; n], slots: vec![NO_SLOT; n], touched: Vec::new() }
    }

    /// Gives every code behind `code` in the baskets `tids` with the number of them that hold it.
    pub(super) fn count(&mut self, code: u32, tids: &[u32], mut take: impl FnMut(u32, u32)) {
        for other in tids.iter().flat_map(|&tid| self.db.behind(code, tid)) {
            let count = &mut self.counts[other as usize];
            if *count == 0 {
                self.touched.push(other);
            }
            *count += 1;
        }
        for other in self.touched.drain(..) {
            take(other, std::mem::take(&mut self.counts[other as usize]));
        }
    }

    /// Sets the bit of each of the baskets `tids` that holds a code, in the bitmap that begins where `starts` says; codes
    /// that it does not name are passed over.
    pub(super) fn fill(
        &mut self,
        code: u32,
        tids: &[u32],
        starts: impl Iterator<Item = (u32, usize)> + Clone,
        bits: &mut [u64],
    ) {
        starts.clone().for_each(|(other, start)| self.slots[other as usize] = start);
        for (number, &tid) in tids.iter().enumerate() {
            for other in self.db.behind(code, tid) {
                let slot = self.slots[other as usize];
                if slot != NO_SLOT {
                    bits[slot + number / 64] |= 1 << (number % 64);
                }
            }
        }
        starts.for_each(|(other, _)| self.slots[other as usize] = NO_SLOT);
    }
}
