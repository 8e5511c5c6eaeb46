//! What a linear model is fitted on: which unit (customer or basket) has which item, and what each customer owns.

use std::cmp::Reverse;

use crate::data::{Histories, OrderLog, Purchase, Rows, Unit, Vocabulary};
use crate::error::{PersistError, Result};
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::persist::{ModelReader, ModelWriter, RowOrder};

/// The matrix of units and items, all entries 1.
#[derive(Debug, Clone)]
pub(super) struct Interactions {
    pub(super) items: Vocabulary,
    /// The items of each unit, strictly rising.
    pub(super) rows: Rows<ItemIx>,
    /// Absent where nobody is known by name.
    pub(super) owned: Option<Owned>,
    pub(super) left_out: LeftOut,
}

/// What does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LeftOut {
    /// Customers of whom only the latest items count.
    pub(super) customers_cut: usize,
    /// Orders that have no customer.
    pub(super) anonymous_orders: usize,
    /// Items that are not among the most popular.
    pub(super) items: usize,
}

/// What each customer has and did not return.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Owned {
    pub(super) customers: Vocabulary,
    /// Items strictly rising.
    pub(super) rows: Rows<ItemIx>,
}

impl Interactions {
    /// Those of a log. `needed_by` is the model, and the model with unit 'customer', as errors name them.
    pub(super) fn of_log(
        log: &OrderLog,
        unit: Unit,
        max_history: Option<usize>,
        needed_by: [&'static str; 2],
    ) -> Result<Self> {
        let items = log.need_items(needed_by[0])?.clone();
        if unit == Unit::Customer {
            log.need_customers(needed_by[1])?;
        }
        let histories = log.customers().map(|_| log.histories()).transpose()?;
        let mut left_out = LeftOut::default();
        let rows = match (unit, &histories) {
            (Unit::Customer, Some(histories)) => {
                left_out.anonymous_orders = histories.anonymous_orders;
                latest(histories, max_history, &mut left_out.customers_cut)
            }
            _ => log.baskets()?.rows().clone(),
        };
        Ok(Self { items, rows, owned: histories.map(Owned::from), left_out })
    }

    /// The number of units of each item.
    pub(super) fn degrees(&self) -> Vec<u32> {
        let mut degrees = vec![0; self.items.len()];
        self.rows.values().iter().for_each(|item| degrees[item.as_usize()] += 1);
        degrees
    }

    /// Those of the `n` items of the most units only, ties to the smaller id; the others are unknown from here on.
    pub(super) fn most_popular(self, n: usize) -> Self {
        let degrees = self.degrees();
        let mut kept: Vec<usize> = (0..self.items.len()).collect();
        kept.sort_unstable_by_key(|&item| (Reverse(degrees[item]), item));
        kept.truncate(n);
        kept.sort_unstable();
        let mut renumbered = vec![None; self.items.len()];
        for (new, &old) in kept.iter().enumerate() {
            renumbered[old] = Some(ItemIx::new(new));
        }
        let narrowed = |rows: &Rows<ItemIx>| -> Rows<ItemIx> {
            rows.iter().map(|row| row.iter().filter_map(|item| renumbered[item.as_usize()])).collect()
        };
        let owned = self.owned.map(|owned| Owned { rows: narrowed(&owned.rows), ..owned });
        let left_out = LeftOut { items: self.items.len() - kept.len(), ..self.left_out };
        let rows = narrowed(&self.rows);
        Self { items: self.items.subset(kept.into_iter()), rows, owned, left_out }
    }
}

/// The items of each customer, the latest `max_history` of them; counts customers who had more.
fn latest(histories: &Histories, max_history: Option<usize>, cut: &mut usize) -> Rows<ItemIx> {
    let limit = max_history.unwrap_or(usize::MAX);
    let mut kept: Vec<Purchase> = Vec::new();
    let mut rows = Rows::default();
    for purchases in histories.rows.iter() {
        kept.clear();
        kept.extend(purchases);
        if kept.len() > limit {
            *cut += 1;
            kept.sort_unstable_by_key(|purchase| (Reverse(purchase.last), purchase.item));
            kept.truncate(limit);
            kept.sort_unstable_by_key(|purchase| purchase.item);
        }
        rows.push(kept.iter().map(|purchase| purchase.item));
    }
    rows
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

/// Section `left_out`: customers cut, anonymous orders, items.
impl LeftOut {
    pub(super) fn write(self, writer: &mut ModelWriter) -> Result<(), PersistError> {
        let counts = [self.customers_cut, self.anonymous_orders, self.items];
        writer.u64s("left_out", counts.map(|count| count as u64))
    }

    pub(super) fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let counts = reader.u64s("left_out", 3)?;
        let count = |at: usize| usize::try_from(counts[at]).unwrap_or(usize::MAX);
        Ok(Self { customers_cut: count(0), anonymous_orders: count(1), items: count(2) })
    }
}

/// Sections `customers` (vocabulary) and `owned` (rows of items); both or none.
impl Owned {
    pub(super) fn write(&self, writer: &mut ModelWriter) -> Result<(), PersistError> {
        writer.vocabulary("customers", &self.customers)?;
        writer.rows("owned", &self.rows, ItemIx::as_u32)
    }

    pub(super) fn read(reader: &ModelReader<'_>, n_items: usize) -> Result<Option<Self>, PersistError> {
        if !reader.has("owned") {
            return Ok(None);
        }
        let customers = reader.vocabulary("customers")?;
        let rows = reader.rows("owned", customers.len(), n_items, RowOrder::Rising, ItemIx::from_u32)?;
        Ok(Some(Self { customers, rows }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_popular_items_keep_their_names() {
        let log = OrderLog::from_baskets([vec![10, 20, 30], vec![20, 30], vec![30, 40]]).unwrap();
        let all = Interactions::of_log(&log, Unit::Order, None, ["x", "x"]).unwrap();
        assert_eq!(all.degrees(), [1, 2, 3, 1]);
        let kept = all.most_popular(3);
        // 10 and 40 tie, and the smaller id stays.
        assert_eq!(kept.items.as_ints(), Some(&[10, 20, 30][..]));
        assert_eq!(kept.degrees(), [1, 2, 3]);
        assert_eq!(kept.rows.row(2), [ItemIx::new(2)]);
        assert_eq!(kept.left_out.items, 1);
    }
}
