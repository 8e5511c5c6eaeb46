//! What a session is answered, and with which options it may be asked.

use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::data::{Id, IdRef, Vocabulary};
use crate::error::{IdError, ParamError, Result};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::rank::{ItemFilter, Recommendation};

/// What may come next in a session, or why nothing can be said.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionAnswer {
    /// At most as many as asked for, best first.
    pub recommendations: Vec<Recommendation>,
    /// The items of the session that the model does not know, in the order of the session, each as often as it was given.
    pub unknown: Vec<Id>,
    /// Why there is no recommendation; `None` where there is one, and where none was asked for.
    pub empty: Option<WhyEmpty>,
}

/// Why a session has no recommendation: what a caller falls back on may depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhyEmpty {
    /// The session has no item.
    NoItems,
    /// The model knows none of the items of the session.
    UnknownItems,
    /// Only fewer than `min_sessions` sessions bear out what could be answered.
    TooFewSessions,
    /// Something could be answered, and the filter lets none of it in.
    NoneAllowed,
    /// Sessions with these items hold nothing else.
    NothingElse,
}

impl WhyEmpty {
    /// A word for it, such as `no_items`, the same in every language and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoItems => "no_items",
            Self::UnknownItems => "unknown_items",
            Self::TooFewSessions => "too_few_sessions",
            Self::NoneAllowed => "none_allowed",
            Self::NothingElse => "nothing_else",
        }
    }
}

impl fmt::Display for WhyEmpty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoItems => "the session has no items",
            Self::UnknownItems => "no item of the session is known",
            Self::TooFewSessions => "too few sessions bear out what could be answered",
            Self::NoneAllowed => "the filter lets in nothing that could be answered",
            Self::NothingElse => "sessions with these items hold nothing else",
        })
    }
}

/// How a session is asked about: which items may be answered, and what its clicks were.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionOptions {
    pub(super) filter: ItemFilter,
    pub(super) kinds: Option<Vec<u8>>,
}

impl SessionOptions {
    /// Every item may be answered, and all clicks are of kind 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which items may be answered.
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }

    /// The kind of each click of the session, as many as the items; `None` where all are 0.
    #[must_use]
    pub fn kinds(mut self, kinds: Option<Vec<u8>>) -> Self {
        self.kinds = kinds;
        self
    }
}

/// The clicks of a session that a model knows, in order.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The items with the kinds of their clicks.
    pub(super) clicks: Vec<(ItemIx, u8)>,
    pub(super) unknown: Vec<Id>,
}

impl Asked {
    /// Looks the items of a session up; an item that `is_known` denies is unknown.
    pub(super) fn new<'a, T: Into<IdRef<'a>>>(
        items: &Vocabulary,
        session: impl IntoIterator<Item = T>,
        kinds: Option<&[u8]>,
        is_known: impl Fn(ItemIx) -> bool,
    ) -> Result<Self> {
        let mut asked = Self::default();
        let mut given = 0;
        for id in session {
            let id = id.into();
            if !items.is_empty() && id.kind() != items.kind() {
                let (expected, found) = (items.kind(), id.kind());
                return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
            }
            let kind = kinds.map_or(0, |kinds| kinds.get(given).copied().unwrap_or(0));
            given += 1;
            match items.position(id).map(ItemIx::new).filter(|&item| is_known(item)) {
                Some(item) => asked.clicks.push((item, kind)),
                None => asked.unknown.push(id.to_id()),
            }
        }
        match kinds {
            Some(kinds) if kinds.len() != given => {
                let (name, with) = ("kinds", "the items of the session");
                Err(ParamError::NotWith { name, allowed: "as many", with }.into())
            }
            _ => Ok(asked),
        }
    }

    /// An answer of nothing, where nothing of the session is known.
    pub(super) fn nothing_known(&self) -> Option<WhyEmpty> {
        match (self.clicks.is_empty(), self.unknown.is_empty()) {
            (true, true) => Some(WhyEmpty::NoItems),
            (true, false) => Some(WhyEmpty::UnknownItems),
            _ => None,
        }
    }
}

/// The answer to each of many sessions, by all threads; of several failures the first.
pub(super) fn answer_many<S: AsRef<[Id]> + Sync>(
    sessions: &[S],
    control: &Control,
    answer: impl Fn(&[Id]) -> Result<SessionAnswer> + Sync,
) -> Result<Vec<SessionAnswer>> {
    let one = |session: &S| control.check().and_then(|()| answer(session.as_ref()));
    sessions.par_iter().map(one).collect::<Vec<_>>().into_iter().collect()
}

/// What kept items from being answered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    pub(super) by_filter: bool,
    pub(super) by_min_sessions: bool,
}

impl Kept {
    /// Why an answer to known items is empty.
    pub(super) const fn why(self) -> WhyEmpty {
        match self {
            Self { by_min_sessions: true, .. } => WhyEmpty::TooFewSessions,
            Self { by_filter: true, .. } => WhyEmpty::NoneAllowed,
            Self { .. } => WhyEmpty::NothingElse,
        }
    }
}
