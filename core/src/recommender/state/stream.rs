//! What is kept of clicks: the events of a session id, or of a customer where they have none.

use std::cmp::Ordering;

use super::keeper::Named;
use super::wiped::{Words, wipe};
use super::words::{get_id, halves, id_head, id_words, put_id, whole, wipe_id};
use crate::data::{EventKind, Id, IdRef, is_click, resolved};
use crate::time::Time;

/// The role of a session's id.
pub(crate) const SESSION: u64 = 3;

/// Whether an event is kept: one that turns to an item, and the taking out of the cart.
pub(crate) fn is_kept(kind: EventKind) -> bool {
    is_click(kind) || kind == EventKind::RemoveFromCart
}

/// Events by time, unpacked, to be changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stream {
    /// The session's id; `None` where these are a customer's events without one.
    pub(crate) id: Option<Id>,
    /// The customer whose events without a session id these are; `NONE` otherwise.
    pub(crate) owner: u32,
    /// As [`sort_clicks`] leaves them.
    pub(crate) events: Vec<Click>,
}

/// An event: somebody turned to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Click {
    pub(crate) time: Time,
    pub(crate) item: u32,
    pub(crate) kind: EventKind,
    /// The customer that the event itself names; `NONE` for none.
    pub(crate) customer: u32,
}

impl Default for Stream {
    /// Nothing, of nobody.
    fn default() -> Self {
        Self { id: None, owner: u32::MAX, events: Vec::new() }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        wipe_id(&mut self.id);
        wipe(&mut self.events, Click::NOTHING);
    }
}

impl Click {
    const NOTHING: Self =
        Self { time: Time::from_micros(0), item: 0, kind: EventKind::View, customer: u32::MAX };

    /// Whether another that stands before it says everything that it says.
    pub(crate) fn is_told_by(self, other: &Self) -> bool {
        (self.time, self.item, self.kind) == (other.time, other.item, other.kind)
            && (self.customer == other.customer || self.customer == u32::MAX)
    }
}

/// Sorts events by time, then by item, kind and customer in the orders given, and leaves of those that are the same one. An event that
/// names nobody is the one like it that names somebody, so of these it is that one that stays.
///
/// A log tells events apart by more than is kept of them, such as a quantity; whatever makes a stream calls this, so that it does not
/// matter in which parts its events came.
pub(crate) fn sort_clicks(
    events: &mut Vec<Click>,
    item: impl Fn(u32, u32) -> Ordering,
    customer: impl Fn(u32, u32) -> Ordering,
) {
    let whose = |a: u32, b: u32| match (a == u32::MAX, b == u32::MAX) {
        (false, false) => customer(a, b),
        // Nobody comes last.
        (a, b) => a.cmp(&b),
    };
    events.sort_unstable_by(|a, b| {
        a.time
            .cmp(&b.time)
            .then_with(|| item(a.item, b.item))
            .then(a.kind.cmp(&b.kind))
            .then_with(|| whose(a.customer, b.customer))
    });
    events.dedup_by(|b, a| b.is_told_by(a));
}

const HEAD: usize = 4;
const EVENT: usize = 5;

/// Writes the record of a stream behind some words. Events must be sorted.
pub(crate) fn write_stream(
    id: Option<IdRef<'_>>,
    owner: u32,
    events: impl ExactSizeIterator<Item = Click>,
    words: &mut Words,
) {
    let [kind, bytes] = id_head(id);
    words.reserve(HEAD + id_words(bytes) + EVENT * events.len());
    let n_events = u32::try_from(events.len()).expect("events are bounded to u32");
    words.extend([kind, bytes, owner, n_events]);
    put_id(words, id);
    for click in events {
        words.extend(halves(click.time.micros()));
        words.extend([click.item, u32::from(click.kind.code()), click.customer]);
    }
}

impl Stream {
    /// Writes the record behind some words. Events must be sorted.
    pub(crate) fn write(&self, words: &mut Words) {
        write_stream(self.id.as_ref().map(Id::as_ref), self.owner, self.events.iter().copied(), words);
    }

    /// In words.
    pub(crate) fn pack(&self) -> Words {
        let mut words = Words::default();
        self.write(&mut words);
        words
    }
}

