//! What two items are to each other, and what that rests on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What two items are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Relation {
    /// They go together.
    Complement,
    /// One stands in for the other.
    Substitute,
    /// There is evidence, and neither shows.
    Neither,
    /// One of them is in too few baskets to tell.
    Unclear,
}

impl Relation {
    /// The name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complement => "complement",
            Self::Substitute => "substitute",
            Self::Neither => "neither",
            Self::Unclear => "unclear",
        }
    }
}

/// What two items are to each other, with the counts that say so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PairRelation {
    /// The label.
    pub relation: Relation,
    /// The baskets with the first item.
    pub orders_a: u64,
    /// The baskets with the second item.
    pub orders_b: u64,
    /// The baskets with both.
    pub together: u64,
    /// The baskets that would have both by chance.
    pub expected: f64,
    /// `(together + s) / (expected + s)`, `s` being the shrinkage: 1 as by chance.
    pub lift: f64,
    /// How alike what stands beside them in baskets is, from 0 to 1.
    pub context: f64,
    /// The customers who bought both and never in one order, within the window.
    pub apart: u64,
    /// Those of them who bought each at least twice.
    pub instead: u64,
}

impl fmt::Display for PairRelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { relation, together, expected, lift, context, apart, .. } = self;
        write!(
            f,
            "{}: in {together} baskets together ({expected:.1} by chance, lift {lift:.1}), by {apart} customers only \
             apart, context {context:.2}",
            relation.name()
        )
    }
}
