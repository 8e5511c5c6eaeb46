//! Counting: how many users each pair of items shares, and the best neighbours by those counts.
//!
//! What a row costs is its increments, one for each entry of its users' histories. Where these are few beside the catalogue,
//! the items touched are listed on the way and only they are looked at; elsewhere all counters are, cold items first, in
//! blocks: once there are enough neighbours, a block whose greatest count does not reach what the worst of them implies is
//! passed over. Counters are as narrow as the item's number of users allows, so that they stay in the cache.

use std::marker::PhantomData;

use rayon::prelude::*;

use super::layout::Layout;
use super::lists::{Lists, Slot};
use super::order::{
    Family, Formula, Key, LogLikelihood, LogProduct, Mean, Order, Overlap, Product, Ranked, count_of,
    item_of, key, score_of,
};
use crate::cpu::{Work, fastest};
use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::index::{ItemIx, Rank};
use crate::rank::{ScratchPool, TopK};

/// Items whose lists are made between two looks at the control.
pub(super) const ITEMS_PER_TASK: usize = 16;

/// A row is sparse where its increments times this are below the number of items.
const SPARSE: u64 = 6;

/// Items that tell where the best of a row begin.
const SAMPLE: usize = 64;

/// Counters looked at together.
const BLOCK: usize = 64;

/// A number of users, narrow enough that several fit a word with a bit to spare in each.
trait Counter: Copy + Default + Send {
    /// How many fit a word.
    const LANES: usize;

    fn bump(&mut self);
    fn get(self) -> u32;

    /// The highest bit of each lane of a word of counters that are at least `least`, given in all lanes.
    fn reach(lanes: &[Self], least: u64) -> u64;

    /// The same number in all lanes; one that fits no counter is that above the greatest.
    fn in_all(number: u32) -> u64;
}

macro_rules! counter {
    ($($kind:ty: $lanes:literal lanes, ones $ones:literal;)*) => {$(
        impl Counter for $kind {
            const LANES: usize = $lanes;

            #[inline(always)]
            fn bump(&mut self) {
                // No count is above the item's number of users, by which the counters were chosen.
                *self = self.wrapping_add(1);
            }

            #[inline(always)]
            fn get(self) -> u32 {
                u32::from(self)
            }

            #[inline(always)]
            fn reach(lanes: &[Self], least: u64) -> u64 {
                const HIGH: u64 = $ones << (<$kind>::BITS - 1);
                let mut word = 0;
                for (lane, &count) in (0..$lanes).zip(lanes) {
                    word |= u64::from(count) << (lane * <$kind>::BITS);
                }
                // The high bit is set first, so that no lane borrows from the next, and stays where the number is reached.
                ((word | HIGH) - least) & HIGH
            }

            #[inline(always)]
            fn in_all(number: u32) -> u64 {
                u64::from(number.min(1 << (<$kind>::BITS - 1))) * $ones
            }
        }
    )*};
}

counter! {
    u8: 8 lanes, ones 0x0101_0101_0101_0101;
    u16: 4 lanes, ones 0x0001_0001_0001_0001;
    u32: 2 lanes, ones 0x0000_0001_0000_0001;
}

/// The greatest number of users for which counters of one and of two bytes are taken: one bit is to spare.
const ONE_BYTE: u32 = 0x7F;
const TWO_BYTES: u32 = 0x7FFF;

/// The working memory of one thread: counters of every width, all zero between rows.
#[derive(Debug)]
struct Scratch<R> {
    bytes: Vec<u8>,
    shorts: Vec<u16>,
    words: Vec<u32>,
    touched: Vec<R>,
    kept: Vec<R>,
    top: TopK<Key>,
}

impl<R: Rank> Scratch<R> {
    fn new(n: usize, k: usize) -> Self {
        // One more than there are items, as one is written and not kept; and whole blocks.
        let length = (n + 1).next_multiple_of(BLOCK).max(R::SPAN);
        Self {
            bytes: vec![0; length],
            shorts: vec![0; length],
            words: Vec::new(),
            touched: vec![R::default(); length],
            kept: vec![R::default(); length],
            top: TopK::new(k),
        }
    }
}

