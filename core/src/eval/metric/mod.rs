//! What is measured of a list: one file a metric, with its formula, its source, and when it is undefined.
//!
//! All are of the first `k` places of the list of one customer; only [coverage](MetricKind::Coverage) is of all lists
//! together. A place that holds an item unknown to training, or one that stood before in the list, is a place wasted. NaN
//! stands for "undefined": such a customer is left out of the mean, and counted.

mod category_diversity;
mod diversity;
mod hit_rate;
mod map;
mod mrr;
mod ndcg;
mod novelty;
mod popularity;
mod popularity_bias;
mod precision;
mod recall;
mod revenue;

use std::fmt;
use std::str::FromStr;

use crate::error::{ParamError, Result};
use crate::eval::catalogue::Catalogue;
use crate::index::ItemIx;
use crate::money::Money;
use crate::rank::Scores;

/// What is measured.
///
/// With a list of at most `k` items, the items asked for `T`, and their common items, the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MetricKind {
    /// Hits over `|T|`. Undefined without `T`.
    Recall,
    /// Hits over `k`, also where the list is shorter. Undefined without `T`.
    Precision,
    /// Discounted gain: each hit counts 1 / log2(place + 1); over that of the best list, which has its hits in the first
    /// min(`k`, `|T|`) places. Undefined without `T`. Järvelin and Kekäläinen 2002, doi 10.1145/582415.582418.
    Ndcg,
    /// Average precision: the mean over min(`k`, `|T|`) of the precision at the place of each hit. Undefined without `T`.
    /// Manning, Raghavan and Schütze 2008, *Introduction to Information Retrieval*, section 8.4.
    Map,
    /// Reciprocal rank: 1 over the place of the first hit, 0 without one. Undefined without `T`. Voorhees 1999, *The TREC-8
    /// Question Answering Track Report*.
    Mrr,
    /// 1 with a hit, 0 without. Undefined without `T`.
    HitRate,
    /// What was paid in the test part for the hits. Undefined without `T`; needs prices.
    Revenue,
    /// The share of the items of the training part that are in the list of any customer: a single number, without an
    /// interval. Undefined without items. Ge, Delgado-Battenfeld and Jannach 2010, doi 10.1145/1864708.1864761.
    Coverage,
    /// The mean of -log2 of the share of training customers who have the item, in bits. Undefined for an empty list. Zhou
    /// et al. 2010, doi 10.1073/pnas.1000488107.
    Novelty,
    /// 1 less the mean cosine of all pairs of the list, each item the set of its training customers. Undefined for lists
    /// of fewer than two items. Ziegler et al. 2005, doi 10.1145/1060745.1060754.
    Diversity,
    /// The share of pairs of the list that have no category in common. Undefined for lists of fewer than two items with a
    /// category; needs a catalogue. Smyth and McClave 2001, doi 10.1007/3-540-44593-5_25.
    CategoryDiversity,
    /// The mean popularity of the list: the share of items that fewer training customers have, ties counting half.
    /// Undefined for an empty list. Abdollahpouri, Burke and Mobasher 2019, arXiv 1901.07555.
    Popularity,
    /// The popularity of the list less that of what the customer has. Undefined where either is empty. After
    /// Abdollahpouri et al. 2019, arXiv 1907.13286.
    PopularityBias,
}

impl MetricKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Recall,
        Self::Precision,
        Self::Ndcg,
        Self::Map,
        Self::Mrr,
        Self::HitRate,
        Self::Revenue,
        Self::Coverage,
        Self::Novelty,
        Self::Diversity,
        Self::CategoryDiversity,
        Self::Popularity,
        Self::PopularityBias,
    ];

    /// Its name, such as `hit_rate`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::Precision => "precision",
            Self::Ndcg => "ndcg",
            Self::Map => "map",
            Self::Mrr => "mrr",
            Self::HitRate => "hit_rate",
            Self::Revenue => "revenue",
            Self::Coverage => "coverage",
            Self::Novelty => "novelty",
            Self::Diversity => "diversity",
            Self::CategoryDiversity => "category_diversity",
            Self::Popularity => "popularity",
            Self::PopularityBias => "popularity_bias",
        }
    }

    /// Whether more of it is better; of the others (coverage, novelty, diversity, popularity) neither more nor less is.
    #[must_use]
    pub const fn more_is_better(self) -> bool {
        matches!(
            self,
            Self::Recall
                | Self::Precision
                | Self::Ndcg
                | Self::Map
                | Self::Mrr
                | Self::HitRate
                | Self::Revenue
        )
    }
}

