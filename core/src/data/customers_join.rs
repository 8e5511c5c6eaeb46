//! The columns of customers put together from the rows of one table or two.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::data::attribute::{NONE, used_only};
use crate::data::customers::{CustomerColumn, Preferences, Zones};
use crate::data::customers_change::{Several, no_preferences};
use crate::data::owner_columns::rows_of;
use crate::data::{Consent, Customers, IntakeReport, Rows, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::MAX_INDICES;

/// What becomes of several values of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The smallest stays; preferences are united; a withdrawal beats a grant.
    AddUp,
    /// The first stays, of preferences too, and of consents.
    First,
    /// The first stays; preferences are united; a withdrawal beats a grant.
    Fill,
}

/// Rows of tables and the customers whose they are in a new one.
#[derive(Debug)]
pub(super) struct Joined<'a> {
    /// Each table with its rows that count and their new places, in the order of what comes first.
    pub(super) parts: Vec<(&'a Customers, Vec<(u32, u32)>)>,
    /// The number of new places.
    pub(super) n: usize,
    pub(super) rule: Rule,
}

/// A column of codes with the words that they stand for, as one table has it.
type Words<'c> = Option<(&'c Vocabulary, &'c [u32])>;

impl Joined<'_> {
    /// The new table. Words that nobody has any more are left out.
    ///
    /// # Errors
    /// [`IntakeError::Append`] for an attribute of two types, [`IntakeError::TooMany`] beyond `u32` words.
    pub(super) fn customers(
        &self,
        ids: Vocabulary,
        report: IntakeReport,
        several: &mut Several,
    ) -> Result<Customers> {
        let tables = || self.parts.iter().map(|(table, _)| *table);
        let names: BTreeSet<&String> = tables().flat_map(|table| table.attributes.keys()).collect();
        let mut attributes = BTreeMap::new();
        for name in names {
            attributes.insert(name.clone(), Arc::new(self.attribute(name, &mut several.facts)?));
        }
        let kinds: BTreeSet<&String> = tables().flat_map(|table| table.preferences.keys()).collect();
        let mut preferences = BTreeMap::new();
        for kind in kinds {
            preferences.insert(kind.clone(), Arc::new(self.preferences(kind)?));
        }
        let pairs: BTreeSet<&(String, String)> = tables().flat_map(|table| table.consents.keys()).collect();
        let consents = pairs
            .into_iter()
            .map(|pair| (pair.clone(), Arc::new(self.consents(pair, &mut several.consents))));
        let consents = consents.collect();
        let zones: Vec<Words<'_>> = tables().map(|table| Some(table.zones())).collect();
        let (names, codes) = self.words(&zones, &mut several.facts)?;
        Ok(Customers {
            ids,
            attributes,
            preferences,
            consents,
            zones: Arc::new(Zones { names, codes }),
            report,
        })
    }

    fn attribute(&self, name: &str, several: &mut BTreeSet<u32>) -> Result<CustomerColumn> {
        let columns: Vec<Option<&CustomerColumn>> =
            self.parts.iter().map(|(table, _)| table.attribute(name)).collect();
        let mut types: Vec<&str> = columns.iter().flatten().map(|column| column.type_name()).collect();
        types.dedup();
        if let [here, there] = types[..] {
            let why = format!("attribute '{name}' holds {there} and {here}");
            return Err(IntakeError::Append { why }.into());
        }
        let first = columns.iter().flatten().next().expect("some table has an attribute whose name it told");
        Ok(match first {
            CustomerColumn::Words { .. } => {
                let words = columns.iter().map(|column| match column {
                    Some(CustomerColumn::Words { words, codes }) => Some((words, codes.as_slice())),
                    _ => None,
                });
                let (words, codes) = self.words(&words.collect::<Vec<_>>(), several)?;
                CustomerColumn::Words { words, codes }
            }
            CustomerColumn::Numbers(_) => {
                let value = |part: usize, row: usize| match columns[part] {
                    Some(CustomerColumn::Numbers(values)) => {
                        Some(values[row]).filter(|value| !value.is_nan())
                    }
                    _ => None,
                };
                let numbers = self.values(value, |a, b| a.total_cmp(b).is_lt(), several).into_iter();
                CustomerColumn::Numbers(numbers.map(|number| number.unwrap_or(f64::NAN)).collect())
            }
            CustomerColumn::Dates(_) => {
                let value = |part: usize, row: usize| match columns[part] {
                    Some(CustomerColumn::Dates(values)) => values[row],
                    _ => None,
                };
                CustomerColumn::Dates(self.values(value, |a, b| a < b, several))
            }
            CustomerColumn::Flags(_) => {
                let value = |part: usize, row: usize| match columns[part] {
                    Some(CustomerColumn::Flags(values)) => values[row],
                    _ => None,
                };
                CustomerColumn::Flags(self.values(value, |a, b| a < b, several))
            }
        })
    }

    /// One value a customer: of several the one that comes before, where values add up, or else the first.
    fn values<T: Copy>(
        &self,
        value: impl Fn(usize, usize) -> Option<T>,
        is_before: impl Fn(&T, &T) -> bool,
        several: &mut BTreeSet<u32>,
    ) -> Vec<Option<T>> {
        let mut kept: Vec<Option<T>> = vec![None; self.n];
        for (part, (_, rows)) in self.parts.iter().enumerate() {
            for &(row, place) in rows {
                let Some(value) = value(part, row as usize) else { continue };
                let slot = &mut kept[place as usize];
                let Some(other) = slot.as_ref().filter(|_| self.rule == Rule::AddUp) else {
                    slot.get_or_insert(value);
                    continue;
                };
                if is_before(&value, other) || is_before(other, &value) {
                    several.insert(place);
                }
                if is_before(&value, other) {
                    *slot = Some(value);
                }
            }
        }
        kept
    }

    fn words(&self, columns: &[Words<'_>], several: &mut BTreeSet<u32>) -> Result<(Vocabulary, Vec<u32>)> {
        let (all, new) = union(columns.iter().map(|column| column.map(|(words, _)| words)))?;
        let code = |part: usize, row: usize| {
            let (_, codes) = columns[part]?;
            (codes[row] != NONE).then(|| new[part][codes[row] as usize])
        };
        let codes = self.values(code, |a, b| a < b, several).into_iter();
        Ok(used_only(&all, codes.map(|code| code.unwrap_or(NONE)).collect()))
    }

    fn preferences(&self, kind: &str) -> Result<Preferences> {
        let columns: Vec<_> = self.parts.iter().map(|(table, _)| table.preferences(kind)).collect();
        let (all, new) = union(columns.iter().map(|column| column.map(|(words, _)| words)))?;
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut has_any = vec![false; self.n];
        for (part, (_, rows)) in self.parts.iter().enumerate() {
            let Some((_, own)) = columns[part] else { continue };
            let before = if self.rule == Rule::First { has_any.clone() } else { Vec::new() };
            for &(row, place) in
                rows.iter().filter(|&&(_, place)| !before.get(place as usize).is_some_and(|&had| had))
            {
                let words = own.row(row as usize);
                has_any[place as usize] |= !words.is_empty();
                pairs.extend(words.iter().map(|&word| (place, new[part][word as usize])));
            }
        }
        let rows = rows_of(pairs, self.n);
        if rows.values().is_empty() {
            return Ok(no_preferences(self.n));
        }
        let (words, values) = used_only(&all, rows.values().to_vec());
        let rows = Rows::from_parts(rows.offsets().to_vec(), values)
            .expect("the offsets are those of the same rows");
        Ok(Preferences { words, rows })
    }

    fn consents(&self, pair: &(String, String), mixed: &mut BTreeSet<u32>) -> Vec<Consent> {
        let mut kept = vec![Consent::Unknown; self.n];
        for (table, rows) in &self.parts {
            let Some(column) = table.consents.get(pair) else { continue };
            for &(row, place) in rows {
                let (said, slot) = (column[row as usize], &mut kept[place as usize]);
                if *slot == Consent::Unknown || (self.rule != Rule::First && said > *slot) {
                    if *slot == Consent::Given {
                        mixed.insert(place);
                    }
                    *slot = said;
                } else if self.rule != Rule::First && said == Consent::Given && *slot == Consent::Withdrawn {
                    mixed.insert(place);
                }
            }
        }
        kept
    }
}

/// The words of all columns, and the new codes of each.
fn union<'v>(columns: impl Iterator<Item = Option<&'v Vocabulary>>) -> Result<(Vocabulary, Vec<Vec<u32>>)> {
    let mut all = Vocabulary::empty(crate::data::IdKind::Str);
    let mut new: Vec<Vec<u32>> = Vec::new();
    for column in columns {
        let too_many = IntakeError::TooMany { what: "words", max: MAX_INDICES as u64 };
        let words = column.cloned().unwrap_or_else(|| Vocabulary::empty(crate::data::IdKind::Str));
        let (both, before, here) = all.union(&words).ok_or(too_many)?;
        new.iter_mut().flatten().for_each(|code| *code = before[*code as usize]);
        new.push(here);
        all = both;
    }
    Ok((all, new))
}
