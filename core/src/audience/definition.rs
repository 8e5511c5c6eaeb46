//! An audience as it is written down: a tree of conditions with a JSON form.

use std::fmt;

use crate::audience::{Condition, Items};
use crate::error::{AudienceError, Result};

/// How deep a tree may be, with the audiences that it names and the choices of items in it. Each level takes two of the JSON
/// form, of which 128 can be read.
pub(super) const MAX_DEPTH: usize = 50;

/// The error for a tree so deep that walking it could exhaust the stack.
pub(super) fn too_deep(path: &str) -> AudienceError {
    AudienceError::OutOfRange {
        path: path.to_owned(),
        value: "a deeper one".to_owned(),
        allowed: "a tree of at most 50 levels, with the audiences in it",
    }
}

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
            let text = error.to_string();
            let why = text.rsplit_once(" at line ").map_or(text.as_str(), |(why, _)| why);
            let why = if why == "expected value" { "expected an object of one key" } else { why };
            AudienceError::Form { path, why: why.to_owned() }
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

    /// How many levels the tree has, choices of items included; one more than allowed where there are more.
    pub(super) fn depth(&self) -> usize {
        let mut level: Vec<&Condition> = vec![&self.condition];
        for depth in 0..=MAX_DEPTH {
            let items = level.iter().filter_map(|condition| condition.items()).map(Items::depth).max();
            level = level.into_iter().flat_map(Condition::children).collect();
            if items.is_some_and(|items| depth + items > MAX_DEPTH) {
                break;
            }
            if level.is_empty() {
                return depth + 1 + items.unwrap_or(0);
            }
        }
        MAX_DEPTH + 1
    }
}

impl Items {
    /// How many levels the choice has; one more than allowed where there are more.
    fn depth(&self) -> usize {
        let mut level = vec![self];
        for depth in 0..MAX_DEPTH {
            level = level.into_iter().flat_map(Self::parts).collect();
            if level.is_empty() {
                return depth + 1;
            }
        }
        MAX_DEPTH + 1
    }

    fn parts(&self) -> &[Self] {
        match self {
            Self::And(parts) | Self::Or(parts) => parts,
            Self::Not(part) => std::slice::from_ref(&**part),
            _ => &[],
        }
    }
}

impl Condition {
    /// The choice of items of this condition itself.
    fn items(&self) -> Option<&Items> {
        match self {
            Self::Orders(of) => of.items.as_ref(),
            Self::Events(of) => of.items.as_ref(),
            _ => None,
        }
    }

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
