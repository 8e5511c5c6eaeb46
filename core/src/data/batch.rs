//! Columns on their way into a log, as the outside world holds them: borrowed where possible, with missing values.

use std::borrow::Cow;
use std::ops::Range;

use crate::data::{Cause, IdKind, IdRef, Note};
use crate::error::{IntakeError, Result};
use crate::time::{Time, TimeUnit};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Who bought.
    Customer,
    /// Which lines belong together.
    Order,
    /// What was bought.
    Item,
    /// When.
    Time,
    /// How many, or how much; negative for returns.
    Quantity,
    /// The price of one.
    Price,
    /// The total of the line, in place of a price.
    Amount,
    /// Which visit an event belongs to.
    Session,
    /// What kind of event it is.
    Kind,
    /// Where in a list an item was shown.
    Position,
    /// How probable it was that it would be shown.
    Propensity,
}

impl Role {
    /// The role's name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Order => "order",
            Self::Item => "item",
            Self::Time => "time",
            Self::Quantity => "quantity",
            Self::Price => "price",
            Self::Amount => "amount",
            Self::Session => "session",
            Self::Kind => "kind",
            Self::Position => "position",
            Self::Propensity => "propensity",
        }
    }
}

/// Values of one type, some of them missing.
#[derive(Debug, Clone)]
pub struct Values<'a, T: Clone> {
    values: Cow<'a, [T]>,
    valid: Option<Cow<'a, [bool]>>,
}

impl<'a, T: Copy> Values<'a, T> {
    /// Values of which none is missing.
    pub fn new(values: impl Into<Cow<'a, [T]>>) -> Self {
        Self { values: values.into(), valid: None }
    }

    /// Values of which those marked `false` are missing.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when the two differ in length.
    pub fn with_validity(values: impl Into<Cow<'a, [T]>>, valid: impl Into<Cow<'a, [bool]>>) -> Result<Self> {
        let (values, valid) = (values.into(), valid.into());
        if values.len() != valid.len() {
            let (expected, found) = (values.len(), valid.len());
            return Err(IntakeError::RaggedColumns { role: "validity".into(), expected, found }.into());
        }
        Ok(Self { values, valid: Some(valid) })
    }

    /// The number of values, missing ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a row below [`Values::len`], or `None` where it is missing.
    ///
    /// # Panics
    /// When the row is not below it.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<T> {
        match &self.valid {
            Some(valid) if !valid[row] => None,
            _ => Some(self.values[row]),
        }
    }
}

impl<T: Copy> Values<'_, T> {
    /// The values, where none is missing for certain.
    pub(super) fn all(&self) -> Option<&[T]> {
        self.valid.is_none().then_some(&*self.values)
    }
}

impl<T: Copy + Default> Values<'_, T> {
    fn pick(&self, rows: &[Option<usize>]) -> Self {
        rows.iter().map(|&row| self.get(row?)).collect()
    }
}

impl<T: Copy + Default> FromIterator<Option<T>> for Values<'_, T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(values: I) -> Self {
        let (values, valid): (Vec<T>, Vec<bool>) =
            values.into_iter().map(|value| (value.unwrap_or_default(), value.is_some())).unzip();
        Self { values: values.into(), valid: Some(valid.into()) }
    }
}

