//! From Arrow's columns to a batch of order lines, borrowed where the types agree.

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, DecimalType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, OffsetSizeTrait, RecordBatch, RecordBatchReader, downcast_integer};
use arrow_schema::{DataType, TimeUnit as ArrowUnit};
use kosar::data::{
    AttributeValues, Batch, IdValues, IntakeReport, LogBuilder, LogOptions, NumberValues, OrderLog, Role,
    TagValues, TimeValues, Values,
};
use kosar::rfm::{Rfm, RfmBuilder, RfmParams};
use kosar::{Control, IntakeError, Result, TimeUnit};
use pyo3::prelude::*;

/// Rows given to the builder at a time: few enough to stop soon when asked, enough to look dictionaries up seldom.
const ROWS: usize = 1 << 18;

/// Which column plays which role, by name.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Roles {
    pub(crate) customer: Option<String>,
    pub(crate) order: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) quantity: Option<String>,
    pub(crate) price: Option<String>,
    pub(crate) amount: Option<String>,
    pub(crate) attributes: Vec<String>,
}

/// Everything about the reading of a table.
#[derive(Debug)]
pub(crate) struct Intake {
    pub(crate) roles: Roles,
    pub(crate) options: LogOptions,
    pub(crate) time_unit: Option<TimeUnit>,
}

impl Intake {
    /// Builds a log from batches of one schema.
    pub(crate) fn log(
        self,
        schema: &arrow_schema::Schema,
        batches: impl Iterator<Item = Result<RecordBatch>>,
        control: &Control,
    ) -> Result<OrderLog> {
        let mut builder = LogBuilder::new(self.options.clone());
        each_piece(schema, batches, control, |rows| builder.push(&self.batch(rows)?))?;
        builder.finish()
    }

    /// Builds a log from an Arrow stream, batch by batch.
    pub(crate) fn log_of_stream(
        self,
        stream: RecordBatchStreamReader,
        control: &Control,
    ) -> Result<OrderLog> {
        let (schema, batches) = batches_of(stream);
        self.log(&schema, batches, control)
    }

    /// Computes recency, frequency and monetary value of batches of one schema.
    pub(crate) fn rfm(
        self,
        params: RfmParams,
        schema: &arrow_schema::Schema,
        batches: impl Iterator<Item = Result<RecordBatch>>,
        control: &Control,
    ) -> Result<(Rfm, IntakeReport)> {
        let mut builder = RfmBuilder::new(params, self.options.clone())?;
        each_piece(schema, batches, control, |rows| builder.push(&self.batch(rows)?))?;
        builder.finish()
    }

    /// Computes recency, frequency and monetary value of an Arrow stream, batch by batch.
    pub(crate) fn rfm_of_stream(
        self,
        params: RfmParams,
        stream: RecordBatchStreamReader,
        control: &Control,
    ) -> Result<(Rfm, IntakeReport)> {
        let (schema, batches) = batches_of(stream);
        self.rfm(params, &schema, batches, control)
    }

    fn batch<'a>(&self, rows: &'a RecordBatch) -> Result<Batch<'a>> {
        let roles = &self.roles;
        let id_roles =
            [(Role::Customer, &roles.customer), (Role::Order, &roles.order), (Role::Item, &roles.item)];
        let number_roles =
            [(Role::Quantity, &roles.quantity), (Role::Price, &roles.price), (Role::Amount, &roles.amount)];
        let time = (&roles.time, self.time_unit);
        kept(rows, batch_of(rows, &id_roles, time, &number_roles)?, &roles.attributes)
    }
}

/// The batch with the columns that are kept.
pub(super) fn kept<'a>(rows: &'a RecordBatch, mut batch: Batch<'a>, names: &[String]) -> Result<Batch<'a>> {
    for name in names {
        let array = column(rows, ATTRIBUTE, name)?;
        let values = attribute(array).ok_or_else(|| refused(array, name, ATTRIBUTE, ATTRIBUTES))?;
        batch = batch.attribute(name, values)?;
    }
    Ok(batch)
}

