//! Every check of a batch's events that needs no other event.

use std::collections::HashMap;

use crate::data::attribute::NONE;
use crate::data::batch::{IdValues, NumberValues, Role};
use crate::data::fates::{Fates, number};
use crate::data::{Batch, Cause, EventKind, EventOptions, IdRef};
use crate::money::{Fixed, Quantity};
use crate::time::Time;

/// The rows of a batch after every check that needs no other row.
pub(super) struct CheckedEvents {
    /// Why each row cannot be used.
    pub(super) fates: Fates,
    pub(super) kind: Vec<EventKind>,
    pub(super) time: Vec<Time>,
    /// Empty without such a column, as the two below.
    pub(super) quantity: Vec<Quantity>,
    pub(super) position: Vec<u32>,
    pub(super) propensity: Vec<f64>,
}

impl CheckedEvents {
    /// Checks in the order of [`Cause`], so that a row with several faults is counted under the first.
    pub(super) fn new(batch: &Batch<'_>, options: &EventOptions, words: &KindWords) -> Self {
        let mut fates = Fates::new(batch);
        let declared = |role: Role| options.integer_ids.contains(&role);
        let mut kind = vec![EventKind::View; batch.n_rows];
        if let Some(values) = &batch.kind {
            let of_codes = words.of_codes(values);
            fates.check(|row| words.read(values, row, &of_codes).map(|read| kind[row] = read));
        }
        check_items(&mut fates, batch.item.as_ref(), &kind, declared(Role::Item));
        fates.check_ids(batch.session.as_ref(), None, declared(Role::Session));
        fates.check_ids(batch.customer.as_ref(), None, declared(Role::Customer));
        let names =
            |ids: &Option<IdValues<'_>>, row| ids.as_ref().map_or(Ok(false), |ids| ids.check(row, false));
        fates.check(|row| match names(&batch.session, row)? || names(&batch.customer, row)? {
            true => Ok(()),
            false => Err(Cause::NobodyKnown),
        });
        let mut time = vec![Time::from_micros(0); batch.n_rows];
        if let Some(values) = &batch.time {
            let format = options.time_format.as_deref();
            fates.check(|row| values.get(row, format).map(|read| time[row] = read));
        }
        if let Some(until) = options.until {
            fates.check(|row| if time[row] > until { Err(Cause::Future) } else { Ok(()) });
        }
        let quantity = column(&mut fates, batch.quantity.as_ref(), batch.n_rows, Quantity::ONE, quantity);
        let position = column(&mut fates, batch.position.as_ref(), batch.n_rows, NONE, position);
        let propensity = column(&mut fates, batch.propensity.as_ref(), batch.n_rows, f64::NAN, propensity);
        Self { fates, kind, time, quantity, position, propensity }
    }
}

/// An item is missing where the kind is nothing without one.
fn check_items(fates: &mut Fates, items: Option<&IdValues<'_>>, kind: &[EventKind], declared_integer: bool) {
    fates.check(|row| {
        let is_there = items.map_or(Ok(false), |items| items.check(row, declared_integer))?;
        if is_there || !kind[row].needs_item() { Ok(()) } else { Err(Cause::MissingItem) }
    });
}

/// A column of numbers, `blank` where one is missing; empty without a column.
fn column<T: Copy>(
    fates: &mut Fates,
    values: Option<&NumberValues<'_>>,
    n_rows: usize,
    blank: T,
    read: impl Fn(&NumberValues<'_>, usize) -> Result<T, Cause>,
) -> Vec<T> {
    let Some(values) = values else { return Vec::new() };
    let mut column = vec![blank; n_rows];
    fates.check(|row| {
        // A missing number is NaN in many a table, and means that there is none.
        let is_missing = match values {
            NumberValues::Float(values) => values.get(row).is_none_or(f64::is_nan),
            _ => values.get(row)?.is_none(),
        };
        if !is_missing {
            column[row] = read(values, row)?;
        }
        Ok(())
    });
    column
}

fn quantity(values: &NumberValues<'_>, row: usize) -> Result<Quantity, Cause> {
    match number(values, row, Cause::MissingQuantity)? {
        Fixed::ZERO => Err(Cause::ZeroQuantity),
        quantity if quantity < Fixed::ZERO => Err(Cause::NegativeQuantity),
        quantity => Ok(quantity),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared with the bounds before")]
fn position(values: &NumberValues<'_>, row: usize) -> Result<u32, Cause> {
    let whole = |place: &f64| place.fract() == 0.0 && (0.0..f64::from(NONE)).contains(place);
    values.get(row)?.filter(whole).map(|place| place as u32).ok_or(Cause::BadPosition)
}

fn propensity(values: &NumberValues<'_>, row: usize) -> Result<f64, Cause> {
    values.get(row)?.filter(|&p| p > 0.0 && p <= 1.0).ok_or(Cause::BadPropensity)
}

/// The words for the kinds of events: our own names, and the shop's.
#[derive(Debug)]
pub(super) struct KindWords(HashMap<String, EventKind>);

impl KindWords {
    /// A word of the shop goes before one of ours.
    pub(super) fn new(options: &EventOptions) -> Self {
        let own = EventKind::ALL.map(|kind| (kind.name().to_owned(), kind));
        let given = options.kinds.iter().map(|(word, &kind)| (word.clone(), kind));
        Self(own.into_iter().chain(given).collect())
    }

    /// The kind of each position of a dictionary; empty for a column without one.
    fn of_codes(&self, values: &IdValues<'_>) -> Vec<Result<EventKind, Cause>> {
        let IdValues::Coded { dictionary, .. } = values else { return Vec::new() };
        (0..dictionary.len()).map(|code| self.of(dictionary, code)).collect()
    }

    fn read(
        &self,
        values: &IdValues<'_>,
        row: usize,
        of_codes: &[Result<EventKind, Cause>],
    ) -> Result<EventKind, Cause> {
        match values {
            IdValues::Coded { codes, .. } => of_codes[codes.get(row).ok_or(Cause::MissingKind)? as usize],
            _ => self.of(values, row),
        }
    }

    /// The kind that a word or number stands for.
    fn of(&self, values: &IdValues<'_>, row: usize) -> Result<EventKind, Cause> {
        if !values.check(row, false)? {
            return Err(Cause::MissingKind);
        }
        let kind = match values.id(row, false) {
            Some(IdRef::Str(word)) => self.0.get(word.trim()),
            Some(IdRef::Int(number)) => self.0.get(&number.to_string()),
            None => return Err(Cause::MissingKind),
        };
        kind.copied().ok_or(Cause::UnknownKind)
    }
}
