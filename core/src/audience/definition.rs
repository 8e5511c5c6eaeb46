//! An audience as it is written down: a tree of conditions with a JSON form.

use std::fmt;

use crate::audience::Condition;
use crate::error::{AudienceError, Result};

/// How deep a tree may be.
const MAX_DEPTH: usize = 100;

/// A rule-based audience: a tree of conditions, in Rust or as JSON.
///
/// The form alone is checked here; whether fields exist and tests go with them is checked by
/// [`Audiences::new`](crate::audience::Audiences::new), against the data.
///
/// ```
/// use kosar::audience::Audience;
///
/// let lapsed = Audience::from_json(
///     r#"{"and": [
///         {"attribute": {"name": "country", "test": {"in": ["HU", "AT"]}}},
///         {"orders": {"items": {"category": ["Dresses"]}}},
///         {"not": {"orders": {"window": {"last_days": 300}}}}
///     ]}"#,
/// )?;
/// assert_eq!(
///     lapsed.to_string(),
///     "country is one of 'HU', 'AT'; and at least 1 order of items in 'Dresses'; and not (at least 1 order in the last 300 days)"
/// );
/// let error = Audience::from_json(r#"{"not": {"orders": {"windw": {"last_days": 300}}}}"#).unwrap_err();
/// assert!(error.to_string().starts_with("audience at not.orders.windw: unknown field `windw`"), "{error}");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Audience {
    condition: Condition,
}

impl Audience {
    /// An audience of those who meet a condition.
    #[must_use]
    pub fn new(condition: Condition) -> Self {
        Self { condition }
    }

    /// Reads the JSON form, which [`Audience::json_schema`] describes.
    ///
    /// # Errors
    /// [`AudienceError::Form`] with the path of what is not a condition.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let refused = |path: String, error: &serde_json::Error| {
            // Where it is in the text says less than where it is in the tree.
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or_default().to_owned();
            AudienceError::Form { path, why }
        };
        let condition: Condition = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| refused(error.path().to_string(), error.inner()))?;
        json.end().map_err(|error| refused(".".to_owned(), &error))?;
        Ok(Self { condition })
    }

    /// The JSON form, without what is left at its default.
    ///
    /// # Panics
    /// Never: every condition has a form.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.condition).expect("conditions are made of what JSON has")
    }

    /// What the JSON form may be, as a JSON Schema (draft 2020-12).
    ///
    /// # Panics
    /// Never: the schema is JSON already.
    #[must_use]
    pub fn json_schema() -> String {
        let mut schema = schemars::schema_for!(Condition);
        schema.insert("title".to_owned(), "An audience".into());
        serde_json::to_string_pretty(schema.as_value()).expect("a schema is JSON")
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Refuses a tree so deep that walking it could exhaust the stack.
    pub(super) fn check_depth(&self, path: &str) -> Result<(), AudienceError> {
        let mut level: Vec<&Condition> = vec![&self.condition];
        for _ in 0..MAX_DEPTH {
            level = level.into_iter().flat_map(Condition::children).collect();
            if level.is_empty() {
                return Ok(());
            }
        }
        Err(AudienceError::OutOfRange {
            path: path.to_owned(),
            value: "a deeper one".to_owned(),
            allowed: "a tree of at most 100 levels",
        })
    }
}

impl Condition {
    /// The conditions that this one is made of.
    pub(super) fn children(&self) -> &[Self] {
        match self {
            Self::And(children) | Self::Or(children) => children,
            Self::Not(child) => std::slice::from_ref(&**child),
            _ => &[],
        }
    }
}

impl From<Condition> for Audience {
    fn from(condition: Condition) -> Self {
        Self::new(condition)
    }
}

impl fmt::Display for Audience {
    /// Writes the conditions as a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt(f)
    }
}
