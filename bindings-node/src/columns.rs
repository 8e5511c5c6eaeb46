//! Columns of a slice of rows: JavaScript's arrays in, the core's values out.

use kosar::data::{AttributeValues, FlagValues, IdValues, NumberValues, Role, TimeValues, Values};
use kosar::{ErrorKind, IntakeError, TimeUnit};
use napi::bindgen_prelude::{
    Array, BigInt64ArraySlice, BigUint64ArraySlice, Float32ArraySlice, Float64ArraySlice, FromNapiValue,
    Int8ArraySlice, Int16ArraySlice, Int32ArraySlice, JsValue, TypedArray, TypedArrayType, Uint8ArraySlice,
    Uint16ArraySlice, Uint32ArraySlice, Unknown, ValueType,
};

use crate::convert::{big, date_millis, element, flag, no_id, number, shortest, text, whole};
use crate::error::{Failure, Outcome, internal, kind_of, of_kind};

/// The values of one column of a slice, of one type, some of them missing.
pub(crate) enum Cells {
    Missing(usize),
    Ints(Vec<Option<i64>>),
    Floats(Vec<Option<f64>>),
    /// Milliseconds since 1970.
    Dates(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
    Flags(Vec<Option<bool>>),
}

/// What a column of ids or a kept column holds, once a value was seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
}

/// What a column is for. A kept one may have the name of a role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    Role(Role),
    Kept(String),
    /// Words, and nothing but words.
    Words(&'static str),
    /// Numbers that are a fact of an item.
    Numbers(&'static str),
    /// Instants that are a fact of an item.
    Times(&'static str),
    /// A fact of a customer, by name.
    Customer(Fact, String),
}

/// What a column of a fact of customers may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    Any,
    Words,
    Numbers,
    Dates,
    Flags,
}

impl Purpose {
    /// The name of the column, for messages.
    fn name(&self) -> &str {
        match self {
            Self::Role(role) => role.name(),
            Self::Kept(name) | Self::Customer(_, name) => name,
            Self::Words(name) | Self::Numbers(name) | Self::Times(name) => name,
        }
    }

    /// The key of a fact of an item; empty for what is none.
    pub(crate) fn fact(&self) -> &'static str {
        match self {
            Self::Words(name) | Self::Numbers(name) | Self::Times(name) => name,
            Self::Role(_) | Self::Kept(_) | Self::Customer(..) => "",
        }
    }

    pub(crate) fn is_ids(&self) -> bool {
        matches!(self, Self::Role(Role::Customer | Role::Order | Role::Item | Role::Session | Role::Kind))
    }

    fn is_times(&self) -> bool {
        matches!(self, Self::Role(Role::Time) | Self::Times(_) | Self::Customer(Fact::Any | Fact::Dates, _))
    }

    fn is_words(&self) -> bool {
        matches!(self, Self::Words(_) | Self::Customer(Fact::Words, _))
    }

    fn is_flags(&self) -> bool {
        matches!(self, Self::Customer(Fact::Any | Fact::Flags, _))
    }

    /// What such a column may hold.
    fn allowed(&self) -> &'static str {
        match self {
            _ if self.is_ids() => "strings, safe integers or BigInts",
            Self::Customer(Fact::Any, _) => "strings, numbers, BigInts, booleans or Dates",
            Self::Customer(Fact::Flags, _) => "booleans, strings, or the numbers 1 and 0",
            _ if self.is_times() => "Dates, strings, numbers or BigInts",
            Self::Role(_)
            | Self::Numbers(_)
            | Self::Times(_)
            | Self::Customer(Fact::Numbers | Fact::Dates, _) => "numbers, BigInts or numbers as strings",
            Self::Kept(_) => "strings, numbers, BigInts or booleans",
            Self::Words(_) | Self::Customer(Fact::Words, _) => "strings",
        }
    }

    /// Dates, where they are not allowed.
    fn no_dates(&self) -> IntakeError {
        let role = match self {
            Self::Role(role) => role.name(),
            Self::Words(name) | Self::Numbers(name) | Self::Times(name) => name,
            Self::Kept(_) | Self::Customer(..) => "an attribute",
        };
        let (column, found) = (self.name().to_owned(), "Date".to_owned());
        IntakeError::ColumnType { column, role, found, allowed: self.allowed() }
    }
}

