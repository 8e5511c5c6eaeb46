//! The score of every item for one customer.

use crate::index::ItemIx;
use crate::next_basket::neighbors::{Near, Search};
use crate::next_basket::repurchase;
use crate::next_basket::vectors::{Entry, occurrences, real, vector};
use crate::next_basket::{NextBasket, Novelty, Personal};
use crate::rank::{AllowedItems, Scored, TopK};

/// What is known of one item for one customer; all 0 between requests.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// What the customer and the neighbours speak for it.
    score: f64,
    /// How many neighbours have it.
    neighbors: u32,
    /// Whether the customer has it.
    is_own: bool,
}

impl Cell {
    fn is_touched(self) -> bool {
        self.is_own || self.neighbors > 0
    }
}

/// Working memory of a request.
#[derive(Debug)]
pub(super) struct Scratch {
    search: Search,
    cells: Vec<Cell>,
    touched: Vec<ItemIx>,
    top: TopK<Scored>,
    pub(super) best: Vec<Scored>,
}

impl Scratch {
    pub(super) fn new(n_customers: usize, n_items: usize) -> Self {
        Self {
            search: Search::new(n_customers),
            cells: vec![Cell::default(); n_items],
            touched: Vec::new(),
            top: TopK::new(0),
            best: Vec::new(),
        }
    }

    /// How many neighbours have an item.
    pub(super) fn neighbors_with(&self, item: ItemIx) -> u64 {
        u64::from(self.cells[item.as_usize()].neighbors)
    }

    /// Makes everything 0 again.
    pub(super) fn clear(&mut self) {
        for item in self.touched.drain(..) {
            self.cells[item.as_usize()] = Cell::default();
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

impl NextBasket {
    /// Writes the best items for someone into `scratch.best`; [`Scratch::clear`] is owed afterwards.
    ///
    /// Sums run over the neighbours from the nearest on, so no result depends on threads.
    pub(super) fn best(&self, buyer: Buyer<'_>, wanted: Wanted<'_>, scratch: &mut Scratch) {
        let params = &self.params;
        let occurrences = occurrences(buyer.baskets);
        let own = vector(&occurrences, buyer.baskets.len(), params);
        let near = match &self.crowd {
            Some(crowd) if params.neighbors_weight > 0.0 && wanted.n > 0 => {
                scratch.search.nearest(crowd, &own, buyer.customer, params.neighbors)
            }
            _ => Vec::new(),
        };
        let Scratch { cells, touched, top, best, .. } = scratch;
        self.add_neighbors(&near, cells, touched);
        let personal: Vec<f64> = match params.personal {
            Personal::Frequency => own.iter().map(|own| f64::from(own.weight)).collect(),
            Personal::Repurchase => {
                repurchase::of_customer(&occurrences, buyer.baskets.len(), &self.probabilities, params)
            }
        };
        for (own, personal) in own.iter().zip(personal) {
            let cell = &mut cells[own.at.as_usize()];
            if !cell.is_touched() {
                touched.push(own.at);
            }
            cell.score += params.personal_weight * personal;
            cell.is_own = true;
        }
        top.reset(wanted.n.min(self.items.len()));
        let may = |item: ItemIx| {
            let is_own = cells[item.as_usize()].is_own;
            wanted.allowed.allows(item)
                && wanted.novelty.is_none_or(|novelty| is_own == (novelty == Novelty::Repeat))
                && (wanted.without.is_empty() || wanted.without.binary_search(&item).is_err())
        };
        let scored = |item: ItemIx| {
            let at = item.as_usize();
            let score = cells[at].score + params.popularity_weight * self.popularity[at];
            Scored { score, count: self.counts[at], item }
        };
        for &item in touched.iter().filter(|&&item| may(item)) {
            top.push(scored(item));
        }
        // Of the items that nobody above speaks for, the most popular are the best.
        let is_apart = |&&item: &&ItemIx| !cells[item.as_usize()].is_touched() && may(item);
        for &item in self.order.iter().filter(is_apart).take(wanted.n) {
            top.push(scored(item));
        }
        best.clear();
        best.extend(top.drain_sorted());
    }

    /// Adds the mean vector of the neighbours.
    fn add_neighbors(&self, near: &[Near], cells: &mut [Cell], touched: &mut Vec<ItemIx>) {
        let Some(crowd) = &self.crowd else { return };
        for near in near {
            for &Entry { at, weight } in crowd.vectors.row(near.customer as usize) {
                let cell = &mut cells[at.as_usize()];
                if cell.neighbors == 0 {
                    touched.push(at);
                }
                cell.score += f64::from(weight);
                cell.neighbors += 1;
            }
        }
        let weight = self.params.neighbors_weight / real(near.len().max(1));
        for item in touched.iter() {
            cells[item.as_usize()].score *= weight;
        }
    }
}
