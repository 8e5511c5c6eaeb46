//! Linear models of the whole matrix of customers and items: what one owns, times a matrix of items and items.
//!
//! [`Ease`] learns a weight for each pair of items, so that every item of a history is best told from the others of it:
//! strong on catalogues of some thousands of items. [`GraphFilter`] smooths the histories over the graph of customers and
//! items, and stores no pairs: for catalogues that are too large for that. Both are exact functions of the whole log, so
//! neither can be updated or made to forget a customer: refit. What a model of either kind answers, it answers as sums over
//! what the customer owns, and the reason names the item that added most.

mod ask;
mod ease;
mod graph_filter;
mod matrix;
mod options;
mod recommend_each;
mod tiles;

pub use crate::data::Unit;
pub use crate::rank::AllRecommendations;
pub use ease::{Ease, EaseParams, ItemChoice};
pub use graph_filter::{GraphFilter, GraphFilterParams};
pub use options::RecommendOptions;