/// A packed stream, read where it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamRecord<'a> {
    words: &'a [u32],
}

/// Streams, kept by the ids of sessions.
#[derive(Debug, Clone)]
pub(crate) enum Streams {}

impl Named for Streams {
    fn name(record: &[u32]) -> Option<(u64, IdRef<'_>)> {
        Some((SESSION, StreamRecord::new(record)?.id()?))
    }
}

impl<'a> StreamRecord<'a> {
    /// The stream of a slot; `None` for a free one.
    #[inline]
    pub(crate) fn new(words: &'a [u32]) -> Option<Self> {
        (!words.is_empty()).then_some(Self { words })
    }

    pub(crate) fn id(self) -> Option<IdRef<'a>> {
        get_id(self.words[0], self.words[1], &self.words[HEAD..])
    }

    pub(crate) fn owner(self) -> Option<u32> {
        Some(self.words[2]).filter(|&owner| owner != u32::MAX)
    }

    #[inline]
    pub(crate) fn len(self) -> usize {
        self.words[3] as usize
    }

    #[inline]
    pub(crate) fn click(self, at: usize) -> Click {
        let start = HEAD + id_words(self.words[1]) + EVENT * at;
        let words = &self.words[start..start + EVENT];
        Click {
            time: Time::from_micros(whole(words[0], words[1])),
            item: words[2],
            kind: EventKind::ALL[words[3] as usize],
            customer: words[4],
        }
    }

    #[inline]
    pub(crate) fn clicks(self) -> impl DoubleEndedIterator<Item = Click> + ExactSizeIterator + use<'a> {
        (0..self.len()).map(move |at| self.click(at))
    }

    /// Whose each event is; `u32::MAX` where nobody knows.
    pub(crate) fn whose(self) -> Vec<u32> {
        match self.owner() {
            Some(owner) => vec![owner; self.len()],
            None => resolved(&self.clicks().map(|click| click.customer).collect::<Vec<_>>()),
        }
    }

    pub(crate) fn unpack(self) -> Stream {
        Stream { id: self.id().map(IdRef::to_id), owner: self.words[2], events: self.clicks().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_events_that_say_the_same_one_stays_and_it_names_somebody() {
        let click = |micros, item, customer| Click {
            time: Time::from_micros(micros),
            item,
            kind: EventKind::View,
            customer,
        };
        const NOBODY: u32 = u32::MAX;
        let all = [
            click(5, 1, NOBODY),
            click(5, 1, 3),
            click(4, 2, NOBODY),
            click(5, 1, 2),
            click(4, 2, NOBODY),
            click(5, 1, 3),
            click(4, 1, 9),
        ];
        // Slots that are not in the order of ids: 9 before 3 before 2, item 2 before 1.
        let falling = |a: u32, b: u32| b.cmp(&a);
        let kept = vec![click(4, 2, NOBODY), click(4, 1, 9), click(5, 1, 3), click(5, 1, 2)];
        for cut in 0..=all.len() {
            let (mut first, mut rest) = (all[..cut].to_vec(), all[cut..].to_vec());
            sort_clicks(&mut first, falling, falling);
            sort_clicks(&mut rest, falling, falling);
            let n = first.len();
            first.extend(rest);
            sort_clicks(&mut first, falling, falling);
            assert!(first.len() >= n);
            assert_eq!(first, kept, "{cut}");
        }
    }

    #[test]
    fn what_is_packed_is_read_back() {
        let click = |micros: i64, item, kind| Click {
            time: Time::from_micros(micros),
            item,
            kind,
            customer: if item == 2 { 8 } else { u32::MAX },
        };
        let stream = Stream {
            id: Some(Id::from(i64::MIN)),
            owner: u32::MAX,
            events: vec![click(-1, 2, EventKind::Purchase), click(1 << 40, 9, EventKind::View)],
        };
        let words = stream.pack();
        let record = StreamRecord::new(&words).unwrap();
        assert_eq!(record.unpack(), stream);
        assert_eq!(record.whose(), [8, 8]);
        assert_eq!(Streams::name(&words), Some((SESSION, IdRef::Int(i64::MIN))));
    }
}
