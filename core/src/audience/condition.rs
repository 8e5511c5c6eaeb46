//! The tree of an audience: what a customer must be, have done, or not have done.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audience::{EventCondition, OrderCondition, SessionCondition, Test};

/// A condition on a customer, or several in one.
///
/// In JSON every condition is an object of one key: `{"and": [...]}`, `{"attribute": {"name": "country", "test": {"is": "HU"}}}`.
/// Where what is tested is not known of a customer, the test fails; `not` is everybody else, those of whom it is not known
/// included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// All of these hold; an empty list holds for everybody.
    And(Vec<Condition>),
    /// At least one of these holds; an empty list holds for nobody.
    Or(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// The customer is in another audience, by name.
    Audience(String),
    /// An attribute of the customers passes a test.
    Attribute(AttributeCondition),
    /// The whole years since a date, a birthday by default, pass a test. Someone born on a 29th of February is a year
    /// older on the 1st of March.
    Age(AgeCondition),
    /// A date, a birthday by default, has its anniversary soon; a 29th of February has it on the 1st of March in other years.
    Anniversary(AnniversaryCondition),
    /// What the customer said about being contacted.
    Consent(ConsentCondition),
    /// One of the preferences that the customer stated passes a test.
    Preference(PreferenceCondition),
    /// What the customer ordered.
    Orders(OrderCondition),
    /// What the customer did.
    Events(EventCondition),
    /// What happened in the customer's sessions.
    Sessions(SessionCondition),
    /// The RFM segment passes a test of words.
    Segment(Test),
    /// A figure of RFM passes a test.
    Rfm(RfmCondition),
    /// The stage of the lifecycle passes a test of words.
    Stage(Test),
    /// The number of the customer's cluster passes a test.
    Cluster(Test),
    /// How much more a customer leans to a value than the population does, the lift, passes a test.
    Affinity(AffinityCondition),
    /// A value computed elsewhere, such as a predicted one, passes a test.
    Value(ValueCondition),
}

/// A test of an attribute of the customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeCondition {
    /// The attribute.
    pub name: String,
    /// What its value must be.
    pub test: Test,
}

/// A test of an age.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeCondition {
    /// The attribute that holds the date.
    #[serde(default = "birthday")]
    pub of: String,
    /// What the whole years must be.
    pub test: Test,
}

/// An anniversary that is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnniversaryCondition {
    /// The attribute that holds the date.
    #[serde(default = "birthday")]
    pub of: String,
    /// Within how many days it is, in the customer's time zone: 1 is today alone, 7 is today and the six days after.
    #[schemars(range(min = 1, max = 366))]
    pub next_days: u32,
}

fn birthday() -> String {
    "birthday".to_owned()
}

/// What a customer may have said about being contacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentCondition {
    /// The channel, such as `email`.
    pub channel: String,
    /// The purpose, such as `marketing`.
    pub purpose: String,
    /// What was said.
    #[serde(default)]
    pub state: ConsentState,
}

/// What was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// Consent was given, and not withdrawn.
    #[default]
    Given,
    /// Consent was refused or withdrawn.
    Withdrawn,
    /// Nothing was said.
    Unknown,
}

/// A test of stated preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceCondition {
    /// The kind of preference, such as `brand`.
    pub kind: String,
    /// What one of them must be.
    pub test: Test,
}

/// A figure of RFM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RfmFigure {
    /// Days since the last order.
    RecencyDays,
    /// The number of orders.
    Frequency,
    /// What was spent.
    Monetary,
    /// The score of recency; the best is the highest.
    RScore,
    /// The score of frequency.
    FScore,
    /// The score of the monetary value.
    MScore,
}

/// A test of a figure of RFM.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RfmCondition {
    /// Which figure.
    pub of: RfmFigure,
    /// What it must be.
    pub test: Test,
}

/// A test of an affinity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AffinityCondition {
    /// The facet, such as `category` or `hour`.
    pub facet: String,
    /// The value of the facet, such as `Dresses` or `18`.
    pub value: String,
    /// What the lift must be: 1 is that of the population.
    pub test: Test,
}

/// A test of a value that came with the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueCondition {
    /// The name that it came with.
    pub name: String,
    /// What it must be.
    pub test: Test,
}
