//! Clusters: customers, or any rows of numbers, divided into groups of similar ones.
//!
//! [`KMeans`] is the algorithm on a matrix of shape (n_rows, n_features). It measures plain squared distances, so the
//! features should be on a common scale first: z-scores, after `ln_1p` where a feature is skewed as amounts of money
//! are. [`CustomerClusters`] does all of that for the customers of an order log.

mod assign;
mod customers;
mod exact;
mod filter;
mod follow;
mod init;
mod kmeans;
mod kmeans_params;
mod lloyd;
mod persist;
mod points;
mod profile;
mod sums;

pub use customers::{CustomerClusters, CustomerClustersParams};
pub use kmeans::KMeans;
pub use kmeans_params::{Init, KMeansParams};
pub use points::Points;
pub use profile::ClusterProfile;
