//! What every scorer shares: accumulation, selection, and the form of an answer.

mod all;
mod explain;
mod filter;
mod recommend;
mod scored;
mod scores;
mod scratch;
mod top_k;
pub(crate) mod vote;

pub use all::AllRecommendations;
pub use explain::{Reason, Recommendation};
pub use filter::{AllowedItems, ItemFilter};
pub use recommend::{Recommend, Visitor};
pub use scored::Scored;
pub use scores::Scores;
pub(crate) use scratch::ScratchPool;
pub use top_k::TopK;
