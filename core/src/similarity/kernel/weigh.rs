//! Summing up: weighted pairs in fixed point, with the number of users in common beside each sum.
//!
//! Weights are whole numbers of a common unit, chosen so that no sum leaves 64 bits; so a sum does not depend on the order in
//! which it was made, and its similarity is rounded once.

use rayon::prelude::*;

use super::count::{ITEMS_PER_TASK, R16};
use super::key::{Key, Wide};
use super::layout::Layout;
use super::lists::{Lists, Slot};
use super::order::Order;
use crate::cpu::{Work, fastest};
use crate::data::Rows;
use crate::error::Result;
use crate::fit::Control;
use crate::index::{ItemIx, Rank};
use crate::rank::{ScratchPool, TopK};

/// What a user's entries weigh, and what of it is put beside what.
#[derive(Debug, Clone, Copy)]
pub(in crate::similarity) struct Weighted<'a> {
    /// The items of each user, rising.
    pub(in crate::similarity) rows: &'a Rows<ItemIx>,
    /// The number of users of each item.
    pub(in crate::similarity) degrees: &'a [u32],
    /// The weight of each entry, in the unit.
    pub(in crate::similarity) weights: &'a [u32],
    /// The value of the square of the unit.
    pub(in crate::similarity) square: f64,
    /// The day of each entry, and what is left of a pair by the days between its two, in 65536ths.
    pub(in crate::similarity) apart: Option<(&'a [u32], &'a [u32])>,
    /// Whose each row is, and how many different owners a pair must have.
    pub(in crate::similarity) owners: Option<(&'a [u32], u32)>,
}

impl Weighted<'_> {
    /// What a pair of entries adds to a sum.
    #[inline(always)]
    pub(in crate::similarity) fn product(&self, a: usize, b: usize) -> u64 {
        let product = u64::from(self.weights[a]) * u64::from(self.weights[b]);
        self.apart.map_or(product, |(days, left)| left_of(product, days[a].abs_diff(days[b]), left))
    }
}

/// What is left of a product after some days; nothing beyond the table.
#[inline(always)]
fn left_of(product: u64, days: u32, left: &[u32]) -> u64 {
    // Multiplied before it is divided: of no small product everything is lost, and all is left of one of the same day.
    let whole = u128::from(product) * u128::from(left.get(days as usize).copied().unwrap_or(0));
    u64::try_from(whole >> 16).expect("what is left is at most 65536 65536ths")
}

/// What is known of one pair.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sum: u64,
    count: u32,
    /// The number of different owners, and one more than the last of them.
    owners: u32,
    last: u32,
}

#[derive(Debug)]
struct Scratch<R> {
    cells: Vec<Cell>,
    touched: Vec<R>,
    top: TopK<Wide>,
}

/// The entries of a [`Weighted`] in the order of a layout.
struct Laid<R> {
    layout: Layout<R>,
    order: super::order::Ranked,
    /// Weights and days by entry of the histories, and of the users' lists.
    weights: (Vec<u32>, Vec<u32>),
    days: Option<(Vec<u32>, Vec<u32>)>,
    /// Owners by user.
    owners: Option<Vec<u32>>,
}

/// The `k` nearest neighbours of every item by what the order says of the sums.
pub(in crate::similarity) fn weighted_neighbors(
    weighted: &Weighted<'_>,
    order: &Order,
    k: usize,
    control: &Control,
) -> Result<Lists> {
    let k = k.min(weighted.degrees.len().saturating_sub(1));
    if weighted.degrees.len() < R16 {
        with_ranks::<u16>(weighted, order, k, control)
    } else {
        with_ranks::<u32>(weighted, order, k, control)
    }
}

