//! Itemsets put in order: falling count, then rising length, then items.
//!
//! They are dealt out to shares by count. In a share a counting sort puts those of one count together; each such run is
//! sorted by length and first items, which one number tells, and what is alike in that by the sets themselves.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::sink::Part;
use crate::cpu::prefetch;
use crate::data::Rows;
use crate::index::ItemIx;

/// The sets written side by side.
const RUN: usize = 1 << 12;

/// How many sets ahead memory is asked for.
const AHEAD: usize = 16;

/// The sets of a share, about: their keys fit a processor's own cache.
const SHARE: usize = 1 << 13;
/// Each set is compared with the bounds of all shares.
const MOST_SHARES: usize = 32;
/// The counts looked at to choose the bounds, for each share.
const SAMPLES: usize = 64;

/// The items copied at once.
const BLOCK: usize = 12;

/// The bits of a head that tell the length.
const LEN_BITS: u32 = 8;
/// From this length on, heads do not tell lengths apart.
const LONG: usize = (1 << LEN_BITS) - 1;

/// Where a set stands, and what orders it among those of its count.
#[derive(Debug, Clone, Copy, Default)]
struct Key {
    /// The length, then the first items in as many bits as each needs.
    head: u64,
    /// The items behind them.
    tail: u64,
    part: u32,
    position: u32,
}

impl Key {
    /// The length of the set, [`LONG`] where it is that or more.
    fn len(&self) -> usize {
        (self.head >> (u64::BITS - LEN_BITS)) as usize
    }
}

/// The items as they are numbered in heads: from 1 on, so that a shorter set comes first.
struct Numbers {
    by_item: Vec<u32>,
    bits: u32,
}

impl Numbers {
    fn new(parts: &[Part], n_items: usize) -> Self {
        let mut by_item = vec![0_u32; n_items];
        for item in parts.iter().flat_map(|part| part.rows.values()) {
            by_item[item.as_usize()] = 1;
        }
        let mut last = 0;
        for number in &mut by_item {
            last += *number;
            *number *= last;
        }
        Self { by_item, bits: (u32::BITS - last.leading_zeros()).max(1) }
    }

    /// The head and the tail of a set.
    #[inline(always)]
    fn pack(&self, row: &[ItemIx]) -> (u64, u64) {
        let len = row.len().min(LONG) as u64;
        if row.len() >= LONG {
            // Their lengths are to be compared before their items.
            return (len << (u64::BITS - LEN_BITS), 0);
        }
        let mut items = row.iter();
        let head = self.fill(&mut items, u64::BITS - LEN_BITS);
        (len << (u64::BITS - LEN_BITS) | head, self.fill(&mut items, u64::BITS))
    }

    /// Takes items into the lowest `room` bits, the first uppermost, as long as there is room.
    #[inline(always)]
    fn fill(&self, items: &mut std::slice::Iter<'_, ItemIx>, mut room: u32) -> u64 {
        let mut filled = 0;
        while room >= self.bits {
            let Some(item) = items.next() else { break };
            room -= self.bits;
            filled |= u64::from(self.by_item[item.as_usize()]) << room;
        }
        filled
    }
}

/// Copies the first `len` items of a longer slice; may write more, where there is room.
#[inline(always)]
fn copy(from: &[ItemIx], to: &mut [ItemIx], len: usize) {
    // Most sets are short, and a block of fixed size is copied without a call.
    match (from.first_chunk::<BLOCK>(), to.first_chunk_mut::<BLOCK>()) {
        (Some(from), Some(to)) if len <= BLOCK => *to = *from,
        _ => to[..len].copy_from_slice(&from[..len]),
    }
}

/// The keys of a part, those of the greatest counts first as the bounds of shares tell.
struct Dealt {
    keys: Vec<Key>,
    counts: Vec<u32>,
    ends: Vec<usize>,
}

impl Dealt {
    fn new(part: u32, sets: &Part, numbers: &Numbers, bounds: &[u32]) -> Self {
        let n = sets.counts.len();
        let share = |count: u32| bounds.iter().map(|&bound| usize::from(count < bound)).sum::<usize>();
        let mut ends = vec![0; bounds.len() + 2];
        sets.counts.iter().for_each(|&count| ends[share(count) + 1] += 1);
        (1..ends.len()).for_each(|i| ends[i] += ends[i - 1]);
        // Until it is filled, a share ends where it begins.
        let (mut keys, mut counts) = (vec![Key::default(); n], vec![0; n]);
        for ((position, row), &count) in (0..).zip(sets.rows.iter()).zip(&sets.counts) {
            let (head, tail) = numbers.pack(row);
            let end = &mut ends[share(count)];
            keys[*end] = Key { head, tail, part, position };
            counts[*end] = count;
            *end += 1;
        }
        Self { keys, counts, ends }
    }

