//! Orders of customers, each customer's in the order of time.

use crate::audience::by_customer::{by_block, joined, offsets, parted};
use crate::audience::events::gathered;
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

/// The orders of a block of customers.
#[derive(Default)]
struct Block {
    /// How many orders each customer has, and how many lines each order.
    n_orders: Vec<u32>,
    n_lines: Vec<u32>,
    time: Vec<i64>,
    item: Vec<u32>,
    bought: Vec<bool>,
    quantity: Vec<Quantity>,
    amount: Vec<Money>,
    /// Where each line stands in the log.
    line: Vec<u32>,
}

impl OrderTable {
    /// Sorts a log by customer and time; `customers` and `items` are where its ids stand in the data.
    ///
    /// Linear where each customer's orders are in the order of time already.
    pub(super) fn new(log: &OrderLog, n_customers: usize, customers: &[u32], items: &[u32]) -> Result<Self> {
        let times = log.need_times("AudienceData")?;
        let mut first_line: Vec<u32> = Vec::with_capacity(log.n_orders());
        let mut rows: Vec<(u32, u32)> = Vec::with_capacity(log.n_orders());
        let mut n_lines = 0;
        for order in log.orders() {
            first_line.push(u32::try_from(n_lines).expect("lines are bounded to u32"));
            n_lines += log.lines_of(order).len();
            if let Some(customer) = log.customer_of(order) {
                rows.push((customers[customer.as_usize()], order.as_u32()));
            }
        }
        let blocks = by_block(&rows, n_customers, |of, pairs| {
            let mut block = Block { n_orders: vec![0; of.len()], ..Block::default() };
            let mut own: Vec<(i64, OrderIx)> = Vec::new();
            for orders in pairs.chunk_by(|&a, &b| parted(a).0 == parted(b).0) {
                own.clear();
                own.extend(orders.iter().map(|&pair| {
                    let order = OrderIx::from_u32(parted(pair).1);
                    (times[order.as_usize()].micros(), order)
                }));
                // Orders are numbered by id, so equal times go by id.
                own.sort_unstable();
                let at = parted(orders[0]).0 - of.start;
                block.n_orders[at] = u32::try_from(own.len()).expect("orders are bounded to u32");
                for &(time, order) in &own {
                    block.take(log, (time, order), first_line[order.as_usize()], items);
                }
            }
            block
        });
        let lines: Vec<u32> = joined(&blocks, |block| &block.line);
        let column = |(name, column): &(String, Attribute)| (name.clone(), gathered(column, &lines));
        Ok(Self {
            offsets: offsets(&blocks, |block| &block.n_orders),
            time: joined(&blocks, |block| &block.time),
            lines: offsets(&blocks, |block| &block.n_lines),
            item: log.items().map(|_| joined(&blocks, |block| &block.item)),
            bought: joined(&blocks, |block| &block.bought),
            quantity: joined(&blocks, |block| &block.quantity),
            amount: log.has_amounts().then(|| joined(&blocks, |block| &block.amount)),
            columns: log.attributes().iter().map(column).collect(),
        })
    }

    /// The orders of a customer in a span of time, its end not included.
    pub(super) fn between(&self, customer: usize, (from, to): (i64, i64)) -> std::ops::Range<usize> {
        span(&self.time, self.offsets[customer]..self.offsets[customer + 1], (from, to))
    }
}

impl Block {
    /// Takes an order with its lines, whose first has a position in the log.
    fn take(&mut self, log: &OrderLog, (time, order): (i64, OrderIx), first_line: u32, items: &[u32]) {
        self.time.push(time);
        let before = self.line.len();
        for (line, position) in log.lines_of(order).zip(first_line..) {
            self.line.push(position);
            self.bought.push(log.is_bought(&line));
            self.quantity.push(line.quantity);
            self.item.extend(line.item.map(|item| items[item.as_usize()]));
            self.amount.extend(line.amount);
        }
        self.n_lines.push(u32::try_from(self.line.len() - before).expect("lines are bounded to u32"));
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
