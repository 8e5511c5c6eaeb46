//! For whom, and of what, a list is.

use crate::data::Id;
use crate::rank::ItemFilter;

/// For whom and of what a list of [`Popularity`](crate::popularity::Popularity) is. By default for everyone, of all items.
///
/// ```
/// use kosar::popularity::{Popularity, PopularityOptions};
/// use kosar::rank::ItemFilter;
/// use kosar::{Fit, Id, OrderLog};
///
/// let log = OrderLog::from_pairs([("ann", "rye"), ("bob", "rye"), ("bob", "tea"), ("cid", "jam")])?;
/// let popular = Popularity::params().fit(&log)?.with_groups("country", [("bob", "DE")])?;
/// let options = PopularityOptions::new().group(("country", "DE")).filter(ItemFilter::new().exclude(["rye"]));
/// assert_eq!(popular.recommend_in(1, &options)?[0].item, Id::from("tea"));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PopularityOptions {
    pub(super) filter: ItemFilter,
    pub(super) category: Option<String>,
    pub(super) group: Option<(String, String)>,
    pub(super) customer: Option<Id>,
}

impl PopularityOptions {
    /// For everyone, of all items.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Items to choose from and to leave out, such as those in stock.
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Only items that stand in a category of any level, or below it, by its path; `None` for all.
    #[must_use]
    pub fn category<'a>(mut self, path: impl Into<Option<&'a str>>) -> Self {
        self.category = path.into().map(str::to_owned);
        self
    }

    /// For the customers of a group: what the groups are called (`country`) and the group (`DE`); `None` for everyone.
    #[must_use]
    pub fn group<'a>(mut self, group: impl Into<Option<(&'a str, &'a str)>>) -> Self {
        self.group = group.into().map(|(name, label)| (name.to_owned(), label.to_owned()));
        self
    }

    /// Without the items that a customer has; `None` for nobody.
    #[must_use]
    pub fn customer(mut self, customer: Option<impl Into<Id>>) -> Self {
        self.customer = customer.map(Into::into);
        self
    }
}