fn with_ranks<R: Rank>(weighted: &Weighted<'_>, order: &Order, k: usize, control: &Control) -> Result<Lists> {
    let owners = weighted.owners.map(|(owners, _)| owners);
    let mut layout = Layout::<R>::new(weighted.rows, weighted.degrees, true, owners)?;
    let sources = layout.take_sources();
    let pick = |values: &[u32], sources: &[u32]| -> Vec<u32> {
        sources.iter().map(|&source| values[source as usize]).collect()
    };
    let both = |values: &[u32]| (pick(values, &sources.0), pick(values, &sources.1));
    let laid = Laid {
        order: order.ranked(&layout.items, 0),
        weights: both(weighted.weights),
        days: weighted.apart.map(|(days, _)| both(days)),
        owners: owners.map(|owners| pick(owners, &layout.order)),
        layout,
    };
    drop(sources);
    let n = laid.layout.len();
    let scratch = ScratchPool::default();
    let new = || Scratch {
        cells: vec![Cell::default(); n.max(R::SPAN)],
        touched: vec![R::default(); (n + 1).max(R::SPAN)],
        top: TopK::new(k),
    };
    Lists::fill(
        &laid.layout.items,
        |rank| laid.layout.room(rank, k),
        |mut slots| {
            let tasks = slots.par_chunks_mut(ITEMS_PER_TASK).enumerate().with_max_len(1);
            tasks.try_for_each(|(task, slots)| {
                control.check()?;
                scratch.with(new, |scratch| {
                    for (rank, slot) in (task * ITEMS_PER_TASK..).zip(slots) {
                        fastest(Row { weighted, laid: &laid, rank, scratch, slot });
                    }
                });
                Ok(())
            })
        },
    )
}

/// One item's list.
struct Row<'r, 's, R> {
    weighted: &'r Weighted<'r>,
    laid: &'r Laid<R>,
    rank: usize,
    scratch: &'r mut Scratch<R>,
    slot: &'r mut Slot<'s>,
}

impl<R: Rank> Work for Row<'_, '_, R> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        let Self { weighted, laid, rank, scratch, slot } = self;
        let Scratch { cells, touched, top } = scratch;
        assert!(cells.len() >= R::SPAN, "there is a cell for every rank");
        let entries = laid.layout.entries(rank);
        let own = &laid.weights.1[entries.clone()];
        let n = match (&laid.days, &laid.owners, weighted.apart) {
            (None, None, _) => walk(laid, rank, cells, touched, |cell, at, entry, _| {
                cell.sum += u64::from(own[at]) * u64::from(laid.weights.0[entry]);
                cell.count += 1;
            }),
            (Some((days, own_days)), _, Some((_, left))) => {
                let own_days = &own_days[entries];
                walk(laid, rank, cells, touched, |cell, at, entry, _| {
                    let product = u64::from(own[at]) * u64::from(laid.weights.0[entry]);
                    cell.sum += left_of(product, own_days[at].abs_diff(days[entry]), left);
                    cell.count += 1;
                })
            }
            (_, Some(owners), _) => walk(laid, rank, cells, touched, |cell, at, entry, user| {
                cell.sum += u64::from(own[at]) * u64::from(laid.weights.0[entry]);
                cell.count += 1;
                // Users are sorted by owner, so an owner that is not the last one is a new one.
                let owner = owners[user as usize] + 1;
                cell.owners += u32::from(cell.last != owner);
                cell.last = owner;
            }),
            (Some(_), None, None) => unreachable!("days come with what is left after them"),
        };
        let order = &laid.order.order;
        let (least, least_owners) =
            (order.shape.min_count.max(1), weighted.owners.map_or(0, |(_, least)| least));
        for &other in &touched[..n] {
            let other = other.position();
            let cell = std::mem::take(&mut cells[other]);
            // A pair that weighs nothing shares nothing.
            if other != rank && cell.sum > 0 && cell.count >= least && cell.owners >= least_owners {
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "a sum becomes a similarity in single precision"
                )]
                let score = order.score(cell.sum as f64 * weighted.square, cell.count, rank, other);
                top.push(Wide::new(score, cell.count, laid.layout.items[other]));
            }
        }
        slot.fill(top.drain_sorted());
    }
}

/// Walks the histories of a row's users; `add` is given each cell, the position of the user among the row's, the entry, and the
/// user. Tells how many cells were touched.
#[inline(always)]
fn walk<R: Rank>(
    laid: &Laid<R>,
    rank: usize,
    cells: &mut [Cell],
    touched: &mut [R],
    mut add: impl FnMut(&mut Cell, usize, usize, u32),
) -> usize {
    assert!(cells.len() >= R::SPAN, "there is a cell for every rank");
    let mut n = 0;
    for (at, (user, start, history)) in laid.layout.histories(rank).enumerate() {
        for (entry, &other) in (start..).zip(history) {
            let cell = &mut cells[other.position()];
            touched[n] = other;
            n += usize::from(cell.count == 0);
            add(cell, at, entry, user);
        }
    }
    n
}
