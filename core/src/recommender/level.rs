//! How far answers may follow a customer.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// What a customer lets be used for their own answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing of them: the answers are those that anybody gets.
    None,
    /// What they do in the ongoing session, and nothing from before.
    Session,
    /// Everything that is known of them.
    #[default]
    Full,
}

impl Level {
    /// Every level, from the least on.
    pub const ALL: [Self; 3] = [Self::None, Self::Session, Self::Full];

    /// `none`, `session` or `full`, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Session => "session",
            Self::Full => "full",
        }
    }

    /// Reads what [`Level::name`] writes.
    ///
    /// ```
    /// use kosar::recommender::Level;
    ///
    /// assert_eq!(Level::parse("session")?, Level::Session);
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let found = Self::ALL.into_iter().find(|level| level.name() == word);
        let value = word.to_owned();
        found.ok_or(ParamError::UnknownChoice { name: "level", value, allowed: "none, session, full" })
    }

    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Session => 1,
            Self::Full => 2,
        }
    }

    /// The level of a code; of an unknown one the least.
    pub(crate) const fn from_code(code: u8) -> Self {
        match code {
            2 => Self::Full,
            1 => Self::Session,
            _ => Self::None,
        }
    }
}
