//! The fitted model: what each item is compared by, and the items of each feature.

use rayon::prelude::*;

use crate::content::features::Features;
use crate::content::index::{Index, Query};
use crate::content::{ContentSimilarityParams, shared};
use crate::data::{Catalog, Id, IdRef, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::params::Checked;
use crate::rank::{ItemFilter, Recommendation, Scored, Scores, ScratchPool, TopK};

/// The neighbours of an item with their similarities.
type List = Vec<(ItemIx, f64)>;

/// Items whose neighbours one thread looks for before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 16;

/// Items that resemble each other by what the catalogue says of them.
///
/// The similarity of two items is the cosine of their vectors, from 0 for nothing in common to 1. A vector has a part for
/// each [`Facet`](crate::content::Facet) that the item has: its categories with all above them, brand, tags, attributes,
/// words of the name and of the description, each weighed by how rare it is (`ln((1 + n) / (1 + df)) + 1`, words also by
/// `1 + ln tf`), each part of length 1 and then weighed by the parameter of its facet. Between two items with the same
/// facets the similarity is the weighted mean of the cosines of the parts. The price comes in where something else is
/// shared: `1 - ln(higher / lower) / ln(price_ratio)`, or 0 below that.
///
/// Answers are computed from the features of the items when asked, exact for every `n` and every filter. Time: the number
/// of items that have a feature of the item asked about, summed up over its features. (Salton and Buckley 1988, doi
/// 10.1016/0306-4573(88)90021-0, for the weights; the smoothed idf is scikit-learn's.)
///
/// ```
/// use kosar::content::ContentSimilarity;
/// use kosar::data::{CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, Values};
/// use kosar::{Fit, Id};
///
/// let mut builder = CatalogBuilder::new(CatalogOptions::default())?;
/// builder.push(
///     &CatalogBatch::new(5)
///         .items(IdValues::Int(Values::new(&[1, 2, 3, 4, 5][..])))?
///         .paths(Values::new(&["Food/Bread", "Food/Bread", "Food/Tea", "Home", "Home"][..]))?
///         .brands(Values::new(&["Miller", "Miller", "Leaf", "", ""][..]))?
///         .names(Values::new(&["Dark rye loaf", "Dark wheat bread", "Black tea", "Mug", "Lamp"][..]))?,
/// )?;
/// let model = ContentSimilarity::params().fit(&builder.finish()?)?;
/// let similar = model.similar(1, 3)?;
/// assert_eq!(similar[0].item, Id::from(2));
/// assert_eq!(
///     similar[0].reason.to_string(),
///     "like 1: same brand Miller, category Food/Bread, words: dark (similarity 0.70)"
/// );
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ContentSimilarity {
    pub(super) params: ContentSimilarityParams,
    pub(super) items: Vocabulary,
    pub(super) features: Features,
    pub(super) index: Index,
    pub(super) scratch: ScratchPool<Scores<f64>>,
}

impl Fit<Catalog> for Checked<ContentSimilarityParams> {
    type Model = ContentSimilarity;

    /// Time and space: linear in the words and other features of all items, but for sorting the distinct ones.
    fn fit_with(&self, catalog: &Catalog, control: &Control) -> Result<ContentSimilarity> {
        let features = Features::of(catalog, self, control)?;
        Ok(ContentSimilarity::from_features(self.clone().into_inner(), catalog.items().clone(), features))
    }
}

impl ContentSimilarity {
    pub(super) fn from_features(
        params: ContentSimilarityParams,
        items: Vocabulary,
        features: Features,
    ) -> Self {
        let index = Index::new(&features, params.price_ratio);
        Self { params, items, features, index, scratch: ScratchPool::default() }
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The number of features that two items can share.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.features.names.len()
    }

    /// The similarity of two items, from 0 to 1; of an item and itself 1.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn similarity<'a>(&self, a: impl Into<IdRef<'a>>, b: impl Into<IdRef<'a>>) -> Result<f64> {
        let (a, b) = (self.find(a.into())?, self.find(b.into())?);
        Ok(if a == b { 1.0 } else { self.index.similarity(&self.features, a, b) })
    }

    /// The items most similar to one, best first, at most `n`; only items that share more than a price are among them.
    ///
    /// # Errors
    /// As [`ContentSimilarity::similarity`].
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        self.recommend_for_items([item], n)
    }

    /// The items most similar to all of the given ones together: each candidate's score is the sum of its similarities to
    /// them. The given items are left out; one given twice counts once. The reason names the one that is most similar.
    ///
    /// # Errors
    /// As [`ContentSimilarity::similarity`].
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_items_among(items, n, &ItemFilter::new())
    }

    /// As [`ContentSimilarity::recommend_for_items`], of the items that a filter lets pass: `n` of them wherever so many
    /// share something with the given ones.
    ///
    /// # Errors
    /// As there; [`IdError::WrongKind`] for an id of the filter of the other type.
    pub fn recommend_for_items_among<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Recommendation>> {
        let mut given: Vec<ItemIx> =
            items.into_iter().map(|item| self.find(item.into())).collect::<Result<_, _>>()?;
        given.sort_unstable();
        given.dedup();
        let allowed = filter.resolve(&self.items)?;
        let may_be = |item: ItemIx| given.binary_search(&item).is_err() && allowed.allows(item);
        let found = self.scratch.with(
            || Scores::new(self.items.len()),
            |scores| self.best(&given, n, may_be, scores, &mut TopK::new(n)),
        );
        Ok(found.into_iter().map(|scored| self.explained(&given, scored)).collect())
    }

    /// The `n` items most similar to one by its position, best first, with their similarities.
    pub(crate) fn nearest(&self, item: usize, n: usize) -> Vec<(ItemIx, f64)> {
        let item = ItemIx::new(item);
        let found = self.scratch.with(
            || Scores::new(self.items.len()),
            |scores| self.best(&[item], n, |other| other != item, scores, &mut TopK::new(n)),
        );
        found.into_iter().map(|scored| (scored.item, scored.score.min(1.0))).collect()
    }

    /// The `n` items most similar to each item, best first, with their similarities; ties go to the smaller id. Parallel
    /// over items; the result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn neighbors(&self, n: usize, control: &Control) -> Result<Rows<(ItemIx, f64)>> {
        let items: Vec<ItemIx> = (0..self.items.len()).map(ItemIx::new).collect();
        let lists: Result<Vec<Vec<List>>> = items
            .par_chunks(ITEMS_PER_TASK)
            .map_init(
                || (Scores::new(self.items.len()), TopK::new(n)),
                |(scores, top), items| {
                    control.check()?;
                    let list = |&item: &ItemIx| {
                        let found = self.best(&[item], n, |other| other != item, scores, top);
                        found.into_iter().map(|scored| (scored.item, scored.score.min(1.0))).collect()
                    };
                    Ok(items.iter().map(list).collect())
                },
            )
            .collect();
        Ok(lists?.into_iter().flatten().collect())
    }

    /// The similarity of two items by their indices, from 0 to 1.
    pub(crate) fn similarity_of(&self, a: ItemIx, b: ItemIx) -> f64 {
        self.index.similarity(&self.features, a, b)
    }

    /// The parameters that it was fitted with.
    pub(crate) fn model_params(&self) -> &ContentSimilarityParams {
        &self.params
    }

    /// The reason that an item is like another.
    pub(crate) fn reason(&self, item: ItemIx, to: ItemIx, similarity: f64) -> crate::rank::Reason {
        let to_id = self.items.get(to.as_usize()).to_id();
        shared::reason(&self.features, item, to, to_id, similarity)
    }

    fn find(&self, id: IdRef<'_>) -> Result<ItemIx, IdError> {
        self.items.find("item", id).map(ItemIx::new)
    }

    fn best(
        &self,
        given: &[ItemIx],
        n: usize,
        may_be: impl Fn(ItemIx) -> bool,
        scores: &mut Scores<f64>,
        top: &mut TopK<Scored>,
    ) -> Vec<Scored> {
        if n == 0 {
            return Vec::new();
        }
        let query = Query::of(&self.features, given);
        self.index.best(&self.features, &query, n, may_be, scores, top)
    }

    fn explained(&self, given: &[ItemIx], Scored { score, item, .. }: Scored) -> Recommendation {
        let similarities = given.iter().map(|&to| (self.index.similarity(&self.features, item, to), to));
        // Of equal ones the first, so `>=` keeps what was there.
        let nearest = similarities.reduce(|best, next| if best.0 >= next.0 { best } else { next });
        let (similarity, to) = nearest.expect("what nothing is given for has no candidates");
        let id: Id = self.items.get(item.as_usize()).to_id();
        let score = if given.len() == 1 { similarity } else { score };
        Recommendation { item: id, score, reason: self.reason(item, to, similarity) }
    }
}
