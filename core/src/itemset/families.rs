//! Sets among few items, held by families: a prefix with every choice of its perfect items, two words for all of them.
//!
//! The bits of a word are items, so a set is a number, and the order of the model is an order of numbers. Families are
//! spread out only when they are put in order: those of one count together, next to where their sets are written.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::budget::Meter;
use super::item_order::ItemOrder;
use super::search::{Database, Stop};
use super::sink::{Sink, choices, choose_next, lengths};
use crate::cpu::{Work, fastest};
use crate::data::Rows;
use crate::index::ItemIx;

/// The most items that sets are held in this way of: the bits of a word that the length of a set leaves.
pub(super) const MOST_ITEMS: usize = 58;

/// Sets of one count that are put in order by several threads.
const MANY: usize = 1 << 14;

/// What a byte of a word is decoded to: the items of its bits, and how many they are.
type Decoded = ([ItemIx; 8], u32);

/// Sets of one count: the items of `base` with any of those of `perfect`.
#[derive(Debug, Clone, Copy)]
struct Family {
    base: u64,
    perfect: u64,
    count: u32,
}

impl Family {
    /// The number of sets.
    fn len(self) -> usize {
        1 << self.perfect.count_ones()
    }

    /// The number of items of all sets: each perfect item is in half of them.
    fn n_items(self) -> usize {
        self.len() * self.base.count_ones() as usize + self.len() / 2 * self.perfect.count_ones() as usize
    }
}

/// Takes sets by families; for databases of at most [`MOST_ITEMS`] frequent items.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// What others took.
    parts: Vec<Vec<Family>>,
    part: Vec<Family>,
    met: Vec<u32>,
}

impl Sink for Families {
    #[inline(always)]
    fn take(
        &mut self,
        db: &Database,
        prefix: &[u32],
        perfect: &[u32],
        count: u32,
        meter: &mut Meter<'_>,
    ) -> Result<(), Stop> {
        // Every choice has the same baskets, and so the same customers.
        if !db.admits(prefix, &mut self.met) {
            return Ok(());
        }
        let mask = |codes: &[u32]| codes.iter().fold(0, |mask, &code| mask | db.order.bit(code));
        let (base, n, k) = (mask(prefix), prefix.len(), perfect.len());
        if k == 0 {
            if n >= db.min_len {
                meter.itemsets(1, n)?;
                self.part.push(Family { base, perfect: 0, count });
            }
            return Ok(());
        }
        if n >= db.min_len && n + k <= db.max_len {
            let shift = u32::try_from(k).unwrap_or(u32::MAX);
            let sets = 1_usize.checked_shl(shift).unwrap_or(usize::MAX);
            meter.itemsets(sets, sets.saturating_mul(n).saturating_add((sets / 2).saturating_mul(k)))?;
            self.part.push(Family { base, perfect: mask(perfect), count });
            return Ok(());
        }
        let (mut sets, mut items) = (0_u64, 0_u64);
        for (len, choices) in choices(db, n, k) {
            sets = sets.saturating_add(choices);
            items = items.saturating_add(choices.saturating_mul(len as u64));
        }
        let fits = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        meter.itemsets(fits(sets), fits(items))?;
        for len in lengths(db, n, k) {
            let mut chosen: Vec<usize> = (0..len - n).collect();
            loop {
                let base = chosen.iter().fold(base, |mask, &at| mask | db.order.bit(perfect[at]));
                self.part.push(Family { base, perfect: 0, count });
                if self.part.len().is_multiple_of(4096) {
                    meter.tick()?;
                }
                if !choose_next(&mut chosen, k) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn append(&mut self, other: Self) {
        let parts = other.parts.into_iter().chain([other.part]);
        self.parts.extend(parts.filter(|part| !part.is_empty()));
    }
}

/// The families of one count, and where their sets go.
struct Group<'a> {
    families: &'a [Family],
    /// Where the first set begins.
    start: usize,
    ends: &'a mut [usize],
    items: &'a mut [ItemIx],
    counts: &'a mut [u32],
}

impl Families {
    /// All sets by falling count, then rising length, then items; and their counts.
    pub(super) fn in_order(self, order: &ItemOrder) -> (Rows<ItemIx>, Vec<u32>) {
        let families = by_count(self.parts.into_iter().chain([self.part]).collect::<Vec<_>>().concat());
        let n = families.iter().map(|family| family.len()).sum();
        let mut offsets = vec![0_usize; n + 1];
        let n_items = families.iter().map(|family| family.n_items()).sum();
        let (mut items, mut counts) = (vec![ItemIx::from_u32(0); n_items], vec![0; n]);
        let mut groups = Vec::new();
        let (mut ends_left, mut items_left, mut counts_left) =
            (&mut offsets[1..], items.as_mut_slice(), counts.as_mut_slice());
        let mut start = 0;
        for families in families.chunk_by(|a, b| a.count == b.count) {
            let n = families.iter().map(|family| family.len()).sum();
            let n_items: usize = families.iter().map(|family| family.n_items()).sum();
            let (ends, items, counts);
            (ends, ends_left) = ends_left.split_at_mut(n);
            (items, items_left) = items_left.split_at_mut(n_items);
            (counts, counts_left) = counts_left.split_at_mut(n);
            groups.push(Group { families, start, ends, items, counts });
            start += n_items;
        }
        let decoder = Decoder::new(order);
        groups.into_par_iter().for_each_init(Vec::new, |keys, group| {
            keys.clear();
            fastest(Spread { families: group.families, all: decoder.all, keys: &mut *keys });
            if keys.len() < MANY {
                keys.sort_unstable();
            } else {
                keys.par_sort_unstable();
            }
            group.counts.fill(group.families[0].count);
            decoder.write(keys, group);
        });
        (Rows::from_parts(offsets, items).expect("offsets are sums of lengths"), counts)
    }
}

/// Families by falling count, by counting where the counts are about as many as the families.
fn by_count(families: Vec<Family>) -> Vec<Family> {
    let counts = || families.iter().map(|family| family.count);
    let (Some(least), Some(most)) = (counts().min(), counts().max()) else { return families };
    let range = (most - least) as usize + 1;
    if range > 4 * families.len() + 1024 {
        let mut families = families;
        families.par_sort_unstable_by_key(|family| Reverse(family.count));
        return families;
    }
    let bucket = |count: u32| (most - count) as usize;
    let mut ends = vec![0_usize; range + 1];
    counts().for_each(|count| ends[bucket(count) + 1] += 1);
    (0..range).for_each(|bucket| ends[bucket + 1] += ends[bucket]);
    let mut sorted = families.clone();
    for family in &families {
        let end = &mut ends[bucket(family.count)];
        sorted[*end] = *family;
        *end += 1;
    }
    sorted
}

/// Writes down the sets of some families, as numbers in the order of length and items: the length, then the items that
/// are not in the set, the first uppermost.
struct Spread<'a> {
    families: &'a [Family],
    all: u64,
    keys: &'a mut Vec<u64>,
}

impl Work for Spread<'_> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        for family in self.families {
            let mut chosen = 0_u64;
            self.keys.extend((0..family.len()).map(|_| {
                let set = family.base | chosen;
                // The next choice: a carry through the bits that may be chosen.
                chosen = chosen.wrapping_sub(family.perfect) & family.perfect;
                u64::from(set.count_ones()) << MOST_ITEMS | (set ^ self.all)
            }));
        }
    }
}

