//! What a customer leans to, value by value.

use std::cmp::Reverse;
use std::fmt;

use crate::affinity::ledger::NEVER;
use crate::affinity::view::View;
use crate::affinity::{Affinity, OrderBy};
use crate::data::{IdRef, NONE};
use crate::error::{IdError, Result};
use crate::rank::TopK;
use crate::time::Time;

/// How a customer stands to one value of a facet, and what that rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Leaning<'a> {
    /// The value, such as a brand.
    pub value: &'a str,
    /// The customer's share over the population's: above 1 for what they turn to more than others; 1 where nothing is known.
    pub lift: f64,
    /// The customer's share, shrunk towards the population's, from 0 to 1.
    pub share: f64,
    /// The population's share; 0 for a value that nobody turned to, or fewer than `min_customers`.
    pub population_share: f64,
    /// The number of items of the customer's orders that have the value; of weekday, hour and kept columns, the number of
    /// orders.
    pub purchases: u32,
    /// The number of the customer's events with it that weigh above 0; of weekday, hour and kept columns, the number of
    /// sessions.
    pub events: u32,
    /// The day (UTC) of the last of these; `None` where there are none, or they have no times.
    pub last: Option<Time>,
}

impl fmt::Display for Leaning<'_> {
    /// Writes a sentence such as `Food/Bread: 1.9 times as much as others, by 12 purchases and 3 events, last on 2025-03-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, lift, purchases, events, last, .. } = self;
        let many = |n: u32, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        write!(f, "{value}: {lift:.1} times as much as others, by {}", many(*purchases, "purchase"))?;
        if *events > 0 {
            write!(f, " and {}", many(*events, "event"))?;
        }
        last.map_or(Ok(()), |last| write!(f, ", last on {last}"))
    }
}

/// One value of a facet, over all customers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PopulationValue<'a> {
    /// The value.
    pub value: &'a str,
    /// Its share of the weight of all customers in the facet.
    pub share: f64,
    /// The number of customers who have it.
    pub customers: u32,
}

/// What a customer did with a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) value: u32,
    pub(super) weight: u64,
    pub(super) purchases: u32,
    pub(super) events: u32,
    pub(super) day: i32,
}

impl Hit {
    /// Adds more of the same value.
    fn add(&mut self, more: &Self) {
        self.weight = self.weight.saturating_add(more.weight);
        self.purchases = self.purchases.saturating_add(more.purchases);
        self.events = self.events.saturating_add(more.events);
        self.day = self.day.max(more.day);
    }
}

/// A hit on its way into a list: by what lists are ordered by, ties to the value before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    key: u64,
    value: Reverse<u32>,
    at: u32,
}

/// A value of a facet of one model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueIx {
    /// The place of the facet.
    view: usize,
    value: u32,
}

