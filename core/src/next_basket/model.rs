//! The fitted model: everyone's baskets in order, vectors made of them, what is bought again and what is popular.

use crate::data::{Baskets, IdKind, OrderLog, Rows, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::next_basket::NextBasketParams;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::repurchase::Repurchases;
use crate::next_basket::score::Scratch;
use crate::params::Checked;
use crate::rank::ScratchPool;
use crate::time::Time;

/// The items of a customer's next basket: `personal_weight` times the probability that the customer buys the item again
/// ([`Personal::Repurchase`](crate::next_basket::Personal::Repurchase)), plus `neighbors_weight` times the mean vector of the
/// nearest customers, plus `popularity_weight` times the share of all baskets with the item.
///
/// A vector is the decayed frequency of the items in a customer's baskets, from 0 to 1; near is who is near by Euclidean
/// distance. Equal scores are ordered by the number of baskets with the item, then by smaller id.
///
/// ```
/// use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, Values};
/// use kosar::next_basket::{NextBasket, NextBasketOptions, Novelty};
/// use kosar::{Fit, Id};
///
/// let ids = |values: &[i64]| IdValues::Int(Values::new(values.to_vec()));
/// let mut builder = LogBuilder::new(LogOptions::default());
/// builder.push(
///     &Batch::new(6)
///         .ids(Role::Customer, ids(&[1, 1, 1, 2, 2, 2]))?
///         .ids(Role::Order, ids(&[1, 1, 2, 3, 3, 4]))?
///         .ids(Role::Item, ids(&[10, 11, 10, 10, 12, 12]))?,
/// )?;
/// let model = NextBasket::params().fit(&builder.finish()?)?;
/// let basket = model.recommend_for_customer(1, 3)?;
/// assert_eq!(basket[0].item, Id::from(10));
/// assert_eq!(basket[0].reason.to_string(), "bought in 2 of the customer's 2 orders");
/// let new = model.recommend_for_customer_with(1, 3, &NextBasketOptions::new().novelty(Some(Novelty::Explore)))?;
/// assert_eq!(new[0].item, Id::from(12));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NextBasket {
    pub(super) params: NextBasketParams,
    pub(super) items: Vocabulary,
    /// The number of baskets with each item.
    pub(super) counts: Vec<u64>,
    /// The number of all baskets.
    pub(super) n_baskets: u64,
    pub(super) repurchases: Repurchases,
    /// Absent from a model read from a file without histories.
    pub(super) crowd: Option<Crowd>,
    /// What the share of all baskets with each item adds to its score; minus infinity for an item in none: derived.
    pub(super) popularity: Vec<f64>,
    /// How probably each item is bought again, over all customers: derived.
    pub(super) probabilities: Vec<f64>,
    /// All items in any basket, the most popular first: derived.
    pub(super) order: Vec<ItemIx>,
    pub(super) scratch: ScratchPool<Scratch>,
}

impl Fit<OrderLog> for Checked<NextBasketParams> {
    type Model = NextBasket;

    /// Baskets of a customer are ordered by time, then by order; in a log without times by order alone. Orders without a
    /// customer count for popularity only.
    ///
    /// Sorts the orders, and the items of each customer; otherwise linear. The result does not depend on the number of
    /// threads.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or items;
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<NextBasket> {
        let customers = log.need_customers("next_basket")?.clone();
        let baskets = log.baskets()?;
        let owners = baskets.need_owners("next_basket")?;
        let n_items = baskets.items().len();
        let time = |basket: usize| baskets.times().map_or(Time::from_micros(0), |times| times[basket]);
        let mut in_order: Vec<usize> = (0..baskets.rows().len()).collect();
        in_order.sort_unstable_by_key(|&basket| (owners[basket], time(basket), basket));
        control.check()?;
        let known = in_order.partition_point(|&basket| (owners[basket] as usize) < customers.len());
        let of_known = &in_order[..known];
        let rows: Rows<ItemIx> =
            of_known.iter().map(|&basket| baskets.rows().row(basket).iter().copied()).collect();
        let starts = (0..=customers.len())
            .map(|customer| of_known.partition_point(|&basket| (owners[basket] as usize) < customer))
            .collect();
        let (crowd, repurchases) = Crowd::new(customers, rows, starts, n_items, self, control)?;
        let (params, items) = (self.clone().into_inner(), baskets.items().clone());
        let (counts, n_baskets) = (counts(&baskets), baskets.rows().len() as u64);
        Ok(NextBasket::new(params, items, counts, n_baskets, repurchases, Some(crowd)))
    }
}

/// For each item the number of baskets.
fn counts(baskets: &Baskets) -> Vec<u64> {
    let mut counts = vec![0; baskets.items().len()];
    baskets.rows().values().iter().for_each(|item| counts[item.as_usize()] += 1);
    counts
}

impl NextBasket {
    pub(super) fn new(
        params: NextBasketParams,
        items: Vocabulary,
        counts: Vec<u64>,
        n_baskets: u64,
        repurchases: Repurchases,
        crowd: Option<Crowd>,
    ) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let share = |count: u64| params.popularity_weight * (count as f64 / n_baskets.max(1) as f64);
        let share_of_bought = |&count: &u64| if count > 0 { share(count) } else { f64::NEG_INFINITY };
        let popularity = counts.iter().map(share_of_bought).collect();
        let probabilities = repurchases.probabilities(&params);
        let mut order: Vec<ItemIx> =
            (0..items.len()).filter(|&item| counts[item] > 0).map(ItemIx::new).collect();
        order.sort_unstable_by_key(|&item| (std::cmp::Reverse(counts[item.as_usize()]), item));
        let scratch = ScratchPool::default();
        Self {
            params,
            items,
            counts,
            n_baskets,
            repurchases,
            crowd,
            popularity,
            probabilities,
            order,
            scratch,
        }
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the customers are called; empty in a model saved without histories.
    #[must_use]
    pub fn customers(&self) -> Vocabulary {
        let customers = self.crowd.as_ref().map(|crowd| crowd.customers.clone());
        customers.unwrap_or_else(|| Vocabulary::empty(IdKind::Str))
    }

    /// The number of all baskets, those without a customer too.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        self.n_baskets
    }

    /// How probably each item is bought again in a basket after the first one that holds it, over all customers, in the order
    /// of the items: `p` of [`Personal::Repurchase`](crate::next_basket::Personal::Repurchase), above 0 and below 1.
    #[must_use]
    pub fn repurchase_probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The number of baskets with each item, in the order of the items.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}
