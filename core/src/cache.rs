//! What can be computed again at any time.

use std::fmt;
use std::sync::OnceLock;

/// A value computed when it is first asked for.
///
/// A clone begins empty, and all are equal: what is in one never shows in a result.
pub(crate) struct Cache<T>(OnceLock<T>);

impl<T> Cache<T> {
    /// The value, computed where it is not there; an error is not kept.
    pub(crate) fn get_or_try<E>(&self, compute: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(value) = self.0.get() {
            return Ok(value);
        }
        // Two that come first at the same time compute the same.
        let value = compute()?;
        Ok(self.0.get_or_init(|| value))
    }

    /// Whether the value was computed.
    pub(crate) fn is_there(&self) -> bool {
        self.0.get().is_some()
    }
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Clone for Cache<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> PartialEq for Cache<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> fmt::Debug for Cache<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}
