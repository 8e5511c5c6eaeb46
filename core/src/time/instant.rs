//! Instants: microseconds since 1970-01-01T00:00:00Z.

use std::fmt;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// Microseconds in a day.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

/// An instant: microseconds since 1970-01-01T00:00:00Z. Timestamps without a zone are read as UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(i64);

/// The unit of a column of numbers that stand for instants since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Second,
    /// Milliseconds.
    Millisecond,
    /// Microseconds.
    Microsecond,
    /// Nanoseconds, cut to the microsecond below.
    Nanosecond,
}

impl TimeUnit {
    /// Reads `s`, `ms`, `us` or `ns`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "s" => Ok(Self::Second),
            "ms" => Ok(Self::Millisecond),
            "us" => Ok(Self::Microsecond),
            "ns" => Ok(Self::Nanosecond),
            _ => Err(ParamError::UnknownChoice {
                name: "time_unit",
                value: word.to_owned(),
                allowed: "s, ms, us, ns",
            }),
        }
    }

    /// The instant of a whole number in this unit; `None` where it does not fit.
    #[must_use]
    pub fn time(self, value: i64) -> Option<Time> {
        match self {
            Self::Second => value.checked_mul(1_000_000),
            Self::Millisecond => value.checked_mul(1_000),
            Self::Microsecond => Some(value),
            Self::Nanosecond => Some(value.div_euclid(1_000)),
        }
        .map(Time)
    }

    /// The instant of a real number in this unit, to the nearest microsecond (nanoseconds: the one
    /// below); `None` where it does not fit.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "bounded by the comparison before the cast")]
    pub fn time_f64(self, value: f64) -> Option<Time> {
        let micros = match self {
            Self::Second => value * 1e6,
            Self::Millisecond => value * 1e3,
            Self::Microsecond => value,
            Self::Nanosecond => (value / 1e3).floor(),
        }
        .round();
        (micros.abs() < 9e18).then_some(Time(micros as i64))
    }
}

