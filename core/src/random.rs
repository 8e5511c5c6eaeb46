//! Seeded random numbers whose values are part of the library's contract: same seed, same numbers, on every platform.
//!
//! Only the generator comes from outside (PCG-64, whose stream is fixed by its specification); the few distributions
//! are spelled out here, so that no dependency's upgrade can change a result.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(Pcg64);

impl Random {
    /// The stream of a seed; different `stream` numbers give independent streams.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        // Spreads close seeds and streams apart before they reach the generator (the SplitMix64 finaliser, by
        // Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195).
        let mix = |mut z: u64| {
            z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self(Pcg64::seed_from_u64(mix(mix(seed) ^ stream)))
    }

    /// Uniform over [0, 1), in steps of 2^-53.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact in a double")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform over `0..n`, `n` above 0 (Lemire 2019, doi 10.1145/3230636, without the rejection step: the bias is
    /// below n / 2^64).
    #[allow(clippy::cast_possible_truncation, reason = "the high half of the product is below n")]
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// `n` different numbers below `of`, at most all of them, rising (Floyd's algorithm: Bentley and Floyd 1987, doi
    /// 10.1145/30401.315746).
    pub(crate) fn distinct(&mut self, of: usize, n: usize) -> Vec<usize> {
        let mut chosen = std::collections::BTreeSet::new();
        for last in of.saturating_sub(n)..of {
            let drawn = self.below(last + 1);
            if !chosen.insert(drawn) {
                chosen.insert(last);
            }
        }
        chosen.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = |seed, stream| {
            let mut random = Random::new(seed, stream);
            (0..4).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, 0), draw(7, 0));
        assert_ne!(draw(7, 0), draw(7, 1));
        assert_ne!(draw(7, 0), draw(8, 0));
    }

    #[test]
    fn the_stream_never_changes_between_releases() {
        let mut random = Random::new(1, 0);
        let first: Vec<usize> = (0..5).map(|_| random.below(1_000_000)).collect();
        assert_eq!(first, RELEASED);
    }

    const RELEASED: [usize; 5] = [511_614, 553_648, 142_768, 574_975, 492_729];

    #[test]
    fn uniform_numbers_fill_their_range() {
        let mut random = Random::new(3, 0);
        let mean = (0..10_000).map(|_| random.unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        let mut seen = [0; 7];
        for _ in 0..7_000 {
            seen[random.below(7)] += 1;
        }
        assert!(seen.iter().all(|&n| (850..1150).contains(&n)), "{seen:?}");
    }
}
