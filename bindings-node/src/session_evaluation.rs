//! How well models of sessions tell the next click.

use std::sync::Arc;

use kosar::Control;
use kosar::data::Sessions;
use kosar::eval::{self, NextItem};
use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, Unknown};
use napi_derive::napi;

use crate::convert::event_log;
use crate::error::{Outcome, refused};
use crate::evaluate::{held, how};
use crate::options::Options;
use crate::session::{SequentialRules, SessionKnn};
use crate::work::{Cancel, Work, background, control};

/// A model of any class that tells what comes next in a session.
pub(crate) type Shared = Arc<dyn NextItem + Send + Sync>;

/// What is inside of a model; a class that tells what comes next has a line here.
fn shared(value: Unknown<'_>) -> Outcome<Shared> {
    held(value, SessionKnn::shared)
        .or_else(|| held(value, SequentialRules::shared))
        .or_else(|| held(value, PopularInSessions::shared))
        .ok_or_else(|| refused("model", "one that tells what comes next in a session", value))
}

/// The items in the most sessions, whatever the session is: the baseline of models of sessions, for `evaluateSessions`.
#[napi]
pub struct PopularInSessions {
    model: Arc<eval::PopularInSessions>,
}

#[napi]
impl PopularInSessions {
    /// Counts the sessions of an event log with each item.
    #[napi(ts_args_type = "log: EventLog", ts_return_type = "Promise<PopularInSessions>", catch_unwind)]
    pub fn of(log: Unknown<'_>) -> AsyncTask<Work<PopularInSessions>> {
        background(|| {
            let log = event_log(log)?;
            Ok(move || {
                let model = eval::PopularInSessions::new(&Sessions::from_events(&log)?);
                Ok(Self { model: Arc::new(model) })
            })
        })
    }
}

impl PopularInSessions {
    fn shared(&self) -> Shared {
        Arc::<eval::PopularInSessions>::clone(&self.model)
    }
}

/// A mean over the clicks asked for.
#[napi(object, object_from_js = false)]
pub struct SessionEstimate {
    /// The mean; NaN where no click is asked for.
    pub value: f64,
    /// The lower end of the interval; NaN where there is none.
    pub low: f64,
    /// The upper end of the interval; NaN where there is none.
    pub high: f64,
}

impl From<eval::SessionEstimate> for SessionEstimate {
    fn from(eval::SessionEstimate { value, low, high }: eval::SessionEstimate) -> Self {
        Self { value, low, high }
    }
}

/// By how much one evaluation exceeds another, session by session.
#[napi(object, object_from_js = false)]
pub struct SessionDifference {
    pub hit_rate: SessionEstimate,
    pub mrr: SessionEstimate,
}

/// How well a model tells the next clicks of test sessions.
#[napi]
pub struct SessionEvaluation {
    evaluation: Arc<eval::SessionEvaluation>,
}

/// Measures how well a model tells the next click: of every test session each beginning is given, and the click behind it is
/// the one item asked for. An item that the model does not know is a miss; items of the session may be answered again.
/// Values are means over all clicks asked for, intervals are over sessions.
#[napi(
    ts_args_type = "model: SessionModel, test: EventLog, options?: EvaluateSessionsOptions",
    ts_return_type = "Promise<SessionEvaluation>",
    catch_unwind
)]
pub fn evaluate_sessions(
    model: Unknown<'_>,
    test: Unknown<'_>,
    options: Option<Unknown<'_>>,
    cancel: Option<&Cancel>,
) -> AsyncTask<Work<SessionEvaluation>> {
    let control = control(cancel);
    background(|| {
        let (model, test, mut options) = (shared(model)?, event_log(test)?, Options::of_fit(options)?);
        let (_, given) = how(&mut options)?;
        options.finish()?;
        Ok(move || {
            let test = Sessions::from_events(&test)?;
            let evaluation = eval::evaluate_sessions(&*model, &test, &given, &control)?;
            Ok(SessionEvaluation { evaluation: Arc::new(evaluation) })
        })
    })
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
impl SessionEvaluation {
    /// The share of the clicks asked for that are among the first `k` answers.
    #[napi(getter, catch_unwind)]
    pub fn hit_rate(&self) -> SessionEstimate {
        self.evaluation.hit_rate.into()
    }

    /// The mean of 1 over the place of the click, 0 where it is not among the first `k`.
    #[napi(getter, catch_unwind)]
    pub fn mrr(&self) -> SessionEstimate {
        self.evaluation.mrr.into()
    }

    /// The length of the lists.
    #[napi(getter, catch_unwind)]
    pub fn k(&self) -> f64 {
        self.evaluation.k as f64
    }

    /// The number of clicks asked for: of every test session all but the first.
    #[napi(getter, catch_unwind)]
    pub fn n(&self) -> f64 {
        self.evaluation.n as f64
    }

    /// By how much this evaluation exceeds another one of the same test sessions and `k`, with intervals of the differences.
    #[napi(
        ts_args_type = "other: SessionEvaluation",
        ts_return_type = "Promise<SessionDifference>",
        catch_unwind
    )]
    pub fn minus(&self, other: Unknown<'_>) -> AsyncTask<Work<SessionDifference>> {
        let this = Arc::clone(&self.evaluation);
        background(|| {
            let found = ClassInstance::<'_, Self>::from_unknown(other);
            let found = found.map_err(|_| refused("other", "a SessionEvaluation", other))?;
            let other = Arc::clone(&found.evaluation);
            Ok(move || {
                let (hit_rate, mrr) = this.minus(&other, &Control::new())?;
                Ok(SessionDifference { hit_rate: hit_rate.into(), mrr: mrr.into() })
            })
        })
    }

    /// Both values with their intervals, in words.
    #[napi(getter, catch_unwind)]
    pub fn text(&self) -> String {
        self.evaluation.to_string()
    }
}
