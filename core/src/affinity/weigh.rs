//! What something done weighs, by its age.

use crate::time::{MICROS_PER_DAY, Time};

/// How many half-lives behind the fixed instant weights grow on.
const MOST_DOUBLINGS: f64 = 16.0;

/// Half-life and the instant at which weights are whole; nothing where they stay so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decay(Option<(f64, Time)>);

impl Decay {
    /// Of a half-life in days, and the instant that goes with it.
    pub(super) fn new(half_life_days: Option<f64>, as_of: Option<Time>) -> Self {
        Self(half_life_days.zip(as_of))
    }

    /// A weight in millionths at an instant: times 2^((time - as_of) / half life), to the nearest millionth.
    #[inline]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "ages to a millionth of themselves are enough; the product is below 2^63, as a weight is below 2^40"
    )]
    pub(super) fn weight(self, millionths: i64, time: Time) -> i64 {
        match self.0 {
            Some(_) => (millionths as f64 * self.factor(time)).round() as i64,
            None => millionths,
        }
    }

    /// What weights at an instant are multiplied with; 1 without decay.
    #[allow(clippy::cast_precision_loss, reason = "ages to a millionth of themselves are enough")]
    pub(super) fn factor(self, time: Time) -> f64 {
        let Some((half_life_days, as_of)) = self.0 else { return 1.0 };
        let days = (time.micros() as f64 - as_of.micros() as f64) / MICROS_PER_DAY as f64;
        // The same bits on every platform, unlike the system's.
        libm::exp2((days / half_life_days).min(MOST_DOUBLINGS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_life_halves_and_doubles() {
        let at = |day: i32| Time::of_utc_day(day.into());
        let decay = Decay::new(Some(10.0), Some(at(100)));
        let weights = [80, 90, 100, 110, 260, 9000].map(|day| decay.weight(5_000_000, at(day)));
        assert_eq!(weights, [1_250_000, 2_500_000, 5_000_000, 10_000_000, 5_000_000 << 16, 5_000_000 << 16]);
        assert_eq!(Decay::new(None, None).weight(5, at(0)), 5);
        // Far back it is nothing, and never a sign that changes.
        assert_eq!(decay.weight(5_000_000, Time::from_micros(i64::MIN)), 0);
    }

    #[test]
    fn days_are_those_of_utc_also_before_1970() {
        for micros in [i64::MIN, -1, 0, MICROS_PER_DAY - 1, MICROS_PER_DAY, i64::MAX] {
            let day = Time::utc_day(Time::from_micros(micros));
            let into = i128::from(micros) - i128::from(day) * i128::from(MICROS_PER_DAY);
            assert!((0..i128::from(MICROS_PER_DAY)).contains(&into));
        }
    }
}
