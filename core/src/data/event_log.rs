//! The event log: what visitors and customers did, session by session.

use std::ops::Range;

use crate::data::attribute::{NONE, same_kept};
use crate::data::event_sessions::{Found, Sessions, group};
use crate::data::events::Events;
use crate::data::identities;
use crate::data::lines::{join_ids, renumber, shrink};
use crate::data::{Attribute, Cause, EventKind, IdRef, IntakeReport, Note, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::{CustomerIx, ItemIx, MAX_INDICES, SessionIx};
use crate::money::Quantity;
use crate::time::Time;

/// Views, clicks, carts and purchases in columns: immutable, numbered, grouped by session.
///
/// A session is what one customer did under one session id, or, where no session id is given, what they did without a gap
/// longer than the log's. Sessions are sorted by their last event (then by id, then by customer), events of a session by
/// time (then by item, then by kind), so no result depends on the order of the rows. Equal events are one, and one that
/// names no customer is equal to one of its session that does. Made by an
/// [`EventLogBuilder`](crate::data::EventLogBuilder) or by [`EventLog::from_csv`]; [`append`](EventLog::append),
/// [`forget`](EventLog::forget), [`link`](EventLog::link), [`merge_customers`](EventLog::merge_customers),
/// [`before`](EventLog::before) and [`after`](EventLog::after) give new logs. A log is what its set of events makes it, however it came to be.
///
/// Where events of a session name a customer and others do not, those that do not belong to the customer who is named next
/// (who came, and then logged in), those behind the last to the last.
///
/// Space: 13 bytes an event, and 1 for the events of a log in which some customers are inferred so; quantities, positions
/// and propensities where there are any, and kept columns: 4 bytes for a word, 8 for a number.
///
/// ```
/// use kosar::data::{Batch, EventLogBuilder, EventOptions, IdValues, Role, TimeValues, Values};
/// use kosar::TimeUnit;
///
/// let mut builder = EventLogBuilder::new(EventOptions::default())?;
/// builder.push(
///     &Batch::new(3)
///         .ids(Role::Customer, IdValues::Text(Values::new(&["ann"; 3][..])))?
///         .ids(Role::Item, IdValues::Text(Values::new(&["tea", "mug", "tea"][..])))?
///         // An hour lies between the second and the third.
///         .time(TimeValues::Int(Values::new(&[0, 60, 3660][..]), TimeUnit::Second))?,
/// )?;
/// let log = builder.finish()?;
/// assert_eq!((log.n_events(), log.n_sessions()), (3, 2));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct EventLog {
    customers: Vocabulary,
    session_ids: Vocabulary,
    items: Vocabulary,
    pub(super) sessions: Sessions,
    /// In microseconds.
    gap: i64,
    pub(super) report: IntakeReport,
}

/// The vocabularies of a log.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    pub(super) customers: Vocabulary,
    pub(super) sessions: Vocabulary,
    pub(super) items: Vocabulary,
}

/// One session of an [`EventLog`]: columns with a value for each event, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionView<'a> {
    /// What the session is called; `None` for one that was made by the gap.
    pub id: Option<IdRef<'a>>,
    /// Whose it is; `None` where nobody knows.
    pub customer: Option<CustomerIx>,
    /// The items; the index `u32::MAX` where an event has none, as a search may.
    pub items: &'a [ItemIx],
    /// The kinds.
    pub kinds: &'a [EventKind],
    /// The times, never falling.
    pub times: &'a [Time],
}

/// One event of an [`EventLog`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// What it was about; `None` for a search or a message about nothing in particular.
    pub item: Option<ItemIx>,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub time: Time,
    /// How many, 1 where nothing says so.
    pub quantity: Quantity,
    /// Where in a list the item was shown.
    pub position: Option<u32>,
    /// How probable it was that the item would be shown there, above 0 and at most 1.
    pub propensity: Option<f64>,
}

