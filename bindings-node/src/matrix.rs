//! Sparse matrices of users and items, from typed arrays, where a log may stand too.

use std::sync::Arc;

use kosar::data::Interactions;
use kosar::{Control, Fit, OrderLog};
use napi::bindgen_prelude::{
    Float64ArraySlice, FromNapiValue, JsObjectValue, Object, Uint32ArraySlice, Unknown, ValueType,
};

use crate::convert::{array, count, element, log};
use crate::error::{Outcome, failure, refused};
use crate::options::Options;

/// What a fit begins with.
pub(crate) enum Data {
    Log(Arc<OrderLog>),
    Matrix(Interactions),
}

impl Data {
    pub(crate) fn read(value: Unknown<'_>) -> Outcome<Self> {
        if is_matrix(value) { matrix(value).map(Self::Matrix) } else { log(value).map(Self::Log) }
    }

    pub(crate) fn fit<M, P>(&self, params: &P, control: &Control) -> kosar::Result<M>
    where
        P: Fit<OrderLog, Model = M> + Fit<Interactions, Model = M>,
    {
        match self {
            Self::Log(log) => params.fit_with(&**log, control),
            Self::Matrix(matrix) => params.fit_with(matrix, control),
        }
    }
}

/// Whether a value is meant as a matrix.
fn is_matrix(value: Unknown<'_>) -> bool {
    let is_object = matches!(value.get_type(), Ok(ValueType::Object));
    is_object
        && Object::from_unknown(value)
            .is_ok_and(|object| object.has_named_property("indptr").unwrap_or(false))
}

/// A matrix compressed by row: `shape`, `indptr`, `indices`, and `data` where entries are not all 1.
fn matrix(value: Unknown<'_>) -> Outcome<Interactions> {
    let mut given = Options::new("matrix", Some(value))?;
    let (shape, indptr, indices, data) =
        (given.value("shape")?, given.value("indptr")?, given.value("indices")?, given.value("data")?);
    given.finish()?;
    let missing = |name: &'static str| move || refused(name, "there", value);
    let sides = array("shape", shape.ok_or_else(missing("shape"))?)?;
    if sides.len() != 2 {
        return Err(refused("shape", "two numbers, of users and of items", value));
    }
    let side = |at: u32| count("shape", element(&sides, at)?, 0);
    let shape = (side(0)?, side(1)?);
    let indptr = whole_numbers("indptr", indptr.ok_or_else(missing("indptr"))?)?;
    let indices = whole_numbers("indices", indices.ok_or_else(missing("indices"))?)?;
    let indptr: Vec<usize> = indptr.into_iter().map(|offset| offset as usize).collect();
    let data = data.map(real_numbers).transpose()?;
    Interactions::from_csr(shape, &indptr, &indices, data.as_deref()).map_err(failure)
}

fn whole_numbers(name: &'static str, value: Unknown<'_>) -> Outcome<Vec<u32>> {
    let slice = Uint32ArraySlice::from_unknown(value).map_err(|_| refused(name, "a Uint32Array", value))?;
    Ok(slice.to_vec())
}

fn real_numbers(value: Unknown<'_>) -> Outcome<Vec<f64>> {
    let slice =
        Float64ArraySlice::from_unknown(value).map_err(|_| refused("data", "a Float64Array", value))?;
    Ok(slice.to_vec())
}
