//! Which items resemble each other by who bought them where many did, and by what they are where few did.
//!
//! [`HybridSimilarity`] blends an [`ItemSimilarity`](crate::similarity::ItemSimilarity) and a
//! [`ContentSimilarity`](crate::content::ContentSimilarity) pair by pair.

mod blend;
mod model;
mod params;
mod persist;
mod score;

pub use blend::Sources;
pub use model::HybridSimilarity;
pub use params::HybridSimilarityParams;
