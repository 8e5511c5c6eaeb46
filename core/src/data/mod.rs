//! The order log: rows of the shop's own files and tables, checked, numbered and stored in columns.

mod id;
mod rows;
mod vocabulary;

pub use id::{Id, IdKind, IdRef};
pub use rows::Rows;
pub use vocabulary::Vocabulary;
