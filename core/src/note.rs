//! What is allowed and hardly what was meant.

use std::fmt;

use crate::time::Time;

/// What parameters that are allowed bring with the data at hand, where that is hardly what was meant. A result is right all
/// the same; notes are for people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// `min_support` is a count above the number of baskets: nothing can be frequent.
    MoreThanBaskets {
        /// The count asked for.
        min_support: u64,
        /// The number of baskets.
        n_baskets: u64,
    },
    /// `min_support` is a count above what the baskets weigh together, as they lose weight with age: nothing can be frequent.
    MoreThanWeights {
        /// The count asked for.
        min_support: u64,
        /// The number of baskets.
        n_baskets: u64,
        /// What they weigh together, in whole baskets to the nearest.
        weight: u64,
    },
    /// `as_of` is before some baskets, or all: these weigh nothing.
    AfterAsOf {
        /// The number of baskets after it.
        later: u64,
        /// The number of all baskets.
        n_baskets: u64,
        /// The time of the latest one.
        latest: Time,
    },
    /// Rules of a recommender name items that are neither sold nor in the catalogue.
    UnknownItems {
        /// Where, such as `blocked`, or `pins[0].item`.
        path: String,
        /// The number of such items there.
        items: usize,
        /// The first of them, as text; strings are quoted.
        example: String,
    },
    /// An evaluated model names items that the training part of the split has not: it has probably seen the test part.
    BeyondTraining {
        /// The number of such items.
        items: usize,
        /// The first of them, as text; strings are quoted.
        example: String,
    },
}

impl fmt::Display for Note {
    /// Writes a sentence fit for a warning.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MoreThanBaskets { min_support, n_baskets } => write!(
                f,
                "nothing can be frequent: min_support asks for {min_support} baskets, and there are {n_baskets}; give a \
                 share below 1, or a smaller count"
            ),
            Self::MoreThanWeights { min_support, n_baskets, weight } => write!(
                f,
                "nothing can be frequent: min_support asks for {min_support} whole baskets, and with half_life_days the \
                 {n_baskets} baskets weigh {weight} together; give a share below 1, or a smaller count"
            ),
            Self::AfterAsOf { later, n_baskets, latest } if later == n_baskets => write!(
                f,
                "nothing can be frequent: as_of is before all {n_baskets} baskets, which therefore weigh nothing; the \
                 latest is of {latest}"
            ),
            Self::AfterAsOf { later, n_baskets, latest } => write!(
                f,
                "as_of is before {later} of the {n_baskets} baskets, which therefore weigh nothing; the latest is of \
                 {latest}"
            ),
            Self::UnknownItems { path, items: 1, example } => write!(
                f,
                "rules at {path}: {example} is neither sold nor in the catalogue; until it is, it changes nothing"
            ),
            Self::UnknownItems { path, items, example } => write!(
                f,
                "rules at {path}: {items} items are neither sold nor in the catalogue, such as {example}; until they are, they \
                 change nothing"
            ),
            Self::BeyondTraining { items, example } => write!(
                f,
                "the model names {items} items that the training part of the split has not, such as {example}; if it was \
                 fitted on the whole log it has seen what it is asked for: fit it on the training part"
            ),
        }
    }
}
