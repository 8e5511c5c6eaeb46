//! Numbers and ids in words of 32 bits.

use super::wiped::Words;
use crate::data::{Id, IdRef};

/// How an id is written: none, an integer, a string.
pub(super) const NO_ID: u32 = 0;
const INT: u32 = 1;
const STR: u32 = 2;

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the two halves of a number")]
pub(super) const fn halves(value: i64) -> [u32; 2] {
    [value as u32, (value as u64 >> 32) as u32]
}

#[allow(clippy::cast_possible_wrap, reason = "the two halves of a number")]
#[inline]
pub(super) const fn whole(low: u32, high: u32) -> i64 {
    (low as u64 | (high as u64) << 32) as i64
}

/// The kind of an id and its length in bytes.
pub(super) fn id_head(id: Option<IdRef<'_>>) -> [u32; 2] {
    match id {
        None => [NO_ID, 0],
        Some(IdRef::Int(_)) => [INT, 8],
        Some(IdRef::Str(text)) => {
            [STR, u32::try_from(text.len()).expect("ids are far below 4 billion bytes")]
        }
    }
}

/// How many words an id of so many bytes takes.
pub(super) const fn id_words(bytes: u32) -> usize {
    bytes.div_ceil(4) as usize
}

pub(super) fn put_id(words: &mut Words, id: Option<IdRef<'_>>) {
    match id {
        None => {}
        Some(IdRef::Int(value)) => words.extend(halves(value)),
        Some(IdRef::Str(text)) => {
            words.extend(text.as_bytes().chunks(4).map(|bytes| {
                let mut word = [0; 4];
                word[..bytes.len()].copy_from_slice(bytes);
                u32::from_ne_bytes(word)
            }));
        }
    }
}

/// An id in the words that [`put_id`] wrote.
///
/// Words are read as bytes where they lie, which they do in the order of a little-endian machine; elsewhere the order within words
/// would be wrong, so records are written for the machine and never leave it.
#[inline]
pub(super) fn get_id(kind: u32, bytes: u32, words: &[u32]) -> Option<IdRef<'_>> {
    match kind {
        INT => Some(IdRef::Int(whole(words[0], words[1]))),
        STR => {
            let text = &bytemuck::cast_slice::<u32, u8>(words)[..bytes as usize];
            Some(IdRef::Str(std::str::from_utf8(text).expect("it was written from a string")))
        }
        _ => None,
    }
}

/// Lets go of an id of a customer.
pub(super) fn wipe_id(id: &mut Option<Id>) {
    match id {
        Some(Id::Str(text)) => {
            let mut bytes = std::mem::take(text).into_bytes();
            bytes.fill(0);
            std::hint::black_box(&bytes);
        }
        Some(Id::Int(value)) => {
            *value = 0;
            std::hint::black_box(value);
        }
        None => {}
    }
}
