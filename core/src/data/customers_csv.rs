//! Tables of customers from CSV files, plain or gzipped.

use std::path::Path;

use crate::data::batch::{IdValues, NumberValues, TimeValues, Values};
use crate::data::csv_rows::{CsvRows, spans_lines, texts, wrong_lengths};
use crate::data::{
    Cause, Customers, CustomersBatch, CustomersBuilder, CustomersOptions, DateValues, FactValues, FlagValues,
    Note, TagValues,
};
use crate::error::{IntakeError, Result};

/// Which column of a CSV file plays which role, by the names of its header line.
///
/// Customer ids are strings unless [`CustomersOptions::integer_ids`] says otherwise; an empty field is a missing value.
#[derive(Debug, Clone, Default)]
pub struct CustomersColumns {
    /// Which customer the row tells of; needed.
    pub customer: Option<String>,
    /// Attributes that are words.
    pub words: Vec<String>,
    /// Attributes that are numbers.
    pub numbers: Vec<String>,
    /// Attributes that are days: ISO 8601, or the options' `date_format`.
    pub dates: Vec<String>,
    /// Attributes that are yes or no, as [`FlagValues::Text`] reads them.
    pub flags: Vec<String>,
    /// The IANA name of the time zone.
    pub time_zone: Option<String>,
    /// Kinds of preferences, and the column of each: words with the options' `separator` between them.
    pub preferences: Vec<(String, String)>,
    /// Channels, purposes, and the column of each, as [`CustomersBatch::consent`] reads it.
    pub consents: Vec<(String, String, String)>,
    /// The character between fields; a comma without it.
    pub delimiter: Option<u8>,
    /// How the rows are read.
    pub options: CustomersOptions,
}

impl Customers {
    /// Reads a CSV file with a header line; a file that begins as gzip does is decompressed.
    ///
    /// A row that cannot be used is set aside in the report, its number counted from 0 behind the header. Linear in the
    /// file; space: the table and a batch of rows.
    ///
    /// # Errors
    /// As [`OrderLog::from_csv`](crate::OrderLog::from_csv) of the file; [`IntakeError::NoColumns`] where no column is named
    /// for the customers; as [`CustomersBuilder`] and [`CustomersBatch`] for options and names.
    pub fn from_csv(path: impl AsRef<Path>, columns: &CustomersColumns) -> Result<Self> {
        let mut builder = CustomersBuilder::new(columns.options.clone())?;
        let customer =
            columns.customer.as_ref().ok_or(IntakeError::NoColumns { needed: "a customer column" })?;
        let mut file = CsvRows::open(path.as_ref(), columns.delimiter)?;
        let customer = file.place("customer", customer)?;
        let places = Places::find(columns, &file)?;
        let n_fields = file.n_fields();
        while let Some(rows) = file.next_rows()? {
            let mut causes = wrong_lengths(rows, n_fields);
            let ids = IdValues::Text(texts(rows, customer, &mut causes));
            let mut batch = places.facts(CustomersBatch::new(rows.len()).customers(ids)?, columns, rows)?;
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
    words: Vec<usize>,
    numbers: Vec<usize>,
    dates: Vec<usize>,
    flags: Vec<usize>,
    time_zone: Option<usize>,
    preferences: Vec<usize>,
    consents: Vec<usize>,
}

impl Places {
    fn find(columns: &CustomersColumns, file: &CsvRows) -> Result<Self> {
        let attributes = |names: &[String]| -> Result<Vec<usize>> {
            names.iter().map(|name| file.place("an attribute", name)).collect()
        };
        let preferences = columns.preferences.iter().map(|(_, name)| file.place("preferences", name));
        let consents = columns.consents.iter().map(|(_, _, name)| file.place("a consent", name));
        Ok(Self {
            words: attributes(&columns.words)?,
            numbers: attributes(&columns.numbers)?,
            dates: attributes(&columns.dates)?,
            flags: attributes(&columns.flags)?,
            time_zone: columns.time_zone.as_ref().map(|name| file.place("time_zone", name)).transpose()?,
            preferences: preferences.collect::<Result<_>>()?,
            consents: consents.collect::<Result<_>>()?,
        })
    }

    /// The batch with the columns of facts.
    fn facts<'a>(
        &self,
        mut batch: CustomersBatch<'a>,
        columns: &CustomersColumns,
        rows: &'a [csv::ByteRecord],
    ) -> Result<CustomersBatch<'a>> {
        // A fact in another encoding is no reason to lose the row.
        let mut unreadable: Vec<Option<Cause>> = vec![None; rows.len()];
        let mut field = |at: usize| -> Values<'a, &'a str> { texts(rows, at, &mut unreadable) };
        for (name, &at) in columns.words.iter().zip(&self.words) {
            batch = batch.attribute(name, FactValues::Words(field(at)))?;
        }
        for (name, &at) in columns.numbers.iter().zip(&self.numbers) {
            batch = batch.attribute(name, FactValues::Numbers(NumberValues::Text(field(at))))?;
        }
        for (name, &at) in columns.dates.iter().zip(&self.dates) {
            batch =
                batch.attribute(name, FactValues::Dates(DateValues::Times(TimeValues::Text(field(at)))))?;
        }
        for (name, &at) in columns.flags.iter().zip(&self.flags) {
            batch = batch.attribute(name, FactValues::Flags(FlagValues::Text(field(at))))?;
        }
        if let Some(at) = self.time_zone {
            batch = batch.time_zones(field(at))?;
        }
        for ((kind, _), &at) in columns.preferences.iter().zip(&self.preferences) {
            batch = batch.preferences(kind, TagValues::Joined(field(at)))?;
        }
        let unreadable = unreadable.iter().enumerate().filter(|(_, cause)| cause.is_some());
        batch.notes.extend(unreadable.map(|(row, _)| (row, Note::WordNotUtf8)));
        for ((channel, purpose, _), &at) in columns.consents.iter().zip(&self.consents) {
            // Such a field is no consent; as text that cannot be read it is taken as a withdrawal.
            let text = |row: &'a csv::ByteRecord| {
                std::str::from_utf8(row.get(at).unwrap_or_default()).unwrap_or("\u{fffd}")
            };
            let values = Values::new(rows.iter().map(text).collect::<Vec<_>>());
            batch = batch.consent(channel, purpose, FlagValues::Text(values))?;
        }
        Ok(batch)
    }
}
