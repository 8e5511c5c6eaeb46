//! What a search found, in the order that suits a customer.

use crate::affinity::ask::Hit;
use crate::affinity::shelf::Shelf;
use crate::affinity::view::View;
use crate::affinity::{Affinity, Facet, Leaning};
use crate::data::{Id, IdRef};
use crate::error::{ParamError, Result};
use crate::money::Money;

/// The most that one lift counts, and its inverse the least: a value that hardly anybody has says little by how far it is
/// above that.
const LARGEST_LIFT: f64 = 10.0;

/// How many reasons an item has at most.
const MAX_REASONS: usize = 3;

/// How what a search found is mixed with what a customer leans to.
#[derive(Debug, Clone, PartialEq)]
pub struct RerankOptions {
    weight: f64,
    scores: Option<Vec<f64>>,
    facets: Option<Vec<Facet>>,
}

impl Default for RerankOptions {
    /// A weight of 1, the places of the items, all facets of items.
    fn default() -> Self {
        Self { weight: 1.0, scores: None, facets: None }
    }
}

impl RerankOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How much the customer counts beside the search, from 0 (the order of the search) to 100.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// What the search said of each item, finite and at least 0, the higher the better; `None` for the order of the items,
    /// where one at place r is taken to be 1/r as relevant as the first.
    #[must_use]
    pub fn scores(mut self, scores: Option<Vec<f64>>) -> Self {
        self.scores = scores;
        self
    }

    /// The facets that count: category, brand, price band, tag or attributes of the model; `None` for all of these that it has.
    #[must_use]
    pub fn facets(mut self, facets: Option<Vec<Facet>>) -> Self {
        self.facets = facets;
        self
    }
}

/// An item of a search result in its new place.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reranked<'a> {
    /// The item, as it was given.
    pub item: Id,
    /// What it is ordered by: what the search said times lift to the power of the weight; infinite, or 0, where that is beyond
    /// what a double can hold, though the order is still that of the product.
    pub score: f64,
    /// Its place in the search result, from 0.
    pub before: usize,
    /// How much more the customer turns to such items than others do: the geometric mean of its facets' lifts; 1 where nothing
    /// is known.
    pub lift: f64,
    /// The facets and values that say most, up to three, the strongest first.
    pub reasons: Vec<(&'a Facet, Leaning<'a>)>,
}

/// A facet with what the customer did in it.
struct Side<'m> {
    view: &'m View,
    /// The place of its facts on the shelf; `None` for prices.
    facts: Option<usize>,
    total: u64,
    hits: Vec<Hit>,
}

