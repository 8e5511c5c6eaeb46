//! What the items of the neighbours add up to, and what carried it.

use std::ops::AddAssign;

use crate::index::ItemIx;
use crate::rank::{AllowedItems, Scored, Scores, TopK};
use crate::session::SessionKnn;
use crate::session::answer::Kept;
use crate::session::neighbors::{Neighbor, Search, UNIT};
use crate::session::params::kind_weight;

/// What speaks for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum {
    /// In parts of [`UNIT`].
    weight: u64,
    /// The number of neighbours that hold it.
    sessions: u32,
}

impl AddAssign for Sum {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        self.weight += other.weight;
        self.sessions += other.sessions;
    }
}

/// Working memory of a request.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) search: Search,
    /// What each neighbour adds to each of its items, one neighbour after the other.
    added: Vec<(ItemIx, u64)>,
    sums: Scores<Sum>,
    top: TopK<Scored>,
    /// The items to be answered, best first.
    pub(super) best: Vec<Scored>,
    /// The items of these.
    items: Vec<ItemIx>,
    /// For each of these, what each wanted item carried.
    pub(super) carried: Vec<u64>,
}

impl Scratch {
    pub(super) fn new(n_items: usize) -> Self {
        Self {
            search: Search::new(),
            added: Vec::new(),
            sums: Scores::new(n_items),
            top: TopK::new(0),
            best: Vec::new(),
            items: Vec::new(),
            carried: Vec::new(),
        }
    }
}

/// What a step between two items of a neighbour counts: powers, the common ones made before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    forward: Vec<f64>,
    backward: Vec<f64>,
    ratios: [f64; 2],
}

/// Steps of which powers are made before.
const STEPS: i32 = 64;

impl Steps {
    pub(super) fn new(forward: f64, backward: f64) -> Self {
        let powers = |ratio: f64| (0..STEPS).map(|steps| ratio.powi(steps)).collect();
        Self { forward: powers(forward), backward: powers(backward), ratios: [forward, backward] }
    }

    /// From the anchor's place to another one: 1 for the anchor itself and the item behind it, then less by a ratio a step;
    /// less by a ratio from the first step on for what stands before.
    #[inline]
    fn weight(&self, anchor: usize, place: usize) -> f64 {
        let (powers, ratio, steps) = if place >= anchor {
            (&self.forward, self.ratios[0], (place - anchor).saturating_sub(1))
        } else {
            (&self.backward, self.ratios[1], anchor - place)
        };
        powers.get(steps).copied().unwrap_or_else(|| ratio.powi(i32::try_from(steps).unwrap_or(i32::MAX)))
    }
}

impl SessionKnn {
    /// The `n` best items for a session, into `scratch.best`; the first wanted item is the last of the session.
    #[allow(clippy::cast_precision_loss, reason = "what the rounding makes equal, count and id tell apart")]
    pub(super) fn best(&self, n: usize, allowed: &AllowedItems, scratch: &mut Scratch) -> Kept {
        let Scratch { search, added, sums, top, best, .. } = scratch;
        self.search(search);
        added.clear();
        for neighbor in &search.neighbors {
            self.add_items(neighbor, search, added);
        }
        // A loop of nothing else, so that the processor waits for many sums at a time.
        for &(item, weight) in added.iter().filter(|added| added.1 > 0) {
            sums.add(item, Sum { weight, sessions: 1 });
        }
        let last = search.wanted.first().map(|wanted| wanted.item);
        let mut kept = Kept::default();
        top.reset(n);
        sums.drain(|item, sum| {
            let own = if Some(item) == last { self.params.last_item_weight } else { 1.0 };
            let score = sum.weight as f64 / UNIT * own * self.rarities[item.as_usize()];
            if score <= 0.0 {
                return;
            }
            let few = (sum.sessions as usize) < self.params.min_sessions;
            let denied = !allowed.allows(item);
            kept.by_min_sessions |= few && !denied;
            kept.by_filter |= denied;
            if !few && !denied {
                top.push(Scored { score, count: u64::from(sum.sessions), item });
            }
        });
        best.clear();
        best.extend(top.drain_sorted());
        kept
    }

    /// What a neighbour adds to each of its items; 0 where it rounds to that.
    #[inline]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "weights are from 0 and far below 2^53"
    )]
    fn add_items(&self, neighbor: &Neighbor, search: &Search, added: &mut Vec<(ItemIx, u64)>) {
        let kept = &self.index.kept;
        let row = kept.rows.row(neighbor.session as usize);
        let anchor = search.wanted[usize::from(neighbor.anchor)].item;
        let anchor = row.iter().position(|&item| item == anchor).unwrap_or(0);
        let begin = kept.rows.offsets()[neighbor.session as usize];
        added.extend(row.iter().enumerate().map(|(place, &item)| {
            let kind = kept.kinds.as_ref().map_or(0, |kinds| kinds[begin + place]);
            let own = kind_weight(&self.params.kind_weights, kind);
            // To the nearest: quicker than `round`, which is a call.
            (item, (neighbor.weight as f64 * self.steps.weight(anchor, place) * own + 0.5) as u64)
        }));
    }

    /// What each wanted item carried of each of the best, into `scratch.carried` (a row for each of the best): what a
    /// neighbour adds is dealt out by what the wanted items in it count.
    pub(super) fn carry(&self, scratch: &mut Scratch) {
        let Scratch { search, added, best, items, carried, .. } = scratch;
        let n = search.wanted.len();
        items.clear();
        items.extend(best.iter().map(|scored| scored.item));
        carried.clear();
        carried.resize(best.len() * n, 0);
        let mut begin = 0;
        for neighbor in &search.neighbors {
            let row = self.index.kept.rows.row(neighbor.session as usize);
            let of_row = &added[begin..begin + row.len()];
            begin += row.len();
            let mut all = None;
            for &(item, weight) in of_row {
                let Some(at) = items.iter().position(|&best| best == item) else { continue };
                let common = || search.wanted.iter().filter(|wanted| row.contains(&wanted.item));
                let all =
                    *all.get_or_insert_with(|| common().map(|one| u128::from(one.weight)).sum::<u128>());
                for (wanted, carried) in search.wanted.iter().zip(&mut carried[at * n..]) {
                    if row.contains(&wanted.item) {
                        let part = u128::from(weight) * u128::from(wanted.weight) / all.max(1);
                        *carried += u64::try_from(part).unwrap_or(u64::MAX);
                    }
                }
            }
        }
    }
}
