//! How likely counts are when A and B have nothing to do with each other.
//!
//! With n baskets, n_a of them with A and n_b of them with B fixed, the number X of baskets with both is hypergeometric.
//! Its probabilities are written as three binomial ones, P(X = x) = b(x; n_a, p) b(n_b - x; n - n_a, p) / b(n_b; n, p)
//! with p = n_b / n, and those by deviances and the error of Stirling's formula (Loader 2000, *Fast and accurate
//! computation of binomial probabilities*): logarithms of factorials would cancel and lose digits with n.

use super::information::deviance;
use crate::rule::Contingency;

/// P(X >= n_ab): the one-sided p of Fisher's exact test.
pub(super) fn upper_tail(counts: &Contingency) -> f64 {
    if counts.n() == 0 { f64::NAN } else { Hypergeometric::new(counts).tails(counts.n_ab()).1 }
}

/// P(X < n_ab).
pub(super) fn lower_tail(counts: &Contingency) -> f64 {
    if counts.n() == 0 { f64::NAN } else { Hypergeometric::new(counts).tails(counts.n_ab()).0 }
}

/// The smallest q with P(X <= q) >= 0.99.
pub(super) fn quantile_99(counts: &Contingency) -> u64 {
    Hypergeometric::new(counts).quantile_99()
}

struct Hypergeometric {
    n: u64,
    n_a: u64,
    n_b: u64,
    /// The smallest and the greatest x that can be.
    least: u64,
    most: u64,
}

impl Hypergeometric {
    fn new(counts: &Contingency) -> Self {
        // The smaller first, so that both directions give the same digits.
        let (n, a, b) = (counts.n(), counts.n_a(), counts.n_b());
        let (n_a, n_b) = (a.min(b), a.max(b));
        Self { n, n_a, n_b, least: (n_a + n_b).saturating_sub(n), most: n_a.min(n_b) }
    }

    fn mean(&self) -> f64 {
        real(self.n_a) * (real(self.n_b) / real(self.n))
    }

    /// P(X < x) and P(X >= x).
    ///
    /// The tail that does not hold the mean is summed, from its greatest probability outwards; the other is what is left,
    /// unless little is.
    fn tails(&self, x: u64) -> (f64, f64) {
        if x <= self.least {
            return (0.0, 1.0);
        }
        if real(x) > self.mean() {
            let upper = self.sum_up(x);
            (if upper > 0.5 { self.sum_down(x - 1) } else { 1.0 - upper }, upper)
        } else {
            let lower = self.sum_down(x - 1);
            (lower, if lower > 0.5 { self.sum_up(x) } else { 1.0 - lower })
        }
    }

    /// P(X >= x).
    fn sum_up(&self, x: u64) -> f64 {
        if x > self.most {
            return 0.0;
        }
        let (mut sum, mut term) = (1.0, 1.0);
        for x in x..self.most {
            term *= self.rise(x);
            sum += term;
            // Behind the mode the terms fall ever faster, so what is left is below the last digit.
            if term < sum * TINY && self.rise(x) < 0.9 {
                break;
            }
        }
        (self.ln_pmf(x).exp() * sum).min(1.0)
    }

    /// P(X <= x).
    fn sum_down(&self, x: u64) -> f64 {
        let (mut sum, mut term) = (1.0, 1.0);
        for x in (self.least..x).rev() {
            term /= self.rise(x);
            sum += term;
            if term < sum * TINY && self.rise(x) > 1.1 {
                break;
            }
        }
        (self.ln_pmf(x).exp() * sum).min(1.0)
    }

    /// P(X = x + 1) / P(X = x).
    fn rise(&self, x: u64) -> f64 {
        let up = real(self.n_a - x) * real(self.n_b - x);
        up / (real(x + 1) * real(self.n + x + 1 - self.n_a - self.n_b))
    }

    fn ln_pmf(&self, x: u64) -> f64 {
        let (n, n_a, n_b) = (self.n, self.n_a, self.n_b);
        ln_binomial(x, n_a, n_b, n) + ln_binomial(n_b - x, n - n_a, n_b, n) - ln_binomial(n_b, n, n_b, n)
    }

    fn quantile_99(&self) -> u64 {
        // As of R's quantiles: a probability that is 0.99 but for rounding counts as reached.
        const LEFT: f64 = 0.01 * (1.0 + 1e-12);
        if self.least == self.most {
            return self.least;
        }
        let others = real(self.n - self.n_a) * (real(self.n - self.n_b) / real(self.n));
        let guess = self.mean() + 2.326 * (self.mean() * others / real((self.n - 1).max(1))).sqrt();
        let mut q = floor(guess).clamp(self.least, self.most);
        // P(X > q), and P(X = q).
        let mut above = self.sum_up(q + 1);
        let mut here = self.ln_pmf(q).exp();
        while above > LEFT && q < self.most {
            here *= self.rise(q);
            q += 1;
            above = if q == self.most { 0.0 } else { above - here };
        }
        while q > self.least && above + here <= LEFT {
            above += here;
            q -= 1;
            here /= self.rise(q);
        }
        q
    }
}

