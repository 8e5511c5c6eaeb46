//! The words of a column that the logs have kept.

use crate::affinity::AffinityData;
use crate::data::{Attribute, EventLog, IdKind, NONE, OrderLog, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::{OrderIx, SessionIx};

/// A column of words, of both logs under one numbering.
pub(super) struct Words<'a> {
    pub(super) name: String,
    pub(super) values: Vocabulary,
    orders: Option<Codes<'a>>,
    events: Option<Codes<'a>>,
}

/// The words of one log, and what they are called in both.
struct Codes<'a> {
    codes: &'a [u32],
    new: Vec<u32>,
}

impl Codes<'_> {
    fn at(&self, line: usize) -> u32 {
        match self.codes[line] {
            NONE => NONE,
            code => self.new[code as usize],
        }
    }
}

impl<'a> Words<'a> {
    /// Of the logs that have kept the column; events beside orders need not have, and orders beside events neither.
    ///
    /// # Errors
    /// [`IntakeError::NotKept`] where there are orders, and no log has kept the column, or it holds numbers.
    pub(super) fn of(data: &AffinityData<'a>, name: &str) -> Result<Self> {
        if data.orders.is_some() && !is_kept(data, name) {
            return Err(not_kept(data, name).into());
        }
        let none = Vocabulary::empty(IdKind::Str);
        let of_orders = data.orders.and_then(|log| column(log.attributes(), name));
        let of_events = data.events.and_then(|log| column(log.attributes(), name));
        let words = |column: Option<(&'a Vocabulary, _)>| column.map_or(&none, |(words, _)| words);
        let too_many = IntakeError::TooMany { what: "words", max: crate::index::MAX_INDICES as u64 };
        let (values, ours, theirs) = words(of_orders).union(words(of_events)).ok_or(too_many)?;
        let orders = of_orders.map(|(_, codes)| Codes { codes, new: ours });
        let events = of_events.map(|(_, codes)| Codes { codes, new: theirs });
        Ok(Self { name: name.to_owned(), values, orders, events })
    }

    /// Gives the codes of the bought lines of an order; some may come twice.
    pub(super) fn of_order(&self, log: &OrderLog, order: OrderIx, mut take: impl FnMut(u32)) {
        let Some(words) = &self.orders else { return };
        for (line, at) in log.lines_of(order).zip(log.line_range(order)) {
            let code = words.at(at);
            if code != NONE && log.is_bought(&line) {
                take(code);
            }
        }
    }

    /// The code of an event of a session, by its place in it; `u32::MAX` for none.
    pub(super) fn of_event(&self, log: &EventLog, session: SessionIx, event: usize) -> u32 {
        self.events.as_ref().map_or(NONE, |words| words.at(log.event_range(session).start + event))
    }
}

/// Whether one of the logs has kept a column of words.
pub(super) fn is_kept(data: &AffinityData<'_>, name: &str) -> bool {
    columns(data).any(|(known, _)| known == name)
}

fn column<'a>(columns: &'a [(String, Attribute)], name: &str) -> Option<(&'a Vocabulary, &'a [u32])> {
    columns.iter().find(|(known, _)| known == name).and_then(|(_, column)| match column {
        Attribute::Category { words, codes } => Some((words, codes.as_slice())),
        Attribute::Number(_) => None,
    })
}

/// The columns of words of both logs.
fn columns<'a>(data: &AffinityData<'a>) -> impl Iterator<Item = &'a (String, Attribute)> {
    let of_orders = data.orders.into_iter().flat_map(OrderLog::attributes);
    let of_events = data.events.into_iter().flat_map(EventLog::attributes);
    of_orders.chain(of_events).filter(|(_, column)| matches!(column, Attribute::Category { .. }))
}

/// The error that names what was kept.
pub(super) fn not_kept(data: &AffinityData<'_>, name: &str) -> IntakeError {
    let mut names: Vec<&str> = columns(data).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let kept = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    IntakeError::NotKept { column: name.to_owned(), kept }
}
