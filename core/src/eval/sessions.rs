//! How well a model tells the next click of a session.

use std::fmt;
use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use rayon::prelude::*;

use crate::data::{Sessions, Vocabulary};
use crate::error::{IdError, ParamError, Result};
use crate::eval::EvaluateOptions;
use crate::eval::bootstrap::{Bootstrap, quantile};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::params::at_least;
use crate::random::Random;
use crate::rank::{Scored, TopK};
use crate::session::{SequentialRules, SessionKnn};

/// A model that tells what comes next in a session.
pub trait NextItem: Sync {
    /// What the items are called.
    fn items(&self) -> &Vocabulary;

    /// The `n` best items for a session, by the model's own numbers of the items, best first.
    fn next_items(&self, session: &[ItemIx], n: usize) -> Vec<Scored>;
}

impl NextItem for SessionKnn {
    fn items(&self) -> &Vocabulary {
        Self::items(self)
    }

    fn next_items(&self, session: &[ItemIx], n: usize) -> Vec<Scored> {
        self.rank(session, n)
    }
}

impl NextItem for SequentialRules {
    fn items(&self) -> &Vocabulary {
        Self::items(self)
    }

    fn next_items(&self, session: &[ItemIx], n: usize) -> Vec<Scored> {
        self.rank(session, n)
    }
}

/// The items in the most sessions, whatever the session is: the baseline of models of sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct PopularInSessions {
    items: Vocabulary,
    best: Vec<Scored>,
}

impl PopularInSessions {
    /// Counts the sessions with each item. Linear in the clicks.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "sessions are far below 2^53")]
    pub fn new(sessions: &Sessions) -> Self {
        let mut counts = vec![0_u64; sessions.items().len()];
        let mut distinct = Vec::new();
        for row in sessions.rows().iter() {
            distinct.clear();
            distinct.extend_from_slice(row);
            distinct.sort_unstable();
            distinct.dedup();
            for item in &distinct {
                counts[item.as_usize()] += 1;
            }
        }
        let mut top = TopK::new(counts.len());
        for (item, &count) in counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
            top.push(Scored { score: count as f64, count, item: ItemIx::new(item) });
        }
        Self { items: sessions.items().clone(), best: top.drain_sorted().collect() }
    }
}

impl NextItem for PopularInSessions {
    fn items(&self) -> &Vocabulary {
        &self.items
    }

    fn next_items(&self, _session: &[ItemIx], n: usize) -> Vec<Scored> {
        self.best[..n.min(self.best.len())].to_vec()
    }
}

/// A mean over the clicks asked for, with its interval over sessions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionEstimate {
    /// The mean; NaN where no click is asked for.
    pub value: f64,
    /// The lower end of the interval; NaN where there is none.
    pub low: f64,
    /// The upper end of the interval; NaN where there is none.
    pub high: f64,
}

/// How well a model tells the next clicks of test sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionEvaluation {
    /// The share of the clicks asked for that are among the first `k` answers.
    pub hit_rate: SessionEstimate,
    /// The mean of 1 over the place of the click, 0 where it is not among the first `k`.
    pub mrr: SessionEstimate,
    /// The length of the lists.
    pub k: usize,
    /// The number of clicks asked for: of every test session all but the first.
    pub n: usize,
    /// Of each session the clicks asked for, the hits, and the sum of 1 over their places.
    sessions: Vec<[f64; 3]>,
    /// A hash of the clicks of the test sessions, to tell others.
    clicks: u64,
    bootstrap: Bootstrap,
}

/// Measures how well a model tells the next click: of every test session each beginning (its first 1, 2, ... clicks) is given,
/// and the click behind it is the one item asked for. One that the model does not know is a miss; items of the session may be
/// asked for and answered again. `k` items are asked for, by [`EvaluateOptions::at`]; metrics and catalogue of the options do not
/// matter here.
///
/// Values are means over all clicks asked for. Intervals are percentile bootstraps over sessions, as the clicks of one session
/// depend on each other. Bits are equal on any number of threads.
///
/// ```
/// use kosar::data::{Click, Sessions};
/// use kosar::eval::{EvaluateOptions, evaluate_sessions};
/// use kosar::session::SequentialRules;
/// use kosar::{Control, Fit, Time};
///
/// let click = |session, item, time| Click::new(session, item, Time::from_micros(time));
/// let train = Sessions::from_clicks([click(1, "tea", 1), click(1, "cup", 2)])?;
/// let test = Sessions::from_clicks([click(2, "tea", 5), click(2, "cup", 6), click(2, "jam", 7)])?;
/// let model = SequentialRules::params().fit(&train)?;
/// let found = evaluate_sessions(&model, &test, &EvaluateOptions::at(20), &Control::new())?;
/// assert_eq!((found.n, found.hit_rate.value, found.mrr.value), (2, 0.5, 0.5));
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// # Errors
/// [`ParamError`] for `k` 0 and a confidence out of its range; [`IdError::WrongKind`] where the ids of the items have different
/// types; [`Error::Cancelled`](crate::Error::Cancelled).
pub fn evaluate_sessions(
    model: &dyn NextItem,
    test: &Sessions,
    options: &EvaluateOptions<'_>,
    control: &Control,
) -> Result<SessionEvaluation> {
    let (k, bootstrap) = (options.k, options.bootstrap()?);
    at_least("k", k, 1)?;
    let (expected, found) = (model.items().kind(), test.items().kind());
    if let Some(id) = test.items().iter().next().filter(|_| expected != found && !model.items().is_empty()) {
        return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
    }
    let known: Vec<Option<ItemIx>> =
        test.items().iter().map(|id| model.items().position(id).map(ItemIx::new)).collect();
    let of_session = |session: usize| -> Result<[f64; 3]> {
        control.check()?;
        let mut sums = [0.0; 3];
        let mut given = Vec::new();
        for (at, item) in test.rows().row(session).iter().enumerate() {
            let item = known[item.as_usize()];
            if at > 0 {
                sums[0] += 1.0;
                let places = item.map(|item| (item, model.next_items(&given, k)));
                let hit = places.and_then(|(item, found)| found.iter().position(|one| one.item == item));
                if let Some(place) = hit {
                    sums[1] += 1.0;
                    sums[2] += 1.0 / number(place + 1);
                }
            }
            given.extend(item);
        }
        Ok(sums)
    };
    let sessions = (0..test.len()).into_par_iter().map(of_session).collect::<Result<Vec<_>>>()?;
    let hit_rate = estimate(&sessions, 1, bootstrap, control)?;
    let mrr = estimate(&sessions, 2, bootstrap, control)?;
    let (n, clicks) = (test.n_clicks() - test.len(), hash(test));
    Ok(SessionEvaluation { hit_rate, mrr, n, sessions, k, clicks, bootstrap })
}

