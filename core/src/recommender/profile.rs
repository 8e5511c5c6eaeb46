//! Who a customer is, from what is known of them.

use serde::{Deserialize, Serialize};

use super::level::Level;
use super::population::purchase_days;
use super::snapshot::Snapshot;
use super::state::BuyerRecord;
use crate::data::Id;
use crate::lifecycle::Stage;
use crate::money::{Fixed, Money};
use crate::time::{MICROS_PER_DAY, Time};

/// How many leanings of a kind a profile tells.
const N_LEANINGS: usize = 5;

/// Scores of recency, frequency and monetary value, 5 the best, and the segment that they name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RfmProfile {
    /// Of the days since the last order.
    pub recency: u8,
    /// Of the number of orders.
    pub frequency: u8,
    /// Of what was spent; `None` in a shop without prices.
    pub monetary: Option<u8>,
    /// The segment of the default grid.
    pub segment: String,
}

/// What a customer leans to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeaningTo {
    /// The path of a category, or the name of a brand.
    pub name: String,
    /// The share of their purchases, from 0 to 1.
    pub share: f64,
    /// The number of these: items times orders.
    pub purchases: u32,
}

/// Who a customer is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomerProfile {
    /// What the customer is called.
    pub customer: Id,
    /// How far answers may follow them.
    pub level: Level,
    /// Their segment, where segments were given.
    pub segment: Option<String>,
    /// The number of orders that count as purchases.
    pub orders: u32,
    /// The first and the last of these.
    pub first_order: Option<Time>,
    /// The last of these.
    pub last_order: Option<Time>,
    /// Whole days since the last, at the end of the latest order's day.
    pub recency_days: Option<i64>,
    /// What was spent, returns taken off.
    pub spent: Money,
    /// Scores and segment, by the cut points of the last refresh.
    pub rfm: Option<RfmProfile>,
    /// The stage of their life with the shop, by the rhythm of the last refresh.
    pub stage: Option<Stage>,
    /// Since when they are in it.
    pub stage_since: Option<Time>,
    /// When it ends if nothing is bought.
    pub next_change: Option<Time>,
    /// Categories that they buy most in.
    pub categories: Vec<LeaningTo>,
    /// Brands that they buy most of.
    pub brands: Vec<LeaningTo>,
    /// What they bought more of than they returned, by id.
    pub owned: Vec<Id>,
    /// The number of sessions with an id in which they were named.
    pub sessions: u32,
}

/// What a buyer spent, returns taken off.
pub(super) fn spent(buyer: BuyerRecord<'_>) -> Money {
    let sum =
        (0..buyer.n_orders()).fold(0_i64, |sum, order| sum.saturating_add(buyer.amount(order).millionths()));
    Money::from_millionths(sum)
}

impl Snapshot {
    /// Shares of purchases by a name of the item, the greatest first, then by name.
    pub(super) fn leanings<'n>(
        buyer: BuyerRecord<'_>,
        name: impl Fn(u32) -> Option<&'n str>,
        n: usize,
    ) -> Vec<LeaningTo> {
        let mut counts: Vec<(&str, u32)> = Vec::new();
        let mut all = 0_u32;
        for held in buyer.holdings() {
            all += held.orders;
            if let Some(name) = name(held.item) {
                counts.push((name, held.orders));
            }
        }
        counts.sort_unstable();
        let sums = counts
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same[0].0, same.iter().map(|(_, n)| n).sum::<u32>()));
        let mut sums: Vec<(&str, u32)> = sums.collect();
        sums.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let leaning = |(name, purchases): (&str, u32)| LeaningTo {
            name: name.to_owned(),
            share: f64::from(purchases) / f64::from(all.max(1)),
            purchases,
        };
        sums.into_iter().take(n).map(leaning).collect()
    }

    /// The profile of the customer of a slot.
    pub(super) fn profile(&self, buyer: BuyerRecord<'_>) -> Option<CustomerProfile> {
        let orders: Vec<usize> = (0..buyer.n_orders()).filter(|&order| buyer.is_purchase(order)).collect();
        let last_order = orders.last().map(|&order| buyer.time(order));
        let today = self.today();
        let recency_days = last_order.map(|last| today.days_since(last));
        let n_orders = u32::try_from(orders.len()).expect("orders are bounded to u32");
        let spent = spent(buyer);
        let population = self.population.as_ref();
        let scores = population.zip(recency_days).and_then(|(population, recency)| {
            #[allow(clippy::cast_precision_loss, reason = "days are few")]
            population.rfm.score(recency as f64, f64::from(n_orders), spent.to_f64())
        });
        let days = purchase_days(buyer);
        let day = i32::try_from(today.micros().div_euclid(MICROS_PER_DAY) - 1).unwrap_or(i32::MAX);
        let stood = population.and_then(|population| population.stages.stage(&days, day));
        let midnight = |day: i64| Time::from_micros(day.saturating_mul(MICROS_PER_DAY));
        let mut owned: Vec<u32> =
            buyer.holdings().filter(|held| held.is_owned).map(|held| held.item).collect();
        owned.sort_by(|&a, &b| self.state.items.compare(a, b));
        let catalog = self.goods.catalog();
        Some(CustomerProfile {
            customer: buyer.id()?.to_id(),
            level: buyer.level(),
            segment: self.state.segments.get(buyer.segment() as usize).cloned(),
            orders: n_orders,
            first_order: orders.first().map(|&order| buyer.time(order)),
            last_order,
            recency_days,
            spent: if self.state.has_amounts { spent } else { Fixed::ZERO },
            rfm: scores.map(|scores| RfmProfile {
                recency: scores.recency,
                frequency: scores.frequency,
                monetary: scores.monetary,
                segment: scores.segment,
            }),
            stage: stood.map(|stood| stood.stage),
            stage_since: stood.map(|stood| midnight(stood.since)),
            next_change: stood.and_then(|stood| stood.next).map(|(day, _)| midnight(day)),
            categories: Self::leanings(buyer, |item| self.goods.path(self.goods.category(item)), N_LEANINGS),
            brands: Self::leanings(
                buyer,
                |item| catalog.zip(self.goods.position(item)).and_then(|(catalog, at)| catalog.brand_at(at)),
                N_LEANINGS,
            ),
            owned: owned.into_iter().map(|item| self.state.items.get(item).to_id()).collect(),
            sessions: u32::try_from(buyer.streams().len()).expect("sessions are bounded to u32"),
        })
    }
}
