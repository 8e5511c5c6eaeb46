//! Parameters of [`Affinity`].

use serde::{Deserialize, Serialize};

use crate::affinity::{Affinity, Facet};
use crate::data::{EventKind, KindWeights};
use crate::error::ParamError;
use crate::money::Money;
use crate::params::{Params, at_least};
use crate::time::{Time, Zone};

/// The most bands of prices.
const MAX_BANDS: usize = 100;

/// What values of a facet are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OrderBy {
    /// The customer's share: what they will most probably turn to next.
    Share,
    /// The lift: what sets them apart from others.
    Lift,
}

impl OrderBy {
    /// The name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Lift => "lift",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "share" => Ok(Self::Share),
            "lift" => Ok(Self::Lift),
            _ => {
                let allowed = "share, lift";
                Err(ParamError::UnknownChoice { name: "order", value: word.to_owned(), allowed })
            }
        }
    }
}

/// What counts how much, by which facets, and how far the population speaks for a customer of whom little is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AffinityParams {
    pub(super) facets: Option<Vec<Facet>>,
    #[serde(with = "by_name")]
    pub(super) weights: Option<KindWeights>,
    pub(super) purchase_events: Option<bool>,
    pub(super) half_life_days: Option<f64>,
    pub(super) as_of: Option<Time>,
    pub(super) prior: f64,
    pub(super) price_bands: usize,
    pub(super) price_cut_points: Option<Vec<Money>>,
    pub(super) time_zone: Option<String>,
    pub(super) min_customers: usize,
    pub(super) order: OrderBy,
}

impl Affinity {
    /// Parameters with their defaults: category, brand, price band, weekday and hour as far as the data tells them; the
    /// weights of kinds of [`KindWeights`], an item of an order weighing as much as a purchase; no decay; a prior of 100
    /// (twenty purchases); five price bands by quantiles; UTC; every value shown; ordered by share.
    #[must_use]
    pub fn params() -> AffinityParams {
        AffinityParams {
            facets: None,
            weights: None,
            purchase_events: None,
            half_life_days: None,
            as_of: None,
            prior: 100.0,
            price_bands: 5,
            price_cut_points: None,
            time_zone: None,
            min_customers: 1,
            order: OrderBy::Share,
        }
    }
}

impl AffinityParams {
    /// By what customers are told apart, each once; `None` for category, brand, price band, weekday and hour, as far as the
    /// data tells them. A facet named here that the data cannot tell is an error.
    #[must_use]
    pub fn facets(mut self, facets: Option<Vec<Facet>>) -> Self {
        self.facets = facets;
        self
    }

    /// What one event of each kind weighs, `None` for the weights of [`KindWeights`]; an item of an order weighs as much as a
    /// purchase, which must be above 0.
    ///
    /// What an item's events add up to counts where it is above 0, so that what was put into the cart and taken out again
    /// counts nothing. For weekday, hour and kept columns a session counts once for each value, by its heaviest event.
    #[must_use]
    pub fn weights(mut self, weights: Option<KindWeights>) -> Self {
        self.weights = weights;
        self
    }

    /// Whether events of the kind purchase count. `None`: where there are no orders, as orders and events tell of the same
    /// purchases where there are both.
    #[must_use]
    pub fn purchase_events(mut self, purchase_events: Option<bool>) -> Self {
        self.purchase_events = purchase_events;
        self
    }

    /// In how many days what was done loses half of its weight, above 0; `None` for no decay.
    #[must_use]
    pub fn half_life_days(mut self, half_life_days: Option<f64>) -> Self {
        self.half_life_days = half_life_days;
        self
    }

    /// The instant at which something done weighs in full, where there is a half-life; `None` for the midnight after the last
    /// order or event of the fit, which the model then keeps ([`Affinity::as_of`]).
    ///
    /// What comes later, in an [`update`](Affinity::update), weighs more in the same measure, 2^16 times at most, and the
    /// prior grows with the latest: shares do not depend on where the instant lies. To look back, cut the log
    /// ([`OrderLog::before`](crate::OrderLog::before)).
    #[must_use]
    pub fn as_of(mut self, as_of: Option<Time>) -> Self {
        self.as_of = as_of;
        self
    }

    /// How much weight the population's shares stand for beside a customer's own, from 0 to 10^9; an item bought weighs 5 by
    /// default. A customer of that much weight is heard as much as everybody.
    #[must_use]
    pub fn prior(mut self, prior: f64) -> Self {
        self.prior = prior;
        self
    }

    /// How many bands prices are dealt into, 2 to 100, each with as many purchases as can be: the cut points are the quantiles
    /// (type 7) of what was paid for one, over the items of all orders of known customers, each item of an order once; equal ones are one, so there may be fewer
    /// bands.
    #[must_use]
    pub fn price_bands(mut self, price_bands: usize) -> Self {
        self.price_bands = price_bands;
        self
    }

    /// Cut points of the price bands, rising, in place of quantiles: a price equal to one belongs to the band below it.
    #[must_use]
    pub fn price_cut_points(mut self, price_cut_points: Option<Vec<Money>>) -> Self {
        self.price_cut_points = price_cut_points;
        self
    }

    /// The time zone of customers whose own is not known, by its name in the IANA database, such as `Europe/Budapest`; `None` for
    /// UTC.
    #[must_use]
    pub fn time_zone(mut self, time_zone: Option<String>) -> Self {
        self.time_zone = time_zone;
        self
    }

    /// How many customers must have a value before anything is told of it, from 1. What fewer have is not shown, and is taken
    /// for unknown where a list is ordered.
    #[must_use]
    pub fn min_customers(mut self, min_customers: usize) -> Self {
        self.min_customers = min_customers;
        self
    }