impl EventLog {
    /// Groups events; what is found beside is told by line.
    pub(super) fn from_events(
        ids: Ids,
        events: &Events,
        gap: i64,
        mut report: IntakeReport,
    ) -> (Self, Found) {
        let Ids { customers, sessions: session_ids, items } = ids;
        let (sessions, found) = group(events, session_ids.len(), customers.len(), gap);
        let count = |n: usize| n as u64;
        let inferred = sessions.inferred.iter().flatten().filter(|&&inferred| inferred).count();
        let anonymous = sessions.customer.iter().filter(|&&customer| customer == NONE).count();
        report.note_count(Note::AnonymousSessions, count(anonymous));
        report.note_count(Note::SharedSessionIds, found.shared_ids);
        report.note_count(Note::InferredCustomers, count(inferred));
        (Self { customers, session_ids, items, sessions, gap, report }, found)
    }

    /// The number of events.
    #[must_use]
    pub fn n_events(&self) -> usize {
        self.sessions.time.len()
    }

    /// The number of sessions.
    #[must_use]
    pub fn n_sessions(&self) -> usize {
        self.sessions.id.len()
    }

    /// The number of distinct customers.
    #[must_use]
    pub fn n_customers(&self) -> usize {
        self.customers.len()
    }

    /// The number of distinct items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// The times of the first and the last event; `None` without events. Linear in the sessions.
    #[must_use]
    pub fn span(&self) -> Option<(Time, Time)> {
        let first = self.sessions().map(|session| self.session(session).times[0]).min()?;
        Some((first, *self.sessions.time.last()?))
    }

    /// Minutes without an event after which a customer's next event begins a new session, where no session id is given.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the gap was read from such a number")]
    pub fn gap_minutes(&self) -> f64 {
        self.gap as f64 / MICROS_PER_MINUTE
    }

    /// What became of the rows that made this log: of the input for a log that was built, of the events added for one made
    /// by [`append`](EventLog::append), of the events kept for one made otherwise.
    #[must_use]
    pub fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// What the customers are called.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }

    /// What the sessions that have an id are called.
    #[must_use]
    pub fn session_ids(&self) -> &Vocabulary {
        &self.session_ids
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The kept columns, such as the device or where a visitor came from: one value an event, in the order of
    /// [`EventLog::sessions`] and [`EventLog::events_of`].
    #[must_use]
    pub fn attributes(&self) -> &[(String, Attribute)] {
        &self.sessions.attributes
    }

    /// For each session whether others have its id, as where several customers use it.
    pub(crate) fn shares_session_id(&self) -> Vec<bool> {
        let ids = &self.sessions.id;
        let mut counts = vec![0_u32; self.session_ids.len()];
        ids.iter().filter(|&&id| id != NONE).for_each(|&id| counts[id as usize] += 1);
        ids.iter().map(|&id| id != NONE && counts[id as usize] > 1).collect()
    }

    /// The sessions in order, the earliest end first.
    pub fn sessions(&self) -> impl DoubleEndedIterator<Item = SessionIx> + ExactSizeIterator + use<> {
        (0..self.n_sessions()).map(SessionIx::new)
    }

    /// A session of this log.
    ///
    /// # Panics
    /// When the index is not below [`EventLog::n_sessions`].
    #[must_use]
    pub fn session(&self, session: SessionIx) -> SessionView<'_> {
        let columns = &self.sessions;
        let place = session.as_usize();
        let range = columns.offsets[place]..columns.offsets[place + 1];
        let (id, customer) = (columns.id[place], columns.customer[place]);
        SessionView {
            id: (id != NONE).then(|| self.session_ids.get(id as usize)),
            customer: (customer != NONE).then(|| CustomerIx::from_u32(customer)),
            items: &columns.item[range.clone()],
            kinds: &columns.kind[range.clone()],
            times: &columns.time[range],
        }
    }

    /// The positions of a session's events among all, as kept columns have them.
    pub(crate) fn event_range(&self, session: SessionIx) -> std::ops::Range<usize> {
        let offsets = &self.sessions.offsets;
        offsets[session.as_usize()]..offsets[session.as_usize() + 1]
    }

