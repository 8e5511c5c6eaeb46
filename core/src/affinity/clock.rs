//! The hour of the week where a customer is.

use crate::data::{Customers, IdRef, NONE, Vocabulary};
use crate::error::{ParamError, Result};
use crate::time::{Time, Zone};

/// Hours of a week: 24 for each day, from Monday on.
pub(super) const HOURS_OF_WEEK: i64 = 168;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The day of the week of the first day of 1970, a Thursday.
const OF_EPOCH: i64 = 3;

/// Tells the time where each customer is.
#[derive(Debug)]
pub(super) struct Clock {
    /// The zone of those whose own is not known; `None` for UTC.
    default: Option<Zone>,
    zones: Vec<Zone>,
    /// The zone of each customer, [`NONE`] where it is not known; empty where nobody's is.
    of_customer: Vec<u32>,
}

impl Clock {
    /// For customers in the order of their ids.
    ///
    /// # Errors
    /// [`ParamError::TimeZone`] for a zone that there is not; [`IdError::WrongKind`](crate::IdError::WrongKind) where the table
    /// of customers has ids of the other type, and would silently know nobody.
    pub(super) fn new(default: Option<&str>, table: Option<&Customers>, ids: &Vocabulary) -> Result<Self> {
        let default = default.map(Zone::parse).transpose()?;
        let Some(table) = table else {
            return Ok(Self { default, zones: Vec::new(), of_customer: Vec::new() });
        };
        let (names, codes) = table.zones();
        let parse = |name: IdRef<'_>| match name {
            IdRef::Str(name) => Zone::parse(name),
            IdRef::Int(_) => unreachable!("zones are called by words"),
        };
        let zones = names.iter().map(parse).collect::<Result<Vec<_>, ParamError>>()?;
        if let (Some(id), false) = (table.ids().iter().next(), ids.is_empty()) {
            ids.look_up("customer", id)?;
        }
        let mut of_customer = vec![NONE; if zones.is_empty() { 0 } else { ids.len() }];
        for (id, &code) in table.ids().iter().zip(codes).filter(|&(_, &code)| code != NONE) {
            if let Some(position) = ids.position(id) {
                of_customer[position] = code;
            }
        }
        Ok(Self { default, zones, of_customer })
    }

    /// The hour of the week at an instant, below [`HOURS_OF_WEEK`], where a customer is.
    pub(super) fn hour_of_week(&self, customer: usize, time: Time) -> u32 {
        let own = self.of_customer.get(customer).and_then(|&code| self.zones.get(code as usize));
        let (day, hour) = match own.or(self.default.as_ref()) {
            None => {
                let hours = time.micros().div_euclid(HOUR);
                (hours.div_euclid(24), hours.rem_euclid(24))
            }
            Some(zone) => {
                let local = zone.local(time);
                (i64::from(local.date.days()), i64::from(local.hour()))
            }
        };
        let day = (day + OF_EPOCH).rem_euclid(7);
        u32::try_from(day * 24 + hour).expect("below 168")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{CustomersBatch, CustomersBuilder, CustomersOptions, Id, IdValues, Values};

    #[test]
    fn each_customer_has_the_hour_of_their_place() {
        let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
        let batch = CustomersBatch::new(3)
            .customers(IdValues::Text(Values::new(&["ann", "bob", "eve"][..])))
            .and_then(|batch| batch.time_zones(Values::new(&["Asia/Tokyo", "", "America/New_York"][..])));
        builder.push(&batch.unwrap()).unwrap();
        let table = builder.finish().unwrap();
        let ids: Vocabulary = ["ann", "bob", "cid"].into_iter().map(Id::from).collect();
        // A Sunday evening.
        let time = Time::parse("2025-03-02T20:30:00Z").unwrap();
        let hours = |default: Option<&str>| {
            let clock = Clock::new(default, Some(&table), &ids).unwrap();
            [0, 1, 2].map(|customer| clock.hour_of_week(customer, time))
        };
        let sunday = 6 * 24;
        assert_eq!(hours(None), [5, sunday + 20, sunday + 20]);
        assert_eq!(hours(Some("Europe/Budapest")), [5, sunday + 21, sunday + 21]);
        let utc = Clock::new(None, None, &ids).unwrap();
        let parsed = Clock::new(Some("UTC"), None, &ids).unwrap();
        for micros in [0, -1, 1_700_000_000_000_000, HOUR * 167, -HOUR * 12_345] {
            let time = Time::from_micros(micros);
            assert_eq!(utc.hour_of_week(0, time), parsed.hour_of_week(0, time));
        }
        assert_eq!(utc.hour_of_week(0, Time::from_micros(0)), 72);
        let error = Clock::new(Some("Mars"), None, &ids).unwrap_err().to_string();
        assert!(error.starts_with("time_zone must be the name of a zone"), "{error}");
        let ints: Vocabulary = [Id::Int(1)].into_iter().collect();
        assert!(
            Clock::new(None, Some(&table), &ints).unwrap_err().to_string().starts_with("customer ids are")
        );
    }
}
