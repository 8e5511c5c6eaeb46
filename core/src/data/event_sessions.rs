//! Events grouped into sessions: whose they are, where they end, and in which order they come.

use crate::data::attribute::NONE;
use crate::data::events::Events;
use crate::data::lines::counting_sort;
use crate::data::{Attribute, EventKind};
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::time::Time;

/// Columns of a log: see [`EventLog`](crate::data::EventLog) for what they mean.
#[derive(Debug, Clone)]
pub(super) struct Sessions {
    /// Where each session's events begin, and behind them the number of events.
    pub(super) offsets: Vec<usize>,
    /// The position of each session's id; `NONE` where it has none.
    pub(super) id: Vec<u32>,
    /// `NONE` where nobody knows.
    pub(super) customer: Vec<u32>,
    pub(super) item: Vec<ItemIx>,
    pub(super) kind: Vec<EventKind>,
    pub(super) time: Vec<Time>,
    /// Whether the customer is that of the session only, not told by the event itself; `None` where that is nowhere so.
    pub(super) inferred: Option<Vec<bool>>,
    pub(super) quantity: Option<Vec<Quantity>>,
    pub(super) position: Option<Vec<u32>>,
    pub(super) propensity: Option<Vec<f64>>,
    pub(super) attributes: Vec<(String, Attribute)>,
}

/// What grouping found beside the sessions; lines by their position in the input.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Lines equal to one before them, rising.
    pub(super) duplicates: Vec<u32>,
    /// Lines that came behind a later one of their session, or of their customer where they have no session id, rising.
    pub(super) out_of_order: Vec<u32>,
    /// The number of session ids that several customers use.
    pub(super) shared_ids: u64,
}

/// A session: `len` lines from `start` on.
struct Span {
    end: Time,
    id: u32,
    customer: u32,
    start: usize,
    len: usize,
}

/// Groups events into sessions.
///
/// A session id is a session for each customer who uses it; its events without a customer belong to the one who comes next
/// in it, those behind the last to the last. Events without a session id are sessions of their customer, a new one after
/// more than `gap` microseconds. Sessions are sorted by their last event, then by id, then by customer. What comes out
/// depends on the set of events alone.
///
/// Linear in the events where they come sorted; otherwise one counting sort, and a sort of each session.
pub(super) fn group(events: &Events, n_ids: usize, n_customers: usize, gap: i64) -> (Sessions, Found) {
    let owner = |line: usize| match events.session[line] {
        NONE => n_ids + events.customer[line] as usize,
        session => session as usize,
    };
    let mut sequence: Vec<u32> = if (1..events.len()).all(|line| owner(line - 1) <= owner(line)) {
        (0_u32..).take(events.len()).collect()
    } else {
        counting_sort(events.len(), n_ids + n_customers, owner)
    };
    let mut grouper = Grouper {
        events,
        gap,
        lines: Vec::with_capacity(events.len()),
        spans: Vec::new(),
        found: Found::default(),
    };
    let mut sorted = Vec::new();
    for lines in sequence.chunk_by_mut(|&a, &b| owner(a as usize) == owner(b as usize)) {
        let time = |line: u32| events.time[line as usize];
        let early = lines.windows(2).filter(|pair| time(pair[1]) < time(pair[0])).map(|pair| pair[1]);
        grouper.found.out_of_order.extend(early);
        events.sort(lines, &mut sorted, &mut grouper.found.duplicates);
        match events.session[lines[0] as usize] {
            NONE => grouper.by_gap(&sorted),
            id => grouper.by_customer(id, &sorted),
        }
    }
    drop(sequence);
    let Grouper { lines, mut spans, mut found, .. } = grouper;
    found.duplicates.sort_unstable();
    found.out_of_order.sort_unstable();
    spans.sort_unstable_by_key(|span| (span.end, span.id, span.customer));
    (gather(events, &lines, &spans), found)
}

struct Grouper<'e> {
    events: &'e Events,
    gap: i64,
    lines: Vec<u32>,
    spans: Vec<Span>,
    found: Found,
}

