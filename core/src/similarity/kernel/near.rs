//! What comes near the best of a row, so that only that is scored exactly and put in order.

use super::key::Keyed;
use super::order::{Formula, Ranked};

/// Items that tell where the best of a row begin.
const SAMPLE: usize = 64;

/// Of a row's candidates by rank and count: those that may be among the best, told by single precision.
#[derive(Clone, Copy)]
pub(super) struct Near<'r> {
    /// The row's own term.
    own: f32,
    /// The other items' terms, by rank.
    terms: &'r [f32],
    shrinkage: f32,
    /// The least number of users in common.
    least: u16,
}

/// A rank and a count, in one number so that they are written at once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept(u64);

impl Kept {
    /// Of a rank of four bytes at most.
    #[inline(always)]
    fn new(rank: usize, count: u16) -> Self {
        Self((rank as u64) << 16 | u64::from(count))
    }

    #[inline(always)]
    pub(super) fn rank(self) -> usize {
        (self.0 >> 16) as usize
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a part of the bits is kept")]
    pub(super) fn count(self) -> u16 {
        self.0 as u16
    }
}

/// Where the best of a row begin, about; and what no rounding takes below.
#[derive(Clone, Copy)]
pub(super) struct Bar {
    pivot: u32,
    low: u32,
}

impl<'r> Near<'r> {
    /// The filter of a row; `None` where there is nothing quicker than the similarity itself.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "of terms, for what need not be exact")]
    pub(super) fn new<F: Formula>(order: &'r Ranked, rank: usize) -> Option<Self> {
        let shape = &order.order.shape;
        let own = order.order.own[rank] as f32;
        let shrinkage = shape.shrinkage as f32;
        let quick = F::quick(1.0, own, 1.0).is_some() && (shrinkage == 0.0 || F::SHRINKS);
        let least = u16::try_from(shape.min_count).unwrap_or(u16::MAX);
        quick.then_some(Self { own, terms: &order.quick, shrinkage, least })
    }

    /// What sorts as the similarities do: the bits of a number that is not negative; 0 for what too few have.
    ///
    /// `PLAIN`: as [`Near::is_plain`] tells.
    #[inline(always)]
    fn quick<F: Formula, const PLAIN: bool>(self, count: u16, term: f32) -> u32 {
        let number = f32::from(count);
        let base = F::quick(number, self.own, term).unwrap_or(f32::INFINITY);
        if PLAIN {
            return base.to_bits();
        }
        let left = if self.shrinkage > 0.0 { base * (number / (number + self.shrinkage)) } else { base };
        if count >= self.least { left.to_bits() } else { 0 }
    }

    /// Whether nothing is shrunk, and any number of users in common is enough.
    #[inline(always)]
    pub(super) fn is_plain(self) -> bool {
        self.shrinkage == 0.0 && self.least <= 1
    }

    /// Where the best `k` of `touched` begin, told by a few of them at even distances; `None` where all may be among them.
    #[inline(always)]
    pub(super) fn bar<F: Formula, R: Keyed>(self, counters: &[u16], touched: &[R], k: usize) -> Option<Bar> {
        let n = touched.len();
        // As many of the sample as of all, and a few more.
        let place = SAMPLE * k / n.max(1) + SAMPLE * k / (2 * n.max(1)) + 3;
        if n < 2 * k + SAMPLE || place >= SAMPLE {
            return None;
        }
        let mut sample = [0; SAMPLE];
        let step = n / SAMPLE;
        for (at, value) in sample.iter_mut().enumerate() {
            let other = touched[at * step].position();
            *value = self.quick::<F, false>(counters[other], self.terms[other]);
        }
        let (_, &mut pivot, _) = sample.select_nth_unstable_by(place, |a, b| b.cmp(a));
        // Far enough below that rounding changes nothing.
        Some(Bar { pivot, low: (f32::from_bits(pivot) * (1.0 - 1e-5)).to_bits() })
    }

    /// Writes down those of the items touched that reach the bar, or nearly, and tells how many they are. All counters are zero
    /// afterwards.
    #[inline(always)]
    pub(super) fn take<F: Formula, R: Keyed>(
        self,
        bar: Bar,
        counters: &mut [u16],
        touched: &[R],
        kept: &mut [Kept],
    ) -> usize {
        if self.is_plain() {
            self.take_by::<F, R, true>(bar, counters, touched, kept)
        } else {
            self.take_by::<F, R, false>(bar, counters, touched, kept)
        }
    }

    #[inline(always)]
    fn take_by<F: Formula, R: Keyed, const PLAIN: bool>(
        self,
        bar: Bar,
        counters: &mut [u16],
        touched: &[R],
        kept: &mut [Kept],
    ) -> usize {
        let terms = self.terms;
        let room = counters.len().min(kept.len()).min(terms.len());
        assert!(room >= R::SPAN, "there is room for every rank");
        let mut n = 0;
        for &other in touched {
            let count = std::mem::take(&mut counters[other.position()]);
            let quick = self.quick::<F, PLAIN>(count, terms[other.position()]);
            // Written always and kept only where near: no branch to guess.
            kept[R::new(n).position()] = Kept::new(other.position(), count);
            n += usize::from(quick >= bar.low);
        }
        n
    }

    /// Whether what was kept holds the best `k`: more than those reach the bar, so that all else is behind them.
    #[inline(always)]
    pub(super) fn are_enough<F: Formula>(self, bar: Bar, kept: &[Kept], k: usize) -> bool {
        let mut n = 0;
        for kept in kept {
            let quick = self.quick::<F, false>(kept.count(), self.terms[kept.rank()]);
            n += usize::from(quick >= bar.pivot);
        }
        n > k
    }
}
