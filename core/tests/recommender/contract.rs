//! What every placement promises.
