//! What a customer puts into the next basket: what they buy again, and what is new to them.
//!
//! Most of a basket of groceries was bought before, so the strongest simple answers begin with what the customer bought
//! most often. [`NextBasket`] adds up three sources: the customer's own baskets, later ones weighing more; those of the
//! customers most like this one; and what everybody buys. [`NextBasketParams::top_frequency`] and
//! [`NextBasketParams::tifu_knn`] are two published models as settings of it.

mod ask;
mod crowd;
mod model;
mod neighbors;
mod params;
mod persist;
mod score;
#[cfg(test)]
mod tests;
mod vectors;

pub use ask::{NextBasketOptions, Novelty};
pub use model::NextBasket;
pub use params::{Distance, NextBasketParams};
