//! What comes next in a session.

use std::sync::Arc;

use kosar::data::{EventKind, Sessions};
use kosar::session::{self, Decay, SequentialRulesParams, SessionKnnParams, SessionOptions, StepWeight};
use kosar::{Fit, Id};
use napi::bindgen_prelude::{AsyncTask, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, event_log, how_many, ids};
use crate::error::{Outcome, failure};
use crate::event_log::{all, by_kind};
use crate::model;
use crate::options::{Options, item_filter, set};
use crate::recommendation::{Answer, Answers, session_answer, session_answers};
use crate::session_evaluation::Shared;
use crate::work::{Cancel, Work, background, control};

/// What comes next in a session, by the finished sessions that resemble it most (VMIS-kNN and STAN). Asked with the items
/// of the session so far; no state of sessions is kept.
#[napi]
pub struct SessionKnn {
    model: Arc<session::SessionKnn>,
}

/// What comes next in a session, by what followed its last known item in finished sessions: the baseline.
#[napi]
pub struct SequentialRules {
    model: Arc<session::SequentialRules>,
}

impl From<session::SessionKnn> for SessionKnn {
    fn from(model: session::SessionKnn) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl From<session::SequentialRules> for SequentialRules {
    fn from(model: session::SequentialRules) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl SessionKnn {
    pub(crate) fn shared(&self) -> Shared {
        Arc::<session::SessionKnn>::clone(&self.model)
    }
}

impl SequentialRules {
    pub(crate) fn shared(&self) -> Shared {
        Arc::<session::SequentialRules>::clone(&self.model)
    }
}

/// Gives a class what both models of sessions have. `Promise` is that of the class in the declarations.
macro_rules! of_sessions {
    ($class:ident, $promise:tt) => {
        #[napi]
        impl $class {
            /// The model of its sessions and further finished ones, equal to a fit on all of them; this one stays as it is.
            /// A session that goes on after it was given is another one.
            #[napi(ts_args_type = "log: EventLog", ts_return_type = $promise, catch_unwind)]
            pub fn append(&self, log: Unknown<'_>) -> AsyncTask<Work<$class>> {
                let model = Arc::clone(&self.model);
                background(|| {
                    let log = event_log(log)?;
                    Ok(move || model.append(&Sessions::from_events(&log)?).map(Self::from))
                })
            }

            /// The `n` items, 10 by default, that come next in a session, given by its items in the order of their clicks.
            #[napi(
                ts_args_type = "session: Id[], n?: number, options?: SessionRecommendOptions",
                ts_return_type = "SessionAnswer",
                catch_unwind
            )]
            pub fn recommend<'env>(
                &self,
                env: &'env Env,
                session: Unknown<'env>,
                n: Option<Unknown<'env>>,
                options: Option<Unknown<'env>>,
            ) -> Result<Answer<'env>, String> {
                let (session, n, options) = (ids("session", "item", session)?, how_many(n)?, asked(options)?);
                session_answer(env, &self.model.recommend_with(&session, n, &options).map_err(failure)?)
            }

            /// The same for many sessions, whose clicks are views: an answer for each, in their order. All cores are at
            /// work, and the event loop is free.
            #[napi(
                ts_args_type = "sessions: Iterable<Id[]>, n?: number, options?: SessionsRecommendOptions",
                ts_return_type = "Promise<SessionAnswer[]>",
                catch_unwind
            )]
            pub fn recommend_many(
                &self,
                sessions: Unknown<'_>,
                n: Option<Unknown<'_>>,
                options: Option<Unknown<'_>>,
                cancel: Option<&Cancel>,
            ) -> AsyncTask<Work<Answers>> {
                let (model, control) = (Arc::clone(&self.model), control(cancel));
                background(|| {
                    let (sessions, n, mut options) =
                        (lists(sessions)?, how_many(n)?, Options::of_fit(options)?);
                    let filter = item_filter(&mut options)?;
                    options.finish()?;
                    Ok(move || {
                        let found = model.recommend_many(&sessions, n, &filter, &control)?;
                        Ok(session_answers(&found))
                    })
                })
            }

            /// The ids of the items, sorted.
            #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
            pub fn items(&self) -> Vec<JsId> {
                all(self.model.items())
            }

            /// The number of sessions that it was fitted on.
            #[napi(getter, catch_unwind)]
            #[allow(clippy::cast_precision_loss, reason = "counts of sessions are far below 2^53")]
            pub fn n_sessions(&self) -> f64 {
                self.model.n_sessions() as f64
            }
        }
    };
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "counts of sessions and of bytes are far below 2^53")]
impl SessionKnn {
    /// Fits on the sessions of an event log: on views, clicks, wishes, adds to the cart, purchases and clicks in messages.
    #[napi(
        ts_args_type = "log: EventLog, options?: SessionKnnOptions",
        ts_return_type = "Promise<SessionKnn>",
        catch_unwind
    )]
    pub fn fit(
        log: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<SessionKnn>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (event_log(log)?, knn_params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The number of sessions with each item, in the order of `items`.
    #[napi(getter, catch_unwind)]
    pub fn counts(&self) -> Vec<u32> {
        self.model.counts().to_vec()
    }

    /// The number of the sessions that are kept, because they are among the most recent of an item.
    #[napi(getter, catch_unwind)]
    pub fn n_kept(&self) -> f64 {
        self.model.n_kept() as f64
    }

    /// What the index takes, in bytes, without the ids of the items.
    #[napi(getter, catch_unwind)]
    pub fn n_bytes(&self) -> f64 {
        self.model.n_bytes() as f64
    }
}

of_sessions!(SessionKnn, "Promise<SessionKnn>");
model::persistent!(SessionKnn, kosar::session::SessionKnn, "Promise<SessionKnn>");

#[napi]
#[allow(clippy::cast_precision_loss, reason = "counts of rules are far below 2^53")]
impl SequentialRules {
    /// Counts what follows what in the sessions of an event log.
    #[napi(
        ts_args_type = "log: EventLog, options?: SequentialRulesOptions",
        ts_return_type = "Promise<SequentialRules>",
        catch_unwind
    )]
    pub fn fit(
        log: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<SequentialRules>> {
        let control = control(cancel);
        background(|| {
            let (log, params) = (event_log(log)?, rules_params(options)?);
            Ok(move || params.fit_with(&*log, &control).map(Self::from))
        })
    }

    /// The number of rules: pairs of items that any session bears out.
    #[napi(getter, catch_unwind)]
    pub fn n_rules(&self) -> f64 {
        self.model.len() as f64
    }
}

