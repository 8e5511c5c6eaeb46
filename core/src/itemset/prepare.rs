//! From baskets to lists: count the items, number the frequent ones, write the baskets in their ranks.
//!
//! Baskets are taken in a few chunks that depend on the data alone, side by side, and every chunk keeps its own lists: so
//! nothing need be merged.

use std::ops::Range;

use rayon::prelude::*;

use super::item_order::ItemOrder;
use super::lists::{Chunk, Lists, Rank};
use crate::data::Baskets;

/// The entries of a chunk, at least, where there is more than one.
const MIN_CHUNK: usize = 1 << 14;
/// The chunks that are enough to keep threads busy.
const CHUNKS: usize = 8;
/// The entries of a chunk, at most, so that positions fit `u32` with room for padding.
const MAX_CHUNK: usize = 1 << 29;

/// The lists of all baskets, in two bytes a rank where the ranks fit.
#[derive(Debug)]
pub(super) enum AnyLists {
    Narrow(Lists<u16>),
    Wide(Lists<u32>),
}

impl AnyLists {
    /// No lists, for a miner that holds the baskets in another form.
    pub(super) fn none() -> Self {
        Self::Narrow(Lists { chunks: Vec::new(), codes: Vec::new(), counts: Vec::new() })
    }
}

/// Basket positions in runs of about equally many entries.
pub(super) fn chunks(baskets: &Baskets) -> Vec<Range<usize>> {
    let (offsets, n) = (baskets.rows().offsets(), baskets.rows().values().len());
    // Every chunk counts all items, which must not cost more than its entries.
    let most = n / MIN_CHUNK.max(baskets.items().len());
    let n_chunks = most.clamp(1, CHUNKS).max(n.div_ceil(MAX_CHUNK));
    let end = |chunk: usize| match chunk {
        0 => 0,
        _ if chunk == n_chunks => baskets.rows().len(),
        _ => offsets.partition_point(|&offset| offset < n / n_chunks * chunk),
    };
    (0..n_chunks).map(|chunk| end(chunk)..end(chunk + 1)).collect()
}

/// The number of baskets of each item.
pub(super) fn count(baskets: &Baskets, chunks: &[Range<usize>]) -> Vec<u32> {
    let (offsets, values) = (baskets.rows().offsets(), baskets.rows().values());
    let count = |chunk: &Range<usize>| {
        let mut counts = vec![0_u32; baskets.items().len()];
        values[offsets[chunk.start]..offsets[chunk.end]].iter().for_each(|item| counts[item.as_usize()] += 1);
        counts
    };
    let add = |mut a: Vec<u32>, b: Vec<u32>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        a
    };
    chunks.par_iter().map(count).reduce_with(add).unwrap_or_default()
}

/// The baskets in ranks, without infrequent items; baskets with fewer than two frequent items say nothing about sets of
/// two and more, and are left out.
pub(super) fn recode(baskets: &Baskets, order: &ItemOrder, chunks: &[Range<usize>]) -> AnyLists {
    if order.len() < usize::from(u16::MAX) {
        AnyLists::Narrow(lists(baskets, order, chunks))
    } else {
        AnyLists::Wide(lists(baskets, order, chunks))
    }
}

pub(super) fn lists<R: Rank>(baskets: &Baskets, order: &ItemOrder, chunks: &[Range<usize>]) -> Lists<R> {
    let n = order.len();
    let codes: Vec<u32> = order.codes().rev().collect();
    let counts = codes.iter().map(|&code| order.count(code)).collect();
    let mut rank_of = vec![R::NONE; baskets.items().len()];
    for (rank, &code) in codes.iter().enumerate() {
        rank_of[order.item(code).as_usize()] = R::new(rank);
    }
    let build = |range: &Range<usize>| {
        let offsets = &baskets.rows().offsets()[range.start..=range.end];
        let first = offsets[0];
        let values = &baskets.rows().values()[first..offsets[range.len()]];
        let mut raw = vec![R::default(); values.len() + 1];
        let mut ends = Vec::with_capacity(range.len());
        let mut end = 0;
        for bounds in offsets.windows(2) {
            let begin = end;
            for item in &values[bounds[0] - first..bounds[1] - first] {
                let rank = rank_of[item.as_usize()];
                raw[end] = rank;
                end += usize::from(rank != R::NONE);
            }
            if end - begin > 1 {
                ends.push(u32::try_from(end).expect("a chunk is bounded below u32"));
            } else {
                end = begin;
            }
        }
        let mut chunk = Chunk::default();
        chunk.build(n, &raw[..end], &ends);
        chunk.shrink();
        chunk
    };
    Lists { chunks: chunks.par_iter().map(build).collect(), codes, counts }
}
