//! GF-CF: histories smoothed over the graph of customers and items.

mod coarse;
mod fit;
mod graph;
mod low_rank;
mod model;
mod params;
mod persist;
mod score;

pub use model::GraphFilter;
pub use params::GraphFilterParams;
