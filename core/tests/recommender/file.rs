//! The file: whole, checked, and the same for the same.
