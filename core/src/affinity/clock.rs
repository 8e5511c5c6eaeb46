//! The hour of the week where a customer is.

use crate::time::Time;

/// Hours of a week: 24 for each day, from Monday on.
pub(super) const HOURS_OF_WEEK: i64 = 168;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The hour of the week of the first hour of 1970, a Thursday.
const OF_EPOCH: i64 = 3 * 24;

/// Tells the time where each customer is.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock;

impl Clock {
    /// The hour of the week at an instant, below [`HOURS_OF_WEEK`], where a customer is.
    pub(super) fn hour_of_week(&self, _customer: usize, time: Time) -> u32 {
        hour_of(time.micros().div_euclid(HOUR))
    }
}

/// The hour of the week of an hour since 1970.
fn hour_of(hour: i64) -> u32 {
    u32::try_from((hour + OF_EPOCH).rem_euclid(HOURS_OF_WEEK)).expect("below 168")
}
