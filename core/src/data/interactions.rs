//! Who has what: the matrix of customers and items that models of items are fitted on.

use std::cmp::Reverse;

use crate::data::{Histories, IdKind, OrderLog, Rows, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};
use crate::money::Quantity;
use crate::time::Time;

/// The items of each customer, with what is known of each pair.
///
/// Made from an [`OrderLog`], or from a sparse matrix of shape (`n_customers`, `n_items`) whose customers and items are called
/// by their positions. Pairs of which nothing was
/// bought are not in it.
///
/// ```
/// use kosar::data::Interactions;
///
/// // Two customers, three items: rows begin at 0 and 2 and end at 3.
/// let matrix = Interactions::from_csr((2, 3), &[0, 2, 3], &[0, 2, 2], None)?;
/// assert_eq!((matrix.n_customers(), matrix.n_items(), matrix.n_pairs()), (2, 3, 3));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Interactions {
    pub(crate) customers: Vocabulary,
    pub(crate) items: Vocabulary,
    /// The items of each customer, strictly rising.
    pub(crate) rows: Rows<ItemIx>,
    /// What is known of each pair, one value an entry of `rows`; `None` where the input does not say.
    pub(crate) facts: Facts,
    pub(crate) anonymous_orders: usize,
}

/// Rows of items, and where each of their entries stands among all.
pub(crate) type Latest = (Rows<ItemIx>, Vec<usize>);

/// What is known of each pair of a customer and an item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    /// In how many orders it was bought.
    pub(crate) orders: Option<Vec<u32>>,
    /// What is left of it: bought less returned; of a matrix its value.
    pub(crate) quantities: Option<Vec<Quantity>>,
    /// When it was bought last.
    pub(crate) times: Option<Vec<Time>>,
}

impl Facts {
    /// The facts of some entries, in the order given.
    pub(crate) fn pick(&self, entries: &[usize]) -> Self {
        fn pick<T: Copy>(values: Option<&Vec<T>>, entries: &[usize]) -> Option<Vec<T>> {
            values.map(|values| entries.iter().map(|&entry| values[entry]).collect())
        }
        Self {
            orders: pick(self.orders.as_ref(), entries),
            quantities: pick(self.quantities.as_ref(), entries),
            times: pick(self.times.as_ref(), entries),
        }
    }
}

impl Interactions {
    /// What the customers of a log bought. Orders without a customer are left out and counted.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or without items.
    pub fn from_log(log: &OrderLog) -> Result<Self> {
        Ok(Self::from_histories(log.histories()?, log.span().is_some()))
    }

    pub(crate) fn from_histories(histories: Histories, has_times: bool) -> Self {
        let Histories { customers, items, rows, anonymous_orders } = histories;
        let column = rows.values();
        let facts = Facts {
            orders: Some(column.iter().map(|purchase| purchase.orders).collect()),
            quantities: Some(column.iter().map(|purchase| purchase.owned).collect()),
            times: has_times.then(|| column.iter().map(|purchase| purchase.last).collect()),
        };
        let items_of = column.iter().map(|purchase| purchase.item).collect();
        let rows =
            Rows::from_parts(rows.offsets().to_vec(), items_of).expect("offsets of rows are those of rows");
        Self { customers, items, rows, facts, anonymous_orders }
    }

    /// A matrix compressed by row: `indices[indptr[c]..indptr[c + 1]]` are the items of customer `c`, in any order. Customers
    /// and items are called by their positions.
    ///
    /// `values` are the strengths of the pairs, as many as `indices`: a pair named twice has the sum, a pair of value 0 is
    /// none. Without them each pair is worth 1. Linear, and n log n in the longest row that is not sorted.
    ///
    /// # Errors
    /// [`IntakeError::Matrix`] for offsets that do not fit, an item beyond the shape, or a value that is negative or not a
    /// number; [`IntakeError::TooMany`] beyond `u32` customers, items or pairs.
    pub fn from_csr(
        (n_customers, n_items): (usize, usize),
        indptr: &[usize],
        indices: &[u32],
        values: Option<&[f64]>,
    ) -> Result<Self> {
        for (what, n) in [("customers", n_customers), ("items", n_items), ("pairs", indices.len())] {
            if n >= MAX_INDICES {
                return Err(IntakeError::TooMany { what, max: MAX_INDICES as u64 }.into());
            }
        }
        let refuse = |row: usize, why: &'static str| Err(IntakeError::Matrix { row, why }.into());
        if indptr.len() != n_customers + 1
            || indptr.first() != Some(&0)
            || indptr.last() != Some(&indices.len())
        {
            return refuse(
                n_customers,
                "indptr must begin with 0, have one entry a row and one more, and end with their number",
            );
        }
        if values.is_some_and(|values| values.len() != indices.len()) {
            return refuse(0, "there must be as many values as indices");
        }
        let mut rows = Rows::default();
        let mut quantities = values.map(|_| Vec::with_capacity(indices.len()));
        let mut row: Vec<(u32, i64)> = Vec::new();
        for (customer, ends) in indptr.windows(2).enumerate() {
            if ends[0] > ends[1] || ends[1] > indices.len() {
                return refuse(customer, "indptr must not fall");
            }
            row.clear();
            for at in ends[0]..ends[1] {
                if indices[at] as usize >= n_items {
                    return refuse(customer, "an index is beyond the number of columns");
                }
                let value = values.map_or(Some(Quantity::ONE), |values| Quantity::from_f64(values[at]));
                match value {
                    Some(value) if value >= Quantity::ZERO => row.push((indices[at], value.millionths())),
                    _ => return refuse(customer, "a value is negative, not a number, or too large"),
                }
            }
            if !row.is_sorted_by(|a, b| a.0 < b.0) {
                row.sort_unstable();
                row.dedup_by(|next, kept| {
                    let same = next.0 == kept.0;
                    if same {
                        kept.1 = kept.1.saturating_add(next.1);
                    }
                    same
                });
            }
            row.retain(|&(_, value)| value > 0);
            rows.push(row.iter().map(|&(item, _)| ItemIx::from_u32(item)));
            if let Some(quantities) = &mut quantities {
                quantities.extend(row.iter().map(|&(_, value)| Quantity::from_millionths(value)));
            }
        }
        Ok(Self {
            customers: Vocabulary::from_sorted_ints(numbers(n_customers)).expect("numbers rise"),
            items: Vocabulary::from_sorted_ints(numbers(n_items)).expect("numbers rise"),
            rows,
            facts: Facts { quantities, ..Facts::default() },
            anonymous_orders: 0,
        })
    }

