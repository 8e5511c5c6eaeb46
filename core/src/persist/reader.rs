//! Reading a model's arrays, checking each.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::data::{Owned, Rows, Vocabulary};
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::params::{Checked, Params};
use crate::persist::container::{Container, Dtype, Section};
use crate::persist::writer::{check_finite, invalid};

/// Gives a model its parameters and arrays back; [`Persist::read`](crate::Persist::read) empties it.
///
/// Checksums were compared before. Each call names the rule that its section must keep, `len` the number of values where
/// the model knows it (`None` where this section decides it). All sections present must be read.
///
/// # Errors
/// Every call: [`PersistError::MissingSection`], or [`PersistError::Invalid`] for a section of another type or length, or
/// one that breaks the rule; both name the section.
#[derive(Debug)]
pub struct ModelReader<'a> {
    container: Container<'a>,
    read: RefCell<BTreeSet<String>>,
}

/// What holds within each row of [`ModelReader::rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOrder {
    /// Nothing: values may come in any order, and more than once.
    Any,
    /// Values rise strictly.
    Rising,
}

impl<'a> ModelReader<'a> {
    pub(super) fn new(container: Container<'a>) -> Self {
        Self { container, read: RefCell::default() }
    }

    /// Refuses what the model did not read.
    pub(super) fn finish(self) -> Result<(), PersistError> {
        let read = self.read.into_inner();
        match self.container.sections.keys().find(|&name| !read.contains(name)) {
            Some(name) => Err(invalid(name, "this model has no such section".to_owned())),
            None => Ok(()),
        }
    }

    /// The parameters, checked.
    pub fn params<P: DeserializeOwned + Params>(&self) -> Result<Checked<P>, PersistError> {
        let params =
            P::deserialize(&self.container.params).map_err(|error| invalid("params", error.to_string()))?;
        params.check().map_err(|error| invalid("params", error.to_string()))
    }

