//! Features brought to a common scale.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// How features are brought to a common scale, each for itself; the constants are those of the customers of the fit, also for
/// customers who come later. A feature that is the same for all is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scaling {
    /// Amounts, counts and days become ln(1 + x), by magnitude and with their sign, shares stay; then as [`Scaling::Z`].
    #[default]
    Log1pZ,
    /// Less the mean, over the population standard deviation.
    Z,
    /// Less the median, over the distance of the quartiles (of type 7: Hyndman and Fan 1996, doi
    /// 10.1080/00031305.1996.10473566); over the standard deviation where the quartiles are equal.
    Robust,
    /// The share of the customers of the fit with less, and half of those with as much: from 0 to 1, evenly spread.
    Quantile,
    /// As they are.
    None,
}

impl Scaling {
    /// The name: `log1p_z`, `z`, `robust`, `quantile` or `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Log1pZ => "log1p_z",
            Self::Z => "z",
            Self::Robust => "robust",
            Self::Quantile => "quantile",
            Self::None => "none",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let all = [Self::Log1pZ, Self::Z, Self::Robust, Self::Quantile, Self::None];
        all.into_iter().find(|one| one.as_str() == word).ok_or_else(|| ParamError::UnknownChoice {
            name: "scaling",
            value: word.to_owned(),
            allowed: "log1p_z, z, robust, quantile, none",
        })
    }
}

/// The scale of one feature.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scale {
    /// Less a centre, over a spread, after a logarithm or without; all is 0 where the spread is.
    Linear { log: bool, centre: f64, spread: f64 },
    /// By the values of the fit, rising.
    Ranks(Vec<f64>),
}

impl Scale {
    /// The scale of the values of a feature. n log n in them, for those by order.
    pub(super) fn of(scaling: Scaling, is_amount: bool, values: &[f64]) -> Self {
        let linear = |log, (centre, spread)| Self::Linear { log, centre, spread };
        match scaling {
            Scaling::None => linear(false, (0.0, 1.0)),
            Scaling::Z => linear(false, moments(values)),
            Scaling::Log1pZ if is_amount => {
                let logs: Vec<f64> = values.iter().map(|&value| signed_log(value)).collect();
                linear(true, moments(&logs))
            }
            Scaling::Log1pZ => linear(false, moments(values)),
            Scaling::Robust => {
                let sorted = sorted(values);
                let apart = quantile(&sorted, 0.75) - quantile(&sorted, 0.25);
                let spread = if apart > 0.0 { apart } else { moments(values).1 };
                linear(false, (quantile(&sorted, 0.5), spread))
            }
            Scaling::Quantile => Self::Ranks(sorted(values)),
        }
    }

    /// A value on the scale.
    #[allow(clippy::cast_precision_loss, reason = "customers are far below 2^53")]
    pub(super) fn apply(&self, value: f64) -> f64 {
        match self {
            Self::Linear { spread, .. } if *spread <= 0.0 => 0.0,
            Self::Linear { log, centre, spread } => {
                let value = if *log { signed_log(value) } else { value };
                (value - centre) / spread
            }
            Self::Ranks(sorted) if sorted.first() == sorted.last() => 0.0,
            Self::Ranks(sorted) => {
                let less = sorted.partition_point(|&other| other < value);
                let up_to = sorted.partition_point(|&other| other <= value);
                (less + up_to) as f64 / (2 * sorted.len()) as f64
            }
        }
    }
}

/// ln(1 + |x|) with the sign of x.
pub(super) fn signed_log(value: f64) -> f64 {
    value.abs().ln_1p().copysign(value)
}

/// The mean and the population standard deviation; 0 for the latter where all values are the same.
#[allow(clippy::cast_precision_loss, reason = "customers are far below 2^53")]
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt();
    let is_spread = deviation > 1e-12 * mean.abs().max(1.0);
    (mean, if is_spread { deviation } else { 0.0 })
}

pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// A type-7 quantile of sorted values; NaN without any.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 <= h < n"
)]
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let h = last as f64 * share;
    let low = h.floor() as usize;
    let high = (low + 1).min(last);
    sorted[low] + (h - h.floor()) * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(scaling: Scaling, values: &[f64]) -> Vec<f64> {
        let scale = Scale::of(scaling, true, values);
        values.iter().map(|&value| scale.apply(value)).collect()
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn each_scale_is_its_formula() {
        let values = [0.0, 1.0, 1.0, 6.0];
        close(&scaled(Scaling::None, &values), &values);
        let deviation = 5.5_f64.sqrt();
        close(&scaled(Scaling::Z, &values), &[-2.0, -1.0, -1.0, 4.0].map(|x| x / deviation));
        // Quartiles 0.75 and 2.25, median 1.
        close(&scaled(Scaling::Robust, &values), &[-1.0, 0.0, 0.0, 5.0].map(|x| x / 1.5));
        close(&scaled(Scaling::Quantile, &values), &[0.125, 0.5, 0.5, 0.875]);
        let logs = values.map(f64::ln_1p);
        close(&scaled(Scaling::Log1pZ, &values), &scaled(Scaling::Z, &logs));
        assert_eq!(Scale::of(Scaling::Log1pZ, false, &values), Scale::of(Scaling::Z, true, &values));
    }

    #[test]
    fn a_feature_that_is_the_same_for_all_is_zero() {
        for scaling in [Scaling::Log1pZ, Scaling::Z, Scaling::Robust, Scaling::Quantile] {
            assert_eq!(scaled(scaling, &[7.1; 5]), [0.0; 5], "{scaling:?}");
        }
        // Where the quartiles are equal, the standard deviation stands in.
        close(&scaled(Scaling::Robust, &[3.0, 3.0, 3.0, 3.0, 8.0]), &[0.0, 0.0, 0.0, 0.0, 2.5]);
    }

    #[test]
    fn later_values_are_held_against_those_of_the_fit() {
        let scale = Scale::of(Scaling::Quantile, true, &[1.0, 2.0, 3.0, 4.0]);
        close(&[0.0, 2.5, 9.0].map(|value| scale.apply(value)), &[0.0, 0.5, 1.0]);
        let scale = Scale::of(Scaling::Z, true, &[1.0, 3.0]);
        close(&[scale.apply(5.0)], &[3.0]);
    }

    #[test]
    fn names_read_back() {
        for scaling in [Scaling::Log1pZ, Scaling::Z, Scaling::Robust, Scaling::Quantile, Scaling::None] {
            assert_eq!(Scaling::parse(scaling.as_str()), Ok(scaling));
            assert_eq!(serde_json::to_value(scaling).unwrap(), scaling.as_str());
        }
        let error = Scaling::parse("minmax").unwrap_err().to_string();
        assert_eq!(error, "scaling must be one of log1p_z, z, robust, quantile, none, got 'minmax'");
    }
}
