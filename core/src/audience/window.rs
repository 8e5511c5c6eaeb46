//! Windows as instants, for each time zone.

use crate::audience::clock::Clock;
use crate::audience::clock::midnight;
use crate::audience::{LocalTimes, Window};
use crate::error::AudienceError;
use crate::time::{Date, MICROS_PER_DAY, Time, Zone};

/// From when to when, the end not included, in microseconds; for each zone, or once for all of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds(Vec<(i64, i64)>);

impl Bounds {
    /// The bounds in a zone.
    pub(super) fn of(&self, zone: usize) -> (i64, i64) {
        self.0[zone.min(self.0.len() - 1)]
    }

    /// Reads a window, which ends at `as_of` at the latest.
    pub(super) fn new(
        window: Option<&Window>,
        path: &str,
        as_of: Time,
        zones: &[Zone],
    ) -> Result<Self, AudienceError> {
        let now = as_of.micros();
        let refused =
            |value: String, allowed| AudienceError::OutOfRange { path: path.to_owned(), value, allowed };
        let ago = |days: u32| now.saturating_sub(i64::from(days).saturating_mul(MICROS_PER_DAY));
        let once = |from: i64, to: i64| Ok(Self(vec![(from, to.min(now))]));
        match window {
            None => once(i64::MIN, now),
            Some(Window::LastDays(0)) => Err(refused("last_days 0".to_owned(), "at least 1 day")),
            Some(&Window::LastDays(days)) => once(ago(days), now),
            Some(&Window::DaysAgo { from, to }) if from <= to => {
                Err(refused(format!("from {from} to {to} days ago"), "the farther end first"))
            }
            Some(&Window::DaysAgo { from, to }) => once(ago(from), ago(to)),
            Some(Window::CalendarDays(0)) => Err(refused("calendar_days 0".to_owned(), "at least 1 day")),
            Some(&Window::CalendarDays(days)) => Ok(Self(
                zones
                    .iter()
                    .map(|zone| {
                        let today = i64::from(zone.local(as_of).date.days());
                        (midnight(zone, today - i64::from(days) + 1), now)
                    })
                    .collect(),
            )),
            Some(Window::Between { from, to }) => {
                let read = |text: &Option<String>, open: i64, zone: &Zone| match text {
                    None => Ok(open),
                    Some(text) => instant(text, zone)
                        .ok_or_else(|| refused(text.clone(), "a date such as '2026-11-26', or an instant")),
                };
                let bounds = zones.iter().map(|zone| {
                    let (start, end) = (read(from, i64::MIN, zone)?, read(to, i64::MAX, zone)?);
                    if from.is_some() && to.is_some() && start >= end {
                        let texts = [from, to].map(|text| text.clone().unwrap_or_default());
                        return Err(refused(texts.join(" and "), "the earlier end first"));
                    }
                    Ok((start, end.min(now)))
                });
                bounds.collect::<Result<_, _>>().map(Self)
            }
        }
    }
}

/// A date is the local midnight at its start; a time without a zone is read as UTC, as everywhere.
fn instant(text: &str, zone: &Zone) -> Option<i64> {
    // A date is also the beginning of an instant's text.
    match Date::parse(text) {
        Ok(date) if text.trim().len() == 10 => Some(zone.midnight(date).micros()),
        _ => Time::parse(text).ok().map(Time::micros),
    }
}

/// Hours and weekdays made ready.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LocalPlan {
    /// A bit for each hour of the day.
    hours: u32,
    /// A bit for each weekday, from Monday on.
    weekdays: u8,
}

impl LocalPlan {
    pub(super) fn new(at: &LocalTimes, path: &str) -> Result<Self, AudienceError> {
        let hours = match at.hours {
            None => (1 << 24) - 1,
            Some((from, to)) if from > 23 || to > 24 || from == to => {
                return Err(AudienceError::OutOfRange {
                    path: format!("{path}.hours"),
                    value: format!("{from} to {to}"),
                    allowed: "two different hours, the first from 0 to 23 and the second from 0 to 24",
                });
            }
            Some((from, to)) if from < to => (from..to).fold(0, |bits, hour| bits | 1 << hour),
            Some((from, to)) => (from..24).chain(0..to).fold(0, |bits, hour| bits | 1 << hour),
        };
        let weekdays = at.weekdays.iter().fold(0, |bits, &day| bits | 1_u8 << day as u8);
        Ok(Self { hours, weekdays: if at.weekdays.is_empty() { 127 } else { weekdays } })
    }