/// The `k` nearest neighbours of every item by what the order says of the number of users in common.
///
/// `rows` rise and hold items below the number of `degrees`, which are their numbers of rows. Time: the sum over the rows of
/// the square of their lengths; space: both orientations of the rows, the lists, and a few bytes an item and thread.
pub(in crate::similarity) fn neighbors(
    rows: &Rows<ItemIx>,
    degrees: &[u32],
    order: &Order,
    k: usize,
    control: &Control,
) -> Result<Lists> {
    // No item has more neighbours than there are others.
    let k = k.min(degrees.len().saturating_sub(1));
    if degrees.len() < R16 {
        with_ranks::<u16>(rows, degrees, order, k, control)
    } else {
        with_ranks::<u32>(rows, degrees, order, k, control)
    }
}

/// Items from which on ranks take four bytes.
pub(super) const R16: usize = u16::MAX as usize;

fn with_ranks<R: Rank>(
    rows: &Rows<ItemIx>,
    degrees: &[u32],
    order: &Order,
    k: usize,
    control: &Control,
) -> Result<Lists> {
    let layout = Layout::<R>::new(rows, degrees, false, None)?;
    let order = order.ranked(&layout.items);
    let scratch = ScratchPool::default();
    Lists::fill(
        &layout.items,
        |rank| layout.room(rank, k),
        |mut slots| {
            let tasks = slots.par_chunks_mut(ITEMS_PER_TASK).enumerate().with_max_len(1);
            tasks.try_for_each(|(task, slots)| {
                control.check()?;
                scratch.with(
                    || Scratch::<R>::new(layout.len(), k),
                    |scratch| {
                        for (rank, slot) in (task * ITEMS_PER_TASK..).zip(slots) {
                            fastest(Row { layout: &layout, order: &order, rank, scratch, slot });
                        }
                    },
                );
                Ok(())
            })
        },
    )
}

/// One item's list.
struct Row<'r, 's, R> {
    layout: &'r Layout<R>,
    order: &'r Ranked,
    rank: usize,
    scratch: &'r mut Scratch<R>,
    slot: &'r mut Slot<'s>,
}

impl<R: Rank> Work for Row<'_, '_, R> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        match self.order.order.shape.family {
            Family::Product => self.make::<Product>(),
            Family::LogProduct => self.make::<LogProduct>(),
            Family::Overlap => self.make::<Overlap>(),
            Family::Mean => self.make::<Mean>(),
            Family::LogLikelihood => self.make::<LogLikelihood>(),
        }
    }
}

impl<R: Rank> Row<'_, '_, R> {
    #[inline(always)]
    fn make<F: Formula>(self) {
        let Self { layout, order, rank, scratch, slot } = self;
        let degree = layout.degrees[rank];
        if degree < order.order.shape.min_count.max(1) {
            return;
        }
        let Scratch { bytes, shorts, words, touched, kept, top } = scratch;
        let row = Counting::<R, F> { layout, order, rank, formula: PhantomData };
        let sparse = layout.work[rank] * SPARSE < layout.len() as u64;
        match (sparse, degree) {
            (true, ..=TWO_BYTES) => row.sparse(shorts, touched, kept, top),
            (false, ..=ONE_BYTE) => row.dense(bytes, top),
            (false, ..=TWO_BYTES) => row.dense(shorts, top),
            _ => {
                words.resize(shorts.len(), 0);
                row.dense(words, top);
            }
        }
        for found in top.drain_sorted() {
            slot.push(item_of(found), score_of(found), count_of(found));
        }
    }
}

/// The counting of one row.
struct Counting<'r, R, F> {
    layout: &'r Layout<R>,
    order: &'r Ranked,
    rank: usize,
    formula: PhantomData<F>,
}

