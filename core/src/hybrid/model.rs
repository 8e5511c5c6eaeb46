//! The fitted model: blended neighbours of each item, and what each customer owns.

use crate::content::ContentSimilarity;
use crate::data::{IdRef, Owned, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::hybrid::HybridSimilarityParams;
use crate::index::ItemIx;
use crate::rank::vote::Vote;
use crate::rank::{Scores, ScratchPool};

/// An item near to another, with what the two similarities say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Blended {
    pub(super) item: ItemIx,
    /// The number of customers (or orders) with both.
    pub(super) count: u32,
    /// The similarity by customers; 0 where neither is among the neighbours of the other.
    pub(super) collaborative: f64,
    /// The similarity by content, as it is without its weight.
    pub(super) content: f64,
}

/// Items that resemble each other by who bought them where many did, and by what they are where few did; items that nobody
/// has bought yet are neighbours and have neighbours.
///
/// The similarity of two items is `w s + (1 - w) c t`, with `s` their similarity in an
/// [`ItemSimilarity`](crate::similarity::ItemSimilarity), `t` that in a [`ContentSimilarity`], `c` the weight of content,
/// and `w = e / (e + k)`: `e` is the number of customers of the less bought of the two (of orders, in a log without
/// customers), `k` the parameter `evidence`. The less bought one is what a pair can be judged by; so an item launched today
/// is as near to a best seller as its content says, and is recommended to those who own that.
///
/// ```
/// use kosar::content::ContentSimilarity;
/// use kosar::data::{Catalog, OrderLog};
/// use kosar::hybrid::{HybridSimilarity, Sources};
/// use kosar::similarity::{ItemSimilarity, Unit};
/// use kosar::{Fit, Id};
///
/// let log = OrderLog::from_baskets([vec!["rye", "butter"], vec!["rye", "butter"], vec!["tea", "mug"]])?;
/// let catalog = Catalog::from_paths([
///     ("rye", "Food/Bread"), ("spelt", "Food/Bread"), ("butter", "Food/Dairy"), ("tea", "Drinks"), ("mug", "Home"),
/// ])?;
/// let collaborative = ItemSimilarity::params().unit(Unit::Order).fit(&log)?;
/// let content = ContentSimilarity::params().fit(&catalog)?;
/// let sources = Sources { log: &log, collaborative: &collaborative, content: &content };
/// let model = HybridSimilarity::params().evidence(1.0).fit(&sources)?;
/// // Nobody has bought spelt yet.
/// let found = model.recommend_for_items(["rye"], 5)?;
/// let items: Vec<_> = found.iter().map(|one| one.item.clone()).collect();
/// assert!(items.contains(&Id::from("spelt")) && items.contains(&Id::from("butter")));
/// assert_eq!(model.similar("spelt", 1)?[0].item, Id::from("rye"));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HybridSimilarity {
    pub(super) params: HybridSimilarityParams,
    /// Those of the log and those of the catalogue.
    pub(super) items: Vocabulary,
    /// The number of customers (or orders) of each item.
    pub(super) evidence: Vec<u32>,
    pub(super) content_weight: f64,
    /// The nearest items of each item, best first.
    pub(super) neighbors: Rows<Blended>,
    pub(super) content: ContentSimilarity,
    /// Absent where the log had no customers, or the file no histories.
    pub(super) owned: Option<Owned>,
    pub(super) scratch: ScratchPool<Scores<Vote>>,
}

impl HybridSimilarity {
    /// What the items are called: those of the log and those of the catalogue.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the similarity by content was multiplied with.
    #[must_use]
    pub fn content_weight(&self) -> f64 {
        self.content_weight
    }

    /// The number of customers of an item (of orders, in a log without customers); 0 for one that only the catalogue has.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn evidence<'a>(&self, item: impl Into<IdRef<'a>>) -> Result<u32> {
        Ok(self.evidence[self.find(item.into())?.as_usize()])
    }

    pub(super) fn find(&self, id: IdRef<'_>) -> Result<ItemIx, IdError> {
        self.items.find("item", id).map(ItemIx::new)
    }

    /// The two parts of the similarity of an item and one of its neighbours.
    pub(super) fn parts(&self, item: ItemIx, neighbor: &Blended) -> (f64, f64) {
        let evidence = self.evidence[item.as_usize()].min(self.evidence[neighbor.item.as_usize()]);
        let evidence = f64::from(evidence);
        let weight = evidence / (evidence + self.params.evidence);
        (weight * neighbor.collaborative, (1.0 - weight) * self.content_weight * neighbor.content)
    }

    pub(super) fn similarity(&self, item: ItemIx, neighbor: &Blended) -> f64 {
        let (collaborative, content) = self.parts(item, neighbor);
        collaborative + content
    }
}
