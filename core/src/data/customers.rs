//! Customers: what the shop knows of them beside what they did.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::data::{IdRef, IntakeReport, Rows, Vocabulary};
use crate::error::{ParamError, Result};
use crate::time::Date;

/// What a customer said to being written to on a channel for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// Nothing is known: no consent.
    #[default]
    Unknown,
    /// Given.
    Given,
    /// Withdrawn, or refused.
    Withdrawn,
}

impl Consent {
    /// `unknown`, `given` or `withdrawn`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Given => "given",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads `unknown`, `given` or `withdrawn`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "unknown" => Ok(Self::Unknown),
            "given" => Ok(Self::Given),
            "withdrawn" => Ok(Self::Withdrawn),
            _ => Err(ParamError::UnknownChoice {
                name: "consent",
                value: word.to_owned(),
                allowed: "given, withdrawn, unknown",
            }),
        }
    }

    /// The channel and the purpose of a consent's name, which stand before and behind the first `/` of it.
    ///
    /// ```
    /// use kosar::data::Consent;
    ///
    /// assert_eq!(Consent::channel_and_purpose("email/marketing")?, ("email", "marketing"));
    /// assert!(Consent::channel_and_purpose("email").is_err());
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::ConsentName`] where one of the two is empty.
    pub fn channel_and_purpose(name: &str) -> Result<(&str, &str), ParamError> {
        let (channel, purpose) = name.split_once('/').unwrap_or_default();
        match (channel.trim(), purpose.trim()) {
            ("", _) | (_, "") => Err(ParamError::ConsentName { value: name.to_owned() }),
            pair => Ok(pair),
        }
    }
}

/// An attribute, a value a customer.
#[derive(Debug, Clone)]
pub(crate) enum CustomerColumn {
    /// Words, by code; [`NONE`](crate::data::attribute::NONE) where missing.
    Words { words: Vocabulary, codes: Vec<u32> },
    /// Numbers; NaN where missing.
    Numbers(Vec<f64>),
    /// Days.
    Dates(Vec<Option<Date>>),
    /// Yes or no.
    Flags(Vec<Option<bool>>),
}

impl CustomerColumn {
    /// What it holds, in a word.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::Words { .. } => "words",
            Self::Numbers(_) => "numbers",
            Self::Dates(_) => "dates",
            Self::Flags(_) => "flags",
        }
    }
}

/// The words of a kind that customers prefer.
#[derive(Debug, Clone)]
pub(super) struct Preferences {
    pub(super) words: Vocabulary,
    /// Those of each customer, rising.
    pub(super) rows: Rows<u32>,
}

/// Time zones, by code; [`NONE`](crate::data::attribute::NONE) where unknown.
#[derive(Debug, Clone)]
pub(super) struct Zones {
    pub(super) names: Vocabulary,
    pub(super) codes: Vec<u32>,
}

/// Customers with what they said of themselves: attributes, stated preferences, consent by channel and purpose, and the
/// time zone that they live in; each may be missing.
///
/// The table and a log know customers by the same ids and nothing else: either may have customers that the other has not.
/// Built by a [`CustomersBuilder`](crate::data::CustomersBuilder) or by [`Customers::from_csv`]. It is immutable:
/// [`append`](Customers::append), [`update`](Customers::update), [`with_consent`](Customers::with_consent),
/// [`forget`](Customers::forget) and [`merge_customers`](Customers::merge_customers) give new ones. A clone shares the columns.
///
/// Space: 4 bytes a customer for each attribute of words and for the time zone, 8 for a number or a day, 1 for a flag or a
/// consent, and 4 for each word of a preference.
///
/// ```
/// use kosar::data::{Consent, CustomersBatch, CustomersBuilder, CustomersOptions, FactValues, FlagValues, IdValues, Values};
///
/// let mut builder = CustomersBuilder::new(CustomersOptions::default())?;
/// builder.push(
///     &CustomersBatch::new(3)
///         .customers(IdValues::Text(Values::new(&["ann", "bob", "ann"][..])))?
///         .attribute("city", FactValues::Words(Values::new(&["Pécs", "", ""][..])))?
///         .consent("email", "marketing", FlagValues::Text(Values::new(&["yes", "", "no"][..])))?,
/// )?;
/// let customers = builder.finish()?;
/// assert_eq!(customers.len(), 2);
/// // A withdrawal beats a grant, whichever row comes first.
/// assert_eq!(customers.consent("ann", "email", "marketing")?, Consent::Withdrawn);
/// assert_eq!(customers.consent("bob", "email", "marketing")?, Consent::Unknown);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Customers {
    pub(super) ids: Vocabulary,
    pub(super) attributes: BTreeMap<String, Arc<CustomerColumn>>,
    pub(super) preferences: BTreeMap<String, Arc<Preferences>>,
    pub(super) consents: BTreeMap<(String, String), Arc<Vec<Consent>>>,
    pub(super) zones: Arc<Zones>,
    pub(super) report: IntakeReport,
}

