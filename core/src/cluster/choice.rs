//! How many clusters: the evidence for each number, and the rule that chooses.

use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::cluster::MixedRows;
use crate::cluster::clustering::{Clustering, Search, spread_out};
use crate::cluster::indices::{adjusted_rand_index, calinski_harabasz, davies_bouldin};
use crate::cluster::silhouette::coefficients;
use crate::data::{Column, Table};
use crate::error::{Error, ParamError, Result};
use crate::fit::Control;
use crate::params::at_least;
use crate::random::Random;

/// Customers that the costly figures are taken of: all up to this number, beyond it as many drawn by the seed.
const MAX_ROWS: usize = 10_000;

/// Starts of each clustering that is only looked at.
const STARTS: usize = 3;

/// The share of the customers in a subsample.
const SUBSAMPLE: f64 = 0.8;

/// The least stability of a number that is chosen for its silhouette.
const STABLE: f64 = 0.8;

/// Streams of random numbers of the seed, behind those of the starts.
mod stream {
    pub(super) const ROWS: u64 = 1 << 40;
    pub(super) const SUBSAMPLES: u64 = 2 << 40;
    pub(super) const REFERENCES: u64 = 3 << 40;
}

/// How many clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NClusters {
    /// So many.
    Exactly(usize),
    /// The number from `min` to `max` that the customers speak for.
    ///
    /// Of the numbers with a stability of 0.8 or more it is the one with the best silhouette, and if there is none of them
    /// the most stable one; the smaller of equals. More clusters than distinct customers are not tried.
    Among {
        /// The smallest number tried, from 2.
        min: usize,
        /// The greatest.
        max: usize,
    },
}

impl NClusters {
    /// From 2 to 10.
    #[must_use]
    pub const fn auto() -> Self {
        Self::Among { min: 2, max: 10 }
    }

    pub(super) fn validate(self) -> Result<(), ParamError> {
        match self {
            Self::Exactly(k) => at_least("n_clusters", k, 1),
            Self::Among { min, max } => {
                at_least("the smallest number of clusters tried", min, 2)?;
                at_least("the greatest number of clusters tried", max, min)
            }
        }
    }
}

impl From<usize> for NClusters {
    fn from(k: usize) -> Self {
        Self::Exactly(k)
    }
}

/// What speaks for a number of clusters.
///
/// Silhouette, gap and stability are of all customers up to 10,000, beyond that of 10,000 drawn by the seed. What is fitted for
/// them has 3 starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterEvidence {
    /// The number.
    pub n_clusters: usize,
    /// The sum of the squared distances of the customers from the centroids: it falls with every cluster.
    pub inertia: f64,
    /// The mean silhouette coefficient, from -1 to 1: higher is better.
    pub silhouette: f64,
    /// The index of Caliński and Harabasz: higher is better. `None` where it is not finite.
    pub calinski_harabasz: Option<f64>,
    /// The index of Davies and Bouldin: lower is better. `None` where it is not finite.
    pub davies_bouldin: Option<f64>,
    /// The gap statistic: how far the logarithm of the inertia is below its mean over sets of rows drawn evenly from the
    /// box around the customers (words by how frequent they are). `None` where the inertia is 0. The rule of its authors is
    /// the smallest number whose gap is not below the next one's less its error.
    ///
    /// Tibshirani, Walther and Hastie 2001, "Estimating the number of clusters in a data set via the gap statistic", doi
    /// 10.1111/1467-9868.00293.
    pub gap: Option<f64>,
    /// The standard error of the gap: the deviation of the logarithms over the sets drawn, times the root of 1 + 1 / sets.
    pub gap_error: Option<f64>,
    /// How alike clusterings of subsamples of 80 % of the customers are: the mean adjusted Rand index of each two on the
    /// customers in both, 1 where all are the same. `None` where a subsample has fewer distinct customers than clusters.
    ///
    /// Ben-Hur, Elisseeff and Guyon 2002, "A stability based method for discovering structure in clustered data", doi
    /// 10.1142/9789812799623_0002.
    pub stability: Option<f64>,
    /// Whether it was chosen.
    pub chosen: bool,
}