    /// The keys and counts of a share.
    fn share(&self, share: usize) -> (&[Key], &[u32]) {
        let range = share.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[share];
        (&self.keys[range.clone()], &self.counts[range])
    }
}

/// Falling counts: a share is of the sets whose counts lie between two of them, the lower one included, so that shares
/// are of about the same size.
fn bounds(parts: &[Part], n: usize) -> Vec<u32> {
    let shares = (n / SHARE).clamp(1, MOST_SHARES);
    let step = (n / (SAMPLES * shares)).max(1);
    let mut counts: Vec<u32> =
        parts.iter().flat_map(|part| part.counts.iter().copied().step_by(step)).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let mut bounds: Vec<u32> = (1..shares).map(|share| counts[counts.len() * share / shares]).collect();
    bounds.dedup();
    bounds
}

/// The keys of a share in order.
fn sort_share(parts: &[Part], dealt: &[Dealt], share: usize, bits: u32) -> Vec<Key> {
    let all = || dealt.iter().map(|dealt| dealt.share(share));
    let n: usize = all().map(|(keys, _)| keys.len()).sum();
    if n == 0 {
        return Vec::new();
    }
    let counts = || all().flat_map(|(_, counts)| counts.iter().copied());
    let (least, most) =
        counts().fold((u32::MAX, 0), |(least, most), count| (least.min(count), most.max(count)));
    // No more buckets than sets, about; where several counts share one, it is sorted by count first.
    let range = (most - least) as usize + 1;
    let shift = (range / (4 * n + 1024)).checked_ilog2().map_or(0, |log| log + 1);
    let bucket = |count: u32| ((most - count) >> shift) as usize;
    let mut ends = vec![0_usize; bucket(least) + 2];
    counts().for_each(|count| ends[bucket(count) + 1] += 1);
    (1..ends.len()).for_each(|i| ends[i] += ends[i - 1]);
    let mut sorted = vec![Key::default(); n];
    for (keys, counts) in all() {
        for (key, &count) in keys.iter().zip(counts) {
            let end = &mut ends[bucket(count)];
            sorted[*end] = *key;
            *end += 1;
        }
    }

    let row = |key: &Key| parts[key.part as usize].rows.row(key.position as usize);
    let count = |key: &Key| parts[key.part as usize].counts[key.position as usize];
    let order = |a: &Key, b: &Key| {
        let coarse = if shift > 0 { count(b).cmp(&count(a)) } else { Ordering::Equal };
        coarse.then((a.head, a.tail).cmp(&(b.head, b.tail))).then_with(|| {
            let (a, b) = (row(a), row(b));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        })
    };
    // Where heads and tails tell everything, they are compared as one number.
    let told = (u64::BITS - LEN_BITS) / bits + u64::BITS / bits;
    let longest = sorted.iter().map(Key::len).max().unwrap_or_default();
    let is_told = shift == 0 && longest < LONG && longest <= told as usize;
    let number = |key: &Key| u128::from(key.head) << u64::BITS | u128::from(key.tail);
    let mut begin = 0;
    for end in ends {
        let keys = &mut sorted[begin..end];
        begin = end;
        match (is_told, keys.len() < RUN) {
            (true, true) => keys.sort_unstable_by_key(number),
            (true, false) => keys.par_sort_unstable_by_key(number),
            (false, true) => keys.sort_unstable_by(order),
            (false, false) => keys.par_sort_unstable_by(order),
        }
    }
    sorted
}

/// The sets of all parts in order, and their counts.
pub(super) fn gather(parts: &[Part], n_items: usize) -> (Rows<ItemIx>, Vec<u32>) {
    let n: usize = parts.iter().map(|part| part.counts.len()).sum();
    if n == 0 {
        return Default::default();
    }
    let numbers = Numbers::new(parts, n_items);
    let bounds = bounds(parts, n);
    let numbered: Vec<(u32, &Part)> = (0..).zip(parts).collect();
    let dealt: Vec<Dealt> =
        numbered.into_par_iter().map(|(part, sets)| Dealt::new(part, sets, &numbers, &bounds)).collect();
    let shares: Vec<Vec<Key>> = (0..bounds.len() + 1)
        .into_par_iter()
        .with_max_len(1)
        .map(|share| sort_share(parts, &dealt, share, numbers.bits))
        .collect();
    dealt.into_par_iter().for_each(drop);

    let mut offsets = Vec::with_capacity(n + 1);
    let mut end = 0;
    offsets.push(0);
    offsets.extend(shares.iter().flatten().map(|key| {
        let len = key.len();
        end += if len < LONG { len } else { parts[key.part as usize].rows.row(key.position as usize).len() };
        end
    }));
    let (mut values, mut counts) = (vec![ItemIx::from_u32(0); end], vec![0; n]);
    let mut runs = Vec::with_capacity(n / RUN + shares.len());
    let (mut values_left, mut counts_left, mut at) = (values.as_mut_slice(), counts.as_mut_slice(), 0);
    for keys in shares.iter().flat_map(|share| share.chunks(RUN)) {
        let (to, to_counts);
        (to, values_left) = values_left.split_at_mut(offsets[at + keys.len()] - offsets[at]);
        (to_counts, counts_left) = counts_left.split_at_mut(keys.len());
        runs.push((keys, to, to_counts));
        at += keys.len();
    }
    runs.into_par_iter().for_each(|(keys, to, counts)| write(parts, keys, to, counts));
    (Rows::from_parts(offsets, values).expect("offsets are sums of lengths"), counts)
}

