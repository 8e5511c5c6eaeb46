//! How large an audience will be, from a sample.

use serde::Serialize;

use crate::audience::Audiences;
use crate::audience::plan::Scratch;
use crate::error::Result;
use crate::random::Random;

/// The size of an audience, as a sample of the customers tells it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SizeEstimate {
    /// The number of members: counted where everybody was looked at, and else estimated.
    pub members: f64,
    /// The lower bound of the 95 % interval (Wilson's, for a sample without replacement).
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// How many customers were looked at.
    pub sampled: usize,
    /// How many there are.
    pub customers: usize,
}

/// The standard normal value of 95 %.
const Z: f64 = 1.959_963_984_540_054;

impl Audiences {
    /// Estimates the size of an audience from a random sample of at most `sample` customers; exact where there are no more.
    /// The same seed looks at the same customers.
    ///
    /// The interval is Wilson's (1927), its width scaled by the square root of `(N - n) / (N - 1)` as the sample is drawn
    /// without replacement.
    ///
    /// # Errors
    /// [`AudienceError::Unknown`](crate::AudienceError::Unknown) for a name that no audience has.
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn estimate(&self, name: &str, sample: usize, seed: u64) -> Result<SizeEstimate> {
        let (plan, asked) = (&self.plans[self.find(name)?], self.asked());
        let customers = self.data.customers.len();
        let mut scratch = Scratch::default();
        let mut is_in = |customer: &usize| asked.holds(plan, *customer, &mut scratch);
        if sample >= customers {
            let members = (0..customers).filter(|customer| is_in(customer)).count() as f64;
            return Ok(SizeEstimate { members, low: members, high: members, sampled: customers, customers });
        }
        if sample == 0 {
            let all = customers as f64;
            return Ok(SizeEstimate { members: f64::NAN, low: 0.0, high: all, sampled: 0, customers });
        }
        let drawn = Random::new(seed, STREAM).distinct(customers, sample);
        let hits = drawn.iter().filter(|customer| is_in(customer)).count() as f64;
        let (n, all) = (sample as f64, customers as f64);
        let (share, z2) = (hits / n, Z * Z * (all - n) / (all - 1.0));
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt() * z2.sqrt() / (1.0 + z2 / n);
        Ok(SizeEstimate {
            members: share * all,
            // At least those seen, and at most all but those seen to be out.
            low: ((middle - half) * all).max(hits),
            high: ((middle + half) * all).min(all - (n - hits)),
            sampled: sample,
            customers,
        })
    }
}

/// Which random numbers are drawn.
const STREAM: u64 = 0xa0d1;