impl ClusterEvidence {
    /// The evidence as a table, one row a number of clusters; NaN where a figure is `None`.
    pub(super) fn table(evidence: &[Self]) -> Table {
        let column = |value: fn(&Self) -> Option<f64>| {
            Column::Floats(evidence.iter().map(|one| value(one).unwrap_or(f64::NAN)).collect())
        };
        let numbers = evidence.iter().map(|one| i64::try_from(one.n_clusters).unwrap_or(i64::MAX)).collect();
        Table::new()
            .with("n_clusters", Column::Ints(numbers))
            .with("inertia", column(|one| Some(one.inertia)))
            .with("silhouette", column(|one| Some(one.silhouette)))
            .with("calinski_harabasz", column(|one| one.calinski_harabasz))
            .with("davies_bouldin", column(|one| one.davies_bouldin))
            .with("gap", column(|one| one.gap))
            .with("gap_error", column(|one| one.gap_error))
            .with("stability", column(|one| one.stability))
            .with("chosen", Column::Bools(evidence.iter().map(|one| one.chosen).collect()))
    }
}

/// What the evidence is gathered with.
pub(super) struct Inquiry<'a> {
    pub(super) rows: &'a MixedRows,
    /// The search of each number, whose `k` does not matter.
    pub(super) search: Search,
    /// How many subsamples, and sets of rows drawn evenly.
    pub(super) resamples: usize,
    pub(super) references: usize,
    pub(super) control: &'a Control,
}

