//! The best k of many: the only selection of the crate.

/// Keeps the `k` greatest of the values pushed, by `Ord`.
///
/// A buffer of `2 k` is cut to its better half by quickselect whenever it is full, so a push costs amortised constant
/// time, and most pushes of a long stream end at one comparison with the k-th best so far. Extra space: `2 k` values.
#[derive(Debug, Clone)]
pub struct TopK<T> {
    k: usize,
    buffer: Vec<T>,
    /// The k-th best of what was cut so far: what is not above it cannot be among the best.
    floor: Option<T>,
}

impl<T: Ord + Copy> TopK<T> {
    /// An empty selection of at most `k` values.
    #[must_use]
    pub fn new(k: usize) -> Self {
        Self { k, buffer: Vec::with_capacity(k.saturating_mul(2).min(1 << 16)), floor: None }
    }

    /// How many are selected at most.
    #[must_use]
    pub fn k(&self) -> usize {
        self.k
    }

    /// Begins anew, with another `k`; the memory stays.
    pub fn reset(&mut self, k: usize) {
        (self.k, self.floor) = (k, None);
        self.buffer.clear();
    }

    /// Takes part in the selection.
    #[inline]
    pub fn push(&mut self, value: T) {
        if self.k == 0 || self.floor.is_some_and(|floor| value <= floor) {
            return;
        }
        self.buffer.push(value);
        if self.buffer.len() >= self.k.saturating_mul(2) {
            self.cut();
        }
    }

    /// Takes part in the selection without a look at what is known of it: for some multiples of `k` at most, which are all kept
    /// until the selection is read or pushed to.
    #[inline(always)]
    pub(crate) fn push_unseen(&mut self, value: T) {
        self.buffer.push(value);
    }

    /// What a value must be above to be selected, as far as is known yet.
    #[inline]
    pub fn floor(&self) -> Option<T> {
        self.floor
    }

    /// The selected values, greatest first; the selection is empty afterwards and its memory stays.
    pub fn drain_sorted(&mut self) -> std::vec::Drain<'_, T> {
        self.cut();
        self.floor = None;
        self.buffer.sort_unstable_by(|a, b| b.cmp(a));
        self.buffer.drain(..)
    }

    /// The selected values in no particular order; the selection is empty afterwards and its memory stays.
    pub fn drain(&mut self) -> std::vec::Drain<'_, T> {
        self.cut();
        self.floor = None;
        self.buffer.drain(..)
    }

    fn cut(&mut self) {
        if self.k == 0 {
            self.buffer.clear();
        } else if self.buffer.len() > self.k {
            self.buffer.select_nth_unstable_by(self.k - 1, |a, b| b.cmp(a));
            self.buffer.truncate(self.k);
            self.floor = Some(self.buffer[self.k - 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_selection_is_the_head_of_the_sorted_values(
            values in prop::collection::vec(0_u32..50, 0..300), k in 0_usize..20,
        ) {
            let mut top = TopK::new(k);
            values.iter().for_each(|&value| top.push(value));
            let mut sorted = values.clone();
            sorted.sort_unstable_by(|a, b| b.cmp(a));
            sorted.truncate(k);
            prop_assert_eq!(&top.drain_sorted().collect::<Vec<_>>(), &sorted);
            prop_assert_eq!(top.drain_sorted().count(), 0);
            values.iter().for_each(|&value| top.push_unseen(value));
            prop_assert_eq!(&top.drain_sorted().collect::<Vec<_>>(), &sorted);
            values.iter().for_each(|&value| top.push(value));
            let mut drained: Vec<u32> = top.drain().collect();
            drained.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(drained, sorted);
        }
    }

    #[test]
    fn a_selection_can_be_used_again() {
        let mut top = TopK::new(2);
        for round in 0..3 {
            (0..10).for_each(|value| top.push(value + round));
            assert_eq!(top.drain_sorted().collect::<Vec<_>>(), [9 + round, 8 + round]);
        }
    }
}
