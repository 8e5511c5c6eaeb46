//! What customers are clustered by.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// What a log may tell of a customer; each is a column of numbers, several, or a column of words.
///
/// All are taken of what lies before `as_of`. Orders are those that count: with a line of positive value, as in
/// [`Rfm`](crate::rfm::Rfm). Times are in UTC as they are in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Feature {
    /// Whole days from the last order to `as_of`.
    Recency,
    /// The number of orders.
    Frequency,
    /// What was spent less what was returned. Needs prices.
    Monetary,
    /// Whole days from the first order to `as_of`.
    Tenure,
    /// The mean number of days between two orders; after a single order, the days since it, as there was none in these.
    Interval,
    /// The mean number of different items in an order. Needs items.
    BasketSize,
    /// The mean of what was paid for an order, returns aside. Needs prices.
    OrderValue,
    /// The share of the bought lines that were discounted: those with a number above 0, or a word, in the column
    /// `discount_column`. Needs that column among the kept ones.
    Discount,
    /// The share of the lines that were returns. Needs a line that was returned.
    Returns,
    /// The shares of the orders placed at night (0 to 6 o'clock), in the morning (to 12), in the afternoon (to 18) and in
    /// the evening: four columns. Needs a time of day: an order that is not at midnight.
    DayPart,
    /// The share of the orders placed on a Saturday or Sunday.
    Weekend,
    /// The shares of what was spent (in a log without prices, of the lines bought) in each of the widest categories that
    /// most is spent in, `max_categories` of them, and in all others: so many columns. An item in several counts in equal
    /// parts. Needs items and a catalogue.
    Categories,
    /// The word that most orders have in the column `channel_column`, the first in order of equally frequent ones. Needs
    /// that column of words among the kept ones. Words are clustered by [`KPrototypes`](crate::cluster::KPrototypes).
    Channel,
}

/// Every feature with its name.
const NAMES: [(Feature, &str); 13] = [
    (Feature::Recency, "recency"),
    (Feature::Frequency, "frequency"),
    (Feature::Monetary, "monetary"),
    (Feature::Tenure, "tenure"),
    (Feature::Interval, "interval"),
    (Feature::BasketSize, "basket_size"),
    (Feature::OrderValue, "order_value"),
    (Feature::Discount, "discount"),
    (Feature::Returns, "returns"),
    (Feature::DayPart, "day_part"),
    (Feature::Weekend, "weekend"),
    (Feature::Categories, "categories"),
    (Feature::Channel, "channel"),
];

impl Feature {
    /// Every feature, in the order of their columns.
    pub const ALL: [Self; 13] = {
        let mut all = [Self::Recency; 13];
        let mut at = 0;
        while at < all.len() {
            all[at] = NAMES[at].0;
            at += 1;
        }
        all
    };

    /// The name: `recency`, `basket_size` and so on.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(feature, _)| *feature == self).map_or("", |(_, name)| name)
    }

    /// Reads a name.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let found = NAMES.iter().find(|(_, name)| *name == word);
        found.map(|(feature, _)| *feature).ok_or_else(|| ParamError::UnknownChoice {
            name: "features",
            value: word.to_owned(),
            allowed: "recency, frequency, monetary, tenure, interval, basket_size, order_value, discount, returns, \
                      day_part, weekend, categories, channel, or rfm or all by themselves",
        })
    }
}

/// Which features are taken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Features {
    /// Recency, frequency, and in a log with prices monetary value.
    #[default]
    Rfm,
    /// Whatever the log, and the catalogue where one is given, can tell.
    All,
    /// These; one that the log cannot tell is an error.
    Only(Vec<Feature>),
}

impl Features {
    /// Reads names of features, or the single word `rfm` or `all`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, ParamError> {
        let words: Vec<&str> = words.into_iter().collect();
        match words[..] {
            ["rfm"] => Ok(Self::Rfm),
            ["all"] => Ok(Self::All),
            _ => Ok(Self::Only(words.into_iter().map(Feature::parse).collect::<Result<_, _>>()?)),
        }
    }

    /// Refuses an empty list, and a feature named twice.
    pub(super) fn validate(&self) -> Result<(), ParamError> {
        let Self::Only(named) = self else { return Ok(()) };
        crate::params::at_least("the number of features", named.len(), 1)?;
        let twice = named.iter().enumerate().find(|(at, feature)| named[..*at].contains(feature));
        match twice {
            Some((_, feature)) => {
                Err(ParamError::Twice { name: "features", what: "feature", id: feature.as_str().to_owned() })
            }
            None => Ok(()),
        }
    }
}

impl<F: IntoIterator<Item = Feature>> From<F> for Features {
    fn from(named: F) -> Self {
        Self::Only(named.into_iter().collect())
    }
}

/// One column of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Measure {
    Recency,
    Frequency,
    Monetary,
    Tenure,
    Interval,
    BasketSize,
    OrderValue,
    Discount,
    Returns,
    /// A quarter of the day, from 0.
    DayPart(u8),
    Weekend,
    /// The path of a category of depth 1.
    Category(String),
    /// All other categories, and what stands in none.
    OtherCategories,
}

impl Measure {
    /// The feature that it is, or is a part of.
    pub(super) const fn feature(&self) -> Feature {
        match self {
            Self::Recency => Feature::Recency,
            Self::Frequency => Feature::Frequency,
            Self::Monetary => Feature::Monetary,
            Self::Tenure => Feature::Tenure,
            Self::Interval => Feature::Interval,
            Self::BasketSize => Feature::BasketSize,
            Self::OrderValue => Feature::OrderValue,
            Self::Discount => Feature::Discount,
            Self::Returns => Feature::Returns,
            Self::DayPart(_) => Feature::DayPart,
            Self::Weekend => Feature::Weekend,
            Self::Category(_) | Self::OtherCategories => Feature::Categories,
        }
    }

