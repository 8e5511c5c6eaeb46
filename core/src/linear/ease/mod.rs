//! EASE: a weight for each pair of items, in closed form.

mod fit;
mod model;
mod params;
mod persist;
mod score;
mod weights;

pub use model::Ease;
pub use params::{EaseParams, ItemChoice};
