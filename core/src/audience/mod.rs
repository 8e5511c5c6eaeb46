//! Rule-based audiences: which customers exactly, and why.
//!
//! An [`Audience`] is a tree of [`Condition`]s with a JSON form ([`Audience::json_schema`]): attributes, consent, orders and
//! events in windows of time, RFM segments, stages of the lifecycle, clusters, predicted values, and `and`, `or`, `not` of
//! these and of other audiences. The shop's data is laid out once, customer by customer, as [`AudienceData`];
//! [`Audiences`] are any number of audiences made ready for it at an instant: unknown fields and tests that do not go with
//! what they test are refused there, with the path in the tree. They say who is in an audience
//! ([`members`](Audiences::members)), which audiences a customer is in ([`of`](Audiences::of)) and why
//! ([`explain`](Audiences::explain)), how large an audience will be, how audiences overlap, and what sets the members apart.
//!
//! Conditions on orders and events look at what was before the instant asked for and at nothing after it; attributes and the
//! figures of models are as they were given. All are two-valued: what is not known passes no test, and `not` is everybody else.
//!
//! Who viewed the same item at least three times in the last week and did not buy it:
//!
//! ```
//! let undecided = kosar::audience::Audience::from_json(r#"{"events": {
//!     "kinds": ["view"], "window": {"last_days": 7}, "same_item": true, "not_bought": "since", "test": {"at_least": 3}
//! }}"#)?;
//! assert_eq!(undecided.to_string(), "at least 3 views of the same item in the last 7 days, not bought since");
//! # Ok::<(), kosar::Error>(())
//! ```

mod about;
mod align;
mod audiences;
mod behaviour;
mod by_customer;
mod clock;
mod condition;
mod definition;
mod describe;
mod estimate;
mod event_plan;
mod events;
mod explain;
mod facts;
mod figures;
mod item_choice;
mod line_test;
mod measure;
mod members;
mod order_plan;
mod orders;
mod overlap;
mod plan;
mod profile;
mod session_plan;
mod test;
mod value_test;
mod window;

pub use audiences::Audiences;
pub use behaviour::{
    ColumnTest, End, EventCondition, EventCount, EventMeasure, EventValue, Items, LineValue, LocalTimes,
    NotBought, OrderCondition, OrderCount, OrderMeasure, SessionCondition, SessionMeasure, Weekday, Window,
};
pub use condition::{
    AffinityCondition, AgeCondition, AnniversaryCondition, AttributeCondition, Condition, ConsentCondition,
    ConsentState, PreferenceCondition, RfmCondition, RfmFigure, ValueCondition,
};
pub use definition::Audience;
pub use estimate::SizeEstimate;
pub use explain::{Explanation, Measured};
pub use facts::{AudienceData, AudienceDataBuilder};
pub use members::Members;
pub use profile::{AudienceProfile, NumberProfile, WordProfile};
pub use test::{Scalar, Test};