impl Grouper<'_> {
    fn push(&mut self, id: u32, customer: u32, lines: &[u32]) {
        let Some(&last) = lines.last() else { return };
        let (start, len, end) = (self.lines.len(), lines.len(), self.events.time[last as usize]);
        self.lines.extend_from_slice(lines);
        self.spans.push(Span { end, id, customer, start, len });
    }

    /// Sessions of events of one customer that have no session id.
    fn by_gap(&mut self, lines: &[u32]) {
        let time = |line: u32| self.events.time[line as usize].micros();
        let gap = self.gap;
        let near = |&a: &u32, &b: &u32| time(b).saturating_sub(time(a)) <= gap;
        let sessions: Vec<&[u32]> = lines.chunk_by(near).collect();
        for session in sessions {
            self.push(NONE, self.events.customer[session[0] as usize], session);
        }
    }

    /// A session of one id for each customer who uses it.
    fn by_customer(&mut self, id: u32, lines: &[u32]) {
        let told = |&line: &u32| self.events.customer[line as usize];
        let mut known = lines.iter().map(told).filter(|&customer| customer != NONE);
        let first = known.next().unwrap_or(NONE);
        if known.all(|customer| customer == first) {
            return self.push(id, first, lines);
        }
        self.found.shared_ids += 1;
        let told: Vec<u32> = lines.iter().map(told).collect();
        let whose = resolved(&told);
        let mut places: Vec<usize> = (0..lines.len()).collect();
        places.sort_by_key(|&place| whose[place]);
        for places in places.chunk_by(|&a, &b| whose[a] == whose[b]) {
            let of_one: Vec<u32> = places.iter().map(|&place| lines[place]).collect();
            self.push(id, whose[places[0]], &of_one);
        }
    }
}

/// Whose events are: where an event does not tell, the next that does, or the last.
pub(crate) fn resolved(told: &[u32]) -> Vec<u32> {
    let mut whose = told.to_vec();
    let fill = |customer: &mut u32, neighbour: &mut u32| {
        if *customer == NONE {
            *customer = *neighbour;
        }
        *neighbour = *customer;
    };
    let mut next = NONE;
    whose.iter_mut().rev().for_each(|customer| fill(customer, &mut next));
    let mut last = NONE;
    whose.iter_mut().for_each(|customer| fill(customer, &mut last));
    whose
}

fn gather(events: &Events, lines: &[u32], spans: &[Span]) -> Sessions {
    fn pick<T: Copy, U>(column: &[T], sequence: &[u32], make: impl Fn(T) -> U) -> Vec<U> {
        sequence.iter().map(|&line| make(column[line as usize])).collect()
    }
    let mut sequence = Vec::with_capacity(lines.len());
    let mut offsets = Vec::with_capacity(spans.len() + 1);
    offsets.push(0);
    let mut inferred: Option<Vec<bool>> = None;
    for span in spans {
        let lines = &lines[span.start..span.start + span.len];
        let is_inferred = |&line: &u32| span.customer != NONE && events.customer[line as usize] == NONE;
        if inferred.is_none() && lines.iter().any(is_inferred) {
            inferred = Some(vec![false; sequence.len()]);
        }
        if let Some(inferred) = &mut inferred {
            inferred.extend(lines.iter().map(is_inferred));
        }
        sequence.extend_from_slice(lines);
        offsets.push(sequence.len());
    }
    let quantity = events.quantity.as_ref().map(|column| pick(column, &sequence, |value| value));
    let position = events.position.as_ref().map(|column| pick(column, &sequence, |value| value));
    let propensity = events.propensity.as_ref().map(|column| pick(column, &sequence, |value| value));
    let attributes = events.attributes.iter();
    let attributes = attributes.map(|(name, column)| (name.clone(), column.gather(&sequence))).collect();
    Sessions {
        offsets,
        id: spans.iter().map(|span| span.id).collect(),
        customer: spans.iter().map(|span| span.customer).collect(),
        item: pick(&events.item, &sequence, ItemIx::from_u32),
        kind: pick(&events.kind, &sequence, |kind| kind),
        time: pick(&events.time, &sequence, |time| time),
        inferred,
        quantity: quantity.filter(|column| column.iter().any(|&quantity| quantity != Quantity::ONE)),
        position: position.filter(|column| column.iter().any(|&position| position != NONE)),
        propensity: propensity.filter(|column| column.iter().any(|propensity| !propensity.is_nan())),
        attributes,
    }
}

