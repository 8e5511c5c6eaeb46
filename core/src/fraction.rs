//! Shares given by a user as decimals, compared with counts exactly.
//!
//! A user who writes 0.1 means a tenth. The nearest double is a little more than that, so that 1 of 10 would fall short
//! of it; here the shortest decimal that names the double is what counts, and comparisons are between integers.

/// A decimal from 0 to 1: `digits / 10^scale`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    /// At most 17 digits: no double needs more.
    digits: u64,
    scale: u32,
}

impl Fraction {
    /// Reads a double as its shortest decimal; `None` unless it is from 0 to 1.
    pub(crate) fn from_f64(value: f64) -> Option<Self> {
        if !(0.0..=1.0).contains(&value) {
            return None;
        }
        // `Display` writes the shortest decimal that reads back as the same double, and never an exponent.
        let text = value.abs().to_string();
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let digits = format!("{whole}{decimals}").parse().ok()?;
        Some(Self { digits, scale: u32::try_from(decimals.len()).ok()? })
    }

    /// Whether `part / whole` is at least this fraction; so it is for 0 / 0 too.
    pub(crate) fn is_reached(self, part: u64, whole: u64) -> bool {
        let right = u128::from(self.digits) * u128::from(whole);
        if part == 0 {
            return right == 0;
        }
        // The right side is below 10^17 * 2^64, so a left side that overflows is above it.
        self.power().and_then(|power| power.checked_mul(u128::from(part))).is_none_or(|left| left >= right)
    }

    /// The smallest `part` such that `part / whole` is at least this fraction.
    pub(crate) fn smallest_part(self, whole: u64) -> u64 {
        let right = u128::from(self.digits) * u128::from(whole);
        let part = self.power().map_or(u128::from(right > 0), |power| right.div_ceil(power));
        u64::try_from(part).expect("a fraction of a whole is at most the whole")
    }

    /// The largest `whole` of which `part` is at least this fraction; `u64::MAX` for any.
    pub(crate) fn largest_whole(self, part: u64) -> u64 {
        if self.digits == 0 || part == 0 {
            return if self.digits == 0 { u64::MAX } else { 0 };
        }
        let left = self.power().and_then(|power| power.checked_mul(u128::from(part)));
        left.map_or(u64::MAX, |left| u64::try_from(left / u128::from(self.digits)).unwrap_or(u64::MAX))
    }

    fn power(self) -> Option<u128> {
        10_u128.checked_pow(self.scale)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fraction(value: f64) -> Fraction {
        Fraction::from_f64(value).unwrap()
    }

    #[test]
    fn a_tenth_is_a_tenth() {
        assert_eq!(fraction(0.1), Fraction { digits: 1, scale: 1 });
        for (value, part) in [(0.1, 1), (0.3, 3), (0.7, 7), (0.9, 9), (0.0, 0), (1.0, 10)] {
            assert_eq!(fraction(value).smallest_part(10), part, "{value}");
        }
    }

    #[test]
    fn a_sum_that_is_a_little_more_is_a_little_more() {
        assert_eq!((0.1_f64 + 0.2).to_string(), "0.30000000000000004");
        assert_eq!(fraction(0.1 + 0.2).smallest_part(10), 4);
        assert!(!fraction(0.1 + 0.2).is_reached(3, 10));
        assert!(fraction(0.3).is_reached(3, 10));
    }

    #[test]
    fn tiny_fractions_do_not_overflow() {
        for value in [1e-300, f64::MIN_POSITIVE, 5e-324, 1.234_567_890_123_456_7e-5, 1e-20] {
            assert!(fraction(value).smallest_part(u64::MAX) <= 1 << 50, "{value}");
            assert!(fraction(value).is_reached(1, 1), "{value}");
            assert!(!fraction(value).is_reached(0, 1), "{value}");
        }
        assert_eq!(fraction(1e-300).smallest_part(u64::MAX), 1);
        assert_eq!(fraction(1e-300).smallest_part(0), 0);
        assert_eq!(fraction(1.0).smallest_part(u64::MAX), u64::MAX);
    }

    #[test]
    fn what_is_no_share_is_none() {
        for value in [-0.1, 1.000_000_1, f64::NAN, f64::INFINITY] {
            assert_eq!(Fraction::from_f64(value), None, "{value}");
        }
        assert_eq!(fraction(-0.0), fraction(0.0));
    }

    proptest! {
        #[test]
        fn the_smallest_part_is_reached_and_the_one_below_is_not(value in 0.0..1.0_f64, whole in 1_u64..1_000_000) {
            let part = fraction(value).smallest_part(whole);
            prop_assert!(fraction(value).is_reached(part, whole));
            prop_assert!(part == 0 || !fraction(value).is_reached(part - 1, whole));
        }

        #[test]
        fn the_largest_whole_is_reached_and_the_one_above_is_not(value in 0.001..1.0_f64, part in 0_u64..1_000_000) {
            let whole = fraction(value).largest_whole(part);
            prop_assert!(fraction(value).is_reached(part, whole));
            prop_assert!(!fraction(value).is_reached(part, whole + 1));
            prop_assert_eq!(fraction(0.0).largest_whole(part), u64::MAX);
        }

        #[test]
        fn a_written_share_means_what_is_written(part in 0_u64..=1000) {
            let value: f64 = format!("{}.{:03}", part / 1000, part % 1000).parse().unwrap();
            prop_assert_eq!(fraction(value).smallest_part(1000), part);
        }
    }
}
