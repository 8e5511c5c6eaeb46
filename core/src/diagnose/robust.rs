//! Middles and spreads that a few wild values do not move.

/// Makes a median distance from the median the standard deviation of a normal distribution.
const NORMAL: f64 = 1.4826;

/// The value at a share of sorted values, the lower of two; NaN without any.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "from 0 to the number of values"
)]
pub(super) fn at_share(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).floor() as usize).copied().unwrap_or(f64::NAN)
}

/// The median of some values, which it sorts; NaN without any.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len();
    match n {
        0 => f64::NAN,
        _ if n % 2 == 1 => values[n / 2],
        _ => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

/// A middle and a spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Robust {
    centre: f64,
    spread: f64,
}

impl Robust {
    /// The median and the median distance from it, as a standard deviation of at least `floor`.
    pub(super) fn of(mut values: Vec<f64>, floor: f64) -> Self {
        let centre = median(&mut values);
        values.iter_mut().for_each(|value| *value = (*value - centre).abs());
        Self { centre, spread: (NORMAL * median(&mut values)).max(floor) }
    }

    /// How many spreads a value is above the middle.
    pub(super) fn above(&self, value: f64) -> f64 {
        (value - self.centre) / self.spread
    }

    pub(super) fn centre(&self) -> f64 {
        self.centre
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wild_value_moves_nothing() {
        let robust = Robust::of(vec![1.0, 2.0, 3.0, 4.0, 1e9], 0.1);
        assert!((robust.centre() - 3.0).abs() < 1e-12 && (robust.above(3.0 + NORMAL) - 1.0).abs() < 1e-12);
        assert!((Robust::of(vec![5.0; 4], 0.5).above(6.0) - 2.0).abs() < 1e-12);
        assert!((at_share(&[1.0, 2.0, 3.0], 0.5) - 2.0).abs() < 1e-12 && at_share(&[], 0.5).is_nan());
        assert!(median(&mut []).is_nan() && (median(&mut [4.0, 1.0]) - 2.5).abs() < 1e-12);
    }
}
