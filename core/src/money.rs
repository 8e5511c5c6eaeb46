//! The only unit of money and of quantity: whole millionths in an `i64`.
//!
//! Sums of integers do not depend on their order, so totals are the same on any number of threads and after any
//! sequence of appends.

use std::fmt;
use std::ops::Neg;

use serde::{Deserialize, Serialize};

const SCALE: i64 = 1_000_000;

/// A fixed-point number: whole millionths, up to about 9.2 trillion either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fixed(i64);

/// An amount of money in millionths of the shop's currency unit; the currency itself is not part of it.
pub type Money = Fixed;

/// A quantity in millionths: weights and lengths may be fractional.
pub type Quantity = Fixed;

impl Fixed {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One unit.
    pub const ONE: Self = Self(SCALE);

    /// From whole millionths.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// From a number, to the nearest millionth, halves away from zero; `None` when it is not finite or does not fit.
    ///
    /// ```
    /// use kosar::Money;
    /// assert_eq!(Money::from_f64(2.55), Some(Money::from_millionths(2_550_000)));
    /// assert_eq!(Money::from_f64(f64::NAN), None);
    /// ```
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "bounded before the cast"
    )]
    pub fn from_f64(value: f64) -> Option<Self> {
        let scaled = (value * SCALE as f64).round();
        (scaled.abs() < 9.2e18).then_some(Self(scaled as i64))
    }

    /// Whole millionths.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The nearest floating-point number, in units.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    /// The product of a price and a quantity, to the nearest millionth, halves away from zero; `None` on overflow.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(other.0);
        let half = i128::from(SCALE / 2) * product.signum();
        i64::try_from((product + half) / i128::from(SCALE)).ok().map(Self)
    }
}

impl Neg for Fixed {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl fmt::Display for Fixed {
    /// Writes the shortest decimal: `2.55`, `-3`, `0.000001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) =
            (self.0.unsigned_abs() / SCALE.unsigned_abs(), self.0.unsigned_abs() % SCALE.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_times_a_quantity_is_exact() {
        let price = Money::from_f64(2.55).unwrap();
        let quantity = Quantity::from_f64(6.0).unwrap();
        assert_eq!(price.checked_mul(quantity), Money::from_f64(15.3));
        assert_eq!(price.checked_mul(-quantity), Money::from_f64(-15.3));
    }

    #[test]
    fn halves_round_away_from_zero() {
        let half = Fixed::from_millionths(500_000);
        assert_eq!(Fixed::from_millionths(1).checked_mul(half), Some(Fixed::from_millionths(1)));
        assert_eq!(Fixed::from_millionths(-1).checked_mul(half), Some(Fixed::from_millionths(-1)));
    }

    #[test]
    fn what_does_not_fit_is_none() {
        assert_eq!(Fixed::from_f64(1e13), None);
        assert_eq!(Fixed::from_f64(f64::INFINITY), None);
        let big = Fixed::from_f64(9e12).unwrap();
        assert_eq!(big.checked_mul(big), None);
    }

    #[test]
    fn decimals_are_written_without_trailing_zeros() {
        assert_eq!(Fixed::from_millionths(-2_550_000).to_string(), "-2.55");
        assert_eq!(Fixed::ONE.to_string(), "1");
        assert_eq!(Fixed::from_millionths(1).to_string(), "0.000001");
    }
}
