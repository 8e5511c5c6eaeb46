//! When and by whom something was bought or looked at: sorted entries whose versions share what they have in common.

use std::sync::Arc;

/// How many entries a chunk holds at most.
const CHUNK: usize = 256;

/// How many chunks a group holds at most.
const GROUP: usize = 16;

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
/// In chunks of at most 256, which stand in groups of at most 16; adding and removing copies one chunk, the row of chunks of its group and
/// the row of groups. No chunk and no group is empty. Most items have a single chunk, which needs no rows.
#[derive(Debug, Clone)]
pub(crate) struct Postings {
    rows: Rows,
    len: usize,
}

#[derive(Debug, Clone)]
enum Rows {
    One(Chunk),
    Many(Arc<[Group]>),
}

impl Default for Postings {
    fn default() -> Self {
        Self { rows: Rows::Many(Arc::default()), len: 0 }
    }
}

/// A row with some in the place of one.
fn replaced<T: Clone>(row: &[T], at: usize, with: impl IntoIterator<Item = T>) -> Vec<T> {
    row[..at].iter().cloned().chain(with).chain(row[at + 1..].iter().cloned()).collect()
}

fn last(group: &Group) -> Entry {
    last_of(&group[group.len() - 1])
}

fn last_of(chunk: &Chunk) -> Entry {
    chunk[chunk.len() - 1]
}

impl Rows {
    /// Of groups of which none is empty.
    fn of(groups: Arc<[Group]>) -> Self {
        match &*groups {
            [group] if group.len() == 1 => Self::One(Arc::clone(&group[0])),
            _ => Self::Many(groups),
        }
    }

    /// The chunk that an entry is in, or would be, and where it stands: its group and its place there; `None` where there are none.
    fn chunk_of(&self, entry: Entry) -> Option<(&Chunk, usize, usize)> {
        match self {
            Self::One(chunk) => Some((chunk, 0, 0)),
            Self::Many(groups) => {
                let at =
                    groups.partition_point(|group| last(group) < entry).min(groups.len().checked_sub(1)?);
                let chunks = &groups[at];
                let place = chunks.partition_point(|chunk| last_of(chunk) < entry).min(chunks.len() - 1);
                Some((&chunks[place], at, place))
            }
        }
    }

    /// Puts chunks in the place of one.
    fn put(&mut self, at: usize, place: usize, with: Vec<Chunk>) {
        let groups = match self {
            Self::One(_) => {
                *self = match &*with {
                    [chunk] => Self::One(Arc::clone(chunk)),
                    [] => Self::Many(Arc::default()),
                    _ => Self::Many([Group::from(with)].into()),
                };
                return;
            }
            Self::Many(groups) => groups,
        };
        let chunks = replaced(&groups[at], place, with);
        if chunks.len() > GROUP {
            // Behind the last of all a new group begins; elsewhere a full one is halved.
            let is_last = at + 1 == groups.len() && place + 2 >= chunks.len();
            let (left, right) = chunks.split_at(if is_last { GROUP } else { GROUP / 2 });
            *groups = replaced(groups, at, [Arc::from(left), Arc::from(right)]).into();
        } else {
            let chunks = Some(Group::from(chunks)).filter(|group| !group.is_empty());
            *self = Self::of(replaced(groups, at, chunks).into());
        }
    }

    /// The single chunk, and the groups of several.
    fn parts(&self) -> (&[Chunk], &[Group]) {
        match self {
            Self::One(chunk) => (std::slice::from_ref(chunk), &[]),
            Self::Many(groups) => (&[], groups),
        }
    }

    fn chunks(&self) -> impl DoubleEndedIterator<Item = &Chunk> {
        let (one, many) = self.parts();
        one.iter().chain(many.iter().flat_map(|group| group.iter()))
    }
}

