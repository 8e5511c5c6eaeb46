//! Answers: from what speaks for items to a list of them, each with its reason.

use serde::{Deserialize, Serialize};

use super::ask_customer::COUNT_BITS;
use super::ask_items::{Beside, Link};
use super::because::Because;
use super::pick::{Chosen, List};
use super::placement::{Placement, Step};
use super::request::Request;
use super::scratch::{Candidate, Scratch, with_scratch};
use super::snapshot::{Snapshot, Visit};
use super::state::Holding;
use super::visitor::Visitor;
use crate::data::{Id, Returns};
use crate::error::Result;
use crate::index::ItemIx;
use crate::time::Time;

/// An item of an answer, with the step that gave it and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The item, as the shop calls it.
    pub item: Id,
    /// From 0 to 1; orders the list and says nothing beyond it. Each step that gave something lies in a band of its own, half as high
    /// as the one before.
    pub score: f64,
    /// Which step gave it.
    pub step: Step,
    /// Why.
    pub because: Because,
    /// How the lines of returns count that the reason's numbers were counted over.
    pub returns: Returns,
}

impl Answer {
    /// A query that gives the reason's count again, as [`Because::sql`] says.
    #[must_use]
    pub fn sql(&self) -> Option<String> {
        self.because.sql(&self.item, self.returns)
    }
}

/// Of how many of a customer's latest items the categories are at hand.
const ASKED: usize = 5;

/// What is known of how the items of a list were found, for their reasons.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) links: Vec<Link>,
    pub(super) how: Option<Beside>,
    /// The items asked about.
    pub(super) asked: Vec<u32>,
    /// Categories at hand.
    pub(super) categories: Vec<u32>,
}

fn clamped(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) fn time_of(second: u32) -> Time {
    Time::from_micros(i64::from(second) * 1_000_000)
}

