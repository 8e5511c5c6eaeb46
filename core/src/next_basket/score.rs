//! The score of every item for one customer.

use crate::index::ItemIx;
use crate::next_basket::neighbors::Search;
use crate::next_basket::vectors::Entry;
use crate::next_basket::{Distance, NextBasket, Novelty};
use crate::rank::{AllowedItems, Scored, TopK};

/// Working memory of a request.
#[derive(Debug)]
pub(super) struct Scratch {
    search: Search,
    /// Score of each item by the customer and the neighbours; 0 between requests.
    scores: Vec<f64>,
    /// How many neighbours have each item; 0 between requests.
    pub(super) heads: Vec<u32>,
    touched: Vec<ItemIx>,
    top: TopK<Scored>,
    pub(super) best: Vec<Scored>,
}

impl Scratch {
    pub(super) fn new(n_customers: usize, n_items: usize) -> Self {
        Self {
            search: Search::new(n_customers),
            scores: vec![0.0; n_items],
            heads: vec![0; n_items],
            touched: Vec::new(),
            top: TopK::new(0),
            best: Vec::new(),
        }
    }

    /// Makes everything 0 again.
    pub(super) fn clear(&mut self) {
        for item in self.touched.drain(..) {
            self.scores[item.as_usize()] = 0.0;
            self.heads[item.as_usize()] = 0;
        }
    }
}

/// What a list may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) n: usize,
    pub(super) only: Option<Novelty>,
    pub(super) allowed: &'a AllowedItems,
    /// Items left out beside, rising.
    pub(super) without: &'a [ItemIx],
}

impl NextBasket {
    /// Writes the best items for someone with this vector into `scratch.best`; [`Scratch::clear`] is owed afterwards.
    ///
    /// Sums run over the customer, then the neighbours from the nearest on, so no result depends on threads.
    pub(super) fn best(
        &self,
        vector: &[Entry<ItemIx>],
        me: Option<usize>,
        wanted: Wanted<'_>,
        scratch: &mut Scratch,
    ) {
        let Scratch { search, scores, heads, touched, top, best } = scratch;
        let params = &self.params;
        let mut add = |item: ItemIx, weight: f64, head: u32| {
            let at = item.as_usize();
            if scores[at] <= 0.0 && heads[at] == 0 {
                touched.push(item);
            }
            scores[at] += weight;
            heads[at] += head;
        };
        for own in vector {
            add(own.at, params.personal_weight * own.weight, 0);
        }
        if let (Some(crowd), true) = (&self.crowd, params.neighbors_weight > 0.0) {
            let near = search.nearest(crowd, vector, me, params.neighbors, params.distance);
            let share = |nearness: f64| if params.distance == Distance::Cosine { nearness } else { 1.0 };
            let all: f64 = near.iter().map(|near| share(near.nearness)).sum();
            for near in &near {
                let weight = params.neighbors_weight * share(near.nearness) / all;
                for entry in crowd.vectors.row(near.customer as usize) {
                    add(entry.at, weight * entry.weight, 1);
                }
            }
        }
        top.reset(wanted.n.min(self.items.len()));
        let is_bought = |item: ItemIx| vector.binary_search_by(|entry| entry.at.cmp(&item)).is_ok();
        let may = |item: ItemIx| {
            wanted.allowed.allows(item)
                && wanted.without.binary_search(&item).is_err()
                && wanted.only.is_none_or(|only| is_bought(item) == (only == Novelty::Repeat))
        };
        let scored = |item: ItemIx| {
            let at = item.as_usize();
            let score = scores[at] + params.popularity_weight * self.popularity[at];
            Scored { score, count: self.counts[at], item }
        };
        for &item in touched.iter().filter(|&&item| may(item)) {
            top.push(scored(item));
        }
        // Of the items that nobody above speaks for, the most popular are the best.
        let is_apart =
            |&&item: &&ItemIx| scores[item.as_usize()] <= 0.0 && heads[item.as_usize()] == 0 && may(item);
        for &item in self.order.iter().filter(is_apart).take(wanted.n) {
            top.push(scored(item));
        }
        best.clear();
        best.extend(top.drain_sorted());
    }
}
