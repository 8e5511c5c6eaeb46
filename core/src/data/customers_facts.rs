//! All that a table of customers holds of one of them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::data::attribute::NONE;
use crate::data::customers::CustomerColumn;
use crate::data::{Consent, Customers, Id, IdRef, Vocabulary};
use crate::error::Result;
use crate::time::Date;

/// The value of an attribute of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// A word.
    Word(&'a str),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Flag(bool),
}

/// All that is held of one customer, borrowed from the table; what is missing is left out.
///
/// Made to be handed over: as JSON it is what a customer who asks may be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CustomerFacts<'a> {
    /// What the customer is called.
    pub customer: Id,
    /// The attributes that are known, by name.
    pub attributes: BTreeMap<&'a str, Fact<'a>>,
    /// The IANA name of the time zone.
    pub time_zone: Option<&'a str>,
    /// The words of each kind of preferences that has any, by bytes.
    pub preferences: BTreeMap<&'a str, Vec<&'a str>>,
    /// The consents that were given or withdrawn, by `channel/purpose`.
    pub consents: BTreeMap<String, Consent>,
}

impl CustomerColumn {
    /// The value of a customer; `None` where missing.
    pub(crate) fn fact(&self, customer: usize) -> Option<Fact<'_>> {
        match self {
            Self::Words { words, codes } => word(words, codes[customer]).map(Fact::Word),
            Self::Numbers(values) => Some(values[customer]).filter(|value| !value.is_nan()).map(Fact::Number),
            Self::Dates(values) => values[customer].map(Fact::Date),
            Self::Flags(values) => values[customer].map(Fact::Flag),
        }
    }
}

impl Customers {
    /// All that is held of a customer.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for a customer who is not in the table, or an id of the other type.
    pub fn customer<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<CustomerFacts<'_>> {
        let at = self.ids.find("customer", customer.into())?;
        let known =
            self.attributes.iter().filter_map(|(name, column)| Some((name.as_str(), column.fact(at)?)));
        let (zones, codes) = self.zones();
        let preferences = self.preferences.iter().map(|(kind, column)| {
            let words = column.rows.row(at).iter().filter_map(|&code| word(&column.words, code));
            (kind.as_str(), words.collect::<Vec<_>>())
        });
        let consents = self
            .consents
            .iter()
            .map(|((channel, purpose), column)| (format!("{channel}/{purpose}"), column[at]));
        Ok(CustomerFacts {
            customer: self.ids.get(at).to_id(),
            attributes: known.collect(),
            time_zone: word(zones, codes[at]),
            preferences: preferences.filter(|(_, words)| !words.is_empty()).collect(),
            consents: consents.filter(|&(_, consent)| consent != Consent::Unknown).collect(),
        })
    }
}

/// The word of a code; `None` for [`NONE`].
fn word(words: &Vocabulary, code: u32) -> Option<&str> {
    match (code != NONE).then(|| words.get(code as usize))? {
        IdRef::Str(word) => Some(word),
        IdRef::Int(_) => None,
    }
}
