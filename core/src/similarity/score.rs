//! Recommendations: the neighbours of what a customer owns, added up.

use std::ops::{AddAssign, Range};

use crate::data::IdRef;
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::rank::{AllRecommendations, Reason, Recommendation, Scored, Scores, TopK};
use crate::similarity::ItemSimilarity;

/// What the items of a history say of one candidate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Vote {
    sum: f64,
    count: u64,
    /// The strongest single vote, whose it was, and its count: the reason.
    best: f64,
    from: u32,
    best_count: u32,
}

impl AddAssign for Vote {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
        if other.best > self.best {
            (self.best, self.from, self.best_count) = (other.best, other.from, other.best_count);
        }
    }
}

/// The working memory of a request.
#[derive(Debug)]
pub(super) struct Scratch {
    votes: Scores<Vote>,
}

impl ItemSimilarity {
    /// The items that resemble most what a customer owns, best first, owned items left out.
    ///
    /// Each candidate's score is the sum of its similarities to the owned items that have it among their neighbours. At
    /// most `n`; fewer only where fewer candidates remain. Time: owned items times neighbours, then the selection.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let position = owned.customers.find("customer", customer.into())?;
        Ok(self.explained(owned.rows.row(position), n))
    }

    /// The items that resemble most the given ones, for a visitor or cart without a customer; the given items are left
    /// out, and one given twice counts once. Otherwise as [`ItemSimilarity::recommend_for_customer`].
    ///
    /// # Errors
    /// [`IdError`] for an unknown item or one of the other type.
    pub fn recommend_for_items<'a, T: Into<IdRef<'a>>>(
        &self,
        items: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        let find = |item: T| self.items.find("item", item.into()).map(ItemIx::new);
        let mut items: Vec<ItemIx> = items.into_iter().map(find).collect::<Result<_, _>>()?;
        items.sort_unstable();
        items.dedup();
        Ok(self.explained(&items, n))
    }

    /// Recommendations for every customer, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories or fitted on a log without customers;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        let owned = self.owned.as_ref().ok_or(IdError::NoHistories { role: "customer" })?;
        let votes = || Scores::new(self.items.len());
        let best = |votes: &mut Scores<Vote>, customers: Range<usize>| {
            let list = |customer| self.best(owned.rows.row(customer), n, votes);
            customers.map(list).map(|found| found.into_iter().map(|(scored, _)| scored).collect()).collect()
        };
        Ok(AllRecommendations::fill(owned.customers.len(), n, 1, votes, best)?)
    }

    fn explained(&self, history: &[ItemIx], n: usize) -> Vec<Recommendation> {
        let new = || Scratch { votes: Scores::new(self.items.len()) };
        let found = self.scratch.with(new, |scratch| self.best(history, n, &mut scratch.votes));
        let recommendation = |(scored, vote): (Scored, Vote)| Recommendation {
            item: self.items.get(scored.item.as_usize()).to_id(),
            score: scored.score,
            reason: Reason::Similar {
                to: self.items.get(vote.from as usize).to_id(),
                count: u64::from(vote.best_count),
                similarity: vote.best,
            },
        };
        found.into_iter().map(recommendation).collect()
    }

    /// The best candidates of a history without repetitions, none of them in it.
    fn best(&self, history: &[ItemIx], n: usize, votes: &mut Scores<Vote>) -> Vec<(Scored, Vote)> {
        for &item in history {
            for neighbor in self.neighbors.row(item.as_usize()) {
                let similarity = self.similarity(item.as_usize(), neighbor);
                let vote = Vote {
                    sum: similarity,
                    count: u64::from(neighbor.count),
                    best: similarity,
                    from: item.as_u32(),
                    best_count: neighbor.count,
                };
                votes.add(neighbor.item, vote);
            }
        }
        // Filtered before the selection: an owned item takes nobody's place.
        history.iter().for_each(|&item| votes.remove(item));
        let mut top = TopK::new(n);
        votes.drain(|item, vote| {
            top.push(Candidate { scored: Scored { score: vote.sum, count: vote.count, item }, vote });
        });
        top.drain_sorted().map(|candidate| (candidate.scored, candidate.vote)).collect()
    }
}

/// A candidate in the order of its score, with its reason.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    scored: Scored,
    vote: Vote,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.scored.cmp(&other.scored)
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.scored == other.scored
    }
}

impl Eq for Candidate {}
