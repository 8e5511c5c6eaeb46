//! Items like others by what the catalogue says: each list is reckoned when it is first asked for, and kept.

use std::sync::OnceLock;

use super::scratch::Candidate;
use super::state::Items;
use crate::content::ContentSimilarity;
use crate::data::{Catalog, IdRef};
use crate::error::Result;
use crate::fit::{Control, Fit as _};

/// How many items a list has at most.
const LENGTH: usize = 60;

/// Slots with similarities, best first.
type List = Box<[(u32, f64)]>;

/// Content similarity with lists of slots. A catalogue does not change, so what is kept stays right; a reader never waits for another,
/// two that come first at the same time reckon the same.
#[derive(Debug)]
pub(super) struct Likeness {
    model: ContentSimilarity,
    /// By the catalogue's position: slots, with similarities.
    lists: Vec<OnceLock<List>>,
}

impl Likeness {
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    pub(super) fn of(catalog: &Catalog, control: &Control) -> Result<Self> {
        let model = ContentSimilarity::params().fit_with(catalog, control)?;
        let lists = (0..model.items().len()).map(|_| OnceLock::new()).collect();
        Ok(Self { model, lists })
    }

    /// The items most like one, as candidates; none for an item that the catalogue does not have.
    pub(super) fn like(&self, item: IdRef<'_>, items: &Items, candidates: &mut Vec<Candidate>) {
        let Some(at) = self.model.items().position(item) else { return };
        let list = match self.lists[at].get() {
            Some(list) => list,
            None => {
                let slot = |(other, similarity): (crate::index::ItemIx, f64)| {
                    let id = self.model.items().get(other.as_usize());
                    Some((items.find(id).ok()??, similarity))
                };
                let list = self.model.nearest(at, LENGTH).into_iter().filter_map(slot).collect();
                self.lists[at].get_or_init(|| list)
            }
        };
        candidates.extend(list.iter().map(|&(item, score)| Candidate { item, score, count: 0 }));
    }

    /// The similarity of two items, from 0 to 1; `None` where the catalogue lacks one.
    pub(super) fn similarity(&self, a: IdRef<'_>, b: IdRef<'_>) -> Option<f64> {
        self.model.similarity(a, b).ok()
    }
}