/// The columns of these roles.
pub(super) fn batch_of<'a>(
    rows: &'a RecordBatch,
    id_roles: &[(Role, &Option<String>)],
    (time, time_unit): (&Option<String>, Option<TimeUnit>),
    number_roles: &[(Role, &Option<String>)],
) -> Result<Batch<'a>> {
    let mut batch = Batch::new(rows.num_rows());
    let named = |roles: &[(Role, &Option<String>)]| -> Vec<(Role, String)> {
        roles.iter().filter_map(|&(role, name)| Some((role, name.clone()?))).collect()
    };
    for (role, name) in named(id_roles) {
        let array = column(rows, role.name(), &name)?;
        batch = batch.ids(role, ids(array).ok_or_else(|| refused(array, &name, role.name(), IDS))?)?;
    }
    if let Some(name) = time {
        let array = column(rows, "time", name)?;
        batch = batch.time(times(array, time_unit).ok_or_else(|| refused(array, name, "time", TIMES))?)?;
    }
    for (role, name) in named(number_roles) {
        let array = column(rows, role.name(), &name)?;
        let numbers = numbers(array).ok_or_else(|| refused(array, &name, role.name(), NUMBERS))?;
        batch = batch.numbers(role, numbers)?;
    }
    Ok(batch)
}

/// Hands over the rows of batches of one schema, an empty piece first, so that what is wrong with the columns shows.
pub(super) fn each_piece(
    schema: &arrow_schema::Schema,
    batches: impl Iterator<Item = Result<RecordBatch>>,
    control: &Control,
    mut take: impl FnMut(&RecordBatch) -> Result<()>,
) -> Result<()> {
    take(&RecordBatch::new_empty(schema.clone().into()))?;
    for batch in batches {
        let batch = batch?;
        for start in (0..batch.num_rows()).step_by(ROWS) {
            control.check()?;
            take(&batch.slice(start, ROWS.min(batch.num_rows() - start)))?;
        }
    }
    Ok(())
}

/// The schema and the batches of a stream.
pub(super) fn batches_of(
    stream: RecordBatchStreamReader,
) -> (arrow_schema::SchemaRef, impl Iterator<Item = Result<RecordBatch>>) {
    let unreadable = |error: arrow_schema::ArrowError| {
        let source = std::io::Error::other(error);
        IntakeError::Io { path: "the Arrow stream".into(), source }.into()
    };
    (stream.schema(), stream.map(move |batch| batch.map_err(unreadable)))
}

pub(super) const ATTRIBUTE: &str = "an attribute";
pub(super) const IDS: &str = "text or integers (64 bits, signed), plain or in a dictionary";
pub(super) const TIMES: &str = "a timestamp, a date, text, or with time_unit given a number";
pub(super) const NUMBERS: &str = "a number or text";
pub(super) const ATTRIBUTES: &str = "text, a number or a boolean";

pub(super) fn column<'a>(rows: &'a RecordBatch, role: &str, name: &str) -> Result<&'a ArrayRef, IntakeError> {
    rows.column_by_name(name).ok_or_else(|| {
        let schema = rows.schema();
        let present: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        IntakeError::NoSuchColumn {
            role: role.to_owned(),
            column: name.to_owned(),
            present: present.join(", "),
        }
    })
}

pub(super) fn refused(
    array: &ArrayRef,
    name: &str,
    role: &'static str,
    allowed: &'static str,
) -> IntakeError {
    let column = name.to_owned();
    IntakeError::ColumnType { column, role, found: array.data_type().to_string(), allowed }
}

/// Ids; `None` for a type that cannot hold any.
pub(super) fn ids(array: &ArrayRef) -> Option<IdValues<'_>> {
    if let Some(values) = integers(array) {
        return Some(IdValues::Int(values));
    }
    if let Some(values) = floats(array) {
        return Some(IdValues::Float(values));
    }
    if let DataType::Dictionary(_, _) = array.data_type() {
        let (codes, dictionary) = dictionary(array)?;
        return Some(IdValues::Coded { codes, dictionary: Box::new(ids(dictionary)?) });
    }
    text(array).map(IdValues::Text)
}

/// Numbers of any kind.
pub(super) fn numbers(array: &ArrayRef) -> Option<NumberValues<'_>> {
    if let Some(values) = integers(array) {
        return Some(NumberValues::Int(values));
    }
    if let Some(values) = floats(array).or_else(|| decimals(array)) {
        return Some(NumberValues::Float(values));
    }
    if let DataType::Dictionary(_, _) = array.data_type() {
        let (codes, dictionary) = dictionary(array)?;
        return Some(match numbers(dictionary)? {
            NumberValues::Int(values) => NumberValues::Int(decoded(&codes, &values)),
            NumberValues::Float(values) => NumberValues::Float(decoded(&codes, &values)),
            NumberValues::Text(values) => NumberValues::Text(decoded(&codes, &values)),
            _ => return None,
        });
    }
    text(array).map(NumberValues::Text)
}

