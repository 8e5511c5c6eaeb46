//! Parameters of [`Recommender`](super::Recommender).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::json::read_written;
use crate::error::{ParamError, Result};
use crate::params::{Params, at_least};

/// How much each way of scoring weighs in a blend; each way's scores are brought to at most 1 before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Sessions like the ongoing one, or like the last one.
    #[schemars(range(min = 0.0, max = MAX_WEIGHT))]
    pub session: f64,
    /// Customers like this one.
    #[schemars(range(min = 0.0, max = MAX_WEIGHT))]
    pub customers: f64,
    /// What the customer bought before, by how often and how lately.
    #[schemars(range(min = 0.0, max = MAX_WEIGHT))]
    pub repeat: f64,
    /// How many bought it.
    #[schemars(range(min = 0.0, max = MAX_WEIGHT))]
    pub popular: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { session: 1.0, customers: 1.0, repeat: 1.0, popular: 0.05 }
    }
}

/// Weights by how much is known of a visitor, from cold to loyal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Blend {
    /// The number of orders from which a customer is regular, at least 2; with fewer they are new, without any they are cold. Orders of
    /// returns alone do not count.
    #[schemars(range(min = 2))]
    pub regular_orders: u32,
    /// The number of orders from which a customer is loyal, above [`Blend::regular_orders`].
    #[schemars(range(min = 3))]
    pub loyal_orders: u32,
    /// For who never bought.
    pub cold: Weights,
    /// For who bought once or so.
    pub new: Weights,
    /// For who bought some times.
    pub regular: Weights,
    /// For who bought often.
    pub loyal: Weights,
}

impl Default for Blend {
    fn default() -> Self {
        let weights = Weights::default();
        Self {
            regular_orders: 3,
            loyal_orders: 10,
            cold: weights,
            new: weights,
            regular: weights,
            loyal: weights,
        }
    }
}

impl Blend {
    /// The weights for a number of orders.
    pub(super) fn of(&self, n_orders: usize) -> &Weights {
        let n_orders = u32::try_from(n_orders).unwrap_or(u32::MAX);
        match n_orders {
            0 => &self.cold,
            _ if n_orders < self.regular_orders => &self.new,
            _ if n_orders < self.loyal_orders => &self.regular,
            _ => &self.loyal,
        }
    }

    fn all(&self) -> [&Weights; 4] {
        [&self.cold, &self.new, &self.regular, &self.loyal]
    }
}

