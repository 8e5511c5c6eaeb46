//! What conditions on orders and events measure, made ready.

use crate::audience::End;
use crate::time::MICROS_PER_DAY;

/// What is measured: something counted, something added up or compared, or days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure<C, V> {
    Count(C),
    Sum(V),
    Avg(V),
    Min(V),
    Max(V),
    Since(End),
}

/// Whole days of 24 hours from an instant to the present; NaN without one.
#[allow(clippy::cast_precision_loss, reason = "days are few")]
pub(super) fn days_since(time: Option<i64>, now: i64) -> f64 {
    time.map_or(f64::NAN, |time| now.saturating_sub(time).div_euclid(MICROS_PER_DAY) as f64)
}