impl Postings {
    /// From entries that rise.
    pub(crate) fn from_sorted(entries: &[Entry]) -> Self {
        let len = entries.len();
        if len > 0 && len <= CHUNK {
            return Self { rows: Rows::One(Arc::from(entries)), len };
        }
        let group = |chunks: &[Entry]| -> Group { chunks.chunks(CHUNK).map(Arc::from).collect() };
        Self { rows: Rows::Many(entries.chunks(CHUNK * GROUP).map(group).collect()), len }
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

    /// Takes an entry in; whether it was not there.
    pub(crate) fn insert(&mut self, entry: Entry) -> bool {
        let Some((chunk, group, at)) = self.rows.chunk_of(entry) else {
            *self = Self::from_sorted(&[entry]);
            return true;
        };
        let Err(place) = chunk.binary_search(&entry) else { return false };
        let with = if chunk.len() < CHUNK {
            vec![chunk[..place].iter().chain([&entry]).chain(&chunk[place..]).copied().collect()]
        } else {
            // Behind the last of all a new chunk begins; elsewhere a full one is halved.
            let is_last = place == CHUNK && self.last().is_some_and(|last| last < entry);
            let cut = if is_last { CHUNK } else { CHUNK / 2 };
            let (mut left, mut right) = (chunk[..cut].to_vec(), chunk[cut..].to_vec());
            match place.checked_sub(cut) {
                Some(place) => right.insert(place, entry),
                None => left.insert(place, entry),
            }
            vec![Arc::from(left), Arc::from(right)]
        };
        self.rows.put(group, at, with);
        self.len += 1;
        true
    }

    /// A word of what lies behind the handle.
    pub(crate) fn word(&self) -> u64 {
        match &self.rows {
            Rows::One(chunk) => chunk[0].0,
            Rows::Many(groups) => groups.first().map_or(0, |group| group.len() as u64),
        }
    }

    /// A word of all that is counted when an entry is put in or taken out.
    pub(crate) fn words_beside(&self, entry: Entry) -> u64 {
        let Rows::Many(groups) = &self.rows else { return 0 };
        let Some((chunk, at, _)) = self.rows.chunk_of(entry) else { return 0 };
        let beside = groups[at].iter().fold(chunk[chunk.len() / 2].0, |touched, chunk| touched ^ chunk[0].0);
        groups.iter().fold(beside, |touched, group| touched ^ group[0].len() as u64)
    }

    /// Takes an entry out; whether it was there.
    pub(crate) fn remove(&mut self, entry: Entry) -> bool {
        let Some((chunk, group, at)) = self.rows.chunk_of(entry) else { return false };
        let Ok(place) = chunk.binary_search(&entry) else { return false };
        let shrunk: Chunk = chunk[..place].iter().chain(&chunk[place + 1..]).copied().collect();
        self.rows.put(group, at, Some(shrunk).filter(|chunk| !chunk.is_empty()).into_iter().collect());
        self.len -= 1;
        true
    }

    fn last(&self) -> Option<Entry> {
        match &self.rows {
            Rows::One(chunk) => Some(last_of(chunk)),
            Rows::Many(groups) => Some(last(groups.last()?)),
        }
    }

    /// The entries, rising.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Entry> {
        self.rows.chunks().flat_map(|chunk| chunk.iter().copied())
    }

    /// The second of the last entry.
    pub(crate) fn last_second(&self) -> Option<u32> {
        Some(self.last()?.second())
    }

