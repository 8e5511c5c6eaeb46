//! The fitted model: neighbours of each item, and what each customer owns.

use crate::data::{Histories, IdKind, IdRef, OrderLog, Purchase, Rows, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::params::Checked;
use crate::rank::{Reason, Recommendation, Scored, ScratchPool};
use crate::similarity::cooccurrence::{degrees, neighbors};
use crate::similarity::score::Scratch;
use crate::similarity::{ItemSimilarityParams, Unit};

/// An item near to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbor {
    /// The neighbour.
    pub item: ItemIx,
    /// The number of customers (or orders) with both.
    pub count: u32,
}

impl Neighbor {
    /// A neighbour selected by its score; the count is one of customers or orders, so below 2^32.
    pub(super) fn from_scored(scored: Scored) -> Self {
        let count = u32::try_from(scored.count).expect("a count of customers or orders is below 2^32");
        Self { item: scored.item, count }
    }
}

/// Items that resemble each other by who bought them, and recommendations from what a customer owns.
///
/// ```
/// use kosar::data::OrderLog;
/// use kosar::similarity::{ItemSimilarity, Unit};
/// use kosar::{Fit, Id};
///
/// let log = OrderLog::from_baskets([
///     vec!["bread", "butter", "jam"],
///     vec!["bread", "butter"],
///     vec!["bread", "cheese"],
///     vec!["tea"],
/// ])?;
/// let model = ItemSimilarity::params().unit(Unit::Order).fit(&log)?;
/// let similar = model.similar("bread", 2)?;
/// assert_eq!(similar[0].item, Id::from("butter"));
/// assert_eq!(similar[0].reason.to_string(), "bought with bread by 2 (similarity 0.82)");
/// // Nothing else is bought with tea.
/// assert!(model.similar("tea", 5)?.is_empty());
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ItemSimilarity {
    pub(super) params: ItemSimilarityParams,
    pub(super) items: Vocabulary,
    /// The number of customers (or orders) of each item.
    pub(super) degrees: Vec<u32>,
    /// The nearest items of each item, best first.
    pub(super) neighbors: Rows<Neighbor>,
    /// Absent where the log had no customers, or the file no histories.
    pub(super) owned: Option<Owned>,
    pub(super) customers_cut: usize,
    pub(super) anonymous_orders: usize,
    pub(super) scratch: ScratchPool<Scratch>,
}

/// What each customer has and did not return.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Owned {
    pub(super) customers: Vocabulary,
    /// Items strictly rising.
    pub(super) rows: Rows<ItemIx>,
}

impl Fit<OrderLog> for Checked<ItemSimilarityParams> {
    type Model = ItemSimilarity;

    /// Time: the sum over customers (or orders) of the square of their number of items; parallel over items. The result
    /// does not depend on the number of threads.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<ItemSimilarity> {
        let items = log.need_items("ItemSimilarity")?.clone();
        if self.unit == Unit::Customer {
            log.need_customers("ItemSimilarity with unit 'customer'")?;
        }
        let histories = log.customers().map(|_| log.histories()).transpose()?;
        let (units, customers_cut, anonymous_orders) = match (self.unit, &histories) {
            (Unit::Customer, Some(histories)) => {
                let (units, cut) = capped(histories, self.max_history);
                (units, cut, histories.anonymous_orders)
            }
            _ => (log.baskets()?.rows().clone(), 0, 0),
        };
        let degrees = degrees(&units, items.len());
        let neighbors = neighbors(&units, &degrees, self.measure, self.neighbors, control)?;
        Ok(ItemSimilarity {
            params: self.clone().into_inner(),
            items,
            degrees,
            neighbors,
            owned: histories.map(Owned::from),
            customers_cut,
            anonymous_orders,
            scratch: ScratchPool::default(),
        })
    }
}

/// The items of each customer, the latest `max_history` of them; and how many customers had more.
fn capped(histories: &Histories, max_history: Option<usize>) -> (Rows<ItemIx>, usize) {
    let limit = max_history.unwrap_or(usize::MAX);
    let mut cut = 0;
    let mut latest: Vec<Purchase> = Vec::new();
    let mut rows = Rows::default();
    for purchases in histories.rows.iter() {
        latest.clear();
        latest.extend(purchases);
        if latest.len() > limit {
            cut += 1;
            latest.sort_unstable_by_key(|purchase| (std::cmp::Reverse(purchase.last), purchase.item));
            latest.truncate(limit);
            latest.sort_unstable_by_key(|purchase| purchase.item);
        }
        rows.push(latest.iter().map(|purchase| purchase.item));
    }
    (rows, cut)
}

impl From<Histories> for Owned {
    fn from(histories: Histories) -> Self {
        let owned = |purchases: &[Purchase]| -> Vec<ItemIx> {
            let kept = purchases.iter().filter(|purchase| purchase.owned > Quantity::ZERO);
            kept.map(|purchase| purchase.item).collect()
        };
        Self { rows: histories.rows.iter().map(owned).collect(), customers: histories.customers }
    }
}

impl ItemSimilarity {
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

    /// The number of customers of whom only the latest items counted.
    #[must_use]
    pub fn customers_cut(&self) -> usize {
        self.customers_cut
    }

    /// The number of orders that did not count because they have no customer.
    #[must_use]
    pub fn anonymous_orders(&self) -> usize {
        self.anonymous_orders
    }

    /// The items most similar to one, best first: at most `n`, and at most as many as neighbours were kept.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown item or one of the other type.
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        let position = self.items.find("item", item.into())?;
        let list = self.neighbors.row(position).iter().take(n);
        let recommendation = |neighbor: &Neighbor| {
            let similarity = self.similarity(position, neighbor);
            Recommendation {
                item: self.items.get(neighbor.item.as_usize()).to_id(),
                score: similarity,
                reason: Reason::Similar {
                    to: self.items.get(position).to_id(),
                    count: u64::from(neighbor.count),
                    similarity,
                },
            }
        };
        Ok(list.map(recommendation).collect())
    }

    /// The similarity of an item and one of its neighbours, derived from the counts.
    pub(super) fn similarity(&self, item: usize, neighbor: &Neighbor) -> f64 {
        let (a, b) = (self.degrees[item], self.degrees[neighbor.item.as_usize()]);
        self.params.measure.of(neighbor.count, a, b)
    }
}
