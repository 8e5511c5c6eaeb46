//! Order lines from CSV files, plain or gzipped.

use std::path::Path;

use crate::data::batch::{AttributeValues, Batch, IdValues, NumberValues, Role, TimeValues, Values};
use crate::data::csv_rows::{CsvRows, spans_lines, texts, wrong_lengths};
use crate::data::{LogBuilder, LogOptions, Note, OrderLog};
use crate::error::Result;
use crate::time::TimeUnit;

/// Which column of a CSV file plays which role, by the names of its header line.
///
/// Ids are strings unless [`LogOptions::integer_ids`] says otherwise; an empty field is a missing value.
#[derive(Debug, Clone, Default)]
pub struct CsvColumns {
    /// Who bought.
    pub customer: Option<String>,
    /// Which lines belong together; without it each row is an order.
    pub order: Option<String>,
    /// What was bought; without it the log serves customer segments only.
    pub item: Option<String>,
    /// When: ISO 8601, the options' `time_format`, or numbers in `time_unit`.
    pub time: Option<String>,
    /// How many; 1 without it.
    pub quantity: Option<String>,
    /// The price of one.
    pub price: Option<String>,
    /// The total of the line, in place of a price.
    pub amount: Option<String>,
    /// Columns to keep as words.
    pub attributes: Vec<String>,
    /// The unit of times that are numbers since 1970; without it times are text.
    pub time_unit: Option<TimeUnit>,
    /// The character between fields; a comma without it.
    pub delimiter: Option<u8>,
}

impl OrderLog {
    /// Reads a CSV file with a header line; a file that begins as gzip does is decompressed.
    ///
    /// A row that cannot be used is set aside in the report, its number counted from 0 behind the header. Linear in the
    /// file; space: the log and a batch of rows.
    ///
    /// # Errors
    /// [`IntakeError::Io`] when the file cannot be read, [`IntakeError::EmptyFile`] without a header,
    /// [`IntakeError::OpenQuote`] when the file ends inside a quoted field that began on an earlier line,
    /// [`IntakeError::NoSuchColumn`] for a column that it does not have, and what [`LogBuilder::push`] gives. A header
    /// alone is a log without orders.
    ///
    /// [`IntakeError::Io`]: crate::IntakeError::Io
    /// [`IntakeError::EmptyFile`]: crate::IntakeError::EmptyFile
    /// [`IntakeError::OpenQuote`]: crate::IntakeError::OpenQuote
    /// [`IntakeError::NoSuchColumn`]: crate::IntakeError::NoSuchColumn
    pub fn from_csv(path: impl AsRef<Path>, columns: &CsvColumns, options: LogOptions) -> Result<Self> {
        let mut file = CsvRows::open(path.as_ref(), columns.delimiter)?;
        let named = Named {
            ids: &[
                (Role::Customer, &columns.customer),
                (Role::Order, &columns.order),
                (Role::Item, &columns.item),
            ],
            time: &columns.time,
            time_unit: columns.time_unit,
            numbers: &[
                (Role::Quantity, &columns.quantity),
                (Role::Price, &columns.price),
                (Role::Amount, &columns.amount),
            ],
            attributes: &columns.attributes,
        };
        let mut builder = LogBuilder::new(options);
        each_batch(&mut file, &named, |batch| builder.push(batch))?;
        builder.finish()
    }
}

/// The names of columns by role.
pub(super) struct Named<'a> {
    pub(super) ids: &'a [(Role, &'a Option<String>)],
    pub(super) time: &'a Option<String>,
    pub(super) time_unit: Option<TimeUnit>,
    pub(super) numbers: &'a [(Role, &'a Option<String>)],
    pub(super) attributes: &'a [String],
}

/// Hands over the rows of a file in batches of the columns named.
pub(super) fn each_batch(
    file: &mut CsvRows,
    named: &Named<'_>,
    mut take: impl FnMut(&Batch<'_>) -> Result<()>,
) -> Result<()> {
    let places = Places::find(file, named)?;
    let n_fields = file.n_fields();
    while let Some(rows) = file.next_rows()? {
        take(&places.batch(rows, n_fields)?)?;
    }
    Ok(())
}

/// Where each role's field stands in a row.
struct Places {
    ids: Vec<(Role, usize)>,
    time: Option<usize>,
    time_unit: Option<TimeUnit>,
    numbers: Vec<(Role, usize)>,
    attributes: Vec<(String, usize)>,
}

impl Places {
    /// Where the columns of these names stand.
    fn find(file: &CsvRows, named: &Named<'_>) -> Result<Self> {
        let of_role = |&(role, name): &(Role, &Option<String>)| {
            name.as_ref().map(|name| file.place(role.name(), name).map(|at| (role, at)))
        };
        let of_attribute = |name: &String| file.place("an attribute", name).map(|at| (name.clone(), at));
        Ok(Self {
            ids: named.ids.iter().filter_map(of_role).collect::<Result<_, _>>()?,
            time: of_role(&(Role::Time, named.time)).transpose()?.map(|(_, at)| at),
            time_unit: named.time_unit,
            numbers: named.numbers.iter().filter_map(of_role).collect::<Result<_, _>>()?,
            attributes: named.attributes.iter().map(of_attribute).collect::<Result<_, _>>()?,
        })
    }

    fn batch<'a>(&self, rows: &'a [csv::ByteRecord], n_fields: usize) -> Result<Batch<'a>> {
        let mut batch = Batch::new(rows.len());
        let mut cause = wrong_lengths(rows, n_fields);
        let mut field = |at: usize| texts(rows, at, &mut cause);
        for &(role, at) in &self.ids {
            batch = batch.ids(role, IdValues::Text(field(at)))?;
        }
        if let Some(at) = self.time {
            let text = field(at);
            batch = batch.time(match self.time_unit {
                Some(unit) => TimeValues::NumberText(text, unit),
                None => TimeValues::Text(text),
            })?;
        }
        for &(role, at) in &self.numbers {
            batch = batch.numbers(role, NumberValues::Text(field(at)))?;
        }
        for (name, at) in &self.attributes {
            // A kept column only decorates: a word in another encoding is no reason to lose the line.
            let word = |(row, record): (usize, &'a csv::ByteRecord)| {
                std::str::from_utf8(record.get(*at).unwrap_or_default()).unwrap_or_else(|_| {
                    batch.notes.push((row, Note::WordNotUtf8));
                    ""
                })
            };
            let words: Vec<&str> = rows.iter().enumerate().map(word).collect();
            let words = AttributeValues::Text(Values::new(words));
            batch = batch.attribute(name, words)?;
        }
        let several = rows.iter().enumerate().filter(|(_, row)| spans_lines(row));
        batch.notes.extend(several.map(|(row, _)| (row, Note::SeveralLines)));
        let unusable = cause.into_iter().enumerate();
        batch.unusable = unusable.filter_map(|(row, cause)| cause.map(|cause| (row, cause))).collect();
        Ok(batch)
    }
}