    /// What values are ordered by.
    #[must_use]
    pub fn order(mut self, order: OrderBy) -> Self {
        self.order = order;
        self
    }

    /// The weights given, or the default ones.
    pub(super) fn kind_weights(&self) -> KindWeights {
        self.weights.clone().unwrap_or_default()
    }

    /// The facets of a model, which are settled.
    pub(super) fn settled(&self) -> &[Facet] {
        self.facets.as_deref().unwrap_or_default()
    }
}

impl Params for AffinityParams {
    fn validate(&self) -> Result<(), ParamError> {
        let within = |name, value: f64, fits: bool, allowed| {
            if fits { Ok(()) } else { Err(ParamError::OutOfRange { name, value, allowed }) }
        };
        if let Some(facets) = &self.facets {
            at_least("the number of facets", facets.len(), 1)?;
            for (at, facet) in facets.iter().enumerate() {
                if facets[..at].contains(facet) {
                    let id = format!("'{facet}'");
                    return Err(ParamError::Twice { name: "facets", what: "facet", id });
                }
            }
        }
        let purchase = self.kind_weights().get(EventKind::Purchase);
        within("the weight of a purchase", purchase, purchase > 0.0, "above 0")?;
        if let Some(value) = self.half_life_days {
            within("half_life_days", value, value > 0.0 && value.is_finite(), "above 0 and finite")?;
        }
        within("prior", self.prior, (0.0..=1e9).contains(&self.prior), "from 0 to 1,000,000,000")?;
        at_least("price_bands", self.price_bands, 2)?;
        let max = MAX_BANDS as u64;
        let too_large = |name, n: usize| match n > MAX_BANDS {
            true => Err(ParamError::TooLarge { name, value: n as u64, max }),
            false => Ok(()),
        };
        too_large("price_bands", self.price_bands)?;
        if let Some(cuts) = &self.price_cut_points {
            at_least("the number of price_cut_points", cuts.len(), 1)?;
            too_large("the number of price_cut_points", cuts.len())?;
            if let Some(two) = cuts.windows(2).find(|two| two[0] >= two[1]) {
                let (before, value) = (two[0].to_f64(), two[1].to_f64());
                return Err(ParamError::CutPointOrder { dimension: "price", before, value });
            }
        }
        if let Some(name) = &self.time_zone {
            Zone::parse(name)?;
        }
        at_least("min_customers", self.min_customers, 1)
    }
}

/// Weights in files: by the names of kinds, those of weight 0 left out.
mod by_name {
    use std::collections::BTreeMap;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::data::{EventKind, KindWeights};

    pub(super) fn serialize<S: Serializer>(
        weights: &Option<KindWeights>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let named = |weights: &KindWeights| {
            let all = EventKind::ALL.map(|kind| (kind.name(), weights.get(kind)));
            all.into_iter().filter(|one| one.1.abs() > 0.0).collect::<BTreeMap<&str, f64>>()
        };
        weights.as_ref().map(named).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<KindWeights>, D::Error> {
        let named = Option::<BTreeMap<String, f64>>::deserialize(deserializer)?;
        let read = |named: BTreeMap<String, f64>| {
            KindWeights::from_names(named.iter().map(|(kind, &weight)| (kind.as_str(), weight)))
        };
        named.map(read).transpose().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_words_and_numbers_in_the_file() {
        let weights = KindWeights::only([EventKind::Purchase]).with(EventKind::View, 0.3).unwrap();
        let facets = vec![Facet::Brand, Facet::Column("a".to_owned())];
        let params = Affinity::params().weights(Some(weights)).facets(Some(facets));
        let text = serde_json::to_string(&params).unwrap();
        assert!(text.contains(r#""facets":["brand","column:a"]"#), "{text}");
        assert!(text.contains(r#""weights":{"purchase":1.0,"view":0.3}"#), "{text}");
        assert_eq!(serde_json::from_str::<AffinityParams>(&text).unwrap(), params);
        assert!(serde_json::from_str::<AffinityParams>(&text.replace("0.3", "1e99")).is_err());
    }

    #[test]
    fn each_bad_value_is_refused_by_name() {
        let params = Affinity::params;
        let bad = [
            (params().facets(Some(vec![])), "the number of facets must be at least 1, got 0"),
            (
                params().facets(Some(vec![Facet::Brand, Facet::Brand])),
                "facets must name each facet once, got 'brand' twice",
            ),
            (
                params().weights(Some(KindWeights::only([EventKind::View]))),
                "the weight of a purchase must be above 0, got 0",
            ),
            (params().half_life_days(Some(0.0)), "half_life_days must be above 0 and finite, got 0"),
            (params().prior(-1.0), "prior must be from 0 to 1,000,000,000, got -1"),
            (params().prior(f64::NAN), "prior must be from 0 to 1,000,000,000, got NaN"),
            (params().price_bands(1), "price_bands must be at least 2, got 1"),
            (params().price_bands(101), "price_bands must be at most 100, got 101"),
            (
                params().price_cut_points(Some(vec![])),
                "the number of price_cut_points must be at least 1, got 0",
            ),
            (
                params().price_cut_points(Some(vec![Money::ONE, Money::ONE])),
                "the cut points of price must rise, got 1 after 1",
            ),
            (
                params().time_zone(Some("Mars".to_owned())),
                "time_zone must be the name of a zone in the IANA database, such as Europe/Budapest, got 'Mars'",
            ),
            (params().min_customers(0), "min_customers must be at least 1, got 0"),
        ];
        for (params, message) in bad {
            assert_eq!(params.check().unwrap_err().to_string(), message);
        }
        assert!(params().check().is_ok());
    }
}
