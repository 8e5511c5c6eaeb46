//! What each customer leans to, beside what everybody does: categories, brands, price bands, tags, weekdays, hours, channels.
//!
//! [`Affinity`] is fitted on orders, with events and a catalogue where there are any ([`AffinityData`]), by the [`Facet`]s
//! asked for. It orders a menu ([`Affinity::rank`]), re-ranks what a search found ([`Affinity::rerank`]), chooses when to send
//! ([`Affinity::send_time`]), and tells what it goes by: shares shrunk towards the population's, lifts, and how many purchases
//! and events stand behind them.

mod ask;
mod clock;
mod collect;
mod count;
mod facet;
mod inputs;
mod ledger;
mod model;
mod params;
mod persist;
mod rerank;
mod send_time;
mod shelf;
mod table;
mod view;
mod weigh;
mod words;

pub(crate) use ask::ValueIx;
pub use ask::{Leaning, PopulationValue};
pub use facet::Facet;
pub use inputs::AffinityData;
pub use model::Affinity;
pub use params::{AffinityParams, OrderBy};
pub use rerank::{RerankOptions, Reranked};
pub use send_time::{SendTime, TimeShare};
