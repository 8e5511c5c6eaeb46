//! The container: named arrays behind a header, with a checksum each.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use safetensors::tensor::Metadata as Header;
use serde_json::Value;

use crate::error::PersistError;
use crate::persist::metadata::{self, HEADER, crc32_text, not_a_model};

/// The longest header, in bytes: parameters and a line for each section, never data. Bounds what parsing may take.
const MAX_HEADER: usize = 1 << 20;

/// The bytes of the number before the header, and what the header's length is a multiple of.
const WORD: usize = 8;

/// The type of the elements of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dtype {
    U8,
    U32,
    U64,
    I64,
    F32,
    F64,
}

impl Dtype {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::U8 => "U8",
            Self::U32 => "U32",
            Self::U64 => "U64",
            Self::I64 => "I64",
            Self::F32 => "F32",
            Self::F64 => "F64",
        }
    }

    /// The bytes of an element.
    const fn size(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    fn from_safetensors(dtype: safetensors::Dtype) -> Option<Self> {
        match dtype {
            safetensors::Dtype::U8 => Some(Self::U8),
            safetensors::Dtype::U32 => Some(Self::U32),
            safetensors::Dtype::U64 => Some(Self::U64),
            safetensors::Dtype::I64 => Some(Self::I64),
            safetensors::Dtype::F32 => Some(Self::F32),
            safetensors::Dtype::F64 => Some(Self::F64),
            _ => None,
        }
    }
}

/// An array: `data` holds as many elements as `shape` says.
#[derive(Debug, Clone)]
pub(super) struct Section<'a> {
    pub(super) dtype: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) data: Cow<'a, [u8]>,
}

impl Section<'_> {
    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.data.len() / self.dtype.size()
    }

    /// The shape as text, such as `[20,5]`.
    fn shape_text(&self) -> String {
        let dimensions: Vec<_> = self.shape.iter().map(usize::to_string).collect();
        format!("[{}]", dimensions.join(","))
    }

    fn crc32(&self) -> String {
        crc32_text(&[self.dtype.name().as_bytes(), self.shape_text().as_bytes(), &self.data])
    }
}

/// All that a file holds.
#[derive(Debug, Clone)]
pub(super) struct Container<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) params: Value,
    pub(super) sections: BTreeMap<String, Section<'a>>,
}

/// Whether a section may have this name: such a name stands in JSON as it is.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.');
    !name.is_empty() && name.bytes().all(allowed) && name != HEADER
}

impl<'a> Container<'a> {
    /// Opens a file: every byte is checked against its place in the format and its checksum.
    pub(super) fn open(file: &'a [u8]) -> Result<Self, PersistError> {
        let (length, rest) =
            file.split_first_chunk::<WORD>().ok_or_else(|| not_a_model("it is too short"))?;
        let length = usize::try_from(u64::from_le_bytes(*length))
            .ok()
            .filter(|&length| length <= MAX_HEADER)
            .ok_or_else(|| not_a_model(format_args!("its header is not of at most {MAX_HEADER} bytes")))?;
        let (header, data) =
            rest.split_at_checked(length).ok_or_else(|| not_a_model("it ends within its header"))?;
        // Not through `SafeTensors::deserialize`, which adds offsets up to `usize::MAX` without a check.
        let header: Header = serde_json::from_slice(header)
            .map_err(|error| not_a_model(format_args!("its header is unreadable: {error}")))?;
        let text = header
            .metadata()
            .as_ref()
            .and_then(|metadata| metadata.get("kosar"))
            .ok_or_else(|| not_a_model("its header says nothing about kosar"))?;
        let metadata = metadata::decode(text)?;

        if header.data_len() != data.len() {
            let (said, present) = (header.data_len(), data.len());
            return Err(not_a_model(format_args!("its sections take {said} bytes, present are {present}")));
        }
        let mut sections = BTreeMap::new();
        for (name, info) in header.tensors() {
            let invalid = |why: &str| PersistError::Invalid { section: name.clone(), why: why.to_owned() };
            if !is_name(&name) {
                return Err(invalid("a section cannot have this name"));
            }
            let dtype = Dtype::from_safetensors(info.dtype).ok_or_else(|| invalid("its type is unknown"))?;
            let (begin, end) = info.data_offsets;
            let data = data.get(begin..end).ok_or_else(|| invalid("it lies outside of the file"))?;
            sections.insert(name, Section { dtype, shape: info.shape.clone(), data: Cow::Borrowed(data) });
        }
        if lay_out(text, &sections) != file[..WORD + length] {
            return Err(not_a_model("its header differs from the one that its sections have"));
        }

        for (name, section) in &sections {
            let Some(crc32) = metadata.crc32.get(name) else {
                let why = "it has no checksum".to_owned();
                return Err(PersistError::Invalid { section: name.clone(), why });
            };
            if section.crc32() != *crc32 {
                return Err(PersistError::Checksum { section: name.clone() });
            }
        }
        if let Some(name) = metadata.crc32.keys().find(|&name| !sections.contains_key(name)) {
            return Err(PersistError::MissingSection { section: name.clone() });
        }
        Ok(Self { kind: Cow::Owned(metadata.kind), params: metadata.params, sections })
    }

    /// The header and the number before it.
    pub(super) fn header(&self) -> Result<Vec<u8>, PersistError> {
        let crc32 = self.sections.iter().map(|(name, section)| (name.clone(), section.crc32())).collect();
        let header = lay_out(&metadata::encode(&self.kind, &self.params, &crc32), &self.sections);
        if header.len() - WORD > MAX_HEADER {
            let why = format!("with the parameters in it, it would be above {MAX_HEADER} bytes");
            return Err(PersistError::Invalid { section: HEADER.to_owned(), why });
        }
        Ok(header)
    }

    /// The bytes of the sections together.
    pub(super) fn data_len(&self) -> usize {
        self.sections.values().map(|section| section.data.len()).sum()
    }

    /// Writes the sections, as they come behind the header.
    pub(super) fn write_sections(&self, out: &mut impl io::Write) -> io::Result<()> {
        in_file_order(&self.sections).into_iter().try_for_each(|(_, section)| out.write_all(&section.data))
    }
}

/// Larger elements first: every array is aligned to its elements, since the header is to the largest.
fn in_file_order<'s, 'a>(sections: &'s BTreeMap<String, Section<'a>>) -> Vec<(&'s str, &'s Section<'a>)> {
    let mut ordered: Vec<_> = sections.iter().map(|(name, section)| (name.as_str(), section)).collect();
    ordered.sort_by_key(|(_, section)| Reverse(section.dtype.size()));
    ordered
}

/// The one header for this text and these sections, and its length before it.
///
/// Written here rather than by a library: files must keep their bytes, and old ones stay readable, whatever that changes.
fn lay_out(text: &str, sections: &BTreeMap<String, Section<'_>>) -> Vec<u8> {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut header = format!("{{\"{HEADER}\":{{\"kosar\":\"{escaped}\"}}");
    let mut begin = 0;
    for (name, section) in in_file_order(sections) {
        let end = begin + section.data.len();
        let (dtype, shape) = (section.dtype.name(), section.shape_text());
        write!(
            header,
            ",\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":[{begin},{end}]}}"
        )
        .expect("writing to a string does not fail");
        begin = end;
    }
    header.push('}');
    let length = header.len().next_multiple_of(WORD);
    let mut bytes = (length as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.resize(WORD + length, b' ');
    bytes
}
