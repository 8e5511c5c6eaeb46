//! Which items resemble each other, by who bought them, and what a customer should see because of it.
//!
//! [`ItemSimilarity`] counts for each pair of items how many customers (or baskets) had both, turns that into a
//! [`Measure`], keeps the nearest neighbours of each item, and scores for a customer the neighbours of what they own. What
//! users and pairs count for can be weighted ([`Strength`], [`Weighting`], half-lives, exponents), and either end of a pair may
//! choose its neighbours ([`Side`]).

mod kernel;
mod lookup;
mod measure;
mod model;
mod options;
mod params;
pub(crate) mod persist;
mod recommend_each;
mod score;
pub(crate) mod state;
mod table;
mod units;
mod weighting;

pub use crate::data::Unit;
pub use crate::rank::AllRecommendations;
pub use lookup::SimilarCustomer;
pub use measure::Measure;
pub use model::ItemSimilarity;
pub use options::RecommendOptions;
pub use params::{ItemSimilarityParams, Side};
pub use score::Contribution;
pub use weighting::{Strength, Weighting};
