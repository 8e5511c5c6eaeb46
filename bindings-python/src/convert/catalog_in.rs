//! From Arrow's columns to batches of a catalogue.

use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{ArrayRef, RecordBatch};
use kosar::data::{Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, Values};
use kosar::{Control, Result, TimeUnit};
use pyo3::prelude::*;

use super::arrow_in::{
    ATTRIBUTE, ATTRIBUTES, IDS, NUMBERS, TIMES, attribute, batches_of, column, each_piece, ids, numbers,
    refused, tags, times, words,
};

/// Which column plays which role, by name.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CatalogRoles {
    pub(crate) item: String,
    /// One column of paths, or one for each level.
    pub(crate) category: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) brand: Option<String>,
    pub(crate) price: Option<String>,
    pub(crate) cost: Option<String>,
    pub(crate) stock: Option<String>,
    pub(crate) launched: Option<String>,
    pub(crate) tags: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) attributes: Vec<String>,
}

/// Everything about the reading of a catalogue.
#[derive(Debug)]
pub(crate) struct CatalogIntake {
    pub(crate) roles: CatalogRoles,
    pub(crate) options: CatalogOptions,
    pub(crate) time_unit: Option<TimeUnit>,
}

impl CatalogIntake {
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
        let CatalogRoles { item, category, .. } = &self.roles;
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
        self.facts(rows, batch)
    }

    fn facts<'a>(&self, rows: &'a RecordBatch, mut batch: CatalogBatch<'a>) -> Result<CatalogBatch<'a>> {
        let roles = &self.roles;
        if let Some(name) = &roles.name {
            batch = batch.names(texts(rows, "name", name)?)?;
        }
        if let Some(name) = &roles.brand {
            batch = batch.brands(texts(rows, "brand", name)?)?;
        }
        if let Some(name) = &roles.text {
            batch = batch.texts(texts(rows, "text", name)?)?;
        }
        if let Some(name) = &roles.price {
            batch = batch.prices(read(rows, "price", name, NUMBERS, numbers)?)?;
        }
        if let Some(name) = &roles.cost {
            batch = batch.costs(read(rows, "cost", name, NUMBERS, numbers)?)?;
        }
        if let Some(name) = &roles.stock {
            batch = batch.stocks(read(rows, "stock", name, NUMBERS, numbers)?)?;
        }
        if let Some(name) = &roles.launched {
            let unit = self.time_unit;
            batch = batch.launches(read(rows, "launched", name, TIMES, |array| times(array, unit))?)?;
        }
        if let Some(name) = &roles.tags {
            batch = batch.tags(read(rows, "tags", name, "text or lists of text", tags)?)?;
        }
        for name in &roles.attributes {
            batch = batch.attribute(name, read(rows, ATTRIBUTE, name, ATTRIBUTES, attribute)?)?;
        }
        Ok(batch)
    }
}

/// The values of a column in the form that a role needs.
fn read<'a, T>(
    rows: &'a RecordBatch,
    role: &'static str,
    name: &str,
    allowed: &'static str,
    convert: impl Fn(&'a ArrayRef) -> Option<T>,
) -> Result<T> {
    let array = column(rows, role, name)?;
    Ok(convert(array).ok_or_else(|| refused(array, name, role, allowed))?)
}

fn texts<'a>(rows: &'a RecordBatch, role: &'static str, name: &str) -> Result<Values<'a, &'a str>> {
    read(rows, role, name, "text, plain or in a dictionary", words)
}
