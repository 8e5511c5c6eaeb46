//! Sparse accumulation over the catalogue: sums for the few items touched, cleared at the cost of what was touched.

use std::ops::AddAssign;

use crate::index::ItemIx;

/// A sum for each item, most of them untouched.
///
/// Reusable scratch: [`Scores::clear`] and [`Scores::drain`] cost the number of touched items, not the catalogue.
/// Space: one value and one mark for each item, and the list of touched items.
#[derive(Debug, Clone)]
pub struct Scores<T> {
    sums: Vec<T>,
    is_touched: Vec<bool>,
    touched: Vec<ItemIx>,
}

impl<T: Copy + Default + AddAssign> Scores<T> {
    /// Zero for each of `n_items` items.
    #[must_use]
    pub fn new(n_items: usize) -> Self {
        Self { sums: vec![T::default(); n_items], is_touched: vec![false; n_items], touched: Vec::new() }
    }

    /// Adds to the sum of an item below the number of items.
    ///
    /// # Panics
    /// When the item is not below it.
    #[inline]
    pub fn add(&mut self, item: ItemIx, value: T) {
        let position = item.as_usize();
        if !self.is_touched[position] {
            self.is_touched[position] = true;
            self.touched.push(item);
        }
        self.sums[position] += value;
    }

    /// The sum of an item so far.
    pub(crate) fn get(&self, item: ItemIx) -> T {
        self.sums[item.as_usize()]
    }

    /// The number of touched items, those taken out included.
    pub(crate) fn n_touched(&self) -> usize {
        self.touched.len()
    }

    /// The touched items with their sums so far, in order of touch.
    pub(crate) fn touched(&self) -> impl Iterator<Item = (ItemIx, T)> {
        let is_there = |item: &&ItemIx| self.is_touched[item.as_usize()];
        self.touched.iter().filter(is_there).map(|&item| (item, self.sums[item.as_usize()]))
    }

    /// Takes an item out, so that it is not among those that [`Scores::drain`] gives.
    pub fn remove(&mut self, item: ItemIx) {
        self.sums[item.as_usize()] = T::default();
        self.is_touched[item.as_usize()] = false;
    }

    /// Gives every touched item with its sum, in order of touch, and clears.
    pub fn drain(&mut self, mut take: impl FnMut(ItemIx, T)) {
        for item in self.touched.drain(..) {
            let position = item.as_usize();
            if self.is_touched[position] {
                take(item, self.sums[position]);
                self.sums[position] = T::default();
                self.is_touched[position] = false;
            }
        }
    }

    /// Sets every sum back to zero.
    pub fn clear(&mut self) {
        self.drain(|_, _| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_given_once_and_cleared() {
        let mut scores = Scores::new(4);
        let item = ItemIx::new;
        scores.add(item(2), 1);
        scores.add(item(0), 5);
        scores.add(item(2), 3);
        scores.add(item(1), 7);
        scores.remove(item(1));
        let mut drained = Vec::new();
        scores.drain(|item, sum| drained.push((item.as_u32(), sum)));
        assert_eq!(drained, [(2, 4), (0, 5)]);
        scores.drain(|_, _| panic!("nothing is left"));
    }

    #[test]
    fn an_item_removed_and_added_again_is_given_once() {
        let mut scores = Scores::new(1);
        scores.add(ItemIx::new(0), 1);
        scores.remove(ItemIx::new(0));
        scores.add(ItemIx::new(0), 2);
        let mut drained = Vec::new();
        scores.drain(|_, sum| drained.push(sum));
        assert_eq!(drained, [2]);
    }
}
