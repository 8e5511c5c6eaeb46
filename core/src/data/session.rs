//! Sessions: what one visitor clicked in one go, in order.

use crate::data::{IdKind, IdRef, Interner, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};
use crate::time::Time;

/// One event of a session: what happened to which item, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Click<'a> {
    /// Which session it belongs to.
    pub session: IdRef<'a>,
    /// The item.
    pub item: IdRef<'a>,
    /// When it happened.
    pub time: Time,
    /// What it was, by a code of the shop's own: 0 for a view, say, and 1 for putting into the cart.
    pub kind: u8,
}

impl<'a> Click<'a> {
    /// A click of kind 0.
    #[must_use]
    pub fn new(session: impl Into<IdRef<'a>>, item: impl Into<IdRef<'a>>, time: Time) -> Self {
        Self { session: session.into(), item: item.into(), time, kind: 0 }
    }

    /// The same with another kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: u8) -> Self {
        self.kind = kind;
        self
    }
}

/// Finished sessions: the items of each in the order of their clicks, and when the last click was.
///
/// Clicks of one session at the same instant are ordered by item, then by kind. Sessions are ordered by the time of their
/// last click, then by their items and kinds; what the sessions were called is not kept. So the order of the rows that they
/// came from shows nowhere.
///
/// ```
/// use kosar::data::{Click, Sessions};
/// use kosar::{ItemIx, Time};
///
/// let at = |seconds: i64| Time::from_micros(seconds * 1_000_000);
/// let sessions = Sessions::from_clicks([
///     Click::new("s2", "jam", at(9)),
///     Click::new("s1", "tea", at(2)),
///     Click::new("s1", "bread", at(1)),
/// ])?;
/// assert_eq!((sessions.len(), sessions.n_clicks()), (2, 3));
/// let first = sessions.rows().row(0).iter().map(|item| sessions.items().get(item.as_usize()).to_string());
/// assert_eq!(first.collect::<Vec<_>>(), ["bread", "tea"]);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    items: Vocabulary,
    rows: Rows<ItemIx>,
    /// The kind of each click; absent where all are 0.
    kinds: Option<Vec<u8>>,
    times: Vec<Time>,
}

