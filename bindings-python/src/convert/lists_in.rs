//! Lists of integers, read with two calls an integer where the safe way makes five.

#![allow(
    unsafe_code,
    reason = "a list of a basket is read without counting references to each of its integers"
)]

use std::ffi::c_int;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::PyList;

/// Puts the integers of a list behind `ints`; whether all are of type `int` itself and of 64 bits. Otherwise `ints` ends
/// with those before the first that is not.
pub(crate) fn exact_ints(list: &Bound<'_, PyList>, ints: &mut Vec<i64>) -> bool {
    with_critical_section(list, || {
        let n = list.len();
        ints.reserve(n);
        for at in 0..n {
            let Ok(at) = ffi::Py_ssize_t::try_from(at) else { return false };
            // SAFETY: the list is one, the position is below its length, and nothing below runs code of Python or lets go
            // of the interpreter (or, in a build without its lock, of the list's own), so the list stays as it is and
            // holds the item, to which the reference is borrowed.
            let item = unsafe { ffi::PyList_GetItem(list.as_ptr(), at) };
            // SAFETY: `item` is a live object, or null and not looked at.
            if item.is_null() || unsafe { ffi::PyLong_CheckExact(item) } == 0 {
                return false;
            }
            let mut overflow: c_int = 0;
            // SAFETY: `item` is an `int` itself, for which this call neither fails nor runs code of Python.
            let value = unsafe { ffi::PyLong_AsLongLongAndOverflow(item, &raw mut overflow) };
            if overflow != 0 {
                return false;
            }
            ints.push(value);
        }
        true
    })
}
