//! Orders of customers, each customer's in the order of time.

use crate::data::{Attribute, OrderLog, Rows};
use crate::error::Result;
use crate::index::OrderIx;
use crate::money::{Money, Quantity};

/// Orders and their lines, customer by customer; orders without a customer are left out.
#[derive(Debug, Clone)]
pub(super) struct OrderTable {
    /// Where each customer's orders begin, and behind them their number.
    pub(super) offsets: Vec<usize>,
    /// In microseconds, never falling within a customer.
    pub(super) time: Vec<i64>,
    /// Where each order's lines begin, and behind them their number.
    pub(super) lines: Vec<usize>,
    /// Positions among the items of the data; none in a log without items.
    pub(super) item: Option<Vec<u32>>,
    /// Whether each line counts as bought.
    pub(super) bought: Vec<bool>,
    pub(super) quantity: Vec<Quantity>,
    pub(super) amount: Option<Vec<Money>>,
    pub(super) columns: Vec<(String, Attribute)>,
}

impl OrderTable {
    /// Sorts a log by customer and time; `customers` and `items` are where its ids stand in the data.
    ///
    /// Linear where each customer's orders are in the order of time already.
    pub(super) fn new(log: &OrderLog, n_customers: usize, customers: &[u32], items: &[u32]) -> Result<Self> {
        let times = log.need_times("AudienceData")?;
        let known = log.orders().filter_map(|order| Some((order, log.customer_of(order)?)));
        let mut by_customer: Vec<(u32, i64, OrderIx)> = known
            .map(|(order, customer)| {
                (customers[customer.as_usize()], times[order.as_usize()].micros(), order)
            })
            .collect();
        // Orders are numbered by id, so equal times go by id.
        by_customer.sort_unstable();
        let mut first_line = Vec::with_capacity(log.n_orders());
        let mut n_lines = 0;
        for order in log.orders() {
            first_line.push(n_lines);
            n_lines += log.lines_of(order).len();
        }
        let mut offsets = vec![0; n_customers + 1];
        by_customer.iter().for_each(|&(customer, _, _)| offsets[customer as usize + 1] += 1);
        (0..n_customers).for_each(|customer| offsets[customer + 1] += offsets[customer]);
        let mut table = Self {
            offsets,
            time: by_customer.iter().map(|row| row.1).collect(),
            lines: vec![0],
            item: log.items().map(|_| Vec::with_capacity(n_lines)),
            bought: Vec::with_capacity(n_lines),
            quantity: Vec::with_capacity(n_lines),
            amount: log.has_amounts().then(|| Vec::with_capacity(n_lines)),
            columns: Vec::new(),
        };
        let mut positions: Vec<u32> = Vec::with_capacity(n_lines);
        for &(_, _, order) in &by_customer {
            for (place, line) in log.lines_of(order).enumerate() {
                let position = first_line[order.as_usize()] + place;
                positions.push(u32::try_from(position).expect("lines are bounded to u32"));
                table.bought.push(log.is_bought(&line));
                table.quantity.push(line.quantity);
                if let (Some(column), Some(item)) = (&mut table.item, line.item) {
                    column.push(items[item.as_usize()]);
                }
                if let (Some(column), Some(amount)) = (&mut table.amount, line.amount) {
                    column.push(amount);
                }
            }
            table.lines.push(table.bought.len());
        }
        let gather = |(name, column): &(String, Attribute)| (name.clone(), column.gather(&positions));
        table.columns = log.attributes().iter().map(gather).collect();
        Ok(table)
    }

    /// The orders of a customer in a span of time, its end not included.
    pub(super) fn between(&self, customer: usize, (from, to): (i64, i64)) -> std::ops::Range<usize> {
        span(&self.time, self.offsets[customer]..self.offsets[customer + 1], (from, to))
    }
}

/// The part of a range of rising times that lies in a span, its end not included.
pub(super) fn span(
    times: &[i64],
    range: std::ops::Range<usize>,
    (from, to): (i64, i64),
) -> std::ops::Range<usize> {
    let start = range.start + times[range.clone()].partition_point(|&time| time < from);
    let end = start + times[start..range.end].partition_point(|&time| time < to);
    start..end
}

/// Where the ids of a source stand in a vocabulary that has them all.
pub(super) fn places(all: &crate::data::Vocabulary, source: &crate::data::Vocabulary) -> Vec<u32> {
    if source.len() == all.len() {
        return (0..).take(source.len()).collect();
    }
    let (_, _, places) = all.union(source).expect("the ids of the source are among these already");
    places
}

/// Rows by customer as rows by their place in the data.
pub(super) fn moved(rows: &Rows<u32>, places: &[u32], n: usize) -> Rows<u32> {
    let mut of: Vec<&[u32]> = vec![&[]; n];
    for (row, &place) in rows.iter().zip(places) {
        of[place as usize] = row;
    }
    of.into_iter().map(|row| row.iter().copied()).collect()
}
