//! Tables of results.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use kosar::data::{Cell, Column, Vocabulary};
use kosar::{Date, ErrorKind, IdRef, ItemIx};
use napi::bindgen_prelude::{
    Either, Either4, Env, Float64Array, JsObjectValue, Null, Object, Result, Uint32Array, Unknown,
};
use napi_derive::napi;

use crate::convert::{JsId, count, js_date, js_id, needed_text};
use crate::error::{Failure, Outcome, internal, of_kind};

/// What a table shows. Cells are made when they are read, so a table takes neither time nor memory before.
pub(crate) trait Cells: Send + Sync {
    /// The number of rows.
    fn len(&self) -> usize;

    /// The names of the columns, and what is in them.
    fn columns(&self) -> Vec<(&str, ColumnKind)>;

    /// The cell in a column and a row, both by position.
    fn cell(&self, column: usize, row: usize) -> Cell<'_>;
}

/// What is in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Numbers,
    /// Ids, some of which may be missing, words, or days, which are words too.
    Words,
    Times,
    Flags,
    IdLists,
}

impl Cells for kosar::data::Table {
    fn len(&self) -> usize {
        self.len()
    }

    fn columns(&self) -> Vec<(&str, ColumnKind)> {
        let kind = |column: &Column| match column {
            Column::Ints(_) | Column::Floats(_) => ColumnKind::Numbers,
            Column::IdLists { .. } => ColumnKind::IdLists,
            Column::Times(_) => ColumnKind::Times,
            Column::Bools(_) | Column::Flags(_) => ColumnKind::Flags,
            _ => ColumnKind::Words,
        };
        self.columns().iter().map(|(name, column)| (name.as_ref(), kind(column))).collect()
    }

    fn cell(&self, column: usize, row: usize) -> Cell<'_> {
        self.columns()[column].1.cell(row)
    }
}

/// What items are called.
pub(crate) fn names<'a>(vocabulary: &'a Vocabulary, items: &[ItemIx]) -> Vec<IdRef<'a>> {
    items.iter().map(|item| vocabulary.get(item.as_usize())).collect()
}

/// Named columns of one length. Iterating gives one object a row.
#[napi]
#[derive(Clone)]
pub struct Table {
    cells: Arc<dyn Cells>,
}

impl From<kosar::data::Table> for Table {
    fn from(table: kosar::data::Table) -> Self {
        Self::of(Arc::new(table))
    }
}

/// A column of ids, of lists of them, or of words; `tables.js` puts them into the rows.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct PackedColumn {
    /// What occurs, each once.
    pub words: Vec<JsId>,
    /// The positions among these, row after row; the greatest number where one is missing.
    pub codes: Uint32Array,
    /// Where each row ends among the codes; `null` where each has one.
    pub ends: Either<Uint32Array, Null>,
}

/// A column of instants; `tables.js` makes dates of them.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct PackedTimes {
    /// Milliseconds since 1970; NaN where missing.
    pub millis: Float64Array,
}

/// A column of yes and no, which may be missing; `tables.js` makes booleans of them.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct PackedFlags {
    /// 1 for yes, 0 for no, NaN where missing.
    pub flags: Float64Array,
}

#[napi]
impl Table {
    /// The number of rows.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn length(&self) -> f64 {
        self.cells.len() as f64
    }

    /// The names of the columns.
    #[napi(getter, catch_unwind)]
    pub fn columns(&self) -> Vec<String> {
        self.cells.columns().into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    /// The rows of a column from one up to another; `index.js` makes `column` and `rows` of it.
    #[napi(skip_typescript, catch_unwind)]
    pub fn packed(
        &self,
        name: Unknown<'_>,
        from: Unknown<'_>,
        to: Unknown<'_>,
    ) -> Result<Either4<Float64Array, PackedColumn, PackedTimes, PackedFlags>, String> {
        let name = needed_text("name", name)?;
        let columns = self.cells.columns();
        let column = columns.iter().position(|(other, _)| *other == name);
        let column = column.ok_or_else(|| self.no_such_column(&name))?;
        let to = count("to", to, 0)?.min(self.cells.len());
        let rows = count("from", from, 0)?.min(to)..to;
        Ok(match columns[column].1 {
            ColumnKind::Numbers => Either4::A(self.numbers(column, rows).into()),
            ColumnKind::Words => Either4::B(self.words(column, rows, false)),
            ColumnKind::IdLists => Either4::B(self.words(column, rows, true)),
            ColumnKind::Flags => Either4::D(PackedFlags { flags: self.numbers(column, rows).into() }),
            ColumnKind::Times => Either4::C(PackedTimes { millis: self.numbers(column, rows).into() }),
        })
    }

    /// A row, as an object with a key for each column.
    #[napi(ts_args_type = "index: number", ts_return_type = "Row", catch_unwind)]
    pub fn row<'env>(&self, env: &'env Env, index: Unknown<'env>) -> Result<Object<'env>, String> {
        let at = count("index", index, 0)?;
        if at >= self.cells.len() {
            let message = format!("index must be below {}, got {at}", self.cells.len());
            return Err(of_kind(ErrorKind::Param, message));
        }
        self.object(env, at)
    }
}

