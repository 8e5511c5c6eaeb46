//! The baskets laid out for walking: the items of a basket from the most frequent on, and for each item where it stands
//! in its baskets.
//!
//! Items are numbered by *rank* here, the most frequent 0, so what stands before an item in a basket is what may extend
//! it. Ranks are kept in two bytes where they fit.

use crate::cpu::prefetch;
pub(super) use crate::index::Rank;

/// Baskets are padded to whole groups of this many ranks, so that a walk takes them group by group.
pub(super) const GROUP: usize = 4;

/// Walks of more groups than this less one are not told apart.
const LENGTHS: usize = 16;

/// The number of groups before an item, as far as it is told apart.
#[inline(always)]
fn length(before: u32) -> usize {
    (before as usize).div_ceil(GROUP).min(LENGTHS - 1)
}

/// How many baskets ahead of a walk memory is asked for.
const AHEAD: usize = 16;

/// An item in a basket: where the basket begins, and how many items stand before it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) before: u32,
}

/// Some of the baskets, in both orientations.
#[derive(Debug, Default)]
pub(super) struct Chunk<R> {
    /// The ranks of each basket, rising, then the number of ranks as padding up to a whole group.
    pub(super) ranks: Vec<R>,
    /// Where each basket begins and how many ranks it has, in the order given.
    pub(super) baskets: Vec<Place>,
    /// The places of each rank where something stands before it, rank after rank, baskets in the order given.
    places: Vec<Place>,
    /// Where the places of each rank begin, and behind them the number of places.
    firsts: Vec<u32>,
    /// Scratch of building: for each rank the baskets that hold it.
    holders: Vec<u32>,
    next: Vec<u32>,
}

impl<R: Rank> Chunk<R> {
    /// Lays out baskets of ranks below `n`, each in any order, end to end, `ends[i]` where basket `i` ends. What the chunk
    /// held is gone, its memory is used again.
    ///
    /// Two counting transpositions: the first lists the baskets of each rank, the second puts the ranks, taken in order,
    /// at the end of each of their baskets, which sorts the baskets on the way. Linear.
    #[allow(clippy::cast_possible_truncation, reason = "a chunk is kept below u32 ranks and baskets")]
    pub(super) fn build(&mut self, n: usize, raw: &[R], ends: &[u32]) {
        let Self { ranks, baskets, places, firsts, holders, next } = self;
        next.clear();
        next.resize(n + 1, 0);
        raw.iter().for_each(|rank| next[rank.position() + 1] += 1);
        (0..n).for_each(|rank| next[rank + 1] += next[rank]);
        holders.clear();
        holders.resize(raw.len(), 0);
        baskets.clear();
        let (mut begin, mut start) = (0, 0);
        for (basket, &end) in ends.iter().enumerate() {
            baskets.push(Place { start, before: 0 });
            for rank in &raw[begin as usize..end as usize] {
                let slot = &mut next[rank.position()];
                holders[*slot as usize] = basket as u32;
                *slot += 1;
            }
            start += (end - begin).next_multiple_of(GROUP as u32);
            begin = end;
        }
        ranks.clear();
        ranks.resize(start as usize, R::new(n));
        places.clear();
        places.resize(raw.len() + 1, Place::default());
        firsts.clear();
        let (mut held, mut placed) = (0, 0);
        // Filling moved the beginning of each rank to its end.
        for (rank, &end) in next[..n].iter().enumerate() {
            firsts.push(placed as u32);
            let end = end as usize;
            let holders = &holders[held..end];
            // By the number of groups in front, so that walks of one length follow each other; those without any are
            // left out.
            let mut slots = [0; LENGTHS + 1];
            for &basket in holders {
                slots[length(baskets[basket as usize].before) + 1] += 1;
            }
            (slots[0], slots[1]) = (raw.len(), placed);
            (1..LENGTHS).for_each(|length| slots[length + 1] += slots[length]);
            placed = slots[LENGTHS];
            for &basket in holders {
                let basket = &mut baskets[basket as usize];
                ranks[(basket.start + basket.before) as usize] = R::new(rank);
                // What is not to be kept is written behind the end.
                let slot = &mut slots[length(basket.before)];
                places[*slot] = *basket;
                *slot += usize::from(basket.before > 0);
                basket.before += 1;
            }
            held = end;
        }
        firsts.push(placed as u32);
        places.truncate(placed);
    }

    /// The places of a rank where something stands before it.
    #[inline(always)]
    pub(super) fn places(&self, rank: usize) -> &[Place] {
        &self.places[self.firsts[rank] as usize..self.firsts[rank + 1] as usize]
    }

    /// The ranks of each basket, rising, baskets in the order given.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[R]> {
        self.baskets.iter().map(|basket| &self.ranks[basket.start as usize..][..basket.before as usize])
    }

    /// Frees what building needed.
    pub(super) fn shrink(&mut self) {
        (self.holders, self.next) = (Vec::new(), Vec::new());
        self.places.shrink_to_fit();
    }

    /// The groups of ranks in front of a rank, for every place of it. The rank itself and others behind it may stand in the
    /// last group, and padding.
    #[inline(always)]
    pub(super) fn fronts(&self, rank: usize) -> impl Iterator<Item = &[[R; GROUP]]> {
        let (groups, _) = self.ranks.as_chunks::<GROUP>();
        let places = self.places(rank);
        places.iter().enumerate().map(move |(at, place)| {
            if let Some(ahead) = places.get(at + AHEAD) {
                prefetch(groups, ahead.start as usize / GROUP);
            }
            let start = place.start as usize / GROUP;
            &groups[start..start + (place.before as usize).div_ceil(GROUP)]
        })
    }

    /// The memory in use, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.ranks.len() * size_of::<R>()
            + (self.places.len() + self.baskets.len()) * size_of::<Place>()
            + (self.firsts.len() + self.holders.len() + self.next.len()) * 4
    }
}

/// All the baskets, and the items that their ranks stand for.
#[derive(Debug, Default)]
pub(super) struct Lists<R> {
    pub(super) chunks: Vec<Chunk<R>>,
    /// rank -> code.
    pub(super) codes: Vec<u32>,
    /// rank -> number of baskets.
    pub(super) counts: Vec<u32>,
}

impl<R: Rank> Lists<R> {
    /// Asks for the memory of the first places of a rank.
    #[inline(always)]
    pub(super) fn prefetch(&self, rank: usize) {
        for chunk in &self.chunks {
            let (groups, _) = chunk.ranks.as_chunks::<GROUP>();
            for place in chunk.places(rank).iter().take(AHEAD) {
                prefetch(groups, place.start as usize / GROUP);
            }
        }
    }

    /// The number of places of a rank where something stands before it.
    #[inline(always)]
    pub(super) fn n_places(&self, rank: usize) -> usize {
        self.chunks.iter().map(|chunk| chunk.places(rank).len()).sum()
    }
}