/// What a recommender looks at, and how it weighs that.
///
/// As JSON in any language: what is not named has its default, and a name that is not known is refused.
///
/// ```
/// use kosar::recommender::RecommenderParams;
///
/// let params = RecommenderParams::from_json(r#"{"min_customers": 3, "blend": {"loyal": {"repeat": 2}}}"#)?;
/// assert_eq!((params.min_customers, params.blend.loyal.repeat), (3, 2.0));
/// let error = RecommenderParams::from_json(r#"{"blend": {"loyal": {"repeats": 2}}}"#).unwrap_err();
/// assert!(error.to_string().starts_with("params at blend.loyal"), "{error}");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RecommenderParams {
    /// What fewer distinct customers support is not shown: pairs, neighbours, trends, counts of reasons; at least 1. An order
    /// without a customer counts as a customer of its own.
    #[schemars(range(min = 1, max = MAX_COUNTED))]
    pub min_customers: u32,
    /// How many of the latest purchases of an item are looked at for what resembles it and what goes with it, at least 1; several
    /// items share them, fifty for each at least. More see rarer pairs and take longer.
    #[schemars(range(min = 1, max = MAX_LOOKED_AT))]
    pub latest_purchases: usize,
    /// Customers with more distinct items than this say nothing about what resembles what, at least 1.
    #[schemars(range(min = 1, max = MAX_LOOKED_AT))]
    pub max_items: usize,
    /// How many of the latest purchases of each of a customer's items are searched for customers like them, at least 1.
    #[schemars(range(min = 1, max = MAX_LOOKED_AT))]
    pub neighbor_purchases: usize,
    /// How many of a customer's items, the latest bought, are searched so, at least 1.
    #[schemars(range(min = 1, max = MAX_FEW))]
    pub latest_items: usize,
    /// How many customers like one are added up, at least 1.
    #[schemars(range(min = 1, max = MAX_COUNTED))]
    pub neighbors: usize,
    /// In how many days a purchase loses half of its weight, above 0.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub half_life_days: f64,
    /// How many of the latest sessions with each item of a session are searched, at least 1.
    #[schemars(range(min = 1, max = MAX_LOOKED_AT))]
    pub latest_sessions: usize,
    /// How many sessions like the ongoing one are added up, at least 1.
    #[schemars(range(min = 1, max = MAX_COUNTED))]
    pub session_neighbors: usize,
    /// How many items of a session count, the last ones, at least 1.
    #[schemars(range(min = 1, max = MAX_FEW))]
    pub session_items: usize,
    /// After how many minutes without an event a session of events without a session id ends, above 0.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub session_gap_minutes: f64,
    /// How many days are recent in a trend, and long are the spans before, from 1 on.
    #[schemars(range(min = 1, max = MAX_FEW))]
    pub trend_days: u32,
    /// How many spans before the recent days are compared with, from 1 on.
    #[schemars(range(min = 1, max = MAX_FEW))]
    pub trend_spans: u32,
    /// How sure a rise must be, above 0 and below 1.
    #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
    pub trend_confidence: f64,
    /// For how many days an item counts as new, above 0.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub new_days: f64,
    /// At which depth of the tree categories are ordered and fallen back on, from 1 on.
    #[schemars(range(min = 1, max = MAX_FEW))]
    pub category_depth: usize,
    /// From how many orders on an answer for a customer is called personal, at least 1.
    #[schemars(range(min = 1, max = MAX_LOOKED_AT))]
    pub personal_orders: u32,
    /// From how many customers on an item's own neighbours are called enough, at least 1.
    #[schemars(range(min = 1, max = MAX_LOOKED_AT))]
    pub item_customers: u32,
    /// How many lists of what stands beside an item are kept for the next request, at most eight for each item; 0 keeps none. A list takes
    /// eight bytes for each item in it, of which it has some hundred as a rule; longer ones than 1,024 are not kept. It is let go of once
    /// one of the latest buyers of its item bought something that it tells of or is forgotten, so answers do not depend on it.
    #[serde(skip_serializing_if = "is_default_memory")]
    #[schemars(range(min = 0, max = MAX_LOOKED_AT))]
    pub remembered_lists: usize,
    /// The weights of the blend.
    pub blend: Blend,
}

impl Default for RecommenderParams {
    fn default() -> Self {
        Self {
            min_customers: 5,
            latest_purchases: 200,
            max_items: 150,
            neighbor_purchases: 100,
            latest_items: 20,
            neighbors: 50,
            half_life_days: 120.0,
            latest_sessions: 500,
            session_neighbors: 100,
            session_items: 10,
            session_gap_minutes: 30.0,
            trend_days: 7,
            trend_spans: 4,
            trend_confidence: 0.95,
            new_days: 30.0,
            category_depth: 1,
            personal_orders: 1,
            item_customers: 5,
            remembered_lists: REMEMBERED_LISTS,
            blend: Blend::default(),
        }
    }
}

/// How many lists are remembered where nothing else is said.
const REMEMBERED_LISTS: usize = 16_384;

/// What is not told in a file, since no answer depends on it.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "that is how it is asked")]
fn is_default_memory(n: &usize) -> bool {
    *n == REMEMBERED_LISTS
}

