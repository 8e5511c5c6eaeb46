//! Flat lines on their way to a log: grouped into orders, orders sorted, lines of an order sorted by item.

use std::sync::Arc;

use crate::data::attribute::NONE;
use crate::data::{Attribute, Rows, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::{ItemIx, OrderIx};
use crate::money::{Money, Quantity};
use crate::time::Time;

/// Columns of lines in any order; ids are positions in sorted vocabularies.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    /// `NONE` where the line has no customer.
    pub(super) customer: Vec<u32>,
    pub(super) order: Vec<u32>,
    pub(super) item: Option<Vec<u32>>,
    pub(super) time: Option<Vec<Time>>,
    pub(super) quantity: Vec<Quantity>,
    pub(super) amount: Option<Vec<Money>>,
    pub(super) attributes: Vec<(String, Attribute)>,
}

/// Columns of a log: see [`OrderLog`](crate::data::OrderLog) for what they mean.
#[derive(Debug, Clone)]
pub(super) struct Grouped {
    /// The position of each order's id.
    pub(super) order_id: Vec<u32>,
    pub(super) order_customer: Vec<u32>,
    pub(super) order_time: Option<Vec<Time>>,
    pub(super) orders: Orders,
    /// `None` where it is one on every line.
    pub(super) quantity: Option<Vec<Quantity>>,
    pub(super) amount: Option<Vec<Money>>,
    pub(super) attributes: Vec<(String, Attribute)>,
    /// The number of order ids that more than one customer uses.
    pub(super) shared_order_ids: u64,
    /// The number of order ids of which some lines have a customer and others have none.
    pub(super) partly_anonymous: u64,
}

/// Where each order's lines are, with their items where the log has them.
#[derive(Debug, Clone)]
pub(super) enum Orders {
    /// The items of each order's lines. Shared with the baskets that are these very rows.
    Items {
        rows: Arc<Rows<ItemIx>>,
        /// Whether the items of every order rise strictly and no order is empty.
        are_sets: bool,
    },
    /// Where each order's lines begin, and behind them the number of lines.
    Bounds(Vec<usize>),
}

impl Orders {
    fn new(offsets: Vec<usize>, items: Option<Vec<ItemIx>>) -> Self {
        let Some(items) = items else { return Self::Bounds(offsets) };
        let rows = Rows::from_parts(offsets, items).expect("orders are bounded by their lines");
        let are_sets = rows.iter().all(|row| !row.is_empty() && row.is_sorted_by(|a, b| a < b));
        Self::Items { rows: Arc::new(rows), are_sets }
    }

    /// Where each order's lines begin, and behind them the number of lines.
    pub(super) fn offsets(&self) -> &[usize] {
        match self {
            Self::Items { rows, .. } => rows.offsets(),
            Self::Bounds(offsets) => offsets,
        }
    }

    /// The item of each line.
    pub(super) fn items(&self) -> Option<&[ItemIx]> {
        match self {
            Self::Items { rows, .. } => Some(rows.values()),
            Self::Bounds(_) => None,
        }
    }

    pub(super) fn n_lines(&self) -> usize {
        self.offsets().last().copied().unwrap_or_default()
    }
}

impl Lines {
    pub(super) fn len(&self) -> usize {
        self.customer.len()
    }

    /// The lines in the order of the positions given.
    pub(super) fn gather(&self, lines: &[u32]) -> Self {
        fn pick<T: Copy>(column: &[T], lines: &[u32]) -> Vec<T> {
            lines.iter().map(|&line| column[line as usize]).collect()
        }
        Self {
            customer: pick(&self.customer, lines),
            order: pick(&self.order, lines),
            item: self.item.as_ref().map(|column| pick(column, lines)),
            time: self.time.as_ref().map(|column| pick(column, lines)),
            quantity: pick(&self.quantity, lines),
            amount: self.amount.as_ref().map(|column| pick(column, lines)),
            attributes: self.attributes.iter().map(|(name, a)| (name.clone(), a.gather(lines))).collect(),
        }
    }

    /// Puts the lines of `other`, which has the same columns, behind these.
    ///
    /// # Errors
    /// [`IntakeError::Append`] when a kept column holds words in one and numbers in the other.
    pub(super) fn extend(&mut self, other: Self) -> Result<()> {
        fn join<T>(a: &mut Option<Vec<T>>, b: Option<Vec<T>>) {
            if let (Some(a), Some(b)) = (a, b) {
                a.extend(b);
            }
        }
        for ((name, a), (_, b)) in self.attributes.iter_mut().zip(&other.attributes) {
            *a = a.concat(b).ok_or_else(|| IntakeError::Append {
                why: format!("column {name} holds words in one log and numbers in the other"),
            })?;
        }
        self.customer.extend(other.customer);
        self.order.extend(other.order);
        join(&mut self.item, other.item);
        join(&mut self.time, other.time);
        self.quantity.extend(other.quantity);
        join(&mut self.amount, other.amount);
        Ok(())
    }

