//! The only conversions between Python's values and the core's.

mod arrow_in;
mod arrow_out;
mod catalog_in;
mod columns;
mod customers_in;
mod events_in;
mod fields;
mod lists_in;

pub(crate) use arrow_in::{Intake, Roles};
pub(crate) use arrow_out::{batches, cells};
pub(crate) use catalog_in::{CatalogIntake, CatalogRoles};
pub(crate) use columns::record_batch;
pub(crate) use customers_in::{CustomerRoles, CustomersIntake};
pub(crate) use events_in::{EventIntake, EventRoles};
pub(crate) use fields::Fields;

use kosar::data::{BasketBuilder, IntakeReport, Role, Vocabulary};
use kosar::rank::ItemFilter;
use kosar::{Id, IdRef, Money, ParamError, Time};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};
use serde_json::Value;

use crate::error::{Out, raise};

/// A parameter or an id that is not even of a type allowed.
fn wrong_type(class: &str, name: &str, allowed: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let found = value.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string());
    let shown = value.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string());
    raise(class, &format!("{name} must be {allowed}, got {shown} ({found})"))
}

/// The integer of an `int` or a NumPy integer; `None` for anything else, a `bool` included.
fn as_int<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyInt>> {
    if value.is_instance_of::<PyBool>() {
        return None;
    }
    if let Ok(int) = value.cast::<PyInt>() {
        return Some(int.clone());
    }
    value.call_method0("__index__").ok()?.cast_into::<PyInt>().ok()
}

/// An outside id; `role` is what the message calls it.
pub(crate) fn id(role: &str, value: &Bound<'_, PyAny>) -> Out<Id> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Id::from(text.to_str()?));
    }
    let Some(int) = as_int(value) else {
        return Err(wrong_type("IdTypeError", &format!("{role} id"), "a string or an integer", value).into());
    };
    match int.extract::<i64>() {
        Ok(int) => Ok(Id::from(int)),
        Err(_) => {
            Err(wrong_type("IdTypeError", &format!("{role} id"), "an integer of 64 bits", value).into())
        }
    }
}

/// Outside ids from any iterable but a string.
pub(crate) fn ids(role: &str, values: &Bound<'_, PyAny>) -> Out<Vec<Id>> {
    let refuse = || wrong_type("IdTypeError", role, "a list of ids", values);
    if values.is_instance_of::<PyString>() || values.is_instance_of::<PyBytes>() {
        return Err(refuse().into());
    }
    let values = values.try_iter().map_err(|_| refuse())?;
    values.map(|value| id("item", &value?)).collect()
}

/// Lists of outside ids from any iterable of such but a string.
pub(crate) fn id_lists(role: &str, values: &Bound<'_, PyAny>) -> Out<Vec<Vec<Id>>> {
    let refuse = || wrong_type("IdTypeError", role, "a list of lists of ids", values);
    if values.is_instance_of::<PyString>() || values.is_instance_of::<PyBytes>() {
        return Err(refuse().into());
    }
    let values = values.try_iter().map_err(|_| refuse())?;
    values.map(|value| ids("a basket", &value?)).collect()
}

/// The roles whose ids are integers, of those allowed.
pub(crate) fn integer_ids<C: FromIterator<Role>>(
    names: &[String],
    among: [Role; 3],
    allowed: &'static str,
) -> Out<C> {
    let role = |name: &String| {
        let refuse = || ParamError::UnknownChoice { name: "integer_ids", value: name.clone(), allowed };
        Ok(among.into_iter().find(|role| role.name() == name).ok_or_else(refuse)?)
    };
    names.iter().map(role).collect()
}

/// A report as a dict, as text, and what there is to warn of.
pub(crate) fn report<'py>(
    py: Python<'py>,
    report: &IntakeReport,
) -> Out<(Bound<'py, PyAny>, String, Option<String>)> {
    Ok((json(py, report)?, report.to_string(), report.warning()))
}

/// The first instant and the last, in microseconds since 1970.
pub(crate) fn span(span: Option<(Time, Time)>) -> Option<(i64, i64)> {
    span.map(|(first, last)| (first.micros(), last.micros()))
}

/// Which items may be in an answer.
pub(crate) fn filter(exclude: &Bound<'_, PyAny>, only: Option<&Bound<'_, PyAny>>) -> Out<ItemFilter> {
    let only = only.map(|only| ids("only", only)).transpose()?;
    Ok(ItemFilter::new().exclude(ids("exclude", exclude)?).only(only))
}

/// The ids of one basket, from any iterable but a string, into a builder; `ints` is scratch.
pub(crate) fn basket(values: &Bound<'_, PyAny>, ints: &mut Vec<i64>, builder: &mut BasketBuilder) -> Out<()> {
    if let Ok(list) = values.cast_exact::<PyList>() {
        ints.clear();
        if lists_in::exact_ints(list, ints) {
            builder.push_ints(ints)?;
            return Ok(builder.end_basket()?);
        }
    }
    let mut push = |value: &Bound<'_, PyAny>| -> Out<()> {
        match value.cast::<PyString>() {
            Ok(text) => Ok(builder.push(text.to_str()?)?),
            Err(_) => Ok(builder.push(&id("item", value)?)?),
        }
    };
    if let Ok(list) = values.cast_exact::<PyList>() {
        list.iter().try_for_each(|value| push(&value))?;
    } else {
        let refuse = || wrong_type("IdTypeError", "a basket", "a list of ids", values);
        if values.is_instance_of::<PyString>() || values.is_instance_of::<PyBytes>() {
            return Err(refuse().into());
        }
        values.try_iter().map_err(|_| refuse())?.try_for_each(|value| push(&value?))?;
    }
    Ok(builder.end_basket()?)
}

