//! When to send something to a customer.

use crate::affinity::Affinity;
use crate::affinity::ask::Hit;
use crate::affinity::view::{View, WEEKDAYS};
use crate::data::IdRef;
use crate::error::{ParamError, Result};

/// What an hour takes from itself, and from each of the two beside it.
const OWN: f64 = 0.5;
const BESIDE: f64 = 0.25;

/// How probable it is that a customer turns to the shop at an hour, or on a day of the week.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TimeShare {
    /// The hour, 0 to 23, or the day, 0 for Monday to 6.
    pub at: u8,
    /// The customer's share, shrunk towards the population's; all of them add up to 1.
    pub share: f64,
    /// The share over the population's; 1 where nobody was there at that time.
    pub lift: f64,
}

/// The hours and days at which a customer turns to the shop, where they are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SendTime {
    /// The 24 hours, the most probable first, ties to the earlier.
    pub hours: Vec<TimeShare>,
    /// The seven days, the most probable first, ties to the earlier.
    pub weekdays: Vec<TimeShare>,
    /// The number of orders behind it.
    pub purchases: u32,
    /// The number of sessions behind it, once for each hour of the week that they touch.
    pub events: u32,
}

impl SendTime {
    /// The best hour, 0 to 23.
    #[must_use]
    pub fn hour(&self) -> u8 {
        self.hours[0].at
    }

    /// The best day, 0 for Monday to 6.
    #[must_use]
    pub fn weekday(&self) -> u8 {
        self.weekdays[0].at
    }

    /// The best day by its name, `monday` to `sunday`.
    #[must_use]
    pub fn weekday_name(&self) -> &'static str {
        WEEKDAYS[usize::from(self.weekday())]
    }
}

impl Affinity {
    /// The hours and days at which a customer is most probably there for a message, with the whole distribution of both.
    ///
    /// Weights of hours are smoothed around the clock before they are shrunk: half of an hour's weight stays, a quarter goes to
    /// the hour before and a quarter to the one after, 23 and 0 being neighbours; those of the population alike. Hours and
    /// days that fewer than `min_customers` have are nobody's in the population. Somebody of whom nothing is known has the
    /// population's times, and where there are none every time is as good.
    ///
    /// # Errors
    /// [`ParamError::NoFacet`] for a model with neither weekday nor hour; as [`Affinity::of`].
    pub fn send_time<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<SendTime> {
        let position = self.position(customer.into())?;
        let Some([weekdays, hours]) = &self.week else {
            let (facet, needs) = ("weekday or hour".to_owned(), "a model that was fitted with it");
            return Err(ParamError::NoFacet { facet, needs }.into());
        };
        let mut hits = Vec::new();
        let total = self.hits(weekdays, position, &mut hits);
        let (purchases, events) = hits.iter().fold((0_u32, 0_u32), |(purchases, events), hit| {
            (purchases.saturating_add(hit.purchases), events.saturating_add(hit.events))
        });
        let weekdays = self.best_times(self.expected(weekdays), weights(&hits, 7), total);
        self.hits(hours, position, &mut hits);
        let population = smoothed(&self.expected(hours));
        let hours = self.best_times(population, smoothed(&weights(&hits, 24)), total);
        Ok(SendTime { hours, weekdays, purchases, events })
    }

    /// The population's shares, of those that may be shown; they add up to 1.
    fn expected(&self, view: &View) -> Vec<f64> {
        let shown = |value: u32| view.shows(value, self.params.min_customers);
        let shares = (0..).zip(&view.population.shares);
        let shares: Vec<f64> = shares.map(|(value, &share)| if shown(value) { share } else { 0.0 }).collect();
        let all: f64 = shares.iter().sum();
        let even = 1.0 / as_f64(shares.len());
        shares.into_iter().map(|share| if all > 0.0 { share / all } else { even }).collect()
    }

    /// Times by their shrunk shares.
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn best_times(&self, population: Vec<f64>, own: Vec<f64>, total: u64) -> Vec<TimeShare> {
        let all = total as f64 + self.prior;
        let of_time = |(at, (expected, weight)): (u8, (f64, f64))| {
            let share = if all > 0.0 { (weight + self.prior * expected) / all } else { expected };
            TimeShare { at, share, lift: if expected > 0.0 { share / expected } else { 1.0 } }
        };
        let mut times: Vec<TimeShare> = (0_u8..).zip(population.into_iter().zip(own)).map(of_time).collect();
        times.sort_by(|a, b| b.share.total_cmp(&a.share));
        times
    }
}

/// What a customer did at each time.
#[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
fn weights(hits: &[Hit], n: usize) -> Vec<f64> {
    let mut weights = vec![0.0; n];
    hits.iter().for_each(|hit| weights[hit.value as usize] = hit.weight as f64);
    weights
}

/// Each hour with its neighbours around the clock.
fn smoothed(hours: &[f64]) -> Vec<f64> {
    let n = hours.len();
    (0..n).map(|at| OWN * hours[at] + BESIDE * (hours[(at + n - 1) % n] + hours[(at + 1) % n])).collect()
}

#[allow(clippy::cast_precision_loss, reason = "a day has few hours")]
fn as_f64(n: usize) -> f64 {
    n as f64
}
