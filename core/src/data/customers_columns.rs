//! Columns of customers while their table is being built.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::data::customers::{CustomerColumn, Preferences, Zones};
use crate::data::customers_batch::{CustomersBatch, FactValues, Unreadable, number};
use crate::data::owner_columns::{WordColumn, WordSets, smallest};
use crate::data::{Consent, Customers, Note, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::time::{Date, Zone};

/// A number in the order of numbers.
#[derive(Debug, Clone, Copy)]
struct Number(f64);

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

/// An attribute, as the rows gave it.
#[derive(Debug)]
enum GivenColumn {
    Words(WordColumn),
    Numbers(Vec<(u32, Number)>),
    Dates(Vec<(u32, Date)>),
    Flags(Vec<(u32, bool)>),
}

impl GivenColumn {
    fn like(values: &FactValues<'_>) -> Self {
        match values {
            FactValues::Words(_) => Self::Words(WordColumn::default()),
            FactValues::Numbers(_) => Self::Numbers(Vec::new()),
            FactValues::Dates(_) => Self::Dates(Vec::new()),
            FactValues::Flags(_) => Self::Flags(Vec::new()),
        }
    }

    fn takes(&self, values: &FactValues<'_>) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(&Self::like(values))
    }

    /// Takes the value of a row; the text of one that cannot be read comes back.
    fn take(
        &mut self,
        values: &FactValues<'_>,
        row: usize,
        customer: u32,
        format: Option<&str>,
    ) -> Result<Option<Unreadable>> {
        fn give<T>(
            column: &mut Vec<(u32, T)>,
            customer: u32,
            value: Result<Option<T>, Unreadable>,
        ) -> Option<Unreadable> {
            match value {
                Ok(value) => column.extend(value.map(|value| (customer, value))),
                Err(text) => return Some(text),
            }
            None
        }
        Ok(match (self, values) {
            (Self::Words(column), FactValues::Words(values)) => {
                column.take("attribute values", customer, values.get(row))?;
                None
            }
            (Self::Numbers(column), FactValues::Numbers(values)) => {
                give(column, customer, number(values, row).map(|number| number.map(Number)))
            }
            (Self::Dates(column), FactValues::Dates(values)) => {
                give(column, customer, values.get(row, format))
            }
            (Self::Flags(column), FactValues::Flags(values)) => give(column, customer, values.get(row)),
            _ => unreachable!("the types of a batch are compared before its rows are taken"),
        })
    }

    fn finish(self, new: &[u32], several: &mut BTreeSet<u32>) -> CustomerColumn {
        match self {
            Self::Words(column) => {
                let (words, codes) = column.finish(new, several);
                CustomerColumn::Words { words, codes }
            }
            Self::Numbers(given) => {
                let numbers = smallest(given, new, several).into_iter();
                CustomerColumn::Numbers(
                    numbers.map(|number| number.map_or(f64::NAN, |number| number.0)).collect(),
                )
            }
            Self::Dates(given) => CustomerColumn::Dates(smallest(given, new, several)),
            Self::Flags(given) => CustomerColumn::Flags(smallest(given, new, several)),
        }
    }
}

/// Time zones, as the rows gave them.
#[derive(Debug, Default)]
struct ZoneColumn {
    names: WordColumn,
    /// How the database spells each text seen; `None` for those that it does not have.
    spelling: HashMap<String, Option<String>>,
}

impl ZoneColumn {
    /// Takes the zone of a row; the text of one that is not known comes back.
    fn take(&mut self, customer: u32, text: Option<&str>) -> Result<Option<Unreadable>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        if !self.spelling.contains_key(text) {
            let name = Zone::parse(text).ok().map(|zone| zone.name().to_owned());
            self.spelling.insert(text.to_owned(), name);
        }
        match self.spelling.get(text).and_then(Option::as_deref) {
            Some(name) => self.names.take("time zones", customer, Some(name)).map(|()| None),
            None => Ok(Some(text.to_owned())),
        }
    }
}

/// The facts of customers under construction.
#[derive(Debug, Default)]
pub(super) struct CustomerFactsColumns {
    attributes: BTreeMap<String, GivenColumn>,
    zones: ZoneColumn,
    preferences: BTreeMap<String, WordSets>,
    consents: BTreeMap<(String, String), Vec<(u32, Consent)>>,
}