impl Affinity {
    /// The `n` values of a facet that a customer leans to most, among those that they have anything to do with: by share or by
    /// lift, as the parameters say, ties to the value before. What fewer than `min_customers` have is left
    /// out.
    ///
    /// Linear in what the customer did, but for sorting it.
    ///
    /// # Errors
    /// [`IdError`] for a customer who is not known, or an id of the other type;
    /// [`ParamError`](crate::ParamError) for a facet that is none, or not one of the model's.
    pub fn of<'a>(&self, customer: impl Into<IdRef<'a>>, facet: &str, n: usize) -> Result<Vec<Leaning<'_>>> {
        let (view, position) = (self.view(facet)?, self.position(customer.into())?);
        let mut hits = Vec::new();
        let total = self.hits(view, position, &mut hits);
        let mut best = TopK::new(n.min(hits.len()));
        Ok(self.best(view, total, &hits, &mut best).map(|(_, leaning)| leaning).collect())
    }

    /// Orders values of a facet for a customer, such as the entries of a menu: by share or by lift, as the parameters say, ties
    /// in the order given. All of them come back; one that nobody turned to, or fewer than `min_customers`, has a lift of 1 and
    /// a share of 0.
    ///
    /// Linear in what the customer did and in the values, but for sorting both.
    ///
    /// # Errors
    /// As [`Affinity::of`].
    pub fn rank<'a, 'v>(
        &self,
        customer: impl Into<IdRef<'a>>,
        facet: &str,
        values: impl IntoIterator<Item = &'v str>,
    ) -> Result<Vec<Leaning<'v>>> {
        let (view, position) = (self.view(facet)?, self.position(customer.into())?);
        let mut hits = Vec::new();
        let total = self.hits(view, position, &mut hits);
        let mut ranked: Vec<Leaning<'v>> = values
            .into_iter()
            .map(|label| match view.labels.find(label) {
                Some(value) => Leaning { value: label, ..self.leaning(view, value, total, &hits) },
                None => unknown(label),
            })
            .collect();
        ranked.sort_by(|a, b| self.key(b).total_cmp(&self.key(a)));
        Ok(ranked)
    }

    /// The lift of a value for a customer: 1 for a value that nobody turned to, or fewer than `min_customers`.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a value that the facet does not have; as [`Affinity::of`].
    pub fn lift<'a>(&self, customer: impl Into<IdRef<'a>>, facet: &str, value: &str) -> Result<f64> {
        Ok(self.lift_at(self.position(customer.into())?, self.value_ix(facet, value)?))
    }

    /// What all customers together lean to in a facet, the largest share first, ties to the value before; without what fewer
    /// than `min_customers` have.
    ///
    /// # Errors
    /// [`ParamError`](crate::ParamError) for a facet that is none, or not one of the model's.
    pub fn population(&self, facet: &str) -> Result<Vec<PopulationValue<'_>>> {
        let view = self.view(facet)?;
        let n = u32::try_from(view.labels.len()).expect("values are bounded to u32");
        let mut found: Vec<PopulationValue<'_>> = (0..n)
            .filter(|&value| view.shows(value, self.params.min_customers))
            .map(|value| PopulationValue {
                value: view.labels.get(value),
                share: view.population.shares[value as usize],
                customers: view.population.customers[value as usize],
            })
            .collect();
        found.sort_by(|a, b| b.share.total_cmp(&a.share));
        Ok(found)
    }

    /// A value by facet and name, for [`Affinity::lift_at`].
    pub(crate) fn value_ix(&self, facet: &str, value: &str) -> Result<ValueIx> {
        let view = self.view(facet)?;
        let place = self.views.iter().position(|other| std::ptr::eq(other, view));
        let unknown = || IdError::Unknown { role: "value", id: IdRef::Str(value).quoted() };
        let value = view.labels.find(value).ok_or_else(unknown)?;
        Ok(ValueIx { view: place.expect("the view is one of the model's"), value })
    }

    /// The lift of a value for the customer at a position of [`Affinity::customers`]. Linear in what they did.
    pub(crate) fn lift_at(&self, position: usize, value: ValueIx) -> f64 {
        let view = &self.views[value.view];
        if !view.shows(value.value, self.params.min_customers) {
            return 1.0;
        }
        let (mut total, mut own) = (0_u64, 0_u64);
        for entry in self.ledgers[view.ledger].rows.row(position).iter().filter(|entry| entry.counts()) {
            let values = view.members.row(entry.code as usize);
            let weight = entry.weight.unsigned_abs();
            total = total.saturating_add(if values.is_empty() { 0 } else { weight });
            own = own.saturating_add(if values.contains(&value.value) { weight } else { 0 });
        }
        self.lift_of(own, total, view.population.shares[value.value as usize])
    }

    /// Sums up what a customer did by value, values rising; the weight of all of it.
    pub(super) fn hits(&self, view: &View, position: usize, hits: &mut Vec<Hit>) -> u64 {
        hits.clear();
        let mut total = 0_u64;
        for entry in self.ledgers[view.ledger].rows.row(position).iter().filter(|entry| entry.counts()) {
            let values = view.members.row(entry.code as usize);
            let weight = entry.weight.unsigned_abs();
            total = total.saturating_add(if values.is_empty() { 0 } else { weight });
            let (purchases, events, day) = (entry.purchases, entry.events, entry.day);
            hits.extend(values.iter().map(|&value| Hit { value, weight, purchases, events, day }));
        }
        hits.sort_unstable_by_key(|hit| hit.value);
        hits.dedup_by(|more, sum| {
            let is_same = more.value == sum.value;
            if is_same {
                sum.add(more);
            }
            is_same
        });
        total
    }

    /// As [`Affinity::hits`], values in any order: `slots`, one for each value and all [`NONE`], is so again afterwards.
    pub(super) fn hits_unsorted(
        &self,
        view: &View,
        position: usize,
        slots: &mut [u32],
        hits: &mut Vec<Hit>,
    ) -> u64 {
        hits.clear();
        let mut total = 0_u64;
        for entry in self.ledgers[view.ledger].rows.row(position).iter().filter(|entry| entry.counts()) {
            let values = view.members.row(entry.code as usize);
            let weight = entry.weight.unsigned_abs();
            total = total.saturating_add(if values.is_empty() { 0 } else { weight });
            let (purchases, events, day) = (entry.purchases, entry.events, entry.day);
            for &value in values {
                let hit = Hit { value, weight, purchases, events, day };
                match slots[value as usize] {
                    NONE => {
                        slots[value as usize] = u32::try_from(hits.len()).expect("values are bounded to u32");
                        hits.push(hit);
                    }
                    slot => hits[slot as usize].add(&hit),
                }
            }
        }
        hits.iter().for_each(|hit| slots[hit.value as usize] = NONE);
        total
    }

    /// The first values of a customer that may be shown, best first, with their places among the labels; as many as `best`
    /// selects.
    pub(super) fn best<'s, 'h>(
        &'s self,
        view: &'s View,
        total: u64,
        hits: &'h [Hit],
        best: &'h mut TopK<Place>,
    ) -> impl Iterator<Item = (u32, Leaning<'s>)> {
        for (hit, at) in hits.iter().zip(0..) {
            if view.shows(hit.value, self.params.min_customers) {
                let population = view.population.shares[hit.value as usize];
                let key = match self.params.order {
                    OrderBy::Share => self.share(hit.weight, total, population),
                    OrderBy::Lift => self.lift_of(hit.weight, total, population),
                };
                // Numbers from 0 are ordered as their bits are.
                best.push(Place { key: key.to_bits(), value: Reverse(hit.value), at });
            }
        }
        best.drain_sorted().map(move |place| {
            let hit: &Hit = &hits[place.at as usize];
            (hit.value, self.of_hit(view, hit, total))
        })
    }

    /// How a customer stands to any value of a facet.
    pub(super) fn leaning<'s>(&self, view: &'s View, value: u32, total: u64, hits: &[Hit]) -> Leaning<'s> {
        if !view.shows(value, self.params.min_customers) {
            return unknown(view.labels.get(value));
        }
        let nothing = Hit { value, weight: 0, purchases: 0, events: 0, day: NEVER };
        let found = hits.binary_search_by_key(&value, |hit| hit.value);
        self.of_hit(view, found.map_or(&nothing, |at| &hits[at]), total)
    }

    fn of_hit<'s>(&self, view: &'s View, hit: &Hit, total: u64) -> Leaning<'s> {
        let population_share = view.population.shares[hit.value as usize];
        let share = self.share(hit.weight, total, population_share);
        Leaning {
            value: view.labels.get(hit.value),
            lift: self.lift_of(hit.weight, total, population_share),
            share,
            population_share,
            purchases: hit.purchases,
            events: hit.events,
            last: (hit.day != NEVER).then(|| Time::of_utc_day(hit.day.into())),
        }
    }

    /// `(w + k p) / (W + k)`; the population's share where both are nothing.
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub(super) fn share(&self, weight: u64, total: u64, population: f64) -> f64 {
        let all = total as f64 + self.prior;
        if all > 0.0 { (weight as f64 + self.prior * population) / all } else { population }
    }

    /// `(w / p + k) / (W + k)`: the share over the population's, the same for all that a customer did nothing with.
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn lift_of(&self, weight: u64, total: u64, population: f64) -> f64 {
        let all = total as f64 + self.prior;
        if all > 0.0 { (weight as f64 / population + self.prior) / all } else { 1.0 }
    }

    /// What values are ordered by.
    pub(super) fn key(&self, leaning: &Leaning<'_>) -> f64 {
        match self.params.order {
            OrderBy::Share => leaning.share,
            OrderBy::Lift => leaning.lift,
        }
    }
}

/// A value of which nothing is known, or may be told.
fn unknown(value: &str) -> Leaning<'_> {
    Leaning { value, lift: 1.0, share: 0.0, population_share: 0.0, purchases: 0, events: 0, last: None }
}