/// A kind of metric at a length of the list: `ndcg@20`.
///
/// ```
/// use kosar::eval::{Metric, MetricKind};
///
/// let metric: Metric = "hit_rate@10".parse()?;
/// assert_eq!((metric.kind(), metric.k()), (MetricKind::HitRate, 10));
/// assert_eq!(metric.to_string(), "hit_rate@10");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Metric {
    kind: MetricKind,
    k: usize,
}

impl Metric {
    /// A metric of the first `k` places, at least 1.
    ///
    /// # Errors
    /// [`ParamError::TooSmall`] for 0.
    pub fn new(kind: MetricKind, k: usize) -> Result<Self, ParamError> {
        crate::params::at_least("k", k, 1)?;
        Ok(Self { kind, k })
    }

    /// What is measured.
    #[must_use]
    pub const fn kind(self) -> MetricKind {
        self.kind
    }

    /// The number of places looked at.
    #[must_use]
    pub const fn k(self) -> usize {
        self.k
    }

    /// Reads `ndcg@20`, or `ndcg` for the `k` given.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for a word that is no metric, [`ParamError::TooSmall`] for `@0`.
    pub fn parse(word: &str, k: usize) -> Result<Self, ParamError> {
        let unknown = || ParamError::UnknownChoice {
            name: "metric",
            value: word.to_owned(),
            allowed: "recall, precision, ndcg, map, mrr, hit_rate, revenue, coverage, novelty, diversity, \
                      category_diversity, popularity, popularity_bias, each with @ and a number, such as ndcg@20",
        };
        let (name, k) = match word.split_once('@') {
            Some((name, k)) => (name, k.parse().map_err(|_| unknown())?),
            None => (word, k),
        };
        let kind = MetricKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(unknown)?;
        Self::new(kind, k)
    }
}

impl FromStr for Metric {
    type Err = crate::Error;

    /// Reads `ndcg@20`; without a number it is 20.
    fn from_str(word: &str) -> Result<Self> {
        Ok(Self::parse(word, crate::eval::options::DEFAULT_K)?)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.kind.name(), self.k)
    }
}

/// The list of one customer beside what was asked for.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// The item of each place of the whole list; `None` for a place wasted.
    pub(super) places: &'a [Option<ItemIx>],
    /// Whether each place holds an item asked for.
    pub(super) is_hit: &'a [bool],
    /// What was paid for the item of each place; nothing where it is no hit.
    pub(super) paid: &'a [Money],
    /// How many items were asked for, those included that no model can find.
    pub(super) n_truth: usize,
    /// What the customer has.
    pub(super) history: &'a [ItemIx],
}

impl Answer<'_> {
    /// The places looked at, whether they are hits, from 1.
    fn hits(&self, k: usize) -> impl Iterator<Item = usize> {
        self.is_hit.iter().take(k).zip(1..).filter(|&(&is_hit, _)| is_hit).map(|(_, place)| place)
    }

    /// The items in the first places.
    fn items(&self, k: usize) -> impl Iterator<Item = ItemIx> {
        self.places.iter().take(k).copied().flatten()
    }
}

impl Metric {
    /// Its value for one customer, NaN where it is undefined; of coverage it always is.
    pub(super) fn of(self, answer: &Answer<'_>, catalogue: &Catalogue, scratch: &mut Scores<f64>) -> f64 {
        let k = self.k;
        if self.kind.more_is_better() && answer.n_truth == 0 {
            return f64::NAN;
        }
        match self.kind {
            MetricKind::Recall => recall::of(answer, k),
            MetricKind::Precision => precision::of(answer, k),
            MetricKind::Ndcg => ndcg::of(answer, k),
            MetricKind::Map => map::of(answer, k),
            MetricKind::Mrr => mrr::of(answer, k),
            MetricKind::HitRate => hit_rate::of(answer, k),
            MetricKind::Revenue => revenue::of(answer, k),
            MetricKind::Coverage => f64::NAN,
            MetricKind::Novelty => novelty::of(answer, k, catalogue),
            MetricKind::Diversity => diversity::of(answer, k, catalogue, scratch),
            MetricKind::CategoryDiversity => category_diversity::of(answer, k, catalogue),
            MetricKind::Popularity => popularity::of(answer.items(k), catalogue),
            MetricKind::PopularityBias => popularity_bias::of(answer, k, catalogue),
        }
    }
}

/// The sum in order, 0 of nothing: that of the standard library is -0.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}

/// The mean, summed in order; NaN of nothing.
#[allow(clippy::cast_precision_loss, reason = "a count of places or customers")]
pub(super) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0_usize), |(sum, n), value| (sum + value, n + 1));
    if n == 0 { f64::NAN } else { sum / n as f64 }
}

/// A count of places as a number.
#[allow(clippy::cast_precision_loss, reason = "a count of places")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
