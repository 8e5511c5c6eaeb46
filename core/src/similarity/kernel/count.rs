//! Counting: how many users each pair of items shares, and the best neighbours by those counts.
//!
//! What a row costs is its increments, one for each entry of its users' histories. Where these are few beside the catalogue,
//! the items touched are listed on the way and only they are looked at; elsewhere all counters are, cold items first, in
//! blocks: once there are enough neighbours, a block whose greatest count does not reach what the worst of them implies is
//! passed over. Counters are as narrow as the item's number of users allows, so that they stay in the cache.

use std::marker::PhantomData;

use rayon::prelude::*;

use super::key::{Key, Keyed, Wide};
use super::layout::Layout;
use super::lists::{Lists, Slot};
use super::near::{Kept, Near};
use super::order::{Family, Formula, LogLikelihood, LogProduct, Mean, Order, Overlap, Product, Ranked};
use crate::cpu::{Work, fastest};
use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::rank::{ScratchPool, TopK};

/// Items whose lists are made between two looks at the control.
pub(super) const ITEMS_PER_TASK: usize = 16;

/// A row is sparse where its increments times this are below the number of items.
const SPARSE: u64 = 6;

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
struct Scratch<R: Keyed> {
    bytes: Vec<u8>,
    shorts: Vec<u16>,
    words: Vec<u32>,
    touched: Vec<R>,
    kept: Vec<Kept>,
    top: TopK<R::Key>,
    /// For counts beyond two bytes.
    wide: TopK<Wide>,
}

impl<R: Keyed> Scratch<R> {
    fn new(n: usize, k: usize) -> Self {
        // One more than there are items, as one is written and not kept; and whole blocks.
        let length = (n + 1).next_multiple_of(BLOCK).max(R::SPAN);
        Self {
            bytes: vec![0; length],
            shorts: vec![0; length],
            words: Vec::new(),
            touched: vec![R::default(); length],
            kept: vec![Kept::default(); length],
            top: TopK::new(k),
            wide: TopK::new(k),
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

fn with_ranks<R: Keyed>(
    rows: &Rows<ItemIx>,
    degrees: &[u32],
    order: &Order,
    k: usize,
    control: &Control,
) -> Result<Lists> {
    let layout = Layout::<R>::new(rows, degrees, false, None)?;
    let order = order.ranked(&layout.items, R::SPAN);
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
struct Row<'r, 's, R: Keyed> {
    layout: &'r Layout<R>,
    order: &'r Ranked,
    rank: usize,
    scratch: &'r mut Scratch<R>,
    slot: &'r mut Slot<'s>,
}

impl<R: Keyed> Work for Row<'_, '_, R> {
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

impl<R: Keyed> Row<'_, '_, R> {
    #[inline(always)]
    fn make<F: Formula>(self) {
        let Self { layout, order, rank, scratch, slot } = self;
        let degree = layout.degrees[rank];
        if degree < order.order.shape.min_count.max(1) {
            return;
        }
        let Scratch { bytes, shorts, words, touched, kept, top, wide } = scratch;
        let row = Counting::<R, F> { layout, order, rank, formula: PhantomData };
        let sparse = layout.work[rank] * SPARSE < layout.len() as u64;
        match (sparse, degree) {
            (true, ..=TWO_BYTES) => row.sparse(shorts, touched, kept, top),
            (false, ..=ONE_BYTE) => row.dense(bytes, top),
            (false, ..=TWO_BYTES) => row.dense(shorts, top),
            _ => {
                words.resize(shorts.len(), 0);
                row.dense(words, wide);
                slot.fill(wide.drain_sorted());
                return;
            }
        }
        slot.fill(top.drain_sorted());
    }
}

/// The counting of one row.
struct Counting<'r, R, F> {
    layout: &'r Layout<R>,
    order: &'r Ranked,
    rank: usize,
    formula: PhantomData<F>,
}

impl<R: Keyed, F: Formula> Counting<'_, R, F> {
    #[inline(always)]
    fn candidate<K: Key>(&self, count: u32, other: usize) -> K {
        let Order { shape, own, other: others } = &self.order.order;
        let score = shape.score_by::<F>(f64::from(count), count, own[self.rank], others[other]);
        K::new(score, count, self.layout.items[other])
    }

    /// Counts and lists what is touched.
    #[inline(always)]
    fn sparse(&self, counters: &mut [u16], touched: &mut [R], kept: &mut [Kept], top: &mut TopK<R::Key>) {
        let mut n = self.walk(counters, touched);
        if let Some(near) = Near::new::<F>(self.order, self.rank)
            && let Some(bar) = near.bar::<F, R>(counters, &touched[..n], top.k())
        {
            let n_kept = near.take::<F, R>(bar, counters, &touched[..n], kept);
            let kept = &kept[..n_kept];
            if near.are_enough::<F>(bar, kept, top.k()) {
                self.choose(near, kept, top);
                return;
            }
            // The few told wrong, which is rare: all are looked at.
            n = self.walk(counters, touched);
        }
        for &other in &touched[..n] {
            self.offer(std::mem::take(&mut counters[other.position()]), other.position(), top);
        }
    }

    /// Selects from what came near, all of which is enough.
    #[inline(always)]
    fn choose(&self, near: Near<'_>, kept: &[Kept], top: &mut TopK<R::Key>) {
        let Order { shape, own, other: others } = &self.order.order;
        let own = own[self.rank];
        if near.is_plain() {
            for kept in kept {
                let (count, other) = (u32::from(kept.count()), kept.rank());
                let score = shape.plain_score_by::<F>(f64::from(count), own, others[other]);
                top.push_unseen(Key::new(score, count, self.layout.items[other]));
            }
        } else {
            for kept in kept {
                self.offer(kept.count(), kept.rank(), top);
            }
        }
    }

    /// Counts, and writes down what is touched; tells how many items are.
    #[inline(always)]
    fn walk(&self, counters: &mut [u16], touched: &mut [R]) -> usize {
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
        n
    }

    #[inline(always)]
    fn offer(&self, count: u16, other: usize, top: &mut TopK<R::Key>) {
        let count = u32::from(count);
        if count >= self.order.order.shape.min_count.max(1) {
            top.push(self.candidate(count, other));
        }
    }

    /// Counts, then looks at all counters, cold items first.
    #[inline(always)]
    fn dense<C: Counter, K: Key>(&self, counters: &mut [C], top: &mut TopK<K>) {
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
                    least = self.order.least_count(floor.score(), self.rank, rest).max(1);
                }
            }
            *cells = [C::default(); BLOCK];
        }
    }
}