    /// Groups the lines by order and customer. An order's time is its earliest line's.
    ///
    /// Linear in the lines where they come sorted by order, as logs do; otherwise one counting sort by order.
    pub(super) fn group(self, n_order_ids: usize) -> Grouped {
        let sequence = self.sequence(n_order_ids);
        let sorted = if sequence.is_sorted_by(|a, b| a < b) { self } else { self.gather(&sequence) };
        let Lines { customer, order, item, time, quantity, amount, attributes } = sorted;
        let mut offsets = Vec::new();
        let mut grouped = Grouped {
            order_id: Vec::new(),
            order_customer: Vec::new(),
            order_time: time.is_some().then(Vec::new),
            orders: Orders::Bounds(Vec::new()),
            quantity: quantity.iter().any(|&quantity| quantity != Quantity::ONE).then_some(quantity),
            amount,
            attributes,
            shared_order_ids: 0,
            partly_anonymous: 0,
        };
        let mut last_shared = None;
        for line in 0..order.len() {
            let begins = line == 0 || (order[line], customer[line]) != (order[line - 1], customer[line - 1]);
            if begins {
                // Lines without a customer come last in their order.
                if grouped.order_id.last() == Some(&order[line]) {
                    if customer[line] == NONE {
                        grouped.partly_anonymous += 1;
                    } else if last_shared != Some(order[line]) {
                        grouped.shared_order_ids += 1;
                        last_shared = Some(order[line]);
                    }
                }
                grouped.order_id.push(order[line]);
                grouped.order_customer.push(customer[line]);
                offsets.push(line);
            }
            if let (Some(times), Some(order_time)) = (&time, &mut grouped.order_time) {
                match order_time.last_mut() {
                    Some(earliest) if !begins => *earliest = times[line].min(*earliest),
                    _ => order_time.push(times[line]),
                }
            }
        }
        offsets.push(order.len());
        let items = item.map(|column| column.into_iter().map(ItemIx::from_u32).collect());
        grouped.orders = Orders::new(offsets, items);
        grouped
    }

    /// The order in which the lines are stored: by order id, customer, item, then as they came.
    fn sequence(&self, n_order_ids: usize) -> Vec<u32> {
        let n = u32::try_from(self.len()).expect("the builder refuses more lines than u32 can number");
        let mut sequence: Vec<u32> = (0..n).collect();
        if !self.order.is_sorted() {
            sequence = counting_sort(self.len(), n_order_ids, |line| self.order[line] as usize);
        }
        let key = |&line: &u32| {
            let item = self.item.as_ref().map_or(0, |items| items[line as usize]);
            (self.customer[line as usize], item)
        };
        for lines in sequence.chunk_by_mut(|&a, &b| self.order[a as usize] == self.order[b as usize]) {
            if !lines.is_sorted_by_key(key) {
                lines.sort_by_key(key);
            }
        }
        sequence
    }
}

impl Grouped {
    /// Orders of nobody known that hold one of each item, the items of each rising; `are_sets` where strictly and none is
    /// empty.
    pub(super) fn of_baskets(order_id: Vec<u32>, rows: Rows<ItemIx>, are_sets: bool) -> Self {
        Self {
            order_customer: vec![NONE; order_id.len()],
            order_id,
            order_time: None,
            orders: Orders::Items { rows: Arc::new(rows), are_sets },
            quantity: None,
            amount: None,
            attributes: Vec::new(),
            shared_order_ids: 0,
            partly_anonymous: 0,
        }
    }

    /// The lines of the orders that pass, flat again.
    pub(super) fn lines_of(&self, keep: impl Fn(OrderIx) -> bool) -> Lines {
        let offsets = self.orders.offsets();
        let mut lines = Vec::new();
        let mut order = Vec::new();
        let mut customer = Vec::new();
        let mut time = self.order_time.is_some().then(Vec::new);
        for position in (0..self.order_id.len()).filter(|&position| keep(OrderIx::new(position))) {
            let range = offsets[position]..offsets[position + 1];
            order.extend(range.clone().map(|_| self.order_id[position]));
            customer.extend(range.clone().map(|_| self.order_customer[position]));
            if let (Some(time), Some(order_time)) = (&mut time, &self.order_time) {
                time.extend(range.clone().map(|_| order_time[position]));
            }
            lines.extend(range.map(|line| {
                u32::try_from(line).expect("the builder refuses more lines than u32 can number")
            }));
        }
        let all = lines.len() == self.orders.n_lines();
        let attributes = self.attributes.iter();
        Lines {
            item: (self.orders.items())
                .map(|c| lines.iter().map(|&line| c[line as usize].as_u32()).collect()),
            quantity: match &self.quantity {
                Some(quantity) => lines.iter().map(|&line| quantity[line as usize]).collect(),
                None => vec![Quantity::ONE; lines.len()],
            },
            amount: self.amount.as_ref().map(|c| lines.iter().map(|&line| c[line as usize]).collect()),
            attributes: attributes
                .map(|(name, a)| (name.clone(), if all { a.clone() } else { a.gather(&lines) }))
                .collect(),
            customer,
            order,
            time,
        }
    }
}

