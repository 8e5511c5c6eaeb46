//! What items are compared by.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// A side of an item that it is compared by. Each is a vector of length 1 of its own, or absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Facet {
    /// The categories, each with all above it; the deeper, the rarer, the heavier.
    Category,
    /// The brand.
    Brand,
    /// The tags.
    Tags,
    /// The free attributes, each with its value.
    Attributes,
    /// The price.
    Price,
    /// The words of the name.
    Title,
    /// The words of the description.
    Text,
}

impl Facet {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Category, Self::Brand, Self::Tags, Self::Attributes, Self::Price, Self::Title, Self::Text];

    /// The name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Brand => "brand",
            Self::Tags => "tags",
            Self::Attributes => "attributes",
            Self::Price => "price",
            Self::Title => "title",
            Self::Text => "text",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let allowed = "category, brand, tags, attributes, price, title, text";
        let found = Self::ALL.into_iter().find(|facet| facet.name() == word);
        found.ok_or_else(|| ParamError::UnknownChoice { name: "facet", value: word.to_owned(), allowed })
    }

    /// The letter that features of this facet begin with.
    pub(super) const fn letter(self) -> char {
        match self {
            Self::Category => 'c',
            Self::Brand => 'b',
            Self::Tags => 'g',
            Self::Attributes => 'a',
            Self::Price => 'p',
            Self::Title => 'n',
            Self::Text => 't',
        }
    }

    /// The facet of a feature, by its letter, and the rest of it.
    pub(super) fn of_feature(feature: &str) -> Option<(Self, &str)> {
        let mut letters = feature.chars();
        let letter = letters.next()?;
        let facet = Self::ALL.into_iter().find(|facet| facet.letter() == letter && *facet != Self::Price)?;
        Some((facet, letters.as_str()))
    }
}
