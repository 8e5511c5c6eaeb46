//! A vector whose versions share what they have in common.

use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

type Leaf<T> = Arc<[T]>;
type Node<T> = Arc<[Leaf<T>]>;
type Branch<T> = Arc<[Node<T>]>;

/// How many nodes a branch has.
const NODES: usize = 16;

/// A vector in leaves of `LEAF` values below nodes of `FAN` leaves below branches of 16 nodes.
///
/// A clone costs nothing and keeps its values whatever becomes of the other; a change copies one leaf, one node, one branch and the row
/// of branches, unless nobody else has them. Reading takes four steps of memory, of which the first two are short and mostly near. Values that are plain numbers have large leaves, which are copied
/// in one go; handles of others small ones, since each is counted when it is copied.
pub(crate) struct PagedVec<T, const LEAF: usize, const FAN: usize> {
    branches: Arc<[Branch<T>]>,
    len: usize,
}

/// For plain numbers.
pub(crate) type Numbers<T> = PagedVec<T, 128, 64>;

/// For handles of what lies elsewhere.
pub(crate) type Handles<T> = PagedVec<T, 8, 16>;

impl<T, const LEAF: usize, const FAN: usize> Clone for PagedVec<T, LEAF, FAN> {
    fn clone(&self) -> Self {
        Self { branches: Arc::clone(&self.branches), len: self.len }
    }
}

impl<T, const LEAF: usize, const FAN: usize> fmt::Debug for PagedVec<T, LEAF, FAN> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PagedVec").field("len", &self.len).finish_non_exhaustive()
    }
}

impl<T, const LEAF: usize, const FAN: usize> Default for PagedVec<T, LEAF, FAN> {
    fn default() -> Self {
        Self { branches: Arc::default(), len: 0 }
    }
}

impl<T: Clone + Default, const LEAF: usize, const FAN: usize> FromIterator<T> for PagedVec<T, LEAF, FAN> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut values = values.into_iter();
        let (mut branches, mut nodes, mut len) = (Vec::new(), Vec::with_capacity(NODES), 0);
        loop {
            let mut leaves: Vec<Leaf<T>> = Vec::with_capacity(FAN);
            while leaves.len() < FAN {
                let mut leaf: Vec<T> = Vec::with_capacity(LEAF);
                leaf.extend(values.by_ref().take(LEAF));
                if leaf.is_empty() {
                    break;
                }
                len += leaf.len();
                leaf.resize_with(LEAF, T::default);
                leaves.push(leaf.into());
            }
            let is_last = leaves.len() < FAN;
            if !leaves.is_empty() {
                nodes.push(leaves.into());
            }
            if nodes.len() == NODES || (is_last && !nodes.is_empty()) {
                branches.push(nodes.drain(..).collect());
            }
            if is_last {
                return Self { branches: branches.into(), len };
            }
        }
    }
}

impl<T, const LEAF: usize, const FAN: usize> PagedVec<T, LEAF, FAN> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn node(&self, at: usize) -> &Node<T> {
        &self.branches[at / (LEAF * FAN * NODES)][at / (LEAF * FAN) % NODES]
    }

    /// The value at a place below the length.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> &T {
        &self.node(at)[at / LEAF % FAN][at % LEAF]
    }

    /// Reads a word beside all that is counted when some places are changed, in loops of nothing else, so that the memory of many is on its
    /// way at a time: counting itself takes one after the other. `own` reads a word of a value, `behind` one of what it is a handle of.
    pub(crate) fn touch(
        &self,
        places: impl Iterator<Item = usize>,
        own: impl Fn(&T) -> u64,
        behind: impl Fn(&T) -> u64,
    ) {
        let mut touched = 0;
        for at in places {
            let node = self.node(at);
            touched ^= node.iter().fold(0, |touched, leaf| touched ^ own(&leaf[0]));
            touched ^= node[at / LEAF % FAN].iter().fold(0, |touched, value| touched ^ behind(value));
        }
        black_box(touched);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let nodes = self.branches.iter().flat_map(|branch| branch.iter());
        nodes.flat_map(|node| node.iter()).flat_map(|leaf| leaf.iter()).take(self.len)
    }
}

impl<T: Clone + Default, const LEAF: usize, const FAN: usize> PagedVec<T, LEAF, FAN> {
    /// The value at a place below the length, to change: in this version only.
    pub(crate) fn get_mut(&mut self, at: usize) -> &mut T {
        let branch = &mut Arc::make_mut(&mut self.branches)[at / (LEAF * FAN * NODES)];
        let node = &mut Arc::make_mut(branch)[at / (LEAF * FAN) % NODES];
        &mut Arc::make_mut(&mut Arc::make_mut(node)[at / LEAF % FAN])[at % LEAF]
    }

    /// Puts a value behind the last.
    pub(crate) fn push(&mut self, value: T) {
        let leaf = || -> Leaf<T> { std::iter::repeat_with(T::default).take(LEAF).collect() };
        let node = || -> Node<T> { Arc::from([leaf()]) };
        if self.len.is_multiple_of(LEAF * FAN * NODES) {
            self.branches = with(&self.branches, Arc::from([node()]));
        } else if self.len.is_multiple_of(LEAF) {
            let branch = Arc::make_mut(&mut self.branches).last_mut().expect("a branch was begun");
            if self.len.is_multiple_of(LEAF * FAN) {
                *branch = with(branch, node());
            } else {
                let last = Arc::make_mut(branch).last_mut().expect("a node was begun");
                *last = with(last, leaf());
            }
        }
        self.len += 1;
        *self.get_mut(self.len - 1) = value;
    }
}

/// A row with one more behind it.
fn with<T: Clone>(row: &[T], last: T) -> Arc<[T]> {
    row.iter().cloned().chain([last]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_keeps_its_values_when_another_changes() {
        let mut vector: PagedVec<u32, 32, 32> = (0..5_000).collect();
        let before = vector.clone();
        *vector.get_mut(4_999) = 7;
        *vector.get_mut(0) = 9;
        vector.push(11);
        assert_eq!((*before.get(0), *before.get(4_999), before.len()), (0, 4_999, 5_000));
        assert_eq!((*vector.get(0), *vector.get(4_999), *vector.get(5_000)), (9, 7, 11));
        assert_eq!(vector.get(77), before.get(77));
    }

    #[test]
    fn any_length_is_read_back_as_it_was_collected_or_pushed() {
        for n in [0, 1, 31, 32, 33, 1_023, 1_024, 1_025, 3_000, 16_383, 16_384, 16_385, 40_000] {
            let collected: PagedVec<u32, 32, 32> = (0..n).collect();
            let mut pushed = PagedVec::<u32, 32, 32>::default();
            (0..n).for_each(|value| pushed.push(value));
            let values: Vec<u32> = (0..n).collect();
            assert_eq!(collected.iter().copied().collect::<Vec<_>>(), values);
            assert_eq!(pushed.iter().copied().collect::<Vec<_>>(), values);
            assert!((0..n).all(|at| *pushed.get(at as usize) == at), "{n}");
        }
    }
}
