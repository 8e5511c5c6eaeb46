//! Audiences that are refused, with the place in their tree.

/// An audience that cannot be read, or that the data cannot answer; the path leads to the place in its tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AudienceError {
    /// The text is no tree of conditions.
    #[error("audience at {path}: {why}")]
    Form {
        /// Where, such as `and[1].not.orders.window`; `.` is the whole.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// Something is named that the data does not have.
    #[error("audience at {path}: unknown {what} '{name}'; {known}")]
    Unknown {
        /// Where.
        path: String,
        /// What the name should name.
        what: &'static str,
        /// The name given.
        name: String,
        /// What there is.
        known: String,
    },
    /// A test does not go with what it tests.
    #[error("audience at {path}: {of} holds {holds}, and cannot be tested for {test}; {allowed}")]
    IllTyped {
        /// Where.
        path: String,
        /// What is tested.
        of: String,
        /// What it holds.
        holds: &'static str,
        /// The test.
        test: String,
        /// Which tests go with it.
        allowed: &'static str,
    },
    /// A value is outside of its range.
    #[error("audience at {path}: must be {allowed}, got {value}")]
    OutOfRange {
        /// Where.
        path: String,
        /// The value given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The data was built without what the condition needs.
    #[error("audience at {path}: needs {needed}, and the data was built without")]
    Missing {
        /// Where.
        path: String,
        /// What is needed.
        needed: &'static str,
    },
    /// An audience contains itself.
    #[error("audience at {path}: it would contain itself, by way of {by_way_of}")]
    Cycle {
        /// Where.
        path: String,
        /// The audiences on the way.
        by_way_of: String,
    },
}
