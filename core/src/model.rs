//! Any model: for whoever loads a file without knowing what is in it.

use std::path::Path;

use crate::affinity::Affinity;
use crate::cluster::{CustomerClusters, KMeans};
use crate::content::ContentSimilarity;
use crate::error::{PersistError, Result};
use crate::hybrid::HybridSimilarity;
use crate::itemset::FrequentItemsets;
use crate::lifecycle::Lifecycle;
use crate::linear::{Ease, GraphFilter};
use crate::next_basket::NextBasket;
use crate::persist::{Persist, kind_of, read_file};
use crate::popularity::Popularity;
use crate::recommender::Recommender;
use crate::relation::ItemRelations;
use crate::replenish::Replenishment;
use crate::rfm::Rfm;
use crate::rule::AssociationRules;
use crate::sequence::TemporalRules;
use crate::session::{SequentialRules, SessionKnn};
use crate::similarity::ItemSimilarity;
use crate::visits::Visits;

/// A model of any kind.
///
/// ```
/// use kosar::data::Baskets;
/// use kosar::rule::AssociationRules;
/// use kosar::{Fit, Model, Persist};
///
/// let baskets = Baskets::from_ids([vec!["bread", "butter"], vec!["bread"]])?;
/// let bytes = AssociationRules::params(0.5).fit(&baskets)?.to_bytes()?;
/// let Model::AssociationRules(rules) = Model::from_bytes(&bytes)? else { unreachable!() };
/// assert_eq!(rules.len(), 2);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "a handful of models live in a process, each with its arrays elsewhere"
)]
pub enum Model {
    /// Sets of items bought together.
    FrequentItemsets(FrequentItemsets),
    /// Rules between items.
    AssociationRules(AssociationRules),
    /// Items bought after others.
    TemporalRules(TemporalRules),
    /// Items by who bought them.
    ItemSimilarity(ItemSimilarity),
    /// Weights of pairs of items.
    Ease(Ease),
    /// Histories smoothed over the graph of customers and items.
    GraphFilter(GraphFilter),
    /// What customers buy again, and what is new to them.
    NextBasket(NextBasket),
    /// When customers buy again.
    Replenishment(Replenishment),
    /// Items by how many bought them.
    Popularity(Popularity),
    /// Items by what the catalogue says of them.
    ContentSimilarity(ContentSimilarity),
    /// Items by who bought them, and by what the catalogue says of them.
    HybridSimilarity(HybridSimilarity),
    /// Complements and substitutes.
    ItemRelations(ItemRelations),
    /// Sessions that resemble the ongoing one.
    SessionKnn(SessionKnn),
    /// What follows an item in a session.
    SequentialRules(SequentialRules),
    /// What someone looked at and did not buy.
    Visits(Visits),
    /// Customers by recency, frequency and monetary value.
    Rfm(Rfm),
    /// Customers by the stage of their life with the shop.
    Lifecycle(Lifecycle),
    /// Rows of a matrix in clusters.
    KMeans(KMeans),
    /// Customers in clusters.
    CustomerClusters(CustomerClusters),
    /// What customers lean to.
    Affinity(Affinity),
    /// A shop's recommender.
    Recommender(Recommender),
}

impl Model {
    /// Reads a model of any kind from the bytes of a file.
    ///
    /// # Errors
    /// As [`Persist::from_bytes`]; [`PersistError::Kind`] for a kind that this release does not know.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let kind = kind_of(bytes)?;
        match kind.as_str() {
            FrequentItemsets::KIND => FrequentItemsets::from_bytes(bytes).map(Self::FrequentItemsets),
            AssociationRules::KIND => AssociationRules::from_bytes(bytes).map(Self::AssociationRules),
            TemporalRules::KIND => TemporalRules::from_bytes(bytes).map(Self::TemporalRules),
            ItemSimilarity::KIND => ItemSimilarity::from_bytes(bytes).map(Self::ItemSimilarity),
            Ease::KIND => Ease::from_bytes(bytes).map(Self::Ease),
            GraphFilter::KIND => GraphFilter::from_bytes(bytes).map(Self::GraphFilter),
            NextBasket::KIND => NextBasket::from_bytes(bytes).map(Self::NextBasket),
            Replenishment::KIND => Replenishment::from_bytes(bytes).map(Self::Replenishment),
            Popularity::KIND => Popularity::from_bytes(bytes).map(Self::Popularity),
            ContentSimilarity::KIND => ContentSimilarity::from_bytes(bytes).map(Self::ContentSimilarity),
            HybridSimilarity::KIND => HybridSimilarity::from_bytes(bytes).map(Self::HybridSimilarity),
            ItemRelations::KIND => ItemRelations::from_bytes(bytes).map(Self::ItemRelations),
            SessionKnn::KIND => SessionKnn::from_bytes(bytes).map(Self::SessionKnn),
            SequentialRules::KIND => SequentialRules::from_bytes(bytes).map(Self::SequentialRules),
            Visits::KIND => Visits::from_bytes(bytes).map(Self::Visits),
            Rfm::KIND => Rfm::from_bytes(bytes).map(Self::Rfm),
            Lifecycle::KIND => Lifecycle::from_bytes(bytes).map(Self::Lifecycle),
            KMeans::KIND => KMeans::from_bytes(bytes).map(Self::KMeans),
            CustomerClusters::KIND => CustomerClusters::from_bytes(bytes).map(Self::CustomerClusters),
            Affinity::KIND => Affinity::from_bytes(bytes).map(Self::Affinity),
            Recommender::KIND => Recommender::from_bytes(bytes).map(Self::Recommender),
            _ => {
                Err(PersistError::Kind { found: kind, expected: "one that this release knows".to_owned() }
                    .into())
            }
        }
    }

    /// Reads a model of any kind from a file.
    ///
    /// # Errors
    /// [`PersistError::Io`] when the file cannot be read; as [`Model::from_bytes`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_bytes(&read_file(path.as_ref())?)
    }
}