impl Cells {
    pub(crate) fn read(purpose: &Purpose, value: Unknown<'_>) -> Outcome<Self> {
        match kind_of(value) {
            "array" => Self::of_array(purpose, &Array::from_unknown(value).map_err(internal)?),
            "typed array" => Self::of_typed_array(purpose, value),
            found => Err(wrong_type(purpose, found, "an array or a typed array")),
        }
    }

    fn of_array(purpose: &Purpose, array: &Array<'_>) -> Outcome<Self> {
        let mut cells = Self::Missing(0);
        for at in 0..array.len() {
            cells.push(purpose, element(array, at)?)?;
        }
        Ok(cells)
    }

    /// Appends a value; the first that is not missing settles the type. A kept boolean is a word.
    fn push(&mut self, purpose: &Purpose, value: Unknown<'_>) -> Outcome<()> {
        match value.get_type().map_err(internal)? {
            ValueType::Undefined | ValueType::Null => self.push_missing(),
            found if purpose.is_words() && found != ValueType::String => {
                return Err(wrong_type(purpose, kind_of(value), purpose.allowed()));
            }
            ValueType::String => self.push_text(purpose, text(value)?, "string")?,
            ValueType::Number => self.push_number(purpose, number(value)?)?,
            ValueType::BigInt => {
                let fits = big(value)?.ok_or_else(|| no_id(purpose.name(), value))?;
                self.settle(|n| Self::Ints(vec![None; n]));
                let Self::Ints(ints) = self else { return Err(self.mixed(purpose, "bigint")) };
                ints.push(Some(fits));
            }
            ValueType::Boolean if purpose.is_flags() => {
                let flag = flag(value)?;
                self.settle(|n| Self::Flags(vec![None; n]));
                let Self::Flags(flags) = self else { return Err(self.mixed(purpose, "boolean")) };
                flags.push(Some(flag));
            }
            ValueType::Boolean if matches!(purpose, Purpose::Kept(_)) => {
                self.push_text(purpose, flag(value)?.to_string(), "boolean")?;
            }
            ValueType::Object if purpose.is_times() && value.is_date().map_err(internal)? => {
                self.settle(|n| Self::Dates(vec![None; n]));
                let Self::Dates(dates) = self else { return Err(self.mixed(purpose, "Date")) };
                let millis = date_millis(value)?;
                // An invalid date is not a missing one; no unit can read infinity.
                dates.push(Some(if millis.is_nan() { f64::INFINITY } else { millis }));
            }
            _ if purpose.is_ids() => return Err(no_id(purpose.name(), value)),
            _ => return Err(wrong_type(purpose, kind_of(value), purpose.allowed())),
        }
        Ok(())
    }

    fn push_text(&mut self, purpose: &Purpose, text: String, found: &str) -> Outcome<()> {
        self.settle(|n| Self::Texts(vec![None; n]));
        let Self::Texts(texts) = self else { return Err(self.mixed(purpose, found)) };
        texts.push(Some(text));
        Ok(())
    }

    fn push_missing(&mut self) {
        match self {
            Self::Missing(n) => *n += 1,
            Self::Ints(values) => values.push(None),
            Self::Floats(values) | Self::Dates(values) => values.push(None),
            Self::Texts(values) => values.push(None),
            Self::Flags(values) => values.push(None),
        }
    }

