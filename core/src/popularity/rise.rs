//! How sure a rise is: the exact lower bound of a ratio of two rates.
//!
//! Of `recent + baseline` sales of an item the recent ones are binomial, given their number. Their share `p` is bounded below
//! as by Clopper and Pearson (1934, *The use of confidence or fiducial limits*, Biometrika 26, doi:10.1093/biomet/26.4.404):
//! the quantile of a beta distribution. `p / (1 - p)`, divided by what it is for all sales, is the rise (Przyborowski and
//! Wilenski 1940, *Homogeneity of results in testing samples from Poisson series*, Biometrika 31,
//! doi:10.1093/biomet/31.3-4.313). It is exact while an item is a small part of all sales; of a large part, which raises the
//! sales it is compared with, the bound is on the safe side.
//!
//! The quantile is of our own: that of statrs 0.19 (`inv_beta_reg`) is off by thousandths where one count is large and the other
//! small, and does not end where a count is of some millions. Logarithms and powers are those of libm, which rounds alike everywhere.

/// How often a quantile is brought nearer before it is taken as it is.
const MAX_STEPS: usize = 200;

/// Terms of a continued fraction; the number needed is of the order of the root of the greater count.
const MAX_TERMS: u32 = 100_000;

/// The rise of an item against all sales: its share of the recent ones over its share of those before. `None` where it had
/// none before.
pub(super) fn rise(recent: u64, baseline: u64, of_recent: u64, of_baseline: u64) -> Option<f64> {
    (baseline > 0).then(|| real(recent) / real(baseline) * (real(of_baseline) / real(of_recent)))
}

/// The rise that is exceeded at this confidence, from 0 on; `recent` is from 1 to `of_recent`.
///
/// Where nothing changed, this is above 1 with a probability of at most `1 - confidence`.
pub(crate) fn lower_bound(
    recent: u64,
    baseline: u64,
    of_recent: u64,
    of_baseline: u64,
    confidence: f64,
) -> f64 {
    let alpha = 1.0 - confidence;
    let share = if baseline == 0 {
        libm::pow(alpha, 1.0 / real(recent))
    } else {
        beta_quantile(alpha, real(recent), real(baseline) + 1.0)
    };
    share / (1.0 - share) * (real(of_baseline) / real(of_recent))
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

/// Where the lower tail of a beta distribution holds `tail`, from 0 to 1: Newton's steps, halved intervals where these leave
/// the bracket.
fn beta_quantile(tail: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    let scale = ln_beta(a, b);
    for _ in 0..MAX_STEPS {
        let far = incomplete_beta(x, a, b) - tail;
        if far > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = libm::exp((a - 1.0) * libm::log(x) + (b - 1.0) * libm::log1p(-x) - scale);
        let step = x - far / density;
        let next = if step > low && step < high { step } else { f64::midpoint(low, high) };
        if (next - x).abs() <= 1e-14 * x {
            return next;
        }
        x = next;
    }
    x
}

/// The regularised incomplete beta function for `a >= 1`, `b >= 1`, `0 < x < 1`: its continued fraction (DLMF 8.17.22), by
/// Lentz's method; by the other tail where that converges sooner.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = libm::exp(a * libm::log(x) + b * libm::log1p(-x) - ln_beta(a, b)) / a;
    let term = |j: u32| {
        let m = f64::from(j / 2);
        if j.is_multiple_of(2) {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        }
    };
    let (mut fraction, mut c, mut d) = (1.0, 1.0, 0.0);
    for term in (1..=MAX_TERMS).map(term) {
        d = 1.0 / away_from_zero(1.0 + term * d);
        c = away_from_zero(1.0 + term / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front / fraction
}

fn away_from_zero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// The logarithm of the gamma function for `x >= 1`: Stirling's series (DLMF 5.11.1), to 14 digits from 10 on; below by the
/// recurrence.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 1.0);
    while x < 10.0 {
        below *= x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = [1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    let sum = series.iter().fold(0.0, |sum, term| sum * square + term) / x;
    (x - 0.5) * libm::log(x) - x + 0.5 * libm::log(std::f64::consts::TAU) + sum - libm::log(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(X >= k) for n draws, summed term by term.
    #[allow(clippy::cast_possible_wrap, reason = "numbers are small")]
    fn upper_tail(k: u32, n: u32, p: f64) -> f64 {
        let choose = |k: u32| (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product::<f64>();
        (k..=n).map(|k| choose(k) * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)).sum()
    }

    #[test]
    fn the_bound_is_where_the_binomial_tail_holds_what_is_left() {
        for n in [1_u32, 2, 5, 9, 30, 60] {
            for k in 1..=n {
                for confidence in [0.5, 0.9, 0.95, 0.999] {
                    let bound = lower_bound(u64::from(k), u64::from(n - k), 100, 100, confidence);
                    let share = bound / (1.0 + bound);
                    let tail = upper_tail(k, n, share);
                    assert!((tail - (1.0 - confidence)).abs() < 1e-11, "{k} of {n}: {tail}");
                }
            }
        }
    }

    #[test]
    fn the_bound_is_that_of_r() {
        // R's binom.test(3, 10): the two-sided 95 % interval is from 0.06673951 to 0.65245285.
        let bound = lower_bound(3, 7, 1, 1, 0.975);
        assert!((bound / (1.0 + bound) - 0.066_739_51).abs() < 1e-8);
    }

    #[test]
    fn the_incomplete_beta_of_large_counts_is_a_half_at_the_median_of_equals() {
        for (a, near) in [(1.0, 1e-14), (10.0, 1e-13), (1e3, 1e-11), (1e5, 1e-9), (1e7, 1e-6)] {
            assert!((incomplete_beta(0.5, a, a) - 0.5).abs() < near, "{a}");
        }
        assert!(ln_gamma(1.0).abs() < 1e-13 && ln_gamma(2.0).abs() < 1e-13);
        assert!((ln_gamma(101.0) - (1..=100).map(|k| f64::from(k).ln()).sum::<f64>()).abs() < 1e-11);
    }

    #[test]
    fn a_bound_falls_with_confidence_and_with_fewer_sales() {
        let bound = |times: u64, confidence| lower_bound(8 * times, 4 * times, 1000, 4000, confidence);
        assert!(bound(1, 0.95) < bound(10, 0.95) && bound(10, 0.95) < bound(1000, 0.95));
        assert!(bound(1, 0.99) < bound(1, 0.9));
        assert!(bound(1000, 0.95) < rise(8, 4, 1000, 4000).unwrap());
        assert_eq!((rise(8, 4, 1000, 4000), rise(8, 0, 1000, 4000)), (Some(8.0), None));
    }
}
