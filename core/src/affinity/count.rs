//! What the population leans to, counted from all customers.

use rayon::prelude::*;

use crate::affinity::ledger::{Ledger, NEVER, blocks_of};
use crate::affinity::view::{Population, View};

/// Sums over some customers.
struct Tally {
    /// Of each view of a ledger.
    views: Vec<OfView>,
    latest: i32,
}

struct OfView {
    weights: Vec<u128>,
    customers: Vec<u32>,
    /// The last customer counted for each value.
    stamps: Vec<u32>,
    total: u128,
    all: u32,
}

impl OfView {
    fn of(n_values: usize) -> Self {
        Self {
            weights: vec![0; n_values],
            customers: vec![0; n_values],
            stamps: vec![u32::MAX; n_values],
            total: 0,
            all: 0,
        }
    }

    fn add(&mut self, other: &Self) {
        self.weights.iter_mut().zip(&other.weights).for_each(|(sum, more)| *sum += more);
        self.customers.iter_mut().zip(&other.customers).for_each(|(sum, more)| *sum += more);
        self.total += other.total;
        self.all += other.all;
    }
}

/// Counts the populations of the views of a ledger; also the last day on which something counted, [`super::ledger::NEVER`]
/// for none. Sums are whole, so they do not depend on threads.
pub(super) fn count(ledger: &Ledger, views: &mut [&mut View]) -> i32 {
    let blank =
        || Tally { views: views.iter().map(|view| OfView::of(view.labels.len())).collect(), latest: NEVER };
    let add_block = |mut tally: Tally, range: std::ops::Range<usize>| {
        for customer in range {
            let row = ledger.rows.row(customer);
            tally.latest = row.iter().map(|entry| entry.day).fold(tally.latest, i32::max);
            let stamp = u32::try_from(customer).expect("customers are bounded to u32");
            for (sums, view) in tally.views.iter_mut().zip(&*views) {
                let mut any = false;
                for entry in row.iter().filter(|entry| entry.counts()) {
                    let weight = u128::from(entry.weight.unsigned_abs());
                    let values = view.members.row(entry.code as usize);
                    for &value in values {
                        let value = value as usize;
                        sums.weights[value] += weight;
                        sums.customers[value] += u32::from(sums.stamps[value] != stamp);
                        sums.stamps[value] = stamp;
                    }
                    if !values.is_empty() {
                        any = true;
                        sums.total += weight;
                    }
                }
                sums.all += u32::from(any);
            }
        }
        tally
    };
    let join = |mut a: Tally, b: Tally| {
        a.views.iter_mut().zip(&b.views).for_each(|(a, b)| a.add(b));
        a.latest = a.latest.max(b.latest);
        a
    };
    let blocks = blocks_of(ledger.rows.len());
    // A part a thread, so that there are few sets of sums.
    let part = blocks.len().div_ceil(4 * rayon::current_num_threads()).max(1);
    let parts = blocks.par_chunks(part).map(|blocks| blocks.iter().cloned().fold(blank(), add_block));
    let tally = parts.reduce_with(join).unwrap_or_else(blank);
    for (view, sums) in views.iter_mut().zip(tally.views) {
        view.population = population(sums);
    }
    tally.latest
}

#[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
fn population(sums: OfView) -> Population {
    let share = |&weight: &u128| if sums.total == 0 { 0.0 } else { weight as f64 / sums.total as f64 };
    Population { shares: sums.weights.iter().map(share).collect(), customers: sums.customers, all: sums.all }
}
