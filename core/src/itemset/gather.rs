//! Itemsets put in order: falling count, then rising length, then items.
//!
//! A counting sort puts those of one count together; each such run is sorted by length and first items, which one number
//! tells, and what is alike in that by the sets themselves.

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

/// Sets that are put into buckets by several threads.
const MANY: usize = 1 << 14;
/// The threads that are enough for it: each looks at all sets.
const MOST_THREADS: usize = 8;

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

/// The sets of all parts in order, and their counts.
pub(super) fn gather(parts: &[Part], n_items: usize) -> (Rows<ItemIx>, Vec<u32>) {
    let n: usize = parts.iter().map(|part| part.counts.len()).sum();
    if n == 0 {
        return Default::default();
    }
    let numbers = Numbers::new(parts, n_items);
    let numbered: Vec<(u32, &Part)> = (0..).zip(parts).collect();
    let keys: Vec<Vec<Key>> = numbered
        .into_par_iter()
        .map(|(part, sets)| {
            let key = |(position, row)| {
                let (head, tail) = numbers.pack(row);
                Key { head, tail, part, position }
            };
            (0..).zip(sets.rows.iter()).map(key).collect()
        })
        .collect();

    let counts = || parts.iter().flat_map(|part| part.counts.iter().copied());
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
    let threads = if n < MANY { 1 } else { rayon::current_num_threads().min(MOST_THREADS) };
    // Each thread fills the buckets of some of the counts.
    let mut shares = Vec::with_capacity(threads);
    let (mut ends_left, mut sorted_left) = (ends.as_mut_slice(), sorted.as_mut_slice());
    let (mut first, mut start) = (0, 0);
    for share in 1..=threads {
        let n_ends = if share == threads {
            ends_left.len()
        } else {
            ends_left.partition_point(|&at| at < n / threads * share)
        };
        let (mine, others) = ends_left.split_at_mut(n_ends);
        ends_left = others;
        // Until it is filled, a bucket ends where it begins, and so does the one after it.
        let end = ends_left.first().copied().unwrap_or(n);
        let to;
        (to, sorted_left) = sorted_left.split_at_mut(end - start);
        shares.push((first, start, mine, to));
        (first, start) = (first + n_ends, end);
    }
    shares.into_par_iter().for_each(|(first, start, ends, sorted)| {
        for (part, keys) in parts.iter().zip(&keys) {
            for (&count, key) in part.counts.iter().zip(keys) {
                if let Some(end) = bucket(count).checked_sub(first).and_then(|bucket| ends.get_mut(bucket)) {
                    sorted[*end - start] = *key;
                    *end += 1;
                }
            }
        }
    });
    drop(keys);

    let row = |key: &Key| parts[key.part as usize].rows.row(key.position as usize);
    let count = |key: &Key| parts[key.part as usize].counts[key.position as usize];
    let order = |a: &Key, b: &Key| {
        let coarse = if shift > 0 { count(b).cmp(&count(a)) } else { Ordering::Equal };
        coarse.then((a.head, a.tail).cmp(&(b.head, b.tail))).then_with(|| {
            let (a, b) = (row(a), row(b));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        })
    };
    let mut buckets = Vec::new();
    let mut rest = sorted.as_mut_slice();
    let mut begin = 0;
    for &end in &ends {
        let (mine, others) = rest.split_at_mut(end - begin);
        if mine.len() > 1 {
            buckets.push(mine);
        }
        (rest, begin) = (others, end);
    }
    // Where heads and tails tell everything, they are compared as one number.
    let longest = parts.iter().flat_map(|part| part.rows.iter()).map(<[_]>::len).max().unwrap_or_default();
    let is_told = longest < LONG
        && longest <= ((u64::BITS - LEN_BITS) / numbers.bits + u64::BITS / numbers.bits) as usize;
    let number = |key: &Key| u128::from(key.head) << u64::BITS | u128::from(key.tail);
    buckets.into_par_iter().for_each(|keys| {
        if shift == 0 && is_told {
            if keys.len() < RUN {
                keys.sort_unstable_by_key(number);
            } else {
                keys.par_sort_unstable_by_key(number);
            }
        } else if keys.len() < RUN {
            keys.sort_unstable_by(order);
        } else {
            keys.par_sort_unstable_by(order);
        }
    });

    let mut offsets = Vec::with_capacity(n + 1);
    let mut end = 0;
    offsets.push(0);
    offsets.extend(sorted.iter().map(|key| {
        let len = (key.head >> (u64::BITS - LEN_BITS)) as usize;
        end += if len < LONG { len } else { row(key).len() };
        end
    }));
    let (mut values, mut counts) = (vec![ItemIx::from_u32(0); end], vec![0; n]);
    let mut runs = Vec::with_capacity(n.div_ceil(RUN));
    let mut rest = values.as_mut_slice();
    for ((run, keys), counts) in sorted.chunks(RUN).enumerate().zip(counts.chunks_mut(RUN)) {
        let (mine, others) = rest.split_at_mut(offsets[run * RUN + keys.len()] - offsets[run * RUN]);
        runs.push((keys, mine, counts));
        rest = others;
    }
    runs.into_par_iter().for_each(|(keys, mut to, counts)| {
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
            *to_count = count(key);
            let rows = &parts[key.part as usize].rows;
            let ends = &rows.offsets()[key.position as usize..][..2];
            copy(&rows.values()[ends[0]..], &mut *to, ends[1] - ends[0]);
            to = &mut to[ends[1] - ends[0]..];
        }
    });
    (Rows::from_parts(offsets, values).expect("offsets are sums of lengths"), counts)
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
