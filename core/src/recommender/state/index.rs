//! From ids to slots: a hash table whose versions share what they have in common.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::paged::PagedVec;
use crate::data::IdRef;

/// Places in a bucket: one line of memory.
const WIDTH: usize = 8;

/// How full buckets are on average before there are twice as many.
const FULL: usize = 5;

/// Nothing was ever here; a search ends.
const EMPTY: u64 = 0;

/// Something was here; a search goes on.
const GONE: u64 = 1;

/// What marks a place as taken, so that no entry looks like one of the above.
const TAKEN: u64 = 1 << 63;

type Bucket = [u64; WIDTH];

/// Slots by the hash of an id; whose id a slot is, is asked of whoever keeps them.
///
/// An entry is 31 bits of the hash and the slot. What does not fit into its bucket stands in the next.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    buckets: PagedVec<Bucket, 32, 32>,
    len: usize,
    /// Entries and marks of entries gone.
    used: usize,
}

/// The hash of an id; `salt` keeps ids of two roles apart.
pub(crate) fn hash_id(id: IdRef<'_>, salt: u64) -> u64 {
    let hasher = FixedState::with_seed(salt);
    match id {
        IdRef::Int(value) => hasher.hash_one(value),
        IdRef::Str(text) => hasher.hash_one(text),
    }
}

const fn entry(hash: u64, slot: u32) -> u64 {
    TAKEN | (hash & 0x7fff_ffff_0000_0000) | slot as u64
}

#[allow(clippy::cast_possible_truncation, reason = "the lower half")]
const fn slot_of(entry: u64) -> u32 {
    entry as u32
}

/// The bucket that a hash is looked for in first.
#[allow(clippy::cast_possible_truncation, reason = "a table of more buckets does not fit into memory")]
const fn home(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}

const fn same_hash(entry: u64, hash: u64) -> bool {
    (entry ^ hash) & 0x7fff_ffff_0000_0000 == 0
}

impl Default for Index {
    /// Of no ids.
    fn default() -> Self {
        Self::of(&[])
    }
}

impl Index {
    /// Of hashes and slots, each slot once.
    pub(crate) fn of(named: &[(u64, u32)]) -> Self {
        Self::with_room(named.len(), named)
    }

    /// With room for some ids, at least for those that are there.
    fn with_room(n: usize, named: &[(u64, u32)]) -> Self {
        let mut buckets = vec![[EMPTY; WIDTH]; (n / FULL + 1).next_power_of_two()];
        let mask = buckets.len() - 1;
        for &(hash, slot) in named {
            let mut at = home(hash, mask);
            loop {
                if let Some(place) = buckets[at].iter_mut().find(|entry| **entry == EMPTY) {
                    *place = entry(hash, slot);
                    break;
                }
                at = (at + 1) & mask;
            }
        }
        Self { buckets: buckets.into_iter().collect(), len: named.len(), used: named.len() }
    }

    /// Bucket and place of the entry that `is_it` says yes to.
    fn find_place(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<(usize, usize)> {
        let mask = self.buckets.len() - 1;
        let mut at = home(hash, mask);
        for _ in 0..self.buckets.len() {
            let bucket = self.buckets.get(at);
            for (place, &entry) in bucket.iter().enumerate() {
                if entry == EMPTY {
                    return None;
                }
                if entry & TAKEN != 0 && same_hash(entry, hash) && is_it(slot_of(entry)) {
                    return Some((at, place));
                }
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// The slot under a hash whose id is the one sought.
    pub(crate) fn find(&self, hash: u64, is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        self.find_place(hash, is_it).map(|(at, place)| slot_of(self.buckets.get(at)[place]))
    }

    /// Takes a slot in that is not there; `hash_of` tells the hash of the others when the table grows.
    pub(crate) fn insert(&mut self, hash: u64, slot: u32, hash_of: impl Fn(u32) -> u64) {
        if self.used >= FULL * self.buckets.len() {
            let taken = self.buckets.iter().flatten().filter(|&&entry| entry & TAKEN != 0);
            let named: Vec<(u64, u32)> =
                taken.map(|&entry| (hash_of(slot_of(entry)), slot_of(entry))).collect();
            *self = Self::with_room(2 * named.len(), &named);
        }
        self.put(hash, slot);
    }

    fn put(&mut self, hash: u64, slot: u32) {
        let mask = self.buckets.len() - 1;
        let mut at = home(hash, mask);
        loop {
            if let Some(place) = self.buckets.get(at).iter().position(|entry| entry & TAKEN == 0) {
                self.used += usize::from(self.buckets.get(at)[place] == EMPTY);
                self.len += 1;
                self.buckets.get_mut(at)[place] = entry(hash, slot);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Takes a slot out.
    pub(crate) fn remove(&mut self, hash: u64, slot: u32) {
        if let Some((at, place)) = self.find_place(hash, |other| other == slot) {
            self.buckets.get_mut(at)[place] = GONE;
            self.len -= 1;
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::random::Random;

    #[test]
    fn ids_are_found_where_they_were_put_until_they_are_taken_out() {
        let mut random = Random::new(1, 0);
        let mut index = Index::default();
        let mut kept: BTreeMap<u32, u64> = BTreeMap::new();
        // A bad hash, so that many stand in each other's way.
        let hash = |id: u32| u64::from(id % 97) << 32 | u64::from(id % 13);
        for step in 0..20_000 {
            let id = u32::try_from(random.below(4_000)).unwrap();
            match kept.remove(&id) {
                Some(_) if step % 2 == 0 => index.remove(hash(id), id),
                Some(old) => {
                    kept.insert(id, old);
                }
                None => {
                    index.insert(hash(id), id, hash);
                    kept.insert(id, hash(id));
                }
            }
        }
        assert_eq!(index.len(), kept.len());
        for id in 0..4_000 {
            assert_eq!(index.find(hash(id), |slot| slot == id), kept.contains_key(&id).then_some(id));
        }
    }
}
