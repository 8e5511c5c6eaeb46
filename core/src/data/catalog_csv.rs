//! Catalogues from CSV files, plain or gzipped.

use std::path::Path;

use crate::data::batch::IdValues;
use crate::data::csv_rows::{CsvRows, spans_lines, texts, wrong_lengths};
use crate::data::{Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, Cause, Note};
use crate::error::{IntakeError, Result};

/// Which column of a CSV file plays which role, by the names of its header line.
///
/// Item ids are strings unless [`CatalogOptions::integer_ids`] says otherwise; an empty field is a missing value.
#[derive(Debug, Clone, Default)]
pub struct CatalogColumns {
    /// Which item the row tells of; needed.
    pub item: Option<String>,
    /// One column: the category as a path. Several: a level in each, the widest first. Without any there are no categories.
    pub category: Vec<String>,
    /// The name to show.
    pub name: Option<String>,
    /// The character between fields; a comma without it.
    pub delimiter: Option<u8>,
    /// How the rows are read.
    pub options: CatalogOptions,
}

impl Catalog {
    /// Reads a CSV file with a header line; a file that begins as gzip does is decompressed.
    ///
    /// A row that cannot be used is set aside in the report, its number counted from 0 behind the header. Linear in the
    /// file; space: the catalogue and a batch of rows.
    ///
    /// # Errors
    /// As [`OrderLog::from_csv`](crate::OrderLog::from_csv) of the file; [`IntakeError::NoColumns`] where no column is named
    /// for the items, [`ParamError::EmptyText`](crate::ParamError::EmptyText) for a separator without a character.
    pub fn from_csv(path: impl AsRef<Path>, columns: &CatalogColumns) -> Result<Self> {
        let mut builder = CatalogBuilder::new(columns.options.clone())?;
        let item = columns.item.as_ref().ok_or(IntakeError::NoColumns { needed: "an item column" })?;
        let mut file = CsvRows::open(path.as_ref(), columns.delimiter)?;
        let item = file.place("item", item)?;
        let category: Vec<usize> =
            columns.category.iter().map(|name| file.place("category", name)).collect::<Result<_>>()?;
        let name = columns.name.as_ref().map(|name| file.place("name", name)).transpose()?;
        let n_fields = file.n_fields();
        while let Some(rows) = file.next_rows()? {
            let mut causes = wrong_lengths(rows, n_fields);
            let mut batch =
                CatalogBatch::new(rows.len()).items(IdValues::Text(texts(rows, item, &mut causes)))?;
            batch = match category[..] {
                [] => batch,
                [path] => batch.paths(texts(rows, path, &mut causes))?,
                _ => batch.levels(category.iter().map(|&at| texts(rows, at, &mut causes)).collect())?,
            };
            if let Some(name) = name {
                // A name only decorates: one in another encoding is no reason to lose the row.
                let mut unreadable: Vec<Option<Cause>> = vec![None; rows.len()];
                batch = batch.names(texts(rows, name, &mut unreadable))?;
                let unreadable = unreadable.iter().enumerate().filter(|(_, cause)| cause.is_some());
                batch.notes.extend(unreadable.map(|(row, _)| (row, Note::WordNotUtf8)));
            }
            let several = rows.iter().enumerate().filter(|(_, row)| spans_lines(row));
            batch.notes.extend(several.map(|(row, _)| (row, Note::SeveralLines)));
            let unusable = causes.into_iter().enumerate();
            batch.unusable = unusable.filter_map(|(row, cause)| cause.map(|cause| (row, cause))).collect();
            builder.push(&batch)?;
        }
        builder.finish()
    }
}