of_sessions!(SequentialRules, "Promise<SequentialRules>");
model::persistent!(SequentialRules, kosar::session::SequentialRules, "Promise<SequentialRules>");

/// Lists of items, one a session.
fn lists(sessions: Unknown<'_>) -> Outcome<Vec<Vec<Id>>> {
    let sessions = array("sessions", sessions)?;
    (0..sessions.len()).map(|at| ids("sessions", "item", element(&sessions, at)?)).collect()
}

fn asked(options: Option<Unknown<'_>>) -> Outcome<SessionOptions> {
    let mut options = Options::new("options", options)?;
    let has_kinds = options.value("kinds")?.is_some();
    let code = |kind: &String| EventKind::parse(kind).map(EventKind::code).map_err(failure);
    let kinds = options.texts("kinds")?.iter().map(code).collect::<Outcome<Vec<_>>>()?;
    let filter = item_filter(&mut options)?;
    options.finish()?;
    Ok(SessionOptions::new().filter(filter).kinds(has_kinds.then_some(kinds)))
}

fn kind_weights(options: &mut Options<'_>) -> Outcome<Option<Vec<f64>>> {
    let Some(weights) = options.value("kindWeights")? else { return Ok(None) };
    let named = by_kind("kindWeights", weights)?;
    EventKind::weights(named.iter().map(|(kind, weight)| (kind.as_str(), *weight))).map(Some).map_err(failure)
}

fn knn_params(options: Option<Unknown<'_>>) -> Outcome<SessionKnnParams> {
    let mut options = Options::of_fit(options)?;
    let made = session::SessionKnn::params();
    let made = set(made, options.count("sessionsPerItem", 1)?, SessionKnnParams::sessions_per_item);
    let made = set(made, options.count("neighbors", 1)?, SessionKnnParams::neighbors);
    let made = set(made, options.count("lastItems", 1)?, SessionKnnParams::last_items);
    let made = set(made, options.choice("decay", Decay::parse)?, SessionKnnParams::decay);
    let made = set(made, options.number("matchIdf")?, SessionKnnParams::match_idf);
    let made = set(made, options.number("itemIdf")?, SessionKnnParams::item_idf);
    let made = set(made, options.number("forward")?, SessionKnnParams::forward);
    let made = set(made, options.number("backward")?, SessionKnnParams::backward);
    let made = set(made, options.number_or_null("halfLifeDays")?, SessionKnnParams::half_life_days);
    let made = set(made, options.number("lastItemWeight")?, SessionKnnParams::last_item_weight);
    let made = set(made, kind_weights(&mut options)?, SessionKnnParams::kind_weights);
    let made = set(made, options.count("minSessions", 1)?, SessionKnnParams::min_sessions);
    options.finish()?;
    Ok(made)
}

fn rules_params(options: Option<Unknown<'_>>) -> Outcome<SequentialRulesParams> {
    let mut options = Options::of_fit(options)?;
    let is_association = options.flag("association")?.unwrap_or(false);
    let made = if is_association {
        session::SequentialRules::association()
    } else {
        session::SequentialRules::params()
    };
    let made =
        set(made, options.choice("stepWeight", StepWeight::parse)?, SequentialRulesParams::step_weight);
    let made = set(made, options.count("maxSteps", 1)?, SequentialRulesParams::max_steps);
    let made = set(made, options.flag("bothWays")?, SequentialRulesParams::both_ways);
    let made = set(made, options.flag("repeats")?, SequentialRulesParams::repeats);
    let made = set(made, kind_weights(&mut options)?, SequentialRulesParams::kind_weights);
    let made = set(made, options.count("minSessions", 1)?, SequentialRulesParams::min_sessions);
    options.finish()?;
    Ok(made)
}