impl Sessions {
    /// Collects clicks in any order.
    ///
    /// Time: n log n in the clicks. Space: some 50 bytes a click while it runs.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] when strings and integers are mixed among the items, or among the sessions;
    /// [`IntakeError::TooMany`] beyond `u32` items, sessions or clicks.
    pub fn from_clicks<'a>(clicks: impl IntoIterator<Item = Click<'a>>) -> Result<Self> {
        let (mut items, mut names) = (None, None);
        let mut all: Vec<(u32, Time, u32, u8)> = Vec::new();
        for click in clicks {
            let session = number(&mut names, "session", click.session)?;
            all.push((session, click.time, number(&mut items, "item", click.item)?, click.kind));
        }
        if all.len() >= MAX_INDICES {
            return Err(too_many("clicks").into());
        }
        let (items, new) = items.unwrap_or_else(|| Interner::new(IdKind::Str)).finish();
        for click in &mut all {
            click.2 = new[click.2 as usize];
        }
        all.sort_unstable();
        let sessions = || all.chunk_by(|a, b| a.0 == b.0);
        let rows: Rows<ItemIx> =
            sessions().map(|clicks| clicks.iter().map(|click| ItemIx::from_u32(click.2))).collect();
        let kinds: Vec<u8> = all.iter().map(|click| click.3).collect();
        let times: Vec<Time> = sessions().filter_map(|clicks| clicks.last()).map(|click| click.1).collect();
        Ok(Self::in_order(items, rows, Some(kinds), times))
    }

    /// From the items of each session in the order of their clicks, the kind of each click (`None` where all are 0), and the
    /// time of the last click of each session.
    ///
    /// # Errors
    /// [`IntakeError::Session`] for a session that is empty or names an item that is not there, and for columns of other
    /// lengths than the rows.
    pub fn from_parts(
        items: Vocabulary,
        rows: Rows<ItemIx>,
        kinds: Option<Vec<u8>>,
        times: Vec<Time>,
    ) -> Result<Self> {
        let refuse = |session: usize, why: &'static str| Err(IntakeError::Session { session, why }.into());
        if times.len() != rows.len() {
            return refuse(times.len().min(rows.len()), "there are not as many times as sessions");
        }
        if kinds.as_ref().is_some_and(|kinds| kinds.len() != rows.values().len()) {
            return refuse(0, "there are not as many kinds as clicks");
        }
        if rows.values().len() >= MAX_INDICES {
            return Err(too_many("clicks").into());
        }
        for (session, row) in rows.iter().enumerate() {
            if row.is_empty() {
                return refuse(session, "it has no click");
            }
            if row.iter().any(|item| item.as_usize() >= items.len()) {
                return refuse(session, "an item is not among the items");
            }
        }
        Ok(Self::in_order(items, rows, kinds, times))
    }

    /// Puts the sessions into their order.
    fn in_order(items: Vocabulary, rows: Rows<ItemIx>, kinds: Option<Vec<u8>>, times: Vec<Time>) -> Self {
        let kinds = kinds.filter(|kinds| kinds.iter().any(|&kind| kind != 0));
        let (rows, kinds, times) = sorted(rows, kinds, times);
        Self { items, rows, kinds, times }
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The items of each session in the order of their clicks; an item clicked twice stands there twice.
    #[must_use]
    pub fn rows(&self) -> &Rows<ItemIx> {
        &self.rows
    }

    /// The kind of each click, session after session; `None` where all are 0.
    #[must_use]
    pub fn kinds(&self) -> Option<&[u8]> {
        self.kinds.as_deref()
    }

    /// When the last click of each session was; never falling.
    #[must_use]
    pub fn times(&self) -> &[Time] {
        &self.times
    }

    /// The number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The number of clicks.
    #[must_use]
    pub fn n_clicks(&self) -> usize {
        self.rows.values().len()
    }

    /// The sessions whose last click is before an instant, with their items only.
    #[must_use]
    pub fn before(&self, time: Time) -> Self {
        self.part(0, self.times.partition_point(|&last| last < time))
    }

    /// The sessions whose last click is at an instant or after it, with their items only.
    #[must_use]
    pub fn after(&self, time: Time) -> Self {
        self.part(self.times.partition_point(|&last| last < time), self.len())
    }

    fn part(&self, begin: usize, end: usize) -> Self {
        let clicks = self.rows.offsets()[begin]..self.rows.offsets()[end];
        let mut new = vec![u32::MAX; self.items.len()];
        self.rows.values()[clicks.clone()].iter().for_each(|item| new[item.as_usize()] = 0);
        let used = |new: &[u32]| (0..new.len()).filter(|&item| new[item] == 0).collect::<Vec<_>>();
        let used = used(&new);
        for (number, &item) in (0_u32..).zip(&used) {
            new[item] = number;
        }
        let row =
            |session: usize| self.rows.row(session).iter().map(|item| ItemIx::from_u32(new[item.as_usize()]));
        let rows: Rows<ItemIx> = (begin..end).map(row).collect();
        let kinds = self.kinds.as_ref().map(|kinds| kinds[clicks].to_vec());
        Self::in_order(self.items.subset(used.into_iter()), rows, kinds, self.times[begin..end].to_vec())
    }
}

/// The order of sessions by time, then by items, then by kinds; `None` where they are in it.
pub(crate) fn session_order(rows: &Rows<ItemIx>, kinds: Option<&[u8]>, times: &[Time]) -> Option<Vec<usize>> {
    let kinds_of =
        |session: usize| kinds.map(|kinds| &kinds[rows.offsets()[session]..rows.offsets()[session + 1]]);
    let compare = |a: usize, b: usize| {
        let by_time = times[a].cmp(&times[b]);
        by_time.then_with(|| rows.row(a).cmp(rows.row(b))).then_with(|| kinds_of(a).cmp(&kinds_of(b)))
    };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    if order.is_sorted_by(|&a, &b| compare(a, b).is_le()) {
        return None;
    }
    order.sort_by(|&a, &b| compare(a, b));
    Some(order)
}