/// Writes the items of some sets one behind the other, and their counts.
fn write(parts: &[Part], keys: &[Key], mut to: &mut [ItemIx], counts: &mut [u32]) {
    for (at, (key, to_count)) in keys.iter().zip(counts).enumerate() {
        // Found sets lie in another order: memory is asked for ahead, first where a row is, then the row.
        if let Some(far) = keys.get(at + 2 * AHEAD) {
            let part = &parts[far.part as usize];
            prefetch(part.rows.offsets(), far.position as usize);
            prefetch(&part.counts, far.position as usize);
        }
        if let Some(near) = keys.get(at + AHEAD) {
            let rows = &parts[near.part as usize].rows;
            prefetch(rows.values(), rows.offsets()[near.position as usize]);
        }
        let part = &parts[key.part as usize];
        *to_count = part.counts[key.position as usize];
        let ends = &part.rows.offsets()[key.position as usize..][..2];
        copy(&part.rows.values()[ends[0]..], &mut *to, ends[1] - ends[0]);
        to = &mut to[ends[1] - ends[0]..];
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sets_come_by_falling_count_then_length_then_items(
            sets in prop::collection::btree_map(prop::collection::btree_set(0_u32..300, 1..20), 1_u32..2_000_000, 0..60),
            few in any::<bool>(),
            n_parts in 1_usize..4,
        ) {
            let mut expected: Vec<(u32, Vec<u32>)> = sets
                .into_iter()
                .map(|(set, count)| (if few { count % 3 } else { count }, set.into_iter().collect()))
                .collect();
            let mut parts: Vec<Part> = (0..n_parts).map(|_| Part::default()).collect();
            for (i, (count, set)) in expected.iter().enumerate() {
                parts[i % n_parts].rows.push(set.iter().map(|&item| ItemIx::from_u32(item)));
                parts[i % n_parts].counts.push(*count);
            }
            expected.sort_by(|(x, a), (y, b)| y.cmp(x).then(a.len().cmp(&b.len())).then(a.cmp(b)));
            let (rows, counts) = gather(&parts, 300);
            let found: Vec<(u32, Vec<u32>)> = counts
                .into_iter()
                .zip(rows.iter().map(|row| row.iter().map(|item| item.as_u32()).collect()))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn sets_of_many_shares_are_in_one_order() {
        // More than two shares, counts spread out, and one count that many have.
        let mut expected: Vec<(u32, Vec<u32>)> = (0..30_000_u32)
            .map(|i| (if i % 3 == 0 { 50 } else { i * 7_919 % 997 }, vec![i % 200, 200 + i / 200]))
            .collect();
        let mut parts: Vec<Part> = (0..5).map(|_| Part::default()).collect();
        for (i, (count, set)) in expected.iter().enumerate() {
            parts[i % 5].rows.push(set.iter().map(|&item| ItemIx::from_u32(item)));
            parts[i % 5].counts.push(*count);
        }
        assert!(bounds(&parts, expected.len()).len() > 1);
        expected.sort_by(|(x, a), (y, b)| y.cmp(x).then(a.cmp(b)));
        let (rows, counts) = gather(&parts, 400);
        let found = rows.iter().map(|row| row.iter().map(|item| item.as_u32()).collect::<Vec<_>>());
        assert!(counts.into_iter().zip(found).eq(expected));
    }

    #[test]
    fn lengths_beyond_what_a_head_tells_are_told_apart() {
        let mut part = Part::default();
        for (first, len) in
            [(0, 300), (50, 260), (10, 280), (7, 1), (40, 255), (60, 255), (44, 256), (99, 254)]
        {
            part.rows.push((first..first + len).map(ItemIx::from_u32));
            part.counts.push(7);
        }
        let (rows, _) = gather(&[part], 400);
        let found: Vec<_> = rows.iter().map(|row| (row[0].as_u32(), row.len())).collect();
        assert_eq!(
            found,
            [(7, 1), (99, 254), (40, 255), (60, 255), (44, 256), (50, 260), (10, 280), (0, 300)]
        );
    }
}
