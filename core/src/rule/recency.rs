//! Baskets that lose weight with age.

use crate::data::Baskets;
use crate::error::{IntakeError, Result};
use crate::index::MAX_INDICES;
use crate::time::{MICROS_PER_DAY, Time};

/// The greatest number that a whole basket counts as: it keeps weights down to a hundred-thousandth.
const MAX_UNIT: u32 = 1 << 16;

/// What each basket counts, in whole numbers whose sum fits into 32 bits, and what a basket of today counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Weights {
    pub(super) of: Vec<u32>,
    pub(super) unit: u32,
}

impl Weights {
    /// Weights of 2^(-age / half life); 0 for baskets after `as_of`, which is that of the latest unless given.
    ///
    /// The unit is 2^16, or less where the sum would not fit. Weights are rounded to the nearest whole number, so a basket
    /// of 17 half lives or more counts nothing.
    pub(super) fn new(baskets: &Baskets, half_life_days: f64, as_of: Option<Time>) -> Result<Self> {
        let times = baskets.need_times("half_life_days")?;
        let Some(latest) = times.iter().copied().max() else {
            return Ok(Self { of: Vec::new(), unit: MAX_UNIT });
        };
        let as_of = as_of.unwrap_or(latest);
        let shares: Vec<f64> = times.iter().map(|&time| share(time, as_of, half_life_days)).collect();
        // Each is rounded by half at most.
        let room = f64::from(u32::MAX) - half(shares.len());
        let unit = floor(room / shares.iter().sum::<f64>()).min(MAX_UNIT);
        if unit == 0 {
            return Err(IntakeError::TooMany { what: "baskets", max: MAX_INDICES as u64 / 2 }.into());
        }
        let of = shares.into_iter().map(|share| floor(share * f64::from(unit) + 0.5)).collect();
        Ok(Self { of, unit })
    }
}

#[allow(clippy::cast_precision_loss, reason = "times are far below 2^53 days apart")]
fn share(time: Time, as_of: Time, half_life_days: f64) -> f64 {
    if time > as_of {
        return 0.0;
    }
    let age = as_of.micros().abs_diff(time.micros()) as f64 / MICROS_PER_DAY as f64;
    (-age / half_life_days).exp2()
}

#[allow(clippy::cast_precision_loss, reason = "a number of baskets")]
fn half(n: usize) -> f64 {
    n as f64 / 2.0
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and a cast saturates"
)]
fn floor(value: f64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    const DAY: i64 = MICROS_PER_DAY;

    fn baskets(days: &[i64]) -> Baskets {
        let rows = Baskets::from_ids(days.iter().map(|_| ["a"])).unwrap();
        rows.with_facts(None, Some(days.iter().map(|&day| Time::from_micros(day * DAY)).collect()))
    }

    #[test]
    fn a_basket_halves_with_each_half_life() {
        let weights = Weights::new(&baskets(&[100, 90, 80, 85, 0]), 10.0, None).unwrap();
        assert_eq!(weights.unit, 65536);
        assert_eq!(weights.of, [65536, 32768, 16384, 23170, 64]);
        let weights = Weights::new(&baskets(&[0, 170, 180]), 10.0, None).unwrap();
        assert_eq!(weights.of, [0, 32768, 65536], "18 half lives leave nothing");
    }

    #[test]
    fn what_a_customer_bought_has_the_age_of_the_latest_basket() {
        let days = baskets(&[100, 80, 90]);
        let times = days.times().map(<[Time]>::to_vec);
        let customers = days.with_facts(Some(vec![0, 0, 1]), times).by_owner().unwrap();
        assert_eq!(Weights::new(&customers, 10.0, None).unwrap().of, [65536, 32768]);
    }

    #[test]
    fn what_comes_after_the_time_counts_nothing() {
        let as_of = Some(Time::from_micros(90 * DAY));
        let weights = Weights::new(&baskets(&[100, 90, 80]), 10.0, as_of).unwrap();
        assert_eq!(weights.of, [0, 65536, 32768]);
        let none = Weights::new(&baskets(&[100]), 10.0, Some(Time::from_micros(0))).unwrap();
        assert_eq!((none.of, none.unit), (vec![0], 65536));
        assert_eq!(Weights::new(&baskets(&[]), 1.0, None).unwrap().of, [0; 0]);
    }

    #[test]
    fn the_sum_fits_into_32_bits() {
        let weights = Weights::new(&baskets(&vec![7; 100_000]), 10.0, None).unwrap();
        assert_eq!(weights.unit, 42949);
        assert_eq!(weights.of.iter().map(|&weight| u64::from(weight)).sum::<u64>(), 4_294_900_000);
    }

    #[test]
    fn baskets_without_times_have_no_age() {
        let error = Weights::new(&Baskets::from_ids([["a"]]).unwrap(), 10.0, None).unwrap_err();
        assert!(matches!(error, Error::MissingColumn { column: "time", .. }), "{error}");
    }
}
