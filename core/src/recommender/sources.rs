//! What a recommender is built from.

use std::sync::Arc;

use super::level::Level;
use super::rules::Rules;
use super::state::NONE;
use crate::data::{Catalog, Consent, CustomerColumn, Customers, EventLog, Fact, IdRef, OrderLog};
use crate::error::{ParamError, Result};

/// Logs, catalogue, customers and rules of a shop: all but the orders may be missing.
#[derive(Debug, Clone)]
pub struct RecommenderSources<'a> {
    pub(super) log: &'a OrderLog,
    pub(super) events: Option<&'a EventLog>,
    pub(super) catalog: Option<Arc<Catalog>>,
    pub(super) customers: Option<&'a Customers>,
    pub(super) segment_by: Option<String>,
    pub(super) level_by: Option<String>,
    pub(super) consent: Option<(String, String)>,
    pub(super) rules: Rules,
}

impl<'a> RecommenderSources<'a> {
    /// Orders alone; they need items and times.
    #[must_use]
    pub fn new(log: &'a OrderLog) -> Self {
        Self {
            log,
            events: None,
            catalog: None,
            customers: None,
            segment_by: None,
            level_by: None,
            consent: None,
            rules: Rules::default(),
        }
    }

    /// Clicks, for sessions and what was viewed.
    #[must_use]
    pub const fn events(mut self, events: &'a EventLog) -> Self {
        self.events = Some(events);
        self
    }

    /// What the catalogue says of items: for rules, categories, content and items that nobody bought yet.
    #[must_use]
    pub fn catalog(mut self, catalog: &Catalog) -> Self {
        self.catalog = Some(Arc::new(catalog.clone()));
        self
    }

    /// What customers said of themselves, for segments and levels.
    #[must_use]
    pub const fn customers(mut self, customers: &'a Customers) -> Self {
        self.customers = Some(customers);
        self
    }

    /// The attribute of customers whose words are their segments, such as the country.
    #[must_use]
    pub fn segment_by(mut self, attribute: impl Into<String>) -> Self {
        self.segment_by = Some(attribute.into());
        self
    }

    /// The attribute of customers that says how far answers may follow them: `none`, `session` or `full`; missing is `full`.
    #[must_use]
    pub fn level_by(mut self, attribute: impl Into<String>) -> Self {
        self.level_by = Some(attribute.into());
        self
    }

    /// The channel and purpose of the consent to profiling: whoever withdrew it gets the answers that anybody gets.
    #[must_use]
    pub fn consent(mut self, channel: impl Into<String>, purpose: impl Into<String>) -> Self {
        self.consent = Some((channel.into(), purpose.into()));
        self
    }

    /// The rules of the shop.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }
}

/// The level and the segment of customers, by what they said of themselves.
pub(super) struct Standings<'a> {
    customers: Option<&'a Customers>,
    pub(super) segments: Vec<String>,
    segment_by: Option<&'a str>,
    level_by: Option<&'a str>,
    denied: Option<&'a [Consent]>,
}

impl<'a> Standings<'a> {
    /// # Errors
    /// A [`ParamError`] for an attribute or a consent that the customers do not have, and for levels that are none.
    pub(super) fn new(sources: &'a RecommenderSources<'a>) -> Result<Self> {
        let customers = sources.customers;
        let mut own =
            Self { customers, segments: Vec::new(), segment_by: None, level_by: None, denied: None };
        if let Some(by) = &sources.segment_by {
            let column = attribute("segment_by", customers, by)?;
            let n = customers.map_or(0, Customers::len);
            let words = (0..n).filter_map(|at| column.fact(at).map(word));
            own.segments = words.collect::<std::collections::BTreeSet<String>>().into_iter().collect();
            own.segment_by = Some(by);
        }
        if let Some(by) = &sources.level_by {
            let column = attribute("level_by", customers, by)?;
            let n = customers.map_or(0, Customers::len);
            for value in (0..n).filter_map(|at| column.fact(at).map(word)) {
                if level(&value).is_none() {
                    let (name, allowed) = ("every value of level_by", "none, session, full");
                    return Err(ParamError::UnknownChoice { name, value, allowed }.into());
                }
            }
            own.level_by = Some(by);
        }
        if let Some((channel, purpose)) = &sources.consent {
            own.denied = Some(consents(customers, channel, purpose)?);
        }
        Ok(own)
    }

    /// Those of whom something may be known.
    pub(super) fn customers(&self) -> Option<&'a crate::data::Vocabulary> {
        let is_asked = self.segment_by.is_some() || self.level_by.is_some() || self.denied.is_some();
        self.customers.filter(|_| is_asked).map(Customers::ids)
    }

    /// Of one customer.
    pub(super) fn of(&self, id: IdRef<'_>) -> (Level, u32) {
        let Some((customers, at)) =
            self.customers.and_then(|customers| Some((customers, customers.ids().position(id)?)))
        else {
            return (Level::Full, NONE);
        };
        let fact = |by: Option<&str>| by.and_then(|by| customers.attribute(by)?.fact(at)).map(word);
        let mut stands = fact(self.level_by).and_then(|word| level(&word)).unwrap_or_default();
        if self.denied.is_some_and(|consents| consents[at] == Consent::Withdrawn) {
            stands = Level::None;
        }
        let segment = fact(self.segment_by).and_then(|word| self.segments.binary_search(&word).ok());
        let segment = segment.map_or(NONE, |at| u32::try_from(at).expect("segments are bounded to u32"));
        (stands, segment)
    }
}

/// The column of an attribute that a parameter names.
fn attribute<'a>(
    name: &'static str,
    customers: Option<&'a Customers>,
    by: &str,
) -> Result<&'a CustomerColumn, ParamError> {
    let customers = customers.ok_or(ParamError::NoCustomers { name })?;
    let has = || listed(customers.attribute_names().map(str::to_owned));
    let unknown =
        || ParamError::NotOfCustomers { name, what: "an attribute", has: has(), value: by.to_owned() };
    customers.attribute(by).ok_or_else(unknown)
}

/// What customers said to a channel and a purpose.
fn consents<'a>(
    customers: Option<&'a Customers>,
    channel: &str,
    purpose: &str,
) -> Result<&'a [Consent], ParamError> {
    let name = "consent";
    let customers = customers.ok_or(ParamError::NoCustomers { name })?;
    let pair = |(channel, purpose): (&str, &str)| format!("{channel}/{purpose}");
    let unknown = || ParamError::NotOfCustomers {
        name,
        what: "a channel and a purpose",
        has: listed(customers.consent_pairs().map(pair)),
        value: pair((channel, purpose)),
    };
    customers.consents(channel, purpose).ok_or_else(unknown)
}

fn listed(names: impl Iterator<Item = String>) -> String {
    // In quotes, so that they stay as the shop has them.
    let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn word(fact: Fact<'_>) -> String {
    match fact {
        Fact::Word(word) => word.to_owned(),
        Fact::Number(number) => number.to_string(),
        Fact::Date(date) => date.to_string(),
        Fact::Flag(flag) => flag.to_string(),
    }
}

pub(super) fn level(word: &str) -> Option<Level> {
    Level::ALL.into_iter().find(|level| level.name() == word)
}
