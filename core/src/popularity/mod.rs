//! What sells: the baseline that every other model must beat, and the last of every fallback.
//!
//! [`Popularity`] counts the distinct customers of each item, purchases that lie long back less than recent ones where a
//! half-life is given. The same list is for everyone; a customer is not shown what they have.

mod ask;
mod count;
mod model;
mod params;
mod persist;

pub use model::Popularity;
pub use params::PopularityParams;
