//! The windows of a trend: the recent days, and those before them cut into pieces of the same length.

use crate::popularity::PopularityParams;
use crate::time::{MICROS_PER_DAY, Time};

/// Windows of time back from an instant: number 0 is the recent one, which the instant closes.
///
/// They are of one length, so that a customer who buys an item every week counts as often before as lately: over windows of
/// different lengths, distinct customers of what is bought again and again would seem to rise for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Windows {
    as_of: Time,
    /// The length of a window, in microseconds.
    length: i64,
    /// The length of all, in microseconds.
    span: i64,
}

impl Windows {
    pub(super) fn new(as_of: Time, params: &PopularityParams) -> Self {
        let length = micros(params.trend_days).max(1);
        Self { as_of, length, span: length + micros(params.baseline_days) }
    }

    /// How many there are.
    pub(super) fn n(&self) -> usize {
        to_usize((self.span + self.length - 1) / self.length)
    }

    /// The number of the window that holds an instant which is not after the end of the first; `None` before all of them.
    pub(super) fn place(&self, time: Time) -> Option<usize> {
        let age = self.age(time);
        (age < self.span).then(|| to_usize(age / self.length))
    }

    /// How many windows before the recent one have begun after an instant: the past of an item first sold then.
    ///
    /// The window of the first sale itself is not among them: that it has a sale is why it was chosen.
    pub(super) fn whole_since(&self, first: Time) -> usize {
        let begun = to_usize(self.age(first) / self.length);
        begun.saturating_sub(1).min(self.n() - 1)
    }

    fn age(&self, time: Time) -> i64 {
        self.as_of.micros().saturating_sub(time.micros())
    }
}

fn to_usize(value: i64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Days, at most 36,500, in microseconds.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a century has 3e15 microseconds"
)]
pub(super) fn micros(days: f64) -> i64 {
    (days * MICROS_PER_DAY as f64).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::popularity::Popularity;

    #[test]
    fn windows_are_counted_back_from_their_end() {
        let day = |day: i64| Time::from_micros(day * MICROS_PER_DAY);
        let windows = Windows::new(day(100), &Popularity::params().trend_days(7.0).baseline_days(17.0));
        assert_eq!(windows.n(), 4);
        let places = [100, 94, 93, 87, 86, 80, 79, 77, 76].map(|at| windows.place(day(at)));
        let expected = [Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), Some(3), Some(3), None];
        assert_eq!(places, expected);
        // Sold first in the recent window or the one before it: no whole window of a past.
        let past = [95, 90, 86, 79, 75, 0].map(|at| windows.whole_since(day(at)));
        assert_eq!(past, [0, 0, 1, 2, 2, 3]);
    }
}
