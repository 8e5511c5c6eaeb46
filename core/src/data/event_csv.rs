//! Events from CSV files, plain or gzipped.

use std::path::Path;

use crate::data::batch::Role;
use crate::data::csv::{Named, each_batch};
use crate::data::csv_rows::CsvRows;
use crate::data::{EventLog, EventLogBuilder, EventOptions};
use crate::error::Result;
use crate::time::TimeUnit;

/// Which column of a CSV file of events plays which role, by the names of its header line.
///
/// Ids are strings unless [`EventOptions::integer_ids`] says otherwise; an empty field is a missing value.
#[derive(Debug, Clone, Default)]
pub struct EventColumns {
    /// Which visit.
    pub session: Option<String>,
    /// Who; a session or a customer column is needed.
    pub customer: Option<String>,
    /// What it was about.
    pub item: Option<String>,
    /// When: ISO 8601, the options' `time_format`, or numbers in `time_unit`. Needed.
    pub time: Option<String>,
    /// What happened; without it all events are views.
    pub kind: Option<String>,
    /// How many; 1 without it.
    pub quantity: Option<String>,
    /// Where in a list an item was shown.
    pub position: Option<String>,
    /// How probable it was that it would be shown.
    pub propensity: Option<String>,
    /// Columns to keep as words, such as the device or where a visitor came from.
    pub attributes: Vec<String>,
    /// The unit of times that are numbers since 1970; without it times are text.
    pub time_unit: Option<TimeUnit>,
    /// The character between fields; a comma without it.
    pub delimiter: Option<u8>,
}

impl EventLog {
    /// Reads a CSV file with a header line; a file that begins as gzip does is decompressed.
    ///
    /// A row that cannot be used is set aside in the report, its number counted from 0 behind the header. Linear in the
    /// file; space: the log twice and a batch of rows.
    ///
    /// # Errors
    /// What [`EventLogBuilder::new`] and [`EventLogBuilder::push`] give, and those of a file:
    /// [`IntakeError::Io`](crate::IntakeError::Io), [`IntakeError::EmptyFile`](crate::IntakeError::EmptyFile) without a
    /// header, [`IntakeError::OpenQuote`](crate::IntakeError::OpenQuote),
    /// [`IntakeError::NoSuchColumn`](crate::IntakeError::NoSuchColumn) for a column that it does not have. A header alone is
    /// a log without events.
    pub fn from_csv(path: impl AsRef<Path>, columns: &EventColumns, options: EventOptions) -> Result<Self> {
        let mut builder = EventLogBuilder::new(options)?;
        let mut file = CsvRows::open(path.as_ref(), columns.delimiter)?;
        let named = Named {
            ids: &[
                (Role::Session, &columns.session),
                (Role::Customer, &columns.customer),
                (Role::Item, &columns.item),
                (Role::Kind, &columns.kind),
            ],
            time: &columns.time,
            time_unit: columns.time_unit,
            numbers: &[
                (Role::Quantity, &columns.quantity),
                (Role::Position, &columns.position),
                (Role::Propensity, &columns.propensity),
            ],
            attributes: &columns.attributes,
        };
        each_batch(&mut file, &named, |batch| builder.push(batch))?;
        builder.finish()
    }
}
