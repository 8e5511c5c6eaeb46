//! Times that cannot be right.

use std::collections::BTreeMap;

use crate::data::{IdRef, LogFilter, OrderLog, Span, Spans};
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::diagnose::named::{Named, marked};
use crate::diagnose::resolution::{HOUR, Resolution, SECOND};
use crate::index::OrderIx;
use crate::time::{MICROS_PER_DAY, Time};

/// The share of what lies apart from the rest, at most.
const FEW: usize = 50;

/// How far it lies apart, at least.
const APART: i64 = 60 * MICROS_PER_DAY;

/// How many it takes for a midnight or an instant to be full.
const MANY: usize = 20;

/// How many times as many as would be usual.
const TIMES: f64 = 10.0;

/// The unit of time from which on many at one instant are nothing strange.
const COARSE: i64 = 15 * 60 * SECOND;

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

/// Instants at exactly midnight that stand for a date alone.
pub(super) fn midnights(
    times: &[Time],
    passes: &[bool],
    resolution: Resolution,
    named: &impl Named,
) -> Found {
    if !resolution.has_hours() {
        return Found::default();
    }
    // As many as one unit of time has in the hours beside midnight, and no fewer than the full hours there have.
    let window = HOUR.max(2 * resolution.unit);
    let (mut all, mut found, mut near, mut full) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (time, _) in times.iter().zip(passes).filter(|&(_, &passes)| passes) {
        let behind = time.micros().rem_euclid(MICROS_PER_DAY);
        let distance = behind.min(MICROS_PER_DAY - behind);
        all += 1;
        found += usize::from(distance == 0);
        near += usize::from(distance > 0 && distance <= window);
        full += usize::from(distance == HOUR || distance == 2 * HOUR);
    }
    #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32, units below 2^53")]
    let usual = ((near + 1) as f64 * resolution.unit as f64 / (2 * window) as f64).max(full as f64 / 4.0);
    #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
    let is_many = found >= MANY && found * 200 >= all && found as f64 >= TIMES * usual;
    if !is_many {
        return Found::default();
    }
    let is_one = |(time, &passes): (&Time, &bool)| passes && time.micros().rem_euclid(MICROS_PER_DAY) == 0;
    let marks: Vec<bool> = times.iter().zip(passes).map(is_one).collect();
    let why = |place: usize| format!("{}, as if it had no time of day", times[place]);
    // The date is right, so nothing is taken out.
    Found { filter: LogFilter::new(), ..marked(marks, named, |_| 0, why) }
}

/// Instants with far more than the rest of their hour, and than the same minute and second of the hours beside, would give;
/// none where times are told by the quarter of an hour or coarser.
pub(super) fn same_instants(times: &[Time], passes: &[bool], resolution: Resolution, what: &str) -> Found {
    let Resolution { unit, exact } = resolution;
    if unit >= COARSE {
        return Found::default();
    }
    let mut sorted: Vec<i64> =
        times.iter().zip(passes).filter(|&(_, &passes)| passes).map(|(time, _)| time.micros()).collect();
    sorted.sort_unstable();
    let within = |low: i64, high: i64| {
        sorted.partition_point(|&time| time < high) - sorted.partition_point(|&time| time < low)
    };
    let mut found: Vec<(usize, Span)> = Vec::new();
    for same in sorted.chunk_by(|a, b| a == b) {
        let (at, n) = (same[0], same.len());
        if n < MANY || at.rem_euclid(MICROS_PER_DAY) == 0 {
            continue;
        }
        let low = at.saturating_sub(at.rem_euclid(HOUR));
        let others = within(low, low.saturating_add(HOUR)).saturating_sub(n);
        let beside = [-2, -1, 1, 2].map(|hours| at.saturating_add(hours * HOUR));
        let beside: usize = beside.iter().map(|&time| within(time, time.saturating_add(1))).sum();
        #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32, units below 2^53")]
        let usual = ((others + 1) as f64 * unit as f64 / (HOUR - unit) as f64).max(beside as f64 / 4.0);
        #[allow(clippy::cast_precision_loss, reason = "counts are below 2^32")]
        if n as f64 >= TIMES * usual {
            let end = Time::from_micros(at.saturating_add(exact));
            found.extend(Span::new(Time::from_micros(at), end).ok().map(|span| (n, span)));
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let why = |&(n, span): &(usize, Span)| Example {
        subject: Subject::Span(span),
        why: format!("{n} {what} at {}", span.from()),
    };
    let examples: Vec<Example> = found.iter().map(why).collect();
    let mut spans: Vec<Span> = found.iter().map(|&(_, span)| span).collect();
    spans.sort_unstable();
    let set: Spans = spans.iter().copied().collect();
    let marks = times.iter().zip(passes).map(|(&time, &passes)| passes && set.holds(time)).collect();
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

/// Whether most of some places pass, of two at least.
fn most(places: std::ops::Range<usize>, pass: impl Fn(usize) -> bool) -> bool {
    let n = places.len();
    n >= 2 && 2 * places.filter(|&place| pass(place)).count() > n
}

/// Whether customers count their orders for themselves: of more than one in twenty orders another customer has the number, too.
fn is_by_customer(log: &OrderLog, sorted: &[(i64, usize)]) -> bool {
    let shared = sorted.chunk_by(|a, b| a.0 == b.0).map(|same| {
        let mut customers = same.iter().filter_map(|&(_, place)| log.customer_of(OrderIx::new(place)));
        let first = customers.next();
        if customers.any(|customer| Some(customer) != first) { same.len() } else { 0 }
    });
    shared.sum::<usize>() * 20 > sorted.len()
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
        if is_by_customer(log, &orders) {
            continue;
        }
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
            let off = (own - high).max(0.0) + (own - low).min(0.0);
            // An order that is far from others, but behind those with lower numbers and before those with higher ones, is in
            // order: so are the first and the last orders of a sparse log.
            let is_against = if off < 0.0 {
                most(at.saturating_sub(NEIGHBOURS)..at, |other| time(other) > time(at))
            } else {
                most(at + 1..orders.len().min(at + NEIGHBOURS + 1), |other| time(other) < time(at))
            };
            Some(off).filter(|off| is_against && off.abs() > (2 * MICROS_PER_DAY) as f64)
        };
        let offs: Vec<Option<f64>> = (0..orders.len()).map(off).collect();
        #[allow(clippy::cast_possible_truncation, reason = "differences of times")]
        for (at, off) in offs.into_iter().enumerate() {
            found[orders[at].1] = off.map(|off| off as i64);
        }
    }
    found
}
