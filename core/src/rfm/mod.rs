//! Recency, frequency, monetary value: who bought lately, often, and for how much.
//!
//! [`Rfm`] computes the three for every customer, scores each from 1 to 5 (or as many classes as asked for) and names
//! the customer's segment by a [`SegmentGrid`] over the recency and frequency scores.

mod builder;
mod grid;
mod model;
mod params;
mod persist;
mod profile;
mod score;
mod sums;

pub use builder::RfmBuilder;
pub use grid::{GridSegment, SegmentGrid};
pub use model::{Rfm, RfmCustomer};
pub use params::RfmParams;
pub use profile::SegmentProfile;
pub use score::{CutPoints, Scoring};
