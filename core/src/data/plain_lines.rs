//! Order lines that pass every check at a glance: integer ids, times and numbers of which none is missing or out of range.

use std::ops::Range;

use crate::data::batch::{IdValues, NumberValues, TimeValues};
use crate::data::order_totals::{Keys, Line, OrderKey, Piece};
use crate::data::{Batch, Returns};
use crate::money::{Fixed, Money};
use crate::time::TimeUnit;

/// Numbers up to here, and products of two up to here, fit money and quantities whatever the rounding.
const MAX: f64 = 9e12;

/// A range of rows of which each is a line without a fault.
pub(super) struct PlainLines<'a> {
    customer: Numbers<'a>,
    order: Option<Orders<'a>>,
    time: (&'a [i64], TimeUnit),
    value: Value<'a>,
    /// How rows are taken, and how returns that are taken count.
    returns: (Returns, Returns),
    start: usize,
}

/// The numbers of ids.
#[derive(Clone, Copy)]
enum Numbers<'a> {
    Ids(&'a [i64]),
    Codes(&'a [u32]),
}

impl Numbers<'_> {
    #[inline]
    fn get(self, row: usize) -> i64 {
        match self {
            Self::Ids(ids) => ids[row],
            Self::Codes(codes) => i64::from(codes[row]),
        }
    }
}

/// What tells orders apart.
#[derive(Clone, Copy)]
enum Orders<'a> {
    Ids(&'a [i64]),
    Hashes(&'a [Option<OrderKey>]),
}

impl Orders<'_> {
    #[inline]
    fn get(self, row: usize) -> OrderKey {
        match self {
            Self::Ids(ids) => [ids[row], 0],
            Self::Hashes(hashes) => hashes[row].unwrap_or_default(),
        }
    }
}

/// What lines are worth.
#[derive(Clone, Copy)]
enum Value<'a> {
    Amounts(&'a [f64]),
    Prices { prices: &'a [f64], quantities: Quantities<'a> },
}

#[derive(Clone, Copy)]
enum Quantities<'a> {
    Ints(&'a [i64]),
    Floats(&'a [f64]),
}

impl Quantities<'_> {
    #[inline]
    #[allow(clippy::cast_precision_loss, reason = "as numbers of a batch are read")]
    fn get(self, row: usize) -> f64 {
        match self {
            Self::Ints(values) => values[row] as f64,
            Self::Floats(values) => values[row],
        }
    }
}

impl<'a> PlainLines<'a> {
    /// The rows, where all of them pass at a glance; `None` where one may not, or the columns are of other types.
    pub(super) fn of(
        batch: &'a Batch<'_>,
        range: Range<usize>,
        returns: (Returns, Returns),
        keys: Keys<'a>,
    ) -> Option<Self> {
        if !batch.unusable.is_empty() || !batch.notes.is_empty() {
            return None;
        }
        let customer = match (batch.customer.as_ref()?, keys.customer) {
            (IdValues::Int(values), None) => Numbers::Ids(&values.all()?[range.clone()]),
            (_, Some(codes)) if codes.iter().all(|&code| code != u32::MAX) => Numbers::Codes(codes),
            _ => return None,
        };
        let order = match (&batch.order, keys.order) {
            (None, _) => None,
            (Some(IdValues::Int(values)), None) => Some(Orders::Ids(&values.all()?[range.clone()])),
            (_, Some(hashes)) if hashes.iter().all(Option::is_some) => Some(Orders::Hashes(hashes)),
            _ => return None,
        };
        let has_items = match &batch.item {
            None => true,
            Some(IdValues::Int(values)) => values.all().is_some(),
            Some(_) => false,
        };
        let TimeValues::Int(times, unit) = batch.time.as_ref()? else { return None };
        let floats = |values: &'a NumberValues<'_>| match values {
            NumberValues::Float(values) => Some(&values.all()?[range.clone()]),
            _ => None,
        };
        let value = match (&batch.amount, &batch.price, &batch.quantity) {
            (Some(amounts), None, None) => Value::Amounts(floats(amounts)?),
            (None, Some(prices), Some(quantities)) => {
                let quantities = match quantities {
                    NumberValues::Int(values) => Quantities::Ints(&values.all()?[range.clone()]),
                    other => Quantities::Floats(floats(other)?),
                };
                Value::Prices { prices: floats(prices)?, quantities }
            }
            _ => return None,
        };
        let lines = Self {
            customer,
            order,
            time: (&times.all()?[range.clone()], *unit),
            value,
            returns,
            start: range.start,
        };
        (has_items && lines.pass()).then_some(lines)
    }

    /// Whether every number is within range and every line is one to take.
    fn pass(&self) -> bool {
        let (times, unit) = self.time;
        // The two ends pass if all do: units are linear.
        let times_pass = match unit {
            TimeUnit::Microsecond | TimeUnit::Nanosecond => true,
            _ => times.iter().all(|&time| unit.time(time).is_some()),
        };
        let is_drop = self.returns.0 == Returns::Drop;
        let values_pass = match self.value {
            Value::Amounts(amounts) => {
                let within = amounts.iter().fold(true, |all, amount| all & (amount.abs() <= MAX));
                within && (!is_drop || amounts.iter().all(|&amount| amount >= 0.0))
            }
            Value::Prices { prices, quantities } => {
                prices.iter().enumerate().fold(true, |all, (row, &price)| {
                    let quantity = quantities.get(row);
                    let is_sale = (price >= 0.0) & (price * quantity.abs() <= MAX) & (price <= MAX);
                    let is_some = (quantity.abs() >= 1e-6) & (quantity.abs() <= MAX);
                    all & is_sale & is_some & (!is_drop | (quantity > 0.0))
                })
            }
        };
        times_pass && values_pass
    }

    /// What the lines add up to; orders without an id are numbered by their rows.
    pub(super) fn piece(&self, are_orders: bool, numbered: impl Fn(usize) -> OrderKey) -> Piece {
        match self.value {
            Value::Amounts(amounts) => self.lines(are_orders, numbered, |row| money(amounts[row])),
            Value::Prices { prices, quantities } => self.lines(are_orders, numbered, |row| {
                let product = money(prices[row]).checked_mul(money(quantities.get(row)));
                product.unwrap_or(Money::ZERO)
            }),
        }
    }

    #[inline]
    fn lines(
        &self,
        are_orders: bool,
        numbered: impl Fn(usize) -> OrderKey,
        value: impl Fn(usize) -> Money,
    ) -> Piece {
        let (times, unit) = self.time;
        let micros = |time: i64| match unit {
            TimeUnit::Microsecond => time,
            _ => unit.time(time).map_or(i64::MIN, crate::time::Time::micros),
        };
        let (_, policy) = self.returns;
        let line = |row: usize| {
            let (value, is_purchase) = policy.counted(value(row));
            Line {
                customer: Some(self.customer.get(row)),
                order: match self.order {
                    Some(orders) => orders.get(row),
                    None => numbered(self.start + row),
                },
                time: micros(times[row]),
                value: value.millionths(),
                is_purchase,
            }
        };
        Piece::of((0..times.len()).map(line), are_orders)
    }
}

/// A number known to fit.
#[inline]
fn money(value: f64) -> Fixed {
    Fixed::from_f64(value).unwrap_or(Fixed::ZERO)
}
