//! Training on some customers, asking about others.

use crate::data::OrderLog;
use crate::error::Result;
use crate::eval::temporal::{out_of_range, part};
use crate::eval::{Split, SplitOptions};
use crate::index::CustomerIx;
use crate::random::Random;

/// Holds a seeded share of the customers out of training altogether, and asks for a part of what each of them bought: one
/// item in five, drawn by the seed, at least one. The other items are the history that a model is told of them.
///
/// For models that recommend from items, to customers that they were not trained on; the protocol is called strong
/// generalisation (Marlin 2004; Liang et al. 2018, doi 10.1145/3178876.3186150). Time plays no part in it. A customer held
/// out who has a single item is not asked about.
///
/// ```
/// use kosar::data::LogOptions;
/// use kosar::datasets::Shop;
/// use kosar::eval::{SplitOptions, by_customer};
///
/// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
/// let split = by_customer(&log, 0.1, 42, &SplitOptions::new())?;
/// let customers = split.train().customers().ok_or("the shop knows its customers")?;
/// assert!(split.customers().iter().all(|customer| customers.position(customer).is_none()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or items;
/// [`ParamError::OutOfRange`](crate::ParamError::OutOfRange) for a share that is not above 0 and below 1.
pub fn by_customer(log: &OrderLog, share: f64, seed: u64, options: &SplitOptions) -> Result<Split> {
    if !(share > 0.0 && share < 1.0) {
        return Err(out_of_range("share", share, "above 0 and below 1"));
    }
    let histories = log.histories()?;
    let mut is_held_out = vec![false; log.n_customers()];
    let mut random = Random::new(seed, HELD_OUT);
    for customer in random.distinct(log.n_customers(), part(log.n_customers(), share)) {
        is_held_out[customer] = true;
    }
    let held_out =
        |customer: Option<CustomerIx>| customer.filter(|customer| is_held_out[customer.as_usize()]);
    let (others, train) = log.partition(|order| held_out(log.customer_of(order)).is_some());
    // The items asked for, by the customers of the whole log.
    let mut asked = vec![Vec::new(); log.n_customers()];
    for (customer, asked) in asked.iter_mut().enumerate().filter(|&(customer, _)| is_held_out[customer]) {
        let purchases = histories.rows.row(customer);
        if purchases.len() > 1 {
            let mut random = Random::new(seed, customer as u64);
            let drawn = random.distinct(purchases.len(), part(purchases.len(), ASKED_FOR));
            *asked = drawn.into_iter().map(|at| purchases[at].item).collect();
        }
    }
    let (items, customers) = (log.need_items("by_customer")?, log.need_customers("by_customer")?);
    let (of_items, of_customers) = (others.need_items("by_customer")?, others.need_customers("by_customer")?);
    let mut is_asked = Vec::with_capacity(others.n_lines());
    for order in others.orders() {
        let customer = others.customer_of(order).map(|customer| of_customers.get(customer.as_usize()));
        let asked = customer.and_then(|id| customers.position(id)).map_or(&[][..], |at| &asked[at]);
        for line in others.lines_of(order) {
            let item = line.item.and_then(|item| items.position(of_items.get(item.as_usize())));
            is_asked.push(item.is_some_and(|item| asked.iter().any(|asked| asked.as_usize() == item)));
        }
    }
    let told = others.select_lines(|line| !is_asked[line]);
    Split::assemble(train, Some(&told), &others.select_lines(|line| is_asked[line]), options)
}

/// The share of a held-out customer's items that is asked for.
const ASKED_FOR: f64 = 0.2;
/// The stream of random numbers that chooses the customers; those of the customers have their own numbers.
const HELD_OUT: u64 = u64::MAX;
