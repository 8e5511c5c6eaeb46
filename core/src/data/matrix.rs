//! The log as sparse matrices, for those who bring their own algorithm.

use sprs::CsMatI;

use crate::data::{OrderLog, Rows};
use crate::error::{IntakeError, Result};

impl OrderLog {
    /// How many orders of each customer hold each item: shape (`n_customers`, `n_items`), rows and columns in the order
    /// of the vocabularies, compressed by row. Orders without a customer are left out.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or items,
    /// [`IntakeError::TooMany`] beyond 2^32 - 1 entries.
    pub fn customer_items(&self) -> Result<CsMatI<u32, u32>> {
        let histories = self.histories()?;
        let rows = &histories.rows;
        let columns = rows.values().iter().map(|purchase| purchase.item.as_u32()).collect();
        let orders = rows.values().iter().map(|purchase| purchase.orders).collect();
        to_matrix((self.n_customers(), self.n_items()), rows, columns, orders)
    }

    /// Which items each basket holds: shape (number of baskets, `n_items`), every entry 1, compressed by row; rows are
    /// those of [`OrderLog::baskets`].
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without items, [`IntakeError::TooMany`] beyond
    /// 2^32 - 1 entries.
    pub fn basket_items(&self) -> Result<CsMatI<u32, u32>> {
        let baskets = self.baskets()?;
        let rows = baskets.rows();
        let columns: Vec<u32> = rows.values().iter().map(|item| item.as_u32()).collect();
        let ones = vec![1; columns.len()];
        to_matrix((rows.len(), self.n_items()), rows, columns, ones)
    }
}

fn to_matrix<T: Copy>(
    shape: (usize, usize),
    rows: &Rows<T>,
    columns: Vec<u32>,
    values: Vec<u32>,
) -> Result<CsMatI<u32, u32>> {
    let offsets: Result<Vec<u32>, _> = rows.offsets().iter().map(|&offset| u32::try_from(offset)).collect();
    let offsets =
        offsets.map_err(|_| IntakeError::TooMany { what: "matrix entries", max: u64::from(u32::MAX) })?;
    Ok(CsMatI::new(shape, offsets, columns, values))
}
