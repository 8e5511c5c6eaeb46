//! What to look for and how much of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::budget::{Allowance, Limit, Partial, Until};
use super::kind::{Kind, Miner};
use super::min_support::MinSupport;
use super::{DEFAULT_MAX_BYTES, DEFAULT_MAX_SETS};
use crate::data::{BasketView, Baskets, Id, Level, Unit, Vocabulary};
use crate::error::{IdError, ParamError, PartsError};
use crate::note::Note;
use crate::params::{Params, at_least, deadline, seconds};

/// The parameters of [`FrequentItemsets`](super::FrequentItemsets); made by
/// [`FrequentItemsets::params`](super::FrequentItemsets::params), which names the defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequentItemsetsParams {
    min_support: f64,
    kind: Kind,
    min_len: usize,
    max_len: Option<usize>,
    top_k: Option<usize>,
    include: Vec<Id>,
    exclude: Vec<Id>,
    miner: Miner,
    min_customers: usize,
    level: Level,
    unit: Unit,
    max_itemsets: usize,
    max_bytes: usize,
    max_seconds: Option<f64>,
}

impl FrequentItemsetsParams {
    pub(crate) fn new(min_support: f64) -> Self {
        Self {
            min_support,
            kind: Kind::All,
            min_len: 1,
            max_len: None,
            top_k: None,
            include: Vec::new(),
            exclude: Vec::new(),
            miner: Miner::Auto,
            min_customers: 1,
            level: Level::Item,
            unit: Unit::Order,
            max_itemsets: DEFAULT_MAX_SETS,
            max_bytes: DEFAULT_MAX_BYTES,
            max_seconds: None,
        }
    }

    /// Which of the frequent sets are wanted.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The smallest number of items in a set, at least 1.
    #[must_use]
    pub fn min_len(mut self, min_len: usize) -> Self {
        self.min_len = min_len;
        self
    }

    /// The greatest number of items in a set, at least `min_len`; `None` for no limit.
    #[must_use]
    pub fn max_len(mut self, max_len: Option<usize>) -> Self {
        self.max_len = max_len;
        self
    }

    /// Only so many sets, the first in the order of the model, at least 1; `None` for all. With a `min_support` of 1 no
    /// threshold need be guessed: it rises while the search finds more frequent sets. What is maximal goes by
    /// `min_support` all the same, so there a low one stays costly.
    #[must_use]
    pub fn top_k(mut self, top_k: Option<usize>) -> Self {
        self.top_k = top_k;
        self
    }

