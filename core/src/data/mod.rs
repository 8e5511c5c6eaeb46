//! The order log: rows of the shop's own files and tables, checked, numbered and stored in columns.

mod basket;
mod id;
mod rows;
mod table;
mod vocabulary;

pub use basket::Baskets;
pub use id::{Id, IdKind, IdRef};
pub use rows::Rows;
pub use table::{Cell, Column, Table};
pub use vocabulary::Vocabulary;
