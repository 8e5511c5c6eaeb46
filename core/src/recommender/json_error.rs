//! What is wrong with JSON that cannot be read, in the words of whoever wrote it: the place, what is allowed there, what stands there.

use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::error::RuleError;

/// Longer values are shown by their beginning.
const SHOWN: usize = 60;

/// Why a text cannot be read as what it should be.
pub(super) fn refusal<T: DeserializeOwned + JsonSchema>(of: &'static str, text: &str) -> RuleError {
    let refuse = |path: String, why: String| RuleError { of, path, why };
    let whole: Value = match serde_json::from_str(text) {
        Ok(whole) => whole,
        Err(error) => return refuse(".".to_owned(), format!("it cannot be read as JSON: {error}")),
    };
    let error = match serde_path_to_error::deserialize::<_, T>(&whole) {
        Err(error) => error,
        // A tree keeps the last of two fields of one name, so the text has to be read.
        Ok(_) => {
            match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(text)) {
                Err(error) => error,
                Ok(_) => return refuse(".".to_owned(), "something stands behind its end".to_owned()),
            }
        }
    };
    let schema = Schema::of::<T>();
    let path: Vec<&Segment> = error.path().iter().collect();
    let why = schema.why(&path, &whole, &error.inner().to_string());
    refuse(error.path().to_string(), why)
}

/// The first list that stands where an object has to be.
pub(super) fn misplaced_list<T: JsonSchema>(of: &'static str, text: &str) -> Option<RuleError> {
    let whole: Value = serde_json::from_str(text).ok()?;
    let schema = Schema::of::<T>();
    let (path, why) = schema.misplaced(&schema.root, &whole, String::new())?;
    Some(RuleError { of, path: if path.is_empty() { ".".to_owned() } else { path }, why })
}

/// What serde puts in backquotes.
fn named(said: &str) -> Option<&str> {
    said.split('`').nth(1)
}

/// What may stand where.
struct Schema {
    root: Value,
}

impl Schema {
    fn of<T: JsonSchema>() -> Self {
        Self { root: schema_for!(T).to_value() }
    }

