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
        let segment = visit.buyer.map_or(u32::MAX, |(_, buyer)| buyer.segment());
        if visit.placement == Placement::Trending {
            self.offer_trending(list);
        }
        if let Some(shelf) = self.state.by_segment.get(segment as usize) {
            let counted = shelf.descending(items).take_while(|&(_, count)| count >= least);
            list.offer_in_order(Step::Segment, counted.map(candidate));
        }
        if !list.is_full() && !trail.categories.is_empty() {
            let candidates = &mut scratch.candidates;
            candidates.clear();
            for (place, &category) in trail.categories.iter().enumerate() {
                let weight = 1.0 / f64::from(u32::try_from(place + 1).expect("categories are few"));
                for &item in self.goods.members(category) {
                    let count = self.buyers_of(item);
                    if count >= least {
                        candidates.push(Candidate { item, score: f64::from(count) * weight, count });
                    }
                }
            }
            list.offer(Step::Category, candidates);
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
            list.offer_in_order(
                Step::New,
                new.into_iter().map(|item| Candidate { item, score: 1.0, count: 0 }),
            );
        }
        if !list.is_full() {
            let rest = items.sorted().into_iter();
            list.offer_in_order(Step::Catalogue, rest.map(|item| Candidate { item, score: 1.0, count: 0 }));
        }
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
    fn new_items(&self) -> Vec<u32> {
        let n = u32::try_from(self.state.items.len()).expect("slots are bounded to u32");
        #[allow(clippy::cast_possible_truncation, reason = "days are few")]
        let span = (self.params.new_days * 86_400e6) as i64;
        let today = self.today();
        let is_new = |item: &u32| {
            let launched = self.goods.launched(*item);
            launched.is_some_and(|launched| {
                launched <= today && today.micros().saturating_sub(launched.micros()) <= span
            })
        };
        let mut new: Vec<u32> = (0..n).filter(is_new).collect();
        new.sort_by(|&a, &b| {
            self.goods.launched(b).cmp(&self.goods.launched(a)).then_with(|| self.state.items.compare(a, b))
        });
        new
    }
}

fn candidate((item, count): (u32, u32)) -> Candidate {
    Candidate { item, score: f64::from(count), count }
}
