//! The state of the model: on which days each customer bought which item, and how much.

use crate::data::{IdRef, OrderLog, Rows, Vocabulary};
use crate::error::{Error, IdError, IntakeError, Result};
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::time::Time;

/// An item bought on a day (since 1970), in UTC, with what was bought of it that day: above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Purchase {
    pub(super) item: ItemIx,
    pub(super) day: i32,
    pub(super) quantity: Quantity,
}

/// Purchases of all customers. Its form depends on what was bought alone: the items are those bought by a customer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histories {
    pub(super) customers: Vocabulary,
    pub(super) items: Vocabulary,
    /// Of each customer, by item and then by day; each day once.
    pub(super) rows: Rows<Purchase>,
}

/// The purchases of each item, which follow each other, of one customer.
pub(super) fn by_item(purchases: &[Purchase]) -> impl Iterator<Item = &[Purchase]> {
    purchases.chunk_by(|a, b| a.item == b.item)
}

/// Sorts, and makes one purchase of those of an item on one day.
fn merge_days(purchases: &mut Vec<Purchase>) {
    purchases.sort_unstable();
    purchases.dedup_by(|later, first| {
        let is_same = (later.item, later.day) == (first.item, first.day);
        if is_same {
            let sum = first.quantity.millionths().saturating_add(later.quantity.millionths());
            first.quantity = Quantity::from_millionths(sum);
        }
        is_same
    });
}

impl Histories {
    pub(super) fn of_log(log: &OrderLog) -> Result<Self> {
        let needed_by = "Replenishment";
        let customers = log.need_customers(needed_by)?.clone();
        let items = log.need_items(needed_by)?.clone();
        let times = log.need_times(needed_by)?;
        let mut rows = Rows::default();
        let mut purchases = Vec::new();
        for orders in log.orders_by_customer().iter() {
            for &order in orders {
                let day = Time::utc_day(times[order.as_usize()]);
                let bought = log.lines_of(order).filter(|line| line.quantity > Quantity::ZERO);
                let purchase = |line: crate::data::Line| {
                    Some(Purchase { item: line.item?, day, quantity: line.quantity })
                };
                purchases.extend(bought.filter_map(purchase));
            }
            merge_days(&mut purchases);
            rows.push(purchases.drain(..));
        }
        Ok(Self { customers, items, rows }.in_form())
    }

    /// For each item whether somebody bought it.
    fn used(&self) -> Vec<bool> {
        let mut is_used = vec![false; self.items.len()];
        self.rows.values().iter().for_each(|purchase| is_used[purchase.item.as_usize()] = true);
        is_used
    }

    /// Whether it is what was made of a log: each row by item and day, each day once, and every item bought.
    pub(super) fn is_in_form(&self) -> bool {
        let rises = |row: &[Purchase]| row.is_sorted_by(|a, b| (a.item, a.day) < (b.item, b.day));
        let is_bought = |purchase: &Purchase| purchase.quantity > Quantity::ZERO;
        self.rows.iter().all(rises)
            && self.rows.values().iter().all(is_bought)
            && !self.used().contains(&false)
    }

    /// Only the items that somebody bought.
    fn in_form(mut self) -> Self {
        let is_used = self.used();
        if is_used.contains(&false) {
            self.items = self.items.subset((0..is_used.len()).filter(|&item| is_used[item]));
            let mut next = 0;
            let mut number = |&used: &bool| {
                next += u32::from(used);
                next - u32::from(used)
            };
            let new: Vec<u32> = is_used.iter().map(&mut number).collect();
            self.rows = self.renumbered(&new);
        }
        self
    }

    fn renumbered(&self, new: &[u32]) -> Rows<Purchase> {
        let renumber = |&purchase: &Purchase| Purchase {
            item: ItemIx::from_u32(new[purchase.item.as_usize()]),
            ..purchase
        };
        let values = self.rows.values().iter().map(renumber).collect();
        Rows::from_parts(self.rows.offsets().to_vec(), values).expect("the same rows with other numbers")
    }

    /// Both together; the orders of the second are other orders than those of the first.
    pub(super) fn merged(&self, new: &Self) -> Result<Self> {
        let refuse = |why: &str| -> Error { IntakeError::Append { why: why.to_owned() }.into() };
        let (items, old_items, new_items) = self
            .items
            .union(&new.items)
            .ok_or_else(|| refuse("item ids are strings in one and integers in the other"))?;
        let (customers, old_customers, new_customers) = self
            .customers
            .union(&new.customers)
            .ok_or_else(|| refuse("customer ids are strings in one and integers in the other"))?;
        let parts =
            [(self.renumbered(&old_items), old_customers), (new.renumbered(&new_items), new_customers)];
        let mut sources = vec![[None; 2]; customers.len()];
        for (part, (_, positions)) in parts.iter().enumerate() {
            for (old, &at) in positions.iter().enumerate() {
                sources[at as usize][part] = Some(old);
            }
        }
        let mut rows = Rows::default();
        let mut purchases = Vec::new();
        for source in sources {
            for ((part, _), row) in parts.iter().zip(source) {
                purchases.extend(row.into_iter().flat_map(|row| part.row(row)));
            }
            merge_days(&mut purchases);
            rows.push(purchases.drain(..));
        }
        Ok(Self { customers, items, rows }.in_form())
    }

    /// All but what a customer bought.
    pub(super) fn without(&self, customer: IdRef<'_>) -> Result<Self, IdError> {
        let gone = self.customers.find("customer", customer)?;
        let stays = (0..self.customers.len()).filter(|&at| at != gone);
        let left = Self {
            customers: self.customers.subset(stays.clone()),
            items: self.items.clone(),
            rows: stays.map(|at| self.rows.row(at).iter().copied()).collect(),
        };
        Ok(left.in_form())
    }

    /// For each item, customer after customer, where the purchases of it are among all.
    pub(super) fn pairs_by_item(&self) -> Rows<(usize, usize)> {
        let mut offsets = vec![0; self.items.len() + 1];
        let pairs = || self.rows.iter().flat_map(by_item);
        pairs().for_each(|pair| offsets[pair[0].item.as_usize() + 1] += 1);
        for item in 0..self.items.len() {
            offsets[item + 1] += offsets[item];
        }
        let mut next = offsets.clone();
        let mut ranges = vec![(0, 0); offsets[self.items.len()]];
        let mut start = 0;
        for pair in pairs() {
            let slot = &mut next[pair[0].item.as_usize()];
            ranges[*slot] = (start, start + pair.len());
            *slot += 1;
            start += pair.len();
        }
        Rows::from_parts(offsets, ranges).expect("the offsets count the pairs")
    }

    /// The last day on which anything was bought; `None` where nothing was.
    pub(super) fn last_day(&self) -> Option<i32> {
        self.rows.values().iter().map(|purchase| purchase.day).max()
    }
}
