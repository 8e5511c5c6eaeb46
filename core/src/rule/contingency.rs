//! The four counts behind a rule, and so behind every measure of it.

use std::num::NonZeroU32;

/// How many baskets hold the antecedent A, the consequent B, both, and how many there are.
///
/// Where baskets are weighted, the counts are sums of weights, and [`Contingency::unit`] says how much a whole basket
/// weighs; it is 1 otherwise. Shares and ratios do not depend on it; measures that grow with the number of baskets divide
/// by it.
///
/// ```
/// use kosar::rule::{Contingency, Measure};
/// let counts = Contingency::new(1000, 200, 250, 100).expect("both is at most either");
/// assert_eq!(Measure::Confidence.of(&counts), 0.5);
/// assert_eq!(Measure::Lift.of(&counts), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Contingency {
    n: u64,
    n_a: u64,
    n_b: u64,
    n_ab: u64,
    unit: NonZeroU32,
}

impl Contingency {
    /// From the numbers of all baskets, of those with A, with B, and with both; `None` unless there are baskets for all
    /// of that: both at most A and at most B, A or B at most all.
    #[must_use]
    pub fn new(n: u64, n_a: u64, n_b: u64, n_ab: u64) -> Option<Self> {
        let fits = n_ab <= n_a && n_ab <= n_b && n_a <= n && n_b - n_ab <= n - n_a;
        fits.then_some(Self { n, n_a, n_b, n_ab, unit: NonZeroU32::MIN })
    }

    /// The same sums of weights, a whole basket weighing `unit`.
    ///
    /// ```
    /// use kosar::rule::{Contingency, Measure};
    /// use std::num::NonZeroU32;
    ///
    /// let halves = Contingency::new(20, 10, 10, 5).and_then(|counts| Some(counts.weighing(NonZeroU32::new(2)?)));
    /// assert_eq!(halves.map(|counts| Measure::Count.of(&counts)), Some(2.5));
    /// ```
    #[must_use]
    pub const fn weighing(mut self, unit: NonZeroU32) -> Self {
        self.unit = unit;
        self
    }

    /// The number of baskets.
    #[must_use]
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// The number of baskets with the antecedent.
    #[must_use]
    pub const fn n_a(&self) -> u64 {
        self.n_a
    }

    /// The number of baskets with the consequent.
    #[must_use]
    pub const fn n_b(&self) -> u64 {
        self.n_b
    }

    /// The number of baskets with both.
    #[must_use]
    pub const fn n_ab(&self) -> u64 {
        self.n_ab
    }

    /// How much a whole basket counts: 1 unless baskets are weighted.
    #[must_use]
    pub const fn unit(&self) -> NonZeroU32 {
        self.unit
    }

    /// The same table in whole baskets: each of its four cells over the unit, to the nearest.
    #[must_use]
    pub fn in_baskets(&self) -> Self {
        let [both, only_a, only_b, neither] = self.cells().map(|cell| whole_baskets(cell, self.unit));
        let (n_a, n_b) = (both + only_a, both + only_b);
        Self { n: n_a + only_b + neither, n_a, n_b, n_ab: both, unit: NonZeroU32::MIN }
    }

    /// Both, only A, only B, neither.
    fn cells(&self) -> [u64; 4] {
        let only_b = self.n_b - self.n_ab;
        [self.n_ab, self.n_a - self.n_ab, only_b, self.n - self.n_a - only_b]
    }
}

/// A sum of weights as a number of baskets, to the nearest.
pub(super) fn whole_baskets(weight: u64, unit: NonZeroU32) -> u64 {
    let unit = u64::from(unit.get());
    weight / unit + u64::from(weight % unit >= unit.div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_no_baskets_can_have_are_refused() {
        assert!(Contingency::new(10, 5, 5, 0).is_some());
        assert!(Contingency::new(0, 0, 0, 0).is_some());
        for (n, n_a, n_b, n_ab) in
            [(10, 4, 5, 5), (10, 5, 4, 5), (10, 11, 1, 1), (10, 6, 5, 0), (10, 1, 11, 1)]
        {
            assert_eq!(Contingency::new(n, n_a, n_b, n_ab), None);
        }
    }

    #[test]
    fn weighted_cells_are_rounded_one_by_one_to_a_table_that_can_be() {
        let unit = NonZeroU32::new(10).unwrap();
        let counts = Contingency::new(100, 30, 29, 15).unwrap().weighing(unit).in_baskets();
        // Cells 1.5, 1.5, 1.4, 5.6.
        assert_eq!(Some(counts), Contingency::new(11, 4, 3, 2));
        let counts = Contingency::new(7, 5, 4, 3).unwrap();
        assert_eq!(counts.in_baskets(), counts);
    }
}
