//! Measures of information, in natural logarithms.
//!
//! Each is a sum over cells of x ln(x / m), where m is the number that independence lets expect in place of x. Such terms
//! have both signs and nearly cancel when rules are weak; with m - x added, which is 0 in the sum over a row, each is at
//! least 0 and small where it should be.

use super::Terms;
use super::ratio::{ratio, real};

/// (1 + d) ln(1 + d) - d for d from -1: the deviance of an observation 1 + d times what was expected, over the latter.
pub(super) fn deviance(d: f64) -> f64 {
    if d <= -1.0 {
        return 1.0;
    }
    if d.abs() > 0.1 {
        return (1.0 + d) * d.ln_1p() - d;
    }
    // d^2/2 - d^3/6 + d^4/12 - ...: direct evaluation would lose what the terms of first order cancel.
    let (mut sum, mut power, mut k) = (0.0, d * d, 2.0);
    loop {
        let term = power / (k * (k - 1.0));
        let next = sum + term;
        if next.to_bits() == f64::to_bits(sum) {
            return sum;
        }
        sum = next;
        power *= -d;
        k += 1.0;
    }
}

/// Over n, the deviance of a cell whose row and column sums are given, and which exceeds its expectation by
/// `excess / n`.
fn cell(row: i128, column: i128, excess: i128, n: i128) -> f64 {
    let product = row * column;
    if product == 0 { 0.0 } else { ratio(product, n * n) * deviance(ratio(excess, product)) }
}

pub(super) fn j_measure(t: &Terms) -> f64 {
    if t.n == 0 {
        return f64::NAN;
    }
    let excess = t.excess();
    cell(t.n_a, t.n_b, excess, t.n) + cell(t.n_a, t.n - t.n_b, -excess, t.n)
}

pub(super) fn mutual_information(t: &Terms) -> f64 {
    let least = entropy(t.n_a, t.n).min(entropy(t.n_b, t.n));
    // NaN where there is no basket, as 0 / 0.
    if t.n == 0 || least == 0.0 {
        return f64::NAN;
    }
    let excess = t.excess();
    let (not_a, not_b) = (t.n - t.n_a, t.n - t.n_b);
    // Paired so that both directions give the same digits.
    let alike = cell(t.n_a, t.n_b, excess, t.n) + cell(not_a, not_b, excess, t.n);
    let apart = cell(t.n_a, not_b, -excess, t.n) + cell(not_a, t.n_b, -excess, t.n);
    ((alike + apart) / least).min(1.0)
}

/// The entropy of being in `part` of `n` baskets.
fn entropy(part: i128, n: i128) -> f64 {
    if part == 0 || part == n {
        return 0.0;
    }
    let (small, large) = (part.min(n - part), part.max(n - part));
    let (p, q) = (ratio(small, n), ratio(large, n));
    -p * (real(small) / real(n)).ln() - q * (-p).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_to_a_deviance_meet() {
        for d in [0.1, -0.1] {
            let direct = (1.0 + d) * f64::ln_1p(d) - d;
            assert!((deviance(d) / direct - 1.0).abs() < 1e-14, "{d}");
        }
        assert!((deviance(1e-9) / 5e-19 - 1.0).abs() < 1e-9);
        assert_eq!([0.0, -1.0].map(|d| deviance(d).to_bits()), [0.0_f64, 1.0].map(f64::to_bits));
    }
}
