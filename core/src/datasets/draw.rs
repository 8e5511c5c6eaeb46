//! Draws that give the same values on every platform: only additions, multiplications, divisions and square roots,
//! which IEEE 754 rounds exactly, and none of the system's logarithms and exponentials, which differ in the last bit.

use std::ops::Range;

use crate::random::Random;

/// A choice among positions with given weights, as running totals of integers.
#[derive(Debug, Clone)]
pub(super) struct Weighted {
    ends: Vec<u32>,
}

impl Weighted {
    /// From at most a million weights, none below 0 and one above; every position gets at least a trace of a chance.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of the total times 2^30 is from 0 to 2^30"
    )]
    pub(super) fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let mut end = 0_u32;
        let ends = weights
            .iter()
            .map(|weight| {
                end += ((weight / total * f64::from(1 << 30)).round() as u32).max(1);
                end
            })
            .collect();
        Self { ends }
    }

    /// The number of positions.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A position.
    pub(super) fn pick(&self, random: &mut Random) -> usize {
        self.pick_in(random, 0..self.len())
    }

    /// A position within a range that is not empty.
    pub(super) fn pick_in(&self, random: &mut Random, range: Range<usize>) -> usize {
        let low = if range.start == 0 { 0 } else { self.ends[range.start - 1] } as usize;
        let high = self.ends[range.end - 1] as usize;
        let drawn = low + random.below(high - low);
        range.start + self.ends[range].partition_point(|&end| end as usize <= drawn)
    }
}

/// A heavy-tailed whole number from 0 to `cap`: P(X >= k) = (scale / (scale + k))^2, a Lomax distribution cut down to
/// whole numbers. Its mean is near `scale - 0.45` for scales from 1.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and a cast saturates at the bound, where the cap is taken"
)]
pub(super) fn heavy_tailed(random: &mut Random, scale: f64, cap: usize) -> usize {
    let above = scale * (1.0 / (1.0 - random.unit()).sqrt() - 1.0);
    (above as usize).min(cap)
}

/// Near to a standard normal number, from -6 to 6: the sum of twelve uniform ones, less its mean.
pub(super) fn normal(random: &mut Random) -> f64 {
    (0..12).map(|_| random.unit()).sum::<f64>() - 6.0
}

/// A standard normal number (the polar method of Marsaglia and Bray 1964, doi 10.1137/1006063).
pub(super) fn gaussian(random: &mut Random) -> f64 {
    loop {
        let (u, v) = (2.0 * random.unit() - 1.0, 2.0 * random.unit() - 1.0);
        let s = u * u + v * v;
        if s > 1e-300 && s < 1.0 {
            return u * (-2.0 * ln(s) / s).sqrt();
        }
    }
}

/// A number by the gamma distribution of a shape above 0 and rate 1 (Marsaglia and Tsang 2000, doi 10.1145/358407.358414).
pub(super) fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1.0 {
        // Of a shape below 1: one of shape + 1, times u^(1 / shape).
        let power = ln(1.0 - random.unit()) / shape;
        return gamma(random, shape + 1.0) * exp(power.max(-600.0));
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = gaussian(random);
        let v = 1.0 + c * x;
        if v > 0.0 {
            let v = v * v * v;
            if ln(1.0 - random.unit()) < 0.5 * x * x + d - d * v + d * ln(v) {
                return d * v;
            }
        }
    }
}

/// A number from 0 to 1 by the beta distribution of two shapes above 0.
pub(super) fn beta(random: &mut Random, a: f64, b: f64) -> f64 {
    let (first, second) = (gamma(random, a), gamma(random, b));
    first / (first + second)
}

/// The cosine of an angle that is given in full turns, to about 13 digits.
pub(super) fn cos_of_turns(turns: f64) -> f64 {
    let x = (turns - turns.round()) * std::f64::consts::TAU;
    (1..14).rev().fold(1.0, |sum, k| 1.0 - sum * x * x / f64::from((2 * k - 1) * (2 * k)))
}

/// Puts values into a random order (Fisher and Yates).
pub(super) fn shuffle<T>(random: &mut Random, values: &mut [T]) {
    for last in (1..values.len()).rev() {
        values.swap(last, random.below(last + 1));
    }
}

/// The natural logarithm of a normal positive number, to about 15 digits.
///
/// ln(m 2^e) = e ln 2 + 2 artanh((m - 1) / (m + 1)), with m from sqrt(1/2) to sqrt(2).
#[allow(clippy::cast_possible_wrap, reason = "eleven bits fit either way")]
pub(super) fn ln(x: f64) -> f64 {
    const MANTISSA: u64 = (1 << 52) - 1;
    let mut exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let mut mantissa = f64::from_bits((x.to_bits() & MANTISSA) | (1023 << 52));
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let series = (0..12).rev().fold(0.0, |sum, k| sum * t * t + 1.0 / f64::from(2 * k + 1));
    f64::from(exponent) * std::f64::consts::LN_2 + 2.0 * t * series
}

/// The exponential of a number from -700 to 700, to about 14 digits.
///
/// exp(k ln 2 + r) = 2^k exp(r), with r within half of ln 2.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "k is within 1010 of 0 for the numbers allowed"
)]
pub(super) fn exp(x: f64) -> f64 {
    let k = (x / std::f64::consts::LN_2).round();
    let r = x - k * std::f64::consts::LN_2;
    let series = (1..16).rev().fold(1.0, |sum, n| 1.0 + sum * r / f64::from(n));
    series * f64::from_bits(((k + 1023.0) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_exponentials_agree_with_the_systems() {
        for step in 1..2000 {
            let x = f64::from(step) * 0.37;
            assert!((ln(x) - x.ln()).abs() < 1e-13, "ln {x}");
            let y = f64::from(step - 1000) * 0.02;
            assert!((exp(y) / y.exp() - 1.0).abs() < 1e-13, "exp {y}");
            let turns = f64::from(step - 1000) * 0.0037;
            let cosine = (turns * std::f64::consts::TAU).cos();
            assert!((cos_of_turns(turns) - cosine).abs() < 1e-12, "cos {turns}");
        }
    }

    #[test]
    fn positions_come_as_often_as_their_weights_say() {
        let weighted = Weighted::new(&[1.0, 0.0, 3.0, 6.0]);
        let mut random = Random::new(5, 0);
        let mut seen = [0; 4];
        for _ in 0..10_000 {
            seen[weighted.pick(&mut random)] += 1;
        }
        assert!(
            (850..1150).contains(&seen[0]) && seen[1] == 0 && (2800..3200).contains(&seen[2]),
            "{seen:?}"
        );
        assert!((0..1000).all(|_| (1..3).contains(&weighted.pick_in(&mut random, 1..3))));
    }

    #[test]
    fn heavy_tails_are_heavy() {
        let mut random = Random::new(5, 0);
        let drawn: Vec<usize> = (0..10_000).map(|_| heavy_tailed(&mut random, 3.0, 1000)).collect();
        let above = drawn.iter().filter(|&&n| n >= 27).count();
        assert!((70..130).contains(&above), "P(X >= 27) is one in a hundred, got {above} of 10,000");
        assert!(drawn.iter().all(|&n| n <= 1000));
    }

    #[test]
    fn sums_of_twelve_are_near_to_normal() {
        let mut random = Random::new(5, 0);
        let drawn: Vec<f64> = (0..10_000).map(|_| normal(&mut random)).collect();
        let within = drawn.iter().filter(|x| x.abs() < 1.0).count();
        assert!((6600..7050).contains(&within), "{within}");
    }
}
