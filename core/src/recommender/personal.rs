//! What is put in the order of a visitor: search results, categories, blocks of a page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::ask_customer::COUNT_BITS;
use super::because::Because;
use super::pick::is_set;
use super::placement::{Placement, Step};
use super::request::Request;
use super::rules::ItemTest;
use super::scratch::{Scratch, ix, with_scratch};
use super::snapshot::{Snapshot, Visit};
use crate::data::Id;
use crate::error::{ParamError, Result};
use crate::random::Random;

/// With how many purchases in the manner of everybody a customer's own are mixed.
const PRIOR: f64 = 5.0;

/// A category in the order of a visitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryAnswer {
    /// The path of the category.
    pub category: String,
    /// The share of purchases expected in it, from 0 to 1.
    pub share: f64,
    /// The visitor's own purchases in it: items times orders.
    pub purchases: u32,
    /// The share among everybody's.
    pub population_share: f64,
}

/// Something that may stand in a slot of a page: a banner, a block, an overlay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What the shop calls it.
    pub id: String,
    /// The items that it is about.
    pub about: ItemTest,
    /// How much it is worth to the shop; 1 by default, at least 0.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub priority: f64,
}

const fn one() -> f64 {
    1.0
}

/// The random stream of a slot, so that slots of one page take their chances each by itself: the 64-bit FNV-1a hash of its name (Fowler,
/// Noll and Vo, draft-eastlake-fnv).
fn stream_of(slot: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    slot.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// What was chosen for a slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The slot.
    pub slot: String,
    /// What was chosen.
    pub content: String,
    /// Its worth: priority times the share of the visitor's purchases expected in what it is about. That is their own purchases there, and
    /// as many as five in the manner of everybody, of all of both; items that fewer than `min_customers` bought are not among everybody's.
    pub score: f64,
    /// The visitor's own purchases, and items of the session, in what it is about.
    pub purchases: u32,
    /// How probable it was that this would be chosen, for later estimates; above 0.
    pub propensity: f64,
    /// Whether chance chose it.
    pub explored: bool,
}

impl Snapshot {
    /// How much a visitor leans to some items, each from 0 to 1.
    fn affinity(&self, visit: &Visit<'_>, items: &[u32], scratch: &mut Scratch) -> Vec<f64> {
        let mut affinity = vec![0.0_f64; items.len()];
        let mut add = |scratch: &mut Scratch| {
            let mut best = 0;
            let own: Vec<u64> = items.iter().map(|&item| scratch.sums.get(ix(item))).collect();
            scratch.sums.drain(|_, sum| best = best.max(sum >> COUNT_BITS));
            for (affinity, sum) in affinity.iter_mut().zip(own) {
                let n = u32::try_from(sum & ((1 << COUNT_BITS) - 1)).unwrap_or(u32::MAX);
                if n >= self.params.min_customers && best > 0 {
                    #[allow(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
                    let share = (sum >> COUNT_BITS) as f64 / best as f64;
                    *affinity = affinity.max(share);
                }
            }
        };
        if !visit.session.is_empty() {
            self.sessions_like(&visit.session, scratch);
            add(scratch);
        }
        if let Some(buyer) = &visit.buyer {
            self.customers_like(buyer, visit.now, scratch);
            add(scratch);
            let shares = self.category_shares(visit);
            let most = shares.iter().map(|&(_, share, _)| share).fold(0.0_f64, f64::max);
            for (affinity, &item) in affinity.iter_mut().zip(items) {
                let category = self.goods.category(item);
                let own = shares.iter().find(|(other, ..)| *other == category);
                if let Some((_, share, _)) = own.filter(|_| most > 0.0) {
                    *affinity = affinity.max(0.5 * share / most);
                }
                if let Some(held) = buyer.holding(item) {
                    // Bought before: what is bought often stands high again.
                    *affinity = affinity.max(f64::from(held.orders) / (f64::from(held.orders) + 1.0));
                }
            }
        }
        affinity
    }