/// The logarithm of the chance of x successes in `trials`, each of chance `part / whole`.
fn ln_binomial(x: u64, trials: u64, part: u64, whole: u64) -> f64 {
    let other = whole - part;
    if x == 0 || x == trials {
        // (1 - p)^trials or p^trials.
        let (chance, miss) = if x == 0 { (other, part) } else { (part, other) };
        return if trials == 0 { 0.0 } else { real(trials) * ln_share(chance, miss, whole) };
    }
    let lost = trials - x;
    // x - trials p = (x whole - trials part) / whole, the numerator exact.
    let excess = i128::from(x) * i128::from(whole) - i128::from(trials) * i128::from(part);
    let about = |share: u64, excess: i128| {
        let product = wide(i128::from(trials) * i128::from(share));
        product / real(whole) * deviance(wide(excess) / product)
    };
    let error = stirling_error(trials) - stirling_error(x) - stirling_error(lost);
    let scale = real(trials) / (std::f64::consts::TAU * real(x) * real(lost));
    error - about(part, excess) - about(other, -excess) + 0.5 * scale.ln()
}

/// ln(part / whole), where `rest` is what is not in the part.
fn ln_share(part: u64, rest: u64, whole: u64) -> f64 {
    if rest < part { (-real(rest) / real(whole)).ln_1p() } else { (real(part) / real(whole)).ln() }
}

/// ln(x!) less Stirling's formula (x + 1/2) ln x - x + ln(2 pi) / 2, for x from 1.
fn stirling_error(x: u64) -> f64 {
    if x <= 16 {
        let factorial: u64 = (1..=x).product();
        let x = real(x);
        // Summed so that no digits are lost: below 17 the parts are small.
        return real(factorial).ln() - ((x + 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln());
    }
    let x = real(x);
    let s = 1.0 / (x * x);
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / x
}

/// What a sum of doubles does not see any more.
const TINY: f64 = 1e-17;

#[allow(clippy::cast_precision_loss, reason = "counts of baskets are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss, reason = "a factor of a real number")]
fn wide(product: i128) -> f64 {
    product as f64
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean with its deviation: not negative, and a cast saturates"
)]
fn floor(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: u64, n_a: u64, n_b: u64, n_ab: u64) -> Contingency {
        Contingency::new(n, n_a, n_b, n_ab).unwrap()
    }

    #[test]
    fn the_chances_of_all_counts_sum_to_one() {
        for (n, n_a, n_b) in [(10, 4, 5), (30, 1, 29), (100, 99, 98), (50_000, 700, 900), (9, 9, 4)] {
            let counts = of(n, n_a, n_b, n_a.min(n_b));
            let all = Hypergeometric::new(&counts);
            let sum: f64 = (all.least..=all.most).map(|x| all.ln_pmf(x).exp()).sum();
            assert!((sum - 1.0).abs() < 1e-11, "{n} {n_a} {n_b}: {sum}");
            for x in all.least..=all.most {
                let (lower, upper) = all.tails(x);
                assert!((lower + upper - 1.0).abs() < 1e-11, "{n} {n_a} {n_b} {x}");
            }
        }
    }

    /// Fisher's own experiment: a lady tells all of eight cups apart, chance 1 in 70; six of eight, 17 in 70.
    #[test]
    fn the_lady_tasting_tea() {
        assert!((upper_tail(&of(8, 4, 4, 4)) * 70.0 - 1.0).abs() < 1e-13);
        assert!((upper_tail(&of(8, 4, 4, 3)) * 70.0 - 17.0).abs() < 1e-12);
        assert!((lower_tail(&of(8, 4, 4, 3)) * 70.0 - 53.0).abs() < 1e-12);
    }

    #[test]
    fn the_quantile_is_the_first_that_reaches_its_share() {
        for (n, n_a, n_b) in [
            (8, 4, 4),
            (100, 1, 1),
            (100, 1, 2),
            (100, 2, 1),
            (1000, 300, 400),
            (60, 60, 7),
            (60_000, 800, 70),
        ] {
            let counts = of(n, n_a, n_b, n_a.min(n_b));
            let all = Hypergeometric::new(&counts);
            let mut sum = 0.0;
            let expected = (all.least..=all.most).find(|&x| {
                sum += all.ln_pmf(x).exp();
                sum >= 0.99 - 1e-12
            });
            assert_eq!(Some(quantile_99(&counts)), expected, "{n} {n_a} {n_b}");
        }
    }

    #[test]
    fn stirlings_error_has_no_step() {
        // The series at 16, where the table ends.
        let x = 16.0_f64;
        let s = 1.0 / (x * x);
        let series =
            (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / x;
        assert!((stirling_error(16) - series).abs() < 2e-14);
    }
}
