//! Times that cannot be right.

use std::collections::BTreeMap;

use crate::data::{Id, IdRef, LogFilter, OrderLog, Span};
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::time::{MICROS_PER_DAY, Time};

/// The share of what lies apart from the rest, at most.
const FEW: usize = 50;

/// How far it lies apart, at least.
const APART: i64 = 60 * MICROS_PER_DAY;

/// How many it takes for a midnight or an instant to be full.
const MANY: usize = 20;

/// How many times as many as would be usual.
const TIMES: f64 = 10.0;

/// How many neighbours by number are looked at on either side.
const NEIGHBOURS: usize = 10;

/// How many orders of one kind of number it takes.
const MIN_ORDERS: usize = 50;

/// For each instant whether it is one of few that lie apart from the rest, or is later than `now`.
pub(super) fn out_of_time(times: &[Time], now: Option<Time>) -> Vec<bool> {
    let mut sorted: Vec<i64> = times.iter().map(|time| time.micros()).collect();
    sorted.sort_unstable();
    let n = sorted.len();
    let few = n / FEW;
    let bound = |low: usize, high: usize| {
        let span = sorted[high].saturating_sub(sorted[low]);
        APART.max(span / 10)
    };
    let (mut first, mut last) = (i64::MIN, now.map_or(i64::MAX, Time::micros));
    if few > 0 {
        let wide = bound(few, n - 1 - few);
        // The last of the first few, and the first of the last few, behind which there is a gap.
        if let Some(at) = (1..=few).rev().find(|&at| sorted[at].saturating_sub(sorted[at - 1]) > wide) {
            first = sorted[at];
        }
        if let Some(at) = (1..=few).rev().find(|&at| sorted[n - at].saturating_sub(sorted[n - at - 1]) > wide)
        {
            last = last.min(sorted[n - at - 1]);
        }
    }
    times.iter().map(|time| time.micros() < first || time.micros() > last).collect()
}

/// Which order or session one is, to tell of it and to take it out.
pub(super) trait Named {
    /// What an example calls it.
    fn subject(&self, place: usize) -> Subject;
    /// The filter with it.
    fn add(&self, filter: LogFilter, place: usize) -> LogFilter;
}

/// Those marked, as found; `why` tells of each, `rank` which is the worst.
pub(super) fn marked(
    marks: Vec<bool>,
    named: &impl Named,
    rank: impl Fn(usize) -> i64,
    why: impl Fn(usize) -> String,
) -> Found {
    let mut places: Vec<usize> = (0..marks.len()).filter(|&place| marks[place]).collect();
    places.sort_by_key(|&place| (std::cmp::Reverse(rank(place)), place));
    let filter = places.iter().fold(LogFilter::new(), |filter, &place| named.add(filter, place));
    let example = |&place: &usize| Example { subject: named.subject(place), why: why(place) };
    // More than anybody reads are not written.
    let examples = places.iter().take(1000).map(example).collect();
    Found { count: places.len(), examples, filter, concerned: Concerned::Orders(marks), ..Found::default() }
}

/// Whether times of day are told: fewer than 19 in 20 are midnights.
pub(super) fn has_hours(times: &[Time], passes: &[bool]) -> bool {
    let (all, midnights) = count_midnights(times, passes);
    midnights * 20 < all * 19
}

fn count_midnights(times: &[Time], passes: &[bool]) -> (usize, usize) {
    let kept = || times.iter().zip(passes).filter(|&(_, &passes)| passes);
    let is_midnight = |time: &Time| time.micros().rem_euclid(MICROS_PER_DAY) == 0;
    (kept().count(), kept().filter(|&(time, _)| is_midnight(time)).count())
}

/// Instants at exactly midnight that stand for a date alone.
pub(super) fn midnights(times: &[Time], passes: &[bool], named: &impl Named) -> Found {
    let (all, found) = count_midnights(times, passes);
    // In the hours beside midnight as many as there are, spread over minutes or seconds.
    let unit = resolution(times, passes);
    let hour = MICROS_PER_DAY / 24;
    let near = times.iter().zip(passes).filter(|&(_, &passes)| passes).filter(|&(time, _)| {
        let of_day = time.micros().rem_euclid(MICROS_PER_DAY);
        of_day != 0 && (of_day < hour || of_day >= MICROS_PER_DAY - hour)
    });
    #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
    let usual = (near.count() + 1) as f64 * unit as f64 / (2 * hour) as f64;
    #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
    let is_many = found >= MANY && found * 200 >= all && found as f64 >= TIMES * usual;
    if !is_many || !has_hours(times, passes) {
        return Found::default();
    }
    let is_one = |(time, &passes): (&Time, &bool)| passes && time.micros().rem_euclid(MICROS_PER_DAY) == 0;
    let marks: Vec<bool> = times.iter().zip(passes).map(is_one).collect();
    let why = |place: usize| format!("{}, as if it had no time of day", times[place]);
    // The date is right, so nothing is taken out.
    Found { filter: LogFilter::new(), ..marked(marks, named, |_| 0, why) }
}

/// The coarsest of a minute, a second and a microsecond that all instants are multiples of.
fn resolution(times: &[Time], passes: &[bool]) -> i64 {
    let all = |unit: i64| {
        let kept = times.iter().zip(passes).filter(|&(_, &passes)| passes);
        kept.into_iter().all(|(time, _)| time.micros().rem_euclid(unit) == 0)
    };
    [60_000_000, 1_000_000].into_iter().find(|&unit| all(unit)).unwrap_or(1)
}