impl Time {
    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Midnight (UTC) at the start of this instant's day.
    #[must_use]
    pub const fn floor_day(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(MICROS_PER_DAY)))
    }

    /// The first midnight (UTC) after this instant.
    #[must_use]
    pub const fn next_midnight(self) -> Self {
        Self(self.floor_day().0.saturating_add(MICROS_PER_DAY))
    }

    /// The day (UTC) of this instant, since 1970; every instant has one.
    #[must_use]
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "2^63 microseconds are 107 million days")]
    pub(crate) const fn utc_day(self) -> i32 {
        self.0.div_euclid(MICROS_PER_DAY) as i32
    }

    /// The midnight (UTC) at which a day since 1970 begins; beyond the ends of time the nearest instant.
    #[must_use]
    pub(crate) const fn of_utc_day(day: i64) -> Self {
        Self(day.saturating_mul(MICROS_PER_DAY))
    }

    /// Whole days of 24 hours from `earlier` to this instant, rounded down.
    ///
    /// ```
    /// use kosar::Time;
    /// let order = Time::parse("2011-12-07T15:52:00")?;
    /// assert_eq!(Time::parse("2011-12-10")?.days_since(order), 2);
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(MICROS_PER_DAY)
    }

    /// Reads an ISO 8601 date or timestamp, with or without a zone (without: UTC).
    ///
    /// ```
    /// use kosar::Time;
    /// assert_eq!(Time::parse("1970-01-02")?.micros(), 86_400_000_000);
    /// assert_eq!(Time::parse("1970-01-01 01:00:00+01:00")?.micros(), 0);
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::Date`] when the text is no such date.
    pub fn parse(text: &str) -> Result<Self, ParamError> {
        parse_iso(text.trim()).ok_or_else(|| ParamError::Date { name: "time", value: text.to_owned() })
    }

    /// Whether a `strptime` format can be read, and tells at least the date.
    ///
    /// # Errors
    /// [`ParamError::TimeFormat`] when not.
    pub fn check_format(format: &str) -> Result<(), ParamError> {
        let sample = civil::date(2001, 2, 3).at(4, 5, 6, 0).to_zoned(TimeZone::UTC).ok();
        let written = sample.and_then(|sample| jiff::fmt::strtime::format(format, &sample).ok());
        match written.and_then(|text| Self::parse_with(format, &text)) {
            Some(_) => Ok(()),
            None => Err(ParamError::TimeFormat { value: format.to_owned() }),
        }
    }

    /// Reads a timestamp in a `strptime` format, such as `%m/%d/%Y %H:%M`; `None` where it does not fit.
    #[must_use]
    pub fn parse_with(format: &str, text: &str) -> Option<Self> {
        let parsed = jiff::fmt::strtime::parse(format, text.trim()).ok()?;
        if let Ok(instant) = parsed.to_timestamp() {
            return Some(Self(instant.as_microsecond()));
        }
        let datetime =
            parsed.to_datetime().or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0))).ok()?;
        from_civil(datetime)
    }
}

fn from_civil(datetime: civil::DateTime) -> Option<Time> {
    TimeZone::UTC.to_timestamp(datetime).ok().map(|instant| Time(instant.as_microsecond()))
}

fn parse_iso(text: &str) -> Option<Time> {
    // A zone can only follow a time of day; look for it behind the date so that the date's own hyphens do not count.
    let zoned = text.get(10..).is_some_and(|rest| rest.contains(['Z', 'z', '+', '-']));
    if zoned {
        return text.parse::<jiff::Timestamp>().ok().map(|instant| Time(instant.as_microsecond()));
    }
    text.parse::<civil::DateTime>().ok().and_then(from_civil)
}

impl fmt::Display for Time {
    /// Writes `2011-12-09T12:50:00Z`; a midnight as its date alone, `2011-12-10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) if self.0.rem_euclid(MICROS_PER_DAY) == 0 => {
                write!(f, "{}", TimeZone::UTC.to_datetime(instant).date())
            }
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{} us since 1970", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naive_timestamps_are_read_as_utc() {
        for text in [
            "2010-12-01 08:26:00",
            "2010-12-01T08:26:00",
            "2010-12-01T08:26:00Z",
            "2010-12-01T09:26:00+01:00",
        ] {
            assert_eq!(Time::parse(text).unwrap().micros(), 1_291_191_960_000_000, "{text}");
        }
    }

    #[test]
    fn dates_are_midnights() {
        let day = Time::parse("2011-12-10").unwrap();
        assert_eq!(day, day.floor_day());
        assert_eq!(day.to_string(), "2011-12-10");
        assert_eq!(day.next_midnight().to_string(), "2011-12-11");
    }

    #[test]
    fn fractions_of_a_second_are_kept() {
        assert_eq!(Time::parse("1970-01-01T00:00:00.000001").unwrap().micros(), 1);
    }

    #[test]
    fn a_format_reads_what_iso_does_not() {
        let expected = Time::parse("2010-12-01T08:26:00").unwrap();
        assert_eq!(Time::parse_with("%m/%d/%Y %H:%M", "12/1/2010 8:26"), Some(expected));
        assert_eq!(Time::parse_with("%Y%m%d", "19970101"), Time::parse("1997-01-01").ok());
        assert_eq!(Time::parse_with("%Y%m%d", "soon"), None);
    }

    #[test]
    fn a_format_must_tell_a_date() {
        for format in ["%d.%m.%Y", "%m/%d/%Y %H:%M", "%Y%m%d", "%Y-%m-%dT%H:%M:%S%z"] {
            assert_eq!(Time::check_format(format), Ok(()), "{format}");
        }
        for format in ["%d.%m.%Q", "%H:%M", "", "date", "%Y-%m"] {
            assert!(matches!(Time::check_format(format), Err(ParamError::TimeFormat { .. })), "{format}");
        }
    }

    #[test]
    fn text_that_is_no_date_names_itself() {
        let error = Time::parse("yesterday").unwrap_err();
        assert!(error.to_string().contains("'yesterday'"), "{error}");
    }

    #[test]
    fn numbers_are_read_in_their_unit() {
        assert_eq!(TimeUnit::Second.time_f64(1.5), Some(Time(1_500_000)));
        assert_eq!(TimeUnit::Nanosecond.time(-1), Some(Time(-1)));
        assert_eq!(TimeUnit::Second.time(i64::MAX), None);
        assert_eq!(TimeUnit::Second.time_f64(f64::NAN), None);
    }
}
