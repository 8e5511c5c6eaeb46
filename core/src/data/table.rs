//! A table of results: named columns of one length, the form in which every language hands results to its users.

use std::borrow::Cow;
use std::sync::Arc;

use crate::data::attribute::NONE;
use crate::data::{Id, IdRef, Rows, Vocabulary};
use crate::index::ItemIx;
use crate::time::{Date, Time};

/// The values of one column of a [`Table`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Column {
    /// An outside id in each row: its position in a vocabulary.
    Ids {
        /// What the positions stand for.
        vocabulary: Vocabulary,
        /// The position of each row's id; `u32::MAX` where missing.
        positions: Vec<u32>,
    },
    /// A list of outside ids in each row: their positions in a vocabulary.
    IdLists {
        /// What the positions stand for.
        vocabulary: Vocabulary,
        /// The positions of each row's ids; shared with the model, where it holds them so.
        rows: Arc<Rows<ItemIx>>,
    },
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Real numbers; NaN where undefined.
    Floats(Vec<f64>),
    /// Instants; [`Column::NO_TIME`] where missing.
    Times(Vec<Time>),
    /// Civil days; `None` where missing.
    Dates(Vec<Option<Date>>),
    /// Yes or no.
    Bools(Vec<bool>),
    /// Yes or no; `None` where missing.
    Flags(Vec<Option<bool>>),
    /// Words out of few: the position of each row's word in a list.
    Words {
        /// The words.
        words: Vec<String>,
        /// The position of each row's word; `u32::MAX` where missing.
        positions: Vec<u32>,
    },
}

/// One cell of a [`Table`], borrowed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell<'a> {
    /// An outside id.
    Id(IdRef<'a>),
    /// A list of outside ids.
    Ids(Vec<IdRef<'a>>),
    /// A whole number.
    Int(i64),
    /// A real number; NaN where undefined.
    Float(f64),
    /// An instant.
    Time(Time),
    /// A civil day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// A word.
    Word(&'a str),
    /// A cell without a value: of an id, an instant, a day, a word, a yes or no.
    Missing,
}

/// Named columns of one length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<(Cow<'static, str>, Column)>,
}

impl Column {
    /// What stands in a column of instants where one is missing.
    pub const NO_TIME: Time = Time::from_micros(i64::MIN);

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Ids { positions, .. } | Self::Words { positions, .. } => positions.len(),
            Self::IdLists { rows, .. } => rows.len(),
            Self::Ints(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Times(values) => values.len(),
            Self::Dates(values) => values.len(),
            Self::Bools(values) => values.len(),
            Self::Flags(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The column with only the rows named, in their order.
    ///
    /// # Panics
    /// When a row is not below [`Column::len`].
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        fn of<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| values[row]).collect()
        }
        match self {
            Self::Ids { vocabulary, positions } => {
                Self::Ids { vocabulary: vocabulary.clone(), positions: of(positions, rows) }
            }
            Self::IdLists { vocabulary, rows: lists } => {
                let lists = rows.iter().map(|&row| lists.row(row).iter().copied()).collect();
                Self::IdLists { vocabulary: vocabulary.clone(), rows: Arc::new(lists) }
            }
            Self::Ints(values) => Self::Ints(of(values, rows)),
            Self::Floats(values) => Self::Floats(of(values, rows)),
            Self::Times(values) => Self::Times(of(values, rows)),
            Self::Dates(values) => Self::Dates(of(values, rows)),
            Self::Bools(values) => Self::Bools(of(values, rows)),
            Self::Flags(values) => Self::Flags(of(values, rows)),
            Self::Words { words, positions } => {
                Self::Words { words: words.clone(), positions: of(positions, rows) }
            }
        }
    }

    /// The cell of a row below [`Column::len`].
    ///
    /// # Panics
    /// When the row is not below it.
    #[must_use]
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Ids { positions, .. } if positions[row] == NONE => Cell::Missing,
            Self::Ids { vocabulary, positions } => Cell::Id(vocabulary.get(positions[row] as usize)),
            Self::IdLists { vocabulary, rows } => {
                Cell::Ids(rows.row(row).iter().map(|&position| vocabulary.get(position.as_usize())).collect())
            }
            Self::Ints(values) => Cell::Int(values[row]),
            Self::Floats(values) => Cell::Float(values[row]),
            Self::Times(values) if values[row] == Self::NO_TIME => Cell::Missing,
            Self::Times(values) => Cell::Time(values[row]),
            Self::Dates(values) => values[row].map_or(Cell::Missing, Cell::Date),
            Self::Bools(values) => Cell::Bool(values[row]),
            Self::Flags(values) => values[row].map_or(Cell::Missing, Cell::Bool),
            Self::Words { positions, .. } if positions[row] == NONE => Cell::Missing,
            Self::Words { words, positions } => Cell::Word(&words[positions[row] as usize]),
        }
    }
}

