//! Reusable working memory for concurrent requests.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A store of working memory: a request takes a piece and brings it back, so memory grows with the number of requests at
/// the same time, not with the number of requests.
///
/// A clone begins empty, and all stores are equal: what is in them never shows in a result.
pub(crate) struct ScratchPool<T>(Mutex<Vec<T>>);

impl<T> ScratchPool<T> {
    /// Runs with a piece of working memory, a new one where none is free.
    pub(crate) fn with<R>(&self, new: impl FnOnce() -> T, run: impl FnOnce(&mut T) -> R) -> R {
        // Whoever panicked with the lock held only pushed or popped: the store is whole.
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = free.unwrap_or_else(new);
        let result = run(&mut scratch);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }
}

impl<T> Default for ScratchPool<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Clone for ScratchPool<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> PartialEq for ScratchPool<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> fmt::Debug for ScratchPool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScratchPool")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_brought_back_is_used_again() {
        let pool = ScratchPool::default();
        pool.with(Vec::new, |scratch: &mut Vec<u8>| scratch.push(1));
        let seen = pool.with(Vec::new, |scratch| pool.with(Vec::new, |inner| (scratch.len(), inner.len())));
        assert_eq!(seen, (1, 0));
    }
}