impl Inquiry<'_> {
    /// The clustering of the number chosen, and the evidence for each.
    pub(super) fn choose(&self, min: usize, max: usize) -> Result<(Clustering, Vec<ClusterEvidence>)> {
        let Self { rows, search, control, .. } = self;
        let sample = self.sample();
        let looked_at = rows.select(&sample);
        let (subsamples, references) = (self.subsamples(sample.len()), self.references(&looked_at));
        let spread = spread_out(rows, search.gamma);
        let spread_sample = spread.select(ndarray::Axis(0), &sample);
        let mut found: Vec<(Clustering, ClusterEvidence)> = Vec::new();
        for k in min..=max {
            let clustering = match Clustering::fit(rows, Search { k, ..*search }, control) {
                Ok(clustering) => clustering,
                Err(Error::Param(ParamError::TooFewPoints { .. })) if k > min => break,
                Err(error) => return Err(error),
            };
            control.check()?;
            let labels: Vec<u32> = sample.iter().map(|&row| clustering.labels()[row]).collect();
            let silhouettes = coefficients(&spread_sample.view(), &labels);
            let gap = self.gap(k, &looked_at, &references)?;
            let evidence = ClusterEvidence {
                n_clusters: k,
                inertia: clustering.inertia(),
                silhouette: mean(&silhouettes).filter(|value| value.is_finite()).unwrap_or(0.0),
                calinski_harabasz: calinski_harabasz(&spread.view(), clustering.labels(), k),
                davies_bouldin: davies_bouldin(&spread.view(), clustering.labels(), k),
                gap: gap.map(|gap| gap.0),
                gap_error: gap.map(|gap| gap.1),
                stability: self.stability(k, &looked_at, &subsamples)?,
                chosen: false,
            };
            found.push((clustering, evidence));
            control.progress((k - min + 1) as u64, (max - min + 1) as u64);
        }
        let best = chosen(found.iter().map(|(_, evidence)| evidence));
        found[best].1.chosen = true;
        let (mut clusterings, evidence): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        Ok((clusterings.swap_remove(best), evidence))
    }

    /// The rows that the costly figures are taken of, rising.
    fn sample(&self) -> Vec<usize> {
        let n = self.rows.len();
        if n <= MAX_ROWS {
            return (0..n).collect();
        }
        Random::new(self.search.seed, stream::ROWS).distinct(n, MAX_ROWS)
    }

    /// Subsamples of so many rows, each rising.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of the rows"
    )]
    fn subsamples(&self, n: usize) -> Vec<Vec<usize>> {
        let size = (SUBSAMPLE * n as f64).ceil() as usize;
        let random = |at: u64| Random::new(self.search.seed, stream::SUBSAMPLES + at);
        (0..).take(self.resamples).map(|at| random(at).distinct(n, size)).collect()
    }

    /// Rows drawn evenly from the box around the numbers, and words by their frequency.
    fn references(&self, rows: &MixedRows) -> Vec<MixedRows> {
        let bounds = |column: ndarray::ArrayView1<'_, f64>| {
            column
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)))
        };
        let bounds: Vec<(f64, f64)> = rows.numbers().columns().into_iter().map(bounds).collect();
        let draw = |at: u64| {
            let mut random = Random::new(self.search.seed, stream::REFERENCES + at);
            let numbers = Array2::from_shape_fn(rows.numbers().dim(), |(_, column)| {
                let (low, high) = bounds[column];
                low + random.unit() * (high - low)
            });
            let codes = Array2::from_shape_fn(rows.codes().dim(), |(_, column)| {
                rows.codes()[[random.below(rows.len()), column]]
            });
            MixedRows::new(numbers, codes)
        };
        (0..).take(self.references).filter_map(|at| draw(at).ok()).collect()
    }

    /// A clustering that is only looked at; `None` for fewer distinct rows than clusters.
    fn look(&self, k: usize, rows: &MixedRows) -> Result<Option<Clustering>> {
        let search = Search { k, n_init: self.search.n_init.min(STARTS), ..self.search };
        match Clustering::fit(rows, search, &self.control.for_step()) {
            Ok(clustering) => Ok(Some(clustering)),
            Err(Error::Param(ParamError::TooFewPoints { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The gap statistic and its error.
    #[allow(clippy::cast_precision_loss, reason = "sets are few")]
    fn gap(&self, k: usize, rows: &MixedRows, references: &[MixedRows]) -> Result<Option<(f64, f64)>> {
        let log = |rows: &MixedRows| {
            let inertia = self.look(k, rows)?.map(|clustering| clustering.inertia());
            Ok(inertia.map(f64::ln).filter(|log| log.is_finite()))
        };
        let logs: Vec<Option<f64>> = references.par_iter().map(log).collect::<Result<_>>()?;
        let (Some(own), Some(logs)) = (log(rows)?, logs.into_iter().collect::<Option<Vec<f64>>>()) else {
            return Ok(None);
        };
        let Some(expected) = mean(&logs) else { return Ok(None) };
        let squares: Vec<f64> = logs.iter().map(|log| (log - expected).powi(2)).collect();
        let deviation = mean(&squares).unwrap_or(0.0).sqrt();
        Ok(Some((expected - own, deviation * (1.0 + 1.0 / logs.len() as f64).sqrt())))
    }

    /// The mean agreement of each two clusterings of subsamples.
    fn stability(&self, k: usize, rows: &MixedRows, subsamples: &[Vec<usize>]) -> Result<Option<f64>> {
        let fit = |subsample: &Vec<usize>| {
            let labels = |clustering: Clustering| {
                let mut all = vec![None; rows.len()];
                subsample.iter().zip(clustering.labels()).for_each(|(&row, &label)| all[row] = Some(label));
                all
            };
            Ok(self.look(k, &rows.select(subsample))?.map(labels))
        };
        let fits: Vec<Option<Vec<Option<u32>>>> = subsamples.par_iter().map(fit).collect::<Result<_>>()?;
        let Some(fits) = fits.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let pairs = fits.iter().enumerate().flat_map(|(at, a)| fits[at + 1..].iter().map(move |b| (a, b)));
        let agreement = |(a, b): (&Vec<Option<u32>>, &Vec<Option<u32>>)| {
            adjusted_rand_index(a.iter().zip(b).filter_map(|(a, b)| Some(((*a)?, (*b)?))))
        };
        Ok(mean(&pairs.map(agreement).collect::<Vec<_>>()))
    }
}

/// The position of the evidence that the rule chooses.
fn chosen<'a>(evidence: impl Iterator<Item = &'a ClusterEvidence> + Clone) -> usize {
    let stability = |one: &ClusterEvidence| one.stability.unwrap_or(f64::NEG_INFINITY);
    let is_any_stable = evidence.clone().any(|one| stability(one) >= STABLE);
    let worth = |one: &ClusterEvidence| match (is_any_stable, stability(one) >= STABLE) {
        (true, true) => one.silhouette,
        (true, false) => f64::NEG_INFINITY,
        (false, _) => stability(one),
    };
    let mut best = (0, f64::NEG_INFINITY);
    for (at, one) in evidence.enumerate() {
        if worth(one) > best.1 {
            best = (at, worth(one));
        }
    }
    best.0
}

#[allow(clippy::cast_precision_loss, reason = "values are few")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows around so many corners of a square or cube, far apart.
    fn blobs(n: usize, corners: usize) -> MixedRows {
        let mut random = Random::new(5, 0);
        let numbers = Array2::from_shape_fn((n, 3), |(row, column)| {
            let side = (row % corners) >> column & 1;
            10.0 * f64::from(u8::try_from(side).unwrap()) + random.unit() + random.unit()
        });
        MixedRows::new(numbers, Array2::zeros((n, 0))).unwrap()
    }

    fn inquire(rows: &MixedRows, min: usize, max: usize) -> Result<(Clustering, Vec<ClusterEvidence>)> {
        let search = Search { k: 0, n_init: 5, seed: 4, gamma: 1.0 };
        Inquiry { rows, search, resamples: 5, references: 5, control: &Control::new() }.choose(min, max)
    }

    #[test]
    fn the_planted_number_is_chosen_and_every_figure_speaks_for_it() {
        for planted in [2, 4, 7] {
            let (clustering, evidence) = inquire(&blobs(280, planted), 2, 8).unwrap();
            assert_eq!(clustering.k(), planted);
            let best = |value: &dyn Fn(&ClusterEvidence) -> f64| {
                evidence.iter().max_by(|a, b| value(a).total_cmp(&value(b))).unwrap().n_clusters
            };
            assert_eq!(best(&|one| one.silhouette), planted);
            assert_eq!(best(&|one| one.calinski_harabasz.unwrap()), planted);
            assert_eq!(best(&|one| -one.davies_bouldin.unwrap()), planted);
            assert_eq!(best(&|one| f64::from(one.chosen)), planted);
            let at = planted - 2;
            assert!(evidence[at].stability.unwrap() > 0.999);
            // The rule of the gap's authors.
            let stops = evidence
                .windows(2)
                .position(|two| two[0].gap.unwrap() >= two[1].gap.unwrap() - two[1].gap_error.unwrap());
            assert_eq!(stops, Some(at));
            assert!(evidence.windows(2).all(|two| two[1].inertia < two[0].inertia));
        }
    }

    #[test]
    fn the_gap_is_that_of_the_paper_on_a_line_of_evenly_drawn_points() {
        // Rows that are themselves drawn evenly have no gap beyond chance.
        let mut random = Random::new(11, 0);
        let numbers = Array2::from_shape_fn((500, 1), |_| random.unit());
        let rows = MixedRows::new(numbers, Array2::zeros((500, 0))).unwrap();
        let (_, evidence) = inquire(&rows, 2, 4).unwrap();
        for one in evidence {
            assert!(one.gap.unwrap().abs() < 0.15, "{one:?}");
            assert!(one.gap_error.unwrap() < 0.15, "{one:?}");
        }
    }

    #[test]
    fn no_more_clusters_than_distinct_rows_are_tried() {
        let numbers = Array2::from_shape_fn((30, 1), |(row, _)| f64::from(u8::try_from(row % 3).unwrap()));
        let rows = MixedRows::new(numbers, Array2::zeros((30, 0))).unwrap();
        let (clustering, evidence) = inquire(&rows, 2, 9).unwrap();
        assert_eq!((clustering.k(), evidence.len()), (3, 2));
        assert_eq!((evidence[1].gap, evidence[1].calinski_harabasz), (None, None));
        let error = inquire(&rows, 4, 9).unwrap_err().to_string();
        assert_eq!(error, "n_clusters must be at most the number of distinct points, 3, got 4");
    }

    #[test]
    fn the_rule_looks_at_silhouettes_only_among_stable_numbers() {
        let one = |n_clusters, silhouette, stability| ClusterEvidence {
            n_clusters,
            inertia: 1.0,
            silhouette,
            calinski_harabasz: None,
            davies_bouldin: None,
            gap: None,
            gap_error: None,
            stability,
            chosen: false,
        };
        let pick = |found: &[ClusterEvidence]| chosen(found.iter()) + 2;
        assert_eq!(pick(&[one(2, 0.3, Some(0.9)), one(3, 0.5, Some(0.85)), one(4, 0.9, Some(0.79))]), 3);
        assert_eq!(pick(&[one(2, 0.3, Some(0.9)), one(3, 0.3, Some(0.95))]), 2);
        assert_eq!(pick(&[one(2, 0.9, Some(0.1)), one(3, 0.2, Some(0.7)), one(4, 0.5, None)]), 3);
        assert_eq!(pick(&[one(2, 0.9, None), one(3, 0.2, None)]), 2);
    }

    #[test]
    fn a_range_of_numbers_begins_at_two() {
        assert!(NClusters::auto().validate().is_ok());
        let refused = |min, max| NClusters::Among { min, max }.validate().unwrap_err().to_string();
        assert_eq!(refused(1, 4), "the smallest number of clusters tried must be at least 2, got 1");
        assert_eq!(refused(3, 2), "the greatest number of clusters tried must be at least 3, got 2");
    }
}