/// Instants: of their own unit, or numbers in the unit given.
pub(super) fn times(array: &ArrayRef, unit: Option<TimeUnit>) -> Option<TimeValues<'_>> {
    let (values, unit) = match array.data_type() {
        DataType::Timestamp(ArrowUnit::Second, _) => {
            (primitive::<TimestampSecondType>(array), TimeUnit::Second)
        }
        DataType::Timestamp(ArrowUnit::Millisecond, _) => {
            (primitive::<TimestampMillisecondType>(array), TimeUnit::Millisecond)
        }
        DataType::Timestamp(ArrowUnit::Microsecond, _) => {
            (primitive::<TimestampMicrosecondType>(array), TimeUnit::Microsecond)
        }
        DataType::Timestamp(ArrowUnit::Nanosecond, _) => {
            (primitive::<TimestampNanosecondType>(array), TimeUnit::Nanosecond)
        }
        DataType::Date64 => (primitive::<Date64Type>(array), TimeUnit::Millisecond),
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().iter();
            (days.map(|day| day.map(|day| i64::from(day) * 86_400)).collect(), TimeUnit::Second)
        }
        DataType::Dictionary(_, _) => {
            let (codes, dictionary) = dictionary(array)?;
            return Some(match times(dictionary, unit)? {
                TimeValues::Int(values, unit) => TimeValues::Int(decoded(&codes, &values), unit),
                TimeValues::Float(values, unit) => TimeValues::Float(decoded(&codes, &values), unit),
                TimeValues::Text(values) => TimeValues::Text(decoded(&codes, &values)),
                _ => return None,
            });
        }
        _ => {
            if let Some(values) = text(array) {
                return Some(TimeValues::Text(values));
            }
            if let Some(values) = floats(array).or_else(|| decimals(array)) {
                return Some(TimeValues::Float(values, unit?));
            }
            (integers(array)?, unit?)
        }
    };
    Some(TimeValues::Int(values, unit))
}

/// A kept column; `true` and `false` are words.
pub(super) fn attribute(array: &ArrayRef) -> Option<AttributeValues<'_>> {
    if let Some(values) = text(array) {
        return Some(AttributeValues::Text(values));
    }
    if let Some(values) = array.as_boolean_opt() {
        let word = |value: bool| if value { "true" } else { "false" };
        return Some(AttributeValues::Text(values.iter().map(|value| value.map(word)).collect()));
    }
    if let DataType::Dictionary(_, _) = array.data_type() {
        let (codes, dictionary) = dictionary(array)?;
        return Some(match attribute(dictionary)? {
            AttributeValues::Text(values) => AttributeValues::Text(decoded(&codes, &values)),
            AttributeValues::Number(values) => AttributeValues::Number(decoded(&codes, &values)),
            _ => return None,
        });
    }
    if let Some(values) = floats(array).or_else(|| decimals(array)) {
        return Some(AttributeValues::Number(values));
    }
    #[allow(clippy::cast_precision_loss, reason = "a kept number is a double")]
    let number = |value: i64| value as f64;
    let values = integers(array)?;
    Some(AttributeValues::Number((0..values.len()).map(|row| values.get(row).map(number)).collect()))
}

/// Text, plain or in a dictionary.
pub(super) fn words(array: &ArrayRef) -> Option<Values<'_, &str>> {
    if let DataType::Dictionary(_, _) = array.data_type() {
        let (codes, dictionary) = dictionary(array)?;
        return Some(decoded(&codes, &text(dictionary)?));
    }
    text(array)
}

/// Tags: a list of texts in each row, or all in one text.
pub(super) fn tags(array: &ArrayRef) -> Option<TagValues<'_>> {
    fn lists<S: OffsetSizeTrait>(array: &ArrayRef) -> Option<TagValues<'_>> {
        let lists = array.as_list::<S>();
        let offsets = lists.value_offsets();
        let all = words(lists.values())?;
        let row = |row: usize| offsets[row].as_usize()..offsets[row + 1].as_usize();
        let used = (0..lists.len()).filter(|&at| lists.is_valid(at)).flat_map(row);
        let tags: Values<'_, &str> = used.map(|at| all.get(at)).collect();
        let mut end = 0;
        let ends = (0..lists.len()).map(|at| {
            end += if lists.is_valid(at) { row(at).len() } else { 0 };
            end
        });
        Some(TagValues::Lists { ends: ends.collect(), tags })
    }
    match array.data_type() {
        DataType::List(_) => lists::<i32>(array),
        DataType::LargeList(_) => lists::<i64>(array),
        _ => words(array).map(TagValues::Joined),
    }
}

