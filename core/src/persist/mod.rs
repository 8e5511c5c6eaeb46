//! The model file: one format for every model, checked byte by byte on reading.
//!
//! A model implements [`Persist`] by writing its arrays to a [`ModelWriter`] and reading them from a [`ModelReader`];
//! saving, loading, checksums and the checks below come with it. [`kind_of`] tells which model a file holds.
//!
//! # The format, version 1
//!
//! A [safetensors](https://docs.rs/safetensors) file. All integers are little-endian.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `u64`: length `n` of the header in bytes, a multiple of 8, at most 1 MiB |
//! | `n` | the header: JSON in UTF-8, filled up with spaces at the end |
//! | the rest | the sections, end to end, without gaps, nothing after the last |
//!
//! The header has exactly one text. There is no whitespace but the filling, keys come in the order shown, numbers are
//! plain decimals, and in the text of `kosar` only `"` and `\` are escaped:
//!
//! ```text
//! {"__metadata__":{"kosar":"TEXT"},"NAME":{"dtype":"U32","shape":[3],"data_offsets":[0,12]},...}
//! ```
//!
//! A section is an array in row-major order. Its name consists of `a-z`, `0-9`, `_`, `-` and `.`; its type is `F64`,
//! `I64`, `U64`, `U32` or `U8`. Sections lie in the order of the header: those with 8-byte elements, then 4, then 1, and
//! by name within each, so that every array is aligned. Offsets count from the end of the header.
//!
//! `TEXT` is JSON as well: keys sorted by bytes at every level, none twice, no whitespace. Its keys:
//!
//! | key | value |
//! |---|---|
//! | `crc32` | an object: for each section its checksum, 8 lower-case hexadecimal digits; exactly the sections present |
//! | `format` | 1; a greater number is refused with [`PersistError::Version`] |
//! | `kind` | which model, such as `association_rules` |
//! | `params` | the model's parameters |
//! | `self` | the checksum of `TEXT` itself, computed while this value is `""` |
//!
//! Checksums are the CRC-32 of zlib and PNG. That of a section runs over its type and shape as text, such as `U32[3]` or
//! `F64[20,5]`, and then over its bytes. `self` sorts last, so `TEXT` always ends with `"self":"` + 8 digits + `"}`:
//!
//! ```text
//! n      = int.from_bytes(file[:8], "little")
//! header = json.loads(file[8:8 + n])
//! text   = header["__metadata__"]["kosar"]
//! assert text[-10:-2] == "%08x" % zlib.crc32((text[:-10] + '"}').encode())
//! for name, info in header.items():                        # but for "__metadata__"
//!     begin, end = info["data_offsets"]
//!     about = info["dtype"] + str(info["shape"]).replace(" ", "")
//!     crc = zlib.crc32(file[8 + n + begin:8 + n + end], zlib.crc32(about.encode()))
//!     assert json.loads(text)["crc32"][name] == "%08x" % crc
//! ```
//!
//! Three things take more than one array or a fixed one:
//!
//! - **Vocabulary** `v`: integers are the `I64` array `v`, rising strictly. Strings are `v.text` (`U8`: UTF-8, end to end)
//!   and `v.ends` (`U64`: where each ends), rising strictly by bytes.
//! - **Rows** `r` (lists of indices): `r.offsets` (`U64`: where each row begins, and the number of values behind them) and
//!   `r.values` (`U32`).
//! - **Real numbers** (`F64`) are finite.
//!
//! # What reading guarantees
//!
//! Any bytes may be read, whoever wrote them. Arrays never take more memory than the file has bytes, and the header is
//! bounded. A file in which a byte was changed, cut off or added is refused; one that was made with right checksums is held
//! to every invariant of the model. A section that the model does not read is refused too. Nothing is compressed and
//! nothing in a file is run.
//!
//! # What saving guarantees
//!
//! Same model, same bytes. A reader of the path sees the whole old file or the whole new one, also after a crash: the new
//! one is written beside it, made durable, and put in its place in one step. See [`Persist::save_with`].
//!
//! [`PersistError::Version`]: crate::PersistError::Version

mod atomic;
mod container;
mod lent;
mod metadata;
mod model;
mod reader;
mod writer;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;

pub use metadata::FORMAT_VERSION;
pub use model::{Persist, SaveOptions, kind_of, params_of, read_file};
pub(crate) use reader::check_below;
pub use reader::{ModelReader, RowOrder};
pub use writer::ModelWriter;
pub(crate) use writer::invalid;
