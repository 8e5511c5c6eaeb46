//! What can go wrong, as types: a bad parameter, an unknown id, an unreadable input, an unusable model file.

use std::path::PathBuf;

use crate::data::IdKind;

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any failure of this crate; each variant holds the precise error of its family.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter has a value that is not allowed.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// An outside id is unknown, or of the wrong type.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The input cannot be read as an order log.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A model file cannot be written or read.
    #[error(transparent)]
    Persist(#[from] PersistError),
    /// Baskets in parts cannot be searched as asked.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// The log was built without a column that the computation needs.
    #[error("the log has no {column} column, which {needed_by} needs")]
    MissingColumn {
        /// The role of the column, such as `item`.
        column: &'static str,
        /// What asked for it, such as `AssociationRules`.
        needed_by: &'static str,
    },
    /// A sum of money is beyond what a model can hold.
    #[error("the {what} of {role} {id} is beyond 9.2 trillion")]
    Overflow {
        /// What was summed up.
        what: &'static str,
        /// What the id names.
        role: &'static str,
        /// The id, as text; strings are quoted.
        id: String,
    },
    /// The caller asked the computation to stop.
    #[error("the computation was cancelled")]
    Cancelled,
}

/// What a failure is about: what a caller in any language distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter has a value that is not allowed.
    Param,
    /// An outside id is unknown.
    UnknownId,
    /// An outside id is of the wrong type.
    IdType,
    /// The model was saved without the histories that the answer needs.
    NoHistories,
    /// The input cannot be read as an order log.
    Intake,
    /// The log lacks a column that the computation needs.
    MissingColumn,
    /// A sum is beyond what a model can hold.
    Overflow,
    /// A file cannot be read or written.
    Io,
    /// A file is no model, or a damaged one, or one of another kind or version.
    ModelFile,
    /// The caller asked to stop.
    Cancelled,
}

impl ErrorKind {
    /// A code that never changes, for languages whose errors carry one: `KOSAR_PARAM` and so on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Param => "KOSAR_PARAM",
            Self::UnknownId => "KOSAR_UNKNOWN_ID",
            Self::IdType => "KOSAR_ID_TYPE",
            Self::NoHistories => "KOSAR_NO_HISTORIES",
            Self::Intake => "KOSAR_INTAKE",
            Self::MissingColumn => "KOSAR_MISSING_COLUMN",
            Self::Overflow => "KOSAR_OVERFLOW",
            Self::Io => "KOSAR_IO",
            Self::ModelFile => "KOSAR_MODEL_FILE",
            Self::Cancelled => "KOSAR_CANCELLED",
        }
    }
}

impl Error {
    /// What the failure is about.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Param(_) | Self::Parts(_) => ErrorKind::Param,
            Self::Id(IdError::Unknown { .. } | IdError::UnknownCategory { .. }) => ErrorKind::UnknownId,
            Self::Id(IdError::WrongKind { .. }) => ErrorKind::IdType,
            Self::Id(IdError::NoHistories { .. }) => ErrorKind::NoHistories,
            Self::Intake(IntakeError::Io { .. }) | Self::Persist(PersistError::Io { .. }) => ErrorKind::Io,
            Self::Intake(_) => ErrorKind::Intake,
            Self::Persist(_) => ErrorKind::ModelFile,
            Self::MissingColumn { .. } => ErrorKind::MissingColumn,
            Self::Overflow { .. } => ErrorKind::Overflow,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }
}

