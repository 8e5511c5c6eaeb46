//! The index: of each item its most recent sessions, and the sessions that any item refers to.

use crate::data::{Rows, Sessions, Vocabulary, sorted_sessions};
use crate::error::{Error, IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};
use crate::session::params::kind_weight;
use crate::time::Time;

/// Sessions as the index has them: each item once, where it was clicked first, oldest session first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Kept {
    pub(super) rows: Rows<ItemIx>,
    /// The weightiest kind of the clicks on each item; absent where all are 0.
    pub(super) kinds: Option<Vec<u8>>,
    pub(super) times: Vec<Time>,
}

impl Kept {
    /// The distinct items of sessions, without clicks of no weight and sessions left empty.
    pub(super) fn of(sessions: &Sessions, kind_weights: &[f64]) -> Self {
        let (mut rows, mut kinds, mut times) = (Rows::default(), Vec::new(), Vec::new());
        let mut distinct: Vec<(ItemIx, u8)> = Vec::new();
        // Where each item stands in the present session, and in which session that was.
        let mut place = vec![(u32::MAX, 0_u32); sessions.items().len()];
        let offsets = sessions.rows().offsets();
        for (number, (row, &time)) in (0_u32..).zip(sessions.rows().iter().zip(sessions.times())) {
            distinct.clear();
            for (at, &item) in row.iter().enumerate() {
                let kind = sessions.kinds().map_or(0, |kinds| kinds[offsets[number as usize] + at]);
                let weight = kind_weight(kind_weights, kind);
                if weight <= 0.0 {
                    continue;
                }
                let seen = &mut place[item.as_usize()];
                if seen.0 == number {
                    let known = &mut distinct[seen.1 as usize].1;
                    let of_known = kind_weight(kind_weights, *known);
                    if weight > of_known || (weight >= of_known && kind < *known) {
                        *known = kind;
                    }
                } else {
                    *seen = (number, u32::try_from(distinct.len()).expect("clicks are bounded to u32"));
                    distinct.push((item, kind));
                }
            }
            if !distinct.is_empty() {
                rows.push(distinct.iter().map(|click| click.0));
                kinds.extend(distinct.iter().map(|click| click.1));
                times.push(time);
            }
        }
        Self { rows, kinds: Some(kinds), times }.in_order()
    }

    fn in_order(self) -> Self {
        let kinds = self.kinds.filter(|kinds| kinds.iter().any(|&kind| kind != 0));
        let (rows, kinds, times) = sorted_sessions(self.rows, kinds, self.times);
        Self { rows, kinds, times }
    }

    /// The same with other numbers of the items.
    fn renumbered(&self, new: &[u32]) -> Rows<ItemIx> {
        let values = self.rows.values().iter().map(|item| ItemIx::from_u32(new[item.as_usize()])).collect();
        Rows::from_parts(self.rows.offsets().to_vec(), values).expect("the offsets are the same")
    }

    /// Both, in order. The new numbers of the items of each keep their order.
    fn joined(&self, other: &Self, new: &[u32], other_new: &[u32]) -> Self {
        let (a, b) = (self.renumbered(new), other.renumbered(other_new));
        let rows = a.iter().chain(b.iter()).map(|row| row.iter().copied()).collect();
        let kinds_of = |kept: &Self| kept.kinds.clone().unwrap_or_else(|| vec![0; kept.rows.values().len()]);
        let kinds = Some([kinds_of(self), kinds_of(other)].concat());
        Self { rows, kinds, times: [&self.times[..], &other.times].concat() }.in_order()
    }

    /// Only those sessions.
    fn retained(&self, keep: &[bool]) -> Self {
        let sessions = || (0..keep.len()).filter(|&session| keep[session]);
        let clicks = |session: usize| self.rows.offsets()[session]..self.rows.offsets()[session + 1];
        let kinds =
            |kinds: &Vec<u8>| sessions().flat_map(|session| &kinds[clicks(session)]).copied().collect();
        let kinds: Option<Vec<u8>> = self.kinds.as_ref().map(kinds);
        Self {
            rows: sessions().map(|session| self.rows.row(session).iter().copied()).collect(),
            kinds: kinds.filter(|kinds| kinds.iter().any(|&kind| kind != 0)),
            times: sessions().map(|session| self.times[session]).collect(),
        }
    }
}

/// What a model is made of: everything derives from the sessions kept and the counts of all.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Index {
    pub(super) items: Vocabulary,
    pub(super) kept: Kept,
    /// The number of sessions with each item, dropped ones included.
    pub(super) counts: Vec<u32>,
    /// The number of sessions, dropped ones included.
    pub(super) n_sessions: u32,
    /// The most recent sessions of each item, the newest first: derived.
    pub(super) recent: Rows<u32>,
}