impl Table {
    /// A table without columns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column.
    ///
    /// # Panics
    /// When its length differs from the columns before it.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, column: Column) -> Self {
        let name = name.into();
        assert!(
            self.columns.is_empty() || column.len() == self.len(),
            "column {name} has {} rows, the table has {}",
            column.len(),
            self.len()
        );
        self.columns.push((name, column));
        self
    }

    /// The table with only the rows named, in their order. Linear in these.
    ///
    /// # Panics
    /// When a row is not below [`Table::len`].
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            columns: self.columns.iter().map(|(name, column)| (name.clone(), column.select(rows))).collect(),
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns with their names.
    #[must_use]
    pub fn columns(&self) -> &[(Cow<'static, str>, Column)] {
        &self.columns
    }

    /// The column of a name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(other, _)| other == name).map(|(_, column)| column)
    }

    /// The names and cells of a row below [`Table::len`].
    ///
    /// # Panics
    /// When the row is not below it.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (&str, Cell<'_>)> {
        self.columns.iter().map(move |(name, column)| (name.as_ref(), column.cell(row)))
    }

    /// The ids of a row in a column of ids, owned; for an id list all of them.
    #[must_use]
    pub fn ids(&self, name: &str, row: usize) -> Vec<Id> {
        match self.column(name).map(|column| column.cell(row)) {
            Some(Cell::Id(id)) => vec![id.to_id()],
            Some(Cell::Ids(ids)) => ids.into_iter().map(IdRef::to_id).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_by_row_and_name() {
        let vocabulary: Vocabulary = [Id::from("a"), Id::from("b")].into_iter().collect();
        let rows: Rows<ItemIx> =
            [vec![0, 1], vec![1]].map(|row| row.into_iter().map(ItemIx::new)).into_iter().collect();
        let rows = Arc::new(rows);
        let table = Table::new()
            .with("items", Column::IdLists { vocabulary, rows })
            .with("count", Column::Ints(vec![3, 2]));
        assert_eq!(table.len(), 2);
        assert_eq!(table.ids("items", 0), [Id::from("a"), Id::from("b")]);
        assert_eq!(table.row(1).nth(1), Some(("count", Cell::Int(2))));
        assert_eq!(table.column("support"), None);
        let turned = table.select(&[1, 0]);
        assert_eq!(turned.ids("items", 1), [Id::from("a"), Id::from("b")]);
        assert_eq!(turned.column("count"), Some(&Column::Ints(vec![2, 3])));
    }

    #[test]
    fn instants_and_words_may_be_missing() {
        let word = Column::Words { words: vec!["a".to_owned()], positions: vec![NONE, 0] };
        assert_eq!((word.cell(0), word.cell(1)), (Cell::Missing, Cell::Word("a")));
        let time = Column::Times(vec![Column::NO_TIME, Time::from_micros(3)]);
        assert_eq!((time.cell(0), time.cell(1)), (Cell::Missing, Cell::Time(Time::from_micros(3))));
    }

    #[test]
    #[should_panic(expected = "column count has 1 rows")]
    fn columns_of_different_lengths_are_a_programming_error() {
        let _ = Table::new().with("a", Column::Ints(vec![1, 2])).with("count", Column::Ints(vec![1]));
    }
}
