//! What the antecedent or the consequent of a rule may hold.

use serde::{Deserialize, Serialize};

use crate::data::{Id, Names};
use crate::error::{IdError, ParamError};
use crate::index::ItemIx;
use crate::params::at_least;

/// What one side of a rule may hold; by default anything.
///
/// ```
/// use kosar::Fit;
/// use kosar::data::Baskets;
/// use kosar::rule::{AssociationRules, RuleSide};
///
/// let baskets = Baskets::from_ids([vec!["bread", "butter", "jam"], vec!["bread", "butter"], vec!["jam"]])?;
/// let rules = AssociationRules::params(1.0)
///     .antecedent_items(RuleSide::new().max_len(Some(1)))
///     .consequent_items(RuleSide::new().only(["jam"]))
///     .fit(&baskets)?;
/// assert_eq!(rules.len(), 2); // bread -> jam, butter -> jam
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleSide {
    only: Option<Vec<Id>>,
    exclude: Vec<Id>,
    any_of: Vec<Id>,
    min_len: usize,
    max_len: Option<usize>,
}

impl Default for RuleSide {
    fn default() -> Self {
        Self { only: None, exclude: Vec::new(), any_of: Vec::new(), min_len: 1, max_len: None }
    }
}

impl RuleSide {
    /// A side that may hold anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The items that may be on this side, and no others; at least one.
    #[must_use]
    pub fn only<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.only = Some(items.into_iter().map(Into::into).collect());
        self
    }

    /// Items that may not be on this side, even where `only` has them; none by default.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.exclude = items.into_iter().map(Into::into).collect();
        self
    }

    /// Items of which this side must hold at least one; empty, the default, for no such demand.
    #[must_use]
    pub fn any_of<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.any_of = items.into_iter().map(Into::into).collect();
        self
    }

    /// The smallest number of items on this side, at least 1; of both sides together at most the `max_len` of the rules.
    #[must_use]
    pub fn min_len(mut self, min_len: usize) -> Self {
        self.min_len = min_len;
        self
    }

    /// The greatest number of items on this side, at least `min_len`; `None` for no limit.
    #[must_use]
    pub fn max_len(mut self, max_len: Option<usize>) -> Self {
        self.max_len = max_len;
        self
    }

    /// The smallest number of items on this side.
    pub(super) fn shortest(&self) -> usize {
        self.min_len
    }

    /// The greatest number of items on this side.
    pub(super) fn longest(&self) -> usize {
        self.max_len.unwrap_or(usize::MAX)
    }

    /// Checks the numbers; the names are those of `only`, `min_len` and `max_len` of this side.
    pub(super) fn validate(&self, [only, min_len, max_len]: [&'static str; 3]) -> Result<(), ParamError> {
        at_least(only, self.only.as_ref().map_or(1, Vec::len), 1)?;
        at_least(min_len, self.min_len, 1)?;
        at_least(max_len, self.longest(), self.min_len)
    }

    /// The same in indices.
    pub(super) fn resolve(&self, names: Names<'_>) -> Result<Side, IdError> {
        let mut allowed = self.only.as_ref().map(|ids| ItemSet::find(ids, names)).transpose()?;
        for id in &self.exclude {
            let item = names.find(id.as_ref())?;
            allowed.get_or_insert_with(|| ItemSet::all(names.len())).remove(item);
        }
        let any_of = if self.any_of.is_empty() { None } else { Some(ItemSet::find(&self.any_of, names)?) };
        Ok(Side { allowed, any_of, min_len: self.min_len, max_len: self.longest() })
    }
}

/// What one side may hold, in indices.
#[derive(Debug, Clone)]
pub(super) struct Side {
    /// `None` for all.
    allowed: Option<ItemSet>,
    /// At least one of these must be there.
    any_of: Option<ItemSet>,
    pub(super) min_len: usize,
    pub(super) max_len: usize,
}

impl Side {
    /// Whether an item may be on this side.
    pub(super) fn allows(&self, item: ItemIx) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.has(item))
    }

    /// The items of which it must hold one, where that is asked.
    pub(super) fn needs(&self) -> Option<&ItemSet> {
        self.any_of.as_ref()
    }

    /// The positions in an itemset of the items that may be on this side, as bits.
    #[inline]
    pub(super) fn allowed(&self, itemset: &[ItemIx]) -> u64 {
        self.allowed.as_ref().map_or(first(itemset.len()), |allowed| allowed.positions(itemset))
    }

    /// The positions in an itemset of the items of which this side must hold one, as bits.
    #[inline]
    pub(super) fn any_of(&self, itemset: &[ItemIx]) -> u64 {
        self.any_of.as_ref().map_or(u64::MAX, |any_of| any_of.positions(itemset))
    }
}

/// The first so many bits, at most 63.
pub(super) fn first(n: usize) -> u64 {
    (1 << n) - 1
}

/// A set of items: a bit for each of the catalogue.
#[derive(Debug, Clone)]
pub(super) struct ItemSet(Vec<u64>);

impl ItemSet {
    fn all(n_items: usize) -> Self {
        Self(vec![u64::MAX; n_items.div_ceil(64)])
    }

    fn find(ids: &[Id], names: Names<'_>) -> Result<Self, IdError> {
        let mut set = Self(vec![0; names.len().div_ceil(64)]);
        for id in ids {
            let item = names.find(id.as_ref())?.as_usize();
            set.0[item / 64] |= 1 << (item % 64);
        }
        Ok(set)
    }

    fn remove(&mut self, item: ItemIx) {
        self.0[item.as_usize() / 64] &= !(1 << (item.as_usize() % 64));
    }

    #[inline]
    pub(super) fn has(&self, item: ItemIx) -> bool {
        self.0[item.as_usize() / 64] >> (item.as_usize() % 64) & 1 == 1
    }

    /// The positions in a list of at most 64 items at which one of the set stands, as bits.
    #[inline]
    fn positions(&self, list: &[ItemIx]) -> u64 {
        list.iter().rev().fold(0, |bits, &item| bits << 1 | u64::from(self.has(item)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;

    #[test]
    fn a_side_is_what_its_lists_say() {
        let baskets = Baskets::from_ids([(0..70).collect::<Vec<i64>>()]).unwrap();
        let side =
            RuleSide::new().only([1, 2, 69]).exclude([2, 5]).any_of([1]).resolve(baskets.names()).unwrap();
        let allowed: Vec<usize> = (0..70).filter(|&i| side.allows(ItemIx::new(i))).collect();
        assert_eq!(allowed, [1, 69]);
        let list = [0, 1, 2, 69].map(ItemIx::new);
        assert_eq!(side.allowed(&list), 0b1010);
        assert_eq!(side.any_of(&list), 0b0010);
        let anything = RuleSide::new().resolve(baskets.names()).unwrap();
        assert_eq!(anything.allowed(&list), 0b1111);
        assert_eq!(anything.any_of(&list), u64::MAX);
    }

    #[test]
    fn an_item_never_seen_is_an_error_that_names_it() {
        let baskets = Baskets::from_ids([vec!["a"]]).unwrap();
        for side in
            [RuleSide::new().only(["x"]), RuleSide::new().exclude(["x"]), RuleSide::new().any_of(["x"])]
        {
            assert_eq!(side.resolve(baskets.names()).unwrap_err().to_string(), "unknown item 'x'");
        }
    }
}
