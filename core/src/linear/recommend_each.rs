//! Linear models as recommenders of customers: each is answered by what they have.

use crate::data::{Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::linear::ask::Linear;
use crate::linear::{Ease, GraphFilter};
use crate::rank::{Recommend, Scored, Visitor};

impl Recommend for Ease {
    fn items(&self) -> &Vocabulary {
        Ease::items(self)
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        Ok(visitors.iter().map(|visitor| items_of(self.best_of(visitor.history, n))).collect())
    }
}

impl Recommend for GraphFilter {
    fn items(&self) -> &Vocabulary {
        GraphFilter::items(self)
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        Ok(visitors.iter().map(|visitor| items_of(self.best_of(visitor.history, n))).collect())
    }
}

fn items_of(found: Vec<Scored>) -> Vec<ItemIx> {
    found.into_iter().map(|scored| scored.item).collect()
}