impl fmt::Display for SessionEvaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hit_rate, mrr, k, n, .. } = self;
        for (name, SessionEstimate { value, low, high }, end) in
            [("hit_rate", hit_rate, "\n"), ("mrr", mrr, "")]
        {
            write!(f, "{:<22} {value:.4}", format!("{name}@{k}"))?;
            if !low.is_nan() {
                write!(f, "  [{low:.4}, {high:.4}]")?;
            }
            write!(f, "  n {n}{end}")?;
        }
        Ok(())
    }
}

impl SessionEvaluation {
    /// By how much this evaluation exceeds another one of the same test sessions and `k`: hit rate and MRR, with intervals of
    /// the differences, session by session.
    ///
    /// # Errors
    /// [`ParamError::NotWith`] for an evaluation of other sessions, in items or length, or of another `k`; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn minus(&self, other: &Self, control: &Control) -> Result<(SessionEstimate, SessionEstimate)> {
        let refuse = |allowed| ParamError::NotWith { name: "other", allowed, with: "a difference" };
        if self.sessions.len() != other.sessions.len() || self.clicks != other.clicks {
            return Err(refuse("an evaluation of the same test sessions").into());
        }
        if self.k != other.k {
            return Err(refuse("an evaluation of the same k").into());
        }
        let both = self.sessions.iter().zip(&other.sessions);
        let differences: Vec<[f64; 3]> = both.map(|(a, b)| [a[0], a[1] - b[1], a[2] - b[2]]).collect();
        let of = |column| estimate(&differences, column, self.bootstrap, control);
        Ok((of(1)?, of(2)?))
    }
}

/// A hash of the items of each session by their ids.
fn hash(sessions: &Sessions) -> u64 {
    let state = FixedState::with_seed(0);
    let ids: Vec<u64> = sessions.items().iter().map(|id| state.hash_one(id)).collect();
    let mut hasher = state.build_hasher();
    for row in sessions.rows().iter() {
        hasher.write_usize(row.len());
        row.iter().for_each(|item| hasher.write_u64(ids[item.as_usize()]));
    }
    hasher.finish()
}

/// A column over the clicks asked for, with the interval over sessions.
fn estimate(
    sessions: &[[f64; 3]],
    column: usize,
    bootstrap: Bootstrap,
    control: &Control,
) -> Result<SessionEstimate> {
    let ratio = |rows: &mut dyn Iterator<Item = usize>| {
        let (n, sum) =
            rows.fold((0.0, 0.0), |(n, sum), row| (n + sessions[row][0], sum + sessions[row][column]));
        if n > 0.0 { sum / n } else { f64::NAN }
    };
    let resample = |resample: usize| -> Result<f64> {
        control.check()?;
        let mut random = Random::new(bootstrap.seed, resample as u64);
        Ok(ratio(&mut (0..sessions.len()).map(|_| random.below(sessions.len()))))
    };
    let n = if sessions.is_empty() { 0 } else { bootstrap.n_resamples };
    let mut drawn = (0..n).into_par_iter().map(resample).collect::<Result<Vec<f64>>>()?;
    drawn.retain(|value| !value.is_nan());
    drawn.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - bootstrap.confidence) / 2.0;
    Ok(SessionEstimate {
        value: ratio(&mut (0..sessions.len())),
        low: quantile(&drawn, tail),
        high: quantile(&drawn, 1.0 - tail),
    })
}

#[allow(clippy::cast_precision_loss, reason = "a place in a list")]
fn number(place: usize) -> f64 {
    place as f64
}
