//! Vectors that are written over before they are let go of.

use std::hint::black_box;
use std::ops::{Deref, DerefMut};

/// Values that tell of a customer: written over before their memory is let go of, also when they grow.
#[derive(Debug)]
pub(crate) struct Wiped<T: Copy + Default>(Vec<T>);

/// Numbers and ids in words.
pub(crate) type Words = Wiped<u32>;

impl<T: Copy + Default> Default for Wiped<T> {
    /// None.
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + Default> Wiped<T> {
    /// Makes room for some more.
    pub(crate) fn reserve(&mut self, n: usize) {
        let len = self.0.len() + n;
        if len > self.0.capacity() {
            let mut larger = Vec::with_capacity(len.max(2 * self.0.capacity()));
            larger.extend_from_slice(&self.0);
            *self = Self(larger);
        }
    }

    /// Appends a value.
    pub(crate) fn push(&mut self, value: T) {
        self.reserve(1);
        self.0.push(value);
    }

    /// Appends values, whose number is known before.
    pub(crate) fn extend(&mut self, values: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>) {
        let values = values.into_iter();
        self.reserve(values.len());
        self.0.extend(values);
    }

    /// Appends values that lie somewhere.
    pub(crate) fn extend_from_slice(&mut self, values: &[T]) {
        self.reserve(values.len());
        self.0.extend_from_slice(values);
    }

    /// Begins anew, in the same memory.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl<T: Copy + Default> Drop for Wiped<T> {
    fn drop(&mut self) {
        self.0.clear();
        self.0.resize(self.0.capacity(), T::default());
        black_box(&self.0);
    }
}

impl<T: Copy + Default> Deref for Wiped<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Copy + Default> DerefMut for Wiped<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// Writes over values that are about to be let go of.
pub(super) fn wipe<T: Copy>(values: &mut [T], with: T) {
    values.fill(with);
    black_box(values);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_stays_while_it_grows() {
        let mut words = Words::default();
        for at in 0..1_000 {
            words.push(at);
            words.extend([at, at]);
            words.extend_from_slice(&[at]);
        }
        assert_eq!(words.len(), 4_000);
        assert!((0..1_000_u32).zip(words.chunks(4)).all(|(at, same)| same == [at; 4]));
        words.clear();
        assert!(words.is_empty());
    }
}