/// A parameter with a value that is not allowed: the message names it, the value, and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamError {
    /// `min_support` is neither a fraction nor a count.
    #[error("min_support must be a fraction above 0 and below 1, or a whole count from 1, got {value}")]
    MinSupport {
        /// The value given.
        value: f64,
    },
    /// `min_confidence` is not a fraction.
    #[error("min_confidence must be from 0 to 1, got {value}")]
    MinConfidence {
        /// The value given.
        value: f64,
    },
    /// Itemsets given are not those that the rules asked for are made from.
    #[error("the itemsets must {needed}, {found}")]
    Itemsets {
        /// What they must be.
        needed: &'static str,
        /// What they are.
        found: String,
    },
    /// A whole number is outside of its range.
    #[error("{name} must be at least {min}, got {value}")]
    TooSmall {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: i64,
        /// The smallest value allowed.
        min: i64,
    },
    /// A whole number is above its limit.
    #[error("{name} must be at most {max}, got {value}")]
    TooLarge {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: u64,
        /// The largest value allowed.
        max: u64,
    },
    /// A real number is outside of its range.
    #[error("{name} must be {allowed}, got {value}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// The range allowed, in words.
        allowed: &'static str,
    },
    /// A word is none of those allowed.
    #[error("{name} must be one of {allowed}, got '{value}'")]
    UnknownChoice {
        /// The parameter.
        name: &'static str,
        /// The word given.
        value: String,
        /// The words allowed, comma-separated.
        allowed: &'static str,
    },
    /// Baskets of categories are asked for, and nothing tells the categories of the items.
    #[error("level {level} needs a catalogue, got none; give one, or level item")]
    NoCatalog {
        /// The level asked for.
        level: String,
    },
    /// A parameter has a value that does not go with the data or with another parameter.
    #[error("{name} must be {allowed} for {with}")]
    NotWith {
        /// The parameter.
        name: &'static str,
        /// What does go with it.
        allowed: &'static str,
        /// What it does not go with.
        with: &'static str,
    },
    /// Two lists that exclude each other name the same item.
    #[error("{first} and {second} must have no item in common, got {item} in both")]
    InBoth {
        /// One list.
        first: &'static str,
        /// The other list.
        second: &'static str,
        /// The item, as text; strings are quoted.
        item: String,
    },
    /// More clusters are asked for than there are distinct points.
    #[error("n_clusters must be at most the number of distinct points, {distinct}, got {n_clusters}")]
    TooFewPoints {
        /// The number of clusters asked for.
        n_clusters: usize,
        /// The number of distinct points in the data.
        distinct: usize,
    },
    /// A text that separates must not be empty.
    #[error("{name} must be a text of at least one character, got ''")]
    EmptyText {
        /// The parameter.
        name: &'static str,
    },
    /// A matrix has the wrong shape.
    #[error("{name} must have shape ({rows}, {columns}), got ({found_rows}, {found_columns})")]
    Shape {
        /// The matrix.
        name: &'static str,
        /// The number of rows expected.
        rows: usize,
        /// The number of columns expected.
        columns: usize,
        /// The number of rows found.
        found_rows: usize,
        /// The number of columns found.
        found_columns: usize,
    },
    /// A matrix holds a value that is not a finite number.
    #[error("{name} must be finite, got {value} at row {row}, column {column}")]
    NotFinite {
        /// The matrix.
        name: &'static str,
        /// The value found.
        value: f64,
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
    },
    /// A segment grid leaves a cell without a segment.
    #[error("the segment grid leaves R{r} F{f} without a segment; every cell needs exactly one")]
    GridHole {
        /// The recency score of the cell.
        r: u8,
        /// The frequency score of the cell.
        f: u8,
    },
    /// A segment grid names two segments for a cell.
    #[error(
        "the segment grid puts R{r} F{f} into both '{first}' and '{second}'; every cell needs exactly one"
    )]
    GridOverlap {
        /// The recency score of the cell.
        r: u8,
        /// The frequency score of the cell.
        f: u8,
        /// The segment named first.
        first: String,
        /// The segment named second.
        second: String,
    },
    /// A segment of a grid has scores out of range.
    #[error("segment '{segment}' must have scores from 1 to {bins} with low <= high, got {low} to {high}")]
    GridRange {
        /// The segment.
        segment: String,
        /// The lower score given.
        low: u8,
        /// The upper score given.
        high: u8,
        /// The number of score classes.
        bins: u8,
    },
    /// A date cannot be read.
    #[error("{name} must be a date such as 2011-12-10 or 2011-12-10T00:00:00Z, got '{value}'")]
    Date {
        /// The parameter.
        name: &'static str,
        /// The text given.
        value: String,
    },
    /// A format of times cannot be understood, or does not tell a whole date.
    #[error("time_format must be a strptime format with a whole date, such as %d.%m.%Y %H:%M, got '{value}'")]
    TimeFormat {
        /// The format given.
        value: String,
    },
    /// A date of which only the day counts is not at midnight.
    #[error("{name} must be a midnight in UTC, got {value}")]
    NotMidnight {
        /// The parameter.
        name: &'static str,
        /// The instant given.
        value: String,
    },
}