/// Text of any layout; a column without a type has only missing values.
fn text(array: &ArrayRef) -> Option<Values<'_, &str>> {
    let missing = array.null_count() > 0;
    match array.data_type() {
        DataType::Utf8 => Some(collected(array.as_string::<i32>().iter(), missing)),
        DataType::LargeUtf8 => Some(collected(array.as_string::<i64>().iter(), missing)),
        DataType::Utf8View => Some(collected(array.as_string_view().iter(), missing)),
        DataType::Null => Some((0..array.len()).map(|_| None).collect()),
        _ => None,
    }
}

fn collected<'a>(values: impl Iterator<Item = Option<&'a str>>, missing: bool) -> Values<'a, &'a str> {
    if missing { values.collect() } else { Values::new(values.flatten().collect::<Vec<_>>()) }
}

/// Integers of any width that all fit 64 bits with a sign.
fn integers(array: &ArrayRef) -> Option<Values<'_, i64>> {
    fn wider<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &ArrayRef) -> Option<Values<'_, i64>> {
        Some(array.as_primitive_opt::<T>()?.iter().map(|value| value.map(Into::into)).collect())
    }
    match array.data_type() {
        DataType::Int64 => Some(primitive::<Int64Type>(array)),
        DataType::Int32 => wider::<Int32Type>(array),
        DataType::Int16 => wider::<Int16Type>(array),
        DataType::Int8 => wider::<Int8Type>(array),
        DataType::UInt32 => wider::<UInt32Type>(array),
        DataType::UInt16 => wider::<UInt16Type>(array),
        DataType::UInt8 => wider::<UInt8Type>(array),
        DataType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>();
            values.iter().map(|value| value.map(i64::try_from).transpose().ok()).collect()
        }
        _ => None,
    }
}

fn floats(array: &ArrayRef) -> Option<Values<'_, f64>> {
    match array.data_type() {
        DataType::Float64 => Some(primitive::<Float64Type>(array)),
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().iter();
            Some(values.map(|value| value.map(shortest)).collect())
        }
        _ => None,
    }
}

/// The double whose decimal is the shortest that reads as this number, so that a price of 2.55 stays 2.55.
fn shortest(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

fn decimals(array: &ArrayRef) -> Option<Values<'_, f64>> {
    fn scaled<T: DecimalType + ArrowPrimitiveType>(array: &ArrayRef, scale: i8) -> Option<Values<'_, f64>>
    where
        T::Native: Into<i128>,
    {
        let unit = 10_f64.powi(i32::from(scale));
        #[allow(clippy::cast_precision_loss, reason = "the nearest double is exact to a millionth")]
        let number = |value: T::Native| Into::<i128>::into(value) as f64 / unit;
        Some(array.as_primitive_opt::<T>()?.iter().map(|value| value.map(number)).collect())
    }
    match *array.data_type() {
        DataType::Decimal32(_, scale) => scaled::<Decimal32Type>(array, scale),
        DataType::Decimal64(_, scale) => scaled::<Decimal64Type>(array, scale),
        DataType::Decimal128(_, scale) => scaled::<Decimal128Type>(array, scale),
        _ => None,
    }
}

/// The values as they lie, where none is missing.
fn primitive<T: ArrowPrimitiveType<Native: Default>>(array: &ArrayRef) -> Values<'_, T::Native> {
    let array = array.as_primitive::<T>();
    if array.null_count() == 0 {
        return Values::new(&array.values()[..]);
    }
    array.iter().collect()
}

/// The codes and the values of a dictionary.
fn dictionary(array: &ArrayRef) -> Option<(Values<'_, u32>, &ArrayRef)> {
    fn parts<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> Option<(Values<'_, u32>, &ArrayRef)> {
        let array = array.as_dictionary_opt::<K>()?;
        let codes = array.keys_iter().map(|key| key.and_then(|key| u32::try_from(key).ok()));
        Some((codes.collect(), array.values()))
    }
    macro_rules! of_key {
        ($key:ty) => {
            parts::<$key>(array)
        };
    }
    let DataType::Dictionary(key, _) = array.data_type() else { return None };
    downcast_integer! {
        key.as_ref() => (of_key),
        _ => None
    }
}

/// The value of each code.
fn decoded<'a, T: Copy + Default>(codes: &Values<'_, u32>, values: &Values<'a, T>) -> Values<'a, T> {
    (0..codes.len()).map(|row| codes.get(row).and_then(|code| values.get(code as usize))).collect()
}
