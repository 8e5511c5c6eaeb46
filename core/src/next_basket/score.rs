//! The score of every item for one customer.

use crate::index::ItemIx;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::neighbors::Search;
use crate::next_basket::repurchase;
use crate::next_basket::vectors::{Entry, occurrences, real, vector};
use crate::next_basket::{NextBasket, Novelty, Personal};
use crate::rank::{AllowedItems, Scored, TopK};

/// Items are looked at one after the other where there are at most so many of them for each weight that is added up; where
/// weights are fewer, only the items that they are of, and the most popular.
const ITEMS_PER_WEIGHT: usize = 8;

/// Items whose scores are compared at a time.
const LANES: usize = 8;

/// Working memory of a request.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) search: Search,
    /// What the neighbours and the customer speak for each item; 0 between requests.
    scores: Vec<f64>,
    touched: Vec<ItemIx>,
    top: TopK<Scored>,
    pub(super) best: Vec<Scored>,
}

impl Scratch {
    pub(super) fn new(n_customers: usize, n_items: usize) -> Self {
        Self {
            search: Search::new(n_customers),
            scores: vec![0.0; n_items],
            touched: Vec::new(),
            top: TopK::new(0),
            best: Vec::new(),
        }
    }
}

/// Whose next basket is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buyer<'a> {
    /// The baskets, the earliest first, none empty.
    pub(super) baskets: &'a [&'a [ItemIx]],
    /// The position among the customers, for one of them.
    pub(super) customer: Option<usize>,
}

/// What a list may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) n: usize,
    pub(super) novelty: Option<Novelty>,
    pub(super) allowed: &'a AllowedItems,
    /// Items left out beside, rising.
    pub(super) without: &'a [ItemIx],
}

impl Wanted<'_> {
    /// Whether the list may hold an item; `own` are the customer's.
    fn may(&self, item: ItemIx, own: &[Entry<ItemIx>]) -> bool {
        let is_own = || own.binary_search_by_key(&item, |own| own.at).is_ok();
        self.allowed.allows(item)
            && self.novelty.is_none_or(|novelty| is_own() == (novelty == Novelty::Repeat))
            && (self.without.is_empty() || self.without.binary_search(&item).is_err())
    }
}

impl NextBasket {
    /// Writes the best items for someone into `scratch.best`, and who is near into `scratch.search`.
    ///
    /// Sums run over the neighbours by id, so no result depends on threads.
    pub(super) fn best(&self, buyer: Buyer<'_>, wanted: Wanted<'_>, scratch: &mut Scratch) {
        let params = &self.params;
        let occurrences = occurrences(buyer.baskets);
        let n_baskets = buyer.baskets.len();
        let own = vector(&occurrences, n_baskets, params);
        let has_neighbors = params.neighbors_weight > 0.0 && wanted.n > 0 && !own.is_empty();
        let crowd = self.crowd.as_ref().filter(|_| has_neighbors);
        match crowd {
            Some(crowd) => scratch.search.find(crowd, &own, buyer.customer, params.neighbors),
            None => scratch.search.forget(),
        }
        let near = scratch.search.near();
        let rows = || near.iter().map(|&customer| need(crowd).vectors.row(customer as usize));
        let weight = params.neighbors_weight / real(near.len().max(1));
        for row in rows() {
            for entry in row {
                scratch.scores[entry.at.as_usize()] += weight * f64::from(entry.weight);
            }
        }
        let personal: Vec<f64> = match params.personal {
            Personal::Frequency => own.iter().map(|own| f64::from(own.weight)).collect(),
            Personal::Repurchase => {
                repurchase::of_customer(&occurrences, n_baskets, &self.probabilities, params)
            }
        };
        for (own, personal) in own.iter().zip(personal) {
            scratch.scores[own.at.as_usize()] += params.personal_weight * personal;
        }
        scratch.top.reset(wanted.n.min(self.items.len()));
        let weights = own.len() + rows().map(<[_]>::len).sum::<usize>();
        if weights >= self.items.len() / ITEMS_PER_WEIGHT {
            self.choose_of_all(&own, wanted, &mut scratch.scores, &mut scratch.top);
        } else {
            let Scratch { scores, touched, top, .. } = scratch;
            touched.clear();
            touched.extend(own.iter().chain(rows().flatten()).map(|entry| entry.at));
            touched.sort_unstable();
            touched.dedup();
            self.choose_of_some(touched, &own, wanted, scores, top);
        }
        scratch.best.clear();
        scratch.best.extend(scratch.top.drain_sorted());
    }

    fn scored(&self, score: f64, item: ItemIx) -> Scored {
        let at = item.as_usize();
        Scored { score: score + self.popularity[at], count: self.counts[at], item }
    }

    fn choose_of_all(
        &self,
        own: &[Entry<ItemIx>],
        wanted: Wanted<'_>,
        scores: &mut [f64],
        top: &mut TopK<Scored>,
    ) {
        let mut floor = f64::NEG_INFINITY;
        let blocks = scores.chunks_mut(LANES).zip(self.popularity.chunks(LANES));
        for (first, (scores, popularity)) in (0..).step_by(LANES).zip(blocks) {
            let mut sums = [f64::NEG_INFINITY; LANES];
            for (sum, (score, popularity)) in sums.iter_mut().zip(scores.iter().zip(popularity)) {
                *sum = *score + popularity;
            }
            // An item in no basket is minus infinity.
            let is_best = |sum: f64| sum >= floor && sum > f64::NEG_INFINITY;
            if sums.iter().fold(false, |any, &sum| any | is_best(sum)) {
                for (at, &score) in scores.iter().enumerate() {
                    let item = ItemIx::new(first + at);
                    if is_best(sums[at]) && wanted.may(item, own) {
                        top.push(self.scored(score, item));
                    }
                }
                floor = top.floor().map_or(floor, |floor| floor.score);
            }
            scores.fill(0.0);
        }
    }

    /// Of the items that nobody speaks for, the most popular are the best; none of them was bought before.
    fn choose_of_some(
        &self,
        touched: &[ItemIx],
        own: &[Entry<ItemIx>],
        wanted: Wanted<'_>,
        scores: &mut [f64],
        top: &mut TopK<Scored>,
    ) {
        for &item in touched {
            // Someone's own items may be in no basket of the log.
            if self.counts[item.as_usize()] > 0 && wanted.may(item, own) {
                top.push(self.scored(scores[item.as_usize()], item));
            }
            scores[item.as_usize()] = 0.0;
        }
        if wanted.novelty == Some(Novelty::Repeat) {
            return;
        }
        let is_apart = |&&item: &&ItemIx| touched.binary_search(&item).is_err() && wanted.may(item, own);
        for &item in self.order.iter().filter(is_apart).take(wanted.n) {
            top.push(self.scored(0.0, item));
        }
    }
}

fn need(crowd: Option<&Crowd>) -> &Crowd {
    crowd.expect("whoever is near is of a crowd")
}