    /// Appends the latest entries, falling: at least `n` where there are as many, and with the last of these all of its second,
    /// so that what is taken does not depend on slots.
    pub(crate) fn latest(&self, n: usize, into: &mut Vec<Entry>) {
        let start = into.len();
        let is_done = |into: &[Entry], next: Entry| {
            into.len() >= start + n && into.last().is_none_or(|last| last.second() != next.second())
        };
        for chunk in self.rows.chunks().rev() {
            if is_done(into, last_of(chunk)) {
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

    /// Whether an entry of a second is, or would be, among the latest `n` (at least 1), with all of the second of the last of these; or
    /// whether there are no more than `k` beyond these.
    pub(crate) fn is_late(&self, second: u32, n: usize, k: usize) -> bool {
        let nth = |chunks: &mut dyn Iterator<Item = &Chunk>, n: usize, from_end: bool| {
            let mut left = n;
            for chunk in chunks {
                if left < chunk.len() {
                    return Some(chunk[if from_end { chunk.len() - 1 - left } else { left }].second());
                }
                left -= chunk.len();
            }
            None
        };
        let cut = nth(&mut self.rows.chunks().rev(), n - 1, true);
        let beyond = nth(&mut self.rows.chunks(), k, false);
        cut.zip(beyond).is_none_or(|(cut, beyond)| second >= cut || beyond >= cut)
    }

    /// Hands over the entries from a second on and before another, rising.
    pub(crate) fn between(&self, from: u32, until: u32) -> impl Iterator<Item = Entry> {
        let (one, many) = self.rows.parts();
        let first = many.partition_point(|group| last(group).second() < from);
        let chunks = one.iter().chain(many[first..].iter().flat_map(|group| group.iter()));
        let chunks = chunks.skip_while(move |chunk| last_of(chunk).second() < from);
        let entries = chunks.flat_map(|chunk| chunk.iter().copied());
        entries.skip_while(move |entry| entry.second() < from).take_while(move |entry| entry.second() < until)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::hint::black_box;

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
            assert!(postings.rows.chunks().all(|chunk| !chunk.is_empty() && chunk.len() <= CHUNK));
            let (_, many) = postings.rows.parts();
            assert!(many.iter().all(|group| !group.is_empty() && group.len() <= GROUP));
            assert!(many.len() != 1 || many[0].len() > 1);
            let (from, until) = (u32::try_from(spread / 12).unwrap(), u32::try_from(spread / 5).unwrap());
            let inside = set.iter().copied().filter(|entry| (from..until).contains(&entry.second()));
            assert!(postings.between(from, until).eq(inside));
        }
    }

    #[test]
    fn the_latest_are_cut_between_seconds() {
        let entries: Vec<Entry> = (0..4_000).map(entry).collect();
        let postings = Postings::from_sorted(&entries);
        for n in [0, 1, 2, 3, 4, 255, 256, 257, 1_600, 3_999, 4_000, 9_000] {
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
            for (second, k) in (0..1_400).zip((0..4_100).step_by(3)).filter(|_| n > 0) {
                let is_late = latest.last().is_none_or(|last| second >= last.second());
                let is_near = latest.len() + k >= entries.len();
                assert_eq!(postings.is_late(second, n, k), is_late || is_near, "{second} {n} {k}");
            }
        }
    }

    #[test]
    fn entries_that_come_in_order_fill_their_chunks() {
        let mut postings = Postings::default();
        let n = u32::try_from((GROUP + 8) * CHUNK).unwrap();
        (0..n).for_each(|value| assert!(postings.insert(entry(value))));
        assert!(postings.rows.chunks().all(|chunk| chunk.len() == CHUNK));
        let (_, many) = postings.rows.parts();
        assert_eq!(many.iter().map(|group| group.len()).collect::<Vec<_>>(), [GROUP, 8]);
    }

    #[test]
    fn chunks_and_groups_go_with_their_last_entries() {
        let n = u32::try_from((GROUP + 8) * CHUNK).unwrap();
        let mut random = Random::new(8, 0);
        let mut shuffled: Vec<u32> = (0..n).collect();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        for order in [(0..n).collect(), (0..n).rev().collect(), shuffled] {
            let entries: Vec<Entry> = (0..n).map(entry).collect();
            let mut postings = Postings::from_sorted(&entries);
            for (left, value) in (0..n as usize).rev().zip(order) {
                black_box(postings.words_beside(entry(value)) ^ postings.word());
                assert!(postings.remove(entry(value)) && !postings.remove(entry(value)));
                assert_eq!(postings.len(), left);
                let (one, many) = postings.rows.parts();
                assert!(one.iter().all(|chunk| !chunk.is_empty()));
                assert!(many.iter().all(|group| !group.is_empty()) && (many.len() != 1 || many[0].len() > 1));
            }
            assert_eq!((postings.last_second(), postings.rows.chunks().count()), (None, 0));
            assert!(postings.insert(entry(5)) && postings.rows.parts().0.len() == 1);
        }
    }
}