    pub(super) fn holds(&self, clock: &Clock, micros: i64) -> bool {
        let (hour, weekday) = clock.hour_and_weekday(micros);
        self.hours >> hour & 1 == 1 && self.weekdays >> weekday & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::Weekday;

    fn time(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn bounds(window: &Window, zone: &str) -> (Time, Time) {
        let zones = [Zone::UTC, Zone::parse(zone).unwrap()];
        let bounds = Bounds::new(Some(window), "w", time("2026-03-31T10:00:00Z"), &zones).unwrap();
        let (from, to) = bounds.of(1);
        (Time::from_micros(from), Time::from_micros(to))
    }

    #[test]
    fn days_are_of_24_hours_or_of_the_calendar() {
        let now = time("2026-03-31T10:00:00Z");
        // Clocks were put forward on the 29th.
        assert_eq!(bounds(&Window::LastDays(3), "Europe/Budapest"), (time("2026-03-28T10:00:00Z"), now));
        assert_eq!(bounds(&Window::CalendarDays(1), "Europe/Budapest"), (time("2026-03-30T22:00:00Z"), now));
        assert_eq!(bounds(&Window::CalendarDays(4), "Europe/Budapest"), (time("2026-03-27T23:00:00Z"), now));
        let ago = Window::DaysAgo { from: 30, to: 10 };
        assert_eq!(bounds(&ago, "UTC"), (time("2026-03-01T10:00:00Z"), time("2026-03-21T10:00:00Z")));
    }

    #[test]
    fn a_date_is_a_local_midnight_and_no_window_goes_beyond_the_present() {
        let between = |from: &str, to: &str| Window::Between { from: Some(from.into()), to: Some(to.into()) };
        assert_eq!(
            bounds(&between("2026-03-01", "2026-03-30"), "America/New_York"),
            (time("2026-03-01T05:00:00Z"), time("2026-03-30T04:00:00Z"))
        );
        let (from, to) = bounds(&between("2026-03-01T12:00:00+01:00", "2027-01-01"), "America/New_York");
        assert_eq!((from, to), (time("2026-03-01T11:00:00Z"), time("2026-03-31T10:00:00Z")));
        for window in [
            between("2026-03-01", "2026-03-01"),
            between("March", "2026-03-01"),
            Window::LastDays(0),
            Window::CalendarDays(0),
            Window::DaysAgo { from: 3, to: 3 },
        ] {
            let refused = Bounds::new(Some(&window), "and[0].window", time("2026-03-31"), &[Zone::UTC]);
            assert!(
                refused.unwrap_err().to_string().starts_with("audience at and[0].window: must be"),
                "{window}"
            );
        }
    }

    #[test]
    fn hours_may_go_over_midnight() {
        let clock = Clock::new(&Zone::UTC, (time("2026-01-01"), time("2026-12-31")));
        let at = LocalTimes { hours: Some((22, 6)), weekdays: vec![Weekday::Saturday, Weekday::Sunday] };
        let plan = LocalPlan::new(&at, "at").unwrap();
        for (text, holds) in [
            ("2026-11-28T21:59:59", false), // a Saturday
            ("2026-11-28T22:00:00", true),
            ("2026-11-29T05:59:59", true),
            ("2026-11-29T06:00:00", false),
            ("2026-11-30T05:00:00", false),
        ] {
            assert_eq!(plan.holds(&clock, time(text).micros()), holds, "{text}");
        }
        for hours in [(24, 3), (3, 3), (0, 25)] {
            assert!(LocalPlan::new(&LocalTimes { hours: Some(hours), weekdays: vec![] }, "at").is_err());
        }
    }
}
