//! Answers: the relation of a pair, and the items that have one to an item.

use crate::data::{Id, IdRef, Rows};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::relation::model::Related;
use crate::relation::{ItemRelations, PairRelation, Relation};

impl ItemRelations {
    /// What two items are to each other; the same both ways round, but for which is the first. An item and itself are
    /// neither, and never together.
    ///
    /// Time: linear in the baskets of both.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item, one of the other type, or a model saved without histories.
    pub fn relation<'a>(&self, a: impl Into<IdRef<'a>>, b: impl Into<IdRef<'a>>) -> Result<PairRelation> {
        let orders = self.orders.as_ref().ok_or(IdError::NoHistories { role: "pair of items" })?;
        let (a, b) = (self.find(a.into())?, self.find(b.into())?);
        let apart = orders.apart(a, b, self.params.window_days);
        let related = Related {
            item: b,
            together: if a == b { 0 } else { orders.together(a, b) },
            apart: apart.apart,
            instead: apart.instead,
            context: self.profiles.context(a, b),
        };
        let relation = if a == b {
            Relation::Neither
        } else if !(self.has_evidence(a) && self.has_evidence(b)) {
            Relation::Unclear
        } else if self.is_complement(a, b, related.together) {
            Relation::Complement
        } else if self.can_be_substitutes(a, b, related.together, related.context)
            && related.apart as usize >= self.params.min_apart
        {
            Relation::Substitute
        } else {
            Relation::Neither
        };
        Ok(self.pair(a, &related, relation))
    }

    /// The relation of each of many pairs, in their order.
    ///
    /// # Errors
    /// As [`ItemRelations::relation`], of the first pair with one.
    pub fn label<'a, A: Into<IdRef<'a>>, B: Into<IdRef<'a>>>(
        &self,
        pairs: impl IntoIterator<Item = (A, B)>,
    ) -> Result<Vec<PairRelation>> {
        pairs.into_iter().map(|(a, b)| self.relation(a.into(), b.into())).collect()
    }

    /// The items that go with one, the highest lift first: at most `n`, and at most as many as were kept.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn complements<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<(Id, PairRelation)>> {
        self.list(&self.complements, item.into(), n, Relation::Complement)
    }

    /// The items that stand in for one, the nearest context first: at most `n`, and at most as many as were kept.
    ///
    /// # Errors
    /// As [`ItemRelations::complements`].
    pub fn substitutes<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<(Id, PairRelation)>> {
        self.list(&self.substitutes, item.into(), n, Relation::Substitute)
    }

    fn list(
        &self,
        lists: &Rows<Related>,
        item: IdRef<'_>,
        n: usize,
        relation: Relation,
    ) -> Result<Vec<(Id, PairRelation)>> {
        let item = self.find(item)?;
        let of = |related: &Related| {
            (self.items.get(related.item.as_usize()).to_id(), self.pair(item, related, relation))
        };
        Ok(lists.row(item.as_usize()).iter().take(n).map(of).collect())
    }

    fn pair(&self, item: ItemIx, related: &Related, relation: Relation) -> PairRelation {
        let &Related { item: other, together, apart, instead, context } = related;
        PairRelation {
            relation,
            orders_a: u64::from(self.degrees[item.as_usize()]),
            orders_b: u64::from(self.degrees[other.as_usize()]),
            together: u64::from(together),
            expected: self.expected(item, other),
            lift: self.lift(item, other, together),
            context,
            apart: u64::from(apart),
            instead: u64::from(instead),
        }
    }
}
