//! Business rules as data: what may be shown, what comes first, how mixed a list is.

mod check;
mod compile;
mod goods;
mod item_test;
mod resolved;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use compile::{CapGroups, Compiled};
pub(super) use goods::Goods;
pub use item_test::{ItemTest, PriceRange};
pub(super) use resolved::Resolved;

use super::json::{read_json, read_written};
use super::placement::Placement;
use crate::data::Id;
use crate::error::{Result, RuleError};

/// Where a rule holds; empty for everywhere.
type Placements = Vec<Placement>;

/// Items that may be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// What an item must be like; others are never shown.
    pub only: ItemTest,
    /// Where; everywhere if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Placements,
}

/// Items that come sooner, or later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Boost {
    /// Which items.
    pub items: ItemTest,
    /// What their scores are multiplied by: above 1 they come sooner, below 1 later; above 0, at most 1,000.
    #[schemars(range(max = 1_000.0), extend("exclusiveMinimum" = 0.0))]
    pub factor: f64,
    /// Where, but for `recently_viewed`, which is in the order of time; everywhere else if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Placements,
}

/// An item at a fixed place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The item, as the shop calls it. It stands there wherever it may be shown at all.
    #[schemars(with = "IdSchema")]
    pub item: Id,
    /// The place, from 1.
    #[schemars(range(min = 1))]
    pub position: usize,
    /// Where, but for `recently_viewed` and `rerank`, into which nothing is put; everywhere else if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Placements,
}

/// An id, as JSON has it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "it is there for its schema")]
enum IdSchema {
    /// An integer.
    Int(i64),
    /// A string.
    Str(String),
}

/// What a cap, or an upsell, goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum GroupBy {
    /// The category at this depth, from 1; of several the first in the tree.
    Category(#[schemars(range(min = 1))] usize),
    /// The brand.
    Brand,
    /// A free attribute of the catalogue, such as the supplier.
    Attribute(String),
}

/// At most so many of one kind in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Of one what.
    pub by: GroupBy,
    /// How many at most, at least 1. Items without that fact are not counted.
    #[schemars(range(min = 1))]
    pub max: usize,
    /// Where, but for `recently_viewed` and `rerank`, which leave nothing out; everywhere else if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Placements,
}

/// When what was bought may be shown again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rebuy {
    /// The path of a category; all items if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How many days after its last purchase an item may be shown to the customer again, from 0 on; `null` for never.
    #[schemars(range(min = 0.0))]
    pub after_days: Option<f64>,
}

/// Dearer things of the same kind. Of an item without a price nothing is known to be dearer, and all of its category may be answered; of one
/// without a category all that are dearer; of one without both, all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Upsell {
    /// The least price, as a multiple of that of the item asked about, such as 1.1; above 0.
    #[schemars(extend("exclusiveMinimum" = 0.0))]
    pub from: f64,
    /// The greatest price, as a multiple; at least `from`.
    pub to: f64,
    /// At which depth the category must be the same, from 1.
    #[schemars(range(min = 1))]
    pub same_category: usize,
}

/// The rules of a shop, all of which hold. As JSON in any language.
///
/// ```
/// use kosar::recommender::Rules;
///
/// let rules = Rules::from_json(
///     r#"{
///         "filters": [{"only": {"in_stock": true}}, {"only": {"not": {"category": "Spirits"}}, "placements": ["trending"]}],
///         "boosts": [{"items": {"tag": "clearance"}, "factor": 1.5}],
///         "caps": [{"by": "brand", "max": 2}],
///         "diversity": 0.3
///     }"#,
/// )?;
/// assert_eq!(rules.caps[0].max, 2);
/// let error = Rules::from_json(r#"{"boosts": [{"items": {"tag": "new"}, "factor": 0}]}"#).unwrap_err();
/// assert_eq!(error.to_string(), "rules at boosts[0].factor: it must be above 0 and at most 1000, is 0");
/// let error = Rules::from_json(r#"{"caps": [{"by": "brand", "max": "two"}]}"#).unwrap_err();
/// assert_eq!(error.to_string(), r#"rules at caps[0].max: it must be a whole number from 1 on, is "two""#);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// What may be shown: all of these must let an item in.
    pub filters: Vec<Filter>,
    /// Items that are never shown.
    #[schemars(with = "Vec<IdSchema>")]
    pub blocked: Vec<Id>,
    /// What comes sooner or later; factors of several multiply.
    pub boosts: Vec<Boost>,
    /// Items at fixed places; of several for a place the first that may be shown.
    pub pins: Vec<Pin>,
    /// At most so many of one kind.
    pub caps: Vec<Cap>,
    /// How much a list is mixed, from 0 (not) to 1: each place goes to the item with the most of `(1 - diversity)` of its score
    /// less `diversity` of its likeness to what stands above it (maximal marginal relevance; Carbonell and Goldstein 1998,
    /// doi:10.1145/290941.291025). Alike are items of one category, brand and price.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub diversity: f64,
    /// When what was bought may be shown to its buyer again; of several the one with the deepest category. Without a rule, never;
    /// what may be bought again is always shown by `buy_again`.
    pub rebuy: Vec<Rebuy>,
    /// In `similar`, only dearer things of the same kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upsell: Option<Upsell>,
    /// In `bought_together`, only things of other categories than those in the cart, at this depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub cross_sell: Option<usize>,
    /// The share of places, from 0 to 1, that go to items by chance, so that something is learnt of them.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub explore: f64,
    /// How many days an item that was shown is not shown again, from 0 on; for the impressions that a request passes.
    #[schemars(range(min = 0.0))]
    pub cool_down_days: f64,
    /// How often an item may have been shown within these days, at least 1; only with `cool_down_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub cool_down_after: Option<u32>,
}