impl Customers {
    /// What the customers are called.
    #[must_use]
    pub fn ids(&self) -> &Vocabulary {
        &self.ids
    }

    /// The number of customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no customer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What became of the rows that made this table: of the input for one that was built, of the rows added for one made by
    /// [`append`](Customers::append) or [`update`](Customers::update), of a row a customer for one made otherwise.
    #[must_use]
    pub fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// The names of the attributes, by bytes.
    pub fn attribute_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }

    /// The kinds of preferences, by bytes.
    pub fn preference_kinds(&self) -> impl ExactSizeIterator<Item = &str> {
        self.preferences.keys().map(String::as_str)
    }

    /// The channels and purposes that rows told consents of, by bytes.
    pub fn consent_pairs(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.consents.keys().map(|(channel, purpose)| (channel.as_str(), purpose.as_str()))
    }

    /// What a customer said to a channel and a purpose; [`Consent::Unknown`] also where no row ever told of them.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for a customer who is not in the table, or an id of the other type.
    pub fn consent<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        channel: &str,
        purpose: &str,
    ) -> Result<Consent> {
        let at = self.ids.find("customer", customer.into())?;
        Ok(self.consents(channel, purpose).map_or(Consent::Unknown, |column| column[at]))
    }

    /// The attribute of a name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&CustomerColumn> {
        self.attributes.get(name).map(AsRef::as_ref)
    }

    /// The words that customers stated as preferences of a kind, and those of each, rising.
    pub(crate) fn preferences(&self, kind: &str) -> Option<(&Vocabulary, &Rows<u32>)> {
        self.preferences.get(kind).map(|column| (&column.words, &column.rows))
    }

    /// The consents to a channel and a purpose, a value a customer; `None` where no rows had such a column.
    pub(crate) fn consents(&self, channel: &str, purpose: &str) -> Option<&[Consent]> {
        let is_it = |((of, to), _): &(&(String, String), &Arc<Vec<Consent>>)| of == channel && to == purpose;
        self.consents.iter().find(is_it).map(|(_, column)| column.as_slice())
    }

    /// The names of time zones, as the IANA database spells them, and the code of each customer's;
    /// [`NONE`](crate::data::attribute::NONE) where unknown.
    pub(crate) fn zones(&self) -> (&Vocabulary, &[u32]) {
        (&self.zones.names, &self.zones.codes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consents_are_named_by_channel_and_purpose() {
        assert_eq!(Consent::channel_and_purpose(" sms / a/b ").unwrap(), ("sms", "a/b"));
        for name in ["", "/", "email/", "/marketing", "email", " / x"] {
            let error = Consent::channel_and_purpose(name).unwrap_err();
            assert_eq!(error, ParamError::ConsentName { value: name.to_owned() });
        }
        for consent in [Consent::Unknown, Consent::Given, Consent::Withdrawn] {
            assert_eq!(Consent::parse(consent.name()).unwrap(), consent);
            assert_eq!(serde_json::to_string(&consent).unwrap(), format!("\"{}\"", consent.name()));
        }
        let error = Consent::parse("yes").unwrap_err().to_string();
        assert_eq!(error, "consent must be one of given, withdrawn, unknown, got 'yes'");
    }
}