    /// The events of a session of this log, in the order of time.
    ///
    /// # Panics
    /// When the index is not below [`EventLog::n_sessions`].
    pub fn events_of(&self, session: SessionIx) -> impl ExactSizeIterator<Item = Event> {
        let columns = &self.sessions;
        let place = session.as_usize();
        (columns.offsets[place]..columns.offsets[place + 1]).map(move |event| Event {
            item: Some(columns.item[event]).filter(|item| item.as_u32() != NONE),
            kind: columns.kind[event],
            time: columns.time[event],
            quantity: columns.quantity.as_ref().map_or(Quantity::ONE, |column| column[event]),
            position: columns.position.as_ref().map(|column| column[event]).filter(|&place| place != NONE),
            propensity: columns.propensity.as_ref().map(|column| column[event]).filter(|p| !p.is_nan()),
        })
    }

    /// The customer that an event of a session names itself, by the place of the event among all.
    pub(crate) fn told_customer(&self, session: SessionIx, event: usize) -> Option<CustomerIx> {
        let is_inferred = self.sessions.inferred.as_ref().is_some_and(|inferred| inferred[event]);
        Some(self.sessions.customer[session.as_usize()])
            .filter(|&customer| customer != NONE && !is_inferred)
            .map(CustomerIx::from_u32)
    }

    /// The times, items (`u32::MAX` for none) and kinds of all events, session by session.
    pub(crate) fn event_columns(&self) -> (&[Time], &[ItemIx], &[EventKind]) {
        (&self.sessions.time, &self.sessions.item, &self.sessions.kind)
    }

    /// The quantities of all events, session by session; `None` where all are 1.
    pub(crate) fn quantities(&self) -> Option<&[Quantity]> {
        self.sessions.quantity.as_deref()
    }

    /// The sessions of each customer, the earliest end first. Linear in the sessions.
    #[must_use]
    pub fn sessions_by_customer(&self) -> Rows<SessionIx> {
        let customers: Rows<CustomerIx> =
            self.sessions().map(|session| self.session(session).customer).collect();
        customers.transpose(self.n_customers(), CustomerIx::as_usize, SessionIx::new)
    }

    /// The events before an instant; a session that goes on behind it is cut.
    ///
    /// What is learnt later of whose a session is stays unknown: an event belongs to a customer who logged in behind the
    /// instant only where the event itself says so.
    #[must_use]
    pub fn before(&self, time: Time) -> Self {
        self.select(|_, event| self.sessions.time[event] < time)
    }

    /// The events at an instant or later; a session that began before it is cut.
    #[must_use]
    pub fn after(&self, time: Time) -> Self {
        self.select(|_, event| self.sessions.time[event] >= time)
    }