/// The positions of so many lines in rising order of their keys, all below `n`, and stable.
pub(super) fn counting_sort(n_lines: usize, n: usize, key: impl Fn(usize) -> usize) -> Vec<u32> {
    let mut next = vec![0_u32; n + 1];
    for line in 0..n_lines {
        next[key(line) + 1] += 1;
    }
    for key in 0..n {
        next[key + 1] += next[key];
    }
    let mut sorted = vec![0; n_lines];
    for (line, position) in (0..n_lines).zip(0_u32..) {
        let slot = &mut next[key(line)];
        sorted[*slot as usize] = position;
        *slot += 1;
    }
    sorted
}

/// Numbers the orders of a log without order ids anew, from 0 without gaps.
pub(super) fn number_orders(lines: &mut Lines) {
    let mut previous = None;
    let mut next = 0;
    for order in &mut lines.order {
        if previous.is_some_and(|previous| previous != *order) {
            next += 1;
        }
        previous = Some(*order);
        *order = next;
    }
}

/// Renumbers codes; missing ones stay missing.
pub(super) fn renumber(codes: &mut [u32], new: &[u32]) {
    for code in codes.iter_mut().filter(|code| **code != NONE) {
        *code = new[*code as usize];
    }
}

/// Joins the ids of one role and renumbers the codes of both logs.
pub(super) fn join_ids(
    role: &str,
    a: &Vocabulary,
    b: &Vocabulary,
    a_codes: &mut [u32],
    b_codes: &mut [u32],
) -> Result<Vocabulary> {
    let Some((ids, a_new, b_new)) = a.union(b) else {
        let why = format!("{role} ids are {} and {}, or too many together", a.kind(), b.kind());
        return Err(IntakeError::Append { why }.into());
    };
    renumber(a_codes, &a_new);
    renumber(b_codes, &b_new);
    Ok(ids)
}

/// Leaves out the ids that no code names.
pub(super) fn shrink(ids: &Vocabulary, codes: &mut Vec<u32>) -> Vocabulary {
    let (ids, used) = super::attribute::used_only(ids, std::mem::take(codes));
    *codes = used;
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(order: &[u32], customer: &[u32], item: &[u32]) -> Lines {
        Lines {
            customer: customer.to_vec(),
            order: order.to_vec(),
            item: Some(item.to_vec()),
            time: Some((0..).take(order.len()).map(|i| Time::from_micros(100 - i)).collect()),
            quantity: vec![Quantity::ONE; order.len()],
            ..Lines::default()
        }
    }

    #[test]
    fn lines_of_an_order_come_together_sorted_by_item() {
        let grouped = lines(&[1, 0, 1, 0], &[5, 6, 5, 6], &[9, 3, 2, 1]).group(2);
        assert_eq!(grouped.order_id, [0, 1]);
        assert_eq!(grouped.order_customer, [6, 5]);
        assert_eq!(grouped.orders.offsets(), [0, 2, 4]);
        let items: Vec<u32> = grouped.orders.items().unwrap().iter().map(|item| item.as_u32()).collect();
        assert_eq!(items, [1, 3, 2, 9]);
    }

    #[test]
    fn the_earliest_line_dates_the_order() {
        let grouped = lines(&[0, 0], &[1, 1], &[0, 1]).group(1);
        assert_eq!(grouped.order_time, Some(vec![Time::from_micros(99)]));
    }

    #[test]
    fn an_order_id_of_two_customers_is_two_orders() {
        let grouped = lines(&[0, 0, 0, 1], &[2, 1, 2, NONE], &[0, 0, 1, 1]).group(2);
        assert_eq!(grouped.order_id, [0, 0, 1]);
        assert_eq!(grouped.order_customer, [1, 2, NONE]);
        assert_eq!((grouped.shared_order_ids, grouped.partly_anonymous), (1, 0));
    }

    #[test]
    fn lines_without_a_customer_are_told_from_shared_ids() {
        let grouped = lines(&[0, 0, 1], &[NONE, 1, 1], &[0, 1, 1]).group(2);
        assert_eq!(grouped.order_customer, [1, NONE, 1]);
        assert_eq!((grouped.shared_order_ids, grouped.partly_anonymous), (0, 1));
    }

    #[test]
    fn flattening_some_orders_and_grouping_again_keeps_them_as_they_are() {
        let grouped = lines(&[1, 0, 1, 2], &[5, 6, 5, 6], &[9, 3, 2, 1]).group(3);
        let again = grouped.lines_of(|order| order.as_u32() != 1).group(3);
        assert_eq!(again.order_id, [0, 2]);
        assert_eq!(again.orders.offsets(), [0, 1, 2]);
        assert_eq!(again.order_time, Some(vec![Time::from_micros(99), Time::from_micros(97)]));
    }
}
