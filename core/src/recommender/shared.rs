//! What threads have in common without waiting for each other; under loom it is loom's.

pub(super) use std::sync::atomic::AtomicU64;

pub(super) use arc_swap::{ArcSwapOption, Guard};
