//! What customers like one bought, and what they themselves may buy again.

use std::hint::black_box;

use super::params::{MAX_COUNTED, MAX_FEW};
use super::scratch::{Candidate, Met, Scratch, foremost, ix};
use super::snapshot::Snapshot;
use super::state::BuyerRecord;
use super::visitor::{Purchases, Visitor};
use super::walk::SIDE_BY_SIDE;

const SECONDS_PER_DAY: f64 = 86_400.0;

/// Weights are whole so that sums do not depend on their order.
const ONE: f64 = (1_u64 << 20) as f64;

/// A sum holds: so many neighbours, each of whom has the most items in common, each of those as rare as an item can be.
const _: () = {
    // The logarithm of one more than the number of buyers, who are bounded to u32.
    const MOST_RARE: u128 = 23;
    let root_of_items = MAX_FEW.isqrt() as u128;
    let nearness = (root_of_items * MOST_RARE) << 20;
    assert!(
        (nearness * MAX_COUNTED as u128) << COUNT_BITS <= u64::MAX as u128 && MAX_COUNTED < 1 << COUNT_BITS
    );
};

/// Sums of weights above, the number of neighbours below.
pub(super) const COUNT_BITS: u32 = 16;

/// How many neighbours are ranked by nearness of those with most in common.
const RANKED: usize = 3;

impl Snapshot {
    /// How much a purchase weighs at an instant: half of it after each half-life.
    fn recency(&self, last: u32, now: u32) -> f64 {
        let days = f64::from(now.saturating_sub(last)) / SECONDS_PER_DAY;
        libm::exp2(-days / self.params.half_life_days)
    }

    /// How much an item tells of who bought it: the rarer, the more.
    fn rarity(&self, item: u32) -> f64 {
        let (all, own) = (f64::from(self.n_buyers()), f64::from(self.buyers_of(item)));
        libm::log1p((all + 1.0) / (own + 1.0))
    }

    /// Sums over customers like one, by item: their nearness above, their number below [`COUNT_BITS`].
    ///
    /// Candidates are those among the latest buyers of the customer's own items; what speaks for one is the sum over items in
    /// common of recency and rarity, over the root of how many items they have. Time: `latest_items * neighbor_purchases` entries,
    /// `neighbors` histories.
    pub(super) fn customers_like(&self, own: &Visitor<'_>, now: u32, scratch: &mut Scratch) {
        let held = self.latest_of(own, self.params.latest_items);
        let mut entries = std::mem::take(&mut scratch.entries);
        // In a loop of nothing else, so that the memory of all is on its way at a time.
        let (mut touched, mut room) = (0, 0);
        for held in held {
            let postings = self.state.bought.get(held.item as usize);
            touched ^= postings.last_second().unwrap_or(0);
            room += postings.len().min(self.params.neighbor_purchases);
        }
        black_box(touched);
        scratch.meetings.reset(room);
        for (turn, held) in (1..).zip(held) {
            let weight = fixed(self.recency(held.last, now) * self.rarity(held.item));
            self.latest(held.item, self.params.neighbor_purchases, &mut entries);
            for entry in &entries {
                if entry.owner() != own.slot {
                    scratch.meetings.meet(entry.owner(), entry.second(), weight.max(1), turn);
                }
            }
        }
        scratch.entries = entries;
        let nearest = self.nearest(&mut scratch.meetings.met);
        for block in nearest.chunks(SIDE_BY_SIDE) {
            let owners = block.iter().map(|met| met.owner);
            let records = self.state.buyers.records_of::<SIDE_BY_SIDE>(owners, BuyerRecord::words_to_items);
            for (met, buyer) in block.iter().zip(records.map(BuyerRecord::new)) {
                let items = buyer.map_or(&[][..], BuyerRecord::items);
                let near = met.weight.max(1) << COUNT_BITS;
                items.iter().for_each(|&item| scratch.sums.add(ix(item), near + 1));
            }
        }
    }

    /// The nearest of those met, in any order, with their nearness as weight: by weight first, then by weight over the root of their items.
    fn nearest<'m>(&self, met: &'m mut [Met]) -> &'m [Met] {
        let k = self.params.neighbors;
        let id = |owner: u32| self.state.buyer(owner).map(|buyer| (buyer.is_anonymous(), buyer.id()));
        let ranked = foremost(met, RANKED * k, id);
        let mut n = 0;
        for at in (0..ranked.len()).step_by(SIDE_BY_SIDE) {
            let block = at..ranked.len().min(at + SIDE_BY_SIDE);
            let owners = ranked[block.clone()].iter().map(|met| met.owner);
            // Of most no more is read than that.
            let records = self.state.buyers.records_of::<SIDE_BY_SIDE>(owners, |_| 1);
            for (at, buyer) in block.zip(records.map(BuyerRecord::new)) {
                let Some(buyer) = buyer.filter(|buyer| buyer.has_name()) else { continue };
                let n_items = buyer.n_items();
                if n_items <= self.params.max_items {
                    #[allow(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
                    let nearness = ranked[at].weight as f64 / (n_items.max(1) as f64).sqrt();
                    #[allow(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "it is below the weight"
                    )]
                    let weight = nearness as u64;
                    ranked[n] = Met { weight, ..ranked[at] };
                    n += 1;
                }
            }
        }
        foremost(&mut ranked[..n], k, id)
    }

    /// What a customer may buy again of what they did not send back, with scores: how probable it is that an item is bought again at all, times the share of orders
    /// that it was in, by recency, times how due it is.
    ///
    /// Due is what lies as long back as its customer's own time between purchases of it, estimated with one more interval of
    /// the time between their orders.
    pub(super) fn again(&self, own: &Visitor<'_>, now: u32, candidates: &mut Vec<Candidate>) {
        candidates.clear();
        let Purchases { n, span: Some((first, last)) } = own.purchases() else { return };
        #[allow(clippy::cast_precision_loss, reason = "days are few")]
        let days = last.micros().saturating_sub(first.micros()) as f64 / 1e6 / SECONDS_PER_DAY;
        #[allow(clippy::cast_precision_loss, reason = "orders are few")]
        let orders = n as f64;
        let rhythm = (days / (orders - 1.0).max(1.0)).max(1.0);
        // What was sent back speaks against buying it again.
        for held in own.held().iter().filter(|held| held.is_owned) {
            let (customers, again) = (
                f64::from(self.buyers_of(held.item)),
                f64::from(*self.state.repeaters.get(held.item as usize)),
            );
            // A beta prior of ten customers of whom one came back.
            let propensity = (again + 1.0) / (customers + 10.0);
            let times = f64::from(held.orders);
            let own_share = if held.orders > 1 { times / orders } else { propensity * times / orders };
            let since = f64::from(now.saturating_sub(held.last)) / SECONDS_PER_DAY;
            let interval = (rhythm * orders / times).max(1.0);
            let due = (since / interval).min(1.0);
            let score = (0.05 + own_share) * (0.2 + due) * self.recency(held.last, now).max(1e-9);
            candidates.push(Candidate { item: held.item, score, count: held.orders });
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "weights are small and not below 0"
)]
fn fixed(weight: f64) -> u64 {
    (weight * ONE).round() as u64
}
