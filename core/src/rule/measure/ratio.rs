//! Measures that are one quotient of whole numbers, or the root of one.

use super::Terms;

/// A quotient; NaN where the denominator is 0.
pub(super) fn ratio(numerator: i128, denominator: i128) -> f64 {
    if denominator == 0 { f64::NAN } else { real(numerator) / real(denominator) }
}

/// A quotient; 0 where the denominator is 0.
fn ratio_or_zero(numerator: i128, denominator: i128) -> f64 {
    if denominator == 0 { 0.0 } else { ratio(numerator, denominator) }
}

/// A quotient of a numerator from 0; infinite where only the denominator is 0, NaN where both are.
pub(super) fn ratio_or_infinite(numerator: i128, denominator: i128) -> f64 {
    if denominator == 0 && numerator > 0 { f64::INFINITY } else { ratio(numerator, denominator) }
}

/// To the nearest double; numbers of 64 bits, which nearly all are, the quick way.
#[allow(clippy::cast_precision_loss, reason = "a measure is a double")]
pub(super) fn real(value: i128) -> f64 {
    i64::try_from(value).map_or(value as f64, |value| value as f64)
}

pub(super) fn lift(t: &Terms) -> f64 {
    ratio(t.n_ab * t.n, t.n_a * t.n_b)
}

pub(super) fn leverage(t: &Terms) -> f64 {
    ratio(t.excess(), t.n * t.n)
}

pub(super) fn conviction(t: &Terms) -> f64 {
    if t.n_a > 0 && t.n_ab == t.n_a {
        return f64::INFINITY;
    }
    ratio(t.n_a * (t.n - t.n_b), t.n * (t.n_a - t.n_ab))
}

pub(super) fn zhang(t: &Terms) -> f64 {
    ratio_or_zero(t.excess(), (t.n_ab * (t.n - t.n_a)).max(t.n_a * (t.n_b - t.n_ab)))
}

pub(super) fn certainty(t: &Terms) -> f64 {
    if t.n_b == t.n { 0.0 } else { ratio(t.excess(), t.n_a * (t.n - t.n_b)) }
}

pub(super) fn kulczynski(t: &Terms) -> f64 {
    ratio(t.n_ab * (t.n_a + t.n_b), 2 * t.n_a * t.n_b)
}

pub(super) fn imbalance_ratio(t: &Terms) -> f64 {
    ratio((t.n_a - t.n_b).abs(), t.n_a + t.n_b - t.n_ab)
}

pub(super) fn cosine(t: &Terms) -> f64 {
    if t.n_a * t.n_b == 0 { f64::NAN } else { real(t.n_ab) / real(t.n_a * t.n_b).sqrt() }
}

/// (n_ab / unit + 1) / (n_a / unit + 2), without a fraction inside.
pub(super) fn laplace(t: &Terms) -> f64 {
    ratio(t.n_ab + t.unit, t.n_a + 2 * t.unit)
}

pub(super) fn odds_ratio(t: &Terms) -> f64 {
    ratio_or_infinite(t.n_ab * t.neither(), (t.n_a - t.n_ab) * (t.n_b - t.n_ab))
}

pub(super) fn relative_risk(t: &Terms) -> f64 {
    if t.n_a == 0 {
        return f64::NAN;
    }
    ratio_or_infinite(t.n_ab * (t.n - t.n_a), t.n_a * (t.n_b - t.n_ab))
}

/// The products of the two diagonals: their difference is the excess.
pub(super) fn yule_q(t: &Terms) -> f64 {
    ratio(t.excess(), t.n_ab * t.neither() + (t.n_a - t.n_ab) * (t.n_b - t.n_ab))
}

/// n^2 (observed - expected) and n^2 (1 - expected) agreement, simplified.
pub(super) fn kappa(t: &Terms) -> f64 {
    ratio(2 * t.excess(), t.n_a * (t.n - t.n_b) + t.n_b * (t.n - t.n_a))
}

pub(super) fn phi(t: &Terms) -> f64 {
    let (a, b) = (t.n_a * (t.n - t.n_a), t.n_b * (t.n - t.n_b));
    if a == 0 || b == 0 { f64::NAN } else { real(t.excess()) / (real(a).sqrt() * real(b).sqrt()) }
}

pub(super) fn chi_squared(t: &Terms) -> f64 {
    let phi = phi(t);
    ratio(t.n, t.unit) * phi * phi
}

/// The decrease of impurity equals 2 P(A) P(not A) (P(B|A) - P(B|not A))^2, in which nothing cancels.
pub(super) fn gini(t: &Terms) -> f64 {
    if t.n == 0 {
        return f64::NAN;
    }
    let split = t.n_a * (t.n - t.n_a);
    if split == 0 {
        return 0.0;
    }
    let excess = ratio(t.excess(), t.n * t.n);
    2.0 * excess * excess / ratio(split, t.n * t.n)
}
