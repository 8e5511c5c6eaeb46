//! Counts of buyers by item, read by a look at all of them.

use std::collections::BTreeMap;

/// How many counts are looked at together.
const BLOCK: usize = 64;

/// A count for each item, in two bytes: adding is one step, and the few that are great enough are found by a look at all blocks that were
/// touched, which is quicker than keeping a list of what was touched where most items are.
#[derive(Debug)]
pub(super) struct Tally {
    counts: Vec<u16>,
    /// What goes beyond two bytes, by item: nearly never anything.
    beyond: BTreeMap<u32, u32>,
    /// A bit for each block that is looked at.
    marked: Vec<u64>,
}

impl Tally {
    pub(super) fn new(n_items: usize) -> Self {
        let n_blocks = n_items.div_ceil(BLOCK);
        Self {
            counts: vec![0; n_blocks * BLOCK],
            beyond: BTreeMap::new(),
            marked: vec![0; n_blocks.div_ceil(64)],
        }
    }

    /// Looks at all blocks next: for [`Self::add`].
    pub(super) fn mark_all(&mut self) {
        self.marked.fill(u64::MAX);
    }

    /// One more, where all blocks are looked at.
    #[inline]
    pub(super) fn add(&mut self, item: u32) {
        let count = &mut self.counts[item as usize];
        if *count == u16::MAX {
            self.add_beyond(item);
        } else {
            *count += 1;
        }
    }

    #[cold]
    fn add_beyond(&mut self, item: u32) {
        *self.beyond.entry(item).or_default() += 1;
    }

    /// One more, and its block is looked at: for counts of few items.
    #[inline]
    pub(super) fn add_marked(&mut self, item: u32) {
        let block = item as usize / BLOCK;
        self.marked[block / 64] |= 1 << (block % 64);
        self.add(item);
    }

    /// Hands over the items with at least `least` (from 1 on), rising, and begins anew.
    pub(super) fn drain(&mut self, least: u32, mut take: impl FnMut(u32, u32)) {
        let least = u16::try_from(least.max(1)).unwrap_or(u16::MAX);
        let mut blocks = (0_u32..).zip(self.counts.chunks_exact_mut(BLOCK));
        for marked in &mut self.marked {
            let bits = std::mem::take(marked);
            for (at, (block, counts)) in blocks.by_ref().take(64).enumerate() {
                if bits >> at & 1 == 0 {
                    continue;
                }
                if counts.iter().fold(0, |most, &count| count.max(most)) >= least {
                    for (item, &count) in (block * 64..).zip(&*counts) {
                        if count == u16::MAX {
                            take(item, u32::from(count) + self.beyond.get(&item).unwrap_or(&0));
                        } else if count >= least {
                            take(item, count.into());
                        }
                    }
                }
                counts.fill(0);
            }
        }
        self.beyond.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_often_enough_is_handed_over_once() {
        let mut tally = Tally::new(200);
        for item in [3, 199, 3, 64, 3, 199, 0] {
            tally.add_marked(item);
        }
        let mut found = Vec::new();
        tally.drain(2, |item, count| found.push((item, count)));
        assert_eq!(found, [(3, 3), (199, 2)]);
        tally.mark_all();
        tally.drain(1, |_, _| panic!("it began anew"));
        tally.mark_all();
        (0..70_000).for_each(|_| tally.add(7));
        tally.drain(1, |item, count| assert_eq!((item, count), (7, 70_000)));
    }
}
