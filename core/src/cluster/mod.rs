//! Clusters: customers, or any rows of numbers, divided into groups of similar ones.
//!
//! [`KMeans`] is the algorithm on a matrix of shape (n_rows, n_features). It measures plain squared distances, so the
//! features should be on a common scale first: z-scores, after `ln_1p` where a feature is skewed as amounts of money
//! are. [`CustomerClusters`] does all of that for the customers of an order log.
//! [`KPrototypes`] takes words beside numbers, [`silhouette`] tells how far apart clusters are.

mod assign;
mod choice;
mod clustering;
mod customers;
mod customers_params;
mod customers_persist;
mod exact;
mod features;
mod filter;
mod follow;
mod identity;
mod indices;
mod init;
mod kmeans;
mod kmeans_params;
mod lloyd;
mod matching;
mod measure;
mod outliers;
mod persist;
mod points;
mod profile;
mod prototypes;
mod scaling;
mod silhouette;
mod sums;

pub use choice::{ClusterEvidence, NClusters};
pub use customers::CustomerClusters;
pub use customers_params::CustomerClustersParams;
pub use features::{Feature, Features};
pub use kmeans::KMeans;
pub use kmeans_params::{Init, KMeansParams};
pub use points::Points;
pub use profile::{ClusterProfile, FeatureMean};
pub use prototypes::{KPrototypes, KPrototypesParams, MixedRows};
pub use scaling::Scaling;
pub use silhouette::silhouette;
