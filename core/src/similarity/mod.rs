//! Which items resemble each other, by who bought them, and what a customer should see because of it.
//!
//! [`ItemSimilarity`] counts for each pair of items how many customers (or baskets) had both, turns the counts into a
//! [`Measure`], keeps the nearest neighbours of each item, and scores for a customer the neighbours of what they own.

mod cooccurrence;
mod measure;
mod model;
mod params;
mod persist;
mod score;

pub use crate::data::Unit;
pub use crate::rank::AllRecommendations;
pub use measure::Measure;
pub use model::{ItemSimilarity, Neighbor};
pub use params::ItemSimilarityParams;
