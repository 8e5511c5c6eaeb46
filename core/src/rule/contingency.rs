//! The four counts behind a rule, and so behind every measure of it.

/// How many baskets hold the antecedent A, the consequent B, both, and how many there are.
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
}

impl Contingency {
    /// From the numbers of all baskets, of those with A, with B, and with both; `None` unless there are baskets for all
    /// of that: both at most A and at most B, A or B at most all.
    #[must_use]
    pub fn new(n: u64, n_a: u64, n_b: u64, n_ab: u64) -> Option<Self> {
        let fits = n_ab <= n_a && n_ab <= n_b && n_a <= n && n_b - n_ab <= n - n_a;
        fits.then_some(Self { n, n_a, n_b, n_ab })
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
}