impl CustomerFactsColumns {
    /// Whether the columns of a batch go with those before.
    ///
    /// # Errors
    /// [`IntakeError::ChangingType`] for an attribute that was of another type.
    pub(super) fn check(&self, batch: &CustomersBatch<'_>) -> Result<()> {
        for (place, (name, values)) in batch.attributes.iter().enumerate() {
            let before = batch.attributes[..place].iter().find(|(other, _)| other == name);
            let is_other = before.is_some_and(|(_, other)| !GivenColumn::like(other).takes(values));
            if is_other || self.attributes.get(name).is_some_and(|column| !column.takes(values)) {
                return Err(IntakeError::ChangingType { column: name.clone() }.into());
            }
        }
        Ok(())
    }

    /// Sees which columns a batch has, so that a column without a value is known too; after [`check`](Self::check).
    pub(super) fn learn(&mut self, batch: &CustomersBatch<'_>) {
        for (name, values) in &batch.attributes {
            self.attributes.entry(name.clone()).or_insert_with(|| GivenColumn::like(values));
        }
        for (kind, _) in &batch.preferences {
            self.preferences.entry(kind.clone()).or_default();
        }
        for (pair, _) in &batch.consents {
            self.consents.entry(pair.clone()).or_default();
        }
    }

    /// Takes the facts of a row, whose customer is known by number; `note` is told of what cannot be read.
    pub(super) fn take(
        &mut self,
        batch: &CustomersBatch<'_>,
        row: usize,
        customer: u32,
        separator: &str,
        format: Option<&str>,
        mut note: impl FnMut(Note, &str),
    ) -> Result<()> {
        let learnt = "the columns of a batch are learnt before its rows are taken";
        for (name, values) in &batch.attributes {
            let column = self.attributes.get_mut(name).expect(learnt);
            if let Some(text) = column.take(values, row, customer, format)? {
                note(Note::UnreadableValue, &text);
            }
        }
        if let Some(text) = self.zones.take(customer, batch.zone.as_ref().and_then(|zones| zones.get(row)))? {
            note(Note::UnknownZone, &text);
        }
        for (kind, values) in &batch.preferences {
            let column = self.preferences.get_mut(kind).expect(learnt);
            values.each(row, separator, |word| column.take("preferences", customer, word))?;
        }
        for (pair, values) in &batch.consents {
            let consent = values.consent(row).unwrap_or_else(|text| {
                note(Note::UnreadableConsent, &text);
                // What is not clearly a consent must not be used as one.
                Consent::Withdrawn
            });
            if consent != Consent::Unknown {
                self.consents.get_mut(pair).expect(learnt).push((customer, consent));
            }
        }
        Ok(())
    }

    /// The table of the customers, whose new numbers are given by their old ones; its report has the notes on rows that
    /// disagree.
    pub(super) fn finish(
        self,
        ids: Vocabulary,
        new: &[u32],
        mut report: crate::data::IntakeReport,
    ) -> Customers {
        let (mut several, mut mixed) = (BTreeSet::new(), BTreeSet::new());
        let attributes = self.attributes.into_iter();
        let attributes =
            attributes.map(|(name, column)| (name, Arc::new(column.finish(new, &mut several)))).collect();
        let (names, codes) = self.zones.names.finish(new, &mut several);
        let preferences = self.preferences.into_iter().map(|(kind, column)| {
            let (words, rows) = column.finish(new);
            (kind, Arc::new(Preferences { words, rows }))
        });
        let consents = self.consents.into_iter().map(|(pair, given)| {
            let mut column = vec![Consent::Unknown; new.len()];
            for (customer, consent) in given {
                let customer = new[customer as usize];
                let kept = &mut column[customer as usize];
                if *kept != Consent::Unknown && *kept != consent {
                    mixed.insert(customer);
                }
                *kept = consent.max(*kept);
            }
            (pair, Arc::new(column))
        });
        let (preferences, consents) = (preferences.collect(), consents.collect());
        for (note, found) in [(Note::SeveralFacts, several), (Note::MixedConsent, mixed)] {
            found.iter().for_each(|&customer| report.note_id(note, ids.get(customer as usize).to_string()));
        }
        Customers { ids, attributes, preferences, consents, zones: Arc::new(Zones { names, codes }), report }
    }
}
