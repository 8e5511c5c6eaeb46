//! Itemsets put in order: falling count, then rising length, then items.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::sink::Part;
use crate::data::Rows;
use crate::index::ItemIx;

/// The sets written side by side.
const RUN: usize = 1 << 13;

/// What orders a set, most of it in two numbers, and where it stands.
#[derive(Debug, Clone, Copy)]
struct Key {
    /// Falling count, then rising length.
    rank: u64,
    /// The first items, in as many bits as each needs.
    head: u64,
    part: u32,
    position: u32,
}

/// The sets of all parts in order, and their counts.
pub(super) fn gather(parts: &[Part], n_items: usize) -> (Rows<ItemIx>, Vec<u32>) {
    // An item is at least 1 here, so that a shorter row comes first.
    let bits = usize::BITS - n_items.leading_zeros();
    let heads = (u64::BITS / bits.max(1)) as usize;
    let keys_of = |(part, sets): (u32, &Part)| -> Vec<Key> {
        let key = |(position, (row, &count)): (u32, (&[ItemIx], &u32))| {
            let mut head = 0_u64;
            for slot in 0..heads {
                let item = row.get(slot).map_or(0, |item| u64::from(item.as_u32()) + 1);
                head = head.unbounded_shl(bits) | item;
            }
            Key { rank: u64::from(!count) << 32 | row.len() as u64, head, part, position }
        };
        (0_u32..).zip(sets.rows.iter().zip(&sets.counts)).map(key).collect()
    };
    let mut keys: Vec<Key> = if let [part] = parts {
        keys_of((0, part))
    } else {
        let numbered: Vec<(u32, &Part)> = (0_u32..).zip(parts).collect();
        let keys: Vec<Vec<Key>> = numbered.into_par_iter().map(keys_of).collect();
        keys.concat()
    };
    let row = |key: &Key| parts[key.part as usize].rows.row(key.position as usize);
    let order = |a: &Key, b: &Key| match (a.rank, a.head).cmp(&(b.rank, b.head)) {
        Ordering::Equal => row(a).cmp(row(b)),
        other => other,
    };
    keys.par_sort_unstable_by(order);
    let counts: Vec<u32> =
        keys.iter().map(|key| parts[key.part as usize].counts[key.position as usize]).collect();
    let mut offsets = Vec::with_capacity(keys.len() + 1);
    let mut end = 0;
    offsets.push(0);
    offsets.extend(keys.iter().map(|key| {
        end += row(key).len();
        end
    }));
    let mut values = vec![ItemIx::from_u32(0); end];
    let mut runs = Vec::with_capacity(keys.len().div_ceil(RUN));
    let mut rest = values.as_mut_slice();
    for (run, keys) in keys.chunks(RUN).enumerate() {
        let len = offsets[run * RUN + keys.len()] - offsets[run * RUN];
        let (mine, others) = rest.split_at_mut(len);
        runs.push((keys, mine));
        rest = others;
    }
    runs.into_par_iter().for_each(|(keys, mut to)| {
        for key in keys {
            let from = row(key);
            let (mine, others) = to.split_at_mut(from.len());
            mine.copy_from_slice(from);
            to = others;
        }
    });
    (Rows::from_parts(offsets, values).expect("offsets are sums of lengths"), counts)
}
