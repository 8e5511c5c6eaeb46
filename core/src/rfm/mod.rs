//! Recency, frequency, monetary value: who bought lately, often, and for how much.
//!
//! [`Rfm`] computes the three for every customer, scores each from 1 to 5 (or as many classes as asked for) by
//! [`Scoring`], and names the customer's segment by a [`SegmentGrid`] over the scores. [`Rfm::profiles`] tells the segments in
//! figures, [`Rfm::migration`] who went from which to which between two dates, [`Rfm::score`], [`Rfm::rescore`] and
//! [`Rfm::apply`] score others by the cut points of a model.

mod answers;
mod builder;
mod grid;
mod grids;
mod migration;
mod model;
mod new_values;
mod params;
mod persist;
mod profile;
mod score;
mod scorer;
mod scores;
mod sums;
mod table;

pub use builder::RfmBuilder;
pub use grid::{GridSegment, SegmentGrid};
pub use migration::{Migration, NO_LONGER, NOT_YET};
pub use model::{Rfm, RfmCustomer};
pub use params::RfmParams;
pub use profile::SegmentProfile;
pub use score::{Closed, CutPoints, Cuts, Scoring};
pub(crate) use scorer::{Figures, RfmScorer};
