//! How near two prices are.

use crate::money::Money;

/// Stands for the logarithm of nothing: what is free resembles only what is free.
const FREE: f64 = -1e300;

/// The logarithm of a price.
pub(super) fn log_of(price: Money) -> f64 {
    if price > Money::ZERO { price.to_f64().ln() } else { FREE }
}

/// How near two prices are by their logarithms: 1 for the same, falling with the logarithm of their ratio to 0 where one is
/// `ratio` times the other.
///
/// A triangle, so it is a scalar product of vectors of length 1, as soft bands of the price would give.
pub(super) fn nearness(a: f64, b: f64, log_ratio: f64) -> f64 {
    (1.0 - (a - b).abs() / log_ratio).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_near_by_their_ratio() {
        let near = |a: f64, b: f64| {
            let log = |price| log_of(Money::from_f64(price).unwrap());
            nearness(log(a), log(b), 4_f64.ln())
        };
        assert!((near(10.0, 20.0) - 0.5).abs() < 1e-12 && (near(200.0, 100.0) - 0.5).abs() < 1e-12);
        assert!((near(3.0, 3.0) - 1.0).abs() < 1e-15 && (near(0.0, 0.0) - 1.0).abs() < 1e-15);
        assert_eq!((near(1.0, 4.1), near(0.0, 0.000_001)), (0.0, 0.0));
    }
}
