//! The standard normal distribution, through the complementary error function of `libm`.

use std::f64::consts::FRAC_1_SQRT_2;

/// `Phi(x)`: the share at or below `x`. Both tails keep their relative precision; NaN for NaN.
pub(crate) fn below(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The `z` with the share `coverage` between `-z` and `z`; `coverage` is above 0 and below 1.
pub(crate) fn two_sided(coverage: f64) -> f64 {
    exceeded((1.0 - coverage) / 2.0)
}

/// The `z` with the share `share` at or below it; `share` is above 0 and below 1.
pub(crate) fn quantile(share: f64) -> f64 {
    if share < 0.5 { -exceeded(share) } else { exceeded(1.0 - share) }
}

/// The `z` from 0 on that the share `beyond` is above; `beyond` is above 0 and at most a half.
///
/// Halves an interval until nothing is between its ends, so the answer is exact to the last bits of [`below`].
fn exceeded(beyond: f64) -> f64 {
    // Beyond 40 the tail is smaller than the smallest double.
    let (mut low, mut high) = (0.0, 40.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if below(-middle) > beyond {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_tables() {
        // Abramowitz and Stegun 1964, table 26.1.
        for (x, share) in
            [(0.0, 0.5), (0.5, 0.691_462_461_274), (1.0, 0.841_344_746_069), (2.0, 0.977_249_868_052)]
        {
            assert!((below(x) - share).abs() < 1e-12, "{x}");
            assert!((below(-x) - (1.0 - share)).abs() < 1e-12, "{x}");
        }
        assert!((below(-10.0) / 7.619_853_024_160_5e-24 - 1.0).abs() < 1e-12);
        assert_eq!((below(f64::INFINITY), below(f64::NEG_INFINITY)), (1.0, 0.0));
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (coverage, z) in [(0.8, 1.281_551_565_545), (0.9, 1.644_853_626_951), (0.95, 1.959_963_984_540)] {
            assert!((two_sided(coverage) - z).abs() < 1e-11, "{coverage}");
            assert!((quantile(f64::midpoint(1.0, coverage)) - z).abs() < 1e-11, "{coverage}");
            assert!((quantile((1.0 - coverage) / 2.0) + z).abs() < 1e-11, "{coverage}");
        }
    }
}
