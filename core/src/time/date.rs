//! Civil days: a date of the calendar, without a time of day and without a zone.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::ParamError;
use crate::time::{MICROS_PER_DAY, Time};

/// A day of the calendar: days since 1970-01-01, in the years 0 to 9999.
///
/// Written and read as `1980-02-29`, in text and in JSON.
///
/// ```
/// use kosar::Date;
///
/// let born = Date::parse("1980-02-29")?;
/// assert_eq!((born.days(), born.year_month_day()), (3711, (1980, 2, 29)));
/// assert_eq!(Date::from_days(0).to_string(), "1970-01-01");
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// 0000-01-01 and 9999-12-31.
const FIRST: i32 = -719_528;
const LAST: i32 = 2_932_896;

/// Days from 0000-03-01 to 1970-01-01; a year that begins in March has its leap day at its end.
const MARCH_0: i32 = 719_468;
const DAYS_PER_400_YEARS: i32 = 146_097;

impl Date {
    /// The first day there is, 0000-01-01.
    pub const MIN: Self = Self(FIRST);
    /// The last day there is, 9999-12-31.
    pub const MAX: Self = Self(LAST);

    /// From days since 1970-01-01; the nearest day there is, for a number beyond.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        if days < FIRST {
            Self::MIN
        } else if days > LAST {
            Self::MAX
        } else {
            Self(days)
        }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day of an instant in UTC; the nearest day there is, for an instant beyond.
    #[must_use]
    pub fn of(time: Time) -> Self {
        let days = time.micros().div_euclid(MICROS_PER_DAY);
        let days = days.clamp(i64::from(FIRST), i64::from(LAST));
        Self(i32::try_from(days).expect("clamped to days of the calendar"))
    }

    /// The day of a year, a month from 1 and a day from 1; `None` where the calendar has none such.
    ///
    /// ```
    /// use kosar::Date;
    ///
    /// assert_eq!(Date::new(2024, 2, 29).unwrap().to_string(), "2024-02-29");
    /// assert_eq!(Date::new(2023, 2, 29), None);
    /// ```
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(0..=9999).contains(&year) {
            return None;
        }
        let date = civil::Date::new(year, month, day).ok()?;
        let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
        // Years begin in March here, so that lengths of months follow one line.
        let year = if month <= 2 { year - 1 } else { year };
        let century = year.div_euclid(400);
        let of_year = year.rem_euclid(400);
        let of_day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let of_century = of_year * 365 + of_year / 4 - of_year / 100 + of_day;
        Some(Self(century * DAYS_PER_400_YEARS + of_century - MARCH_0))
    }

    /// The year, the month from 1 and the day of the month from 1.
    #[must_use]
    pub fn year_month_day(self) -> (i16, i8, i8) {
        let days = self.0 + MARCH_0;
        let century = days.div_euclid(DAYS_PER_400_YEARS);
        let of_century = days.rem_euclid(DAYS_PER_400_YEARS);
        let leap_days = of_century / 1460 - of_century / 36524 + of_century / 146_096;
        let of_year = (of_century - leap_days) / 365;
        let of_day = of_century - (365 * of_year + of_year / 4 - of_year / 100);
        let from_march = (5 * of_day + 2) / 153;
        let day = of_day - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = of_year + century * 400 + i32::from(month <= 2);
        let fits = "the days of this type lie in the years 0 to 9999";
        (i16::try_from(year).expect(fits), i8::try_from(month).expect(fits), i8::try_from(day).expect(fits))
    }

    /// Reads an ISO 8601 date; of a timestamp, the date that stands in it, whatever its zone.
    ///
    /// ```
    /// use kosar::Date;
    ///
    /// assert_eq!(Date::parse("2024-01-01T00:30:00+02:00")?, Date::parse("2024-01-01")?);
    /// assert!(Date::parse("2023-02-29").is_err());
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::Date`] when the text is none.
    pub fn parse(text: &str) -> Result<Self, ParamError> {
        read(text.trim()).ok_or_else(|| ParamError::Date { name: "date", value: text.to_owned() })
    }
}

fn read(text: &str) -> Option<Date> {
    let date: civil::Date = text.get(..10)?.parse().ok()?;
    if text.len() > 10 {
        Time::parse(text).ok()?;
    }
    Date::new(date.year(), date.month(), date.day())
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_is_that_of_another_implementation() {
        let mut other = civil::date(0, 1, 1);
        for days in FIRST..=LAST {
            let date = Date::from_days(days);
            let (year, month, day) = date.year_month_day();
            assert_eq!((year, month, day), (other.year(), other.month(), other.day()), "{days}");
            assert_eq!(Date::new(year, month, day), Some(date));
            if days < LAST {
                other = other.tomorrow().unwrap();
            }
        }
        assert_eq!(
            (Date::MIN.to_string(), Date::MAX.to_string()),
            ("0000-01-01".into(), "9999-12-31".into())
        );
    }

    #[test]
    fn text_comes_back_as_it_was_read() {
        for text in ["0000-01-01", "0987-06-05", "1969-12-31", "2000-02-29", "9999-12-31"] {
            let date = Date::parse(text).unwrap();
            assert_eq!(date.to_string(), text);
            let json = serde_json::to_string(&date).unwrap();
            assert_eq!(
                (json.clone(), serde_json::from_str::<Date>(&json).unwrap()),
                (format!("\"{text}\""), date)
            );
        }
        for text in
            ["", "soon", "2023-02-29", "2023-13-01", "2023-1-1", "2023-01-01x", "2023-01-01T25:00", "ééééé"]
        {
            let error = Date::parse(text).unwrap_err();
            assert_eq!(error, ParamError::Date { name: "date", value: text.to_owned() }, "{text}");
        }
        for (year, month, day) in [(-1, 12, 31), (10_000, 1, 1), (2024, 0, 1), (2024, 4, 31)] {
            assert_eq!(Date::new(year, month, day), None);
        }
    }

    #[test]
    fn an_instant_lies_in_its_day_and_beyond_the_calendar_in_the_nearest() {
        let at = |text: &str| Date::of(Time::parse(text).unwrap()).to_string();
        assert_eq!(at("1969-12-31T23:59:59.999999"), "1969-12-31");
        assert_eq!(at("2024-02-29T00:00:00"), "2024-02-29");
        assert_eq!(Date::of(Time::from_micros(i64::MAX)), Date::MAX);
        assert_eq!(Date::of(Time::from_micros(i64::MIN)), Date::MIN);
        assert_eq!((Date::from_days(i32::MIN), Date::from_days(i32::MAX)), (Date::MIN, Date::MAX));
    }
}