/// Tests stand in rules, or by themselves, at paths that begin with one of these.
const BY_THEMSELVES: [&str; 2] = ["like", "contents"];

fn refuse(path: String, why: impl Into<String>) -> crate::Error {
    let within = |of: &'static str| Some((of, path.strip_prefix(of)?.trim_start_matches('.')));
    let (of, path) = match BY_THEMSELVES.into_iter().find_map(within) {
        Some((of, "")) => (of, ".".to_owned()),
        Some((of, below)) => (of, below.to_owned()),
        None => ("rules", path),
    };
    RuleError { of, path, why: why.into() }.into()
}

impl Rules {
    /// Reads rules from JSON.
    ///
    /// # Errors
    /// [`RuleError`] with the path of what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let rules: Self = read_written("rules", text)?;
        rules.validate()?;
        Ok(rules)
    }

    /// Reads the rules of a file, which hold on where a later release refuses what does nothing.
    ///
    /// # Errors
    /// [`RuleError`] with the path of what is wrong.
    pub(super) fn of_file(text: &str) -> Result<Self> {
        let rules: Self = read_json("rules", text)?;
        rules.bounds()?;
        Ok(rules)
    }

    /// The rules as JSON.
    ///
    /// # Errors
    /// None that rules can bring about.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| refuse(".".to_owned(), error.to_string()))
    }

    /// Checks what can be checked without a catalogue.
    ///
    /// # Errors
    /// [`RuleError`] with the path of what is wrong.
    pub fn validate(&self) -> Result<()> {
        self.bounds()?;
        self.acts()
    }

    /// Checks numbers.
    fn bounds(&self) -> Result<()> {
        let share = |name: &str, value: f64| {
            if (0.0..=1.0).contains(&value) {
                return Ok(());
            }
            Err(refuse(name.to_owned(), format!("it must be from 0 to 1, is {value}")))
        };
        share("diversity", self.diversity)?;
        share("explore", self.explore)?;
        for (at, filter) in self.filters.iter().enumerate() {
            filter.only.bounds(&format!("filters[{at}].only"))?;
        }
        for (at, boost) in self.boosts.iter().enumerate() {
            boost.items.bounds(&format!("boosts[{at}].items"))?;
            if !(boost.factor > 0.0 && boost.factor <= 1_000.0) {
                let why = format!("it must be above 0 and at most 1000, is {}", boost.factor);
                return Err(refuse(format!("boosts[{at}].factor"), why));
            }
        }
        let least_one = |path: String, value: usize| {
            if value >= 1 { Ok(()) } else { Err(refuse(path, "it must be at least 1, is 0")) }
        };
        for (at, pin) in self.pins.iter().enumerate() {
            least_one(format!("pins[{at}].position"), pin.position)?;
        }
        for (at, cap) in self.caps.iter().enumerate() {
            least_one(format!("caps[{at}].max"), cap.max)?;
            if let GroupBy::Category(depth) = cap.by {
                least_one(format!("caps[{at}].by.category"), depth)?;
            }
        }
        for (at, rebuy) in self.rebuy.iter().enumerate() {
            if rebuy.after_days.is_some_and(|days| !(days >= 0.0 && days.is_finite())) {
                return Err(refuse(
                    format!("rebuy[{at}].after_days"),
                    "it must be from 0 on and finite, or null",
                ));
            }
        }
        if let Some(upsell) = &self.upsell {
            if !(upsell.from > 0.0 && upsell.to >= upsell.from && upsell.to.is_finite()) {
                let why = format!(
                    "from must be above 0 and to at least from, are {} and {}",
                    upsell.from, upsell.to
                );
                return Err(refuse("upsell".to_owned(), why));
            }
            least_one("upsell.same_category".to_owned(), upsell.same_category)?;
        }
        if let Some(depth) = self.cross_sell {
            least_one("cross_sell".to_owned(), depth)?;
        }
        if let Some(after) = self.cool_down_after {
            least_one("cool_down_after".to_owned(), after as usize)?;
        }
        if !(self.cool_down_days >= 0.0 && self.cool_down_days.is_finite()) {
            return Err(refuse("cool_down_days".to_owned(), "it must be from 0 on and finite"));
        }
        Ok(())
    }
}