/// A column of ids.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum IdValues<'a> {
    /// Integers.
    Int(Values<'a, i64>),
    /// Floating-point numbers that stand for integers, NaN for a missing one.
    Float(Values<'a, f64>),
    /// Strings; an empty one is missing.
    Text(Values<'a, &'a str>),
    /// Positions in a dictionary of distinct ids.
    Coded {
        /// The position of each row's id.
        codes: Values<'a, u32>,
        /// The ids.
        dictionary: Box<IdValues<'a>>,
    },
}

/// A column of numbers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum NumberValues<'a> {
    /// Integers.
    Int(Values<'a, i64>),
    /// Floating-point numbers.
    Float(Values<'a, f64>),
    /// Decimal numbers as text; an empty one is missing.
    Text(Values<'a, &'a str>),
}

/// A column of instants.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum TimeValues<'a> {
    /// Whole numbers in a unit since 1970.
    Int(Values<'a, i64>, TimeUnit),
    /// Real numbers in a unit since 1970, NaN for a missing one.
    Float(Values<'a, f64>, TimeUnit),
    /// ISO 8601, or the format of the builder's options; an empty one is missing.
    Text(Values<'a, &'a str>),
    /// Numbers in a unit since 1970, written as text; an empty one is missing.
    NumberText(Values<'a, &'a str>, TimeUnit),
}

/// A kept column.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AttributeValues<'a> {
    /// Words out of a few or many; a missing value and an empty word are the same.
    Text(Values<'a, &'a str>),
    /// Numbers; NaN where missing.
    Number(Values<'a, f64>),
}

/// Columns of the same rows, to be pushed into a [`LogBuilder`](crate::data::LogBuilder) or an
/// [`EventLogBuilder`](crate::data::EventLogBuilder).
#[derive(Debug, Clone, Default)]
pub struct Batch<'a> {
    pub(super) n_rows: usize,
    pub(super) customer: Option<IdValues<'a>>,
    pub(super) order: Option<IdValues<'a>>,
    pub(super) item: Option<IdValues<'a>>,
    pub(super) time: Option<TimeValues<'a>>,
    pub(super) quantity: Option<NumberValues<'a>>,
    pub(super) price: Option<NumberValues<'a>>,
    pub(super) amount: Option<NumberValues<'a>>,
    pub(super) session: Option<IdValues<'a>>,
    pub(super) kind: Option<IdValues<'a>>,
    pub(super) position: Option<NumberValues<'a>>,
    pub(super) propensity: Option<NumberValues<'a>>,
    pub(super) attributes: Vec<(String, AttributeValues<'a>)>,
    /// Rows already known to be unusable, rising.
    pub(super) unusable: Vec<(usize, Cause)>,
    /// What is to be noted of rows that are taken.
    pub(super) notes: Vec<(usize, Note)>,
}

impl<'a> Batch<'a> {
    /// A batch of `n_rows` rows without columns.
    #[must_use]
    pub fn new(n_rows: usize) -> Self {
        Self { n_rows, ..Self::default() }
    }

    /// Sets a column of ids; `role` is `Customer`, `Order`, `Item`, `Session`, or `Kind`, whose ids are words.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, [`IntakeError::BadCode`] when a code is not
    /// below the length of its dictionary, [`IntakeError::ColumnType`] when the role takes no ids.
    pub fn ids(mut self, role: Role, values: IdValues<'a>) -> Result<Self> {
        self.same_length(role.name(), values.len())?;
        values.check_codes(role)?;
        match role {
            Role::Customer => self.customer = Some(values),
            Role::Order => self.order = Some(values),
            Role::Item => self.item = Some(values),
            Role::Session => self.session = Some(values),
            Role::Kind => self.kind = Some(values),
            _ => return Err(wrong_role(role, "ids", "numbers or times")),
        }
        Ok(self)
    }

    /// Sets the column of instants.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn time(mut self, values: TimeValues<'a>) -> Result<Self> {
        self.same_length(Role::Time.name(), values.len())?;
        self.time = Some(values);
        Ok(self)
    }

    /// Sets a column of numbers; `role` is `Quantity`, `Price`, `Amount`, `Position` or `Propensity`.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, [`IntakeError::ColumnType`] when the role
    /// takes no numbers.
    pub fn numbers(mut self, role: Role, values: NumberValues<'a>) -> Result<Self> {
        self.same_length(role.name(), values.len())?;
        match role {
            Role::Quantity => self.quantity = Some(values),
            Role::Price => self.price = Some(values),
            Role::Amount => self.amount = Some(values),
            Role::Position => self.position = Some(values),
            Role::Propensity => self.propensity = Some(values),
            _ => return Err(wrong_role(role, "numbers", "ids or times")),
        }
        Ok(self)
    }

    /// Adds a kept column.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn attribute(mut self, name: &str, values: AttributeValues<'a>) -> Result<Self> {
        self.same_length(name, values.len())?;
        self.attributes.push((name.to_owned(), values));
        Ok(self)
    }

    /// The text of a row that could not be read as what it was to be; `None` for other causes, and columns without text.
    pub(super) fn unreadable(&self, row: usize, cause: Cause) -> Option<&'a str> {
        let number = |column: &Option<NumberValues<'a>>| match column {
            Some(NumberValues::Text(values)) => {
                values.get(row).filter(|text| text.trim().parse::<f64>().is_err())
            }
            _ => None,
        };
        match (cause, &self.time) {
            (Cause::BadTime, Some(TimeValues::Text(values) | TimeValues::NumberText(values, _))) => {
                values.get(row)
            }
            (Cause::BadNumber, _) => {
                let columns = [&self.quantity, &self.price, &self.amount, &self.position, &self.propensity];
                columns.into_iter().find_map(number)
            }
            (Cause::UnknownKind, _) => self.kind.as_ref().and_then(|words| words.text(row)),
            _ => None,
        }
    }

    /// Some of the rows, without kept columns; the text of ids is not copied.
    pub(super) fn rows(&self, range: Range<usize>) -> Batch<'a> {
        let picked: Vec<Option<usize>> = range.clone().map(Some).collect();
        let ids = |values: &Option<IdValues<'a>>| values.as_ref().map(|values| values.pick(&picked));
        let numbers = |values: &Option<NumberValues<'a>>| values.as_ref().map(|values| values.pick(&picked));
        let within = |row: usize| range.contains(&row).then(|| row - range.start);
        Batch {
            n_rows: range.len(),
            customer: ids(&self.customer),
            order: ids(&self.order),
            item: ids(&self.item),
            time: self.time.as_ref().map(|values| values.pick(&picked)),
            quantity: numbers(&self.quantity),
            price: numbers(&self.price),
            amount: numbers(&self.amount),
            session: ids(&self.session),
            kind: ids(&self.kind),
            position: numbers(&self.position),
            propensity: numbers(&self.propensity),
            attributes: Vec::new(),
            unusable: self.unusable.iter().filter_map(|&(row, cause)| Some((within(row)?, cause))).collect(),
            notes: self.notes.iter().filter_map(|&(row, note)| Some((within(row)?, note))).collect(),
        }
    }

    fn same_length(&self, role: &str, found: usize) -> Result<()> {
        if found == self.n_rows {
            return Ok(());
        }
        Err(IntakeError::RaggedColumns { role: role.to_owned(), expected: self.n_rows, found }.into())
    }
}

