//! What each customer bought, order by order in time.

use super::params::TemporalRulesParams;
use crate::data::{OrderLog, Rows};
use crate::error::Result;
use crate::index::ItemIx;

/// The orders of known customers, customer after customer, each one's in time; and who bought what.
#[derive(Debug)]
pub(super) struct Timelines {
    /// Whose each order is.
    pub(super) customer: Vec<u32>,
    /// When each order was placed, in microseconds.
    pub(super) time: Vec<i64>,
    /// The items of each order that enough customers bought, rising.
    pub(super) items: Rows<ItemIx>,
    /// The orders with each of these items, rising.
    pub(super) orders: Rows<usize>,
    /// The last time at which an item counts as bought first.
    pub(super) last_first: i64,
    /// The customers who bought each item, and those who bought it in time to count as first.
    pub(super) buyers: Vec<u32>,
    pub(super) starters: Vec<u32>,
    /// The customers who bought anything.
    pub(super) n_customers: u64,
    pub(super) min_count: u64,
    pub(super) anonymous_orders: usize,
}

/// An order that is no customer's.
const NOBODY: u32 = u32::MAX;

impl Timelines {
    pub(super) fn new(log: &OrderLog, params: &TemporalRulesParams) -> Result<Self> {
        const NEEDED_BY: &str = "TemporalRules";
        let n_items = log.need_items(NEEDED_BY)?.len();
        let n_known = log.need_customers(NEEDED_BY)?.len();
        log.need_times(NEEDED_BY)?;
        let baskets = log.baskets()?;
        let (owners, times) = (baskets.need_owners(NEEDED_BY)?, baskets.need_times(NEEDED_BY)?);

        let mut order: Vec<usize> =
            (0..owners.len()).filter(|&basket| (owners[basket] as usize) < n_known).collect();
        order.sort_unstable_by_key(|&basket| (owners[basket], times[basket], basket));
        let customer: Vec<u32> = order.iter().map(|&basket| owners[basket]).collect();
        let time: Vec<i64> = order.iter().map(|&basket| times[basket].micros()).collect();

        let window = i64::try_from(params.window()?).unwrap_or(i64::MAX);
        let last_first = match log.span().filter(|_| params.wants_full_window()) {
            Some((_, end)) => end.micros().saturating_sub(window),
            None => i64::MAX,
        };
        let (mut buyers, mut starters) = (vec![0_u32; n_items], vec![0_u32; n_items]);
        let (mut bought_by, mut started_by) = (vec![NOBODY; n_items], vec![NOBODY; n_items]);
        for (position, &basket) in order.iter().enumerate() {
            let who = customer[position];
            for item in baskets.rows().row(basket) {
                let item = item.as_usize();
                buyers[item] += u32::from(bought_by[item] != who);
                bought_by[item] = who;
                if time[position] <= last_first {
                    starters[item] += u32::from(started_by[item] != who);
                    started_by[item] = who;
                }
            }
        }
        let n_customers = customer.chunk_by(|a, b| a == b).count() as u64;
        let min_count = params.min_count(n_customers)?;
        let items: Rows<ItemIx> = order
            .iter()
            .map(|&basket| {
                let frequent = |item: &ItemIx| u64::from(buyers[item.as_usize()]) >= min_count;
                baskets.rows().row(basket).iter().copied().filter(frequent).collect::<Vec<_>>()
            })
            .collect();
        let orders = items.transpose(n_items, ItemIx::as_usize, |position| position);
        let anonymous_orders = owners.len() - order.len();
        Ok(Self {
            customer,
            time,
            items,
            orders,
            last_first,
            buyers,
            starters,
            n_customers,
            min_count,
            anonymous_orders,
        })
    }
}
