//! The parameters of k-means.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::points::check_values;
use crate::error::ParamError;
use crate::params::{Params, at_least};

/// Where the centroids are when k-means begins.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Init {
    /// Greedy k-means++: rows drawn far apart, seeded, several starts.
    #[default]
    KMeansPlusPlus,
    /// These centroids, of shape (n_clusters, n_features): one start, no randomness.
    Given(Array2<f64>),
}

/// The parameters of [`KMeans`](crate::cluster::KMeans), made by [`KMeans::params`](crate::cluster::KMeans::params).
///
/// Serialised, they leave [`Init`] out: parameters read back have [`Init::KMeansPlusPlus`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KMeansParams {
    pub(super) n_clusters: usize,
    pub(super) n_init: usize,
    pub(super) max_iter: usize,
    pub(super) tolerance: f64,
    pub(super) seed: u64,
    #[serde(skip)]
    pub(super) init: Init,
}

impl KMeansParams {
    pub(super) fn new(n_clusters: usize) -> Self {
        Self { n_clusters, n_init: 10, max_iter: 300, tolerance: 0.0, seed: 0, init: Init::default() }
    }

    /// Sets how many k-means++ starts are made, at least 1; the one that ends with the lowest inertia is kept, the
    /// first of equals. Default 10. A given start is made once, whatever this says.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.n_init = n_init;
        self
    }

    /// Sets how often the centroids may move in one start, at least 1. Default 300.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Sets the share of the inertia, finite and from 0, that an iteration must save for another to follow.
    ///
    /// Default 0: a start runs until no row changes its cluster, however little is saved. With 0.001 it ends as soon as
    /// moving the centroids lowered the inertia by 0.1 % or less.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the seed of k-means++. Default 0; start `i` has a stream of random numbers of its own, so that more starts
    /// never end worse than fewer.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets where the centroids begin. Default [`Init::KMeansPlusPlus`].
    #[must_use]
    pub fn init(mut self, init: Init) -> Self {
        self.init = init;
        self
    }
}

impl Params for KMeansParams {
    fn validate(&self) -> Result<(), ParamError> {
        at_least("n_clusters", self.n_clusters, 1)?;
        at_least("n_init", self.n_init, 1)?;
        at_least("max_iter", self.max_iter, 1)?;
        if !(self.tolerance.is_finite() && self.tolerance >= 0.0) {
            let allowed = "a finite number from 0";
            return Err(ParamError::OutOfRange { name: "tolerance", value: self.tolerance, allowed });
        }
        if let Init::Given(centroids) = &self.init {
            let (found_rows, found_columns) = centroids.dim();
            if found_rows != self.n_clusters {
                let (rows, columns) = (self.n_clusters, found_columns);
                return Err(ParamError::Shape { name: "init", rows, columns, found_rows, found_columns });
            }
            check_values("init", &centroids.view())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn refused(params: &KMeansParams) -> String {
        params.validate().unwrap_err().to_string()
    }

    #[test]
    fn counts_of_zero_are_refused() {
        assert_eq!(refused(&KMeansParams::new(0)), "n_clusters must be at least 1, got 0");
        assert_eq!(refused(&KMeansParams::new(2).n_init(0)), "n_init must be at least 1, got 0");
        assert_eq!(refused(&KMeansParams::new(2).max_iter(0)), "max_iter must be at least 1, got 0");
    }

    #[test]
    fn the_tolerance_is_finite_and_not_negative() {
        for tolerance in [-1e-9, f64::NAN, f64::INFINITY] {
            assert!(refused(&KMeansParams::new(2).tolerance(tolerance)).starts_with("tolerance must be"));
        }
        assert_eq!(KMeansParams::new(2).tolerance(0.5).validate(), Ok(()));
    }

    #[test]
    fn a_given_start_has_a_finite_row_for_each_cluster() {
        let given = |rows| KMeansParams::new(2).init(Init::Given(rows));
        assert_eq!(given(array![[1.0], [2.0]]).validate(), Ok(()));
        assert_eq!(refused(&given(array![[1.0]])), "init must have shape (2, 1), got (1, 1)");
        assert_eq!(
            refused(&given(array![[1.0], [f64::NAN]])),
            "init must be finite, got NaN at row 1, column 0"
        );
    }

    #[test]
    fn stored_parameters_come_back_without_the_given_start() {
        let params = KMeansParams::new(2).n_init(3).max_iter(4).tolerance(0.25).seed(u64::MAX);
        let given = params.clone().init(Init::Given(array![[1.0], [2.0]]));
        let stored = serde_json::to_string(&given).unwrap();
        assert_eq!(serde_json::from_str::<KMeansParams>(&stored).unwrap(), params);
    }
}
