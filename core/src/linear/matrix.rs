//! What a linear model is fitted on: which unit (customer or basket) has which item, and what each customer owns.

use std::cmp::Reverse;

use crate::data::{Interactions, OrderLog, Owned, Rows, Unit, Vocabulary};
use crate::error::{PersistError, Result};
use crate::index::ItemIx;
use crate::persist::{ModelReader, ModelWriter};

/// The matrix of units and items, all entries 1.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
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

impl Matrix {
    /// That of a log. `needed_by` is the model, and the model with unit 'customer', as errors name them.
    pub(super) fn of_log(
        log: &OrderLog,
        unit: Unit,
        max_history: Option<usize>,
        needed_by: [&'static str; 2],
    ) -> Result<Self> {
        let items = log.need_items(needed_by[0])?.clone();
        if unit == Unit::Customer {
            log.need_customers(needed_by[1])?;
            return Ok(Self::of_interactions(&Interactions::from_log(log)?, max_history));
        }
        Ok(Self {
            items,
            rows: log.baskets()?.rows().clone(),
            owned: Owned::of(log)?,
            left_out: LeftOut::default(),
        })
    }

    /// That of a matrix, whose entries all count alike.
    pub(super) fn of_matrix(from: &Interactions, unit: Unit, max_history: Option<usize>) -> Result<Self> {
        unit.check_with_matrix()?;
        Ok(Self::of_interactions(from, max_history))
    }

    /// That of customers and what they have.
    fn of_interactions(from: &Interactions, max_history: Option<usize>) -> Self {
        let (latest, customers_cut) = from.latest(max_history);
        Self {
            items: from.items.clone(),
            rows: latest.map_or_else(|| from.rows.clone(), |(rows, _)| rows),
            owned: Some(Owned::from(from)),
            left_out: LeftOut { customers_cut, anonymous_orders: from.anonymous_orders, items: 0 },
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_popular_items_keep_their_names() {
        let log = OrderLog::from_baskets([vec![10, 20, 30], vec![20, 30], vec![30, 40]]).unwrap();
        let all = Matrix::of_log(&log, Unit::Order, None, ["x", "x"]).unwrap();
        assert_eq!(all.degrees(), [1, 2, 3, 1]);
        let kept = all.most_popular(3);
        // 10 and 40 tie, and the smaller id stays.
        assert_eq!(kept.items.as_ints(), Some(&[10, 20, 30][..]));
        assert_eq!(kept.degrees(), [1, 2, 3]);
        assert_eq!(kept.rows.row(2), [ItemIx::new(2)]);
        assert_eq!(kept.left_out.items, 1);
    }
}