impl RecommenderParams {
    /// Reads parameters from JSON; what is not named has its default.
    ///
    /// # Errors
    /// [`RuleError`](crate::error::RuleError) with the path of what cannot be read; as [`Params::validate`].
    pub fn from_json(text: &str) -> Result<Self> {
        let params: Self = read_written("params", text)?;
        params.validate()?;
        Ok(params)
    }

    /// What fewer distinct customers support is not shown, at least 1; 5 by default.
    #[must_use]
    pub const fn min_customers(mut self, min_customers: u32) -> Self {
        self.min_customers = min_customers;
        self
    }

    /// The weights of the blend.
    #[must_use]
    pub const fn blend(mut self, blend: Blend) -> Self {
        self.blend = blend;
        self
    }
}

/// What is counted in two bytes.
pub(super) const MAX_COUNTED: usize = 65_535;

/// What is looked at in one request.
const MAX_LOOKED_AT: usize = 10_000_000;

/// What there are few of.
pub(super) const MAX_FEW: usize = 10_000;

/// What a weight is at most.
const MAX_WEIGHT: f64 = 1e6;

fn at_most(name: &'static str, value: usize, max: usize) -> Result<(), ParamError> {
    if value > max {
        return Err(ParamError::TooLarge { name, value: value as u64, max: max as u64 });
    }
    Ok(())
}

fn positive(name: &'static str, value: f64) -> Result<(), ParamError> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(ParamError::OutOfRange { name, value, allowed: "above 0 and finite" })
}

impl Params for RecommenderParams {
    fn validate(&self) -> Result<(), ParamError> {
        let counts = [
            ("min_customers", self.min_customers as usize, MAX_COUNTED),
            ("latest_purchases", self.latest_purchases, MAX_LOOKED_AT),
            ("max_items", self.max_items, MAX_LOOKED_AT),
            ("neighbor_purchases", self.neighbor_purchases, MAX_LOOKED_AT),
            ("latest_items", self.latest_items, MAX_FEW),
            ("neighbors", self.neighbors, MAX_COUNTED),
            ("latest_sessions", self.latest_sessions, MAX_LOOKED_AT),
            ("session_neighbors", self.session_neighbors, MAX_COUNTED),
            ("session_items", self.session_items, MAX_FEW),
            ("trend_days", self.trend_days as usize, MAX_FEW),
            ("trend_spans", self.trend_spans as usize, MAX_FEW),
            ("category_depth", self.category_depth, MAX_FEW),
            ("personal_orders", self.personal_orders as usize, MAX_LOOKED_AT),
            ("item_customers", self.item_customers as usize, MAX_LOOKED_AT),
        ];
        for (name, value, max) in counts {
            at_least(name, value, 1)?;
            at_most(name, value, max)?;
        }
        at_most("remembered_lists", self.remembered_lists, MAX_LOOKED_AT)?;
        positive("half_life_days", self.half_life_days)?;
        positive("session_gap_minutes", self.session_gap_minutes)?;
        positive("new_days", self.new_days)?;
        if !(self.trend_confidence > 0.0 && self.trend_confidence < 1.0) {
            let (name, value) = ("trend_confidence", self.trend_confidence);
            return Err(ParamError::OutOfRange { name, value, allowed: "above 0 and below 1" });
        }
        at_least("blend.regular_orders", self.blend.regular_orders as usize, 2)?;
        at_least(
            "blend.loyal_orders",
            self.blend.loyal_orders as usize,
            self.blend.regular_orders as usize + 1,
        )?;
        let weights = self.blend.all().into_iter().flat_map(|weights| {
            [
                ("blend.session", weights.session),
                ("blend.customers", weights.customers),
                ("blend.repeat", weights.repeat),
                ("blend.popular", weights.popular),
            ]
        });
        for (name, value) in weights {
            if !(0.0..=MAX_WEIGHT).contains(&value) {
                return Err(ParamError::OutOfRange { name, value, allowed: "from 0 to 1,000,000" });
            }
        }
        Ok(())
    }
}
