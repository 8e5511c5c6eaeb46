//! The only conversions of values; options are read in `options.rs`, columns in `log_builder.rs`.

use std::sync::Arc;

use kosar::{ErrorKind, Id, IdRef, ParamError, Time};
use napi::bindgen_prelude::{
    Array, BigInt, BigInt64Array, Buffer, ClassInstance, Either3, Env, Float64Array, FromNapiValue,
    JsObjectValue, JsValue, Object, Unknown, ValueType,
};
use napi_derive::napi;

use crate::error::{Failure, Outcome, failure, internal, kind_of, of_kind, refused};
use crate::event_log::EventLog;
use crate::log::OrderLog;

/// The largest whole number that a JavaScript number holds exactly.
const MAX_SAFE: i64 = 9_007_199_254_740_991;

/// An id on its way out: a string, a number where it is exact, a `BigInt` beyond.
pub(crate) type JsId = Either3<String, f64, BigInt>;

/// An id for JavaScript.
#[allow(clippy::cast_precision_loss, reason = "exact within the bound")]
pub(crate) fn js_id(id: IdRef<'_>) -> JsId {
    match id {
        IdRef::Str(text) => Either3::A(text.to_owned()),
        IdRef::Int(value) if is_safe(value) => Either3::B(value as f64),
        IdRef::Int(value) => Either3::C(BigInt::from(value)),
    }
}

/// Whether a JavaScript number holds an integer exactly.
pub(crate) fn is_safe(value: i64) -> bool {
    (-MAX_SAFE..=MAX_SAFE).contains(&value)
}

/// Ids of one kind, made off the event loop; `intake.js` takes them out slice by slice.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct PackedIds {
    /// Ids that are integers.
    pub ints: BigInt64Array,
    /// Ids that are text, one after the other, in UTF-8.
    pub text: Buffer,
    /// Where each ends in the text, in bytes.
    pub ends: Float64Array,
}

impl<'a> FromIterator<IdRef<'a>> for PackedIds {
    #[allow(clippy::cast_precision_loss, reason = "a length in bytes is far below 2^53")]
    fn from_iter<I: IntoIterator<Item = IdRef<'a>>>(ids: I) -> Self {
        let (mut ints, mut text, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            match id {
                IdRef::Int(value) => ints.push(value),
                IdRef::Str(word) => {
                    text.extend_from_slice(word.as_bytes());
                    ends.push(text.len() as f64);
                }
            }
        }
        Self { ints: ints.into(), text: text.into(), ends: ends.into() }
    }
}

/// An id from JavaScript.
pub(crate) fn id(role: &str, value: Unknown<'_>) -> Outcome<Id> {
    let found = match value.get_type().map_err(internal)? {
        ValueType::String => Some(Id::Str(text(value)?)),
        ValueType::Number => whole(number(value)?).map(Id::Int),
        ValueType::BigInt => big(value)?.map(Id::Int),
        _ => None,
    };
    found.ok_or_else(|| no_id(role, value))
}

/// The refusal of a value that is no id.
pub(crate) fn no_id(role: &str, value: Unknown<'_>) -> Failure {
    let message =
        format!("{role} ids must be strings, safe integers or 64-bit BigInts, got {}", shown(value));
    of_kind(ErrorKind::IdType, message)
}

/// A list of ids.
pub(crate) fn ids(name: &str, role: &str, value: Unknown<'_>) -> Outcome<Vec<Id>> {
    let items = array(name, value)?;
    (0..items.len()).map(|at| id(role, element(&items, at)?)).collect()
}

/// Lists of ids.
pub(crate) fn id_lists(name: &str, role: &str, value: Unknown<'_>) -> Outcome<Vec<Vec<Id>>> {
    let lists = array(name, value)?;
    (0..lists.len()).map(|at| ids("a basket", role, element(&lists, at)?)).collect()
}

/// The integer of a number that is one and is exact.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "exact within the bound")]
pub(crate) fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= MAX_SAFE as f64).then_some(number as i64)
}

/// The integer of a `BigInt`; `None` beyond 64 bits.
pub(crate) fn big(value: Unknown<'_>) -> Outcome<Option<i64>> {
    let (integer, lossless) = BigInt::from_unknown(value).map_err(internal)?.get_i64();
    Ok(lossless.then_some(integer))
}

