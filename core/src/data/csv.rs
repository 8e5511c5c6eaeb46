//! Order lines from CSV files, plain or gzipped.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use crate::data::batch::{AttributeValues, Batch, IdValues, NumberValues, Role, TimeValues, Values};
use crate::data::{Cause, LogBuilder, LogOptions, Note, OrderLog};
use crate::error::{IntakeError, Result};
use crate::time::TimeUnit;

/// Rows read before they are handed to the builder.
const BATCH_ROWS: usize = 8192;

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
    pub fn from_csv(path: impl AsRef<Path>, columns: &CsvColumns, options: LogOptions) -> Result<Self> {
        let path = path.as_ref();
        let io = |source: std::io::Error| IntakeError::Io { path: path.to_owned(), source };
        let quotes = Rc::new(Cell::new(0));
        let input = CountQuotes { inner: open(path).map_err(io)?, quotes: Rc::clone(&quotes) };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(columns.delimiter.unwrap_or(b','))
            .flexible(true)
            .from_reader(input);
        let header = reader.byte_headers().map_err(|error| io(error.into()))?.clone();
        if header.is_empty() || (header.len() == 1 && header[0].is_empty()) {
            return Err(IntakeError::EmptyFile { path: path.to_owned() }.into());
        }
        let places = Places::find(columns, &header)?;
        let mut builder = LogBuilder::new(options);
        let mut rows: Vec<csv::ByteRecord> = vec![csv::ByteRecord::new(); BATCH_ROWS];
        loop {
            let mut n = 0;
            while n < BATCH_ROWS && reader.read_byte_record(&mut rows[n]).map_err(|error| io(error.into()))? {
                n += 1;
            }
            // Quotes come in pairs; when they do not, and the last record runs over lines to the end of the file, a quote
            // was opened and never closed.
            let last = rows[..n].last().filter(|_| n < BATCH_ROWS && quotes.get() % 2 == 1);
            if let Some(last) = last.filter(|last| spans_lines(last)) {
                let line = last.position().map_or(0, csv::Position::line);
                return Err(IntakeError::OpenQuote { path: path.to_owned(), line }.into());
            }
            builder.push(&places.batch(&rows[..n], header.len(), columns)?)?;
            if n < BATCH_ROWS {
                return builder.finish();
            }
        }
    }
}

fn open(path: &Path) -> std::io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let is_gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    if is_gzip { Ok(Box::new(MultiGzDecoder::new(file))) } else { Ok(Box::new(file)) }
}

/// Passes bytes on and counts the quotes among them.
struct CountQuotes<R> {
    inner: R,
    quotes: Rc<Cell<u64>>,
}

impl<R: Read> Read for CountQuotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let quotes = buffer[..n].iter().filter(|&&byte| byte == b'"').count();
        self.quotes.set(self.quotes.get() + quotes as u64);
        Ok(n)
    }
}

fn spans_lines(row: &csv::ByteRecord) -> bool {
    row.as_slice().contains(&b'\n')
}

/// Where each role's field stands in a row.
struct Places {
    ids: Vec<(Role, usize)>,
    time: Option<usize>,
    numbers: Vec<(Role, usize)>,
    attributes: Vec<(String, usize)>,
}

impl Places {
    fn find(columns: &CsvColumns, header: &csv::ByteRecord) -> Result<Self> {
        let place = |role: &str, name: &String| {
            header.iter().position(|field| field == name.as_bytes()).ok_or_else(|| {
                let present: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
                IntakeError::NoSuchColumn {
                    role: role.to_owned(),
                    column: name.clone(),
                    present: present.join(", "),
                }
            })
        };
        let of_role = |role: Role, name: &Option<String>| {
            name.as_ref().map(|name| place(role.name(), name).map(|at| (role, at))).transpose()
        };
        let ids =
            [(Role::Customer, &columns.customer), (Role::Order, &columns.order), (Role::Item, &columns.item)];
        let numbers = [
            (Role::Quantity, &columns.quantity),
            (Role::Price, &columns.price),
            (Role::Amount, &columns.amount),
        ];
        let attributes = columns.attributes.iter();
        Ok(Self {
            ids: ids.into_iter().filter_map(|(r, n)| of_role(r, n).transpose()).collect::<Result<_, _>>()?,
            time: of_role(Role::Time, &columns.time)?.map(|(_, at)| at),
            numbers: numbers
                .into_iter()
                .filter_map(|(r, n)| of_role(r, n).transpose())
                .collect::<Result<_, _>>()?,
            attributes: attributes
                .map(|name| place("an attribute", name).map(|at| (name.clone(), at)))
                .collect::<Result<_, _>>()?,
        })
    }

    fn batch<'a>(
        &self,
        rows: &'a [csv::ByteRecord],
        n_fields: usize,
        columns: &CsvColumns,
    ) -> Result<Batch<'a>> {
        let mut batch = Batch::new(rows.len());
        let mut cause: Vec<Option<Cause>> =
            rows.iter().map(|row| (row.len() != n_fields).then_some(Cause::FieldCount)).collect();
        let mut field = |at: usize| -> Values<'a, &'a str> {
            let texts = rows.iter().zip(&mut cause).map(|(row, cause)| {
                let text = std::str::from_utf8(row.get(at).unwrap_or_default());
                text.unwrap_or_else(|_| {
                    cause.get_or_insert(Cause::NotUtf8);
                    ""
                })
            });
            Values::new(texts.collect::<Vec<_>>())
        };
        for &(role, at) in &self.ids {
            batch = batch.ids(role, IdValues::Text(field(at)))?;
        }
        if let Some(at) = self.time {
            let text = field(at);
            batch = batch.time(match columns.time_unit {
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