impl Index {
    /// Indexes sessions.
    ///
    /// Time: n log n in the sessions, else linear in the clicks.
    pub(super) fn new(sessions: &Sessions, per_item: usize, kind_weights: &[f64]) -> Self {
        let all = Kept::of(sessions, kind_weights);
        let mut counts = vec![0; sessions.items().len()];
        all.rows.values().iter().for_each(|item| counts[item.as_usize()] += 1);
        let n_sessions = u32::try_from(all.rows.len()).expect("sessions are bounded to u32");
        Self::of(sessions.items().clone(), &all, counts, n_sessions, per_item)
    }

    /// Drops the sessions that no item refers to.
    pub(super) fn of(
        items: Vocabulary,
        all: &Kept,
        counts: Vec<u32>,
        n_sessions: u32,
        per_item: usize,
    ) -> Self {
        let keep = referred(&all.rows, items.len(), per_item);
        let kept = all.retained(&keep);
        let recent = recent(&kept.rows, items.len(), per_item);
        Self { items, kept, counts, n_sessions, recent }
    }

    /// The index of these sessions and further ones: the same as that of all sessions together.
    ///
    /// # Errors
    /// [`IntakeError::Append`] for items of the other type; [`IntakeError::TooMany`] beyond `u32` sessions.
    pub(super) fn appended(
        &self,
        sessions: &Sessions,
        per_item: usize,
        kind_weights: &[f64],
    ) -> Result<Self> {
        let other = Self::new(sessions, usize::MAX, kind_weights);
        let joined = self.items.union(&other.items);
        let (items, new, other_new) = joined.ok_or_else(|| {
            let why = format!("item ids are {} here, {} there", self.items.kind(), other.items.kind());
            Error::from(IntakeError::Append { why })
        })?;
        let n_sessions = self.n_sessions.checked_add(other.n_sessions).filter(|&n| n < u32::MAX);
        let too_many = IntakeError::TooMany { what: "sessions", max: MAX_INDICES as u64 };
        let n_sessions = n_sessions.ok_or(too_many)?;
        let mut counts = vec![0; items.len()];
        for (numbers, of) in [(&new, &self.counts), (&other_new, &other.counts)] {
            numbers.iter().zip(of).for_each(|(&item, count)| counts[item as usize] += count);
        }
        let all = self.kept.joined(&other.kept, &new, &other_new);
        Ok(Self::of(items, &all, counts, n_sessions, per_item))
    }

    /// ln((sessions + 1) / sessions with the item): above 0; asked for items with sessions only.
    pub(super) fn match_idf(&self, item: ItemIx) -> f64 {
        ((f64::from(self.n_sessions) + 1.0) / f64::from(self.counts[item.as_usize()])).ln()
    }

    /// 1 + ln(sessions / sessions with the item) of each item: from 1, and 1 for an item without sessions.
    pub(super) fn item_idfs(&self) -> impl Iterator<Item = f64> {
        let all = f64::from(self.n_sessions);
        self.counts
            .iter()
            .map(move |&count| if count > 0 { 1.0 + (all / f64::from(count)).ln() } else { 1.0 })
    }
}

/// Which sessions are among the most recent `per_item` of any of their items.
pub(super) fn referred(rows: &Rows<ItemIx>, n_items: usize, per_item: usize) -> Vec<bool> {
    let mut left = vec![per_item; n_items];
    let mut keep = vec![false; rows.len()];
    for session in (0..rows.len()).rev() {
        for item in rows.row(session) {
            let left = &mut left[item.as_usize()];
            keep[session] |= *left > 0;
            *left = left.saturating_sub(1);
        }
    }
    keep
}

/// The most recent sessions of each item, the newest first.
pub(super) fn recent(rows: &Rows<ItemIx>, n_items: usize, per_item: usize) -> Rows<u32> {
    let mut sizes = vec![0_usize; n_items];
    rows.values().iter().for_each(|item| sizes[item.as_usize()] += 1);
    let mut offsets = vec![0];
    let mut end = 0;
    for size in sizes {
        end += size.min(per_item);
        offsets.push(end);
    }
    let mut next = offsets.clone();
    let mut values = vec![0; end];
    let n = u32::try_from(rows.len()).expect("sessions are bounded to u32");
    for session in (0..n).rev() {
        for item in rows.row(session as usize) {
            let next = &mut next[item.as_usize()];
            if *next < offsets[item.as_usize() + 1] {
                values[*next] = session;
                *next += 1;
            }
        }
    }
    Rows::from_parts(offsets, values).expect("the offsets rise to the end")
}
