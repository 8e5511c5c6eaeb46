//! The fitted model.

use crate::data::{EventLog, Sessions, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::fit::{Control, Fit};
use crate::index::MAX_INDICES;
use crate::params::Checked;
use crate::rank::ScratchPool;
use crate::session::SessionKnnParams;
use crate::session::index::Index;
use crate::session::score::{Scratch, Steps};

/// What comes next in a session, by the finished sessions that resemble it most.
///
/// Of a finished session the distinct items count, each where it was clicked first. The ongoing session is known by its
/// last distinct items. An item i of these, clicked d clicks before the last one, counts
///
/// ```text
/// w(i) = decay(d) * kind(i) * (ln((N + 1) / N(i)) / ln(N + 1)) ^ match_idf
/// ```
///
/// with N finished sessions, N(i) of them with the item. Of the finished sessions with any of these items the
/// `sessions_per_item` most recent are compared; such a session s counts
///
/// ```text
/// w(s) = 2 ^ (-age(s) / half life) * sum of w(i) over the items i in common
/// ```
///
/// where age is measured from the newest of those compared, and the `neighbors` of greatest weight (of equals the newest) are the
/// neighbours. Each adds to each of its items j what it counts, times `forward ^ (steps - 1)` where j stands some steps behind
/// the anchor, which is the item in common clicked last in the ongoing session, `backward ^ steps` where before, 1 at the anchor
/// itself; and times what the kind of click on j counts. The score is that sum times `(1 + ln(N / N(j))) ^ item_idf`.
///
/// With `match_idf`, `forward` and `backward` at 0, 1 and 1, no half-life and a linear decay this comes near to VMIS-kNN, which
/// has one factor more: a neighbour counts less where its anchor lies back in the session.
///
/// Weights are whole numbers of 2^-24 and sums are exact, so no answer depends on the order of rows or on threads.
/// [`SessionKnn::append`] gives what a fit on all sessions gives, bit for bit: what no item refers to is dropped in both.
///
/// Memory: 8 bytes and at most `sessions_per_item` times 4 for each item, and 4 bytes for each distinct item of the sessions that
/// are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionKnn {
    pub(super) params: SessionKnnParams,
    pub(super) index: Index,
    /// Derived from the parameters.
    pub(super) steps: Steps,
    /// By what the score of each item is multiplied: derived, as a logarithm and a power take longer than adding up.
    pub(super) rarities: Vec<f64>,
    pub(super) scratch: ScratchPool<Scratch>,
}

impl Fit<Sessions> for Checked<SessionKnnParams> {
    type Model = SessionKnn;

    /// Time: n log n in the sessions, else linear in the clicks.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled) where that was asked for before; [`IntakeError::TooMany`] beyond `u32`
    /// sessions.
    fn fit_with(&self, sessions: &Sessions, control: &Control) -> Result<SessionKnn> {
        control.check()?;
        if sessions.len() >= MAX_INDICES {
            return Err(IntakeError::TooMany { what: "sessions", max: MAX_INDICES as u64 }.into());
        }
        let index = Index::new(sessions, self.sessions_per_item, &self.kind_weights);
        Ok(SessionKnn::of(self.clone().into_inner(), index))
    }
}

impl Fit<EventLog> for Checked<SessionKnnParams> {
    type Model = SessionKnn;

    /// Fits on the [sessions of the log](Sessions::from_events), the codes of kinds being those of
    /// [`EventKind`](crate::data::EventKind).
    ///
    /// # Errors
    /// As for sessions.
    fn fit_with(&self, log: &EventLog, control: &Control) -> Result<SessionKnn> {
        self.fit_with(&Sessions::from_events(log)?, control)
    }
}

impl SessionKnn {
    pub(super) fn of(params: SessionKnnParams, index: Index) -> Self {
        let steps = Steps::new(params.forward, params.backward);
        let rarities = index.item_idfs().map(|idf| idf.powf(params.item_idf)).collect();
        Self { params, index, steps, rarities, scratch: ScratchPool::default() }
    }

    /// The model of its sessions and further finished ones: equal to a fit on all of them, also where this model has
    /// dropped old ones. A session that goes on after it was given is another one.
    ///
    /// Time: linear in what is kept and what is added, but for sorting the sessions.
    ///
    /// ```
    /// use kosar::data::{Click, Sessions};
    /// use kosar::session::SessionKnn;
    /// use kosar::{Fit, Time};
    ///
    /// let click = |session, item, time| Click::new(session, item, Time::from_micros(time));
    /// let monday = [click(1, "tea", 1), click(1, "cup", 2)];
    /// let tuesday = [click(2, "cup", 8), click(2, "pot", 9)];
    /// let model = SessionKnn::params().fit(&Sessions::from_clicks(monday)?)?;
    /// let model = model.append(&Sessions::from_clicks(tuesday)?)?;
    /// let both = Sessions::from_clicks([monday, tuesday].concat())?;
    /// assert_eq!(model, SessionKnn::params().fit(&both)?);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IntakeError::Append`] for items of the other type; [`IntakeError::TooMany`] beyond `u32` items or sessions.
    pub fn append(&self, sessions: &Sessions) -> Result<Self> {
        let (per_item, kind_weights) = (self.params.sessions_per_item, &self.params.kind_weights);
        Ok(Self::of(self.params.clone(), self.index.appended(sessions, per_item, kind_weights)?))
    }

    /// The parameters that it was fitted with.
    #[must_use]
    pub fn parameters(&self) -> &SessionKnnParams {
        &self.params
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.index.items
    }

    /// The number of sessions with each item, in the order of the items; dropped sessions count.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.index.counts
    }

    /// The number of sessions that it was fitted on, dropped ones included.
    #[must_use]
    pub fn n_sessions(&self) -> usize {
        self.index.n_sessions as usize
    }

    /// The number of sessions that are kept, because an item refers to them.
    #[must_use]
    pub fn n_kept(&self) -> usize {
        self.index.kept.rows.len()
    }

    /// What the index takes, in bytes: its arrays without the ids of the items.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        let Index { kept, counts, recent, .. } = &self.index;
        let words = kept.rows.values().len() + counts.len() + recent.values().len();
        let longs =
            kept.rows.offsets().len() + recent.offsets().len() + kept.times.len() + self.rarities.len();
        4 * words + 8 * longs + kept.kinds.as_ref().map_or(0, Vec::len)
    }
}
