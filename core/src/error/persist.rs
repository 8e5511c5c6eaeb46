//! Model files that cannot be written or are refused.

use std::path::PathBuf;

/// A model file that cannot be written, or that is refused on reading.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersistError {
    /// The file cannot be opened, read, written or renamed.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The bytes are no safetensors container with kosar metadata.
    #[error("not a kosar model: {why}")]
    NotAModel {
        /// What is wrong with it.
        why: String,
    },
    /// The file was written by a newer format.
    #[error("the model has format version {found}, this release reads up to {supported}; upgrade kosar")]
    Version {
        /// The version in the file.
        found: u32,
        /// The newest version that this release reads.
        supported: u32,
    },
    /// The file holds another kind of model.
    #[error("the file holds a model of kind '{found}', expected '{expected}'")]
    Kind {
        /// The kind in the file.
        found: String,
        /// The kind asked for.
        expected: String,
    },
    /// The bytes of a section do not have the checksum stored with them.
    #[error("section '{section}' is damaged: its checksum does not match; restore the file from a copy")]
    Checksum {
        /// The damaged section.
        section: String,
    },
    /// A section that the model needs is absent.
    #[error("section '{section}' is missing")]
    MissingSection {
        /// The absent section.
        section: String,
    },
    /// A section breaks a rule of the model.
    #[error("section '{section}' is invalid: {why}")]
    Invalid {
        /// The offending section.
        section: String,
        /// The rule that it breaks.
        why: String,
    },
}
