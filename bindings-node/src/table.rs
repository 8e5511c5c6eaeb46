//! Tables of results.

use std::sync::Arc;

use kosar::ErrorKind;
use kosar::data::{Cell, Column};
use napi::bindgen_prelude::{Either4, Env, Float64Array, JsObjectValue, Object, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, count, js_id, needed_text};
use crate::error::{Outcome, internal, of_kind};

/// Numbers, ids, lists of ids, words.
type JsColumn = Either4<Float64Array, Vec<JsId>, Vec<Vec<JsId>>, Vec<String>>;

/// Named columns of one length. Iterating gives one object a row.
#[napi]
#[derive(Clone)]
pub struct Table {
    table: Arc<kosar::data::Table>,
}

impl From<kosar::data::Table> for Table {
    fn from(table: kosar::data::Table) -> Self {
        Self { table: Arc::new(table) }
    }
}

#[napi]
impl Table {
    /// The number of rows.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn length(&self) -> f64 {
        self.table.len() as f64
    }

    /// The names of the columns.
    #[napi(getter, catch_unwind)]
    pub fn columns(&self) -> Vec<&'static str> {
        self.table.columns().iter().map(|(name, _)| *name).collect()
    }

    /// A column: numbers as a `Float64Array`, ids, lists of ids and words as arrays.
    #[napi(
        ts_args_type = "name: string",
        ts_return_type = "Float64Array | Id[] | Id[][] | string[]",
        catch_unwind
    )]
    pub fn column(&self, name: Unknown<'_>) -> Result<JsColumn, String> {
        let name = needed_text("name", name)?;
        let column = self.table.column(&name).ok_or_else(|| self.no_such_column(&name))?;
        Ok(js_column(column))
    }

    /// A row, as an object with a key for each column.
    #[napi(ts_args_type = "index: number", ts_return_type = "Row", catch_unwind)]
    pub fn row<'env>(&self, env: &'env Env, index: Unknown<'env>) -> Result<Object<'env>, String> {
        let at = count("index", index, 0)?;
        if at >= self.table.len() {
            let message = format!("index must be below {}, got {at}", self.table.len());
            return Err(of_kind(ErrorKind::Param, message));
        }
        row(&self.table, env, at)
    }
}

impl Table {
    fn no_such_column(&self, name: &str) -> napi::Error<String> {
        let message = format!("name must be one of {}, got '{name}'", self.columns().join(", "));
        of_kind(ErrorKind::Param, message)
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts and days are below 2^53")]
fn js_column(column: &Column) -> JsColumn {
    let cells = (0..column.len()).map(|row| column.cell(row));
    match column {
        Column::Ints(values) => {
            Either4::A(values.iter().map(|&value| value as f64).collect::<Vec<_>>().into())
        }
        Column::Floats(values) => Either4::A(values.clone().into()),
        Column::Ids { .. } => Either4::B(cells.flat_map(ids).collect()),
        Column::IdLists { .. } => Either4::C(cells.map(ids).collect()),
        _ => Either4::D(cells.map(|cell| word(&cell)).collect()),
    }
}

fn ids(cell: Cell<'_>) -> Vec<JsId> {
    match cell {
        Cell::Id(id) => vec![js_id(id)],
        Cell::Ids(ids) => ids.into_iter().map(js_id).collect(),
        _ => Vec::new(),
    }
}

fn word(cell: &Cell<'_>) -> String {
    if let Cell::Word(word) = cell { (*word).to_owned() } else { String::new() }
}

#[allow(clippy::cast_precision_loss, reason = "counts and days are below 2^53")]
fn row<'env>(table: &kosar::data::Table, env: &'env Env, at: usize) -> Outcome<Object<'env>> {
    let mut object = Object::new(env).map_err(internal)?;
    for (name, cell) in table.row(at) {
        match cell {
            Cell::Id(id) => object.set_named_property(name, js_id(id)),
            Cell::Ids(_) => object.set_named_property(name, ids(cell)),
            Cell::Int(value) => object.set_named_property(name, value as f64),
            Cell::Float(value) => object.set_named_property(name, value),
            Cell::Word(word) => object.set_named_property(name, word),
            _ => Ok(()),
        }
        .map_err(internal)?;
    }
    Ok(object)
}
