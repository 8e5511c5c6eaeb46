//! When and by whom something was bought or looked at: sorted entries whose versions share what they have in common.

use std::sync::Arc;

/// How many entries a chunk holds at most.
const CHUNK: usize = 512;

/// How many chunks a group holds at most.
const GROUP: usize = 32;

/// An entry: seconds since 1970 above, the slot of the owner below, so that order is that of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry(u64);

impl Entry {
    pub(crate) const fn new(second: u32, owner: u32) -> Self {
        Self((second as u64) << 32 | owner as u64)
    }

    #[allow(clippy::cast_possible_truncation, reason = "the upper half")]
    pub(crate) const fn second(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[allow(clippy::cast_possible_truncation, reason = "the lower half")]
    pub(crate) const fn owner(self) -> u32 {
        self.0 as u32
    }
}

type Chunk = Arc<[Entry]>;
type Group = Arc<[Chunk]>;

/// The entries of one item, rising, each once.
///
/// In chunks of at most 512, which stand in groups of at most 32; adding and removing copies one chunk, the row of chunks of its group and
/// the row of groups. No chunk and no group is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Postings {
    groups: Arc<[Group]>,
    len: usize,
}

/// A row with some in the place of one.
fn replaced<T: Clone>(row: &[T], at: usize, with: impl IntoIterator<Item = T>) -> Vec<T> {
    row[..at].iter().cloned().chain(with).chain(row[at + 1..].iter().cloned()).collect()
}

fn last(group: &Group) -> Entry {
    let chunk = &group[group.len() - 1];
    chunk[chunk.len() - 1]
}

impl Postings {
    /// From entries that rise.
    pub(crate) fn from_sorted(entries: &[Entry]) -> Self {
        let group = |chunks: &[Entry]| -> Group { chunks.chunks(CHUNK).map(Arc::from).collect() };
        Self { groups: entries.chunks(CHUNK * GROUP).map(group).collect(), len: entries.len() }
    }

    /// From entries that do not fall; equal ones are one.
    pub(crate) fn from_sorted_with_doubles(entries: &mut [Entry]) -> Self {
        let mut n = 0;
        for at in 0..entries.len() {
            if n == 0 || entries[n - 1] != entries[at] {
                entries[n] = entries[at];
                n += 1;
            }
        }
        Self::from_sorted(&entries[..n])
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The group and the chunk that an entry is in, or would be; there is one at least.
    fn place_of(&self, entry: Entry) -> (usize, usize) {
        let at = self.groups.partition_point(|group| last(group) < entry).min(self.groups.len() - 1);
        let chunks = &self.groups[at];
        let chunk = chunks.partition_point(|chunk| chunk[chunk.len() - 1] < entry).min(chunks.len() - 1);
        (at, chunk)
    }

    /// Puts chunks in the place of one.
    fn put(&mut self, at: usize, chunk: usize, with: impl IntoIterator<Item = Chunk>) {
        let chunks = replaced(&self.groups[at], chunk, with);
        if chunks.is_empty() {
            self.groups = replaced(&self.groups, at, []).into();
        } else if chunks.len() > GROUP {
            // Behind the last of all a new group begins; elsewhere a full one is halved.
            let is_last = at + 1 == self.groups.len() && chunk + 2 >= chunks.len();
            let (left, right) = chunks.split_at(if is_last { GROUP } else { GROUP / 2 });
            self.groups = replaced(&self.groups, at, [Arc::from(left), Arc::from(right)]).into();
        } else {
            Arc::make_mut(&mut self.groups)[at] = chunks.into();
        }
    }

    /// Takes an entry in; whether it was not there.
    pub(crate) fn insert(&mut self, entry: Entry) -> bool {
        if self.groups.is_empty() {
            *self = Self::from_sorted(&[entry]);
            return true;
        }
        let (group, at) = self.place_of(entry);
        let chunk = Arc::clone(&self.groups[group][at]);
        let Err(place) = chunk.binary_search(&entry) else { return false };
        self.len += 1;
        if chunk.len() < CHUNK {
            let grown = chunk[..place].iter().chain([&entry]).chain(&chunk[place..]).copied().collect();
            self.put(group, at, [grown]);
            return true;
        }
        let is_last = group + 1 == self.groups.len() && at + 1 == self.groups[group].len();
        let cut = if place == CHUNK && is_last { CHUNK } else { CHUNK / 2 };
        let (mut left, mut right) = (chunk[..cut].to_vec(), chunk[cut..].to_vec());
        match place.checked_sub(cut) {
            Some(place) => right.insert(place, entry),
            None => left.insert(place, entry),
        }
        self.put(group, at, [Arc::from(left), Arc::from(right)]);
        true
    }

    /// Takes an entry out; whether it was there.
    pub(crate) fn remove(&mut self, entry: Entry) -> bool {
        if self.groups.is_empty() {
            return false;
        }
        let (group, at) = self.place_of(entry);
        let chunk = Arc::clone(&self.groups[group][at]);
        let Ok(place) = chunk.binary_search(&entry) else { return false };
        self.len -= 1;
        let shrunk: Chunk = chunk[..place].iter().chain(&chunk[place + 1..]).copied().collect();
        self.put(group, at, Some(shrunk).filter(|chunk| !chunk.is_empty()));
        true
    }

    fn chunks(&self) -> impl DoubleEndedIterator<Item = &Chunk> {
        self.groups.iter().flat_map(|group| group.iter())
    }

    /// The entries, rising.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Entry> {
        self.chunks().flat_map(|chunk| chunk.iter().copied())
    }

