//! The nearest neighbours of every item, in three columns.

use std::ops::Range;

use super::key::{Key, Wide};
use crate::cpu::prefetch;
use crate::data::Rows;
use crate::index::ItemIx;

/// The neighbours of each item, best first: their items, similarities, and the number of users in common.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::similarity) struct Lists {
    pub(in crate::similarity) offsets: Vec<usize>,
    /// Raw, so that memory not written stays untouched.
    items: Vec<u32>,
    similarities: Vec<f32>,
    counts: Vec<u32>,
}

/// Where the list of one item is written.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    items: &'a mut [u32],
    similarities: &'a mut [f32],
    counts: &'a mut [u32],
    length: &'a mut usize,
}

impl Slot<'_> {
    /// Writes the list, best first; there is room for as many as were asked for.
    #[inline(always)]
    pub(super) fn fill<K: Key>(&mut self, found: impl ExactSizeIterator<Item = K>) {
        *self.length = found.len();
        let columns = self.items.iter_mut().zip(&mut *self.similarities).zip(&mut *self.counts);
        for (((item, similarity), count), found) in columns.zip(found) {
            (*item, *similarity, *count) = (found.item().as_u32(), found.score(), found.count());
        }
    }
}

impl Lists {
    /// Makes one list for each item of `order`; `fill` is given the slots in that order, each with the room that `room` tells
    /// for its place.
    ///
    /// Every list has room of its own, and moves up when all are known: the memory is that of the lists, once. What is not
    /// written is never touched, so room that is not needed takes no memory.
    pub(super) fn fill<E>(
        order: &[ItemIx],
        room: impl Fn(usize) -> usize,
        fill: impl FnOnce(Vec<Slot<'_>>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let n = order.len();
        let (mut rooms, mut lengths) = (vec![0; n], vec![0; n]);
        order.iter().enumerate().for_each(|(place, item)| rooms[item.as_usize()] = room(place));
        let whole = rooms.iter().sum();
        let (mut items, mut similarities, mut counts) =
            (vec![0_u32; whole], vec![0.0_f32; whole], vec![0_u32; whole]);
        let mut rest = (&mut items[..], &mut similarities[..], &mut counts[..]);
        let mut slots = Vec::with_capacity(n);
        for (&room, length) in rooms.iter().zip(&mut lengths) {
            let (items, similarities, counts);
            (items, rest.0) = rest.0.split_at_mut(room);
            (similarities, rest.1) = rest.1.split_at_mut(room);
            (counts, rest.2) = rest.2.split_at_mut(room);
            slots.push(Some(Slot { items, similarities, counts, length }));
        }
        let taken =
            |item: &ItemIx| slots[item.as_usize()].take().expect("each item stands once in the order");
        fill(order.iter().map(taken).collect())?;
        let mut offsets = Vec::with_capacity(n + 1);
        offsets.push(0);
        let (mut start, mut end) = (0, 0);
        for (room, length) in rooms.into_iter().zip(lengths) {
            let from = start..start + length;
            items.copy_within(from.clone(), end);
            similarities.copy_within(from.clone(), end);
            counts.copy_within(from, end);
            start += room;
            end += length;
            offsets.push(end);
        }
        items.truncate(end);
        similarities.truncate(end);
        counts.truncate(end);
        items.shrink_to_fit();
        similarities.shrink_to_fit();
        counts.shrink_to_fit();
        Ok(Self { offsets, items, similarities, counts })
    }

    /// The number of lists.
    pub(in crate::similarity) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The columns' positions of a list.
    #[inline]
    pub(in crate::similarity) fn range(&self, item: usize) -> Range<usize> {
        self.offsets[item]..self.offsets[item + 1]
    }

    /// The neighbour at a position of the columns: its item, similarity and count.
    #[inline]
    pub(in crate::similarity) fn at(&self, at: usize) -> (ItemIx, f32, u32) {
        (ItemIx::from_u32(self.items[at]), self.similarities[at], self.counts[at])
    }

    /// From columns: `None` unless these are lists of as many items as there are offsets but one, none of them in its own
    /// list, each list in the order of lists, without repetition.
    pub(in crate::similarity) fn from_parts(
        rows: &Rows<ItemIx>,
        similarities: Vec<f32>,
        counts: Vec<u32>,
    ) -> Option<Self> {
        let items = rows.values().iter().map(|item| item.as_u32()).collect();
        let lists = Self { offsets: rows.offsets().to_vec(), items, similarities, counts };
        let key = |at: usize| Wide::new(lists.similarities[at], lists.counts[at], lists.at(at).0);
        let fits = lists.items.len() == lists.similarities.len() && lists.items.len() == lists.counts.len();
        let is_list = |item: usize| {
            let range = lists.range(item);
            let mut seen: Vec<u32> = lists.items[range.clone()].to_vec();
            seen.sort_unstable();
            seen.windows(2).all(|pair| pair[0] < pair[1])
                && seen.binary_search(&u32::try_from(item).unwrap_or(u32::MAX)).is_err()
                && range.clone().skip(1).all(|at| key(at - 1) > key(at))
                && range.clone().all(|at| lists.similarities[at].is_finite() && lists.counts[at] > 0)
        };
        let fits = fits && (0..lists.len()).all(is_list);
        fits.then_some(lists)
    }

    /// The columns, list after list: items, similarities, counts.
    pub(in crate::similarity) fn columns(&self) -> (&[u32], &[f32], &[u32]) {
        (&self.items, &self.similarities, &self.counts)
    }

    /// Asks for the memory of an item's list, of its beginning where it is long.
    #[inline]
    pub(in crate::similarity) fn prefetch(&self, item: usize) {
        let range = self.range(item);
        // Sixteen of each column share a line of the cache.
        for at in range.take(256).step_by(16) {
            prefetch(&self.items, at);
            prefetch(&self.similarities, at);
        }
    }

    /// The neighbours of an item with their similarities.
    #[inline]
    pub(in crate::similarity) fn similar(&self, item: usize) -> impl ExactSizeIterator<Item = (ItemIx, f32)> {
        let range = self.range(item);
        self.items[range.clone()]
            .iter()
            .map(|&item| ItemIx::from_u32(item))
            .zip(self.similarities[range].iter().copied())
    }

    /// The same pairs listed from their other ends: list `i` of the result holds every item whose list holds `i`. Lists are
    /// sorted best first, by the order of all lists.
    pub(in crate::similarity) fn turned(&self) -> Self {
        let n = self.len();
        let mut offsets = vec![0_usize; n + 1];
        self.items.iter().for_each(|&item| offsets[item as usize + 1] += 1);
        (0..n).for_each(|item| offsets[item + 1] += offsets[item]);
        let mut next = offsets.clone();
        let mut keys = vec![0; self.items.len()];
        for of in 0..n {
            for at in self.range(of) {
                let slot = &mut next[self.items[at] as usize];
                keys[*slot] = Wide::new(self.similarities[at], self.counts[at], ItemIx::new(of));
                *slot += 1;
            }
        }
        for item in 0..n {
            keys[offsets[item]..offsets[item + 1]].sort_unstable_by(|a, b| b.cmp(a));
        }
        Self {
            offsets,
            items: keys.iter().map(|key| key.item().as_u32()).collect(),
            similarities: keys.iter().map(|key| key.score()).collect(),
            counts: keys.iter().map(|key| key.count()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lists_only_where_they_keep_every_rule() {
        let fits = |row: [&[usize]; 3], similarities: &[f32], counts: &[u32]| {
            let rows = row.iter().map(|row| row.iter().map(|&item| ItemIx::new(item))).collect();
            Lists::from_parts(&rows, similarities.to_vec(), counts.to_vec()).is_some()
        };
        assert!(fits([&[1, 2], &[], &[0]], &[0.5, 0.5, -1.0], &[3, 3, 1]));
        assert!(!fits([&[2, 1], &[], &[0]], &[0.5, 0.5, -1.0], &[3, 3, 1]), "not the smaller item first");
        assert!(!fits([&[1, 2], &[], &[0]], &[0.4, 0.5, 1.0], &[3, 3, 1]), "not the best first");
        assert!(!fits([&[1, 2], &[], &[0]], &[0.5, 0.5, 1.0], &[2, 3, 1]), "not the greater count first");
        assert!(!fits([&[1, 1], &[], &[0]], &[0.5, 0.4, 1.0], &[3, 3, 1]), "an item twice");
        assert!(!fits([&[0, 2], &[], &[0]], &[0.5, 0.4, 1.0], &[3, 3, 1]), "an item in its own list");
        assert!(!fits([&[1, 2], &[], &[0]], &[0.5, f32::NAN, 1.0], &[3, 3, 1]), "no number");
        assert!(!fits([&[1, 2], &[], &[0]], &[f32::INFINITY, 0.5, 1.0], &[3, 3, 1]), "not finite");
        assert!(!fits([&[1, 2], &[], &[0]], &[0.5, 0.4, 1.0], &[3, 3, 0]), "nobody in common");
        assert!(!fits([&[1, 2], &[], &[0]], &[0.5, 0.4], &[3, 3, 1]), "too few similarities");
    }
}
