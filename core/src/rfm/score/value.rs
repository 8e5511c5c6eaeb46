//! What is scored: whole numbers inside, so that values compare exactly and sorting needs no floats.

use crate::money::Money;

/// A value of a dimension, as a whole number and in the units that cut points have.
pub(in crate::rfm) trait Value: Copy + Send + Sync {
    /// The number by which values compare.
    fn key(self) -> i64;

    /// A number in units: days, orders, money. Never falls as the number rises.
    fn units(key: i64) -> f64;
}

/// Days.
impl Value for i64 {
    #[inline]
    fn key(self) -> i64 {
        self
    }

    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    fn units(key: i64) -> f64 {
        key as f64
    }
}

/// Orders.
impl Value for u32 {
    #[inline]
    fn key(self) -> i64 {
        i64::from(self)
    }

    fn units(key: i64) -> f64 {
        <i64 as Value>::units(key)
    }
}

impl Value for Money {
    #[inline]
    fn key(self) -> i64 {
        self.millionths()
    }

    fn units(key: i64) -> f64 {
        Self::from_millionths(key).to_f64()
    }
}
