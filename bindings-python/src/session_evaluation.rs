//! How well models of sessions tell the next click.

use std::sync::Arc;

use kosar::data::Sessions;
use kosar::eval::{self, NextItem};
use kosar::session;
use pyo3::prelude::*;

use crate::convert::Fields;
use crate::error::{Out, raise};
use crate::evaluate::{held, how};
use crate::event_log::EventLog;
use crate::run::{fast, slow};
use crate::session::{SequentialRules, SessionKnn};
use crate::split::cut;

/// A model of any class that tells what comes next in a session.
type Shared = Arc<dyn NextItem + Send + Sync>;

/// What is inside of a model; a class that tells what comes next has a line here.
fn shared(model: &Bound<'_, PyAny>) -> Out<Shared> {
    let found = held::<SessionKnn, Shared>(model, |model| Arc::<session::SessionKnn>::clone(&model.0))
        .or_else(|| held(model, |model: &SequentialRules| Arc::<session::SequentialRules>::clone(&model.0)))
        .or_else(|| held(model, |model: &PopularInSessions| Arc::<eval::PopularInSessions>::clone(&model.0)));
    let refuse = || raise("ParamTypeError", "model must be one that tells what comes next in a session");
    Ok(found.ok_or_else(refuse)?)
}

/// The items in the most sessions.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct PopularInSessions(Arc<eval::PopularInSessions>);

#[pymethods]
impl PopularInSessions {
    #[staticmethod]
    fn of(py: Python<'_>, events: &EventLog) -> Out<Self> {
        let events = Arc::clone(&events.0);
        let counted =
            move |_: &kosar::Control| Ok(eval::PopularInSessions::new(&Sessions::from_events(&events)?));
        Ok(Self(Arc::new(slow(py, counted)?)))
    }
}

/// Value, low and high.
type Estimate = (f64, f64, f64);

fn estimate(one: eval::SessionEstimate) -> Estimate {
    (one.value, one.low, one.high)
}

/// How well a model tells the next clicks.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct SessionEvaluation(Arc<eval::SessionEvaluation>);

/// Finished sessions and later ones, both whole.
#[pyfunction]
pub(crate) fn split_sessions(
    py: Python<'_>,
    events: &EventLog,
    options: Fields<'_>,
) -> Out<(EventLog, EventLog)> {
    let (events, cut) = (Arc::clone(&events.0), cut(&options)?);
    let (train, test) = slow(py, move |_| eval::split_sessions(&events, cut))?;
    Ok((train.into(), test.into()))
}

/// Measures a model on test sessions.
#[pyfunction]
pub(crate) fn evaluate_sessions(
    py: Python<'_>,
    model: &Bound<'_, PyAny>,
    test: &EventLog,
    options: Fields<'_>,
) -> Out<SessionEvaluation> {
    let (model, test, (_, options)) = (shared(model)?, Arc::clone(&test.0), how(&options)?);
    let evaluated = move |control: &kosar::Control| {
        eval::evaluate_sessions(&*model, &Sessions::from_events(&test)?, &options, control)
    };
    Ok(SessionEvaluation(Arc::new(slow(py, evaluated)?)))
}

#[pymethods]
impl SessionEvaluation {
    #[getter]
    fn hit_rate(&self) -> Estimate {
        estimate(self.0.hit_rate)
    }

    #[getter]
    fn mrr(&self) -> Estimate {
        estimate(self.0.mrr)
    }

    #[getter]
    fn k(&self) -> usize {
        self.0.k
    }

    #[getter]
    fn n(&self) -> usize {
        self.0.n
    }

    /// The differences of hit rate and MRR.
    fn minus(&self, py: Python<'_>, other: &Self) -> Out<(Estimate, Estimate)> {
        let (this, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        let (hit_rate, mrr) = slow(py, move |control| this.minus(&other, control))?;
        Ok((estimate(hit_rate), estimate(mrr)))
    }

    fn text(&self) -> Out<String> {
        fast(|| Ok(self.0.to_string()))
    }
}
