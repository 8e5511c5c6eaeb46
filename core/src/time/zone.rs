//! Time zones: which civil day and time of day an instant has at a place.

use std::fmt;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::error::ParamError;
use crate::time::{Date, MICROS_PER_DAY, Time};

/// A time zone of the IANA database.
///
/// The database is part of this library, so that an answer does not depend on the machine; a new release of the library
/// brings the rules that governments made since. A clone shares the rules.
///
/// ```
/// use kosar::{Date, Time, Zone};
///
/// let zone = Zone::parse("Europe/Budapest")?;
/// let local = zone.local(Time::parse("2024-06-30T22:30:00Z")?);
/// assert_eq!((local.date, local.second_of_day), (Date::parse("2024-07-01")?, 30 * 60));
/// assert_eq!(zone.midnight(local.date), Time::parse("2024-06-30T22:00:00Z")?);
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// What calendar and clock show at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local {
    /// The day.
    pub date: Date,
    /// Seconds since the clock showed midnight, from 0 and below 86,400; 3,600 for one o'clock, also where the clock was
    /// put forward or back in the meantime.
    pub second_of_day: u32,
}

impl Local {
    /// The hour that the clock shows, from 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u32 {
        self.second_of_day / 3600
    }
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone of an IANA name, such as `Europe/Budapest`; upper and lower case do not matter.
    ///
    /// # Errors
    /// [`ParamError::TimeZone`] for a name that the database does not have.
    pub fn parse(name: &str) -> Result<Self, ParamError> {
        let unknown = || ParamError::TimeZone { name: "time_zone", value: name.to_owned() };
        let zone = TimeZoneDatabase::bundled().get(name.trim()).map_err(|_| unknown())?;
        if zone.is_unknown() { Err(unknown()) } else { Ok(Self(zone)) }
    }

    /// The name of the zone in the database.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What calendar and clock show in this zone at an instant. Instants that are beyond the years 0 to 9999 there are taken
    /// as the nearest in these.
    ///
    /// Logarithmic in the number of times that the zone's clocks were changed.
    #[must_use]
    pub fn local(&self, time: Time) -> Local {
        // Beyond the instants that the database knows, the offset is that of the nearest.
        let offset = self.0.to_offset(instant(time.micros()));
        let micros = time.micros().saturating_add(offset_micros(offset));
        let (day, rest) = (micros.div_euclid(MICROS_PER_DAY), micros.rem_euclid(MICROS_PER_DAY));
        if day < i64::from(Date::MIN.days()) {
            return Local { date: Date::MIN, second_of_day: 0 };
        }
        if day > i64::from(Date::MAX.days()) {
            return Local { date: Date::MAX, second_of_day: 86_399 };
        }
        let date = Date::from_days(i32::try_from(day).expect("between two dates"));
        Local { date, second_of_day: u32::try_from(rest / 1_000_000).expect("a day has fewer seconds") }
    }

    /// From when on which offset from UTC holds, both in microseconds, over a span; the first holds before it as well.
    pub(crate) fn offsets(&self, first: Time, last: Time) -> Vec<(i64, i64)> {
        let (first, last) = (instant(first.micros()), instant(last.micros()));
        let offset = |timestamp: Timestamp| offset_micros(self.0.to_offset(timestamp));
        let changes = self.0.following(first).map(|change| change.timestamp());
        let times = std::iter::once(first).chain(changes.take_while(|&change| change <= last));
        times.map(|timestamp| (timestamp.as_microsecond(), offset(timestamp))).collect()
    }

    /// The first instant of a civil day: mostly midnight, or when the clocks are put forward over it. Of a day that the zone
    /// leaves out, as Samoa left out 2011-12-30, the instant at which the days go on.
    #[must_use]
    pub fn midnight(&self, date: Date) -> Time {
        let (year, month, day) = date.year_month_day();
        let civil = civil::date(year, month, day).at(0, 0, 0, 0);
        let ambiguous = self.0.to_ambiguous_timestamp(civil);
        // Of a clock put back the earlier; not by way of instants, which end before the last day does.
        let at = |offset: Offset| i64::from(date.days()) * MICROS_PER_DAY - offset_micros(offset);
        let micros = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => at(offset),
            AmbiguousOffset::Fold { before, .. } => at(before),
            AmbiguousOffset::Gap { .. } => {
                // The clock passes over midnight: the day begins where it does so.
                let before = ambiguous.earlier().unwrap_or(Timestamp::MIN);
                let change = self.0.following(before).next();
                change.map_or(before, |transition| transition.timestamp()).as_microsecond()
            }
        };
        Time::from_micros(micros)
    }
}

fn offset_micros(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * 1_000_000
}

