//! The stages of a customer's life with a shop.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// Where a customer stands; what each means is told [in the module](crate::lifecycle).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Known, and without a purchase.
    Prospect,
    /// One purchase, and the silence since is within the rhythm.
    New,
    /// Several purchases, within the rhythm.
    Active,
    /// Many purchases without having gone dormant, within the rhythm.
    Loyal,
    /// Longer silent than usual.
    Slipping,
    /// Much longer silent than usual.
    Dormant,
    /// Silent for so long that hardly anyone comes back by themselves.
    Lost,
    /// One purchase after having been dormant or lost, within the rhythm.
    WonBack,
}

impl Stage {
    /// All stages, in the order of tables and counts.
    pub const ALL: [Self; 8] = [
        Self::Prospect,
        Self::New,
        Self::Active,
        Self::Loyal,
        Self::Slipping,
        Self::Dormant,
        Self::Lost,
        Self::WonBack,
    ];

    /// What the stage is called in tables, files and other languages: `prospect`, `new`, `active`, `loyal`, `slipping`,
    /// `dormant`, `lost`, `won_back`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Prospect => "prospect",
            Self::New => "new",
            Self::Active => "active",
            Self::Loyal => "loyal",
            Self::Slipping => "slipping",
            Self::Dormant => "dormant",
            Self::Lost => "lost",
            Self::WonBack => "won_back",
        }
    }

    /// The stage of a word.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    ///
    /// ```
    /// use kosar::lifecycle::Stage;
    /// assert_eq!(Stage::parse("won_back")?, Stage::WonBack);
    /// assert!(Stage::parse("vip").is_err());
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let found = Self::ALL.into_iter().find(|stage| stage.word() == word);
        found.ok_or_else(|| ParamError::UnknownChoice {
            name: "stage",
            value: word.to_owned(),
            allowed: "prospect, new, active, loyal, slipping, dormant, lost, won_back",
        })
    }

    /// Where it stands in [`Stage::ALL`].
    #[must_use]
    pub const fn position(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_positions_come_back() {
        for (position, stage) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(stage.position(), position);
            assert_eq!(Stage::parse(stage.word()), Ok(stage));
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.word());
        }
        let error = Stage::parse("vip").unwrap_err().to_string();
        assert!(
            error.starts_with("stage must be one of prospect, new") && error.ends_with("got 'vip'"),
            "{error}"
        );
    }
}
