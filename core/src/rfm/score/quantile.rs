//! Cut points by quantiles.

use super::Value;
use super::order::order_statistics;

/// Where a quantile lies: between the values at two places of the sorted values, and how far from the first to the second.
pub(super) struct Place {
    pub(super) low: usize,
    pub(super) high: usize,
    part: f64,
}

impl Place {
    /// The value there, of those at the two places.
    pub(super) fn between(&self, a: f64, b: f64) -> f64 {
        // The two forms agree; each is exact at its own end (numpy's rule, so that cut points equal its to the bit).
        if self.part < 0.5 { a + (b - a) * self.part } else { b - (b - a) * (1.0 - self.part) }
    }
}

/// The places of the `bins - 1` inner type-7 quantiles of `n` values, at least one (Hyndman and Fan 1996,
/// doi 10.1080/00031305.1996.10473566): with h = (n - 1) p, between floor(h) and floor(h) + 1.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 <= h < n"
)]
pub(super) fn places(n: usize, bins: u8) -> impl Iterator<Item = Place> {
    let last = n - 1;
    (1..bins).map(move |i| {
        let h = last as f64 * (f64::from(i) / f64::from(bins));
        let low = h.floor() as usize;
        Place { low, high: (low + 1).min(last), part: h - h.floor() }
    })
}

/// The `bins - 1` inner type-7 quantiles of values, at least one.
pub(super) fn quantiles<V: Value>(values: &[V], bins: u8) -> Vec<f64> {
    let places: Vec<Place> = places(values.len(), bins).collect();
    let asked: Vec<usize> = places.iter().flat_map(|place| [place.low, place.high]).collect();
    let found = order_statistics(values, &asked);
    let of = |(place, ends): (&Place, &[i64])| place.between(V::units(ends[0]), V::units(ends[1]));
    places.iter().zip(found.chunks_exact(2)).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_between_neighbours() {
        assert_eq!(quantiles(&[1_i64, 2, 3, 4], 2), [2.5]);
        assert_eq!(quantiles(&[6_i64, 2, 3, 4, 5, 1], 5), [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(quantiles(&[7_u32], 5), [7.0; 4]);
        let cuts = quantiles(&[1_u32, 1, 1, 2, 9], 5);
        let expected = [1.0, 1.0, 1.4, 3.4];
        assert!(cuts.iter().zip(expected).all(|(cut, expected)| (cut - expected).abs() < 1e-12), "{cuts:?}");
    }
}
