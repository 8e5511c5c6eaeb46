//! Baskets in parts that do not make a whole.

/// Baskets in parts that cannot be searched as asked, or whose results do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// A parameter means something of all baskets that no part can tell.
    #[error("{name} = {value} cannot be used on baskets in parts: {why}")]
    Param {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: String,
        /// Why not, and what is possible.
        why: &'static str,
    },
    /// A limit ended the search, so sets are missing that may be frequent in the whole.
    #[error(
        "a search in parts must be complete; with larger parts fewer sets are candidates; this one {why}"
    )]
    Incomplete {
        /// Which limit it was.
        why: String,
    },
    /// Results to be merged come from different parameters or candidates.
    #[error("the parts have different {what}; give all the same")]
    Differ {
        /// What differs.
        what: &'static str,
    },
    /// A part to be counted holds an item that no part searched for candidates holds.
    #[error("item {id} is in no part that was searched for candidates; search every part first")]
    NotSearched {
        /// The item, as text; strings are quoted.
        id: String,
    },
    /// Not as many baskets were counted as were searched.
    #[error(
        "{counted} baskets were counted and {searched} searched; every part must be searched and counted once"
    )]
    Baskets {
        /// The number of baskets counted.
        counted: u64,
        /// The number of baskets searched for candidates.
        searched: u64,
    },
}