impl Snapshot {
    /// Makes a list: what the placement says, then the steps behind it, until it is full.
    pub(super) fn list(
        &self,
        visit: &Visit<'_>,
        subject: &[u32],
        forbid: impl FnOnce(&Self, &mut List<'_>),
        fill: impl FnOnce(&Self, &mut List<'_>, &mut Scratch) -> Trail,
        falls_back: bool,
    ) -> Result<Vec<Answer>> {
        // However many are asked for, there are no more than there are items.
        let n = visit.request.n.min(self.state.items.len());
        if n == 0 {
            return Ok(Vec::new());
        }
        with_scratch(self.state.items.len(), |scratch| {
            let mut allowed = std::mem::take(&mut scratch.allowed);
            let done = self.allow(visit, &mut allowed).map(|()| {
                let rules = &self.rules;
                let (items, goods) = (&self.state.items, &self.goods);
                let placement = visit.placement;
                let mut list = List::new(
                    items,
                    goods,
                    rules.factors(placement),
                    rules.caps(placement),
                    rules.rules.diversity,
                    &mut allowed,
                    n,
                );
                subject.iter().for_each(|&item| list.forbid(item));
                forbid(self, &mut list);
                self.finish(visit, list, fill, falls_back, scratch)
            });
            scratch.allowed = allowed;
            done
        })
    }

    fn finish(
        &self,
        visit: &Visit<'_>,
        mut list: List<'_>,
        fill: impl FnOnce(&Self, &mut List<'_>, &mut Scratch) -> Trail,
        falls_back: bool,
        scratch: &mut Scratch,
    ) -> Vec<Answer> {
        let n = list.n();
        let pins = self.pinned(visit.placement, n, &list);
        pins.iter().for_each(|&(_, item)| list.pin(item));
        list.set_n(n - pins.len());
        let trail = fill(self, &mut list, scratch);
        if falls_back {
            self.fall_back(visit, &trail, &mut list, scratch);
            list.explore(self.rules.rules.explore, visit.request.seed);
        }
        let mut chosen = std::mem::take(&mut list.chosen);
        for (place, item) in pins {
            let place = place.min(chosen.len());
            let score = chosen.get(place).or(chosen.last()).map_or(1.0, |next| next.score);
            chosen.insert(place, Chosen { item, score, step: Step::Pinned, count: 0, raw: 0.0 });
        }
        chosen.iter().map(|chosen| self.answer(visit, &trail, chosen)).collect()
    }

    /// The places of pinned items with the items, rising.
    fn pinned(&self, placement: Placement, n: usize, list: &List<'_>) -> Vec<(usize, u32)> {
        let mut pins: Vec<(usize, u32)> = Vec::new();
        for (place, id) in self.rules.pins(placement).filter(|&(place, _)| place < n) {
            if let Ok(Some(item)) = self.state.items.find(id.as_ref())
                && list.allows(item)
                && pins.iter().all(|&(other, pinned)| other != place && pinned != item)
            {
                pins.push((place, item));
            }
        }
        pins.sort_unstable();
        pins
    }

    fn answer(&self, visit: &Visit<'_>, trail: &Trail, chosen: &Chosen) -> Answer {
        Answer {
            item: self.state.items.get(chosen.item).to_id(),
            score: chosen.score,
            step: chosen.step,
            because: self.because(visit, trail, chosen),
            returns: self.state.returns,
        }
    }

    fn id(&self, item: u32) -> Id {
        self.state.items.get(item).to_id()
    }

    fn because(&self, visit: &Visit<'_>, trail: &Trail, chosen: &Chosen) -> Because {
        let item = chosen.item;
        let customers = self.buyers_of(item);
        match chosen.step {
            Step::Pinned => Because::Pinned,
            Step::Explored => Because::Explored,
            Step::Catalogue | Step::Given => Because::Catalogue,
            Step::Item => self.link_reason(trail, item),
            Step::Content => self.alike_reason(trail, item),
            Step::Session => Because::Session { sessions: chosen.count },
            Step::Customer => Because::Customers { customers: chosen.count },
            Step::Repeat => {
                visit.buyer.as_ref().map_or(Because::Catalogue, |buyer| Self::repeat_reason(buyer, item))
            }
            Step::Segment => {
                let segment = visit.buyer.as_ref().map_or(u32::MAX, |buyer| buyer.record.segment()) as usize;
                let of = self.state.by_segment[segment].n_customers();
                Because::Segment {
                    segment: self.state.segments[segment].clone(),
                    customers: chosen.count,
                    of,
                }
            }
            Step::Category => {
                let category = self.goods.path(self.goods.category(item)).unwrap_or_default().to_owned();
                Because::Category { category, customers }
            }
            Step::Trending => self.trend_reason(item),
            Step::Popular => Because::Popular { customers },
            Step::New => {
                self.goods.launched(item).map_or(Because::Catalogue, |launched| Because::New { launched })
            }
        }
    }

    fn repeat_reason(buyer: &Visitor<'_>, item: u32) -> Because {
        let held = buyer.holding(item).copied().unwrap_or_default();
        Because::Repeat {
            orders: held.orders,
            of: clamped(buyer.purchases().n as u64),
            last: time_of(held.last),
        }
    }

    fn link_reason(&self, trail: &Trail, item: u32) -> Because {
        let Some(link) = self.strongest(&trail.links, item) else { return Because::Catalogue };
        let (of, since) = (link.looked.buyers, link.looked.since.map(time_of));
        let (customers, max_items) = (link.customers, self.params.max_items);
        let item_customers = self.buyers_of(item);
        let (share, all) = (f64::from(customers) / f64::from(of.max(1)), f64::from(self.n_buyers().max(1)));
        if trail.how == Some(Beside::InOneOrder) {
            let lift = share / (f64::from(item_customers.max(1)) / all);
            return Because::Together { with: self.id(link.from), customers, of, lift, since, max_items };
        }
        let ratio = f64::from(self.buyers_of(link.from)) / f64::from(item_customers.max(1));
        let similarity = (share * ratio.sqrt()).min(1.0);
        Because::Similar {
            to: self.id(link.from),
            customers,
            of,
            item_customers,
            similarity,
            since,
            max_items,
        }
    }

    fn alike_reason(&self, trail: &Trail, item: u32) -> Because {
        let content = self.content.as_ref();
        let likeness = |&asked: &u32| {
            let similarity = content?.similarity(self.state.items.get(asked), self.state.items.get(item))?;
            Some((similarity, asked))
        };
        let best = trail.asked.iter().filter_map(likeness).max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(Because::Catalogue, |(similarity, asked)| Because::Alike {
            to: self.id(asked),
            similarity,
        })
    }

    fn trend_reason(&self, item: u32) -> Because {
        let (windows, scale) = (self.trend().windows, self.trend().scale());
        let Some(rising) = self.trend().of(item) else {
            return Because::Popular { customers: self.buyers_of(item) };
        };
        Because::Trending {
            recent: rising.recent,
            days: clamped(windows.days.unsigned_abs()),
            end: self.today(),
            baseline: Some(rising.baseline).filter(|&baseline| baseline >= self.params.min_customers),
            spans: clamped(windows.spans.unsigned_abs()),
            lower_bound: rising.bound() * scale,
        }
    }

    /// Similar items.
    pub(super) fn similar(&self, item: u32, request: &Request) -> Result<Vec<Answer>> {
        let visit = self.visit(Placement::Similar, request)?;
        let forbid = |own: &Self, list: &mut List<'_>| own.forbid_other_prices(item, list);
        let fill = |own: &Self, list: &mut List<'_>, scratch: &mut Scratch| {
            let links = own.beside(&[item], Beside::Ever, scratch);
            list.offer(Step::Item, &mut scratch.candidates);
            if !list.is_full() {
                own.alike(item, &mut scratch.candidates);
                list.offer(Step::Content, &mut scratch.candidates);
            }
            Trail {
                links,
                how: Some(Beside::Ever),
                asked: vec![item],
                categories: own.categories_of(&[item]),
            }
        };
        self.list(&visit, &[item], forbid, fill, true)
    }

    /// By the rule of upselling: only dearer things of the same kind; of an item without a price any of the same kind, of one without a
    /// category any that are dearer.
    fn forbid_other_prices(&self, item: u32, list: &mut List<'_>) {
        let Some(upsell) = &self.rules.rules.upsell else { return };
        let price = self.goods.price(item).map(crate::money::Fixed::to_f64);
        let category = self.goods.category_at(item, upsell.same_category);
        if price.is_none() && category == u32::MAX {
            return;
        }
        let n = u32::try_from(self.state.items.len()).expect("slots are bounded to u32");
        // A millionth of a price is no difference.
        let bounds = price.map(|price| price * upsell.from - 1e-6..=price * upsell.to + 1e-6);
        for other in 0..n {
            let fits = bounds.as_ref().is_none_or(|bounds| {
                self.goods.price(other).is_some_and(|other| bounds.contains(&other.to_f64()))
            });
            let own = self.goods.category_at(other, upsell.same_category);
            if !fits || (category != u32::MAX && own != category) {
                list.forbid(other);
            }
        }
    }

    /// What goes with a cart.
    pub(super) fn together(&self, cart: &[u32], request: &Request) -> Result<Vec<Answer>> {
        let visit = self.visit(Placement::BoughtTogether, request)?;
        let forbid = |own: &Self, list: &mut List<'_>| {
            if let Some(depth) = own.rules.rules.cross_sell {
                own.forbid_categories_of(cart, depth, list);
            }
        };
        let fill = |own: &Self, list: &mut List<'_>, scratch: &mut Scratch| {
            let links = own.beside(cart, Beside::InOneOrder, scratch);
            list.offer(Step::Item, &mut scratch.candidates);
            let categories = own.categories_of(cart);
            Trail { links, how: Some(Beside::InOneOrder), asked: cart.to_vec(), categories }
        };
        self.list(&visit, cart, forbid, fill, true)
    }

