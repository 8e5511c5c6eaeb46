//! Writing a model's arrays.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::data::{Owned, Rows, Vocabulary};
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::persist::container::{Container, Dtype, Section, is_name};

/// Takes a model's parameters and arrays; [`Persist::write`](crate::Persist::write) fills it.
///
/// Section names consist of `a-z`, `0-9`, `_`, `-` and `.`, each used once. Whatever could not be read back is refused
/// with [`PersistError::Invalid`].
#[derive(Debug)]
pub struct ModelWriter {
    container: Container<'static>,
}

impl ModelWriter {
    pub(super) fn new(kind: &'static str) -> Self {
        let (params, sections) = (Value::Null, BTreeMap::new());
        Self { container: Container { kind: Cow::Borrowed(kind), params, sections } }
    }

    pub(super) fn finish(self) -> Container<'static> {
        self.container
    }

    /// Stores the parameters, as JSON.
    ///
    /// Their real numbers must be finite: JSON has no others, and writes `null` for them.
    ///
    /// # Errors
    /// [`PersistError::Invalid`] when they have no form in JSON.
    pub fn params(&mut self, params: &impl Serialize) -> Result<(), PersistError> {
        self.container.params = serde_json::to_value(params).map_err(|error| PersistError::Invalid {
            section: "params".to_owned(),
            why: error.to_string(),
        })?;
        Ok(())
    }

    /// Stores bytes.
    ///
    /// # Errors
    /// [`PersistError::Invalid`] for a bad name or one used before.
    pub fn u8s(&mut self, name: &str, values: impl IntoIterator<Item = u8>) -> Result<(), PersistError> {
        self.list(name, Dtype::U8, values.into_iter().map(|value| [value]))
    }

    /// Stores 32-bit numbers: indices and counts.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`].
    pub fn u32s(&mut self, name: &str, values: impl IntoIterator<Item = u32>) -> Result<(), PersistError> {
        self.list(name, Dtype::U32, values.into_iter().map(u32::to_le_bytes))
    }

    /// Stores 64-bit numbers.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`].
    pub fn u64s(&mut self, name: &str, values: impl IntoIterator<Item = u64>) -> Result<(), PersistError> {
        self.list(name, Dtype::U64, values.into_iter().map(u64::to_le_bytes))
    }

    /// Stores signed 64-bit numbers: times and money.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`].
    pub fn i64s(&mut self, name: &str, values: impl IntoIterator<Item = i64>) -> Result<(), PersistError> {
        self.list(name, Dtype::I64, values.into_iter().map(i64::to_le_bytes))
    }

    /// Stores real numbers in row-major order; `shape` is `[len]` for a plain list.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`], and for a number that is not finite or a shape of another number of values.
    pub fn f64s(&mut self, name: &str, shape: &[usize], values: &[f64]) -> Result<(), PersistError> {
        check_shape(name, shape, values.len())?;
        check_finite(name, values)?;
        let data = end_to_end(values.iter().copied().map(f64::to_le_bytes));
        self.add(name, Dtype::F64, shape.to_vec(), data)
    }

    /// Stores real numbers of single precision in row-major order; `shape` is `[len]` for a plain list.
    ///
    /// # Errors
    /// As [`ModelWriter::f64s`].
    pub fn f32s(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Result<(), PersistError> {
        check_shape(name, shape, values.len())?;
        check_finite(name, values)?;
        let data = end_to_end(values.iter().copied().map(f32::to_le_bytes));
        self.add(name, Dtype::F32, shape.to_vec(), data)
    }

    /// Stores positions that rise from 0, such as where each row begins.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`].
    pub fn offsets(&mut self, name: &str, offsets: &[usize]) -> Result<(), PersistError> {
        self.u64s(name, offsets.iter().map(|&offset| offset as u64))
    }

    /// Stores ids: integers as section `name`, strings as `name.text` and `name.ends`.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`].
    pub fn vocabulary(&mut self, name: &str, ids: &Vocabulary) -> Result<(), PersistError> {
        if let Some(values) = ids.as_ints() {
            self.i64s(name, values.iter().copied())?;
        }
        if let Some((text, ends)) = ids.as_text() {
            self.u8s(&format!("{name}.text"), text.bytes())?;
            self.offsets(&format!("{name}.ends"), ends)?;
        }
        Ok(())
    }

    /// Stores rows as `name.offsets` and `name.values`; `to_u32` makes a value into the number stored.
    ///
    /// # Errors
    /// As [`ModelWriter::u8s`].
    pub fn rows<T: Copy>(
        &mut self,
        name: &str,
        rows: &Rows<T>,
        to_u32: impl Fn(T) -> u32,
    ) -> Result<(), PersistError> {
        self.offsets(&format!("{name}.offsets"), rows.offsets())?;
        self.u32s(&format!("{name}.values"), rows.values().iter().map(|&value| to_u32(value)))
    }

    /// Stores what customers own as the sections `customers` (vocabulary) and `owned` (rows of items).
    pub(crate) fn owned(&mut self, owned: &Owned) -> Result<(), PersistError> {
        self.vocabulary("customers", &owned.customers)?;
        self.rows("owned", &owned.rows, ItemIx::as_u32)
    }

    /// Adds a section of one dimension.
    fn list<const N: usize>(
        &mut self,
        name: &str,
        dtype: Dtype,
        values: impl Iterator<Item = [u8; N]>,
    ) -> Result<(), PersistError> {
        let data = end_to_end(values);
        self.add(name, dtype, vec![data.len() / N], data)
    }

    fn add(
        &mut self,
        name: &str,
        dtype: Dtype,
        shape: Vec<usize>,
        data: Vec<u8>,
    ) -> Result<(), PersistError> {
        if !is_name(name) {
            return Err(invalid(name, "a section cannot have this name".to_owned()));
        }
        if self.container.sections.contains_key(name) {
            return Err(invalid(name, "it is written twice".to_owned()));
        }
        self.container.sections.insert(name.to_owned(), Section { dtype, shape, data: Cow::Owned(data) });
        Ok(())
    }
}

fn end_to_end<const N: usize>(values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    let mut data = Vec::with_capacity(values.size_hint().0 * N);
    values.for_each(|value| data.extend_from_slice(&value));
    data
}

pub(crate) fn invalid(section: &str, why: impl Into<String>) -> PersistError {
    PersistError::Invalid { section: section.to_owned(), why: why.into() }
}

/// Refuses infinities and NaN.
pub(super) fn check_finite<T: Copy + Into<f64>>(section: &str, values: &[T]) -> Result<(), PersistError> {
    match values.iter().position(|&value| !value.into().is_finite()) {
        Some(position) => {
            Err(invalid(section, format!("value {} at {position} must be finite", values[position].into())))
        }
        None => Ok(()),
    }
}

fn check_shape(section: &str, shape: &[usize], n_values: usize) -> Result<(), PersistError> {
    let size = shape.iter().try_fold(1_usize, |size, &dimension| size.checked_mul(dimension));
    if size == Some(n_values) {
        return Ok(());
    }
    Err(invalid(section, format!("{n_values} values do not have shape {shape:?}")))
}
