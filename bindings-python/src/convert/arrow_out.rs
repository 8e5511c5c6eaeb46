//! From a table of results to Arrow's columns, and to Python's lists.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, RecordBatch,
    RecordBatchIterator, RecordBatchReader, StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use kosar::data::{Cell, Column, IdKind, Table, Vocabulary};
use kosar::{Date, IdRef, Time};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString};
use rayon::prelude::*;

use crate::convert::id_out;
use crate::error::{Out, raise};
use crate::run::Threads;

/// Rows of a batch, so few that the text of one stays far below what 32-bit offsets can hold.
const ROWS: usize = 1 << 16;

/// The zone of all instants.
const UTC: &str = "UTC";

/// The position of an id that is missing.
const NONE: u32 = u32::MAX;

/// Values that are worth more threads than one.
const MANY: usize = 1 << 15;

/// The table as batches, each made when it is asked for, on the threads of the process.
pub(crate) fn batches(table: Arc<Table>, threads: Threads) -> impl RecordBatchReader + Send + 'static {
    let can_miss = |column: &Column| match column {
        Column::Ids { positions, .. } => positions.contains(&NONE),
        Column::Dates(dates) => dates.contains(&None),
        Column::Flags(flags) => flags.contains(&None),
        _ => false,
    };
    let field = |(name, column): &(Cow<'static, str>, Column)| {
        Field::new(name.as_ref(), data_type(column), can_miss(column))
    };
    let fields = table.columns().iter().map(field);
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let of_batches = Arc::clone(&schema);
    let n_rows = table.len();
    let batch = move |start: usize| -> Result<RecordBatch, ArrowError> {
        let rows = start..n_rows.min(start + ROWS);
        let arrays = |many: bool| -> Vec<ArrayRef> {
            let array = |(_, column): &(Cow<'static, str>, Column)| array(column, rows.clone(), many);
            if many {
                table.columns().par_iter().map(array).collect()
            } else {
                table.columns().iter().map(array).collect()
            }
        };
        let n_values: usize = table.columns().iter().map(|(_, column)| n_values(column, rows.clone())).sum();
        let arrays = match threads.here().filter(|_| n_values >= MANY) {
            Some(pool) => pool.install(|| arrays(true)),
            None => arrays(false),
        };
        RecordBatch::try_new(Arc::clone(&of_batches), arrays)
    };
    RecordBatchIterator::new((0..n_rows).step_by(ROWS).map(batch), schema)
}

fn data_type(column: &Column) -> DataType {
    let of_ids = |ids: &Vocabulary| match ids.kind() {
        IdKind::Int => DataType::Int64,
        IdKind::Str => DataType::Utf8,
    };
    match column {
        Column::Ids { vocabulary, .. } => of_ids(vocabulary),
        Column::IdLists { vocabulary, .. } => {
            DataType::List(Arc::new(Field::new("item", of_ids(vocabulary), true)))
        }
        Column::Ints(_) => DataType::Int64,
        Column::Floats(_) => DataType::Float64,
        Column::Dates(_) => DataType::Date32,
        Column::Bools(_) | Column::Flags(_) => DataType::Boolean,
        Column::Times(_) => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        _ => DataType::Utf8,
    }
}

/// The number of values in some rows.
fn n_values(column: &Column, rows: Range<usize>) -> usize {
    match column {
        Column::IdLists { rows: lists, .. } => lists.offsets()[rows.end] - lists.offsets()[rows.start],
        _ => rows.len(),
    }
}