    fn forbid_categories_of(&self, cart: &[u32], depth: usize, list: &mut List<'_>) {
        let taken: Vec<u32> = cart.iter().map(|&item| self.goods.category_at(item, depth)).collect();
        let n = u32::try_from(self.state.items.len()).expect("slots are bounded to u32");
        for item in 0..n {
            let category = self.goods.category_at(item, depth);
            if category != u32::MAX && taken.contains(&category) {
                list.forbid(item);
            }
        }
    }

    /// What for a customer, or for a visitor of whom a session is known.
    pub(super) fn for_customer(&self, placement: Placement, request: &Request) -> Result<Vec<Answer>> {
        let visit = self.visit(placement, request)?;
        let session = visit.session.clone();
        let fill = |own: &Self, list: &mut List<'_>, scratch: &mut Scratch| {
            own.offer_blend(&visit, list, scratch);
            let mut asked = session.clone();
            let mut trail = Trail::default();
            if !list.is_full() && !asked.is_empty() && placement == Placement::NextInSession {
                // Sessions say too little: what resembles their items.
                trail.links = own.beside(&asked, Beside::Ever, scratch);
                trail.how = Some(Beside::Ever);
                list.offer(Step::Item, &mut scratch.candidates);
            }
            if let Some(buyer) = &visit.buyer {
                asked.extend(own.latest_of(buyer, ASKED).iter().map(|held| held.item));
            }
            trail.categories = own.categories_of(&asked);
            trail.asked = asked;
            trail
        };
        // What is looked at in this session needs no recommendation.
        self.list(&visit, &session, |_, _| {}, fill, true)
    }

    /// Offers the blend of what the session, customers like this one, their own history and popularity say.
    fn offer_blend(&self, visit: &Visit<'_>, list: &mut List<'_>, scratch: &mut Scratch) {
        let n_orders = visit.buyer.as_ref().map_or(0, |buyer| buyer.purchases().n);
        let weights = *self.params.blend.of(n_orders);
        let least = self.params.min_customers;
        let mut blended: Vec<(u32, f64, u32, Step)> = Vec::new();
        let mut add = |scored: Vec<(u32, f64, u32)>, weight: f64, step: Step| {
            let best = scored.iter().fold(0.0_f64, |best, &(_, score, _)| best.max(score));
            if best > 0.0 && weight > 0.0 {
                blended.extend(
                    scored.into_iter().map(|(item, score, count)| (item, weight * score / best, count, step)),
                );
            }
        };
        let drained = |sums: &mut crate::rank::Scores<u64>, list: &List<'_>| {
            let mut scored = Vec::new();
            sums.drain(|item: ItemIx, sum| {
                let (item, count) = (item.as_u32(), clamped(sum & ((1 << COUNT_BITS) - 1)));
                if count >= least && list.allows(item) {
                    #[allow(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
                    scored.push((item, (sum >> COUNT_BITS) as f64, count));
                }
            });
            scored
        };
        if !visit.session.is_empty() {
            self.sessions_like(&visit.session, scratch);
            add(drained(&mut scratch.sums, list), weights.session, Step::Session);
        }
        if let Some(buyer) = &visit.buyer {
            self.customers_like(buyer, visit.now, scratch);
            add(drained(&mut scratch.sums, list), weights.customers, Step::Customer);
            self.again(buyer, visit.now, &mut scratch.candidates);
            let own = scratch.candidates.iter().filter(|own| list.allows(own.item));
            add(own.map(|own| (own.item, own.score, own.count)).collect(), weights.repeat, Step::Repeat);
        }
        // Of several parts of one item the strongest tells the step and the count.
        blended.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.3.cmp(&b.3)));
        let most = f64::from(
            self.state.shelf.descending(&self.state.items).next().map_or(1, |(_, count)| count.max(1)),
        );
        let mut parts: Vec<(Candidate, Step)> = Vec::new();
        for same in blended.chunk_by(|a, b| a.0 == b.0) {
            let popular = libm::log1p(f64::from(self.buyers_of(same[0].0))) / libm::log1p(most);
            let score = same.iter().map(|part| part.1).sum::<f64>() + weights.popular * popular;
            parts.push((Candidate { item: same[0].0, score, count: same[0].2 }, same[0].3));
        }
        list.offer_mixed(parts);
    }

    /// What a customer has of the `n` items that they bought last, which may be [`ASKED`] or the parameter.
    pub(super) fn latest_of<'v>(&self, buyer: &'v Visitor<'_>, n: usize) -> &'v [Holding] {
        let latest = buyer.latest(self.params.latest_items.max(ASKED), &self.state.items);
        &latest[..n.min(latest.len())]
    }

    /// What a customer may buy again: their own items alone.
    pub(super) fn buy_again(&self, request: &Request) -> Result<Vec<Answer>> {
        let visit = self.visit(Placement::BuyAgain, request)?;
        let fill = |own: &Self, list: &mut List<'_>, scratch: &mut Scratch| {
            if let Some(buyer) = &visit.buyer {
                own.again(buyer, visit.now, &mut scratch.candidates);
                list.offer(Step::Repeat, &mut scratch.candidates);
            }
            Trail::default()
        };
        self.list(&visit, &[], |_, _| {}, fill, false)
    }

    /// What rises, then what many bought.
    pub(super) fn trending(&self, request: &Request) -> Result<Vec<Answer>> {
        let visit = self.visit(Placement::Trending, request)?;
        self.list(&visit, &[], |_, _| {}, |_, _, _| Trail::default(), true)
    }

    /// The categories that answers go by, of some items, the last first, each once.
    pub(super) fn categories_of(&self, items: &[u32]) -> Vec<u32> {
        let mut categories: Vec<u32> = Vec::new();
        for &item in items.iter().rev() {
            let category = self.goods.category(item);
            if category != u32::MAX && !categories.contains(&category) {
                categories.push(category);
            }
        }
        categories.truncate(3);
        categories
    }
}
