//! Outside ids that cannot be looked up.

use crate::data::IdKind;

/// An outside id that cannot be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// No such id was seen when the log was built.
    #[error("unknown {role} {id}")]
    Unknown {
        /// What the id names: `customer`, `item` or `order`.
        role: &'static str,
        /// The id, as text; strings are quoted.
        id: String,
    },
    /// The id is of another type than the ids of the log.
    #[error("{role} ids are {expected} here, got the {found} {id}")]
    WrongKind {
        /// What the id names.
        role: &'static str,
        /// The type of the ids in the log.
        expected: IdKind,
        /// The type of the id asked for.
        found: IdKind,
        /// The id, as text; strings are quoted.
        id: String,
    },
    /// No such category is in the catalogue.
    #[error("unknown category '{path}'; {near}")]
    UnknownCategory {
        /// The path asked for.
        path: String,
        /// Which categories resemble it, or which are the widest.
        near: String,
    },
    /// Categories stand in the place of the items, and the id is that of none of them.
    #[error(
        "{id} is none of the categories of depth {depth} that stand here in the place of items; give the path of a \
         category such as '{example}', not the id of an item"
    )]
    NotAtDepth {
        /// The id, as text; strings are quoted.
        id: String,
        /// The depth of the categories.
        depth: usize,
        /// The path of one that is there.
        example: String,
    },
    /// The model was saved without the histories that a change, or an answer, needs.
    #[error("this model was saved without histories, which {needed_by} needs; save it with them")]
    NeedsHistories {
        /// What needs them, such as `an update`.
        needed_by: &'static str,
    },
    /// The model was saved without the customers' histories.
    #[error("this model was saved without histories: it cannot answer for a {role}; pass items instead")]
    NoHistories {
        /// What was asked for.
        role: &'static str,
    },
}