    /// Whether the file has any section of this name, or of a vocabulary or rows of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let sections = &self.container.sections;
        sections.contains_key(name)
            || [".text", ".ends", ".offsets", ".values"]
                .iter()
                .any(|part| sections.contains_key(&format!("{name}{part}")))
    }

    /// Bytes.
    pub fn u8s(&self, name: &str, len: impl Into<Option<usize>>) -> Result<Vec<u8>, PersistError> {
        Ok(self.list(name, Dtype::U8, len.into())?.to_vec())
    }

    /// 32-bit numbers.
    pub fn u32s(&self, name: &str, len: impl Into<Option<usize>>) -> Result<Vec<u32>, PersistError> {
        Ok(decode(self.list(name, Dtype::U32, len.into())?, u32::from_le_bytes))
    }

    /// 32-bit numbers, each below `bound`: indices.
    pub fn u32s_below(
        &self,
        name: &str,
        len: impl Into<Option<usize>>,
        bound: usize,
    ) -> Result<Vec<u32>, PersistError> {
        let values = self.u32s(name, len)?;
        check_below(name, &values, bound)?;
        Ok(values)
    }

    /// 64-bit numbers.
    pub fn u64s(&self, name: &str, len: impl Into<Option<usize>>) -> Result<Vec<u64>, PersistError> {
        Ok(decode(self.list(name, Dtype::U64, len.into())?, u64::from_le_bytes))
    }

    /// Signed 64-bit numbers.
    pub fn i64s(&self, name: &str, len: impl Into<Option<usize>>) -> Result<Vec<i64>, PersistError> {
        Ok(decode(self.list(name, Dtype::I64, len.into())?, i64::from_le_bytes))
    }

    /// Finite real numbers of this shape, in row-major order.
    pub fn f64s(&self, name: &str, shape: &[usize]) -> Result<Vec<f64>, PersistError> {
        let values = decode(self.shaped(name, Dtype::F64, shape)?, f64::from_le_bytes);
        check_finite(name, &values)?;
        Ok(values)
    }

    /// Finite real numbers of single precision of this shape, in row-major order.
    pub fn f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, PersistError> {
        let values = decode(self.shaped(name, Dtype::F32, shape)?, f32::from_le_bytes);
        check_finite(name, &values)?;
        Ok(values)
    }

    fn shaped(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&[u8], PersistError> {
        let section = self.section(name, dtype)?;
        if section.shape != shape {
            return Err(invalid(name, format!("its shape must be {shape:?}, is {:?}", section.shape)));
        }
        Ok(&section.data)
    }

    /// The number of values of a section that itself decides it; never more than the file has bytes.
    pub fn len(&self, name: &str) -> Result<usize, PersistError> {
        let section = self.container.sections.get(name).ok_or_else(|| missing(name))?;
        Ok(section.len())
    }

    /// The offsets of `n_rows` rows of `n_values` values together: the first 0, never falling, the last `n_values`.
    pub fn offsets(
        &self,
        name: &str,
        n_rows: impl Into<Option<usize>>,
        n_values: usize,
    ) -> Result<Vec<usize>, PersistError> {
        let offsets = self.positions(name)?;
        check_offsets(name, &offsets, n_rows.into(), n_values)?;
        Ok(offsets)
    }

    /// Distinct ids in order: integers in section `name`, or strings in `name.text` and `name.ends`.
    pub fn vocabulary(&self, name: &str) -> Result<Vocabulary, PersistError> {
        let text_name = format!("{name}.text");
        if !self.container.sections.contains_key(&text_name) {
            let values = self.i64s(name, None)?;
            return Vocabulary::from_sorted_ints(values)
                .ok_or_else(|| invalid(name, "its ids must rise strictly".to_owned()));
        }
        let text = String::from_utf8(self.u8s(&text_name, None)?)
            .map_err(|error| invalid(&text_name, error.utf8_error().to_string()))?;
        let ends_name = format!("{name}.ends");
        let ends = self.positions(&ends_name)?;
        Vocabulary::from_sorted_text(text, ends).ok_or_else(|| {
            let why = format!("it must cut {text_name} into ids that rise strictly, and reach its end");
            invalid(&ends_name, why)
        })
    }

    /// `n_rows` rows of indices below `bound`; `from_u32` makes a stored number into a value.
    pub fn rows<T: Copy>(
        &self,
        name: &str,
        n_rows: impl Into<Option<usize>>,
        bound: usize,
        order: RowOrder,
        from_u32: impl Fn(u32) -> T,
    ) -> Result<Rows<T>, PersistError> {
        let (offsets_name, values_name) = (format!("{name}.offsets"), format!("{name}.values"));
        let values = self.u32s_below(&values_name, None, bound)?;
        let offsets = self.offsets(&offsets_name, n_rows, values.len())?;
        if order == RowOrder::Rising {
            let rises = |ends: &[usize]| values[ends[0]..ends[1]].is_sorted_by(|a, b| a < b);
            if let Some(row) = offsets.windows(2).position(|ends| !rises(ends)) {
                return Err(invalid(&values_name, format!("the values of row {row} must rise strictly")));
            }
        }
        Rows::from_parts(offsets, values.into_iter().map(from_u32).collect())
            .ok_or_else(|| invalid(&offsets_name, "they do not delimit rows".to_owned()))
    }

    /// What customers own, in a model of so many items; `None` in a file without histories.
    pub(crate) fn owned(&self, n_items: usize) -> Result<Option<Owned>, PersistError> {
        if !self.has("owned") {
            return Ok(None);
        }
        let customers = self.vocabulary("customers")?;
        let rows = self.rows("owned", customers.len(), n_items, RowOrder::Rising, ItemIx::from_u32)?;
        Ok(Some(Owned { customers, rows }))
    }

    fn section(&self, name: &str, dtype: Dtype) -> Result<&Section<'a>, PersistError> {
        let section = self.container.sections.get(name).ok_or_else(|| missing(name))?;
        if section.dtype != dtype {
            let (expected, found) = (dtype.name(), section.dtype.name());
            return Err(invalid(name, format!("its type must be {expected}, is {found}")));
        }
        self.read.borrow_mut().insert(name.to_owned());
        Ok(section)
    }

    /// The bytes of a section of one dimension.
    pub(super) fn list(&self, name: &str, dtype: Dtype, len: Option<usize>) -> Result<&[u8], PersistError> {
        let section = self.section(name, dtype)?;
        match (&section.shape[..], len) {
            (&[found], Some(expected)) if found != expected => {
                Err(invalid(name, format!("it must have {expected} values, has {found}")))
            }
            ([_], _) => Ok(&section.data),
            (shape, _) => Err(invalid(name, format!("it must have one dimension, has {}", shape.len()))),
        }
    }

    /// 64-bit numbers that index memory.
    pub(super) fn positions(&self, name: &str) -> Result<Vec<usize>, PersistError> {
        let bytes = self.list(name, Dtype::U64, None)?;
        let (positions, _) = bytes.as_chunks();
        positions
            .iter()
            .map(|&bytes| {
                let value = u64::from_le_bytes(bytes);
                usize::try_from(value)
                    .map_err(|_| invalid(name, format!("{value} is above what this machine can address")))
            })
            .collect()
    }
}

/// Refuses indices that are not below a bound.
pub(crate) fn check_below(name: &str, values: &[u32], bound: usize) -> Result<(), PersistError> {
    match values.iter().position(|&value| value as usize >= bound) {
        Some(position) => {
            let value = values[position];
            Err(invalid(name, format!("value {value} at {position} must be below {bound}")))
        }
        None => Ok(()),
    }
}

/// Refuses offsets that do not delimit `n_rows` rows of `n_values` values together.
pub(super) fn check_offsets(
    name: &str,
    offsets: &[usize],
    n_rows: Option<usize>,
    n_values: usize,
) -> Result<(), PersistError> {
    let found = offsets.len();
    if let Some(expected) = n_rows.filter(|&expected| found.checked_sub(1) != Some(expected)) {
        return Err(invalid(name, format!("it must have an offset more than {expected} rows, has {found}")));
    }
    if offsets.first() != Some(&0) || offsets.last() != Some(&n_values) || !offsets.is_sorted() {
        return Err(invalid(
            name,
            format!("its offsets must begin with 0, not fall, and end with {n_values}"),
        ));
    }
    Ok(())
}

/// The container has checked that the bytes are a whole number of values.
pub(super) fn decode<const N: usize, T>(bytes: &[u8], from_le_bytes: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (values, rest) = bytes.as_chunks();
    debug_assert!(rest.is_empty());
    values.iter().map(|&value| from_le_bytes(value)).collect()
}

fn missing(name: &str) -> PersistError {
    PersistError::MissingSection { section: name.to_owned() }
}
