//! From Python's lists and NumPy's arrays to Arrow's columns, for data that does not come as Arrow.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, ListBuilder, StringBuilder};
use arrow_array::types::Int64Type;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float32Array, Float64Array, Int64Array, LargeStringArray,
    NullArray, RecordBatch, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray, UInt64Array,
};
use arrow_schema::Schema;
use kosar::IntakeError;
use numpy::{Element, PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::convert::word;
use crate::error::{Failure, Out, raise};

/// A batch from named columns, all of one length.
pub(crate) fn record_batch(columns: &Bound<'_, PyDict>) -> Out<RecordBatch> {
    let mut arrays: Vec<(String, ArrayRef)> = Vec::new();
    for (name, values) in columns.iter() {
        let name = word("the name of a column", &name)?;
        let array = column(&name, &values)?;
        if let Some((_, first)) = arrays.first()
            && first.len() != array.len()
        {
            let (expected, found) = (first.len(), array.len());
            return Err(IntakeError::RaggedColumns { role: format!("'{name}'"), expected, found }.into());
        }
        arrays.push((name, array));
    }
    if arrays.is_empty() {
        return Ok(RecordBatch::new_empty(Schema::empty().into()));
    }
    let arrays = arrays.into_iter().map(|(name, array)| (name, array, true));
    Ok(RecordBatch::try_from_iter_with_nullable(arrays)
        .map_err(|error| raise("IntakeError", &error.to_string()))?)
}

/// A column: a list, an array of NumPy, `("category", codes, words)` or `("time", microseconds or the like, unit)`.
fn column(name: &str, values: &Bound<'_, PyAny>) -> Out<ArrayRef> {
    if let Ok(list) = values.cast::<PyList>() {
        return from_list(name, list);
    }
    if let Ok(parts) = values.cast::<PyTuple>() {
        let kind = parts.get_item(0)?.extract::<String>()?;
        let inner = column(name, &parts.get_item(1)?)?;
        if kind == "category" {
            return category(inner, column(name, &parts.get_item(2)?)?);
        }
        return timestamps(&inner, &parts.get_item(2)?.extract::<String>()?);
    }
    from_numpy(values).ok_or_else(|| {
        let found = values.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string());
        raise("IntakeError", &format!("column '{name}' is neither a list nor an array: {found:.100}")).into()
    })
}

fn category(codes: ArrayRef, words: ArrayRef) -> Out<ArrayRef> {
    let broken = |error: &dyn ToString| raise("IntakeError", &error.to_string());
    let codes =
        codes.as_any().downcast_ref::<Int64Array>().ok_or_else(|| broken(&"codes must be integers"))?;
    let codes: Int64Array = codes.iter().map(|code| code.filter(|&code| code >= 0)).collect();
    let array = DictionaryArray::<Int64Type>::try_new(codes, words).map_err(|error| broken(&error))?;
    Ok(Arc::new(array))
}

/// NumPy's instants, of which the lowest number stands for a missing one.
fn timestamps(values: &ArrayRef, unit: &str) -> Out<ArrayRef> {
    let values = values.as_any().downcast_ref::<Int64Array>();
    let values = values.ok_or_else(|| raise("IntakeError", "instants must be integers"))?;
    let values = values.iter().map(|value| value.filter(|&value| value != i64::MIN));
    Ok(match unit {
        "s" => Arc::new(values.collect::<TimestampSecondArray>()),
        "ms" => Arc::new(values.collect::<TimestampMillisecondArray>()),
        "us" => Arc::new(values.collect::<TimestampMicrosecondArray>()),
        _ => Arc::new(values.collect::<TimestampNanosecondArray>()),
    })
}

fn from_numpy(values: &Bound<'_, PyAny>) -> Option<ArrayRef> {
    fn of<T: Element + Copy>(values: &Bound<'_, PyAny>) -> Option<Vec<T>> {
        let array = values.cast::<PyArray1<T>>().ok()?;
        array.try_readonly().ok().map(|array| array.as_array().iter().copied().collect())
    }
    fn wider<T: Element + Copy + Into<i64>>(values: &Bound<'_, PyAny>) -> Option<ArrayRef> {
        Some(Arc::new(of::<T>(values)?.into_iter().map(|value| Some(value.into())).collect::<Int64Array>()))
    }
    // Asking for an array imports NumPy, which need not be there.
    if values.get_type().module().ok()?.to_cow().ok()? != "numpy" {
        return None;
    }
    of::<i64>(values)
        .map(|values| Arc::new(Int64Array::from(values)) as ArrayRef)
        .or_else(|| of::<f64>(values).map(|values| Arc::new(Float64Array::from(values)) as ArrayRef))
        .or_else(|| wider::<i32>(values))
        .or_else(|| wider::<i16>(values))
        .or_else(|| wider::<i8>(values))
        .or_else(|| wider::<u32>(values))
        .or_else(|| wider::<u16>(values))
        .or_else(|| wider::<u8>(values))
        .or_else(|| of::<u64>(values).map(|values| Arc::new(UInt64Array::from(values)) as ArrayRef))
        .or_else(|| of::<f32>(values).map(|values| Arc::new(Float32Array::from(values)) as ArrayRef))
        .or_else(|| of::<bool>(values).map(|values| Arc::new(BooleanArray::from(values)) as ArrayRef))
}

