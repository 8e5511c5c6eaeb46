//! What is asked: for whom, how many, and what may be answered.

use super::rules::ItemTest;
use crate::data::{Id, IdRef};
use crate::rank::ItemFilter;
use crate::time::Time;

/// A request, beside what it is about: how many items, for whom, and which. Unknown customers, sessions and items are no errors: an
/// answer follows what is known.
///
/// ```
/// use kosar::recommender::Request;
///
/// let request = Request::new(10).customer("ann").session(["tea", "mug"]).exclude(["jam"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    pub(super) n: usize,
    pub(super) customer: Option<Id>,
    pub(super) session: Vec<Id>,
    pub(super) session_id: Option<Id>,
    pub(super) cart: Vec<Id>,
    pub(super) now: Option<Time>,
    pub(super) filter: ItemFilter,
    pub(super) like: Option<ItemTest>,
    pub(super) shown: Vec<(Id, Time)>,
    pub(super) seed: u64,
}

fn ids<'a, T: Into<IdRef<'a>>>(ids: impl IntoIterator<Item = T>) -> Vec<Id> {
    ids.into_iter().map(|id| id.into().to_id()).collect()
}

impl Request {
    /// At most `n` items, for nobody in particular.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { n, ..Self::default() }
    }

    /// For this customer: their history takes part as far as they let it, and what they own is left out.
    #[must_use]
    pub fn customer<'a>(mut self, customer: impl Into<IdRef<'a>>) -> Self {
        self.customer = Some(customer.into().to_id());
        self
    }

    /// The items of the ongoing session, the latest last.
    #[must_use]
    pub fn session<'a, T: Into<IdRef<'a>>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.session = ids(items);
        self
    }

    /// The id of the ongoing session, whose events are among those that were learnt.
    #[must_use]
    pub fn session_id<'a>(mut self, session: impl Into<IdRef<'a>>) -> Self {
        self.session_id = Some(session.into().to_id());
        self
    }

    /// What is in the cart: never answered.
    #[must_use]
    pub fn cart<'a, T: Into<IdRef<'a>>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.cart = ids(items);
        self
    }

    /// The instant of the request; by default the end of the latest order's day.
    #[must_use]
    pub fn now(mut self, now: Time) -> Self {
        self.now = Some(now);
        self
    }

    /// Only these items, such as what is in stock in this shop now.
    #[must_use]
    pub fn only<'a, T: Into<IdRef<'a>>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.filter = self.filter.only(Some(ids(items)));
        self
    }

    /// Not these items.
    #[must_use]
    pub fn exclude<'a, T: Into<IdRef<'a>>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.filter = self.filter.exclude(ids(items));
        self
    }

    /// As a filter of lists, in place of [`Request::only`] and [`Request::exclude`].
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Only items that are like this.
    #[must_use]
    pub fn like(mut self, test: ItemTest) -> Self {
        self.like = Some(test);
        self
    }

    /// What was shown to the visitor, and when: for the rule of cooling down.
    #[must_use]
    pub fn shown<'a, T: Into<IdRef<'a>>>(mut self, impressions: impl IntoIterator<Item = (T, Time)>) -> Self {
        self.shown = impressions.into_iter().map(|(item, time)| (item.into().to_id(), time)).collect();
        self
    }

    /// What the chance of exploring goes by: the same seed, the same items. 0 by default.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}
