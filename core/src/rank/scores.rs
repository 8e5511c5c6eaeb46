//! Sparse accumulation over the catalogue: sums for the few items touched, cleared at the cost of what was touched.

use std::ops::AddAssign;

use crate::index::ItemIx;

/// A sum for each item that was touched.
///
/// Reusable scratch: [`Scores::clear`] and [`Scores::drain`] cost the number of touched items, not the catalogue.
/// Space: one value and one bit for each item, and the list of touched items.
#[derive(Debug, Clone)]
pub struct Scores<T> {
    sums: Vec<T>,
    /// By item, whether it counts: a sum may come to zero, or be made of nothing else.
    counts: Vec<u64>,
    /// Room for what is touched; an item taken out and added again stands there more than once.
    touched: Vec<ItemIx>,
    n_touched: usize,
}

/// Where the bit of an item is: the word, and the bit in it.
#[inline(always)]
fn bit(item: ItemIx) -> (usize, u64) {
    (item.as_usize() / 64, 1 << (item.as_u32() % 64))
}

impl<T: Copy + Default + AddAssign> Scores<T> {
    /// Nothing touched of `n_items` items.
    #[must_use]
    pub fn new(n_items: usize) -> Self {
        Self {
            sums: vec![T::default(); n_items],
            counts: vec![0; n_items.div_ceil(64)],
            touched: vec![ItemIx::from_u32(0); 64],
            n_touched: 0,
        }
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
        self.sums[item.as_usize()] += value;
        let (word, bit) = bit(item);
        let word = &mut self.counts[word];
        // Written always and kept only where new: no branch to guess.
        self.touched[self.n_touched] = item;
        self.n_touched += usize::from(*word & bit == 0);
        *word |= bit;
    }

    /// Adds to the sum of an item that was touched; others stay untouched.
    #[inline]
    pub fn adjust(&mut self, item: ItemIx, value: T) {
        if self.is_touched(item) {
            self.sums[item.as_usize()] += value;
        }
    }

    #[inline]
    fn is_touched(&self, item: ItemIx) -> bool {
        let (word, bit) = bit(item);
        self.counts[word] & bit != 0
    }

    /// The sum of an item; zero for one that was not touched.
    #[must_use]
    #[inline]
    pub fn get(&self, item: ItemIx) -> T {
        self.sums[item.as_usize()]
    }

    /// The number of touched items, those taken out included.
    pub(crate) fn n_touched(&self) -> usize {
        self.n_touched
    }

    /// Takes an item out, so that it is as if it had not been touched.
    pub fn remove(&mut self, item: ItemIx) {
        let (word, bit) = bit(item);
        self.counts[word] &= !bit;
        self.sums[item.as_usize()] = T::default();
    }

    /// The touched items with their sums, in order of touch; those taken out are left out, and one added again after that
    /// comes twice.
    pub fn touched(&self) -> impl Iterator<Item = (ItemIx, T)> {
        let items = self.touched[..self.n_touched].iter();
        items.filter(|&&item| self.is_touched(item)).map(|&item| (item, self.get(item)))
    }

    /// Gives every touched item once with its sum, in order of touch, those taken out left out, and clears.
    pub fn drain(&mut self, mut take: impl FnMut(ItemIx, T)) {
        for &item in &self.touched[..self.n_touched] {
            let (word, bit) = bit(item);
            let word = &mut self.counts[word];
            let sum = std::mem::take(&mut self.sums[item.as_usize()]);
            if *word & bit != 0 {
                *word &= !bit;
                take(item, sum);
            }
        }
        self.n_touched = 0;
    }

    /// Makes all items untouched.
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
    fn a_sum_that_comes_to_zero_is_one_like_any_other() {
        let mut scores = Scores::new(70);
        let item = ItemIx::new;
        for (at, value) in [(69, 1), (3, 0), (69, -1), (69, 0), (5, 2), (69, 4), (5, -2)] {
            scores.add(item(at), value);
        }
        scores.adjust(item(5), 7);
        scores.adjust(item(5), -7);
        assert_eq!(scores.n_touched(), 3);
        let expected = [(69, 4), (3, 0), (5, 0)];
        assert!(scores.touched().map(|(item, sum)| (item.as_u32(), sum)).eq(expected));
        let mut drained = Vec::new();
        scores.drain(|item, sum| drained.push((item.as_u32(), sum)));
        assert_eq!((drained.as_slice(), scores.n_touched()), (&expected[..], 0));
        scores.add(item(3), 0);
        assert_eq!(scores.touched().count(), 1);
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
