//! From rows to an event log: every row is taken or set aside with its cause.

use std::collections::BTreeMap;

use crate::data::attribute::{AttributeBuilder, NONE};
use crate::data::batch::{IdValues, Role};
use crate::data::checked_events::{CheckedEvents, KindWords};
use crate::data::event_log::{Ids, MICROS_PER_MINUTE};
use crate::data::event_table::TABLE_COLUMNS;
use crate::data::events::Events;
use crate::data::lines::renumber;
use crate::data::log_builder::{changing, intern};
use crate::data::vocabulary::Interner;
use crate::data::{Batch, Cause, EventKind, EventLog, IdKind, IntakeReport, Note, Vocabulary};
use crate::error::{IdError, IntakeError, ParamError, Result};
use crate::index::MAX_INDICES;
use crate::time::Time;

/// The longest gap between two events of a session: ten years, in minutes.
const LONGEST_GAP: f64 = 5_256_000.0;

/// How events are read.
#[derive(Debug, Clone, PartialEq)]
pub struct EventOptions {
    /// Minutes without an event after which a customer's next one begins a new session, where no session id is given;
    /// 30 by default, above 0 and at most 5,256,000 (ten years).
    pub gap_minutes: f64,
    /// The instant up to which events are taken, itself included; later ones are set aside as of the future. Without it
    /// no time is too late.
    pub until: Option<Time>,
    /// The shop's own words (or numbers, as words) for kinds of events, beside the names of the kinds.
    pub kinds: BTreeMap<String, EventKind>,
    /// The `strptime` format of times that come as text; ISO 8601 without one.
    pub time_format: Option<String>,
    /// The roles (customer, session, item) whose ids come as text and are integers.
    pub integer_ids: Vec<Role>,
}

impl Default for EventOptions {
    fn default() -> Self {
        Self {
            gap_minutes: 30.0,
            until: None,
            kinds: BTreeMap::new(),
            time_format: None,
            integer_ids: Vec::new(),
        }
    }
}

/// Collects events in batches and builds an [`EventLog`].
///
/// A batch needs a time, and a session or a customer; each event must name at least one of the two. Without a kind column
/// all events are views. Views, impressions, clicks, carts, wishes and purchases need an item, searches and messages may do
/// without.
///
/// ```
/// use kosar::TimeUnit;
/// use kosar::data::{Batch, EventKind, EventLogBuilder, EventOptions, IdValues, Role, TimeValues, Values};
///
/// let kinds = [("pdp".to_owned(), EventKind::View), ("atc".to_owned(), EventKind::AddToCart)].into();
/// let mut builder = EventLogBuilder::new(EventOptions { kinds, ..EventOptions::default() })?;
/// builder.push(
///     &Batch::new(4)
///         .ids(Role::Session, IdValues::Int(Values::new(&[7, 7, 7, 7][..])))?
///         .ids(Role::Item, IdValues::Text(Values::new(&["tea", "tea", "tea", "mug"][..])))?
///         .ids(Role::Kind, IdValues::Text(Values::new(&["pdp", "atc", "atc", "scroll"][..])))?
///         .time(TimeValues::Int(Values::new(&[10, 20, 20, 5][..]), TimeUnit::Second))?,
/// )?;
/// let log = builder.finish()?;
/// assert_eq!(log.session(log.sessions().next().unwrap()).kinds, [EventKind::View, EventKind::AddToCart]);
/// assert_eq!(log.report().to_string(), "4 rows read, 2 taken\n  \
///     set aside: 1 kind that is not known (name it in kinds) (rows 3; such as 'scroll')\n  \
///     set aside: 1 duplicate of another event (rows 2)\n  \
///     note: 1 sessions without a customer");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug)]
pub struct EventLogBuilder {
    options: EventOptions,
    words: KindWords,
    /// In microseconds.
    gap: i64,
    columns: Option<Columns>,
    report: IntakeReport,
}