/// Sessions with the kinds of their clicks and their times, in order.
pub(crate) fn sorted(
    rows: Rows<ItemIx>,
    kinds: Option<Vec<u8>>,
    times: Vec<Time>,
) -> (Rows<ItemIx>, Option<Vec<u8>>, Vec<Time>) {
    let Some(order) = session_order(&rows, kinds.as_deref(), &times) else { return (rows, kinds, times) };
    let clicks = |session: usize| rows.offsets()[session]..rows.offsets()[session + 1];
    let sorted = order.iter().map(|&session| rows.row(session).iter().copied()).collect();
    let kinds = kinds.map(|kinds| order.iter().flat_map(|&s| &kinds[clicks(s)]).copied().collect());
    (sorted, kinds, order.iter().map(|&session| times[session]).collect())
}

/// The number of an id, all of one type.
fn number(interner: &mut Option<Interner>, role: &'static str, id: IdRef<'_>) -> Result<u32> {
    let interner = interner.get_or_insert_with(|| Interner::new(id.kind()));
    if id.kind() != interner.kind() {
        let (expected, found) = (interner.kind(), id.kind());
        return Err(IdError::WrongKind { role, expected, found, id: id.quoted() }.into());
    }
    let what = if role == "item" { "items" } else { "sessions" };
    Ok(interner.intern(id).ok_or(too_many(what))?)
}

fn too_many(what: &'static str) -> IntakeError {
    IntakeError::TooMany { what, max: MAX_INDICES as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Time {
        Time::from_micros(micros)
    }

    fn sessions() -> Sessions {
        Sessions::from_clicks([
            Click::new(7, "b", at(5)),
            Click::new(7, "a", at(5)).of_kind(2),
            Click::new(7, "b", at(1)),
            Click::new(3, "d", at(4)),
            Click::new(9, "c", at(9)),
        ])
        .unwrap()
    }

    #[test]
    fn clicks_are_ordered_by_time_then_item_and_sessions_by_their_last_click() {
        let sessions = sessions();
        let rows: Vec<Vec<u32>> =
            sessions.rows().iter().map(|row| row.iter().map(|item| item.as_u32()).collect()).collect();
        assert_eq!(rows, [vec![3], vec![1, 0, 1], vec![2]]);
        assert_eq!(sessions.times(), [at(4), at(5), at(9)]);
        assert_eq!(sessions.kinds(), Some(&[0, 0, 2, 0, 0][..]));
    }

    #[test]
    fn parts_in_time_hold_their_own_items_only() {
        let (before, after) = (sessions().before(at(5)), sessions().after(at(5)));
        assert_eq!((before.len(), before.items().len(), before.kinds()), (1, 1, None));
        assert_eq!((after.len(), after.items().len(), after.n_clicks()), (2, 3, 4));
        assert_eq!(after.rows().row(1), [ItemIx::new(2)]);
    }

    #[test]
    fn sessions_from_parts_are_those_from_clicks() {
        let whole = sessions();
        let backwards = [2, 1, 0];
        let rows: Rows<ItemIx> = backwards.iter().map(|&s| whole.rows().row(s).iter().copied()).collect();
        let times = backwards.iter().map(|&s| whole.times()[s]).collect();
        let kinds = Some(vec![0, 0, 2, 0, 0]);
        assert_eq!(Sessions::from_parts(whole.items().clone(), rows, kinds, times).unwrap(), whole);
    }

    #[test]
    fn what_is_no_session_is_refused() {
        let items = || Vocabulary::from_sorted_ints(vec![5]).unwrap();
        let rows = |rows: &[Vec<usize>]| -> Rows<ItemIx> {
            rows.iter().map(|row| row.iter().map(|&item| ItemIx::new(item))).collect()
        };
        let refused =
            |rows, kinds, times| Sessions::from_parts(items(), rows, kinds, times).unwrap_err().to_string();
        assert!(
            refused(rows(&[vec![0], vec![]]), None, vec![at(0); 2]).contains("session 1: it has no click")
        );
        assert!(refused(rows(&[vec![1]]), None, vec![at(0)]).contains("not among the items"));
        assert!(refused(rows(&[vec![0]]), None, vec![]).contains("as many times"));
        assert!(refused(rows(&[vec![0]]), Some(vec![]), vec![at(0)]).contains("as many kinds"));
        let mixed =
            Sessions::from_clicks([Click::new(1, "a", at(0)), Click::new("x", "a", at(0))]).unwrap_err();
        assert_eq!(mixed.to_string(), "session ids are integer here, got the string 'x'");
    }
}
