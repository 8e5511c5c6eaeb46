//! What resembles one item, or one customer.

use std::cmp::Reverse;

use crate::data::{Id, IdRef, Rows};
use crate::error::{IdError, Result};
use crate::index::{CustomerIx, ItemIx};
use crate::rank::{Reason, Recommendation, Scored, TopK};
use crate::similarity::kernel::{Key, Order, Wide};
use crate::similarity::state::State;
use crate::similarity::units::Units;
use crate::similarity::{ItemSimilarity, RecommendOptions, Side};

/// The units with the way from an item to its own: what a row computed alone needs.
#[derive(Debug)]
pub(super) struct Walk {
    units: Units<'static>,
    /// The units of each item, rising.
    holders: Rows<u32>,
}

/// The customers who own each item, and how many items each customer owns.
#[derive(Debug)]
pub(super) struct Owners {
    of_items: Rows<CustomerIx>,
    sizes: Vec<u32>,
}

/// A customer that resembles another.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarCustomer {
    /// The customer.
    pub customer: Id,
    /// The cosine of the two sets of items, from 0 to 1.
    pub similarity: f64,
    /// The number of items that both have.
    pub count: u64,
}

impl ItemSimilarity {
    /// Computes now what [`similar`](Self::similar) beyond the kept lists and [`similar_customers`](Self::similar_customers) would
    /// compute from the histories when they are first asked, so that no request has to wait for it. Of a model without histories
    /// there is nothing to compute.
    ///
    /// Time: a pass over the histories. Space: the histories up to twice more.
    ///
    /// # Errors
    /// As the fit.
    pub fn prepare(&self) -> Result<()> {
        let Some(state) = &self.state else { return Ok(()) };
        self.walk()?;
        if state.has_customers {
            self.owners(state)?;
        }
        Ok(())
    }

