//! The fitted model: how many customers bought each item, what they weigh, and what each customer has.

use crate::data::{IdKind, OrderLog, Owned, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::params::Checked;
use crate::popularity::PopularityParams;
use crate::popularity::count::{Counts, UNIT, count};
use crate::rank::Scored;
use crate::time::Time;

/// Items by how many customers bought them: the same list for everyone, without what a customer has.
///
/// An item's score is the number of distinct customers who bought it, an order without a customer counting as one of its
/// own; with a half-life, each customer counts 2^(-age / half-life) by the latest purchase of the item. Items are ordered
/// by score, then by customers, then by smaller id.
///
/// ```
/// use kosar::popularity::Popularity;
/// use kosar::{Fit, Id, OrderLog};
///
/// let log = OrderLog::from_baskets([vec!["tea", "bread"], vec!["bread"], vec!["bread", "jam"], vec!["jam"]])?;
/// let popular = Popularity::params().fit(&log)?;
/// let best = popular.recommend(2);
/// assert_eq!((&best[0].item, best[0].score), (&Id::from("bread"), 3.0));
/// assert_eq!(best[1].reason.to_string(), "bought by 2");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    pub(super) params: PopularityParams,
    pub(super) items: Vocabulary,
    pub(super) counts: Counts,
    /// The instant at which age is taken; absent from a model of a log without times.
    pub(super) as_of: Option<Time>,
    /// Absent where the log had no customers, or the file no histories.
    pub(super) owned: Option<Owned>,
    /// All items that anybody bought, best first: derived from the counts.
    pub(super) order: Vec<ItemIx>,
}

impl Fit<OrderLog> for Checked<PopularityParams> {
    type Model = Popularity;

    /// Linear in the lines, but for sorting the customers of one item at a time; parallel over items. The result does not
    /// depend on the number of threads.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without items, or without times where a half-life
    /// or `as_of` is given; [`Error::Cancelled`](crate::Error::Cancelled).
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Popularity> {
        let baskets = log.baskets()?;
        if self.half_life_days.is_some() {
            baskets.need_times("half_life_days")?;
        }
        if self.as_of.is_some() {
            baskets.need_times("as_of")?;
        }
        let latest = baskets.times().and_then(|times| times.iter().copied().max());
        let as_of = self.as_of.or(latest);
        let counts = count(&baskets, as_of, self.half_life_days, control)?;
        let order = order(&counts);
        let owned = Owned::of(log)?;
        let items = baskets.items().clone();
        Ok(Popularity { params: self.clone().into_inner(), items, counts, as_of, owned, order })
    }
}

/// The items that anybody bought, best first.
pub(super) fn order(counts: &Counts) -> Vec<ItemIx> {
    let all = 0..counts.customers.len();
    let bought = all.filter(|&item| counts.customers[item] > 0);
    let mut order: Vec<ItemIx> = bought.map(ItemIx::new).collect();
    order.sort_unstable_by_key(|&item| std::cmp::Reverse(scored(counts, item)));
    order
}

#[allow(
    clippy::cast_precision_loss,
    reason = "what the rounding makes equal, the count and the id tell apart"
)]
pub(super) fn scored(counts: &Counts, item: ItemIx) -> Scored {
    let at = item.as_usize();
    let score = counts.weights[at] as f64 / UNIT as f64;
    Scored { score, count: u64::from(counts.customers[at]), item }
}

impl Popularity {
    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the customers are called; empty where the model knows no customers.
    #[must_use]
    pub fn customers(&self) -> Vocabulary {
        self.owned.as_ref().map_or_else(|| Vocabulary::empty(IdKind::Str), |owned| owned.customers.clone())
    }

    /// The number of distinct customers who bought each item up to [`Popularity::as_of`], in the order of the items.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts.customers
    }

    /// The instant at which age is taken, and up to which purchases count; `None` in a model of a log without times.
    #[must_use]
    pub fn as_of(&self) -> Option<Time> {
        self.as_of
    }
}
