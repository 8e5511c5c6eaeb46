//! The vectors of all customers, and by item who has it.

use rayon::prelude::*;

use crate::data::{Rows, Vocabulary};
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::next_basket::NextBasketParams;
use crate::next_basket::repurchase::Repurchases;
use crate::next_basket::vectors::{Entry, occurrences, vector};

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
    /// For each item the customers who have it, rising.
    pub(super) by_item: Rows<Entry<u32>>,
    /// The squared length of each vector; infinite for a customer without a basket.
    pub(super) squares: Vec<f64>,
    /// The customers with baskets by squared length, then by id.
    pub(super) shortest: Vec<u32>,
}

impl Crowd {
    /// The customers, and how often their items are bought again.
    pub(super) fn new(
        customers: Vocabulary,
        baskets: Rows<ItemIx>,
        starts: Vec<usize>,
        n_items: usize,
        params: &NextBasketParams,
        control: &Control,
    ) -> Result<(Self, Repurchases)> {
        let positions: Vec<usize> = (0..customers.len()).collect();
        let of = |customer: usize| baskets_of(&baskets, &starts, customer);
        let vector = |&customer: &usize| {
            let baskets = of(customer);
            vector(&occurrences(&baskets), baskets.len(), params)
        };
        let parts: Result<Vec<Vec<Vec<Entry<ItemIx>>>>> = positions
            .par_chunks(CUSTOMERS_PER_TASK)
            .map(|part| {
                control.check()?;
                Ok(part.iter().map(vector).collect())
            })
            .collect();
        let vectors: Rows<Entry<ItemIx>> = parts?.into_iter().flatten().collect();
        let repurchases = Repurchases::count(positions.iter().map(|&customer| of(customer)), n_items);
        let by_item = by_item(&vectors, n_items);
        let squares: Vec<f64> = vectors.iter().map(square).collect();
        let n_customers = u32::try_from(customers.len()).expect("customers are bounded to u32");
        let mut shortest: Vec<u32> =
            (0..n_customers).filter(|&customer| squares[customer as usize].is_finite()).collect();
        shortest.sort_by(|&a, &b| squares[a as usize].total_cmp(&squares[b as usize]));
        Ok((Self { customers, baskets, starts, vectors, by_item, squares, shortest }, repurchases))
    }

    /// The baskets of a customer, the earliest first.
    pub(super) fn baskets_of(&self, customer: usize) -> Vec<&[ItemIx]> {
        baskets_of(&self.baskets, &self.starts, customer)
    }
}

fn baskets_of<'a>(baskets: &'a Rows<ItemIx>, starts: &[usize], customer: usize) -> Vec<&'a [ItemIx]> {
    (starts[customer]..starts[customer + 1]).map(|at| baskets.row(at)).collect()
}

/// The squared length of a vector.
fn square(vector: &[Entry<ItemIx>]) -> f64 {
    if vector.is_empty() {
        return f64::INFINITY;
    }
    vector.iter().map(|entry| f64::from(entry.weight) * f64::from(entry.weight)).sum()
}

/// Vectors of customers as columns.
fn by_item(vectors: &Rows<Entry<ItemIx>>, n_items: usize) -> Rows<Entry<u32>> {
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
            values[*slot] = Entry { at: customer, weight: entry.weight };
            *slot += 1;
        }
    }
    Rows::from_parts(offsets, values).expect("the offsets count the values")
}