impl Table {
    /// A table of cells.
    pub(crate) fn of(cells: Arc<impl Cells + 'static>) -> Self {
        Self { cells }
    }

    fn no_such_column(&self, name: &str) -> Failure {
        let message = format!("name must be one of {}, got '{name}'", self.columns().join(", "));
        of_kind(ErrorKind::Param, message)
    }

    #[allow(clippy::cast_precision_loss, reason = "counts and days are below 2^53")]
    fn numbers(&self, column: usize, rows: Range<usize>) -> Vec<f64> {
        let number = |row| match self.cells.cell(column, row) {
            Cell::Int(value) => value as f64,
            Cell::Float(value) => value,
            Cell::Time(time) => time.micros().div_euclid(1000) as f64,
            Cell::Bool(value) => f64::from(u8::from(value)),
            _ => f64::NAN,
        };
        rows.map(number).collect()
    }

    fn words(&self, column: usize, rows: Range<usize>, listed: bool) -> PackedColumn {
        let mut codes = Codes::default();
        let mut ends = Vec::with_capacity(if listed { rows.len() } else { 0 });
        for row in rows {
            match self.cells.cell(column, row) {
                Cell::Id(id) => codes.add(id),
                Cell::Word(word) => codes.add(IdRef::Str(word)),
                Cell::Date(date) => codes.add_date(date),
                Cell::Missing => codes.rows.push(u32::MAX),
                Cell::Ids(ids) => {
                    ids.into_iter().for_each(|id| codes.add(id));
                    ends.push(u32::try_from(codes.rows.len()).expect("a column has fewer than 2^32 ids"));
                }
                _ => {}
            }
        }
        let ends = if listed { Either::A(ends.into()) } else { Either::B(Null) };
        PackedColumn { words: codes.words, codes: codes.rows.into(), ends }
    }

    #[allow(clippy::cast_precision_loss, reason = "counts and days are below 2^53")]
    fn object<'env>(&self, env: &'env Env, at: usize) -> Outcome<Object<'env>> {
        let mut object = Object::new(env).map_err(internal)?;
        for (column, (name, _)) in self.cells.columns().into_iter().enumerate() {
            match self.cells.cell(column, at) {
                Cell::Id(id) => object.set_named_property(name, js_id(id)),
                Cell::Ids(ids) => {
                    object.set_named_property(name, ids.into_iter().map(js_id).collect::<Vec<_>>())
                }
                Cell::Int(value) => object.set_named_property(name, value as f64),
                Cell::Float(value) => object.set_named_property(name, value),
                Cell::Word(word) => object.set_named_property(name, word),
                Cell::Time(time) => object.set_named_property(name, js_date(env, time)?),
                Cell::Bool(value) => object.set_named_property(name, value),
                Cell::Date(date) => object.set_named_property(name, date.to_string()),
                Cell::Missing => object.set_named_property(name, Null),
                _ => Ok(()),
            }
            .map_err(internal)?;
        }
        Ok(object)
    }
}

/// Ids and words by what occurs and where.
#[derive(Default)]
struct Codes<'a> {
    known: HashMap<IdRef<'a>, u32>,
    dates: HashMap<Date, u32>,
    words: Vec<JsId>,
    rows: Vec<u32>,
}

impl<'a> Codes<'a> {
    fn add(&mut self, id: IdRef<'a>) {
        let next = u32::try_from(self.words.len()).expect("a vocabulary has fewer than 2^32 ids");
        let code = *self.known.entry(id).or_insert(next);
        if code == next {
            self.words.push(js_id(id));
        }
        self.rows.push(code);
    }

    /// A day, as the word that it is written as.
    fn add_date(&mut self, date: Date) {
        let next = u32::try_from(self.words.len()).expect("a calendar has fewer than 2^32 days");
        let code = *self.dates.entry(date).or_insert(next);
        if code == next {
            self.words.push(js_id(IdRef::Str(&date.to_string())));
        }
        self.rows.push(code);
    }
}