/// The double whose decimal is the shortest that reads as this number, so that a price of 2.55 stays 2.55.
pub(crate) fn shortest(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

pub(crate) fn text(value: Unknown<'_>) -> Outcome<String> {
    String::from_unknown(value).map_err(internal)
}

pub(crate) fn number(value: Unknown<'_>) -> Outcome<f64> {
    f64::from_unknown(value).map_err(internal)
}

pub(crate) fn flag(value: Unknown<'_>) -> Outcome<bool> {
    bool::from_unknown(value).map_err(internal)
}

/// Whether a value is `undefined` or `null`.
pub(crate) fn is_missing(value: Unknown<'_>) -> bool {
    matches!(value.get_type(), Ok(ValueType::Undefined | ValueType::Null))
}

/// A whole number of at least `min`.
pub(crate) fn count(name: &'static str, value: Unknown<'_>, min: u32) -> Outcome<usize> {
    let found = match value.get_type().map_err(internal)? {
        ValueType::Number => whole(number(value)?),
        ValueType::BigInt => big(value)?,
        _ => None,
    };
    let found = found.ok_or_else(|| refused(name, &format!("a whole number from {min}"), value))?;
    let min = i64::from(min);
    let too_small = ParamError::TooSmall { name, value: found, min };
    usize::try_from(found).ok().filter(|_| found >= min).ok_or_else(|| failure(too_small))
}

/// How many to give: 10 unless told.
pub(crate) fn how_many(n: Option<Unknown<'_>>) -> Outcome<usize> {
    n.filter(|value| !is_missing(*value)).map_or(Ok(10), |value| count("n", value, 0))
}

/// A path, or any other text that is needed.
pub(crate) fn needed_text(name: &str, value: Unknown<'_>) -> Outcome<String> {
    match value.get_type() {
        Ok(ValueType::String) => text(value),
        _ => Err(refused(name, "a string", value)),
    }
}

/// An instant: a `Date`, or a date as text.
pub(crate) fn time(name: &'static str, value: Unknown<'_>) -> Outcome<Time> {
    let found = if value.is_date().map_err(internal)? {
        kosar::TimeUnit::Millisecond.time_f64(date_millis(value)?)
    } else if matches!(value.get_type(), Ok(ValueType::String)) {
        let value = text(value)?;
        let named = |_| failure(ParamError::Date { name, value: value.clone() });
        return Time::parse(&value).map_err(named);
    } else {
        None
    };
    found.ok_or_else(|| refused(name, "a valid Date or a date as a string such as '2011-12-10'", value))
}

/// The milliseconds of a `Date`; NaN for an invalid one.
pub(crate) fn date_millis(value: Unknown<'_>) -> Outcome<f64> {
    napi::bindgen_prelude::Date::from_unknown(value).and_then(|date| date.value_of()).map_err(internal)
}

/// The last instant of a JavaScript date, in milliseconds since 1970; the first lies as far before.
const LAST_DATE: i64 = 8_640_000_000_000_000;

/// Milliseconds since 1970 of an instant, to the millisecond below; beyond the ends of JavaScript's calendar, those of the
/// nearest of them.
#[allow(clippy::cast_precision_loss, reason = "milliseconds of any date are exact")]
pub(crate) fn millis(time: Time) -> f64 {
    time.micros().div_euclid(1000).clamp(-LAST_DATE, LAST_DATE) as f64
}

/// An instant for JavaScript.
pub(crate) fn js_date<'env>(env: &'env Env, time: Time) -> Outcome<napi::bindgen_prelude::Date<'env>> {
    env.create_date(millis(time)).map_err(internal)
}

/// The first instant and the last.
pub(crate) fn js_span<'env>(env: &'env Env, (first, last): (Time, Time)) -> Outcome<Object<'env>> {
    let mut span = Object::new(env).map_err(internal)?;
    span.set_named_property("first", js_date(env, first)?).map_err(internal)?;
    span.set_named_property("last", js_date(env, last)?).map_err(internal)?;
    Ok(span)
}

/// An array that is needed.
pub(crate) fn array<'env>(name: &str, value: Unknown<'env>) -> Outcome<Array<'env>> {
    if !value.is_array().map_err(internal)? {
        return Err(refused(name, "an array", value));
    }
    Array::from_unknown(value).map_err(internal)
}

/// An element of an array; `undefined` in a hole.
pub(crate) fn element<'env>(array: &Array<'env>, at: u32) -> Outcome<Unknown<'env>> {
    array.get_element::<Unknown<'env>>(at).map_err(internal)
}

/// An object that is needed.
pub(crate) fn object<'env>(name: &str, value: Unknown<'env>) -> Outcome<Object<'env>> {
    if !matches!(kind_of(value), "object") {
        return Err(refused(name, "an object", value));
    }
    Object::from_unknown(value).map_err(internal)
}

/// The log of an `OrderLog`.
pub(crate) fn log(value: Unknown<'_>) -> Outcome<Arc<kosar::OrderLog>> {
    let log = ClassInstance::<'_, OrderLog>::from_unknown(value);
    log.map(|log| log.shared()).map_err(|_| refused("log", "an OrderLog", value))
}

/// The log of an `EventLog`.
pub(crate) fn event_log(value: Unknown<'_>) -> Outcome<Arc<kosar::EventLog>> {
    let log = ClassInstance::<'_, EventLog>::from_unknown(value);
    log.map(|log| log.shared()).map_err(|_| refused("log", "an EventLog", value))
}

/// A value for a message: strings in quotes, large things by what they are.
pub(crate) fn shown(value: Unknown<'_>) -> String {
    let coerced = || value.coerce_to_string().and_then(|text| text.into_utf8()?.into_owned());
    match kind_of(value) {
        "string" => format!("'{}'", coerced().unwrap_or_default()),
        "bigint" => format!("{}n", coerced().unwrap_or_default()),
        "number" | "undefined" | "null" | "boolean" => coerced().unwrap_or_default(),
        kind @ ("array" | "object") => format!("an {kind}"),
        kind => format!("a {kind}"),
    }
}
