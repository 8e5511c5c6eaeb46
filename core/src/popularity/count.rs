//! Counting customers of items, each once, by the latest purchase, and once in each window of a trend.

use rayon::prelude::*;

use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::popularity::windows::Windows;
use crate::similarity::state::{NOBODY, Orders};
use crate::time::{MICROS_PER_DAY, Time};

/// What a customer counts who bought at the very instant: weights are whole numbers of this fraction, so that the sum over
/// fewer than 2^32 customers fits into 64 bits.
pub(super) const UNIT: u64 = 1 << 31;

/// Items counted by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 64;

/// Which baskets count, and how much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counting {
    /// Later baskets do not count; `None` for all.
    pub(super) as_of: Option<Time>,
    pub(super) half_life_days: Option<f64>,
    /// `None` where the baskets have no times.
    pub(super) windows: Option<Windows>,
}

/// What some customers did with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// How many bought it.
    pub(super) customers: u32,
    /// What they weigh together, in parts of [`UNIT`].
    pub(super) weight: u64,
    /// How many bought it in the recent window.
    pub(super) recent: u32,
    /// How many bought it in the windows before that belong to its past, each counted once in each of them.
    pub(super) baseline: u64,
}

/// What some customers bought: all of them, or those of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Population {
    /// How many bought anything.
    pub(super) customers: u64,
    /// For each window the number of customers of all items together.
    pub(super) windows: Vec<u64>,
    /// The items that any of them bought, rising.
    pub(super) items: Vec<ItemIx>,
    /// One for each of the items.
    pub(super) tallies: Vec<Tally>,
}

impl Population {
    /// What they did with an item; `None` where nobody bought it.
    pub(super) fn tally(&self, item: ItemIx) -> Option<&Tally> {
        self.items.binary_search(&item).ok().map(|at| &self.tallies[at])
    }
}

/// The group of each customer, [`NOBODY`] for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels<'a> {
    pub(super) of: &'a [u32],
    pub(super) n: usize,
}

/// What one thread has counted.
#[derive(Default)]
struct Part {
    /// By group, and item after item.
    tallies: Vec<(u32, ItemIx, Tally)>,
    /// Windows of each group, one group after the other.
    windows: Vec<u64>,
    /// The first sale of each of its items; of all customers.
    firsts: Vec<Option<Time>>,
}

impl Part {
    fn and(mut self, other: Self) -> Self {
        self.tallies.extend(other.tallies);
        self.firsts.extend(other.firsts);
        self.windows.iter_mut().zip(other.windows).for_each(|(sum, more)| *sum += more);
        self
    }
}

/// Counts the owners of the baskets of each item: all together as one population, or by group. A basket without a known
/// owner has one of its own, who is in no group. Also tells when each item was bought first, by anyone.
///
/// Linear in the baskets' entries and, for groups, in their number for each 64 items; parallel over items.
pub(super) fn count(
    orders: &Orders,
    n_items: usize,
    counting: &Counting,
    labels: Option<Labels<'_>>,
    control: &Control,
) -> Result<(Vec<Population>, Vec<Option<Time>>)> {
    let baskets_of = orders.rows.transpose(n_items, ItemIx::as_usize, |basket| basket);
    let n_labels = labels.map_or(1, |labels| labels.n);
    let n_windows = counting.windows.map_or(0, |windows| windows.n());
    let blank = || Part { windows: vec![0; n_labels * n_windows], ..Part::default() };
    let counter = Counter { orders, counting, labels, n_windows };
    let part = (0..n_items.div_ceil(ITEMS_PER_TASK))
        .into_par_iter()
        .try_fold(blank, |mut part, task| {
            control.check()?;
            let mut tallies = vec![Tally::default(); n_labels];
            for item in task * ITEMS_PER_TASK..n_items.min((task + 1) * ITEMS_PER_TASK) {
                counter.count(item, baskets_of.row(item), &mut tallies, &mut part);
            }
            Ok::<_, crate::Error>(part)
        })
        .try_reduce(blank, |a, b| Ok(a.and(b)))?;
    let mut populations = counter.buyers(n_labels);
    for (population, windows) in populations.iter_mut().zip(part.windows.chunks(n_windows.max(1))) {
        population.windows = windows.to_vec();
    }
    // Items rise: parts are put together in their order.
    for (label, item, tally) in part.tallies {
        let population = &mut populations[label as usize];
        population.items.push(item);
        population.tallies.push(tally);
    }
    Ok((populations, part.firsts))
}

struct Counter<'a> {
    orders: &'a Orders,
    counting: &'a Counting,
    labels: Option<Labels<'a>>,
    n_windows: usize,
}

