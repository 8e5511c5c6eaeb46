//! Which baskets of a log are looked at: of items or categories, of orders or customers.

use serde::{Deserialize, Serialize};

use crate::data::{Baskets, Catalog, OrderLog};
use crate::error::{ParamError, Result};

/// What stands in the baskets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub enum Level {
    /// The items themselves.
    #[default]
    Item,
    /// The categories of a depth, counted from 1, the widest, in place of the items: [`Baskets::at_level`].
    Depth(usize),
    /// The items and every category above them: [`Baskets::with_categories`].
    Mixed,
}

impl Level {
    /// Reads `item` or `mixed`; a depth is a number, [`Level::Depth`].
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "item" => Ok(Self::Item),
            "mixed" => Ok(Self::Mixed),
            _ => Err(ParamError::UnknownChoice {
                name: "level",
                value: word.to_owned(),
                allowed: "item, mixed, or a depth from 1",
            }),
        }
    }
}

impl Level {
    /// The depth of the categories that stand in the place of items; `None` where these themselves do.
    #[must_use]
    pub const fn depth(self) -> Option<usize> {
        match self {
            Self::Depth(depth) => Some(depth),
            Self::Item | Self::Mixed => None,
        }
    }
}

impl std::fmt::Display for Level {
    /// Writes `item`, `mixed`, or the depth.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Item => f.write_str("item"),
            Self::Depth(depth) => depth.fmt(f),
            Self::Mixed => f.write_str("mixed"),
        }
    }
}

/// A level as it is written down: a word, or the depth.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Depth(usize),
    Word(String),
}

impl From<Level> for Form {
    fn from(level: Level) -> Self {
        match level {
            Level::Depth(depth) => Self::Depth(depth),
            Level::Item | Level::Mixed => Self::Word(level.to_string()),
        }
    }
}

impl TryFrom<Form> for Level {
    type Error = ParamError;

    fn try_from(form: Form) -> Result<Self, ParamError> {
        match form {
            Form::Depth(depth) => Ok(Self::Depth(depth)),
            Form::Word(word) => Self::parse(&word),
        }
    }
}

/// Whose baskets they are, and so what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A customer: everything that they bought, at any time.
    Customer,
    /// An order: what was bought at once.
    Order,
}

impl Unit {
    /// Reads `customer` or `order`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "customer" => Ok(Self::Customer),
            "order" => Ok(Self::Order),
            _ => Err(ParamError::UnknownChoice {
                name: "unit",
                value: word.to_owned(),
                allowed: "customer, order",
            }),
        }
    }

    /// Refuses what a matrix of customers and items does not have: orders.
    pub(crate) fn check_with_matrix(self) -> Result<(), ParamError> {
        match self {
            Self::Customer => Ok(()),
            Self::Order => {
                let (allowed, with) = ("customer", "a matrix of customers and items");
                Err(ParamError::NotWith { name: "unit", allowed, with })
            }
        }
    }
}

/// Which baskets of a log are looked at.
///
/// ```
/// use kosar::data::{BasketView, Catalog, Level, OrderLog, Unit};
///
/// let log = OrderLog::from_baskets([vec!["rye", "tea"], vec!["bun"]])?;
/// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("bun", "Food/Bread"), ("tea", "Drinks")])?;
/// let view = BasketView { level: Level::Depth(2), unit: Unit::Order };
/// let baskets = view.baskets(&log, Some(&catalog))?;
/// assert_eq!(baskets.items().iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["Drinks", "Food/Bread"]);
/// assert!(view.baskets(&log, None).is_err());
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasketView {
    /// What stands in them.
    pub level: Level,
    /// Whose they are.
    pub unit: Unit,
}

impl Default for BasketView {
    /// The items of orders.
    fn default() -> Self {
        Self { level: Level::Item, unit: Unit::Order }
    }
}

impl BasketView {
    /// Refuses a depth of 0.
    ///
    /// # Errors
    /// [`ParamError::TooSmall`].
    pub fn validate(&self) -> Result<(), ParamError> {
        match self.level {
            Level::Depth(depth) => crate::params::at_least("level", depth, 1),
            Level::Item | Level::Mixed => Ok(()),
        }
    }

