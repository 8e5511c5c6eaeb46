//! Which items resemble each other by what they are: category, brand, tags, attributes, price and words.
//!
//! [`ContentSimilarity`] is fitted on a [`Catalog`](crate::data::Catalog) alone, so an item that nobody has bought yet has
//! neighbours on the day of its launch.

mod facet;
mod features;
mod index;
mod model;
mod params;
mod persist;
mod price;
mod search;
mod shared;
mod words;

pub use facet::Facet;
pub use model::ContentSimilarity;
pub use params::ContentSimilarityParams;