    /// Numbers are integers until one is not.
    #[allow(
        clippy::cast_precision_loss,
        reason = "numbers are exact; a BigInt beside fractions is no id of a shop"
    )]
    fn push_number(&mut self, purpose: &Purpose, number: f64) -> Outcome<()> {
        self.settle(|n| Self::Ints(vec![None; n]));
        if let (Self::Ints(ints), None) = (&*self, whole(number)) {
            *self = Self::Floats(ints.iter().map(|int| int.map(|int| int as f64)).collect());
        }
        match self {
            Self::Ints(ints) => ints.push(whole(number)),
            Self::Floats(floats) => floats.push(Some(number)),
            _ => return Err(self.mixed(purpose, "number")),
        }
        Ok(())
    }

    fn settle(&mut self, begin: impl FnOnce(usize) -> Self) {
        if let Self::Missing(n) = *self {
            *self = begin(n);
        }
    }

    fn of_typed_array(purpose: &Purpose, value: Unknown<'_>) -> Outcome<Self> {
        if purpose.is_words() {
            return Err(wrong_type(purpose, "typed array", purpose.allowed()));
        }
        let array_type = TypedArray::from_unknown(value).map_err(internal)?.typed_array_type;
        let cells = match array_type {
            TypedArrayType::Int8 => ints::<Int8ArraySlice<'_>, i8>(value),
            TypedArrayType::Uint8 => ints::<Uint8ArraySlice<'_>, u8>(value),
            TypedArrayType::Int16 => ints::<Int16ArraySlice<'_>, i16>(value),
            TypedArrayType::Uint16 => ints::<Uint16ArraySlice<'_>, u16>(value),
            TypedArrayType::Int32 => ints::<Int32ArraySlice<'_>, i32>(value),
            TypedArrayType::Uint32 => ints::<Uint32ArraySlice<'_>, u32>(value),
            TypedArrayType::BigInt64 => ints::<BigInt64ArraySlice<'_>, i64>(value),
            TypedArrayType::BigUint64 => {
                let slice = BigUint64ArraySlice::from_unknown(value).map_err(internal)?;
                let fits = slice
                    .iter()
                    .map(|&int| i64::try_from(int).map(Some))
                    .collect::<std::result::Result<_, _>>();
                return fits
                    .map(Self::Ints)
                    .map_err(|_| wrong_type(purpose, "BigUint64Array", "64-bit signed integers"));
            }
            TypedArrayType::Float32 => {
                let slice = Float32ArraySlice::from_unknown(value).map_err(internal)?;
                return Self::of_floats(purpose, slice.iter().map(|&float| shortest(float)));
            }
            TypedArrayType::Float64 => {
                let slice = Float64ArraySlice::from_unknown(value).map_err(internal)?;
                return Self::of_floats(purpose, slice.iter().copied());
            }
            _ => return Err(wrong_type(purpose, "typed array", "integers or floats of a known size")),
        };
        cells.map(Self::Ints).map_err(internal)
    }

    fn of_floats(purpose: &Purpose, floats: impl Iterator<Item = f64>) -> Outcome<Self> {
        let mut cells = Self::Missing(0);
        for float in floats {
            cells.push_number(purpose, float)?;
        }
        Ok(cells)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Missing(n) => *n,
            Self::Ints(values) => values.len(),
            Self::Floats(values) | Self::Dates(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Flags(values) => values.len(),
        }
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Missing(_) => None,
            Self::Texts(_) => Some(Kind::Text),
            _ => Some(Kind::Number),
        }
    }

    /// The words of a column that holds nothing else.
    pub(crate) fn words(&self) -> Values<'_, &str> {
        match self {
            Self::Texts(texts) => texts.iter().map(Option::as_deref).collect(),
            _ => vec![None; self.len()].into_iter().collect(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing values",
            Self::Ints(_) | Self::Floats(_) => "numbers",
            Self::Dates(_) => "Dates",
            Self::Texts(_) => "strings",
            Self::Flags(_) => "booleans",
        }
    }

    fn mixed(&self, purpose: &Purpose, found: &str) -> Failure {
        wrong_type(purpose, &format!("{} and a {found}", self.name()), "values of one type")
    }

    pub(crate) fn ids(&self, purpose: &Purpose, kind: Kind) -> kosar::Result<IdValues<'_>> {
        Ok(match (self, kind) {
            (Self::Missing(n), Kind::Number) => IdValues::Int(vec![None; *n].into_iter().collect()),
            (Self::Missing(n), Kind::Text) => IdValues::Text(vec![None; *n].into_iter().collect()),
            (Self::Ints(ints), _) => IdValues::Int(ints.iter().copied().collect()),
            // NaN stands for a missing id; only a fraction makes a column of floats.
            (Self::Floats(floats), _)
                if floats.iter().flatten().all(|float| float.is_nan() || whole(*float).is_some()) =>
            {
                IdValues::Int(floats.iter().map(|float| float.and_then(whole)).collect())
            }
            (Self::Floats(floats), _) => IdValues::Float(floats.iter().copied().collect()),
            (Self::Texts(texts), _) => IdValues::Text(texts.iter().map(Option::as_deref).collect()),
            (Self::Dates(_) | Self::Flags(_), _) => return Err(purpose.no_dates().into()),
        })
    }

    pub(crate) fn times(&self, unit: TimeUnit) -> TimeValues<'_> {
        match self {
            Self::Missing(_) | Self::Flags(_) => {
                TimeValues::Int(vec![None; self.len()].into_iter().collect(), unit)
            }
            Self::Ints(ints) => TimeValues::Int(ints.iter().copied().collect(), unit),
            Self::Floats(floats) => TimeValues::Float(floats.iter().copied().collect(), unit),
            Self::Dates(dates) => TimeValues::Float(dates.iter().copied().collect(), TimeUnit::Millisecond),
            Self::Texts(texts) => TimeValues::Text(texts.iter().map(Option::as_deref).collect()),
        }
    }

    pub(crate) fn numbers(&self, purpose: &Purpose) -> kosar::Result<NumberValues<'_>> {
        Ok(match self {
            Self::Missing(n) => NumberValues::Int(vec![None; *n].into_iter().collect()),
            Self::Ints(ints) => NumberValues::Int(ints.iter().copied().collect()),
            Self::Floats(floats) => NumberValues::Float(floats.iter().copied().collect()),
            Self::Texts(texts) => NumberValues::Text(texts.iter().map(Option::as_deref).collect()),
            Self::Dates(_) | Self::Flags(_) => return Err(purpose.no_dates().into()),
        })
    }

    #[allow(clippy::cast_precision_loss, reason = "a kept number is a double")]
    pub(crate) fn attribute(&self, purpose: &Purpose, kind: Kind) -> kosar::Result<AttributeValues<'_>> {
        let numbers = |values: Vec<f64>| AttributeValues::Number(Values::new(values));
        Ok(match (self, kind) {
            (Self::Missing(n), Kind::Number) => numbers(vec![f64::NAN; *n]),
            (Self::Missing(n), Kind::Text) => AttributeValues::Text(vec![None; *n].into_iter().collect()),
            (Self::Ints(ints), _) => {
                numbers(ints.iter().map(|int| int.map_or(f64::NAN, |int| int as f64)).collect())
            }
            (Self::Floats(floats), _) => {
                numbers(floats.iter().map(|float| float.unwrap_or(f64::NAN)).collect())
            }
            (Self::Texts(texts), _) => AttributeValues::Text(texts.iter().map(Option::as_deref).collect()),
            (Self::Dates(_) | Self::Flags(_), _) => return Err(purpose.no_dates().into()),
        })
    }

    /// A fact of customers as what it is: of missing values alone, what the column is to hold.
    pub(crate) fn fact(&self, fact: Fact) -> Fact {
        match (self, fact) {
            (Self::Texts(_), Fact::Any) | (Self::Missing(_), Fact::Any) => Fact::Words,
            (Self::Ints(_) | Self::Floats(_), Fact::Any) => Fact::Numbers,
            (Self::Dates(_), Fact::Any) => Fact::Dates,
            (Self::Flags(_), Fact::Any) => Fact::Flags,
            (_, known) => known,
        }
    }

    pub(crate) fn flags(&self, purpose: &Purpose) -> kosar::Result<FlagValues<'_>> {
        Ok(match self {
            Self::Flags(flags) => FlagValues::Bool(flags.iter().copied().collect()),
            Self::Texts(texts) => FlagValues::Text(texts.iter().map(Option::as_deref).collect()),
            _ => FlagValues::Number(self.numbers(purpose)?),
        })
    }
}

/// The integers of a typed array.
fn ints<S, T>(value: Unknown<'_>) -> napi::Result<Vec<Option<i64>>>
where
    S: FromNapiValue + AsRef<[T]>,
    T: Copy + Into<i64>,
{
    Ok(S::from_unknown(value)?.as_ref().iter().map(|&int| Some(int.into())).collect())
}

/// The refusal of a column with something in it that it must not hold.
pub(crate) fn wrong_type(purpose: &Purpose, found: &str, allowed: &str) -> Failure {
    let message = format!("column {} must hold {allowed}, got {found}", purpose.name());
    of_kind(ErrorKind::Intake, message)
}
