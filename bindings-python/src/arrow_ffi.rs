//! Arrow's C stream interface: with [`crate::convert`]'s lists of integers the only place with unsafe code.

#![allow(unsafe_code, reason = "a foreign struct is taken over by its address")]

use arrow_array::RecordBatchReader;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::{Out, raise};

const NAME: &std::ffi::CStr = c"arrow_array_stream";

/// Takes the stream out of anything that offers `__arrow_c_stream__`.
pub(crate) fn import(data: &Bound<'_, PyAny>) -> Out<RecordBatchStreamReader> {
    let offered = data.call_method0("__arrow_c_stream__")?;
    let capsule = offered.cast::<PyCapsule>().map_err(PyErr::from)?;
    let stream = capsule.pointer_checked(Some(NAME))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: the protocol says that a capsule of this name points to a valid ArrowArrayStream which the consumer
    // takes over; `from_raw` moves it out and leaves a released stream behind, which the capsule's destructor skips. The
    // capsule lives until the end of this function.
    let reader = unsafe { RecordBatchStreamReader::from_raw(stream.as_ptr()) };
    Ok(reader.map_err(|error| raise("IntakeError", &format!("the Arrow stream cannot be read: {error}")))?)
}

/// Offers batches as `__arrow_c_stream__` does; whoever does not take the stream over leaves it to the capsule.
pub(crate) fn export<'py>(
    py: Python<'py>,
    batches: impl RecordBatchReader + Send + 'static,
) -> Out<Bound<'py, PyCapsule>> {
    let stream = FFI_ArrowArrayStream::new(Box::new(batches));
    Ok(PyCapsule::new_with_value(py, stream, NAME)?)
}
