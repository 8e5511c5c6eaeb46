//! Events read back from a file, every invariant checked.

use std::borrow::Cow;

use super::state::{Click, Keeper, NONE, Streams, Words, is_kept, write_stream};
use crate::data::{EventKind, IdKind, Vocabulary};
use crate::error::PersistError;
use crate::persist::{ModelReader, check_below, invalid};
use crate::time::Time;

/// Events as they lie in the file: those of sessions, then those of customers without a session id.
struct Columns<'f> {
    sessions: Vocabulary,
    /// The customers of the latter.
    owners: Cow<'f, [u32]>,
    offsets: Cow<'f, [usize]>,
    time: Cow<'f, [i64]>,
    item: Cow<'f, [u32]>,
    kind: Cow<'f, [u8]>,
    /// The customer that each event names, or `NONE`.
    customer: Cow<'f, [u32]>,
}

/// The kind of a code, if events of it are kept.
fn kind_of(code: u8) -> Option<EventKind> {
    EventKind::ALL.get(usize::from(code)).copied().filter(|&kind| is_kept(kind))
}

impl<'f> Columns<'f> {
    fn read(reader: &'f ModelReader<'_>, n_items: usize, n_named: usize) -> Result<Self, PersistError> {
        let sessions = reader.vocabulary("sessions")?;
        let owners: Cow<'_, [u32]> = reader.lent("own_events_of", None)?;
        check_below("own_events_of", &owners, n_named)?;
        if !owners.is_sorted_by(|a, b| a < b) {
            return Err(invalid("own_events_of", "customers must rise strictly"));
        }
        let time: Cow<'_, [i64]> = reader.lent("event_time", None)?;
        let n = time.len();
        let offsets = reader.lent_offsets("event.offsets", sessions.len() + owners.len(), n)?;
        let item: Cow<'_, [u32]> = reader.lent("event_item", n)?;
        check_below("event_item", &item, n_items)?;
        let kind: Cow<'_, [u8]> = reader.lent("event_kind", n)?;
        if kind.iter().any(|&code| kind_of(code).is_none()) {
            return Err(invalid("event_kind", "a kind is not among those that are kept"));
        }
        let customer: Cow<'_, [u32]> = reader.lent("event_customer", n)?;
        if customer.iter().any(|&customer| customer != NONE && customer as usize >= n_named) {
            return Err(invalid(
                "event_customer",
                format!("customers must be below {n_named}, or the greatest for none"),
            ));
        }
        Ok(Self { sessions, owners, offsets, time, item, kind, customer })
    }

    fn click(&self, event: usize) -> Click {
        Click {
            time: Time::from_micros(self.time[event]),
            item: self.item[event],
            kind: kind_of(self.kind[event]).unwrap_or_default(),
            customer: self.customer[event],
        }
    }

    /// Writes a stream's record; events are checked for their order.
    fn write(&self, at: usize, words: &mut Words) -> Result<(), PersistError> {
        let events = self.offsets[at]..self.offsets[at + 1];
        let clicks = || events.clone().map(|event| self.click(event));
        if events.is_empty() || !clicks().is_sorted_by(|a, b| a < b) {
            return Err(invalid("event_time", "events of a session must be there, and rise strictly"));
        }
        if clicks().zip(clicks().skip(1)).any(|(before, click)| click.is_told_by(&before)) {
            let why = "an event that names nobody must not stand beside one like it that names somebody";
            return Err(invalid("event_customer", why));
        }
        let (mut id, mut owner) = (None, NONE);
        match at.checked_sub(self.sessions.len()) {
            None => id = Some(self.sessions.get(at)),
            Some(at) => {
                owner = self.owners[at];
                if clicks().any(|click| click.customer != owner) {
                    return Err(invalid("event_customer", "events without a session are their customer's"));
                }
            }
        }
        write_stream(id, owner, clicks(), words);
        Ok(())
    }
}

/// The streams of the sections that [`write`](super::state_file::write) wrote, without an index, and the type of the ids of sessions.
pub(super) fn read(
    reader: &ModelReader<'_>,
    n_items: usize,
    n_named: usize,
) -> Result<(Keeper<Streams>, Option<IdKind>), PersistError> {
    let columns = Columns::read(reader, n_items, n_named)?;
    let n = columns.sessions.len() + columns.owners.len();
    let streams = Keeper::make(n, || (), |(): &mut (), at, words| columns.write(at, words))?;
    Ok((streams, Some(columns.sessions.kind()).filter(|_| !columns.sessions.is_empty())))
}
