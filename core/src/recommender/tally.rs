//! Counts of buyers by item, read by a look at all of them.

/// How many counts are looked at together.
const BLOCK: usize = 64;

/// A count for each item, in two bytes: adding is one step, and the few that are great enough are found by a look at all, which is quicker
/// than keeping a list of what was touched where most items are.
#[derive(Debug)]
pub(super) struct Tally {
    counts: Vec<u16>,
}

impl Tally {
    pub(super) fn new(n_items: usize) -> Self {
        Self { counts: vec![0; n_items.next_multiple_of(BLOCK)] }
    }

    /// One more, at most 65,535.
    #[inline]
    pub(super) fn add(&mut self, item: u32) {
        let count = &mut self.counts[item as usize];
        *count = count.saturating_add(1);
    }

    /// Hands over the items with at least `least` (from 1 on), rising, and begins anew.
    pub(super) fn drain(&mut self, least: u32, mut take: impl FnMut(u32, u32)) {
        let least = u16::try_from(least.max(1)).unwrap_or(u16::MAX);
        for (block, counts) in (0_u32..).zip(self.counts.chunks_exact(BLOCK)) {
            if counts.iter().fold(0, |most, &count| count.max(most)) >= least {
                for (place, &count) in (0_u32..).zip(counts) {
                    if count >= least {
                        take(block * 64 + place, count.into());
                    }
                }
            }
        }
        self.counts.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_often_enough_is_handed_over_once() {
        let mut tally = Tally::new(200);
        for item in [3, 199, 3, 64, 3, 199, 0] {
            tally.add(item);
        }
        let mut found = Vec::new();
        tally.drain(2, |item, count| found.push((item, count)));
        assert_eq!(found, [(3, 3), (199, 2)]);
        tally.drain(1, |_, _| panic!("it began anew"));
        (0..70_000).for_each(|_| tally.add(7));
        tally.drain(1, |item, count| assert_eq!((item, count), (7, 65_535)));
    }
}
