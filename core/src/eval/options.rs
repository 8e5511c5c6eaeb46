//! What an evaluation measures, and how sure it says it is.

use crate::data::Catalog;
use crate::error::{Error, ParamError, Result};
use crate::eval::bootstrap::Bootstrap;
use crate::eval::temporal::out_of_range;
use crate::eval::{Metric, MetricKind, Split};
use crate::params::at_least;

/// The length of the lists where nothing else is said.
pub(super) const DEFAULT_K: usize = 20;

/// How models are evaluated.
#[derive(Debug, Clone)]
pub struct EvaluateOptions<'a> {
    pub(super) k: usize,
    metrics: Option<Vec<Metric>>,
    n_resamples: usize,
    confidence: f64,
    seed: u64,
    pub(super) catalog: Option<&'a Catalog>,
}

impl Default for EvaluateOptions<'_> {
    fn default() -> Self {
        Self::at(DEFAULT_K)
    }
}

impl<'a> EvaluateOptions<'a> {
    /// Every metric that the data allow, of lists of `k` items; intervals of 95 % from 1,000 resamples, seed 0.
    #[must_use]
    pub fn at(k: usize) -> Self {
        Self { k, metrics: None, n_resamples: 1000, confidence: 0.95, seed: 0, catalog: None }
    }

    /// Only these metrics, in this order, each of its own length.
    #[must_use]
    pub fn metrics(mut self, metrics: impl IntoIterator<Item = Metric>) -> Self {
        self.metrics = Some(metrics.into_iter().collect());
        self
    }

    /// How often the customers are drawn anew for the intervals; 0 for no intervals.
    #[must_use]
    pub fn n_resamples(mut self, n_resamples: usize) -> Self {
        self.n_resamples = n_resamples;
        self
    }

    /// The confidence of the intervals, above 0 and below 1.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// The seed of the resamples.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// A catalogue, for the diversity by category.
    #[must_use]
    pub fn catalog(mut self, catalog: &'a Catalog) -> Self {
        self.catalog = Some(catalog);
        self
    }

    /// Makes sure that a metric is among those measured.
    pub(super) fn with(mut self, metric: Metric) -> Self {
        if let Some(metrics) = &mut self.metrics
            && !metrics.contains(&metric)
        {
            metrics.push(metric);
        }
        self
    }

    pub(super) fn bootstrap(&self) -> Result<Bootstrap> {
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return Err(out_of_range("confidence", self.confidence, "above 0 and below 1"));
        }
        Ok(Bootstrap { n_resamples: self.n_resamples, confidence: self.confidence, seed: self.seed })
    }

    /// The metrics, each once.
    ///
    /// # Errors
    /// A metric asked for by name that the data do not allow.
    pub(super) fn resolve(&self, split: &Split) -> Result<Vec<Metric>> {
        let Some(metrics) = &self.metrics else {
            at_least("k", self.k, 1)?;
            let all = MetricKind::ALL.into_iter().filter(|&kind| self.allows(kind, split).is_ok());
            return Ok(all.map(|kind| Metric::new(kind, self.k)).collect::<Result<_, _>>()?);
        };
        at_least("metrics", metrics.len(), 1)?;
        let mut resolved = Vec::new();
        for &metric in metrics {
            self.allows(metric.kind(), split)?;
            if !resolved.contains(&metric) {
                resolved.push(metric);
            }
        }
        Ok(resolved)
    }

    fn allows(&self, kind: MetricKind, split: &Split) -> Result<()> {
        match kind {
            MetricKind::Revenue if !split.has_amounts() => {
                Err(Error::MissingColumn { column: "price", needed_by: "the metric revenue" })
            }
            MetricKind::CategoryDiversity if self.catalog.is_none() => Err(ParamError::NotWith {
                name: "metrics",
                allowed: "others than category_diversity",
                with: "an evaluation without a catalogue",
            }
            .into()),
            _ => Ok(()),
        }
    }
}
