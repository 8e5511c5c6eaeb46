//! Histories: what each customer bought, item by item.

use crate::data::{OrderLog, Rows, Vocabulary};
use crate::error::Result;
use crate::index::{CustomerIx, ItemIx};
use crate::money::Quantity;
use crate::time::Time;

/// What a customer has to do with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// The item.
    pub item: ItemIx,
    /// The number of orders in which it was bought.
    pub orders: u32,
    /// What is left of it: bought less returned.
    pub owned: Quantity,
    /// When it was bought last; the beginning of time in a log without times.
    pub last: Time,
}

/// The purchases of each customer, by item: at least one order of each. Orders without a customer are left out.
#[derive(Debug, Clone)]
pub struct Histories {
    /// What the customers are called.
    pub customers: Vocabulary,
    /// What the items are called.
    pub items: Vocabulary,
    /// The purchases of each customer, items strictly rising.
    pub rows: Rows<Purchase>,
    /// The number of orders left out because they have no customer.
    pub anonymous_orders: usize,
}

impl OrderLog {
    /// What each customer bought.
    ///
    /// Sorts the lines of each customer: n log n in the longest history, otherwise linear.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or without items.
    pub fn histories(&self) -> Result<Histories> {
        self.pairs(|purchase| purchase.orders > 0)
    }

    /// Every pair of a customer and an item in the log that is to be kept; one that was returned only has no orders, and the
    /// beginning of time for its last one.
    pub(crate) fn pairs(&self, keep: impl Fn(&Purchase) -> bool) -> Result<Histories> {
        let customers = self.need_customers("histories")?;
        let items = self.need_items("histories")?;
        let orders_of = self.orders_by_customer();
        let mut rows = Rows::default();
        let mut lines: Vec<(ItemIx, u32, bool, Quantity, Time)> = Vec::new();
        for orders in orders_of.iter() {
            lines.clear();
            for &order in orders {
                let time = self.time_of(order).unwrap_or(Time::from_micros(i64::MIN));
                lines.extend(self.lines_of(order).filter_map(|line| {
                    Some((line.item?, order.as_u32(), self.is_bought(&line), line.quantity, time))
                }));
            }
            lines.sort_unstable_by_key(|&(item, order, ..)| (item, order));
            rows.push(lines.chunk_by(|a, b| a.0 == b.0).map(purchase).filter(&keep));
        }
        let anonymous_orders = self.orders().filter(|&order| self.customer_of(order).is_none()).count();
        Ok(Histories { customers: customers.clone(), items: items.clone(), rows, anonymous_orders })
    }

    /// The orders of each customer, in log order.
    pub(crate) fn orders_by_customer(&self) -> Rows<crate::index::OrderIx> {
        let customer: Rows<CustomerIx> = self.orders().map(|order| self.customer_of(order)).collect();
        customer.transpose(self.n_customers(), CustomerIx::as_usize, crate::index::OrderIx::new)
    }
}

/// Bought less returned. Nobody owns trillions of a thing; should a log say so, the bound keeps the sign.
fn owned(quantities: impl Iterator<Item = Quantity>) -> Quantity {
    let left: i128 = quantities.map(|quantity| i128::from(quantity.millionths())).sum();
    let bound = if left < 0 { i64::MIN } else { i64::MAX };
    Quantity::from_millionths(i64::try_from(left).unwrap_or(bound))
}

/// Sums up the lines of one customer and item, sorted by order.
fn purchase(lines: &[(ItemIx, u32, bool, Quantity, Time)]) -> Purchase {
    let bought = || lines.iter().filter(|&&(_, _, is_bought, ..)| is_bought);
    let last = bought().map(|&(.., time)| time).max();
    let orders = lines.chunk_by(|a, b| a.1 == b.1).filter(|order| order.iter().any(|line| line.2)).count();
    Purchase {
        item: lines[0].0,
        orders: u32::try_from(orders).unwrap_or(u32::MAX),
        owned: owned(lines.iter().map(|&(_, _, _, quantity, _)| quantity)),
        last: last.unwrap_or(Time::from_micros(i64::MIN)),
    }
}
