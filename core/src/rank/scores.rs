//! Sparse accumulation over the catalogue: sums for the few items touched, cleared at the cost of what was touched.

use std::ops::AddAssign;

use crate::index::ItemIx;

/// A sum for each item, most of them zero. An item whose sum comes back to zero is as if it had not been touched.
///
/// Reusable scratch: [`Scores::clear`] and [`Scores::drain`] cost the number of touched items, not the catalogue.
/// Space: one value for each item, and the list of touched items.
#[derive(Debug, Clone)]
pub struct Scores<T> {
    sums: Vec<T>,
    /// Room for what is touched; an item whose sum was zero in between stands there more than once.
    touched: Vec<ItemIx>,
    n_touched: usize,
}

impl<T: Copy + Default + AddAssign + PartialEq> Scores<T> {
    /// Zero for each of `n_items` items.
    #[must_use]
    pub fn new(n_items: usize) -> Self {
        Self { sums: vec![T::default(); n_items], touched: vec![ItemIx::from_u32(0); 64], n_touched: 0 }
    }

    /// Adds to the sum of an item below the number of items.
    ///
    /// # Panics
    /// When the item is not below it.
    #[inline]
    pub fn add(&mut self, item: ItemIx, value: T) {
        if self.n_touched == self.touched.len() {
            self.touched.resize(2 * self.n_touched, ItemIx::from_u32(0));
        }
        let sum = &mut self.sums[item.as_usize()];
        // Written always and kept only where new: no branch to guess.
        self.touched[self.n_touched] = item;
        self.n_touched += usize::from(*sum == T::default());
        *sum += value;
    }

    /// Adds to the sum of an item where that is not zero.
    #[inline]
    pub fn adjust(&mut self, item: ItemIx, value: T) {
        let sum = &mut self.sums[item.as_usize()];
        if *sum != T::default() {
            *sum += value;
        }
    }

    /// The sum of an item.
    #[must_use]
    #[inline]
    pub fn sum(&self, item: ItemIx) -> T {
        self.sums[item.as_usize()]
    }

    /// The sum of an item so far.
    pub(crate) fn get(&self, item: ItemIx) -> T {
        self.sums[item.as_usize()]
    }

    /// The number of touched items, those taken out included.
    pub(crate) fn n_touched(&self) -> usize {
        self.touched.len()
    }

    /// Takes an item out, so that it is not among those that [`Scores::drain`] gives.
    pub fn remove(&mut self, item: ItemIx) {
        self.sums[item.as_usize()] = T::default();
    }

    /// The items whose sums are not zero, in order of touch. An item whose sum was zero in between comes twice.
    pub fn touched(&self) -> impl Iterator<Item = (ItemIx, T)> {
        let items = self.touched[..self.n_touched].iter();
        items.map(|&item| (item, self.sum(item))).filter(|&(_, sum)| sum != T::default())
    }

    /// Gives every item whose sum is not zero with its sum, in order of touch, and clears.
    pub fn drain(&mut self, mut take: impl FnMut(ItemIx, T)) {
        for item in &self.touched[..self.n_touched] {
            let sum = std::mem::take(&mut self.sums[item.as_usize()]);
            if sum != T::default() {
                take(*item, sum);
            }
        }
        self.n_touched = 0;
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
        scores.adjust(item(0), -2);
        scores.adjust(item(3), -2);
        let mut drained = Vec::new();
        scores.drain(|item, sum| drained.push((item.as_u32(), sum)));
        assert_eq!(drained, [(2, 4), (0, 3)]);
        scores.drain(|_, _| panic!("nothing is left"));
    }

    #[test]
    fn an_item_removed_and_added_again_is_given_once() {
        let mut scores = Scores::new(1);
        for _ in 0..200 {
            scores.add(ItemIx::new(0), 1);
            scores.remove(ItemIx::new(0));
        }
        scores.add(ItemIx::new(0), 2);
        let mut drained = Vec::new();
        scores.drain(|_, sum| drained.push(sum));
        assert_eq!(drained, [2]);
    }
}
