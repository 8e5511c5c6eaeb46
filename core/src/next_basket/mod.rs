//! What a customer puts into the next basket: what they buy again, and what is new to them.
//!
//! Most of a basket of groceries was bought before, so the strongest simple answers begin with what the customer bought
//! most often. [`NextBasket`] adds up three sources: how probably the customer buys an item again; the baskets of the
//! customers most like this one; and what everybody buys. [`NextBasketParams::top_frequency`] and
//! [`NextBasketParams::tifu_knn`] are two published models as settings of it.
//!
//! A model does not take in new orders, nor forget a customer: a fit takes little longer than reading the log, so
//! [`OrderLog::append`](crate::OrderLog::append) or [`OrderLog::forget`](crate::OrderLog::forget), and fit again.

mod ask;
mod crowd;
mod model;
mod neighbors;
mod options;
mod params;
mod persist;
mod repurchase;
mod score;
#[cfg(test)]
mod tests;
mod vectors;

pub use model::NextBasket;
pub use options::{NextBasketOptions, Novelty};
pub use params::{NextBasketParams, Personal};
