//! From rows to a table of customers: every row is taken or set aside with its cause.

use crate::data::batch::IdValues;
use crate::data::customers_columns::CustomerFactsColumns;
use crate::data::owner_columns::owners;
use crate::data::vocabulary::Interner;
use crate::data::{Cause, Customers, CustomersBatch, IntakeReport, Note};
use crate::error::{IntakeError, ParamError, Result};
use crate::index::MAX_INDICES;
use crate::time::Time;

/// How the rows of a table of customers are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomersOptions {
    /// Whether customer ids that come as text are integers; no by default. They must be of the type that the log has.
    pub integer_ids: bool,
    /// What stands between the preferences of a row in one text, at least one character; `,` by default.
    pub separator: String,
    /// The strptime format of dates that come as text; ISO 8601 without it.
    pub date_format: Option<String>,
}

impl Default for CustomersOptions {
    fn default() -> Self {
        Self { integer_ids: false, separator: ",".to_owned(), date_format: None }
    }
}

/// Collects rows in batches and builds [`Customers`].
///
/// Rows of one customer add up, and no result depends on their order: of several values of an attribute, or of several time
/// zones, the first word by bytes stays, the smallest number, the earliest day, the flag `false`; preferences are united; a
/// withdrawal of a consent beats a grant. The report says where rows disagree.
///
/// A row is lost only where it does not tell its customer. An attribute or a time zone that cannot be read is left out and
/// noted with its text; a consent that cannot be read is taken as withdrawn, as only what is clearly given may be used, and is
/// noted too.
///
/// ```
/// use kosar::data::{CustomersBatch, CustomersBuilder, CustomersOptions, DateValues, FactValues, IdValues, TagValues};
/// use kosar::data::{TimeValues, Values};
///
/// let mut builder = CustomersBuilder::new(CustomersOptions::default())?;
/// builder.push(
///     &CustomersBatch::new(3)
///         .customers(IdValues::Int(Values::new(&[7, 9, 7][..])))?
///         .attribute("born", FactValues::Dates(DateValues::Times(TimeValues::Text(Values::new(&["1980-02-29", "", ""][..])))))?
///         .time_zones(Values::new(&["Europe/Budapest", "Mars/Base", ""][..]))?
///         .preferences("brand", TagValues::Joined(Values::new(&["Acme", "", "Zen, Acme"][..])))?,
/// )?;
/// let customers = builder.finish()?;
/// let facts = serde_json::to_string(&customers.customer(7)?).unwrap();
/// assert_eq!(
///     facts,
///     r#"{"customer":7,"attributes":{"born":"1980-02-29"},"time_zone":"Europe/Budapest","#.to_owned()
///         + r#""preferences":{"brand":["Acme","Zen"]},"consents":{}}"#
/// );
/// assert_eq!(
///     customers.report().to_string(),
///     "3 rows read, 3 taken\n  note: 1 with a time zone that is not known, left out (rows 1; such as 'Mars/Base')"
/// );
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug)]
pub struct CustomersBuilder {
    options: CustomersOptions,
    customers: Option<Interner>,
    facts: CustomerFactsColumns,
    report: IntakeReport,
}

impl CustomersBuilder {
    /// An empty builder.
    ///
    /// # Errors
    /// [`ParamError::EmptyText`] for a separator without a character; [`ParamError::TimeFormat`] for a format that does
    /// not tell a date.
    pub fn new(options: CustomersOptions) -> Result<Self> {
        if options.separator.is_empty() {
            return Err(ParamError::EmptyText { name: "separator" }.into());
        }
        if let Some(format) = &options.date_format {
            Time::check_format(format)?;
        }
        let (facts, report) = (CustomerFactsColumns::default(), IntakeReport::default());
        Ok(Self { options, customers: None, facts, report })
    }

    /// Takes the rows of a batch. On an error nothing of it is taken, except with [`IntakeError::TooMany`], which ends the
    /// builder's use. Linear in the rows.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] without customers, [`IdError::WrongKind`](crate::IdError::WrongKind) when their type
    /// differs from the first batch's, [`IntakeError::ChangingType`] when that of an attribute does, [`IntakeError::TooMany`]
    /// beyond `u32` customers or words. A single row without a customer is no error: it is set aside.
    pub fn push(&mut self, batch: &CustomersBatch<'_>) -> Result<()> {
        let ids = batch.customer.as_ref().ok_or(NO_CUSTOMERS)?;
        let declared = self.options.integer_ids;
        self.facts.check(batch)?;
        let customers = owners(&mut self.customers, "customer", ids, declared)?;
        self.facts.learn(batch);
        let mut unusable = batch.unusable.iter().copied().peekable();
        let first_row = self.report.rows();
        let mut is_taken = vec![false; batch.n_rows];
        let (separator, format) = (self.options.separator.as_str(), self.options.date_format.as_deref());
        for (row, is_taken) in is_taken.iter_mut().enumerate() {
            let number = first_row + row as u64;
            let known = unusable.next_if(|&(bad, _)| bad == row).map(|(_, cause)| cause);
            let id = known.map_or_else(|| ids.checked(row, declared, Cause::MissingCustomer), Err);
            let id = match id {
                Ok(id) => id,
                Err(cause) => {
                    self.report.set_row_aside(cause, number, None);
                    continue;
                }
            };
            let too_many = IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 };
            let customer = customers.intern(id).ok_or(too_many)?;
            let report = &mut self.report;
            let note = |note, text: &str| report.note_text(note, number, text);
            self.facts.take(batch, row, customer, separator, format, note)?;
            if matches!(ids, IdValues::Float(_)) {
                self.report.note_row(Note::FloatIds, number);
            }
            *is_taken = true;
            self.report.take(1);
        }
        for &(row, note) in batch.notes.iter().filter(|&&(row, _)| is_taken[row]) {
            self.report.note_row(note, first_row + row as u64);
        }
        Ok(())
    }

    /// Builds the table.
    ///
    /// Sorts customers and words.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when no batch was pushed.
    pub fn finish(self) -> Result<Customers> {
        let (ids, new) = self.customers.ok_or(NO_CUSTOMERS)?.finish();
        Ok(self.facts.finish(ids, &new, self.report))
    }
}

const NO_CUSTOMERS: IntakeError = IntakeError::NoColumns { needed: "a customer column" };
