//! Rules and parameters of a recommender that are refused, with the place in their JSON.

/// Business rules, or parameters of a recommender, that cannot be read, or that name what is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{of} at {path}: {why}")]
pub struct RuleError {
    /// `rules` or `params`; `like` of a request; `contents` of a choice.
    pub of: &'static str,
    /// Where, such as `boosts[0].factor`; `.` is the whole.
    pub path: String,
    /// What is wrong, and what is allowed.
    pub why: String,
}
