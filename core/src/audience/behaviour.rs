//! Conditions on what customers did: orders, events, sessions, and when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::audience::{Scalar, Test};
use crate::data::EventKind;

/// Whether a value is what stands where nothing is said.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A condition on a customer's orders: a measure of those that pass the filters, and a test of it.
///
/// Lines count as bought where their quantity is positive (any, in a log that keeps returns). Counts, days and the orders
/// behind `avg`, `min` and `max` are those with a bought line that passes. Returned lines count for sums of amounts and
/// quantities only, which they lower, also where nothing was bought. Without a line `sum` is 0, while `avg`, `min`, `max` and
/// `days_since` are unknown and pass no test.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrderCondition {
    /// Which items; all by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Items>,
    /// Tests of kept columns, such as a channel; a line passes all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnTest>,
    /// When; ever by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// At which hours and on which weekdays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<LocalTimes>,
    /// What is measured; the number of orders by default.
    #[serde(skip_serializing_if = "is_default")]
    pub measure: OrderMeasure,
    /// What the measure must be: at least 1 where a number is counted; otherwise it must be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
}

/// What is measured of orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderMeasure {
    /// A number of things.
    Count(OrderCount),
    /// A sum over lines.
    Sum(LineValue),
    /// The mean over orders of what their lines add up to; of a kept column the mean over lines.
    Avg(LineValue),
    /// The smallest.
    Min(LineValue),
    /// The largest.
    Max(LineValue),
    /// Whole days of 24 hours since an order.
    DaysSince(End),
}

impl Default for OrderMeasure {
    fn default() -> Self {
        Self::Count(OrderCount::Orders)
    }
}

/// What can be counted of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderCount {
    /// Orders.
    Orders,
    /// Lines.
    Lines,
    /// Distinct items.
    Items,
    /// Distinct days, in the customer's time zone.
    Days,
}

/// What lines have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineValue {
    /// What was paid.
    Amount,
    /// How many.
    Quantity,
    /// A kept column of numbers; lines where it is missing are left out.
    Column(String),
}

/// One end of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The first.
    First,
    /// The last.
    Last,
}

/// A condition on a customer's events: a measure of those that pass the filters, and a test of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EventCondition {
    /// Which kinds; all by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<EventKind>,
    /// Which items; all by default, events without an item included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Items>,
    /// Tests of kept columns, such as a device or a traffic source; an event passes all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnTest>,
    /// When; ever by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// At which hours and on which weekdays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<LocalTimes>,
    /// Whether each item is measured by itself, and one that passes the test is enough. Of items without such an event
    /// nothing is measured.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub same_item: bool,
    /// Leaves out events of items that the customer bought, and events without an item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_bought: Option<NotBought>,
    /// Counts the events of the busiest stretch of so many days of 24 hours, wherever it lies in the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub within_days: Option<u32>,
    /// What is measured; the number of events by default.
    #[serde(skip_serializing_if = "is_default")]
    pub measure: EventMeasure,
    /// What the measure must be: at least 1 where a number is counted; otherwise it must be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
}

/// What is measured of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventMeasure {
    /// A number of things.
    Count(EventCount),
    /// A sum over events.
    Sum(EventValue),
    /// The mean.
    Avg(EventValue),
    /// The smallest.
    Min(EventValue),
    /// The largest.
    Max(EventValue),
    /// Whole days of 24 hours since an event.
    DaysSince(End),
}

impl Default for EventMeasure {
    fn default() -> Self {
        Self::Count(EventCount::Events)
    }
}

/// What can be counted of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventCount {
    /// Events.
    Events,
    /// Sessions with such an event.
    Sessions,
    /// Distinct items.
    Items,
    /// Distinct days, in the customer's time zone.
    Days,
}

/// What events have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventValue {
    /// How many, 1 where nothing says so.
    Quantity,
    /// A kept column of numbers; events where it is missing are left out.
    Column(String),
}

/// Which purchases take an item out of consideration. Purchases are lines of the order log that count as bought, and events
/// of the kind `purchase`, before the instant that the audience is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotBought {
    /// One at the item's first event that passes the filters, or after it.
    Since,
    /// Any.
    Ever,
}

/// A condition on a customer's sessions: those that have events of all of some kinds and of none of others.
///
/// "Abandons carts more often than not" is a `share` above one half of the sessions with `add_to_cart` that are without
/// `purchase`. A session that an order of the customer falls in, up to half an hour behind its last event, has a `purchase`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionCondition {
    /// Kinds that a session has all of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<EventKind>,
    /// Kinds that a session has none of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<EventKind>,
    /// When the first event of a session was; ever by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// What is measured; the number of sessions by default.
    #[serde(default, skip_serializing_if = "is_default")]
    pub measure: SessionMeasure,
    /// What the measure must be: at least 1 where a number is counted; otherwise it must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Test>,
}

/// What is measured of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionMeasure {
    /// How many there are.
    #[default]
    Count,
    /// Their share, from 0 to 1, of the sessions that have the kinds in `with`; unknown without such a session.
    Share,
}

/// A test of a kept column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnTest {
    /// The column.
    pub name: String,
    /// What its value must be.
    pub test: Test,
}

/// A choice of items, by their ids or by what the catalogue says of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Items {
    /// These.
    Ids(Vec<Scalar>),
    /// Those in one of these categories, by path, or below.
    Category(Vec<String>),
    /// Those of one of these brands.
    Brand(Vec<String>),
    /// Those with one of these tags.
    Tag(Vec<String>),
    /// Those whose free attribute has one of these values.
    Attribute {
        /// The attribute.
        name: String,
        /// Its values.
        values: Vec<String>,
    },
    /// Those with a price in the catalogue from `min` to `max`, both included where given.
    Price {
        /// The lowest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The highest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// Those that all of these choose.
    And(Vec<Items>),
    /// Those that any of these chooses.
    Or(Vec<Items>),
    /// Those that this does not choose.
    Not(Box<Items>),
}

/// A span of time before the instant that the audience is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Window {
    /// The last so many days of 24 hours.
    LastDays(#[schemars(range(min = 1))] u32),
    /// From so many days of 24 hours ago to so many: `{"from": 90, "to": 30}`.
    DaysAgo {
        /// The farther end, included.
        from: u32,
        /// The nearer end, not included; 0 is the instant itself.
        #[serde(default, skip_serializing_if = "is_default")]
        to: u32,
    },
    /// So many days of the calendar, the present one included, in the customer's time zone.
    CalendarDays(#[schemars(range(min = 1))] u32),
    /// Between two dates or instants, of which one may be left out; a date is the midnight of the customer's time zone at its
    /// start, a time without a zone is read as UTC.
    Between {
        /// The first, included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The last, not included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
}

/// Hours and weekdays in the customer's time zone; an instant has to be within both. Hours over midnight belong to the day on
/// which the clock shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LocalTimes {
    /// From the first hour to the second, which is not included: `[18, 23]`; `[22, 6]` goes over midnight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<(u8, u8)>,
    /// Weekdays; all where the list is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "they are what they are called")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}
