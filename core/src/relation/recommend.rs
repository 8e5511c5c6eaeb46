//! Recommendations: what goes with the items that somebody has, or what stands in for them.

use crate::data::IdRef;
use crate::error::{IdError, ParamError, Result};
use crate::index::ItemIx;
use crate::rank::vote::{Vote, elected};
use crate::rank::{ItemFilter, Reason, Recommendation, Scores};
use crate::relation::{ItemRelations, Relation};

impl ItemRelations {
    /// The items that are this to what a customer owns, best first, owned items left out: a customer who bought a sofa is
    /// offered the armchair that goes with it, not another sofa.
    ///
    /// `relation` is complement or substitute. The score of a candidate is a sum over the owned items whose lists
    /// ([`ItemRelations::complements`], [`ItemRelations::substitutes`]) hold it: of the logarithms of the lifts, or of the
    /// contexts. A complement of one item that is in the list of substitutes of another is left out. At most `n`; fewer only
    /// where fewer candidates remain. Time: owned items times `neighbors`, then the selection.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, a log without customers or a model saved without histories;
    /// [`ParamError::UnknownChoice`] for another relation.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        relation: Relation,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_among(customer, relation, n, &ItemFilter::new())
    }

    /// As [`ItemRelations::recommend_for_customer`], of the items that a filter lets pass.
    ///
    /// # Errors
    /// As there.
    pub fn recommend_for_customer_among<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        relation: Relation,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let customer = owned.customers.find("customer", customer.into())?;
        self.related_to(owned.rows.row(customer), relation, n, filter)
    }

    /// The items that are this to the given ones together, for a visitor or cart without a customer; the given items are left
    /// out, and one given twice counts once. Otherwise as [`ItemRelations::recommend_for_customer`].
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type; [`ParamError::UnknownChoice`] for a relation other than
    /// complement and substitute.
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        relation: Relation,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_items_among(items, relation, n, &ItemFilter::new())
    }

    /// As [`ItemRelations::recommend_for_items`], of the items that a filter lets pass.
    ///
    /// # Errors
    /// As there.
    pub fn recommend_for_items_among<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        relation: Relation,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Recommendation>> {
        let mut items: Vec<ItemIx> =
            items.into_iter().map(|item| self.find(item.into())).collect::<Result<_, _>>()?;
        items.sort_unstable();
        items.dedup();
        self.related_to(&items, relation, n, filter)
    }

    /// What is this to the items of a history without repetitions.
    fn related_to(
        &self,
        history: &[ItemIx],
        relation: Relation,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Recommendation>> {
        let lists = match relation {
            Relation::Complement => &self.complements,
            Relation::Substitute => &self.substitutes,
            Relation::Neither | Relation::Unclear => return Err(refused(relation.name()).into()),
        };
        let allowed = filter.resolve(&self.items)?;
        let found = self.scratch.with(
            || Scores::new(self.items.len()),
            |votes| {
                for &item in history {
                    for (at, related) in (lists.offsets()[item.as_usize()]..).zip(lists.row(item.as_usize()))
                    {
                        let value = match relation {
                            Relation::Complement => self.lift(item, related.item, related.together).ln(),
                            _ => related.context,
                        };
                        votes.add(related.item, Vote::of(item, at, value, related.together));
                    }
                }
                history.iter().for_each(|&item| votes.remove(item));
                if relation == Relation::Complement {
                    let substitutes = history.iter().flat_map(|item| self.substitutes.row(item.as_usize()));
                    substitutes.for_each(|related| votes.remove(related.item));
                }
                elected(votes, n, &allowed)
            },
        );
        let recommendation = |(item, vote): (ItemIx, Vote)| {
            let (from, related) = (ItemIx::from_u32(vote.from), &lists.values()[vote.at]);
            let (to, together) = (self.items.get(from.as_usize()).to_id(), u64::from(related.together));
            let reason = match relation {
                Relation::Complement => {
                    Reason::Complement { to, together, lift: self.lift(from, item, related.together) }
                }
                _ => Reason::Substitute { to, together, context: related.context },
            };
            Recommendation { item: self.items.get(item.as_usize()).to_id(), score: vote.sum, reason }
        };
        Ok(found.into_iter().map(recommendation).collect())
    }
}

impl Relation {
    /// Reads what a recommendation can be asked for: `complement` or `substitute`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        [Self::Complement, Self::Substitute]
            .into_iter()
            .find(|relation| relation.name() == word)
            .ok_or_else(|| refused(word))
    }
}

fn refused(word: &str) -> ParamError {
    ParamError::UnknownChoice { name: "relation", value: word.to_owned(), allowed: "complement, substitute" }
}
