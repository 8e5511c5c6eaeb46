//! Which of the frequent sets are wanted, and who finds them.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// Which of the frequent sets are wanted.
///
/// What a set is depends on the baskets and, for maximal ones, on the minimum support. Lengths, `top_k` and `include` only
/// choose among the sets of a kind; `exclude` makes the items unknown to the baskets. Where items stand below categories
/// only `All` is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// All of them.
    #[default]
    All,
    /// Those that no larger set equals in its count: they tell the counts of all. An item in every basket is in each.
    Closed,
    /// Those that no larger set is frequent with: they tell which sets are frequent.
    Maximal,
    /// Those that no smaller set equals in its count, where the empty set counts all baskets: the shortest ways to say the
    /// same baskets. An item in every basket is in none.
    Generators,
}

impl Kind {
    /// Reads `all`, `closed`, `maximal` or `generators`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "all" => Ok(Self::All),
            "closed" => Ok(Self::Closed),
            "maximal" => Ok(Self::Maximal),
            "generators" => Ok(Self::Generators),
            _ => Err(ParamError::UnknownChoice {
                name: "kind",
                value: word.to_owned(),
                allowed: "all, closed, maximal, generators",
            }),
        }
    }
}

/// Who finds the sets of [`Kind::All`]; all find the same. The other kinds have searches of their own, whatever is named
/// here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Miner {
    /// The one that suits the data: FP-growth where items stand below categories, Eclat otherwise.
    #[default]
    Auto,
    /// Eclat: sets of baskets, intersected. Suits long lists of items and short baskets; refused where items stand below
    /// categories.
    Eclat,
    /// FP-growth: a prefix tree of the baskets, projected. Suits few items that many baskets hold.
    FpGrowth,
}

impl Miner {
    /// Reads `auto`, `eclat` or `fp_growth`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "auto" => Ok(Self::Auto),
            "eclat" => Ok(Self::Eclat),
            "fp_growth" => Ok(Self::FpGrowth),
            _ => Err(ParamError::UnknownChoice {
                name: "miner",
                value: word.to_owned(),
                allowed: "auto, eclat, fp_growth",
            }),
        }
    }
}
