//! Reading a model's arrays where they lie in the file: for those that are made into something else and let go of.

use std::borrow::Cow;

use bytemuck::Pod;

use super::container::Dtype;
use super::reader::{ModelReader, check_offsets, decode};
use crate::error::PersistError;

/// Numbers of a section.
pub(crate) trait Stored: Pod {
    /// The type that its section must have.
    const DTYPE: Dtype;

    fn decoded(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! stored {
    ($($number:ty, $dtype:ident;)*) => {$(
        impl Stored for $number {
            const DTYPE: Dtype = Dtype::$dtype;

            fn decoded(bytes: &[u8]) -> Vec<Self> {
                decode(bytes, Self::from_le_bytes)
            }
        }
    )*};
}

stored! {
    u8, U8;
    u32, U32;
    i64, I64;
}

/// The bytes as numbers, if they lie as this machine has them.
fn in_place<T: Pod>(bytes: &[u8]) -> Option<&[T]> {
    bytemuck::try_cast_slice(bytes).ok().filter(|_| cfg!(target_endian = "little"))
}

impl ModelReader<'_> {
    /// The numbers of a section; copied only where the machine or the place of the file in memory asks for it.
    pub(crate) fn lent<T: Stored>(
        &self,
        name: &str,
        len: impl Into<Option<usize>>,
    ) -> Result<Cow<'_, [T]>, PersistError> {
        let bytes = self.list(name, T::DTYPE, len.into())?;
        Ok(in_place(bytes).map_or_else(|| Cow::Owned(T::decoded(bytes)), Cow::Borrowed))
    }

    /// As [`ModelReader::offsets`].
    pub(crate) fn lent_offsets(
        &self,
        name: &str,
        n_rows: impl Into<Option<usize>>,
        n_values: usize,
    ) -> Result<Cow<'_, [usize]>, PersistError> {
        let bytes = self.list(name, Dtype::U64, None)?;
        let offsets = match in_place(bytes).filter(|_| cfg!(target_pointer_width = "64")) {
            Some(offsets) => Cow::Borrowed(offsets),
            None => Cow::Owned(self.positions(name)?),
        };
        check_offsets(name, &offsets, n_rows.into(), n_values)?;
        Ok(offsets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_lent_where_they_lie_and_copied_where_they_cannot() {
        let words = [0_u64, 3, u64::MAX];
        let bytes: &[u8] = bytemuck::cast_slice(&words);
        if cfg!(target_endian = "little") {
            assert_eq!(in_place::<i64>(bytes).unwrap(), [0, 3, -1]);
        }
        let moved = &bytes[4..20];
        assert_eq!(in_place::<i64>(moved), None);
        assert_eq!(i64::decoded(moved), [3 << 32, -1 << 32]);
        assert_eq!(u32::decoded(moved), [0, 3, 0, u32::MAX]);
    }
}