    /// What is to be said of what serde said of a place.
    fn why(&self, path: &[&Segment], whole: &Value, said: &str) -> String {
        if said.starts_with("missing field") {
            return format!("it needs '{}'", named(said).unwrap_or_default());
        }
        if said.starts_with("duplicate field") {
            return format!("it has '{}' twice", named(said).unwrap_or_default());
        }
        if said.starts_with("unknown field") {
            let above = &path[..path.len().saturating_sub(1)];
            return format!("there is no such name; allowed are {}", self.names(self.at(above)).join(", "));
        }
        if said.starts_with("unknown variant") {
            let found = named(said).unwrap_or_default();
            return format!("there is no '{found}'; allowed are {}", self.names(self.at(path)).join(", "));
        }
        let found = value_at(path, whole).to_string();
        let shown = match found.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}...", &found[..end]),
            None => found,
        };
        format!("it must be {}, is {shown}", self.allowed(self.at(path)))
    }

    /// The path of the first list where there can be none, and why.
    fn misplaced(&self, schema: &Value, value: &Value, path: String) -> Option<(String, String)> {
        let choices = self.choices(schema);
        match value {
            Value::Array(values) => {
                let is_list = |one: &&Value| {
                    one["type"] == "array"
                        || one["type"].as_array().is_some_and(|all| all.contains(&"array".into()))
                };
                let Some(list) = choices.into_iter().find(is_list) else {
                    return Some((path, format!("it must be {}, is a list", self.allowed(schema))));
                };
                (0..).zip(values).find_map(|(index, value)| {
                    let each = below(list, &Segment::Seq { index })?;
                    self.misplaced(each, value, format!("{path}[{index}]"))
                })
            }
            Value::Object(fields) => fields.iter().find_map(|(key, value)| {
                let segment = Segment::Map { key: key.clone() };
                let field = choices.iter().find_map(|&one| below(one, &segment))?;
                let dot = if path.is_empty() { "" } else { "." };
                self.misplaced(field, value, format!("{path}{dot}{key}"))
            }),
            _ => None,
        }
    }

    /// A schema behind its reference.
    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let name = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/"));
        name.map_or(schema, |name| &self.root["$defs"][name])
    }

    /// The schemas of which one must hold; the schema itself where there is no choice.
    fn choices<'s>(&'s self, schema: &'s Value) -> Vec<&'s Value> {
        let schema = self.resolved(schema);
        let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        choices.map_or_else(|| vec![schema], |all| all.iter().flat_map(|one| self.choices(one)).collect())
    }

    /// What may stand at a place; of a place that there is not, at the last above it.
    fn at(&self, path: &[&Segment]) -> &Value {
        let mut schema = &self.root;
        for segment in path {
            let found = self.choices(schema).into_iter().find_map(|one| below(one, segment));
            let Some(found) = found else { break };
            schema = found;
        }
        schema
    }

    /// The names that an object may have, or the words of a choice.
    fn names<'s>(&'s self, schema: &'s Value) -> Vec<&'s str> {
        let of_one = |one: &'s Value| {
            let fields = one["properties"].as_object().into_iter().flat_map(|fields| fields.keys());
            one["const"].as_str().into_iter().chain(fields.map(String::as_str)).collect::<Vec<_>>()
        };
        self.choices(schema).into_iter().flat_map(of_one).collect()
    }

    /// In words.
    fn allowed(&self, schema: &Value) -> String {
        let choices = self.choices(schema);
        let is_named = |one: &&Value| one["const"].is_string() || one["properties"].is_object();
        if choices.len() > 1 && choices.iter().all(is_named) {
            return format!("one of {}", self.names(schema).join(", "));
        }
        let words: Vec<String> = choices.into_iter().flat_map(|one| self.kinds(one)).collect();
        words.join(" or ")
    }

    /// The kinds of values that a schema without choices lets in, in words.
    fn kinds(&self, schema: &Value) -> Vec<String> {
        let kind = |kind: &Value| match kind.as_str().unwrap_or_default() {
            "object" => format!("an object of {}", self.names(schema).join(", ")),
            "array" => match schema["prefixItems"].as_array() {
                Some(each) => format!("a list of {}", each.len()),
                None => "a list".to_owned(),
            },
            "integer" => format!("a whole number{}", bounds(schema)),
            "number" => format!("a number{}", bounds(schema)),
            "boolean" => "true or false".to_owned(),
            "string" => "a text".to_owned(),
            other => other.to_owned(),
        };
        match &schema["type"] {
            Value::Array(kinds) => kinds.iter().map(kind).collect(),
            one => vec![kind(one)],
        }
    }
}

/// What may stand one step below.
fn below<'s>(schema: &'s Value, segment: &Segment) -> Option<&'s Value> {
    match segment {
        Segment::Seq { index } => schema["prefixItems"].get(*index).or_else(|| schema.get("items")),
        Segment::Map { key } | Segment::Enum { variant: key } => schema["properties"].get(key),
        Segment::Unknown => None,
    }
}

fn bounds(schema: &Value) -> String {
    let bound = |name: &str| schema[name].as_f64();
    let least = bound("minimum").map(|least| format!(" from {least}"));
    let above = bound("exclusiveMinimum").map(|above| format!(" above {above}"));
    let most = bound("maximum").map(|most| most.to_string());
    match (least.or(above), most) {
        (Some(from), Some(most)) if from.starts_with(" from") => format!("{from} to {most}"),
        (Some(from), Some(most)) => format!("{from} and at most {most}"),
        (Some(from), None) if from.starts_with(" from") => format!("{from} on"),
        (Some(from), None) => from,
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    }
}

/// What stands at a place, or at the last above it.
fn value_at<'v>(path: &[&Segment], whole: &'v Value) -> &'v Value {
    let mut value = whole;
    for segment in path {
        let found = match segment {
            Segment::Seq { index } => value.get(*index),
            Segment::Map { key } | Segment::Enum { variant: key } => value.get(key),
            Segment::Unknown => None,
        };
        let Some(found) = found else { break };
        value = found;
    }
    value
}
