//! Conditions on sessions made ready, and their measure.

use crate::audience::event_plan::Who;
use crate::audience::events::{SessionSpan, bit};
use crate::audience::plan::Place;
use crate::audience::value_test::{NumberTest, Subject};
use crate::audience::window::Bounds;
use crate::audience::{SessionCondition, SessionMeasure};
use crate::data::EventKind;
use crate::error::AudienceError;

/// How long behind the last event of a session an order still belongs to it, in microseconds.
const LATE: i64 = 30 * 60 * 1_000_000;

/// A condition on sessions made ready.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SessionPlan {
    with: u16,
    without: u16,
    bounds: Bounds,
    measure: SessionMeasure,
    test: NumberTest,
    now: i64,
}

impl SessionPlan {
    pub(super) fn new(of: &SessionCondition, place: &mut Place<'_>) -> Result<Self, AudienceError> {
        let here = place.path.to_owned();
        let at = |field: &str| format!("{here}.{field}");
        if place.data.events.is_none() {
            return Err(AudienceError::Missing { path: place.path.to_owned(), needed: "an event log" });
        }
        for kind in of.with.iter().filter(|&&kind| {
            !place.data.events.as_ref().is_some_and(|events| events.kind.contains(&(kind as u8)))
        }) {
            place.note(&at("with"), &format!("there is no event of the kind {}", kind.name()));
        }
        let bits = |kinds: &[EventKind]| kinds.iter().fold(0, |bits, &kind| bits | bit(kind));
        let at_test = at("test");
        Ok(Self {
            with: bits(&of.with),
            without: bits(&of.without),
            bounds: Bounds::new(of.window.as_ref(), &at("window"), place.as_of, &place.data.zones)?,
            measure: of.measure,
            test: Subject { path: &at_test, of: "the measure" }
                .measure(of.test.as_ref(), of.measure == SessionMeasure::Count)?,
            now: place.as_of.micros(),
        })
    }

    pub(super) fn holds(&self, who: Who<'_>) -> bool {
        self.test.holds(self.measure(who))
    }

    /// The measure of a customer; NaN where it is not known.
    pub(super) fn measure(&self, who: Who<'_>) -> f64 {
        let (from, to) = self.bounds.of(who.zone);
        let (mut n_with, mut n) = (0_u32, 0_u32);
        let sessions = who.events.sessions_of(who.customer);
        // The earliest end comes first, and none ends before it begins.
        let begin = sessions.partition_point(|session| session.last < from);
        for session in &sessions[begin..] {
            if session.first < from || session.first >= to {
                continue;
            }
            let kinds = self.kinds(session, who);
            if kinds & self.with == self.with {
                n_with += 1;
                n += u32::from(kinds & self.without == 0);
            }
        }
        match self.measure {
            SessionMeasure::Count => f64::from(n),
            SessionMeasure::Share => f64::from(n) / f64::from(n_with),
        }
    }

    /// The kinds of a session's events before the instant asked for, with a purchase where an order falls in it.
    fn kinds(&self, session: &SessionSpan, who: Who<'_>) -> u16 {
        let table = who.events;
        let (mut kinds, mut last) = (session.kinds, session.last);
        if last >= self.now {
            // What the session will be is not known yet.
            let own = table
                .between(who.customer, (session.first, self.now))
                .filter(|&event| table.session[event] == session.position);
            (kinds, last) = own.fold((0, session.first), |(kinds, _), event| {
                (kinds | 1 << table.kind[event], table.time[event])
            });
        }
        let bought = bit(EventKind::Purchase);
        let asked = (self.with | self.without) & bought != 0 && kinds & bought == 0;
        if asked && let Some(orders) = who.orders {
            let end = last.saturating_add(LATE + 1).min(self.now);
            let mut within = orders.between(who.customer, (session.first, end));
            if within.any(|order| orders.bought[orders.lines[order]..orders.lines[order + 1]].contains(&true))
            {
                kinds |= bought;
            }
        }
        kinds
    }
}
