//! Intervals of means: the customers are drawn anew, with replacement, and the mean taken again.
//!
//! The percentile bootstrap of Efron 1979, doi 10.1214/aos/1176344552. It answers how much a value would change with other
//! customers of the same kind, not with another season or another fit of the model.

use rayon::prelude::*;

use crate::error::Result;
use crate::fit::Control;
use crate::random::Random;

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bootstrap {
    pub(super) n_resamples: usize,
    pub(super) confidence: f64,
    pub(super) seed: u64,
}

impl Bootstrap {
    /// The interval of the mean of each column of `rows`, which lie end to end, `width` values each; NaN is left out of a
    /// mean. (NaN, NaN) where there is nothing to draw.
    ///
    /// Every resample has random numbers of its own and draws whole rows, so neither threads nor the other columns change
    /// an interval. Time: resamples times values.
    pub(super) fn intervals(&self, rows: &[f64], width: usize, control: &Control) -> Result<Vec<(f64, f64)>> {
        let n = rows.len().checked_div(width).unwrap_or(0);
        if n == 0 || self.n_resamples == 0 {
            return Ok(vec![(f64::NAN, f64::NAN); width]);
        }
        let resamples: Result<Vec<Vec<f64>>> = (0..self.n_resamples)
            .into_par_iter()
            .map(|resample| {
                control.check()?;
                let mut random = Random::new(self.seed, resample as u64);
                Ok(means((0..n).map(|_| random.below(n)), rows, width))
            })
            .collect();
        let resamples = resamples?;
        let tail = (1.0 - self.confidence) / 2.0;
        let interval = |column: usize| {
            let mut means: Vec<f64> = resamples.iter().map(|means| means[column]).collect();
            means.retain(|mean| !mean.is_nan());
            means.sort_unstable_by(f64::total_cmp);
            (quantile(&means, tail), quantile(&means, 1.0 - tail))
        };
        Ok((0..width).map(interval).collect())
    }
}

/// The mean of each column over the rows drawn.
#[allow(clippy::cast_precision_loss, reason = "a count of customers")]
fn means(drawn: impl Iterator<Item = usize>, rows: &[f64], width: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0_usize); width];
    for row in drawn {
        for (sum, &value) in sums.iter_mut().zip(&rows[row * width..(row + 1) * width]) {
            if !value.is_nan() {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }
    sums.into_iter().map(|(sum, n)| if n == 0 { f64::NAN } else { sum / n as f64 }).collect()
}

/// The quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996, doi 10.1080/00031305.1996.10473566); NaN of
/// nothing.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position within the values"
)]
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = share * last as f64;
    let below = (position.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bootstrap(n_resamples: usize) -> Bootstrap {
        Bootstrap { n_resamples, confidence: 0.95, seed: 1 }
    }

    #[test]
    fn quantiles_are_of_type_seven() {
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        close(quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), 3.0);
        close(quantile(&[1.0, 2.0, 4.0, 8.0], 0.1), 1.3);
        close(quantile(&[1.0, 2.0], 1.0), 2.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn an_interval_is_about_as_wide_as_the_normal_one() {
        // 400 values of 0 and 1 alike: the standard error of the mean is 0.5 / 20.
        let rows: Vec<f64> = (0..400).map(|at| f64::from(at % 2)).collect();
        let (low, high) = bootstrap(2000).intervals(&rows, 1, &Control::new()).unwrap()[0];
        assert!((low - (0.5 - 1.96 * 0.025)).abs() < 0.004, "{low}");
        assert!((high - (0.5 + 1.96 * 0.025)).abs() < 0.004, "{high}");
    }

    #[test]
    fn the_interval_covers_the_truth_about_as_often_as_it_says() {
        let covered = (0..300).filter(|&trial| {
            let mut random = Random::new(99, trial);
            let rows: Vec<f64> = (0..80).map(|_| random.unit()).collect();
            let (low, high) = bootstrap(300).intervals(&rows, 1, &Control::new()).unwrap()[0];
            low <= 0.5 && 0.5 <= high
        });
        let covered = covered.count();
        // 285 expected, standard deviation below 5; the percentile bootstrap covers a little less than it says.
        assert!((268..=298).contains(&covered), "{covered} of 300");
    }

    #[test]
    fn columns_do_not_disturb_each_other_and_undefined_values_are_left_out() {
        let first: Vec<f64> = (0..50).map(f64::from).collect();
        let alone = bootstrap(100).intervals(&first, 1, &Control::new()).unwrap()[0];
        let both: Vec<f64> = first.iter().flat_map(|&value| [value, f64::NAN]).collect();
        let beside = bootstrap(100).intervals(&both, 2, &Control::new()).unwrap();
        assert_eq!(beside[0], alone);
        assert!(beside[1].0.is_nan() && beside[1].1.is_nan());
        let some: Vec<f64> = first.iter().map(|&v| if v < 10.0 { f64::NAN } else { v }).collect();
        assert!(bootstrap(100).intervals(&some, 1, &Control::new()).unwrap()[0].0 > 20.0);
    }

    #[test]
    fn nothing_to_draw_gives_no_interval() {
        assert!(bootstrap(9).intervals(&[], 1, &Control::new()).unwrap()[0].0.is_nan());
        assert!(bootstrap(0).intervals(&[1.0], 1, &Control::new()).unwrap()[0].0.is_nan());
        assert_eq!(bootstrap(9).intervals(&[2.0], 1, &Control::new()).unwrap(), [(2.0, 2.0)]);
    }
}
