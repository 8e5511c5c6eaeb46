//! Numbers of single precision in a model file, which has none of its own: by their bits.

use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter};

pub(super) fn write_numbers(writer: &mut ModelWriter, name: &str, values: &[f32]) -> Result<(), PersistError> {
    writer.u32s(name, values.iter().map(|value| value.to_bits()))
}

/// Each finite.
pub(super) fn read_numbers(
    reader: &ModelReader<'_>,
    name: &str,
    len: usize,
) -> Result<Vec<f32>, PersistError> {
    let values: Vec<f32> = reader.u32s(name, len)?.into_iter().map(f32::from_bits).collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(invalid(name, format!("value {} at {at} must be finite", values[at]))),
        None => Ok(values),
    }
}

pub(super) fn invalid(section: &str, why: String) -> PersistError {
    PersistError::Invalid { section: section.to_owned(), why }
}