/// Instants with far more than their hour would give.
pub(super) fn same_instants(times: &[Time], passes: &[bool], what: &str) -> Found {
    if !has_hours(times, passes) {
        return Found::default();
    }
    let unit = resolution(times, passes);
    let hour = MICROS_PER_DAY / 24;
    let mut sorted: Vec<i64> =
        times.iter().zip(passes).filter(|&(_, &passes)| passes).map(|(time, _)| time.micros()).collect();
    sorted.sort_unstable();
    let mut found: Vec<(usize, Span)> = Vec::new();
    let mut start = 0;
    for same in sorted.chunk_by(|a, b| a == b) {
        let (at, n) = (same[0], same.len());
        let (low, high) = (at - at.rem_euclid(hour), at - at.rem_euclid(hour) + hour);
        if n >= MANY && at.rem_euclid(MICROS_PER_DAY) != 0 {
            let of_hour =
                sorted.partition_point(|&time| time < high) - sorted.partition_point(|&time| time < low);
            #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
            let usual = (of_hour - n + 1) as f64 * unit as f64 / hour as f64;
            #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
            if n as f64 >= TIMES * usual {
                let end = Time::from_micros(at.saturating_add(unit.max(1)));
                found.extend(Span::new(Time::from_micros(at), end).ok().map(|span| (n, span)));
            }
        }
        start += n;
    }
    debug_assert_eq!(start, sorted.len());
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let why = |&(n, span): &(usize, Span)| Example {
        subject: Subject::Span(span),
        why: format!("{n} {what} at {}", span.from()),
    };
    let examples: Vec<Example> = found.iter().map(why).collect();
    let mut spans: Vec<Span> = found.iter().map(|&(_, span)| span).collect();
    spans.sort_unstable();
    let is_in = |time: &Time| {
        let behind = spans.partition_point(|span| span.from() <= *time);
        behind > 0 && spans[behind - 1].holds(*time)
    };
    let marks = times.iter().zip(passes).map(|(time, &passes)| passes && is_in(time)).collect();
    Found {
        count: spans.len(),
        examples,
        filter: LogFilter::new().spans(spans.iter().copied()),
        spans,
        concerned: Concerned::Orders(marks),
    }
}

/// The number of an id, and what stands before it; `None` where it does not end with digits.
fn numbered(id: IdRef<'_>) -> Option<(String, i64)> {
    match id {
        IdRef::Int(number) => Some((String::new(), number)),
        IdRef::Str(text) => {
            let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
            let (before, number) = text.split_at(text.len() - digits);
            Some((before.to_owned(), number.parse().ok()?))
        }
    }
}

/// For each order by how many microseconds its time is off from that of orders with neighbouring numbers, where that is far.
pub(super) fn out_of_order(log: &OrderLog, times: &[Time]) -> Vec<Option<i64>> {
    let mut found = vec![None; times.len()];
    let mut kinds: BTreeMap<String, Vec<(i64, usize)>> = BTreeMap::new();
    for (place, order) in log.orders().enumerate() {
        if let Some((before, number)) = log.order_id(order).and_then(numbered) {
            kinds.entry(before).or_default().push((number, place));
        }
    }
    for mut orders in kinds.into_values().filter(|orders| orders.len() >= MIN_ORDERS) {
        orders.sort_unstable();
        let time = |at: usize| times[orders[at].1].micros();
        let rising = (1..orders.len()).filter(|&at| time(at) >= time(at - 1)).count();
        if rising * 10 < (orders.len() - 1) * 9 {
            continue;
        }
        #[allow(clippy::cast_precision_loss, reason = "times of a log, to the microsecond or nearly")]
        let off = |at: usize| {
            let around = at.saturating_sub(NEIGHBOURS)..orders.len().min(at + NEIGHBOURS + 1);
            let mut near: Vec<f64> =
                around.filter(|&other| other != at).map(|other| time(other) as f64).collect();
            near.sort_unstable_by(f64::total_cmp);
            // A neighbour at either end may be off itself.
            let (low, high, own) = (near[1], near[near.len() - 2], time(at) as f64);
            (own - high).max(0.0) + (own - low).min(0.0)
        };
        let offs: Vec<f64> = (0..orders.len()).map(off).collect();
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "differences of times"
        )]
        for (at, off) in offs.into_iter().enumerate() {
            if off.abs() > (2 * MICROS_PER_DAY) as f64 {
                found[orders[at].1] = Some(off as i64);
            }
        }
    }
    found
}

/// The orders of a log.
pub(super) struct OrderNames<'a>(pub(super) &'a OrderLog);

impl OrderNames<'_> {
    fn id(&self, place: usize) -> Option<Id> {
        self.0.order_id(crate::index::OrderIx::new(place)).map(IdRef::to_id)
    }
}

impl Named for OrderNames<'_> {
    fn subject(&self, place: usize) -> Subject {
        self.id(place).map_or(Subject::Place(place), Subject::Order)
    }

    fn add(&self, filter: LogFilter, place: usize) -> LogFilter {
        match self.id(place) {
            Some(id) => filter.orders([id]),
            None => {
                let time = self.0.time_of(crate::index::OrderIx::new(place));
                let span = time
                    .and_then(|time| Span::new(time, Time::from_micros(time.micros().checked_add(1)?)).ok());
                filter.spans(span)
            }
        }
    }
}
