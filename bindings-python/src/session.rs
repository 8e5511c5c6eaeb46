//! What comes next in a session.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::{EventKind, Sessions};
use kosar::rank::ItemFilter;
use kosar::session::{
    self, Decay, SequentialRulesParams, SessionAnswer, SessionKnnParams, SessionOptions, StepWeight,
};
use kosar::{Fit, Id};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::convert::{self, Fields};
use crate::error::Out;
use crate::event_log::EventLog;
use crate::run::{fast, slow};
use crate::{persist, recommendation};

/// The finished sessions that resemble the ongoing one.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct SessionKnn(pub(crate) Arc<session::SessionKnn>);

/// What follows an item in a session.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct SequentialRules(pub(crate) Arc<session::SequentialRules>);

/// Recommendations, unknown items, and why there are none: a word and a sentence.
type Answer<'py> = (Bound<'py, PyList>, Vec<Bound<'py, PyAny>>, Option<(&'static str, String)>);

fn answer(py: Python<'_>, found: SessionAnswer) -> Out<Answer<'_>> {
    let unknown = found.unknown.iter().map(|id| convert::id_out(py, id.as_ref())).collect();
    let empty = found.empty.map(|why| (why.name(), why.to_string()));
    Ok((recommendation::list(py, found.recommendations)?, unknown, empty))
}

/// How a session is asked about.
fn options(given: &Fields<'_>) -> Out<SessionOptions> {
    let kinds = given.optional_words("kinds")?;
    let code = |kind: String| Ok(EventKind::parse(&kind)?.code());
    let kinds = kinds.map(|kinds| kinds.into_iter().map(code).collect::<Out<_>>()).transpose()?;
    Ok(SessionOptions::new().filter(filter(given)?).kinds(kinds))
}

fn filter(given: &Fields<'_>) -> Out<ItemFilter> {
    Ok(ItemFilter::new().exclude(given.ids("exclude")?).only(given.optional_ids("only")?))
}

/// Lists of items, one a session.
fn lists(sessions: &Bound<'_, PyList>) -> Out<Vec<Vec<Id>>> {
    sessions.iter().map(|session| convert::ids("session", &session)).collect()
}

fn answers(py: Python<'_>, found: Vec<SessionAnswer>) -> Out<Vec<Answer<'_>>> {
    found.into_iter().map(|found| answer(py, found)).collect()
}

fn kind_weights(given: &Fields<'_>) -> Out<Vec<f64>> {
    let named = given.optional_reals("kind_weights", "a dict of kinds and numbers")?.unwrap_or_default();
    Ok(EventKind::weights(named.iter().map(|(kind, weight)| (kind.as_str(), *weight)))?)
}

fn knn_params(given: &Fields<'_>) -> Out<SessionKnnParams> {
    Ok(session::SessionKnn::params()
        .sessions_per_item(given.count("sessions_per_item", 1)?)
        .neighbors(given.count("neighbors", 1)?)
        .last_items(given.count("last_items", 1)?)
        .decay(Decay::parse(&given.word("decay")?)?)
        .match_idf(given.real("match_idf")?)
        .item_idf(given.real("item_idf")?)
        .forward(given.real("forward")?)
        .backward(given.real("backward")?)
        .half_life_days(given.optional_real("half_life_days")?)
        .last_item_weight(given.real("last_item_weight")?)
        .kind_weights(kind_weights(given)?)
        .min_sessions(given.count("min_sessions", 1)?))
}

fn rules_params(given: &Fields<'_>) -> Out<SequentialRulesParams> {
    Ok(session::SequentialRules::params()
        .step_weight(StepWeight::parse(&given.word("step_weight")?)?)
        .max_steps(given.count("max_steps", 1)?)
        .both_ways(given.flag("both_ways")?)
        .repeats(given.flag("repeats")?)
        .kind_weights(kind_weights(given)?)
        .min_sessions(given.count("min_sessions", 1)?))
}

/// The names of the kinds of events, by their codes.
#[pyfunction]
pub(crate) fn event_kinds() -> Vec<&'static str> {
    EventKind::ALL.map(EventKind::name).to_vec()
}

/// Gives a class what both models of sessions have, and methods of its own.
macro_rules! of_sessions {
    ($class:ident, $params:ident, { $($own:tt)* }) => {
        #[pymethods]
        impl $class {
            #[staticmethod]
            fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
                convert::json(py, &session::$class::params())
            }

            #[staticmethod]
            fn fit(py: Python<'_>, events: &EventLog, params: Fields<'_>) -> Out<Self> {
                let (params, events) = ($params(&params)?, Arc::clone(&events.0));
                Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*events, control))?)))
            }

            fn append(&self, py: Python<'_>, events: &EventLog) -> Out<Self> {
                let (model, events) = (Arc::clone(&self.0), Arc::clone(&events.0));
                Ok(Self(Arc::new(slow(py, move |_| model.append(&Sessions::from_events(&events)?))?)))
            }

            fn recommend<'py>(
                &self,
                py: Python<'py>,
                session: &Bound<'_, PyAny>,
                n: &Bound<'_, PyAny>,
                given: Fields<'_>,
            ) -> Out<Answer<'py>> {
                let (session, n) = (convert::ids("session", session)?, convert::count("n", n, 0)?);
                let options = options(&given)?;
                fast(|| answer(py, self.0.recommend_with(&session, n, &options)?))
            }

            fn recommend_many<'py>(
                &self,
                py: Python<'py>,
                sessions: &Bound<'_, PyList>,
                n: &Bound<'_, PyAny>,
                given: Fields<'_>,
            ) -> Out<Vec<Answer<'py>>> {
                let (sessions, n, filter) = (lists(sessions)?, convert::count("n", n, 0)?, filter(&given)?);
                let model = Arc::clone(&self.0);
                answers(py, slow(py, move |control| model.recommend_many(&sessions, n, &filter, control))?)
            }

            fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
                fast(|| convert::vocabulary_out(py, self.0.items()))
            }

            #[getter]
            fn n_sessions(&self) -> usize {
                self.0.n_sessions()
            }

            fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
                persist::to_bytes(py, &self.0, histories)
            }

            fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
                persist::save(py, &self.0, path, histories)
            }

            $($own)*
        }
    };
}

of_sessions!(SessionKnn, knn_params, {
    /// The number of sessions with each item.
    fn counts(&self) -> Vec<u32> {
        self.0.counts().to_vec()
    }

    #[getter]
    fn n_kept(&self) -> usize {
        self.0.n_kept()
    }

    #[getter]
    fn n_bytes(&self) -> usize {
        self.0.n_bytes()
    }
});

of_sessions!(SequentialRules, rules_params, {
    /// The parameters of association rules.
    #[staticmethod]
    fn association(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &session::SequentialRules::association())
    }

    #[getter]
    fn n_rules(&self) -> usize {
        self.0.len()
    }
});
