//! The first pass over baskets in parts: the sets that are frequent in one of them.

use std::cmp::Ordering;

use super::choose::{Mined, mine};
use super::params::FrequentItemsetsParams;
use crate::data::{BasketView, Baskets, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, PartsError, Result};
use crate::fit::Control;
use crate::index::{ItemIx, MAX_INDICES};
use crate::params::{Checked, Params};

/// The sets of items that are frequent in a part of the baskets, or in one of several parts: all that may be frequent in
/// the whole.
///
/// See the [module](crate::itemset#in-parts) for the way from here to the result. Merging is commutative and associative.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    pub(super) params: FrequentItemsetsParams,
    pub(super) items: Vocabulary,
    pub(super) n_baskets: u64,
    /// Each rising, in the order of their items.
    pub(super) sets: Rows<ItemIx>,
}

impl FrequentItemsetsParams {
    /// The sets that are frequent in a part of the baskets, at the same share as in the whole.
    ///
    /// A part takes the time and memory of a fit. It should be so large that the share is many baskets: where it is one or
    /// two, all that was ever bought together is frequent.
    ///
    /// ```
    /// use kosar::data::Baskets;
    /// use kosar::itemset::FrequentItemsets;
    /// let part = Baskets::from_ids([vec![1, 2], vec![1, 3]])?;
    /// assert_eq!(FrequentItemsets::params(0.6).candidates(&part)?.len(), 1);
    /// assert!(FrequentItemsets::params(2.0).candidates(&part).is_err());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for fitting; [`PartsError::Param`] for a `min_support` that is a count, for `kind` other than all, `top_k`,
    /// `include` and `min_customers` above 1, and for baskets with categories among the items;
    /// [`PartsError::Incomplete`] when a limit ends the search.
    pub fn candidates(&self, part: &Baskets) -> Result<Candidates> {
        self.clone().check()?.candidates_with(part, &Control::new())
    }
}

impl Checked<FrequentItemsetsParams> {
    /// The sets that are frequent in a part of the baskets, looking at `control` between steps.
    ///
    /// # Errors
    /// As [`FrequentItemsetsParams::candidates`], and [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn candidates_with(&self, part: &Baskets, control: &Control) -> Result<Candidates> {
        self.check_for_parts(part.hierarchy().is_some())?;
        let Mined { sets: mined, partial, .. } =
            mine(part, &self.of_part(part.items()), None, self.until(), control)?;
        if let Some(partial) = partial {
            return Err(PartsError::Incomplete { why: partial.to_string() }.into());
        }
        let mut sets: Vec<&[ItemIx]> = mined.0.iter().collect();
        sets.sort_unstable();
        Ok(Candidates {
            params: self.clone().into_inner(),
            items: part.items().clone(),
            n_baskets: part.rows().len() as u64,
            sets: sets.into_iter().map(|set| set.iter().copied()).collect(),
        })
    }
}

impl Candidates {
    /// Which baskets of a log were searched, and are to be counted.
    #[must_use]
    pub fn view(&self) -> BasketView {
        self.params.view()
    }

    /// The number of sets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether there is no set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The number of baskets that were searched.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        self.n_baskets
    }

    /// What the items are called, those in no set among them.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The candidates of both, which must be of parts without a basket in common. Linear in both.
    ///
    /// # Errors
    /// [`PartsError::Differ`] for other parameters, [`IdError::WrongKind`] for item ids of the other type,
    /// [`IntakeError::TooMany`] beyond `u32` items or baskets.
    pub fn merge(self, other: &Self) -> Result<Self> {
        if self.params != other.params {
            return Err(PartsError::Differ { what: "parameters" }.into());
        }
        let (items, own_new, other_new) = united(&self.items, &other.items)?;
        let n_baskets = self.n_baskets + other.n_baskets;
        if n_baskets > MAX_INDICES as u64 {
            return Err(IntakeError::TooMany { what: "baskets", max: MAX_INDICES as u64 }.into());
        }
        let rename = |sets: &Rows<ItemIx>, new: &[u32]| -> Rows<ItemIx> {
            let row = |set: &[ItemIx]| -> Vec<ItemIx> {
                set.iter().map(|item| ItemIx::from_u32(new[item.as_usize()])).collect()
            };
            sets.iter().map(row).collect()
        };
        // New numbers are in the order of the old ones, so both stay sorted.
        let sets = merged(&rename(&self.sets, &own_new), &rename(&other.sets, &other_new));
        Ok(Self { params: self.params, items, n_baskets, sets })
    }
}

/// The ids of both, and the new positions of the ids of each.
fn united(a: &Vocabulary, b: &Vocabulary) -> Result<(Vocabulary, Vec<u32>, Vec<u32>)> {
    if let Some(id) = b.iter().next().filter(|_| !a.is_empty())
        && a.kind() != b.kind()
    {
        let (expected, found) = (a.kind(), b.kind());
        return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
    }
    if a.is_empty() && b.is_empty() && a.kind() != b.kind() {
        // Neither has an id; either way round it must be the same one.
        return Ok((Vocabulary::empty(crate::data::IdKind::Str), Vec::new(), Vec::new()));
    }
    let too_many = IntakeError::TooMany { what: "items", max: MAX_INDICES as u64 };
    Ok(a.union(b).ok_or(too_many)?)
}

/// The rows of both, sorted as they are, each once.
fn merged(a: &Rows<ItemIx>, b: &Rows<ItemIx>) -> Rows<ItemIx> {
    let mut rows = Rows::default();
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => return rows,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(x), Some(y)) => x.cmp(y),
        };
        let from_a = if order == Ordering::Greater { None } else { a.next() };
        let from_b = if order == Ordering::Less { None } else { b.next() };
        rows.push(from_a.or(from_b).into_iter().flatten().copied());
    }
}