impl Sessions {
    /// The events that pass, by session and position, flat again and with what they tell themselves.
    pub(super) fn flat(&self, keep: impl Fn(usize, usize) -> bool) -> Events {
        fn pick<T: Copy>(column: Option<&Vec<T>>, kept: &[u32]) -> Option<Vec<T>> {
            column.map(|column| kept.iter().map(|&event| column[event as usize]).collect())
        }
        let mut kept: Vec<u32> = Vec::new();
        let mut events = Events::default();
        for (session, ends) in self.offsets.windows(2).enumerate() {
            for event in (ends[0]..ends[1]).filter(|&event| keep(session, event)) {
                kept.push(u32::try_from(event).expect("the builder refuses more events than u32 can number"));
                events.session.push(self.id[session]);
                let is_inferred = self.inferred.as_ref().is_some_and(|inferred| inferred[event]);
                events.customer.push(if is_inferred { NONE } else { self.customer[session] });
            }
        }
        events.item = kept.iter().map(|&event| self.item[event as usize].as_u32()).collect();
        events.kind = kept.iter().map(|&event| self.kind[event as usize]).collect();
        events.time = kept.iter().map(|&event| self.time[event as usize]).collect();
        events.quantity = pick(self.quantity.as_ref(), &kept);
        events.position = pick(self.position.as_ref(), &kept);
        events.propensity = pick(self.propensity.as_ref(), &kept);
        let is_all = kept.len() == self.time.len();
        let attributes = self.attributes.iter();
        events.attributes = attributes
            .map(|(name, column)| (name.clone(), if is_all { column.clone() } else { column.gather(&kept) }))
            .collect();
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Session, customer, time; items by position.
    fn events(rows: &[(u32, u32, i64)]) -> Events {
        Events {
            session: rows.iter().map(|row| row.0).collect(),
            customer: rows.iter().map(|row| row.1).collect(),
            item: (0_u32..).take(rows.len()).collect(),
            kind: vec![EventKind::View; rows.len()],
            time: rows.iter().map(|row| Time::from_micros(row.2)).collect(),
            ..Events::default()
        }
    }

    fn sessions(sessions: &Sessions) -> Vec<(u32, u32, Vec<u32>)> {
        let ends = sessions.offsets.windows(2);
        let items = ends.map(|ends| sessions.item[ends[0]..ends[1]].iter().map(|item| item.as_u32()));
        let heads = sessions.id.iter().zip(&sessions.customer);
        heads.zip(items).map(|((&id, &customer), items)| (id, customer, items.collect())).collect()
    }

    #[test]
    fn a_gap_longer_than_allowed_begins_a_session() {
        let (grouped, _) =
            group(&events(&[(NONE, 0, 0), (NONE, 0, 10), (NONE, 0, 21), (NONE, 1, 5)]), 0, 2, 10);
        assert_eq!(sessions(&grouped), [(NONE, 1, vec![3]), (NONE, 0, vec![0, 1]), (NONE, 0, vec![2])]);
    }

    #[test]
    fn an_event_without_a_customer_belongs_to_the_next_or_the_last_of_its_session() {
        let rows = [(0, NONE, 1), (0, 7, 2), (0, NONE, 3), (0, 8, 4), (0, NONE, 5)];
        let (grouped, found) = group(&events(&rows), 1, 9, 10);
        assert_eq!(sessions(&grouped), [(0, 7, vec![0, 1]), (0, 8, vec![2, 3, 4])]);
        assert_eq!(
            (grouped.inferred.clone(), found.shared_ids),
            (Some(vec![true, false, true, false, true]), 1)
        );
        let again = group(&grouped.flat(|_, _| true), 1, 9, 10).0;
        assert_eq!(sessions(&again), sessions(&grouped));
        let without = group(&grouped.flat(|session, _| session != 0), 1, 9, 10).0;
        assert_eq!(sessions(&without), [(0, 8, vec![2, 3, 4])]);
    }

    #[test]
    fn events_out_of_order_are_found_in_their_session_only() {
        let (_, found) = group(&events(&[(0, NONE, 5), (1, NONE, 1), (0, NONE, 4), (1, NONE, 2)]), 2, 0, 10);
        assert_eq!(found.out_of_order, [2]);
    }

    #[test]
    fn sessions_end_in_order() {
        let (grouped, _) =
            group(&events(&[(0, NONE, 1), (1, NONE, 2), (0, NONE, 9), (2, NONE, 2)]), 3, 0, 10);
        assert_eq!(sessions(&grouped), [(1, NONE, vec![1]), (2, NONE, vec![3]), (0, NONE, vec![0, 2])]);
    }
}
