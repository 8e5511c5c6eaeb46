//! What the items of a history say of candidates, where each neighbour of each has one vote.

use std::ops::AddAssign;

use crate::index::ItemIx;
use crate::rank::{AllowedItems, Scored, Scores, TopK};

/// What the items of a history say of one candidate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Vote {
    pub(crate) sum: f64,
    pub(crate) count: u64,
    /// The strongest single vote, whose it was, and where it stands among all neighbours.
    pub(crate) best: f64,
    pub(crate) from: u32,
    pub(crate) at: usize,
}

impl Vote {
    /// A single one, above 0.
    pub(crate) fn of(from: ItemIx, at: usize, value: f64, count: u32) -> Self {
        Self { sum: value, count: u64::from(count), best: value, from: from.as_u32(), at }
    }
}

impl AddAssign for Vote {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
        if other.best > self.best {
            (self.best, self.from, self.at) = (other.best, other.from, other.at);
        }
    }
}

/// The `n` candidates with the highest sums that are allowed, best first, and no votes are left; those to be left out are
/// taken out before.
pub(crate) fn elected(votes: &mut Scores<Vote>, n: usize, allowed: &AllowedItems) -> Vec<(ItemIx, Vote)> {
    let mut top = TopK::new(n);
    votes.drain(|item, vote| {
        if allowed.allows(item) {
            let scored = Scored { score: vote.sum, count: vote.count, item };
            top.push(Candidate { scored, vote });
        }
    });
    top.drain_sorted().map(|candidate| (candidate.scored.item, candidate.vote)).collect()
}

/// A candidate in the order of its score.
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