/// What the bits of a set stand for.
struct Decoder {
    /// The bits of all items.
    all: u64,
    /// For each byte of a set, the uppermost first, and each value of it.
    bytes: Vec<Vec<Decoded>>,
}

impl Decoder {
    fn new(order: &ItemOrder) -> Self {
        let mut items: Vec<(u64, ItemIx)> =
            order.codes().map(|code| (order.bit(code), order.item(code))).collect();
        items.sort_unstable_by_key(|&(bit, _)| Reverse(bit));
        let all = items.iter().fold(0, |all, (bit, _)| all | bit);
        let of_byte = |byte: usize| {
            let decode = |value: u64| {
                let (mut found, mut n) = ([ItemIx::from_u32(0); 8], 0);
                for &(_, item) in items.iter().filter(|(bit, _)| bit & (value << (8 * byte)) != 0) {
                    found[n] = item;
                    n += 1;
                }
                (found, value.count_ones())
            };
            (0..256).map(decode).collect()
        };
        Self { all, bytes: (0..items.len().div_ceil(8)).rev().map(of_byte).collect() }
    }

    /// Writes the sets of sorted keys where their group wants them.
    fn write(&self, keys: &[u64], group: Group<'_>) {
        let (items, mut at) = (group.items, 0);
        let last = self.bytes.len().saturating_sub(1);
        for (&key, end) in keys.iter().zip(group.ends) {
            let set = (key ^ self.all) & self.all;
            for (byte, decoded) in self.bytes.iter().enumerate() {
                let value = set.to_le_bytes()[last - byte];
                let (found, n) = &decoded[usize::from(value)];
                let n = *n as usize;
                // A block of fixed size is copied without a call; what is too much is written over.
                match items[at..].first_chunk_mut::<8>() {
                    Some(to) => *to = *found,
                    None => items[at..at + n].copy_from_slice(&found[..n]),
                }
                at += n;
            }
            *end = group.start + at;
        }
    }
}
