//! What sells, what rises and what is new: the baseline that every other model must beat, and the last of every fallback.
//!
//! [`Popularity`] counts the distinct customers of each item, purchases that lie long back less than recent ones where a
//! half-life is given. Its lists are for everyone or for a group of customers (a country, a segment), of all items or of a
//! category; a customer is not shown what they have. [`Popularity::trending`] tells what rises against its own past, with an
//! exact bound that two sales do not pass; [`Popularity::new_arrivals`] what came lately.

mod ask;
mod count;
mod crowd;
mod furnish;
mod grouping;
mod model;
mod of_events;
mod options;
mod params;
mod persist;
mod rise;
mod shelf;
mod windows;

pub use furnish::GroupSource;
pub use model::Popularity;
pub use options::PopularityOptions;
pub use params::PopularityParams;
pub(crate) use rise::lower_bound;
