//! Why temporal rules are missing, where a budget ended the computation.

use std::fmt;

/// Which limit ended the computation, and how far it came: the rules of the antecedents done are all there, and no others.
/// Antecedents are taken from the one that most customers bought on (ties: smaller ids first). With `top_k` there are the
/// first of these rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemporalPartial {
    /// The number of rules would have passed its limit.
    MaxRules {
        /// The limit.
        max_rules: usize,
        /// The number of items, from the one that most customers bought on, whose rules are all there.
        antecedents_done: usize,
        /// The number of items that enough customers bought.
        antecedents: usize,
    },
    /// The time was up; where it was up depends on the machine.
    MaxSeconds {
        /// The number of items, from the one that most customers bought on, whose rules are all there.
        antecedents_done: usize,
        /// The number of items that enough customers bought.
        antecedents: usize,
    },
}

impl TemporalPartial {
    /// Four numbers for a file: which limit, its value, how much is done, of how much.
    pub(super) fn to_numbers(self) -> [u64; 4] {
        let (which, limit, done, of) = match self {
            Self::MaxRules { max_rules, antecedents_done, antecedents } => {
                (0, max_rules, antecedents_done, antecedents)
            }
            Self::MaxSeconds { antecedents_done, antecedents } => (1, 0, antecedents_done, antecedents),
        };
        [which, limit as u64, done as u64, of as u64]
    }

    /// The other way; `None` for numbers that [`TemporalPartial::to_numbers`] does not give.
    pub(super) fn from_numbers([which, limit, done, of]: [u64; 4]) -> Option<Self> {
        let number = |number| usize::try_from(number).ok();
        let (max_rules, antecedents_done, antecedents) = (number(limit)?, number(done)?, number(of)?);
        match which {
            _ if done >= of => None,
            0 if limit > 0 => Some(Self::MaxRules { max_rules, antecedents_done, antecedents }),
            1 if limit == 0 => Some(Self::MaxSeconds { antecedents_done, antecedents }),
            _ => None,
        }
    }
}

impl fmt::Display for TemporalPartial {
    /// Writes a sentence fit for a warning.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxRules { max_rules, antecedents_done, antecedents } => write!(
                f,
                "stopped at max_rules = {max_rules}: complete for the {antecedents_done} most bought of {antecedents} \
                 items as antecedents; raise min_support, min_confidence or max_rules, or set top_k"
            ),
            Self::MaxSeconds { antecedents_done, antecedents } => write!(
                f,
                "stopped at max_seconds: complete for the {antecedents_done} most bought of {antecedents} items as \
                 antecedents; raise min_support or max_seconds, or shorten within_days"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_survive_as_numbers() {
        let (antecedents_done, antecedents) = (3, 9);
        for partial in [
            TemporalPartial::MaxRules { max_rules: 7, antecedents_done, antecedents },
            TemporalPartial::MaxSeconds { antecedents_done, antecedents },
        ] {
            assert_eq!(TemporalPartial::from_numbers(partial.to_numbers()), Some(partial));
        }
        for numbers in [[2, 7, 3, 9], [0, 0, 3, 9], [1, 7, 3, 9], [0, 7, 9, 9]] {
            assert_eq!(TemporalPartial::from_numbers(numbers), None, "{numbers:?}");
        }
    }
}
