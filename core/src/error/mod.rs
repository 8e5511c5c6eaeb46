//! What can go wrong, as types: a bad parameter, an unknown id, an unreadable input, an unusable model file.

mod audience;
mod id;
mod intake;
mod param;
mod parts;
mod persist;
mod rule;

pub use audience::AudienceError;
pub use id::IdError;
pub use intake::IntakeError;
pub use param::ParamError;
pub use parts::PartsError;
pub use persist::PersistError;
pub use rule::RuleError;

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any failure of this crate; each variant holds the precise error of its family.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter has a value that is not allowed.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// An outside id is unknown, or of the wrong type.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The input cannot be read as an order log.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A model file cannot be written or read.
    #[error(transparent)]
    Persist(#[from] PersistError),
    /// An audience cannot be read or answered.
    #[error(transparent)]
    Audience(#[from] AudienceError),
    /// Rules or parameters of a recommender cannot be read, or name what is not there.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// Baskets in parts cannot be searched as asked.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// The log was built without a column that the computation needs.
    #[error("the log has no {column} column, which {needed_by} needs")]
    MissingColumn {
        /// The role of the column, such as `item`.
        column: &'static str,
        /// What asked for it, such as `AssociationRules`.
        needed_by: &'static str,
    },
    /// The catalogue was built without a column that the answer needs.
    #[error("the catalogue was built without a {column} column, which {needed_by} needs")]
    MissingFact {
        /// The role of the column, such as `price`.
        column: &'static str,
        /// What asked for it, such as `a filter by price`.
        needed_by: &'static str,
    },
    /// A sum of money is beyond what a model can hold.
    #[error("the {what} of {role} {id} is beyond 9.2 trillion")]
    Overflow {
        /// What was summed up.
        what: &'static str,
        /// What the id names.
        role: &'static str,
        /// The id, as text; strings are quoted.
        id: String,
    },
    /// The caller asked the computation to stop.
    #[error("the computation was cancelled")]
    Cancelled,
}

/// What a failure is about: what a caller in any language distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter has a value that is not allowed.
    Param,
    /// An outside id is unknown.
    UnknownId,
    /// An outside id is of the wrong type.
    IdType,
    /// The model was saved without the histories that the answer needs.
    NoHistories,
    /// The input cannot be read as an order log.
    Intake,
    /// The log, or the catalogue, lacks a column that the computation needs.
    MissingColumn,
    /// A sum is beyond what a model can hold.
    Overflow,
    /// A file cannot be read or written.
    Io,
    /// A file is no model, or a damaged one, or one of another kind or version.
    ModelFile,
    /// The caller asked to stop.
    Cancelled,
}

impl ErrorKind {
    /// A code that never changes, for languages whose errors carry one: `KOSAR_PARAM` and so on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Param => "KOSAR_PARAM",
            Self::UnknownId => "KOSAR_UNKNOWN_ID",
            Self::IdType => "KOSAR_ID_TYPE",
            Self::NoHistories => "KOSAR_NO_HISTORIES",
            Self::Intake => "KOSAR_INTAKE",
            Self::MissingColumn => "KOSAR_MISSING_COLUMN",
            Self::Overflow => "KOSAR_OVERFLOW",
            Self::Io => "KOSAR_IO",
            Self::ModelFile => "KOSAR_MODEL_FILE",
            Self::Cancelled => "KOSAR_CANCELLED",
        }
    }
}

impl Error {
    /// What the failure is about.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Param(_) | Self::Parts(_) | Self::Audience(_) | Self::Rule(_) => ErrorKind::Param,
            Self::Id(
                IdError::Unknown { .. } | IdError::UnknownCategory { .. } | IdError::NotAtDepth { .. },
            ) => ErrorKind::UnknownId,
            Self::Id(IdError::WrongKind { .. }) => ErrorKind::IdType,
            Self::Id(IdError::NoHistories { .. } | IdError::NeedsHistories { .. }) => ErrorKind::NoHistories,
            Self::Intake(IntakeError::Io { .. }) | Self::Persist(PersistError::Io { .. }) => ErrorKind::Io,
            Self::Intake(_) => ErrorKind::Intake,
            Self::Persist(_) => ErrorKind::ModelFile,
            Self::MissingColumn { .. } | Self::MissingFact { .. } => ErrorKind::MissingColumn,
            Self::Overflow { .. } => ErrorKind::Overflow,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }
}
