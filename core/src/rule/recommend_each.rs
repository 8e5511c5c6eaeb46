//! Rules as a recommender of customers: what a customer has is the cart.

use super::rules::AssociationRules;
use super::score::{RecommendOptions, Serving};
use crate::data::{IdRef, Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::rank::{Recommend, TopK, Visitor};

/// Answered with the default options, as [`AssociationRules::recommend`] does: by the best confidence.
impl Recommend for AssociationRules {
    fn items(&self) -> &Vocabulary {
        AssociationRules::items(self)
    }

    fn find_item(&self, id: IdRef<'_>) -> Option<ItemIx> {
        self.names().find(id).ok()
    }

    fn can_recommend(&self, item: ItemIx) -> bool {
        self.hierarchy().is_none_or(|hierarchy| !hierarchy.is_category(item))
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let options = RecommendOptions::new();
        let new = || Serving::new(self.items().len());
        Ok(self.scratch().with(new, |serving| {
            let mut top = TopK::new(n.min(self.items().len()));
            let mut rows = Rows::default();
            for visitor in visitors {
                let extended = self.hierarchy().map(|hierarchy| hierarchy.extend_cart(visitor.history));
                let cart = extended.as_deref().unwrap_or(visitor.history);
                serving.score(self, &options, (cart, &[]), |scored| top.push(scored));
                rows.push(top.drain_sorted().map(|scored| scored.item));
                serving.clear();
            }
            rows
        }))
    }
}
