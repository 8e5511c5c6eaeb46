//! The fitted model: pairs of items with what they count.

use crate::data::{EventLog, Sessions, Vocabulary};
use crate::error::{Error, IntakeError, Result};
use crate::fit::{Control, Fit};
use crate::index::MAX_INDICES;
use crate::params::Checked;
use crate::session::SequentialRulesParams;
use crate::session::rules_count::{Pairs, To, count};

/// What comes next in a session, by what followed its last item in finished sessions.
///
/// Every pair of clicks of one session counts, the first leading to the second, by how many steps lie between; an item's
/// rules are what it leads to, strongest first. Only the last known item of the ongoing session is looked at.
/// [`SequentialRules::association`] counts pairs either way round and all the same.
///
/// Sums are whole numbers of 2^-20, so no answer depends on the order of rows or on threads, and [`SequentialRules::append`]
/// gives what a fit on all sessions gives, bit for bit.
///
/// ```
/// use kosar::data::{Click, Sessions};
/// use kosar::session::SequentialRules;
/// use kosar::{Fit, Id, Time};
///
/// let clicks = [(1, "tea"), (1, "cup"), (1, "pot"), (2, "tea"), (2, "pot")];
/// let clicks = (0..).zip(clicks).map(|(i, (session, item))| Click::new(session, item, Time::from_micros(i)));
/// let rules = SequentialRules::params().fit(&Sessions::from_clicks(clicks)?)?;
/// let next = rules.recommend(["tea"], 5)?.recommendations;
/// assert_eq!((&next[0].item, next[0].score), (&Id::from("pot"), 1.5));
/// assert_eq!(next[0].reason.to_string(), "100 % of the sessions with tea go on to it (2 sessions)");
/// assert_eq!((&next[1].item, next[1].score), (&Id::from("cup"), 1.0));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SequentialRules {
    pub(super) params: SequentialRulesParams,
    pub(super) items: Vocabulary,
    pub(super) pairs: Pairs,
    pub(super) n_sessions: u32,
}

impl Fit<Sessions> for Checked<SequentialRulesParams> {
    type Model = SequentialRules;

    /// Time: clicks times steps, and sorting the rules of an item. Parallel over items; the result does not depend on the number
    /// of threads. Space: a thread takes 16 bytes an item.
    ///
    /// # Errors
    /// [`Error::Cancelled`]; [`IntakeError::TooMany`] beyond `u32` sessions.
    fn fit_with(&self, sessions: &Sessions, control: &Control) -> Result<SequentialRules> {
        let n_sessions = u32::try_from(sessions.len()).ok().filter(|&n| n < u32::MAX).ok_or(too_many())?;
        let pairs = count(sessions, self, control)?;
        let items = sessions.items().clone();
        Ok(SequentialRules { params: self.clone().into_inner(), items, pairs, n_sessions })
    }
}

impl Fit<EventLog> for Checked<SequentialRulesParams> {
    type Model = SequentialRules;

    /// Counts the [sessions of the log](Sessions::from_events), the codes of kinds being those of
    /// [`EventKind`](crate::data::EventKind).
    ///
    /// # Errors
    /// As for sessions.
    fn fit_with(&self, log: &EventLog, control: &Control) -> Result<SequentialRules> {
        self.fit_with(&Sessions::from_events(log)?, control)
    }
}

impl SequentialRules {
    /// The model of its sessions and further finished ones: equal to a fit on all of them.
    ///
    /// Time: linear in the rules of both, and that of counting the new sessions.
    ///
    /// # Errors
    /// [`IntakeError::Append`] for items of the other type; [`IntakeError::TooMany`] beyond `u32` items or sessions.
    pub fn append(&self, sessions: &Sessions) -> Result<Self> {
        let other = self.params.fit(sessions)?;
        let joined = self.items.union(&other.items);
        let (items, new, other_new) = joined.ok_or_else(|| {
            let why = format!("item ids are {} here, {} there", self.items.kind(), other.items.kind());
            Error::from(IntakeError::Append { why })
        })?;
        let n_sessions = self.n_sessions.checked_add(other.n_sessions).filter(|&n| n < u32::MAX);
        let n_sessions = n_sessions.ok_or(too_many())?;
        let mut rules: Vec<Vec<To>> = vec![Vec::new(); items.len()];
        let mut of_item = vec![0; items.len()];
        for (numbers, pairs) in [(&new, &self.pairs), (&other_new, &other.pairs)] {
            for (item, &number) in numbers.iter().enumerate() {
                let renumbered = pairs
                    .of_item(item)
                    .map(|(to, w, n)| (crate::ItemIx::from_u32(numbers[to.as_usize()]), w, n));
                rules[number as usize].extend(renumbered);
                of_item[number as usize] += pairs.sessions[item];
            }
        }
        rules.iter_mut().for_each(|rules| {
            rules.sort_unstable();
            rules.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    *kept = (kept.0, kept.1.saturating_add(next.1), kept.2 + next.2);
                }
                same
            });
        });
        let pairs = Pairs::of(rules.iter().map(Vec::as_slice), of_item);
        Ok(Self { params: self.params.clone(), items, pairs, n_sessions })
    }

    /// The parameters that it was fitted with.
    #[must_use]
    pub fn parameters(&self) -> &SequentialRulesParams {
        &self.params
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The number of rules: pairs of items that any session bears out.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.weights.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of sessions that it was fitted on.
    #[must_use]
    pub fn n_sessions(&self) -> usize {
        self.n_sessions as usize
    }
}

fn too_many() -> IntakeError {
    IntakeError::TooMany { what: "sessions", max: MAX_INDICES as u64 }
}