/// What the values of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Missing,
    Text,
    Int,
    /// NaN, which is a missing value among anything but numbers.
    Nan,
    Float,
    Bool,
    Time,
    /// A list of texts, such as tags.
    Texts,
}

impl Kind {
    fn of(value: &Bound<'_, PyAny>) -> Out<Option<Self>> {
        Ok(Some(if value.is_none() {
            Self::Missing
        } else if value.is_instance_of::<PyString>() {
            Self::Text
        } else if value.is_instance_of::<PyBool>() {
            Self::Bool
        } else if value.is_instance_of::<PyInt>() {
            Self::Int
        } else if let Ok(float) = value.cast::<PyFloat>() {
            if float.extract::<f64>()?.is_nan() { Self::Nan } else { Self::Float }
        } else {
            match value.get_type().name()?.to_cow()?.as_ref() {
                "NAType" | "NaTType" => Self::Missing,
                "datetime" | "date" | "Timestamp" => Self::Time,
                "bool" | "bool_" => Self::Bool,
                "list" | "tuple" | "set" | "frozenset" | "ndarray" => Self::Texts,
                _ if value.hasattr("__index__")? => Self::Int,
                "Decimal" => Self::Float,
                _ if value.hasattr("__float__")? => Self::Float,
                _ => return Ok(None),
            }
        }))
    }

    /// What a column of both is; `None` where nothing can be.
    fn with(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (a, b) if a == b => a,
            (Self::Missing, a) | (a, Self::Missing) => a,
            (Self::Nan | Self::Int | Self::Float, Self::Nan | Self::Int | Self::Float) => Self::Float,
            (Self::Nan, a) | (a, Self::Nan) => a,
            _ => return None,
        })
    }
}

fn from_list(name: &str, list: &Bound<'_, PyList>) -> Out<ArrayRef> {
    let mut kind = Kind::Missing;
    for value in list.iter() {
        let found = Kind::of(&value)?;
        kind = found.and_then(|found| kind.with(found)).ok_or_else(|| {
            let shown = value.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string());
            let before =
                if found.is_some() { format!(" after values of kind {kind:?}") } else { String::new() };
            raise(
                "IntakeError",
                &format!("column '{name}' holds {shown:.100}{before}; values must be of one kind"),
            )
        })?;
    }
    build(name, kind, list)
}

fn build(name: &str, kind: Kind, list: &Bound<'_, PyList>) -> Out<ArrayRef> {
    let given = |value: &Bound<'_, PyAny>| -> Out<bool> {
        Ok(!matches!(Kind::of(value)?, None | Some(Kind::Missing | Kind::Nan)))
    };
    Ok(match kind {
        Kind::Missing => Arc::new(NullArray::new(list.len())),
        Kind::Text => {
            let mut texts =
                arrow_array::builder::LargeStringBuilder::with_capacity(list.len(), 8 * list.len());
            for value in list.iter() {
                match value.cast::<PyString>() {
                    Ok(text) => texts.append_value(text.to_str()?),
                    Err(_) => texts.append_null(),
                }
            }
            Arc::new(texts.finish()) as Arc<LargeStringArray>
        }
        Kind::Int => {
            let too_large = |value: &Bound<'_, PyAny>| {
                raise("IntakeError", &format!("column '{name}' holds {value}, which is beyond 64 bits"))
            };
            let int = |value: Bound<'_, PyAny>| -> Out<Option<i64>> {
                if !given(&value)? {
                    return Ok(None);
                }
                Ok(Some(value.extract::<i64>().map_err(|_| too_large(&value))?))
            };
            Arc::new(list.iter().map(int).collect::<Out<Int64Array>>()?)
        }
        Kind::Float | Kind::Nan => {
            let float = |value: Bound<'_, PyAny>| -> Out<Option<f64>> {
                if value.is_none() || Kind::of(&value)? == Some(Kind::Missing) {
                    return Ok(None);
                }
                Ok(Some(value.extract::<f64>()?))
            };
            Arc::new(list.iter().map(float).collect::<Out<Float64Array>>()?)
        }
        Kind::Bool => {
            let mut bools = BooleanBuilder::with_capacity(list.len());
            for value in list.iter() {
                bools.append_option(if given(&value)? { Some(value.is_truthy()?) } else { None });
            }
            Arc::new(bools.finish())
        }
        Kind::Texts => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in list.iter().map(|value| Ok::<_, Failure>((given(&value)?, value))) {
                let (is_given, value) = value?;
                if is_given {
                    for text in value.try_iter()? {
                        lists.values().append_value(word(&format!("a value of column '{name}'"), &text?)?);
                    }
                }
                lists.append(is_given);
            }
            Arc::new(lists.finish())
        }
        Kind::Time => {
            let to_micros = list.py().import("kosar._time")?.getattr("to_micros")?;
            let micros = |value: Bound<'_, PyAny>| -> Out<Option<i64>> {
                if !given(&value)? {
                    return Ok(None);
                }
                Ok(Some(to_micros.call1((value,))?.extract::<i64>()?))
            };
            Arc::new(list.iter().map(micros).collect::<Out<TimestampMicrosecondArray>>()?)
        }
    })
}
