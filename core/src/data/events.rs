//! Flat events on their way to a log, and the order in which a log holds them.

use std::cmp::Ordering;

use crate::data::attribute::NONE;
use crate::data::{Attribute, EventKind};
use crate::error::{IntakeError, Result};
use crate::money::Quantity;
use crate::time::Time;

/// Columns of events in any order; ids are positions in sorted vocabularies.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    /// `NONE` where the event has no session id: then it has a customer.
    pub(super) session: Vec<u32>,
    /// `NONE` where the event itself does not tell the customer.
    pub(super) customer: Vec<u32>,
    /// `NONE` where the event has no item.
    pub(super) item: Vec<u32>,
    pub(super) kind: Vec<EventKind>,
    pub(super) time: Vec<Time>,
    /// `None` where it is one of every event.
    pub(super) quantity: Option<Vec<Quantity>>,
    /// `None` where no event has one; `NONE` where an event has none.
    pub(super) position: Option<Vec<u32>>,
    /// `None` where no event has one; NaN where an event has none.
    pub(super) propensity: Option<Vec<f64>>,
    /// The kept columns.
    pub(super) attributes: Vec<(String, Attribute)>,
}

/// What an event is, whoever it was; the order of events in a session.
type Key = (Time, u32, EventKind, Quantity, u32, u64);

impl Events {
    pub(super) fn len(&self) -> usize {
        self.time.len()
    }

    /// Everything of an event but its session, its customer and what was kept beside. A propensity is positive or always the same NaN, so that bits will do.
    fn key(&self, line: usize) -> Key {
        (
            self.time[line],
            self.item[line],
            self.kind[line],
            self.quantity.as_ref().map_or(Quantity::ONE, |quantity| quantity[line]),
            self.position.as_ref().map_or(NONE, |position| position[line]),
            self.propensity.as_ref().map_or(0, |propensity| propensity[line].to_bits()),
        )
    }

    /// Two events, as they stand in the order of events, whoever they are.
    fn compare(&self, a: usize, b: usize) -> Ordering {
        let kept = || {
            let columns = self.attributes.iter().map(|(_, column)| column.bits(a).cmp(&column.bits(b)));
            columns.fold(Ordering::Equal, Ordering::then)
        };
        self.key(a).cmp(&self.key(b)).then_with(kept)
    }

    /// Sorts the lines of one owner; of equal events one stays in `sorted`, the others go to `duplicates`. An event that
    /// names no customer is equal to one that does, which stays; of others the first of the input does.
    pub(super) fn sort(&self, lines: &mut [u32], sorted: &mut Vec<u32>, duplicates: &mut Vec<u32>) {
        sorted.clear();
        let short = |line: u32| {
            let line = line as usize;
            (self.time[line], self.item[line], self.kind[line])
        };
        if lines.is_sorted_by(|&a, &b| short(a) < short(b)) {
            sorted.extend_from_slice(lines);
            return;
        }
        // Those that name nobody come last, as nobody is the greatest number.
        let customer = |line: u32| self.customer[line as usize];
        lines.sort_unstable_by(|&a, &b| {
            self.compare(a as usize, b as usize).then_with(|| (customer(a), a).cmp(&(customer(b), b)))
        });
        let is_same = |a: u32, b: u32| {
            let same_customer = customer(a) == customer(b) || customer(b) == NONE;
            same_customer && self.compare(a as usize, b as usize).is_eq()
        };
        for &line in &*lines {
            match sorted.last() {
                Some(&last) if is_same(last, line) => duplicates.push(line),
                _ => sorted.push(line),
            }
        }
    }

    /// Puts other events, with the same kept columns, behind these.
    ///
    /// # Errors
    /// [`IntakeError::Append`] when a kept column holds words in one and numbers in the other.
    pub(super) fn extend(&mut self, other: Self) -> Result<()> {
        fn join<T: Copy>(
            (a, n_a): (&mut Option<Vec<T>>, usize),
            (b, n_b): (Option<Vec<T>>, usize),
            blank: T,
        ) {
            if a.is_none() && b.is_none() {
                return;
            }
            let column = a.get_or_insert_with(|| vec![blank; n_a]);
            column.extend(b.unwrap_or_else(|| vec![blank; n_b]));
        }
        for ((name, a), (_, b)) in self.attributes.iter_mut().zip(&other.attributes) {
            *a = a.concat(b).ok_or_else(|| IntakeError::Append {
                why: format!("column {name} holds words in one log and numbers in the other"),
            })?;
        }
        let (here, there) = (self.len(), other.len());
        join((&mut self.quantity, here), (other.quantity, there), Quantity::ONE);
        join((&mut self.position, here), (other.position, there), NONE);
        join((&mut self.propensity, here), (other.propensity, there), f64::NAN);
        self.session.extend(other.session);
        self.customer.extend(other.customer);
        self.item.extend(other.item);
        self.kind.extend(other.kind);
        self.time.extend(other.time);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(rows: &[(i64, u32)]) -> Events {
        Events {
            session: vec![0; rows.len()],
            customer: vec![NONE; rows.len()],
            item: rows.iter().map(|row| row.1).collect(),
            kind: vec![EventKind::View; rows.len()],
            time: rows.iter().map(|row| Time::from_micros(row.0)).collect(),
            ..Events::default()
        }
    }

    #[test]
    fn of_equal_events_the_first_stays() {
        let events = events(&[(5, 1), (3, 2), (5, 1), (3, 1), (5, 1)]);
        let (mut sorted, mut duplicates) = (Vec::new(), Vec::new());
        events.sort(&mut [0, 1, 2, 3, 4], &mut sorted, &mut duplicates);
        assert_eq!((sorted, duplicates), (vec![3, 1, 0], vec![2, 4]));
    }

    #[test]
    fn of_equal_events_one_that_names_a_customer_stays() {
        let mut events = events(&[(5, 1), (5, 1), (5, 1), (5, 1)]);
        events.customer = vec![NONE, 4, NONE, 3];
        let (mut sorted, mut duplicates) = (Vec::new(), Vec::new());
        events.sort(&mut [0, 1, 2, 3], &mut sorted, &mut duplicates);
        assert_eq!((sorted, duplicates), (vec![3, 1], vec![0, 2]));
    }

    #[test]
    fn a_column_that_one_side_lacks_is_filled_up() {
        let mut some = events(&[(1, 1)]);
        some.position = Some(vec![4]);
        let mut joined = events(&[(0, 0), (0, 1)]);
        joined.extend(some).unwrap();
        assert_eq!((joined.len(), joined.position, joined.quantity), (3, Some(vec![NONE, NONE, 4]), None));
    }
}
