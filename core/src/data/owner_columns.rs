//! Columns under construction of which each owner, an item or a customer, keeps one value or a set: what rows tell of the
//! same owner adds up, whatever their order.

use std::collections::BTreeSet;

use crate::data::attribute::{NONE, used_only};
use crate::data::batch::IdValues;
use crate::data::vocabulary::Interner;
use crate::data::{IdKind, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::MAX_INDICES;

/// The owners of a builder's rows, made by its first batch; their type is settled by it.
///
/// # Errors
/// [`IdError::WrongKind`] for a later batch of the other type.
pub(super) fn owners<'i>(
    slot: &'i mut Option<Interner>,
    role: &'static str,
    ids: &IdValues<'_>,
    declared_integer: bool,
) -> Result<&'i mut Interner> {
    let found = ids.kind(declared_integer);
    let owners = slot.get_or_insert_with(|| Interner::new(found));
    if owners.kind() != found {
        let (expected, id) = (owners.kind(), "in a later batch".to_owned());
        return Err(IdError::WrongKind { role, expected, found, id }.into());
    }
    Ok(owners)
}

/// The number of a word; a new one for a new word.
///
/// # Errors
/// [`IntakeError::TooMany`], which says of `what`.
pub(super) fn intern(words: &mut Interner, what: &'static str, word: &str) -> Result<u32> {
    let too_many = IntakeError::TooMany { what, max: MAX_INDICES as u64 };
    Ok(words.intern(word.into()).ok_or(too_many)?)
}

/// Words of owners, of which each owner keeps one.
#[derive(Debug)]
pub(super) struct WordColumn {
    words: Interner,
    given: Vec<(u32, u32)>,
}

impl Default for WordColumn {
    fn default() -> Self {
        Self { words: Interner::new(IdKind::Str), given: Vec::new() }
    }
}

impl WordColumn {
    /// Takes a word of an owner, without the spaces around it; an empty one is none.
    pub(super) fn take(&mut self, what: &'static str, owner: u32, word: Option<&str>) -> Result<()> {
        let Some(word) = word.map(str::trim).filter(|word| !word.is_empty()) else { return Ok(()) };
        self.given.push((owner, intern(&mut self.words, what, word)?));
        Ok(())
    }

    /// The first word by bytes of each owner; those with several are added to `several`.
    pub(super) fn finish(self, new_owners: &[u32], several: &mut BTreeSet<u32>) -> (Vocabulary, Vec<u32>) {
        let (words, new_words) = self.words.finish();
        let mut codes = vec![NONE; new_owners.len()];
        for (owner, word) in self.given {
            let (owner, word) = (new_owners[owner as usize], new_words[word as usize]);
            let code = &mut codes[owner as usize];
            if *code != NONE && *code != word {
                several.insert(owner);
            }
            // `NONE` is above every code.
            *code = word.min(*code);
        }
        used_only(&words, codes)
    }
}

/// Sets of words of owners.
#[derive(Debug)]
pub(super) struct WordSets {
    words: Interner,
    given: Vec<(u32, u32)>,
}

impl Default for WordSets {
    fn default() -> Self {
        Self { words: Interner::new(IdKind::Str), given: Vec::new() }
    }
}

impl WordSets {
    /// Takes a word of an owner, as it is.
    pub(super) fn take(&mut self, what: &'static str, owner: u32, word: &str) -> Result<()> {
        self.given.push((owner, intern(&mut self.words, what, word)?));
        Ok(())
    }

    /// The words, and those of each owner, rising.
    pub(super) fn finish(self, new_owners: &[u32]) -> (Vocabulary, Rows<u32>) {
        let (words, new_words) = self.words.finish();
        let given = self.given.iter();
        let pairs = given.map(|&(owner, word)| (new_owners[owner as usize], new_words[word as usize]));
        (words, rows_of(pairs.collect(), new_owners.len()))
    }
}

/// Pairs of an owner below `n` and a value, as the distinct values of each owner, rising.
pub(super) fn rows_of(mut pairs: Vec<(u32, u32)>, n: usize) -> Rows<u32> {
    pairs.sort_unstable();
    pairs.dedup();
    let mut pairs = pairs.into_iter().peekable();
    let mut rows = Rows::default();
    for owner in 0..n {
        rows.push(std::iter::from_fn(|| {
            pairs.next_if(|&(of, _)| of as usize == owner).map(|(_, value)| value)
        }));
    }
    rows
}

/// Values of owners as the rows had them, of which each owner keeps the smallest; owners with several are added to
/// `several`.
pub(super) fn smallest<T: Copy + Ord>(
    given: Vec<(u32, T)>,
    new_owners: &[u32],
    several: &mut BTreeSet<u32>,
) -> Vec<Option<T>> {
    let mut values: Vec<Option<T>> = vec![None; new_owners.len()];
    for (owner, value) in given {
        let owner = new_owners[owner as usize];
        let kept = &mut values[owner as usize];
        if kept.is_some_and(|kept| kept != value) {
            several.insert(owner);
        }
        *kept = Some(kept.map_or(value, |kept| kept.min(value)));
    }
    values
}
