//! Temporal rules.