/// Some rows of a column; `many` where the threads of a pool are to help.
fn array(column: &Column, rows: Range<usize>, many: bool) -> ArrayRef {
    match column {
        Column::Ints(values) => Arc::new(Int64Array::from(values[rows].to_vec())),
        Column::Floats(values) => Arc::new(Float64Array::from(values[rows].to_vec())),
        Column::Bools(values) => Arc::new(BooleanArray::from(values[rows].to_vec())),
        Column::Flags(values) => Arc::new(BooleanArray::from(values[rows].to_vec())),
        Column::Dates(dates) => {
            let days = dates[rows].iter().map(|date| date.map(Date::days));
            Arc::new(days.collect::<Date32Array>())
        }
        Column::Times(times) => {
            let micros = |&time: &Time| (time != Column::NO_TIME).then(|| time.micros());
            let array: TimestampMicrosecondArray = times[rows].iter().map(micros).collect();
            Arc::new(array.with_timezone(UTC))
        }
        Column::Ids { vocabulary, positions } => {
            let id = |&position: &u32| (position != NONE).then(|| vocabulary.get(position as usize));
            let ids = positions[rows].iter().map(id);
            match vocabulary.kind() {
                IdKind::Int => Arc::new(ids.map(|id| id.and_then(as_int)).collect::<Int64Array>()),
                IdKind::Str => Arc::new(ids.map(|id| id.and_then(as_text)).collect::<StringArray>()),
            }
        }
        Column::IdLists { vocabulary, rows: lists } => {
            let positions = &lists.values()[lists.offsets()[rows.start]..lists.offsets()[rows.end]];
            let ids: ArrayRef = match vocabulary.as_ints() {
                Some(ints) if many => Arc::new(Int64Array::from(
                    positions.par_iter().map(|at| ints[at.as_usize()]).collect::<Vec<_>>(),
                )),
                Some(ints) => {
                    Arc::new(Int64Array::from_iter_values(positions.iter().map(|at| ints[at.as_usize()])))
                }
                None => {
                    let texts = positions.iter().filter_map(|at| as_text(vocabulary.get(at.as_usize())));
                    Arc::new(StringArray::from_iter_values(texts))
                }
            };
            let lengths = lists.offsets()[rows.start..=rows.end].windows(2).map(|ends| ends[1] - ends[0]);
            let field = Arc::new(Field::new("item", ids.data_type().clone(), true));
            Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), ids, None))
        }
        _ => Arc::new(rows.map(|row| word_of(column, row)).collect::<StringArray>()),
    }
}

fn as_int(id: IdRef<'_>) -> Option<i64> {
    if let IdRef::Int(value) = id { Some(value) } else { None }
}

fn as_text(id: IdRef<'_>) -> Option<&str> {
    if let IdRef::Str(text) = id { Some(text) } else { None }
}

fn word_of(column: &Column, row: usize) -> Option<&str> {
    if let Cell::Word(word) = column.cell(row) { Some(word) } else { None }
}

/// The cells of some rows of a column.
pub(crate) fn cells<'py>(py: Python<'py>, column: &Column, rows: Range<usize>) -> Out<Bound<'py, PyList>> {
    let cell = |row: usize| -> Out<Bound<'py, PyAny>> {
        Ok(match column.cell(row) {
            Cell::Id(id) => id_out(py, id),
            Cell::Ids(ids) => PyList::new(py, ids.into_iter().map(|id| id_out(py, id)))?.into_any(),
            Cell::Int(value) => PyInt::new(py, value).into_any(),
            Cell::Float(value) => PyFloat::new(py, value).into_any(),
            Cell::Time(time) => py.import("kosar._time")?.getattr("from_micros")?.call1((time.micros(),))?,
            Cell::Date(date) => py.import("kosar._time")?.getattr("from_days")?.call1((date.days(),))?,
            Cell::Bool(value) => PyBool::new(py, value).to_owned().into_any(),
            Cell::Word(word) => PyString::intern(py, word).into_any(),
            Cell::Missing => py.None().into_bound(py),
            _ => return Err(raise("KosarError", "a cell of a type that this release does not know").into()),
        })
    };
    let cells: Vec<_> = rows.map(cell).collect::<Out<_>>()?;
    Ok(PyList::new(py, cells)?)
}
