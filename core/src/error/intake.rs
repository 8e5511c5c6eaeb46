//! Inputs that cannot be read as a log.

use std::path::PathBuf;

/// An input that cannot be read as an order log at all; single bad rows are in the intake report instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// A column that was named is not there.
    #[error("column '{column}', named as {role}, is not in the input; it has: {present}")]
    NoSuchColumn {
        /// The role that the column was to play.
        role: String,
        /// The name given.
        column: String,
        /// The names of the columns present, comma-separated.
        present: String,
    },
    /// A column of words that was to be looked at was not kept.
    #[error(
        "no column '{column}' of words was kept; name it in attributes when the log is made (kept: {kept})"
    )]
    NotKept {
        /// The name given.
        column: String,
        /// The names of the columns of words that were kept, comma-separated; `none` where there are none.
        kept: String,
    },
    /// A row is no basket.
    #[error("basket {basket}: {why}")]
    Basket {
        /// The row, from 0.
        basket: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A row is no session.
    #[error("session {session}: {why}")]
    Session {
        /// The row, from 0.
        session: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A sparse matrix is none.
    #[error("matrix, row {row}: {why}")]
    Matrix {
        /// The row, from 0.
        row: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No column was named for anything that the log could be built from.
    #[error("name at least {needed}; got none")]
    NoColumns {
        /// The roles of which one is needed.
        needed: &'static str,
    },
    /// A column that only the other kind of log has.
    #[error("an {log} takes no {column} column")]
    ForeignColumn {
        /// The role of the column.
        column: String,
        /// The log: `order log` or `event log`.
        log: &'static str,
    },
    /// Two roles exclude each other.
    #[error("{first} and {second} exclude each other; give one")]
    Exclusive {
        /// One role.
        first: &'static str,
        /// The other role.
        second: &'static str,
    },
    /// A column has a type that its role cannot take.
    #[error("column '{column}' cannot serve as {role}: its type is {found}, allowed is {allowed}")]
    ColumnType {
        /// The name of the column.
        column: String,
        /// The role that the column was to play.
        role: &'static str,
        /// The type found.
        found: String,
        /// The types allowed.
        allowed: &'static str,
    },
    /// The columns of a batch differ in length.
    #[error("column {role} has {found} rows, others have {expected}")]
    RaggedColumns {
        /// The role of the column.
        role: String,
        /// The number of rows of the other columns.
        expected: usize,
        /// The number of rows of this one.
        found: usize,
    },
    /// A column present in one batch is absent from another, or the other way round.
    #[error("column {role} is in some batches and not in others")]
    ChangingColumns {
        /// The role of the column.
        role: String,
    },
    /// The input has no bytes at all, not even a header.
    #[error("{} is empty: there is not even a header line", path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A quoted field begins and the file ends before it does, so the rows behind it cannot be told apart.
    #[error("line {line} of {} begins a quoted field that never ends", path.display())]
    OpenQuote {
        /// The file.
        path: PathBuf,
        /// The line, from 1, the header counted.
        line: u64,
    },
    /// A kept column holds words in one batch and numbers in another.
    #[error("column {column} holds words in some batches and numbers in others")]
    ChangingType {
        /// The name of the column.
        column: String,
    },
    /// An attribute has a name that a table has for something else.
    #[error(
        "an attribute cannot be named '{column}': it needs a name, and {reserved} stand for something else; rename the column"
    )]
    ReservedName {
        /// The name given.
        column: String,
        /// The names that stand for something else.
        reserved: &'static str,
    },
    /// A customer, or an order that nobody known stands behind, has more lines than a model has room for.
    #[error(
        "{whose} has {n_lines} order lines, at most {most} are possible; leave out the old ones, or those of a till that stands for many"
    )]
    TooManyLines {
        /// The customer's id, or that of the order, as text; strings are quoted; `nobody` where there is none.
        whose: String,
        /// How many lines there would be.
        n_lines: usize,
        /// How many are possible.
        most: usize,
    },
    /// A code points behind the end of its dictionary.
    #[error("code {code} of column {role} is not below the {len} values of its dictionary")]
    BadCode {
        /// The role of the column.
        role: &'static str,
        /// The code.
        code: u32,
        /// The number of values.
        len: usize,
    },
    /// A number of rows, ids or lines is above what 32-bit indices can hold.
    #[error("too many {what}: more than {max}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The largest number allowed.
        max: u64,
    },
    /// A category path has more levels than a tree of categories may.
    #[error(
        "the category path that begins with '{begin}' has {levels} levels, at most {max} are allowed; see the separator"
    )]
    TooDeep {
        /// The first names of the path.
        begin: String,
        /// The number of its levels.
        levels: usize,
        /// The greatest number allowed.
        max: usize,
    },
    /// An item and a category have one name, where both are to stand side by side.
    #[error("'{id}' is an item and a category; rename one of them, or give the catalogue another separator")]
    ItemAndCategory {
        /// The name.
        id: String,
    },
    /// Two logs cannot be joined.
    #[error("cannot append: {why}")]
    Append {
        /// What differs.
        why: String,
    },
}
