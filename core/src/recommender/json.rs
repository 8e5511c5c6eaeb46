//! JSON: what a shop writes down is read with the path of every slip; what is told of a customer is written for people.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::export::CustomerExport;
use super::json_error::{misplaced_list, refusal};
use super::params::RecommenderParams;
use super::personal::Content;
use super::profile::CustomerProfile;
use super::rules::{ItemTest, Rules};
use crate::error::Result;
use crate::money::Fixed;
use crate::time::{MICROS_PER_DAY, Time};

/// Fields that are instants.
const INSTANTS: [&str; 5] = ["time", "first_order", "last_order", "stage_since", "next_change"];
/// Fields that are in millionths.
const MILLIONTHS: [&str; 3] = ["amount", "quantity", "spent"];

/// Reads JSON; an error has the path to its place, what is allowed there and what stands there.
pub(super) fn read_json<T: DeserializeOwned + JsonSchema>(of: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| refusal::<T>(of, text).into())
}

/// As [`read_json`]; a list is refused as well where an object has to be, which otherwise is taken for its fields in their order.
pub(super) fn read_written<T: DeserializeOwned + JsonSchema>(of: &'static str, text: &str) -> Result<T> {
    let read = read_json(of, text)?;
    match misplaced_list::<T>(of, text) {
        Some(error) => Err(error.into()),
        None => Ok(read),
    }
}

/// Instants as text and fixed-point numbers as decimals, all the way down.
fn readable(value: Value) -> Value {
    let field = |(name, value): (String, Value)| {
        let value = match value.as_i64() {
            Some(micros) if INSTANTS.contains(&name.as_str()) => instant(micros).into(),
            Some(number) if MILLIONTHS.contains(&name.as_str()) => {
                Fixed::from_millionths(number).to_f64().into()
            }
            _ => readable(value),
        };
        (name, value)
    };
    match value {
        Value::Array(values) => values.into_iter().map(readable).collect(),
        Value::Object(fields) => fields.into_iter().map(field).collect(),
        plain => plain,
    }
}

/// An instant as `2011-12-09T12:50:00Z`, a midnight as well.
fn instant(micros: i64) -> String {
    let text = Time::from_micros(micros).to_string();
    if micros.rem_euclid(MICROS_PER_DAY) == 0 && !text.contains(' ') {
        format!("{text}T00:00:00Z")
    } else {
        text
    }
}

fn told(of: &impl Serialize) -> String {
    readable(serde_json::to_value(of).expect("it has string keys only")).to_string()
}

fn schema<T: JsonSchema>(title: &str) -> String {
    let mut schema = schema_for!(T);
    schema.insert("title".to_owned(), title.into());
    // The example of the documentation is for Rust alone.
    if let Some(text) = schema.get("description").and_then(Value::as_str) {
        let plain = text.split("```").next().unwrap_or_default().trim_end().to_owned();
        schema.insert("description".to_owned(), plain.into());
    }
    serde_json::to_string_pretty(schema.as_value()).expect("a schema is JSON")
}

impl CustomerExport {
    /// Everything as JSON for the customer: instants as `2011-12-09T12:50:00Z`, amounts and
    /// quantities as decimals, keys in alphabetical order.
    ///
    /// ```
    /// use kosar::Fit;
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::Shop;
    /// use kosar::recommender::Recommender;
    ///
    /// let log = Shop::params().lines(2_000).generate()?.to_log(LogOptions::default())?;
    /// let export = Recommender::params().fit(&log)?.export("C00003")?.to_json();
    /// assert!(export.starts_with(r#"{"customer":"C00003","events":[]"#), "{export}");
    /// assert!(export.contains(r#""time":"20"#) && export.contains(r#""quantity":1.0"#), "{export}");
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Panics
    /// Never: its keys are strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        told(self)
    }
}

impl CustomerProfile {
    /// The profile as JSON, written as [`CustomerExport::to_json`] does.
    ///
    /// # Panics
    /// Never: its keys are strings.
    #[must_use]
    pub fn to_json(&self) -> String {
        told(self)
    }
}

impl Rules {
    /// What rules may be, as a JSON Schema (draft 2020-12).
    ///
    /// # Panics
    /// Never: the schema is JSON already.
    #[must_use]
    pub fn json_schema() -> String {
        schema::<Self>("Rules of a shop")
    }
}

impl RecommenderParams {
    /// What parameters may be, as a JSON Schema (draft 2020-12).
    ///
    /// # Panics
    /// Never: the schema is JSON already.
    #[must_use]
    pub fn json_schema() -> String {
        schema::<Self>("Parameters of a recommender")
    }
}

impl ItemTest {
    /// Reads a test from JSON.
    ///
    /// ```
    /// use kosar::recommender::ItemTest;
    ///
    /// let test = ItemTest::from_json(r#"{"all": [{"tag": "gift"}, {"price": {"max": 20}}]}"#)?;
    /// assert!(matches!(test, ItemTest::All(tests) if tests.len() == 2));
    /// let error = ItemTest::from_json(r#"{"not": {"price": {"min": 3, "max": 1}}}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "like at not.price: min 3 is above max 1");
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`RuleError`](crate::error::RuleError) with the path of what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let test: Self = read_json("like", text)?;
        test.validate("like")?;
        Ok(test)
    }
}

impl Content {
    /// Reads a list of contents from JSON.
    ///
    /// ```
    /// use kosar::recommender::Content;
    ///
    /// let contents = Content::list_from_json(r#"[{"id": "sale", "about": {"tag": "sale"}}]"#)?;
    /// assert_eq!((contents[0].id.as_str(), contents[0].priority), ("sale", 1.0));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`RuleError`](crate::error::RuleError) with the path of what is wrong.
    pub fn list_from_json(text: &str) -> Result<Vec<Self>> {
        let contents: Vec<Self> = read_written("contents", text)?;
        for (at, content) in contents.iter().enumerate() {
            content.about.validate(&format!("contents[{at}].about"))?;
        }
        Ok(contents)
    }
}
