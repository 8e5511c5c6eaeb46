//! The minimum support as its user writes it: a share of the baskets or a number of them.

use crate::error::ParamError;
use crate::fraction::Fraction;

/// A minimum support, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MinSupport {
    /// A share above 0 and below 1.
    Share(Fraction),
    /// A number of baskets, at least 1.
    Count(u64),
}

impl MinSupport {
    /// Reads a number: below 1 a share, its shortest decimal meant exactly; from 1 a whole count.
    pub(crate) fn from_f64(value: f64) -> Result<Self, ParamError> {
        let refused = ParamError::MinSupport { value };
        if value > 0.0 && value < 1.0 {
            return Fraction::from_f64(value).map(Self::Share).ok_or(refused);
        }
        if value >= 1.0 && value.is_finite() && value.fract() == 0.0 {
            return Ok(Self::Count(whole(value)));
        }
        Err(refused)
    }

    /// The smallest count that is frequent among `n` baskets, at least 1.
    pub(crate) fn min_count(self, n: u64) -> u64 {
        match self {
            Self::Share(share) => share.smallest_part(n).max(1),
            Self::Count(count) => count,
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and from 1; a count beyond u64 saturates, and no data reaches either"
)]
fn whole(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn min_count(value: f64, n: u64) -> u64 {
        MinSupport::from_f64(value).unwrap().min_count(n)
    }

    #[test]
    fn a_share_is_the_smallest_count_that_reaches_it() {
        for (value, count) in [(0.1, 1), (0.3, 3), (0.7, 7), (0.1 + 0.2, 4), (0.31, 4), (1e-300, 1)] {
            assert_eq!(min_count(value, 10), count, "{value}");
        }
        assert_eq!(min_count(0.01, 9835), 99);
        assert_eq!(min_count(0.001, 9835), 10);
        assert_eq!(min_count(0.5, 0), 1);
    }

    #[test]
    fn from_one_it_is_a_count() {
        assert_eq!(min_count(1.0, 10), 1);
        assert_eq!(min_count(207.0, 10), 207);
        assert_eq!(min_count(1e300, 10), u64::MAX);
    }

    #[test]
    fn what_is_neither_is_refused_with_its_value() {
        for value in [0.0, -0.0, -0.1, -3.0, 1.5, 2.5, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(MinSupport::from_f64(value), Err(ParamError::MinSupport { value }), "{value}");
        }
        assert!(MinSupport::from_f64(f64::NAN).is_err());
        let message = MinSupport::from_f64(2.5).unwrap_err().to_string();
        assert!(message.ends_with("a whole count from 1, got 2.5"), "{message}");
    }
}
