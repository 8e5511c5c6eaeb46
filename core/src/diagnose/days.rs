//! Days and hours with far more than usual, and days with nothing.

use crate::data::{LogFilter, Span};
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::diagnose::robust::median;
use crate::time::{MICROS_PER_DAY, Time};

const MICROS_PER_HOUR: i64 = MICROS_PER_DAY / 24;

/// Longer logs are not looked at day by day.
const MAX_DAYS: i64 = 50_000;

/// The least that a burst has.
const LEAST: f64 = 15.0;

/// How much a gap would have had, at least.
const MISSED: f64 = 20.0;

/// Days at either end of which no burst is told: there is too little to compare them with.
const EDGE: usize = 7;

/// Counts by day or hour.
struct Counts {
    /// The number of the first, since 1970.
    first: i64,
    unit: i64,
    counts: Vec<u32>,
}

impl Counts {
    /// Of instants that pass; `None` without any, or over too long a time.
    fn of(times: &[Time], passes: &[bool], unit: i64) -> Option<Self> {
        let numbers = || {
            let kept = times.iter().zip(passes).filter(|&(_, &passes)| passes);
            kept.map(move |(time, _)| time.micros().div_euclid(unit))
        };
        let (first, last) = (numbers().min()?, numbers().max()?);
        if last - first > MAX_DAYS * (MICROS_PER_DAY / unit) {
            return None;
        }
        let mut counts = vec![0; usize::try_from(last - first).ok()? + 1];
        for number in numbers() {
            counts[usize::try_from(number - first).ok()?] += 1;
        }
        Some(Self { first, unit, counts })
    }

    fn at(&self, place: i64) -> Option<f64> {
        let place = usize::try_from(place).ok()?;
        self.counts.get(place).copied().map(f64::from)
    }

    /// The median of the counts at some distances, both ways; NaN without any.
    fn around(&self, place: usize, steps: impl Iterator<Item = i64>) -> f64 {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let both = steps.flat_map(|step| [self.at(place - step), self.at(place + step)]);
        median(&mut both.flatten().collect::<Vec<_>>())
    }

    /// The sums of the 24 hours so many days before an hour's own and behind.
    fn day_beside(&self, hour: usize, days: usize) -> impl Iterator<Item = f64> {
        let own = i64::try_from(hour).unwrap_or(i64::MAX).saturating_add(self.first);
        let first = own - own.rem_euclid(24) - self.first;
        let step = 24 * i64::try_from(days).unwrap_or(0);
        [first - step, first + step].into_iter().filter_map(move |start| {
            let hours = (start..start + 24).map(|place| self.at(place));
            hours.sum::<Option<f64>>()
        })
    }

    fn span(&self, from: usize, to: usize) -> Option<Span> {
        let instant = |place: usize| {
            let number = self.first.saturating_add(i64::try_from(place).unwrap_or(i64::MAX));
            Time::from_micros(number.saturating_mul(self.unit))
        };
        Span::new(instant(from), instant(to)).ok()
    }
}

/// Bursts of days and, on other days, of hours; `what` happens at the times that pass.
pub(super) fn bursts(times: &[Time], passes: &[bool], what: &str, has_hours: bool) -> Found {
    let mut found: Vec<(Span, f64, f64)> = Vec::new();
    let Some(days) = Counts::of(times, passes, MICROS_PER_DAY) else { return Found::default() };
    let inner = |n: usize, unit: usize| EDGE * unit..n.saturating_sub(EDGE * unit);
    for place in inner(days.counts.len(), 1) {
        let count = days.counts[place];
        let of_weekday = days.around(place, [7, 14, 21, 28].into_iter());
        let usual = of_weekday.max(days.around(place, [1, 2, 3].into_iter()));
        let count = f64::from(count);
        if usual.is_finite() && count > LEAST.max(3.0 * usual).max(usual + 6.0 * (usual + 1.0).sqrt()) {
            found.extend(days.span(place, place + 1).map(|span| (span, count, usual)));
        }
    }
    let hours = has_hours.then(|| Counts::of(times, passes, MICROS_PER_HOUR)).flatten();
    if let Some(hours) = hours {
        let of_days: Vec<Span> = found.iter().map(|&(span, ..)| span).collect();
        let full = inner(hours.counts.len(), 24).filter(|&place| f64::from(hours.counts[place]) > LEAST);
        for place in full {
            let usual = hours.around(place, (1..=7).map(|day| 24 * day));
            let count = f64::from(hours.counts[place]);
            // An hour is a burst only where it would be much for a day.
            let of_day =
                median(&mut (1..=7).flat_map(|day| hours.day_beside(place, day)).collect::<Vec<_>>());
            if count > of_day / 2.0
                && usual.is_finite()
                && count > (5.0 * usual).max(usual + 8.0 * (usual + 1.0).sqrt())
            {
                let span = hours.span(place, place + 1);
                let is_new = |span: &Span| !of_days.iter().any(|day| day.holds(span.from()));
                found.extend(span.filter(is_new).map(|span| (span, count, usual)));
            }
        }
    }
    found.sort_by(|a, b| (b.1 - b.2).total_cmp(&(a.1 - a.2)).then(a.0.cmp(&b.0)));
    let why = |&(span, count, usual): &(Span, f64, f64)| Example {
        subject: Subject::Span(span),
        why: format!("{count} {what}, usual are {usual}"),
    };
    let examples: Vec<Example> = found.iter().map(why).collect();
    let mut spans: Vec<Span> = found.iter().map(|&(span, ..)| span).collect();
    spans.sort_unstable();
    let is_in = |time: &Time| spans.iter().any(|span| span.holds(*time));
    let concerned = times.iter().zip(passes).map(|(time, &passes)| passes && is_in(time)).collect();
    Found {
        count: spans.len(),
        examples,
        filter: LogFilter::new().spans(spans.iter().copied()),
        spans,
        concerned: Concerned::Orders(concerned),
    }
}