/// The columns under way; which ones there are is settled by the first batch.
#[derive(Debug)]
struct Columns {
    customers: Option<Interner>,
    sessions: Option<Interner>,
    items: Option<Interner>,
    has_kind: bool,
    attributes: Vec<(String, AttributeBuilder)>,
    events: Events,
    rows: RowNumbers,
}

/// The row number of each line: a line is as far behind its row as rows before it were set aside.
#[derive(Debug, Default)]
struct RowNumbers {
    lines: usize,
    /// The first line, and its row, of each run of rows that were all taken.
    runs: Vec<(usize, u64)>,
}

impl RowNumbers {
    fn push(&mut self, row: u64) {
        let follows =
            self.runs.last().is_some_and(|&(line, first)| first + (self.lines - line) as u64 == row);
        if !follows {
            self.runs.push((self.lines, row));
        }
        self.lines += 1;
    }

    /// The row of a line that was pushed.
    fn row(&self, line: u32) -> u64 {
        let line = line as usize;
        let run = self.runs.partition_point(|&(first, _)| first <= line) - 1;
        let (first, row) = self.runs[run];
        row + (line - first) as u64
    }
}

impl EventLogBuilder {
    /// An empty builder.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] for a gap that is not above 0 and at most ten years, [`ParamError::TimeFormat`] for a
    /// format of times that tells no date, [`ParamError::UnknownChoice`] for an integer role that has no ids.
    pub fn new(options: EventOptions) -> Result<Self> {
        let minutes = options.gap_minutes;
        if !(minutes > 0.0 && minutes <= LONGEST_GAP) {
            let allowed = "above 0 and at most 5,256,000 (ten years)";
            return Err(ParamError::OutOfRange { name: "gap_minutes", value: minutes, allowed }.into());
        }
        if let Some(format) = &options.time_format {
            Time::check_format(format)?;
        }
        let is_id = |role: &&Role| matches!(role, Role::Customer | Role::Session | Role::Item);
        if let Some(role) = options.integer_ids.iter().find(|role| !is_id(role)) {
            let (name, value) = ("integer_ids", role.name().to_owned());
            return Err(ParamError::UnknownChoice { name, value, allowed: "customer, session, item" }.into());
        }
        #[allow(clippy::cast_possible_truncation, reason = "bounded above")]
        let gap = (minutes * MICROS_PER_MINUTE).round() as i64;
        let words = KindWords::new(&options);
        Ok(Self { options, words, gap, columns: None, report: IntakeReport::default() })
    }

    /// Takes the rows of a batch. On an error nothing of it is taken, except with [`IntakeError::TooMany`], which ends the
    /// builder's use.
    ///
    /// Linear in the rows; text ids are hashed once each, an id equal to the one above it is not.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] without a time, or without both session and customer, or with neither items nor kinds;
    /// [`IntakeError::ForeignColumn`] for a column of order lines, [`IntakeError::ReservedName`] for a kept column that is
    /// called like one of [`EventLog::table`], [`IntakeError::ChangingColumns`] and [`IntakeError::ChangingType`] when the
    /// columns differ from the first batch, [`IdError::WrongKind`] when the type of an id column does, [`IntakeError::TooMany`] beyond
    /// `u32` events or ids. Single bad rows are no error: they are set aside.
    pub fn push(&mut self, batch: &Batch<'_>) -> Result<()> {
        if let Some(columns) = &self.columns {
            columns.must_match(batch, &self.options)?;
        }
        let columns = match &mut self.columns {
            Some(columns) => columns,
            none => none.insert(Columns::for_batch(batch, &self.options)?),
        };
        if columns.events.len() + batch.n_rows >= MAX_INDICES {
            return Err(IntakeError::TooMany { what: "events", max: MAX_INDICES as u64 }.into());
        }
        let checked = CheckedEvents::new(batch, &self.options, &self.words);
        columns.take(batch, &checked, &self.options, &mut self.report)
    }

