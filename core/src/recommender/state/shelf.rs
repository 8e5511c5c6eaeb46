//! Items by how many bought them, kept in order while counts change.

use std::cmp::Ordering;
use std::sync::Arc;

use super::items::Items;
use super::paged::Numbers;

/// How many items may stand outside of the order before they are put into it.
const MAX_MOVED: usize = 1_024;

/// The customers of each item, of everybody or of a segment, and the items by these.
///
/// Items whose count changed stand apart, in an order of their own, until they are many; a reader sees one order.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    counts: Numbers<u32>,
    /// By count, falling, then by id; what has moved since is passed over.
    order: Arc<[u32]>,
    /// What has moved, by its count now.
    moved: Arc<Vec<u32>>,
    /// A bit for each item that has.
    is_moved: Arc<[u64]>,
    /// The customers that are counted.
    n_customers: u32,
}

impl Shelf {
    pub(crate) fn new(counts: Vec<u32>, n_customers: u32, items: &Items) -> Self {
        let mut order = items.sorted();
        order.sort_by_key(|&item| std::cmp::Reverse(counts[item as usize]));
        let is_moved = Arc::from(vec![0; counts.len().div_ceil(64)]);
        let counts = counts.into_iter().collect();
        Self { counts, order: order.into(), moved: Arc::default(), is_moved, n_customers }
    }

    /// How many bought an item.
    #[inline]
    pub(crate) fn count(&self, item: u32) -> u32 {
        *self.counts.get(item as usize)
    }

    /// How many customers are counted.
    pub(crate) fn n_customers(&self) -> u32 {
        self.n_customers
    }

    fn is_moved(&self, item: u32) -> bool {
        self.is_moved[item as usize / 64] >> (item % 64) & 1 == 1
    }

    fn compare(&self, items: &Items, a: u32, b: u32) -> Ordering {
        self.count(b).cmp(&self.count(a)).then_with(|| items.compare(a, b))
    }

    /// Makes room for items added.
    pub(crate) fn grow(&mut self, items: &Items) {
        let added: Vec<u32> = (0..items.n_slots()).skip(self.counts.len()).collect();
        if added.is_empty() {
            return;
        }
        added.iter().for_each(|_| self.counts.push(0));
        let mut bits = self.is_moved.to_vec();
        bits.resize(items.len().div_ceil(64), 0);
        self.is_moved = bits.into();
        self.set_moved(&added, items);
    }

    /// Counts customers more or fewer.
    pub(crate) fn change(&mut self, customers: i64, changes: &[(u32, i64)], items: &Items) {
        self.n_customers = shifted(self.n_customers, customers);
        for &(item, change) in changes {
            let count = self.counts.get_mut(item as usize);
            *count = shifted(*count, change);
        }
        let changed: Vec<u32> = changes.iter().map(|&(item, _)| item).collect();
        self.set_moved(&changed, items);
    }

    fn set_moved(&mut self, changed: &[u32], items: &Items) {
        if changed.is_empty() {
            return;
        }
        let mut changed = changed.to_vec();
        changed.sort_unstable();
        changed.dedup();
        let again = changed.iter().any(|&item| self.is_moved(item));
        let bits = Arc::make_mut(&mut self.is_moved);
        changed.iter().for_each(|&item| bits[item as usize / 64] |= 1 << (item % 64));
        let mut moved = Vec::with_capacity(self.moved.len() + changed.len());
        let stays = |item: &u32| !again || changed.binary_search(item).is_err();
        moved.extend(self.moved.iter().copied().filter(stays));
        for item in changed {
            let place = moved.partition_point(|&other| self.compare(items, other, item) == Ordering::Less);
            moved.insert(place, item);
        }
        self.moved = Arc::new(moved);
        if self.moved.len() > MAX_MOVED {
            self.order = self.descending(items).map(|(item, _)| item).collect();
            self.moved = Arc::default();
            Arc::make_mut(&mut self.is_moved).fill(0);
        }
    }

    /// Items and counts, by count, falling, then by id.
    pub(crate) fn descending<'a>(&'a self, items: &'a Items) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let mut kept = self.order.iter().copied().filter(|&item| !self.is_moved(item)).peekable();
        let mut moved = self.moved.iter().copied().peekable();
        std::iter::from_fn(move || {
            let item = match (kept.peek(), moved.peek()) {
                (Some(&a), Some(&b)) if self.compare(items, a, b) == Ordering::Less => kept.next(),
                (_, Some(_)) => moved.next(),
                (_, None) => kept.next(),
            }?;
            Some((item, self.count(item)))
        })
    }
}

/// A count after a change that cannot take it below zero or beyond its type.
pub(super) fn shifted(count: u32, change: i64) -> u32 {
    u32::try_from(i64::from(count) + change).expect("what is taken off a count was counted before")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Vocabulary;
    use crate::random::Random;

    #[test]
    fn the_order_follows_the_counts() {
        let mut items =
            Items::new(Vocabulary::from_sorted_ints((0..3_000).map(|id| 2 * id).collect()).unwrap());
        let mut random = Random::new(5, 0);
        let mut counts: Vec<u32> = (0..3_000).map(|_| u32::try_from(random.below(50)).unwrap()).collect();
        let mut shelf = Shelf::new(counts.clone(), 9, &items);
        for step in 0..300 {
            if step % 50 == 7 {
                items.find_or_add((2 * i64::from(step) + 1).into()).unwrap();
                shelf.grow(&items);
                counts.push(0);
            }
            let mut changes: Vec<(u32, i64)> = Vec::new();
            for _ in 0..12 {
                let item = u32::try_from(random.below(counts.len())).unwrap();
                if changes.iter().all(|&(other, _)| other != item) {
                    let change = if counts[item as usize] > 0 && random.below(2) == 0 { -1 } else { 2 };
                    counts[item as usize] = shifted(counts[item as usize], change);
                    changes.push((item, change));
                }
            }
            shelf.change(0, &changes, &items);
            let mut expected: Vec<u32> = items.sorted();
            expected.sort_by_key(|&item| std::cmp::Reverse(counts[item as usize]));
            let found: Vec<u32> = shelf.descending(&items).map(|(item, _)| item).collect();
            assert_eq!(found, expected, "{step}");
        }
    }
}