impl Affinity {
    /// Orders what a search found for a customer: what the search said of an item, times its lift to the power of the
    /// weight, the highest first, ties in the order of the search. All items come back.
    ///
    /// The lift of an item is the geometric mean over its facets, in each the geometric mean of the lifts of its values, of
    /// which each counts from 1/10 to 10. An item that is not in the catalogue, or of whose values nothing is known, keeps what
    /// the search said. The price is that of the catalogue.
    ///
    /// Linear in the items with their values, logarithmic for each in what the customer did.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] for a weight or a score out of range, [`ParamError::Shape`] for another number of scores than
    /// of items, [`ParamError::NoFacet`] for a facet that the model does not have, or that is not one of items;
    /// [`IdError`](crate::IdError) for an unknown customer, or ids of the other type.
    pub fn rerank<'a, 'i>(
        &self,
        customer: impl Into<IdRef<'a>>,
        items: impl IntoIterator<Item = IdRef<'i>>,
        options: &RerankOptions,
    ) -> Result<Vec<Reranked<'_>>> {
        let position = self.position(customer.into())?;
        let items: Vec<IdRef<'i>> = items.into_iter().collect();
        let relevances = options.relevances(items.len())?;
        let sides = self.sides(position, options)?;
        let mut found = Vec::with_capacity(items.len());
        for (before, (item, relevance)) in items.into_iter().zip(relevances).enumerate() {
            let place = match &self.shelf {
                Some(shelf) => shelf.items.look_up("item", item)?,
                None => None,
            };
            let (log_lift, reasons) = match (place, &self.shelf) {
                (Some(place), Some(shelf)) => self.log_lift(&sides, shelf, place),
                _ => (0.0, Vec::new()),
            };
            let score = relevance * libm::exp(options.weight * log_lift);
            // Scores that do not fit are told apart by their logarithms.
            let log = if score.is_normal() { 0.0 } else { libm::log(relevance) + options.weight * log_lift };
            let lift = libm::exp(log_lift);
            found.push((log, Reranked { item: item.to_id(), score, before, lift, reasons }));
        }
        found.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(b.0.total_cmp(&a.0)));
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }

    /// The facets that count, with what the customer did in each.
    fn sides(&self, position: usize, options: &RerankOptions) -> Result<Vec<Side<'_>>> {
        let is_of_items = |facet: &Facet| facet.is_of_catalog() || *facet == Facet::PriceBand;
        if let Some(facets) = &options.facets {
            let bad = facets.iter().find(|facet| !is_of_items(facet) || !self.facets().contains(facet));
            if let Some(facet) = bad {
                let needs = "a model that was fitted with it, and to be one of items";
                return Err(ParamError::NoFacet { facet: facet.to_string(), needs }.into());
            }
        }
        let asked = |facet: &Facet| options.facets.as_ref().is_none_or(|facets| facets.contains(facet));
        let mut facts = 0..;
        let mut sides = Vec::new();
        for view in self.views.iter().filter(|view| is_of_items(&view.facet)) {
            let facts = if view.facet.is_of_catalog() { facts.next() } else { None };
            if asked(&view.facet) {
                let mut hits = Vec::new();
                let total = self.hits(view, position, &mut hits);
                sides.push(Side { view, facts, total, hits });
            }
        }
        Ok(sides)
    }

    /// The logarithm of an item's lift, and what it comes from.
    fn log_lift<'m>(
        &'m self,
        sides: &[Side<'m>],
        shelf: &Shelf,
        place: usize,
    ) -> (f64, Vec<(&'m Facet, Leaning<'m>)>) {
        let (mut sum, mut n) = (0.0, 0.0);
        let mut reasons: Vec<(f64, &'m Facet, Leaning<'m>)> = Vec::new();
        for side in sides {
            let band;
            let values = match side.facts {
                Some(facts) => shelf.facts[facts].rows.row(place),
                None => match shelf.price(place) {
                    Some(price) => {
                        band = [self.band(price)];
                        &band[..]
                    }
                    None => &[],
                },
            };
            let (mut own, mut n_own) = (0.0, 0.0);
            for &value in values {
                if side.view.shows(value, self.params.min_customers) {
                    let leaning = self.leaning(side.view, value, side.total, &side.hits);
                    let log = libm::log(leaning.lift.clamp(1.0 / LARGEST_LIFT, LARGEST_LIFT));
                    own += log;
                    n_own += 1.0;
                    reasons.push((log.abs(), &side.view.facet, leaning));
                }
            }
            if n_own > 0.0 {
                sum += own / n_own;
                n += 1.0;
            }
        }
        reasons.retain(|reason| reason.0 > 0.0);
        reasons.sort_by(|a, b| b.0.total_cmp(&a.0));
        reasons.truncate(MAX_REASONS);
        let reasons = reasons.into_iter().map(|(_, facet, leaning)| (facet, leaning)).collect();
        (if n > 0.0 { sum / n } else { 0.0 }, reasons)
    }

    /// The band of a price, as a place among the labels.
    fn band(&self, price: Money) -> u32 {
        let below = self.cut_points.partition_point(|&cut| cut < price);
        u32::try_from(below).expect("bands are few")
    }
}

impl RerankOptions {
    /// What the search said of each item.
    #[allow(clippy::cast_precision_loss, reason = "places are exact in a double")]
    fn relevances(&self, n: usize) -> Result<Vec<f64>, ParamError> {
        if !(0.0..=100.0).contains(&self.weight) {
            let allowed = "from 0 to 100";
            return Err(ParamError::OutOfRange { name: "weight", value: self.weight, allowed });
        }
        let Some(scores) = &self.scores else {
            return Ok((1..=n).map(|place| 1.0 / place as f64).collect());
        };
        if scores.len() != n {
            let (rows, found_rows) = (n, scores.len());
            return Err(ParamError::Shape { name: "scores", rows, columns: 1, found_rows, found_columns: 1 });
        }
        match scores.iter().find(|score| !(score.is_finite() && **score >= 0.0)) {
            Some(&value) => {
                Err(ParamError::OutOfRange { name: "scores", value, allowed: "finite and at least 0" })
            }
            None => Ok(scores.clone()),
        }
    }
}
