//! Every check of a batch's order lines that needs no other row.

use crate::data::batch::{IdValues, Role};
use crate::data::fates::{Fates, number};
use crate::data::{Batch, Cause, IntakeReport, LogOptions, Note, Returns};
use crate::money::{Money, Quantity};
use crate::time::Time;

/// The rows of a batch after every check that needs no other row.
pub(super) struct CheckedRows {
    /// Why each row cannot be used.
    pub(super) fates: Fates,
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
        let mut fates = Fates::new(batch);
        let declared = |role: Role| options.integer_ids.contains(&role);
        fates.check_ids(batch.order.as_ref(), Some(Cause::MissingOrder), declared(Role::Order));
        fates.check_ids(batch.item.as_ref(), Some(Cause::MissingItem), declared(Role::Item));
        fates.check_ids(batch.customer.as_ref(), None, declared(Role::Customer));
        let mut time = Vec::new();
        if let Some(values) = &batch.time {
            time = vec![Time::from_micros(0); n];
            let format = options.time_format.as_deref();
            fates.check(|row| values.get(row, format).map(|read| time[row] = read));
            if let Some(until) = options.until {
                fates.check(|row| if time[row] > until { Err(Cause::Future) } else { Ok(()) });
            }
        }
        let mut quantity = vec![Quantity::ONE; n];
        if let Some(values) = &batch.quantity {
            fates.check(|row| number(values, row, Cause::MissingQuantity).map(|read| quantity[row] = read));
        }
        let mut amount = Vec::new();
        if let Some(values) = batch.price.as_ref().or(batch.amount.as_ref()) {
            amount = vec![Money::ZERO; n];
            fates.check(|row| number(values, row, Cause::MissingPrice).map(|read| amount[row] = read));
        }
        let (is_price, quantity_given) = (batch.price.is_some(), batch.quantity.is_some());
        fates.check(|row| settle_value(&mut quantity[row], amount.get_mut(row), is_price, quantity_given));
        if options.returns == Returns::Drop {
            fates.check(|row| if quantity[row] < Quantity::ZERO { Err(Cause::Return) } else { Ok(()) });
        }
        Self { fates, time, quantity, amount }
    }
}

impl CheckedRows {
    /// Reports every row of the batch that was checked, of which `is_anonymous` tells whether it has no customer.
    pub(super) fn report(
        &self,
        batch: &Batch<'_>,
        is_anonymous: impl Fn(usize) -> bool,
        report: &mut IntakeReport,
    ) {
        let first_row = report.rows();
        for &(row, note) in batch.notes.iter().filter(|&&(row, _)| self.fates.passed(row)) {
            report.note_row(note, first_row + row as u64);
        }
        let has_float_ids = [&batch.customer, &batch.order, &batch.item]
            .into_iter()
            .flatten()
            .any(|ids| matches!(ids, IdValues::Float(_)));
        for (row, fate) in self.fates.iter().enumerate() {
            let number = first_row + row as u64;
            match fate {
                Some(cause) => report.set_row_aside(cause, number, batch.unreadable(row, cause)),
                None => {
                    report.take(1);
                    if is_anonymous(row) {
                        report.note_row(Note::NoCustomer, number);
                    }
                    if has_float_ids {
                        report.note_row(Note::FloatIds, number);
                    }
                }
            }
        }
    }
}

/// Turns a price into the line's amount, and takes the sign of a return from its amount where no quantity says it.
fn settle_value(
    quantity: &mut Quantity,
    amount: Option<&mut Money>,
    is_price: bool,
    quantity_given: bool,
) -> Result<(), Cause> {
    if *quantity == Quantity::ZERO {
        return Err(Cause::ZeroQuantity);
    }
    let Some(amount) = amount else { return Ok(()) };
    if is_price {
        if *amount < Money::ZERO {
            return Err(Cause::NegativePrice);
        }
        *amount = amount.checked_mul(*quantity).ok_or(Cause::TooLarge)?;
    } else if !quantity_given && *amount < Money::ZERO {
        *quantity = -Quantity::ONE;
    } else if (*amount < Money::ZERO) != (*quantity < Quantity::ZERO) && *amount != Money::ZERO {
        return Err(Cause::NegativePrice);
    }
    Ok(())
}