    /// Whether every request is answered without computing first; as after [`prepare`](Self::prepare).
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        let Some(state) = &self.state else { return true };
        self.walk.is_there() && (!state.has_customers || self.owners.is_there())
    }

    fn walk(&self) -> Result<&Walk> {
        self.walk.get_or_try(|| Walk::new(self))
    }

    fn owners(&self, state: &State) -> Result<&Owners> {
        self.owners.get_or_try(|| {
            let customers = 0..state.matrix.n_customers();
            let rows: Rows<ItemIx> = customers.map(|customer| state.owned(customer)).collect();
            let sizes = rows.iter().map(|row| u32::try_from(row.len()).unwrap_or(u32::MAX)).collect();
            Ok(Owners {
                of_items: rows.transpose(self.items.len(), ItemIx::as_usize, CustomerIx::new),
                sizes,
            })
        })
    }

    /// The items most similar to one, best first: at most `n`. Where more are asked for than neighbours were kept, the others
    /// are computed from the histories; a model saved without those has no more than it kept. With
    /// [`Side::Target`](crate::similarity::Side::Target) those kept are the items that chose this one, which need not be its
    /// nearest, so all are computed from the histories where these are there.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        self.similar_with(item, n, &RecommendOptions::new())
    }

    /// As [`ItemSimilarity::similar`], of the items that the options allow: there are `n` wherever that many of them share a
    /// customer (or order) with the item. Disliked items are left out; what concerns customers has no effect.
    ///
    /// # Errors
    /// As [`ItemSimilarity::similar`]; [`ParamError`](crate::ParamError) for an option out of its range.
    pub fn similar_with<'a>(
        &self,
        item: impl Into<IdRef<'a>>,
        n: usize,
        options: &RecommendOptions,
    ) -> Result<Vec<Recommendation>> {
        let item = ItemIx::new(self.items.find("item", item.into())?);
        let (least, mut allowed) = (options.least()?, options.filter().resolve(&self.items)?);
        options.known_disliked(&self.items)?.iter().for_each(|&item| allowed.forbid(item, self.items.len()));
        let fits = |&(other, similarity, _): &(ItemIx, f32, u32)| {
            allowed.allows(other) && f64::from(similarity) >= least
        };
        let range = self.lists.range(item.as_usize());
        // A list of neighbours that the item itself chose holds all there are if it is shorter than it may be, and what is not in
        // it is no nearer than its last one. One that the others chose tells nothing of those who are not in it, who may be
        // nearer than all of them.
        let (is_head, is_cut) = match self.params.side {
            Side::Target => (self.state.is_none(), true),
            Side::Source => {
                let last = range.clone().last().map(|at| f64::from(self.lists.at(at).1));
                (true, range.len() >= self.params.neighbors && last.is_some_and(|last| last >= least))
            }
        };
        let kept = range.filter(|_| is_head).map(|at| self.lists.at(at));
        let mut found: Vec<_> = kept.filter(fits).take(n).collect();
        if found.len() < n && is_cut && self.state.is_some() {
            let row = self.row(item, |other| allowed.allows(other))?;
            found = row.into_iter().filter(fits).take(n).collect();
        }
        let recommendation = |(other, similarity, count): (ItemIx, f32, u32)| Recommendation {
            item: self.items.get(other.as_usize()).to_id(),
            score: f64::from(similarity),
            reason: Reason::Similar {
                to: self.items.get(item.as_usize()).to_id(),
                count: u64::from(count),
                similarity: f64::from(similarity),
            },
        };
        Ok(found.into_iter().map(recommendation).collect())
    }

    /// Every allowed item that shares a unit with one, best first, computed from the histories.
    fn row(&self, item: ItemIx, allows: impl Fn(ItemIx) -> bool) -> Result<Vec<(ItemIx, f32, u32)>> {
        let Walk { units, holders } = self.walk()?;
        let n = self.items.len();
        let (mut counts, mut sums) = (vec![0_u32; n], vec![0_u64; n]);
        let (mut owners, mut last) = (Vec::new(), Vec::new());
        let weighted = units.weighted();
        let by_owner = weighted.and_then(|weighted| weighted.owners);
        if by_owner.is_some() {
            (owners, last) = (vec![0_u32; n], vec![0_u32; n]);
        }
        // Units are sorted by owner where there are any.
        for &unit in holders.row(item.as_usize()) {
            let (start, row) = (units.rows.offsets()[unit as usize], units.rows.row(unit as usize));
            let own = start + row.binary_search(&item).expect("the unit holds the item");
            for (entry, other) in (start..).zip(row) {
                let other = other.as_usize();
                counts[other] += 1;
                if let Some(weighted) = &weighted {
                    sums[other] += weighted.product(own, entry);
                }
                if let Some((by_owner, _)) = by_owner {
                    let owner = by_owner[unit as usize] + 1;
                    owners[other] += u32::from(last[other] != owner);
                    last[other] = owner;
                }
            }
        }
        let order: &Order = &units.order;
        let mut found = Vec::new();
        for other in (0..n).filter(|&other| counts[other] >= order.shape.min_count.max(1)) {
            let enough = by_owner.is_none_or(|(_, least)| owners[other] >= least);
            let other_ix = ItemIx::new(other);
            if other_ix == item || !enough || !allows(other_ix) {
                continue;
            }
            #[allow(clippy::cast_precision_loss, reason = "a sum becomes a similarity in single precision")]
            let value = match &weighted {
                Some(weighted) if sums[other] > 0 => sums[other] as f64 * weighted.square,
                Some(_) => continue,
                None => f64::from(counts[other]),
            };
            let score = order.score(value, counts[other], item.as_usize(), other);
            found.push(Wide::new(score, counts[other], other_ix));
        }
        found.sort_unstable_by_key(|&found| Reverse(found));
        Ok(found.into_iter().map(|found| (found.item(), found.score(), found.count())).collect())
    }

    /// The customers whose items are most like those of one, best first: at most `n`, only such with an item in common. Owned
    /// items count, by the cosine of the two sets.
    ///
    /// Time: the customers of each of the customer's items.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model that knows no customers.
    pub fn similar_customers<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<SimilarCustomer>> {
        let state = self.state.as_ref().filter(|state| state.has_customers);
        let state = state.ok_or(IdError::NoHistories { role: "customer" })?;
        let position = state.matrix.customers.find("customer", customer.into())?;
        let owners = self.owners(state)?;
        let mut shared: Vec<CustomerIx> = Vec::new();
        let mut size = 0.0;
        for item in state.owned(position) {
            size += 1.0;
            shared.extend(
                owners.of_items.row(item.as_usize()).iter().filter(|other| other.as_usize() != position),
            );
        }
        shared.sort_unstable();
        let mut top = TopK::new(n);
        for same in shared.chunk_by(|a, b| a == b) {
            let count = u32::try_from(same.len()).unwrap_or(u32::MAX);
            let other = same[0].as_u32();
            let similarity = f64::from(count) / (size * f64::from(owners.sizes[other as usize])).sqrt();
            top.push(Scored { score: similarity, count: u64::from(count), item: ItemIx::from_u32(other) });
        }
        let found = top.drain_sorted().map(|scored| SimilarCustomer {
            customer: state.matrix.customers.get(scored.item.as_usize()).to_id(),
            similarity: scored.score,
            count: scored.count,
        });
        Ok(found.collect())
    }
}

