//! The parameters of [`CustomerClusters`].

use serde::{Deserialize, Serialize};

use crate::cluster::{CustomerClusters, Features, KMeans, KMeansParams, NClusters, Scaling};
use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::rfm::{Rfm, RfmParams};
use crate::time::Time;

/// How customers are clustered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerClustersParams {
    pub(super) rfm: RfmParams,
    /// With the number of clusters; that of the fit where it was chosen.
    pub(super) kmeans: KMeansParams,
    /// The smallest and the greatest number of clusters to choose from.
    #[serde(default)]
    pub(super) among: Option<(usize, usize)>,
    #[serde(default)]
    pub(super) features: Features,
    #[serde(default)]
    pub(super) scaling: Scaling,
    #[serde(default)]
    pub(super) gamma: Option<f64>,
    // Files of before these parameters have none of them; they were as these defaults are.
    #[serde(default = "eight")]
    pub(super) max_categories: usize,
    #[serde(default = "discount")]
    pub(super) discount_column: String,
    #[serde(default = "channel")]
    pub(super) channel_column: String,
    #[serde(default = "mads")]
    pub(super) outlier_mads: f64,
    #[serde(default = "ten")]
    pub(super) resamples: usize,
    #[serde(default = "ten")]
    pub(super) references: usize,
}

fn eight() -> usize {
    8
}

fn ten() -> usize {
    10
}

fn mads() -> f64 {
    3.5
}

fn discount() -> String {
    "discount".to_owned()
}

fn channel() -> String {
    "channel".to_owned()
}

impl CustomerClusters {
    /// Parameters for so many clusters: a number, or [`NClusters`] to choose from.
    ///
    /// The others begin as: `as_of` the midnight after the last order, 10 starts, seed 0; features recency, frequency and, in
    /// a log with prices, monetary value; [`Scaling::Log1pZ`]; at most 8 categories; columns `discount` and `channel`; `gamma`
    /// half of the mean standard deviation of the features; outliers beyond 3.5 deviations; 10 subsamples and 10 sets of
    /// references where the number is chosen.
    #[must_use]
    pub fn params(n_clusters: impl Into<NClusters>) -> CustomerClustersParams {
        let (k, among) = match n_clusters.into() {
            NClusters::Exactly(k) => (k, None),
            NClusters::Among { min, max } => (1, Some((min, max))),
        };
        CustomerClustersParams {
            rfm: Rfm::params(),
            kmeans: KMeans::params(k),
            among,
            features: Features::Rfm,
            scaling: Scaling::Log1pZ,
            gamma: None,
            max_categories: eight(),
            discount_column: discount(),
            channel_column: channel(),
            outlier_mads: mads(),
            resamples: ten(),
            references: ten(),
        }
    }
}

impl CustomerClustersParams {
    /// The midnight (UTC) at which recency is taken; orders at it or later do not count.
    #[must_use]
    pub fn as_of(mut self, as_of: Time) -> Self {
        self.rfm = self.rfm.as_of(as_of);
        self
    }

    /// The number of starts, at least 1.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.kmeans = self.kmeans.n_init(n_init);
        self
    }

    /// The seed of the starts, and of all that is drawn where the number of clusters is chosen.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.kmeans = self.kmeans.seed(seed);
        self
    }

    /// What customers are clustered by: a list of features, [`Features::All`] or [`Features::Rfm`]. A feature of several
    /// columns weighs as much as one of a single column: each is divided by the root of their number.
    #[must_use]
    pub fn features(mut self, features: impl Into<Features>) -> Self {
        self.features = features.into();
        self
    }

    /// How features are brought to a common scale.
    #[must_use]
    pub fn scaling(mut self, scaling: Scaling) -> Self {
        self.scaling = scaling;
        self
    }

    /// The most categories that have a column of their own, at least 1.
    #[must_use]
    pub fn max_categories(mut self, max_categories: usize) -> Self {
        self.max_categories = max_categories;
        self
    }

    /// The kept column that tells of a discount.
    #[must_use]
    pub fn discount_column(mut self, name: impl Into<String>) -> Self {
        self.discount_column = name.into();
        self
    }

    /// The kept column of words that tells the channel.
    #[must_use]
    pub fn channel_column(mut self, name: impl Into<String>) -> Self {
        self.channel_column = name.into();
        self
    }

    /// What another channel counts for, finite and from 0, beside the squared difference of a scaled feature.
    #[must_use]
    pub fn gamma(mut self, gamma: f64) -> Self {
        self.gamma = Some(gamma);
        self
    }

    /// From how many deviations (of a normal distribution, estimated by the median of absolute differences) above the median
    /// distance from the centroid a customer is an outlier; finite and above 0.
    #[must_use]
    pub fn outlier_mads(mut self, outlier_mads: f64) -> Self {
        self.outlier_mads = outlier_mads;
        self
    }

    /// How many subsamples the stability is taken over, at least 2; only where the number of clusters is chosen.
    #[must_use]
    pub fn resamples(mut self, resamples: usize) -> Self {
        self.resamples = resamples;
        self
    }

    /// How many sets of references the gap statistic is taken over, at least 1; only where the number is chosen.
    #[must_use]
    pub fn references(mut self, references: usize) -> Self {
        self.references = references;
        self
    }

    /// The number of clusters, or those to choose from.
    pub(super) fn n_clusters(&self) -> NClusters {
        match self.among {
            Some((min, max)) => NClusters::Among { min, max },
            None => NClusters::Exactly(self.kmeans.n_clusters),
        }
    }

    /// The parameters with the number of clusters that was chosen.
    pub(super) fn chosen(&self, k: usize) -> Self {
        let kmeans = KMeans::params(k).n_init(self.kmeans.n_init).seed(self.kmeans.seed);
        Self { kmeans, ..self.clone() }
    }
}

impl Params for CustomerClustersParams {
    fn validate(&self) -> Result<(), ParamError> {
        self.rfm.validate()?;
        self.n_clusters().validate()?;
        self.kmeans.validate()?;
        self.features.validate()?;
        at_least("max_categories", self.max_categories, 1)?;
        at_least("resamples", self.resamples, 2)?;
        at_least("references", self.references, 1)?;
        if !(self.outlier_mads.is_finite() && self.outlier_mads > 0.0) {
            let (value, allowed) = (self.outlier_mads, "a finite number above 0");
            return Err(ParamError::OutOfRange { name: "outlier_mads", value, allowed });
        }
        match self.gamma {
            Some(value) if !(value.is_finite() && value >= 0.0) => {
                Err(ParamError::OutOfRange { name: "gamma", value, allowed: "a finite number from 0" })
            }
            _ => Ok(()),
        }
    }
}
