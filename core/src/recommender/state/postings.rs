//! When and by whom something was bought or looked at: sorted entries whose versions share what they have in common.

use std::sync::Arc;

/// How many entries a chunk holds at most.
const CHUNK: usize = 512;

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

/// The entries of one item, rising, each once.
///
/// In chunks of at most 512; adding and removing copies one of them and the row of chunks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Postings {
    chunks: Arc<[Arc<[Entry]>]>,
}

impl Postings {
    /// From entries that rise.
    pub(crate) fn from_sorted(entries: &[Entry]) -> Self {
        Self { chunks: entries.chunks(CHUNK).map(Arc::from).collect() }
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
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    /// The chunk that an entry is in, or would be.
    fn chunk_of(&self, entry: Entry) -> usize {
        let last = self.chunks.len().saturating_sub(1);
        // New orders come last.
        match self.chunks.last() {
            Some(chunk) if chunk[0] <= entry => last,
            _ => self.chunks.partition_point(|chunk| chunk[chunk.len() - 1] < entry).min(last),
        }
    }

    /// Takes an entry in; whether it was not there.
    pub(crate) fn insert(&mut self, entry: Entry) -> bool {
        if self.chunks.is_empty() {
            self.chunks = Arc::from([Arc::from([entry])]);
            return true;
        }
        let at = self.chunk_of(entry);
        let chunk = &self.chunks[at];
        let Err(place) = chunk.binary_search(&entry) else { return false };
        if chunk.len() < CHUNK {
            let grown: Arc<[Entry]> =
                chunk[..place].iter().chain([&entry]).chain(&chunk[place..]).copied().collect();
            Arc::make_mut(&mut self.chunks)[at] = grown;
            return true;
        }
        // Behind the last of all a new chunk begins; elsewhere a full one is halved.
        let cut = if place == CHUNK && at + 1 == self.chunks.len() { CHUNK } else { CHUNK / 2 };
        let (mut left, mut right) = (chunk[..cut].to_vec(), chunk[cut..].to_vec());
        match place.checked_sub(cut) {
            Some(place) => right.insert(place, entry),
            None => left.insert(place, entry),
        }
        let halves = [Arc::from(left), Arc::from(right)];
        let (before, behind) = (&self.chunks[..at], &self.chunks[at + 1..]);
        self.chunks = before.iter().cloned().chain(halves).chain(behind.iter().cloned()).collect();
        true
    }

    /// Takes an entry out; whether it was there.
    pub(crate) fn remove(&mut self, entry: Entry) -> bool {
        if self.chunks.is_empty() {
            return false;
        }
        let at = self.chunk_of(entry);
        let chunk = &self.chunks[at];
        let Ok(place) = chunk.binary_search(&entry) else { return false };
        if chunk.len() == 1 {
            let left = self.chunks.iter().enumerate().filter(|&(chunk, _)| chunk != at);
            self.chunks = left.map(|(_, chunk)| Arc::clone(chunk)).collect();
        } else {
            let shrunk: Arc<[Entry]> = chunk[..place].iter().chain(&chunk[place + 1..]).copied().collect();
            Arc::make_mut(&mut self.chunks)[at] = shrunk;
        }
        true
    }

    /// The entries, rising.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Entry> {
        self.chunks.iter().flat_map(|chunk| chunk.iter().copied())
    }

    /// The second of the last entry.
    pub(crate) fn last_second(&self) -> Option<u32> {
        Some(self.chunks.last()?.last()?.second())
    }

    /// Appends the latest entries, falling: at least `n` where there are as many, and with the last of these all of its second,
    /// so that what is taken does not depend on slots.
    pub(crate) fn latest(&self, n: usize, into: &mut Vec<Entry>) {
        let start = into.len();
        for chunk in self.chunks.iter().rev() {
            let missing = (start + n).saturating_sub(into.len());
            if missing == 0 && into.last().is_none_or(|last| last.second() != chunk[chunk.len() - 1].second())
            {
                return;
            }
            if missing >= chunk.len() {
                into.extend(chunk.iter().rev());
                continue;
            }
            for &entry in chunk.iter().rev() {
                if into.len() >= start + n && into.last().is_none_or(|last| last.second() != entry.second()) {
                    return;
                }
                into.push(entry);
            }
        }
    }

    /// Hands over the entries from a second on and before another, rising.
    pub(crate) fn between(&self, from: u32, until: u32) -> impl Iterator<Item = Entry> {
        let first = self.chunks.partition_point(|chunk| chunk[chunk.len() - 1].second() < from);
        let chunks = self.chunks[first..].iter().flat_map(|chunk| chunk.iter().copied());
        chunks.skip_while(move |entry| entry.second() < from).take_while(move |entry| entry.second() < until)
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
            assert!(postings.chunks.iter().all(|chunk| !chunk.is_empty() && chunk.len() <= CHUNK));
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
        (0..2_048).for_each(|value| assert!(postings.insert(entry(value))));
        assert_eq!(postings.chunks.iter().map(|chunk| chunk.len()).collect::<Vec<_>>(), [CHUNK; 4]);
    }
}
