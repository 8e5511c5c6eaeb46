//! Counting what follows an item: over its customers, the orders behind its own.

use super::timeline::Timelines;
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;

/// What follows an item often enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Follower {
    pub(super) item: ItemIx,
    /// The number of customers.
    pub(super) count: u32,
    pub(super) delays: Quartiles,
}

/// The quartiles of the customers' delays, in quarters of a microsecond: so they are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quartiles(pub(super) [u64; 3]);

impl Quartiles {
    /// The type-7 quantiles (Hyndman and Fan 1996, doi 10.1080/00031305.1996.10473566) of sorted microseconds, at least
    /// one: with h = (n - 1) k / 4, what lies between the values at floor(h) and floor(h) + 1.
    pub(super) fn of_sorted(delays: &[u64]) -> Self {
        let last = delays.len() - 1;
        Self([1, 2, 3].map(|k| {
            let (low, rest) = (last * k / 4, (last * k % 4) as u64);
            let (a, b) = (delays[low], delays[(low + 1).min(last)]);
            4 * a + rest * (b - a)
        }))
    }
}

/// The working memory of one thread.
#[derive(Debug)]
pub(super) struct Counter<'a> {
    timelines: &'a Timelines,
    window: u64,
    repeats: bool,
    /// Of the customer under way: the shortest delay to each item, and the items that have one.
    shortest: Vec<u64>,
    touched: Vec<ItemIx>,
    /// Of the antecedent under way: the customers of each item, and each one's delay.
    counts: Vec<u32>,
    delays: Vec<(ItemIx, u64)>,
}

/// No delay.
const NEVER: u64 = u64::MAX;

/// Customers that are gone through before a look at the control.
const CUSTOMERS: usize = 1024;

impl<'a> Counter<'a> {
    pub(super) fn new(timelines: &'a Timelines, window: u64, repeats: bool) -> Self {
        let n_items = timelines.buyers.len();
        Self {
            timelines,
            window,
            repeats,
            shortest: vec![NEVER; n_items],
            touched: Vec::new(),
            counts: vec![0; n_items],
            delays: Vec::new(),
        }
    }

    /// What at least the smallest count of customers bought after an item, by item.
    ///
    /// Time: for each customer of the item, the items of their orders inside of the windows, each order once.
    pub(super) fn followers(&mut self, first: ItemIx, control: &Control) -> Result<Vec<Follower>> {
        let timelines = self.timelines;
        let orders = timelines.orders.row(first.as_usize());
        self.delays.clear();
        for (number, own) in
            orders.chunk_by(|&a, &b| timelines.customer[a] == timelines.customer[b]).enumerate()
        {
            if number % CUSTOMERS == 0 {
                control.check()?;
            }
            let in_time = own.partition_point(|&order| timelines.time[order] <= timelines.last_first);
            self.follow(first, &own[..in_time]);
            for item in self.touched.drain(..) {
                self.counts[item.as_usize()] += 1;
                self.delays.push((item, std::mem::replace(&mut self.shortest[item.as_usize()], NEVER)));
            }
        }
        let counts = &self.counts;
        let often = |item: ItemIx| u64::from(counts[item.as_usize()]) >= timelines.min_count;
        let mut delays: Vec<(ItemIx, u64)> =
            self.delays.iter().copied().filter(|&(item, _)| often(item)).collect();
        delays.sort_unstable();
        self.delays.iter().for_each(|&(item, _)| self.counts[item.as_usize()] = 0);
        let mut sorted = Vec::new();
        let follower = |run: &[(ItemIx, u64)]| {
            sorted.clear();
            sorted.extend(run.iter().map(|&(_, delay)| delay));
            let count = u32::try_from(run.len()).expect("customers are bounded to u32");
            Follower { item: run[0].0, count, delays: Quartiles::of_sorted(&sorted) }
        };
        Ok(delays.chunk_by(|a, b| a.0 == b.0).map(follower).collect())
    }

    /// Notes the shortest delays from one customer's orders of an item, given in time, to later ones.
    fn follow(&mut self, first: ItemIx, own: &[usize]) {
        let Timelines { customer, time, items, .. } = self.timelines;
        for (at, &order) in own.iter().enumerate() {
            // Orders behind the next one of the item are nearer to that; one at its very time is not behind it.
            let next = own.get(at + 1).map_or(i64::MAX, |&next| time[next]);
            // Of several at one time the last stands for all, so that what is behind is walked once.
            if next == time[order] {
                continue;
            }
            for later in order + 1..customer.len() {
                if customer[later] != customer[order] || time[later] > next {
                    break;
                }
                let delay = time[later].abs_diff(time[order]);
                if delay > self.window {
                    break;
                }
                if delay == 0 {
                    continue;
                }
                for &item in items.row(later) {
                    if item == first && !self.repeats {
                        continue;
                    }
                    let shortest = &mut self.shortest[item.as_usize()];
                    if *shortest == NEVER {
                        self.touched.push(item);
                    }
                    *shortest = delay.min(*shortest);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_type_7() {
        // R: quantile(c(1, 2, 4, 8), c(.25, .5, .75)) is 1.75, 3, 5.
        assert_eq!(Quartiles::of_sorted(&[1, 2, 4, 8]), Quartiles([7, 12, 20]));
        assert_eq!(Quartiles::of_sorted(&[1, 2, 4, 8, 9]), Quartiles([8, 16, 32]));
        assert_eq!(Quartiles::of_sorted(&[5]), Quartiles([20, 20, 20]));
        assert_eq!(Quartiles::of_sorted(&[5, 6]), Quartiles([21, 22, 23]));
    }
}
