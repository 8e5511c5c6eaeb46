//! Parameters of [`ContentSimilarity`](crate::content::ContentSimilarity).

use serde::{Deserialize, Serialize};

use crate::content::{ContentSimilarity, Facet};
use crate::error::ParamError;
use crate::params::{Params, at_least};

/// The longest piece of a word that is a feature.
const MAX_NGRAM: usize = 20;

/// What items are compared by, and how much each counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentSimilarityParams {
    pub(super) category: f64,
    pub(super) brand: f64,
    pub(super) tags: f64,
    pub(super) attributes: f64,
    pub(super) price: f64,
    pub(super) title: f64,
    pub(super) text: f64,
    pub(super) ngrams: Option<(usize, usize)>,
    pub(super) price_ratio: f64,
    pub(super) max_df: f64,
}

impl ContentSimilarity {
    /// Parameters with their defaults: category and title weigh 2, brand, tags, attributes and text 1, price 0.5; whole
    /// words; prices alike below a ratio of 2; what more than half of the items have counts for nothing.
    #[must_use]
    pub fn params() -> ContentSimilarityParams {
        ContentSimilarityParams {
            category: 2.0,
            brand: 1.0,
            tags: 1.0,
            attributes: 1.0,
            price: 0.5,
            title: 2.0,
            text: 1.0,
            ngrams: None,
            price_ratio: 2.0,
            max_df: 0.5,
        }
    }
}

impl ContentSimilarityParams {
    /// How much a facet counts, from 0; of at least one more than 0. Only ratios of weights matter.
    #[must_use]
    pub fn weight(mut self, facet: Facet, weight: f64) -> Self {
        let field = match facet {
            Facet::Category => &mut self.category,
            Facet::Brand => &mut self.brand,
            Facet::Tags => &mut self.tags,
            Facet::Attributes => &mut self.attributes,
            Facet::Price => &mut self.price,
            Facet::Title => &mut self.title,
            Facet::Text => &mut self.text,
        };
        *field = weight;
        self
    }

    /// Compares pieces of words of this many characters, from 1 to 20, both ends included, in place of whole words: for
    /// languages in which words change their endings, `(3, 5)` is usual. `None` for whole words.
    #[must_use]
    pub fn ngrams(mut self, ngrams: Option<(usize, usize)>) -> Self {
        self.ngrams = ngrams;
        self
    }

    /// How many times as high one price may be as another before the two have nothing in common, above 1.
    #[must_use]
    pub fn price_ratio(mut self, price_ratio: f64) -> Self {
        self.price_ratio = price_ratio;
        self
    }

    /// The share of all items, above 0 and at most 1, beyond which those who have a feature are too many for it to say
    /// anything: it is left out.
    #[must_use]
    pub fn max_df(mut self, max_df: f64) -> Self {
        self.max_df = max_df;
        self
    }

    /// How much a facet counts.
    pub(super) fn weight_of(&self, facet: Facet) -> f64 {
        match facet {
            Facet::Category => self.category,
            Facet::Brand => self.brand,
            Facet::Tags => self.tags,
            Facet::Attributes => self.attributes,
            Facet::Price => self.price,
            Facet::Title => self.title,
            Facet::Text => self.text,
        }
    }
}

impl Params for ContentSimilarityParams {
    fn validate(&self) -> Result<(), ParamError> {
        for facet in Facet::ALL {
            let (name, value) = (facet.name(), self.weight_of(facet));
            if !(0.0..=1e6).contains(&value) {
                return Err(ParamError::OutOfRange { name, value, allowed: "from 0 to 1,000,000" });
            }
        }
        // Prices alone make no neighbours.
        if Facet::ALL.into_iter().all(|facet| facet == Facet::Price || self.weight_of(facet) == 0.0) {
            let allowed = "above 0, or another weight beside that of the price";
            return Err(ParamError::OutOfRange { name: "category", value: self.category, allowed });
        }
        if let Some((min, max)) = self.ngrams {
            at_least("ngrams", min, 1)?;
            at_least("ngrams", max, min)?;
            if max > MAX_NGRAM {
                let (value, max) = (max as u64, MAX_NGRAM as u64);
                return Err(ParamError::TooLarge { name: "ngrams", value, max });
            }
        }
        if !(self.price_ratio > 1.0 && self.price_ratio.is_finite()) {
            let value = self.price_ratio;
            return Err(ParamError::OutOfRange { name: "price_ratio", value, allowed: "above 1 and finite" });
        }
        if !(self.max_df > 0.0 && self.max_df <= 1.0) {
            let value = self.max_df;
            return Err(ParamError::OutOfRange { name: "max_df", value, allowed: "above 0 and at most 1" });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_named_with_its_value() {
        let params = ContentSimilarity::params;
        assert_eq!(params().validate(), Ok(()));
        let message = |params: ContentSimilarityParams| params.validate().unwrap_err().to_string();
        assert_eq!(message(params().weight(Facet::Tags, -1.0)), "tags must be from 0 to 1,000,000, got -1");
        assert_eq!(
            message(params().weight(Facet::Text, f64::NAN)),
            "text must be from 0 to 1,000,000, got NaN"
        );
        assert_eq!(message(params().ngrams(Some((3, 2)))), "ngrams must be at least 3, got 2");
        assert_eq!(message(params().ngrams(Some((0, 2)))), "ngrams must be at least 1, got 0");
        assert_eq!(message(params().ngrams(Some((3, 21)))), "ngrams must be at most 20, got 21");
        assert_eq!(message(params().price_ratio(1.0)), "price_ratio must be above 1 and finite, got 1");
        assert_eq!(message(params().max_df(0.0)), "max_df must be above 0 and at most 1, got 0");
        let none = Facet::ALL.into_iter().fold(params(), |params, facet| params.weight(facet, 0.0));
        assert!(message(none.weight(Facet::Price, 1.0)).starts_with("category must be above 0"));
    }
}
