//! From Arrow's columns to batches of a catalogue.

use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{ArrayRef, RecordBatch};
use kosar::data::{Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, Values};
use kosar::{Control, Result};
use pyo3::prelude::*;

use super::arrow_in::{IDS, batches_of, column, each_piece, ids, refused, words};

/// Which column plays which role, by name.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CatalogRoles {
    pub(crate) item: String,
    /// One column of paths, or one for each level.
    pub(crate) category: Vec<String>,
    pub(crate) name: Option<String>,
}

/// Everything about the reading of a catalogue.
#[derive(Debug)]
pub(crate) struct CatalogIntake {
    roles: CatalogRoles,
    options: CatalogOptions,
}

impl CatalogIntake {
    pub(crate) fn new(roles: CatalogRoles, separator: String) -> Self {
        Self { roles, options: CatalogOptions { separator, ..CatalogOptions::default() } }
    }

    /// Builds a catalogue from batches of one schema.
    pub(crate) fn catalog(
        self,
        schema: &arrow_schema::Schema,
        batches: impl Iterator<Item = Result<RecordBatch>>,
        control: &Control,
    ) -> Result<Catalog> {
        let mut builder = CatalogBuilder::new(self.options.clone())?;
        each_piece(schema, batches, control, |rows| builder.push(&self.batch(rows)?))?;
        builder.finish()
    }

    /// Builds a catalogue from an Arrow stream, batch by batch.
    pub(crate) fn catalog_of_stream(
        self,
        stream: RecordBatchStreamReader,
        control: &Control,
    ) -> Result<Catalog> {
        let (schema, batches) = batches_of(stream);
        self.catalog(&schema, batches, control)
    }

    fn batch<'a>(&self, rows: &'a RecordBatch) -> Result<CatalogBatch<'a>> {
        let CatalogRoles { item, category, name } = &self.roles;
        let array = column(rows, "item", item)?;
        let items = ids(array).ok_or_else(|| refused(array, item, "item", IDS))?;
        let mut batch = CatalogBatch::new(rows.num_rows()).items(items)?;
        let mut levels =
            category.iter().map(|name| texts(rows, "category", name)).collect::<Result<Vec<_>>>()?;
        batch = match levels.len() {
            0 => batch,
            1 => batch.paths(levels.remove(0))?,
            _ => batch.levels(levels)?,
        };
        match name {
            Some(name) => batch.names(texts(rows, "name", name)?),
            None => Ok(batch),
        }
    }
}

fn texts<'a>(rows: &'a RecordBatch, role: &'static str, name: &str) -> Result<Values<'a, &'a str>> {
    let array: &ArrayRef = column(rows, role, name)?;
    Ok(words(array).ok_or_else(|| refused(array, name, role, "text, plain or in a dictionary"))?)
}
