//! Training on all baskets of a customer but the last.

use crate::data::OrderLog;
use crate::error::Result;
use crate::eval::{Split, SplitOptions};
use crate::index::OrderIx;

/// Keeps the last basket of each customer for the test part; what else the customer ordered (or returned) after it, and at
/// the same time by a greater order id, is left out of both parts.
///
/// The usual protocol of next-basket recommendation. Every customer is split at a time of their own, so a model sees what
/// others bought later than it is asked about: for an estimate without that, see
/// [`temporal_split`](crate::eval::temporal_split). A customer with one basket is trained on only.
///
/// # Errors
/// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without times, customers or items.
pub fn leave_last_basket(log: &OrderLog, options: &SplitOptions) -> Result<Split> {
    let times = log.need_times("leave_last_basket")?;
    log.need_items("leave_last_basket")?;
    log.need_customers("leave_last_basket")?;
    let when = |order: OrderIx| (times[order.as_usize()], order);
    let is_basket = |order: OrderIx| log.lines_of(order).any(|line| log.is_bought(&line));
    let mut fate = vec![Fate::Train; log.n_orders()];
    for orders in log.orders_by_customer().iter() {
        let baskets = || orders.iter().copied().filter(|&order| is_basket(order));
        let Some(last) = baskets().max_by_key(|&order| when(order)) else { continue };
        if baskets().nth(1).is_none() {
            continue;
        }
        for &order in orders.iter().filter(|&&order| when(order) >= when(last)) {
            fate[order.as_usize()] = if order == last { Fate::Test } else { Fate::Out };
        }
    }
    let part = |fate_of: Fate| log.select(|order| fate[order.as_usize()] == fate_of);
    Split::assemble(part(Fate::Train), None, &part(Fate::Test), options)
}

/// To which part an order belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Train,
    Test,
    Out,
}
