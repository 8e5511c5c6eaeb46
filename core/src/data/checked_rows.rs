//! Every check of a batch's rows that needs no other row.

use crate::data::batch::{IdValues, NumberValues, Role};
use crate::data::{Batch, Cause, LogOptions, Returns};
use crate::money::{Fixed, Money, Quantity};
use crate::time::Time;

/// The rows of a batch after every check that needs no other row.
pub(super) struct CheckedRows {
    /// Why each row cannot be used; `None` where it can.
    pub(super) fate: Vec<Option<Cause>>,
    /// Empty without a time column.
    pub(super) time: Vec<Time>,
    pub(super) quantity: Vec<Quantity>,
    /// Empty without a price or amount column.
    pub(super) amount: Vec<Money>,
}

impl CheckedRows {
    /// Checks in the order of [`Cause`], so that a row with several faults is counted under the first.
    pub(super) fn new(batch: &Batch<'_>, options: &LogOptions) -> Self {
        let n = batch.n_rows;
        let mut rows = Self {
            fate: vec![None; n],
            time: Vec::new(),
            quantity: vec![Quantity::ONE; n],
            amount: Vec::new(),
        };
        for &(row, cause) in &batch.unusable {
            rows.fate[row] = Some(cause);
        }
        rows.check_ids(batch.order.as_ref(), Some(Cause::MissingOrder), options, Role::Order);
        rows.check_ids(batch.item.as_ref(), Some(Cause::MissingItem), options, Role::Item);
        rows.check_ids(batch.customer.as_ref(), None, options, Role::Customer);
        if let Some(values) = &batch.time {
            rows.time = vec![Time::from_micros(0); n];
            let format = options.time_format.as_deref();
            rows.check(|rows, row| {
                rows.time[row] = values.get(row, format)?;
                Ok(())
            });
        }
        if let Some(values) = &batch.quantity {
            rows.check(|rows, row| {
                rows.quantity[row] = number(values, row, Cause::MissingQuantity)?;
                Ok(())
            });
        }
        if let Some(values) = batch.price.as_ref().or(batch.amount.as_ref()) {
            rows.amount = vec![Money::ZERO; n];
            rows.check(|rows, row| {
                rows.amount[row] = number(values, row, Cause::MissingPrice)?;
                Ok(())
            });
        }
        let quantity_given = batch.quantity.is_some();
        rows.check(|rows, row| rows.settle_value(row, batch.price.is_some(), quantity_given));
        if options.returns == Returns::Drop {
            rows.check(
                |rows, row| if rows.quantity[row] < Quantity::ZERO { Err(Cause::Return) } else { Ok(()) },
            );
        }
        rows
    }

    fn check(&mut self, mut test: impl FnMut(&mut Self, usize) -> Result<(), Cause>) {
        for row in 0..self.fate.len() {
            if self.fate[row].is_none() {
                self.fate[row] = test(self, row).err();
            }
        }
    }

    fn check_ids(
        &mut self,
        ids: Option<&IdValues<'_>>,
        missing: Option<Cause>,
        options: &LogOptions,
        role: Role,
    ) {
        let Some(ids) = ids else { return };
        let declared = options.integer_ids.contains(&role);
        self.check(|_, row| match (ids.check(row, declared)?, missing) {
            (false, Some(cause)) => Err(cause),
            _ => Ok(()),
        });
    }

    /// Turns a price into the line's amount, and takes the sign of a return from its amount where no quantity says it.
    fn settle_value(&mut self, row: usize, is_price: bool, quantity_given: bool) -> Result<(), Cause> {
        let quantity = self.quantity[row];
        if quantity == Quantity::ZERO {
            return Err(Cause::ZeroQuantity);
        }
        let Some(value) = self.amount.get(row).copied() else { return Ok(()) };
        if is_price {
            if value < Money::ZERO {
                return Err(Cause::NegativePrice);
            }
            self.amount[row] = value.checked_mul(quantity).ok_or(Cause::TooLarge)?;
        } else if !quantity_given && value < Money::ZERO {
            self.quantity[row] = -Quantity::ONE;
        } else if (value < Money::ZERO) != (quantity < Quantity::ZERO) && value != Money::ZERO {
            return Err(Cause::NegativePrice);
        }
        Ok(())
    }
}

fn number(values: &NumberValues<'_>, row: usize, missing: Cause) -> Result<Fixed, Cause> {
    Fixed::from_f64(values.get(row)?.ok_or(missing)?).ok_or(Cause::TooLarge)
}
