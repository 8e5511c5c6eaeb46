//! Counting given sets in baskets.

use std::ops::Range;

use rayon::prelude::*;

use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;

/// Sets counted before a look at the control.
const SETS: usize = 4096;

/// No bitmap.
const NO_SLOT: usize = usize::MAX;

/// How many baskets hold each of the sets, which are rising and not empty.
///
/// `places` says which of the `n_items` items of the sets each item of the baskets is. The sets are looked at as a prefix
/// tree, rarest items first: below one first item, only the baskets that hold it count, and the joint baskets of a prefix
/// are found once for all sets that begin with it.
pub(super) fn count_sets(
    baskets: &Rows<ItemIx>,
    places: &[ItemIx],
    n_items: usize,
    sets: &Rows<ItemIx>,
    control: &Control,
) -> Result<Vec<u32>> {
    let tree = Tree::new(baskets, places, n_items, sets);
    let firsts: Vec<u32> = tree.order.iter().map(|&at| tree.sets.row(at)[0]).collect();
    let mut groups: Vec<Range<usize>> = Vec::new();
    for run in firsts.chunk_by(|a, b| a == b) {
        let start = groups.last().map_or(0, |group| group.end);
        groups.push(start..start + run.len());
    }
    let counted: Result<Vec<Vec<u32>>> = groups
        .into_par_iter()
        .map_init(|| Walk::new(tree.counts.len()), |walk, group| walk.count(&tree, group, control))
        .collect();
    let mut counts = vec![0; sets.len()];
    for (&at, count) in tree.order.iter().zip(counted?.into_iter().flatten()) {
        counts[at] = count;
    }
    Ok(counts)
}

/// Baskets and sets in codes: the items of the sets, rarest in the baskets first.
struct Tree {
    /// The baskets of each code.
    counts: Vec<u32>,
    /// basket -> codes, rising.
    baskets: Rows<u32>,
    /// code -> baskets.
    tids: Rows<usize>,
    /// The codes of each set, rising.
    sets: Rows<u32>,
    /// The sets by their codes.
    order: Vec<usize>,
}

impl Tree {
    fn new(baskets: &Rows<ItemIx>, places: &[ItemIx], n_items: usize, sets: &Rows<ItemIx>) -> Self {
        const UNUSED: u32 = u32::MAX;
        let mut is_used = vec![false; n_items];
        sets.values().iter().for_each(|item| is_used[item.as_usize()] = true);
        let mut counts = vec![0_u32; n_items];
        baskets.values().iter().for_each(|item| counts[places[item.as_usize()].as_usize()] += 1);
        let mut used: Vec<usize> = (0..n_items).filter(|&item| is_used[item]).collect();
        used.sort_unstable_by_key(|&item| (counts[item], item));
        let mut codes = vec![UNUSED; n_items];
        for (code, &item) in (0_u32..).zip(&used) {
            codes[item] = code;
        }
        let coded = |items: &mut dyn Iterator<Item = ItemIx>| -> Vec<u32> {
            let mut row: Vec<u32> =
                items.map(|item| codes[item.as_usize()]).filter(|&code| code != UNUSED).collect();
            row.sort_unstable();
            row
        };
        let baskets: Rows<u32> = baskets
            .iter()
            .map(|row| coded(&mut row.iter().map(|item| places[item.as_usize()])))
            .filter(|row| row.len() > 1)
            .collect();
        let sets: Rows<u32> = sets.iter().map(|row| coded(&mut row.iter().copied())).collect();
        let mut order: Vec<usize> = (0..sets.len()).collect();
        order.sort_unstable_by(|&a, &b| sets.row(a).cmp(sets.row(b)));
        let tids = baskets.transpose(used.len(), |code| code as usize, |basket| basket);
        let counts = used.iter().map(|&item| counts[item]).collect();
        Self { counts, baskets, tids, sets, order }
    }
}

/// The working memory of one thread.
struct Walk {
    /// Where the bitmap of each code begins.
    slots: Vec<usize>,
    bits: Vec<u64>,
    /// The joint baskets of the path down to each depth but the first two.
    joint: Vec<Vec<u64>>,
    path: Vec<u32>,
}

impl Walk {
    fn new(n_codes: usize) -> Self {
        Self { slots: vec![NO_SLOT; n_codes], bits: Vec::new(), joint: Vec::new(), path: Vec::new() }
    }

    /// Counts the sets of a part of the order, which have one first code.
    fn count(&mut self, tree: &Tree, group: Range<usize>, control: &Control) -> Result<Vec<u32>> {
        let sets = || tree.order[group.clone()].iter().map(|&at| tree.sets.row(at));
        let first = tree.sets.row(tree.order[group.start])[0];
        let tids = tree.tids.row(first as usize);
        let words = tids.len().div_ceil(64);
        let mut used: Vec<u32> = sets().flat_map(|codes| &codes[1..]).copied().collect();
        used.sort_unstable();
        used.dedup();
        self.bits.clear();
        self.bits.resize(used.len() * words, 0);
        for (slot, &code) in used.iter().enumerate() {
            self.slots[code as usize] = slot * words;
        }
        if !used.is_empty() {
            for (number, &tid) in tids.iter().enumerate() {
                // The codes behind the first one, greatest first.
                for &code in tree.baskets.row(tid).iter().rev().take_while(|&&code| code > first) {
                    let slot = self.slots[code as usize];
                    if slot != NO_SLOT {
                        set(&mut self.bits[slot..slot + words], number);
                    }
                }
            }
        }
        self.path.clear();
        let mut counts = Vec::with_capacity(group.len());
        for (number, codes) in sets().enumerate() {
            if number % SETS == 0 {
                control.check()?;
            }
            counts.push(match codes {
                [_] => tree.counts[first as usize],
                [_, behind @ ..] => self.descend(behind, words),
                [] => unreachable!("a candidate has an item"),
            });
        }
        used.iter().for_each(|&code| self.slots[code as usize] = NO_SLOT);
        Ok(counts)
    }

    /// Goes to the node of the codes behind the first, from the last node on, and counts its baskets.
    fn descend(&mut self, codes: &[u32], words: usize) -> u32 {
        let shared = self.path.iter().zip(codes).take_while(|(a, b)| a == b).count();
        self.path.truncate(shared);
        let mut count = None;
        for (depth, &code) in codes.iter().enumerate().skip(shared) {
            let slot = self.slots[code as usize];
            let own = &self.bits[slot..slot + words];
            if self.joint.len() <= depth {
                self.joint.push(Vec::new());
            }
            let (above, here) = self.joint.split_at_mut(depth);
            here[0].resize(words, 0);
            count = Some(match above.last() {
                Some(above) => and(&above[..words], own, &mut here[0]),
                None => and(own, own, &mut here[0]),
            });
            self.path.push(code);
        }
        // The same set twice: its node is where the walk is.
        count.unwrap_or_else(|| {
            self.joint[codes.len() - 1][..words].iter().map(|word| word.count_ones()).sum()
        })
    }
}

/// Writes the joint bits of two bitmaps and counts them.
fn and(a: &[u64], b: &[u64], joint: &mut [u64]) -> u32 {
    let mut count = 0;
    for ((joint, a), b) in joint.iter_mut().zip(a).zip(b) {
        *joint = a & b;
        count += joint.count_ones();
    }
    count
}

/// Sets a bit.
fn set(bits: &mut [u64], tid: usize) {
    bits[tid / 64] |= 1 << (tid % 64);
}