impl Counter<'_> {
    fn time(&self, basket: usize) -> Time {
        self.orders.times.as_ref().map_or(Time::from_micros(i64::MIN), |times| times[basket])
    }

    fn counts(&self, basket: usize) -> bool {
        self.counting.as_of.is_none_or(|as_of| self.time(basket) <= as_of)
    }

    fn is_same_owner(&self, a: usize, b: usize) -> bool {
        let owner = self.orders.owners[a];
        owner != NOBODY && owner == self.orders.owners[b]
    }

    /// The group that an owner counts for.
    fn label(&self, owner: u32) -> Option<u32> {
        let Some(labels) = self.labels else { return Some(0) };
        labels.of.get(owner as usize).copied().filter(|&label| label != NOBODY)
    }

    /// Populations with the number of those who bought anything.
    fn buyers(&self, n_labels: usize) -> Vec<Population> {
        let mut populations = vec![Population::default(); n_labels];
        let baskets: Vec<usize> = (0..self.orders.rows.len()).filter(|&basket| self.counts(basket)).collect();
        for of_owner in baskets.chunk_by(|&a, &b| self.is_same_owner(a, b)) {
            if let Some(label) = self.label(self.orders.owners[of_owner[0]]) {
                populations[label as usize].customers += 1;
            }
        }
        populations
    }

    /// Counts the baskets of an item, which are sorted by owner and time. `tallies` are blank before and after.
    fn count(&self, item: usize, baskets: &[usize], tallies: &mut [Tally], part: &mut Part) {
        let counted = || baskets.iter().copied().filter(|&basket| self.counts(basket));
        let first = counted().map(|basket| self.time(basket)).min();
        part.firsts.push(first);
        let windows = self.counting.windows.zip(first);
        let windows = windows.map(|(windows, first)| (windows, windows.whole_since(first)));
        let mut touched: Vec<u32> = Vec::new();
        let counted: Vec<usize> = counted().collect();
        for of_owner in counted.chunk_by(|&a, &b| self.is_same_owner(a, b)) {
            let Some(label) = self.label(self.orders.owners[of_owner[0]]) else { continue };
            let tally = &mut tallies[label as usize];
            if tally.customers == 0 {
                touched.push(label);
            }
            tally.customers += 1;
            let latest = self.time(of_owner[of_owner.len() - 1]);
            tally.weight += match (self.counting.half_life_days, self.counting.as_of) {
                (Some(half_life_days), Some(as_of)) => weight_of(latest, as_of, half_life_days),
                _ => UNIT,
            };
            let Some((windows, past)) = windows else { continue };
            // Times rise, so that places fall.
            let mut last = None;
            for place in of_owner.iter().filter_map(|&basket| windows.place(self.time(basket))) {
                if last.replace(place) == Some(place) {
                    continue;
                }
                part.windows[label as usize * self.n_windows + place] += 1;
                tally.recent += u32::from(place == 0);
                tally.baseline += u64::from((1..=past).contains(&place));
            }
        }
        touched.sort_unstable();
        for label in touched {
            let tally = std::mem::take(&mut tallies[label as usize]);
            part.tallies.push((label, ItemIx::new(item), tally));
        }
    }
}

/// 2^(-age / half life), in parts of [`UNIT`]; `time` is not after `as_of`.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ages are far below 2^53 days, and the product is from 0 to 2^31"
)]
fn weight_of(time: Time, as_of: Time, half_life_days: f64) -> u64 {
    let age = as_of.micros().abs_diff(time.micros()) as f64 / MICROS_PER_DAY as f64;
    ((-age / half_life_days).exp2() * UNIT as f64).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Rows;
    use crate::popularity::Popularity;

    fn day(day: i64) -> Time {
        Time::from_micros(day * MICROS_PER_DAY)
    }

    /// One item; owners rise, days of an owner too.
    fn counted(bought: &[(u32, i64)], counting: &Counting) -> (Population, Option<Time>) {
        let orders = Orders {
            rows: bought.iter().map(|_| [ItemIx::new(0)]).collect::<Rows<ItemIx>>(),
            owners: bought.iter().map(|row| row.0).collect(),
            times: Some(bought.iter().map(|row| day(row.1)).collect()),
        };
        let (mut populations, firsts) = count(&orders, 1, counting, None, &Control::new()).unwrap();
        (populations.remove(0), firsts[0])
    }

    #[test]
    fn a_customer_counts_once_by_the_latest_purchase() {
        let bought = [(0, 80), (0, 90), (0, 101), (1, 100), (2, 101), (NOBODY, 90), (NOBODY, 90)];
        let counting = Counting { as_of: Some(day(100)), half_life_days: Some(10.0), windows: None };
        let (population, first) = counted(&bought, &counting);
        let tally = Tally { customers: 4, weight: UNIT + 3 * UNIT / 2, ..Tally::default() };
        assert_eq!((population.tallies, population.customers, first), (vec![tally], 4, Some(day(80))));
        let all = Counting { as_of: None, half_life_days: None, windows: None };
        let tally = Tally { customers: 5, weight: 5 * UNIT, ..Tally::default() };
        assert_eq!(counted(&bought, &all).0.tallies, [tally]);
    }

    #[test]
    fn a_customer_counts_once_in_each_window_and_only_after_the_first_sale() {
        let windows = Windows::new(day(100), &Popularity::params());
        let counting = Counting { as_of: Some(day(100)), half_life_days: None, windows: Some(windows) };
        // Windows end at 100, 93, 86, 79, 72. The first sale is in the fourth, which is no past.
        let bought = [(0, 74), (0, 80), (0, 81), (0, 95), (0, 96), (1, 75), (1, 92), (NOBODY, 94)];
        let (population, _) = counted(&bought, &counting);
        assert_eq!(population.windows, [2, 1, 1, 2, 0]);
        assert_eq!((population.tallies[0].recent, population.tallies[0].baseline), (2, 2));
    }
}
