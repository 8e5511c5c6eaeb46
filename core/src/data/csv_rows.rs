//! The rows of a CSV file, plain or gzipped, some thousands at a time.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use crate::data::Cause;
use crate::data::batch::Values;
use crate::error::{IntakeError, Result};

/// Rows read before they are handed on.
const BATCH_ROWS: usize = 8192;

/// A CSV file with a header line, being read.
pub(super) struct CsvRows {
    path: PathBuf,
    reader: csv::Reader<CountQuotes<Box<dyn Read>>>,
    quotes: Rc<Cell<u64>>,
    header: csv::ByteRecord,
    rows: Vec<csv::ByteRecord>,
    at_end: bool,
}

impl CsvRows {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// [`IntakeError::Io`] when the file cannot be read, [`IntakeError::EmptyFile`] without a header.
    pub(super) fn open(path: &Path, delimiter: Option<u8>) -> Result<Self> {
        let path = path.to_owned();
        let quotes = Rc::new(Cell::new(0));
        let inner = open(&path).map_err(|error| io(&path, error))?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .flexible(true)
            .from_reader(CountQuotes { inner, quotes: Rc::clone(&quotes) });
        let header = reader.byte_headers().map_err(|error| io(&path, error.into()))?.clone();
        if header.is_empty() || (header.len() == 1 && header[0].is_empty()) {
            return Err(IntakeError::EmptyFile { path }.into());
        }
        let rows = vec![csv::ByteRecord::new(); BATCH_ROWS];
        Ok(Self { path, reader, quotes, header, rows, at_end: false })
    }

    /// The number of fields of the header.
    pub(super) fn n_fields(&self) -> usize {
        self.header.len()
    }

    /// Where the column of a name stands.
    ///
    /// # Errors
    /// [`IntakeError::NoSuchColumn`].
    pub(super) fn place(&self, role: &str, name: &str) -> Result<usize> {
        self.header.iter().position(|field| field == name.as_bytes()).ok_or_else(|| {
            let present: Vec<_> = self.header.iter().map(String::from_utf8_lossy).collect();
            let (role, column) = (role.to_owned(), name.to_owned());
            IntakeError::NoSuchColumn { role, column, present: present.join(", ") }.into()
        })
    }

    /// The next rows; none of them where the file ends, and `None` behind that.
    ///
    /// # Errors
    /// [`IntakeError::Io`]; [`IntakeError::OpenQuote`] when the file ends inside a quoted field that began on an earlier
    /// line.
    pub(super) fn next_rows(&mut self) -> Result<Option<&[csv::ByteRecord]>> {
        if self.at_end {
            return Ok(None);
        }
        let mut n = 0;
        while n < BATCH_ROWS {
            let read = self.reader.read_byte_record(&mut self.rows[n]);
            if !read.map_err(|error| io(&self.path, error.into()))? {
                self.at_end = true;
                break;
            }
            n += 1;
        }
        // Quotes come in pairs; when they do not, and the last record runs over lines to the end of the file, a quote
        // was opened and never closed.
        let last = self.rows[..n].last().filter(|_| self.at_end && self.quotes.get() % 2 == 1);
        if let Some(last) = last.filter(|last| spans_lines(last)) {
            let line = last.position().map_or(0, csv::Position::line);
            return Err(IntakeError::OpenQuote { path: self.path.clone(), line }.into());
        }
        Ok(Some(&self.rows[..n]))
    }
}

/// The field at a place of each row; one that is not UTF-8 gives the row a cause, unless it has one.
pub(super) fn texts<'a>(
    rows: &'a [csv::ByteRecord],
    at: usize,
    causes: &mut [Option<Cause>],
) -> Values<'a, &'a str> {
    let text = |(row, cause): (&'a csv::ByteRecord, &mut Option<Cause>)| {
        std::str::from_utf8(row.get(at).unwrap_or_default()).unwrap_or_else(|_| {
            cause.get_or_insert(Cause::NotUtf8);
            ""
        })
    };
    Values::new(rows.iter().zip(causes).map(text).collect::<Vec<_>>())
}

/// What is wrong with the length of each row.
pub(super) fn wrong_lengths(rows: &[csv::ByteRecord], n_fields: usize) -> Vec<Option<Cause>> {
    rows.iter().map(|row| (row.len() != n_fields).then_some(Cause::FieldCount)).collect()
}

/// Whether a field of the row runs over several lines.
pub(super) fn spans_lines(row: &csv::ByteRecord) -> bool {
    row.as_slice().contains(&b'\n')
}

fn io(path: &Path, source: std::io::Error) -> IntakeError {
    IntakeError::Io { path: path.to_owned(), source }
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
