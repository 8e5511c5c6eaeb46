//! Local time of a time zone, quick to look up: its offsets from UTC over a span, found once.

use crate::time::{Date, MICROS_PER_DAY, Time, Zone};

/// The local clock of a zone over a span of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    /// From when on which offset holds, both in microseconds; the first holds before as well.
    offsets: Vec<(i64, i64)>,
}

impl Clock {
    /// The clock of a zone, right from one instant to another.
    pub(super) fn new(zone: &Zone, (first, last): (Time, Time)) -> Self {
        Self { offsets: zone.offsets(first, last) }
    }

    /// Microseconds since 1970 by the local clock.
    fn local(&self, micros: i64) -> i64 {
        let place = self.offsets.partition_point(|&(from, _)| from <= micros).max(1) - 1;
        micros.saturating_add(self.offsets[place].1)
    }

    /// The local day, counted from 1970-01-01.
    pub(super) fn day(&self, micros: i64) -> i64 {
        self.local(micros).div_euclid(MICROS_PER_DAY)
    }

    /// The local hour, and the local weekday from Monday, 0, on.
    pub(super) fn hour_and_weekday(&self, micros: i64) -> (u8, u8) {
        let local = self.local(micros);
        let hour = local.rem_euclid(MICROS_PER_DAY) / (MICROS_PER_DAY / 24);
        // 1970-01-01 was a Thursday.
        let weekday = (local.div_euclid(MICROS_PER_DAY) + 3).rem_euclid(7);
        let small = |n: i64| u8::try_from(n).expect("below 24");
        (small(hour), small(weekday))
    }
}

/// The first instant of a local day, in microseconds; of a day beyond the calendar that of its first or last.
pub(super) fn midnight(zone: &Zone, day: i64) -> i64 {
    let beyond = if day < 0 { i32::MIN } else { i32::MAX };
    zone.midnight(Date::from_days(i32::try_from(day).unwrap_or(beyond))).micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_agree_with_their_zone_in_summer_and_winter() {
        let time = |text: &str| Time::parse(text).unwrap();
        for name in ["Europe/Budapest", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "UTC"] {
            let zone = Zone::parse(name).unwrap();
            let (first, last) = (time("2011-06-01"), time("2012-06-01"));
            let clock = Clock::new(&zone, (first, last));
            for micros in (first.micros()..last.micros()).step_by(1_799_000_000) {
                let local = zone.local(Time::from_micros(micros));
                assert_eq!(clock.day(micros), i64::from(local.date.days()), "{name}");
                let (hour, weekday) = clock.hour_and_weekday(micros);
                assert_eq!(u32::from(hour), local.hour(), "{name}");
                assert_eq!(i32::from(weekday), (local.date.days() + 3).rem_euclid(7), "{name}");
            }
        }
    }
}
