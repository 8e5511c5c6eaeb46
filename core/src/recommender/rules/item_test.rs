//! What an item is like, as a tree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::of_kind;
use super::goods::Goods;
use super::{IdSchema, refuse};
use crate::data::Id;
use crate::error::Result;
use crate::recommender::state::Items;

/// Deeper trees are refused.
const MAX_DEPTH: usize = 32;

/// From the first to the second, both included; a missing one does not bound.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PriceRange {
    /// The least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// What an item is like. A fact that is not known passes no test but `not`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemTest {
    /// All of these, of which there is one at least.
    All(#[schemars(length(min = 1))] Vec<ItemTest>),
    /// One of these at least.
    Any(#[schemars(length(min = 1))] Vec<ItemTest>),
    /// Not this.
    Not(Box<ItemTest>),
    /// In the category of this path, or below it.
    Category(String),
    /// Of this brand.
    Brand(String),
    /// With this tag.
    Tag(String),
    /// With this free attribute, name and value.
    Attribute(String, String),
    /// At a price in this range.
    Price(PriceRange),
    /// With a margin, `(price - cost) / price`, in this range.
    Margin(PriceRange),
    /// With more than none in stock, or not.
    InStock(bool),
    /// Launched in the last days, counted from the latest order.
    LaunchedWithinDays(#[schemars(range(min = 0.0))] f64),
    /// One of these items.
    Item(#[schemars(with = "Vec<IdSchema>")] Vec<Id>),
}

impl ItemTest {
    /// Whether it depends on the day.
    pub(super) fn is_of_today(&self) -> bool {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().any(Self::is_of_today),
            Self::Not(test) => test.is_of_today(),
            Self::LaunchedWithinDays(_) => true,
            _ => false,
        }
    }

    /// Checks all that can be checked of a test that stands by itself.
    pub(in crate::recommender) fn validate_for(
        &self,
        path: &str,
        items: &Items,
        goods: &Goods,
    ) -> Result<()> {
        self.validate(path)?;
        self.each_leaf(path, &mut |path, leaf| leaf.check(path, items, goods))
    }

    /// Hands over each test that is made of no others, with its path.
    pub(super) fn each_leaf(
        &self,
        path: &str,
        take: &mut dyn FnMut(&str, &Self) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::All(tests) | Self::Any(tests) => {
                let name = if matches!(self, Self::All(_)) { "all" } else { "any" };
                let mut each = tests.iter().enumerate();
                each.try_for_each(|(at, test)| test.each_leaf(&format!("{path}.{name}[{at}]"), take))
            }
            Self::Not(test) => test.each_leaf(&format!("{path}.not"), take),
            leaf => take(path, leaf),
        }
    }

    /// Checks what can be checked without a catalogue.
    pub(in crate::recommender) fn validate(&self, path: &str) -> Result<()> {
        self.bounds(path)?;
        self.refuse_empty(path)
    }

    /// Refuses a list of no tests, which lets all in, or nothing.
    pub(super) fn refuse_empty(&self, path: &str) -> Result<()> {
        match self {
            Self::All(tests) | Self::Any(tests) => {
                let name = if matches!(self, Self::All(_)) { "all" } else { "any" };
                if tests.is_empty() {
                    return Err(refuse(format!("{path}.{name}"), "it must be a list of at least 1, is []"));
                }
                let mut each = tests.iter().enumerate();
                each.try_for_each(|(at, test)| test.refuse_empty(&format!("{path}.{name}[{at}]")))
            }
            Self::Not(test) => test.refuse_empty(&format!("{path}.not")),
            _ => Ok(()),
        }
    }

    /// Checks numbers, and how deep it is.
    pub(super) fn bounds(&self, path: &str) -> Result<()> {
        self.bounds_at(path, 0)
    }

    fn bounds_at(&self, path: &str, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(refuse(path.to_owned(), format!("it is nested deeper than {MAX_DEPTH}")));
        }
        match self {
            Self::All(tests) | Self::Any(tests) => {
                let name = if matches!(self, Self::All(_)) { "all" } else { "any" };
                let each = tests.iter().enumerate();
                each.into_iter()
                    .try_for_each(|(at, test)| test.bounds_at(&format!("{path}.{name}[{at}]"), depth + 1))
            }
            Self::Not(test) => test.bounds_at(&format!("{path}.not"), depth + 1),
            Self::Price(range) | Self::Margin(range) => {
                let name = if matches!(self, Self::Price(_)) { "price" } else { "margin" };
                let bad = |value: f64| value.is_nan() || value.is_infinite();
                if range.min.is_some_and(bad) || range.max.is_some_and(bad) {
                    return Err(refuse(format!("{path}.{name}"), "its bounds must be finite"));
                }
                if let (Some(min), Some(max)) = (range.min, range.max)
                    && min > max
                {
                    return Err(refuse(format!("{path}.{name}"), format!("min {min} is above max {max}")));
                }
                Ok(())
            }
            Self::LaunchedWithinDays(days) if !(*days >= 0.0 && days.is_finite()) => {
                Err(refuse(format!("{path}.launched_within_days"), "it must be from 0 on and finite"))
            }
            _ => Ok(()),
        }
    }

    /// Checks a test that is made of no others against items and catalogue: an id of the other type, a category, a brand, a price range
    /// where nothing has any is a slip.
    pub(super) fn check(&self, path: &str, items: &Items, goods: &Goods) -> Result<()> {
        if let Self::Item(ids) = self {
            let mut each = ids.iter().enumerate();
            return each.try_for_each(|(at, id)| of_kind(format!("{path}.item[{at}]"), id, items));
        }
        let Some(catalog) = goods.catalog() else {
            return Err(refuse(path.to_owned(), "there is no catalogue to look it up in"));
        };
        let needed = |has: bool, name: &str, what: &str| {
            let why = || format!("no item of the catalogue has {what}");
            if has { Ok(()) } else { Err(refuse(format!("{path}.{name}"), why())) }
        };
        let lacks = |what: &str| Err(refuse(path.to_owned(), format!("the catalogue has no {what}")));
        match self {
            Self::Category(category) if catalog.categories().find(category).is_err() => {
                lacks(&format!("category '{category}'"))
            }
            Self::Brand(brand) if !catalog.brands().any(|known| known == brand) => {
                lacks(&format!("brand '{brand}'"))
            }
            Self::Tag(tag) if !catalog.tags().any(|known| known == tag) => lacks(&format!("tag '{tag}'")),
            Self::Attribute(name, _) if !catalog.attribute_names().any(|known| known == name) => {
                lacks(&format!("attribute '{name}'"))
            }
            Self::Attribute(name, value) if catalog.items_with_attribute(name, value).is_err() => {
                lacks(&format!("attribute '{name}' of value '{value}'"))
            }
            Self::Price(_) => needed(goods.has_prices(), "price", "a price"),
            Self::Margin(_) => needed(goods.has_margins(), "margin", "a price and a cost"),
            Self::InStock(_) => needed(goods.has_stocks(), "in_stock", "a stock"),
            Self::LaunchedWithinDays(_) => {
                needed(!goods.by_launch().is_empty(), "launched_within_days", "a launch")
            }
            _ => Ok(()),
        }
    }
}
