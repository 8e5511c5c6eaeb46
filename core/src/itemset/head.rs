//! The most frequent items of dense baskets, with all of their baskets as bits.
//!
//! Where baskets hold many of a few items, to walk the baskets of each item costs more than the search below it: there the
//! baskets of all these items lie side by side once, in planes, and the search below any of them begins with these.

use std::ops::Range;

use rayon::prelude::*;

use super::item_order::ItemOrder;
use super::planes::{Block, LANES, Member, push_square};
use crate::data::Baskets;

/// The most items of a head: the bits of a word.
const MOST: usize = 64;
/// The fewest items worth a head, where there are others.
const FEWEST: usize = 16;
/// The words of bits met in the time in which an entry of a basket is counted and written down.
const WORDS_PER_ENTRY: u128 = 2;

/// The bits of the most frequent items.
#[derive(Debug)]
pub(super) struct Head {
    /// The least of their codes.
    first: u32,
    members: Vec<Member>,
    bits: Vec<Block>,
}

impl Head {
    /// The number of items that have their bits made; none where baskets are sparse.
    pub(super) fn size(order: &ItemOrder, n_baskets: usize) -> usize {
        let n_baskets = n_baskets as u128;
        let (mut entries, mut size) = (0, 0);
        for (n, code) in (1..=MOST).zip(order.codes().rev()) {
            let count = u128::from(order.count(code));
            entries += count;
            // To walk: the item's baskets, with as many of these items each as there are in a basket. To look at bits: a
            // word for each item and 64 baskets.
            if count * entries * 64 * WORDS_PER_ENTRY >= n as u128 * n_baskets * n_baskets {
                size = n;
            }
        }
        if size == order.len() || size >= FEWEST { size } else { 0 }
    }

    /// The bits of the `size` most frequent items; 64 at most.
    pub(super) fn new(baskets: &Baskets, order: &ItemOrder, size: usize, chunks: &[Range<usize>]) -> Self {
        let codes = || order.codes().skip(order.len() - size);
        let mut masks = vec![0_u64; baskets.items().len()];
        for (slot, code) in codes().enumerate() {
            masks[order.item(code).as_usize()] = 1 << slot;
        }
        let (offsets, values) = (baskets.rows().offsets(), baskets.rows().values());
        let planes = |chunk: &Range<usize>| {
            let mut bits = Vec::with_capacity(chunk.len().div_ceil(64) * size.div_ceil(LANES));
            let (mut square, mut n) = ([0_u64; 64], 0);
            for ends in offsets[chunk.start..=chunk.end].windows(2) {
                let basket = &values[ends[0]..ends[1]];
                let mask = basket.iter().fold(0, |mask, item| mask | masks[item.as_usize()]);
                // Kept where there are two items or more: no branch to guess.
                square[n] = mask;
                n += usize::from(mask & mask.wrapping_sub(1) != 0);
                if n == square.len() {
                    push_square(&mut bits, square, size);
                    n = 0;
                }
            }
            if n > 0 {
                square[n..].fill(0);
                push_square(&mut bits, square, size);
            }
            bits
        };
        Self {
            first: codes().next().unwrap_or_default(),
            members: codes().map(|code| Member { code, count: order.count(code) }).collect(),
            bits: chunks.par_iter().map(planes).collect::<Vec<_>>().concat(),
        }
    }

    /// Where the item of a code is among [`Head::members`], if it is.
    #[inline]
    pub(super) fn position(&self, code: u32) -> Option<usize> {
        code.checked_sub(self.first).map(|position| position as usize)
    }

    /// The items, rarest first.
    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// Their baskets, in planes.
    pub(super) fn bits(&self) -> &[Block] {
        &self.bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(counts: &[u32]) -> ItemOrder {
        ItemOrder::new(counts, 1)
    }

    #[test]
    fn dense_baskets_have_a_head_and_sparse_ones_have_none() {
        assert_eq!(Head::size(&order(&[50; 40]), 100), 40);
        assert_eq!(Head::size(&order(&[50; 80]), 100), 64);
        assert_eq!(Head::size(&order(&[1; 40]), 100), 0);
        // Three that are in every basket among many that are rare: too few to be worth it.
        let counts: Vec<u32> = [100; 3].into_iter().chain([1; 40]).collect();
        assert_eq!(Head::size(&order(&counts), 100), 0);
        assert_eq!(Head::size(&order(&[100; 3]), 100), 3);
        assert_eq!(Head::size(&order(&[]), 100), 0);
    }
}