    /// Items in another order: what the given order says, mixed with what the visitor leans to.
    pub(super) fn rerank(&self, items: &[Id], weight: f64, request: &Request) -> Result<Vec<Answer>> {
        if !(0.0..=1.0).contains(&weight) {
            return Err(
                ParamError::OutOfRange { name: "weight", value: weight, allowed: "from 0 to 1" }.into()
            );
        }
        let visit = self.visit(Placement::Rerank, request)?;
        let mut bits = Vec::new();
        self.allow(&visit, &mut bits)?;
        let mut given: Vec<(usize, u32)> = Vec::new();
        let mut taken = vec![0_u64; bits.len()];
        for (place, id) in items.iter().enumerate() {
            let Some(item) = self.state.items.find(id.as_ref())? else { continue };
            if is_set(&bits, item) && !is_set(&taken, item) {
                taken[item as usize / 64] |= 1 << (item % 64);
                given.push((place, item));
            }
        }
        let slots: Vec<u32> = given.iter().map(|&(_, item)| item).collect();
        let affinity = with_scratch(self.state.items.len(), |scratch| self.affinity(&visit, &slots, scratch));
        let factors = self.rules.factors(Placement::Rerank);
        let mut scored: Vec<(f64, usize, u32, f64)> = given
            .iter()
            .zip(&affinity)
            .map(|(&(place, item), &affinity)| {
                #[allow(clippy::cast_precision_loss, reason = "places are few")]
                let prior = 1.0 / libm::log2(place as f64 + 2.0);
                let factor = factors.map_or(1.0, |factors| factors[item as usize]);
                (((1.0 - weight) * prior + weight * affinity) * factor, place, item, affinity)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let best = scored.first().map_or(1.0, |first| first.0).max(f64::MIN_POSITIVE);
        let answer = |(score, place, item, affinity): (f64, usize, u32, f64)| Answer {
            item: self.state.items.get(item).to_id(),
            score: (score / best).clamp(0.0, 1.0),
            step: Step::Given,
            because: Because::Given { position: place + 1, affinity },
            returns: self.state.returns,
        };
        Ok(scored.into_iter().take(request.n).map(answer).collect())
    }

    /// Categories with the share of purchases expected of a visitor, and their own purchases.
    fn category_shares(&self, visit: &Visit<'_>) -> Vec<(u32, f64, u32)> {
        let mut own: Vec<(u32, u32)> = Vec::new();
        let mut count = |item: u32, n: u32| {
            let category = self.goods.category(item);
            if category != u32::MAX {
                own.push((category, n));
            }
        };
        if let Some(buyer) = &visit.buyer {
            buyer.held().iter().for_each(|held| count(held.item, held.orders));
        }
        visit.session.iter().for_each(|&item| count(item, 1));
        own.sort_unstable();
        let sums: Vec<(u32, u32)> = own
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same[0].0, same.iter().map(|(_, n)| n).sum()))
            .collect();
        let all: u32 = sums.iter().map(|(_, n)| n).sum();
        let everybody: u64 = self.by_category.iter().sum();
        let share = |(category, &n): (u32, &u64)| {
            #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            let population = if everybody == 0 { 0.0 } else { n as f64 / everybody as f64 };
            let own =
                sums.binary_search_by_key(&category, |&(category, _)| category).map_or(0, |at| sums[at].1);
            let share = (f64::from(own) + PRIOR * population) / (f64::from(all) + PRIOR);
            (category, share, own)
        };
        let known = (0..).zip(self.by_category.iter()).filter(|&(category, &n)| {
            // One customer may have bought many of its items.
            let is_shown = |&item: &u32| self.buyers_of(item) >= self.params.min_customers;
            n > 0 && self.goods.members(category).iter().any(is_shown)
                || sums.binary_search_by_key(&category, |&(category, _)| category).is_ok()
        });
        known.map(share).collect()
    }

    /// The categories that answers go by, in the order of a visitor.
    pub(super) fn categories(&self, request: &Request) -> Result<Vec<CategoryAnswer>> {
        let visit = self.visit(Placement::ForCustomer, request)?;
        let mut shares = self.category_shares(&visit);
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares.truncate(request.n);
        let everybody: u64 = self.by_category.iter().sum();
        let answer = |(category, share, purchases): (u32, f64, u32)| {
            #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            let population_share = self.by_category[category as usize] as f64 / everybody.max(1) as f64;
            let category = self.goods.path(category).unwrap_or_default().to_owned();
            CategoryAnswer { category, share, purchases, population_share }
        };
        Ok(shares.into_iter().map(answer).collect())
    }

    /// Chooses what stands in a slot of a page.
    pub(super) fn choose(
        &self,
        slot: &str,
        contents: &[Content],
        request: &Request,
    ) -> Result<Option<Choice>> {
        for content in contents {
            let value = content.priority;
            if !(value >= 0.0 && value.is_finite()) {
                return Err(ParamError::OutOfRange {
                    name: "priority",
                    value,
                    allowed: "from 0 on and finite",
                }
                .into());
            }
        }
        for (at, content) in contents.iter().enumerate() {
            let path = format!("contents[{at}].about");
            content.about.validate_for(&path, &self.state.items, &self.goods)?;
        }
        let visit = self.visit(Placement::ForCustomer, request)?;
        let mut held: Vec<(u32, u32)> = visit.session.iter().map(|&item| (item, 1)).collect();
        if let Some(buyer) = &visit.buyer {
            held.extend(buyer.held().iter().map(|held| (held.item, held.orders)));
        }
        let all: u32 = held.iter().map(|(_, n)| n).sum();
        let today = self.state.trend.windows.end;
        let score = |content: &Content| {
            let about = content.about.resolved(&self.state.items, &self.goods, today);
            let own = held.iter().filter(|&&(item, _)| about.holds(item, &self.goods));
            let own: u32 = own.map(|(_, n)| n).sum();
            let population = self.population_share(&content.about, &about);
            let share = (f64::from(own) + PRIOR * population) / (f64::from(all) + PRIOR);
            (content.priority * share, own)
        };
        let mut scored: Vec<(f64, u32, &Content)> = contents
            .iter()
            .map(|content| {
                let (score, own) = score(content);
                (score, own, content)
            })
            .collect();
        // What nobody buys of stands in the order of what it is worth to the shop.
        let worth =
            |a: &Content, b: &Content| b.priority.total_cmp(&a.priority).then_with(|| a.id.cmp(&b.id));
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| worth(a.2, b.2)));
        let explore = self.rules.rules.explore;
        #[allow(clippy::cast_precision_loss, reason = "contents are few")]
        let n = contents.len() as f64;
        let mut random = Random::new(request.seed, stream_of(slot));
        let explored = !scored.is_empty() && random.unit() < explore;
        let place = if explored { random.below(scored.len()) } else { 0 };
        let chosen = scored.get(place).map(|&(score, purchases, content)| Choice {
            slot: slot.to_owned(),
            content: content.id.clone(),
            score,
            purchases,
            propensity: explore / n + if place == 0 { 1.0 - explore } else { 0.0 },
            explored,
        });
        Ok(chosen)
    }
}
