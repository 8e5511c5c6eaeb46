//! The second pass over baskets in parts: how many baskets hold each candidate.

use super::candidates::Candidates;
use super::itemsets::FrequentItemsets;
use super::set_counts::count_sets;
use super::sink::Part;
use crate::data::Baskets;
use crate::error::{IdError, PartsError, Result};
use crate::fit::Control;
use crate::index::ItemIx;

/// How many baskets of a part, or of several parts, hold each candidate.
///
/// See the [module](crate::itemset#in-parts). Merging is commutative and associative.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidateCounts {
    pub(super) candidates: Candidates,
    pub(super) counted: u64,
    /// In the order of the candidates.
    pub(super) counts: Vec<u32>,
}

impl Candidates {
    /// Counts the candidates in a part of the baskets.
    ///
    /// Time: for each first item of candidates, its rarest in the part, the baskets that hold it, and for each candidate
    /// an intersection of bitmaps over these. Extra space: the entries of the baskets twice, and for each thread the
    /// bitmaps of one first item.
    ///
    /// # Errors
    /// [`PartsError::NotSearched`] and [`IdError::WrongKind`] for an item that these are not the candidates of,
    /// [`PartsError::Baskets`] for more baskets than were searched.
    pub fn count(&self, part: &Baskets) -> Result<CandidateCounts> {
        self.count_with(part, &Control::new())
    }

    /// Counts the candidates in a part of the baskets, looking at `control` between steps.
    ///
    /// # Errors
    /// As [`Candidates::count`], and [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn count_with(&self, part: &Baskets, control: &Control) -> Result<CandidateCounts> {
        control.check()?;
        let counted = part.rows().len() as u64;
        if counted > self.n_baskets {
            return Err(PartsError::Baskets { counted, searched: self.n_baskets }.into());
        }
        let (expected, found) = (self.items.kind(), part.items().kind());
        let place = |id: crate::IdRef<'_>| -> Result<ItemIx> {
            if expected != found && !self.items.is_empty() {
                return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
            }
            let position = self.items.position(id);
            Ok(position.map(ItemIx::new).ok_or_else(|| PartsError::NotSearched { id: id.quoted() })?)
        };
        let places: Vec<ItemIx> = part.items().iter().map(place).collect::<Result<_>>()?;
        let counts = count_sets(part.rows(), &places, self.items.len(), &self.sets, control)?;
        Ok(CandidateCounts { candidates: self.clone(), counted, counts })
    }
}

impl CandidateCounts {
    /// The candidates that were counted.
    #[must_use]
    pub fn candidates(&self) -> &Candidates {
        &self.candidates
    }

    /// The number of baskets that were counted.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        self.counted
    }

    /// The counts of both, which must be of parts without a basket in common. Linear in the candidates.
    ///
    /// # Errors
    /// [`PartsError::Differ`] for other candidates, [`PartsError::Baskets`] when more baskets are counted than were
    /// searched.
    pub fn merge(mut self, other: &Self) -> Result<Self> {
        if self.candidates != other.candidates {
            return Err(PartsError::Differ { what: "candidates" }.into());
        }
        let (counted, searched) = (self.counted + other.counted, self.candidates.n_baskets);
        if counted > searched {
            return Err(PartsError::Baskets { counted, searched }.into());
        }
        self.counted = counted;
        // No count is above the number of baskets counted, which is bounded to u32.
        self.counts.iter_mut().zip(&other.counts).for_each(|(own, more)| *own += more);
        Ok(self)
    }

    /// The frequent itemsets of all parts together: what fitting on all baskets at once gives, where that meets no limit.
    ///
    /// # Errors
    /// [`PartsError::Baskets`] unless as many baskets were counted as were searched, [`PartsError::Incomplete`] for more
    /// itemsets than `max_itemsets`, [`IdError`](crate::IdError) for an item to exclude that is in no part.
    pub fn finish(self) -> Result<FrequentItemsets> {
        let Self { candidates: Candidates { params, items, n_baskets, sets }, counted, counts } = self;
        if counted != n_baskets {
            return Err(PartsError::Baskets { counted, searched: n_baskets }.into());
        }
        params.check_excluded(&items)?;
        let min_count = params.min_count(n_baskets, 1)?;
        let mut found = Part::default();
        for (set, count) in sets.iter().zip(counts).filter(|&(_, count)| u64::from(count) >= min_count) {
            found.rows.push(set.iter().copied());
            found.counts.push(count);
        }
        if found.counts.len() > params.max_sets() {
            let why = format!("found {} itemsets, max_itemsets = {}", found.counts.len(), params.max_sets());
            return Err(PartsError::Incomplete { why }.into());
        }
        Ok(FrequentItemsets::from_parts(params, items, n_baskets, &[found], None))
    }
}
