//! The vectors of all customers, and by item who has it.

use rayon::prelude::*;

use crate::data::{Rows, Vocabulary};
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::next_basket::NextBasketParams;
use crate::next_basket::vectors::{Entry, real, vector};

/// Customers whose vectors are made by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 256;

/// What the model knows of its customers: their baskets, and what follows from them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Crowd {
    pub(super) customers: Vocabulary,
    /// The baskets of one customer after the other, the earliest first.
    pub(super) baskets: Rows<ItemIx>,
    /// Where the baskets of each customer begin, and behind them their number.
    pub(super) starts: Vec<usize>,
    pub(super) vectors: Rows<Entry<ItemIx>>,
    /// What each item counts in a product of two vectors.
    pub(super) rarity: Vec<f64>,
    /// For each item the customers who have it, rising, weights times rarity.
    pub(super) by_item: Rows<Entry<u32>>,
    /// The squared length of each vector, with rarity.
    pub(super) squares: Vec<f64>,
    /// The customers by squared length, then by id.
    pub(super) shortest: Vec<u32>,
}

impl Crowd {
    pub(super) fn new(
        customers: Vocabulary,
        baskets: Rows<ItemIx>,
        starts: Vec<usize>,
        n_items: usize,
        params: &NextBasketParams,
        control: &Control,
    ) -> Result<Self> {
        let of = |customer: usize| (starts[customer]..starts[customer + 1]).map(|at| baskets.row(at));
        let positions: Vec<usize> = (0..customers.len()).collect();
        let made: Result<Vec<Vec<Vec<Entry<ItemIx>>>>> = positions
            .par_chunks(CUSTOMERS_PER_TASK)
            .map(|part| {
                control.check()?;
                Ok(part.iter().map(|&customer| vector(of(customer), params)).collect())
            })
            .collect();
        let vectors: Rows<Entry<ItemIx>> = made?.into_iter().flatten().collect();
        let rarity = rarity(&vectors, n_items, params.rarity);
        let by_item = by_item(&vectors, &rarity);
        let squares: Vec<f64> = vectors.iter().map(|row| square(row, &rarity)).collect();
        let n_customers = u32::try_from(customers.len()).expect("customers are bounded to u32");
        let mut shortest: Vec<u32> = (0..n_customers).collect();
        shortest.sort_by(|&a, &b| squares[a as usize].total_cmp(&squares[b as usize]));
        Ok(Self { customers, baskets, starts, vectors, rarity, by_item, squares, shortest })
    }

    /// The baskets of a customer, the earliest first.
    pub(super) fn baskets_of(&self, customer: usize) -> impl ExactSizeIterator<Item = &[ItemIx]> {
        (self.starts[customer]..self.starts[customer + 1]).map(|at| self.baskets.row(at))
    }
}

/// The squared length of a vector.
pub(super) fn square(vector: &[Entry<ItemIx>], rarity: &[f64]) -> f64 {
    vector.iter().map(|entry| entry.weight * entry.weight * rarity[entry.at.as_usize()]).sum()
}

fn rarity(vectors: &Rows<Entry<ItemIx>>, n_items: usize, exponent: f64) -> Vec<f64> {
    let mut customers = vec![1_usize; n_items];
    vectors.values().iter().for_each(|entry| customers[entry.at.as_usize()] += 1);
    customers.into_iter().map(|with_it| (real(vectors.len()) / real(with_it)).powf(exponent)).collect()
}

/// Vectors of customers as columns, weights times rarity.
fn by_item(vectors: &Rows<Entry<ItemIx>>, rarity: &[f64]) -> Rows<Entry<u32>> {
    let n_items = rarity.len();
    let mut offsets = vec![0; n_items + 1];
    for entry in vectors.values() {
        offsets[entry.at.as_usize() + 1] += 1;
    }
    for item in 0..n_items {
        offsets[item + 1] += offsets[item];
    }
    let mut next = offsets.clone();
    let mut values = vec![Entry { at: 0, weight: 0.0 }; vectors.values().len()];
    for (customer, row) in (0..).zip(vectors.iter()) {
        for entry in row {
            let slot = &mut next[entry.at.as_usize()];
            values[*slot] = Entry { at: customer, weight: entry.weight * rarity[entry.at.as_usize()] };
            *slot += 1;
        }
    }
    Rows::from_parts(offsets, values).expect("the offsets count the values")
}
