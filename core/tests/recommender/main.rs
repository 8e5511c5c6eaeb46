//! The shop's recommender: what every placement promises, and that what is learnt and forgotten live is what was there from the
//! start, or never was.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod changes;
mod chosen;
mod common;
mod contract;
mod differ;
mod edges;
mod evaluated;
mod file;
mod guide;
mod kinds;
mod laws;
mod live;
mod parts;
mod ready;
mod reasons;
mod refusals;
mod schema;
