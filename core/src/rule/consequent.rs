//! How many items a rule may conclude.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// How many items a rule may conclude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequent {
    /// One item: what a recommendation needs.
    #[default]
    Single,
    /// One item or more: every split of an itemset.
    Any,
}

impl Consequent {
    /// Reads `single` or `any`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "single" => Ok(Self::Single),
            "any" => Ok(Self::Any),
            _ => Err(ParamError::UnknownChoice {
                name: "consequent",
                value: word.to_owned(),
                allowed: "single, any",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_consequent_are_read() {
        assert_eq!(Consequent::parse("single"), Ok(Consequent::default()));
        assert_eq!(Consequent::parse("any"), Ok(Consequent::Any));
        assert!(Consequent::parse("both").is_err());
    }
}
