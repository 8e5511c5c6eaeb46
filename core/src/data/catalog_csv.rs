//! Catalogues from CSV files, plain or gzipped.

use std::path::Path;

use crate::data::batch::{AttributeValues, IdValues, NumberValues, TimeValues, Values};
use crate::data::csv_rows::{CsvRows, spans_lines, texts, wrong_lengths};
use crate::data::{Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, Cause, Note, TagValues};
use crate::error::{IntakeError, Result};
use crate::time::TimeUnit;

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
    /// The brand.
    pub brand: Option<String>,
    /// The price of one.
    pub price: Option<String>,
    /// What one costs the shop.
    pub cost: Option<String>,
    /// How many are in stock.
    pub stock: Option<String>,
    /// When it was launched: ISO 8601, the options' `time_format`, or numbers in `time_unit`.
    pub launched: Option<String>,
    /// The tags, with the options' `tag_separator` between them.
    pub tags: Option<String>,
    /// The description.
    pub text: Option<String>,
    /// Free attributes, kept as words.
    pub attributes: Vec<String>,
    /// The unit of launch times that are numbers since 1970; without it they are text.
    pub time_unit: Option<TimeUnit>,
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
        let places = Places::find(columns, &file)?;
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
            batch = places.facts(batch, rows, &mut causes, columns.time_unit)?;
            let several = rows.iter().enumerate().filter(|(_, row)| spans_lines(row));
            batch.notes.extend(several.map(|(row, _)| (row, Note::SeveralLines)));
            let unusable = causes.into_iter().enumerate();
            batch.unusable = unusable.filter_map(|(row, cause)| cause.map(|cause| (row, cause))).collect();
            builder.push(&batch)?;
        }
        builder.finish()
    }
}

/// Where each fact's field stands in a row.
struct Places {
    name: Option<usize>,
    brand: Option<usize>,
    price: Option<usize>,
    cost: Option<usize>,
    stock: Option<usize>,
    launched: Option<usize>,
    tags: Option<usize>,
    text: Option<usize>,
    attributes: Vec<(String, usize)>,
}

impl Places {
    fn find(columns: &CatalogColumns, file: &CsvRows) -> Result<Self> {
        let place =
            |role: &str, name: &Option<String>| name.as_ref().map(|name| file.place(role, name)).transpose();
        let attribute = |name: &String| Ok((name.clone(), file.place("an attribute", name)?));
        Ok(Self {
            name: place("name", &columns.name)?,
            brand: place("brand", &columns.brand)?,
            price: place("price", &columns.price)?,
            cost: place("cost", &columns.cost)?,
            stock: place("stock", &columns.stock)?,
            launched: place("launched", &columns.launched)?,
            tags: place("tags", &columns.tags)?,
            text: place("text", &columns.text)?,
            attributes: columns.attributes.iter().map(attribute).collect::<Result<_>>()?,
        })
    }

    /// The batch with the columns of facts.
    fn facts<'a>(
        &self,
        mut batch: CatalogBatch<'a>,
        rows: &'a [csv::ByteRecord],
        causes: &mut [Option<Cause>],
        unit: Option<TimeUnit>,
    ) -> Result<CatalogBatch<'a>> {
        // A word only describes: one in another encoding is no reason to lose the row.
        let mut unreadable: Vec<Option<Cause>> = vec![None; rows.len()];
        let mut words = |at: usize| texts(rows, at, &mut unreadable);
        if let Some(at) = self.name {
            batch = batch.names(words(at))?;
        }
        if let Some(at) = self.brand {
            batch = batch.brands(words(at))?;
        }
        if let Some(at) = self.text {
            batch = batch.texts(words(at))?;
        }
        if let Some(at) = self.tags {
            batch = batch.tags(TagValues::Joined(words(at)))?;
        }
        for (name, at) in &self.attributes {
            batch = batch.attribute(name, AttributeValues::Text(words(*at)))?;
        }
        let unreadable = unreadable.iter().enumerate().filter(|(_, cause)| cause.is_some());
        batch.notes.extend(unreadable.map(|(row, _)| (row, Note::WordNotUtf8)));
        let mut values = |at: usize| -> Values<'a, &'a str> { texts(rows, at, causes) };
        if let Some(at) = self.price {
            batch = batch.prices(NumberValues::Text(values(at)))?;
        }
        if let Some(at) = self.cost {
            batch = batch.costs(NumberValues::Text(values(at)))?;
        }
        if let Some(at) = self.stock {
            batch = batch.stocks(NumberValues::Text(values(at)))?;
        }
        if let Some(at) = self.launched {
            let times = match unit {
                Some(unit) => TimeValues::NumberText(values(at), unit),
                None => TimeValues::Text(values(at)),
            };
            batch = batch.launches(times)?;
        }
        Ok(batch)
    }
}
