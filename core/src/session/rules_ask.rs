//! What comes after the last item of a session.

use crate::data::{Id, IdRef};
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::rank::{AllowedItems, ItemFilter, Reason, Recommendation, Scored, TopK};
use crate::session::SequentialRules;
use crate::session::answer::{Asked, Kept, SessionAnswer, SessionOptions, answer_many};
use crate::session::rules_count::UNIT;

impl SequentialRules {
    /// The `n` items that come next in a session, given by its items in the order of their clicks: what its last item leads
    /// to, or where the model does not know that, the last item that it knows.
    ///
    /// Time: the rules of that item.
    ///
    /// # Errors
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for an item of the other type.
    pub fn recommend<'a, T: Into<IdRef<'a>>>(
        &self,
        session: impl IntoIterator<Item = T>,
        n: usize,
    ) -> Result<SessionAnswer> {
        self.recommend_with(session, n, &SessionOptions::new())
    }

    /// As [`SequentialRules::recommend`], of the items that the options allow. The kinds of the session's clicks change
    /// nothing.
    ///
    /// # Errors
    /// As there; [`ParamError::NotWith`](crate::ParamError::NotWith) where there are not as many kinds as items.
    pub fn recommend_with<'a, T: Into<IdRef<'a>>>(
        &self,
        session: impl IntoIterator<Item = T>,
        n: usize,
        options: &SessionOptions,
    ) -> Result<SessionAnswer> {
        let allowed = options.filter.resolve(&self.items)?;
        self.answer(session, n, options.kinds.as_deref(), &allowed)
    }

    /// As [`SequentialRules::recommend_with`] for many sessions at once: an answer for each, in their order, by all threads.
    ///
    /// # Errors
    /// As [`SequentialRules::recommend`], the first in the order of the sessions;
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn recommend_many<S: AsRef<[Id]> + Sync>(
        &self,
        sessions: &[S],
        n: usize,
        filter: &ItemFilter,
        control: &Control,
    ) -> Result<Vec<SessionAnswer>> {
        let allowed = filter.resolve(&self.items)?;
        answer_many(sessions, control, |session| self.answer(session, n, None, &allowed))
    }

    fn answer<'a, T: Into<IdRef<'a>>>(
        &self,
        session: impl IntoIterator<Item = T>,
        n: usize,
        kinds: Option<&[u8]>,
        allowed: &AllowedItems,
    ) -> Result<SessionAnswer> {
        let asked = Asked::new(&self.items, session, kinds, |item| self.knows(item))?;
        let Some(&(last, _)) = asked.clicks.last() else {
            let empty = asked.nothing_known().filter(|_| n > 0);
            return Ok(SessionAnswer { recommendations: Vec::new(), unknown: asked.unknown, empty });
        };
        let (best, kept) = self.best(last, n, allowed);
        let name = |item: ItemIx| self.items.get(item.as_usize()).to_id();
        let with_last = f64::from(self.pairs.sessions[last.as_usize()]);
        let recommendation = |scored: Scored| {
            #[allow(clippy::cast_precision_loss, reason = "sessions are bounded to u32")]
            let confidence = scored.count as f64 / with_last;
            let reason = Reason::Next { after: name(last), sessions: scored.count, confidence };
            Recommendation { item: name(scored.item), score: scored.score, reason }
        };
        let empty = (best.is_empty() && n > 0).then(|| kept.why());
        let recommendations = best.into_iter().map(recommendation).collect();
        Ok(SessionAnswer { recommendations, unknown: asked.unknown, empty })
    }

    /// The `n` best items for a session by the model's own numbers of the items, best first, without reasons. Items that no
    /// session holds are skipped.
    ///
    /// # Panics
    /// For an item beyond [`SequentialRules::items`].
    #[must_use]
    pub fn rank(&self, session: &[ItemIx], n: usize) -> Vec<Scored> {
        let last = session.iter().rfind(|&&item| self.knows(item));
        last.map_or_else(Vec::new, |&last| self.best(last, n, &AllowedItems::ALL).0)
    }

    fn knows(&self, item: ItemIx) -> bool {
        self.pairs.sessions[item.as_usize()] > 0
    }

    #[allow(clippy::cast_precision_loss, reason = "what the rounding makes equal, count and id tell apart")]
    fn best(&self, last: ItemIx, n: usize, allowed: &AllowedItems) -> (Vec<Scored>, Kept) {
        let mut kept = Kept::default();
        let mut top = TopK::new(n.min(self.items.len()));
        for (item, weight, sessions) in self.pairs.of_item(last.as_usize()) {
            let few = (sessions as usize) < self.params.min_sessions;
            let denied = !allowed.allows(item);
            kept.by_min_sessions |= few && !denied;
            kept.by_filter |= denied;
            if !few && !denied {
                top.push(Scored { score: weight as f64 / UNIT, count: u64::from(sessions), item });
            }
        }
        (top.drain_sorted().collect(), kept)
    }
}
