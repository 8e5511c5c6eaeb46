//! Item similarity as a recommender of customers: each is answered by what they have.

use crate::data::{Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::rank::{Recommend, Visitor};
use crate::similarity::ItemSimilarity;

impl Recommend for ItemSimilarity {
    fn items(&self) -> &Vocabulary {
        ItemSimilarity::items(self)
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        Ok(visitors.iter().map(|visitor| self.best_of(visitor.history, n)).collect())
    }
}