    /// Builds the log.
    ///
    /// Sorts the distinct ids; linear in the events where those of a session come together and in the order of time,
    /// otherwise with a counting sort and a sort of each session.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when no batch was pushed.
    pub fn finish(self) -> Result<EventLog> {
        let Self { gap, columns, report, .. } = self;
        let columns = columns.ok_or(IntakeError::NoColumns { needed: NEEDED })?;
        let Columns { customers, sessions, items, attributes, mut events, rows, .. } = columns;
        events.attributes = attributes.into_iter().map(|(name, column)| (name, column.finish())).collect();
        let ids = Ids {
            customers: vocabulary(customers, &mut events.customer),
            sessions: vocabulary(sessions, &mut events.session),
            items: vocabulary(items, &mut events.item),
        };
        let (mut log, found) = EventLog::from_events(ids, &events, gap, report);
        let report = &mut log.report;
        for &line in &found.duplicates {
            report.set_taken_row_aside(Cause::DuplicateEvent, rows.row(line));
        }
        for line in found.out_of_order.iter().filter(|line| found.duplicates.binary_search(line).is_err()) {
            report.note_row(Note::OutOfOrder, rows.row(*line));
        }
        Ok(log)
    }
}

const NEEDED: &str = "a time column, a session or a customer column, and an item or a kind column";

/// Sorted ids, and codes by their positions; without a column an empty vocabulary.
fn vocabulary(interner: Option<Interner>, codes: &mut [u32]) -> Vocabulary {
    let Some(interner) = interner else { return Vocabulary::empty(IdKind::Str) };
    let (ids, new) = interner.finish();
    renumber(codes, &new);
    ids
}

