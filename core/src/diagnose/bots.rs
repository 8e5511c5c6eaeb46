//! Sessions that no person made.

use crate::data::{EventKind, EventLog, Id, LogFilter};
use crate::diagnose::clocks::Named;
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::diagnose::robust::Robust;
use crate::index::SessionIx;

/// Events of a session that is judged by its pace.
const MIN_EVENTS: usize = 30;

/// Microseconds between two events of a person, in the mean, at least.
const PACE: i64 = 1_000_000;

/// Items of a session that is judged by their number.
const MIN_ITEMS: usize = 200;

/// How far beyond the rest these are, in spreads of the logarithm.
const FAR: f64 = 3.0;

/// Events of a session that is judged by its regularity.
const MIN_REGULAR: usize = 50;

/// The coefficient of variation of intervals that no hand makes.
const REGULAR: f64 = 0.05;

/// What a session tells of who made it.
struct Deeds {
    n: usize,
    items: usize,
    /// Between two deeds, in the mean, in microseconds.
    pace: i64,
    /// The coefficient of variation of the intervals.
    variation: f64,
    has_bought: bool,
}

impl Deeds {
    #[allow(clippy::cast_precision_loss, reason = "intervals of a session")]
    fn of(log: &EventLog, session: SessionIx) -> Self {
        let view = log.session(session);
        let is_deed = |kind: EventKind| {
            !matches!(kind, EventKind::Impression | EventKind::MessageSent | EventKind::MessageOpened)
        };
        let deeds: Vec<usize> = (0..view.kinds.len()).filter(|&at| is_deed(view.kinds[at])).collect();
        let mut items: Vec<u32> = deeds.iter().map(|&at| view.items[at].as_u32()).collect();
        items.retain(|&item| item != u32::MAX);
        items.sort_unstable();
        items.dedup();
        let times: Vec<i64> = deeds.iter().map(|&at| view.times[at].micros()).collect();
        let gaps: Vec<f64> = times.windows(2).map(|both| both[1].saturating_sub(both[0]) as f64).collect();
        let n = gaps.len().max(1) as f64;
        let mean = gaps.iter().sum::<f64>() / n;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / n;
        let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.saturating_sub(*first));
        let has_bought =
            view.kinds.iter().any(|kind| matches!(kind, EventKind::Purchase | EventKind::AddToCart));
        Self {
            n: deeds.len(),
            items: items.len(),
            pace: span / i64::try_from(gaps.len().max(1)).unwrap_or(i64::MAX),
            variation: if mean > 0.0 { variance.sqrt() / mean } else { f64::INFINITY },
            has_bought,
        }
    }
}

/// The sessions of bots.
pub(super) fn find(log: &EventLog) -> Found {
    let deeds: Vec<Deeds> = log.sessions().map(|session| Deeds::of(log, session)).collect();
    #[allow(clippy::cast_precision_loss, reason = "items are fewer than 2^32")]
    let logarithm = |items: usize| libm::log(items.max(1) as f64);
    let usual = Robust::of(deeds.iter().map(|deeds| logarithm(deeds.items)).collect(), 0.35);
    let mut found = Vec::new();
    for (place, deeds) in deeds.iter().enumerate() {
        let seconds = deeds.pace / 1_000_000;
        let why = if deeds.n >= MIN_EVENTS && deeds.pace < PACE {
            format!("{} events with less than a second between them", deeds.n)
        } else if deeds.items >= MIN_ITEMS && !deeds.has_bought && usual.above(logarithm(deeds.items)) >= FAR
        {
            format!("{} items looked at, nothing put into the cart", deeds.items)
        } else if deeds.n >= MIN_REGULAR && deeds.variation < REGULAR {
            format!("{} events, one every {seconds} seconds", deeds.n)
        } else {
            continue;
        };
        found.push((deeds.n, place, why));
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let named = SessionNames(log);
    let mut marks = vec![false; deeds.len()];
    let mut filter = LogFilter::new();
    let mut examples = Vec::new();
    for (_, place, why) in found {
        marks[place] = true;
        filter = named.add(filter, place);
        examples.push(Example { subject: named.subject(place), why });
    }
    Found { count: examples.len(), examples, filter, concerned: Concerned::Orders(marks), ..Found::default() }
}

/// The sessions of a log.
pub(super) struct SessionNames<'a>(pub(super) &'a EventLog);

impl Named for SessionNames<'_> {
    fn subject(&self, place: usize) -> Subject {
        let view = self.0.session(SessionIx::new(place));
        let customer = || view.customer.map(|customer| self.0.customers().get(customer.as_usize()).to_id());
        match view.id.map(crate::data::IdRef::to_id) {
            Some(id) => Subject::Session(id),
            None => customer().map_or(Subject::Place(place), Subject::Customer),
        }
    }

    /// A session without an id is taken out with its customer.
    fn add(&self, filter: LogFilter, place: usize) -> LogFilter {
        match self.subject(place) {
            Subject::Session(id) => filter.sessions([id]),
            Subject::Customer(id) => filter.customers::<Id>([id]),
            _ => filter,
        }
    }
}
