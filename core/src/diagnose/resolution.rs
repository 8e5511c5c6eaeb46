//! How finely a log tells time.

use crate::time::{MICROS_PER_DAY, Time};

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const HOUR: i64 = MICROS_PER_DAY / 24;

/// What times are whole numbers of, the coarsest first.
const UNITS: [i64; 9] = [
    MICROS_PER_DAY,
    HOUR,
    30 * 60 * SECOND,
    15 * 60 * SECOND,
    10 * 60 * SECOND,
    5 * 60 * SECOND,
    60 * SECOND,
    SECOND,
    1_000,
];

/// In what units instants are told, in microseconds: from a day down to a millisecond, or a microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resolution {
    /// The coarsest unit of which at least 19 in 20 instants are whole numbers. A day: times of day are not told.
    pub(super) unit: i64,
    /// The coarsest unit of which all are.
    pub(super) exact: i64,
}

impl Resolution {
    /// Of the instants that pass; without any a day.
    pub(super) fn of(times: &[Time], passes: &[bool]) -> Self {
        let all = passes.iter().filter(|&&passes| passes).count();
        let whole = |unit: i64| {
            let kept = times.iter().zip(passes).filter(|&(_, &passes)| passes);
            kept.filter(|(time, _)| time.micros().rem_euclid(unit) == 0).count()
        };
        let wholes = UNITS.map(|unit| (unit, whole(unit)));
        let first = |is_enough: &dyn Fn(usize) -> bool| {
            wholes.iter().find(|&&(_, n)| is_enough(n)).map_or(1, |&(unit, _)| unit)
        };
        Self { unit: first(&|n| n * 20 >= all * 19), exact: first(&|n| n == all) }
    }

    /// Whether times of day are told.
    pub(super) const fn has_hours(self) -> bool {
        self.unit < MICROS_PER_DAY
    }

    /// Whether seconds are told.
    pub(super) const fn has_seconds(self) -> bool {
        self.unit <= SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times: impl Iterator<Item = i64>) -> (i64, i64) {
        let times: Vec<Time> = times.map(Time::from_micros).collect();
        let resolution = Resolution::of(&times, &vec![true; times.len()]);
        (resolution.unit, resolution.exact)
    }

    #[test]
    fn the_unit_is_the_coarsest_that_nearly_all_are_multiples_of() {
        for unit in UNITS.into_iter().chain([1]) {
            assert_eq!(of((-60..61).map(|n| n * unit)), (unit, unit));
            // One beside the others.
            assert_eq!(of((-60..61).map(|n| n * unit).chain([1])), (unit, 1));
        }
        // Half of them dates, the rest to the second.
        let half = (0..100).map(|n| if n % 2 == 0 { n * MICROS_PER_DAY } else { n * 7_919 * SECOND });
        assert_eq!(of(half), (SECOND, SECOND));
        assert_eq!(of([i64::MIN, i64::MAX].into_iter()), (1, 1));
        let none = Resolution::of(&[], &[]);
        assert!(!none.has_hours() && !none.has_seconds());
    }
}