impl Columns {
    fn for_batch(batch: &Batch<'_>, options: &EventOptions) -> Result<Self> {
        let has_owner = batch.session.is_some() || batch.customer.is_some();
        let has_what = batch.item.is_some() || batch.kind.is_some();
        if batch.time.is_none() || !has_owner || !has_what {
            return Err(IntakeError::NoColumns { needed: NEEDED }.into());
        }
        no_foreign(batch)?;
        let interner = |role: Role, column: &Option<IdValues<'_>>| {
            column.as_ref().map(|ids| Interner::new(ids.kind(options.integer_ids.contains(&role))))
        };
        Ok(Self {
            customers: interner(Role::Customer, &batch.customer),
            sessions: interner(Role::Session, &batch.session),
            items: interner(Role::Item, &batch.item),
            has_kind: batch.kind.is_some(),
            attributes: AttributeBuilder::like_all(&batch.attributes),
            events: Events {
                quantity: batch.quantity.as_ref().map(|_| Vec::new()),
                position: batch.position.as_ref().map(|_| Vec::new()),
                propensity: batch.propensity.as_ref().map(|_| Vec::new()),
                ..Events::default()
            },
            rows: RowNumbers::default(),
        })
    }

    fn must_match(&self, batch: &Batch<'_>, options: &EventOptions) -> Result<()> {
        no_foreign(batch)?;
        let ids = [
            (Role::Customer, &self.customers, &batch.customer),
            (Role::Session, &self.sessions, &batch.session),
            (Role::Item, &self.items, &batch.item),
        ];
        for (role, interner, column) in ids {
            changing(role.name(), interner.is_some(), column.is_some())?;
            if let (Some(interner), Some(column)) = (interner, column) {
                let (expected, found) = (interner.kind(), column.kind(options.integer_ids.contains(&role)));
                if expected != found {
                    let id = "in a later batch".to_owned();
                    return Err(IdError::WrongKind { role: role.name(), expected, found, id }.into());
                }
            }
        }
        changing(Role::Kind.name(), self.has_kind, batch.kind.is_some())?;
        changing(Role::Time.name(), true, batch.time.is_some())?;
        changing(Role::Quantity.name(), self.events.quantity.is_some(), batch.quantity.is_some())?;
        changing(Role::Position.name(), self.events.position.is_some(), batch.position.is_some())?;
        changing(Role::Propensity.name(), self.events.propensity.is_some(), batch.propensity.is_some())?;
        AttributeBuilder::must_match(&self.attributes, &batch.attributes)
    }

    /// Appends the usable rows of a batch, and reports all of them.
    fn take(
        &mut self,
        batch: &Batch<'_>,
        checked: &CheckedEvents,
        options: &EventOptions,
        report: &mut IntakeReport,
    ) -> Result<()> {
        let first_row = report.rows();
        let rows = checked.fates.passing();
        let declared = |role: Role| options.integer_ids.contains(&role);
        let events = &mut self.events;
        let ids = [
            (Role::Customer, &mut self.customers, &batch.customer, "customers", &mut events.customer),
            (Role::Session, &mut self.sessions, &batch.session, "sessions", &mut events.session),
            (Role::Item, &mut self.items, &batch.item, "items", &mut events.item),
        ];
        for (role, interner, column, what, codes) in ids {
            match (interner, column) {
                (Some(interner), Some(ids)) => intern(interner, ids, declared(role), &rows, what, codes)?,
                _ => codes.extend(rows.iter().map(|_| NONE)),
            }
        }
        events.kind.extend(rows.iter().map(|&row| checked.kind[row]));
        events.time.extend(rows.iter().map(|&row| checked.time[row]));
        if let Some(quantity) = &mut events.quantity {
            quantity.extend(rows.iter().map(|&row| checked.quantity[row]));
        }
        if let Some(position) = &mut events.position {
            position.extend(rows.iter().map(|&row| checked.position[row]));
        }
        if let Some(propensity) = &mut events.propensity {
            propensity.extend(rows.iter().map(|&row| checked.propensity[row]));
        }
        AttributeBuilder::extend_all(&mut self.attributes, &batch.attributes, &rows)?;
        for &(row, note) in batch.notes.iter().filter(|&&(row, _)| checked.fates.passed(row)) {
            report.note_row(note, first_row + row as u64);
        }
        let has_float_ids = [&batch.customer, &batch.session, &batch.item]
            .into_iter()
            .flatten()
            .any(|ids| matches!(ids, IdValues::Float(_)));
        for (row, fate) in checked.fates.iter().enumerate() {
            let number = first_row + row as u64;
            match fate {
                Some(cause) => report.set_row_aside(cause, number, batch.unreadable(row, cause)),
                None => {
                    report.take(1);
                    self.rows.push(number);
                    if has_float_ids {
                        report.note_row(Note::FloatIds, number);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Refuses columns that only order lines have, and kept ones that the table of events could not tell from its own.
fn no_foreign(batch: &Batch<'_>) -> Result<()> {
    let foreign = [
        (Role::Order, batch.order.is_some()),
        (Role::Price, batch.price.is_some()),
        (Role::Amount, batch.amount.is_some()),
    ];
    if let Some((role, _)) = foreign.into_iter().find(|&(_, is_there)| is_there) {
        return Err(IntakeError::ForeignColumn { column: role.name().to_owned(), log: "event log" }.into());
    }
    let is_taken = |name: &str| name.is_empty() || TABLE_COLUMNS.contains(&name);
    match batch.attributes.iter().find(|(name, _)| is_taken(name)) {
        Some((name, _)) => {
            let reserved =
                "session, session_id, customer, item, kind, time, quantity, position and propensity";
            Err(IntakeError::ReservedName { column: name.clone(), reserved }.into())
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_rows_across_what_was_set_aside() {
        let mut numbers = RowNumbers::default();
        let rows = [0, 1, 4, 5, 6, 9];
        rows.iter().for_each(|&row| numbers.push(row));
        assert_eq!(numbers.runs.len(), 3);
        assert_eq!((0..6).map(|line| numbers.row(line)).collect::<Vec<_>>(), rows);
    }
}
