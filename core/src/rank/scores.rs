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
    /// By item, whether it was touched and its sum is zero all the same; and how many these are, mostly none.
    zeros: Vec<u64>,
    n_zeros: usize,
    /// Room for what is touched; an item taken out and added again stands there more than once.
    touched: Vec<ItemIx>,
    n_touched: usize,
}

/// Where the bit of an item is: the word, and the bit in it.
fn bit(item: ItemIx) -> (usize, u64) {
    (item.as_usize() / 64, 1 << (item.as_u32() % 64))
}

impl<T: Copy + Default + AddAssign + PartialEq> Scores<T> {
    /// Nothing touched of `n_items` items.
    #[must_use]
    pub fn new(n_items: usize) -> Self {
        Self {
            sums: vec![T::default(); n_items],
            zeros: vec![0; n_items.div_ceil(64)],
            n_zeros: 0,
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
        let sum = &mut self.sums[item.as_usize()];
        let was_zero = *sum == T::default();
        *sum += value;
        let is_zero = *sum == T::default();
        // Written always and kept only where new: no branch to guess.
        self.touched[self.n_touched] = item;
        self.n_touched += usize::from(was_zero);
        if is_zero || self.n_zeros > 0 {
            self.mark(item, was_zero, is_zero);
        }
    }

    /// After an addition to an item where there are sums of zero: whether its sum was, and is.
    #[cold]
    fn mark(&mut self, item: ItemIx, was_zero: bool, is_zero: bool) {
        let was_marked = self.is_marked(item);
        // It stands among the touched ones already.
        self.n_touched -= usize::from(was_zero && was_marked);
        if was_marked != is_zero {
            self.turn(item);
        }
    }

    fn is_marked(&self, item: ItemIx) -> bool {
        let (word, bit) = bit(item);
        self.n_zeros > 0 && self.zeros[word] & bit != 0
    }

    /// Marks an item that is not marked, or the other way round.
    fn turn(&mut self, item: ItemIx) {
        let (word, bit) = bit(item);
        self.zeros[word] ^= bit;
        if self.zeros[word] & bit == 0 {
            self.n_zeros -= 1;
        } else {
            self.n_zeros += 1;
        }
    }

    /// Adds to the sum of an item that was touched; others stay untouched.
    #[inline]
    pub fn adjust(&mut self, item: ItemIx, value: T) {
        if self.is_touched(item) {
            self.add(item, value);
        }
    }

    #[inline]
    fn is_touched(&self, item: ItemIx) -> bool {
        self.get(item) != T::default() || self.is_marked(item)
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
        self.sums[item.as_usize()] = T::default();
        if self.is_marked(item) {
            self.turn(item);
        }
    }

    /// The touched items with their sums, in order of touch; those taken out are left out, and one added again after that
    /// comes twice.
    pub fn touched(&self) -> impl Iterator<Item = (ItemIx, T)> {
        let items = self.touched[..self.n_touched].iter();
        items
            .map(|&item| (item, self.get(item)))
            .filter(|&(item, sum)| sum != T::default() || self.is_marked(item))
    }

    /// Gives every touched item once with its sum, in order of touch, those taken out left out, and clears.
    pub fn drain(&mut self, mut take: impl FnMut(ItemIx, T)) {
        for place in 0..self.n_touched {
            let item = self.touched[place];
            let sum = std::mem::take(&mut self.sums[item.as_usize()]);
            if sum != T::default() {
                take(item, sum);
            } else if self.is_marked(item) {
                self.turn(item);
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
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_a_map(steps in prop::collection::vec((0_usize..70, -2_i32..3, 0_u8..8), 0..200)) {
            let (mut scores, mut expected) = (Scores::new(70), BTreeMap::<usize, i32>::new());
            for (item, value, step) in steps {
                let at = ItemIx::new(item);
                match step {
                    0 => { scores.remove(at); expected.remove(&item); }
                    1 => { scores.adjust(at, value); expected.entry(item).and_modify(|sum| *sum += value); }
                    _ => { scores.add(at, value); *expected.entry(item).or_default() += value; }
                }
            }
            let all: BTreeMap<usize, i32> = scores.touched().map(|(item, sum)| (item.as_usize(), sum)).collect();
            prop_assert_eq!(&all, &expected);
            let mut drained = Vec::new();
            scores.drain(|item, sum| drained.push((item.as_usize(), sum)));
            prop_assert_eq!(drained.len(), expected.len());
            prop_assert_eq!(drained.into_iter().collect::<BTreeMap<_, _>>(), expected);
            prop_assert_eq!((scores.n_zeros, scores.n_touched(), scores.zeros.iter().all(|&word| word == 0)), (0, 0, true));
        }
    }

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
