//! Outside ids: what the shop calls its customers, items and orders.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The type of the ids of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdKind {
    /// 64-bit integers, ordered by value.
    Int,
    /// Strings, ordered by bytes.
    Str,
}

/// An outside id, owned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// An integer id.
    Int(i64),
    /// A string id.
    Str(String),
}

/// An outside id, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdRef<'a> {
    /// An integer id.
    Int(i64),
    /// A string id.
    Str(&'a str),
}

impl Id {
    /// The id, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> IdRef<'_> {
        match self {
            Self::Int(value) => IdRef::Int(*value),
            Self::Str(text) => IdRef::Str(text),
        }
    }
}

impl IdRef<'_> {
    /// The type of the id.
    #[must_use]
    pub const fn kind(self) -> IdKind {
        match self {
            Self::Int(_) => IdKind::Int,
            Self::Str(_) => IdKind::Str,
        }
    }

    /// The id, owned.
    #[must_use]
    pub fn to_id(self) -> Id {
        match self {
            Self::Int(value) => Id::Int(value),
            Self::Str(text) => Id::Str(text.to_owned()),
        }
    }

    /// The id for an error message: strings in quotes.
    pub(crate) fn quoted(self) -> String {
        match self {
            Self::Int(value) => value.to_string(),
            Self::Str(text) => format!("'{text}'"),
        }
    }
}

impl From<i64> for IdRef<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<'a> From<&'a str> for IdRef<'a> {
    fn from(text: &'a str) -> Self {
        Self::Str(text)
    }
}

impl<'a> From<&'a String> for IdRef<'a> {
    fn from(text: &'a String) -> Self {
        Self::Str(text)
    }
}

impl<'a> From<&'a Id> for IdRef<'a> {
    fn from(id: &'a Id) -> Self {
        id.as_ref()
    }
}

impl From<i64> for Id {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl fmt::Display for IdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int => "integer",
            Self::Str => "string",
        })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl fmt::Display for IdRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Str(text) => f.write_str(text),
        }
    }
}