/// An outside id that cannot be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// No such id was seen when the log was built.
    #[error("unknown {role} {id}")]
    Unknown {
        /// What the id names: `customer`, `item` or `order`.
        role: &'static str,
        /// The id, as text; strings are quoted.
        id: String,
    },
    /// The id is of another type than the ids of the log.
    #[error("{role} ids are {expected} here, got the {found} {id}")]
    WrongKind {
        /// What the id names.
        role: &'static str,
        /// The type of the ids in the log.
        expected: IdKind,
        /// The type of the id asked for.
        found: IdKind,
        /// The id, as text; strings are quoted.
        id: String,
    },
    /// No such category is in the catalogue.
    #[error("unknown category '{path}'; {near}")]
    UnknownCategory {
        /// The path asked for.
        path: String,
        /// Which categories resemble it, or which are the widest.
        near: String,
    },
    /// The model was saved without the customers' histories.
    #[error("this model was saved without histories: it cannot answer for a {role}; pass items instead")]
    NoHistories {
        /// What was asked for.
        role: &'static str,
    },
}

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
    /// A row is no basket.
    #[error("basket {basket}: {why}")]
    Basket {
        /// The row, from 0.
        basket: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No column was named for anything that the log could be built from.
    #[error("name at least {needed}; got none")]
    NoColumns {
        /// The roles of which one is needed.
        needed: &'static str,
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

/// Baskets in parts that cannot be searched as asked, or whose results do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// A parameter means something of all baskets that no part can tell.
    #[error("{name} = {value} cannot be used on baskets in parts: {why}")]
    Param {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: String,
        /// Why not, and what is possible.
        why: &'static str,
    },
    /// A limit ended the search, so sets are missing that may be frequent in the whole.
    #[error(
        "a search in parts must be complete; with larger parts fewer sets are candidates; this one {why}"
    )]
    Incomplete {
        /// Which limit it was.
        why: String,
    },
    /// Results to be merged come from different parameters or candidates.
    #[error("the parts have different {what}; give all the same")]
    Differ {
        /// What differs.
        what: &'static str,
    },
    /// A part to be counted holds an item that no part searched for candidates holds.
    #[error("item {id} is in no part that was searched for candidates; search every part first")]
    NotSearched {
        /// The item, as text; strings are quoted.
        id: String,
    },
    /// Not as many baskets were counted as were searched.
    #[error(
        "{counted} baskets were counted and {searched} searched; every part must be searched and counted once"
    )]
    Baskets {
        /// The number of baskets counted.
        counted: u64,
        /// The number of baskets searched for candidates.
        searched: u64,
    },
}

/// A model file that cannot be written, or that is refused on reading.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersistError {
    /// The file cannot be opened, read, written or renamed.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The bytes are no safetensors container with kosar metadata.
    #[error("not a kosar model: {why}")]
    NotAModel {
        /// What is wrong with it.
        why: String,
    },
    /// The file was written by a newer format.
    #[error("the model has format version {found}, this release reads up to {supported}; upgrade kosar")]
    Version {
        /// The version in the file.
        found: u32,
        /// The newest version that this release reads.
        supported: u32,
    },
    /// The file holds another kind of model.
    #[error("the file holds a model of kind '{found}', expected '{expected}'")]
    Kind {
        /// The kind in the file.
        found: String,
        /// The kind asked for.
        expected: String,
    },
    /// The bytes of a section do not have the checksum stored with them.
    #[error("section '{section}' is damaged: its checksum does not match; restore the file from a copy")]
    Checksum {
        /// The damaged section.
        section: String,
    },
    /// A section that the model needs is absent.
    #[error("section '{section}' is missing")]
    MissingSection {
        /// The absent section.
        section: String,
    },
    /// A section breaks a rule of the model.
    #[error("section '{section}' is invalid: {why}")]
    Invalid {
        /// The offending section.
        section: String,
        /// The rule that it breaks.
        why: String,
    },
}
