//! Training on the past, asking for the future.

use crate::data::OrderLog;
use crate::error::{Error, ParamError, Result};
use crate::eval::{Split, SplitOptions};
use crate::time::{MICROS_PER_DAY, Time};

/// Where the past ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cut {
    /// At an instant: orders before it are trained on, orders at it or later are the test part.
    At(Time),
    /// That many days (of 24 hours, above 0) before the last order.
    LastDays(f64),
    /// So that the latest share of the orders (above 0, below 1) is the test part, and more where several orders have the
    /// time of the cut: they all belong to the test part.
    Fraction(f64),
}

/// Splits at an instant: no line of the training part is as late as any line of the test part.
///
/// This is the protocol to trust: what a shop could have known is all that the model knows. Customers who came after the
/// cut cannot be asked about, and are counted.
///
/// ```
/// use kosar::data::LogOptions;
/// use kosar::datasets::Shop;
/// use kosar::eval::{Cut, SplitOptions, temporal_split};
///
/// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
/// let split = temporal_split(&log, Cut::Fraction(0.2), &SplitOptions::new())?;
/// assert!(split.train().n_orders() <= log.n_orders() * 4 / 5);
/// println!("{split}");
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// # Errors
/// [`Error::MissingColumn`] in a log without times, customers or items; [`ParamError::OutOfRange`] for a number of days or
/// a share out of its range; [`ParamError::EmptyPart`], which tells the span of the log, for a cut before or behind all
/// orders.
pub fn temporal_split(log: &OrderLog, cut: Cut, options: &SplitOptions) -> Result<Split> {
    let at = cut.instant(log)?;
    let (train, test) = (log.before(at)?, log.after(at)?);
    let split = Split::assemble(train, None, &test, options)?;
    if split.train().n_orders() > 0 && test.n_orders() > 0 {
        return Ok(split);
    }
    Err(cut.leaves_nothing("order", at, split.train().n_orders() == 0, log.span()).into())
}

impl Cut {
    /// From exactly one of the three ways to say it.
    ///
    /// # Errors
    /// [`ParamError::ExactlyOne`] for none or several.
    pub fn given(
        at: Option<Time>,
        last_days: Option<f64>,
        fraction: Option<f64>,
    ) -> Result<Self, ParamError> {
        match (at, last_days, fraction) {
            (Some(at), None, None) => Ok(Self::At(at)),
            (None, Some(days), None) => Ok(Self::LastDays(days)),
            (None, None, Some(share)) => Ok(Self::Fraction(share)),
            _ => {
                let given = [at.is_some(), last_days.is_some(), fraction.is_some()];
                let given = given.into_iter().filter(|&is_given| is_given).count();
                Err(ParamError::ExactlyOne { names: "at, last_days, fraction", given })
            }
        }
    }

    /// The first instant of the test part.
    ///
    /// # Errors
    /// As [`temporal_split`].
    pub fn instant(self, log: &OrderLog) -> Result<Time> {
        self.among(log.need_times("temporal_split")?.iter().copied())
    }

    /// The first instant of the test part, among the times of what is split.
    pub(super) fn among(self, times: impl Iterator<Item = Time>) -> Result<Time> {
        match self {
            Self::At(at) => Ok(at),
            Self::LastDays(days) => {
                if !(days > 0.0 && days.is_finite()) {
                    return Err(out_of_range("last_days", days, "above 0 and finite"));
                }
                let last = times.max().map_or(0, |last| last.micros());
                Ok(Time::from_micros(last.saturating_sub(micros(days))))
            }
            Self::Fraction(share) => {
                if !(share > 0.0 && share < 1.0) {
                    return Err(out_of_range("fraction", share, "above 0 and below 1"));
                }
                let mut sorted: Vec<Time> = times.collect();
                sorted.sort_unstable();
                let first = sorted.len() - part(sorted.len(), share).min(sorted.len());
                Ok(sorted.get(first).copied().unwrap_or(Time::from_micros(0)))
            }
        }
    }

    /// What is wrong with a cut that leaves one side empty.
    pub(super) fn leaves_nothing(
        self,
        part: &'static str,
        at: Time,
        is_before: bool,
        span: Option<(Time, Time)>,
    ) -> ParamError {
        let missing = format!("{} {at}", if is_before { "before" } else { "at or after" });
        let span = span.map_or_else(
            || format!("the log has no {part}s"),
            |(first, last)| format!("the log spans {first} to {last}"),
        );
        let (name, value) = match self {
            Self::At(at) => ("at", at.to_string()),
            Self::LastDays(days) => ("last_days", days.to_string()),
            Self::Fraction(share) => ("fraction", share.to_string()),
        };
        ParamError::EmptyPart { part, name, value, missing, span }
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a span of days, rounded to the microsecond; a cast saturates"
)]
fn micros(days: f64) -> i64 {
    (days * MICROS_PER_DAY as f64).round() as i64
}

/// A share of `n`, rounded to the nearest, at least 1.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count, from 1 to it"
)]
pub(super) fn part(n: usize, share: f64) -> usize {
    ((n as f64 * share).round() as usize).max(1)
}

pub(super) fn out_of_range(name: &'static str, value: f64, allowed: &'static str) -> Error {
    ParamError::OutOfRange { name, value, allowed }.into()
}
