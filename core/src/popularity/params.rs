//! Parameters of [`Popularity`].

use serde::{Deserialize, Serialize};

use crate::data::EventKind;
use crate::error::ParamError;
use crate::params::{Params, at_least};
use crate::popularity::Popularity;
use crate::time::Time;

/// The longest span of days.
const MAX_DAYS: f64 = 36_500.0;

/// The largest number of windows before the recent one.
const MAX_WINDOWS: f64 = 1000.0;

/// What a purchase counts and up to when, what a trend is, what is new, and how much a group is trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopularityParams {
    pub(super) half_life_days: Option<f64>,
    pub(super) as_of: Option<Time>,
    pub(super) trend_days: f64,
    pub(super) baseline_days: f64,
    pub(super) confidence: f64,
    pub(super) min_customers: usize,
    pub(super) new_days: f64,
    pub(super) group_prior: f64,
    pub(super) kinds: Option<Vec<EventKind>>,
}

impl Popularity {
    /// Parameters with their defaults: every customer of an item counts one, and every purchase counts. A trend compares 7
    /// days with the 28 before them at a confidence of 0.95 and needs 5 customers; items are new for 30 days; a group is
    /// trusted as much as all customers when it has 20.
    #[must_use]
    pub fn params() -> PopularityParams {
        PopularityParams {
            half_life_days: None,
            as_of: None,
            trend_days: 7.0,
            baseline_days: 28.0,
            confidence: 0.95,
            min_customers: 5,
            new_days: 30.0,
            group_prior: 20.0,
            kinds: None,
        }
    }
}

impl PopularityParams {
    /// In how many days a purchase loses half of its weight, above 0; `None` for no decay.
    #[must_use]
    pub fn half_life_days(mut self, half_life_days: Option<f64>) -> Self {
        self.half_life_days = half_life_days;
        self
    }

    /// The instant at which age is taken; later purchases do not count. `None` for the last order of the log.
    #[must_use]
    pub fn as_of(mut self, as_of: Option<Time>) -> Self {
        self.as_of = as_of;
        self
    }

    /// How many days up to `as_of` are the recent ones of a trend, from 1e-9 to 36,500.
    #[must_use]
    pub fn trend_days(mut self, trend_days: f64) -> Self {
        self.trend_days = trend_days;
        self
    }

    /// How many days before the recent ones they are compared with, from `trend_days` to a thousand times as many, and at
    /// most 36,500. They are taken in windows of `trend_days`; the oldest may be shorter.
    #[must_use]
    pub fn baseline_days(mut self, baseline_days: f64) -> Self {
        self.baseline_days = baseline_days;
        self
    }

    /// How sure a rise must be, from 0.5 and below 1: where an item did not rise, it is taken for a trend with a probability
    /// of at most 1 less this. Among many items that is many, so shops with large assortments choose 0.99 or more.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// How many distinct customers must have bought an item in the recent days before it is a trend, from 1.
    #[must_use]
    pub fn min_customers(mut self, min_customers: usize) -> Self {
        self.min_customers = min_customers;
        self
    }

    /// For how many days an item is new, from 1e-9 to 36,500.
    #[must_use]
    pub fn new_days(mut self, new_days: f64) -> Self {
        self.new_days = new_days;
        self
    }

    /// How many customers everyone's purchases stand for in the list of a group, from 0 to 10^9; with 0 only the group's own
    /// count where there are any. A group of as many customers is heard as much as all of them.
    #[must_use]
    pub fn group_prior(mut self, group_prior: f64) -> Self {
        self.group_prior = group_prior;
        self
    }

    /// Which kinds of events count where the model is fitted on an event log; `None` for views, clicks, wishes, adds to the cart,
    /// purchases and clicks in messages. Orders are refused where kinds are given.
    #[must_use]
    pub fn kinds(mut self, kinds: Option<Vec<EventKind>>) -> Self {
        self.kinds = kinds;
        self
    }
}

fn within(name: &'static str, value: f64, inside: bool, allowed: &'static str) -> Result<(), ParamError> {
    if inside { Ok(()) } else { Err(ParamError::OutOfRange { name, value, allowed }) }
}

impl Params for PopularityParams {
    fn validate(&self) -> Result<(), ParamError> {
        if let Some(value) = self.half_life_days {
            within("half_life_days", value, value > 0.0 && value.is_finite(), "above 0 and finite")?;
        }
        for (name, value) in [("trend_days", self.trend_days), ("new_days", self.new_days)] {
            // A window must be of some microseconds at least.
            within(name, value, (1e-9..=MAX_DAYS).contains(&value), "from 1e-9 to 36,500")?;
        }
        let longest = (MAX_WINDOWS * self.trend_days * (1.0 + f64::EPSILON)).min(MAX_DAYS);
        let fits = (self.trend_days..=longest).contains(&self.baseline_days);
        let allowed = "from trend_days to 1000 times as many, and at most 36,500";
        within("baseline_days", self.baseline_days, fits, allowed)?;
        let confidence = self.confidence;
        within("confidence", confidence, (0.5..1.0).contains(&confidence), "from 0.5 and below 1")?;
        at_least("min_customers", self.min_customers, 1)?;
        at_least("the number of kinds", self.kinds.as_ref().map_or(1, Vec::len), 1)?;
        let prior = self.group_prior;
        within("group_prior", prior, (0.0..=1e9).contains(&prior), "from 0 to 1,000,000,000")
    }
}
