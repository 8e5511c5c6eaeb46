//! What comes next in a session, and what carried it.

use crate::data::{Id, IdRef};
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::rank::{AllowedItems, ItemFilter, Reason, Recommendation, Scored};
use crate::session::SessionKnn;
use crate::session::answer::{Asked, SessionAnswer, SessionOptions, answer_many};
use crate::session::score::Scratch;

impl SessionKnn {
    /// The `n` items that come next in a session, given by its items in the order of their clicks.
    ///
    /// Items that the model does not know are skipped and named in the answer; an answer without recommendations says why.
    ///
    /// Time: at most `sessions_per_item` for each of the last items, and the items of the neighbours. Space: the first request,
    /// and each further one at the same time, makes working memory of 16 bytes an item of the catalogue, which stays.
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

    /// As [`SessionKnn::recommend`], of the items that the options allow, clicks counting by their kinds.
    ///
    /// # Errors
    /// As there; [`ParamError::NotWith`](crate::ParamError::NotWith) where there are not as many kinds as items.
    pub fn recommend_with<'a, T: Into<IdRef<'a>>>(
        &self,
        session: impl IntoIterator<Item = T>,
        n: usize,
        options: &SessionOptions,
    ) -> Result<SessionAnswer> {
        let allowed = options.filter.resolve(self.items())?;
        self.answer(session, n, options.kinds.as_deref(), &allowed)
    }

    /// As [`SessionKnn::recommend_with`] for many sessions at once, whose clicks are of kind 0: an answer for each, in their
    /// order, by all threads.
    ///
    /// ```
    /// use kosar::data::{Click, Sessions};
    /// use kosar::rank::ItemFilter;
    /// use kosar::session::SessionKnn;
    /// use kosar::{Control, Fit, Id, Time};
    ///
    /// let clicks = [("s1", "tea"), ("s1", "cup"), ("s2", "jam"), ("s2", "tea"), ("s2", "cup")];
    /// let clicks = (0..).zip(clicks).map(|(i, (session, item))| Click::new(session, item, Time::from_micros(i)));
    /// let knn = SessionKnn::params().fit(&Sessions::from_clicks(clicks)?)?;
    ///
    /// let sessions: [&[Id]; 2] = [&["tea".into()], &["jam".into(), "tea".into()]];
    /// let answers = knn.recommend_many(&sessions, 2, &ItemFilter::new(), &Control::new())?;
    /// assert_eq!(answers[1], knn.recommend(sessions[1], 2)?);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`SessionKnn::recommend`], the first in the order of the sessions; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn recommend_many<S: AsRef<[Id]> + Sync>(
        &self,
        sessions: &[S],
        n: usize,
        filter: &ItemFilter,
        control: &Control,
    ) -> Result<Vec<SessionAnswer>> {
        let allowed = filter.resolve(self.items())?;
        answer_many(sessions, control, |session| self.answer(session, n, None, &allowed))
    }

    fn answer<'a, T: Into<IdRef<'a>>>(
        &self,
        session: impl IntoIterator<Item = T>,
        n: usize,
        kinds: Option<&[u8]>,
        allowed: &AllowedItems,
    ) -> Result<SessionAnswer> {
        let is_known = |item: ItemIx| self.index.counts[item.as_usize()] > 0;
        let asked = Asked::new(self.items(), session, kinds, is_known)?;
        if let Some(why) = asked.nothing_known() {
            let empty = (n > 0).then_some(why);
            return Ok(SessionAnswer { recommendations: Vec::new(), unknown: asked.unknown, empty });
        }
        let n = n.min(self.items().len());
        let answer = |scratch: &mut Scratch| {
            self.want(&asked.clicks, &mut scratch.search.wanted);
            let kept = self.best(n, allowed, scratch);
            self.carry(scratch);
            let best = scratch.best.iter().enumerate();
            let recommendations: Vec<_> =
                best.map(|(at, scored)| self.explained(scratch, at, scored)).collect();
            let empty = (recommendations.is_empty() && n > 0).then(|| kept.why());
            (recommendations, empty)
        };
        let (recommendations, empty) = self.scratch.with(|| Scratch::new(self.items().len()), answer);
        Ok(SessionAnswer { recommendations, unknown: asked.unknown, empty })
    }

    /// The `n` best items for a session by the model's own numbers of the items, best first, without reasons: what an
    /// evaluation asks thousands of times. Items that no session holds are skipped; all clicks are of kind 0.
    ///
    /// # Panics
    /// For an item beyond [`SessionKnn::items`].
    #[must_use]
    pub fn rank(&self, session: &[ItemIx], n: usize) -> Vec<Scored> {
        let known = session.iter().filter(|item| self.index.counts[item.as_usize()] > 0);
        let clicks: Vec<(ItemIx, u8)> = known.map(|&item| (item, 0)).collect();
        let answer = |scratch: &mut Scratch| {
            self.want(&clicks, &mut scratch.search.wanted);
            self.best(n.min(self.items().len()), &AllowedItems::ALL, scratch);
            scratch.best.clone()
        };
        self.scratch.with(|| Scratch::new(self.items().len()), answer)
    }

    #[allow(clippy::cast_precision_loss, reason = "a share needs no more")]
    fn explained(&self, scratch: &Scratch, at: usize, scored: &Scored) -> Recommendation {
        let wanted = &scratch.search.wanted;
        let carried = &scratch.carried[at * wanted.len()..(at + 1) * wanted.len()];
        let all: u64 = carried.iter().sum();
        // Of equals the one clicked last.
        let most = (0..wanted.len()).rev().max_by_key(|&item| carried[item]).unwrap_or(0);
        let name = |item: ItemIx| self.items().get(item.as_usize()).to_id();
        let share = if all > 0 { carried[most] as f64 / all as f64 } else { 0.0 };
        let reason = Reason::Session { from: name(wanted[most].item), share, sessions: scored.count };
        Recommendation { item: name(scored.item), score: scored.score, reason }
    }
}