impl<R: Rank, F: Formula> Counting<'_, R, F> {
    #[inline(always)]
    fn candidate(&self, count: u32, other: usize) -> Key {
        let Order { shape, own, other: others } = &self.order.order;
        let score = shape.score_by::<F>(f64::from(count), count, own[self.rank], others[other]);
        key(score, count, self.layout.items[other])
    }

    /// Counts and lists what is touched.
    #[inline(always)]
    fn sparse(&self, counters: &mut [u16], touched: &mut [R], kept: &mut [R], top: &mut TopK<Key>) {
        assert!(counters.len() >= R::SPAN && touched.len() >= R::SPAN, "there is room for every rank");
        let mut n = 0;
        for (_, _, history) in self.layout.histories(self.rank) {
            for &other in history {
                let counter = &mut counters[other.position()];
                // Written always and kept only where new: no branch to guess. There are as many ranks as items, so `n` is one.
                touched[R::new(n).position()] = other;
                n += usize::from(*counter == 0);
                counter.bump();
            }
        }
        counters[self.rank] = 0;
        let least = self.order.order.shape.min_count.max(1);
        let near = self.near_the_best(counters, touched, kept, n, top.k());
        let picked = near.map_or(&touched[..n], |n| &kept[..n]);
        for other in picked {
            let count = counters[other.position()].get();
            if count >= least {
                top.push(self.candidate(count, other.position()));
            }
        }
        touched[..n].iter().for_each(|other| counters[other.position()] = 0);
    }

    /// Writes down, of `n` items touched, those that may be among the best `k`, and tells how many; `None` where all may be.
    ///
    /// A few of them, taken at even distances, tell about where the best begin. What does not come near that is left out, if
    /// enough others reach it.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "of terms, for what need not be exact")]
    fn near_the_best(
        &self,
        counters: &[u16],
        touched: &[R],
        kept: &mut [R],
        n: usize,
        k: usize,
    ) -> Option<usize> {
        assert!(counters.len() >= R::SPAN && kept.len() >= R::SPAN, "there is room for every rank");
        let Order { shape, own, .. } = &self.order.order;
        let (x, shrinkage) = (own[self.rank] as f32, shape.shrinkage as f32);
        if shrinkage > 0.0 && !F::SHRINKS {
            return None;
        }
        let least = u16::try_from(shape.min_count).unwrap_or(u16::MAX);
        // As many of the sample as of all, and a few more.
        let place = SAMPLE * k / n.max(1) + SAMPLE * k / (2 * n.max(1)) + 3;
        if n < 2 * k + SAMPLE || place >= SAMPLE || F::quick(1.0, x, 1.0).is_none() {
            return None;
        }
        // What sorts as the similarities do: the bits of a number that is not negative; 0 for what too few have.
        let quick = |other: R| {
            let counter = counters[other.position()];
            let count = f32::from(counter);
            let base = F::quick(count, x, self.order.quick[other.position()]).unwrap_or(f32::INFINITY);
            let base = if shrinkage > 0.0 { base * (count / (count + shrinkage)) } else { base };
            if counter >= least { base.to_bits() } else { 0 }
        };
        let mut sample = [0; SAMPLE];
        let step = n / SAMPLE;
        sample.iter_mut().enumerate().for_each(|(at, value)| *value = quick(touched[at * step]));
        let (_, &mut pivot, _) = sample.select_nth_unstable_by(place, |a, b| b.cmp(a));
        // Far enough below that rounding changes nothing.
        let low = (f32::from_bits(pivot) * (1.0 - 1e-5)).to_bits();
        let (mut n_kept, mut n_reach) = (0, 0);
        for &other in &touched[..n] {
            let quick = quick(other);
            // Written always and kept only where near: no branch to guess.
            kept[R::new(n_kept).position()] = other;
            n_kept += usize::from(quick >= low);
            n_reach += usize::from(quick >= pivot);
        }
        (n_reach > k).then_some(n_kept)
    }

    /// Counts, then looks at all counters, cold items first.
    #[inline(always)]
    fn dense<C: Counter>(&self, counters: &mut [C], top: &mut TopK<Key>) {
        assert!(counters.len() >= R::SPAN, "there is a counter for every rank");
        for (_, _, history) in self.layout.histories(self.rank) {
            for &other in history {
                counters[other.position()].bump();
            }
        }
        counters[self.rank] = C::default();
        let n = self.layout.len();
        let mut least = self.order.order.shape.min_count.max(1);
        let (blocks, _) = counters.as_chunks_mut::<BLOCK>();
        for (block, cells) in blocks[..n.div_ceil(BLOCK)].iter_mut().enumerate().rev() {
            let bar = C::in_all(least);
            let mut reached = false;
            for lanes in cells.chunks_exact(C::LANES) {
                reached |= C::reach(lanes, bar) != 0;
            }
            if reached {
                let first = block * BLOCK;
                for (word, lanes) in cells.chunks_exact(C::LANES).enumerate() {
                    let mut bits = C::reach(lanes, bar);
                    while bits != 0 {
                        let lane = bits.trailing_zeros() as usize * C::LANES / 64;
                        bits &= bits - 1;
                        top.push(self.candidate(lanes[lane].get(), first + word * C::LANES + lane));
                    }
                }
                if let Some(floor) = top.floor() {
                    let rest = first.saturating_sub(1);
                    least = self.order.least_count(score_of(floor), self.rank, rest).max(1);
                }
            }
            *cells = [C::default(); BLOCK];
        }
    }
}
