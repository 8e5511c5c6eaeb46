//! Item similarity as a recommender of customers: each is answered by what they have.

use crate::data::{Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::rank::{Recommend, Scores, Visitor};
use crate::similarity::ItemSimilarity;
use crate::similarity::score::Scratch;

impl Recommend for ItemSimilarity {
    fn items(&self) -> &Vocabulary {
        ItemSimilarity::items(self)
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let new = || Scratch { votes: Scores::new(self.items.len()) };
        self.scratch.with(new, |scratch| {
            let best = |visitor: &Visitor<'_>| self.best(visitor.history, n, &mut scratch.votes);
            let lists = visitors.iter().map(best);
            Ok(lists.map(|found| found.into_iter().map(|(scored, _)| scored.item)).collect())
        })
    }
}