    /// Whether it is an amount, a count or a span of time, which are skewed; otherwise it is a share.
    pub(super) const fn is_amount(&self) -> bool {
        matches!(
            self.feature(),
            Feature::Recency
                | Feature::Frequency
                | Feature::Monetary
                | Feature::Tenure
                | Feature::Interval
                | Feature::BasketSize
                | Feature::OrderValue
        )
    }

    /// The name of its column in a table; categories share one.
    pub(super) const fn column(&self) -> &'static str {
        match self {
            Self::Recency => "recency_days",
            Self::Frequency => "frequency",
            Self::Monetary => "monetary",
            Self::Tenure => "tenure_days",
            Self::Interval => "interval_days",
            Self::BasketSize => "basket_size",
            Self::OrderValue => "order_value",
            Self::Discount => "discount_share",
            Self::Returns => "return_share",
            Self::DayPart(0) => "night_share",
            Self::DayPart(1) => "morning_share",
            Self::DayPart(2) => "afternoon_share",
            Self::DayPart(_) => "evening_share",
            Self::Weekend => "weekend_share",
            Self::Category(_) | Self::OtherCategories => "category_share",
        }
    }

    /// Its name among all measures: that of its column, of a category with its path.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Category(path) => format!("category {path}"),
            Self::OtherCategories => "other categories".to_owned(),
            _ => self.column().to_owned(),
        }
    }

    /// What customers are who have little of it, and much. Of the parts of a whole only the latter is told, as the rest follows.
    pub(super) fn words(&self) -> (Option<&'static str>, String) {
        let (low, high) = match self {
            Self::Recency => ("recent buyers", "long gone"),
            Self::Frequency => ("rare buyers", "frequent buyers"),
            Self::Monetary => ("small spenders", "big spenders"),
            Self::Tenure => ("new customers", "long-standing customers"),
            Self::Interval => ("short intervals", "long intervals"),
            Self::BasketSize => ("small baskets", "large baskets"),
            Self::OrderValue => ("cheap orders", "expensive orders"),
            Self::Discount => ("seldom at a discount", "often at a discount"),
            Self::Returns => ("few returns", "many returns"),
            Self::Weekend => ("seldom at weekends", "often at weekends"),
            Self::DayPart(0) => return (None, "often at night".to_owned()),
            Self::DayPart(1) => return (None, "often in the morning".to_owned()),
            Self::DayPart(2) => return (None, "often in the afternoon".to_owned()),
            Self::DayPart(_) => return (None, "often in the evening".to_owned()),
            Self::OtherCategories => return (None, "much of other categories".to_owned()),
            Self::Category(path) => return (None, format!("much {path}")),
        };
        (Some(low), high.to_owned())
    }
}

/// What features became columns: settled in a fit, kept for customers who come later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// The columns of numbers, those of a feature side by side.
    pub(super) measures: Vec<Measure>,
    /// The words of the channel, rising; `None` where it is not among the features.
    pub(super) channels: Option<Vec<String>>,
}

impl Plan {
    /// Recency, frequency and, where there are prices, monetary value.
    pub(super) fn rfm(has_monetary: bool) -> Self {
        let all = [Measure::Recency, Measure::Frequency, Measure::Monetary];
        Self { measures: all.into_iter().take(if has_monetary { 3 } else { 2 }).collect(), channels: None }
    }

    /// For each column of numbers, how many its feature has.
    pub(super) fn siblings(&self) -> Vec<usize> {
        let same = |a: &Measure| self.measures.iter().filter(|b| a.feature() == b.feature()).count();
        self.measures.iter().map(same).collect()
    }

    /// Whether a fit can have settled this.
    pub(super) fn is_valid(&self) -> bool {
        let distinct = self.measures.iter().enumerate().all(|(at, one)| !self.measures[..at].contains(one));
        let parts = self.measures.iter().all(|one| !matches!(one, Measure::DayPart(4..)));
        let words = self.channels.as_ref().is_none_or(|words| words.is_sorted_by(|a, b| a < b));
        distinct && parts && words && (!self.measures.is_empty() || self.channels.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_name_that_reads_back() {
        for (at, feature) in Feature::ALL.into_iter().enumerate() {
            assert_eq!(Feature::parse(feature.as_str()), Ok(feature));
            assert!(!Feature::ALL[..at].contains(&feature));
            assert_eq!(serde_json::to_value(feature).unwrap(), feature.as_str());
        }
        let error = Features::parse(["recency", "age"]).unwrap_err().to_string();
        assert!(error.starts_with("features must be one of recency, frequency, monetary,"), "{error}");
        assert!(error.ends_with("channel, or rfm or all by themselves, got 'age'"), "{error}");
    }

    #[test]
    fn features_are_named_once_and_at_least_one_is() {
        assert_eq!(Features::parse(["all"]), Ok(Features::All));
        assert_eq!(Features::default(), Features::Rfm);
        let twice = Features::from([Feature::Recency, Feature::Tenure, Feature::Recency]).validate();
        assert_eq!(twice.unwrap_err().to_string(), "features must name each feature once, got recency twice");
        let none = Features::from([]).validate().unwrap_err();
        assert_eq!(none.to_string(), "the number of features must be at least 1, got 0");
    }
}
