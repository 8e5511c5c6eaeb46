//! The steps behind a placement's own: what fills a list when there is no more to say.

use super::answer::Trail;
use super::pick::List;
use super::placement::{Placement, Step};
use super::scratch::{Candidate, Scratch};
use super::snapshot::{Snapshot, Visit};

impl Snapshot {
    /// Segment, category, trending, popular, new, and the rest of the catalogue, in this order, until the list is full.
    ///
    /// What rests on counts shows only what `min_customers` stand behind; new arrivals and the catalogue rest on none.
    pub(super) fn fall_back(
        &self,
        visit: &Visit<'_>,
        trail: &Trail,
        list: &mut List<'_>,
        scratch: &mut Scratch,
    ) {
        let least = self.params.min_customers;
        let items = &self.state.items;
        let segment = visit.buyer.as_ref().map_or(u32::MAX, |buyer| buyer.record.segment());
        if visit.placement == Placement::Trending {
            self.offer_trending(list);
        }
        if let Some(shelf) = self.state.by_segment.get(segment as usize) {
            let counted = shelf.descending(items).take_while(|&(_, count)| count >= least);
            list.offer_in_order(Step::Segment, counted.map(candidate));
        }
        if !list.is_full() && !trail.categories.is_empty() {
            self.offer_categories(list.n(), &trail.categories, list, scratch);
        }
        if visit.placement != Placement::Trending {
            self.offer_trending(list);
        }
        if !list.is_full() {
            let counted = self.state.shelf.descending(items).take_while(|&(_, count)| count >= least);
            list.offer_in_order(Step::Popular, counted.map(candidate));
        }
        if !list.is_full() {
            let new = self.new_items();
            list.offer_in_order(Step::New, new.map(|item| Candidate { item, score: 1.0, count: 0 }));
        }
        if !list.is_full() {
            let rest = items.sorted().into_iter();
            list.offer_in_order(Step::Catalogue, rest.map(|item| Candidate { item, score: 1.0, count: 0 }));
        }
    }

    /// What many bought in some categories: by a look at all of their items, or down the list of all items, whichever is shorter.
    fn offer_categories(&self, n: usize, categories: &[u32], list: &mut List<'_>, scratch: &mut Scratch) {
        let least = self.params.min_customers;
        let n_members: usize = categories.iter().map(|&category| self.goods.members(category).len()).sum();
        let n_items = self.state.items.len();
        if n_members.saturating_mul(n_members) > n.saturating_mul(n_items) {
            let counted =
                self.state.shelf.descending(&self.state.items).take_while(|&(_, count)| count >= least);
            let inside = counted.filter(|&(item, _)| categories.contains(&self.goods.category(item)));
            return list.offer_in_order(Step::Category, inside.map(candidate));
        }
        let candidates = &mut scratch.candidates;
        candidates.clear();
        for &item in categories.iter().flat_map(|&category| self.goods.members(category)) {
            let count = self.buyers_of(item);
            if count >= least {
                candidates.push(candidate((item, count)));
            }
        }
        list.offer(Step::Category, candidates);
    }

    fn offer_trending(&self, list: &mut List<'_>) {
        if list.is_full() {
            return;
        }
        let rising = self.trend().rising().map(|(rising, bound)| Candidate {
            item: rising.item,
            score: bound,
            count: rising.recent,
        });
        list.offer_in_order(Step::Trending, rising);
    }

    /// Items launched within the days that count as new, the newest first.
    fn new_items(&self) -> impl Iterator<Item = u32> {
        #[allow(clippy::cast_possible_truncation, reason = "days are few")]
        let span = (self.params.new_days * 86_400e6) as i64;
        let today = self.today();
        let launched = move |item: u32| self.goods.launched(item).unwrap_or(today);
        let launches = self.goods.by_launch().iter().copied();
        let from = move |&item: &u32| today.micros().saturating_sub(launched(item).micros()) <= span;
        launches.skip_while(move |&item| launched(item) > today).take_while(from)
    }
}

fn candidate((item, count): (u32, u32)) -> Candidate {
    Candidate { item, score: f64::from(count), count }
}
