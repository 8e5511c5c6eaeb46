//! Products that are used up and bought again: how long one lasts.

use serde::Serialize;

use super::assortment::Assortment;
use super::catalog::Catalog;
use super::draw::{exp, gaussian, ln};
use super::shop_params::ShopParams;
use crate::random::Random;
use crate::time::{MICROS_PER_DAY, Time};

/// The standard deviation of the logarithm of how long a purchase lasts.
pub(super) const SPREAD: f64 = 0.15;

/// How long one of a product lasts, in days: from, to.
const LASTS: (f64, f64) = (4.0, 30.0);

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// How likely who bought a product again stays with it.
const LOYALTY: f64 = 0.95;

/// A product that is used up: who bought `q` of it buys it again after about `q` times `days_per_unit` days. The logarithm
/// of that interval is normal around its own, with a standard deviation of 0.15; so the median is exact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Consumable {
    /// The item.
    pub item: String,
    /// How long one of it lasts.
    pub days_per_unit: f64,
}

/// How long items last.
pub(super) struct Consumables {
    /// By item; `None` where an item is not used up. Empty where none is.
    days_per_unit: Vec<Option<f64>>,
}

impl Consumables {
    /// Chooses among the more popular half of the items, but for those that have a substitute.
    pub(super) fn new(params: &ShopParams, assortment: &Assortment, random: &mut Random) -> Self {
        let n = super::shop::share_of(params.consumables, assortment.len());
        if n == 0 {
            return Self { days_per_unit: Vec::new() };
        }
        let mut days_per_unit = vec![None; assortment.len()];
        let mut free: Vec<usize> = assortment.ranked()[..assortment.len() / 2].to_vec();
        free.retain(|&item| !assortment.has_substitute(item));
        for at in random.distinct(free.len(), n) {
            let days = exp(ln(LASTS.0) + random.unit() * ln(LASTS.1 / LASTS.0));
            days_per_unit[free[at]] = Some((days * 10.0).round() / 10.0);
        }
        Self { days_per_unit }
    }

    /// Whether an item is used up.
    pub(super) fn contains(&self, item: usize) -> bool {
        self.days_per_unit.get(item).is_some_and(Option::is_some)
    }

    /// When some of an item that were bought at a time are used up, to the second; `None` for what is not used up, and
    /// for who will not buy it again.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "some years at most")]
    pub(super) fn due(&self, item: usize, quantity: i32, time: Time, random: &mut Random) -> Option<Time> {
        let days = (*self.days_per_unit.get(item)?)? * f64::from(quantity) * exp(SPREAD * gaussian(random));
        let again = random.unit() < LOYALTY;
        let seconds = (days * (MICROS_PER_DAY / SECOND) as f64).round() as i64;
        again.then(|| Time::from_micros(time.micros() + seconds * SECOND))
    }

    /// Each with its id.
    pub(super) fn list(&self, catalog: &Catalog) -> Vec<Consumable> {
        let with_id = |(item, days): (usize, &Option<f64>)| {
            Some(Consumable { item: catalog.products[item].id.clone(), days_per_unit: (*days)? })
        };
        self.days_per_unit.iter().enumerate().filter_map(with_id).collect()
    }
}