    /// What the customers are called.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The items of each customer, strictly rising.
    #[must_use]
    pub fn rows(&self) -> &Rows<ItemIx> {
        &self.rows
    }

    /// The strength of each pair, in the order of `rows`: what is left of the quantities bought, a matrix's values, sums of
    /// weights of events; 1 each where the input says nothing.
    #[must_use]
    pub fn strengths(&self) -> Vec<f64> {
        match &self.facts.quantities {
            Some(quantities) => quantities.iter().map(|quantity| quantity.to_f64()).collect(),
            None => vec![1.0; self.n_pairs()],
        }
    }

    /// The number of customers.
    #[must_use]
    pub fn n_customers(&self) -> usize {
        self.customers.len()
    }

    /// The number of items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// The number of pairs of a customer and an item.
    #[must_use]
    pub fn n_pairs(&self) -> usize {
        self.rows.values().len()
    }

    /// The items that each customer bought, the latest `max_history` of them (of a matrix all, as it has no times), with the
    /// positions of their entries; `None` where those are all. And how many customers have more.
    pub(crate) fn latest(&self, max_history: Option<usize>) -> (Option<Latest>, usize) {
        // Nothing tells which entries of a matrix are the latest.
        let is_matrix = self.facts.orders.is_none() && self.facts.times.is_none();
        let limit = max_history.filter(|_| !is_matrix).unwrap_or(usize::MAX);
        let orders = self.facts.orders.as_deref();
        let is_bought = |entry: &usize| orders.is_none_or(|orders| orders[*entry] > 0);
        if (0..self.n_pairs()).all(|entry| is_bought(&entry))
            && self.rows.iter().all(|row| row.len() <= limit)
        {
            return (None, 0);
        }
        let (mut rows, mut entries, mut kept, mut cut) = (Rows::default(), Vec::new(), Vec::new(), 0);
        for ends in self.rows.offsets().windows(2) {
            kept.clear();
            kept.extend((ends[0]..ends[1]).filter(is_bought));
            if kept.len() > limit {
                cut += 1;
                // Entries rise with their items, and those are in the order of their ids.
                let time = |entry: usize| self.facts.times.as_ref().map(|times| times[entry]);
                kept.sort_unstable_by_key(|&entry| (Reverse(time(entry)), entry));
                kept.truncate(limit);
                kept.sort_unstable();
            }
            rows.push(kept.iter().map(|&entry| self.rows.values()[entry]));
            entries.extend_from_slice(&kept);
        }
        (Some((rows, entries)), cut)
    }

    /// No customers and no items, of these kinds of ids.
    pub(crate) fn empty(customers: IdKind, items: IdKind) -> Self {
        Self {
            customers: Vocabulary::empty(customers),
            items: Vocabulary::empty(items),
            rows: Rows::default(),
            facts: Facts::default(),
            anonymous_orders: 0,
        }
    }
}

fn numbers(n: usize) -> Vec<i64> {
    (0_i64..).take(n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_sorted_summed_and_stripped_of_zeros() {
        let matrix =
            Interactions::from_csr((3, 4), &[0, 3, 3, 5], &[2, 0, 2, 1, 3], Some(&[1.0, 0.5, 2.0, 0.0, 4.0]))
                .unwrap();
        let row = |row: usize| matrix.rows().row(row).iter().map(|item| item.as_u32()).collect::<Vec<_>>();
        assert_eq!((row(0), row(1), row(2)), (vec![0, 2], vec![], vec![3]));
        let values: Vec<f64> = matrix.facts.quantities.unwrap().iter().map(|value| value.to_f64()).collect();
        assert_eq!(values, [0.5, 3.0, 4.0]);
    }

    #[test]
    fn what_is_no_matrix_is_refused_with_its_row() {
        let refused = |indptr: &[usize], indices: &[u32], values: Option<&[f64]>| {
            Interactions::from_csr((2, 3), indptr, indices, values).unwrap_err().to_string()
        };
        for (message, part) in [
            (refused(&[0, 1], &[0], None), "indptr"),
            (refused(&[0, 2, 1], &[0], None), "indptr"),
            (refused(&[0, 1, 2], &[0, 3], None), "row 1"),
            (refused(&[0, 1, 2], &[0, 1], Some(&[1.0])), "as many values"),
            (refused(&[0, 1, 2], &[0, 1], Some(&[1.0, f64::NAN])), "row 1"),
            (refused(&[0, 1, 2], &[0, 1], Some(&[-1.0, 1.0])), "row 0"),
        ] {
            assert!(message.contains(part), "{message}");
        }
    }
}