    /// Items that every set must hold; none by default. Supports remain shares of all baskets.
    #[must_use]
    pub fn include<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.include = items.into_iter().map(Into::into).collect();
        self
    }

    /// Items that no set holds, as though no basket did; none by default, and none that is among `include`. The number of
    /// baskets remains what it is.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.exclude = items.into_iter().map(Into::into).collect();
        self
    }

    /// Who finds the sets; it changes the time and the memory taken, and nothing else.
    #[must_use]
    pub fn miner(mut self, miner: Miner) -> Self {
        self.miner = miner;
        self
    }

    /// How many distinct customers must have a basket with all items of a set for it to be shown, at least 1; baskets of
    /// nobody known count as one customer each.
    #[must_use]
    pub fn min_customers(mut self, min_customers: usize) -> Self {
        self.min_customers = min_customers;
        self
    }

    /// What stands in the baskets of a log: items, the categories of a depth in their place, or items and all categories
    /// above them. Other than items needs a catalogue: `params.fit(&params.view().baskets(&log, Some(&catalog))?)`. Has no
    /// effect on [`Baskets`](crate::data::Baskets), which are taken as they are.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Whether the baskets of a log are orders, or all that a customer ever bought. Has no effect on [`Baskets`](crate::data::Baskets).
    #[must_use]
    pub fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Which baskets of a log are asked for.
    #[must_use]
    pub fn view(&self) -> BasketView {
        BasketView { level: self.level, unit: self.unit }
    }

    /// The greatest number of itemsets, at least 1. What is left out beyond it is told by
    /// [`FrequentItemsets::partial`](super::FrequentItemsets::partial).
    #[must_use]
    pub fn max_itemsets(mut self, max_itemsets: usize) -> Self {
        self.max_itemsets = max_itemsets;
        self
    }

    /// The greatest number of bytes, at least 1, that the itemsets and the scratch of one search may take while they
    /// are found and sorted. The baskets are not counted in.
    #[must_use]
    pub fn max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The time that the search may take, above 0, in seconds; `None` for no limit. Where it ends depends on the machine,
    /// so what it leaves does too.
    #[must_use]
    pub fn max_seconds(mut self, max_seconds: Option<f64>) -> Self {
        self.max_seconds = max_seconds;
        self
    }

    /// What is allowed and hardly meant: a `min_support` that is a count above the number of baskets, so that nothing can
    /// be frequent. Nothing is told of no baskets at all.
    ///
    /// ```
    /// use kosar::data::Baskets;
    /// use kosar::itemset::FrequentItemsets;
    ///
    /// let baskets = Baskets::from_ids([vec![1, 2], vec![1]])?;
    /// let note = &FrequentItemsets::params(500.0).notes(&baskets)[0];
    /// assert!(note.to_string().contains("min_support asks for 500 baskets, and there are 2"));
    /// assert!(FrequentItemsets::params(1.0).notes(&baskets).is_empty());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn notes(&self, baskets: &Baskets) -> Vec<Note> {
        let n_baskets = baskets.rows().len() as u64;
        let above = self.asked_count().filter(|&count| count > n_baskets && n_baskets > 0);
        above.map(|min_support| Note::MoreThanBaskets { min_support, n_baskets }).into_iter().collect()
    }

    /// The count that is asked for, where it is no share.
    pub(crate) fn asked_count(&self) -> Option<u64> {
        match MinSupport::from_f64(self.min_support) {
            Ok(MinSupport::Count(count)) => Some(count),
            _ => None,
        }
    }

    /// The smallest count that is frequent among baskets that weigh `total` together, a whole one `unit`.
    pub(crate) fn min_count(&self, total: u64, unit: u64) -> Result<u64, ParamError> {
        Ok(match MinSupport::from_f64(self.min_support)? {
            share @ MinSupport::Share(_) => share.min_count(total),
            MinSupport::Count(count) => count.saturating_mul(unit),
        })
    }

    /// The same with a count of baskets as the minimum support.
    #[allow(clippy::cast_precision_loss, reason = "baskets are numbered by u32")]
    pub(crate) fn min_count_of(mut self, min_count: u64) -> Self {
        self.min_support = min_count as f64;
        self
    }

    /// How many distinct customers must stand behind a set.
    pub(crate) fn customers(&self) -> usize {
        self.min_customers
    }

    /// The kind of the sets, and who finds them.
    pub(super) fn finder(&self) -> (Kind, Miner) {
        (self.kind, self.miner)
    }

    /// How many sets are asked for, where not all are.
    pub(super) fn top_k_sets(&self) -> Option<usize> {
        self.top_k
    }

    /// The items that every set holds, and those that none holds.
    pub(super) fn include_exclude(&self) -> (&[Id], &[Id]) {
        (&self.include, &self.exclude)
    }

    /// The smallest and the greatest number of items in a set.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.min_len, self.max_len.unwrap_or(usize::MAX))
    }

    /// Whether with each set all of its subsets are found: what rules need.
    pub(crate) fn has_subsets(&self) -> bool {
        self.kind == Kind::All && self.min_len == 1 && self.include.is_empty() && self.top_k.is_none()
    }

    /// The smallest count that is frequent among `n_baskets`, none of them weighted.
    pub(crate) fn frequent_from(&self, n_baskets: u64) -> Result<u64, ParamError> {
        Ok(MinSupport::from_f64(self.min_support)?.min_count(n_baskets))
    }

    /// The greatest number of items in a set.
    pub(crate) fn longest(&self) -> usize {
        self.lengths().1
    }

    /// When a search that begins now must end.
    pub(super) fn until(&self) -> Option<Until> {
        deadline(self.max_seconds).map(|end| Until { end, per_set: Duration::ZERO })
    }

    /// What a search may use that must end by some time.
    pub(super) fn allowance(&self, until: Option<Until>) -> Allowance {
        Allowance { itemsets: self.max_itemsets, bytes: self.max_bytes, until, found: 0, more_items: 0 }
    }

    /// How a limit that was met is told.
    pub(super) fn partial(&self, limit: Limit, items_done: usize, items: usize) -> Partial {
        match limit {
            Limit::Itemsets => Partial::MaxItemsets { max_itemsets: self.max_itemsets, items_done, items },
            Limit::Bytes => Partial::MaxBytes { max_bytes: self.max_bytes, items_done, items },
            Limit::Seconds => Partial::MaxSeconds { items_done, items },
        }
    }
}

