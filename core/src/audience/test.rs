//! Tests of a value: what it must be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value in a condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, a number, true or false")]
pub enum Scalar {
    /// Yes or no.
    Flag(bool),
    /// A whole number, or an id.
    Int(i64),
    /// A number.
    Number(f64),
    /// A word, an id, or a date such as `2026-11-26`.
    Text(String),
}

/// What a value must be. A value that is not known passes none of these but `{"known": false}`.
///
/// Numbers and dates can be compared; words, numbers and dates can be one of several; flags can be one or the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Test {
    /// Equal to this.
    Is(Scalar),
    /// Equal to one of these.
    In(Vec<Scalar>),
    /// Above this; of dates after.
    Above(Scalar),
    /// This or above.
    AtLeast(Scalar),
    /// Below this; of dates before.
    Below(Scalar),
    /// This or below.
    AtMost(Scalar),
    /// From the first to the second, both included.
    Between(Scalar, Scalar),
    /// A word that begins like this.
    StartsWith(String),
    /// A word that has this in it.
    Contains(String),
    /// Whether there is a value at all.
    Known(bool),
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<i64> for Scalar {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Scalar {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Scalar {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(text) => write!(f, "'{text}'"),
        }
    }
}