    /// The baskets of a log. Level item looks at no catalogue.
    ///
    /// With unit customer, the baskets that [`Baskets::unplaced`] counts are customers'.
    ///
    /// # Errors
    /// [`ParamError::NoCatalog`] for another level without a catalogue; [`ParamError::TooSmall`] and
    /// [`ParamError::TooLarge`] for a depth that no category has; [`Error::MissingColumn`](crate::Error::MissingColumn) in
    /// a log without items, or without customers for unit customer; as [`Baskets::at_level`] and
    /// [`Baskets::with_categories`] otherwise.
    pub fn baskets(&self, log: &OrderLog, catalog: Option<&Catalog>) -> Result<Baskets> {
        self.validate()?;
        let given = || catalog.ok_or(ParamError::NoCatalog { level: self.level.to_string() });
        if self.level != Level::Item {
            given()?;
        }
        let baskets = match self.unit {
            Unit::Order => log.baskets()?,
            Unit::Customer => {
                log.need_customers("unit customer")?;
                log.baskets()?.by_owner()?
            }
        };
        match self.level {
            Level::Item => Ok(baskets),
            Level::Depth(depth) => {
                let max = given()?.categories().depth().max(1);
                if depth > max {
                    let (value, max) = (depth as u64, max as u64);
                    return Err(ParamError::TooLarge { name: "level", value, max }.into());
                }
                baskets.at_level(given()?, depth)
            }
            Level::Mixed => baskets.with_categories(given()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::LogOptions;
    use crate::datasets::toy;

    fn catalog(log: &OrderLog) -> Catalog {
        let items: Vec<String> = log.items().unwrap().iter().map(|id| id.to_string()).collect();
        Catalog::from_paths(items.iter().skip(1).map(|item| (item.as_str(), "All/Things"))).unwrap()
    }

    fn view(level: Level, unit: Unit) -> BasketView {
        BasketView { level, unit }
    }

    #[test]
    fn each_view_is_the_baskets_that_it_names() {
        let log = toy::corner_shop().to_log(LogOptions::default()).unwrap();
        let catalog = catalog(&log);
        let baskets = log.baskets().unwrap();
        let of = |level, unit| view(level, unit).baskets(&log, Some(&catalog)).unwrap();
        assert_eq!(of(Level::Item, Unit::Order), baskets);
        assert_eq!(BasketView::default().baskets(&log, None).unwrap(), baskets);
        assert_eq!(of(Level::Item, Unit::Customer), baskets.by_owner().unwrap());
        assert_eq!(of(Level::Depth(1), Unit::Order), baskets.at_level(&catalog, 1).unwrap());
        let mixed = of(Level::Mixed, Unit::Customer);
        assert_eq!(mixed, baskets.by_owner().unwrap().with_categories(&catalog).unwrap());
        assert!(mixed.hierarchy().is_some() && mixed.unplaced().items.len() == 1);
    }

    #[test]
    fn a_view_that_the_data_cannot_give_is_refused_with_what_it_needs() {
        let log = toy::corner_shop().to_log(LogOptions::default()).unwrap();
        let catalog = catalog(&log);
        let message = |view: BasketView, catalog| view.baskets(&log, catalog).unwrap_err().to_string();
        assert_eq!(
            message(view(Level::Mixed, Unit::Order), None),
            "level mixed needs a catalogue, got none; give one, or level item"
        );
        assert!(message(view(Level::Depth(2), Unit::Order), None).starts_with("level 2 needs a catalogue"));
        let depth = |depth| message(view(Level::Depth(depth), Unit::Order), Some(&catalog));
        assert_eq!(depth(0), "level must be at least 1, got 0");
        assert_eq!(depth(3), "level must be at most 2, got 3");
        let nameless = OrderLog::from_baskets([vec!["a"]]).unwrap();
        let error = view(Level::Item, Unit::Customer).baskets(&nameless, None).unwrap_err();
        assert_eq!(error.to_string(), "the log has no customer column, which unit customer needs");
    }

    #[test]
    fn words_and_depths_are_read_as_they_are_written() {
        for (level, json) in [(Level::Item, "\"item\""), (Level::Depth(2), "2"), (Level::Mixed, "\"mixed\"")]
        {
            assert_eq!(serde_json::to_string(&level).unwrap(), json);
            assert_eq!(serde_json::from_str::<Level>(json).unwrap(), level);
        }
        assert!(serde_json::from_str::<Level>("\"aisle\"").is_err());
        let message = Level::parse("aisle").unwrap_err().to_string();
        assert_eq!(message, "level must be one of item, mixed, or a depth from 1, got 'aisle'");
        assert_eq!(Unit::parse("order"), Ok(Unit::Order));
        assert!(Unit::parse("basket").is_err());
    }
}