/// Days in a row without anything, where the same weekdays before and behind have much.
pub(super) fn gaps(times: &[Time], passes: &[bool], what: &str) -> Found {
    let Some(days) = Counts::of(times, passes, MICROS_PER_DAY) else { return Found::default() };
    let mut found: Vec<(Span, f64)> = Vec::new();
    let mut start = 0;
    for run in days.counts.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        let end = start + run.len();
        if run[0] == 0 {
            let usual: Vec<f64> = (start..end).map(|day| usual_beside(&days, day, start, end)).collect();
            let missed: f64 = usual.iter().sum();
            // Days on which the shop is closed anyhow are no part of it, at the ends.
            let is_open = |usual: &f64| *usual >= 0.5;
            let open = usual.iter().position(is_open).zip(usual.iter().rposition(is_open));
            if let (true, Some((first, last))) = (missed >= MISSED, open) {
                found.extend(days.span(start + first, start + last + 1).map(|span| (span, missed)));
            }
        }
        start = end;
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let why = |&(span, missed): &(Span, f64)| Example {
        subject: Subject::Span(span),
        why: format!("no {what}, {missed:.0} would be usual"),
    };
    let examples: Vec<Example> = found.iter().map(why).collect();
    let mut spans: Vec<Span> = found.iter().map(|&(span, _)| span).collect();
    spans.sort_unstable();
    Found { count: spans.len(), examples, spans, ..Found::default() }
}

/// The median of the weekday of a day in the four weeks before a run of days and the four behind; no more than one and a half
/// times that of the seven days before and the seven behind.
fn usual_beside(days: &Counts, day: usize, start: usize, end: usize) -> f64 {
    let before = (0..start).rev().filter(|other| (day - other).is_multiple_of(7)).take(4);
    let behind = (end..days.counts.len()).filter(|other| (other - day).is_multiple_of(7)).take(4);
    let mut counts: Vec<f64> = before.chain(behind).map(|day| f64::from(days.counts[day])).collect();
    let near = (start.saturating_sub(7)..start).chain(end..days.counts.len().min(end + 7));
    let mut near: Vec<f64> = near.map(|day| f64::from(days.counts[day])).collect();
    if counts.len() < 3 { 0.0 } else { median(&mut counts).min(1.5 * median(&mut near)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty on each day but Sundays (the fourth day since 1970), from day 4 on, for ten weeks.
    fn weeks(of: impl Fn(i64) -> i64) -> Vec<Time> {
        let times = (4..74).flat_map(|day| {
            let n = if day % 7 == 3 { 0 } else { of(day) };
            (0..n).map(move |at| Time::from_micros(day * MICROS_PER_DAY + (10 + at % 8) * MICROS_PER_HOUR))
        });
        times.collect()
    }

    #[test]
    fn regular_weeks_have_neither() {
        let times = weeks(|_| 20);
        let all = vec![true; times.len()];
        assert_eq!((bursts(&times, &all, "orders", true).count, gaps(&times, &all, "orders").count), (0, 0));
    }

    #[test]
    fn a_day_of_many_is_a_burst_and_days_of_none_are_a_gap() {
        let times = weeks(|day| match day {
            30 => 90,
            43..48 => 0,
            _ => 20,
        });
        let all = vec![true; times.len()];
        let day = |day: i64| Time::from_micros(day * MICROS_PER_DAY);
        let found = bursts(&times, &all, "orders", true);
        assert_eq!(found.spans, [Span::new(day(30), day(31)).unwrap()]);
        assert_eq!(found.examples[0].why, "90 orders, usual are 20");
        let Concerned::Orders(concerned) = &found.concerned else { unreachable!() };
        assert_eq!(concerned.iter().filter(|&&is| is).count(), 90);
        // Day 45 is a Sunday.
        let found = gaps(&times, &all, "orders");
        assert_eq!(found.spans, [Span::new(day(43), day(48)).unwrap()]);
        assert_eq!(found.examples[0].why, "no orders, 80 would be usual");
        assert!(found.filter.is_empty());
    }
}
