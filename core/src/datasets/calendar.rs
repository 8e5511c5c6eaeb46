//! When orders come in: the days of the span by weekday and season, the hours of the day.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::draw::Weighted;
use crate::random::Random;
use crate::time::{MICROS_PER_DAY, Time};

/// Orders by weekday from Monday: weekends are busiest.
const WEEKDAYS: [f64; 7] = [10.0, 10.0, 10.0, 11.0, 14.0, 18.0, 15.0];

/// Orders by hour: a peak at noon, a higher one in the evening, hardly any at night.
const HOURS: [f64; 24] = [
    4.0, 2.0, 1.0, 1.0, 1.0, 2.0, 6.0, 14.0, 26.0, 38.0, 48.0, 54.0, 58.0, 52.0, 46.0, 44.0, 46.0, 54.0,
    66.0, 78.0, 82.0, 68.0, 40.0, 14.0,
];

/// The days of a shop's span.
pub(super) struct Calendar {
    start: Time,
    days: Weighted,
    hours: Weighted,
}

impl Calendar {
    /// The span of `days` days, at least one, from a midnight; `None` where the civil calendar does not reach.
    pub(super) fn new(start: Time, days: usize) -> Option<Self> {
        let weights: Option<Vec<f64>> = (0..days).map(|day| weight(midnight(start, day)?)).collect();
        Some(Self { start, days: Weighted::new(&weights?), hours: Weighted::new(&HOURS) })
    }

    /// The number of days.
    pub(super) fn n_days(&self) -> usize {
        self.days.len()
    }

    /// A second of a day drawn from a range of days that is not empty.
    pub(super) fn time(&self, days: Range<usize>, random: &mut Random) -> Time {
        let day = self.days.pick_in(random, days);
        let second = self.hours.pick(random) * 3600 + random.below(3600);
        midnight(self.start, day).map_or(self.start, |midnight| {
            let micros = i64::try_from(second).expect("a day has 86,400 seconds") * 1_000_000;
            Time::from_micros(midnight.micros() + micros)
        })
    }

    /// The instant behind the last day.
    pub(super) fn end(&self) -> Time {
        midnight(self.start, self.days.len()).unwrap_or(self.start)
    }

    /// The day of an instant within the span, from 0.
    pub(super) fn day_of(&self, time: Time) -> usize {
        usize::try_from(time.days_since(self.start)).unwrap_or(0)
    }
}

fn midnight(start: Time, day: usize) -> Option<Time> {
    let offset = i64::try_from(day).ok()?.checked_mul(MICROS_PER_DAY)?;
    start.micros().checked_add(offset).map(Time::from_micros)
}

/// How busy the day of a midnight is.
fn weight(midnight: Time) -> Option<f64> {
    // The instant behind the day has to exist as well, so that every second of the day does.
    jiff::Timestamp::from_microsecond(midnight.next_midnight().micros()).ok()?;
    let instant = jiff::Timestamp::from_microsecond(midnight.micros()).ok()?;
    let date = TimeZone::UTC.to_datetime(instant).date();
    let season = match (date.month(), date.day()) {
        (11, 1..=14) => 1.2,
        (11, _) => 1.6,
        (12, 1..=20) => 2.0,
        (12, 25..=26) => 0.2,
        (12, 27..) => 0.6,
        (1 | 2 | 7 | 8, _) => 0.85,
        _ => 1.0,
    };
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
    Some(WEEKDAYS[weekday] * season)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year() -> Calendar {
        Calendar::new(Time::parse("2025-01-01").unwrap(), 365).unwrap()
    }

    #[test]
    fn december_is_busier_than_march_and_evenings_than_nights() {
        let (calendar, mut random) = (year(), Random::new(2, 0));
        let times: Vec<String> =
            (0..10_000).map(|_| calendar.time(0..365, &mut random).to_string()).collect();
        let count =
            |at: Range<usize>, text: &str| times.iter().filter(|time| &time[at.clone()] == text).count();
        assert!(count(5..7, "12") > count(5..7, "03"));
        assert!(count(11..13, "20") > 10 * count(11..13, "03"));
    }

    #[test]
    fn times_stay_within_the_days_asked_for() {
        let (calendar, mut random) = (year(), Random::new(2, 0));
        for _ in 0..1000 {
            let time = calendar.time(363..365, &mut random);
            assert!((363..365).contains(&calendar.day_of(time)), "{time}");
        }
    }

    #[test]
    fn spans_beyond_the_civil_calendar_are_none() {
        assert!(Calendar::new(Time::from_micros(0), 3650).is_some());
        assert!(Calendar::new(Time::from_micros(i64::MAX).floor_day(), 2).is_none());
        assert!(Calendar::new(Time::parse("9999-12-01").unwrap(), 60).is_none());
    }
}