impl Walk {
    fn new(model: &ItemSimilarity) -> Result<Self> {
        let units = Units::new(model.need_state()?, &model.params)?.into_owned();
        let number = |unit: usize| u32::try_from(unit).expect("rows are bounded to u32");
        let holders = units.rows.transpose(model.items.len(), ItemIx::as_usize, number);
        Ok(Self { units, holders })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fit;
    use crate::data::{Interactions, OrderLog};
    use crate::persist::{Persist, SaveOptions};
    use crate::similarity::Unit;

    #[test]
    fn what_the_last_of_a_list_does_not_reach_is_not_looked_for() {
        let baskets = [vec![1, 2], vec![1, 2], vec![1, 3], vec![1, 3], vec![1, 4], vec![3, 5]];
        let log = OrderLog::from_baskets(baskets).unwrap();
        let model = ItemSimilarity::params().unit(Unit::Order).neighbors(2).fit(&log).unwrap();
        let is_unused = || !model.walk.is_there();
        let at_least = |least| {
            let options = RecommendOptions::new().min_score(Some(least));
            model.similar_with(1, 9, &options).unwrap().len()
        };
        // The similarities to 1 are 0.63, 0.52 and 0.45, of which two are kept.
        assert!(at_least(0.6) == 1 && is_unused());
        assert!(model.similar(4, 9).unwrap().len() == 1 && is_unused());
        assert!(at_least(0.1) == 3 && !is_unused());
    }
    #[test]
    fn who_is_prepared_answers_as_who_is_not() {
        let matrix = Interactions::from_csr((3, 3), &[0, 2, 4, 6], &[0, 1, 0, 2, 1, 2], None).unwrap();
        let fit = || ItemSimilarity::params().neighbors(1).fit(&matrix).unwrap();
        let (ready, plain) = (fit(), fit());
        ready.prepare().unwrap();
        assert!(ready.is_prepared() && !plain.is_prepared());
        assert_eq!(ready.similar(1, 9).unwrap(), plain.similar(1, 9).unwrap());
        assert!(!plain.is_prepared());
        assert_eq!(ready.similar_customers(1, 9).unwrap(), plain.similar_customers(1, 9).unwrap());
        assert!(plain.is_prepared());
        let serving = ready.to_bytes_with(SaveOptions::serving()).unwrap();
        let serving = ItemSimilarity::from_bytes(&serving).unwrap();
        serving.prepare().unwrap();
        assert!(serving.is_prepared());
    }
}
