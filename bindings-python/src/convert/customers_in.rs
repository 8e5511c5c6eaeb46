//! From Arrow's columns to batches of customers.

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::types::Date32Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use kosar::data::{
    Consent, Customers, CustomersBatch, CustomersBuilder, CustomersColumns, CustomersOptions, DateValues,
    FactValues, FlagValues, NumberValues,
};
use kosar::{Control, Result};
use pyo3::prelude::*;

use super::arrow_in::{
    ATTRIBUTE, IDS, NUMBERS, batches_of, column, each_piece, ids, numbers, refused, tags, times, words,
};

/// Which column plays which role, by name.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CustomerRoles {
    customer: String,
    /// Of the types that they have.
    attributes: Vec<String>,
    numbers: Vec<String>,
    dates: Vec<String>,
    flags: Vec<String>,
    time_zone: Option<String>,
    /// Kind and column.
    preferences: Vec<(String, String)>,
    /// Channel and purpose, or both in one, and column.
    consents: Vec<(String, Option<String>, String)>,
}

/// Everything about the reading of customers.
#[derive(Debug)]
pub(crate) struct CustomersIntake {
    pub(crate) roles: CustomerRoles,
    pub(crate) options: CustomersOptions,
}

impl CustomersIntake {
    /// Builds a table from batches of one schema.
    pub(crate) fn customers(
        self,
        schema: &arrow_schema::Schema,
        batches: impl Iterator<Item = Result<RecordBatch>>,
        control: &Control,
    ) -> Result<Customers> {
        let mut builder = CustomersBuilder::new(self.options.clone())?;
        each_piece(schema, batches, control, |rows| builder.push(&self.batch(rows)?))?;
        builder.finish()
    }

    /// Builds a table from an Arrow stream, batch by batch.
    pub(crate) fn customers_of_stream(
        self,
        stream: RecordBatchStreamReader,
        control: &Control,
    ) -> Result<Customers> {
        let (schema, batches) = batches_of(stream);
        self.customers(&schema, batches, control)
    }

    /// The columns of a CSV file.
    pub(crate) fn csv_columns(self, delimiter: u8) -> Result<CustomersColumns> {
        let consents = self.roles.consents.iter().map(|(channel, purpose, column)| {
            let (channel, purpose) = named(channel, purpose.as_deref())?;
            Ok((channel.to_owned(), purpose.to_owned(), column.clone()))
        });
        Ok(CustomersColumns {
            consents: consents.collect::<Result<_>>()?,
            customer: Some(self.roles.customer),
            words: self.roles.attributes,
            numbers: self.roles.numbers,
            dates: self.roles.dates,
            flags: self.roles.flags,
            time_zone: self.roles.time_zone,
            preferences: self.roles.preferences,
            delimiter: Some(delimiter),
            options: self.options,
        })
    }

    fn batch<'a>(&self, rows: &'a RecordBatch) -> Result<CustomersBatch<'a>> {
        let roles = &self.roles;
        let mut batch = CustomersBatch::new(rows.num_rows());
        batch = batch.customers(read(rows, "customer", &roles.customer, IDS, ids)?)?;
        for name in &roles.attributes {
            batch = batch.attribute(name, read(rows, ATTRIBUTE, name, FACTS, fact)?)?;
        }
        for name in &roles.numbers {
            batch =
                batch.attribute(name, FactValues::Numbers(read(rows, ATTRIBUTE, name, NUMBERS, numbers)?))?;
        }
        for name in &roles.dates {
            batch = batch.attribute(name, FactValues::Dates(read(rows, ATTRIBUTE, name, DATES, dates)?))?;
        }
        for name in &roles.flags {
            batch = batch.attribute(name, FactValues::Flags(read(rows, ATTRIBUTE, name, FLAGS, flags)?))?;
        }
        if let Some(name) = &roles.time_zone {
            batch =
                batch.time_zones(read(rows, "time_zone", name, "text, plain or in a dictionary", words)?)?;
        }
        for (kind, name) in &roles.preferences {
            batch =
                batch.preferences(kind, read(rows, "preferences", name, "text or lists of text", tags)?)?;
        }
        for (channel, purpose, name) in &roles.consents {
            let (channel, purpose) = named(channel, purpose.as_deref())?;
            batch = batch.consent(channel, purpose, read(rows, "a consent", name, FLAGS, flags)?)?;
        }
        Ok(batch)
    }
}

const FACTS: &str = "text, a number, a boolean, a date or a timestamp";
const DATES: &str = "a date, a timestamp or text";
const FLAGS: &str = "a boolean, text, or the numbers 1 and 0";

/// Channel and purpose, where both may stand in one.
fn named<'a>(channel: &'a str, purpose: Option<&'a str>) -> Result<(&'a str, &'a str)> {
    match purpose {
        Some(purpose) => Ok((channel, purpose)),
        None => Ok(Consent::channel_and_purpose(channel)?),
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

/// An attribute, of the type that its column has.
fn fact(array: &ArrayRef) -> Option<FactValues<'_>> {
    match array.data_type() {
        DataType::Boolean => flags(array).map(FactValues::Flags),
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _) => {
            dates(array).map(FactValues::Dates)
        }
        _ => words(array).map(FactValues::Words).or_else(|| numbers(array).map(FactValues::Numbers)),
    }
}

fn dates(array: &ArrayRef) -> Option<DateValues<'_>> {
    if let Some(days) = array.as_primitive_opt::<Date32Type>() {
        return Some(DateValues::Days(days.iter().collect()));
    }
    times(array, None).map(DateValues::Times)
}

fn flags(array: &ArrayRef) -> Option<FlagValues<'_>> {
    if let Some(flags) = array.as_boolean_opt() {
        return Some(FlagValues::Bool(flags.iter().collect()));
    }
    if let Some(words) = words(array) {
        return Some(FlagValues::Text(words));
    }
    match numbers(array)? {
        NumberValues::Text(words) => Some(FlagValues::Text(words)),
        numbers => Some(FlagValues::Number(numbers)),
    }
}