/// The nearest instant that the database has.
fn instant(micros: i64) -> Timestamp {
    let nearest = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(nearest)
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn clocks_show_what_timetables_say() {
        for (name, at, day, hour) in [
            ("Europe/Budapest", "2024-03-31T00:59:59Z", "2024-03-31", 1),
            ("Europe/Budapest", "2024-03-31T01:00:00Z", "2024-03-31", 3),
            ("America/New_York", "2024-07-04T03:00:00Z", "2024-07-03", 23),
            ("Asia/Kolkata", "2024-01-01T18:30:00Z", "2024-01-02", 0),
            ("Pacific/Kiritimati", "2024-01-01T10:00:00Z", "2024-01-02", 0),
            ("UTC", "1969-12-31T23:59:59.5", "1969-12-31", 23),
        ] {
            let local = zone(name).local(time(at));
            assert_eq!((local.date, local.hour()), (date(day), hour), "{name} {at}");
        }
    }

    #[test]
    fn a_day_begins_where_the_clock_first_shows_it() {
        for (name, day, begins) in [
            ("Europe/Budapest", "2024-01-01", "2023-12-31T23:00:00Z"),
            // Put forward at midnight, from 0 to 1.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
            // Put back at midnight, to 23 of the day before: this day's midnight comes once.
            ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
            // From 23:30 to 0:30.
            ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
            // Put back at one, to midnight, which comes twice.
            ("America/Havana", "2023-11-05", "2023-11-05T04:00:00Z"),
            // The day that was not.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
            ("UTC", "2024-02-29", "2024-02-29"),
        ] {
            assert_eq!(zone(name).midnight(date(day)), time(begins), "{name} {day}");
        }
    }

    #[test]
    fn days_begin_one_after_the_other_and_hold_their_instants() {
        for name in
            ["Europe/Budapest", "America/Sao_Paulo", "America/Toronto", "Asia/Tehran", "Pacific/Apia", "UTC"]
        {
            let zone = zone(name);
            for days in date("1900-01-01").days()..date("2040-01-01").days() {
                let (day, next) = (Date::from_days(days), Date::from_days(days + 1));
                let (begin, end) = (zone.midnight(day), zone.midnight(next));
                if begin == end {
                    assert_eq!((name, day), ("Pacific/Apia", date("2011-12-30")));
                    continue;
                }
                assert!(
                    begin < end && end.micros() - begin.micros() <= MICROS_PER_DAY * 9 / 8 + 2,
                    "{name} {day}"
                );
                assert_eq!(zone.local(begin).date, day, "{name}");
                let before = zone.local(Time::from_micros(begin.micros() - 1)).date;
                assert!(before < day, "{name} {day}");
            }
        }
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!(zone(" europe/budapest ").name(), "Europe/Budapest");
        assert_eq!(
            (Zone::UTC.name(), zone("UTC").local(time("2024-01-01")), zone("UTC").to_string()),
            ("UTC", Zone::UTC.local(time("2024-01-01")), "UTC".into())
        );
        for name in ["", "Europe/Buda", "+01:00", "CEST", "Etc/Unknown", "../zoneinfo"] {
            let error = Zone::parse(name).unwrap_err();
            assert_eq!(error, ParamError::TimeZone { name: "time_zone", value: name.to_owned() });
        }
        let error = Zone::parse("Mars/Base").unwrap_err().to_string();
        assert_eq!(
            error,
            "time_zone must be the name of a zone in the IANA database, such as Europe/Budapest, got 'Mars/Base'"
        );
    }

    #[test]
    fn instants_beyond_the_calendar_are_its_ends() {
        let zone = zone("Asia/Tokyo");
        assert_eq!(zone.local(Time::from_micros(i64::MAX)).date, Date::MAX);
        assert_eq!(zone.local(Time::from_micros(i64::MIN)), Local { date: Date::MIN, second_of_day: 0 });
        for name in ["Asia/Tokyo", "UTC", "America/New_York", "Pacific/Kiritimati"] {
            for day in [Date::MIN, Date::MAX] {
                let zone = self::zone(name);
                assert_eq!(zone.local(zone.midnight(day)), Local { date: day, second_of_day: 0 }, "{name}");
            }
        }
    }

    #[test]
    fn the_last_day_is_a_day_like_any_other() {
        // By hours from the last midnight of UTC on; text ends before it does.
        let last = |seconds: i64| {
            Time::from_micros(i64::from(Date::MAX.days()) * MICROS_PER_DAY + seconds * 1_000_000)
        };
        let (day, before) = (Date::MAX, date("9999-12-30"));
        for (name, at, date, second_of_day) in [
            ("UTC", -7200, before, 22 * 3600),
            ("UTC", -1, before, 86_399),
            ("UTC", 0, day, 0),
            ("UTC", 86_399, day, 86_399),
            ("America/New_York", 5 * 3600 - 1, before, 86_399),
            ("America/New_York", 5 * 3600, day, 0),
            ("America/New_York", 23 * 3600, day, 18 * 3600),
            ("America/New_York", 28 * 3600, day, 23 * 3600),
            ("America/New_York", 29 * 3600, day, 86_399),
            ("Asia/Tokyo", -9 * 3600 - 1, before, 86_399),
            ("Asia/Tokyo", 14 * 3600, day, 23 * 3600),
            ("Asia/Tokyo", 15 * 3600, day, 86_399),
        ] {
            assert_eq!(zone(name).local(last(at)), Local { date, second_of_day }, "{name} {at}");
        }
        assert_eq!(zone("UTC").midnight(day), last(0));
        assert_eq!(zone("America/New_York").midnight(day), last(5 * 3600));
        assert_eq!(zone("Asia/Tokyo").midnight(day), last(-9 * 3600));
    }
}
