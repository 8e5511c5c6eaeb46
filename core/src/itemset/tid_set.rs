//! Sets of baskets: sorted lists where few of the baskets are in, bitmaps where many are.
//!
//! Baskets are numbered within the baskets of the first item of a prefix, so even small sets are mostly dense. Sets lie
//! end to end in a buffer that the miner uses as a stack; nothing here allocates once the buffer has grown.

/// A list longer than this many times the other is searched by galloping instead of walked.
const GALLOP: usize = 16;

/// Bitmaps are used up to this many words for each basket in the sets: a walk costs about that many times more for
/// each basket than the joint bits of a word do.
const WORDS_PER_TID: usize = 4;

/// How the sets of one class are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Sorted lists of baskets.
    Lists,
    /// A bit for each basket, in this many words.
    Bits(usize),
}

impl Form {
    /// The cheaper form of `n_sets` sets, with `n_tids` baskets in all, of a universe of `universe` baskets.
    pub(super) fn choose(n_sets: usize, n_tids: usize, universe: usize) -> Self {
        let words = universe.div_ceil(64);
        if n_sets * words <= WORDS_PER_TID * n_tids { Self::Bits(words) } else { Self::Lists }
    }
}

/// A buffer used as a stack: what is above the top is free to be written.
#[derive(Debug)]
pub(super) struct Stack<T> {
    values: Vec<T>,
    top: usize,
}

impl<T: Copy + Default> Stack<T> {
    pub(super) fn new() -> Self {
        Self { values: Vec::new(), top: 0 }
    }

    pub(super) fn top(&self) -> usize {
        self.top
    }

    /// Frees what is above a former top.
    pub(super) fn cut(&mut self, top: usize) {
        debug_assert!(top <= self.top);
        self.top = top;
    }

    /// Puts `n` values on top, all the default, and gives them.
    pub(super) fn push(&mut self, n: usize) -> &mut [T] {
        let start = self.top;
        self.reserve(n);
        self.top += n;
        let pushed = &mut self.values[start..start + n];
        pushed.fill(T::default());
        pushed
    }

    /// Lets `write` see all that is below the top, and write into a free space of `n` above it; [`Stack::keep`] puts
    /// what was written on top.
    #[inline]
    pub(super) fn write<R>(&mut self, n: usize, write: impl FnOnce(&[T], &mut [T]) -> R) -> R {
        self.reserve(n);
        let (below, free) = self.values.split_at_mut(self.top);
        write(below, &mut free[..n])
    }

    /// Keeps the first `n` values of the free space.
    pub(super) fn keep(&mut self, n: usize) {
        self.top += n;
    }

    pub(super) fn values(&self) -> &[T] {
        &self.values[..self.top]
    }

    pub(super) fn values_mut(&mut self) -> &mut [T] {
        &mut self.values[..self.top]
    }

    fn reserve(&mut self, n: usize) {
        if self.values.len() < self.top + n {
            self.values.resize((self.top + n).max(2 * self.values.len()), T::default());
        }
    }
}

/// Writes the joint bits of two bitmaps and counts them.
#[inline]
pub(super) fn and(a: &[u64], b: &[u64], joint: &mut [u64]) -> u32 {
    let mut count = 0;
    for ((joint, a), b) in joint.iter_mut().zip(a).zip(b) {
        *joint = a & b;
        count += joint.count_ones();
    }
    count
}

/// Sets a bit.
#[inline]
pub(super) fn set(bits: &mut [u64], tid: usize) {
    bits[tid / 64] |= 1 << (tid % 64);
}

/// Writes the positions of the bits set, rising, and gives their number.
#[allow(clippy::cast_possible_truncation, reason = "a basket's number fits u32")]
pub(super) fn to_list(bits: &[u64], list: &mut [u32]) -> usize {
    let mut n = 0;
    for (position, &word) in bits.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            list[n] = (position * 64) as u32 + rest.trailing_zeros();
            n += 1;
            rest &= rest - 1;
        }
    }
    n
}

/// Writes the joint baskets of two sorted lists and gives their number; may give up, with any number below `min`, once
/// `min` cannot be reached. The space must hold the shorter list.
pub(super) fn intersect(a: &[u32], b: &[u32], min: usize, joint: &mut [u32]) -> usize {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() / GALLOP > short.len() {
        gallop(short, long, min, joint)
    } else {
        merge(short, long, min, joint)
    }
}

fn merge(short: &[u32], long: &[u32], min: usize, joint: &mut [u32]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < short.len() && j < long.len() {
        if n + (short.len() - i) < min {
            return n;
        }
        let (x, y) = (short[i], long[j]);
        // Written always and kept only where equal: no branch to guess.
        joint[n] = x;
        n += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    n
}

fn gallop(short: &[u32], mut long: &[u32], min: usize, joint: &mut [u32]) -> usize {
    let mut n = 0;
    for (i, &x) in short.iter().enumerate() {
        if n + (short.len() - i) < min {
            return n;
        }
        let mut step = 1;
        while step < long.len() && long[step] < x {
            step *= 2;
        }
        let window = &long[..long.len().min(step + 1)];
        long = &long[window.partition_point(|&y| y < x)..];
        match long.first() {
            None => return n,
            Some(&y) if y == x => {
                joint[n] = x;
                n += 1;
            }
            Some(_) => {}
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set_of(max: u32, n: usize) -> impl Strategy<Value = Vec<u32>> {
        prop::collection::btree_set(0..max, 0..n).prop_map(|set| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn every_way_to_intersect_agrees(a in set_of(500, 12), b in set_of(500, 400), min in 0_usize..6) {
            let joint: Vec<u32> =
                a.iter().copied().collect::<BTreeSet<_>>().intersection(&b.iter().copied().collect()).copied().collect();
            let mut list = vec![0; a.len().min(b.len())];
            for way in [intersect, merge, gallop] {
                let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
                let n = way(short, long, min, &mut list);
                if joint.len() >= min {
                    prop_assert_eq!(&list[..n], &joint[..]);
                } else {
                    prop_assert!(n < min);
                }
            }
            let bits = |list: &[u32]| {
                let mut bits = vec![0; 8];
                list.iter().for_each(|&tid| set(&mut bits, tid as usize));
                bits
            };
            let mut both = vec![0; 8];
            prop_assert_eq!(and(&bits(&a), &bits(&b), &mut both) as usize, joint.len());
            let n = to_list(&both, &mut list);
            prop_assert_eq!(&list[..n], &joint[..]);
        }
    }

    #[test]
    fn dense_sets_are_bitmaps_and_sparse_ones_are_lists() {
        assert_eq!(Form::choose(10, 500, 1000), Form::Bits(16));
        assert_eq!(Form::choose(10, 30, 1000), Form::Lists);
        assert_eq!(Form::choose(0, 0, 0), Form::Bits(0));
    }

    #[test]
    fn a_stack_gives_zeroed_space_and_takes_it_back() {
        let mut stack: Stack<u32> = Stack::new();
        stack.push(2).fill(7);
        let n = stack.write(3, |below, free| {
            free[0] = below[0] + 1;
            1
        });
        stack.keep(n);
        assert_eq!(stack.values(), [7, 7, 8]);
        stack.cut(1);
        assert_eq!(stack.push(2), [0, 0]);
        assert_eq!(stack.values(), [7, 0, 0]);
    }
}