    /// The second of the last entry.
    pub(crate) fn last_second(&self) -> Option<u32> {
        Some(last(self.groups.last()?).second())
    }

    /// Appends the latest entries, falling: at least `n` where there are as many, and with the last of these all of its second,
    /// so that what is taken does not depend on slots.
    pub(crate) fn latest(&self, n: usize, into: &mut Vec<Entry>) {
        let start = into.len();
        let is_done = |into: &[Entry], next: Entry| {
            into.len() >= start + n && into.last().is_none_or(|last| last.second() != next.second())
        };
        for chunk in self.chunks().rev() {
            if is_done(into, chunk[chunk.len() - 1]) {
                return;
            }
            if start + n >= into.len() + chunk.len() {
                into.extend(chunk.iter().rev());
                continue;
            }
            for &entry in chunk.iter().rev() {
                if is_done(into, entry) {
                    return;
                }
                into.push(entry);
            }
        }
    }

    /// Hands over the entries from a second on and before another, rising.
    pub(crate) fn between(&self, from: u32, until: u32) -> impl Iterator<Item = Entry> {
        let first = self.groups.partition_point(|group| last(group).second() < from);
        let chunks = self.groups[first..].iter().flat_map(|group| group.iter());
        let chunks = chunks.skip_while(move |chunk| chunk[chunk.len() - 1].second() < from);
        let entries = chunks.flat_map(|chunk| chunk.iter().copied());
        entries.skip_while(move |entry| entry.second() < from).take_while(move |entry| entry.second() < until)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::random::Random;

    fn entry(value: u32) -> Entry {
        Entry::new(value / 3, value % 3)
    }

    #[test]
    fn it_is_the_sorted_set_that_it_stands_for() {
        let mut random = Random::new(3, 0);
        for spread in [40_usize, 3_000, 1 << 20] {
            let (mut postings, mut set) = (Postings::default(), BTreeSet::new());
            for step in 0..8_000 {
                let value = entry(u32::try_from(random.below(spread)).unwrap());
                if step % 3 == 2 {
                    assert_eq!(postings.remove(value), set.remove(&value));
                } else {
                    assert_eq!(postings.insert(value), set.insert(value));
                }
            }
            assert_eq!(postings.len(), set.len());
            assert!(postings.iter().eq(set.iter().copied()));
            assert!(postings.chunks().all(|chunk| !chunk.is_empty() && chunk.len() <= CHUNK));
            assert!(postings.groups.iter().all(|group| !group.is_empty() && group.len() <= GROUP));
            let (from, until) = (u32::try_from(spread / 12).unwrap(), u32::try_from(spread / 5).unwrap());
            let inside = set.iter().copied().filter(|entry| (from..until).contains(&entry.second()));
            assert!(postings.between(from, until).eq(inside));
        }
    }

    #[test]
    fn the_latest_are_cut_between_seconds() {
        let entries: Vec<Entry> = (0..4_000).map(entry).collect();
        let postings = Postings::from_sorted(&entries);
        for n in [0, 1, 2, 3, 4, 511, 512, 513, 1_600, 3_999, 4_000, 9_000] {
            let mut latest = Vec::new();
            postings.latest(n, &mut latest);
            let least = entries.len().saturating_sub(n);
            let cut = if n == 0 {
                4_000
            } else {
                entries.partition_point(|e| e.second() < entries[least.min(3_999)].second())
            };
            let expected: Vec<Entry> = entries[cut..].iter().rev().copied().collect();
            assert_eq!(latest, expected, "{n}");
        }
    }

    #[test]
    fn entries_that_come_in_order_fill_their_chunks() {
        let mut postings = Postings::default();
        (0..40 * 512).for_each(|value| assert!(postings.insert(entry(value))));
        assert!(postings.chunks().all(|chunk| chunk.len() == CHUNK));
        assert_eq!(postings.groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [GROUP, 8]);
    }
}