fn wrong_role(role: Role, found: &str, allowed: &'static str) -> crate::Error {
    let column = role.name().to_owned();
    IntakeError::ColumnType { column, role: role.name(), found: found.to_owned(), allowed }.into()
}

impl<'a> IdValues<'a> {
    /// The values of these rows, nothing where there is no row.
    fn pick(&self, rows: &[Option<usize>]) -> Self {
        match self {
            Self::Int(values) => IdValues::Int(values.pick(rows)),
            Self::Float(values) => IdValues::Float(values.pick(rows)),
            Self::Text(values) => IdValues::Text(values.pick(rows)),
            Self::Coded { codes, dictionary } => {
                let code = |&row: &Option<usize>| codes.get(row?).map(|code| code as usize);
                dictionary.pick(&rows.iter().map(code).collect::<Vec<_>>())
            }
        }
    }
}

impl<'a> IdValues<'a> {
    /// The text of a row; `None` where there is none.
    fn text(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Text(values) => values.get(row),
            Self::Coded { codes, dictionary } => dictionary.text(codes.get(row)? as usize),
            Self::Int(_) | Self::Float(_) => None,
        }
    }
}

impl IdValues<'_> {
    /// Refuses codes that point behind the end of their dictionary.
    pub(super) fn check_codes(&self, role: Role) -> Result<()> {
        let Self::Coded { codes, dictionary } = self else { return Ok(()) };
        let len = dictionary.len();
        for row in 0..codes.len() {
            if let Some(code) = codes.get(row).filter(|&code| code as usize >= len) {
                return Err(IntakeError::BadCode { role: role.name(), code, len }.into());
            }
        }
        dictionary.check_codes(role)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Coded { codes, .. } => codes.len(),
        }
    }

    /// The type of the ids: text becomes integers where `declared_integer`.
    pub(super) fn kind(&self, declared_integer: bool) -> IdKind {
        match self {
            Self::Int(_) | Self::Float(_) => IdKind::Int,
            Self::Text(_) if declared_integer => IdKind::Int,
            Self::Text(_) => IdKind::Str,
            Self::Coded { dictionary, .. } => dictionary.kind(declared_integer),
        }
    }
}

impl<'a> NumberValues<'a> {
    /// The values of these rows, nothing where there is no row.
    fn pick(&self, rows: &[Option<usize>]) -> Self {
        match self {
            Self::Int(values) => NumberValues::Int(values.pick(rows)),
            Self::Float(values) => NumberValues::Float(values.pick(rows)),
            Self::Text(values) => NumberValues::Text(values.pick(rows)),
        }
    }
}

impl NumberValues<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// The number of a row: `Ok(None)` where missing, an error where it is no finite number.
    #[allow(
        clippy::cast_precision_loss,
        reason = "integers beyond 2^53 are far above the largest quantity allowed"
    )]
    pub(super) fn get(&self, row: usize) -> Result<Option<f64>, Cause> {
        let number = match self {
            Self::Int(values) => return Ok(values.get(row).map(|value| value as f64)),
            Self::Float(values) => values.get(row),
            Self::Text(values) => match values.get(row).map(str::trim) {
                None | Some("") => None,
                Some(text) => Some(text.parse::<f64>().map_err(|_| Cause::BadNumber)?),
            },
        };
        if number.is_some_and(|number| !number.is_finite()) { Err(Cause::NotFinite) } else { Ok(number) }
    }
}

