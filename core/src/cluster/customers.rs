//! From an order log to clusters of customers in one call.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::cluster::{KMeans, KMeansParams};
use crate::data::{Column, IdRef, OrderLog, Table};
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::params::{Checked, Params};
use crate::rfm::{Rfm, RfmParams};
use crate::time::Time;

/// How customers are clustered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerClustersParams {
    pub(super) rfm: RfmParams,
    pub(super) kmeans: KMeansParams,
}

/// Customers in clusters by what they have in common.
///
/// The features are ln(1 + x) of recency, frequency and, where the log has prices, monetary value (by magnitude, with its
/// sign), each brought to mean 0 and (population) standard deviation 1; a feature that is the same for all is 0.
/// [`KMeans`] does the rest. Clusters are numbered from the most recent buyers on.
///
/// ```
/// use kosar::Fit;
/// use kosar::cluster::CustomerClusters;
/// use kosar::data::LogOptions;
/// use kosar::datasets::Shop;
///
/// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
/// let clusters = CustomerClusters::params(3).fit(&log)?;
/// assert_eq!(clusters.profiles().len(), 3);
/// for profile in clusters.profiles() {
///     println!("{profile}");
/// }
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerClusters {
    pub(super) rfm: Rfm,
    pub(super) kmeans: KMeans,
    pub(super) params: CustomerClustersParams,
}

impl CustomerClusters {
    /// Parameters for `n_clusters` clusters, the others with their defaults: `as_of` the midnight after the last order,
    /// 10 starts, seed 0.
    #[must_use]
    pub fn params(n_clusters: usize) -> CustomerClustersParams {
        CustomerClustersParams { rfm: Rfm::params(), kmeans: KMeans::params(n_clusters) }
    }

    /// The recency, frequency and monetary values that the clusters come from.
    #[must_use]
    pub fn rfm(&self) -> &Rfm {
        &self.rfm
    }

    /// The clustering of the scaled features, one row a customer, in the order of [`Rfm::iter`].
    #[must_use]
    pub fn kmeans(&self) -> &KMeans {
        &self.kmeans
    }

    /// The cluster of a customer.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an id that is no customer's here.
    pub fn cluster<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<u32> {
        let position = self.rfm.position(customer.into())?;
        Ok(self.kmeans.labels()[position])
    }

    /// All customers as a table: those of [`Rfm::table`] and `cluster`.
    #[must_use]
    pub fn table(&self) -> Table {
        let labels = self.kmeans.labels().iter().map(|&label| i64::from(label)).collect();
        self.rfm.table().with("cluster", Column::Ints(labels))
    }
}

impl CustomerClustersParams {
    /// The midnight (UTC) at which recency is taken; orders at it or later do not count.
    #[must_use]
    pub fn as_of(mut self, as_of: Time) -> Self {
        self.rfm = self.rfm.as_of(as_of);
        self
    }

    /// The number of starts of k-means, at least 1.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.kmeans = self.kmeans.n_init(n_init);
        self
    }

    /// The seed of the starts.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.kmeans = self.kmeans.seed(seed);
        self
    }
}

impl Params for CustomerClustersParams {
    fn validate(&self) -> Result<(), ParamError> {
        self.rfm.validate()?;
        self.kmeans.validate()
    }
}

impl Fit<OrderLog> for Checked<CustomerClustersParams> {
    type Model = CustomerClusters;

    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<CustomerClusters> {
        let rfm = self.rfm.fit_with(log, control)?;
        let kmeans = self.kmeans.fit_with(&features(&rfm), control)?;
        Ok(CustomerClusters { rfm, kmeans, params: self.clone().into_inner() })
    }
}

/// The scaled features, shape (`n_customers`, 3), or 2 columns in a log without prices.
#[allow(clippy::cast_precision_loss, reason = "days and customers are far below 2^53")]
fn features(rfm: &Rfm) -> Array2<f64> {
    let column = |value: &dyn Fn(&crate::rfm::RfmCustomer<'_>) -> Option<f64>| -> Option<Vec<f64>> {
        rfm.iter().map(|customer| value(&customer).map(signed_log)).collect()
    };
    let columns = [
        column(&|customer| Some(customer.recency_days as f64)),
        column(&|customer| Some(f64::from(customer.frequency))),
        column(&|customer| customer.monetary.map(|monetary| monetary.to_f64())),
    ];
    let columns: Vec<Vec<f64>> = columns.into_iter().flatten().map(standardised).collect();
    Array2::from_shape_fn((rfm.len(), columns.len()), |(row, column)| columns[column][row])
}

/// ln(1 + |x|) with the sign of x.
fn signed_log(value: f64) -> f64 {
    value.abs().ln_1p().copysign(value)
}

/// The values less their mean, over their population standard deviation; zeros where all are the same.
#[allow(clippy::cast_precision_loss, reason = "customers are far below 2^53")]
fn standardised(mut values: Vec<f64>) -> Vec<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
    let is_spread = deviation > 1e-12 * mean.abs().max(1.0);
    values.iter_mut().for_each(|value| *value = if is_spread { (*value - mean) / deviation } else { 0.0 });
    values
}
