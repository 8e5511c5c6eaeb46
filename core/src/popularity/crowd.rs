//! Lists of what some customers bought: all of them, or those of a group.

use std::cmp::{Ordering, Reverse};

use rayon::prelude::*;

use crate::index::ItemIx;
use crate::popularity::PopularityParams;
use crate::popularity::count::{Population, Tally, UNIT};
use crate::popularity::rise::{lower_bound, rise};
use crate::popularity::windows::Windows;
use crate::rank::Scored;
use crate::time::Time;

/// What they bought, and the lists derived from it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Crowd {
    pub(super) population: Population,
    /// Their items, best first.
    pub(super) best: Vec<ItemIx>,
    /// Where the first item that is none of theirs stands in everyone's list.
    pub(super) first_other: usize,
    /// What trends among them, the surest rise first.
    pub(super) trending: Vec<Trend>,
}

/// An item that rises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trend {
    pub(super) item: ItemIx,
    pub(super) tally: Tally,
    /// How many times its share of all sales before its share of the recent ones is; `None` without sales before.
    pub(super) rise: Option<f64>,
    pub(super) lower_bound: f64,
}

/// How everyone's list and a group's own become one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blend<'a> {
    pub(super) all: &'a Population,
    pub(super) group: &'a Population,
    pub(super) prior: f64,
}

impl Blend<'_> {
    /// The share of the group's customers who buy an item, from 0 to 1: that of the group, and of as many customers of all as
    /// the prior says (Cestnik 1990, *Estimating probabilities: a crucial task in machine learning*, ECAI: the
    /// m-estimate). 0 where neither says anything.
    pub(super) fn score(&self, group: Option<&Tally>, all: &Tally) -> f64 {
        let customers = real(self.group.customers) + self.prior;
        if self.all.customers == 0 || customers <= 0.0 {
            return 0.0;
        }
        let own = group.map_or(0.0, weight);
        (own + self.prior * (weight(all) / real(self.all.customers))) / customers
    }
}

/// What customers weigh, one of now being 1.
pub(super) fn weight(tally: &Tally) -> f64 {
    real(tally.weight) / real(UNIT)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "what the rounding makes equal, the count and the id tell apart"
)]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// An item as it stands in everyone's list.
pub(super) fn scored(item: ItemIx, tally: &Tally) -> Scored {
    Scored { score: weight(tally), count: u64::from(tally.customers), item }
}

impl Crowd {
    /// Everyone: items by what their customers weigh, then by their number, then by id.
    pub(super) fn of_all(
        population: Population,
        params: &PopularityParams,
        windows: Option<&Windows>,
        firsts: &[Option<Time>],
    ) -> Self {
        let mut best: Vec<Scored> = population
            .items
            .iter()
            .zip(&population.tallies)
            .map(|(&item, tally)| scored(item, tally))
            .collect();
        best.sort_unstable_by_key(|&scored| Reverse(scored));
        let best: Vec<ItemIx> = best.into_iter().map(|scored| scored.item).collect();
        let trending = trending(&population, params, windows, firsts);
        let first_other = best.len();
        Self { population, best, first_other, trending }
    }

    /// A group: items by the blend with everyone's, then as in everyone's list. `rank` is the place of each item there.
    pub(super) fn of_group(
        population: Population,
        everyone: &Self,
        rank: &[u32],
        params: &PopularityParams,
        windows: Option<&Windows>,
        firsts: &[Option<Time>],
    ) -> Self {
        let all = &everyone.population;
        let blend = Blend { all, group: &population, prior: params.group_prior };
        let none = Tally::default();
        let score = |(&item, tally): (&ItemIx, &Tally)| {
            (blend.score(Some(tally), all.tally(item).unwrap_or(&none)), item)
        };
        let mut best: Vec<(f64, ItemIx)> =
            population.items.iter().zip(&population.tallies).map(score).collect();
        best.sort_unstable_by(|a, b| better(*a, *b, rank));
        let best = best.into_iter().map(|(_, item)| item).collect();
        let trending = trending(&population, params, windows, firsts);
        let is_other = |item: &ItemIx| population.tally(*item).is_none();
        let first_other = everyone.best.iter().position(is_other).unwrap_or(everyone.best.len());
        Self { population, best, first_other, trending }
    }
}

/// The order of a group's list: the better one first.
pub(super) fn better(a: (f64, ItemIx), b: (f64, ItemIx), rank: &[u32]) -> Ordering {
    b.0.total_cmp(&a.0).then_with(|| rank[a.1.as_usize()].cmp(&rank[b.1.as_usize()]))
}

/// The items whose rise is surely above 1, the surest first; ties to more recent customers, then to the smaller id.
fn trending(
    population: &Population,
    params: &PopularityParams,
    windows: Option<&Windows>,
    firsts: &[Option<Time>],
) -> Vec<Trend> {
    let Some(windows) = windows else { return Vec::new() };
    // What all sold in the first so many windows behind the recent one.
    let of_past: Vec<u64> = std::iter::once(0)
        .chain(population.windows.iter().skip(1).scan(0, |sum, sold| {
            *sum += sold;
            Some(*sum)
        }))
        .collect();
    let of_recent = population.windows.first().copied().unwrap_or(0);
    let judge = |(&item, tally): (&ItemIx, &Tally)| {
        let past = windows.whole_since(firsts[item.as_usize()]?);
        // An item without a past, or one of a time in which nothing was sold, has nothing to rise against.
        let of_baseline = of_past[past];
        if (tally.recent as usize) < params.min_customers || of_baseline == 0 {
            return None;
        }
        let recent = u64::from(tally.recent);
        let rise = rise(recent, tally.baseline, of_recent, of_baseline);
        if rise.is_some_and(|rise| rise <= 1.0) {
            return None;
        }
        let bound = lower_bound(recent, tally.baseline, of_recent, of_baseline, params.confidence);
        (bound > 1.0).then_some(Trend { item, tally: *tally, rise, lower_bound: bound })
    };
    let items = population.items.par_iter().zip(&population.tallies);
    let mut found: Vec<Trend> = items.filter_map(judge).collect();
    let key = |trend: &Trend| Scored {
        score: trend.lower_bound,
        count: u64::from(trend.tally.recent),
        item: trend.item,
    };
    found.sort_unstable_by_key(|trend| Reverse(key(trend)));
    found
}