impl<'a> TimeValues<'a> {
    /// The values of these rows, nothing where there is no row.
    fn pick(&self, rows: &[Option<usize>]) -> Self {
        match self {
            Self::Int(values, unit) => TimeValues::Int(values.pick(rows), *unit),
            Self::Float(values, unit) => TimeValues::Float(values.pick(rows), *unit),
            Self::Text(values) => TimeValues::Text(values.pick(rows)),
            Self::NumberText(values, unit) => TimeValues::NumberText(values.pick(rows), *unit),
        }
    }
}

impl TimeValues<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Int(values, _) => values.len(),
            Self::Float(values, _) => values.len(),
            Self::Text(values) | Self::NumberText(values, _) => values.len(),
        }
    }

    /// The instant of a row, or why there is none.
    pub(super) fn get(&self, row: usize, format: Option<&str>) -> Result<Time, Cause> {
        match self {
            Self::Int(values, unit) => {
                unit.time(values.get(row).ok_or(Cause::MissingTime)?).ok_or(Cause::BadTime)
            }
            Self::Float(values, unit) => {
                let value = values.get(row).filter(|value| !value.is_nan()).ok_or(Cause::MissingTime)?;
                unit.time_f64(value).ok_or(Cause::BadTime)
            }
            Self::Text(values) | Self::NumberText(values, _) => {
                let text = values.get(row).map(str::trim).filter(|text| !text.is_empty());
                let text = text.ok_or(Cause::MissingTime)?;
                let parsed = match (self, format) {
                    // Whole numbers are exact beyond what a floating-point number can hold.
                    (Self::NumberText(_, unit), _) => match text.parse() {
                        Ok(whole) => unit.time(whole),
                        Err(_) => text.parse().ok().and_then(|number| unit.time_f64(number)),
                    },
                    (_, Some(format)) => Time::parse_with(format, text),
                    (_, None) => Time::parse(text).ok(),
                };
                parsed.ok_or(Cause::BadTime)
            }
        }
    }
}

impl AttributeValues<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
        }
    }
}

impl IdValues<'_> {
    /// Whether the row has an id.
    ///
    /// # Errors
    /// [`Cause::IdNotInteger`] for an id that is to be an integer and is none.
    pub(super) fn check(&self, row: usize, declared_integer: bool) -> Result<bool, Cause> {
        let found = match self {
            Self::Int(values) => return Ok(values.get(row).is_some()),
            Self::Float(values) => match values.get(row) {
                None => return Ok(false),
                Some(value) if value.is_nan() => return Ok(false),
                Some(value) => integral(value).is_some(),
            },
            Self::Text(values) => match values.get(row).map(str::trim) {
                None | Some("") => return Ok(false),
                Some(text) => !declared_integer || text.parse::<i64>().is_ok(),
            },
            Self::Coded { codes, dictionary } => match codes.get(row) {
                None => return Ok(false),
                Some(code) => return dictionary.check(code as usize, declared_integer),
            },
        };
        if found { Ok(true) } else { Err(Cause::IdNotInteger) }
    }

    /// The id of a row, or why there is none.
    ///
    /// # Errors
    /// As [`IdValues::check`]; `missing` for a row without an id.
    pub(super) fn checked(
        &self,
        row: usize,
        declared_integer: bool,
        missing: Cause,
    ) -> Result<IdRef<'_>, Cause> {
        self.check(row, declared_integer)?;
        self.id(row, declared_integer).ok_or(missing)
    }

    /// The id of a row that passed [`IdValues::check`]; `None` where missing.
    pub(super) fn id(&self, row: usize, declared_integer: bool) -> Option<IdRef<'_>> {
        match self {
            Self::Int(values) => values.get(row).map(IdRef::Int),
            Self::Float(values) => values.get(row).and_then(integral).map(IdRef::Int),
            Self::Text(values) if declared_integer => {
                values.get(row).and_then(|text| text.trim().parse().ok()).map(IdRef::Int)
            }
            Self::Text(values) => values.get(row).filter(|text| !text.trim().is_empty()).map(IdRef::Str),
            Self::Coded { codes, dictionary } => {
                codes.get(row).and_then(|code| dictionary.id(code as usize, declared_integer))
            }
        }
    }
}

/// The integer that a floating-point id stands for.
#[allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "exact below 2^53, and compared exactly"
)]
fn integral(value: f64) -> Option<i64> {
    (value.trunc() == value && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}