/// A whole number of at least `min`.
pub(crate) fn count(name: &'static str, value: &Bound<'_, PyAny>, min: i64) -> Out<usize> {
    let int = as_int(value).ok_or_else(|| wrong_type("ParamTypeError", name, "a whole number", value))?;
    match int.extract::<i64>() {
        Ok(value) if value < min => Err(ParamError::TooSmall { name, value, min }.into()),
        Ok(value) => Ok(usize::try_from(value).map_err(|_| too_large(name, &int))?),
        Err(_) => Ok(int.extract::<usize>().map_err(|_| too_large(name, &int))?),
    }
}

fn too_large(name: &str, value: &Bound<'_, PyInt>) -> PyErr {
    raise("ParamError", &format!("{name} must be from 0 to {}, got {value}", usize::MAX))
}

/// A whole number of at least `min`, or nothing.
pub(crate) fn optional_count(
    name: &'static str,
    value: Option<&Bound<'_, PyAny>>,
    min: i64,
) -> Out<Option<usize>> {
    value.map(|value| count(name, value, min)).transpose()
}

/// A seed.
pub(crate) fn seed(value: &Bound<'_, PyAny>) -> Out<u64> {
    Ok(count("seed", value, 0)? as u64)
}

/// A small whole number, such as a score.
pub(crate) fn small(name: &'static str, value: &Bound<'_, PyAny>) -> Out<u8> {
    let value = count(name, value, 0)?;
    let refuse = || raise("ParamError", &format!("{name} must be from 0 to 255, got {value}"));
    Ok(u8::try_from(value).map_err(|_| refuse())?)
}

/// A real number.
pub(crate) fn real(name: &str, value: &Bound<'_, PyAny>) -> Out<f64> {
    let is_number = !value.is_instance_of::<PyBool>()
        && (value.is_instance_of::<PyFloat>()
            || value.is_instance_of::<PyInt>()
            || value.hasattr("__float__")?);
    let number = value.extract::<f64>();
    match number {
        Ok(number) if is_number => Ok(number),
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => Ok(f64::INFINITY),
        _ => Err(wrong_type("ParamTypeError", name, "a number", value).into()),
    }
}

/// A number with six decimals, such as an amount of money or a quantity.
pub(crate) fn fixed(name: &'static str, value: &Bound<'_, PyAny>) -> Out<Money> {
    let number = real(name, value)?;
    let beyond = ParamError::OutOfRange { name, value: number, allowed: "a number below 9.2 trillion" };
    Ok(Money::from_f64(number).ok_or(beyond)?)
}

/// An amount of money, or nothing.
pub(crate) fn optional_money(name: &'static str, value: Option<&Bound<'_, PyAny>>) -> Out<Option<Money>> {
    value.map(|value| fixed(name, value)).transpose()
}

/// A word.
pub(crate) fn word(name: &str, value: &Bound<'_, PyAny>) -> Out<String> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_str()?.to_owned()),
        Err(_) => Err(wrong_type("ParamTypeError", name, "a string", value).into()),
    }
}

/// Yes or no.
pub(crate) fn flag(name: &str, value: &Bound<'_, PyAny>) -> Out<bool> {
    match value.cast::<PyBool>() {
        Ok(flag) => Ok(flag.is_true()),
        Err(_) => Err(wrong_type("ParamTypeError", name, "True or False", value).into()),
    }
}

/// The character between the fields of a CSV file.
pub(crate) fn delimiter(value: &Bound<'_, PyAny>) -> Out<u8> {
    let text = word("delimiter", value)?;
    let [byte] = text.as_bytes() else {
        let message = format!("delimiter must be one ASCII character, got '{text}'");
        return Err(raise("ParamError", &message).into());
    };
    Ok(*byte)
}

/// An instant, as microseconds or as text.
pub(crate) fn time(name: &'static str, value: &Bound<'_, PyAny>) -> Out<Time> {
    if let Ok(micros) = value.extract::<i64>() {
        return Ok(Time::from_micros(micros));
    }
    let text = word(name, value)?;
    Ok(Time::parse(&text).map_err(|_| ParamError::Date { name, value: text })?)
}

/// An outside id for Python.
pub(crate) fn id_out<'py>(py: Python<'py>, id: IdRef<'_>) -> Bound<'py, PyAny> {
    match id {
        IdRef::Int(value) => PyInt::new(py, value).into_any(),
        IdRef::Str(text) => PyString::new(py, text).into_any(),
    }
}

/// All ids of a vocabulary.
pub(crate) fn vocabulary_out<'py>(py: Python<'py>, ids: &Vocabulary) -> Out<Bound<'py, PyList>> {
    Ok(PyList::new(py, ids.iter().map(|id| id_out(py, id)))?)
}

/// What serialises to JSON, as Python's own values.
pub(crate) fn json<'py>(py: Python<'py>, value: &impl serde::Serialize) -> Out<Bound<'py, PyAny>> {
    let value = serde_json::to_value(value).map_err(|error| raise("KosarError", &error.to_string()))?;
    json_out(py, &value)
}

/// A JSON value for Python.
pub(crate) fn json_out<'py>(py: Python<'py>, value: &Value) -> Out<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => PyInt::new(py, int).into_any(),
            (None, Some(int)) => PyInt::new(py, int).into_any(),
            _ => PyFloat::new(py, number.as_f64().unwrap_or(f64::NAN)).into_any(),
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(|value| json_out(py, value)).collect::<Out<_>>()?;
            PyList::new(py, values)?.into_any()
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            for (key, value) in fields {
                dict.set_item(key, json_out(py, value)?)?;
            }
            dict.into_any()
        }
    })
}
