//! What a customer can lean to.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// The names of facets, for those who misspell them.
const ALLOWED: &str = "category, brand, price_band, tag, attribute:NAME, weekday, hour, column:NAME";

/// A side of what customers buy and do, such as the brand of an item or the hour of an order.
///
/// The first five are facets of items: each item of an order counts once for what it is. The others are facets of occasions:
/// an order, or a session, counts once for when and where it was.
///
/// ```
/// use kosar::affinity::Facet;
///
/// assert_eq!(Facet::parse("price_band")?, Facet::PriceBand);
/// assert_eq!(Facet::parse("column:channel")?, Facet::Column("channel".to_owned()));
/// assert_eq!(Facet::Attribute("colour".to_owned()).to_string(), "attribute:colour");
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[non_exhaustive]
pub enum Facet {
    /// The categories of the catalogue by their paths, those above an item's own included.
    Category,
    /// The brand that the catalogue names.
    Brand,
    /// What was paid for one, in bands: `1` is the cheapest.
    PriceBand,
    /// The tags of the catalogue.
    Tag,
    /// A free attribute of the catalogue.
    Attribute(String),
    /// The day of the week, `monday` to `sunday`, where the customer is.
    Weekday,
    /// The hour of the day, `0` to `23`, where the customer is.
    Hour,
    /// A column that the log of orders, or of events, has kept: channel, device, country.
    Column(String),
}

impl Facet {
    /// Reads a name: `category`, `brand`, `price_band`, `tag`, `attribute:NAME`, `weekday`, `hour` or `column:NAME`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        Ok(match (word, word.split_once(':')) {
            ("category", _) => Self::Category,
            ("brand", _) => Self::Brand,
            ("price_band", _) => Self::PriceBand,
            ("tag", _) => Self::Tag,
            ("weekday", _) => Self::Weekday,
            ("hour", _) => Self::Hour,
            (_, Some(("attribute", name))) if !name.is_empty() => Self::Attribute(name.to_owned()),
            (_, Some(("column", name))) if !name.is_empty() => Self::Column(name.to_owned()),
            _ => {
                let value = word.to_owned();
                return Err(ParamError::UnknownChoice { name: "facet", value, allowed: ALLOWED });
            }
        })
    }

    /// Where the sums of a facet are kept.
    pub(super) fn source(&self) -> Source {
        match self {
            Self::Category | Self::Brand | Self::Tag | Self::Attribute(_) => Source::Items,
            Self::PriceBand => Source::Prices,
            Self::Weekday | Self::Hour => Source::Hours,
            Self::Column(name) => Source::Column(name.clone()),
        }
    }

    /// Whether it is one of items that the catalogue tells.
    pub(super) fn is_of_catalog(&self) -> bool {
        self.source() == Source::Items
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Category => f.write_str("category"),
            Self::Brand => f.write_str("brand"),
            Self::PriceBand => f.write_str("price_band"),
            Self::Tag => f.write_str("tag"),
            Self::Attribute(name) => write!(f, "attribute:{name}"),
            Self::Weekday => f.write_str("weekday"),
            Self::Hour => f.write_str("hour"),
            Self::Column(name) => write!(f, "column:{name}"),
        }
    }
}

impl From<Facet> for String {
    fn from(facet: Facet) -> Self {
        facet.to_string()
    }
}

impl TryFrom<String> for Facet {
    type Error = ParamError;

    fn try_from(word: String) -> Result<Self, ParamError> {
        Self::parse(&word)
    }
}

/// What sums are kept by: everything that a facet says is derived from one of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Items, by their ids.
    Items,
    /// Prices of one, in millionths.
    Prices,
    /// Hours of the week: 24 for each day, from Monday on.
    Hours,
    /// The words of a kept column.
    Column(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for name in
            ["category", "brand", "price_band", "tag", "attribute:a:b", "weekday", "hour", "column:channel"]
        {
            assert_eq!(Facet::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn what_is_no_facet_is_refused_with_all_that_are() {
        for name in ["", "colour", "column:", "attribute", "Category", "hour:1"] {
            let error = Facet::parse(name).unwrap_err().to_string();
            assert!(error.starts_with("facet must be one of category, brand"), "{error}");
            assert!(error.ends_with(&format!("got '{name}'")), "{error}");
        }
    }
}