/// What a search in parts asks.
impl FrequentItemsetsParams {
    /// Refuses what parts cannot tell.
    pub(super) fn check_for_parts(&self, has_categories: bool) -> Result<(), PartsError> {
        let refuse = |name, value: String, why| Err(PartsError::Param { name, value, why });
        if let Ok(MinSupport::Count(count)) = MinSupport::from_f64(self.min_support) {
            return refuse(
                "min_support",
                count.to_string(),
                "give a share below 1, which means the same in every part",
            );
        }
        if self.kind != Kind::All {
            let value = format!("{:?}", self.kind).to_lowercase();
            return refuse("kind", value, "only kind 'all' is the same in every part");
        }
        if let Some(top_k) = self.top_k {
            return refuse(
                "top_k",
                top_k.to_string(),
                "the first sets of all are not among the first of each part",
            );
        }
        if has_categories {
            return refuse(
                "level",
                Level::Mixed.to_string(),
                "what stands above what does not go from part to part",
            );
        }
        if self.unit == Unit::Customer {
            return refuse("unit", "customer".to_owned(), "a customer may be in several parts");
        }
        if self.min_customers > 1 {
            let value = self.min_customers.to_string();
            return refuse("min_customers", value, "a part does not tell who bought in another");
        }
        if !self.include.is_empty() {
            return refuse("include", format!("{:?}", self.include), "filter the result instead");
        }
        Ok(())
    }

    /// The parameters for one part: an item to exclude may be in another.
    pub(super) fn of_part(&self, items: &Vocabulary) -> Self {
        let mut part = self.clone();
        part.exclude.retain(|id| items.position(id.as_ref()).is_some());
        part
    }

    /// Refuses an item to exclude that is unknown.
    pub(super) fn check_excluded(&self, items: &Vocabulary) -> Result<(), IdError> {
        self.exclude.iter().try_for_each(|id| items.find("item", id.as_ref()).map(|_| ()))
    }

    pub(super) fn max_sets(&self) -> usize {
        self.max_itemsets
    }
}

impl Params for FrequentItemsetsParams {
    fn validate(&self) -> Result<(), ParamError> {
        MinSupport::from_f64(self.min_support)?;
        at_least("min_len", self.min_len, 1)?;
        at_least("max_len", self.max_len.unwrap_or(usize::MAX), self.min_len)?;
        at_least("top_k", self.top_k.unwrap_or(usize::MAX), 1)?;
        if let Some(both) = self.include.iter().find(|id| self.exclude.contains(id)) {
            let item = both.as_ref().quoted();
            return Err(ParamError::InBoth { first: "include", second: "exclude", item });
        }
        at_least("min_customers", self.min_customers, 1)?;
        self.view().validate()?;
        at_least("max_itemsets", self.max_itemsets, 1)?;
        at_least("max_bytes", self.max_bytes, 1)?;
        seconds("max_seconds", self.max_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_checked_by_name() {
        let params = FrequentItemsetsParams::new(0.1);
        assert_eq!(params.validate(), Ok(()));
        for (params, name) in [
            (FrequentItemsetsParams::new(2.5), "min_support"),
            (params.clone().min_len(0), "min_len"),
            (params.clone().max_len(Some(0)), "max_len"),
            (params.clone().min_len(3).max_len(Some(2)), "max_len"),
            (params.clone().top_k(Some(0)), "top_k"),
            (params.clone().min_customers(0), "min_customers"),
            (params.clone().max_seconds(Some(0.0)), "max_seconds"),
            (params.clone().max_seconds(Some(f64::NAN)), "max_seconds"),
            (params.clone().max_itemsets(0), "max_itemsets"),
            (params.clone().max_bytes(0), "max_bytes"),
            (params.clone().include(["a", "b"]).exclude(["c", "b"]), "include and exclude"),
        ] {
            let message = params.validate().unwrap_err().to_string();
            assert!(message.starts_with(name), "{message}");
        }
    }

    #[test]
    fn parameters_survive_json() {
        let params =
            FrequentItemsetsParams::new(0.1).kind(Kind::Closed).max_len(Some(3)).include([7]).exclude(["a"]);
        let json = serde_json::to_string(&params).unwrap();
        assert_eq!(serde_json::from_str::<FrequentItemsetsParams>(&json).unwrap(), params);
        let unknown = json.replace("max_len", "maxlen");
        assert!(serde_json::from_str::<FrequentItemsetsParams>(&unknown).is_err());
    }
}
