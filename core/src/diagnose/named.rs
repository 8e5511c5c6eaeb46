//! Which order or session one is, to tell of it and to take it out.

use crate::data::{EventLog, IdRef, LogFilter, OrderLog, Span};
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::index::{OrderIx, SessionIx};
use crate::time::Time;

/// Orders or sessions by their place in a log.
pub(super) trait Named {
    /// What an example calls it.
    fn subject(&self, place: usize) -> Subject;
    /// The filter with it, and with nothing else of the log.
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

/// From an instant to another, both of them in it; `None` where the calendar of microseconds ends.
fn through(first: Time, last: Time) -> Option<Span> {
    Span::new(first, Time::from_micros(last.micros().checked_add(1)?)).ok()
}

/// The orders of a log.
pub(super) struct OrderNames<'a>(pub(super) &'a OrderLog);

impl OrderNames<'_> {
    fn id(&self, place: usize) -> Option<IdRef<'_>> {
        self.0.order_id(OrderIx::new(place))
    }

    /// Whether others have an order of the same id. Orders are sorted by id.
    fn is_shared(&self, place: usize) -> bool {
        let same = |other: usize| other < self.0.n_orders() && self.id(other) == self.id(place);
        place.checked_sub(1).is_some_and(same) || same(place + 1)
    }
}

impl Named for OrderNames<'_> {
    fn subject(&self, place: usize) -> Subject {
        self.id(place).map_or(Subject::Place(place), |id| Subject::Order(id.to_id()))
    }

    fn add(&self, filter: LogFilter, place: usize) -> LogFilter {
        let order = OrderIx::new(place);
        let customers = self.0.customers();
        let customer = || Some(customers?.get(self.0.customer_of(order)?.as_usize()).to_id());
        match self.id(place) {
            Some(id) if self.is_shared(place) => filter.customer_order(customer(), id.to_id()),
            Some(id) => filter.orders([id.to_id()]),
            None => match self.0.time_of(order).and_then(|time| through(time, time)) {
                Some(span) if customers.is_some() => filter.customer_span(customer(), span),
                span => filter.spans(span),
            },
        }
    }
}

/// The sessions of a log.
pub(super) struct SessionNames<'a> {
    log: &'a EventLog,
    /// For each session whether others have its id.
    is_shared: Vec<bool>,
}

impl<'a> SessionNames<'a> {
    pub(super) fn of(log: &'a EventLog) -> Self {
        Self { log, is_shared: log.shares_session_id() }
    }
}

impl Named for SessionNames<'_> {
    fn subject(&self, place: usize) -> Subject {
        let view = self.log.session(SessionIx::new(place));
        let customer = || view.customer.map(|customer| self.log.customers().get(customer.as_usize()).to_id());
        match view.id.map(IdRef::to_id) {
            Some(id) => Subject::Session(id),
            None => customer().map_or(Subject::Place(place), Subject::Customer),
        }
    }

    fn add(&self, filter: LogFilter, place: usize) -> LogFilter {
        let view = self.log.session(SessionIx::new(place));
        let customer = view.customer.map(|customer| self.log.customers().get(customer.as_usize()).to_id());
        match view.id.map(IdRef::to_id) {
            Some(id) if self.is_shared[place] => filter.customer_session(customer, id),
            Some(id) => filter.sessions([id]),
            None => match view
                .times
                .first()
                .zip(view.times.last())
                .and_then(|(&first, &last)| through(first, last))
            {
                Some(span) => filter.customer_span(customer, span),
                None => filter,
            },
        }
    }
}