    /// The log without a customer: their sessions, with the events in them that name nobody, and every id that only those
    /// had, are gone.
    ///
    /// The report's note [`Note::Forgotten`] says how many events that were.
    ///
    /// # Errors
    /// [`IdError::Unknown`] or [`IdError::WrongKind`] for an id that is no customer's.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        let customer = find(&self.customers, "customer", customer.into())?;
        Ok(self.without(|session| self.sessions.customer[session] == customer))
    }

    /// The log without the events of a session id, whoever used it, and without every id that only those had.
    ///
    /// # Errors
    /// [`IdError::Unknown`] or [`IdError::WrongKind`] for an id that is no session's.
    pub fn forget_session<'a>(&self, session: impl Into<IdRef<'a>>) -> Result<Self> {
        let id = find(&self.session_ids, "session", session.into())?;
        Ok(self.without(|session| self.sessions.id[session] == id))
    }

    fn without(&self, gone: impl Fn(usize) -> bool) -> Self {
        let mut log = self.select(|session, _| !gone(session));
        log.report.note_count(Note::Forgotten, (self.n_events() - log.n_events()) as u64);
        log
    }

    /// The log with a customer for the events of a session that name none: the log that it would be, had the events taken
    /// named this one from the start. The customer may be new to the log.
    ///
    /// Events of the session that name a customer keep theirs. The report's note [`Note::Linked`] says how many were
    /// linked; none where all of them name somebody. Linear in the events; for many sessions see
    /// [`link_all`](EventLog::link_all).
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a session that is not in the log, [`IdError::WrongKind`] for an id of another type than the
    /// log's.
    pub fn link<'a>(&self, session: impl Into<IdRef<'a>>, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.link_all([(session.into(), customer.into())])
    }

    /// Links sessions, one pair after the other as [`link`](EventLog::link) does, in one pass over the events.
    ///
    /// # Errors
    /// Those of [`link`](EventLog::link); [`IntakeError::TooMany`] beyond `u32` customers.
    pub fn link_all<'a>(&self, pairs: impl IntoIterator<Item = (IdRef<'a>, IdRef<'a>)>) -> Result<Self> {
        let mut links: Vec<Option<IdRef<'a>>> = vec![None; self.session_ids.len()];
        let mut kind = (!self.customers.is_empty()).then(|| self.customers.kind());
        for (session, customer) in pairs {
            let expected = *kind.get_or_insert(customer.kind());
            if expected != customer.kind() {
                let (found, id) = (customer.kind(), customer.quoted());
                return Err(IdError::WrongKind { role: "customer", expected, found, id }.into());
            }
            // After a first link nobody is left who names no customer.
            links[find(&self.session_ids, "session", session)? as usize].get_or_insert(customer);
        }
        let new: Vocabulary = links.iter().flatten().map(|id| id.to_id()).collect();
        let too_many = IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 };
        let (customers, places, _) = self.customers.union(&new).ok_or(too_many)?;
        let mut events = self.sessions.flat(|_, _| true);
        renumber(&mut events.customer, &places);
        let mut linked = 0;
        for (session, customer) in events.session.iter().zip(&mut events.customer) {
            let link = (*session != NONE && *customer == NONE).then(|| links[*session as usize]).flatten();
            if let Some(place) = link.and_then(|id| customers.position(id)) {
                *customer = CustomerIx::new(place).as_u32();
                linked += 1;
            }
        }
        let mut log = self.of_events(&customers, events);
        log.report.note_count(Note::Linked, linked);
        Ok(log)
    }

    /// The log with a customer joined into another: the log that it would be, had its events named `into` in the place of
    /// `customer` from the start. `into` may be new to the log; events that become equal are one.
    ///
    /// The report's note [`Note::Merged`] says how many events got another customer. Models know customers by the log that they
    /// were fitted on: fit them anew. Linear in the events; for many customers see
    /// [`merge_all_customers`](EventLog::merge_all_customers).
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a `customer` who is not in the log, [`IdError::WrongKind`] for an id of the other type.
    pub fn merge_customers<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        into: impl Into<IdRef<'a>>,
    ) -> Result<Self> {
        let (customer, into) = (customer.into(), into.into());
        find(&self.customers, "customer", customer)?;
        self.merge_all_customers([(customer, into)])
    }

    /// Joins customers, one pair of a customer and whom to join them into after the other, as
    /// [`merge_customers`](EventLog::merge_customers) does, in one pass over the events. A pair whose customer is not in the log
    /// is passed over, so that one list of pairs will do for all logs and for [`Customers`](crate::data::Customers).
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type, [`IntakeError::TooMany`] beyond `u32` customers.
    pub fn merge_all_customers<'a>(
        &self,
        pairs: impl IntoIterator<Item = (IdRef<'a>, IdRef<'a>)>,
    ) -> Result<Self> {
        let (customers, places) = identities::joined(&self.customers, pairs)?;
        let old = self.customers.iter();
        let is_moved: Vec<bool> =
            old.zip(&places).map(|(id, &new)| customers.get(new as usize) != id).collect();
        let sessions = self.sessions.customer.iter().zip(self.sessions.offsets.windows(2));
        let of_moved = |&(&code, _): &(&u32, &[usize])| code != NONE && is_moved[code as usize];
        let moved: usize = sessions.filter(of_moved).map(|(_, ends)| ends[1] - ends[0]).sum();
        let mut events = self.sessions.flat(|_, _| true);
        renumber(&mut events.customer, &places);
        let mut log = self.of_events(&customers, events);
        log.report.note_count(Note::Merged, moved as u64);
        Ok(log)
    }

    /// Both logs in one; an event that this log has already, equal in every column (but for a customer that is not named), is
    /// reported and not added twice.
    ///
    /// Sessions are made anew from the events of both, so a session that the two share is whole again, and a gap that
    /// the new events fill is none. Linear in the events of both, but for sorting those of sessions that both have.
    ///
    /// # Errors
    /// [`IntakeError::Append`] when the logs have different gaps, kept columns or types of ids, [`IntakeError::TooMany`] when both
    /// together have more events or ids than `u32` can number.
    pub fn append(&self, new: &Self) -> Result<Self> {
        if self.gap != new.gap {
            let why = format!("gap_minutes are {} and {}", self.gap_minutes(), new.gap_minutes());
            return Err(IntakeError::Append { why }.into());
        }
        same_kept(self.attributes(), new.attributes())?;
        if self.n_events() + new.n_events() >= MAX_INDICES {
            return Err(IntakeError::TooMany { what: "events", max: MAX_INDICES as u64 }.into());
        }
        let (mut a, mut b) = (self.sessions.flat(|_, _| true), new.sessions.flat(|_, _| true));
        let ids = Ids {
            customers: join_ids(
                "customer",
                &self.customers,
                &new.customers,
                &mut a.customer,
                &mut b.customer,
            )?,
            sessions: join_ids(
                "session",
                &self.session_ids,
                &new.session_ids,
                &mut a.session,
                &mut b.session,
            )?,
            items: join_ids("item", &self.items, &new.items, &mut a.item, &mut b.item)?,
        };
        let n_old = a.len();
        a.extend(b)?;
        let (mut log, found) = Self::from_events(ids, &a, self.gap, IntakeReport::default());
        // An old event that names nobody gives way to a new one that does.
        let is_new = |line: &&u32| **line as usize >= n_old;
        let repeated = found.duplicates.iter().filter(is_new).count() as u64;
        log.report.take(new.n_events() as u64 - repeated);
        if repeated > 0 {
            log.report.set_lines_aside(Cause::DuplicateEvent, repeated, None);
        }
        Ok(log)
    }

    /// The sessions of a range of places, whole.
    pub(crate) fn part(&self, sessions: Range<usize>) -> Self {
        self.select(|session, _| sessions.contains(&session))
    }

    /// The events that pass, with the ids that they use.
    fn select(&self, keep: impl Fn(usize, usize) -> bool) -> Self {
        self.of_events(&self.customers, self.sessions.flat(keep))
    }

    /// A log of some of the events of this one, with the ids that they use.
    fn of_events(&self, customers: &Vocabulary, events: Events) -> Self {
        self.of_renamed(customers, &self.items, events)
    }

    /// As `of_events`, with items that are positions in another vocabulary.
    pub(super) fn of_renamed(&self, customers: &Vocabulary, items: &Vocabulary, mut events: Events) -> Self {
        let ids = Ids {
            customers: shrink(customers, &mut events.customer),
            sessions: shrink(&self.session_ids, &mut events.session),
            items: shrink(items, &mut events.item),
        };
        let (mut log, _) = Self::from_events(ids, &events, self.gap, IntakeReport::default());
        log.report.take(log.n_events() as u64);
        log
    }
}

/// Microseconds.
pub(super) const MICROS_PER_MINUTE: f64 = 60_000_000.0;

/// The code of an id that must be there; in a vocabulary without ids none has a type.
fn find(ids: &Vocabulary, role: &'static str, id: IdRef<'_>) -> Result<u32> {
    if ids.is_empty() {
        return Err(IdError::Unknown { role, id: id.quoted() }.into());
    }
    Ok(u32::try_from(ids.find(role, id)?).expect("collections are bounded to u32 when they are built"))
}
